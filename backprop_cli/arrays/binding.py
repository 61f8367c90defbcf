"""Arrays bound to the quantities that their names may mean, and to the samples that they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from backprop_cli.arrays.choosing import groups
from backprop_cli.arrays.judging import CORRECT, WRONG, Item, Judge, Judged, Tolerance
from backprop_cli.arrays.naming.names import Named
from backprop_cli.arrays.naming.words import OF_NO_LAYER, Meaning
from backprop_cli.arrays.orienting import fitting
from backprop_cli.arrays.readings import Reading
from backprop_cli.arrays.working.algebra import Algebra, Matrix
from backprop_cli.arrays.working.program import Program
from backprop_cli.arrays.working.values import shape_text
from backprop_cli.engine import PER_SAMPLE, MatrixName, Network

CERTAIN = {"delta", "gradient"}
"""Kinds whose names nobody gives to anything else."""

NAMED_ERRORS = ("mse", "sse", "bce", "ce", "cross_entropy")
"""Names of one error among several, which may be another than that of the network."""

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
    return [item._replace(keys=_free(item, items, program, found)) for item in items]


def _free(item: Item, items: Sequence[Item], program: Program, found: Named) -> tuple[str, ...]:
    """The meanings of an array without those of another kind that have an array of their own.

    Such an array is one of which nothing else can be meant, or which the convention calls so. Where
    outputs may be raw, one with the same numbers as the net input is another name of it.
    """
    convention = found.convention
    kind = program.names[item.keys[0]].kind
    others = [other for other in items if other.keys[0] in item.keys[1:]]
    if convention is not None and convention.raw_outputs and kind == "out":
        others = [other for other in others if not _is_same(item, other, program.algebra)]
    taken = {
        other.keys[0]
        for other in others
        if (convention is not None and other.name not in found.foreign)
        or len({program.names[key].kind for key in other.keys}) == 1
    }
    return tuple(key for key in item.keys if program.names[key].kind == kind or key not in taken)


def _is_same(item: Item, other: Item, algebra: Algebra) -> bool:
    """Whether two arrays hold the same numbers."""
    if item.array.shape != other.array.shape:
        return False
    columns = item.array.shape[-1] if item.array.shape else 1
    one, two = (algebra.matrix(array.numbers, columns) for array in (item.array, other.array))
    return algebra.differs(one, two, 0, 0) == 0


def strays(
    program: Program, items: Sequence[Item], base: Reading, found: Named
) -> Iterator[tuple[str, str]]:
    """Arrays that only happen to have a name of ours, and why they are left out.

    Their shape is not that of what they may mean, and another array has it; or they are another
    version of the inputs, targets or errors. Only what the convention calls a gradient is one: its
    shape is what is wrong with it.
    """

    def fits(item: Item) -> list[str]:
        return [k for k in item.keys if fitting(program, [item._replace(keys=(k,))], base)]

    taken = {keys[0] for keys in map(fits, items) if keys}
    wide = _with_ones(items, program, base)
    for item in items:
        if item.name in wide:
            yield item.name, f"it has one more than {wide[item.name]}: the 1 of the bias, it seems"
            continue
        kinds = {program.names[key].kind for key in item.keys}
        certain = item.name not in found.foreign and len(item.keys) == 1 and kinds <= CERTAIN
        known = not certain and not taken.isdisjoint(item.keys)
        if not fits(item) and (known or kinds <= {"input", "target"}):
            shape = shape_text(item.array.shape)
            yield item.name, f"its shape {shape} is not that of {item.keys[0]}"


def _with_ones(items: Sequence[Item], program: Program, base: Reading) -> dict[str, str]:
    """The arrays of a program that has the biases in its weights, and what else they would be.

    So it is in courses that write the net input as Θ·[1, x]: what enters a layer has a unit that is
    always 1. Weights and their gradients are told by their shape where such a unit is seen.
    """
    wide = {item.name: key for item in items if (key := _wider(item, program, base))}
    entering = {
        item.name: _has_a_one(item, base.flipped(program.names[wide[item.name]]), program.algebra)
        for item in items
        if item.name in wide and program.names[wide[item.name]].part != "W"
    }
    return {n: key for n, key in wide.items() if entering.get(n, any(entering.values()))}


def _wider(item: Item, program: Program, base: Reading) -> str:
    """Of what an array has one unit, or one weight for each unit, too many; "" if of nothing."""
    given = [length for length in item.array.shape if length != 1]
    for key in item.keys:
        name, (rows, columns) = program.names[key], program.shape(key)
        widened = [rows, columns + 1] if name.part == "W" else [rows + 1, columns]
        wanted = [length for length in widened if length != 1]
        turned = wanted[::-1] if base.flipped(name) else wanted
        if given == turned and (name.part == "W" or name.kind == "out"):
            return key
    return ""


def _has_a_one(item: Item, flipped: bool, algebra: Algebra) -> bool:
    """Whether the first or the last unit of an array is 1 for every sample."""
    rows = algebra.rows(algebra.matrix(item.array.numbers, item.array.shape[-1]))
    units = [*zip(*rows, strict=True)] if flipped else rows
    return any(all(value == 1 for value in unit) for unit in (units[0], units[-1]))


def lent(program: Program, judged: Sequence[Judged], found: Named) -> Iterator[tuple[str, str]]:
    """Wrong arrays whose names are not sure to mean what they are bound to, with the reason."""
    right = {one.key for one in judged if one.status == CORRECT}
    for one in judged:
        reason = _lent(one, program.names[one.key], right, one.item.name in found.foreign)
        if not one.item.array.shape and program.names[one.key].kind in PER_SAMPLE:
            reason = reason or f"it is one number, and {one.key} has more"
        if one.status == WRONG and reason:
            yield one.item.name, reason


def _lent(one: Judged, name: MatrixName, right: Set[str], foreign: bool) -> str:
    """Why a wrong array may be something else with a usual name; "" if it may not.

    Any variable may be called by a letter that another convention has a meaning for. A single
    number called the error of a layer may be that of other samples. Labels may be those of a test,
    and outputs in whole numbers are the classes that are predicted.
    """
    own, key = one.item.name, one.key
    if foreign and len(own) == 1:
        return f"only others call {key} so, and it has other numbers"
    if name.kind in OF_NO_LAYER and re.search(r"\d", own):
        return "it is one number, and not the error of these samples"
    if foreign and name.kind in OF_NO_LAYER and own in NAMED_ERRORS:
        return "it is not the error of the network"
    if name.kind in ("input", "target") and key in right:
        return f"another array is {key}, and it has other numbers"
    if name.kind == "out" and one.item.array.type == "integer" and not re.search(r"\d", own):
        return "it has whole numbers, as predicted classes have"
    return ""


def _meaning(name: MatrixName) -> Meaning:
    """The meaning that a matrix of ours has among the words for names."""
    if name.kind in ("gradient", "change"):
        return Meaning(f"{'dE_d' if name.kind == 'gradient' else 'change_'}{name.part}", name.layer)
    if name.kind == "corrected":
        return Meaning(f"{name.letter}hat_{name.part}", name.layer)
    if name.kind == "state_new":
        return Meaning(f"{name.letter}_{name.part}", name.layer, "_new")
    return _bare(Meaning(name.kind, name.layer, name.suffix))


def _bare(meaning: Meaning) -> Meaning:
    """Without the layer where there is but one."""
    alone = meaning.kind in ("input", "target", "E", "err", "E_total", "E_epoch", "E_mean")
    return meaning._replace(layer=0) if alone else meaning
