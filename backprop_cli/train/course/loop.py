"""The course of a training: span after span of epochs, until something ends it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from backprop_cli.train.course.history import History, next_milestone
from backprop_cli.train.engines import REFUSALS, Engine

SPAN = 0.02
"""Seconds between two looks at the clock, at the keyboard and at what has become of the numbers."""

SPARSE = 64
"""Stride of the history from which on it pays not to compute the error of every epoch."""


@dataclass(frozen=True, slots=True)
class Goal:
    """When to end: after so many epochs, when the error is below `until`, or when it has found no
    new low for `patience` epochs.

    `every_error`: the error of every epoch is looked at, because it may overflow by itself.
    """

    epochs: int
    until: float | None = None
    patience: int | None = None
    every_error: bool = False

    @property
    def watches(self) -> bool:
        """Whether the error of every epoch matters."""
        return self.every_error or self.until is not None or self.patience is not None


@dataclass(slots=True)
class Course:
    """What is remembered of a run: epochs done, errors seen, the lowest and its epoch."""

    epoch: int = 0
    first: float | None = None
    last: float | None = None
    best: float = math.inf
    best_epoch: int = 0
    milestones: dict[int, float] = field(default_factory=dict)
    history: History = field(default_factory=History)

    def add(self, errors: Sequence[float]) -> None:
        """Take note of the errors of the next epochs."""
        if not errors:
            return
        first, past = self.epoch + 1, self.epoch + 1 + len(errors)
        if first == 1:
            self.first = errors[0]
        milestone = next_milestone(self.epoch)
        while milestone < past:
            self.milestones[milestone] = errors[milestone - first]
            milestone *= 10
        self.history.add(first, errors)
        self.last, self.epoch = errors[-1], past - 1
        lowest = min(errors)
        if lowest < self.best:
            self.best, self.best_epoch = lowest, first + errors.index(lowest)

    def points(self) -> list[tuple[int, float]]:
        """The history, with the last epoch."""
        points = list(self.history.points)
        if self.last is not None and (not points or points[-1][0] != self.epoch):
            points.append((self.epoch, self.last))
        return points


@dataclass(slots=True)
class Run:
    """A training under way: a trainer, the point it has reached, and its course.

    `seconds` is the time of the training alone. `go` calls `pause` after every span of some
    hundredths of a second; what it returns ends the run, as the reason.
    """

    engine: Engine
    point: Any
    goal: Goal
    course: Course = field(default_factory=Course)
    seconds: float = 0.0
    every: int | None = None
    stopped: str = field(default="", init=False)
    broken: int = field(default=0, init=False)
    _size: int = field(default=16, init=False)
    _suspect: int = field(default=0, init=False)

    def go(self, pause: Callable[[Run], str | None] = lambda run: None) -> str:
        """Train until something ends it: epochs, until, patience, diverged, or what `pause` says.

        With `every`, no span goes beyond a multiple of so many epochs. When the run has diverged,
        `point` is the last one that is finite, and `broken` the epoch after it.
        """
        while not self.stopped:
            if self.course.epoch >= self.goal.epochs:
                self.stopped = "epochs"
                break
            started = perf_counter()
            self._span(self._next_count())
            elapsed = perf_counter() - started
            self.seconds += elapsed
            if elapsed < SPAN / 2:
                self._size *= 2
            elif elapsed > SPAN * 2:
                self._size = max(self._size // 2, 1)
            self.stopped = self.stopped or pause(self) or ""
        return self.stopped

    def _next_count(self) -> int:
        """How many epochs the next span has."""
        count = min(self._size, self.goal.epochs - self.course.epoch)
        return (
            count if self.every is None else min(count, self.every - self.course.epoch % self.every)
        )

    def _span(self, count: int) -> None:
        """Some epochs more: so many, or fewer where something stops being finite."""
        course, before = self.course, self.point
        while True:
            wanted = self._wanted(count)
            try:
                if wanted is None:
                    point, errors = self.engine.run(before, course.epoch + 1, count)
                else:
                    point, errors = self.engine.sparse_run(before, course.epoch + 1, count, wanted)
                if self.engine.finite(point) and all(map(math.isfinite, errors)):
                    break
            except REFUSALS:
                pass
            if count == 1:
                self.stopped, self.broken = "diverged", course.epoch + 1
                return
            self._suspect = course.epoch + count
            self._size = count = count // 2
        end = self._end(errors)
        if end is not None:
            self.stopped, count = end
            point, errors = self.engine.run(before, course.epoch + 1, count)
        self.point = point
        if wanted is None:
            course.add(errors)
        else:
            self._note(wanted, errors, course.epoch + count)

    def _wanted(self, count: int) -> list[int] | None:
        """Those of the next epochs whose errors are looked at; None if all are."""
        course, history = self.course, self.course.history
        if self.goal.watches or history.stride < SPARSE or course.epoch < self._suspect:
            return None
        last = course.epoch + count
        wanted = {*range(history.next_after(course.epoch), last + 1, history.stride)}
        milestone = next_milestone(course.epoch)
        while milestone <= last:
            wanted.add(milestone)
            milestone *= 10
        return sorted(wanted | ({last} if last == self.goal.epochs else set()))

    def _note(self, epochs: Sequence[int], errors: Sequence[float], last: int) -> None:
        """Take note of the errors of some epochs, `last` being the last that was gone through.

        A history that has grown full wants fewer than it wanted before.
        """
        course = self.course
        for epoch, error in zip(epochs, errors, strict=True):
            wanted = (course.history.next_after(course.epoch), next_milestone(course.epoch))
            if epoch == min(*wanted, self.goal.epochs):
                course.epoch = epoch - 1
                course.add([error])
        course.epoch = last

    def _end(self, errors: Sequence[float]) -> tuple[str, int] | None:
        """Why the run ends within these errors, and after how many of them; None if it goes on."""
        until, patience = self.goal.until, self.goal.patience
        if until is not None and errors and min(errors) < until:
            errors = errors[: next(n for n, error in enumerate(errors, 1) if error < until)]
            return self._impatient(errors, patience) or ("until", len(errors))
        return self._impatient(errors, patience)

    def _impatient(self, errors: Sequence[float], patience: int | None) -> tuple[str, int] | None:
        if patience is None:
            return None
        best, since = self.course.best, self.course.epoch - self.course.best_epoch
        for count, error in enumerate(errors, start=1):
            if error < best:
                best, since = error, 0
            else:
                since += 1
                if since >= patience:
                    return "patience", count
        return None
