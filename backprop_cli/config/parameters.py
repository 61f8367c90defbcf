"""The weights and biases of a config: their shapes, and those drawn at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from backprop_cli.config.checker import Checker
from backprop_cli.config.fields import INIT_METHODS, with_defaults
from backprop_cli.config.kinds import INVALID, plural, there_are
from backprop_cli.config.positions import KeyPath
from backprop_cli.config.random_weights import RandomWeights, Rows
from backprop_cli.formulas import Exact

MAX_PARAMETERS = 1_000_000
"""Larger networks are refused: a program that shows every number would never come to an end."""


class Biases(NamedTuple):
    """The biases of a layer: one that it shares, or one for each unit, or none (shared None)."""

    shared: bool | None
    values: list[Exact]


class Shape(NamedTuple):
    """What the weights of a layer must fit: the units below (None: not known), and how they lie."""

    fan_in: int | None
    rows_from: bool


def weights_of(
    checker: Checker, blocks: Sequence[Mapping[str, Any]], shape: Shape, seed: Any
) -> list[Rows] | None:
    """For each layer a row of weights per neuron; None if anything is wrong with them."""
    drawn = RandomWeights(seed if seed is not INVALID else 0)
    found: list[Any] = []
    count = 0
    for index, block in enumerate(blocks):
        path: KeyPath = ("layers", index)
        rows = block.get("weights", INVALID)
        units = block.get("units", INVALID)
        if rows is not INVALID:
            rows = _fitting(checker, rows, shape, (*path, "weights"))
            count += 0 if rows is INVALID else len(rows) * len(rows[0])
        elif "weights" not in block and units is not INVALID:
            init = _init(checker, block.get("init", {}), (*path, "init"))
            count += units * (shape.fan_in or 1)
            if count <= MAX_PARAMETERS and init is not INVALID and shape.fan_in is not None:
                rows = drawn.rows(init, shape.fan_in, units)
        if count > MAX_PARAMETERS:
            what = f"the network has more than {MAX_PARAMETERS:,} weights, too many to show"
            checker.problem((*path, "units" if "units" in block else "weights"), what)
            return None
        found.append(rows)
        shape = shape._replace(fan_in=_units(block, rows))
    return found if found and all(rows is not INVALID for rows in found) else None


def _units(block: Mapping[str, Any], rows: Any) -> int | None:
    """How many units a layer has, if that is known although something else is wrong with it."""
    if rows is not INVALID:
        return len(rows)
    units = block.get("units", INVALID)
    return None if units is INVALID or "weights" in block else int(units)


def _init(checker: Checker, given: Any, path: KeyPath) -> Any:
    """The checked table with its defaults, or `INVALID`."""
    found = checker.table("init", given, path)
    init = with_defaults("init", found)
    method = init["method"]
    if not isinstance(given, Mapping) or method is INVALID:
        return INVALID
    unused = [key for key in found if key not in ("method", *INIT_METHODS[method])]
    for key in unused:
        known = " ".join(INIT_METHODS[method]) or "none"
        checker.problem((*path, key), f"{method} has no {key}", f"parameters of {method}: {known}")
    if unused or any(value is INVALID for value in init.values()):
        return INVALID
    low, high = float(init["low"]), float(init["high"])
    if low > high:
        return checker.problem(path, f"low is {low:g}, above high, {high:g}")
    return init


def _fitting(checker: Checker, rows: Rows, shape: Shape, path: KeyPath) -> Any:
    """A row of weights per neuron, if all are of the length that they must have."""
    if not shape.rows_from:
        return _checked(checker, rows, shape.fan_in, path)
    if shape.fan_in is not None and len(rows) != shape.fan_in:
        what = f"{there_are(len(rows), 'row')}, but {_feeding(shape.fan_in)}"
        hint = 'one row per sending unit, as weight_rows = "from" says'
        return checker.problem(path, what, hint)
    rows = _checked(checker, rows, None, path)
    return rows if rows is INVALID else [list(row) for row in zip(*rows, strict=True)]


def _checked(checker: Checker, rows: Rows, fan_in: int | None, path: KeyPath) -> Any:
    """`rows` if each has `fan_in` numbers, or as many as the first; else `INVALID`."""
    sizes = [len(row) for row in rows]
    length = sizes[0] if fan_in is None else fan_in
    wrong = [index for index, size in enumerate(sizes) if size != length]
    reason, hint = f"row 1 has {length}", "all rows have the same length"
    if fan_in is not None:
        reason, hint = _feeding(fan_in), "give each neuron one weight per incoming unit"
    if len(wrong) == len(rows) > 1 and len(set(sizes)) == 1:
        each = f"each row has {plural(sizes[0], 'number')}, but {reason}"
        return checker.problem(path, each, hint)
    for index in wrong:
        row = f"row {index + 1} has {plural(sizes[index], 'number')}, but {reason}"
        checker.problem(path, row, hint, at=(*path, index))
    return INVALID if wrong else rows


def _feeding(units: int) -> str:
    return "1 unit feeds this layer" if units == 1 else f"{units} units feed this layer"


def biases_of(
    checker: Checker, blocks: Sequence[Mapping[str, Any]], weights: list[Rows] | None
) -> list[Biases]:
    """The biases of each layer."""
    found: list[Biases] = []
    for index, block in enumerate(blocks):
        values = block.get("biases")
        if values is None or values is INVALID:
            found.append(Biases(True, [block["bias"]]) if "bias" in block else Biases(None, []))
            continue
        units = len(values) if weights is None else len(weights[index])
        if len(values) != units:
            what = (
                f"{there_are(len(values), 'number')}, but {plural(units, 'neuron')} in this layer"
            )
            hint = "one shared by the whole layer is written bias = …"
            checker.problem(("layers", index, "biases"), what, hint)
        found.append(Biases(False, values))
    return found
