"""How a student writes numbers: to so many decimals or significant digits, rounded or cut off.

What a student writes on paper in between is rounded as the answers are. A habit is seen in all
answers together, and says what rounding of lines that were not handed in leaves open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, inf, log10

from backprop_cli.marking.reading import Number

MOST_DIGITS = 25
"""Nobody writes more by habit."""

FEWEST_CUT = 3
"""So many numbers at least must be cut off where rounding would differ, to see a habit in it."""

FARTHEST = 3.0
"""Units of the last place: numbers that are farther off say nothing of how they were written."""


@dataclass(frozen=True, slots=True)
class Habit:
    """To how many digits a student writes: significant ones, or `decimals`.

    Who writes decimals mostly writes a small number, of which these leave no two digits, with
    significant ones; unless decimals are kept `throughout`. `cut`: what follows is cut off.
    Without `digits` there is no habit.
    """

    digits: int = 0
    decimals: bool = False
    throughout: bool = False
    cut: bool = False

    def places(self, value: float) -> int:
        """The places after the point (negative before it) to which `value` is written."""
        return self.places_from(_first(value))

    def places_from(self, first: int) -> int:
        """The same, for a number whose first digit stands at this power of ten."""
        if self.decimals and (self.throughout or first + 1 + self.digits >= 2):
            return self.digits
        return self.digits - 1 - first

    def unit(self, value: float) -> float:
        """The unit of the last place of `value`, written that way; 0 if there is no habit."""
        return 10.0 ** -self.places(value) if self.digits and 0 < abs(value) < inf else 0.0

    def half(self, value: float) -> float:
        """How far `value` may move when it is written that way; 0 where it stays as it is."""
        unit = self.unit(value)
        if not unit or not abs(value) < 1e15 * unit:
            return 0.0
        steps = value / unit
        exact = abs(steps - round(steps)) <= 1e-9 * max(1.0, abs(steps))
        return 0.0 if exact else unit if self.cut else unit / 2

    def has(self, number: Number) -> bool:
        """Whether a number is written that way, or longer."""
        return bool(number.value) and number.places >= self.places(number.value)


def _first(value: float) -> int:
    """The power of ten of the first digit."""
    return floor(log10(abs(value)))


def habit_of(numbers: Iterable[Number]) -> Habit:
    """The habit by which most of these numbers are written as they are."""
    inexact = [n for n in numbers if n.unit and n.value and "/" not in n.written]
    counts = {number.digits for number in inexact} | {number.places for number in inexact}
    habits = [
        Habit(digits, decimals, throughout)
        for digits in sorted(counts, reverse=True)
        for decimals, throughout in ((True, False), (True, True), (False, False))
        if 0 < digits < MOST_DIGITS
    ]

    kinds = Counter((_first(number.value), number.places) for number in inexact)

    def fitting(habit: Habit) -> int:
        pairs = kinds.items()
        return sum(n for (first, at), n in pairs if max(0, habit.places_from(first)) == at)

    return max(habits, key=fitting, default=Habit())


def cuts(pairs: Iterable[tuple[Number, float]]) -> bool:
    """Whether these numbers show that their writer cuts off, as beside the values they stand for.

    What is cut off is nearer to 0, by more than half a unit where rounding would go up, and by no
    more than one. Numbers that were rounded up speak against it; and those that are off by more,
    to either side, which something else has moved.
    """
    nearer = up = moved = 0
    for number, value in pairs:
        off = (abs(value) - abs(number.value)) / number.unit if number.unit else 0.0
        nearer += 0.5 < off <= 1.0
        up += -1.0 <= off < -0.01
        moved += 1.0 < off <= FARTHEST or -FARTHEST <= off < -1.0
    return nearer >= max(FEWEST_CUT, 1.5 * up, moved)
