"""Answers a row at a time: quantity, value, and if need be epoch, batch and sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from backprop_cli.config import CsvTable
from backprop_cli.errors import ConfigError, Place, Problem
from backprop_cli.marking.reading.keys import Qualifiers

KEY_COLUMNS = ("quantity", "key", "name")
VALUE_COLUMNS = ("value", "answer", "given", "number")
FAR = 10**9
"""No epoch, batch or sample has this number or a greater one."""
LEVELS = ("epoch", "batch", "sample")
UNKNOWN = -1
"""The number of an epoch, batch or sample that cannot be read: no quantity is there."""


@dataclass(frozen=True, slots=True)
class Item:
    """One answer as it stands in a file: key, value, and what its surroundings say of it.

    `problem` says why it is none, whatever its value. `raw`: its form is one that programs write.
    """

    key: str
    value: Any
    said: Qualifiers
    place: Place
    problem: Problem | None = None
    raw: bool = False

    @property
    def is_matrix(self) -> bool:
        """Whether it is a matrix, or a row of numbers: a list, or the text of one."""
        if isinstance(self.value, str):
            return self.value.strip().startswith("[")
        return isinstance(self.value, list) and _has_no_table(self.value)


def _has_no_table(value: list[Any]) -> bool:
    return type(value) is list and all(
        not isinstance(inner, Mapping | list) or (isinstance(inner, list) and _has_no_table(inner))
        for inner in value
    )


def is_row(fields: Mapping[str, Any]) -> bool:
    """Whether the fields are those of a row: a quantity and its value."""
    return isinstance(_first(fields, KEY_COLUMNS), str) and names_columns(fields)


def from_row(fields: Mapping[str, Any], place: Place, problem: Problem | None = None) -> Item:
    """The answer in a row, which may have a problem already."""
    said: dict[str, int] = {}
    for level in LEVELS:
        number = fields.get(level)
        if number is None or number in ("", 0):
            continue
        if isinstance(number, str) and number.strip().isdecimal() and len(number) < 10:
            number = Decimal(number.strip())
        wrong = None
        if not isinstance(number, Decimal) or number != number.to_integral_value() or number < 0:
            wrong = f"{level} is not a whole number"
        elif number >= FAR:
            wrong = f"{level} is a number of more than nine digits"
        if wrong is not None:
            problem, number = problem or Problem(wrong, place), UNKNOWN
        if number:
            said[level] = int(number)
    key, value = _first(fields, KEY_COLUMNS), _first(fields, VALUE_COLUMNS)
    return Item(key, value, said, place, problem)


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((fields[name] for name in names if name in fields), None)


def from_csv(text: str, name: str) -> Iterator[Item]:
    """A row for each quantity; columns quantity and value, and if need be sample and epoch."""
    table = CsvTable(text, name)
    header = [cell.lower() for cell in table.header]
    if not names_columns(header):
        what = "the header row has no columns quantity and value"
        raise ConfigError(Problem(what, table.place))
    if len(set(header)) < len(header):
        raise ConfigError(Problem("a name stands twice in the header row", table.place))
    for cells, place, problem in table.rows(longer=True):
        yield from_row(dict(zip(header, cells, strict=True)), place, problem)


def names_columns(header: Iterable[str]) -> bool:
    """Whether these names, in lower case, are those of columns of quantities and values."""
    names = set(header)
    return bool(names & {*KEY_COLUMNS} and names & {*VALUE_COLUMNS})
