"""A wrong answer, and what is known of the student who gave it.

An `Inquiry` is about one student, a `Case` about one wrong answer of that student.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from math import isfinite

from backprop_cli.formulas import Expr
from backprop_cli.marking.diagnosis.workings import Finding, Made, Misread, Workings
from backprop_cli.marking.reading import HAIR, HALF_UNIT
from backprop_cli.marking.sheet import Entry
from backprop_cli.marking.verdicts import BLANK, CORRECT, FOLLOWS, Marking, Verdict, hair, is_bare

LONGEST_CONE = 200
"""If more lines than this lead to an answer, none of them is tried with a mistake."""

FEWEST_WRITTEN = 2
"""A number of digits that a student uses stands in so many answers at least."""


class Inquiry:
    """What the answers of one student say beside each other."""

    def __init__(self, workings: Workings, marking: Marking) -> None:
        self.workings, self.marking = workings, marking
        self.sheet, self.paper = workings.sheet, marking.paper
        self._cones: dict[int, list[Entry]] = {}

    def cone(self, entry: Entry) -> list[Entry]:
        """The line and those before it that were not asked for, back to the last answers.

        Empty where these are too many to be looked through.
        """
        if entry.slot not in self._cones:
            self._cones[entry.slot] = self._cone(entry)
        return self._cones[entry.slot]

    def _cone(self, entry: Entry) -> list[Entry]:
        found, waiting = {entry.slot: entry}, [entry]
        while waiting and len(found) <= LONGEST_CONE:
            for slot in waiting.pop().operands:
                before = self.sheet.of_slot.get(slot)
                if before is None or slot in self.marking.answered or slot in found:
                    continue
                found[slot] = before
                waiting.append(before)
        if len(found) > LONGEST_CONE:
            return []
        return [found[slot] for slot in sorted(found)]

    @cached_property
    def precisions(self) -> frozenset[tuple[int, bool]]:
        """The numbers of digits this student uses, each as (3, False), of decimals (3, True)."""
        numbers = [v.number for v in self.marking.verdicts if v.status != BLANK]
        used = Counter((number.digits, False) for number in numbers)
        used += Counter((number.places, True) for number in numbers)
        least = min(FEWEST_WRITTEN, len(numbers))
        return frozenset(key for key, count in used.items() if key[0] and count >= least)

    def is_refuted(self, case: Case, finding: Finding) -> bool:
        """Whether a mistake would have changed a line that the student has right."""
        if finding.throughout:
            return any(
                _is_apart(verdict, self._throughout(finding, verdict))
                for verdict in self.marking.with_status(CORRECT)
            )
        if finding.made is None or finding.at is case.entry:
            return False
        formulas = {e.slot: self.workings.formula(e, finding.made) for e in case.cone}
        wrong = {slot: formula for slot, formula in formulas.items() if formula is not None}
        right = [v for status in (CORRECT, FOLLOWS) for v in self.marking.with_status(status)]
        return any(_is_apart(v, self._with(wrong, v)) for v in right if self._leads_to(v, wrong))

    def _throughout(self, finding: Finding, verdict: Verdict) -> float:
        """What a right answer would have been with a mistake from the first line on."""
        if finding.made is not None:
            return self.workings.everywhere(finding.made)[verdict.entry.slot]
        rule = self.workings.rules[finding.mistake]
        same = rule.at.get(verdict.entry.address)
        return verdict.expected if same is None else rule.truths[same.slot]

    def _leads_to(self, verdict: Verdict, wrong: Mapping[int, Expr]) -> bool:
        """Whether one of these lines leads to an answer."""
        return any(entry.slot in wrong for entry in self.cone(verdict.entry)[:-1])

    def _with(self, wrong: Mapping[int, Expr], verdict: Verdict) -> float:
        """What an answer would have been with wrong formulas in lines that lead to it."""
        values = list(self.paper.own)
        for entry in self.cone(verdict.entry):
            values[entry.slot] = self.sheet.value(entry, values, wrong.get(entry.slot))
        return values[verdict.entry.slot]


def _is_apart(verdict: Verdict, value: float) -> bool:
    """Whether an answer is another than `value`."""
    return not abs(verdict.number.value - value) <= verdict.tolerance + verdict.leeway


def _is_true(verdict: Verdict) -> bool:
    """Whether an answer is the true value, all of it."""
    return abs(verdict.number.value - verdict.expected) <= HAIR * abs(verdict.expected)


class Case:
    """One wrong answer.

    `truth` is what would be right, `distance` how far from it the answer is, and `plain` how near
    to the answer a candidate must come: half a unit of the last place written, or what a program's
    floats leave open. An answer that is exactly a candidate, all of it, though it has fewer places
    than this student writes, is as near as the last place that this student writes: `fine`.
    """

    def __init__(self, inquiry: Inquiry, verdict: Verdict) -> None:
        self.inquiry, self.verdict = inquiry, verdict
        self.workings, self.marking, self.paper = inquiry.workings, inquiry.marking, inquiry.paper
        self.sheet, self.entry, self.number = inquiry.sheet, verdict.entry, verdict.number
        self.truth = verdict.expected
        self.distance = abs(self.number.value - self.truth)
        unit = self.number.unit + self.sheet.grid(self.entry)
        width = HALF_UNIT * unit + hair(self.sheet, self.entry) or 1e-15 * self.distance
        self.plain = width if self.number.type is None else max(width, verdict.tolerance)
        usual = HALF_UNIT * self.paper.habit.unit(self.number.value or self.truth)
        self.fine = min(self.plain, usual) if usual else self.plain

    @property
    def cone(self) -> list[Entry]:
        """The line and those before it that were not asked for."""
        return self.inquiry.cone(self.entry)

    @cached_property
    def answers_before(self) -> tuple[int, ...]:
        """The slots of the answers that the cone goes back to."""
        cone, lines = {entry.slot for entry in self.cone}, self.sheet.of_slot
        read = dict.fromkeys(slot for entry in self.cone for slot in entry.operands)
        return tuple(slot for slot in read if slot in lines and slot not in cone)

    def worked(self, done: Made | Misread) -> list[float]:
        """The values of the sheet, those of the cone worked with a mistake.

        Where the cone goes back to no answer, they are the same for every student, and kept.
        """
        if not self.answers_before:
            return self.workings.everywhere(done)
        values = list(self.paper.own)
        self.workings.work(self.cone, values, done)
        return values

    def rights(self) -> list[tuple[float, tuple[int, ...]]]:
        """The numbers that would have been right: the true one, and what follows.

        Each with the slots of the student's own numbers that it is worked from.
        """
        found, carried = [(self.truth, tuple[int, ...]())], self.verdict.carried
        if isfinite(carried) and abs(carried - self.truth) > self.plain:
            found.append((carried, self.entry.operands))
        return found

    def is_exactly(self, value: float) -> bool:
        """Whether the answer is this number, all of it."""
        return abs(self.number.value - value) <= HAIR * abs(value)

    def width_at(self, finding: Finding) -> float:
        """How near to a candidate that the answer is exactly it had to come: `fine`.

        A candidate that is worked from the student's own numbers is known as well as these are.
        """
        given = (self.marking.answered.get(slot) for slot in finding.own)
        rounded = [v.number for v in given if v is not None and not _is_true(v)]
        half = max((HALF_UNIT * number.unit for number in rounded), default=0.0)
        return max(self.fine, min(self.plain, half))

    @property
    def is_bare(self) -> bool:
        """Whether the answer is a bare 0 or 1, which is nothing but what is exactly that."""
        return is_bare(self.number)

    @property
    def is_behind_nothing(self) -> bool:
        """Whether the line reads a wrong 0 or 1, which leaves nothing to work out."""
        return any(self.paper.zeroed[slot] for slot in self.entry.operands)

    def slip(self, id_: str, value: float, detail: str = "", own: tuple[int, ...] = ()) -> Finding:
        """A candidate that is a slip of the hand in this line."""
        return Finding(id_, self.entry, value, None, detail, own=own)
