"""Making a sheet: the lines of some epochs, whose values are numbered as they come to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from backprop_cli.engine import (
    Bias,
    Layer,
    Line,
    Network,
    Quantities,
    Scope,
    State,
    Step,
    arithmetic_of,
    bias_gradient,
    initial_state,
    lines,
    named,
    qualified,
    state_before,
)
from backprop_cli.formulas import FLOAT, Arithmetic, Num, Ref, references
from backprop_cli.marking.sheet.sheet import Before, Entry, Sheet, slots_of

MOST_EPOCHS = 50
"""Epochs up to this number are worked from the first on; of later ones only those asked for."""

MOST_LATE = 100
"""So many later ones at most may be asked for."""


class _Slotted:
    """A number that knows its place in the list of all values."""

    slot: int


def sheet_of(
    network: Network, epochs: Iterable[int] = (1,), before: Before = state_before
) -> Sheet:
    """The sheet of the epochs with these numbers, and of those before where they are few.

    `before` gives the state that a later epoch begins with, by going on from the last one.
    """
    truths: list[float] = []
    arithmetic = _numbered(arithmetic_of(network), truths)
    entries: list[Entry] = []
    wanted = sorted(set(epochs)) or [1]

    plain = arithmetic_of(network)
    since: tuple[int, State] | None = None
    for group in _groups(wanted):
        if group[0] > 1:
            state = _with_numbers(before(network, group[0], plain, since), arithmetic)
        else:
            state = initial_state(network, arithmetic)
        for line in lines(network, group, arithmetic, state):
            entries.append(_entry(line, network))
            entries += _untrained(line, network, truths)
        since = group[-1] + 1, _with_numbers(state, plain)
    return Sheet(network, entries, truths, before)


def _with_numbers(state: State, arithmetic: Arithmetic) -> State:
    """The state, with its values as numbers of another arithmetic."""
    number = arithmetic.operations["number"]
    return State({key: number(value) for key, value in state.values.items()}, state.updates)


def _groups(epochs: Sequence[int]) -> list[range]:
    """The stretches of epochs to be worked."""
    if epochs[-1] <= MOST_EPOCHS:
        return [range(1, epochs[-1] + 1)]
    few = [epoch for epoch in epochs if epoch <= MOST_EPOCHS]
    groups = [range(1, few[-1] + 1)] if few else []
    late = epochs[len(few) :]
    starts = [late[0], *(b for a, b in pairwise(late) if b > a + 1)]
    for start in starts:
        end = start
        while end + 1 in late:
            end += 1
        groups.append(range(start, end + 1))
    return groups


def _numbered(arithmetic: Arithmetic, truths: list[float]) -> Arithmetic:
    """The same arithmetic, whose values are entered into `truths` and know their slot there."""
    plain = arithmetic.operations["number"]
    kind = type(plain(0))
    slotted = type("Slotted", (_Slotted, kind), {})

    def entered(value: Any) -> Any:
        number = slotted(value)
        number.slot = len(truths)
        truths.append(float(value))
        return number

    settle = arithmetic.settle

    def settled(value: Any, step_kind: str) -> Any:
        return entered(value if settle is None else settle(value, step_kind))

    operations = {**arithmetic.operations, "number": lambda value: entered(plain(value))}
    return replace(arithmetic, operations=operations, settle=settled)


def _entry(line: Line, network: Network) -> Entry:
    step, at, scope = line.step, line.address, line.scope
    key = qualified(line, network, at.epoch > 1)
    operands = slots_of(step.formula, scope)
    return Entry(line.value.slot, step, at, scope, operands, key, step.shown)


def _untrained(line: Line, network: Network, truths: list[float]) -> Iterator[Entry]:
    """After the last update of a layer: gradient, change and next value of untrained biases."""
    if network.train_biases or line.step.kind != "new":
        return
    q, layer = Quantities(network), network.layers[line.step.layer - 1]
    if line.step.key != named(q.new(layer.weights[-1][-1])).key:
        return
    for bias in layer.biases:
        for step in _bias_steps(q, layer, bias):
            refs = [ref.name.key for ref in references(step.formula)]
            if not all(_has(line.scope, key) for key in refs):
                continue  # a batch has no δ of its own
            value = type(line.value)(step.formula.evaluate(line.scope, FLOAT.operations))
            value.slot = len(truths)
            truths.append(float(value))
            line.scope[step.key] = value
            at = line.address._replace(key=step.key)
            yield _entry(Line(step, at, value, line.scope), network)


def _bias_steps(q: Quantities, layer: Layer, bias: Bias) -> Iterator[Step]:
    """The gradient of a bias, its change, which is 0, and its next value, which is the old one."""
    yield bias_gradient(q, layer, bias)._replace(stage="update", chain=None, shown=False)
    yield Step(named(q.change(bias)), Num(0), "update", layer.number, "change", shown=False)
    name = q.network.notation.name("new", p=bias.name)
    formula = Ref(named(q.parameter(bias)))
    yield Step(name, formula, "update", layer.number, "new", shown=False)


def _has(scope: Scope, key: str) -> bool:
    try:
        scope[key]
    except KeyError:
        return False
    return True
