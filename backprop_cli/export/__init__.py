"""Writers: from a page to text. A new format is a row here and its function `write_…`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

from backprop_cli.page import Page

__all__ = ["WRITERS", "writer"]

WRITERS = {
    "plain": "plain",
    "json": "json_",
    "jsonl": "json_",
    "csv": "csv_",
    "markdown": "markdown",
}


def writer(name: str) -> Callable[[Page], Iterator[str]]:
    """The function that writes a page in the format `name`, piece by piece."""
    module = importlib.import_module(f"backprop_cli.export.{WRITERS[name]}")
    function: Callable[[Page], Iterator[str]] = getattr(module, f"write_{name}")
    return function
