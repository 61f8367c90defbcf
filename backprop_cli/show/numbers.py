"""Numbers as text: as many digits as asked for, and never a digit that is not there."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from backprop_cli.formulas import ATOM, MINUS, PRODUCT

_NICE_FRACTIONS = {Fraction(1, 2): "½", Fraction(1, 4): "¼", Fraction(3, 4): "¾"}
# Below and above these powers of ten a number is written as 1.2e-9.
_SMALLEST, _LARGEST = -7, 15


class Format(NamedTuple):
    """How many digits are written: `digits` significant ones, or `decimals` after the point.

    Trailing zeros are trimmed, except with `decimals`. `fractions`: exact values are written as
    fractions with their decimal beside them. `comma`: decimal commas.
    """

    digits: int = 9
    decimals: int | None = None
    fractions: bool = False
    comma: bool = False

    def __call__(self, value: Any) -> str:
        """`value` in decimals."""
        text = self._with_point(value)
        return text.replace(".", ",") if self.comma else text

    def _with_point(self, value: Any) -> str:
        if isinstance(value, float):
            if not math.isfinite(value):
                return _not_finite(value)
            if self.decimals is not None:
                return _without_negative_zero(f"{value:.{self.decimals}f}")
            return _placed(f"{value:.{self.digits - 1}e}")
        if isinstance(value, Fraction):
            value = _decimal_of(value, self.digits if self.decimals is None else self.decimals)
        number = Decimal(value)
        if not number.is_finite():
            return _not_finite(number)
        if self.decimals is not None:
            return _without_negative_zero(f"{number:.{self.decimals}f}")
        return _placed(f"{number:.{self.digits - 1}e}")

    def value(self, value: Any) -> str:
        """`value` as the result of a step: with `fractions`, "3/8 = 0.375"."""
        decimal = self(value)
        if not (self.fractions and isinstance(value, Fraction)) or value.denominator == 1:
            return decimal
        equal = "=" if Fraction(Decimal(self._with_point(value))) == value else "≈"
        return f"{value} {equal} {decimal}"

    def operand(self, value: Any) -> tuple[str, int]:
        """`value` inside a formula, and how tightly it binds there."""
        if self.fractions and isinstance(value, Fraction) and value.denominator != 1:
            return str(value), PRODUCT if value > 0 else MINUS
        return _bound(self(value))


def full(value: Any) -> str:
    """Every digit: text that reads back as the same number."""
    if isinstance(value, float):
        return repr(value)
    return str(value)


def plain(value: Any) -> tuple[str, int]:
    """A constant of a formula as a person writes it (½, 2, 0.01), and how tightly it binds."""
    if isinstance(value, Fraction):
        if value in _NICE_FRACTIONS:
            return _NICE_FRACTIONS[value], ATOM
        return str(value), PRODUCT
    return _bound(Format(digits=17)(value))


def _bound(text: str) -> tuple[str, int]:
    if text.startswith("-"):
        return text, MINUS
    return text, PRODUCT if "e" in text else ATOM


def _not_finite(value: Any) -> str:
    if value != value:
        return "nan"
    return "inf" if value > 0 else "-inf"


def _without_negative_zero(text: str) -> str:
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def _decimal_of(value: Fraction, digits: int) -> Decimal:
    """Enough correct digits of a fraction, even one of thousands of digits, to round it rightly."""
    context = Context(prec=digits + 400, rounding=ROUND_HALF_EVEN)
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


def _placed(scientific: str) -> str:
    """1.23000e-05 as 0.0000123; very large and very small numbers stay scientific."""
    mantissa, _, power = scientific.lower().partition("e")
    exponent = int(power)
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.lstrip("-").replace(".", "").rstrip("0")
    if not digits:
        return "0"
    if not _SMALLEST <= exponent < _LARGEST:
        point = "." if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{point}{digits[1:]}e{exponent}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    rest = digits[exponent + 1 :]
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"
