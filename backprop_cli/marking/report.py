"""An assessment in words: as paragraphs and as rows of a table. Pure functions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from backprop_cli.marking.assessment import Assessment, Marked
from backprop_cli.marking.diagnosis import TOO_MANY, Finding, words
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.reading import FloatType
from backprop_cli.marking.sheet import Entry, Reading, Sheet
from backprop_cli.marking.verdicts import (
    BLANK,
    CORRECT,
    FOLLOWS,
    WRONG,
    Convention,
    Marking,
    Verdict,
)
from backprop_cli.show import Format, in_numbers, in_symbols

COLUMNS = ("quantity", "given", "expected", "follows", "verdict", "remark")

LONGEST_GIVEN = 12
"""An answer of more significant digits than this was not written by hand."""
MOST_LISTED = 12
"""More quantities than this are counted, not listed."""

CUT = (
    "The numbers are cut off, not rounded, which is not held against them: where a 5 or more "
    "follows, the last digit goes up by one."
)

Level = str
"""How much is told: "full", "hints" (mistakes, but no right numbers) or "brief" (counts alone)."""


def worked(sheet: Sheet, entry: Entry, values: Sequence[float], form: Format) -> str:
    """The right formula, with the numbers in `values`, and what it gives."""
    formula = entry.step.formula
    numbers = in_numbers(formula, Reading(entry.scope, values), form.operand)
    said = [entry.step.name.symbol, in_symbols(formula), numbers, form(sheet.value(entry, values))]
    return " = ".join(dict.fromkeys(said))  # ∂E/∂b2 = δ_o1 = 0.138498562 needs its number once


def message(
    assessment: Assessment, marked: Marked, form: Format, level: Level, told: set[str]
) -> str:
    """What is said of one answer. A mistake that is in `told` is not explained once more."""
    return " ".join(sentences(assessment, marked, form, level, told))


def sentences(
    assessment: Assessment, marked: Marked, form: Format, level: Level, told: set[str]
) -> list[str]:
    """What is said of one answer, sentence by sentence; `told` as in `message`."""
    verdict = marked.verdict
    if verdict.status == WRONG:
        return list(_of_wrong(assessment, marked, form, level, told))
    return [said] if (said := _of_others(verdict, form, level)) else []


def _of_others(verdict: Verdict, form: Format, level: Level) -> str:
    """What is said of an answer that is not wrong."""
    if verdict.status == CORRECT:
        rest = f" (with all digits {form(verdict.expected)})" if level == "full" else ""
        way = f"rounded on the way{rest}" if verdict.on_the_way else ""
        return "; ".join(filter(None, [way, "too few digits" if verdict.few_digits else ""]))
    if verdict.status == BLANK:
        return f"not read: {verdict.answer.fault}" if verdict.answer.fault else "left blank"
    rest = f"; the true value is {form(verdict.expected)}" if level == "full" else ""
    few = "; too few digits" if verdict.few_digits else ""
    return f"right for your own numbers{rest}{few}"


def _of_wrong(
    assessment: Assessment, marked: Marked, form: Format, level: Level, told: set[str]
) -> Iterator[str]:
    """Sentences about a wrong answer; the mistakes that they explain are added to `told`."""
    conventions = assessment.conventions_of(marked)
    if conventions:
        yield _by(conventions)
        return
    if marked.explanation.certain or marked.explanation.likely:
        yield from _explained(assessment, marked, form, level, told)
    else:
        yield _unexplained(assessment, marked)
    if level == "full":
        yield f"Right: {_right(assessment, marked, form)}"


def _explained(
    assessment: Assessment, marked: Marked, form: Format, level: Level, told: set[str]
) -> Iterator[str]:
    """What was done; of a mistake that is not certain, how often chance fits as well."""
    known = marked.explanation
    if len(known.findings) > 1:
        yield "Several mistakes make this number."
    for finding in known.findings:
        fits = finding.mistake if known.certain else f"This fits {finding.mistake}"
        said = finding.mistake + finding.detail  # another given misread is another slip
        if said in told:
            yield f"{fits}, as above."
            continue
        told.add(said)
        done, why = words(finding)
        yield f"{fits}: {_of_this_line(f'{done} {why}', finding)}"
        if finding.at is not marked.verdict.entry:
            yield f"It was made in {finding.at.step.name.symbol}, which was not asked for."
        elif finding.formula is not None:
            yield f"As written: {_as_written(assessment.marking, finding, form, level)}"
        elif finding.mistake in CATALOGUE:
            yield "The number comes out if this is done from the first line on."
    if known.likely:
        yield (
            "It is not certain: a number picked at random fits some mistake as well in "
            f"1 of {round(1 / known.chance)} cases. Another digit would tell."
        )


def _by(conventions: Sequence[Convention]) -> str:
    """What is said of a line that is right by these conventions."""
    ids = ", ".join(convention.id for convention in conventions)
    if len(conventions) > 1:
        return f"Right by other conventions ({ids})."
    config = conventions[0].config
    return f"Right by another convention ({ids})" + (f": {config}" if config else ".")


def _as_written(marking: Marking, finding: Finding, form: Format, level: Level) -> str:
    """The wrong formula; where right numbers may be told, with the numbers that make its value."""
    formula, sheet, entry = finding.formula, marking.sheet, finding.at
    assert formula is not None
    if level != "full":
        return in_symbols(formula)
    own = sheet.value(entry, marking.paper.own, formula) == finding.value
    values = marking.paper.own if own else sheet.truths
    numbers = in_numbers(formula, Reading(entry.scope, values), form.operand)
    return " = ".join(dict.fromkeys([in_symbols(formula), numbers, form(finding.value)]))


def _of_this_line(said: str, finding: Finding) -> str:
    """The words of the catalogue, with the right formula of a line where a formula stands."""
    formula = in_symbols(finding.at.step.formula)
    return re.sub(r"\{.*?\}", lambda _: formula, said)


def _unexplained(assessment: Assessment, marked: Marked) -> str:
    if marked.explanation.unsought:
        return marked.explanation.unsought
    number, wanted = marked.verdict.number, assessment.marking.paper.precision.min_digits
    more = f" {wanted} digits would tell more." if number.digits < wanted else ""
    if marked.explanation.findings:
        little = "It fits a known mistake no better than chance would."
        said = "No mistake is certain." if marked.explanation.hidden else little
        return said + (more or " Another digit would tell.")
    return f"No known mistake makes this number.{more}"


def _right(assessment: Assessment, marked: Marked, form: Format) -> str:
    marking, verdict = assessment.marking, marked.verdict
    text = worked(marking.sheet, verdict.entry, marking.sheet.truths, form)
    apart = abs(verdict.carried - verdict.expected) > verdict.tolerance
    if math.isfinite(verdict.carried) and apart:
        text += f"; from your own numbers it would be {form(verdict.carried)}"
    return text


def records(
    assessment: Assessment, form: Format, level: Level = "full", symbols: bool = False
) -> list[list[str]]:
    """A row of texts for each answer, in the order of `COLUMNS`; quantities by key or symbol."""
    rows = []
    for marked in assessment.answers:
        verdict = marked.verdict
        expected = form(verdict.expected) if level == "full" else ""
        shown = level == "full" and verdict.status in (FOLLOWS, WRONG)
        follows = form(verdict.carried) if shown and math.isfinite(verdict.carried) else ""
        numbers = given(marked, form), expected, follows
        remark = _remark(assessment, marked)
        rows.append([_called(marked, symbols), *numbers, verdict.status, remark])
    if level != "full":
        rows = [[row[0], row[1], *row[4:]] for row in rows]
    return rows


def given(marked: Marked, form: Format) -> str:
    """The answer as it was written. All digits of a program are more than one can read: they are
    rounded as other numbers are, but where that would hide what is wrong."""
    verdict, number = marked.verdict, marked.verdict.answer.number
    if number is None:
        return ""
    if number.digits <= max(LONGEST_GIVEN, form.digits):
        return number.written
    rounded = form(number.value)
    hidden = verdict.status == WRONG and rounded in (form(verdict.expected), form(verdict.carried))
    return number.written if hidden else rounded


def _called(marked: Marked, symbols: bool) -> str:
    """The key of an answer, or its symbol in its place."""
    if not symbols:
        return marked.key
    entry = marked.verdict.entry
    return marked.key.removesuffix(entry.step.key) + entry.step.name.symbol


def columns(level: Level) -> tuple[str, ...]:
    """The columns of `records`."""
    return COLUMNS if level == "full" else (*COLUMNS[:2], *COLUMNS[4:])


def _remark(assessment: Assessment, marked: Marked) -> str:
    """The ids of mistakes or conventions."""
    if marked.verdict.answer.fault:
        return "not read"
    conventions = (convention.id for convention in assessment.conventions_of(marked))
    likely = ", ".join(f"likely {finding.mistake}" for finding in marked.likely)
    return ", ".join(marked.mistakes) or likely or ", ".join(conventions)


def summary(assessment: Assessment, form: Format, level: Level = "full") -> list[str]:
    """The paragraphs as text: what is said of a line stands below it, set in."""
    return ["\n  ".join(lines) for lines in paragraphs(assessment, form, level)]


def paragraphs(
    assessment: Assessment, form: Format, level: Level = "full", symbols: bool = False
) -> list[list[str]]:
    """Score, each wrong line with what is said of it, and what is to note besides.

    A paragraph is a list of lines, of which the first is the heading of the others. Quantities
    are called by their keys, or by their symbols.
    """
    found = [[score_line(assessment, level)]]
    if level != "brief" and not assessment.conventions:
        found += _of_wrong_lines(assessment, form, level, symbols)
    return [*found, *notes(assessment, level, symbols)]


def score_line(assessment: Assessment, level: Level = "full") -> str:
    """The points, and how many answers are of each status; or only that not all are right."""
    if level == "brief" and not (assessment.accepted or assessment.all_correct):
        return _brief(assessment)
    counts = ", ".join(f"{count} {status}" for status, count in assessment.counts.items() if count)
    points = f"{written_points(assessment.score)} of {written_points(assessment.max_score)}"
    return f"Score: {points} ({counts or 'nothing to mark'})."


def notes(assessment: Assessment, level: Level, symbols: bool = False) -> Iterator[list[str]]:
    """The paragraphs that are about no wrong line: conventions, habits, what is to note."""
    if level == "brief" and not assessment.accepted:
        return
    if assessment.conventions:
        yield _of_conventions(assessment, symbols)
    if level == "brief":
        return
    if assessment.marking.paper.habit.cut:
        yield [CUT]
    if assessment.machine is not None and not assessment.all_correct:
        yield [_of_machine(assessment.machine)]
    for said, members in _footnotes(assessment):
        yield [f"{said}: {_listed(members, symbols)}."]


def _of_machine(type_: FloatType) -> str:
    return (
        f"The numbers are those of a program ({type_.name}): near enough is what is off by "
        f"{type_.tolerance:g} of itself, and of the largest of its kind in the layer."
    )


def _listed(members: Sequence[Marked], symbols: bool) -> str:
    listed = [_called(marked, symbols) for marked in members]
    more = f" and {len(listed) - MOST_LISTED} more" if len(listed) > MOST_LISTED else ""
    return ", ".join(listed[:MOST_LISTED]) + more


def _of_wrong_lines(
    assessment: Assessment, form: Format, level: Level, symbols: bool
) -> Iterator[list[str]]:
    told: set[str] = set()
    first = assessment.first_wrong
    wrong = [marked for marked in assessment.answers if marked.verdict.status == WRONG]
    for marked in wrong:
        if marked.explanation.unsought != TOO_MANY:
            head = "First wrong line: " if marked is first else "Wrong: "
            line = f"{head}{_called(marked, symbols)} = {given(marked, form)}"
            yield [line, *_of_wrong(assessment, marked, form, level, told)]
    left_out = sum(marked.explanation.unsought == TOO_MANY for marked in wrong)
    if left_out:
        lines = "1 more line is" if left_out == 1 else f"{left_out:,} more lines are"
        yield [f"And {lines} wrong; with so many before, no mistake was looked for there."]


def _footnotes(assessment: Assessment) -> Iterator[tuple[str, list[Marked]]]:
    """What is said of several answers at once, and of which."""
    answers, digits = assessment.answers, assessment.marking.paper.precision.min_digits
    coarse = [marked for marked in answers if marked.verdict.few_digits]
    blank = [marked for marked in answers if marked.verdict.status == BLANK]
    right = [marked for marked in answers if marked.verdict.status == CORRECT]
    on_the_way = [marked for marked in right if marked.verdict.on_the_way]
    if on_the_way:
        yield "Right, but rounded on the way; keep more digits until the end", on_the_way
    if coarse:
        yield f"Too few digits, {digits} are asked for", coarse
    if blank:
        yield "Left blank", blank


def _brief(assessment: Assessment) -> str:
    wrong, count = assessment.counts[WRONG], len(assessment.answers)
    blank = f", {assessment.counts[BLANK]} blank" if assessment.counts[BLANK] else ""
    return f"Not all right: {wrong} of {count} answers wrong{blank}."


def _of_conventions(assessment: Assessment, symbols: bool) -> list[str]:
    """By which conventions the answers are right, or were marked, and where each is seen."""
    conventions, said = assessment.conventions, []
    for one in conventions:
        seen = [marked for marked in assessment.answers if one in assessment.conventions_of(marked)]
        where = f"Seen in {_listed(seen, symbols)}. " if seen else ""
        said.append(f"{one.id}: {one.done} {where}{one.remedy}")
    how = "Marked by" if assessment.accepted else "All differences come from"
    if len(conventions) == 1:
        return [f"{how} another convention, {said[0]}"]
    return [f"{how} {len(conventions)} other conventions, each in its lines:", *said]


def written_points(number: float) -> str:
    """Points as they are written: 1.5, and 2 for a whole number."""
    return f"{number:.10g}"
