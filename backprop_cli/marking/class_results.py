"""What a class has in common: points, mistakes, and the attempts that count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from backprop_cli.marking.classroom import Result
from backprop_cli.marking.reading import Submission


class Attempts(NamedTuple):
    """Which attempts count, how many students have several, and how many attempts do not count."""

    counted: str
    repeated: int
    left_out: int

    @classmethod
    def of(cls, submissions: Sequence[Submission], counted: str) -> Attempts:
        """Of all that was handed in."""
        times = Counter(submission.owner for submission in submissions)
        beyond = sum(times.values()) - len(times)
        repeated = sum(number > 1 for number in times.values())
        return cls(counted, repeated, 0 if counted == "all" else beyond)

    def said(self) -> str:
        """A sentence; "" where everybody has handed in once."""
        if not self.repeated:
            return ""
        who = "1 student" if self.repeated == 1 else f"{self.repeated} students"
        if self.counted == "all":
            return f"{who} handed in more than once: each attempt counts (see --attempts)."
        left = f"{self.left_out} {'is' if self.left_out == 1 else 'are'} left out"
        return f"{who} handed in more than once: the {self.counted} attempt counts, {left}."


def best_of(results: Iterable[Result]) -> list[Result]:
    """Of each student the result with the most points; the later one of two that are alike."""
    found: dict[str, Result] = {}
    for result in results:
        before = found.get(result.student)
        if before is None or _rank(result) >= _rank(before):
            found[result.student] = result
    return list(found.values())


def _rank(result: Result) -> tuple[bool, float]:
    return not result.error, result.score


@dataclass
class ClassResults:
    """Sums over the class: points, and how many made each mistake, at all and first of all.

    Those who only seem to have made it are counted apart, in `likely_by`.
    """

    students: int = 0
    unreadable: int = 0
    warned: int = 0
    points: float = 0.0
    possible: float = 0.0
    made_by: Counter[str] = field(default_factory=Counter)
    first_of: Counter[str] = field(default_factory=Counter)
    likely_by: Counter[str] = field(default_factory=Counter)
    attempts: Attempts = field(default_factory=lambda: Attempts("all", 0, 0))

    def note(self, result: Result) -> None:
        """Count one result."""
        self.students += 1
        self.warned += bool(result.warnings)
        if result.error:
            self.unreadable += 1
            return
        self.points += result.score
        self.possible += result.max_score
        self.made_by.update(result.mistakes)
        self.likely_by.update(result.likely)
        self.first_of.update(filter(None, result.mistake.split(", ")))

    def common(self) -> list[dict[str, Any]]:
        """A row for each mistake, the commonest first: by how many, first of all by how many,
        and by how many more it is likely."""
        ids = sorted(
            self.made_by.keys() | self.likely_by.keys(),
            key=lambda id_: (-self.made_by[id_], -self.likely_by[id_], id_),
        )
        return [
            {
                "mistake": id_,
                "students": self.made_by[id_],
                "first_in": self.first_of[id_],
                "likely": self.likely_by[id_],
            }
            for id_ in ids
        ]
