"""Candidates for a wrong number: what each mistake and slip would give in its line.

`LEVELS` lists the kinds of candidates, the plausible ones first: each is a function from a `Case`
(one wrong answer) to `Finding`s, whose values `diagnose` compares with the number given. Formulas
of the catalogue are worked out by `workings`, as far as they are the same for all students; slips
of the hand start from what would have been right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import product

from backprop_cli.marking.diagnosis.case import Case
from backprop_cli.marking.diagnosis.givens import misread_in_lines_before, misread_in_this_line
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.mistakes.slips import (
    decimal_slips,
    rounded,
    sign_slips,
    transpositions,
)
from backprop_cli.marking.diagnosis.rules import LARGEST_SHEET
from backprop_cli.marking.diagnosis.workings import Finding, Made
from backprop_cli.marking.sheet import Entry

SINGLES = 40
"""If so many lines at most lead to an answer, each is tried with a mistake by itself."""


def in_this_line(case: Case, rare: bool) -> Iterator[Finding]:
    """A wrong formula in the line itself, with true operands and with the student's own."""
    sheet, entry, own = case.sheet, case.entry, case.paper.own
    for finding in case.workings.truths_of(entry):
        if CATALOGUE[finding.mistake].rare == rare:
            yield finding
            value = sheet.value(entry, own, finding.formula)
            if value != finding.value:
                yield replace(finding, value=value, own=entry.operands)


def _in_lines_before(case: Case, rare: bool) -> Iterator[Finding]:
    """A wrong formula in lines before that were not answered, or from the first line on."""
    if len(case.cone) == 1:
        return
    yield from _in_cone(case, rare)
    if len(case.sheet.entries) <= LARGEST_SHEET:
        for (id_, kind), count in case.workings.options.items():
            for option in range(count) if CATALOGUE[id_].rare == rare else ():
                made = Made(id_, kind, option)
                value = case.workings.everywhere(made)[case.entry.slot]
                yield Finding(id_, case.entry, value, made=made)
    for id_, sheet in case.workings.rules.items():
        same = sheet.at.get(case.entry.address)
        if same is not None and CATALOGUE[id_].rare == rare:
            yield Finding(id_, case.entry, sheet.truths[same.slot])


def _in_cone(case: Case, rare: bool) -> Iterator[Finding]:
    """A mistake in all lines of a kind in the cone of the answer, or in a single one of them.

    If the cone goes back to no answer, the former is the same as in the whole sheet.
    """
    workings, cone = case.workings, case.cone
    lines: dict[tuple[str, str], list[Entry]] = {}
    for entry in cone:
        for id_ in workings.book.edits(entry.step):
            if CATALOGUE[id_].rare == rare:
                lines.setdefault((id_, entry.step.kind), []).append(entry)
    own = case.answers_before
    for (id_, kind), entries in lines.items():
        several = len(entries) > 1
        singles = [e.slot for e in entries] if several and len(cone) <= SINGLES else []
        for option in range(workings.options.get((id_, kind), 1)):
            for only in (None, *singles) if own else singles:
                made = Made(id_, kind, option, only)
                values = case.worked(made)
                at = next(e for e in entries if only in (None, e.slot))
                formula = workings.formula(at, made)
                yield Finding(id_, at, values[case.entry.slot], formula, made=made, own=own)


def _sign(case: Case) -> Iterator[Finding]:
    for right, own in case.rights():
        for value in sign_slips(right):
            yield case.slip("sign-slip", value, own=own)


def _decimal(case: Case) -> Iterator[Finding]:
    for right, own in case.rights():
        for value, power in decimal_slips(right):
            yield case.slip("decimal-slip", value, f"10^{power} times what it should be", own)


def _swapped(case: Case) -> Iterator[Finding]:
    """The value of another quantity of the same sample and epoch, or of a given.

    The student's own numbers count if they stand before this line: later ones may follow from it.
    """
    sheet, entry = case.sheet, case.entry
    beside = case.workings.beside(entry)
    for values in (case.paper.own, sheet.truths):
        for other in beside:
            known = other.slot < entry.slot or values is sheet.truths
            if known and other is not entry:
                own = (other.slot,) if values is not sheet.truths else ()
                yield case.slip("swapped-quantity", values[other.slot], other.step.name.symbol, own)
    for key, slot in sheet.given_slots.items():
        yield case.slip("swapped-quantity", sheet.truths[slot], key)


def _transposed(case: Case) -> Iterator[Finding]:
    for right, own in case.rights():
        for value in transpositions(right, case.number):
            yield case.slip("digit-transposition", value, own=own)


def _rounded(case: Case) -> Iterator[Finding]:
    """The right formula, with operands rounded or cut to as many digits as this student uses."""
    sheet, entry = case.sheet, case.entry
    for values in (case.paper.own, sheet.truths):
        for way, (digits, decimals) in product(sheet.ways(entry), case.inquiry.precisions):
            for cut in (False, True):
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
    for digits, decimals in case.inquiry.precisions:
        values = list(case.paper.own)
        for entry in case.cone[:-1]:
            value = case.sheet.value(entry, values)
            values[entry.slot] = rounded(value, digits, decimals, cut=False)
        value = case.sheet.value(case.entry, values)
        yield case.slip("rounded-early", value, _precision(digits, decimals, cut=False))


LEVELS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    partial(in_this_line, rare=False),
    partial(_in_lines_before, rare=False),
    _sign,
    partial(in_this_line, rare=True),
    _decimal,
    partial(_in_lines_before, rare=True),
    misread_in_this_line,
    _swapped,
    _transposed,
    misread_in_lines_before,
    _rounded,
    _rounded_before,
)
"""The kinds of candidates, the most plausible first."""
