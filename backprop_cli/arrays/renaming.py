"""Matrices that a person wrote under the names of another author, under ours.

They are marked number by number then, by the digits that were written, as all answers are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from backprop_cli.arrays.binding import bound
from backprop_cli.arrays.choosing import best_of
from backprop_cli.arrays.judging import Judge, Tolerance
from backprop_cli.arrays.naming.names import named
from backprop_cli.arrays.orienting import oriented
from backprop_cli.arrays.readings import Reading
from backprop_cli.arrays.working.algebra import ListAlgebra
from backprop_cli.arrays.working.program import Program
from backprop_cli.arrays.written import Written, sheet_of
from backprop_cli.engine import PER_SAMPLE, MatrixName, Network
from backprop_cli.errors import UsageError
from backprop_cli.marking.reading import Item, Number

ROUGHLY = Tolerance(1e-2)
"""What a person wrote is rounded, which is to stand in nobody's way here."""


def in_our_names(
    items: Sequence[Item], network: Network, known: Callable[[str], bool], names: str | None = None
) -> list[Item]:
    """The items, with our keys and our layout for matrices whose names are not `known`.

    Raises `UsageError` where the names or the layout of these stay open.
    """
    foreign = [
        item for item in items if item.is_matrix and item.problem is None and not known(item.key)
    ]
    if not foreign:
        return list(items)
    matrices = sheet_of(foreign, False).matrices
    arrays = {one.name: _filled(one.numbers) for one in reversed(matrices)}  # of the first sample
    found = named(arrays, network, names or "auto")
    samples, program, bindings = bound(network, found, ListAlgebra())
    if not bindings:
        return list(items)
    bases = oriented(program, bindings, found.convention, None, None)
    judge = Judge(program, bindings, ROUGHLY)
    best = best_of(bases, network, judge, samples, found.convention)
    keys = {one.item.name: one.key for one in best.judged}
    ours = {
        id(one.item): _ours(one.item, one, keys[one.name], best.reading, program)
        for one in matrices
        if one.name in keys
    }
    return [ours.get(id(item), item) for item in items]


def _filled(numbers: Any) -> Any:
    """Nested lists of floats, with 0 for a blank."""
    if isinstance(numbers, list):
        return [_filled(inner) for inner in numbers]
    return numbers.value if isinstance(numbers, Number) else 0.0


def _ours(item: Item, matrix: Written, key: str, reading: Reading, program: Program) -> Item:
    name = program.names[key]
    factor = reading.factor(name, program.q.samples)
    if abs(factor) != 1:
        what = f"{item.key}: by the names these numbers have the 1/m of a mean elsewhere than here"
        raise UsageError(what, f"write them as {key}, or give all digits, as arrays")
    written = _written(matrix.numbers, factor < 0)
    turned = reading.flipped(name) != (program.network.notation.sample_rows and _has_sides(name))
    if turned and written and isinstance(written[0], list):
        written = [list(column) for column in zip(*written, strict=True)]
    return replace(item, key=key, value=written)


def _has_sides(name: MatrixName) -> bool:
    return name.kind in PER_SAMPLE or name.part == "W"


def _written(numbers: Any, negated: bool) -> Any:
    """The numbers as they were typed, or with the other sign; "" for a blank."""
    if isinstance(numbers, list):
        return [_written(inner, negated) for inner in numbers]
    if not isinstance(numbers, Number):
        return ""
    text = numbers.written
    return text if not negated else text[1:] if text.startswith("-") else f"-{text}"
