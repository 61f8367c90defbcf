"""Which steps of a large network stand on the page: those of the first and last units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from backprop_cli.engine import Bias, Line, Network, Parameter, Unit
from backprop_cli.show import stage_of

MOST_UNITS = 200
"""A network of more units is shown folded."""
FIRST, LAST = 3, 2
"""Of a folded layer, as of a long sum: w1·i1 + w2·i2 + w3·i3 + … + w783·i783 + w784·i784."""
MOST_IN_LAYER = 12
"""A layer of more units is one that is folded."""

Place = tuple[int, int, int, str, int]


class Folded(NamedTuple):
    """The lines that are shown, and how many are `left_out` at each place."""

    lines: list[Line]
    left_out: Counter[Place]


def folded(network: Network, lines: Iterable[Line]) -> Folded:
    """`lines` without those of units, weights and biases in the middle of large layers."""
    if sum(network.shape) <= MOST_UNITS:
        return Folded(list(lines), Counter())
    units = {
        unit.name
        for layer in (network.inputs, *(layer.units for layer in network.layers))
        for unit in _middle(layer)
    }
    parameters = {p.name for p in network.parameters() if _is_hidden(p, units.__contains__)}
    hidden = {"u": units, "v": units, "p": parameters}
    shown, left_out = list[Line](), Counter[Place]()
    for line in lines:
        parts = line.step.name.parts
        if any(parts.get(part) in names for part, names in hidden.items()):
            left_out[place_of(line)] += line.step.shown
        else:
            shown.append(line)
    return Folded(shown, left_out)


def place_of(line: Line) -> Place:
    """The section that a line belongs to."""
    at, stage = line.address, stage_of(line.step)
    layer = line.step.layer if stage in ("forward", "backward") else 0
    return at.epoch, at.batch, at.sample, stage, layer


def _middle(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    return units[FIRST:-LAST] if len(units) > MOST_IN_LAYER else ()


def _is_hidden(parameter: Parameter, unit_is_hidden: Callable[[str], bool]) -> bool:
    if isinstance(parameter, Bias):
        return all(unit_is_hidden(unit.name) for unit in parameter.receivers)
    return unit_is_hidden(parameter.sender.name) or unit_is_hidden(parameter.receiver.name)
