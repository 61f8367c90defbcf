"""A step as data: the fields of its line in JSON and CSV."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from backprop_cli.expr import ATOM, Num, references, render
from backprop_cli.laws import in_symbols
from backprop_cli.numbers import full
from backprop_cli.page import Page
from backprop_cli.rows import Row

__all__ = ["as_number", "steps_data"]


def steps_data(page: Page) -> Iterator[dict[str, Any]]:
    """The fields of every step, numbers as they were computed."""
    for row in page.rows(whole=True):
        yield _data(page, row)


def _data(page: Page, row: Row) -> dict[str, Any]:
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
        "latex": f"{step.name.latex} = {render(step.formula, _latex_leaf, 'latex')}",
        "law": step.law,
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


def _latex_leaf(leaf: Any) -> tuple[str, int]:
    if isinstance(leaf, Num):
        return _latex_number(leaf), ATOM
    return leaf.name.latex, ATOM


def _latex_number(number: Num) -> str:
    if number.value == int(number.value):
        return str(int(number.value))
    if hasattr(number.value, "numerator") and not isinstance(number.value, int):
        return rf"\frac{{{number.value.numerator}}}{{{number.value.denominator}}}"
    return in_symbols(number)
