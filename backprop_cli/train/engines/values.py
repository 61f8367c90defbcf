"""Formulas cut into operations on numbered values, every distinct one once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from backprop_cli.formulas import Expr, Num, Op, Partial, Ref, lowered


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is given: a number of a formula, or what is known by a name."""

    label: Any


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator of `expr.RULES` on values, which are known by their numbers."""

    op: str
    args: tuple[int, ...]


Node = Leaf | Operation


class Values:
    """Values by number; the arguments of an operation have lower numbers than its result.

    Operators that stand for a longer formula are taken apart, unless they are in `primitive`.
    Sums and products keep the order of their terms, so that floats round as they do step by step.
    """

    def __init__(self, primitive: Collection[str] = ()) -> None:
        self.nodes: list[Node] = []
        self._numbers: dict[Node, int] = {}
        self._primitive = primitive

    def number(self, node: Node) -> int:
        """The number of a value, which is new or known already."""
        found = self._numbers.get(node)
        if found is None:
            found = self._numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return found

    def of(self, formula: Expr, names: Mapping[str, int]) -> int:
        """The number of the value of `formula`, its names standing for the values in `names`."""
        if isinstance(formula, Ref):
            return names[formula.name.key]
        if isinstance(formula, Partial):
            return self.of(formula.of, names)
        if isinstance(formula, Num):
            return self.number(Leaf(float(formula.value)))
        assert isinstance(formula, Op)
        if formula.op in ("softplus", "softmax") and formula.op not in self._primitive:
            return self.of(lowered(formula), names)
        return self.number(
            Operation(formula.op, tuple([self.of(arg, names) for arg in formula.args]))
        )
