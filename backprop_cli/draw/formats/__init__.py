"""Ways of writing a drawing: a file for each, and a row here.

Begin with `svg`. May import the rest of `draw`, and what that may.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import PurePath

from backprop_cli.draw.shapes import Drawing

__all__ = ["ENDINGS", "TEXT", "WRITERS", "format_of", "svg", "writer"]

# Format, and the file that writes it.
WRITERS = {
    "svg": "svg",
}
TEXT = "text"
"""The format for a terminal, which asks for its width."""

# How the name of a file ends, and the format that it is written in.
ENDINGS = {
    ".svg": "svg", ".png": "png", ".tex": "tikz", ".tikz": "tikz", ".dot": "dot", ".gv": "dot",
    ".mmd": "mermaid", ".mermaid": "mermaid", ".txt": TEXT,
}  # fmt: skip


def format_of(path: str | None) -> str:
    """The format that the name of a file asks for; text where it asks for none."""
    return ENDINGS.get(PurePath(path or "").suffix.lower(), TEXT)


def writer(name: str) -> Callable[[Drawing], Iterator[str]]:
    """The function that writes a drawing in the format `name`, piece by piece."""
    module = importlib.import_module(f"{__name__}.{WRITERS[name]}")
    function: Callable[[Drawing], Iterator[str]] = getattr(module, f"write_{name}")
    return function
