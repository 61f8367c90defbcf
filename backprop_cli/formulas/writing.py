"""Formulas written out: as text, as LaTeX, as Python, by the columns of `expr.RULES`."""

from __future__ import annotations

from collections import ChainMap
from typing import Any

from backprop_cli.formulas.expr import (
    ATOM,
    DERIVATIVE,
    LOOSE,
    PRODUCT,
    RULES,
    SUM,
    Expr,
    Leaf,
    Op,
)
from backprop_cli.formulas.matrices import MATRIX_RULES

_WRITTEN = ChainMap(RULES, MATRIX_RULES)

# LaTeX braces do what parentheses do in text.
_LATEX_BRACED = {"/", "exp", "sqrt", "softplus", "softmax"}


def render(expr: Expr, leaf: Leaf, style: str = "text") -> str:
    """`expr` written out. `leaf` gives the text of a number or name, and how tightly it binds.

    `style` is a column of `RULES`: "text", "latex" (mathematics, without delimiters) or "python".
    """
    return _written(expr, leaf, style)[0]


def _written(expr: Expr, leaf: Leaf, style: str) -> tuple[str, int]:
    if not isinstance(expr, Op):
        return leaf(expr)
    if expr.op == "+":
        return _written_sum(expr.args, leaf, style), SUM
    rule = _WRITTEN[expr.op]
    first, later = rule.inside[0], rule.inside[-1]
    if style == "latex" and expr.op in _LATEX_BRACED:
        first = later = LOOSE
    pieces: list[str] = []

    def sets_off(arg: Expr) -> bool:
        return expr.op == "/" and style == "text" and not (isinstance(arg, Op) and arg.op == "+")

    for arg in expr.args:
        text, binds = _written(arg, _set_off(leaf) if sets_off(arg) else leaf, style)
        loose = binds < (later if pieces else first)
        pieces.append(_parenthesised(text, style) if loose else text)
    if expr.op == "if" and style != "python":
        pieces[0] = _comparison(expr.args[0], leaf, style)
    return _assembled(expr.op, pieces, style), rule.binds


def _comparison(test: Expr, leaf: Leaf, style: str) -> str:
    """That `test` is positive; of a difference, that one is greater than the other."""
    terms = test.args if isinstance(test, Op) and test.op == "+" else (test,)
    negated = [term.args[0] for term in terms if isinstance(term, Op) and term.op == "neg"]
    rest = tuple(term for term in terms if not (isinstance(term, Op) and term.op == "neg"))
    if not rest:
        rest, negated = terms, []
    right = _written_sum(tuple(negated), leaf, style) if negated else "0"
    return f"{_written_sum(rest, leaf, style)} > {right}"


def _set_off(leaf: Leaf) -> Leaf:
    """`leaf` with derivatives in parentheses: (∂E/∂w)/2, for ∂E/∂w/2 may be read in two ways."""

    def written(expr: Any) -> tuple[str, int]:
        text, binds = leaf(expr)
        return (f"({text})", ATOM) if binds == DERIVATIVE else (text, binds)

    return written


def _assembled(op: str, pieces: list[str], style: str) -> str:
    """The template of an operator, filled with its operands."""
    template: str = getattr(_WRITTEN[op], style)
    if "{" not in template:
        return template.join(pieces)
    if op == "softmax":
        power = "e^{{{}}}" if style == "latex" else "e^{}"
        return template.format(pieces[0], rest=" + ".join(map(power.format, pieces[1:])))
    if op == "max":
        return template.format(", ".join(pieces))
    return template.format(*pieces)


def _written_sum(terms: tuple[Expr, ...], leaf: Leaf, style: str) -> str:
    """A sum, with the minus of a negated term in place of the plus before it."""
    minus = " − " if style == "text" else " - "
    written: list[str] = []
    for term in terms:
        sign = " + " if written else ""
        if written and isinstance(term, Op) and term.op == "neg":
            sign, term = minus, term.args[0]
        text, binds = _written(term, leaf, style)
        written.append(sign)
        written.append(_parenthesised(text, style) if binds < (PRODUCT if sign else SUM) else text)
    return "".join(written)


def _parenthesised(text: str, style: str) -> str:
    return rf"\left({text}\right)" if style == "latex" else f"({text})"
