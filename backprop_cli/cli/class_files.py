"""The files that grade writes beside its table: reports, pages, and Gradescope's result."""

from __future__ import annotations

import contextlib
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backprop_cli.errors import UsageError, visible
from backprop_cli.files import written
from backprop_cli.marking.class_results import ClassResults
from backprop_cli.marking.classroom import DETAIL_COLUMNS, GRADE_COLUMNS, Result
from backprop_cli.marking.reading import defused, file_names
from backprop_cli.marking.verdicts import CORRECT, FOLLOWS
from backprop_cli.show.document import Block, Document, Heading, Paragraph
from backprop_cli.show.formats import write


def check_kept(keep: Sequence[str]) -> None:
    """Raise `UsageError` for a column of a name that the report has already."""
    taken = {*GRADE_COLUMNS, *DETAIL_COLUMNS}
    for name in keep:
        if name in taken:
            hint = "--keep name keeps the names of students" if name == "student" else None
            raise UsageError(f"--keep {name}: the report has a column of this name", hint)
        taken.add(name)


class Writers:
    """The files that are written as the results come."""

    def __init__(
        self,
        files: contextlib.ExitStack,
        report: str | None,
        details: str | None,
        feedback: str | None,
        keep: Sequence[str],
    ) -> None:
        self._report = self._begun(files, report, with_kept(keep, GRADE_COLUMNS))
        self._details = self._begun(files, details, with_kept(keep, DETAIL_COLUMNS))
        self._folder = None if feedback is None else Path(feedback)
        self._page_name = file_names(".md")
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)

    @staticmethod
    def _begun(files: contextlib.ExitStack, path: str | None, columns: Sequence[str]) -> Any:
        if path is None:
            return None
        writer = csv.writer(files.enter_context(written(path)), lineterminator="\n")
        writer.writerow(columns)
        return writer

    def take(self, result: Result) -> None:
        """Write what came of one submission."""
        if self._report is not None:
            self._report.writerow(map(defused, result.row))
        if self._details is not None:
            rows = ((row[0], *result.kept, *row[1:]) for row in result.details)
            self._details.writerows(map(defused, row) for row in rows)
        if self._folder is not None:
            blocks: list[Block] = [Heading(visible(result.student), 1), Paragraph(result.error)]
            page = result.feedback or "".join(write("markdown", Document(blocks)))
            with written(self._folder / self._page_name(result.student)) as stream:
                stream.write(page)


def with_kept(keep: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    """The columns, with those that are kept after the first, which names the student."""
    return (columns[0], *keep, *columns[1:])


def write_gradescope(
    path: str, together: ClassResults, result: Result | None, files: contextlib.ExitStack
) -> None:
    """One submission's result, in the format of Gradescope's autograders."""
    if together.students != 1 or result is None:
        raise UsageError("--gradescope takes one submission", "an autograder runs once for each")
    tests = [
        {
            "name": row["key"],
            "score": row["credit"],
            "status": "passed" if row["status"] in (CORRECT, FOLLOWS) else "failed",
            "output": " ".join(str(row[part]) for part in ("status", "message") if row[part]),
        }
        for row in (dict(zip(DETAIL_COLUMNS, fields, strict=True)) for fields in result.details)
    ]
    data = {
        "score": result.score,
        "max_score": result.max_score,
        "output": result.error or f"{result.score:g} of {result.max_score:g}",
        "tests": tests,
    }
    stream = files.enter_context(written(path))
    stream.write(json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
