"""Arrays bound to the quantities that their names may mean, and to the samples that they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from backprop_cli.arrays.choosing import fitting, groups
from backprop_cli.arrays.judging import CORRECT, Item, Judge, Tolerance
from backprop_cli.arrays.naming.names import Named
from backprop_cli.arrays.naming.words import Meaning
from backprop_cli.arrays.readings import Reading
from backprop_cli.arrays.working.algebra import Algebra, Matrix
from backprop_cli.arrays.working.program import Program
from backprop_cli.arrays.working.values import shape_text
from backprop_cli.engine import MatrixName, Network

NOT_THERE = "this network has no such quantity"
MOST_ALONE = 50
"""Samples that are tried one by one where the arrays hold one alone."""


class Bound(NamedTuple):
    """The samples that the arrays hold, numbered from 1, the program that takes these together,
    and the arrays with what they may mean.
    """

    samples: tuple[int, ...]
    program: Program
    items: list[Item]


TURNED = [Reading(rows, by_sender) for rows in (False, True) for by_sender in (False, True)]
"""Every way round that arrays may stand."""


def bound(network: Network, found: Named, algebra: Algebra) -> Bound:
    """The samples that the arrays hold: those whose number fits most of the shapes.

    Of samples that are tried one by one, that whose numbers are most often right.
    """
    several, *others = groups(network)
    tried = [_group(network, found, algebra, several)]
    known = tried[0][1].parameters
    tried += [_group(network, found, algebra, group, known) for group in others]
    counts = [max(fitting(program, items, way) for way in TURNED) for _, program, items in tried]
    best = tried[counts.index(max(counts))]
    if len(best[0]) > 1 or len(network.samples) == 1:
        return best

    def right(pair: Bound) -> int:
        judge = Judge(pair.program, pair.items, Tolerance(1e-6))
        return max(sum(one.status == CORRECT for one in judge.judged(way)) for way in TURNED)

    every = ((number,) for number in range(1, min(len(network.samples), MOST_ALONE) + 1))
    return max((_group(network, found, algebra, group, known) for group in every), key=right)


def _group(
    network: Network,
    found: Named,
    algebra: Algebra,
    group: tuple[int, ...],
    parameters: Mapping[str, Matrix] | None = None,
) -> Bound:
    program = Program(network, group, algebra, parameters)
    return Bound(group, program, _items(program, found))


def _items(program: Program, found: Named) -> list[Item]:
    keys = {_meaning(name): key for key, name in program.names.items()}
    items = []
    for name, array in found.arrays.items():
        meant = [keys.get(_bare(meaning)) for meaning in found.meanings.get(name, ())]
        known = tuple(dict.fromkeys(key for key in meant if key is not None))
        if known:
            items.append(Item(name, array, known))
    return [item._replace(keys=_free(item, items, program)) for item in items]


def _free(item: Item, items: Sequence[Item], program: Program) -> tuple[str, ...]:
    """The meanings of an array without those of another kind that have an array of their own."""
    kind = program.names[item.keys[0]].kind
    taken = {other.keys[0] for other in items if other.name != item.name}
    return tuple(key for key in item.keys if program.names[key].kind == kind or key not in taken)


def strays(program: Program, items: Sequence[Item], base: Reading) -> Iterator[tuple[str, str]]:
    """Arrays that only happen to have a name of ours, and why they are left out.

    Their shape is not that of what they may mean, and another array has it; or they are another
    version of the inputs, targets or errors.
    """

    def fits(item: Item) -> bool:
        return fitting(program, [item], base) == 1

    taken = {key for item in items if fits(item) for key in item.keys}
    for item in items:
        kinds = {program.names[key].kind for key in item.keys}
        if not fits(item) and (taken & {*item.keys} or kinds <= {"input", "target"}):
            shape = shape_text(item.array.shape)
            yield item.name, f"its shape {shape} is not that of {item.keys[0]}"


def _meaning(name: MatrixName) -> Meaning:
    """The meaning that a matrix of ours has among the words for names."""
    if name.kind in ("gradient", "change"):
        return Meaning(f"{'dE_d' if name.kind == 'gradient' else 'change_'}{name.part}", name.layer)
    if name.kind == "state_new":
        return Meaning(f"{name.letter}_{name.part}", name.layer, "_new")
    return _bare(Meaning(name.kind, name.layer, name.suffix))


def _bare(meaning: Meaning) -> Meaning:
    """Without the layer where there is but one."""
    alone = meaning.kind in ("input", "target", "E", "err", "E_total", "E_epoch", "E_mean")
    return meaning._replace(layer=0) if alone else meaning
