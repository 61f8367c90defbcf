"""What a value of each kind may be: a function for every kind that `fields` names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from backprop_cli.config.fields import ROUNDED, Field
from backprop_cli.config.positions import KeyPath
from backprop_cli.errors import did_you_mean, shortened
from backprop_cli.formulas import ALIASES, Exact

Report = Callable[..., Any]
"""Notes that the value at a path is wrong: (path, what, hint), as `Checker.problem`."""

MOST_PLACES = 30
FRACTION = r"\s*[+-]?[0-9]+(\.[0-9]+)?\s*(/\s*[0-9]+(\.[0-9]+)?\s*)?"
LETTER = "[A-Za-z][A-Za-z0-9]{0,19}"
# What a terminal would obey, or what would turn the direction of the text around it.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NUMBERS = (int, Decimal)
# Powers of ten of the largest and of the smallest number that are computed with.
_LARGEST, _SMALLEST = 300, -330


class _Invalid:
    """Stands in for a value that was wrong, and has been reported."""

    def __bool__(self) -> bool:
        raise TypeError("an invalid value was used")


INVALID: Any = _Invalid()


def number(report: Report, value: Any, path: KeyPath) -> Any:
    """A number exactly as written; a text may hold a fraction ("1/3")."""
    if isinstance(value, str):
        return _fraction(report, value, path)
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        return report(path, f"expected a number, got {described(value)}")
    if isinstance(value, Decimal) and not value.is_finite():
        hint = f"NaN, infinities and powers beyond 1e{_LARGEST} are not"
        return report(path, "this is not a number to compute with", hint)
    exact = value if isinstance(value, Decimal) else Decimal(value)
    size = exact.adjusted() if value else 0
    if not _SMALLEST <= size <= _LARGEST:
        hint = f"numbers other than 0 lie between 1e{_SMALLEST} and 1e{_LARGEST}"
        return report(path, f"a number of the order 1e{size} is out of range", hint)
    return value


def _fraction(report: Report, text: str, path: KeyPath) -> Any:
    if len(text) > 200 or not re.fullmatch(FRACTION, text):
        hint = 'numbers stand without quotes; a fraction is written "1/3"'
        return report(path, f"expected a number, got {described(text)}", hint)
    over, _, under = text.partition("/")
    if under and Fraction(under) == 0:
        return report(path, f"{described(text)} divides by zero")
    return Fraction(over) / Fraction(under or 1)


def numbers(report: Report, value: Any, path: KeyPath) -> Any:
    """A list of numbers; each wrong one is reported by itself."""
    if not isinstance(value, list):
        return report(path, f"expected a list of numbers, got {described(value)}")
    if not value:
        return report(path, "the list is empty")
    checked = [number(report, item, (*path, index)) for index, item in enumerate(value)]
    return INVALID if any(item is INVALID for item in checked) else checked


def _bounded(report: Report, field: Field, value: Any, path: KeyPath) -> Any:
    checked = number(report, value, path)
    if checked is INVALID:
        return INVALID
    if field.above is not None and not checked > field.above:
        return report(path, f"must be greater than {field.above:g}, not {described(checked)}")
    if field.least is not None and checked < field.least:
        return report(path, f"must be at least {field.least:g}, not {described(checked)}")
    if field.below is not None and not checked < field.below:
        return report(path, f"must be less than {field.below:g}, not {described(checked)}")
    return checked


def _numbers(report: Report, _: Field, value: Any, path: KeyPath) -> Any:
    return numbers(report, value, path)


def _rows(report: Report, _: Field, value: Any, path: KeyPath) -> Any:
    hint = "one row per neuron: weights = [[0.1, 0.2], [0.3, 0.4]]"
    if not isinstance(value, list):
        return report(path, f"expected rows of numbers, got {described(value)}", hint)
    if not value:
        return report(path, "the list is empty", hint)
    if not any(isinstance(row, list) for row in value):
        return report(path, "expected rows of numbers, got a plain list", hint)
    rows = [numbers(report, row, (*path, index)) for index, row in enumerate(value)]
    return INVALID if any(row is INVALID for row in rows) else rows


def _text(report: Report, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, str):
        return report(path, f"expected a text, got {described(value)}")
    line = " ".join(value.split())
    if _CONTROL.search(line):
        return report(path, "the text contains control characters")
    return line


def _texts(report: Report, field: Field, value: Any, path: KeyPath) -> Any:
    """Names, none of them twice."""
    if not isinstance(value, list):
        return report(path, f"expected a list of texts, got {described(value)}")
    found = [_text(report, field, item, (*path, index)) for index, item in enumerate(value)]
    if any(item is INVALID for item in found):
        return INVALID
    if "" in found:
        return report((*path, found.index("")), "the text is empty")
    if len({*found}) < len(found):
        twice = next(text for at, text in enumerate(found) if text in found[:at])
        return report(path, f"{_quoted(twice)} stands twice")
    return found


def _flag(report: Report, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, bool):
        hint = "true and false stand without quotes, in small letters"
        return report(path, f"expected true or false, got {described(value)}", hint)
    return value


def _integer(report: Report, _: Field, value: Any, path: KeyPath) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        return report(path, f"expected a whole number, got {described(value)}")
    if value.bit_length() >= 64:
        return report(path, f"{described(value)} is out of range", "whole numbers have 64 bits")
    return value


def _count(report: Report, field: Field, value: Any, path: KeyPath) -> Any:
    checked = _integer(report, field, value, path)
    if checked is not INVALID and checked < 1:
        return report(path, f"must be at least 1, not {described(checked)}")
    return checked


def _choice(report: Report, field: Field, value: Any, path: KeyPath) -> Any:
    known = "known: " + " ".join(field.choices)
    if not isinstance(value, str):
        return report(path, f"expected a name, got {described(value)}", known)
    chosen = value.lower().replace("_", "-").replace(" ", "-")
    if chosen not in field.choices:
        hint = did_you_mean(chosen, field.choices) or known
        return report(path, f"unknown {path[-1]} {_quoted(value)}", hint)
    return ALIASES.get(chosen, chosen)


def _letter(report: Report, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, str) or not re.fullmatch(LETTER, value):
        hint = "up to 20 letters and digits, a letter first: z, net, delta"
        return report(path, f"{described(value)} cannot be a letter", hint)
    return value


def _pattern(report: Report, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, str):
        return report(path, f"expected a text, got {described(value)}")
    return value


def _names(report: Report, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, list | str):
        return report(path, f"expected a text or lists of texts, got {described(value)}")
    return value


def _samples(report: Report, _: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, list):
        hint = f"{path[-1]} = [0.05, 0.1]; names of columns stand in a list too"
        return report(path, f"expected a list, got {described(value)}", hint)
    return value if value else report(path, "the list is empty")


def _split(report: Report, field: Field, value: Any, path: KeyPath) -> Any:
    if isinstance(value, str):
        return _text(report, field, value, path)
    if isinstance(value, Mapping):
        return _samples_table(report, field, value, path)
    share = number(report, value, path)
    if share is not INVALID and not 0 < share < 1:
        hint = "a share of the samples, or the name of a second file"
        return report(path, f"must be between 0 and 1, not {described(share)}", hint)
    return share


def _samples_table(report: Report, field: Field, value: Mapping[str, Any], path: KeyPath) -> Any:
    """Inputs and targets of samples, as they stand at the top."""
    keys = ("inputs", "targets")
    found = {key: _samples(report, field, value[key], (*path, key)) for key in keys if key in value}
    hint = "validation = { inputs = [[…], […]], targets = [[…], […]] }"
    for key in (key for key in keys if key not in value):
        found[key] = report(path, f"{key} is missing", hint)
    for key in (key for key in value if key not in keys):
        found[key] = report((*path, key), "there is no such key", hint)
    return INVALID if any(item is INVALID for item in found.values()) else found


def _rounding(report: Report, field: Field, value: Any, path: KeyPath) -> Any:
    """Decimal places by kind of quantity."""
    if not isinstance(value, Mapping):
        places = _places(report, field, value, path)
        return INVALID if places is INVALID else {"default": places}
    found: dict[str, Any] = {}
    for key, item in value.items():
        found[key] = _places(report, field, item, (*path, key))
        if key not in ROUNDED:
            hint = partial(_near, key)
            found[key] = report((*path, key), "there is no such kind of quantity", hint)
    return INVALID if any(places is INVALID for places in found.values()) else found


def _near(kind: str) -> str:
    return did_you_mean(kind, ROUNDED) or "known: " + " ".join(ROUNDED)


def _places(report: Report, field: Field, value: Any, path: KeyPath) -> Any:
    places = _integer(report, field, value, path)
    if places is not INVALID and not 0 <= places <= MOST_PLACES:
        what = f"must be from 0 to {MOST_PLACES} decimal places, not {described(places)}"
        return report(path, what)
    return places


def _points(report: Report, field: Field, value: Any, path: KeyPath) -> Any:
    if not isinstance(value, Mapping):
        return report(path, f"expected a table of numbers, got {described(value)}")
    least = field._replace(least=0)
    found = {key: _bounded(report, least, item, (*path, key)) for key, item in value.items()}
    return INVALID if any(points is INVALID for points in found.values()) else found


KINDS: Mapping[str, Callable[[Report, Field, Any, KeyPath], Any]] = {
    "text": _text, "flag": _flag, "integer": _integer, "count": _count, "number": _bounded,
    "numbers": _numbers, "rows": _rows, "choice": _choice, "letter": _letter,
    "pattern": _pattern, "names": _names, "samples": _samples, "split": _split, "texts": _texts,
    "rounding": _rounding, "points": _points,
}  # fmt: skip


def plural(count: int, what: str) -> str:
    """`1 number`, `2 numbers`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def there_are(count: int, what: str) -> str:
    """`there is 1 number`, `there are 2 numbers`."""
    return f"there {'is' if count == 1 else 'are'} {plural(count, what)}"


def described(value: Any) -> str:
    """What a value is, in words, for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {_quoted(value)}"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, Exact):
        return shortened(str(Decimal(value) if isinstance(value, int) else value), 40)
    return f"a {type(value).__name__}"


def _quoted(text: str) -> str:
    return f'"{shortened(text, 40)}"'
