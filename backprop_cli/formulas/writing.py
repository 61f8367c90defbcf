"""Formulas written out: as text, as LaTeX, as Python, by the columns of `expr.RULES`."""

from __future__ import annotations

from collections import ChainMap
from typing import Any

from backprop_cli.formulas.expr import (
    ATOM,
    CLOSED,
    DERIVATIVE,
    LOOSE,
    OPENED,
    POWER,
    PRODUCT,
    RULES,
    SUM,
    Expr,
    Leaf,
    Op,
)
from backprop_cli.formulas.matrices import MATRIX_RULES

_WRITTEN = ChainMap(RULES, MATRIX_RULES)

_TYPESET = ("latex", "mathml")
# Braces, and boxes of MathML, do what parentheses do in text.
_BRACED = {"/", "exp", "sqrt", "softplus", "softmax"}
# What stands between the terms of a sum, and around what is loose.
_PLUS = {"mathml": '<mo form="infix">+</mo>'}
_MINUS = {"text": " − ", "mathml": '<mo form="infix">−</mo>'}
_PARENTHESES = {
    "latex": r"\left({}\right)",
    "mathml": "<mrow>" + OPENED + "{}" + CLOSED + "</mrow>",
    "tall": "<mrow><mo>(</mo>{}<mo>)</mo></mrow>",
}


def render(expr: Expr, leaf: Leaf, style: str = "text") -> str:
    """`expr` written out. `leaf` gives the text of a number or name, and how tightly it binds.

    `style` is a column of `RULES`: "text", "latex" (mathematics, without delimiters), "mathml" (a
    row of elements, without <math>) or "python".
    """
    return _written(expr, leaf, style)[0]


def render_pieces(expr: Expr, leaf: Leaf, style: str) -> list[str]:
    """`expr` written out, in pieces between which a line may be broken.

    These are the terms of a sum, or the factors of a product, each with the operator before it.
    """
    if not (isinstance(expr, Op) and expr.op in ("+", "*")):
        return [render(expr, leaf, style)]
    if expr.op == "+":
        return _terms(expr.args, leaf, style)
    rule = _WRITTEN["*"]
    between = getattr(rule, style)
    written = [_written(arg, leaf, style) for arg in expr.args]
    factors = [_parenthesised(text, style) if binds < rule.inside[-1] else text
               for text, binds in written]  # fmt: skip
    return [factors[0], *(between + factor for factor in factors[1:])]


def _written(expr: Expr, leaf: Leaf, style: str) -> tuple[str, int]:
    if not isinstance(expr, Op):
        return leaf(expr)
    if expr.op == "+":
        return _written_sum(expr.args, leaf, style), SUM
    rule = _WRITTEN[expr.op]
    first, later = rule.inside[0], rule.inside[-1]
    if style in _TYPESET and expr.op in _BRACED:
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
    is_fraction = style == "mathml" and expr.op in ("/", "softmax")
    return _assembled(expr.op, pieces, style), POWER if is_fraction else rule.binds


def _comparison(test: Expr, leaf: Leaf, style: str) -> str:
    """That `test` is positive; of a difference, that one is greater than the other."""
    terms = test.args if isinstance(test, Op) and test.op == "+" else (test,)
    negated = [term.args[0] for term in terms if isinstance(term, Op) and term.op == "neg"]
    rest = tuple(term for term in terms if not (isinstance(term, Op) and term.op == "neg"))
    if not rest:
        rest, negated = terms, []
    zero, greater = ("<mn>0</mn>", "<mo>&gt;</mo>") if style == "mathml" else ("0", " > ")
    right = _written_sum(tuple(negated), leaf, style) if negated else zero
    return f"{_written_sum(rest, leaf, style)}{greater}{right}"


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
        power: str = getattr(_WRITTEN["exp"], style)
        plus = _PLUS.get(style, " + ")
        return template.format(pieces[0], rest=plus.join(map(power.format, pieces[1:])))
    if op == "max":
        return template.format(("<mo>,</mo>" if style == "mathml" else ", ").join(pieces))
    return template.format(*pieces)


def _written_sum(terms: tuple[Expr, ...], leaf: Leaf, style: str) -> str:
    """A sum, with the minus of a negated term in place of the plus before it."""
    return "".join(_terms(terms, leaf, style))


def _terms(terms: tuple[Expr, ...], leaf: Leaf, style: str) -> list[str]:
    """The terms of a sum, each with the sign before it."""
    plus, minus = _PLUS.get(style, " + "), _MINUS.get(style, " - ")
    written: list[str] = []
    for term in terms:
        sign = plus if written else ""
        if written and isinstance(term, Op) and term.op == "neg":
            sign, term = minus, term.args[0]
        text, binds = _written(term, leaf, style)
        loose = binds < (PRODUCT if sign else SUM)
        written.append(sign + (_parenthesised(text, style) if loose else text))
    return written


def _parenthesised(text: str, style: str) -> str:
    tall = style == "mathml" and ("<mfrac" in text or "<mtable" in text)
    return _PARENTHESES.get("tall" if tall else style, "({})").format(text)
