"""Matrices as text: their entries, of large ones some, and formulas with matrices in them.

In a line of text a matrix stands as [0.15 0.2; 0.25 0.3], a row after the other; `drawing` draws
it. One of a single entry stands as the number that it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from backprop_cli.engine import Rows
from backprop_cli.formulas import (
    ATOM,
    Entrywise,
    Expr,
    Num,
    Op,
    Ref,
    matmul,
    render,
)
from backprop_cli.show.numbers import Format, plain
from backprop_cli.show.symbols import Operand, leaf_in_latex, number_in_latex

LONGEST = 12
"""Of more rows or columns than this, the first and last are shown to people."""
FIRST, LAST = 3, 2
"""So many of them."""

PLACE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Where a matrix stands in a text."""


_SIGNS = 0xF0000
"""Signs from here on are for private use; no name has one."""


class Grid(NamedTuple):
    """The entries of a matrix that are shown; which rows and columns these are, from 1."""

    cells: tuple[tuple[str, ...], ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    shape: tuple[int, int]

    @property
    def left_out(self) -> str:
        """Which rows and columns are not shown: "rows 4 to 28 and columns 4 to 782"; or nothing."""
        parts = [
            f"{what} {missing[0]} to {missing[-1]}"
            for what, shown, size in zip(
                ("rows", "columns"), (self.rows, self.columns), self.shape, strict=True
            )
            if (missing := sorted(set(range(1, size + 1)) - set(shown)))
        ]
        return " and ".join(parts)

    @property
    def in_line(self) -> str:
        """As one line of text."""
        rows = [" ".join(_with_gaps(row, self.columns, "…")) for row in self.cells]
        text = f"[{'; '.join(_with_gaps(rows, self.rows, '…'))}]"
        return f"{text} ({shape_text(self.shape)})" if self.left_out else text


def shape_text(shape: tuple[int, int]) -> str:
    """2×3"""
    return f"{shape[0]}×{shape[1]}"


def _with_gaps(texts: Iterable[str], numbers: Sequence[int], gap: str) -> list[str]:
    """The texts with these numbers, and a mark where numbers are left out."""
    found: list[str] = []
    before = 0
    for text, number in zip(texts, numbers, strict=True):
        if number > before + 1:
            found.append(gap)
        found.append(text)
        before = number
    return found


class Side(NamedTuple):
    """One side of an equation: a text, and the matrices that stand at each `PLACE` in it."""

    text: str
    grids: tuple[Grid, ...] = ()

    @property
    def in_line(self) -> str:
        """As one line of text."""
        first, *others = self.text.split(PLACE)
        return first + "".join(
            grid.in_line + text for grid, text in zip(self.grids, others, strict=True)
        )


class Written(NamedTuple):
    """How matrices are written: their numbers, and whether all of a large one is shown."""

    form: Format
    operand: Operand
    whole: bool = False

    def grid(self, value: Rows, text: Callable[[Any], str] | None = None) -> Grid:
        """A matrix as it is shown."""
        write = text or (lambda number: self.operand(number)[0])
        rows, columns = (self._shown(size) for size in (len(value), len(value[0])))
        cells = tuple(
            tuple(write(value[row - 1][column - 1]) for column in columns) for row in rows
        )
        return Grid(cells, rows, columns, (len(value), len(value[0])))

    def _shown(self, size: int) -> tuple[int, ...]:
        if self.whole or size <= LONGEST:
            return tuple(range(1, size + 1))
        return (*range(1, FIRST + 1), *range(size - LAST + 1, size + 1))

    def value(self, value: Rows) -> Side:
        """A matrix as the result of a step: with fractions, their decimals beside them."""
        if is_number(value):
            return Side(self.form.value(value[0][0]))
        grid = self.grid(value)
        broken = any(
            isinstance(number, Fraction) and number.denominator != 1
            for row in value
            for number in row
        )
        if not (self.form.fractions and broken):
            return Side(PLACE, (grid,))
        decimals = self.grid(value, self.form.__call__)
        shown = (number for row in decimals.cells for number in row)
        true = (value[row - 1][column - 1] for row in grid.rows for column in grid.columns)
        exact = all(Fraction(text) == number for text, number in zip(shown, true, strict=True))
        return Side(f"{PLACE} {'=' if exact else '≈'} {PLACE}", (grid, decimals))

    def numbers(self, formula: Expr, known: Mapping[str, Any], style: str = "text") -> Side:
        """A formula with the matrices and numbers of `known` in place of their names.

        `style` is "text" or "latex"; the cells of the matrices are text in both.
        """
        latex = style == "latex"
        found: dict[str, Grid] = {}  # by a sign of its own, for an operand may be written twice

        def number(value: Any) -> tuple[str, int]:
            text, binds = self.operand(value)
            return (number_in_latex(text) if latex else text), binds

        def entered(value: Any) -> tuple[str, int]:
            if not isinstance(value, tuple):
                return number(value)
            if is_number(value):
                return number(value[0][0])
            sign = chr(_SIGNS + len(found))
            found[sign] = self.grid(value)
            return sign, ATOM

        def leaf(expr: Any) -> tuple[str, int]:
            if isinstance(expr, Num):
                return leaf_in_latex(expr) if latex else plain(expr.value)
            if isinstance(expr, Entrywise):
                argument = entered(known[expr.argument.name.key])[0]
                if latex:
                    return rf"\operatorname{{{expr.function}}}\left({argument}\right)", ATOM
                return f"{expr.function}({argument})", ATOM
            return entered(expr.value if isinstance(expr, Known) else known[expr.name.key])

        text = render(spelled_out(formula, known), leaf, style)
        grids = tuple(found[sign] for sign in text if sign in found)
        return Side("".join(PLACE if sign in found else sign for sign in text), grids)


def is_number(value: Rows) -> bool:
    """Whether a matrix has one entry alone."""
    return len(value) == len(value[0]) == 1


# Formulas of matrices that are known.


class Known(Expr):
    """A matrix of a formula that has no name of its own, such as a row of ones."""

    __slots__ = ("value",)

    def __init__(self, value: Rows) -> None:
        self.value = value


def spelled_out(expr: Expr, known: Mapping[str, Any]) -> Expr:
    """A formula with what can be written as matrices written so: transposes, ones, diagonals."""
    if not isinstance(expr, Op):
        return expr
    args = tuple(spelled_out(arg, known) for arg in expr.args)
    first = args[0]
    if expr.op == "T" and (value := _matrix(first, known)) is not None:
        return Known(tuple(zip(*value, strict=True)))
    if expr.op in ("over_units", "over_samples"):
        units, samples = _shape(first, known)
        if expr.op == "over_units":
            return first if units == 1 else matmul(Known(((1,) * units,)), first)
        return first if samples == 1 else matmul(first, Known(((1,),) * samples))
    if expr.op in ("jacobian", "jacobian_of_row"):
        out = _matrix(first, known)
        assert out is not None
        outs = [number for row in out for number in row]
        column, row = tuple((number,) for number in outs), (tuple(outs),)
        diagonal = tuple(
            tuple(number if at == place else 0 for at in range(len(outs)))
            for place, number in enumerate(outs)
        )
        return Known(diagonal) - matmul(Known(column), Known(row))
    return Op(expr.op, args)


def _matrix(expr: Expr, known: Mapping[str, Any]) -> Rows | None:
    """The value of a formula that is a matrix, if it is a name or known; else None."""
    value = expr.value if isinstance(expr, Known) else None
    value = known[expr.name.key] if isinstance(expr, Ref) else value
    return value if isinstance(value, tuple) else None


def _shape(expr: Expr, known: Mapping[str, Any]) -> tuple[int, int]:
    """Rows and columns of a formula's value."""
    if (value := _matrix(expr, known)) is not None:
        return len(value), len(value[0])
    if not isinstance(expr, Op):
        return 1, 1
    shapes = [_shape(arg, known) for arg in expr.args]
    if expr.op == "@":
        return shapes[0][0], shapes[1][1]
    if expr.op == "T":
        return shapes[0][1], shapes[0][0]
    return max(rows for rows, _ in shapes), max(columns for _, columns in shapes)
