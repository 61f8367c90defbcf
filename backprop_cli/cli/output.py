"""Where results go: standard output or a file, in colour or not, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from backprop_cli.errors import FileError, Place, UsageError
from backprop_cli.show import Format

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


PIPE_WIDTH = 100
"""Columns where nobody can be asked: in a pipe or a file. COLUMNS overrides it."""


class Output(NamedTuple):
    """The choices of one call: format, file, colour and digits."""

    format: str = "table"
    path: str | None = None
    color: str = "auto"
    digits: int | None = None
    decimals: int | None = None

    def number_format(self, digits: int = 9, fractions: bool = False) -> Format:
        """How numbers are written; `digits` unless the user chose."""
        if self.digits is not None and self.decimals is not None:
            raise UsageError("--digits and --decimals exclude each other")
        return Format(self.digits or digits, self.decimals, fractions)

    def write(self, chunks: Iterable[str]) -> None:
        """Write text."""
        with self._opened() as stream:
            for chunk in chunks:
                stream.write(chunk)

    def show(self, renderables: Iterable[RenderableType]) -> None:
        """Write rich renderables, in colour where that is wanted."""
        with self._opened() as stream:
            console = console_for(stream, "never" if self.path else self.color)
            for renderable in renderables:
                if console.is_terminal:
                    console.print(renderable, crop=False)
                else:
                    stream.write(_trimmed(console, renderable))

    def records(
        self, columns: Sequence[str], records: Sequence[Sequence[Any]], document: dict[str, Any]
    ) -> None:
        """Write a small table in the format that was asked for (`export.records`)."""
        if self.format == "table":
            from backprop_cli.show.tables import records_table

            self.show([records_table(columns, records)])
        else:
            from backprop_cli.show.formats.records import records_text

            self.write([records_text(self.format, columns, records, document)])

    @property
    def width(self) -> int:
        """Columns that there are."""
        return console_for(sys.stdout, "never").width if self.path is None else PIPE_WIDTH

    @contextlib.contextmanager
    def _opened(self) -> Iterator[TextIO]:
        if self.path is None or self.path == "-":
            yield sys.stdout
        else:
            with written(self.path) as stream:
                yield stream


def console_for(stream: TextIO, color: str) -> Console:
    """A console on `stream`; its width is that of the terminal, or fixed where there is none."""
    from rich.console import Console

    terminal = stream.isatty()
    columns = os.environ.get("COLUMNS", "")
    width = None if terminal else int(columns) if columns.isdigit() else PIPE_WIDTH
    return Console(
        file=stream,
        width=width or None,
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
        console.print(renderable, crop=False)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


@contextlib.contextmanager
def written(path: str | os.PathLike[str]) -> Iterator[TextIO]:
    """A text file that appears under `path` when all has gone well, and not at all otherwise.

    A link is followed. What is no regular file (a device, a pipe) is written to as it stands: to
    put a file in its place would destroy it.
    """
    import tempfile  # here, because most calls write no file

    target = os.path.realpath(path)
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        with open(path, "w", encoding="utf-8", newline="") as stream:
            yield stream
        return
    try:
        if os.path.isdir(target):
            raise FileError("this is a directory, not a file", Place(os.fspath(path)))
        folder, name = os.path.split(target)
        handle, beside = tempfile.mkstemp(".part", f".{name[:100]}.", folder or ".")
    except (OSError, ValueError) as error:
        raise FileError(f"cannot be written: {_reason(error)}", Place(os.fspath(path))) from None
    try:
        with open(handle, "w", encoding="utf-8", newline="") as stream:
            yield stream
        os.chmod(beside, _mode(target))
        os.replace(beside, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise FileError(
                f"cannot be written: {_reason(error)}", Place(os.fspath(path))
            ) from None
        raise


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _mode(target: str) -> int:
    """The permissions of the file that is replaced, or those of any new file."""
    if os.path.exists(target):
        return os.stat(target).st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
