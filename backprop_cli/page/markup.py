"""The two sides of a step as markup, in which every quantity says which it is.

Scripts find quantities by `data-key`, follow where they come from, and put other numbers in their
place. In plain text a number stands in `<b data-key>`; in MathML, which browsers draw by
themselves, in `<mn data-key>`, and a name in its own element. What stands there with its other sign
has `data-negated` besides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from markupsafe import Markup, escape

from backprop_cli.engine import Name
from backprop_cli.formulas import (
    ATOM,
    DERIVATIVE,
    Arithmetic,
    Expr,
    Num,
    Op,
    Partial,
    Ref,
    render,
    render_pieces,
)
from backprop_cli.page.mathml import name_in_mathml
from backprop_cli.show import GAP, Format, Law, in_symbols, leaf_in_symbols

_INDEX = re.compile(r"(\w|Σ)_([A-Za-z0-9]+)")
_PLAIN = re.compile(r"[A-Za-z0-9_.]+").fullmatch


class Writer(Protocol):
    """Writes what stands in steps as markup; `sources` has the page's key of each operand."""

    def symbol(self, name: Name) -> Markup:
        """A name by itself."""

    def value(self, key: str, value: Any) -> Markup:
        """What a step comes to."""

    def formula(self, expr: Expr, sources: Mapping[str, str]) -> Markup:
        """A formula in names."""

    def numbers(self, expr: Expr, known: Mapping[str, Any], sources: Mapping[str, str]) -> Markup:
        """A formula in the numbers of `known`."""

    def law(self, law: Law) -> Markup:
        """A law, in letters that stand for no quantity of the page."""


class TextMarkup:
    """Formulas as they are written in tables."""

    def __init__(self, form: Format, arithmetic: Arithmetic) -> None:
        self._form, self._operations = form, arithmetic.operations

    def symbol(self, name: Name) -> Markup:
        """A name by itself."""
        return escape(name.symbol)

    def value(self, key: str, value: Any) -> Markup:
        """What a step comes to."""
        return Markup(_quantity(self._form.value(value), _said(key)))

    def formula(self, expr: Expr, sources: Mapping[str, str]) -> Markup:
        """A formula in names, which are text alone: there are many."""
        return escape(in_symbols(expr))

    def numbers(self, expr: Expr, known: Mapping[str, Any], sources: Mapping[str, str]) -> Markup:
        """A formula in the numbers of `known`."""

        def number(leaf: Any) -> tuple[str, int]:
            if isinstance(leaf, Num) or leaf is GAP:
                return leaf_in_symbols(leaf)
            text, binds = self._form.operand(leaf.evaluate(known, self._operations))
            return _quantity(text, _marks(leaf, sources)), binds

        return Markup(render(expr, number))

    def law(self, law: Law) -> Markup:
        """A law with its indices below the line: net_j."""
        return Markup(_INDEX.sub(r"\1<sub>\2</sub>", str(escape(law.text))))


def _quantity(text: str, marks: str) -> str:
    return f"<b{marks}>{escape(text)}</b>" if marks else str(escape(text))


def _marks(leaf: Any, sources: Mapping[str, str]) -> str:
    """The attributes by which scripts know what a leaf stands for; nothing where it is a constant.

    A factor of the chain rule that is one quantity, such as ∂net/∂w = out, stands for it.
    """
    expr: Expr = leaf.of if isinstance(leaf, Partial) else leaf
    negated = ""
    if isinstance(expr, Op) and expr.op == "neg":
        expr, negated = expr.args[0], ' data-negated=""'
    if not isinstance(expr, Ref):
        return ""
    return _said(sources[expr.name.key]) + negated


def _said(key: str) -> str:
    """The attribute with a key, in quotes if it is no plain word."""
    return f" data-key={key}" if _PLAIN(key) else f' data-key="{escape(key)}"'


class MathMarkup:
    """Formulas in MathML, in pieces between which a line may be broken."""

    def __init__(self, form: Format, arithmetic: Arithmetic) -> None:
        self._form, self._operations = form, arithmetic.operations

    def symbol(self, name: Name) -> Markup:
        """A name by itself."""
        return _math([name_in_mathml(name.latex)])

    def value(self, key: str, value: Any) -> Markup:
        """What a step comes to."""
        text = self._form.value(value)
        first, *others = text.split(" ")  # 3/8 = 0.375
        written = _number(first, _said(key))
        for sign, number in zip(others[::2], others[1::2], strict=True):
            written += f"<mo>{sign}</mo>{_number(number, _said(key))}"
        return _math([written])

    def formula(self, expr: Expr, sources: Mapping[str, str]) -> Markup:
        """A formula in names; `sources` has the page's key of each operand."""

        def name(leaf: Any) -> tuple[str, int]:
            written, binds = _letters(leaf)
            named = not (isinstance(leaf, Num) or leaf is GAP)
            return _marked(written, _marks(leaf, sources)) if named else written, binds

        return _math(render_pieces(expr, name, "mathml"))

    def numbers(self, expr: Expr, known: Mapping[str, Any], sources: Mapping[str, str]) -> Markup:
        """A formula in the numbers of `known`."""

        def number(leaf: Any) -> tuple[str, int]:
            if isinstance(leaf, Num) or leaf is GAP:
                return _constant(leaf)
            text, binds = self._form.operand(leaf.evaluate(known, self._operations))
            if "/" in text and not text.startswith("-"):
                binds = DERIVATIVE  # a fraction with a line
            return _number(text, _marks(leaf, sources)), binds

        return _math(render_pieces(expr, number, "mathml"))

    def law(self, law: Law) -> Markup:
        """A law; its formulas may be broken where those of steps may."""
        return Markup("").join(
            escape(piece) if isinstance(piece, str) else _equation(piece) for piece in law.pieces
        )


def _equation(sides: Sequence[Expr]) -> Markup:
    first, *others = (render_pieces(side, _letters, "mathml") for side in sides)
    for pieces in others:
        first += ["<mo>=</mo>" + pieces[0], *pieces[1:]]
    return _math(first)


def _letters(leaf: Any) -> tuple[str, int]:
    """A constant or a name as an element, and how tightly it binds."""
    if isinstance(leaf, Num) or leaf is GAP:
        return _constant(leaf)
    written = name_in_mathml(leaf.name.latex)
    return written, DERIVATIVE if written.startswith("<mfrac") else ATOM


def _math(pieces: Sequence[str]) -> Markup:
    return Markup("".join(f"<math>{piece}</math>" for piece in pieces))


_NICE = {"½": "1/2", "¼": "1/4", "¾": "3/4"}


def _constant(leaf: Any) -> tuple[str, int]:
    if leaf is GAP:
        return "<mo>…</mo>", ATOM
    text, binds = leaf_in_symbols(leaf)
    whole = _NICE.get(text, text)
    return _number(whole), DERIVATIVE if "/" in whole else binds


def _number(text: str, marks: str = "") -> str:
    """A number as it is printed; a fraction with a line, which has its sign before it."""
    above, slash, below = text.partition("/")
    if not slash:
        return f"<mn{marks}>{escape(text)}</mn>"
    sign = "<mo>−</mo>" if above.startswith("-") else ""
    return f"{sign}<mfrac{marks}><mn>{above.lstrip('-')}</mn><mn>{below}</mn></mfrac>"


def _marked(element: str, marks: str) -> str:
    """An element with attributes."""
    tag, _, rest = element.partition(">")
    return f"{tag}{marks}>{rest}"
