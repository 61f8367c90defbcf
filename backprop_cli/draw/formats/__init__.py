"""Ways of writing a drawing: a file for each, and a row here.

Begin with `svg`. May import the rest of `draw`, and what that may.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

from backprop_cli.draw.shapes import Drawing

__all__ = [
    "ENDINGS",
    "FORMATS",
    "PNG",
    "TEXT",
    "WRITERS",
    "png",
    "svg",
    "text",
    "tikz",
    "writer",
]

# Format, and the file that writes it.
WRITERS = {
    "svg": "svg", "tikz": "tikz", "dot": "dot", "mermaid": "mermaid",
}  # fmt: skip
TEXT = "text"
PNG = "png"
"""What is no text by itself: the terminal's format asks for a width, a picture is bytes."""
FORMATS = (TEXT, "svg", PNG, *list(WRITERS)[1:])
"""All of them, in the order in which they are told."""

# How the name of a file ends, and the format that it is written in.
ENDINGS = {
    ".svg": "svg", ".png": "png", ".tex": "tikz", ".tikz": "tikz", ".dot": "dot", ".gv": "dot",
    ".mmd": "mermaid", ".mermaid": "mermaid", ".txt": TEXT,
}  # fmt: skip


def writer(name: str, standalone: bool = False) -> Callable[[Drawing], Iterator[str]]:
    """The function that writes a drawing in the format `name`, piece by piece.

    `standalone`: as a document by itself, where the format has fragments.
    """
    module = importlib.import_module(f"{__name__}.{WRITERS[name]}")
    function = f"write_{name}_standalone" if standalone else f"write_{name}"
    found: Callable[[Drawing], Iterator[str]] = getattr(module, function)
    return found
