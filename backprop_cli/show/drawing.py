"""Equations with their matrices drawn: brackets, columns whose points stand one below the other.

Pure functions of text. What is wider than there is room goes on below: an equation before a sign
of equality or an operator, a matrix by blocks of columns. A number is never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from backprop_cli.show.folding import HANG, breadth, clusters, folded
from backprop_cli.show.grids import PLACE, Grid, Side, shape_text
from backprop_cli.show.rows import Row

_BETWEEN = "  "
_ONE_ROW = ("[", "]")
_ROWS = (("⎡", "⎤"), ("⎢", "⎥"), ("⎣", "⎦"))
_DEEPEST = 4
"""The signs of equality stand below each other up to such a part of the width."""


class Block(NamedTuple):
    """Lines that stand beside others; `base` is the one on which their text stands."""

    lines: tuple[str, ...]
    base: int = 0

    @property
    def width(self) -> int:
        return max(map(breadth, self.lines))


def equation(name: str, sides: Sequence[Side], width: int, indent: int = 1) -> list[str]:
    """The lines of ``name = side = side …``; on one line of matrices if there is room."""
    parts = [list(_groups(side)) for side in sides]
    whole = [_text(" " * indent + name)]
    for part in parts:
        whole.append(_text(" ="))
        for group in part:
            whole += [_text(group[0].glue), _block(group)]
    if sum(block.width for block in whole) <= width:
        return list(_trimmed(beside(whole)))
    hang = indent + breadth(name) + 1
    hang = hang if hang <= width // _DEEPEST else indent + HANG
    lines: list[str] = []
    for at, part in enumerate(parts):
        start = f"{' ' * indent}{name} = " if at == 0 else f"{' ' * hang}= "
        lines += _Pen(width, hang + HANG, start).written(part)
    return lines


def drawn(row: Row, width: int) -> list[str]:
    """The lines of a matrix step; what of a large matrix is not shown is said below."""
    value = row.line.value
    shape = len(value), len(value[0])
    size = f" ({shape_text(shape)})" if shape != (1, 1) else ""
    lines = equation(row.symbol + size, row.sides, width)
    if row.left_out:
        said = f"{row.left_out} of {row.symbol} are not shown"
        lines += folded(" " * (1 + HANG) + said, width, 0)
    return lines


def beside(blocks: Sequence[Block]) -> Block:
    """Blocks side by side, their texts on one line."""
    above = max(block.base for block in blocks)
    below = max(len(block.lines) - block.base for block in blocks)
    lines = [""] * (above + below)
    for block in blocks:
        first = above - block.base
        for at in range(len(lines)):
            inside = 0 <= at - first < len(block.lines)
            line = block.lines[at - first] if inside else ""
            lines[at] += line + " " * (block.width - breadth(line))
    return Block(tuple(lines), above)


def matrix(grid: Grid, start: int = 0, end: int | None = None) -> Block:
    """A matrix with its brackets; only some of the columns that are shown."""
    columns = [
        _column([row[at] for row in grid.cells], grid.rows)
        for at in range(len(grid.columns))[start:end]
    ]
    numbers = grid.columns[start:end]
    for at in range(len(numbers) - 1, 0, -1):
        if numbers[at] > numbers[at - 1] + 1:
            columns.insert(at, ["…"] * len(columns[0]))
    rows = [_BETWEEN.join(cells) for cells in zip(*columns, strict=True)]
    if len(rows) == 1:
        return Block((f"{_ONE_ROW[0]}{rows[0]}{_ONE_ROW[1]}",))
    kinds = [0, *[1] * (len(rows) - 2), 2]
    lines = (
        f"{_ROWS[kind][0]}{row}{_ROWS[kind][1]}" for kind, row in zip(kinds, rows, strict=True)
    )
    return Block(tuple(lines), (len(rows) - 1) // 2)


def _column(cells: Sequence[str], numbers: Sequence[int]) -> list[str]:
    """Cells of one width, with their points below each other, and a mark for rows left out."""
    wholes = [len(re.split(r"[.,e]", cell, maxsplit=1)[0]) for cell in cells]
    left = [" " * (max(wholes) - whole) + cell for whole, cell in zip(wholes, cells, strict=True)]
    width = max(map(len, left))
    found: list[str] = []
    before = 0
    for cell, number in zip(left, numbers, strict=True):
        if number > before + 1:
            found.append(" " * (max(wholes) - 1) + "⋮" + " " * (width - max(wholes)))
        found.append(cell + " " * (width - len(cell)))
        before = number
    return found


# What is not broken if that can be: a group, such as what stands between two parentheses; else a
# cluster, such as one operand with its sign; else a piece.


class _Piece(NamedTuple):
    """A text, or a matrix with the text behind it."""

    text: str
    grid: Grid | None = None

    @property
    def block(self) -> Block:
        if self.grid is None:
            return _text(self.text)
        return beside([matrix(self.grid), _text(self.text)])


class _Cluster(NamedTuple):
    glue: str
    pieces: tuple[_Piece, ...]

    @property
    def block(self) -> Block:
        return beside([piece.block for piece in self.pieces])


_Group = list[_Cluster]


def _groups(side: Side) -> Iterator[_Group]:
    """The clusters of a side, those together that stand in the same parentheses."""
    grids, group, depth = iter(side.grids), list[_Cluster](), 0
    for text, glue in clusters(side.text):
        depth += text.count("(") - text.count(")")
        first, *others = text.split(PLACE)
        pieces = [_Piece(first)] if first else []
        pieces += [_Piece(after, next(grids)) for after in others]
        group.append(_Cluster(glue, tuple(pieces)))
        if depth == 0:
            yield group
            group = []
    if group:
        yield group


def _block(group: _Group) -> Block:
    """A group on one line, without what stands before it."""
    first, *others = group
    parts = (part for cluster in others for part in (_text(cluster.glue), cluster.block))
    return beside([first.block, *parts])


def _text(text: str) -> Block:
    return Block((text,))


def _trimmed(block: Block) -> Iterator[str]:
    return (line.rstrip() for line in block.lines)


class _Pen:
    """Writes one side of an equation: lines of blocks, set in by `hang` after the first."""

    def __init__(self, width: int, hang: int, start: str) -> None:
        self._width, self._margin = width, _text(" " * hang)
        self._line, self._fresh = [_text(start)], True
        self._lines: list[str] = []

    def written(self, groups: Iterable[_Group]) -> list[str]:
        """The lines of these groups."""
        for group in groups:
            if not self._placed(group[0].glue, _block(group)):
                self._each(group)
        self._flush()
        return self._lines

    def _each(self, group: _Group) -> None:
        """The clusters of a group that is too wide for a line."""
        for cluster in group:
            if self._placed(cluster.glue, cluster.block):
                continue
            if not self._fresh:
                self._flush()
            for piece in cluster.pieces:
                if not self._placed("", piece.block):
                    self._wide(piece)

    def _placed(self, glue: str, block: Block) -> bool:
        """Whether there was room for a block, on this line or the next, and it is there."""
        glue = "" if self._fresh else glue
        taken = sum(part.width for part in self._line)
        if taken + len(glue) + block.width <= self._width:
            self._line += [_text(glue), block]
        elif not self._fresh and self._margin.width + block.width <= self._width:
            self._flush()
            self._line.append(block)
        else:
            return False
        self._fresh = False
        return True

    def _wide(self, piece: _Piece) -> None:
        """A piece that is wider than a line: a text as it is, a matrix by blocks of columns.

        Beside the last of several blocks there is nothing but the text behind the matrix.
        """
        if piece.grid is None:
            self._line.append(piece.block)
            self._fresh = False
            return
        room = self._width - self._margin.width
        ranges = list(_ranges(piece.grid, room, breadth(piece.text)))
        for first, end in ranges:
            label = _text(_range_text(piece.grid, first, end))
            if not self._placed("", label):
                self._line.append(label)
            self._flush()
            self._line.append(matrix(piece.grid, first, end))
            if end != ranges[-1][1]:
                self._flush()
        self._line.append(_text(piece.text))
        self._flush()

    def _flush(self) -> None:
        """End the line, and begin another."""
        block = beside(self._line)
        if any(line.strip() for line in block.lines):
            self._lines += _trimmed(block)
        self._line, self._fresh = [self._margin], True


def _range_text(grid: Grid, first: int, end: int) -> str:
    numbers, count = grid.columns[first:end], grid.shape[1]
    if len(numbers) == 1:
        return f"column {numbers[0]} of {count}:"
    return f"columns {numbers[0]} to {numbers[-1]} of {count}:"


def _ranges(grid: Grid, room: int, after: int) -> Iterator[tuple[int, int]]:
    """As many columns as there is room for, at least one, again and again.

    Beside the last there is room for a text of the width `after`, if that can be.
    """
    first, count = 0, len(grid.columns)
    while first < count:
        end = first + 1
        while end < count and matrix(grid, first, end + 1).width <= room:
            end += 1
        if end == count and matrix(grid, first).width + after > room:
            end = max(first + 1, count - 1)
        yield first, end
        first = end
