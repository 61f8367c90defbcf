"""What a marking said of a student, held against what the student did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from pupils.hand import NOISE
from pupils.lines import Line
from pupils.slips import SLIPS, Changed, Slip
from pupils.student import CUTTING, FAULTLESS, Plan, Student, Work, same, ways_of, worked
from pupils.writing import Writing

TIE = 0.51
"""Of a unit of the last place: what rounding may leave."""
HAIR = 1e-11
EXACT = Writing(12)


@dataclass(frozen=True)
class Said:
    """What the marking said of one answer: its status, and the names, certain and likely."""

    key: str
    status: str
    certain: tuple[str, ...]
    likely: tuple[str, ...]


@dataclass
class Case:
    """One sheet as it was marked, with its counts and what is worth a look."""

    group: str
    sheet: str
    digits: int
    rounding: bool
    truth: str
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)


def judged(student: Student, said: list[Said]) -> Case:
    """The case, counted."""
    case = Case(student.group, student.sheet, student.writing.digits, student.carry, student.truth)
    judge = _Judge(student, said)
    case.counts["sheets"] += 1
    for finding in (judge.statuses, judge.names):
        for count, told in finding():
            case.counts[count] += 1
            if told:
                case.told.append(f"{count}: {told}")
    return case


class _Judge:
    """Holds one sheet against the work behind it."""

    def __init__(self, student: Student, said: list[Said]) -> None:
        self.student, self.said = student, said
        self.paper, self.work = student.paper, student.work
        self.asked = {one.key for one in said}
        self.tainted: set[str] = set()
        self.behind: set[str] = set()
        for line in self.paper.lines:
            if line.key in self.work.made:
                self.tainted.add(line.key)
            for key in line.reads:
                if key in self.tainted and key not in self.asked:
                    self.tainted.add(line.key)
                if key in self.behind or key in self.work.made:
                    self.behind.add(line.key)
        self.shadow = self._exact()
        self.own: dict[str, float] = {**self.paper.givens, **self.paper.zeros}
        self.follows: dict[str, list[float]] = {}
        for line in self.paper.lines:
            self._follow(line)

    def _follow(self, line: Line) -> None:
        """What follows from the answers before, as one sees it who has the answers alone."""
        try:
            self.follows[line.key] = [way(self.own) for way in (line.work, *line.ways)]
        except (ValueError, ZeroDivisionError, OverflowError):
            self.follows[line.key] = [float("nan")]
        value = self.follows[line.key][0]
        self.own[line.key] = float(self.work.texts[line.key]) if line.key in self.asked else value

    def _exact(self) -> dict[str, float]:
        """The numbers of the same student who never rounds."""
        student = self.student
        if not student.carry:
            return self.work.exact
        work = worked(self.paper, student.plan, student.writing, carry=False)
        return work.exact if work is not None else self.work.exact

    def told(self, key: str) -> str:
        """A line with its numbers, for a person to read."""
        return (
            f"{key} = {self.work.texts[key]} (true {self.paper.truths[key]:.6g}, right from own "
            f"numbers {self.follows[key][0]:.6g})"
        )

    # Verdicts.

    def statuses(self) -> Iterator[tuple[str, str]]:
        """What is to be said of the verdicts."""
        first = next((one.key for one in self.said if one.status == "wrong"), None)
        if first is not None and self.student.plan is not None:
            yield "first wrong", ""
            if first in self.tainted:
                yield "first wrong is one", ""
        for one in self.said:
            if one.status == "wrong" and one.key not in self.tainted:
                refused = one.key in self.behind
                yield "refused" if refused else "sound called wrong", self.told(one.key)
            granted = one.status == "follow-through" and one.key in self.work.made
            if granted and self._not_following(one.key):
                yield "wrongly granted", self.told(one.key)
        shows = self.showing()
        if shows:
            yield "showing", ""
            status = {one.key: one.status for one in self.said}[shows[0]]
            if status not in ("wrong", "follow-through"):
                yield "mistake called correct", f"{self.told(shows[0])}: {status}"

    def showing(self) -> list[str]:
        """Answers where the mistake shows: farther from what is right than rounding explains."""
        return [one.key for one in self.said if one.key in self.tainted and self._beyond(one.key)]

    def _beyond(self, key: str) -> bool:
        """Whether an answer is farther from the truth than rounding on the way explains."""
        line, right = self.paper.at[key], self.paper.truths[key]
        slack = self._unit(key) * TIE + self._brought(line, self.paper.truths, set(), {})
        return abs(float(self.work.texts[key]) - right) > slack

    def _not_following(self, key: str) -> bool:
        """Whether an answer is farther from what follows from the others, by every way to it."""
        line, known = self.paper.at[key], dict[str, float]()
        slack = self._unit(key) * TIE + self._brought(line, self.own, self.asked, known)
        number = float(self.work.texts[key])
        return all(abs(number - right) > slack for right in self.follows[key])

    def _brought(
        self, line: Line, values: dict[str, float], fixed: set[str], known: dict[str, float]
    ) -> float:
        """How far the rounding of what a line reads may take it, around these values.

        Lines that were not handed in count as if they had been rounded too. What a line that is
        `fixed` reads does not matter: it is gone on from as it stands there.
        """
        total = HAIR * abs(values[line.key])
        try:
            plain = line.work(values)
            for key in line.reads:
                if key in self.paper.at:
                    shift = self._slack(self.paper.at[key], values, fixed, known)
                    total += abs(line.work(Changed(values, {key: values[key] + shift})) - plain)
        except (ValueError, ZeroDivisionError, OverflowError):
            return float("inf")
        return total

    def _slack(
        self, line: Line, values: dict[str, float], fixed: set[str], known: dict[str, float]
    ) -> float:
        """How far rounding alone may take a line."""
        if line.key not in known:
            place = self._unit(line.key, in_full=True) * TIE
            brought = 0.0 if line.key in fixed else self._brought(line, values, fixed, known)
            known[line.key] = place + brought
        return known[line.key]

    def _unit(self, key: str, in_full: bool = False) -> float:
        """One unit of the last place written; twice that where digits are cut off.

        A number that was left short is `in_full` one of as many digits as the others.
        """
        text, writing = self.work.texts[key], self.student.writing
        if in_full and writing.bare:
            text = replace(writing, bare=False).text(self.work.exact[key])
        number, _, power = text.lower().partition("e")
        unit = 10.0 ** (int(power or 0) - len(number.partition(".")[2]))
        return 2 * unit if writing.cut else unit

    # Names.

    def names(self) -> Iterator[tuple[str, str]]:
        """What is to be said of the names that were given."""
        student = self.student
        found: dict[tuple[str, str, bool], str] = {}
        telling = set()
        first = next((one.key for one in self.said if one.status == "wrong"), None)
        for one in self.said:
            for grade, ids in (("certain", one.certain), ("likely", one.likely)):
                for id_ in ids:
                    true = self._true(one.key, id_)
                    found.setdefault((grade, id_, true), one.key)
                    if true and (one.key == first or one.key in self.work.made):
                        telling.add(grade)
        if student.plan is not None and student.group != NOISE and self.showing():
            yield "named", ""
            for grade in ("certain", "likely"):
                if grade in telling:
                    yield f"true {grade}", ""
            if telling:
                yield "true certain or likely", ""
            elif first is not None:
                key = next((k for k in self.work.made if k in self.asked), first)
                yield "unnamed", f"{self.told(key)}; first wrong {first}"
        if student.group in (NOISE, FAULTLESS, CUTTING):
            for grade in sorted({grade for grade, *_ in found}):
                names = [id_ for g, id_, true in found if g == grade and not true]
                if names:
                    key = found[grade, names[0], False]
                    yield f"noise {grade}", f"{', '.join(names)} at {self.told(key)}"
            return
        for (grade, id_, true), key in found.items():
            yield f"names {grade}", ""
            if not true:
                yield f"false {grade}", f"{id_} at {self.told(key)}"

    def _true(self, key: str, id_: str) -> bool:
        """Whether a name tells what was done, or what is numerically the same."""
        plan = self.student.plan
        if id_ == "rounded-early" and self.student.carry and key not in self.work.made:
            return True
        if plan is None or plan.slip.group == NOISE:
            return False
        if key in self.tainted and id_ in plan.slip.names:
            return True
        return any(self._twin(key, other) for other in SLIPS if id_ in other.names)

    def _twin(self, key: str, slip: Slip) -> bool:
        """Whether a slip gives the very number: in the line, in lines before it that were not
        handed in, or throughout."""
        number, cone = self.shadow[key], self._cone(self.paper.at[key])
        starts = ({**self.paper.givens, **self.paper.zeros, **self.shadow}, self.paper.truths)
        for way in ways_of(slip, self.paper):
            for start in starts:
                for value in self._reworked(cone, dict(start), slip, way):
                    if same(value, number):
                        return True
            if len(cone) > 1:
                work = worked(self.paper, Plan(slip, way, None), EXACT, carry=False)
                if work is not None and same(work.exact[key], number) and self._spares(work):
                    return True
        return False

    def _spares(self, work: Work) -> bool:
        """Whether the lines that the student has right would be right with this work."""
        truths = self.paper.truths
        return all(
            same(work.exact[key], truths[key])
            for key in self.asked
            if same(self.shadow[key], truths[key])
        )

    def _reworked(
        self, cone: list[Line], start: dict[str, float], slip: Slip, way: Any
    ) -> Iterator[float]:
        """What the last line of a cone becomes, with the slip in each line of it, in
        those of a kind or of a name, and in all."""
        where = [line for line in cone if slip.value(line, start, way) is not None]
        groups = {frozenset((line.key,)) for line in where}
        for alike in (lambda line: "", lambda line: line.kind, lambda line: line.bare_key):
            for name in {alike(line) for line in where}:
                groups.add(frozenset(line.key for line in where if alike(line) == name))
        for group in groups:
            plan = Plan(slip, way, group)
            values = dict(start)
            try:
                for line in cone:
                    wrong = plan.wrong(line, values)
                    values[line.key] = line.work(values) if wrong is None else wrong
            except (ValueError, ZeroDivisionError, OverflowError):
                continue
            yield values[cone[-1].key]

    def _cone(self, last: Line) -> list[Line]:
        """The line, and those before that it comes from, back to the last answers."""
        found, waiting = {last.key}, [last]
        while waiting:
            for key in waiting.pop().reads:
                if key in self.paper.at and key not in self.asked and key not in found:
                    found.add(key)
                    waiting.append(self.paper.at[key])
        return [line for line in self.paper.lines if line.key in found]
