"""Candidates for a wrong number: what each mistake and slip makes of it, the usual ones first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from math import inf, isfinite

from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.mistakes.slips import (
    decimal_slips,
    rounded,
    sign_slips,
    transpositions,
)
from backprop_cli.marking.diagnosis.workings import Finding, Workings
from backprop_cli.marking.sheet import Entry
from backprop_cli.marking.verdicts import HALF_UNIT, Marking, Verdict, hair

LONGEST_CONE = 200
"""More lines than this are not looked through for the one that was not asked for."""

SINGLES = 40
"""Up to so many lines, a mistake in a single one of them is tried too."""

LARGEST_SHEET = 3000
"""A longer sheet is not worked once more for each mistake."""

NEARLY = 5e-5
"""Relative: so near, a wrong number is right but for rounding."""


class Case:
    """One wrong answer. `plain` is how near a candidate must come whose operands are exact."""

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
        return Finding(id_, self.entry, value, None, detail)


def _common(id_: str) -> bool:
    return not CATALOGUE[id_].rare


def _rare(id_: str) -> bool:
    return CATALOGUE[id_].rare


def in_this_line(case: Case, which: Callable[[str], bool]) -> Iterator[Finding]:
    """A wrong formula in the line itself."""
    sheet, entry, own = case.sheet, case.entry, case.marking.own
    for finding in case.workings.truths_of(entry):
        if which(finding.mistake):
            yield finding
            value = sheet.value(entry, own, finding.formula)
            if value != finding.value:
                yield Finding(finding.mistake, entry, value, finding.formula)


def _in_lines_before(case: Case, which: Callable[[str], bool]) -> Iterator[Finding]:
    """A wrong formula in lines before that were not asked for, or from the first line on."""
    if len(case.cone) == 1:
        return
    yield from _in_cone(case, which)
    if len(case.sheet.entries) <= LARGEST_SHEET:
        for (id_, kind), count in case.workings.options.items():
            for option in range(count) if which(id_) else ():
                value = case.workings.everywhere(id_, kind, option)[case.entry.slot]
                yield Finding(id_, case.entry, value)
    for id_, sheet in case.workings.rules.items():
        same = sheet.at.get(case.entry.address)
        if same is not None and which(id_):
            yield Finding(id_, case.entry, sheet.truths[same.slot])


def _in_cone(case: Case, which: Callable[[str], bool]) -> Iterator[Finding]:
    """A mistake in all lines of a kind, or in one of them, that lead to this line.

    If no answer comes in on the way, the work is the same for every student.
    """
    workings, cone = case.workings, case.cone
    lines: dict[tuple[str, str], list[Entry]] = {}
    for entry in cone:
        for id_ in filter(which, workings.book.edits(entry.step)):
            lines.setdefault((id_, entry.step.kind), []).append(entry)
    inside = {entry.slot for entry in cone}
    untouched = not any(
        slot in case.sheet.of_slot and slot not in inside
        for entry in cone for slot in entry.operands
    )  # fmt: skip
    for (id_, kind), entries in lines.items():
        several = len(entries) > 1
        singles = [e.slot for e in entries] if several and len(cone) <= SINGLES else []
        for option in range(workings.options.get((id_, kind), 1)):
            for only in singles if untouched else (None, *singles):
                if untouched:
                    values = workings.everywhere(id_, kind, option, only)
                else:
                    values = list(case.marking.own)
                    workings.work(cone, values, id_, kind, option, only)
                at = next(e for e in entries if only in (None, e.slot))
                formulas = workings.book.edits(at.step)[id_]
                formula = formulas[min(option, len(formulas) - 1)]
                yield Finding(id_, at, values[case.entry.slot], formula)


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

    Of the student's own numbers only those before count: what comes after may follow from this.
    """
    sheet, entry = case.sheet, case.entry
    for values in (case.marking.own, sheet.truths):
        for other in sheet.entries:
            at = other.address
            same = at.epoch == entry.address.epoch and at.sample in (0, entry.address.sample)
            known = other.slot < entry.slot or values is sheet.truths
            if same and known and other is not entry and other.asked:
                yield case.slip("swapped-quantity", values[other.slot],
                                f"{other.step.name.symbol}")  # fmt: skip
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
        for way in sheet.ways(entry):
            for digits in range(1, 6):
                for decimals, cut in ((False, False), (True, False), (False, True), (True, True)):
                    short = list(values)
                    for slot in way.operands:
                        short[slot] = rounded(values[slot], digits, decimals, cut)
                    kind = "decimals" if decimals else "significant digits"
                    done = "cut" if cut else "rounded"
                    yield case.slip("rounded-early", sheet.value(entry, short, way.formula),
                                    f"{done} to {digits} {kind}")  # fmt: skip


def _rounded_before(case: Case) -> Iterator[Finding]:
    """Every line before that was not asked for, rounded to a few digits."""
    if not 1 < len(case.cone) <= SINGLES:
        return
    for digits in range(2, 6):
        for decimals in (False, True):
            values = list(case.marking.own)
            for entry in case.cone[:-1]:
                value = case.sheet.value(entry, values)
                values[entry.slot] = rounded(value, digits, decimals, cut=False)
            kind = "decimals" if decimals else "significant digits"
            yield case.slip("rounded-early", case.sheet.value(case.entry, values),
                            f"rounded to {digits} {kind}")  # fmt: skip


def nearly_right(case: Case) -> Iterator[Finding]:
    """As near to the right number as three digits of the operands let it be."""
    sheet, entry, given = case.sheet, case.entry, case.number.value
    for right in case.rights():
        effect = 0.0 if right == 0 else sum(
            slope * abs(sheet.truths[slot]) * 5e-3
            for slope, slot in zip(sheet.partials(entry), entry.operands, strict=True)
        )  # fmt: skip
        if abs(given - right) <= min(NEARLY * abs(right), effect) < inf:
            yield case.slip("rounded-early", given)


LEVELS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    partial(in_this_line, which=_common), partial(_in_lines_before, which=_common), _sign,
    partial(in_this_line, which=_rare), _decimal, partial(_in_lines_before, which=_rare),
    _swapped, _transposed, _rounded, _rounded_before, nearly_right,
)  # fmt: skip
