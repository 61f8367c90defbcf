"""An assessment in words: as paragraphs, as rows of a table, as JSON. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from backprop_cli.marking.assessment import Assessment, Marked
from backprop_cli.marking.diagnosis import words
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.sheet import Entry, Reading, Sheet
from backprop_cli.marking.verdicts import BLANK, CORRECT, FOLLOWS, WRONG
from backprop_cli.show import Format, in_numbers, in_symbols

SCHEMA = "backprop/verify/1"
COLUMNS = ("quantity", "given", "expected", "follows", "verdict", "remark")
EXACT_COLUMNS = (
    "key", "given", "expected", "carried", "status", "credit", "mistake", "message",
)  # fmt: skip

Level = str
"""How much is told: "full", "hints" (mistakes, but no right numbers) or "brief" (counts alone)."""


def worked(sheet: Sheet, entry: Entry, values: Sequence[float], form: Format) -> str:
    """The right formula, with the numbers in `values`, and what it gives."""
    formula = entry.step.formula
    numbers = in_numbers(formula, Reading(entry.scope, values), form.operand)
    said = [entry.step.name.symbol, in_symbols(formula), numbers, form(sheet.value(entry, values))]
    return " = ".join(dict.fromkeys(said))  # ∂E/∂b2 = δ_o1 = 0.138498562 needs its number once


def _message(
    assessment: Assessment, marked: Marked, form: Format, level: Level, told: set[str]
) -> str:
    """What is said of one answer. A mistake that is in `told` is not explained once more."""
    verdict = marked.verdict
    if verdict.status == CORRECT:
        return "too few digits" if verdict.few_digits else ""
    if verdict.status == BLANK:
        return "left blank"
    if verdict.status == FOLLOWS:
        rest = f"; the true value is {form(verdict.expected)}" if level == "full" else ""
        few = "; too few digits" if verdict.few_digits else ""
        return f"right for your own numbers{rest}{few}"
    return " ".join(_of_wrong(assessment, marked, form, level, told))


def _of_wrong(
    assessment: Assessment, marked: Marked, form: Format, level: Level, told: set[str]
) -> Iterator[str]:
    """Sentences about a wrong answer; the mistakes that they explain are added to `told`."""
    if assessment.convention is not None:
        config = assessment.convention.config
        yield f"Right by another convention ({assessment.convention.id}): {config}"
        return
    if len(marked.findings) > 1:
        yield "Several mistakes make this number."
    for finding in marked.findings:
        if finding.mistake in told:
            yield f"{finding.mistake}, as above."
            continue
        told.add(finding.mistake)
        done, why = words(finding)
        yield f"{finding.mistake}: {done} {why}"
        if finding.at is not marked.verdict.entry:
            yield f"It was made in {finding.at.step.name.symbol}, which was not asked for."
        elif finding.formula is not None:
            yield f"As written: {in_symbols(finding.formula)}"
        elif finding.mistake in CATALOGUE:
            yield "The number comes out if this is done from the first line on."
    if not marked.findings:
        yield _unexplained(assessment, marked)
    if level == "full":
        yield f"Right: {_right(assessment, marked, form)}"


def _unexplained(assessment: Assessment, marked: Marked) -> str:
    if not marked.searched:
        return "With so many wrong lines before it, no mistake was looked for here."
    digits, wanted = marked.verdict.number.digits, assessment.marking.precision.min_digits
    more = f" {wanted} digits would tell more." if digits is not None and digits < wanted else ""
    return f"No known mistake makes this number.{more}"


def _right(assessment: Assessment, marked: Marked, form: Format) -> str:
    marking, verdict = assessment.marking, marked.verdict
    text = worked(marking.sheet, verdict.entry, marking.sheet.truths, form)
    apart = abs(verdict.carried - verdict.expected) > verdict.tolerance
    if math.isfinite(verdict.carried) and apart:
        text += f"; from your own numbers it would be {form(verdict.carried)}"
    return text


def records(assessment: Assessment, form: Format, level: Level = "full") -> list[list[str]]:
    """A row of texts for each answer, in the order of `COLUMNS`."""
    rows = []
    for marked in assessment.answers:
        verdict = marked.verdict
        given = "" if verdict.answer.number is None else verdict.answer.number.written
        expected = form(verdict.expected) if level == "full" else ""
        shown = level == "full" and verdict.status in (FOLLOWS, WRONG)
        follows = form(verdict.carried) if shown and math.isfinite(verdict.carried) else ""
        rows.append([marked.key, given, expected, follows, verdict.status, _remark(marked)])
    if level != "full":
        rows = [[row[0], row[1], *row[4:]] for row in rows]
    return rows


def columns(level: Level) -> tuple[str, ...]:
    """The columns of `records`."""
    return COLUMNS if level == "full" else (*COLUMNS[:2], *COLUMNS[4:])


def _remark(marked: Marked) -> str:
    return ", ".join(marked.mistakes) or ("too few digits" if marked.verdict.few_digits else "")


def summary(assessment: Assessment, form: Format, level: Level = "full") -> list[str]:
    """The paragraphs that follow the table: score, first wrong line, explanations."""
    counts = ", ".join(f"{count} {status}" for status, count in assessment.counts.items() if count)
    score = f"{_points(assessment.score)} of {_points(assessment.max_score)}"
    found = [f"Score: {score} ({counts or 'nothing to mark'})."]
    if assessment.all_correct:
        return found
    if level == "brief":
        return [_brief(assessment)]
    if assessment.convention is not None:
        found.append(_of_convention(assessment))
        if assessment.marking is assessment.convention.marking:
            return found
    told: set[str] = set()
    first = assessment.first_wrong
    wrong = [marked for marked in assessment.answers if marked.verdict.status == WRONG]
    for marked in wrong if assessment.convention is None else ():
        if marked.searched:
            head = "First wrong line: " if marked is first else "Wrong: "
            given = f"{head}{marked.key} = {marked.verdict.number.written}"
            said = _of_wrong(assessment, marked, form, level, told)
            found.append("\n  ".join([given, *said]))
    unsearched = sum(not marked.searched for marked in wrong)
    if unsearched and assessment.convention is None:
        lines = "1 more line is" if unsearched == 1 else f"{unsearched:,} more lines are"
        found.append(f"And {lines} wrong; with so many before, no mistake was looked for there.")
    return found


def _brief(assessment: Assessment) -> str:
    wrong, count = assessment.counts[WRONG], len(assessment.answers)
    blank = f", {assessment.counts[BLANK]} blank" if assessment.counts[BLANK] else ""
    return f"Not all right: {wrong} of {count} answers wrong{blank}."


def _of_convention(assessment: Assessment) -> str:
    convention = assessment.convention
    assert convention is not None
    why = CATALOGUE[convention.id].done
    return (
        f"All differences come from another convention, {convention.id}: {why} "
        f"This line of the config makes them right: {convention.config}"
    )


def _points(number: float) -> str:
    return f"{number:.10g}"


def document(assessment: Assessment, form: Format, level: Level = "full") -> dict[str, Any]:
    """The JSON document `backprop/verify/1`; of a "brief" one only the numbers are told."""
    convention, first = assessment.convention, assessment.first_wrong
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "score": assessment.score,
        "max_score": assessment.max_score,
        "counts": dict(assessment.counts),
        "first_wrong": None,
        "convention": None,
        "answers": [],
    }
    if level != "brief":
        if first is not None:
            found["first_wrong"] = first.key
        if convention is not None:
            found["convention"] = {"id": convention.id, "config": convention.config}
        found["answers"] = [
            dict(zip(EXACT_COLUMNS, fields, strict=True))
            for fields in _exact_fields(assessment, form, level)
        ]
    return found


def _exact_fields(assessment: Assessment, form: Format, level: Level) -> Iterator[tuple[Any, ...]]:
    """The fields of `EXACT_COLUMNS` for each answer; None where there is nothing to tell."""
    told: set[str] = set()
    for marked in assessment.answers:
        verdict, ids = marked.verdict, marked.mistakes
        number = verdict.answer.number
        expected, carried = (
            value if level == "full" and math.isfinite(value) else None
            for value in (verdict.expected, verdict.carried)
        )
        yield (
            marked.key,
            None if number is None else number.value,
            expected,
            carried,
            verdict.status,
            marked.credit,
            list(ids) if len(ids) > 1 else next(iter(ids), None),
            _message(assessment, marked, form, level, told),
        )


def exact_records(assessment: Assessment, form: Format, level: Level = "full") -> list[list[Any]]:
    """A row for each answer, in the order of `EXACT_COLUMNS`, with all digits; none if "brief"."""
    if level == "brief":
        return []
    return [
        [
            "" if value is None else " ".join(value) if isinstance(value, list) else value
            for value in fields
        ]
        for fields in _exact_fields(assessment, form, level)
    ]
