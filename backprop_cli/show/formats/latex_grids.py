"""Matrices in LaTeX: brackets around columns; one that is too wide by blocks of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backprop_cli.show.formats.latex_lines import Piece, width_of
from backprop_cli.show.grids import Grid
from backprop_cli.show.symbols import number_in_latex

RULE = r"\rule{10em}{0.4pt}"
"""Where a number is to be written."""
_CELL = r"\rule{3em}{0.4pt}"
_BETWEEN, _BRACKETS = 1.0, 1.3

Columns = list[tuple[list[str], float]]


def grid_piece(grid: Grid, comma: bool) -> Piece:
    """A matrix, as a piece of a formula."""
    columns = _columns(grid, comma)
    one = _block(columns, r"\left[", r"\right]")

    def turned(room: float) -> list[Piece]:
        """Blocks of its columns, each as wide as there is room."""
        blocks: list[Columns] = [[]]
        for column in columns:
            if blocks[-1] and _width([*blocks[-1], column]) > room:
                blocks.append([])
            blocks[-1].append(column)
        last = len(blocks) - 1
        return [
            _block(
                block, r"\left[" if at == 0 else r"\left.", r"\right]" if at == last else r"\right."
            )
            for at, block in enumerate(blocks)
        ]

    return one._replace(turned=turned)


def _columns(grid: Grid, comma: bool) -> Columns:
    """The cells of each column that is shown, with its width; and where some are left out, dots."""
    found: Columns = []
    before = 0
    for at, number in enumerate(grid.columns):
        if number > before + 1:
            found.append((_with_gaps([r"\cdots"] * len(grid.rows), grid.rows), 1.4))
        cells = [_cell(row[at], comma) for row in grid.cells]
        wide = max(3.0 if cell == _CELL else width_of(cell) for cell in cells)
        found.append((_with_gaps(cells, grid.rows), wide))
        before = number
    return found


def _with_gaps(cells: Sequence[str], numbers: Sequence[int]) -> list[str]:
    found: list[str] = []
    before = 0
    for cell, number in zip(cells, numbers, strict=True):
        if number > before + 1:
            found.append(r"\vdots")
        found.append(cell)
        before = number
    return found


def _cell(text: str, comma: bool) -> str:
    if not text:
        return _CELL
    latex = number_in_latex(text)
    return with_commas(latex) if comma else latex


def with_commas(latex: str) -> str:
    """Mathematics with decimal commas, which have no space behind them."""
    return re.sub(r"(?<=\d)\.(?=\d)", "{,}", latex)


def _width(columns: Columns) -> float:
    return sum(wide for _, wide in columns) + _BETWEEN * (len(columns) - 1) + _BRACKETS


def _block(columns: Columns, left: str, right: str) -> Piece:
    rows = zip(*(cells for cells, _ in columns), strict=True)
    body = r" \\ ".join(" & ".join(row) for row in rows)
    layout = "r" * len(columns)
    text = rf"{left}\begin{{array}}{{@{{}}{layout}@{{}}}}{body}\end{{array}}{right}"
    return Piece(text, _width(columns))
