"""Grading a class: each submission by itself, then what the class has in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from backprop_cli.errors import BackpropError, ConfigError, Place, shortened, visible
from backprop_cli.marking.assessment import STATUSES, Assessment, Desk
from backprop_cli.marking.reading import Answer, Submission, located, read_answers
from backprop_cli.marking.report import EXACT_COLUMNS, columns, exact_records, records, summary
from backprop_cli.marking.sheet import Entry
from backprop_cli.show import Format
from backprop_cli.show.formats.markdown import escaped
from backprop_cli.show.formats.records import records_text

GRADE_COLUMNS = (
    "student", "score", "max_score", *(status.replace("-", "_") for status in STATUSES),
    "first_wrong", "mistake", "convention", "error",
)  # fmt: skip
DETAIL_COLUMNS = ("student", *EXACT_COLUMNS)

REPORT = "this is a mistake of the program: please report it, with the answers"

DeskFor = Callable[[str], Desk]
Many = Callable[[Sequence[Submission]], "list[Result]"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one submission. `error` says why it could not be read; empty if it could."""

    student: str
    error: str = ""
    score: float = 0.0
    max_score: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)
    first_wrong: str = ""
    mistake: str = ""
    convention: str = ""
    mistakes: tuple[str, ...] = ()
    details: tuple[tuple[Any, ...], ...] = ()
    feedback: str = ""

    @property
    def row(self) -> tuple[Any, ...]:
        """The fields of `GRADE_COLUMNS`."""
        counts = (self.counts.get(status, 0) for status in STATUSES)
        numbers = (self.score, self.max_score, *counts)
        error, _, _ = self.error.partition("\n")
        remarks = (self.first_wrong, self.mistake, self.convention, error)
        return (self.student, *("" if error else number for number in numbers), *remarks)


@dataclass
class Grader:
    """Grades submissions, each at the desk for its student.

    Lines that are `asked` count as blank where a submission leaves them out. What goes wrong with
    one is the result of that one, a mistake of the program too, unless `debug` lets that through.
    """

    desk_for: DeskFor
    accept_conventions: bool = False
    asked: Callable[[Desk], Sequence[Entry]] | None = None
    form: Format = field(default_factory=Format)
    pages: bool = True
    debug: bool = False

    def __call__(self, submission: Submission) -> Result:
        try:
            if submission.problem is not None:
                raise ConfigError(submission.problem)
            desk = self.desk_for(submission.owner)
            answers = self._answers(submission, desk)
            found = desk.assess(answers, self.accept_conventions)
            return self._result(submission.student, found)
        except BackpropError as error:
            return Result(submission.student, error.render())
        except Exception as error:
            if self.debug:
                raise
            said = visible(shortened(f"could not be marked: {type(error).__name__}: {error}", 300))
            return Result(submission.student, f"{said}\n    hint: {REPORT}")

    def _answers(self, submission: Submission, desk: Desk) -> list[Answer]:
        if submission.items is None:
            answers = read_answers(submission.file, desk.keys)
        else:
            answers = located(submission.items, desk.keys)
        if self.asked is not None:
            there = {answer.address for answer in answers}
            missing = (e for e in self.asked(desk) if e.address not in there)
            answers += [Answer(entry.address, None, Place(submission.file)) for entry in missing]
        return answers

    def _result(self, student: str, found: Assessment) -> Result:
        first = found.first_wrong
        mistakes = dict.fromkeys(id_ for marked in found.answers for id_ in marked.mistakes)
        return Result(
            student,
            score=found.score,
            max_score=found.max_score,
            counts=found.counts,
            first_wrong=first.key if first else "",
            mistake=", ".join(first.mistakes) if first else "",
            convention=found.convention.id if found.convention else "",
            mistakes=tuple(mistakes),
            details=tuple((student, *row) for row in exact_records(found, self.form)),
            feedback=_page(student, found, self.form) if self.pages else "",
        )


def _page(student: str, found: Assessment, form: Format) -> str:
    """A page of Markdown for the student."""
    table = records_text("markdown", columns("full"), records(found, form), None)
    paragraphs = "\n\n".join(map(escaped, summary(found, form)))
    title = escaped(found.network.title)
    return f"# {escaped(visible(student))}\n\n{title}\n\n{paragraphs}\n\n{table}"


@dataclass
class ClassResults:
    """Sums over the class: points, and how many made each mistake, at all and first of all."""

    students: int = 0
    unreadable: int = 0
    points: float = 0.0
    possible: float = 0.0
    made_by: Counter[str] = field(default_factory=Counter)
    first_of: Counter[str] = field(default_factory=Counter)

    def note(self, result: Result) -> None:
        """Count one result."""
        self.students += 1
        if result.error:
            self.unreadable += 1
            return
        self.points += result.score
        self.possible += result.max_score
        self.made_by.update(result.mistakes)
        if result.mistake:
            self.first_of[result.mistake] += 1


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
