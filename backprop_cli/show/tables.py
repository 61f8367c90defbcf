"""Documents as rich tables, for a terminal.

Wide enough, a table has a column each for the formula in names and in numbers; narrower, they
stand one below the other; narrower still, each row is a block of lines and each column a line of
it. Nothing is left out, and a number is never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import NamedTuple

from rich import box
from rich.console import RenderableType
from rich.style import StyleType
from rich.table import Table
from rich.text import Text

from backprop_cli.show.branches import branches
from backprop_cli.show.document import (
    Block,
    Document,
    Equations,
    Figure,
    Heading,
    Paragraph,
    Points,
    Records,
    Tree,
    Verbatim,
)
from backprop_cli.show.drawing import drawn
from backprop_cli.show.explanation import Node
from backprop_cli.show.folding import HANG, Layout, across, blocks, breadth, folded, layout_of
from backprop_cli.show.grids import Written
from backprop_cli.show.rows import Row, Section

# Every line is indented by one. Each column has a blank at its end, and between two is the box's.
GAP, INDENT = 2, 1
# Where formula and numbers have this much room together, they may be folded to stand side by side.
SIDE_BY_SIDE = 90


VERDICT = "verdict"
STYLES = {"correct": "green", "follow-through": "yellow", "wrong": "bold red", "blank": "dim"}
"""Of the words in a column of verdicts."""


class _Layout(NamedTuple):
    """Widths of the columns. Without `numbers` both stand in `formula`."""

    name: int
    formula: int
    numbers: int
    value: int


def tables(document: Document, width: int) -> Iterator[RenderableType]:
    """The blocks of a document, for a console of `width`."""
    blocks = list(document.blocks)
    parts = [block.section for block in blocks if isinstance(block, Equations)]
    layout = _fitting(parts, width) if parts else None
    for block in blocks:
        yield from _of_block(block, layout, width)


def _of_block(block: Block, layout: _Layout | None, width: int) -> Iterator[RenderableType]:
    match block:
        case Heading(text, level):
            above, style = ([], "bold") if level == 1 else ([""], "bold underline")
            yield laid_out([*above, *folded(text, width)], style)
        case Paragraph(text, role):
            yield _paragraph(text, role, width)
        case Points(texts, head):
            yield laid_out(folded(head, width), "bold" if texts else "")
            for text in texts:
                yield laid_out(folded(" " * HANG + text, width, 0))
        case Equations(section):
            yield from _section(section, layout, width)
        case Tree(nodes, written):
            yield _tree(list(nodes), written, width)
        case Figure(drawn):
            yield laid_out(["", *drawn(width)])
        case Verbatim(fixed):
            yield laid_out(f"{' ' * HANG}{line}" for line in fixed)
        case Records(columns, rows):
            yield records_table(columns, [_styled(columns, row) for row in rows], width)
            yield Text("")


def _paragraph(text: str, role: str, width: int) -> Text:
    if role in ("given", "source"):
        return laid_out(_listed(text, width))
    if role == "sample":
        return laid_out(["", *_listed(text, width)])
    if role == "result":
        return laid_out(["", *folded(text, width)], "bold")
    return laid_out(folded(text, width), "dim" if role == "aside" else "")


def _styled(columns: Sequence[str], row: Sequence[object]) -> list[object]:
    """A row, with a verdict in its colour."""
    return [
        Text(str(cell), STYLES[str(cell)]) if column == VERDICT else cell
        for column, cell in zip(columns, row, strict=True)
    ]


def _tree(nodes: Sequence[Node], written: Written, width: int) -> Text:
    tree = Text()
    labels = [(node.level, node.sentence(written)) for node in nodes]
    for node, lines in zip(nodes, branches(labels, width), strict=True):
        for at, (guide, text) in enumerate(lines):
            line = Text(text)
            if at == 0:
                line.stylize("bold", 0, len(node.symbol))
            tree.append("\n" if tree else "").append(guide, "dim").append(line)
    return tree


def records_table(columns: Sequence[str], records: Sequence[Sequence[object]], width: int) -> Text:
    """A small table of any kind in `width`: a column of text for each name, or blocks of lines.

    A cell that is a `Text` keeps its style.
    """
    headings = [name.replace("_", " ").capitalize() for name in columns]
    texts = [[str(cell) for cell in record] for record in records]
    layout = layout_of(headings, texts, width)
    table = laid_out([])
    if layout is None:
        for lines in blocks(headings, texts, width):
            _add(table, [(lines[0], "bold")])
            for line in lines[1:]:
                _add(table, [(line, "")])
        return table
    count = len(headings) - layout.below
    _add_row(table, [(heading, "bold") for heading in headings[:count]], layout)
    for heading in headings[count:]:
        _add(table, [(" " * HANG + heading, "bold")])
    _add(table, [("─" * across(layout.widths[:count], layout.gap), "")])
    for record, cells in zip(records, texts, strict=True):
        styles = [cell.style if isinstance(cell, Text) else "" for cell in record]
        styled = list(zip(cells, ["bold", *styles[1:]], strict=True))
        _add_row(table, styled[:count], layout)
        for text, style in styled[count:]:
            for line in folded(" " * HANG + text, layout.widths[-1], 0) if text else []:
                _add(table, [(line, style)])
    return table


def laid_out(lines: Iterable[str], style: str = "") -> Text:
    """Lines that are laid out already."""
    return Text("\n".join(lines), style)


def _add_row(table: Text, cells: Sequence[tuple[str, StyleType]], layout: Layout) -> None:
    """Add a row to `table`, which has a line more for each time that a cell is folded."""
    columns = [folded(text, wide, 0) for (text, _), wide in zip(cells, layout.widths, strict=False)]
    for line in zip_longest(*columns, fillvalue=""):
        parts: list[tuple[str, StyleType]] = []
        for text, (_, style), wide in zip(line, cells, layout.widths, strict=False):
            parts += [(text, style), (" " * (wide - breadth(text) + layout.gap), "")]
        _add(table, parts)


def _add(table: Text, parts: Sequence[tuple[str, StyleType]]) -> None:
    """Add a line to `table`, without the blanks at its end."""
    ended = list(parts)
    while ended and not ended[-1][0].strip():
        ended.pop()
    if table:
        table.append("\n")
    for text, style in ended:
        table.append(text, style)


def _listed(listed: str, width: int) -> Iterator[str]:
    """A list "a = 1, b = 2" folded between its members; one that is longer, between words."""
    lines = [""]
    for member in re.split(r"(?<=[,;]) ", listed):
        if lines[-1] and len(lines[-1]) + 1 + len(member) > width:
            lines.append(member)
        else:
            lines[-1] += (" " if lines[-1] else "") + member
    return (line for long in lines for line in folded(long, width, 0))


def _section(part: Section, layout: _Layout | None, width: int) -> Iterator[RenderableType]:
    """Laws, and a table whose lines are laid out here: rich is slow with many rows."""
    for law in part.laws:
        yield laid_out(folded(" " * INDENT + law.text, width), "italic")
    for in_matrices, group in groupby(part.rows, lambda row: bool(row.sides)):
        rows = tuple(group)
        if in_matrices:
            yield _in_equations(rows, width)
        else:
            same = part._replace(rows=rows)
            yield _in_columns(same, layout) if layout else _in_blocks(same, width)


def _in_equations(rows: Sequence[Row], width: int) -> Text:
    """Each row as an equation of matrices, which are drawn."""
    text = laid_out([])
    for row in rows:
        start = " " * INDENT + row.symbol
        for line in drawn(row, width):
            bold = line.startswith(start)
            _add(text, [(line[: len(start)], "bold" if bold else ""), (line[len(start) :], "")])
    return text


def _in_blocks(part: Section, width: int) -> Text:
    """Each row as equations, one below the other: "name = formula", "= numbers", "= value"."""
    block = laid_out([])
    for row in part.rows:
        first, *others = (text for text, _ in groupby((*_stacked(_pairs(row)), row.value)))
        lines = folded(f"{' ' * INDENT}{row.symbol} = {first}", width, 2 * HANG)
        for text in others:
            lines += folded(f"{' ' * (INDENT + HANG)}= {text}", width)
        _add(block, [(lines[0][: INDENT + len(row.symbol)], "bold"),
                     (lines[0][INDENT + len(row.symbol) :], "")])  # fmt: skip
        for line in lines[1:]:
            _add(block, [(line, "")])
    return block


def _in_columns(part: Section, layout: _Layout) -> Table:
    columns = [(" " * INDENT + "Quantity", INDENT + layout.name, "bold")]
    columns += [("Formula", layout.formula, "")]
    columns += [("Numbers", layout.numbers, "")] if layout.numbers else []
    columns += [("Value", layout.value, "bold")]
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=0,
        show_edge=False,
        width=sum(width + GAP for _, width, _ in columns) - 1,
    )
    for at, (title, width, style) in enumerate(columns):
        # No padding and no room to share out, which versions of rich do in different ways.
        space = 0 if at == len(columns) - 1 else GAP if at == 0 else GAP - 1
        table.add_column(title, width=width + space, style=style, no_wrap=True, overflow="ignore")
    values = _aligned([row.value for row in part.rows])
    lines = [
        line
        for row, value in zip(part.rows, values, strict=True)
        for line in _lines(row, value, layout)
    ]
    table.add_row(*(Text("\n".join(column)) for column in zip(*lines, strict=True)))
    return table


def _lines(row: Row, value: str, layout: _Layout) -> Iterator[tuple[str, ...]]:
    """The lines of a row, a cell for each column: name on the first, value on the last."""
    pairs = _pairs(row)
    if layout.numbers:
        cells = [
            [folded(formula, layout.formula), folded(numbers, layout.numbers)]
            for formula, numbers in pairs
        ]
        middle = [line for pair in cells for line in zip_longest(*pair, fillvalue="")]
    else:
        texts = "\n= ".join(_stacked(pairs)).split("\n")
        middle = [(line,) for text in texts for line in folded(text, layout.formula)]
    for at, cells_of_line in enumerate(middle):
        name = " " * INDENT + row.symbol if at == 0 else ""
        yield (name, *cells_of_line, value if at == len(middle) - 1 else "")


def _pairs(row: Row) -> list[tuple[str, str]]:
    """Lines of the formula, in names and in numbers: the chain rule first, where there is one."""
    if not row.chain:
        return [(row.formula, row.numbers)]
    repeated = row.chain_numbers.replace(" ", "") == row.numbers.replace(" ", "")
    numbers = "" if repeated else row.chain_numbers
    return [
        (row.chain, numbers),
        (f"= {row.formula}", row.numbers if repeated else f"= {row.numbers}"),
    ]


def _stacked(pairs: list[tuple[str, str]]) -> Iterator[str]:
    """Formula and numbers one below the other, without what would stand there twice."""
    last = ""
    for line in (text.removeprefix("= ") for pair in pairs for text in pair):
        if line and line != last:
            yield line
            last = line


def _aligned(values: Sequence[str]) -> list[str]:
    """Values with their points one below the other, where they are plain decimals."""
    values = list(values)
    wholes = [len(re.split("[.,]", value, maxsplit=1)[0]) for value in values]
    whole = max(wholes, default=0)
    if any("=" in value or "≈" in value or "e" in value for value in values) or whole > 8:
        return list(values)
    return [" " * (whole - own) + value for own, value in zip(wholes, values, strict=True)]


def _fitting(parts: Sequence[Section], width: int) -> _Layout | None:
    """The widest layout in which no number has to be cut; each column has a gap behind it.

    None where there is room for no column but that of the names.
    """
    parts = [part._replace(rows=tuple(row for row in part.rows if not row.sides)) for part in parts]
    rows = [row for part in parts for row in part.rows]
    values = [value for part in parts for value in _aligned([row.value for row in part.rows])]
    name = max((len(row.symbol) for row in rows), default=0)
    name, value = max(name, len("Quantity")), max((*map(len, values), len("Value")))
    room = width - INDENT - name - value - 3 * GAP + 1  # for one column; a second has its gap
    pairs = [pair for row in rows for pair in _pairs(row)]
    formula = max((*(len(text) for text, _ in pairs), len("Formula")))
    numbers = max((*(len(text) for _, text in pairs), len("Numbers")))
    if formula + GAP + numbers <= room:
        return _Layout(name, formula, numbers, value)
    words = (word for pair in pairs for text in pair for word in text.split())
    longest = max(map(len, words), default=0) + len("= ")
    if room - GAP >= max(SIDE_BY_SIDE, 2 * longest):
        share = max(min(formula, (room - GAP) * 2 // 5), longest)
        return _Layout(name, share, room - GAP - share, value)
    if room >= longest:
        return _Layout(name, min(room, max(formula, numbers) + len("= ")), 0, value)
    return None
