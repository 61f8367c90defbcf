"""Candidates for a wrong number: what each mistake and slip would give in its line.

`LEVELS` lists the kinds of candidates, the plausible ones first: each is a function from a `Case`
(one wrong answer) to `Finding`s, whose values `diagnose` compares with the number given. Formulas
of the catalogue are worked out by `workings`, as far as they are the same for all students; slips
of the hand start from what would have been right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from itertools import product
from math import inf, isfinite

from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.mistakes.slips import (
    decimal_slips,
    rounded,
    sign_slips,
    transpositions,
)
from backprop_cli.marking.diagnosis.workings import Finding, Made, Workings
from backprop_cli.marking.reading import HALF_UNIT
from backprop_cli.marking.sheet import Entry
from backprop_cli.marking.verdicts import Marking, Verdict, hair

LONGEST_CONE = 200
"""If more lines than this lead to an answer, none of them is tried with a mistake."""

SINGLES = 40
"""If so many lines at most lead to an answer, each is tried with a mistake by itself."""

LARGEST_SHEET = 3000
"""Only a sheet of at most so many lines is worked through with each mistake."""

NEARLY = 5e-5
"""Relative: a wrong number that is so near to the right one is put down to rounding."""


class Case:
    """One wrong answer.

    `truth` is what would be right, `distance` how far from it the answer is, and `plain` how near
    to the answer a candidate must come: half a unit of the last place written.
    """

    def __init__(self, workings: Workings, marking: Marking, verdict: Verdict) -> None:
        self.workings, self.marking, self.verdict = workings, marking, verdict
        self.sheet, self.entry, self.number = workings.sheet, verdict.entry, verdict.number
        self.truth = verdict.expected
        self.distance = abs(self.number.value - self.truth)
        unit = self.number.unit + self.sheet.grid(self.entry)
        self.plain = HALF_UNIT * unit + hair(self.sheet, self.entry) or 1e-15 * self.distance

    @cached_property
    def cone(self) -> list[Entry]:
        """The line and those before it that were not asked for, back to the last answers.

        Empty where these are too many to be looked through.
        """
        found = {self.entry.slot: self.entry}
        waiting = [self.entry]
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

    def rights(self) -> list[float]:
        """The numbers that would have been right: the true one, and what follows."""
        carried = self.verdict.carried
        apart = isfinite(carried) and abs(carried - self.truth) > self.plain
        return [self.truth, carried] if apart else [self.truth]

    def slip(self, id_: str, value: float, detail: str = "") -> Finding:
        """A candidate that is a slip of the hand in this line."""
        return Finding(id_, self.entry, value, None, detail)


def in_this_line(case: Case, rare: bool) -> Iterator[Finding]:
    """A wrong formula in the line itself, with true operands and with the student's own."""
    sheet, entry, own = case.sheet, case.entry, case.marking.own
    for finding in case.workings.truths_of(entry):
        if CATALOGUE[finding.mistake].rare == rare:
            yield finding
            value = sheet.value(entry, own, finding.formula)
            if value != finding.value:
                yield Finding(finding.mistake, entry, value, finding.formula)


def _in_lines_before(case: Case, rare: bool) -> Iterator[Finding]:
    """A wrong formula in lines before that were not answered, or from the first line on."""
    if len(case.cone) == 1:
        return
    yield from _in_cone(case, rare)
    if len(case.sheet.entries) <= LARGEST_SHEET:
        for (id_, kind), count in case.workings.options.items():
            for option in range(count) if CATALOGUE[id_].rare == rare else ():
                value = case.workings.everywhere(Made(id_, kind, option))[case.entry.slot]
                yield Finding(id_, case.entry, value)
    for id_, sheet in case.workings.rules.items():
        same = sheet.at.get(case.entry.address)
        if same is not None and CATALOGUE[id_].rare == rare:
            yield Finding(id_, case.entry, sheet.truths[same.slot])


def _in_cone(case: Case, rare: bool) -> Iterator[Finding]:
    """A mistake in all lines of a kind in the cone of the answer, or in a single one of them.

    If no line of the cone reads an answer, the values are the same for every student.
    """
    workings, cone = case.workings, case.cone
    lines: dict[tuple[str, str], list[Entry]] = {}
    for entry in cone:
        for id_ in workings.book.edits(entry.step):
            if CATALOGUE[id_].rare == rare:
                lines.setdefault((id_, entry.step.kind), []).append(entry)
    operands = {slot for entry in cone for slot in entry.operands if slot in case.sheet.of_slot}
    untouched = operands <= {entry.slot for entry in cone}
    for (id_, kind), entries in lines.items():
        several = len(entries) > 1
        singles = [e.slot for e in entries] if several and len(cone) <= SINGLES else []
        for option in range(workings.options.get((id_, kind), 1)):
            for only in singles if untouched else (None, *singles):
                made = Made(id_, kind, option, only)
                if untouched:
                    values = workings.everywhere(made)
                else:
                    values = list(case.marking.own)
                    workings.work(cone, values, made)
                at = next(e for e in entries if only in (None, e.slot))
                yield Finding(id_, at, values[case.entry.slot], workings.formula(at, made))


def _sign(case: Case) -> Iterator[Finding]:
    for right in case.rights():
        for value in sign_slips(right):
            yield case.slip("sign-slip", value)


def _decimal(case: Case) -> Iterator[Finding]:
    for right in case.rights():
        for value, power in decimal_slips(right):
            yield case.slip("decimal-slip", value, f"10^{power} times what it should be")


def _swapped(case: Case) -> Iterator[Finding]:
    """The value of another quantity of the same sample and epoch, or of a given.

    The student's own numbers count if they stand before this line: later ones may follow from it.
    """
    sheet, entry = case.sheet, case.entry
    beside = case.workings.beside(entry)
    for values in (case.marking.own, sheet.truths):
        for other in beside:
            known = other.slot < entry.slot or values is sheet.truths
            if known and other is not entry:
                yield case.slip("swapped-quantity", values[other.slot], other.step.name.symbol)
    for key, slot in sheet.given_slots.items():
        yield case.slip("swapped-quantity", sheet.truths[slot], key)


def _transposed(case: Case) -> Iterator[Finding]:
    for right in case.rights():
        for value in transpositions(right, case.number):
            yield case.slip("digit-transposition", value)


def _rounded(case: Case) -> Iterator[Finding]:
    """The right formula, with operands rounded or cut to a few digits."""
    sheet, entry = case.sheet, case.entry
    for values in (case.marking.own, sheet.truths):
        for way, digits in product(sheet.ways(entry), range(1, 6)):
            for cut, decimals in product((False, True), repeat=2):
                short = list(values)
                for slot in way.operands:
                    short[slot] = rounded(values[slot], digits, decimals, cut)
                value = sheet.value(entry, short, way.formula)
                yield case.slip("rounded-early", value, _precision(digits, decimals, cut))


def _precision(digits: int, decimals: bool, cut: bool) -> str:
    """Such as "rounded to 3 decimals"."""
    kind = "decimals" if decimals else "significant digits"
    return f"{'cut' if cut else 'rounded'} to {digits} {kind}"


def _rounded_before(case: Case) -> Iterator[Finding]:
    """The right formula, where each line before that was not answered is rounded."""
    if not 1 < len(case.cone) <= SINGLES:
        return
    for digits, decimals in product(range(2, 6), (False, True)):
        values = list(case.marking.own)
        for entry in case.cone[:-1]:
            value = case.sheet.value(entry, values)
            values[entry.slot] = rounded(value, digits, decimals, cut=False)
        value = case.sheet.value(case.entry, values)
        yield case.slip("rounded-early", value, _precision(digits, decimals, cut=False))


def nearly_right(case: Case) -> Iterator[Finding]:
    """The number given itself, if it is as near as operands of three digits would bring it."""
    sheet, entry, given = case.sheet, case.entry, case.number.value
    effect = sum(
        slope * abs(sheet.truths[slot]) * 5e-3
        for slope, slot in zip(sheet.partials(entry), entry.operands, strict=True)
    )
    for right in case.rights():
        if abs(given - right) <= min(NEARLY * abs(right), effect) < inf:
            yield case.slip("rounded-early", given)


LEVELS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    partial(in_this_line, rare=False),
    partial(_in_lines_before, rare=False),
    _sign,
    partial(in_this_line, rare=True),
    _decimal,
    partial(_in_lines_before, rare=True),
    _swapped,
    _transposed,
    _rounded,
    _rounded_before,
    nearly_right,
)
"""The kinds of candidates, the most plausible first."""
