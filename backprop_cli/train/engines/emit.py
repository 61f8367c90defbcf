"""A program as straight-line Python on local variables.

Names are made here (``v7``), numbers are handed over as values: nothing of a config is ever
compiled. Terms are added and factors multiplied in the order of the formulas, so that the result
is that of going through the steps one by one, to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

from backprop_cli.formulas import FLOAT, RULES
from backprop_cli.train.engines.plan import LONGEST, Plan
from backprop_cli.train.engines.program import FIXED, Program
from backprop_cli.train.engines.values import Leaf, Operation

# Quick operations refuse what the careful ones put right: overflow in e^x, ln 0, division by 0.
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": math.exp, "ln": math.log, "log1p": math.log1p, "sqrt": math.sqrt, "tanh": math.tanh,
    "sign": FLOAT.operations["sign"],
    "Phi": FLOAT.operations["Phi"], "phi": FLOAT.operations["phi"],
}  # fmt: skip
_CAREFUL: dict[str, Callable[..., Any]] = {
    "exp": FLOAT.operations["exp"],
    "ln": FLOAT.operations["ln"],
    "divide": FLOAT.operations["/"],
}
# Templates that are not those of `RULES`: the larger of two without a call.
_LARGER = "({1} if {1} > {0} else {0})"


class Function:
    """A compiled function and the source it was made from."""

    def __init__(self, name: str, source: str, careful: bool) -> None:
        namespace: dict[str, Any] = _FUNCTIONS | (_CAREFUL if careful else {})
        exec(compile(source, f"<{name}>", "exec"), namespace)
        function = namespace[name]
        assert isinstance(function, FunctionType)
        self.call: Callable[..., Any] = function
        self.source = source


def emit(program: Program, kind: str, *, one_sample: bool = False, careful: bool = False,
            grouped: bool = False) -> Function:  # fmt: skip
    """A function of `program`, by its kind.

    ``quiet(epochs, state, fixed)`` goes through epochs and returns the state after them;
    ``watch(epochs, state, fixed, note)`` also hands the error that each epoch sees to `note`;
    ``look(samples, state, fixed, note)`` hands the outputs and the error of each sample to it.

    `epochs` yields for each epoch its samples (tuples of inputs and targets), or if `grouped` its
    batches of samples; with `one_sample`, which is then part of `fixed`, what it yields is not
    looked at. `state` ends with the count of updates, as a float. With `careful`, operations do
    not raise `OverflowError`, `ZeroDivisionError` or `ValueError` where their limit is known.
    """
    return Function(kind, Writer(program, kind, one_sample, careful, grouped).source(), careful)


def fixed_values(program: Program) -> list[int]:
    """Numbers of the leaves that are handed over as `fixed`, in order."""
    return [
        number for number, node in enumerate(program.values.nodes)
        if isinstance(node, Leaf) and (number in program.fixed or isinstance(node.label, float))
    ]  # fmt: skip


class Writer(Plan):
    """Writes one function."""

    def source(self) -> str:
        """The source of the function."""
        quiet = self.kind == "quiet"
        given = self.given()
        head = f"def {self.kind}({'samples' if self.kind == 'look' else 'epochs'}, state, fixed"
        lines = [
            head + ("):" if quiet else ", note):"),
            f"    {_unpacked([f'v{number}' for number in given])} = state",
            f"    {_unpacked([f'v{number}' for number in self.fixed()])} = fixed",
            *self.body(FIXED, 1),
        ]
        if self.kind == "look":
            found = [self.variable[number] for number in self.wanted]
            lines += [f"    for {self._sample()} in samples:", *self.body(2, 2),
                      f"        note({_packed(found)})"]  # fmt: skip
        else:
            lines += self._epochs()
            lines.append(f"    return {_packed([f'v{number}' for number in given])}")
        return "\n".join(lines) + "\n"

    def given(self) -> list[int]:
        """The state before an update, and the count of updates."""
        return [*(old for _, old, _ in self.program.state), self.program.count]

    def fixed(self) -> list[int]:
        """What never changes, in the order in which it is handed over."""
        leaves = fixed_values(self.program)
        return leaves + self.program.sample if self.one_sample else leaves

    def _sample(self) -> str:
        return _unpacked([f"v{number}" for number in self.program.sample])

    def _epochs(self) -> list[str]:
        """The loop over epochs, and in it that over samples or batches."""
        watch = self.kind == "watch"
        lines = ["    for presented in epochs:"]
        if watch:
            lines.append("        seen = -0.0")  # −0 + x is x for every x, for −0 too
        if self.one_sample:
            lines += self.update(2)
        elif self.grouped:
            lines += ["        for batch in presented:", *self._batch(3)]
        else:
            lines += [f"        for {self._sample()} in presented:", *self.update(3)]
        return [*lines, "        note(seen)"] if watch else lines

    def update(self, depth: int) -> list[str]:
        """An update after one sample."""
        return [*self.counted(depth), *self.body(2, depth), *self.moved(depth)]

    def _batch(self, depth: int) -> list[str]:
        """An update after the samples of a batch: the loops over them, and what lies between."""
        program, indent = self.program, "    " * depth
        lines = self.counted(depth)
        if program.size in self.needed:
            lines.append(f"{indent}v{program.size} = float(len(batch))")
        if self.sums:
            lines.append(f"{indent}{' = '.join(f'v{number}' for number in self.sums)} = -0.0")
        lines += self.body(1, depth)
        kept: dict[int, list[int]] = {}
        for level in self.loops():
            kept[level] = self.crossing(level)
            if kept[level]:
                lines.append(f"{indent}kept{level} = []")
            before = [(number, names) for number, names in kept.items() if number < level and names]
            lines += [f"{indent}{self._loop(before)}", *self.body(level, depth + 1)]
            if kept[level]:
                names = _packed([f"v{number}" for number in kept[level]])
                lines.append(f"{indent}    kept{level}.append({names})")
            lines += self.body(level + 1, depth)
        return [*lines, *self.moved(depth)]

    def loops(self) -> range:
        """The levels of the loops over a batch."""
        return range(2, max([2, *(self.levels[number] for number in self.needed)]) + 1, 2)

    def _loop(self, before: list[tuple[int, list[int]]]) -> str:
        """The head of a loop over a batch, with what loops before it have kept of each sample."""
        if not before:
            return f"for {self._sample()} in batch:"
        names = ", ".join(_unpacked([f"v{number}" for number in kept]) for _, kept in before)
        lists = ", ".join(f"kept{level}" for level, _ in before)
        return f"for {self._sample()}, {names} in zip(batch, {lists}):"

    def crossing(self, level: int) -> list[int]:
        """Values of each sample that a later loop over the samples looks at."""
        found = set()
        for number in (*self.statements, *self.sums.values()):
            if self.levels[number] > level and self.levels[number] % 2 == 0:
                found |= {n for n in self._read(number) if self.levels[n] == level}
        return sorted(found - set(self.program.sample))

    def counted(self, depth: int) -> list[str]:
        count = self.program.count
        return [f"{'    ' * depth}v{count} += 1.0"] if count in self.needed else []

    def moved(self, depth: int) -> list[str]:
        if not self.moves:
            return []
        old = _unpacked([self.variable[old] for _, old in self.moves])
        new = _packed([self.variable[new] for new, _ in self.moves])
        return [f"{'    ' * depth}{old} = {new}"]

    def body(self, level: int, depth: int) -> list[str]:
        """The statements of one level, and what it adds to sums over the samples."""
        indent, lines = "    " * depth, []
        for number in self.statements:
            if self.levels[number] == level:
                lines += self._assignments(number, indent)
        for total, one in self.sums.items():
            if max(self.levels[one], 2) == level:
                lines.append(f"{indent}v{total} += {self._text(one)}")
        if self.kind == "watch" and level == 2:
            lines.append(f"{indent}seen += {self._text(self.program.error)}")
        return lines

    def _assignments(self, number: int, indent: str) -> list[str]:
        """The statement that computes a value; several where it has very many terms."""
        node, name = self.nodes[number], self.variable[number]
        assert isinstance(node, Operation)
        if node.op != "+" or len(node.args) <= LONGEST:
            return [f"{indent}{name} = {self._operation(node)}"]
        terms = self._terms(node)
        pieces = ["".join(terms[at : at + LONGEST]) for at in range(0, len(terms), LONGEST)]
        more = (f"{indent}{name} = {name}{piece}" for piece in pieces[1:])
        return [f"{indent}{name} = {pieces[0]}", *more]

    def _text(self, number: int) -> str:
        node = self.nodes[number]
        if number in self.named:
            return self.variable[number]
        assert isinstance(node, Operation)
        return f"({self._operation(node)})"

    def _operation(self, node: Operation) -> str:
        if node.op == "+":
            return "".join(self._terms(node))
        written = [self._text(arg) for arg in node.args]
        template = RULES[node.op].python
        if node.op == "/" and self.careful:
            template = "divide({}, {})"
        elif node.op == "max":
            return _LARGER.format(*written) if len(written) == 2 else f"max({', '.join(written)})"
        return template.format(*written) if "{" in template else template.join(written)

    def _terms(self, node: Operation) -> list[str]:
        """The terms of a sum, from left to right, each after the first with its sign."""
        terms: list[str] = []
        for arg, operand in zip(node.args, self.operands(node), strict=True):
            sign = "" if not terms else " + " if arg == operand else " - "
            terms.append(sign + self._text(operand))
        return terms


def _packed(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def _unpacked(names: Sequence[str]) -> str:
    return _packed(names) if names else "[]"
