"""A step as data: the fields of its line in JSON and CSV."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from backprop_cli.formulas import references
from backprop_cli.show.laws import Laws
from backprop_cli.show.numbers import full
from backprop_cli.show.page import Page
from backprop_cli.show.rows import Row
from backprop_cli.show.symbols import in_latex


def steps_data(page: Page) -> Iterator[dict[str, Any]]:
    """The fields of every step, numbers as they were computed."""
    laws = Laws(page.network)
    for row in page.rows(whole=True):
        yield _data(row, laws.of(row.line.step))


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
        "value": as_number(line.value),
    }
    if row.chain:
        data |= {"chain": row.chain, "chain_numbers": row.chain_numbers}
    if not isinstance(line.value, float):
        data["exact"] = full(line.value)
    return data


def as_number(value: Any) -> float | None:
    """`value` as a float for JSON; None where it is not finite, which JSON cannot say."""
    number = float(value)
    return number if math.isfinite(number) else None
