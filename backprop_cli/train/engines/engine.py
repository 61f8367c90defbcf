"""What every trainer can do, and the one that goes through the steps as the trace does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from backprop_cli.engine import (
    Network,
    Quantities,
    Sample,
    State,
    errors,
    forward,
    lines,
    named,
    run,
    shuffled,
)
from backprop_cli.formulas import FLOAT, Arithmetic

REFUSALS = (OverflowError, ZeroDivisionError, ValueError)
"""What arithmetic raises where a number cannot be computed: e^1000, x/0, ln 0, too many digits."""


class Look(NamedTuple):
    """What a forward pass of one sample gives."""

    outputs: tuple[float, ...]
    error: float


class Engine(Protocol):
    """A trainer of one network.

    A *point* is all that an update changes, in whatever form suits the trainer; it is never
    altered, so that a run can go back to it.
    """

    name: str

    def prepare(self, watch: bool) -> None:
        """Make ready what `run` will need, so that no training is taken for slow because of it."""

    def start(self, state: State) -> Any:
        """The point with these parameters, optimizer state and count of updates."""

    def state(self, point: Any) -> State:
        """What `start` would make this point of."""

    def run(
        self, point: Any, first: int, count: int, watch: bool = True
    ) -> tuple[Any, list[float]]:
        """The point after `count` epochs, of which the first has the number `first` (from 1).

        With it the error that each epoch saw, summed over the samples; without `watch`, nothing.
        """

    def sparse_run(
        self, point: Any, first: int, count: int, wanted: Sequence[int]
    ) -> tuple[Any, list[float]]:
        """The point after `count` epochs, with the errors that the `wanted` of them saw alone.

        `wanted` are numbers of epochs, in order. Here those between go without their errors,
        because these take time.
        """
        seen: list[float] = []
        past = first + count
        for epoch in wanted:
            if epoch > first:
                point, _ = self.run(point, first, epoch - first, watch=False)
            point, error = self.run(point, epoch, 1)
            seen += error
            first = epoch + 1
        if first < past:
            point, _ = self.run(point, first, past - first, watch=False)
        return point, seen

    def finite(self, point: Any) -> bool:
        """Whether every number of a point is finite."""

    def look(self, point: Any, samples: Sequence[Sample]) -> list[Look]:
        """Outputs and error of each sample, with the parameters of a point."""


def presented(network: Network, shuffle: bool, epoch: int) -> Network:
    """The network with its samples in the order of an epoch."""
    if not shuffle:
        return network
    order = shuffled(len(network.samples), network.seed, epoch)
    return replace(network, samples=tuple(network.samples[n] for n in order))


class StepByStep(Engine):
    """The steps themselves, in any arithmetic: slow, and what the other trainers must equal."""

    name = "steps"

    def __init__(
        self, network: Network, shuffle: bool = False, arithmetic: Arithmetic = FLOAT
    ) -> None:
        self._network, self._shuffle, self._arithmetic = network, shuffle, arithmetic

    def prepare(self, watch: bool) -> None:
        pass

    def start(self, state: State) -> State:
        return State(dict(state.values), state.updates)

    def state(self, point: State) -> State:
        return self.start(point)

    def run(
        self, point: State, first: int, count: int, watch: bool = True
    ) -> tuple[State, list[float]]:
        point, seen = self.start(point), []
        key = named(Quantities(self._network).epoch_error()).key
        for epoch in range(first, first + count):
            network = presented(self._network, self._shuffle, epoch)
            for line in lines(network, (epoch,), self._arithmetic, point):
                if line.step.key == key:
                    seen.append(float(line.value))
        return point, seen if watch else []

    def finite(self, point: State) -> bool:
        return all(abs(value) < float("inf") for value in point.values.values())

    def look(self, point: State, samples: Sequence[Sample]) -> list[Look]:
        q = Quantities(self._network)
        steps = [*forward(q), *errors(q)]
        convert = self._arithmetic.operations["number"]
        looks = []
        for sample in samples:
            known = point.values | {name.key: convert(value) for name, value in q.sample(sample)}
            for _ in run(steps, known, self._arithmetic):
                pass
            outputs = [float(known[q.out(unit).name.key]) for unit in self._network.outputs]
            looks.append(Look(tuple(outputs), float(known[q.total_error().name.key])))
        return looks
