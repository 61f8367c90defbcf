"""How near is near enough: what rounding leaves open, of an answer and of those before it.

Three kinds of rounding come together in a line: of the answer itself (half a unit of its last
place), of the answers that it is worked from (their slack, added up), and of lines in between that
were not handed in (their spread, as independent errors add up). A program rounds as its type of
float does, each operation, whatever its numbers look like as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import floor, hypot, inf, isfinite, log10

from backprop_cli.config import with_defaults
from backprop_cli.marking.reading import HAIR, HALF_UNIT, Number
from backprop_cli.marking.sheet import Entry, Sheet, Way, partials
from backprop_cli.marking.verdicts.habits import Habit

DEFAULTS = with_defaults("grading", {})
"""What [grading] says where a config says nothing."""

WHOLE_UNIT = 1.01
"""A number that is cut off may be below by this part of a unit of its last place."""

DEVIATIONS = 1.74
"""Three standard deviations, in half units: an error evenly spread over ±h has one of h/√3."""

FLOAT_DEVIATIONS = 8.0
"""A program's number may be off by so many standard deviations of what its floats leave open."""

MOST_ON_THE_WAY = 0.05
"""Relative: rounding on the way excuses at most so much, or ten units of an answer's last place."""


@dataclass(frozen=True, slots=True)
class Precision:
    """What is asked of a number: `min_digits` significant ones; `rtol` and `atol` replace the
    tolerance that comes from the places written."""

    min_digits: int = DEFAULTS["min_digits"]
    rtol: float | None = None
    atol: float | None = None

    def fixed(self, target: float) -> float | None:
        """The tolerance around `target` where one is set; None where it depends on the answer."""
        if self.rtol is None and self.atol is None:
            return None
        return (self.atol or 0.0) + (self.rtol or 0.0) * abs(target)


@dataclass
class Paper:
    """The sheet as a student worked it. By slot: `own` values (the answer, or what follows from
    the answers), their `slack` (what the rounding of the answers leaves open), and whether they
    are `sound` (free of mistakes before them) or `zeroed` (come from a wrong 0 or 1).
    """

    sheet: Sheet
    precision: Precision
    habit: Habit
    own: list[float] = field(default_factory=list)
    slack: list[float] = field(default_factory=list)
    sound: list[bool] = field(default_factory=list)
    zeroed: list[bool] = field(default_factory=list)
    answered: set[int] = field(default_factory=set)
    _spread: dict[int, float] = field(default_factory=dict, repr=False)
    _spread_to: int = 0

    def __post_init__(self) -> None:
        count = len(self.sheet.truths)
        self.own, self.slack = list(self.sheet.truths), [0.0] * count
        self.sound, self.zeroed = [True] * count, [False] * count

    def fixed(self, entry: Entry, number: Number, target: float) -> float | None:
        """The tolerance around `target` that does not depend on the digits of a text.

        It is set, or that of a program's type: relative, and of the largest number of its kind in
        the layer; more only where floats of the type cannot do better. None for a person's number.
        """
        fixed = self.precision.fixed(target)
        if fixed is not None or number.type is None:
            return fixed
        near = number.type.tolerance * (abs(target) + self.sheet.largest(entry))
        error = FLOAT_DEVIATIONS * 0.5**number.type.bits * self.sheet.roundings[entry.slot]
        return max(near, error) if isfinite(error) else near

    def rounding(self, number: Number, entry: Entry, target: float) -> float:
        """What the places of an answer leave open around `target`."""
        part = HALF_UNIT
        if self.habit.cut and abs(number.value) < abs(target):
            part = WHOLE_UNIT
        return part * number.unit + HALF_UNIT * self.sheet.grid(entry)

    def tolerance(self, entry: Entry, number: Number) -> float:
        """How far from the truth a right answer may lie, by its places and those before it."""
        truth = self.sheet.truths[entry.slot]
        fixed = self.fixed(entry, number, truth)
        if fixed is not None:
            return fixed
        widening = sum(
            slope * self.slack[slot]
            for slope, slot in zip(self.sheet.partials(entry), entry.operands, strict=True)
            if self.slack[slot] and self.sound[slot]
        )
        return self.rounding(number, entry, truth) + widening + hair(self.sheet, entry)

    def reach(
        self, entry: Entry, number: Number, way: Way, value: float, rounding: bool = True
    ) -> float:
        """How far an answer may lie from `value`, worked that way with the student's own numbers.

        Without `rounding` these are taken as they are written.
        """
        if not isfinite(value):
            return -1.0
        fixed = self.fixed(entry, number, value)
        if fixed is not None:
            return fixed
        slopes = partials(entry, self.own, way.formula, way.operands)
        widening = sum(
            slope * ((self.slack[slot] if rounding else 0.0) + HAIR * abs(self.own[slot]))
            for slope, slot in zip(slopes, way.operands, strict=True)
        )
        own = self.rounding(number, entry, value)
        return own + widening if isfinite(widening) else own

    def leeway(self, entry: Entry, number: Number) -> float:
        """What rounding on the way, in lines that were not handed in, may add to a tolerance."""
        if self.fixed(entry, number, 0.0) is not None:
            return 0.0
        self._spread_before(entry)
        spread = DEVIATIONS * self._spread_in(entry)
        truth = self.sheet.truths[entry.slot]
        return min(spread, max(10 * number.unit, MOST_ON_THE_WAY * abs(truth)))

    def lent(self, entry: Entry, number: Number) -> float:
        """What the rounding of an answer leaves open for the lines after it: half a unit.

        Nothing if it is exactly the value. Of one with too few digits, half a unit of the last
        digit that is asked for, unless all are written to as many decimals: a coarse answer does
        not excuse invented ones.
        """
        truth, least = self.sheet.truths[entry.slot], max(1, self.precision.min_digits)
        if abs(number.value - truth) <= hair(self.sheet, entry):
            return 0.0
        half = number.unit if self.habit.cut else number.half
        if number.digits >= least or self.is_usual(number):
            return half
        size = max(abs(number.value), abs(truth))
        most = 10.0 ** (floor(log10(size)) + 1 - least) / 2 if 0 < size < inf else 0.0
        return min(half, most)

    def is_usual(self, number: Number) -> bool:
        """Whether a number has as many decimals as this student's numbers have, and enough."""
        return self.habit.digits >= self.precision.min_digits and self.habit.has(number)

    def widening(self, entry: Entry) -> float:
        """Σ |∂f/∂operand| · what the rounding of that operand leaves open."""
        if not any(self.slack[slot] for slot in entry.operands):
            return 0.0
        slopes = self._slopes(entry)
        found = sum(s * self.slack[slot] for s, slot in zip(slopes, entry.operands, strict=True))
        return found if isfinite(found) else 0.0

    def _slopes(self, entry: Entry) -> Sequence[float]:
        """|∂f/∂operand| at the student's numbers.

        Slopes at the truth, which are kept, will do where these are within a hundredth of it.
        """
        own, truths = self.own, self.sheet.truths
        near = all(
            abs(own[slot] - truths[slot]) <= 0.01 * abs(truths[slot]) for slot in entry.operands
        )
        return self.sheet.partials(entry, None if near else own)

    def _spread_before(self, entry: Entry) -> None:
        """Work out the spread of every line before this one that was not handed in.

        What has too few digits is not excused: on the way it has as many as are asked for.
        """
        entries, habit = self.sheet.entries, self.habit
        habit = replace(habit, digits=max(habit.digits, self.precision.min_digits))
        while self._spread_to < len(entries) and entries[self._spread_to].slot < entry.slot:
            before = entries[self._spread_to]
            self._spread_to += 1
            if before.slot not in self.answered:
                half = habit.half(self.own[before.slot])
                spread = hypot(self._spread_in(before), half)
                self._spread[before.slot] = spread if isfinite(spread) else 0.0

    def _spread_in(self, entry: Entry) -> float:
        """√Σ(∂f/∂operand · spread)²: what the operands' spread makes of the line."""
        if not any(slot in self._spread for slot in entry.operands):
            return 0.0
        pairs = zip(self._slopes(entry), entry.operands, strict=True)
        found = hypot(*(slope * self._spread.get(slot, 0.0) for slope, slot in pairs))
        return found if isfinite(found) else 0.0


def hair(sheet: Sheet, entry: Entry) -> float:
    """How far the entry's value may move if floats are added in another order."""
    truths = sheet.truths
    sizes = sum(
        slope * abs(truths[slot])
        for slope, slot in zip(sheet.partials(entry), entry.operands, strict=True)
    )
    return HAIR * (sizes + abs(truths[entry.slot]))
