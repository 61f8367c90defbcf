"""Checking values of a config against the table of `fields`, and collecting what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from backprop_cli.document import Document
from backprop_cli.errors import ConfigError, Problem, did_you_mean
from backprop_cli.fields import SPELLINGS, TABLES, Field
from backprop_cli.functions import ALIASES
from backprop_cli.network import Exact

__all__ = ["INVALID", "Checker", "KeyPath"]

KeyPath = tuple[str | int, ...]

_FRACTION = re.compile(r"\s*([+-]?[0-9]+(?:\.[0-9]+)?)\s*(?:/\s*([0-9]+(?:\.[0-9]+)?)\s*)?")
_LARGEST_POWER = 300
# Problems beyond this many are counted, not told: a file of another kind fails in every line.
_ENOUGH = 20


class _Invalid:
    """Stands in for a value that was wrong, and has been reported."""

    def __bool__(self) -> bool:
        raise TypeError("an invalid value was used")


INVALID: Any = _Invalid()


class Checker:
    """Takes a document apart. What is wrong is kept, and told all at once by `finish`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._problems: list[Problem] = []

    def problem(self, path: KeyPath, what: str, hint: str | None = None) -> Any:
        """Note that the value at `path` is wrong; returns `INVALID`."""
        self._problems.append(Problem(what, self._document.place(*path), hint))
        return INVALID

    @property
    def failed(self) -> bool:
        return bool(self._problems)

    def finish(self) -> None:
        """Raise `ConfigError` if anything was wrong."""
        if self._problems:
            shown = self._problems[:_ENOUGH]
            more = len(self._problems) - len(shown)
            if more:
                shown.append(Problem(f"and {more} more like these", self._document.place()))
            raise ConfigError(shown)

    def table(self, name: str, value: Any, path: KeyPath) -> dict[str, Any]:
        """The keys of a table of `fields.TABLES` that are there and right, others reported.

        A key that is not there is left out; one that is there but wrong is `INVALID`.
        """
        if not isinstance(value, Mapping):
            self.problem(path, f"expected a table, got {_described(value)}")
            return {}
        fields, spellings = TABLES[name], SPELLINGS.get(name, {})
        found: dict[str, Any] = {}
        for written, item in value.items():
            key = spellings.get(written, written)
            if key not in fields:
                if (name, written) != ("", "$schema"):
                    self._unknown(name, written, path)
            elif key in found:
                self.problem((*path, written), f"{key} is given twice, as {written} too")
            else:
                found[key] = self.value(fields[key], item, (*path, written))
        for key, field in fields.items():
            if field.required and key not in found:
                self.problem(path, f"{key} is missing" + (f" in {_where(path)}" if path else ""),
                             f"{key}: {field.about}")  # fmt: skip
                found[key] = INVALID
        return found

    def _unknown(self, table: str, written: str, path: KeyPath) -> None:
        fields = TABLES[table]
        elsewhere = next((name for name, keys in TABLES.items() if written in keys), None)
        hint = did_you_mean(written, [*fields, *SPELLINGS.get(table, {})])
        if hint is None and elsewhere is not None:
            hint = (
                f"{written} belongs into {'[' + elsewhere + ']' if elsewhere else 'the top part'}"
            )
        self.problem((*path, written), "there is no such key", hint or "known: " + " ".join(fields))

    def value(self, field: Field, value: Any, path: KeyPath) -> Any:
        """The value checked and converted by its kind, or `INVALID`."""
        if field.kind.startswith("["):
            return value  # a table of its own, taken apart by itself
        checked = _CHECKS[field.kind](self, field, value, path)
        if checked is not INVALID and field.kind == "number":
            return self._bounded(field, checked, path)
        return checked

    def _bounded(self, field: Field, number: Exact, path: KeyPath) -> Any:
        if field.above is not None and not number > field.above:
            return self.problem(path, f"must be greater than {field.above:g}, not {number}")
        if field.least is not None and number < field.least:
            return self.problem(path, f"must be at least {field.least:g}, not {number}")
        if field.below is not None and not number < field.below:
            return self.problem(path, f"must be less than {field.below:g}, not {number}")
        return number

    def number(self, value: Any, path: KeyPath) -> Any:
        """A number exactly as written; a text may hold a fraction ("1/3")."""
        if isinstance(value, str):
            return self._fraction(value, path)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return self.problem(path, f"expected a number, got {_described(value)}")
        if isinstance(value, Decimal) and not value.is_finite():
            return self.problem(path, f"{value} is not a number to compute with")
        size = Decimal(value).adjusted() if value else 0
        if abs(size) > _LARGEST_POWER:
            return self.problem(path, f"a number of the order 1e{size} is out of range",
                                f"numbers go up to 1e{_LARGEST_POWER}")  # fmt: skip
        return value

    def _fraction(self, text: str, path: KeyPath) -> Any:
        match = _FRACTION.fullmatch(text) if len(text) <= 200 else None
        if match is None:
            return self.problem(path, f"expected a number, got the text {_quoted(text)}",
                                "numbers stand without quotes; a fraction is written \"1/3\""
                                )  # fmt: skip
        under = Fraction(match[2] or 1)
        if under == 0:
            return self.problem(path, f"{_quoted(text)} divides by zero")
        return Fraction(match[1]) / under

    def numbers(self, value: Any, path: KeyPath) -> Any:
        """A list of numbers; each wrong one is reported by itself."""
        if not isinstance(value, list):
            return self.problem(path, f"expected a list of numbers, got {_described(value)}")
        if not value:
            return self.problem(path, "the list is empty")
        checked = [self.number(item, (*path, index)) for index, item in enumerate(value)]
        return INVALID if any(number is INVALID for number in checked) else checked


def _check_number(checker: Checker, _: Field, value: Any, path: KeyPath) -> Any:
    return checker.number(value, path)


def _check_numbers(checker: Checker, _: Field, value: Any, path: KeyPath) -> Any:
    return checker.numbers(value, path)


def _check_rows(checker: Checker, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, list) or not value:
        what = "the list is empty" if value == [] else f"got {_described(value)}"
        return checker.problem(path, f"expected rows of numbers, {what}",
                               "weights = [[0.1, 0.2], [0.3, 0.4]]: one row per neuron"
                               )  # fmt: skip
    rows = [checker.numbers(row, (*path, index)) for index, row in enumerate(value)]
    return INVALID if any(row is INVALID for row in rows) else rows


def _check_text(checker: Checker, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, str):
        return checker.problem(path, f"expected a text, got {_described(value)}")
    return value


def _check_flag(checker: Checker, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, bool):
        return checker.problem(path, f"expected true or false, got {_described(value)}")
    return value


def _check_integer(checker: Checker, _: Field, value: Any, path: KeyPath) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        return checker.problem(path, f"expected a whole number, got {_described(value)}")
    return value


def _check_count(checker: Checker, field: Field, value: Any, path: KeyPath) -> Any:
    number = _check_integer(checker, field, value, path)
    if number is not INVALID and number < 1:
        return checker.problem(path, f"must be at least 1, not {number}")
    return number


def _check_choice(checker: Checker, field: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, str):
        return checker.problem(path, f"expected one of {', '.join(field.choices)}; "
                                     f"got {_described(value)}")  # fmt: skip
    chosen = value.lower().replace("_", "-").replace(" ", "-")
    if chosen not in field.choices:
        hint = did_you_mean(chosen, field.choices) or "known: " + " ".join(field.choices)
        return checker.problem(path, f"there is no {_quoted(value)} here", hint)
    return ALIASES.get(chosen, chosen)


def _check_letter(checker: Checker, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, str) or not re.fullmatch("[A-Za-z][A-Za-z0-9]{0,19}", value):
        return checker.problem(path, f"{_described(value)} cannot be a letter",
                               "letters and digits, a letter first")  # fmt: skip
    return value


def _check_names(checker: Checker, field: Field, value: Any, path: KeyPath) -> Any:
    if isinstance(value, list):
        return value
    return _check_text(checker, field, value, path)


def _check_samples(checker: Checker, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, list):
        return checker.problem(path, f"expected a list, got {_described(value)}")
    return value if value else checker.problem(path, "the list is empty")


def _check_split(checker: Checker, _: Field, value: Any, path: KeyPath) -> Any:
    share = value if isinstance(value, str) else checker.number(value, path)
    if share is not INVALID and not isinstance(share, str) and not 0 < share < 1:
        return checker.problem(path, f"must be between 0 and 1, not {share}",
                               "a share of the samples, or the name of a second file")  # fmt: skip
    return share


def _check_rounding(checker: Checker, field: Field, value: Any, path: KeyPath) -> Any:
    table = value if isinstance(value, Mapping) else {"default": value}
    for key, places in table.items():
        where = (*path, key) if isinstance(value, Mapping) else path
        if _check_integer(checker, field, places, where) is INVALID:
            return INVALID
        if not 0 <= places <= 30:
            return checker.problem(where, f"must be from 0 to 30 decimal places, not {places}")
    return dict(table)


def _check_points(checker: Checker, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, Mapping):
        return checker.problem(path, f"expected a table of numbers, got {_described(value)}")
    found = {key: checker.number(item, (*path, key)) for key, item in value.items()}
    for key, number in found.items():
        if number is not INVALID and number < 0:
            found[key] = checker.problem((*path, key), f"must be at least 0, not {number}")
    return INVALID if any(number is INVALID for number in found.values()) else found


_CHECKS: dict[str, Callable[[Checker, Field, Any, KeyPath], Any]] = {
    "text": _check_text, "flag": _check_flag, "integer": _check_integer, "count": _check_count,
    "number": _check_number, "numbers": _check_numbers, "rows": _check_rows,
    "choice": _check_choice, "letter": _check_letter, "pattern": _check_text,
    "names": _check_names, "samples": _check_samples, "rounding": _check_rounding,
    "split": _check_split,
    "points": _check_points,
}  # fmt: skip


def _where(path: KeyPath) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else str(part) for part in path)


def _quoted(text: str) -> str:
    return '"' + (text if len(text) <= 40 else text[:37] + "…") + '"'


def _described(value: Any) -> str:
    """What a value is, in words, for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {_quoted(value)}"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, Mapping):
        return "a table"
    return str(value) if isinstance(value, int | Decimal) else f"a {type(value).__name__}"
