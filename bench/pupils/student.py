"""A student, who makes one slip or none, carries it on, and writes numbers down."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from pupils import slips_backward, slips_forward, slips_update  # noqa: F401 - enter their slips
from pupils.hand import HAND, NOISE, NOISES, TRANSPOSED, Hand, Misread
from pupils.lines import Line
from pupils.paper import Paper
from pupils.slips import KNOWN, MOST_WAYS, SLIPS, TAUGHT, Slip
from pupils.writing import Writing

FAULTLESS, CUTTING = "faultless", "cutting"
GROUPS = (KNOWN, TAUGHT, HAND, NOISE, FAULTLESS, CUTTING)
SHARES = (36, 30, 10, 12, 8, 4)
SHEETS = ("whole", "partial", "final")
LARGEST = 1e5
SAME = 1e-9
"""Relative: two ways of working that agree so well are one."""


@dataclass(frozen=True)
class Plan:
    """What goes wrong: a slip in one of its ways, in the lines `only`, or throughout."""

    slip: Slip
    way: Any
    only: frozenset[str] | None
    seed: int = 0

    def wrong(self, line: Line, values: Mapping[str, float]) -> float | None:
        """The wrong number of a line; None where it is worked rightly."""
        if self.slip is TRANSPOSED or (self.only is not None and line.key not in self.only):
            return None
        return self.slip.value(line, values, self.way)


@dataclass
class Work:
    """The numbers that somebody goes on with, as the calculator has them and as they are written,
    and the lines where they slipped."""

    values: dict[str, float]
    exact: dict[str, float] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)


def same(one: float, other: float) -> bool:
    """Whether two numbers agree but for the order of the operations."""
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def worked(paper: Paper, plan: Plan | None, writing: Writing, carry: bool) -> Work | None:
    """The whole paper worked; with `carry`, from the written numbers. None if it cannot be."""
    work = Work({**paper.givens, **paper.zeros})
    for line in paper.lines:
        try:
            right = line.work(work.values)
        except (ValueError, ZeroDivisionError, OverflowError):
            return None
        wrong = plan.wrong(line, work.values) if plan else None
        value = right if wrong is None or same(wrong, right) else wrong
        if not isfinite(value) or abs(value) > LARGEST:
            return None
        if value is not right:
            work.made.add(line.key)
        work.exact[line.key] = value
        text = writing.text(value)
        if plan and plan.slip is TRANSPOSED and plan.only == {line.key}:
            changed = TRANSPOSED.written(text, random.Random(plan.seed))
            if changed != text:
                text = changed
                work.made.add(line.key)
                work.exact[line.key] = value = float(text)
        work.texts[line.key] = text
        work.values[line.key] = float(text) if carry else value
    return work


@dataclass
class Student:
    """One simulated student with everything that is known of them."""

    number: int
    paper: Paper
    group: str
    plan: Plan | None
    writing: Writing
    carry: bool
    sheet: str
    work: Work
    asked: list[str]

    @property
    def truth(self) -> str:
        """The true name, in one line or throughout."""
        if self.plan is None:
            return self.group
        name = self.plan.slip.id or NOISE
        where = "throughout" if self.plan.only is None else "in " + ", ".join(self.plan.only)
        return f"{name} {where}"


def student(
    papers: list[Paper],
    number: int,
    seed: int,
    digits: list[int],
    decimals: list[bool],
    only: str = "",
) -> Student | None:
    """The student of this number: each is drawn by themselves. None where a draw leads nowhere."""
    rng = random.Random(f"{seed}:{number}")
    paper = rng.choice(papers)
    group = rng.choices(GROUPS, SHARES)[0]
    if only in GROUPS:
        group = only
    writing = Writing(
        rng.choice(digits), rng.choice(decimals), cut=group == CUTTING, bare=rng.random() < 0.5
    )
    carry = group in (FAULTLESS, CUTTING) or rng.random() < 0.4
    sheet = rng.choices(SHEETS, (60, 25, 15))[0]
    plan = None
    if group not in (FAULTLESS, CUTTING):
        slip = _chosen(group, rng, "" if only in GROUPS else only)
        for paper in rng.sample(papers, len(papers)):
            plan = _planned(paper, slip, rng)
            if plan is not None:
                break
        else:
            return None
    group = plan.slip.group if plan else group
    work = worked(paper, plan, writing, carry)
    if work is None or (plan is not None and not work.made):
        return None
    asked = _asked(paper, sheet, rng)
    return Student(number, paper, group, plan, writing, carry, sheet, work, asked)


def _asked(paper: Paper, sheet: str, rng: random.Random) -> list[str]:
    lines = [line for line in paper.lines if line.asked]
    if sheet == "whole":
        return [line.key for line in lines]
    if sheet == "partial":
        share = rng.uniform(0.5, 0.7)
        return [line.key for line in lines if rng.random() < share] or [lines[-1].key]
    outs = {f"out_{unit}" for unit in paper.units[-1]}
    return [
        line.key
        for line in lines
        if line.kind in ("new", "E_total") or line.key.split(".")[-1] in outs
    ]


def ways_of(slip: Slip, paper: Paper) -> list[Any]:
    """Every way in which a slip can be made."""
    if isinstance(slip, Misread | Hand):
        return slip.ways(paper)
    return list(range(MOST_WAYS))


def _chosen(group: str, rng: random.Random, id_: str) -> Slip:
    """A slip of this group, or of this name."""
    if group == NOISE and not id_:
        return NOISES
    choice = [s for s in SLIPS if (s.id == id_ if id_ else s.group == group)]
    if not choice:
        raise SystemExit(f"no slip and no group is called {id_}")
    return rng.choice(choice)


def _planned(paper: Paper, slip: Slip, rng: random.Random) -> Plan | None:
    """Where and in which way a slip is made on this paper; None where it cannot be."""
    if slip is NOISES:
        key = rng.choice([line.key for line in paper.lines if line.asked])
        size = rng.choice([0.03, 0.1, 0.3, 0.6]) * rng.choice([-1, 1]) * rng.uniform(0.5, 1.5)
        relative = rng.random() < 0.7
        return Plan(slip, (relative, size if relative else rng.uniform(-1, 1)), frozenset((key,)))
    if slip is TRANSPOSED:
        key = rng.choice([line.key for line in paper.lines if line.asked])
        return Plan(slip, 0, frozenset((key,)), rng.randrange(10**6))
    way = rng.choice(ways_of(slip, paper))
    lines = [line for line in paper.lines if line.asked and _differs(paper, slip, line, way)]
    if not lines:
        return None
    throughout = slip.group != HAND and rng.random() < 0.5
    return Plan(slip, way, None if throughout else frozenset((rng.choice(lines).key,)))


def _differs(paper: Paper, slip: Slip, line: Line, way: Any) -> bool:
    """Whether the slip makes another number of a line."""
    wrong = slip.value(line, paper.truths, way)
    return wrong is not None and not same(wrong, paper.truths[line.key])
