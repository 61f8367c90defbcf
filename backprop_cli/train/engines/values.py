"""Formulas cut into operations on numbered values, every distinct one once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from backprop_cli.formulas import RULES, Expr, Num, Op, Partial, Ref, lowered


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is given: a number of a formula, or what is known by a name."""

    label: Any
    op: ClassVar[str] = ""
    args: ClassVar[tuple[int, ...]] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator of `expr.RULES` on values, which are known by their numbers."""

    op: str
    args: tuple[int, ...]


Node = Leaf | Operation


class Values:
    """Values by number; the arguments of an operation have lower numbers than its result.

    Operators that stand for a longer formula are taken apart. Sums and products keep the
    order of their terms, so that floats round as they do step by step. `constants` are the
    numbers of the formulas.
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.constants: dict[int, float] = {}
        self._numbers: dict[Node, int] = {}

    def number(self, node: Node) -> int:
        """The number of a value, which is new or known already."""
        found = self._numbers.get(node)
        if found is None:
            found = self._numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return found

    def of(self, formula: Expr, names: Mapping[str, int]) -> int:
        """The number of the value of `formula`, its names standing for the values in `names`."""
        match formula:
            case Ref(name):
                return names[name.key]
            case Partial(_, inner):
                return self.of(inner, names)
            case Num(value):
                number = self.number(Leaf(float(value)))
                self.constants[number] = float(value)
                return number
            case Op(op, args):
                if RULES[op].lower is not None:
                    return self.of(lowered(formula), names)
                return self.number(Operation(op, tuple([self.of(arg, names) for arg in args])))
        raise TypeError(f"not a formula: {formula!r}")
