"""The sheet that answers are marked against: every line of some epochs, numbered.

Each line of a run becomes an `Entry` that knows which earlier lines its operands come from, so
that it can be worked again with other numbers: a student's, or those of a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from math import hypot, isfinite
from typing import Any, NamedTuple

from backprop_cli.engine import Address, Layer, Network, Scope, State, Step
from backprop_cli.formulas import FLOAT, Arithmetic, Expr, Op, Ref, references
from backprop_cli.marking.sheet.paper import grid_of, on_grid

Before = Callable[[Network, int, Arithmetic, tuple[int, State] | None], State]
"""The state of a network that the epoch with this number begins with.

The last argument is an epoch before, and its state, from which to go on; None for the first.
"""

_STEP = 1e-6
_OPERATIONS = FLOAT.operations


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the sheet. `operands` are the slots its formula reads, each once.

    `asked` is False for a line that the textbook leaves out but that may be answered: the
    gradient, the change and the next value of a bias that is not trained.
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
        self, network: Network, entries: Sequence[Entry], truths: list[float], before: Before
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

    def largest(self, entry: Entry) -> float:
        """The size of the largest number of the entry's kind in its layer."""
        return self._largest[entry.step.kind, entry.step.layer]

    @cached_property
    def _largest(self) -> Mapping[tuple[str, int], float]:
        found: dict[tuple[str, int], float] = {}
        for entry in self.entries:
            key, size = (entry.step.kind, entry.step.layer), abs(self.truths[entry.slot])
            found[key] = max(found.get(key, 0.0), size if isfinite(size) else 0.0)
        return found

    @cached_property
    def roundings(self) -> Sequence[float]:
        """For every slot, how much its value moves, in relative roundings, if all before it and it
        are rounded once in each operation: as independent errors add up, √Σ(∂f/∂operand · error)².
        """
        errors = [abs(truth) for truth in self.truths]
        for entry in self.entries:
            pairs = list(zip(self.partials(entry), entry.operands, strict=True))
            before = hypot(*(slope * errors[slot] for slope, slot in pairs))
            within = hypot(*(slope * self.truths[slot] for slope, slot in pairs))
            errors[entry.slot] = hypot(before, within, self.truths[entry.slot])
        return errors

    def ways(self, entry: Entry) -> tuple[Way, ...]:
        """The formulas by which a person may come to the value, with their operands' slots.

        The step's own comes first; then the chain rule written out, or w + Δw.
        """
        if entry.slot not in self._ways:
            formulas = [] if entry.step.chain is None else [entry.step.chain]
            if entry.step.kind == "new" and entry.step.shown:
                name = partial(self.network.notation.name, p=entry.step.name.parts["p"])
                formulas.append(Ref(name("parameter")) + Ref(name("change")))
            rest = (Way(formula, slots_of(formula, entry.scope)) for formula in formulas)
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
        seen: set[tuple[int, int]] = set()
        several = len(self.network.samples) > 1
        for entry in self.entries:
            for scope, sample in ((entry.scope, entry.address.sample), (entry.scope.batch, 0)):
                if (id(scope), sample) in seen:
                    continue
                seen.add((id(scope), sample))
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
    """|∂formula/∂operand| by central differences, at `values`. 0 where there is no slope.

    Of a sum, only the terms that read an operand are worked: there may be a thousand others.
    """
    moved = list(values)
    known = Reading(entry.scope, moved)
    terms: dict[int, list[Expr]] = {}
    if isinstance(formula, Op) and formula.op == "+":
        for term in formula.args:
            for slot in slots_of(term, entry.scope):
                terms.setdefault(slot, []).append(term)
    found = []
    for slot in operands:
        at = values[slot]
        step = _STEP * max(1.0, abs(at))
        sides = []
        for shifted in (at + step, at - step):
            moved[slot] = shifted
            try:
                parts = terms.get(slot, (formula,))
                sides.append(float(sum(part.evaluate(known, _OPERATIONS) for part in parts)))
            except (ArithmeticError, LookupError, ValueError, TypeError):
                sides.append(float("nan"))
        moved[slot] = at
        slope = abs(sides[0] - sides[1]) / (2 * step)
        found.append(slope if slope < float("inf") else 0.0)
    return tuple(found)


def slots_of(formula: Expr, scope: Scope) -> tuple[int, ...]:
    """The slots that a formula reads, each once."""
    return tuple(dict.fromkeys(scope[ref.name.key].slot for ref in references(formula)))
