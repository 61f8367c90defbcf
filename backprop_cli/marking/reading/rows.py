"""Answers a row at a time: quantity, value, and if need be epoch, batch and sample."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from backprop_cli.errors import ConfigError, Place, Problem
from backprop_cli.marking.reading.keys import Qualifiers

KEY_COLUMNS = ("quantity", "key", "name")
VALUE_COLUMNS = ("value", "answer", "given", "number")
LEVELS = ("epoch", "batch", "sample")


@dataclass(frozen=True, slots=True)
class Item:
    """One answer as it stands in a file: key, value, and what its surroundings say of it."""

    key: str
    value: Any
    said: Qualifiers
    place: Place


def is_row(fields: Mapping[str, Any]) -> bool:
    """Whether the fields are those of a row: a quantity and its value."""
    return isinstance(_first(fields, KEY_COLUMNS), str) and _has(fields, VALUE_COLUMNS)


def from_row(fields: Mapping[str, Any], place: Place) -> Item:
    """The answer in a row. Raises `ConfigError` if epoch, batch or sample are no numbers."""
    said: dict[str, int] = {}
    for level in LEVELS:
        number = fields.get(level)
        if number is None or number in ("", 0):
            continue
        if isinstance(number, str) and number.strip().isdigit() and len(number) < 10:
            number = Decimal(number.strip())
        if not isinstance(number, Decimal) or number != number.to_integral_value() or number < 0:
            raise ConfigError(Problem(f"{level} is not a whole number", place))
        said |= {level: int(number)} if number else {}
    return Item(_first(fields, KEY_COLUMNS), _first(fields, VALUE_COLUMNS), said, place)


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((fields[name] for name in names if name in fields), None)


def _has(fields: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return any(name in fields for name in names)


def from_csv(text: str, name: str) -> Iterator[Item]:
    """A row for each quantity; columns quantity and value, and if need be sample and epoch."""
    separator = max(",;\t", key=text.splitlines()[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    source = text.splitlines()
    try:
        header = [cell.strip().lower() for cell in next(reader)]
        if not (set(header) & {*KEY_COLUMNS} and set(header) & {*VALUE_COLUMNS}):
            what = "the header row has no columns quantity and value"
            raise ConfigError(Problem(what, Place(name, 1, "", source[0])))
        if len(set(header)) < len(header):
            what = "a name stands twice in the header row"
            raise ConfigError(Problem(what, Place(name, 1, "", source[0])))
        for row in reader:
            place = Place(name, reader.line_num, "", source[min(reader.line_num, len(source)) - 1])
            if not any(cell.strip() for cell in row):
                continue
            if len(row) > len(header):
                what = f"the row has {len(row)} cells, but the header {len(header)}"
                hint = "a number with a decimal comma takes quotes" if separator == "," else None
                raise ConfigError(Problem(what, place, hint))
            cells = [cell.strip() for cell in row] + [""] * (len(header) - len(row))
            fields = dict(zip(header, cells, strict=True))
            yield from_row(fields, place)
    except csv.Error as error:
        raise ConfigError(Problem(f"not CSV: {error}", Place(name, reader.line_num))) from None
