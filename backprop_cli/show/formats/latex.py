"""LaTeX: aligned equations, symbol = formula = numbers = value; a part of a document, or a whole.

Nothing but amsmath is needed. Lines are broken here, by estimated widths, so that none is wider
than the text of the chosen paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from backprop_cli.show.document import (
    PAPERS,
    Blanks,
    Block,
    Document,
    Equations,
    Figure,
    Heading,
    Paper,
    Paragraph,
    Points,
    Records,
    Style,
    Symbol,
    Tree,
    Verbatim,
)
from backprop_cli.show.explanation import Node
from backprop_cli.show.formats.latex_grids import RULE, grid_piece, with_commas
from backprop_cli.show.formats.latex_lines import Pieces, joined, parsed, width_of
from backprop_cli.show.formats.latex_tables import table
from backprop_cli.show.formats.latex_text import escaped, prose
from backprop_cli.show.grids import PLACE, Side, Written
from backprop_cli.show.law import Law, equation_in_latex
from backprop_cli.show.typesetting import Equation, equation, of_blank, of_node

MARGIN = 2.2
"""Em that are left free beside equations."""
NARROW = 0.3
"""A name that takes more of the width than this stands on a line of its own."""
MOST_ROWS = 24
"""Equations that are aligned with each other."""

_FITTED = r"\resizebox{\ifdim\width>0.95\linewidth 0.95\linewidth\else\width\fi}{!}"
HEAD = "%% Needs \\usepackage{amsmath}%s. Lines are broken for a text that is %s wide.\n"


def write(document: Document, style: Style) -> Iterator[str]:
    """The blocks, each after the other; a whole document if `standalone`."""
    paper = PAPERS[style.paper]
    pen, blocks = _Pen(paper, style.comma), list(document.blocks)
    drawn = any(isinstance(block, Figure) for block in blocks)
    packages = "\\usepackage{tikz}\n" if drawn else ""
    if style.standalone:
        yield _preamble(paper, packages)
    else:
        yield HEAD % (" and " + packages.strip() if drawn else "", f"{paper.width * 10:.0f}pt")
    yield "\\begingroup\n\\allowdisplaybreaks\n\\setlength{\\parindent}{0pt}\\raggedright\n"
    for block in blocks:
        yield from pen.block(block)
    yield "\\endgroup\n"
    yield "\\end{document}\n" if style.standalone else ""


def _preamble(paper: Paper, packages: str) -> str:
    return (
        "\\documentclass{article}\n"
        f"\\usepackage[{paper.geometry}]{{geometry}}\n"
        "\\usepackage[fleqn]{amsmath}\n"
        f"{packages}"
        "\\setlength{\\mathindent}{1em}\n"
        "\\pagestyle{empty}\n"
        "\\begin{document}\n"
    )


class _Pen:
    """Writes blocks for one paper."""

    def __init__(self, paper: Paper, comma: bool) -> None:
        self._paper, self._comma = paper, comma
        self._room = paper.width - MARGIN
        self._prose = partial(prose, comma=comma)

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading(text, level):
                yield _heading(text, level)
            case Paragraph(text, role):
                yield self._paragraph(text, role)
            case Points(texts, head):
                yield f"\\medskip\\textbf{{{self._prose(head)}}}\\par\n" if head else ""
                for text in texts:
                    yield f"{{\\leftskip=1em {self._prose(text)}\\par}}\n"
            case Equations(section, written, arithmetic):
                for law in section.laws:
                    yield f"{self._law(law)}\\par\n"
                yield from self._equations(
                    [equation(row, _abridged(written), arithmetic) for row in section.rows]
                )
            case Tree(nodes, written):
                yield from self._tree(list(nodes), _abridged(written))
            case Records(columns, rows):
                yield from table(
                    columns, map(self._cells, rows), self._paper.width, self._paper.rows
                )
            case Figure(_, source):
                yield f"\\par\\medskip\n{_FITTED}{{%\n{source('tikz').strip()}%\n}}\\par\\medskip\n"
            case Verbatim(lines):
                yield "\\medskip\n"
                for line in lines:
                    indent = len(line) - len(line.lstrip())
                    kept = escaped(line.lstrip()).replace("  ", "\\ \\ ")
                    yield f"\\hspace*{{{indent * 0.525:.2f}em}}\\texttt{{{kept}}}\\par\n"
            case Blanks(lines, written):
                yield from self._equations([of_blank(line, written) for line in lines], blank=True)

    def _law(self, law: Law) -> str:
        return "".join(
            rf"\emph{{{self._prose(piece)}}}" if isinstance(piece, str)
            else rf"$\displaystyle {equation_in_latex(piece)}$"
            for piece in law.pieces
        )  # fmt: skip

    def _paragraph(self, text: str, role: str) -> str:
        if role == "source":
            return f"{escaped(text)}\\par\n"
        if role == "sample":
            return f"\\medskip\\textbf{{{self._prose(text)}}}\\par\n"
        return f"{self._prose(text)}\\par\n"

    def _cells(self, row: Sequence[object]) -> tuple[str, ...]:
        """The cells of a table; those that are numbers as such."""
        return tuple(
            escaped(cell.qualifier) + f"${cell.name.latex}$"
            if isinstance(cell, Symbol)
            else self._prose(str(cell))
            for cell in row
        )

    # Equations.

    def _equations(self, equations: Sequence[Equation], blank: bool = False) -> Iterator[str]:
        for start in range(0, len(equations), MOST_ROWS):
            part = equations[start : start + MOST_ROWS]
            names = [width_of(one.name) for one in part]
            left = max((name for name in names if name <= NARROW * self._room), default=0.0)
            yield "\\begin{align*}\n"
            rows = []
            for one, name in zip(part, names, strict=True):
                lines = self._lines(one, self._room - left)
                if name <= left:
                    first = f"{one.name} &{lines[0]}"
                else:
                    first = f"& {one.name} \\\\\n &{lines[0]}"
                rows.append(" \\\\\n ".join([first, *(f"&{line}" for line in lines[1:])]))
            yield (" \\\\[1.2em]\n" if blank else " \\\\[0.4em]\n").join(rows)
            yield "\n\\end{align*}\n"
            yield from self._left_out(part)

    def _left_out(self, part: Iterable[Equation]) -> Iterator[str]:
        for one in part:
            if one.left_out:
                yield f"{escaped(one.left_out)} of ${one.name}$ are not shown.\\par\n"

    def _lines(self, one: Equation, room: float) -> list[str]:
        sides = [self._pieces(side) for side in one.sides]
        return joined(sides, room)

    def _pieces(self, side: Side) -> Pieces:
        grids = iter(side.grids)
        text = with_commas(side.text) if self._comma else side.text
        return parsed(
            text or RULE,
            lambda sign: grid_piece(next(grids), self._comma) if sign == PLACE else None,
        )

    def _tree(self, nodes: Sequence[Node], written: Written) -> Iterator[str]:
        """Each quantity set in as deep as it stands; of a deep tree, less for each level."""
        deepest = max((node.level for node in nodes), default=0)
        step = min(1.4, 0.35 * self._room / max(deepest, 1))
        for node in nodes:
            indent = step * node.level
            one = of_node(node, written)
            room = self._room - indent - 2.0
            name = width_of(one.name)
            lines = self._lines(one, room - (name if name < NARROW * room else 0))
            lines = (
                [one.name + " " + lines[0], *lines[1:]]
                if name < NARROW * room
                else [one.name, *lines]
            )
            yield f"{{\\leftskip={indent:.2f}em $\\displaystyle {lines[0]}$"
            for line in lines[1:]:
                yield f"\\\\*[0.2em]\n\\hspace*{{1.5em}}$\\displaystyle {line}$"
            yield f", {escaped(node.remark)}" if node.remark else ""
            yield "\\par}\\smallskip\n"


def _heading(text: str, level: int) -> str:
    command = "section*" if level == 1 else "subsection*"
    return f"\n\\{command}{{{escaped(text)}}}\n"


def _abridged(written: Written) -> Written:
    """Large matrices have no room on paper, even if all is asked for."""
    return written._replace(whole=False) if written.whole else written
