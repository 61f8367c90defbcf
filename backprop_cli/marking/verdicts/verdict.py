"""Verdicts: is an answer right, right for the student's own numbers, wrong, or blank?

Marking works the lines of the sheet once more, and goes on from each answer in place of the true
value. An answer is compared with the truth first, then with what follows from the student's own
numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import floor, inf, isfinite, log10

from backprop_cli.config import with_defaults
from backprop_cli.marking.reading import HAIR, HALF_UNIT, Answer, Number
from backprop_cli.marking.sheet import Entry, Sheet, Way, partials

CORRECT, FOLLOWS, WRONG, BLANK = "correct", "follow-through", "wrong", "blank"

ALMOST_0, ALMOST_1 = 1e-6, 5e-4
"""A value this near to 0 or 1 may be written as a bare 0 or 1: a calculator shows it so."""

DEFAULTS = with_defaults("grading", {})
"""What [grading] says where a config says nothing."""


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one answer.

    `expected` is the true value, `carried` what follows from the student's own numbers (NaN where
    nothing does), `tolerance` how far from `expected` the answer may lie. `few_digits`: it agrees,
    but with fewer digits than are asked for.
    """

    entry: Entry
    answer: Answer
    status: str
    expected: float
    carried: float
    tolerance: float
    few_digits: bool = False

    @property
    def number(self) -> Number:
        """What was given. Not to be asked of a blank."""
        assert self.answer.number is not None
        return self.answer.number


@dataclass
class Marking:
    """Verdicts in the textbook's order, and the sheet as the student worked it.

    By slot: `own` values (the answer, or what follows from the answers), their `slack` (what the
    rounding of the answers leaves open), and whether they are `sound` (come from right answers
    alone) or `zeroed` (come from a wrong 0).
    """

    sheet: Sheet
    precision: Precision
    own: list[float]
    slack: list[float]
    sound: list[bool]
    zeroed: list[bool]
    verdicts: list[Verdict] = field(default_factory=list)
    answered: dict[int, Verdict] = field(default_factory=dict)

    def with_status(self, status: str) -> list[Verdict]:
        """The verdicts of this status, in order."""
        return [verdict for verdict in self.verdicts if verdict.status == status]

    def reach(
        self, entry: Entry, number: Number, way: Way, value: float, rounding: bool = True
    ) -> float:
        """How far an answer may lie from `value`, worked that way with the student's own numbers.

        Without `rounding` these are taken as they are written.
        """
        if not isfinite(value):
            return -1.0
        fixed = self.precision.fixed(value)
        if fixed is not None:
            return fixed
        slopes = partials(entry, self.own, way.formula, way.operands)
        widening = sum(
            slope * ((self.slack[slot] if rounding else 0.0) + HAIR * abs(self.own[slot]))
            for slope, slot in zip(slopes, way.operands, strict=True)
        )
        own = HALF_UNIT * (number.unit + self.sheet.grid(entry))
        return own + widening if isfinite(widening) else own

    @property
    def all_right(self) -> bool:
        """Whether every answer is the true value."""
        return all(verdict.status == CORRECT for verdict in self.verdicts)


def mark(
    sheet: Sheet,
    answers: Iterable[Answer],
    precision: Precision | None = None,
    explained: Callable[[Marking, Verdict], bool] | None = None,
) -> Marking:
    """The verdict on each answer, in the textbook's order.

    `explained` says whether a wrong 0 comes from a known mistake. If it does not, an answer that
    this 0 alone makes trivial (0 again, or an operand as it stands) does not count as following.
    """
    given = {sheet.at[answer.address].slot: answer for answer in answers}
    given = {slot: answer for slot, answer in given.items() if _is_asked(sheet, slot, answer)}
    marking = _begun(sheet, precision or Precision())
    for entry in sheet.entries:
        answer = given.get(entry.slot)
        way = _way(marking, entry)
        touched = any(marking.own[slot] != sheet.truths[slot] for slot in way.operands)
        carried = sheet.truths[entry.slot]
        if touched:
            carried = sheet.value(entry, marking.own, way.formula)
        if answer is None or answer.number is None:
            _carry(marking, entry, carried)
        if answer is not None:
            verdict = _verdict(marking, entry, answer, carried)
            marking.verdicts.append(verdict)
            if answer.number is not None:
                _take(marking, verdict)
                if explained is not None and marking.zeroed[entry.slot]:
                    marking.zeroed[entry.slot] = not explained(marking, verdict)
    return marking


def _is_asked(sheet: Sheet, slot: int, answer: Answer) -> bool:
    """Whether there is something to mark: no number is missing where the truth is none."""
    return answer.number is not None or isfinite(sheet.truths[slot])


def _begun(sheet: Sheet, precision: Precision) -> Marking:
    """A marking before the first answer: all numbers are the true ones."""
    count = len(sheet.truths)
    slack, sound, zeroed = [0.0] * count, [True] * count, [False] * count
    return Marking(sheet, precision, list(sheet.truths), slack, sound, zeroed)


def _carry(marking: Marking, entry: Entry, carried: float) -> None:
    """Go on with what follows, where there is no answer."""
    slot, truth = entry.slot, marking.sheet.truths[entry.slot]
    marking.own[slot] = carried
    marking.sound[slot] = all(marking.sound[operand] for operand in entry.operands)
    marking.slack[slot] = _widening(marking, entry)
    zeroed = any(marking.zeroed[operand] for operand in entry.operands)
    marking.zeroed[slot] = zeroed and _trivial(marking, entry, carried, truth)


def _take(marking: Marking, verdict: Verdict) -> None:
    """Go on with the student's answer.

    A wrong one of a single digit has no slack: half a unit of it would excuse too much.
    """
    slot, number = verdict.entry.slot, verdict.number
    wrong = verdict.status == WRONG
    marking.answered[slot] = verdict
    marking.own[slot] = number.value
    marking.sound[slot] = verdict.status == CORRECT
    marking.slack[slot] = 0.0 if wrong and (number.digits or 0) < 2 else _lent(marking, verdict)
    marking.zeroed[slot] = wrong and number.value == 0


def _lent(marking: Marking, verdict: Verdict) -> float:
    """What the rounding of an answer leaves open for the lines after it: half a unit.

    Of one with too few digits, half a unit of the last digit that is asked for: a coarse answer
    does not excuse invented ones.
    """
    number, least = verdict.number, max(1, marking.precision.min_digits)
    if number.digits is None or number.digits >= least:
        return number.half
    size = max(abs(number.value), abs(verdict.expected))
    most = 10.0 ** (floor(log10(size)) + 1 - least) / 2 if 0 < size < inf else 0.0
    return min(number.half, most)


def _way(marking: Marking, entry: Entry) -> Way:
    """How to go on: by the step's formula, or from the change of a weight if that is answered."""
    ways = marking.sheet.ways(entry)
    if entry.step.kind == "new" and any(slot in marking.answered for slot in ways[-1].operands):
        return ways[-1]
    return ways[0]


def _verdict(marking: Marking, entry: Entry, answer: Answer, carried: float) -> Verdict:
    truth = marking.sheet.truths[entry.slot]
    if answer.number is None:
        return Verdict(entry, answer, BLANK, truth, carried, 0.0)
    number = answer.number
    tolerance = _tolerance(marking, entry, number, truth)
    status = WRONG
    if abs(number.value - truth) <= tolerance and not _says_nothing(number, truth):
        status = CORRECT
    elif (way := _followed(marking, entry, number)) is not None:
        carried, sound = way
        status = CORRECT if sound else FOLLOWS
    few = status != WRONG and _few_digits(marking, entry, number, truth)
    return Verdict(entry, answer, status, truth, carried, tolerance, few)


def _tolerance(marking: Marking, entry: Entry, number: Number, truth: float) -> float:
    """How far from the truth the answer may lie."""
    fixed = marking.precision.fixed(truth)
    if fixed is not None:
        return fixed
    widening = sum(
        slope * marking.slack[slot]
        for slope, slot in zip(marking.sheet.partials(entry), entry.operands, strict=True)
        if marking.slack[slot] and marking.sound[slot]
    )
    grid = marking.sheet.grid(entry)
    return HALF_UNIT * (number.unit + grid) + widening + hair(marking.sheet, entry)


def hair(sheet: Sheet, entry: Entry) -> float:
    """How far the entry's value may move if floats are added in another order."""
    truths = sheet.truths
    sizes = sum(
        slope * abs(truths[slot])
        for slope, slot in zip(sheet.partials(entry), entry.operands, strict=True)
    )
    return HAIR * (sizes + abs(truths[entry.slot]))


def _widening(marking: Marking, entry: Entry) -> float:
    """Σ |∂f/∂operand| · what the rounding of that operand leaves open, at the student's numbers.

    Slopes at the truth, which are kept, will do where these are within a hundredth of it.
    """
    slack, own = marking.slack, marking.own
    if not any(slack[slot] for slot in entry.operands):
        return 0.0
    truths = marking.sheet.truths
    near = all(abs(own[slot] - truths[slot]) <= 0.01 * abs(truths[slot]) for slot in entry.operands)
    slopes = marking.sheet.partials(entry, None if near else own)
    found = sum(slope * slack[slot] for slope, slot in zip(slopes, entry.operands, strict=True))
    return found if isfinite(found) else 0.0


def _says_nothing(number: Number, truth: float) -> bool:
    """Whether it is a bare 0 or 1 where the truth is neither.

    Rounded to whole numbers it may be near enough, but it shows nothing of the work.
    """
    if number.value not in (0, 1) or number.places > 1:
        return False
    return abs(truth - number.value) > (ALMOST_1 if number.value else ALMOST_0)


def _followed(marking: Marking, entry: Entry, number: Number) -> tuple[float, bool] | None:
    """The value that the answer agrees with, and whether the student's numbers are all right.

    That value is worked from the student's own numbers by one of the ways to the entry; None if
    none fits. Where those numbers are right, they are taken as they are written down: with their
    rounding on top, an answer could be twice as far off as the tolerance allows.
    """
    first = _way(marking, entry)
    for way in marking.sheet.ways(entry):
        carried = marking.sheet.value(entry, marking.own, way.formula)
        sound = all(marking.sound[slot] for slot in way.operands)
        rounding = way is first and not sound
        if not abs(number.value - carried) <= marking.reach(entry, number, way, carried, rounding):
            continue
        if not sound and any(marking.zeroed[slot] for slot in way.operands):
            truth = marking.sheet.truths[entry.slot]
            if _trivial(marking, entry, carried, truth):
                continue
        if not _says_nothing(number, carried):
            return carried, sound
    return None


def _trivial(marking: Marking, entry: Entry, carried: float, truth: float) -> bool:
    """Whether a 0 leaves nothing to work out: what follows is 0, 1 or an operand as it stands.

    It is not trivial where the true value is that same number.
    """
    left: Mapping[float, float] = {0.0: 0.0, 1.0: 1.0} | {
        marking.own[slot]: marking.sheet.truths[slot] for slot in entry.operands
    }
    return any(
        carried == value and abs(truth - true) > HAIR * max(1.0, abs(truth))
        for value, true in left.items()
    )


def _few_digits(marking: Marking, entry: Entry, number: Number, truth: float) -> bool:
    """Whether it has fewer significant digits than are asked for, and than the value has."""
    if number.digits is None or number.digits >= marking.precision.min_digits:
        return False
    return abs(number.value - truth) > hair(marking.sheet, entry)
