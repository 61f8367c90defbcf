"""Plain text, a line for each step: name = formula = numbers = value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from backprop_cli.show.document import (
    Blanks,
    Block,
    Document,
    Equations,
    Figure,
    Heading,
    Paragraph,
    Points,
    Records,
    Style,
    Tree,
    Verbatim,
)
from backprop_cli.show.rows import Row

INDENT = "  "
WIDTH = 100
"""Columns in which drawings are made."""
TO_FILL_IN = "." * 12
"""Where a number of a worksheet is to be written."""


def write(document: Document, style: Style) -> Iterator[str]:
    """The blocks without any layout that depends on a width, a line after the other."""
    before: Block | None = None
    for block in document.blocks:
        if before is not None and _set_off(block, before):
            yield "\n"
        yield from (f"{line}\n" for line in _lines(block))
        before = block


def _set_off(block: Block, before: Block) -> bool:
    """Whether a blank line stands above a block."""
    if isinstance(block, Heading | Figure):
        return True
    if isinstance(before, Equations | Records | Blanks):
        return True
    return isinstance(block, Paragraph) and block.role == "sample"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text) | Paragraph(text):
            yield text
        case Points(texts, head):
            yield from [head] if head else []
            yield from (INDENT + text for text in texts)
        case Equations(section):
            yield from (INDENT + _equation(row) for row in section.rows)
        case Tree(nodes, written):
            yield from (INDENT * node.level + node.sentence(written) for node in nodes)
        case Records(columns, rows, right):
            yield from in_columns(columns, rows, right)
        case Verbatim(fixed):
            yield from (INDENT + line for line in fixed)
        case Figure(drawn):
            yield from drawn(WIDTH)
        case Blanks(lines, written):
            for line in lines:
                parts = [line.name.symbol, line.worked(written), line.cell or TO_FILL_IN]
                yield INDENT + " = ".join(filter(None, parts))


def _equation(row: Row) -> str:
    """The step as one chain of equations; what stands twice in a row is written once."""
    parts = [row.symbol, row.chain, row.chain_numbers, row.formula, row.numbers, row.value]
    written: list[str] = []
    for part in parts:
        if part and part != (written[-1] if written else ""):
            written.append(part)
    if len(written) > 2 and row.value.startswith(f"{row.numbers} "):
        written.remove(row.numbers)  # a fraction that its decimal is written behind
    return " = ".join(written)


def in_columns(
    columns: Sequence[str], records: Iterable[Sequence[object]], right: bool = False
) -> Iterator[str]:
    """Lines of a small table, its columns as wide as they need."""
    texts = [columns, *([str(cell) for cell in record] for record in records)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    placed = [str.ljust, *[str.rjust if right else str.ljust] * (len(columns) - 1)]
    for row in texts:
        cells = zip(placed, row, widths, strict=True)
        yield "  ".join(place(cell, width) for place, cell, width in cells).rstrip()
