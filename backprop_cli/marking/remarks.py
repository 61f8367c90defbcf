"""An assessment as what is said of each answer, and the student's sheet as lines to lay out."""

from __future__ import annotations

from backprop_cli.engine import Line, Quantities, arithmetic_of, qualified
from backprop_cli.marking.assessment import Assessment, Marked
from backprop_cli.marking.report import Level, given, notes, score_line, sentences, written_points
from backprop_cli.marking.sheet import Entry
from backprop_cli.show import Format, Page, Remark, Remarks, Summary


def remarks(assessment: Assessment, form: Format, level: Level = "full") -> Remarks:
    """What is said of the answers, by the keys that their lines have on `page_of_answers`."""
    told: set[str] = set()
    several = _several(assessment)
    of = {
        qualified(marked.verdict.entry, assessment.network, several): _remark(
            assessment, marked, form, level, told
        )
        for marked in assessment.answers
    }
    first = assessment.first_wrong if level != "brief" else None
    return Remarks(
        score_line(assessment, level),
        tuple(map(tuple, notes(assessment, level, symbols=True))),
        of,
        None if first is None else qualified(first.verdict.entry, assessment.network, several),
        level == "full",
    )


def _remark(
    assessment: Assessment, marked: Marked, form: Format, level: Level, told: set[str]
) -> Remark:
    """What is said of one answer; of a "brief" one, nothing but what was given."""
    if level == "brief":
        return Remark("", given(marked, form))
    said = tuple(sentences(assessment, marked, form, level, told))
    points = f"{written_points(marked.credit)} of {written_points(marked.worth)}"
    return Remark(marked.verdict.status, given(marked, form), said, points)


def _epochs(assessment: Assessment) -> list[int]:
    """The epochs that answers are given to."""
    answers = assessment.answers
    return sorted({marked.verdict.entry.address.epoch for marked in answers}) or [1]


def _several(assessment: Assessment) -> bool:
    return _epochs(assessment) != [1]


def page_of_answers(assessment: Assessment, form: Format) -> Page:
    """The lines of the epochs that answers are given to, with the right numbers."""
    network, sheet = assessment.network, assessment.marking.sheet
    epochs, several = _epochs(assessment), _several(assessment)
    answered = {marked.verdict.entry.slot for marked in assessment.answers}
    wanted = [
        entry
        for entry in sheet.entries
        if entry.address.epoch in epochs and (entry.asked or entry.slot in answered)
    ]
    initial, summary = Quantities(network).initial(), Summary(network)
    start = {name.key: wanted[0].scope[name.key] for name, _ in initial}
    passing = summary.watching(map(_line, wanted), start)
    return Page(network, passing, summary, start, arithmetic_of(network), form, several)


def _line(entry: Entry) -> Line:
    """The entry with its value, which its scope knows."""
    return Line(entry.step, entry.address, entry.scope[entry.step.key], entry.scope)
