"""How a student writes numbers down."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CALCULATOR = 12
"""Digits of a pocket calculator: what comes after is nobody's."""


@dataclass(frozen=True)
class Writing:
    """So many significant digits, or decimals; cut off, or rounded; exact ones short."""

    digits: int
    decimals: bool = False
    cut: bool = False
    bare: bool = False

    def text(self, value: float) -> str:
        """The number as it is written down."""
        shown = Decimal(f"{value:.{CALCULATOR - 1}e}")
        if not shown:
            return "0"
        first = shown.adjusted()
        by_places = self.decimals and first + 1 + self.digits >= 2
        last = -self.digits if by_places else first + 1 - self.digits
        mode = ROUND_DOWN if self.cut else ROUND_HALF_UP
        number = shown.quantize(Decimal(1).scaleb(last), rounding=mode)
        if self.bare and number == shown:
            number = number.normalize()
        return f"{number:f}" if first > -8 else f"{number:e}"

    def carried(self, value: float) -> float:
        """The number as one goes on with it who uses what is written."""
        return float(self.text(value))
