"""Lines of single units seen as matrices: each entry is the value of a line, and none is computed.

What is worked out stays the list of `steps`; a matrix line gathers the values of a layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple, Protocol, TypeVar

from backprop_cli.engine.layers import Matrices, MatrixName
from backprop_cli.engine.matrices import MatrixStep, matrix_steps
from backprop_cli.engine.network import Network
from backprop_cli.engine.orientation import entries_at, oriented
from backprop_cli.engine.running import Address, Scope
from backprop_cli.engine.steps import Step
from backprop_cli.formulas import references

Rows = tuple[tuple[Any, ...], ...]


class MatrixScope(dict[str, Any]):
    """Matrices by key, gathered from the scopes of single units when they are asked for.

    `scopes` has those of the samples of an update, by number. A scalar key is that of the first.
    """

    def __init__(
        self, matrices: Matrices, names: Mapping[str, MatrixName], scopes: Mapping[int, Scope]
    ) -> None:
        super().__init__()
        self._matrices, self._names, self._samples = matrices, names, tuple(scopes)
        first = scopes[self._samples[0]]
        self._scopes = {**scopes, 0: first.batch or first}
        self._first = first

    def __missing__(self, key: str) -> Any:
        name, scopes = self._names.get(key), self._scopes
        if name is None:
            return self._first[key]
        places = entries_at(self._matrices, name, self._samples)
        value = tuple(tuple(scopes[number][inner] for number, inner in row) for row in places)
        self[key] = value
        return value


class MatrixLine(NamedTuple):
    """A matrix step and its value, rows of the values of `lines`."""

    step: MatrixStep
    address: Address
    value: Rows
    scope: MatrixScope


class UnitLine(Protocol):
    """What a line of a unit has to say of itself to be seen as an entry of a matrix."""

    @property
    def step(self) -> Step: ...
    @property
    def address(self) -> Address: ...
    @property
    def scope(self) -> Scope: ...


L = TypeVar("L", bound=UnitLine)


def matrix_lines(network: Network, lines: Iterable[L]) -> Iterator[MatrixLine | L]:
    """The lines of each update as matrix lines; the error of an epoch stays the line it is.

    `lines` are whole updates, in order, as `running.lines` gives them. What the entries of the
    matrices are is what their scopes have.
    """
    listed: dict[int, Listed] = {}
    for at, group in groupby(lines, lambda line: _update(network, line)):
        if at is None:
            yield from group
            continue
        found = {line.address.sample: line.scope for line in group if line.address.sample}
        scopes = {number: found[number] for number in sorted(found)}
        if len(scopes) not in listed:
            listed[len(scopes)] = listed_steps(network, len(scopes))
        matrices, steps, names = listed[len(scopes)]
        scope = MatrixScope(matrices, names, scopes)
        for step in steps:
            yield MatrixLine(step, at._replace(key=step.key), scope[step.key], scope)


def _update(network: Network, line: UnitLine) -> Address | None:
    """The update that a line belongs to; None for the end of an epoch."""
    if line.step.kind in ("E_epoch", "E_mean") or line.step.name.suffix == "_end":
        return None
    at = line.address._replace(key="")
    return at._replace(sample=0) if network.reduces else at


class Listed(NamedTuple):
    """The matrix steps of an update, as the notation lays them out, and every name in them."""

    matrices: Matrices
    steps: tuple[MatrixStep, ...]
    names: Mapping[str, MatrixName]


def listed_steps(network: Network, samples: int) -> Listed:
    """The steps of an update from so many samples; names by key, those of givens too."""
    matrices = Matrices(network, samples)
    steps = tuple(oriented(network, step) for step in matrix_steps(matrices))
    names = {step.key: step.name for step in steps}
    for step in steps:
        for formula in (step.formula, step.chain):
            for ref in references(formula) if formula is not None else ():
                if isinstance(ref.name, MatrixName):
                    names.setdefault(ref.name.key, ref.name)
    return Listed(matrices, steps, names)
