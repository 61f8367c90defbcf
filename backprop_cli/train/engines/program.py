"""What one update computes, as numbered values: the steps of the textbook, ready to be emitted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from backprop_cli.engine import Name, Network, Quantities, Step, batch_phases, named
from backprop_cli.formulas import Exact
from backprop_cli.train.engines.values import Leaf, Operation, Values

FIXED, SHARED = 0, 1


@dataclass(slots=True)
class Program:
    """The values of one update, by number.

    `state` has key, old and new value of all that an update changes; `sample` the inputs and
    targets; `fixed` what never changes, with its number; `sums` each sum over the samples of a
    batch, with the value of one sample that goes into it. `size` is the number of samples of a
    batch, `count` that of the updates, this one included.

    `levels` says where each value is computed: once (`FIXED`), at the beginning of an update
    (`SHARED`), for each sample of a first loop over the batch (2), after it (3), in a second loop
    (4), and so on. Where every sample makes an update of its own, there is but one loop (2).
    """

    values: Values = field(default_factory=Values)
    names: dict[str, int] = field(default_factory=dict)
    state: list[tuple[str, int, int]] = field(default_factory=list)
    sample: list[int] = field(default_factory=list)
    fixed: dict[int, float] = field(default_factory=dict)
    sums: dict[int, int] = field(default_factory=dict)
    outputs: list[int] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    error: int = 0
    size: int = 0
    count: int = 0


def program(network: Network) -> Program:
    """The program of one update of `network`, from its steps."""
    q, made = Quantities(network), Program()
    values, names = made.values, made.names
    _give(made, q.constants(), made.fixed)
    _give(made, q.initial(), made.fixed)
    _give(made, q.sample(network.samples[0]), {})
    made.sample = [names[name.key] for name, _ in q.sample(network.samples[0])]
    made.count = names[named(q.constant("t")).key] = values.number(Leaf("t"))
    made.size = values.number(Leaf("size"))
    for phase in batch_phases(network, (1,))[:-1]:
        for step in phase.steps:
            if network.reduces and not phase.per_sample and step.kind == "gradient":
                names[step.key] = _reduced(made, network, step)
            else:
                names[step.key] = values.of(step.formula, names)
    made.state = [(old.key, made.values.number(Leaf(old.key)), names[new.key])
                  for new, old in q.renewals()]  # fmt: skip
    for _, old, _ in made.state:
        del made.fixed[old]
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
    """Find the level of every value."""
    shared = SHARED if reduces else 2
    of_leaf = dict.fromkeys(made.sample, 2) | {made.count: shared, made.size: SHARED}
    of_leaf |= {old: shared for _, old, _ in made.state}
    levels = made.levels
    for number, node in enumerate(made.values.nodes):
        if isinstance(node, Operation):
            levels.append(_level([levels[arg] for arg in node.args]))
        elif number in made.sums:
            levels.append(max(levels[made.sums[number]], 2) + 1)
        else:
            levels.append(of_leaf.get(number, FIXED))


def _level(of_arguments: list[int]) -> int:
    """A value for each sample that needs a sum over the samples is computed in the next loop."""
    level = max(of_arguments)
    per_sample = any(other > FIXED and other % 2 == 0 for other in of_arguments)
    return level + 1 if level % 2 and per_sample else level
