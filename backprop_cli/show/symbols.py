"""Formulas as people read them: in symbols, in numbers, in LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from backprop_cli.engine import MatrixName
from backprop_cli.formulas import (
    ATOM,
    DERIVATIVE,
    FLOAT,
    POWER,
    Expr,
    Num,
    Operations,
    Partial,
    render,
)
from backprop_cli.show.numbers import plain

Operand = Callable[[Any], tuple[str, int]]
"""A value inside a formula, and how tightly it binds there: `Format.operand`."""


class Gap(Expr):
    """The terms left out of a long sum."""


GAP = Gap()


def in_symbols(expr: Expr) -> str:
    """A formula with names as symbols, and constants as numbers."""
    return render(expr, leaf_in_symbols)


def in_numbers(
    expr: Expr,
    known: Mapping[str, Any],
    operand: Operand,
    operations: Operations = FLOAT.operations,
) -> str:
    """A formula with the values in `known` in place of its names."""

    def number(leaf: Any) -> tuple[str, int]:
        if isinstance(leaf, Num) or leaf is GAP:
            return leaf_in_symbols(leaf)
        if isinstance(leaf, Partial):
            return operand(leaf.of.evaluate(known, operations))
        return operand(known[leaf.name.key])

    return render(expr, number)


def in_latex(expr: Expr) -> str:
    """A formula as mathematics, without delimiters."""
    return render(expr, _latex, "latex")


def leaf_in_symbols(leaf: Any) -> tuple[str, int]:
    """A constant or a name of a formula as text, and how tightly it binds."""
    if isinstance(leaf, Num):
        return plain(leaf.value)
    if leaf is GAP:
        return "…", ATOM
    text = leaf.name.symbol
    return text, DERIVATIVE if "/" in text else POWER if _is_raised(leaf) else ATOM


def _is_raised(leaf: Any) -> bool:
    """Whether a name ends in the number of a layer, so that nothing more can be raised there."""
    return isinstance(leaf.name, MatrixName) and leaf.name.symbol.endswith(("⁾", "⁺"))


def _latex(leaf: Any) -> tuple[str, int]:
    if not isinstance(leaf, Num):
        return leaf.name.latex, POWER if _is_raised(leaf) else ATOM
    if leaf.value == int(leaf.value):
        return str(int(leaf.value)), ATOM
    if isinstance(leaf.value, Fraction):
        return rf"\frac{{{leaf.value.numerator}}}{{{leaf.value.denominator}}}", ATOM
    return plain(leaf.value)[0], ATOM
