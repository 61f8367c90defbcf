"""How a student writes numbers: to so many decimals or significant digits, rounded or cut off.

What a student writes on paper in between is rounded as the answers are. A habit is seen in all
answers together, and says what rounding of lines that were not handed in leaves open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import floor, inf, log10

from backprop_cli.marking.reading import Number

FEWEST_CUT = 3
"""So many numbers at least must be cut off where rounding would differ, to see a habit in it."""


@dataclass(frozen=True, slots=True)
class Habit:
    """To how many decimals (`places`) or significant digits a student writes; None if not so.

    Both stand where the answers do not tell them apart. `cut`: what follows is cut off.
    """

    places: int | None = None
    digits: int | None = None
    cut: bool = False

    def with_at_least(self, digits: int) -> Habit:
        """The habit of whoever writes so many digits or decimals at least."""
        places = None if self.places is None else max(self.places, digits)
        return replace(self, places=places, digits=self.digits and max(self.digits, digits))

    def unit(self, value: float) -> float:
        """The unit of the last place of `value`, written that way; 0 if there is no habit."""
        unit = 0.0 if self.places is None else 10.0**-self.places
        if self.digits is not None and 0 < abs(value) < inf:
            unit = max(unit, unit_of(value, self.digits))
        return unit

    def half(self, value: float) -> float:
        """How far `value` may move when it is written that way; 0 where it stays as it is."""
        unit = self.unit(value)
        if not unit or not abs(value) < 1e15 * unit:
            return 0.0
        steps = value / unit
        exact = abs(steps - round(steps)) <= 1e-9 * max(1.0, abs(steps))
        return 0.0 if exact else unit if self.cut else unit / 2


def unit_of(value: float, digits: int) -> float:
    """The unit of the last of so many significant digits of a number other than 0."""
    return 10.0 ** (floor(log10(abs(value))) + 1 - digits)


def habit_of(numbers: Iterable[Number]) -> Habit:
    """What most numbers have in common: their decimals, their digits, or both.

    Numbers that end early (0.5 among 0.593 and 0.751) do not count against it.
    """
    inexact = [number for number in numbers if number.unit and number.digits]
    if not inexact:
        return Habit()
    places, often = _most(number.places for number in inexact)
    digits, as_often = _most(number.digits or 0 for number in inexact)
    return Habit(
        places if often >= as_often else None,
        digits if as_often >= often else None,
    )


def _most(counts: Iterable[int]) -> tuple[int, int]:
    """The commonest number, the largest of several, and how often it is there."""
    return max(Counter(counts).items(), key=lambda item: (item[1], item[0]))


def cut_off(number: Number, value: float) -> bool | None:
    """Whether a number is `value` cut off, and not rounded; None where both or neither is so."""
    if not number.unit or not abs(value) < 1e15 * number.unit:
        return None
    steps, written = abs(value) / number.unit, round(abs(number.value) / number.unit)
    if value * number.value < 0:
        return None
    cut, rounded = floor(steps + 1e-9), floor(steps + 0.5)
    if cut == rounded or written not in (cut, rounded):
        return None
    return written == cut


def cuts(pairs: Iterable[tuple[Number, float]]) -> bool:
    """Whether these numbers show that their writer cuts off, as beside the values they stand for.

    One that is rounded up shows that it is no habit.
    """
    seen = Counter(cut_off(number, value) for number, value in pairs)
    return seen[True] >= FEWEST_CUT and not seen[False]
