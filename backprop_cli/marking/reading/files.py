"""The forms in which answers come: TOML, JSON, JSON lines, CSV, Markdown, a trace.

Each has a reader, a function from the text and name of a file to `Item`s.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from backprop_cli.config import (
    Document,
    KeyPath,
    Remark,
    exact_number,
    parse_document,
    separator_line,
)
from backprop_cli.errors import ConfigError, Place, Problem, shortened
from backprop_cli.marking.reading.keys import Qualifiers, qualifier
from backprop_cli.marking.reading.markdown import from_markdown, is_worksheet
from backprop_cli.marking.reading.rows import Item, from_csv, from_row, is_row, names_columns

_PAGE = re.compile(r"\ufeff?\s*<(!doctype|html)\b", re.IGNORECASE)


def items_of(text: str, name: str, remark: Remark = lambda _: None) -> list[Item]:
    """The answers in a text; its form is that of the file's ending, or else what it looks like.

    Raises `ConfigError` for a text that is not in its form.
    """
    if not text.strip():
        raise ConfigError(Problem("the file is empty", Place(name)))
    if _PAGE.match(text):
        hint = "on the page of a worksheet, Save answers writes the file to hand in"
        raise ConfigError(Problem("this is a page, and has no answers in it", Place(name), hint))
    reader = _READERS.get(Path(name).suffix.lower()) or _sniffed(text)
    if reader is from_csv and (separator := separator_line(text)) is not None:
        remark(said_separator(name, separator))
    read = partial(reader, remark=remark) if reader is from_markdown else reader
    found = list(read(text, name))
    if reader in (_from_json, _from_json_lines):
        found = [replace(item, raw=True) for item in found]
    if not found:
        raise ConfigError(Problem("there are no answers here", Place(name)))
    return found


def said_separator(name: str, separator: str) -> str:
    """What is remarked of a file whose first line names its separator."""
    return f"{name}: its first line says that {json.dumps(separator)} separates cells"


def _sniffed(text: str) -> Callable[[str, str], Iterator[Item]]:
    first = text.lstrip()[0]
    if separator_line(text) is not None:
        return from_csv
    if is_worksheet(text):
        return from_markdown
    if first == "{" or (first == "[" and text.lstrip()[1:].lstrip()[:1] in ("{", "]")):
        return _from_json
    line = text.lstrip().splitlines()[0]
    cells = {cell.strip().strip('"').lower() for cell in re.split("[,;\t]", line)}
    return from_csv if names_columns(cells) and "=" not in line else _from_toml


# TOML, and lines that only look like it


def _from_toml(text: str, name: str) -> Iterator[Item]:
    try:
        document = parse_document(text, name)
    except ConfigError:
        if not any(all(_parted(line)[:2]) for line in _lines_of(text)):
            raise
        yield from _from_lines(text, name)
        return
    yield from _in_table(document.data, {}, (), document)


def _in_table(
    table: Mapping[str, Any], said: Qualifiers, path: KeyPath, document: Document
) -> Iterator[Item]:
    for key, value in table.items():
        here = (*path, key)
        if isinstance(value, Mapping):
            yield from _in_table(value, _deeper(key, said, document.place(*here)), here, document)
        elif not (key == "schema" and isinstance(value, str)):
            yield Item(key, value, said, document.place(*here))


def _deeper(key: str, said: Qualifiers, place: Place) -> Qualifiers:
    """What is said inside a table of this name, such as sample2."""
    found = dict(said)
    for part in key.split("."):
        named = qualifier(part)
        if named is None:
            what = f"{shortened(key, 40)} is no sample, batch or epoch"
            raise ConfigError(Problem(what, place, "tables are called sample2, epoch3.sample2, …"))
        found[named[0]] = named[1]
    return found


_STRING = re.compile(r"""(["'])(.*)\1""")


def _from_lines(text: str, name: str) -> Iterator[Item]:
    """Lines such as `w5+ = 0,359` or `w5+: 0,359`, which TOML refuses. Any other is at fault."""
    said: Qualifiers = {}
    for number, line in enumerate(_lines_of(text), start=1):
        stripped = line.partition("#")[0].strip()
        place = Place(name, number, "", line)
        if not stripped:
            continue
        if stripped[0] == "[" and stripped[-1] == "]" and stripped[1:-1].strip():
            said = _deeper(stripped[1:-1].strip().replace('"', ""), {}, place)
            continue
        key, sign, value = _parted(line)
        if not key or not sign:
            problem = Problem("this line is no answer", place, "write it as net_h1 = 0.3775")
            yield Item(stripped, None, said, place, problem)
            continue
        quoted = _STRING.fullmatch(value)
        yield Item(_unquoted(key), quoted[2] if quoted else value, said, place)


def _parted(line: str) -> tuple[str, str, str]:
    """Key, sign and value of a line, without what is remarked behind them."""
    said = line.partition("#")[0]
    key, sign, value = said.partition("=" if "=" in said else ":")
    return key.strip(), sign, value.strip()


def _lines_of(text: str) -> list[str]:
    """The lines, which end as in a file: not at U+2028, nor at what else ends one elsewhere."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _unquoted(key: str) -> str:
    """A dotted key without the quotes around its parts; w5' keeps its prime."""
    parts = (part.strip() for part in key.split("."))
    return ".".join(
        quoted[2] if (quoted := _STRING.fullmatch(part)) is not None else part for part in parts
    )


# JSON


_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"|\n')


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as it stands, repeated names included."""


def _from_json(text: str, name: str) -> Iterator[Item]:
    whole = _JsonText(text, name)
    try:
        data = whole.data()
    except ConfigError as error:
        if "\n" not in text.strip() or text.lstrip()[0] != "{":
            raise
        try:
            yield from _from_json_lines(text, name)
        except ConfigError:
            raise error from None
        return
    yield from _in_json(data, {}, whole)


def _from_json_lines(text: str, name: str) -> Iterator[Item]:
    for number, line in enumerate(_lines_of(text)):
        if line.strip():
            part = _JsonText(line, name, number)
            yield from _in_json(part.data(), {}, part)


class _JsonText:
    """A JSON text that begins after `before` lines of its file: its data, and where they stand."""

    def __init__(self, text: str, name: str, before: int = 0) -> None:
        self._text, self._name, self._before = text, name, before
        self._source = _lines_of(text)

    def data(self) -> Any:
        """Numbers exactly as written, objects as `_Pairs`. Raises `ConfigError`."""
        decoder = json.JSONDecoder(
            parse_float=exact_number,
            parse_int=exact_number,
            parse_constant=Decimal,
            object_pairs_hook=_Pairs,
        )
        try:
            return decoder.decode(self._text)
        except json.JSONDecodeError as error:
            said = f"{error.msg[:1].lower()}{error.msg[1:]} (column {error.colno})"
            place = self._line(min(error.lineno, len(self._source)) - 1)
            raise ConfigError(Problem(f"this is not JSON: {said}", place)) from None
        except RecursionError:
            raise ConfigError(Problem("nested too deeply", Place(self._name))) from None

    def _line(self, number: int) -> Place:
        """The line with this number, counted from 0 in this text."""
        return Place(self._name, self._before + number + 1, "", self._source[number])

    @cached_property
    def _lines(self) -> dict[str, int]:
        """For each string, the number of the line in which it stands first."""
        found: dict[str, int] = {}
        number = 0
        for match in _JSON_STRING.finditer("\n".join(self._source)):
            number += match[0] == "\n"
            found.setdefault(match[0], number)
        return found

    def place(self, key: str) -> Place:
        """The line in which `key` stands first."""
        written = json.dumps(key, ensure_ascii=False)
        return self._line(self._lines.get(written, self._lines.get(json.dumps(key), 0)))

    def beginning(self) -> Place:
        """The first line, with the text that begins in it or below."""
        return self._line(0)._replace(source=_lines_of(self._text.strip())[0])

    def entry(self, index: int) -> Place:
        """An entry of the list of steps."""
        return Place(self._name, path=f"steps[{index}]")


def _row(pairs: _Pairs, place: Place) -> dict[str, Any]:
    """The fields of an object. Raises `ConfigError` for a row that has one of them twice."""
    fields = dict(pairs)
    if len(fields) < len(pairs) and is_row(fields):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name in times if times[name] > 1)
        what = f"{shortened(twice, 40)} stands twice in this row"
        raise ConfigError(Problem(what, place, "keep one of the two"))
    return fields


def _in_json(data: Any, said: Qualifiers, text: _JsonText) -> Iterator[Item]:
    """Items of an object of answers, of a trace, or of a list of rows."""
    if isinstance(data, _Pairs):
        fields = _row(data, text.beginning())
        if isinstance(fields.get("steps"), list):
            yield from _in_json(fields["steps"], said, text)
        elif is_row(fields):
            yield from_row(fields, text.beginning())
        else:
            for key, value in data:
                if isinstance(value, _Pairs):
                    yield from _in_json(value, _deeper(key, said, text.place(key)), text)
                elif not (key in ("schema", "$schema") and isinstance(value, str)):
                    yield Item(key, value, said, text.place(key))
    elif isinstance(data, list) and all(isinstance(row, _Pairs) for row in data):
        for index, row in enumerate(data):
            if is_row(fields := _row(row, text.entry(index))):
                yield from_row(fields, text.entry(index))
            else:
                yield from _in_json(row, said, text)
    else:
        what = "expected an object of quantities and numbers"
        raise ConfigError(Problem(what, text.beginning()))


_READERS: Mapping[str, Callable[[str, str], Iterator[Item]]] = {
    ".toml": _from_toml,
    ".json": _from_json,
    ".jsonl": _from_json_lines,
    ".ndjson": _from_json_lines,
    ".csv": from_csv,
    ".tsv": from_csv,
    ".md": from_markdown,
    ".markdown": from_markdown,
}
