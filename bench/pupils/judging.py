"""What a marking said of a student, held against what the student did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pupils.hand import NOISE
from pupils.lines import Line
from pupils.slips import SLIPS, Changed, Slip
from pupils.student import CUTTING, FAULTLESS, Plan, Student, same, ways_of, worked
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
            f"numbers {self.work.rights[key]:.6g})"
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
            if granted and self._beyond(one.key, self.work.rights[one.key]):
                yield "wrongly granted", self.told(one.key)
        shows = self.showing()
        if shows:
            yield "showing", ""
            status = {one.key: one.status for one in self.said}[shows[0]]
            if status not in ("wrong", "follow-through"):
                yield "mistake called correct", f"{self.told(shows[0])}: {status}"

    def showing(self) -> list[str]:
        """Answers where the mistake shows: farther from what is right than rounding explains."""
        return [
            one.key
            for one in self.said
            if one.key in self.tainted and self._beyond(one.key, self.paper.truths[one.key])
        ]

    def _beyond(self, key: str, right: float) -> bool:
        """Whether an answer is farther from `right` than rounding on the way explains."""
        slack: dict[str, float] = {}
        line = self.paper.at[key]
        return abs(float(self.work.texts[key]) - right) > self._slack(line, slack)

    def _slack(self, line: Line, known: dict[str, float]) -> float:
        """How far rounding alone may take a line: its own, and what its operands bring.

        Lines that were not handed in count as if they had been worked in the student's digits.
        """
        if line.key in known:
            return known[line.key]
        values, total = self.paper.truths, self._unit(line.key) * TIE
        for key in line.reads:
            if key not in self.paper.at:
                continue
            shift = self._slack(self.paper.at[key], known)
            try:
                moved = line.work(Changed(values, {key: values[key] + shift}))
            except (ValueError, ZeroDivisionError, OverflowError):
                continue
            total += abs(moved - values[line.key])
        known[line.key] = total + HAIR * abs(values[line.key])
        return known[line.key]

    def _unit(self, key: str) -> float:
        """One unit of the last place written; twice that where digits are cut off."""
        text = self.work.texts[key].lower()
        number, _, power = text.partition("e")
        places = len(number.partition(".")[2])
        if self.student.writing.bare:
            longer = Writing(self.student.writing.digits, self.student.writing.decimals)
            number, _, power = longer.text(self.work.exact[key]).lower().partition("e")
            places = max(places, len(number.partition(".")[2]))
        unit = 10.0 ** (int(power or 0) - places)
        return 2 * unit if self.student.writing.cut else unit

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
                names = [id_ for g, id_, _ in found if g == grade]
                key = next(key for (g, *_), key in found.items() if g == grade)
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
                if work is not None and same(work.exact[key], number):
                    return True
        return False

    def _reworked(
        self, cone: list[Line], start: dict[str, float], slip: Slip, way: Any
    ) -> Iterator[float]:
        """What the last line of a cone becomes, with the slip in each line of it, and in all."""
        where = [line.key for line in cone if slip.value(line, start, way) is not None]
        plans = [Plan(slip, way, key) for key in where]
        if len(where) > 1:
            plans.append(Plan(slip, way, None))
        for plan in plans:
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
