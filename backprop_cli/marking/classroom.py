"""Grading a class: each submission by itself, by as many processes as wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from backprop_cli.errors import (
    LONGEST_GUESS,
    BackpropError,
    ConfigError,
    Place,
    shortened,
    visible,
)
from backprop_cli.marking.assessment import STATUSES, Assessment, Desk
from backprop_cli.marking.exact import EXACT_COLUMNS, exact_records
from backprop_cli.marking.feedback import feedback_blocks
from backprop_cli.marking.reading import (
    Answer,
    Fault,
    Submission,
    faultless,
    located,
    points,
    read_answers,
)
from backprop_cli.marking.report import Level
from backprop_cli.marking.sheet import Entry
from backprop_cli.show import Format
from backprop_cli.show.document import Block, Document, Heading, Paragraph, Points
from backprop_cli.show.formats import write

GRADE_COLUMNS = (
    "student", "score", "max_score", *(status.replace("-", "_") for status in STATUSES),
    "first_wrong", "mistake", "convention", "error", "warning",
)  # fmt: skip
DETAIL_COLUMNS = ("student", *EXACT_COLUMNS)

REPORT = "this is a mistake of the program: please report it, with the answers"

DeskFor = Callable[[Submission], Desk]
Many = Callable[[Sequence[Submission]], "list[Result]"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one submission. `error` says why it could not be read; empty if it could.

    `mistakes` are the ids of those that are certain, `likely` of others that fit well.
    `warnings` are about parts of it that could not be, `kept` are cells of its row.
    """

    student: str
    error: str = ""
    score: float = 0.0
    max_score: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)
    first_wrong: str = ""
    mistake: str = ""
    convention: str = ""
    mistakes: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    details: tuple[tuple[Any, ...], ...] = ()
    feedback: str = ""
    warnings: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def row(self) -> tuple[Any, ...]:
        """The fields of `GRADE_COLUMNS`, with what is kept after the first."""
        counts = (self.counts.get(status, 0) for status in STATUSES)
        numbers = (self.score, self.max_score, *counts)
        error, _, _ = self.error.partition("\n")
        warning = "; ".join(self.warnings)
        remarks = (self.first_wrong, self.mistake, self.convention, error, warning)
        said = (*("" if error else number for number in numbers), *remarks)
        return (self.student, *self.kept, *said)


@dataclass
class Grader:
    """Grades submissions, each at the desk for its student.

    Lines that are `asked` count as blank where a submission leaves them out, and so does what
    cannot be read. What goes wrong with one submission is the result of that one, a mistake of the
    program too, unless `debug` lets that through. With `level` "hints" no right number is told.
    """

    desk_for: DeskFor
    accept_conventions: bool = False
    asked: Callable[[Desk], Sequence[Entry]] | None = None
    form: Format = field(default_factory=Format)
    pages: bool = True
    level: Level = "full"
    debug: bool = False

    def __call__(self, submission: Submission) -> Result:
        return replace(self._graded(submission), kept=submission.kept)

    def _graded(self, submission: Submission) -> Result:
        try:
            if submission.problem is not None:
                raise ConfigError(submission.problem)
            desk = self.desk_for(submission)
            answers, warnings = self._answers(submission, desk)
            found = desk.assess(answers, self.accept_conventions)
            return self._result(submission.student, found, warnings)
        except BackpropError as error:
            return Result(submission.student, error.render())
        except Exception as error:
            if self.debug:
                raise
            said = visible(shortened(f"could not be marked: {type(error).__name__}: {error}", 300))
            return Result(submission.student, f"{said}\n    hint: {REPORT}")

    def _answers(self, submission: Submission, desk: Desk) -> tuple[list[Answer], list[str]]:
        """The answers, and what is to be said of the submission."""
        remarks: list[str] = []
        if submission.items is None:
            handed = read_answers(submission.file, desk.keys, remarks.append)
        else:
            handed = located(submission.items, desk.keys)
        answers = handed.answers or faultless(handed)  # if nothing at all can be read, it is said
        if self.asked is not None:
            there = {answer.address for answer in answers}
            missing = (e for e in self.asked(desk) if e.address not in there)
            answers += [Answer(entry.address, None, Place(submission.file)) for entry in missing]
        return answers, [*remarks, *_warnings(handed.faults, desk)]

    def _result(self, student: str, found: Assessment, warnings: list[str]) -> Result:
        first = found.first_wrong
        mistakes = dict.fromkeys(id_ for marked in found.answers for id_ in marked.mistakes)
        likely = dict.fromkeys(f.mistake for m in found.answers for f in m.likely)
        likely = {id_: None for id_ in likely if id_ not in mistakes}
        rows = exact_records(found, self.form, self.level)
        return Result(
            student,
            score=found.score,
            max_score=found.max_score,
            counts=found.counts,
            first_wrong=first.key if first else "",
            mistake=", ".join(first.mistakes) if first else "",
            convention=", ".join(convention.id for convention in found.conventions),
            mistakes=tuple(mistakes),
            likely=tuple(likely),
            details=tuple((student, *row) for row in rows),
            feedback=self._page(student, found, warnings) if self.pages else "",
            warnings=tuple(warnings),
        )

    def _page(self, student: str, found: Assessment, warnings: list[str]) -> str:
        """A page of Markdown for the student."""
        blocks: list[Block] = [Heading(visible(student), 1), Paragraph(found.network.title)]
        blocks += feedback_blocks(found, self.form, self.level)
        if warnings:
            blocks += [Paragraph("Not read:"), Points(tuple(warnings))]
        return "".join(write("markdown", Document(blocks, found.network)))


MOST_WARNINGS = 5
"""Warnings of one submission beyond this many are counted, not told."""


def _warnings(faults: Sequence[Fault], desk: Desk) -> Iterator[str]:
    """What could not be read, and what it would have been worth."""
    for fault in faults[:MOST_WARNINGS]:
        place, key = fault.problem.place, shortened(fault.key, LONGEST_GUESS)
        line = f" (line {place.line})" if place is not None and place.line is not None else ""
        said = f"{key}{line}: {fault.problem.what}"
        if fault.address is not None:
            entry = desk.keys.sheet.at[fault.address._replace(epoch=1)]
            said += f" ({points(desk.grading.worth(entry))} for {entry.key})"
        yield visible(said)
    if len(faults) > MOST_WARNINGS:
        yield f"and {len(faults) - MOST_WARNINGS:,} more like these"


CHUNK = 8
"""So many submissions are handed to a process at a time."""


def _of_many(make: Callable[..., Grader], arguments: tuple[Any, ...]) -> Many:
    """A grader of several submissions at a time."""
    grader = make(*arguments)
    return lambda submissions: list(map(grader, submissions))


def graded(
    submissions: Iterable[Submission],
    jobs: int,
    make: Callable[..., Grader],
    arguments: tuple[Any, ...],
) -> Iterator[Result]:
    """The result of each submission, in their order, worked by so many processes.

    `make(*arguments)` makes the grader of each process. What is lost because a process ended is
    graded here.
    """
    if jobs <= 1:
        yield from map(make(*arguments), submissions)
        return
    from backprop_cli.marking.processes import mapped  # most calls work alone

    waiting, grader = iter(submissions), None
    chunks = list(iter(lambda: tuple(islice(waiting, CHUNK)), ()))
    for chunk, results in zip(
        chunks, mapped(chunks, jobs, _of_many, (make, arguments)), strict=True
    ):
        if results is not None:
            yield from results
            continue
        grader = grader or make(*arguments)
        yield from map(grader, chunk)
