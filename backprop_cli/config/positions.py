"""Where everything stands in a TOML text.

The standard library reads TOML but forgets the places. Here a text that it has accepted is walked
once more, only for them. Nothing recurses: depth costs a longer stack of frames, not calls.
(Grammar: TOML 1.0.0, toml.io/en/v1.0.0.)
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache

KeyPath = tuple[str | int, ...]
Span = tuple[int, int]

DEEPEST = 100
LONGEST_WORD = 4300  # the longest integer that Python reads unless told otherwise
LONGEST_HEX = 3500  # as many digits, were it written out
MOST_VALUES = 1_000_000  # a larger text would take minutes and all memory

BARE_KEY = r"[A-Za-z0-9_-]+"
BASIC_STRING = r'"(?:[^"\\\n]++|\\.)*+"'
LITERAL_STRING = r"'[^'\n]*+'"
KEY_PART = rf"(?:{BARE_KEY}|{BASIC_STRING}|{LITERAL_STRING})"
LONG_BASIC_STRING = r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+(?:"{3,5}|\Z)'
LONG_LITERAL_STRING = r"'''(?:[^']++|'(?!''))*+(?:'{3,5}|\Z)"
STRING = rf"(?:{LONG_BASIC_STRING}|{LONG_LITERAL_STRING}|{BASIC_STRING}|{LITERAL_STRING})"
COMMENT = r"\#[^\n]*+"

_BLANK = rf"(?:[ \t\r\n]++|{COMMENT})*+"
_KEY = rf"[ \t]*({KEY_PART})[ \t]*(\.?)"
_SCALAR = rf"{STRING}|\d{{4}}-\d\d-\d\d \d\d:[^\s,\]}}#]*|[^\s,\]}}#]+"
_TOKEN = (
    rf"(?P<ignored>{STRING}|{COMMENT}|[\"'][^\n]*)"
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<word>[A-Za-z0-9_.+-]+)|(?P<end>[=,\n])"
)


pattern = cache(re.compile)
"""Compiled when it is looked for: most texts are read without asking where anything stands."""


@dataclass
class Spans:
    """The characters of every value, and where each table and each array of tables begins."""

    values: dict[KeyPath, Span] = field(default_factory=dict)
    tables: dict[KeyPath, int] = field(default_factory=dict)

    def beginning(self, path: KeyPath) -> int | None:
        """Offset of the value or table at this path, or None if it stands nowhere."""
        if path in self.values:
            return self.values[path][0]
        return self.tables.get(path)


@dataclass
class _Open:
    """An array or inline table whose closing bracket has not come yet."""

    path: KeyPath
    start: int
    items: int | None  # how many an array has so far; None for a table


def path_text(path: KeyPath) -> str:
    """A path as it is shown: `layers[1].weights[0][2]`, keys quoted where TOML would."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
            continue
        if not re.fullmatch(BARE_KEY, part):
            part = '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'
        shown += f".{part}" if shown else part
    return shown


def line_starts(text: str) -> list[int]:
    """Offset of the beginning of every line; only line feeds end lines."""
    return [0, *(found.end() for found in re.finditer("\n", text))]


def find_spans(text: str) -> Spans:
    """Where everything stands in a text that is valid TOML."""
    spans = Spans()
    array_lengths: dict[KeyPath, int] = {}
    table: KeyPath = ()
    position = _after_blank(text, 0)
    while position < len(text):
        if text[position] == "[":
            table, position = _header(text, position, spans, array_lengths)
        else:
            path, value = _key_and_equals(text, position, table, spans)
            position = _value(text, value, path, spans)
        position = _after_blank(text, position)
    return spans


def _header(
    text: str, position: int, spans: Spans, array_lengths: dict[KeyPath, int]
) -> tuple[KeyPath, int]:
    """Path of the table that `[a.b]` or `[[a.b]]` opens, and the offset after the header."""
    brackets = 2 if text.startswith("[[", position) else 1
    key, end = read_key(text, position + brackets)
    path: KeyPath = ()
    for part in key[:-1]:
        path = (*path, part)
        spans.tables.setdefault(path, position)
        if path in array_lengths:
            path = (*path, array_lengths[path] - 1)
    path = (*path, key[-1])
    if brackets == 2:
        spans.tables.setdefault(path, position)
        array_lengths[path] = array_lengths.get(path, 0) + 1
        path = (*path, array_lengths[path] - 1)
    spans.tables[path] = position
    return path, end + brackets


def _key_and_equals(text: str, position: int, table: KeyPath, spans: Spans) -> tuple[KeyPath, int]:
    """Path of the key that stands here, inside `table`, and the offset of its value."""
    key, end = read_key(text, position)
    path = table
    for part in key[:-1]:
        path = (*path, part)
        spans.tables.setdefault(path, position)
    return (*path, key[-1]), _after_blank(text, end + 1)


def _value(text: str, position: int, path: KeyPath, spans: Spans) -> int:
    """Notes the span of the value that begins here and of all it contains; the offset after it."""
    opened: list[_Open] = []
    while True:
        if text[position] in "[{":
            opened.append(_Open(path, position, 0 if text[position] == "[" else None))
            position += 1
        else:
            scalar = pattern(_SCALAR).match(text, position)
            assert scalar is not None, "only valid TOML is walked"
            spans.values[path] = scalar.span()
            position = scalar.end()
        position = _close_brackets(text, position, opened, spans)
        if not opened:
            return position
        innermost = opened[-1]
        if innermost.items is None:
            path, position = _key_and_equals(text, position, innermost.path, spans)
        else:
            path = (*innermost.path, innermost.items)
            innermost.items += 1


def _close_brackets(text: str, position: int, opened: list[_Open], spans: Spans) -> int:
    """Offset of the next item, past commas and past all the brackets that close here."""
    while opened:
        position = _after_blank(text, position)
        if text[position] == ",":
            position += 1
        elif text[position] in "]}":
            position += 1
            closed = opened.pop()
            spans.values[closed.path] = (closed.start, position)
        else:
            break
    return position


def read_key(text: str, position: int) -> tuple[tuple[str, ...], int]:
    """The parts of the dotted key that begins here, unquoted, and the offset after it."""
    parts: list[str] = []
    while True:
        found = pattern(_KEY).match(text, position)
        assert found is not None, "only valid TOML is walked"
        parts.append(unquoted(found[1]))
        position = found.end()
        if not found[2]:
            return tuple(parts), position


def unquoted(part: str) -> str:
    """The key that one part of a dotted key stands for, its quotes and escapes resolved."""
    if part[0] == '"' and "\\" in part:
        return str(tomllib.loads(f"key = {part}")["key"])
    return part[1:-1] if part[0] in "\"'" else part


def _after_blank(text: str, position: int) -> int:
    """Offset of the next character that is neither space nor comment."""
    blank = pattern(_BLANK).match(text, position)
    return position if blank is None else blank.end()


def excess(text: str) -> tuple[int, str] | None:
    """Offset and description of the first thing that is beyond what we read; None if all is well.

    The text need not be valid. The limits are ours: every version of Python reads a text alike.
    """
    depth = dots = values = 0
    for token in re.finditer(_TOKEN, text):
        kind, start, end = token.lastgroup, token.start(), token.end()
        if kind == "word":
            dots += text.count(".", start, end)
            longest = LONGEST_HEX if text.startswith("0x", start) else LONGEST_WORD
            if end - start > longest:
                words = f"a number (or name) of {end - start} characters: at most {longest}"
                return start, words
            if dots >= DEEPEST:
                return start, f"a key of more than {DEEPEST} parts"
        elif kind == "open":
            depth, dots, values = depth + 1, 0, values + 1
            if depth > DEEPEST:
                return start, f"brackets nested more than {DEEPEST} deep"
        elif kind == "close":
            depth, dots = max(depth - 1, 0), 0
        elif kind == "end":
            dots = 0
            values += text[start] != "\n"
        if values > MOST_VALUES:
            return start, f"more than {MOST_VALUES:,} values, too many here"
    return None
