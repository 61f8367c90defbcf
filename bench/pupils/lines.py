"""A line as a person works it, and the functions that stand in lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace

Values = Mapping[str, float]
"""Numbers by their keys."""


@dataclass(slots=True)
class Line:
    """One line. `a` has the keys of its operands and of what may be mistaken for them.

    `ways` are others that come to the same, such as the chain rule written out.
    """

    key: str
    kind: str
    work: Callable[[Values], float]
    a: SimpleNamespace
    asked: bool = True
    reads: tuple[str, ...] = ()
    ways: tuple[Callable[[Values], float], ...] = ()

    @property
    def bare_key(self) -> str:
        """The key without its sample."""
        return self.key.rpartition(".")[2]


ACTIVATIONS: dict[str, Callable[[float], float]] = {
    "logistic": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": math.tanh,
    "relu": lambda x: max(0.0, x),
    "linear": lambda x: x,
    "bipolar-sigmoid": lambda x: 2 / (1 + math.exp(-x)) - 1,
}
SLOPES: dict[str, Callable[[float, float], float]] = {
    "logistic": lambda x, y: y * (1 - y),
    "tanh": lambda x, y: 1 - y * y,
    "relu": lambda x, y: 1.0 if x > 0 else 0.0,
    "linear": lambda x, y: 1.0,
    "bipolar-sigmoid": lambda x, y: (1 - y * y) / 2,
}


def error(name: str, t: float, y: float, n: int) -> float:
    """What one output adds to the error."""
    if name == "cross-entropy":
        return -t * math.log(y) if t else 0.0
    if name == "binary-cross-entropy":
        return -(t * math.log(y) + (1 - t) * math.log(1 - y))
    return (t - y) ** 2 * {"half-squared": 0.5, "squared": 1.0, "mean-squared": 1 / n}[name]


def error_slope(name: str, t: float, y: float, n: int) -> float:
    """Its derivative by the output."""
    if name == "cross-entropy":
        return -t / y
    if name == "binary-cross-entropy":
        return (1 - t) / (1 - y) - t / y
    return (y - t) * {"half-squared": 1.0, "squared": 2.0, "mean-squared": 2 / n}[name]


def sum_of(parts: list[str]) -> Callable[[Values], float]:
    """The work of a line that is a plain sum."""
    return lambda v: sum(v[part] for part in parts)
