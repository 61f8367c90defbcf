"""When a training ends and what it remembers, with a trainer whose errors are made up."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from backprop_cli.engine import State
from backprop_cli.train.course import loop
from backprop_cli.train.course.history import CAPACITY, History
from backprop_cli.train.course.loop import SPAN, SPARSE, Course, Goal, Run
from backprop_cli.train.engines import Engine


class MadeUp(Engine):
    """A trainer whose point is the number of epochs done, and whose errors a function tells.

    From the epoch `breaks` on, its point is not finite; in the epoch `refuses` it raises.
    """

    name = "made-up"

    def __init__(
        self,
        error: Callable[[int], float] = lambda epoch: 1 / epoch,
        breaks: float = math.inf,
        refuses: float = math.inf,
    ) -> None:
        self.error, self.breaks, self.refuses = error, breaks, refuses
        self.calls: list[tuple[int, int, bool]] = []

    def run(
        self, point: int, first: int, count: int, watch: bool = True
    ) -> tuple[int, list[float]]:
        assert count >= 1
        assert first == point + 1
        self.calls.append((first, count, watch))
        epochs = range(first, first + count)
        if self.refuses in epochs:
            raise OverflowError
        return epochs[-1], [self.error(epoch) for epoch in epochs] if watch else []

    def finite(self, point: int) -> bool:
        return point < self.breaks

    def prepare(self, watch: bool) -> None: ...

    def start(self, state: State) -> int:
        return 0

    def state(self, point: int) -> State:
        return State({}, point)

    def look(self, point: int, samples: Sequence[Any]) -> list[Any]:
        return []


def run_of(
    engine: MadeUp, course: Course | None = None, every: int | None = None, **goal: Any
) -> Run:
    course = course or Course()
    return Run(engine, course.epoch, Goal(**goal), course, every=every)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock by which every span takes as long as this list's number says."""
    span, ticks = [SPAN], itertools.cycle((0, 1))
    monkeypatch.setattr(loop, "perf_counter", lambda: next(ticks) * span[0])
    return span


@pytest.mark.parametrize("epochs", [1, 15, 16, 17, 100])
def test_a_run_ends_after_its_epochs(epochs: int) -> None:
    run = run_of(MadeUp(), epochs=epochs)
    assert run.go() == run.stopped == "epochs"
    assert run.course.epoch == run.point == epochs
    assert (run.course.first, run.course.last) == (1.0, 1 / epochs)


def test_until_ends_with_the_first_error_below() -> None:
    """An error as large as the bound is not below it."""
    for until, epoch in ((1 / 20, 21), (1 / 20.5, 21), (2.0, 1), (1.0, 2)):
        engine = MadeUp()
        run = run_of(engine, epochs=500, until=until)
        assert (run.go(), run.point, run.course.epoch) == ("until", epoch, epoch)
        assert run.course.last == 1 / epoch
        assert len(run.course.points()) == epoch


@pytest.mark.parametrize("patience", [1, 3, 16, 17, 40])
def test_patience_ends_after_so_many_epochs_without_a_new_low(patience: int) -> None:
    """The lowest error is that of epoch 20; an equal one is no new low."""
    run = run_of(MadeUp(lambda epoch: max(20 - epoch, 0)), epochs=500, patience=patience)
    assert (run.go(), run.point) == ("patience", 20 + patience)
    assert (run.course.best, run.course.best_epoch) == (0, 20)


def test_patience_counts_from_the_best_epoch() -> None:
    """A low in the middle of the wait begins it anew."""
    errors = {1: 5.0, 4: 4.0, 6: 3.0}
    run = run_of(MadeUp(lambda epoch: errors.get(epoch, 9.0)), epochs=500, patience=3)
    assert (run.go(), run.point) == ("patience", 9)


def test_what_comes_first_ends_the_run() -> None:
    low = MadeUp(lambda epoch: 1.0 if epoch < 12 else 0.0)
    both = run_of(low, epochs=500, patience=10, until=0.5)
    assert (both.go(), both.point) == ("patience", 11)
    later = run_of(low, epochs=500, patience=11, until=0.5)
    assert (later.go(), later.point) == ("until", 12)


@pytest.mark.parametrize("epoch", [1, 2, 16, 17, 50])
@pytest.mark.parametrize("how", ["breaks", "refuses", "error", "not a number"])
def test_divergence_is_found_in_its_epoch(epoch: int, how: str) -> None:
    if how in ("breaks", "refuses"):
        engine = MadeUp(**{how: epoch})
    else:
        worst = math.inf if how == "error" else math.nan
        engine = MadeUp(lambda n: 1 / n if n < epoch else worst)
    run = run_of(engine, epochs=500)
    assert (run.go(), run.broken) == ("diverged", epoch)
    assert run.point == run.course.epoch == epoch - 1
    assert run.course.last == (1 / (epoch - 1) if epoch > 1 else None)


def test_what_ends_before_divergence_ends_so() -> None:
    engine = MadeUp(lambda epoch: 1 / epoch if epoch < 12 else math.inf)
    run = run_of(engine, epochs=500, until=1 / 9)
    assert (run.go(), run.point, run.broken) == ("until", 10, 0)


def test_no_span_goes_beyond_a_multiple_of_every() -> None:
    seen = []
    run = run_of(MadeUp(), every=5, epochs=17)
    run.go(lambda run: seen.append(run.course.epoch))  # type: ignore[func-returns-value]
    assert seen == [5, 10, 15, 17]
    later = run_of(MadeUp(), Course(epoch=3), every=5, epochs=17)
    later.go(lambda run: seen.append(run.course.epoch))  # type: ignore[func-returns-value]
    assert seen[4:] == [5, 10, 15, 17]


def test_what_pause_says_ends_the_run() -> None:
    run = run_of(MadeUp(), epochs=500)
    assert run.go(lambda run: "interrupted" if run.course.epoch >= 40 else None) == "interrupted"
    assert 40 <= run.course.epoch < 500
    done = run_of(MadeUp(), epochs=16)
    assert done.go(lambda run: None) == "epochs"


def test_a_run_that_is_done_does_nothing() -> None:
    run = run_of(MadeUp(), Course(epoch=5), epochs=5)
    assert run.go() == "epochs"
    assert run.engine.calls == []  # type: ignore[attr-defined]
    assert run.seconds == 0


@pytest.mark.parametrize(
    ("elapsed", "sizes"),
    [
        (SPAN / 2 * 0.99, [16, 32, 64, 128]),
        (SPAN / 2, [16] * 4),
        (SPAN * 2, [16] * 4),
        (SPAN * 2.01, [16, 8, 4, 2, 1, 1]),
    ],
)
def test_spans_grow_until_they_take_their_time(
    clock: list[float], elapsed: float, sizes: list[int]
) -> None:
    clock[0] = elapsed
    engine = MadeUp()
    run = run_of(engine, epochs=sum(sizes))
    run.go()
    assert [count for _, count, _ in engine.calls] == sizes
    assert run.seconds == pytest.approx(elapsed * len(sizes))


def test_errors_that_nobody_wants_are_not_computed() -> None:
    """From a stride of 64 on: only those of the history, of milestones and of the last epoch."""

    def course() -> Course:
        return Course(epoch=SPARSE, first=1.0, history=History(SPARSE, [(1, 1.0)]))

    engine = MadeUp()
    run = run_of(engine, course(), epochs=250)
    assert run.go() == "epochs"
    watched = [first for first, _, watch in engine.calls if watch]
    assert watched == [65, 100, 129, 193, 250]
    assert all(count == 1 for _, count, watch in engine.calls if watch)
    assert run.course.points() == [(1, 1.0), *((n, 1 / n) for n in (65, 129, 193, 250))]
    assert run.course.milestones == {100: 1 / 100}
    for more in ({"until": 1e-9}, {"patience": 999}, {"every_error": True}):
        engine = MadeUp()
        run_of(engine, course(), epochs=250, **more).go()
        assert all(watch for _, _, watch in engine.calls)
    engine, dense = MadeUp(), course()
    dense.history.stride = SPARSE // 2
    run_of(engine, dense, epochs=250).go()
    assert all(watch for _, _, watch in engine.calls)


LOW = 1 + SPARSE * (CAPACITY + 3)
"""An epoch that a history with a stride of 64 wants, but not one that has grown full before it."""


@pytest.mark.parametrize("size", [1, 7, 100, 5000])
def test_what_is_remembered_does_not_depend_on_the_spans(size: int) -> None:
    """Also where a history grows full within a span, and wants fewer points from there on."""

    def course() -> Course:
        points = [(1 + SPARSE * n, 1.0) for n in range(CAPACITY - 2)]
        return Course(epoch=points[-1][0], first=1.0, history=History(SPARSE, points))

    runs = []
    for span in (16, size):
        engine = MadeUp(lambda n: 0.0 if n == LOW else 1 / n)
        run = run_of(engine, course(), epochs=130_000)
        run._size = span
        run.go()
        runs.append(run.course)
    assert runs[0] == runs[1]
    assert runs[0].history.stride == 2 * SPARSE


@pytest.mark.parametrize("size", [16, 1000])
@pytest.mark.parametrize("epoch", [66, 128, 129, 130, 999, 2000])
def test_divergence_in_a_long_span_is_found_in_its_epoch(size: int, epoch: int) -> None:
    """And no span is gone through singly for it."""
    course = Course(epoch=SPARSE, first=1.0, history=History(SPARSE, [(1, 1.0)]))
    engine = MadeUp(breaks=epoch)
    run = run_of(engine, course, epochs=2000)
    run._size = size
    assert (run.go(), run.broken, run.point) == ("diverged", epoch, epoch - 1)
    assert run.course.epoch == epoch - 1
    if size == 1000:  # no span ends just before, with an error that nobody has looked at
        assert run.course.last == 1 / (epoch - 1)
        assert len(engine.calls) < 150


def test_a_long_span_has_every_milestone() -> None:
    course = Course(epoch=SPARSE, first=1.0, history=History(SPARSE, [(1, 1.0)]))
    run = run_of(MadeUp(), course, epochs=20_000)
    run._size = 20_000
    run.go()
    assert course.milestones == {100: 1 / 100, 1000: 1 / 1000, 10_000: 1 / 10_000}


@pytest.mark.parametrize("epoch", [66, 70, 100, 130, 250])
def test_divergence_in_a_quiet_stretch_is_found_in_its_epoch(epoch: int) -> None:
    for how in ("breaks", "refuses"):
        course = Course(epoch=SPARSE, first=1.0, history=History(SPARSE, [(1, 1.0)]))
        run = run_of(MadeUp(**{how: epoch}), course, epochs=250)
        assert (run.go(), run.broken, run.point) == ("diverged", epoch, epoch - 1)
        assert run.course.epoch == epoch - 1


def test_a_course_remembers_first_last_best_and_milestones() -> None:
    course = Course()
    course.add([])
    assert (course.first, course.points()) == (None, [])
    course.add([3.0, 2.0, 4.0])
    assert (course.best, course.best_epoch, course.milestones) == (2.0, 2, {1: 3.0})
    course.add([2.0] + [1.0] * 7)
    assert (course.first, course.last, course.epoch) == (3.0, 1.0, 11)
    assert (course.best, course.best_epoch) == (1.0, 5)
    assert course.milestones == {1: 3.0, 10: 1.0}
    course.add([5.0] * 1000)
    assert course.milestones == {1: 3.0, 10: 1.0, 100: 5.0, 1000: 5.0}
    assert (course.best, course.best_epoch) == (1.0, 5)


def test_points_end_with_the_last_epoch() -> None:
    course = Course()
    course.add([float(n) for n in range(CAPACITY + 2)])
    assert course.history.stride == 2
    assert course.points()[-2:] == [(CAPACITY + 1, float(CAPACITY)), (CAPACITY + 2, CAPACITY + 1.0)]
    assert len(course.history.points) == CAPACITY // 2 + 1
    course.add([7.0])
    assert course.points()[-1] == (CAPACITY + 3, 7.0)
    assert len(course.points()) == len(course.history.points)
