"""The formats that there are, and what each is like: `FORMATS`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from backprop_cli.show.commas import with_commas
from backprop_cli.show.document import USUAL, Document, Style
from backprop_cli.show.page import Page


class Row(NamedTuple):
    """A format: the file that writes it, and how a file of it ends.

    `own`: what is written differs from command to command; each that has it says in its call of
    `Output.document` who writes it, which may be another wing, as `page` for HTML. `entire`: it is
    to be handed on, so that nothing is left out, and quantities go by their symbols. `options` are
    the fields of `Style` that it heeds; decimal commas are put into the texts of its blocks, unless
    it `sets_commas` itself.
    """

    module: str
    ending: str
    own: bool = False
    entire: bool = False
    options: tuple[str, ...] = ()
    sets_commas: bool = False


FORMATS = {
    "plain": Row("plain", ".txt", options=("comma",)),
    "json": Row("json_", ".json", own=True),
    "jsonl": Row("json_", ".jsonl", own=True),
    "csv": Row("csv_", ".csv", own=True),
    "markdown": Row("markdown", ".md", entire=True, options=("math", "comma")),
    "latex": Row(
        "latex", ".tex", entire=True, options=("comma", "standalone", "paper"), sets_commas=True
    ),
    "html": Row("", ".html", own=True, entire=True),
}

ENDINGS = {row.ending: name for name, row in FORMATS.items() if name != "plain"}
ENDINGS |= {".htm": "html", ".markdown": "markdown"}
"""How a file ends, and the format that this asks for; .txt is for whatever a command has first."""


def offered(*own: str) -> tuple[str, ...]:
    """The formats of a command that makes a document, and writes these besides by itself."""
    return tuple(name for name, row in FORMATS.items() if not row.own or name in own)


def write(name: str, document: Document, style: Style = USUAL) -> Iterator[str]:
    """A document in the text format `name`, piece by piece."""
    if style.comma and not FORMATS[name].sets_commas:
        document = with_commas(document)
    written: Iterator[str] = _module(name).write(document, style)
    return written


def write_steps(name: str, page: Page) -> Iterator[str]:
    """The steps of a page as data, in the format `name`."""
    written: Iterator[str] = getattr(_module(name), f"write_{name}")(page)
    return written


def _module(name: str) -> Any:
    return importlib.import_module(f"{__package__}.{FORMATS[name].module}")
