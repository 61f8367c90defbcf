"""Phases of steps written as JavaScript functions, which read and write places in arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from backprop_cli.engine import Name, Phase, Step
from backprop_cli.formulas import RULES, Expr, Label, Op, Ref
from backprop_cli.train.engines import Leaf, Operation, Values

LONGEST = 120
"""Statements of a function: what is longer browsers do not make fast."""

_SIZE = Label("size of the batch")


class Scope:
    """An array of values: the place of each quantity by its key, and the code of known values."""

    def __init__(self, letter: str) -> None:
        self.letter = letter
        self.slots: dict[str, int] = {}
        self.size = 0
        self.known: dict[int, str] = {}

    def place(self, key: str = "") -> str:
        """A new place as code, for a quantity or, without a key, for what lies between."""
        if key:
            self.slots[key] = self.size
        self.size += 1
        return f"{self.letter}[{self.size - 1}]"


class _Part(NamedTuple):
    """A phase: the steps by their places and the numbers of their values."""

    each: bool
    scope: Scope
    first: int
    steps: list[tuple[str, int]]


class Emission:
    """Writes phases, added one by one; `outer` is what a batch or an epoch knows, `inner` a sample.

    `together`: both are one array. `constants` has the numbers of all formulas, with their places.
    """

    def __init__(self, constants: dict[float, int], together: bool) -> None:
        self.inner = Scope("s")
        self.outer = self.inner if together else Scope("b")
        self._constants = constants
        self._values = Values()
        self._names: dict[str, int] = {}
        self._totals: dict[int, str] = {}
        self._parts: list[_Part] = []
        self._functions: list[list[str]] = []

    def give(self, name: Name, scope: Scope) -> None:
        """Make place for a quantity that is handed in."""
        number = self._names[name.key] = self._values.number(Leaf(name.key))
        scope.known[number] = scope.place(name.key)

    def add(self, phase: Phase, each: bool, reduced: str = "") -> None:
        """Add a phase that is gone through for `each` sample, or once.

        Gradients of a batch are `reduced` to their "mean" or "sum", whatever its size.
        """
        scope = self.inner if each else self.outer
        part = _Part(each, scope, scope.size, [])
        for step in phase.steps:
            formula = step.formula if each else self._gathered(step.formula)
            if reduced and step.kind == "gradient":
                formula = self._reduced(step, reduced)
            number = self._values.of(formula, self._names)
            part.steps.append((scope.place(step.key), number))
            self._names[step.key] = number
        self._parts.append(part)

    def _reduced(self, step: Step, reduction: str) -> Expr:
        assert isinstance(step.name, Name)
        total = self._total(step.key)
        self._names[_SIZE.key] = self._values.number(Leaf(_SIZE))
        self._totals[self._names[_SIZE.key]] = "samples.length"
        return total / Ref(_SIZE) if reduction == "mean" else total

    def _gathered(self, formula: Expr) -> Expr:
        """`formula` with the sum over samples, which it writes out, as one value."""
        name = _of_a_sample(formula)
        if name is not None:
            return self._total(name.unqualified)
        if not isinstance(formula, Op):
            return formula
        if formula.op == "+" and all(map(_of_a_sample, formula.args)):
            return self._gathered(formula.args[0])
        return Op(formula.op, tuple(map(self._gathered, formula.args)))

    def _total(self, key: str) -> Expr:
        """The sum over the samples of what each of them knows as `key`."""
        label = Label(f"sum of {key}")
        if label.key not in self._names:
            number = self._names[label.key] = self._values.number(Leaf(label))
            self._totals[number] = f"total(samples, {self.inner.slots[key]})"
        return Ref(label)

    def finished(self) -> Emission:
        """All phases added, now written."""
        used = self._used()
        self._functions = [self._written(part, used) for part in self._parts]
        return self

    def _used(self) -> Counter[int]:
        """How often each value is looked at."""
        used = Counter[int]()
        waiting = list({number for part in self._parts for _, number in part.steps})
        seen = set(waiting)
        while waiting:
            for arg, _ in self._operands(waiting.pop()):
                used[arg] += 1
                if arg not in seen:
                    seen.add(arg)
                    waiting.append(arg)
        return used

    def _written(self, part: _Part, used: Counter[int]) -> list[str]:
        """The functions of a phase."""
        statements: list[str] = []
        for place, number in part.steps:
            code = self._code(number, part.scope, used, statements, first=True)
            statements.append(f"{place}={code};")
            part.scope.known.setdefault(number, place)
        handed = "c, b, s" if part.each else "c, b, samples"
        return [
            f"({handed})=>{{\n" + "\n".join(statements[at : at + LONGEST]) + "\n}"
            for at in range(0, len(statements), LONGEST)
        ]

    def _code(
        self, number: int, scope: Scope, used: Counter[int], before: list[str], first: bool = False
    ) -> str:
        """The code of a value; what is used again gets a place of its own in a statement before."""
        known = scope.known.get(number) or self.outer.known.get(number)
        if known is not None:
            return known
        node = self._values.nodes[number]
        if not isinstance(node, Operation):
            return self._totals.get(number) or self._constant(number)
        code = _operation(
            node.op,
            [
                (self._code(arg, scope, used, before), negated)
                for arg, negated in self._operands(number)
            ],
        )
        if first:
            return code
        if used[number] < 2:
            return f"({code})"
        scope.known[number] = scope.place()
        before.append(f"{scope.known[number]}={code};")
        return scope.known[number]

    def _operands(self, number: int) -> Iterator[tuple[int, bool]]:
        """What an operation is written with: x + (−y) is x − y, to the last bit."""
        node = self._values.nodes[number]
        for position, arg in enumerate(node.args):
            inner = self._values.nodes[arg]
            negated = node.op == "+" and position > 0 and inner.op == "neg"
            yield (inner.args[0] if negated else arg), negated

    def _constant(self, number: int) -> str:
        value = self._values.constants[number]
        return f"c[{self._constants.setdefault(value, len(self._constants))}]"

    def source(self) -> str:
        """A list of functions for each phase."""
        return ",\n".join(f"[{', '.join(functions)}]" for functions in self._functions)

    def data(self) -> dict[str, Any]:
        """Sizes of the arrays, and for each phase its steps: their keys, and the first place."""
        return {
            "outer": self.outer.size,
            "inner": self.inner.size,
            "phases": [
                {"each": part.each, "first": part.first, "keys": list(self._keys(part))}
                for part in self._parts
            ],
        }

    def _keys(self, part: _Part) -> Iterator[str]:
        keys = list(part.scope.slots)
        yield from keys[part.first : part.first + len(part.steps)]


def _of_a_sample(formula: Expr) -> Name | None:
    """The name of a quantity that is said to be one of several samples'."""
    if isinstance(formula, Ref) and isinstance(formula.name, Name) and formula.name.sample:
        return formula.name
    return None


def _operation(op: str, operands: list[tuple[str, bool]]) -> str:
    """The template of an operator, filled with its operands; of a sum, each may be negated.

    Without blanks, for a page may have some ten thousand lines of it.
    """
    template, codes = RULES[op].javascript.replace(" ", ""), [code for code, _ in operands]
    if op == "+":
        signed = (f"{'-' if negated else '+'}{code}" for code, negated in operands)
        return "".join(signed).removeprefix("+")
    if "{" not in template:
        return template.join(codes)
    return template.format(",".join(codes)) if op == "max" else template.format(*codes)
