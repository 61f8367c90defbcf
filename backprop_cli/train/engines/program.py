"""What one update computes, as numbered values: the steps of the textbook, ready to be emitted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from backprop_cli.engine import Name, Network, Quantities, Step, batch_phases, named
from backprop_cli.formulas import Exact
from backprop_cli.train.engines.values import Leaf, Operation, Values


class Place(NamedTuple):
    """Where in an update a value is computed; places are ordered as they are computed.

    In each round of an update, counted from 1, some values are computed once, and then those of
    each sample, inside a loop over the samples. What needs a sum over the samples of one round
    belongs to the next.
    """

    round: int
    inside: bool


FIXED = Place(0, False)
"""Before all updates."""

SHARED = Place(1, False)
"""At the beginning of an update, for all of its samples."""

SAMPLE = Place(1, True)
"""In the first loop over the samples; in the only one, where each makes an update of its own."""


@dataclass(slots=True)
class Program:
    """The values of one update, by number.

    `state` has key, old and new value of all that an update changes; `sample` the inputs and
    targets; `fixed` what never changes, with its value; `sums` each sum over the samples of a
    batch, with the value of one sample that goes into it. `size` is the number of samples of a
    batch, `count` that of the updates, this one included.

    `places` says where each value is computed.
    """

    values: Values = field(default_factory=Values)
    names: dict[str, int] = field(default_factory=dict)
    state: list[tuple[str, int, int]] = field(default_factory=list)
    sample: list[int] = field(default_factory=list)
    fixed: dict[int, float] = field(default_factory=dict)
    sums: dict[int, int] = field(default_factory=dict)
    outputs: list[int] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    error: int = field(init=False)
    size: int = field(init=False)
    count: int = field(init=False)


def program(network: Network) -> Program:
    """The program of one update of `network`, from its steps."""
    q, made = Quantities(network), Program()
    values, names = made.values, made.names
    _give(made, q.constants(), made.fixed)
    _give(made, q.initial(), made.fixed)
    _give(made, q.sample(network.samples[0]), {})
    made.sample = [names[name.key] for name, _ in q.sample(network.samples[0])]
    made.count = names[named(q.constant("t")).key] = values.number(Leaf("t"))
    made.size = values.number(Leaf("size of the batch"))
    for phase in batch_phases(network, (1,))[:-1]:
        for step in phase.steps:
            if network.reduces and not phase.per_sample and step.kind == "gradient":
                names[step.key] = _reduced(made, network, step)
            else:
                names[step.key] = values.of(step.formula, names)
    made.state = [
        (old.key, values.number(Leaf(old.key)), names[new.key]) for new, old in q.renewals()
    ]
    for _, old, _ in made.state:
        del made.fixed[old]
    made.fixed |= values.constants
    made.error = names[named(q.total_error()).key]
    made.outputs = [names[named(q.out(unit)).key] for unit in network.outputs]
    _place(made, network.reduces)
    return made


def _give(made: Program, givens: Iterable[tuple[Name, Exact]], known: dict[int, float]) -> None:
    for name, value in givens:
        number = made.values.number(Leaf(name.key))
        made.names[name.key] = number
        known[number] = float(value)


def _reduced(made: Program, network: Network, step: Step) -> int:
    """The mean or sum over a batch whose size is open; its terms are added up one by one."""
    total = made.values.number(Leaf(f"sum of {step.key}"))
    made.sums[total] = made.names[step.key]
    if network.reduction == "sum":
        return total
    return made.values.number(Operation("/", (total, made.size)))


def _place(made: Program, reduces: bool) -> None:
    """Find the place of every value."""
    shared = SHARED if reduces else SAMPLE
    of_leaf = dict.fromkeys(made.sample, SAMPLE) | {made.count: shared, made.size: SHARED}
    of_leaf |= {old: shared for _, old, _ in made.state}
    for number, node in enumerate(made.values.nodes):
        if number in made.sums:
            of_leaf[number] = Place(adding_round(made.places[made.sums[number]]) + 1, False)
        made.places.append(
            place_of(made.places[arg] for arg in node.args)
            if node.args
            else of_leaf.get(number, FIXED)
        )


def place_of(operands: Iterable[Place]) -> Place:
    """The first place that has all operands: inside the loop if one of them is."""
    rounds, inside = zip(*operands, strict=True)
    return Place(max(rounds), any(inside))


def adding_round(of_one: Place) -> int:
    """The round whose loop adds a value up over the samples."""
    return max(of_one.round, SAMPLE.round)


def fixed_values(program: Program) -> list[int]:
    """What is handed over as `fixed`, in order."""
    return sorted(program.fixed)
