"""The two sides of a step as markup, in which every quantity says which it is.

A name stands in `<i data-key>`, a number in `<b data-key>`: scripts find them there, follow where
they come from, and put other numbers in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from backprop_cli.formulas import Arithmetic, Expr, Num, Partial, render
from backprop_cli.show import GAP, Format, leaf_in_symbols


class Equation(NamedTuple):
    """A step on its way to the page: its symbol, what it equals in turn, and its value."""

    symbol: Markup
    sides: tuple[Markup, ...]
    value: Markup


class TextMarkup:
    """Formulas as they are written in tables."""

    def __init__(self, form: Format, arithmetic: Arithmetic) -> None:
        self._form, self._operations = form, arithmetic.operations

    def symbol(self, symbol: str) -> Markup:
        """A name by itself."""
        return escape(symbol)

    def value(self, key: str, value: Any) -> Markup:
        """What a step comes to."""
        return _quantity("b", key, self._form.value(value))

    def formula(self, expr: Expr, sources: Mapping[str, str]) -> Markup:
        """A formula in names; `sources` has the page's key of each operand."""

        def name(leaf: Any) -> tuple[str, int]:
            text, binds = leaf_in_symbols(leaf)
            if isinstance(leaf, Num) or leaf is GAP:
                return escape(text), binds
            return _quantity("i", sources.get(leaf.name.key, leaf.name.key), text), binds

        return Markup(render(expr, name))

    def numbers(self, expr: Expr, known: Mapping[str, Any], sources: Mapping[str, str]) -> Markup:
        """A formula in the numbers of `known`."""

        def number(leaf: Any) -> tuple[str, int]:
            if isinstance(leaf, Num) or leaf is GAP:
                text, binds = leaf_in_symbols(leaf)
                return escape(text), binds
            if isinstance(leaf, Partial):
                text, binds = self._form.operand(leaf.of.evaluate(known, self._operations))
                return _quantity("b", leaf.name.key, text), binds
            text, binds = self._form.operand(known[leaf.name.key])
            return _quantity("b", sources[leaf.name.key], text), binds

        return Markup(render(expr, number))


def _quantity(tag: str, key: str, text: str) -> Markup:
    return Markup('<{0} data-key="{1}">{2}</{0}>').format(Markup(tag), key, text)
