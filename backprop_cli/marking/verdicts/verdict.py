"""Verdicts: is an answer right, right for the student's own numbers, wrong, or blank?

Marking works the lines of the sheet once more, and goes on from each answer in place of the true
value. An answer is compared with the truth first, then with what follows from the student's own
numbers. `tolerance` says how near is near enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Protocol

from backprop_cli.marking.reading import HAIR, HALF_UNIT, Answer, Number
from backprop_cli.marking.sheet import Entry, Sheet, Way
from backprop_cli.marking.verdicts.habits import cuts, habit_of
from backprop_cli.marking.verdicts.tolerance import Paper, Precision, hair

CORRECT, FOLLOWS, WRONG, BLANK = "correct", "follow-through", "wrong", "blank"

ALMOST_0, ALMOST_1 = 1e-10, 5e-4
"""A value this near to 0 or 1 may be written as a bare 0 or 1: a calculator shows it so."""


class Examiner(Protocol):
    """Who knows the mistakes that people make, and reads the answers of one student in order."""

    def explains(self, verdict: Verdict) -> bool:
        """Whether a wrong 0 or 1 comes from a known mistake."""

    def doubts(self, verdict: Verdict) -> bool:
        """Whether a number that rounding on the way may have made is exactly a known mistake's."""


Appointed = Callable[["Marking"], Examiner]
"""An examiner for the answers that are about to be marked."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one answer.

    `expected` is the true value, `carried` what follows from the student's own numbers (NaN where
    nothing does), `tolerance` how far from `expected` the answer may lie, and `leeway` how much
    farther rounding in lines that were not handed in may bring it. `few_digits`: it agrees, but
    with fewer digits than are asked for. `on_the_way`: it agrees by that leeway.
    """

    entry: Entry
    answer: Answer
    status: str
    expected: float
    carried: float
    tolerance: float
    leeway: float = 0.0
    few_digits: bool = False
    on_the_way: bool = False

    @property
    def number(self) -> Number:
        """What was given. Not to be asked of a blank."""
        assert self.answer.number is not None
        return self.answer.number


@dataclass
class Marking:
    """Verdicts in the textbook's order, and the sheet as the student worked it."""

    paper: Paper
    verdicts: list[Verdict] = field(default_factory=list)
    answered: dict[int, Verdict] = field(default_factory=dict)

    @property
    def sheet(self) -> Sheet:
        """What the answers were marked against."""
        return self.paper.sheet

    def with_status(self, status: str) -> list[Verdict]:
        """The verdicts of this status, in order."""
        return [verdict for verdict in self.verdicts if verdict.status == status]

    @property
    def all_right(self) -> bool:
        """Whether every answer is the true value."""
        return all(verdict.status == CORRECT for verdict in self.verdicts)


def mark(
    sheet: Sheet,
    answers: Iterable[Answer],
    precision: Precision | None = None,
    examiner: Appointed | None = None,
) -> Marking:
    """The verdict on each answer, in the textbook's order.

    If a wrong 0 or 1 comes from no mistake that the examiner knows, an answer that this number
    alone makes trivial (0 again, or an operand as it stands) does not count as following. What
    rounding on the way may have made is wrong where the examiner doubts it. Whoever cuts numbers
    off throughout is marked by that habit, if it makes most of them right: what is wrong may be
    nearer to 0 by accident.
    """
    precision = precision or Precision()
    given = {sheet.at[answer.address].slot: answer for answer in answers}
    given = {slot: answer for slot, answer in given.items() if _is_asked(sheet, slot, answer)}
    numbers = [answer.number for answer in given.values() if answer.number is not None]
    habit = habit_of(numbers)
    marking = _marked(Paper(sheet, precision, habit), given, examiner)
    if marking.with_status(WRONG) and _is_cut(marking):
        paper = Paper(sheet, precision, replace(habit, cut=True))
        anew = _marked(paper, given, examiner)
        still = len(anew.with_status(WRONG))
        if still < len(marking.with_status(WRONG)) and 2 * still <= len(numbers):
            return anew
    return marking


def _is_asked(sheet: Sheet, slot: int, answer: Answer) -> bool:
    """Whether there is something to mark: no number is missing where the truth is none."""
    return answer.number is not None or isfinite(sheet.truths[slot])


def _is_cut(marking: Marking) -> bool:
    """Whether the answers are the true values, or what follows, cut off and not rounded."""
    given = [verdict for verdict in marking.verdicts if verdict.status != BLANK]
    return cuts((v.number, v.expected) for v in given) or cuts((v.number, v.carried) for v in given)


def _marked(paper: Paper, given: Mapping[int, Answer], appointed: Appointed | None) -> Marking:
    """The marking of these answers, by slot, on a fresh sheet of paper."""
    marking, sheet = Marking(paper), paper.sheet
    examiner = None if appointed is None else appointed(marking)
    for entry in sheet.entries:
        answer = given.get(entry.slot)
        way = _way(paper, entry)
        touched = any(paper.own[slot] != sheet.truths[slot] for slot in way.operands)
        carried = sheet.truths[entry.slot]
        if touched:
            carried = sheet.value(entry, paper.own, way.formula)
        if answer is None or answer.number is None:
            _carry(paper, entry, carried)
        if answer is not None:
            verdict = _verdict(paper, entry, answer, carried)
            if verdict.on_the_way and examiner is not None and examiner.doubts(verdict):
                verdict = replace(verdict, status=WRONG, few_digits=False, on_the_way=False)
            marking.verdicts.append(verdict)
            if answer.number is not None:
                _take(paper, verdict)
                marking.answered[entry.slot] = verdict
                if examiner is not None and paper.zeroed[entry.slot]:
                    paper.zeroed[entry.slot] = not examiner.explains(verdict)
    return marking


def _carry(paper: Paper, entry: Entry, carried: float) -> None:
    """Go on with what follows, where there is no answer."""
    slot, truth = entry.slot, paper.sheet.truths[entry.slot]
    paper.own[slot] = carried
    paper.sound[slot] = all(paper.sound[operand] for operand in entry.operands)
    paper.slack[slot] = paper.widening(entry)
    zeroed = any(paper.zeroed[operand] for operand in entry.operands)
    paper.zeroed[slot] = zeroed and _trivial(paper, entry, carried, truth)


def _take(paper: Paper, verdict: Verdict) -> None:
    """Go on with the student's answer.

    A wrong one of a single digit has no slack: half a unit of it would excuse too much.
    """
    entry, number = verdict.entry, verdict.number
    slot, wrong = entry.slot, verdict.status == WRONG
    paper.sound[slot] = verdict.status == CORRECT and _is_free(paper, verdict)
    paper.answered.add(slot)
    paper.own[slot] = number.value
    coarse = wrong and number.digits < 2 and not paper.is_usual(number)
    paper.slack[slot] = 0.0 if coarse else paper.lent(entry, number)
    paper.zeroed[slot] = wrong and number.value in (0, 1)


def _is_free(paper: Paper, verdict: Verdict) -> bool:
    """Whether a right answer is free of mistakes before it.

    It is not where it agrees with what follows from them as well: the mistake moved it by less
    than can be seen, and goes on to the next line.
    """
    entry, number = verdict.entry, verdict.number
    if all(paper.sound[slot] for slot in entry.operands):
        return True
    away = abs(number.value - verdict.carried)
    return not away <= paper.reach(entry, number, _way(paper, entry), verdict.carried)


def _way(paper: Paper, entry: Entry) -> Way:
    """How to go on: by the step's formula, or from the change of a weight if that is answered."""
    ways = paper.sheet.ways(entry)
    if entry.step.kind == "new" and any(slot in paper.answered for slot in ways[-1].operands):
        return ways[-1]
    return ways[0]


def _verdict(paper: Paper, entry: Entry, answer: Answer, carried: float) -> Verdict:
    truth = paper.sheet.truths[entry.slot]
    if answer.number is None:
        return Verdict(entry, answer, BLANK, truth, carried, 0.0)
    number = answer.number
    tolerance, leeway = paper.tolerance(entry, number), 0.0
    away = abs(number.value - truth)
    silent = _says_nothing(paper, entry, number, truth)
    status, agrees = WRONG, truth
    if away <= tolerance and not silent:
        status = CORRECT
    elif (way := _followed(paper, entry, number, 0.0)) is None:
        leeway = paper.leeway(entry, number)
        if away <= tolerance + leeway and not silent:
            status = CORRECT
        else:
            way = _followed(paper, entry, number, leeway) if leeway else None
    if status == WRONG and way is not None:
        (carried, sound), agrees = way, way[0]
        status = CORRECT if sound else FOLLOWS
    few = status != WRONG and _few_digits(paper, entry, number, agrees)
    on_the_way = status != WRONG and leeway > 0
    return Verdict(entry, answer, status, truth, carried, tolerance, leeway, few, on_the_way)


def is_bare(number: Number) -> bool:
    """Whether it is a 0 or 1 without digits after it. (1.0 has two digits, 0.0 has none.)"""
    return number.value in (0, 1) and number.digits in (0, 1) and number.places <= 1


def _says_nothing(paper: Paper, entry: Entry, number: Number, target: float) -> bool:
    """Whether a number is near enough, rounded so coarsely, but shows nothing of the work.

    So is a bare 0 or 1 where the value is neither, and an operand as it stands: a bias left at
    0.6, beside numbers of four digits, does not become right because the new one is 0.5547.
    """
    if is_bare(number):
        return abs(target - number.value) > (ALMOST_1 if number.value else ALMOST_0)
    if number.digits >= paper.precision.min_digits:
        return False
    unit = paper.habit.unit(target)
    if not 0 < unit < number.unit or abs(number.value - target) <= HALF_UNIT * unit:
        return False
    return any(number.value == paper.own[slot] for slot in entry.operands)


def _followed(
    paper: Paper, entry: Entry, number: Number, leeway: float
) -> tuple[float, bool] | None:
    """The value that the answer agrees with, and whether the student's numbers are all right.

    That value is worked from the student's own numbers by one of the ways to the entry; None if
    none fits. Where those numbers are right, they are taken as they are written down: with their
    rounding on top, an answer could be twice as far off as the tolerance allows.
    """
    first = _way(paper, entry)
    for way in paper.sheet.ways(entry):
        carried = paper.sheet.value(entry, paper.own, way.formula)
        sound = all(paper.sound[slot] for slot in way.operands)
        rounding = way is first and not sound
        reach = paper.reach(entry, number, way, carried, rounding)
        if not abs(number.value - carried) <= reach + leeway:
            continue
        if not sound and any(paper.zeroed[slot] for slot in way.operands):
            truth = paper.sheet.truths[entry.slot]
            if _trivial(paper, entry, carried, truth):
                continue
        if not _says_nothing(paper, entry, number, carried):
            return carried, sound
    return None


def _trivial(paper: Paper, entry: Entry, carried: float, truth: float) -> bool:
    """Whether a 0 or 1 leaves nothing to work out: what follows is 0, 1 or an operand as it stands.

    It is not trivial where the true value is that same number.
    """
    left: Mapping[float, float] = {0.0: 0.0, 1.0: 1.0} | {
        paper.own[slot]: paper.sheet.truths[slot] for slot in entry.operands
    }
    return any(
        carried == value and abs(truth - true) > HAIR * max(1.0, abs(truth))
        for value, true in left.items()
    )


def _few_digits(paper: Paper, entry: Entry, number: Number, agrees: float) -> bool:
    """Whether it has fewer significant digits than are asked for, and than the value has."""
    if number.digits >= paper.precision.min_digits:
        return False
    return abs(number.value - agrees) > hair(paper.sheet, entry)
