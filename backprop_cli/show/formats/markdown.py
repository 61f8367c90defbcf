"""Markdown: tables of steps, lists, and matrices drawn in blocks of code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from backprop_cli.show.document import (
    Blank,
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
    Symbol,
    Tree,
    Verbatim,
)
from backprop_cli.show.drawing import drawn
from backprop_cli.show.rows import Row

WIDTH = 100
"""Columns in which matrices are drawn."""
OF_STEPS = ("Quantity", "Formula", "Numbers", "Value")
OF_BLANKS = ("quantity", "formula", "value")
"""Headings by which the table of a worksheet is known when it is read."""


def write(document: Document, style: Style) -> Iterator[str]:
    """The blocks, a blank line between each and the next."""
    before = ""
    for block in document.blocks:
        yield before
        yield from _in_mathematics(block) if style.math else _written(block)
        before = "\n"


def _in_mathematics(block: Block) -> Iterator[str]:
    """A block with its formulas as mathematics; lines of a worksheet are read again, and stay."""
    from backprop_cli.show.formats import markdown_math as math  # where it is asked for

    def said(text: str) -> str:
        return math.text_with_math(text, escaped)

    def in_cell(cell: object) -> str:
        if isinstance(cell, Symbol):
            return escaped(cell.qualifier) + math.inline(cell.name.latex)
        return escaped(str(cell))

    match block:
        case Paragraph(text, role) if role != "source":
            yield f"**{said(text)}**\n" if role == "sample" else f"{said(text)}\n"
        case Points(texts, head):
            yield f"**{said(head)}**\n\n" if head else ""
            yield from (f"- {said(text)}\n" for text in texts)
        case Equations(section, written, arithmetic):
            yield from (f"- {math.law(law, said)}\n" for law in section.laws)
            yield "\n"
            yield from math.block(section.rows, written, arithmetic)
        case Tree(nodes, written):
            for node in nodes:
                yield f"{'  ' * node.level}- {math.sentence(node, written)}\n"
        case Records(columns, rows, right):
            yield from table(columns, rows, *_rules(columns, right), cell=in_cell)
        case _:
            yield from _written(block)


def _written(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * level} {escaped(text)}\n"
        case Paragraph(text, role):
            yield f"**{escaped(text)}**\n" if role == "sample" else f"{escaped(text)}\n"
        case Points(texts, head):
            yield f"**{escaped(head)}**\n\n" if head else ""
            yield from _listed(texts)
        case Equations(section):
            if section.rows[0].sides:
                yield from _listed(law.text for law in section.laws)
                yield "\n"
                yield from _fenced(_drawn(section.rows))
            else:
                yield from table(OF_STEPS, map(_cells, section.rows), ":--", ":--", ":--", "--:")
        case Tree(nodes, written):
            for node in nodes:
                yield f"{'  ' * node.level}- {node.sentence(written)}\n"
        case Records(columns, rows, right):
            yield from table(columns, rows, *_rules(columns, right))
        case Verbatim(fixed):
            yield from _fenced(fixed)
        case Figure(_, source):
            yield f"```mermaid\n{source('mermaid')}```\n"
        case Blanks(lines, written):
            yield from table(OF_BLANKS, (), ":--", ":--", ":--")
            for line in lines:
                cells = escaped(line.name.symbol), escaped(line.worked(written)), _filled_in(line)
                yield f"| {' | '.join(cells)} |\n"


def _listed(texts: Iterable[str]) -> Iterator[str]:
    return (f"- {escaped(text)}\n" for text in texts)


def _filled_in(line: Blank) -> str:
    """What stands in a line of a worksheet; a matrix as code, whose brackets make no link."""
    return f"`{line.cell}`" if line.is_matrix else escaped(line.cell)


def _cells(row: Row) -> tuple[str, ...]:
    formula = f"{row.chain} = {row.formula}" if row.chain else row.formula
    numbers = f"{row.chain_numbers} = {row.numbers}" if row.chain else row.numbers
    return row.symbol, formula, numbers, row.value


def _drawn(rows: Sequence[Row]) -> Iterator[str]:
    """Equations with their matrices drawn."""
    return (line[1:] for row in rows for line in drawn(row, WIDTH))


def _fenced(lines: Iterable[str]) -> Iterator[str]:
    """Lines as a block of code."""
    yield "```text\n"
    yield from (f"{line}\n" for line in lines)
    yield "```\n"


def _rules(columns: Sequence[str], right: bool) -> list[str]:
    """Where the texts of columns stand: with `right`, those after the first at the right."""
    return [":--", *["--:" if right else ":--"] * (len(columns) - 1)]


def table(
    columns: Sequence[str],
    records: Iterable[Sequence[object]],
    *rules: str,
    cell: Callable[[object], str] = lambda cell: escaped(str(cell)),
) -> Iterator[str]:
    """A table; `rules` say where the text of a column stands, and `cell` writes what is in it."""
    yield f"| {' | '.join(map(escaped, columns))} |\n| {' | '.join(rules)} |\n"
    for record in records:
        yield f"| {' | '.join(map(cell, record))} |\n"


def escaped(text: str) -> str:
    """`text` with what Markdown would take for a mark written as itself."""
    for mark in "\\`*_|<>[]#":
        text = text.replace(mark, f"\\{mark}")
    return text
