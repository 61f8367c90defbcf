"""A law as formulas with words between them, which each format writes in its own way."""

from __future__ import annotations

from typing import NamedTuple

from backprop_cli.formulas import Expr, Ref
from backprop_cli.show.symbols import in_latex, in_symbols

Equation = tuple[Expr, ...]
"""Formulas that are equal."""


class Said(NamedTuple):
    """A name of nothing but how it is written: what a law says with a Σ, or a letter."""

    symbol: str
    latex: str

    @property
    def key(self) -> str:
        """None has another meaning than how it is written."""
        return self.symbol


class Law:
    """Formulas one after another are equal; words stand between them, or after them.

    `text` is how it reads in a line: E_j = ½·(t_j − out_j)². Two are equal if they read alike.
    """

    __slots__ = ("pieces", "text")

    def __init__(self, *pieces: Expr | str) -> None:
        found: list[Equation | str] = []
        for piece in pieces:
            if isinstance(piece, str):
                found.append(piece)
            elif found and not isinstance(found[-1], str):
                found[-1] = (*found[-1], piece)
            else:
                found.append((piece,))
        self.pieces = tuple(found)
        self.text = "".join(
            piece if isinstance(piece, str) else " = ".join(map(in_symbols, piece))
            for piece in found
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Law) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"<{self.text}>"


def equation_in_latex(equation: Equation) -> str:
    """An equation as mathematics, without delimiters."""
    return " = ".join(map(in_latex, equation))


def over(index: str, summand: Expr) -> Ref:
    """A sum over an index, or over all there is where that is empty: Σ_i w_ij·out_i."""
    sign, typeset = (f"Σ_{index}", rf"\sum_{{{index}}}") if index else ("Σ", r"\sum")
    return Ref(Said(f"{sign} {in_symbols(summand)}", f"{typeset} {in_latex(summand)}"))
