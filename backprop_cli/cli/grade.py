"""backprop grade"""

from __future__ import annotations

import contextlib
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from backprop_cli.cli.desks import Setup, Tolerance, desk_of, make_grader
from backprop_cli.cli.options import (
    conventions_option,
    output_options,
    settings_option,
    tolerance_options,
)
from backprop_cli.cli.output import Output, warn
from backprop_cli.errors import EXIT_CHECK_FAILED, EXIT_FINE, UsageError, visible
from backprop_cli.files import note_read, written
from backprop_cli.marking.classroom import (
    DETAIL_COLUMNS,
    GRADE_COLUMNS,
    Attempts,
    ClassResults,
    Result,
    best_of,
    graded,
)
from backprop_cli.marking.reading import Class, defused, file_names, submissions_of, that_count
from backprop_cli.marking.verdicts import CORRECT, FOLLOWS, with_weights
from backprop_cli.marking.worksheet import LEVELS
from backprop_cli.show.formats.markdown import escaped
from backprop_cli.show.formats.records import FORMATS

COLUMNS = ("student", "score", "first_wrong", "mistake")


@click.command("grade")
@click.argument("config")
@click.argument("submissions", nargs=-1, required=True)
@settings_option
@tolerance_options
@click.option(
    "--weights",
    metavar="KEY=N",
    multiple=True,
    help="Points of a quantity (w5_new=2) or a kind of quantity (new=2). Repeatable.",
)
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    help="Count what a worksheet of this level asks for as blank where it is missing.",
)
@click.option(
    "--student",
    "identity",
    metavar="COLUMN",
    help="The column that tells students apart; else their id, e-mail or name.",
)
@click.option(
    "--keep",
    metavar="COLUMN",
    multiple=True,
    help="A column to go into table, report and details too. Repeatable.",
)
@click.option(
    "--attempts",
    type=click.Choice(["all", "last", "best", "first"]),
    default="all",
    show_default=True,
    help="Which count where somebody has handed in more than once.",
)
@click.option(
    "--hints",
    is_flag=True,
    help="Name mistakes, but give no right number away: in pages, details and for Gradescope.",
)
@conventions_option
@click.option(
    "--variants",
    metavar="DIR",
    type=click.Path(),
    help="Mark each student against the own network that backprop variants wrote.",
)
@click.option("--report", metavar="FILE", type=click.Path(), help="Write a row per student.")
@click.option(
    "--details", metavar="FILE", type=click.Path(), help="Write a row per student and quantity."
)
@click.option("--feedback", metavar="DIR", type=click.Path(), help="Write a page per student.")
@click.option(
    "--gradescope",
    metavar="FILE",
    type=click.Path(),
    help="Write the result of the one submission as Gradescope reads it.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes to grade with.",
)
@output_options(*FORMATS, digits=False)
def command(
    config: str,
    submissions: tuple[str, ...],
    settings: tuple[str, ...],
    tolerance: Tolerance,
    weights: tuple[str, ...],
    level: str | None,
    identity: str | None,
    keep: tuple[str, ...],
    attempts: str,
    hints: bool,
    accept_conventions: bool,
    variants: str | None,
    report: str | None,
    details: str | None,
    feedback: str | None,
    gradescope: str | None,
    jobs: int,
    output: Output,
) -> int:
    """Mark a class: SUBMISSIONS are folders of answer files, or a CSV with a row per student.

    \b
    backprop grade mazur answers/ --report grades.csv
    backprop grade mazur form.csv --feedback pages/ --jobs 4

    The exit code is 1 if a submission could not be read; the others are graded all the same.
    """
    pages, told = feedback is not None, "hints" if hints else "full"
    setup = Setup(
        config, settings, tolerance, weights, level, variants, accept_conventions, pages, told
    )
    _check_kept(keep)
    desk = desk_of(config, settings, tolerance)
    grading = with_weights(desk.grading, weights, desk.keys)
    _note_inputs(submissions, variants)
    output.check(report, details, gradescope)
    worth = {entry.step.key: grading.worth(entry) for entry in desk.keys.sheet.entries}
    handed_in = submissions_of(submissions, Class(desk.keys, warn, identity, keep, worth))
    for submission in handed_in:
        note_read(submission.file)  # which no output may take the place of
    counted = that_count(handed_in, attempts)
    results = _shown(graded(counted, jobs, make_grader, (setup,)))
    exact = output.format in ("json", "csv")
    together = ClassResults(attempts=Attempts.of(handed_in, attempts))
    rows, last = list[tuple[Any, ...]](), None
    with contextlib.ExitStack() as files:
        writers = _Writers(files, report, details, feedback, keep)
        for last in best_of(results) if attempts == "best" else results:
            together.note(last)
            rows.append(last.row if exact else _line(last))
            writers.take(last)
            for said in filter(None, (last.error, *last.warnings)):
                warn(f"{visible(last.student)}: {said}")
        if gradescope is not None:
            _write_gradescope(gradescope, together, last, files)
    _write(rows, keep, together, output)
    return EXIT_CHECK_FAILED if together.unreadable else EXIT_FINE


def _check_kept(keep: Sequence[str]) -> None:
    """Raise `UsageError` for a column of a name that the report has already."""
    taken = {*GRADE_COLUMNS, *DETAIL_COLUMNS}
    for name in keep:
        if name in taken:
            hint = "--keep name keeps the names of students" if name == "student" else None
            raise UsageError(f"--keep {name}: the report has a column of this name", hint)
        taken.add(name)


def _note_inputs(submissions: Sequence[str], variants: str | None) -> None:
    """Remember what is going to be read, here or in another process."""
    for path in submissions:
        note_read(path)
    for config in () if variants is None else Path(variants).glob("*.toml"):
        note_read(config)


class _Writers:
    """The files that are written as the results come."""

    def __init__(
        self,
        files: contextlib.ExitStack,
        report: str | None,
        details: str | None,
        feedback: str | None,
        keep: Sequence[str],
    ) -> None:
        self._report = self._begun(files, report, _with(keep, GRADE_COLUMNS))
        self._details = self._begun(files, details, _with(keep, DETAIL_COLUMNS))
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
        if self._report is not None:
            self._report.writerow(map(defused, result.row))
        if self._details is not None:
            rows = ((row[0], *result.kept, *row[1:]) for row in result.details)
            self._details.writerows(map(defused, row) for row in rows)
        if self._folder is not None:
            unreadable = f"# {escaped(visible(result.student))}\n\n{escaped(result.error)}\n"
            with written(self._folder / self._page_name(result.student)) as stream:
                stream.write(result.feedback or unreadable)


def _with(keep: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    """The columns, with those that are kept after the first, which names the student."""
    return (columns[0], *keep, *columns[1:])


def _line(result: Result) -> tuple[str, ...]:
    who = (visible(result.student), *map(visible, result.kept))
    if result.error:
        return *who, "", "", "unreadable"
    score = f"{result.score:.10g}/{result.max_score:.10g}"
    convention = f"convention {result.convention}" if result.convention else ""
    return *who, score, result.first_wrong, convention or result.mistake


def _write(
    rows: list[tuple[Any, ...]], keep: Sequence[str], together: ClassResults, output: Output
) -> None:
    mean = 100 * together.points / together.possible if together.possible else 0.0
    common = [
        {"mistake": id_, "students": count, "first_in": together.first_of[id_]}
        for id_, count in sorted(together.made_by.items(), key=lambda item: (-item[1], item[0]))
    ]
    document = {
        "schema": "backprop/grade/1",
        "students": together.students,
        "unreadable": together.unreadable,
        "mean_percent": mean,
        "attempts": together.attempts._asdict(),
        "mistakes": common,
        "grades": None,
    }
    text = f"{together.students} submissions, {mean:.1f} % of the points on average."
    exact = output.format in ("json", "csv")
    if output.format == "csv":
        rows = [tuple(map(defused, row)) for row in rows]
    output.records(_with(keep, GRADE_COLUMNS if exact else COLUMNS), rows, document)
    if exact or (output.path and output.format != "table"):
        return
    click.echo(f"\n{text}")
    if said := together.attempts.said():
        click.echo(said)
    for line in common:
        count = line["students"]
        whom = "1 student" if count == 1 else f"{count} students"
        click.echo(f"  {line['mistake']}: {whom}, the first mistake of {line['first_in']}")


def _write_gradescope(
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


def _shown(results: Iterator[Result]) -> Iterator[Result]:
    """The results, with a line of progress on a terminal."""
    if not sys.stderr.isatty():
        yield from results
        return
    for count, result in enumerate(results, start=1):
        sys.stderr.write(f"\r\x1b[K{count} graded  {visible(result.student)[:40]}")
        sys.stderr.flush()
        yield result
    sys.stderr.write("\r\x1b[K")
