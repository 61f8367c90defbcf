"""Candidates that come from givens which were misread: once, or from the first line on.

An input, a target, a parameter or the learning rate was taken for another number:
`mistakes.misread` says for which. The right formula is worked with that number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from backprop_cli.formulas import Expr, Ref, references
from backprop_cli.marking.diagnosis.case import Case
from backprop_cli.marking.diagnosis.mistakes import misread
from backprop_cli.marking.diagnosis.workings import Finding, Misread, Workings
from backprop_cli.marking.sheet import Entry

MOST_WORKED = 5_000
"""So many lines at most are worked again for one answer, all misreadings together."""

MOST_SHARED = 30_000
"""So many where what is worked is the same for every student, and kept."""


def misread_in_this_line(case: Case) -> Iterator[Finding]:
    """A given misread in the line itself, with true operands and with the student's own."""
    workings, sheet, entry = case.workings, case.sheet, case.entry
    for values, own in ((sheet.truths, ()), (case.paper.own, entry.operands)):
        found = []
        for read, formula in _readings(workings, entry):
            value = sheet.value(entry, values, formula)
            found.append(Finding(read.slip, entry, value, formula, read.detail, own=own))
        yield from _joined(found)


def misread_in_lines_before(case: Case) -> Iterator[Finding]:
    """A given misread in every line that leads to the answer and was not answered."""
    workings, cone = case.workings, case.cone
    places: dict[Misread, tuple[Entry, Expr | None]] = {}
    for entry in cone if len(cone) > 1 else ():
        for read, formula in _readings(workings, entry):
            places.setdefault(read, (entry, formula))
    before = {read: place for read, place in places.items() if place[0] is not case.entry}
    own = case.answers_before
    lines, most = (len(cone), MOST_WORKED) if own else (len(case.sheet.entries), MOST_SHARED)
    found = []
    for read, (at, formula) in before.items() if len(before) * lines <= most else ():
        value = case.worked(read)[case.entry.slot]
        found.append(Finding(read.slip, at, value, formula, read.detail, read, own))
    yield from _joined(found)


def _joined(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Of findings with the same number the first, with what the others say besides.

    Ten times the input is ten times the weight: nobody can tell which of them was misread.
    """
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.mistake, f"{finding.value:.12g}"), []).append(finding)
    for first, *others in alike.values():
        yield replace(first, detail=" or ".join([first.detail, *(f.detail for f in others)]))


def _readings(workings: Workings, entry: Entry) -> tuple[tuple[Misread, Expr | None], ...]:
    """How the givens of a line may be misread, with the formula as it is then worked."""
    kept = workings.readings
    if entry.slot not in kept:
        found = misreadings(workings, entry)
        kept[entry.slot] = tuple((read, workings.formula(entry, read)) for read in found)
    return kept[entry.slot]


def misreadings(workings: Workings, entry: Entry) -> Iterator[Misread]:
    """How the givens of a line may be misread, each number once for each given."""
    givens = _givens(workings, references(entry.step.formula), entry)
    truths = workings.sheet.truths
    for slot, ref in givens.items():
        near = _givens(workings, misread.beside(workings.book, ref), entry)
        taken = dict.fromkeys(misread.looking_alike(ref, truths[slot]), "")
        for other, known in near.items():
            taken.setdefault(truths[other], f", which is {known.name.symbol}")
        for value, which in taken.items():
            if value != truths[slot]:
                detail = f"{ref.name.symbol} as {value:.10g}{which}"
                yield Misread(misread.slip_of(ref), detail, ((slot, value),))
    yield from _of_other_samples(workings, entry, givens)


def _givens(workings: Workings, refs: Iterable[Ref], entry: Entry) -> dict[int, Ref]:
    """Those of the quantities that are given, by their slots."""
    known = {entry.scope[ref.name.key].slot: ref for ref in refs if misread.is_given(ref)}
    return {slot: ref for slot, ref in known.items() if slot not in workings.sheet.of_slot}


def _of_other_samples(
    workings: Workings, entry: Entry, givens: Mapping[int, Ref]
) -> Iterator[Misread]:
    """The line's inputs and targets as those of another sample: each alone, and all of them."""
    data = {slot: ref for slot, ref in givens.items() if misread.is_data(ref)}
    samples = misread.other_samples(workings.book, entry.address.sample) if data else {}
    for number, given in samples.items():
        read = {slot: (slot, given[ref.name.key]) for slot, ref in data.items()}
        for slot, ref in data.items():
            yield Misread("another-sample", f"{ref.name.symbol} of sample {number}", (read[slot],))
        if len(data) > 1:
            yield Misread("another-sample", f"all of sample {number}", tuple(read.values()))
