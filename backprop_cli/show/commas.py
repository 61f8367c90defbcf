"""Decimal commas: 0,5 in place of 0.5 in the texts of a document, but for its title and source.

Laws have no numbers with a point: what they are about has a letter.
"""

from __future__ import annotations

import re
from typing import Any

from backprop_cli.show.document import (
    Blank,
    Blanks,
    Block,
    Document,
    Equations,
    Heading,
    Paragraph,
    Points,
    Records,
    Tree,
)
from backprop_cli.show.explanation import Node
from backprop_cli.show.grids import Grid, Side, Written
from backprop_cli.show.rows import Row

_POINT = re.compile(r"(?<![\d.])(\d+)\.(?=\d)(?!\d+\.\d)")
"""The point of a number; not one of a version or a date."""


def with_commas(document: Document) -> Document:
    """The document with decimal commas."""
    return document._replace(blocks=map(_of_block, document.blocks))


def commas(text: str) -> str:
    """`text` with decimal commas."""
    return _POINT.sub(r"\1,", text)


def _of_block(block: Block) -> Block:
    match block:
        case Paragraph(text, role) if role != "source":
            return Paragraph(commas(text), role)
        case Heading(text, level) if level > 1:
            return Heading(commas(text), level)
        case Points(texts, head):
            return Points(tuple(map(commas, texts)), commas(head))
        case Equations(section):
            rows = tuple(map(_of_row, section.rows))
            return block._replace(section=section._replace(rows=rows))
        case Tree(nodes):
            return Tree(map(_of_node, nodes), _of_written(block.written))
        case Records(_, rows):
            return block._replace(rows=(tuple(map(_of_cell, row)) for row in rows))
        case Blanks(lines):
            return Blanks(tuple(map(_of_blank, lines)), _of_written(block.written))
    return block


def _of_written(written: Written) -> Written:
    form = written.form._replace(comma=True)
    return Written(form, form.operand, written.whole)


def _of_cell(cell: Any) -> Any:
    return commas(cell) if isinstance(cell, str) else cell


def _of_row(row: Row) -> Row:
    texts = (commas(text) for text in row[2:7])
    formula, numbers, chain, chain_numbers, value = texts
    return row._replace(
        formula=formula,
        numbers=numbers,
        chain=chain,
        chain_numbers=chain_numbers,
        value=value,
        sides=tuple(map(_of_side, row.sides)),
    )


def _of_side(side: Side) -> Side:
    return Side(commas(side.text), tuple(map(_of_grid, side.grids)))


def _of_grid(grid: Grid) -> Grid:
    return grid._replace(cells=tuple(tuple(map(commas, row)) for row in grid.cells))


def _of_node(node: Node) -> Node:
    return node if node.row is None else node._replace(row=_of_row(node.row))


def _of_blank(line: Blank) -> Blank:
    return line._replace(rows=tuple(tuple(map(commas, row)) for row in line.rows))
