"""Lines of single units seen as matrices: each entry is the value of a line, and none is computed.

What is worked out stays the list of `steps`; a matrix line gathers the values of a layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from backprop_cli.engine.layers import PER_SAMPLE, Matrices, MatrixName
from backprop_cli.engine.matrices import MatrixStep, matrix_steps
from backprop_cli.engine.network import Network
from backprop_cli.engine.running import Address, Line, Scope
from backprop_cli.formulas import references

Rows = tuple[tuple[Any, ...], ...]


class MatrixScope(dict[str, Any]):
    """Matrices by key, gathered from the scopes of single units when they are asked for."""

    def __init__(self, matrices: Matrices, names: dict[str, MatrixName], scopes: list[Scope]):
        super().__init__()
        self._matrices, self._names, self._scopes = matrices, names, scopes

    def __missing__(self, key: str) -> Any:
        name, scopes = self._names.get(key), self._scopes
        if name is None:
            return scopes[0][key]
        rows = self._matrices.entries(name)
        value: Rows
        if name.kind in PER_SAMPLE:
            value = tuple(tuple(scope[row[0].name.key] for scope in scopes) for row in rows)
        else:  # a sample knows its own Jacobian, and its batch the gradients of all
            batch = scopes[0] if name.kind == "jacobian" else scopes[0].batch or scopes[0]
            value = tuple(tuple(batch[ref.name.key] for ref in row) for row in rows)
        self[key] = value
        return value


class MatrixLine(NamedTuple):
    """A matrix step and its value, rows of the values of `lines`."""

    step: MatrixStep
    address: Address
    value: Rows
    scope: MatrixScope


def matrix_lines(network: Network, lines: Iterable[Line]) -> Iterator[MatrixLine | Line]:
    """The lines of each update as matrix lines; the error of an epoch stays the line it is.

    `lines` are whole updates, in order, as `running.lines` gives them.
    """
    listed: dict[int, _Listed] = {}
    for at, group in groupby(lines, lambda line: _update(network, line)):
        if at is None:
            yield from group
            continue
        found = {line.address.sample: line.scope for line in group if line.address.sample}
        scopes = [found[number] for number in sorted(found)]
        if len(scopes) not in listed:
            listed[len(scopes)] = _listed(network, len(scopes))
        matrices, steps, names = listed[len(scopes)]
        scope = MatrixScope(matrices, names, scopes)
        for step in steps:
            yield MatrixLine(step, at._replace(key=step.key), scope[step.key], scope)


_AT_THE_END = ("epoch", "epoch_again", "mean", "mean_again")


def _update(network: Network, line: Line) -> Address | None:
    """The update that a line belongs to; None for the end of an epoch."""
    if line.step.law in _AT_THE_END or line.step.name.suffix == "_end":
        return None
    at = line.address._replace(key="")
    return at._replace(sample=0) if network.reduces else at


_Listed = tuple[Matrices, tuple[MatrixStep, ...], dict[str, MatrixName]]


def _listed(network: Network, samples: int) -> _Listed:
    """The matrix steps of an update, and every name in them by its key."""
    matrices = Matrices(network, samples)
    steps = tuple(matrix_steps(matrices))
    names = {step.key: step.name for step in steps}
    for step in steps:
        for formula in (step.formula, step.chain):
            for ref in references(formula) if formula is not None else ():
                if isinstance(ref.name, MatrixName):
                    names[ref.name.key] = ref.name
    return matrices, steps, names
