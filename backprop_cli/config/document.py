"""A TOML text as data that keeps its numbers as written and knows where everything stands."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, BinaryIO

from backprop_cli.config.positions import (
    KeyPath,
    Span,
    Spans,
    excess,
    find_spans,
    line_starts,
    path_text,
)
from backprop_cli.errors import ConfigError, FileError, Place, Problem, shortened
from backprop_cli.files import note_read

MAX_BYTES = 16 * 1024 * 1024
MAX_EXPONENT = 9999
DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A number as people write it, also where TOML would not have it: .5 and 5. are numbers."""
STDIN = "<stdin>"

Remark = Callable[[str], None]
"""Takes a sentence about a file that is read all the same."""

# What the standard library says of a syntax error, what we say, and what would help.
SYNTAX_HINTS: tuple[tuple[str, str, str | None], ...] = (
    (
        "Invalid value",
        "this is not a value",
        'text takes quotes, as "tanh"; a number begins and ends with a digit, as 0.5',
    ),
    (
        "Expected newline or end of document after a statement",
        "the line goes on after its value",
        "one setting a line; decimals take a point (0.5), text takes quotes",
    ),
    ("Expected '=' after a key", "a name without '=' and a value", "write it as eta = 0.5"),
    ("Invalid statement", "this is neither a setting nor a [table]", None),
    ("Invalid initial character for a key part", "a name is missing or begins wrongly", None),
    ("Cannot overwrite a value", "this is set a second time", "keep one of the two"),
    ("Duplicate inline table key", "this is set a second time", "keep one of the two"),
    (
        "Cannot declare",
        "this table is begun a second time",
        "several layers are written [[layers]], in double brackets",
    ),
    ("Unclosed array", "the list is not closed", "a comma or ] is missing before this"),
    ("Unclosed inline table", "the table is not closed", "a comma or } is missing before this"),
    (r"character '\n'", "the text is not closed on its line", "add the missing quote"),
    (r"character '\r'", "a carriage return stands alone", "save the file with plain line ends"),
    ("Unterminated string", "the text is not closed", "add the missing quote"),
    ("Expected \"'", "the text is not closed", "add the missing quote"),
    ("Invalid date", "there is no such date", None),
)
_COORDINATES = r" \(at (?:line (\d+), column (\d+)|end of document)\)$"


@dataclass(frozen=True)
class Document:
    """A TOML text: its name as displayed, the text, what it says, and what was set besides.

    `data` holds what the text says with the settings applied; numbers with a point or an exponent
    are Decimals. `overrides` maps the path of each value set besides to its `KEY=VALUE`.
    """

    name: str
    text: str
    data: Mapping[str, Any]
    overrides: Mapping[KeyPath, str] = field(default_factory=dict)

    @cached_property
    def _spans(self) -> Spans:
        return find_spans(self.text)

    @cached_property
    def _line_starts(self) -> list[int]:
        return line_starts(self.text)

    def span(self, *path: str | int) -> Span | None:
        """First and one-past-last character of the value at this path, as the text has it.

        None if it does not stand in the text, or only as a [table]. Settings do not change it.
        """
        return self._spans.values.get(path)

    def place(self, *path: str | int) -> Place:
        """Where the value at this path stands, or else the nearest thing around it."""
        shown = path_text(path)
        prefixes = [path[:length] for length in range(len(path), 0, -1)]
        for around in prefixes:  # what was set hides all that stands in the text below it
            if around in self.overrides:
                return Place(f"--set {shortened(self.overrides[around])}", path=shown)
        for around in prefixes:
            beginning = self._spans.beginning(around)
            if beginning is not None:
                return _place(self.name, self.text, self._line_starts, beginning, shown)
        return Place(self.name, path=shown)

    def replaced(self, changes: Mapping[KeyPath, str]) -> str:
        """The text with the values at these paths written anew, and nothing else touched.

        Raises KeyError for a path that has no value in the text, ValueError for two paths of
        which one contains the other.
        """
        pieces: list[str] = []
        done = 0
        for (start, end), written in sorted(
            (self._spans.values[path], written) for path, written in changes.items()
        ):
            if start < done:
                raise ValueError("one of the values to replace contains another")
            pieces += self.text[done:start], written
            done = end
        return "".join(pieces) + self.text[done:]

    def moved(self, folder: str) -> dict[KeyPath, str]:
        """The paths of data files, as a config in `folder` has to say them; absolute ones stay."""
        import json  # most documents stay where they are

        here = os.path.dirname(self.name)  # none where the text came from standard input
        changes: dict[KeyPath, str] = {}
        for key in ("data", "validation"):
            said = self.data.get(key)
            if not isinstance(said, str) or self.span(key) is None or os.path.isabs(said):
                continue
            found, there = os.path.realpath(os.path.join(here, said)), os.path.realpath(folder)
            if os.path.realpath(here) != there:
                path = os.path.relpath(found, there).replace(os.sep, "/")
                changes[key,] = json.dumps(path, ensure_ascii=False)
        return changes


def read_document(source: str, *, stdin: BinaryIO | None = None) -> Document:
    """The document in the file `source`, or on standard input for `-`.

    Raises FileError for what cannot be read as text, ConfigError for what is not TOML.
    """
    name = STDIN if source == "-" else source
    return parse_document(read_text(source, stdin=stdin), name)


def read_text(source: str, *, stdin: BinaryIO | None = None, remark: Remark | None = None) -> str:
    """The text of the file `source`, or of standard input for `-`, without a byte-order mark.

    Raises FileError for what cannot be read, is larger than `MAX_BYTES`, or is not UTF-8. Where
    there is somebody to take a remark, what is not UTF-8 is read as an old spreadsheet writes it.
    """
    name = STDIN if source == "-" else source
    content = _read_bytes(source, name, stdin)
    if len(content) > MAX_BYTES:
        raise FileError(f"larger than {MAX_BYTES // 1024**2} MiB, too large here", Place(name))
    return _decoded(content, name, remark)


def _read_bytes(source: str, name: str, stdin: BinaryIO | None) -> bytes:
    """At most one byte more than is allowed, so that an endless device ends too."""
    if source == "-" and stdin is None and sys.stdin is None:
        raise FileError("standard input is closed", Place(name))
    try:
        if source == "-":
            if stdin is None:
                with contextlib.suppress(AttributeError, OSError, ValueError):
                    note_read(sys.stdin.fileno())
            return (stdin or sys.stdin.buffer).read(MAX_BYTES + 1)
        with open(source, "rb") as file:
            note_read(file.fileno())
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        what = "there is no such file"
    except IsADirectoryError:
        what = "this is a directory, not a file"
    except PermissionError:
        what = "no permission to read this file"
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        what = f"cannot be read: {said or error}"
    raise FileError(what, Place(name))


def _decoded(content: bytes, name: str, remark: Remark | None) -> str:
    """The text in the bytes, without a byte-order mark; raises FileError if they are no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError("this text is UTF-16, not UTF-8", Place(name), "save it as UTF-8")
    if (zero := content.find(b"\0")) >= 0:
        line = content.count(b"\n", 0, zero) + 1
        raise FileError("this is not a text file: it contains a zero byte", Place(name, line))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if remark is not None:
            with contextlib.suppress(UnicodeDecodeError):
                text = content.decode("cp1252")
                remark(f"{name}: not UTF-8; read as Windows-1252 (cp1252)")
                return text
        line = content.count(b"\n", 0, error.start) + 1
        position = error.start - content.rfind(b"\n", 0, error.start)
        what = f"not UTF-8: byte 0x{content[error.start]:02x} at position {position} of the line"
        source = content[error.start - position + 1 :].split(b"\n", 1)[0]
        place = Place(name, line, source=source.decode(errors="replace").strip())
        raise FileError(what, place, "save the file as UTF-8") from None


def parse_document(text: str, name: str) -> Document:
    """The document that a TOML text is, its numbers exactly as written.

    Raises ConfigError, with the line, for what is not TOML, nested more than 100 deep, or has a
    number of more than 4300 characters.
    """
    text = text.removeprefix("\ufeff")
    if (beyond := excess(text)) is not None:
        offset, what = beyond
        raise ConfigError(Problem(what, _place(name, text, line_starts(text), offset)))
    try:
        return Document(name, text, tomllib.loads(text, parse_float=exact_number))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax_problem(str(error), text, name)) from None
    except Exception as error:  # whatever else the parser trips over, the text has caused it
        what = f"this TOML cannot be read: {error or type(error).__name__}"
        raise ConfigError(Problem(what, Place(name))) from error


def _syntax_problem(message: str, text: str, name: str) -> Problem:
    """What the standard library says of a syntax error, in plain words and with its line."""
    starts = line_starts(text)
    found = re.search(_COORDINATES, message)
    what, hint = message[: found.start()] if found else message, None
    for theirs, ours, help_ in SYNTAX_HINTS:
        if theirs in what:
            what, hint = ours, help_
            break
    else:
        what = what[:1].lower() + what[1:]
    if found is None or found[1] is None:
        return Problem(f"{what} (at the end)", _place(name, text, starts, len(text.rstrip())), hint)
    offset = starts[int(found[1]) - 1]
    return Problem(f"{what} (column {found[2]})", _place(name, text, starts, offset), hint)


def exact_number(written: str) -> Decimal:
    """The number exactly as written; NaN where its exponent is beyond any use (1e99999)."""
    try:
        number = Decimal(written)
    except InvalidOperation:
        return Decimal("NaN")
    if number.is_finite() and abs(number.adjusted()) > MAX_EXPONENT:
        return Decimal("NaN")
    return number


def _place(name: str, text: str, starts: list[int], offset: int, path: str = "") -> Place:
    """Place of the character at this offset."""
    line = bisect_right(starts, offset)
    end = starts[line] if line < len(starts) else len(text)
    return Place(name, line, path, shortened(text[starts[line - 1] : end].strip()))
