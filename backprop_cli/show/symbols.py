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
Leaf = Callable[[Any], tuple[str, int]]
"""The same of a constant or a name."""


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
    return render(expr, _numbers(known, operand, operations, leaf_in_symbols))


def in_latex(expr: Expr) -> str:
    """A formula as mathematics, without delimiters."""
    return render(expr, leaf_in_latex, "latex")


def numbers_in_latex(
    expr: Expr,
    known: Mapping[str, Any],
    operand: Operand,
    operations: Operations = FLOAT.operations,
) -> str:
    """The same with the values in `known` in place of its names: the numbers of `in_numbers`."""

    def typeset(value: Any) -> tuple[str, int]:
        text, binds = operand(value)
        return number_in_latex(text), binds

    return render(expr, _numbers(known, typeset, operations, leaf_in_latex), "latex")


def _numbers(
    known: Mapping[str, Any], operand: Operand, operations: Operations, constant: Leaf
) -> Leaf:
    """What writes the value of a name in its place; a `constant` is written as in symbols."""

    def number(leaf: Any) -> tuple[str, int]:
        if isinstance(leaf, Num) or leaf is GAP:
            return constant(leaf)
        if isinstance(leaf, Partial):
            return operand(leaf.of.evaluate(known, operations))
        return operand(known[leaf.name.key])

    return number


def number_in_latex(text: str) -> str:
    """A number as it is typeset: 1.2e-9 is 1.2 \\cdot 10^{-9}, and 3/8 a fraction."""
    if text in _IN_WORDS:
        return _IN_WORDS[text]
    mantissa, _, power = text.partition("e")
    if power:
        return rf"{mantissa} \cdot 10^{{{power}}}"
    above, _, below = text.partition("/")
    if not below:
        return text
    sign = "-" if above.startswith("-") else ""
    return rf"{sign}\frac{{{above.removeprefix('-')}}}{{{below}}}"


_IN_WORDS = {"nan": r"\mathrm{nan}", "inf": r"\infty", "-inf": r"-\infty"}


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


def leaf_in_latex(leaf: Any) -> tuple[str, int]:
    """A constant or a name of a formula as mathematics, and how tightly it binds."""
    if leaf is GAP:
        return r"\cdots", ATOM
    if not isinstance(leaf, Num):
        text: str = leaf.name.latex
        raised = _is_raised(leaf) or "^" in text
        return text, DERIVATIVE if r"\frac" in text else POWER if raised else ATOM
    if leaf.value == int(leaf.value):
        return str(int(leaf.value)), ATOM
    if isinstance(leaf.value, Fraction):
        return rf"\frac{{{leaf.value.numerator}}}{{{leaf.value.denominator}}}", DERIVATIVE
    text, binds = plain(leaf.value)
    return number_in_latex(text), binds
