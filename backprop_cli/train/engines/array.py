"""The trainer for large networks: whole layers and whole batches at once, with NumPy.

The elementwise formulas are those of `formulas`; the products are BLAS's. Everything is
computed into arrays that are made once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from backprop_cli.engine import Network, Quantities, Sample, State, shuffled
from backprop_cli.train.engines.array_layers import Layout, forward_code, update_code
from backprop_cli.train.engines.engine import Engine, Look


class Point(NamedTuple):
    """Trained parameters, layer by layer, then each of the optimizer's states likewise."""

    numbers: Any
    updates: int


class Array(Engine):
    """Trains with NumPy. Where its quick functions meet a limit (ln 0, division by 0), the epochs
    in question are gone through again with careful ones.
    """

    name = "array"

    def __init__(self, network: Network, shuffle: bool = False) -> None:
        self._network, self._shuffle = network, shuffle
        self._layout = Layout(network)
        self._careful = False
        self._inputs, self._targets = _arrays(network.samples)
        given = (self._inputs, self._targets)
        self._presented = tuple(array.copy() for array in given) if shuffle else given
        self._batches = self._split()
        self._update = cache(lambda *choices: update_code(self._layout, *choices))
        self._forward = cache(lambda *choices: forward_code(self._layout, *choices))

    def prepare(self, watch: bool) -> None:
        for size, _ in self._batches:
            self._update(size, watch, self._careful)

    def start(self, state: State) -> Point:
        keys = self._layout.keys
        return Point(np.array([float(state.values[key]) for key in keys]), state.updates)

    def state(self, point: Point) -> State:
        changed = dict(zip(self._layout.keys, map(float, point.numbers), strict=True))
        initial = {name.key: float(x) for name, x in Quantities(self._network).initial()}
        return State(initial | changed, point.updates)

    def run(
        self, point: Point, first: int, count: int, watch: bool = True
    ) -> tuple[Point, list[float]]:
        epochs = range(first, first + count)
        result: tuple[Point, list[float]] = self._carefully(
            lambda: self._epochs(point, epochs, watch)
        )
        return result

    def finite(self, point: Point) -> bool:
        return bool(np.isfinite(point.numbers).all())

    def look(self, point: Point, samples: Sequence[Sample]) -> list[Look]:
        def go() -> tuple[Any, Any]:
            forward = self._forward(len(samples), self._careful)
            self._layout.numbers[:] = point.numbers
            return forward(*_arrays(samples))

        outputs, errors = self._carefully(go)
        pairs = zip(outputs.tolist(), errors.tolist(), strict=True)
        return [Look(tuple(row), error) for row, error in pairs]

    def _carefully(self, go: Callable[[], Any]) -> Any:
        if not self._careful:
            try:
                with np.errstate(divide="raise", invalid="raise", over="ignore", under="ignore"):
                    return go()
            except FloatingPointError:
                self._careful = True
        with np.errstate(all="ignore"):
            return go()

    def _epochs(
        self, point: Point, epochs: Iterable[int], watch: bool
    ) -> tuple[Point, list[float]]:
        self._layout.numbers[:] = point.numbers
        count, errors = float(point.updates), []
        parts = [
            (self._update(size, watch, self._careful), batches) for size, batches in self._batches
        ]
        for epoch in epochs:
            if self._shuffle:
                self._mix(epoch)
            seen = 0.0
            for update, batches in parts:
                count, seen = update(batches, count, seen)
            errors.append(seen)
        return Point(self._layout.numbers.copy(), int(count)), errors if watch else []

    def _mix(self, epoch: int) -> None:
        order = shuffled(len(self._inputs), self._network.seed, epoch)
        for source, target in zip((self._inputs, self._targets), self._presented, strict=True):
            np.take(source, order, axis=0, out=target)

    def _split(self) -> list[tuple[int, list[tuple[Any, Any]]]]:
        """The batches of an epoch, those of one size together; only the last may be smaller."""
        parts: list[tuple[int, list[tuple[Any, Any]]]] = []
        for numbers in self._network.batches():
            rows = slice(numbers[0] - 1, numbers[-1])
            if not parts or parts[-1][0] != len(numbers):
                parts.append((len(numbers), []))
            parts[-1][1].append((self._presented[0][rows], self._presented[1][rows]))
        return parts


def _arrays(samples: Sequence[Sample]) -> tuple[Any, Any]:
    """Inputs and targets, a row for each sample."""
    inputs, targets = zip(*samples, strict=True)
    return np.array(inputs, dtype=float), np.array(targets, dtype=float)
