"""Writers: from a page to text, one file for each format.

Begin with `plain`. A new format of a trace is a row of `WRITERS` and a file with its function
`write_…`; `records` is the same for small tables of any kind. May import what its wing may.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

from backprop_cli.show.page import Page

__all__ = ["WRITERS", "html", "json_", "markdown", "records", "steps_data", "writer"]

# Format, and the file that writes it.
WRITERS = {
    "plain": "plain",
    "json": "json_",
    "jsonl": "json_",
    "csv": "csv_",
    "markdown": "markdown",
}


def writer(name: str) -> Callable[[Page], Iterator[str]]:
    """The function that writes a page in the format `name`, piece by piece."""
    module = importlib.import_module(f"{__name__}.{WRITERS[name]}")
    function: Callable[[Page], Iterator[str]] = getattr(module, f"write_{name}")
    return function
