"""Mathematics in Markdown, so that GitHub, Jupyter and Obsidian show it.

GitHub reads marks of Markdown inside formulas too. So a row ends with \\cr, not with two
backslashes; no command is a backslash and a sign; a blank stands before each index, where no
emphasis can end; and | is \\vert, which would end a cell of a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from backprop_cli.formulas import Arithmetic
from backprop_cli.show.explanation import Node
from backprop_cli.show.formats.latex_grids import grid_piece
from backprop_cli.show.formats.latex_lines import Pieces, joined, parsed
from backprop_cli.show.formats.latex_text import prose
from backprop_cli.show.grids import PLACE, Side, Written
from backprop_cli.show.law import Law, equation_in_latex
from backprop_cli.show.rows import Row
from backprop_cli.show.typesetting import Equation, equation, of_node

WIDTH = 60.0
"""Em in which lines are broken."""

_ENDS = re.compile(r"\\\\(\[[\d.a-z]+\])?")


def safe(latex: str) -> str:
    """The same formula, without what Markdown would take for marks of its own."""
    latex = latex.replace("@{}", "")
    text = _ENDS.sub(r"\\cr ", latex).replace(r"\,", r"\thinspace ").replace(r"\ ", "~")
    text = text.replace(r"\{", r"\lbrace ").replace(r"\}", r"\rbrace ").replace(r"\_", r"\text{-}")
    text = text.replace("|", r"\vert ").replace("<", r"\lt ").replace(">", r"\gt ")
    return text.replace("_", " _").replace("*", r"\ast ").replace("`", "").replace("$", "")


def block(rows: Iterable[Row], written: Written, arithmetic: Arithmetic) -> Iterator[str]:
    """The steps of a section, their signs of equality below each other."""
    yield "$$\n\\begin{aligned}\n"
    equations = (equation(row, written, arithmetic) for row in rows)
    yield " \\cr\n".join(f"{safe(one.name)} &{safe(_lines(one))}" for one in equations)
    yield "\n\\end{aligned}\n$$\n"


def _lines(one: Equation) -> str:
    return r" \\ &".join(joined([_pieces(side) for side in one.sides], WIDTH))


def _pieces(side: Side) -> Pieces:
    grids = iter(side.grids)
    return parsed(side.text, lambda sign: grid_piece(next(grids), False) if sign == PLACE else None)


def inline(latex: str) -> str:
    """A formula in a text."""
    return f"${safe(latex).strip()}$"


def text_with_math(text: str, escaped: Callable[[str], str]) -> str:
    """A text of the program's own, with its formulas as such."""
    return prose(text, sign=escaped, around=inline)


def law(law: Law, said: Callable[[str], str]) -> str:
    """A law; `said` writes the words in it."""
    return "".join(
        said(piece)
        if isinstance(piece, str)
        else inline(rf"\displaystyle {equation_in_latex(piece)}")
        for piece in law.pieces
    )


def sentence(node: Node, written: Written) -> str:
    """A quantity of a tree: what it is made of, or what it is."""
    one = of_node(node, written)
    sides = ["".join(piece.text for piece in _pieces(side)) for side in one.sides]
    return inline(" = ".join([one.name, *sides])) + (f", {node.remark}" if node.remark else "")
