"""A step as data: the fields of its line in JSON and CSV."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from backprop_cli.engine import MatrixLine
from backprop_cli.formulas import references
from backprop_cli.show.numbers import full
from backprop_cli.show.page import Page
from backprop_cli.show.rows import Row, laws_of
from backprop_cli.show.symbols import in_latex


def steps_data(page: Page) -> Iterator[dict[str, Any]]:
    """The fields of every step, numbers as they were computed."""
    law_of = laws_of(page.network)
    for row in page.rows(whole=True):
        yield _data(row, law_of(row.line.step).text)


def _data(row: Row, law: str) -> dict[str, Any]:
    line, step = row.line, row.line.step
    at = line.address
    data: dict[str, Any] = {
        "epoch": at.epoch,
        "batch": at.batch or None,
        "sample": at.sample or None,
        "stage": step.stage,
        "layer": step.layer or None,
        "kind": step.kind,
        "key": step.key,
        "symbol": row.symbol,
        "latex": f"{step.name.latex} = {in_latex(step.formula)}",
        "law": law,
        "formula": row.formula,
        "numbers": row.numbers,
        "operands": list(dict.fromkeys(ref.name.key for ref in references(step.formula))),
        **value_data(line.value),
    }
    if row.chain:
        data |= {"chain": row.chain, "chain_numbers": row.chain_numbers}
    if isinstance(line, MatrixLine):
        if not isinstance(line.value[0][0], float):
            data["exact"] = [list(map(full, row)) for row in line.value]
    elif not isinstance(line.value, float):
        data["exact"] = full(line.value)
    return data


def value_data(value: Any) -> dict[str, Any]:
    """The value of a step; of a whole layer its shape and its rows."""
    if not isinstance(value, tuple):
        return {"value": as_number(value)}
    shape = [len(value), len(value[0])]
    rows = [list(map(as_number, row)) for row in value]
    return {"form": "matrix", "shape": shape, "value": rows}


def as_number(value: Any) -> float | None:
    """`value` as a float for JSON; None where it is not finite, which JSON cannot say."""
    number = float(value)
    return number if math.isfinite(number) else None
