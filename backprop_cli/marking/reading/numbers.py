"""A student's numbers as they were typed: value, digits, and the unit of the last place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any, NamedTuple

from backprop_cli.config import exact_number
from backprop_cli.errors import shortened

LARGEST_POWER = 308
LONGEST = 400
"""Characters that a number may have, and places after the point."""

HALF_UNIT = 0.51
"""An answer may be off by this part of a unit of its last place: a tie is rounded either way."""

HAIR = 1e-12
"""Relative: what the order of float operations may change."""

NOTHING = ("-", "--", "?", "n/a", "na", "none", "null", "x", "tbd")
"""What people write where they have no number."""

_MINUS = str.maketrans("−–—‒", "----")
_EQUALS = re.compile("[=≈≃≅]")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"([+-]?[0-9]*),([0-9]+(?:[eE][+-]?[0-9]+)?)")
_POWER = re.compile(
    r"(?<=[0-9.])\s*+[x×*·]\s*+10\s*+(?:\^\s*+\{?\(?|[{(]|(?=[+-]))\s*+([+-]?[0-9]+)\s*+\)?\}?$"
)
_RAISED = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_ANOTHER = re.compile(r"[,;]\s+[^(),;]*[^\W\d][^(),;]*$")
"""A comma and a word after it, as in `0.3775, out_h1`: the name of another answer."""


class NotANumber(Exception):  # noqa: N818 - told to the user as a problem of the answers
    """A text cannot be understood as a number: why not, and a hint."""

    def __init__(self, what: str, hint: str | None = None) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


class FloatType(NamedTuple):
    """A type of float: its `code` in the module struct, the bits of its mantissa, and `lowest`,
    the power of 2 of its smallest normal number. A right number of a program that computes with it
    is off by at most `tolerance`, relative and of the largest number of its kind in the layer."""

    name: str
    code: str
    bits: int
    lowest: int
    tolerance: float


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was typed, or as a program has it.

    `unit` is that of the last place written (0.001 for 0.750), `digits` counts the significant
    ones, `places` those after the point. What a program has of a `type` is not rounded in its
    text: its unit is 0.

    A fraction p/q in lowest terms is the best that a person could write with so small a q for any
    number nearer than 1/(2q²) to it (Legendre, 1798). That is half a unit of as many digits as
    p·q has, and so many the fraction is said to have: 1/3 has one, 22/7 three, 355/113 five.
    Whoever compares takes what is equal to the hair as exact, a fraction as any other number.
    """

    value: float
    unit: float
    digits: int
    places: int
    written: str
    type: FloatType | None = None

    @property
    def half(self) -> float:
        """Half a unit of the last place."""
        return self.unit / 2


def number_of(value: Any) -> Number | None:
    """The number in a value of TOML, JSON or CSV; None for an empty text. Raises `NotANumber`.

    Of a text with equals signs, as in `1/(1+e^-0.3775) = 0.593`, it is the last number.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        raise NotANumber(f"expected a number, got {str(value).lower()}")
    if isinstance(value, int):
        value = str(value) if abs(value) < 10**LONGEST else "9" * (LONGEST + 1)
    if isinstance(value, Decimal):
        return _checked(value, str(value))
    if isinstance(value, str):
        return _number_in(value)
    kind = f"a {type(value).__name__}"
    if isinstance(value, Mapping | list):
        kind = "a table" if isinstance(value, Mapping) else "a list"
    raise NotANumber(f"expected a number, got {kind}")


def _number_in(written: str) -> Number | None:
    if len(written) > LONGEST:
        raise NotANumber(f"a number of {len(written)} characters is too long")
    raised = _RAISED.sub(r"^\g<0>", written)
    text = _last(unicodedata.normalize("NFKC", raised).translate(_MINUS))
    if not text:
        return None
    said = written.strip() if _EQUALS.search(written.strip().lstrip("=≈~ ")) is None else text
    text = _POWER.sub(r"e\1", text)
    over, slash, under = text.partition("/")
    if slash and text.lower() not in NOTHING:
        return _fraction(over.strip(), under.strip(), said)
    return _checked(_decimal(text, said), said)


def _last(text: str) -> str:
    """What stands after the last sign of equality that something stands after."""
    parts = [part.strip().lstrip("~ ") for part in _EQUALS.split(text)]
    for part in parts[:-1]:
        if _ANOTHER.search(part):
            what = f"several answers in one: '{shortened(text.strip(), 40)}'"
            raise NotANumber(what, "write each on a line of its own")
    return next(filter(None, reversed(parts)), "")


def _decimal(text: str, written: str) -> Decimal:
    if (comma := _COMMA.fullmatch(text)) is not None:
        text = f"{comma[1]}.{comma[2]}"
    if _DECIMAL.fullmatch(text) is None:
        if text.lstrip("+-").lower() in ("nan", "inf", "infinity"):
            raise NotANumber(f"{written} is not a number to compare with")
        hint = "such as 0.75, 1.2e-3 or 3/8"
        if text.lower() in NOTHING:
            hint = "leave empty what is not answered"
        if written.count("[") != written.count("]"):
            hint = "in such a file a matrix stands on one line, between [ and ]: [0.1 0.2; 0.3 0.4]"
        raise NotANumber(f"expected a number, got the text '{shortened(written, 40)}'", hint)
    return exact_number(text)


def _checked(number: Decimal, written: str) -> Number:
    if not number.is_finite():
        raise NotANumber(f"{shortened(written, 40)} is not a number to compare with")
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    value = float(number)
    fits = isfinite(value) and bool(value) == bool(number)
    if not fits or not -LONGEST <= exponent <= LARGEST_POWER:
        hint = f"numbers go from 5e-324 up to 1.7e{LARGEST_POWER}"
        raise NotANumber(f"{shortened(written, 40)} is out of range", hint)
    digits = len(number.as_tuple().digits) if number else 0
    return Number(value, 10.0**exponent, digits, max(0, -exponent), written)


def _fraction(over: str, under: str, written: str) -> Number:
    dividend, divisor = _decimal(over, written), _decimal(under, written)
    for part in (dividend, divisor):
        _checked(part, written)
    if divisor == 0:
        raise NotANumber(f"{shortened(written, 40)} divides by zero")
    exact = Fraction(dividend) / Fraction(divisor)
    try:
        value = float(exact)
    except OverflowError:
        raise NotANumber(f"{shortened(written, 40)} is out of range") from None
    if not value:
        return Number(value, 1.0, 0, 0, written)
    digits = len(str(abs(exact.numerator) * exact.denominator))
    rounded = [len(part.as_tuple().digits) for part in (dividend, divisor) if not _is_whole(part)]
    if rounded:  # a quotient of decimals, of which nobody knows more than of the shorter
        digits = min(rounded)
    exponent = Decimal(value).adjusted() + 1 - digits
    return Number(value, 10.0**exponent, digits, max(0, -exponent), written)


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()
