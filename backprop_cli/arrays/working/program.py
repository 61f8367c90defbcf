"""The matrix steps of one update worked, with somebody's own matrices or another formula put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from backprop_cli.arrays.working.algebra import Algebra, Matrix
from backprop_cli.engine import (
    Matrices,
    MatrixName,
    MatrixStep,
    Network,
    matrix_named,
    matrix_steps,
    named,
    of_all_samples,
)
from backprop_cli.formulas import Expr, references

BROKEN = (ValueError, IndexError, TypeError, KeyError, ArithmeticError)
"""What working a formula raises where its matrices do not fit together."""


class Program:
    """The matrix steps of one update of `network`, which takes these samples together.

    δ is ∂E/∂net here, whatever the config says: a reading turns the sign.
    """

    def __init__(
        self,
        network: Network,
        samples: tuple[int, ...],
        algebra: Algebra,
        parameters: Mapping[str, Matrix] | None = None,
    ) -> None:
        chosen = tuple(network.samples[number - 1] for number in samples)
        size = len(chosen) if len(chosen) > 1 else network.batch_size
        self.network = replace(network, samples=chosen, batch_size=size, descent=False)
        self.algebra, self._parameters = algebra, parameters
        self.q = Matrices(self.network, len(chosen))
        self.steps: dict[str, MatrixStep] = {}
        for step in matrix_steps(self.q):
            self.steps[step.key] = step
            if step.law == "total_error":
                again = of_all_samples(self.q, step.name.suffix)
                self.steps |= {other.key: other for other in again}
        self.order = {key: at for at, key in enumerate([*self.givens, *self.steps])}

    @cached_property
    def names(self) -> Mapping[str, MatrixName]:
        """Every matrix by its key: those of the steps, and the given ones."""
        return {**{step.key: step.name for step in self.steps.values()}, **self._given_names}

    @cached_property
    def _given_names(self) -> Mapping[str, MatrixName]:
        refs = [self.q.input(), self.q.target()]
        for layer in self.network.layers:
            refs.append(self.q.parameter("W", layer))
            refs += [self.q.parameter("b", layer)] if layer.biases else []
        return {ref.name.key: matrix_named(ref) for ref in refs}

    @cached_property
    def givens(self) -> Mapping[str, Matrix]:
        """Inputs, targets and parameters as the network has them."""
        network, matrix = self.network, self.algebra.matrix
        columns = [list(map(float, sample.inputs)) for sample in network.samples]
        wanted = [list(map(float, sample.targets)) for sample in network.samples]
        found = {
            matrix_named(self.q.input()).key: matrix(
                list(zip(*columns, strict=True)), len(columns)
            ),
            matrix_named(self.q.target()).key: matrix(list(zip(*wanted, strict=True)), len(wanted)),
        }
        return {**found, **self.parameters}

    @cached_property
    def parameters(self) -> Mapping[str, Matrix]:
        """Weights and biases, which programs of the same network share."""
        if self._parameters is not None:
            return self._parameters
        found, matrix = {}, self.algebra.matrix
        for layer in self.network.layers:
            rows = [[float(weight.value) for weight in row] for row in layer.weights]
            found[matrix_named(self.q.parameter("W", layer)).key] = matrix(rows, len(rows[0]))
            if layer.biases:
                column = [[float(bias.value)] for bias in layer.biases]
                found[matrix_named(self.q.parameter("b", layer)).key] = matrix(column, 1)
        return found

    @cached_property
    def numbers(self) -> Mapping[str, float]:
        """What is one number: the learning rate, the optimizer's parameters, its state before."""
        q = self.q
        found = {name.key: float(value) for name, value in q.q.constants()}
        found[named(q.q.constant("t")).key] = 1.0
        for layer in self.network.layers:
            for part in q.trained(layer):
                for letter in self.network.optimizer.rule.state:
                    found[matrix_named(q.state(letter, part, layer)).key] = 0.0
        return found

    def rank(self, key: str) -> int:
        """The place of a matrix in the textbook; W and b of a layer have the same."""
        name = self.names[key]
        if name.part == "b":
            weights = name._replace(part="W", kind="W" if name.kind == "b" else name.kind)
            key = next((k for k, n in self.names.items() if n[3:] == weights[3:]), key)
        return self.order[key]

    def shape(self, key: str) -> tuple[int, int]:
        """Rows and columns of a matrix."""
        return self.q.shape(self.names[key])

    def ancestors(self, key: str, known: Mapping[str, object]) -> Iterator[MatrixStep]:
        """The steps that lead to a matrix from what is `known`, the nearest first."""
        seen, waiting = {key}, [key]
        while waiting:
            step = self.steps.get(waiting.pop(0))
            if step is None:
                continue
            yield step
            for ref in references(step.formula):
                other = ref.name.key
                if other not in seen and other not in known and other in self.steps:
                    seen.add(other)
                    waiting.append(other)

    @cached_property
    def uses(self) -> Mapping[str, tuple[str, ...]]:
        """The steps whose formula has a matrix in it, by its key."""
        found: dict[str, dict[str, None]] = {}
        for step in self.steps.values():
            for formula in filter(None, (step.formula, step.chain)):
                for ref in references(formula):
                    found.setdefault(ref.name.key, {})[step.key] = None
        return {key: tuple(users) for key, users in found.items()}


class Pass(dict[str, Matrix]):
    """Values of the matrices, worked as they are asked for.

    `own` matrices feed what follows in place of the values; `edits` are other formulas.
    """

    def __init__(
        self,
        program: Program,
        own: Mapping[str, Matrix] | None = None,
        edits: Mapping[str, Expr] | None = None,
    ) -> None:
        super().__init__(program.numbers)
        self.update(program.givens)
        self.update(own or {})
        self._program, self._own, self._edits = program, own or {}, edits or {}

    def edited(self, edits: Mapping[str, Expr]) -> Pass:
        """The same pass with other formulas: what does not depend on them is taken over."""
        program, own = self._program, self._own
        changed, waiting = set[str](), [*edits]
        while waiting:
            key = waiting.pop()
            if key not in changed:
                changed.add(key)
                waiting += [user for user in program.uses.get(key, ()) if user not in own]
        found = Pass(program, own, edits)
        found.update((key, value) for key, value in self.items() if key not in changed)
        return found

    def with_own(self, key: str, value: Matrix) -> Pass:
        """A pass with one more matrix of one's own."""
        return Pass(self._program, {**self._own, key: value}, self._edits)

    def __missing__(self, key: str) -> Matrix:
        """The value, after what leads to it: no formula waits for those of a long chain.

        Raises one of `BROKEN` where the matrices do not fit, or other formulas go in a circle.
        """
        waiting, begun = [key], set[str]()
        while waiting:
            one = waiting[-1]
            before = self._missing_before(one)
            if before and one in begun:
                raise ValueError(f"{one} is needed for itself")
            if before:
                begun.add(one)
                waiting += before
            else:
                waiting.pop()
                if one not in self:  # several may have waited for it
                    self[one] = self.expected(one)
        return self[key]

    def _missing_before(self, key: str) -> list[str]:
        """The operands of a step that have no value yet. Raises `KeyError` where it is no step."""
        formula = self._formula(key)
        return [ref.name.key for ref in references(formula) if ref.name.key not in self]

    def _formula(self, key: str) -> Expr:
        return self._edits[key] if key in self._edits else self._program.steps[key].formula

    def expected(self, key: str) -> Matrix:
        """What the formula of a matrix gives, also where that matrix is one's own.

        Raises one of `BROKEN` where the matrices do not fit.
        """
        program = self._program
        if key not in program.steps:
            return program.givens[key]
        value = self._formula(key).evaluate(self, program.algebra.operations)
        return spread(value, program.shape(key), program.algebra)


def spread(value: Matrix, shape: tuple[int, int], algebra: Algebra) -> Matrix:
    """A number, or a row or column for all, repeated to `shape`; what does not fit is left."""
    rows, columns = algebra.shape(value)
    if isinstance(value, int | float):
        return algebra.full(value, shape)
    if (rows, columns) != shape and rows in (1, shape[0]) and columns in (1, shape[1]):
        return algebra.full(value, shape)
    return value
