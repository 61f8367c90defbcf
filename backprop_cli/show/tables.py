"""A worked example as rich tables.

Wide enough, a table has a column each for the formula in names and in numbers; narrower, they
stand one below the other; narrower still, the formula is dropped. A number is never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from typing import NamedTuple

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from backprop_cli.show.page import Page
from backprop_cli.show.preamble import closing, headed_sections, opening
from backprop_cli.show.rows import Row, Section

# Every line is indented by one. Each column has a blank at its end, and between two is the box's.
GAP, INDENT = 2, 1
LONGEST_NUMBER = 26
"""A word of a small table up to this length stands on one line, however narrow the terminal."""

# Where formula and numbers have this much room together, they may be folded to stand side by side.
SIDE_BY_SIDE = 90


class _Layout(NamedTuple):
    """Widths of the columns. Without `numbers` both stand in `formula`; without both, neither."""

    name: int
    formula: int
    numbers: int
    value: int


def tables(page: Page, width: int) -> Iterator[RenderableType]:
    """A heading, a table for each section, and what came of it, for a console of `width`."""
    title, *lines = opening(page)
    yield Text(title, style="bold")
    for line in lines:
        yield _unbroken(line, width)
    parts = list(headed_sections(page))
    layout = _fitting([part for _, part in parts], width)
    for heading, part in parts:
        if heading:
            yield Text("\n").append(_unbroken(heading, width))
        yield from _section(part, layout)
    end = closing(page)
    if end is not None:
        yield Text(f"\n{end}", style="bold")


def records_table(columns: Sequence[str], records: Sequence[Sequence[object]]) -> Table:
    """A small table of any kind: a column of text for each name. Numbers are never broken."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, GAP, 0, 0), show_edge=False)
    for position, name in enumerate(columns):
        words = [str(record[position]) for record in records]
        longest = max(map(len, words), default=0)
        whole = longest <= LONGEST_NUMBER and not any(" " in word for word in words)
        table.add_column(
            name.replace("_", " ").capitalize(),
            no_wrap=whole,
            overflow="fold",
            style="bold" if position == 0 else "",
            min_width=longest if whole else None,
        )
    for _, group in groupby(records, lambda record: _one_line(table, record) or object()):
        cells = ([cell if isinstance(cell, Text) else Text(str(cell)) for cell in r] for r in group)
        table.add_row(*map(Text("\n").join, zip(*cells, strict=True)))
    return table


def _one_line(table: Table, record: Sequence[object]) -> bool:
    """Whether a record is one line, however narrow its columns.

    Such records become one row together: rich takes its time for each.
    """
    return all(
        column.no_wrap or not str(cell) for column, cell in zip(table.columns, record, strict=True)
    )


def _unbroken(listed: str, width: int) -> Text:
    """A list "a = 1, b = 2" folded between its members alone."""
    lines = [""]
    for member in re.split(r"(?<=[,;]) ", listed):
        if lines[-1] and len(lines[-1]) + 1 + len(member) > width:
            lines.append(member)
        else:
            lines[-1] += (" " if lines[-1] else "") + member
    return Text("\n".join(lines))


def _section(part: Section, layout: _Layout) -> Iterator[RenderableType]:
    """Heading, laws, and a table whose lines are laid out here: rich is slow with many rows."""
    yield Text(f"\n{part.title}", style="bold underline")
    for law in part.laws:
        yield Text(" " * INDENT + law, style="italic")
    columns = [(" " * INDENT + "Quantity", INDENT + layout.name, "bold")]
    columns += [("Formula", layout.formula, "")] if layout.formula else []
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
    yield table


def _lines(row: Row, value: str, layout: _Layout) -> Iterator[tuple[str, ...]]:
    """The lines of a row, a cell for each column: name on the first, value on the last."""
    pairs = _pairs(row)
    if layout.numbers:
        cells = [
            [_folded(formula, layout.formula), _folded(numbers, layout.numbers)]
            for formula, numbers in pairs
        ]
        middle = [line for pair in cells for line in zip_longest(*pair, fillvalue="")]
    elif layout.formula:
        texts = "\n= ".join(_stacked(pairs)).split("\n")
        middle = [(line,) for text in texts for line in _folded(text, layout.formula)]
    else:
        middle = [()]
    for at, cells_of_line in enumerate(middle):
        name = " " * INDENT + row.symbol if at == 0 else ""
        yield (name, *cells_of_line, value if at == len(middle) - 1 else "")


def _folded(text: str, width: int) -> list[str]:
    """`text` folded between words to lines of `width`; what follows the first is set in."""
    if len(text) <= width:
        return [text]
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + 1 + len(word) > width and lines[-1].strip():
            lines.append("  " + word)
        else:
            lines[-1] += (" " if lines[-1] else "") + word
    return lines


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
    whole = max((len(value.partition(".")[0]) for value in values), default=0)
    if any("=" in value or "≈" in value or "e" in value for value in values) or whole > 8:
        return list(values)
    return [" " * (whole - len(value.partition(".")[0])) + value for value in values]


def _fitting(parts: Sequence[Section], width: int) -> _Layout:
    """The widest layout in which no number has to be cut; each column has a gap behind it."""
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
    return _Layout(name, 0, 0, value)
