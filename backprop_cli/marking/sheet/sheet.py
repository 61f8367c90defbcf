"""The sheet that answers are marked against: every line of some epochs, numbered.

Each line of a run becomes an `Entry` that knows which earlier lines its operands come from, so
that it can be worked again with other numbers: a student's, or those of a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Any, NamedTuple

from backprop_cli.engine import (
    Address,
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
    lines,
    named,
    qualified,
    state_before,
)
from backprop_cli.formulas import FLOAT, Arithmetic, Expr, Ref, references
from backprop_cli.marking.sheet.paper import grid_of, on_grid

Before = Callable[[Network, int, Arithmetic], State]
"""The state of a network that the epoch with this number begins with."""

MOST_EPOCHS = 50
"""Epochs up to this number are worked from the first on; of later ones only those asked for."""

_STEP = 1e-6
_OPERATIONS = FLOAT.operations


class _Slotted:
    """A number that knows its place in the list of all values."""

    slot: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the sheet. `operands` are the slots its formula reads, each once.

    `asked` is False for a line that the textbook leaves out but that may be answered: the
    gradient and the next value of a bias that is not trained.
    """

    slot: int
    step: Step
    address: Address
    scope: Scope
    operands: tuple[int, ...]
    key: str
    asked: bool = True


class Way(NamedTuple):
    """A formula for an entry's value, and the slots that it reads."""

    formula: Expr
    operands: tuple[int, ...]


class Reading(Mapping[str, Any]):
    """What a line's formula reads: the values of a list, under the names of the line's scope."""

    __slots__ = ("_scope", "_values")

    def __init__(self, scope: Scope, values: Sequence[float]) -> None:
        self._scope, self._values = scope, values

    def __getitem__(self, key: str) -> float:
        slot: int = self._scope[key].slot
        return self._values[slot]

    def __iter__(self) -> Iterator[str]:
        return iter(self._scope)

    def __len__(self) -> int:
        return len(self._scope)


class Sheet:
    """Entries in the textbook's order, and the true value of every slot.

    Slots are numbered in the order in which values come to be; givens have slots too, but no entry.
    """

    def __init__(
        self,
        network: Network,
        entries: Sequence[Entry],
        truths: list[float],
        before: Before = state_before,
    ) -> None:
        self.network, self.entries, self.truths = network, tuple(entries), truths
        self.at: Mapping[Address, Entry] = {entry.address: entry for entry in entries}
        self.of_slot: Mapping[int, Entry] = {entry.slot: entry for entry in entries}
        self.before = before
        self._partials: dict[int, tuple[float, ...]] = {}
        self._ways: dict[int, tuple[Way, ...]] = {}

    def value(self, entry: Entry, values: Sequence[float], formula: Expr | None = None) -> float:
        """The entry's formula (or another in its place) worked with `values`; NaN if it cannot."""
        known = Reading(entry.scope, values)
        try:
            found = (formula or entry.step.formula).evaluate(known, _OPERATIONS)
        except (ArithmeticError, LookupError, ValueError, TypeError):
            return float("nan")
        value = float("nan") if isinstance(found, complex) else float(found)
        places = self.network.round_each
        return value if places is None else on_grid(value, grid_of(places, entry.step.kind, value))

    def grid(self, entry: Entry) -> float:
        """The unit to which a config rounds this quantity; 0 if it does not."""
        places = self.network.round_each
        return 0.0 if places is None else grid_of(places, entry.step.kind, self.truths[entry.slot])

    def partials(self, entry: Entry, values: Sequence[float] | None = None) -> tuple[float, ...]:
        """|∂f/∂operand| for each of the entry's operands, at the truth unless `values` are given.

        Central differences; all formulas are short.
        """
        if values is not None:
            return partials(entry, values, entry.step.formula, entry.operands)
        if entry.slot not in self._partials:
            found = partials(entry, self.truths, entry.step.formula, entry.operands)
            self._partials[entry.slot] = found
        return self._partials[entry.slot]

    def ways(self, entry: Entry) -> tuple[Way, ...]:
        """The formulas by which a person may come to the value, with their operands' slots.

        The step's own comes first; then the chain rule written out, or w + Δw.
        """
        if entry.slot not in self._ways:
            formulas = [] if entry.step.chain is None else [entry.step.chain]
            if entry.step.kind == "new" and entry.step.shown:
                name = partial(self.network.notation.name, p=entry.step.name.parts["p"])
                formulas.append(Ref(name("parameter")) + Ref(name("change")))
            rest = (Way(formula, _slots(formula, entry.scope)) for formula in formulas)
            self._ways[entry.slot] = (Way(entry.step.formula, entry.operands), *rest)
        return self._ways[entry.slot]

    def layer(self, entry: Entry) -> Layer:
        """The layer that a line belongs to."""
        return self.network.layers[entry.step.layer - 1]

    @cached_property
    def epochs(self) -> tuple[int, ...]:
        """Numbers of the epochs on the sheet."""
        return tuple(dict.fromkeys(entry.address.epoch for entry in self.entries))

    @cached_property
    def given_slots(self) -> Mapping[str, int]:
        """Inputs, targets and parameters that the config gives, by their qualified keys."""
        found: dict[str, int] = {}
        several = len(self.network.samples) > 1
        for entry in self.entries:
            for scope, sample in ((entry.scope, entry.address.sample), (entry.scope.batch, 0)):
                for key, number in (scope or {}).items():
                    if number.slot not in self.of_slot:
                        prefix = f"sample{sample}." if several and sample else ""
                        found.setdefault(prefix + key, number.slot)
            if entry.address.epoch > self.entries[0].address.epoch:
                break
        return found


def partials(
    entry: Entry, values: Sequence[float], formula: Expr, operands: Sequence[int]
) -> tuple[float, ...]:
    """|∂formula/∂operand| by central differences, at `values`. 0 where there is no slope."""
    moved = list(values)
    known = Reading(entry.scope, moved)
    found = []
    for slot in operands:
        at = values[slot]
        step = _STEP * max(1.0, abs(at))
        sides = []
        for shifted in (at + step, at - step):
            moved[slot] = shifted
            try:
                sides.append(float(formula.evaluate(known, _OPERATIONS)))
            except (ArithmeticError, LookupError, ValueError, TypeError):
                sides.append(float("nan"))
        moved[slot] = at
        slope = abs(sides[0] - sides[1]) / (2 * step)
        found.append(slope if slope < float("inf") else 0.0)
    return tuple(found)


def sheet_of(
    network: Network,
    epochs: Iterable[int] = (1,),
    before: Before = state_before,
) -> Sheet:
    """The sheet of the epochs with these numbers, and of those before where they are few.

    `before(network, epoch, arithmetic)` gives the state that a later epoch begins with.
    """
    truths: list[float] = []
    arithmetic = _numbered(arithmetic_of(network), truths)
    entries: list[Entry] = []
    wanted = sorted(set(epochs)) or [1]

    for group in _groups(wanted):
        state = None
        if group[0] > 1:
            state = before(network, group[0], arithmetic_of(network))
            number = arithmetic.operations["number"]
            state.values = {key: number(value) for key, value in state.values.items()}
        for line in lines(network, group, arithmetic, state):
            entries.append(_entry(line, network))
            entries += _untrained(line, network, truths)
    return Sheet(network, entries, truths, before)


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
    operands = _slots(step.formula, scope)
    return Entry(line.value.slot, step, at, scope, operands, key, step.shown)


def _slots(formula: Expr, scope: Scope) -> tuple[int, ...]:
    return tuple(dict.fromkeys(scope[ref.name.key].slot for ref in references(formula)))


def _untrained(line: Line, network: Network, truths: list[float]) -> Iterator[Entry]:
    """After the last update of a layer: the gradients and next values of untrained biases."""
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
            value = type(line.value)(step.formula.evaluate(line.scope, _OPERATIONS))
            value.slot = len(truths)
            truths.append(float(value))
            line.scope[step.key] = value
            at = line.address._replace(key=step.key)
            yield _entry(Line(step, at, value, line.scope), network)


def _bias_steps(q: Quantities, layer: Layer, bias: Bias) -> Iterator[Step]:
    """The gradient of a bias, and its next value, which is the old one."""
    yield bias_gradient(q, layer, bias)._replace(stage="update", chain=None, shown=False)
    name = q.network.notation.name("new", p=bias.name)
    formula = Ref(named(q.parameter(bias)))
    yield Step(name, formula, "update", layer.number, "new", shown=False)


def _has(scope: Scope, key: str) -> bool:
    try:
        scope[key]
    except KeyError:
        return False
    return True
