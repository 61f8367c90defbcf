"""backprop grade"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from backprop_cli.cli.class_files import Writers, check_kept, with_kept, write_gradescope
from backprop_cli.cli.desks import Setup, Tolerance, desk_of, make_grader
from backprop_cli.cli.options import (
    OneOf,
    complete_file,
    conventions_option,
    required_config_argument,
    settings_option,
    tolerance_options,
)
from backprop_cli.cli.output import Output, warn
from backprop_cli.cli.output_options import output_options
from backprop_cli.errors import EXIT_CHECK_FAILED, EXIT_FINE, visible
from backprop_cli.files import note_read
from backprop_cli.marking.class_results import Attempts, ClassResults, best_of
from backprop_cli.marking.classroom import GRADE_COLUMNS, Result, graded
from backprop_cli.marking.reading import Class, defused, submissions_of, that_count
from backprop_cli.marking.verdicts import with_weights
from backprop_cli.marking.worksheet import LEVELS
from backprop_cli.show.formats.records import FORMATS

COLUMNS = ("student", "score", "first_wrong", "mistake")


@click.command("grade")
@required_config_argument
@click.argument("submissions", nargs=-1, required=True, shell_complete=complete_file)
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
    type=OneOf(LEVELS),
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
    check_kept(keep)
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
        writers = Writers(files, report, details, feedback, keep)
        for last in best_of(results) if attempts == "best" else results:
            together.note(last)
            rows.append(last.row if exact else _line(last))
            writers.take(last)
            for said in filter(None, (last.error, *last.warnings)):
                warn(f"{visible(last.student)}: {said}")
        if gradescope is not None:
            write_gradescope(gradescope, together, last, files)
    _write(rows, keep, together, output)
    return EXIT_CHECK_FAILED if together.unreadable else EXIT_FINE


def _note_inputs(submissions: Sequence[str], variants: str | None) -> None:
    """Remember what is going to be read, here or in another process."""
    for path in submissions:
        note_read(path)
    for config in () if variants is None else Path(variants).glob("*.toml"):
        note_read(config)


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
    document = {
        "schema": "backprop/grade/1",
        "students": together.students,
        "unreadable": together.unreadable,
        "warned": together.warned,
        "mean_percent": mean,
        "attempts": together.attempts._asdict(),
        "mistakes": together.common(),
        "grades": None,
    }
    count = "1 submission" if together.students == 1 else f"{together.students} submissions"
    read = " of those that could be read" if together.unreadable else ""
    text = f"{count}, {mean:.1f} % of the points on average{read}."
    exact = output.format in ("json", "csv")
    if output.format == "csv":
        rows = [tuple(map(defused, row)) for row in rows]
    output.records(with_kept(keep, GRADE_COLUMNS if exact else COLUMNS), rows, document)
    if exact or (output.path and output.format != "table"):
        return
    click.echo(f"\n{text}")
    if said := together.attempts.said():
        click.echo(said)
    for line in together.common():
        click.echo(f"  {line['mistake']}: {'; '.join(_by_whom(line))}")
    if together.warned:
        which = "submission has" if together.warned == 1 else "submissions have"
        click.echo(f"{together.warned} {which} parts to be looked at: see the warnings.")


def _by_whom(line: dict[str, Any]) -> Iterator[str]:
    """How many made a mistake for certain, and how many are likely to have made it."""
    count, likely = line["students"], line["likely"]
    if count:
        whom = "1 student" if count == 1 else f"{count} students"
        yield f"{whom}, the first mistake of {line['first_in']}"
    if likely:
        yield f"likely in {likely}" + (" more" if count else "")


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
