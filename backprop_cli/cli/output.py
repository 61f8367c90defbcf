"""Where results go: standard output or a file, in colour or not, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

import click

from backprop_cli.errors import UsageError, harmless
from backprop_cli.files import Name, abandon, check_outputs, written
from backprop_cli.show import Format
from backprop_cli.show.document import USUAL, Document, Style

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment


PIPE_WIDTH = 100
"""Columns where nobody can be asked: in a pipe or a file. COLUMNS overrides it."""

_AS_IT_IS: dict[str, Any] = {"no_wrap": True, "overflow": "ignore", "crop": False}


def warn(message: str) -> None:
    """Say on standard error what may be wrong, or was passed over."""
    told = message if message.startswith("warning") else f"warning: {message}"
    click.echo(harmless(told), err=True)


Own = Mapping[str, Callable[[], Iterable[str]]]
"""What writes the formats that are a command's own, by their names."""


class Output(NamedTuple):
    """The choices of one call: format, file, colour and digits."""

    format: str = "table"
    path: str | None = None
    color: str = "auto"
    digits: int | None = None
    decimals: int | None = None
    style: Style = USUAL

    def number_format(self, digits: int = 9, fractions: bool = False) -> Format:
        """How numbers are written; `digits` unless the user chose."""
        if self.digits is not None and self.decimals is not None:
            raise UsageError("--digits and --decimals exclude each other")
        return Format(self.digits or digits, self.decimals, fractions)

    def write(self, chunks: Iterable[str]) -> None:
        """Write text."""
        with self._opened() as stream:
            for chunk in chunks:
                stream.write(harmless(chunk))

    def check_binary(self, what: str) -> None:
        """Raise `UsageError` where bytes would go to a terminal."""
        if self.path in (None, "-") and sys.stdout.isatty():
            raise UsageError(f"{what} is not for a terminal", "name a file: -o FILE")

    def write_bytes(self, content: bytes) -> None:
        """Write what is no text."""
        with self._opened() as stream:
            stream.flush()
            stream.buffer.write(content)

    def show(self, renderables: Iterable[RenderableType]) -> None:
        """Write rich renderables, in colour where that is wanted.

        They are laid out already: no line of theirs is folded or cut here.
        """
        with self._opened() as stream:
            console = console_for(stream, "never" if self.path else self.color)
            for renderable in renderables:
                if console.is_terminal:
                    console.print(_Harmless(renderable), **_AS_IT_IS)
                else:
                    stream.write(_trimmed(console, renderable))

    def document(
        self,
        document: Document,
        own: Mapping[str, Callable[[], Iterable[str]]] = MappingProxyType({}),
    ) -> None:
        """Write a document in the format that was asked for; `own` writes those of the command."""
        if self.format == "table":
            from backprop_cli.show.commas import with_commas
            from backprop_cli.show.tables import tables

            shown = with_commas(document) if self.style.comma else document
            self.show(tables(shown, self.width))
        elif self.format in own:
            self.write(own[self.format]())
        else:
            from backprop_cli.show.formats import write

            self.write(write(self.format, document, self.style))

    def records(
        self, columns: Sequence[str], records: Sequence[Sequence[Any]], document: dict[str, Any]
    ) -> None:
        """Write a small table in the format that was asked for (`show.formats.records`)."""
        if self.format == "table":
            from backprop_cli.show.tables import records_table

            self.show([records_table(columns, records, self.width)])
        else:
            from backprop_cli.show.formats.records import records_text

            self.write([records_text(self.format, columns, records, document)])

    @property
    def entire(self) -> bool:
        """Whether the format is one to hand on, in which nothing is left out."""
        from backprop_cli.show.formats import FORMATS

        return self.format in FORMATS and FORMATS[self.format].entire

    @property
    def width(self) -> int:
        """Columns that there are."""
        return columns_of(sys.stdout) if self.path is None else PIPE_WIDTH

    def check(self, *others: Name | None) -> None:
        """Raise `FileError` if this, or another output of the command, may not be written.

        The others are files: `UsageError` for `-`, where the result itself goes.
        """
        for path in others:
            if path is not None and os.fspath(path) == "-":
                what = "- is standard output; what is written beside the result takes a file"
                raise UsageError(what, "name one")
        check_outputs((self.path, *others))

    @contextlib.contextmanager
    def _opened(self) -> Iterator[TextIO]:
        if self.path is None or self.path == "-":
            try:
                yield sys.stdout
                sys.stdout.flush()
            except BrokenPipeError:  # who reads has had enough: the command goes on to its end
                abandon(sys.stdout)
        else:
            with written(self.path) as stream:
                yield stream


def columns_of(stream: TextIO) -> int:
    """The width that COLUMNS says, or that of the terminal, or a fixed one where there is none."""
    said = os.environ.get("COLUMNS", "")
    if said.isdigit() and int(said):
        return int(said)
    with contextlib.suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).columns or PIPE_WIDTH
    return PIPE_WIDTH


def console_for(stream: TextIO, color: str) -> Console:
    """A console on `stream`, as wide as that is."""
    from rich.console import Console

    return Console(
        file=stream,
        width=columns_of(stream),
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
        legacy_windows=False,
        force_terminal={"always": True, "never": False}.get(color),
        no_color=False if color == "always" else None,
    )


def _trimmed(console: Console, renderable: RenderableType) -> str:
    """What the console would print, without the blanks that only a terminal's colours need."""
    with console.capture() as capture:
        console.print(renderable, **_AS_IT_IS)
    lines = harmless(capture.get()).removesuffix("\n").split("\n")
    return "".join(f"{line.rstrip()}\n" for line in lines)


class _Harmless:
    """A renderable, of whose texts none can steer the terminal; its colours can."""

    def __init__(self, renderable: RenderableType) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self._renderable, options):
            yield segment if segment.control else segment._replace(text=harmless(segment.text))
