"""The trainer for small networks: straight-line Python, equal to the steps to the last bit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from itertools import repeat
from typing import Any

from backprop_cli.engine import Network, Quantities, Sample, State, shuffled
from backprop_cli.train.engines.emit import emit
from backprop_cli.train.engines.engine import REFUSALS, Engine, Look
from backprop_cli.train.engines.program import Program, fixed_values, program

Point = tuple[float, ...]
"""Parameters and optimizer state, in the order of the program, and the count of updates."""

Row = tuple[float, ...]


class Emitted(Engine):
    """Trains with functions compiled from the steps of one update.

    They use the quick operations of the `math` module. Where one refuses (e^1000, ln 0, x/0) the
    epochs in question are gone through again with the careful ones, which know what to do.
    """

    name = "emitted"

    def __init__(self, network: Network, shuffle: bool = False) -> None:
        self._network, self._shuffle = network, shuffle
        self._rows = _rows(network.samples)
        self._one_sample = len(self._rows) == 1
        self._updates = len(network.batches())  # of an epoch
        self._careful = False
        self._function = cache(self._emitted)

    @cached_property
    def _program(self) -> Program:
        return program(self._network)

    @cached_property
    def _fixed(self) -> Row:
        """Numbers of the formulas, constants, untrained parameters; a single sample too."""
        return tuple(self._program.fixed[number] for number in fixed_values(self._program))

    def prepare(self, watch: bool) -> None:
        self._function("watch" if watch else "quiet", self._careful)

    def start(self, state: State) -> Point:
        keys = (key for key, _, _ in self._program.state)
        return (*(float(state.values[key]) for key in keys), float(state.updates))

    def state(self, point: Point) -> State:
        changed = dict(zip((key for key, _, _ in self._program.state), point, strict=False))
        initial = {name.key: float(x) for name, x in Quantities(self._network).initial()}
        return State(initial | changed, int(point[-1]))

    def run(
        self, point: Point, first: int, count: int, watch: bool = True
    ) -> tuple[Point, list[float]]:
        seen: list[float] = []
        fixed = self._fixed + self._rows[0] if self._one_sample else self._fixed
        kind, more = ("watch", (seen.append,)) if watch else ("quiet", ())

        def go() -> Point:
            seen.clear()
            function = self._function(kind, self._careful)
            changed: Point = function(self._epochs(first, count), point, fixed, *more)
            return changed

        changed = self._carefully(go)
        return (*changed[:-1], point[-1] + count * self._updates), seen

    def finite(self, point: Point) -> bool:
        return all(map(math.isfinite, point))

    def look(self, point: Point, samples: Sequence[Sample]) -> list[Look]:
        found: list[Row] = []

        def go() -> None:
            found.clear()
            self._function("look", self._careful)(_rows(samples), point, self._fixed, found.append)

        self._carefully(go)
        return [Look(row[:-1], row[-1]) for row in found]

    def _carefully(self, go: Callable[[], Any]) -> Any:
        """What `go` returns; if a quick operation refuses, with careful ones from now on."""
        try:
            return go()
        except REFUSALS:
            if self._careful:
                raise
        self._careful = True
        return go()

    def _emitted(self, kind: str, careful: bool) -> Callable[..., Any]:
        alone = self._one_sample and kind != "look"
        return emit(self._program, kind, alone, careful, self._network.reduces)

    def _epochs(self, first: int, count: int) -> Iterable[Any]:
        """What each epoch presents: its samples, or its batches of samples."""
        if not self._shuffle or self._one_sample:
            return repeat(self._grouped(self._rows), count)
        return (self._grouped(self._in_order(epoch)) for epoch in range(first, first + count))

    def _in_order(self, epoch: int) -> list[Row]:
        return [self._rows[n] for n in shuffled(len(self._rows), self._network.seed, epoch)]

    def _grouped(self, rows: list[Row]) -> list[Any]:
        if not self._network.reduces:
            return rows
        size = self._network.batch_size or 1
        return [rows[at : at + size] for at in range(0, len(rows), size)]


def _rows(samples: Sequence[Sample]) -> list[Row]:
    return [tuple(map(float, (*sample.inputs, *sample.targets))) for sample in samples]
