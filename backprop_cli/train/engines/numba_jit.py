"""The emitted function compiled to machine code by Numba, for very long runs of small networks."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numba
import numpy as np

from backprop_cli.engine import Network, shuffled
from backprop_cli.formulas import TINY
from backprop_cli.train.engines.emit import Writer
from backprop_cli.train.engines.emitted import Emitted, Point
from backprop_cli.train.engines.program import FIXED, SHARED, Place

_SIGNATURE = (
    "void(int64, float64[::1], float64[::1], float64[:, ::1], int64, float64[::1], float64[::1])"
)


def _functions() -> dict[str, Any]:
    """The careful operations; those of C neither raise nor stop at overflow."""
    compiled = numba.njit(inline="always", error_model="numpy")

    def divide(a: float, b: float) -> float:
        return a / (b if b != 0.0 else TINY)

    def ln(x: float) -> float:
        return math.log(x if x != 0.0 else TINY)

    def sign(x: float) -> float:
        return 1.0 if x > 0.0 else -1.0 if x < 0.0 else 0.0

    def cdf(x: float) -> float:
        return 0.5 * math.erfc(-x / math.sqrt(2.0))

    def density(x: float) -> float:
        return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)

    return {
        "exp": math.exp,
        "log1p": math.log1p,
        "sqrt": math.sqrt,
        "tanh": math.tanh,
        "np": np,
        "divide": compiled(divide),
        "ln": compiled(ln),
        "Phi": compiled(cdf),
        "phi": compiled(density),
        "sign": compiled(sign),
    }


class _ArrayWriter(Writer):
    """Writes the same statements around loops over arrays, which Numba prefers to lists."""

    def source(self) -> str:
        given, size = self.given(), "    "
        lines = ["def watch(epochs, state, fixed, samples, size, result, errors):"]
        lines += [f"{size}v{number} = state[{n}]" for n, number in enumerate(given)]
        lines += [f"{size}v{number} = fixed[{n}]" for n, number in enumerate(self.fixed())]
        lines += [*self.body(FIXED, 1), f"{size}for epoch in range(epochs):", "        seen = -0.0"]
        if self.one_sample:
            lines += self.update(2)
        elif self.grouped:
            lines += [
                "        for begin in range(0, len(samples), size):",
                "            end = min(begin + size, len(samples))",
                *self._batch_of_rows(),
            ]
        else:
            lines += ["        for row in range(len(samples)):", *self._row(3), *self.update(3)]
        lines.append("        errors[epoch] = seen")
        lines += [f"{size}result[{n}] = v{number}" for n, number in enumerate(given)]
        return "\n".join(lines) + "\n"

    def _row(self, depth: int) -> list[str]:
        indent = "    " * depth
        sample = enumerate(self.program.sample)
        return [f"{indent}v{number} = samples[row, {n}]" for n, number in sample]

    def _batch_of_rows(self) -> list[str]:
        indent, inner = "    " * 3, "    " * 4
        lines = [*self.counted(3), f"{indent}v{self.program.size} = float(end - begin)"]
        lines += [f"{indent}v{number} = -0.0" for number in self.sums]
        lines += self.body(SHARED, 3)
        before: dict[str, int] = {}
        for round_ in self.rounds():
            kept = {
                f"kept{round_}[row - begin, {n}]": number
                for n, number in enumerate(self.kept(round_))
            }
            if kept:
                lines.append(f"{indent}kept{round_} = np.empty((size, {len(kept)}))")
            lines += [f"{indent}for row in range(begin, end):", *self._row(4)]
            lines += [f"{inner}v{number} = {cell}" for cell, number in before.items()]
            lines += self.body(Place(round_, True), 4)
            lines += [f"{inner}{cell} = v{number}" for cell, number in kept.items()]
            lines += self.body(Place(round_ + 1, False), 3)
            before |= kept
        return [*lines, *self.moved(3)]


class Compiled(Emitted):
    """Trains with the emitted statements, compiled. Its exponentials are those of C."""

    name = "jit"

    def __init__(self, network: Network, shuffle: bool = False) -> None:
        super().__init__(network, shuffle)
        self._table = np.array(self._rows)
        self._given = np.array(
            self._fixed + self._rows[0] if self._one_sample else self._fixed, dtype=float
        )

    def prepare(self, watch: bool) -> None:
        _ = self._compiled

    @cached_property
    def _compiled(self) -> Callable[..., None]:
        writer = _ArrayWriter(self._program, "watch", self._one_sample, True, self._network.reduces)
        namespace = _functions()
        exec(compile(writer.source(), "<watch>", "exec"), namespace)
        made: Callable[..., None] = numba.njit(_SIGNATURE, error_model="numpy")(namespace["watch"])
        return made

    def run(
        self, point: Point, first: int, count: int, watch: bool = True
    ) -> tuple[Point, list[float]]:
        state, errors = np.array(point), np.empty(count)
        size, result = self._network.batch_size or 1, np.empty(len(point))
        if not self._shuffle or self._one_sample:
            self._compiled(count, state, self._given, self._table, size, result, errors)
        else:
            for n, epoch in enumerate(range(first, first + count)):
                rows = self._table[shuffled(len(self._rows), self._network.seed, epoch)]
                self._compiled(1, state, self._given, rows, size, result, errors[n:])
                state = result.copy()
        return (*result[:-1].tolist(), point[-1] + count * self._updates), errors.tolist()
