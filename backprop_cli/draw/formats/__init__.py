"""Ways of writing a drawing: a file for each, and a row here.

Begin with `svg`. May import the rest of `draw`, and what that may.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import PurePath

from backprop_cli.draw.shapes import Drawing
from backprop_cli.errors import UsageError

__all__ = [
    "ENDINGS",
    "FORMATS",
    "PNG",
    "TEXT",
    "WRITERS",
    "format_of",
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


def format_of(path: str | None) -> str:
    """The format that the name of a file asks for; text where it asks for none.

    Raises `UsageError` for the ending of another kind of file.
    """
    ending = PurePath(path or "").suffix.lower()
    if ending and ending not in ENDINGS:
        what = f"no drawing is written as {ending}"
        raise UsageError(what, f"known are {', '.join(ENDINGS)}; or say the --format")
    return ENDINGS.get(ending, TEXT)


def writer(name: str, standalone: bool = False) -> Callable[[Drawing], Iterator[str]]:
    """The function that writes a drawing in the format `name`, piece by piece.

    `standalone`: as a document by itself, where the format has fragments.
    """
    module = importlib.import_module(f"{__name__}.{WRITERS[name]}")
    function = f"write_{name}_standalone" if standalone else f"write_{name}"
    found: Callable[[Drawing], Iterator[str]] = getattr(module, function)
    return found
