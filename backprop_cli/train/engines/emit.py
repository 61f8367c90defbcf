"""A program as straight-line Python on local variables.

Names are made here (``v7``), numbers are handed over as values: nothing of a config is ever
compiled. Terms are added and factors multiplied in the order of the formulas, so that the result
is that of going through the steps one by one, to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backprop_cli.formulas import FLOAT, RULES
from backprop_cli.train.engines.plan import LONGEST, Plan
from backprop_cli.train.engines.program import FIXED, SAMPLE, SHARED, Place, Program, adding_round

# What the names of the code mean. Quick operations refuse what the careful ones put right:
# overflow in e^x, ln 0, division by 0.
_CAREFUL = {**FLOAT.operations, "divide": FLOAT.operations["/"]}
_QUICK = _CAREFUL | {"exp": math.exp, "ln": math.log}

# Templates that are not those of `RULES`: the larger of two without a call.
_LARGER = "({1} if {1} > {0} else {0})"


def emit(
    program: Program, kind: str, one_sample: bool, careful: bool, grouped: bool
) -> Callable[..., Any]:
    """A function of `program`, by its kind.

    ``quiet(epochs, state, fixed)`` goes through epochs and returns the state after them;
    ``watch(epochs, state, fixed, note)`` also hands the error that each epoch sees to `note`;
    ``look(samples, state, fixed, note)`` hands the outputs and the error of each sample to it.

    `epochs` yields for each epoch its samples (tuples of inputs and targets), or if `grouped` its
    batches of samples; with `one_sample`, which is then part of `fixed`, what it yields is not
    looked at. `state` ends with the count of updates, as a float. With `careful`, operations do
    not raise `REFUSALS` where their limit is known.
    """
    namespace: dict[str, Any] = dict(_CAREFUL if careful else _QUICK)
    source = Writer(program, kind, one_sample, careful, grouped).source()
    exec(compile(source, f"<{kind}>", "exec"), namespace)
    made: Callable[..., Any] = namespace[kind]
    return made


class Writer(Plan):
    """Writes one function."""

    def source(self) -> str:
        """The source of the function."""
        quiet = self.kind == "quiet"
        given = self.given()
        head = f"def {self.kind}({'samples' if self.kind == 'look' else 'epochs'}, state, fixed"
        lines = [
            head + ("):" if quiet else ", note):"),
            f"    {_packed([f'v{number}' for number in given])} = state",
            f"    {_packed([f'v{number}' for number in self.fixed()])} = fixed",
            *self.body(FIXED, 1),
        ]
        if self.kind == "look":
            found = [self.variable[number] for number in self.wanted]
            lines += [f"    for {self._sample()} in samples:", *self.body(SAMPLE, 2)]
            lines.append(f"        note({_packed(found)})")
        else:
            lines += self._epochs()
            lines.append(f"    return {_packed([f'v{number}' for number in given])}")
        return "\n".join(lines) + "\n"

    def _sample(self) -> str:
        return _packed([f"v{number}" for number in self.program.sample])

    def _epochs(self) -> list[str]:
        """The loop over epochs, and in it that over samples or batches."""
        watch = self.kind == "watch"
        lines = ["    for presented in epochs:"]
        if self.one_sample:  # whose error is the sum
            noted = [f"        note({self._text(self.program.error)})"] if watch else []
            return [*lines, *self.update(2), *noted]
        if watch:
            lines.append("        seen = -0.0")  # −0 + x is x for every x, for −0 too
        if self.grouped:
            lines += ["        for batch in presented:", *self._batch(3)]
        else:
            lines += [f"        for {self._sample()} in presented:", *self.update(3)]
        return [*lines, "        note(seen)"] if watch else lines

    def update(self, depth: int) -> list[str]:
        """An update after one sample."""
        return [*self.counted(depth), *self.body(SAMPLE, depth), *self.moved(depth)]

    def _batch(self, depth: int) -> list[str]:
        """An update after the samples of a batch: the loops over them, and what lies between."""
        program, indent = self.program, "    " * depth
        lines = self.counted(depth)
        if program.size in self.needed:
            lines.append(f"{indent}v{program.size} = float(len(batch))")
        if self.sums:
            lines.append(f"{indent}{' = '.join(f'v{number}' for number in self.sums)} = -0.0")
        lines += self.body(SHARED, depth)
        before: dict[str, str] = {}
        for round_ in self.rounds():
            kept, name = [f"v{number}" for number in self.kept(round_)], f"kept{round_}"
            lines += [f"{indent}{name} = []"] if kept else []
            lines += [f"{indent}{self._loop(before)}", *self.body(Place(round_, True), depth + 1)]
            if kept:
                before[name] = _packed(kept)
                lines.append(f"{indent}    {name}.append({before[name]})")
            lines += self.body(Place(round_ + 1, False), depth)
        return [*lines, *self.moved(depth)]

    def _loop(self, before: Mapping[str, str]) -> str:
        """The head of a loop over a batch, with what loops before it have kept of each sample."""
        if not before:
            return f"for {self._sample()} in batch:"
        names, lists = ", ".join(before.values()), ", ".join(before)
        return f"for {self._sample()}, {names} in zip(batch, {lists}):"

    def counted(self, depth: int) -> list[str]:
        count = self.program.count
        return [f"{'    ' * depth}v{count} += 1.0"] if count in self.needed else []

    def moved(self, depth: int) -> list[str]:
        if not self.moves:
            return []
        old = _packed([self.variable[old] for _, old in self.moves])
        new = _packed([self.variable[new] for new, _ in self.moves])
        return [f"{'    ' * depth}{old} = {new}"]

    def body(self, place: Place, depth: int) -> list[str]:
        """The statements of one place, and what it adds to sums over the samples."""
        indent, lines = "    " * depth, []
        for number in self.statements:
            if self.places[number] == place:
                lines += self._assignments(number, indent)
        for total, one in self.sums.items():
            if place == (adding_round(self.places[one]), True):
                lines.append(f"{indent}v{total} += {self._text(one)}")
        if self.kind == "watch" and place == SAMPLE and not self.one_sample:
            lines.append(f"{indent}seen += {self._text(self.program.error)}")
        return lines

    def _assignments(self, number: int, indent: str) -> list[str]:
        """The statement that computes a value; several where it has very many terms."""
        node, name = self.nodes[number], self.variable[number]
        if node.op != "+" or len(node.args) <= LONGEST:
            return [f"{indent}{name} = {self._operation(number)}"]
        terms = self._terms(number)
        pieces = ["".join(terms[at : at + LONGEST]) for at in range(0, len(terms), LONGEST)]
        more = (f"{indent}{name} = {name}{piece}" for piece in pieces[1:])
        return [f"{indent}{name} = {pieces[0]}", *more]

    def _text(self, number: int) -> str:
        return self.variable[number] if number in self.named else f"({self._operation(number)})"

    def _operation(self, number: int) -> str:
        node = self.nodes[number]
        if node.op == "+":
            return "".join(self._terms(number))
        written = [self._text(arg) for arg in node.args]
        template = RULES[node.op].python
        if node.op == "/" and self.careful:
            template = "divide({}, {})"
        elif node.op == "max":
            return _LARGER.format(*written) if len(written) == 2 else f"max({', '.join(written)})"
        return template.format(*written) if "{" in template else template.join(written)

    def _terms(self, number: int) -> list[str]:
        """The terms of a sum, from left to right, each after the first with its sign."""
        terms: list[str] = []
        for arg, operand in zip(self.nodes[number].args, self.operands(number), strict=True):
            sign = "" if not terms else " + " if arg == operand else " - "
            terms.append(sign + self._text(operand))
        return terms


def _packed(names: Sequence[str]) -> str:
    """A tuple of variables."""
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"
