"""An assessment for programs: the JSON document, and rows with all digits. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from backprop_cli.marking.assessment import Assessment
from backprop_cli.marking.report import Level, message
from backprop_cli.show import Format

SCHEMA = "backprop/verify/1"
EXACT_COLUMNS = (
    "key", "given", "expected", "carried", "status", "credit", "mistake", "message", "likely",
)  # fmt: skip


def document(assessment: Assessment, form: Format, level: Level = "full") -> dict[str, Any]:
    """The JSON document `backprop/verify/1`; of a "brief" one only the numbers are told."""
    first = assessment.first_wrong
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "score": assessment.score,
        "max_score": assessment.max_score,
        "counts": dict(assessment.counts),
        "first_wrong": None,
        "convention": None,
        "conventions": [],
        "conventions_accepted": assessment.accepted,
        "cut_off": assessment.marking.paper.habit.cut,
        "machine": None if assessment.machine is None else assessment.machine.name,
        "answers": [],
    }
    if level != "brief" or assessment.accepted:
        found["conventions"] = [
            {"id": convention.id, "config": convention.config}
            for convention in assessment.conventions
        ]
        found["convention"] = next(iter(found["conventions"]), None)
    if level != "brief":
        if first is not None:
            found["first_wrong"] = first.key
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
            message(assessment, marked, form, level, told),
            [{"id": f.mistake, "chance": marked.explanation.chance} for f in marked.likely],
        )


def exact_records(assessment: Assessment, form: Format, level: Level = "full") -> list[list[Any]]:
    """A row for each answer, in the order of `EXACT_COLUMNS`, with all digits; none if "brief"."""
    if level == "brief":
        return []
    return [[_cell(value) for value in fields] for fields in _exact_fields(assessment, form, level)]


def _cell(value: Any) -> Any:
    """A field in a table, where a list is its ids."""
    if isinstance(value, list):
        return " ".join(item if isinstance(item, str) else item["id"] for item in value)
    return "" if value is None else value
