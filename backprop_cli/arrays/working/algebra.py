"""What the operators of matrix formulas are on numbers: on nested lists, and on NumPy arrays.

A matrix is a list of rows of floats, or a two-dimensional NumPy array; a plain float stands for
itself in every entry, and a matrix of one column or one row for all of them. What an operator is
on one number, `formulas.FLOAT` says: of 0 in a logarithm or a divisor, of what overflows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite
from operator import mul
from typing import Any, Protocol

from backprop_cli.formulas import FLOAT, Expr

Matrix = Any
"""Rows of floats, an array with two axes, or a float for all entries alike."""


class Algebra(Protocol):
    """`operations` for `Expr.evaluate`, and what else one does with matrices."""

    operations: Mapping[str, Callable[..., Any]]

    def matrix(self, numbers: Any, columns: int) -> Matrix:
        """The numbers of an array or of nested lists, one after the other in so many columns."""

    def shape(self, matrix: Matrix) -> tuple[int, int]:
        """Rows and columns; of a number 1 and 1."""

    def full(self, value: Matrix, shape: tuple[int, int]) -> Matrix:
        """`value`, repeated to this shape where it is a number, a row or a column."""

    def is_finite(self, matrix: Matrix) -> bool:
        """Whether every entry is a number, and none infinite."""

    def size(self, matrix: Matrix) -> float:
        """The largest |entry| that is finite; 0 where none is."""

    def differs(self, one: Matrix, other: Matrix, relative: float, absolute: float) -> int:
        """How many entries differ by more than relative·|other| + absolute."""

    def rows(self, matrix: Matrix) -> list[list[float]]:
        """The matrix as nested lists."""


def algebra_for(arrays: Iterable[Any]) -> Algebra:
    """NumPy's where an array is one of NumPy, which is loaded then; else that of lists."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and any(isinstance(array, numpy.ndarray) for array in arrays):
        from backprop_cli.arrays.working.numpy_algebra import NumpyAlgebra

        return NumpyAlgebra()
    return ListAlgebra()


def value(formula: Expr, known: Mapping[str, Matrix], algebra: Algebra) -> Matrix:
    """A matrix formula worked."""
    return formula.evaluate(known, algebra.operations)


def _each(function: Callable[..., float]) -> Callable[..., Matrix]:
    """`function` of the entries that stand in the same place."""

    def operation(*matrices: Matrix) -> Matrix:
        if not any(isinstance(matrix, list) for matrix in matrices):
            return function(*matrices)
        rows = max(len(m) for m in matrices if isinstance(m, list))
        columns = max(len(m[0]) for m in matrices if isinstance(m, list))
        for matrix in matrices:
            if isinstance(matrix, list) and not (
                len(matrix) in (1, rows) and len(matrix[0]) in (1, columns)
            ):
                raise ValueError("matrices of other shapes do not fit entry by entry")
        spread = [_spread(matrix, rows, columns) for matrix in matrices]
        return [list(map(function, *together)) for together in zip(*spread, strict=True)]

    return operation


def _spread(matrix: Matrix, rows: int, columns: int) -> list[list[float]]:
    """A matrix of this shape: a number, a single row or a single column repeated."""
    if not isinstance(matrix, list):
        return [[matrix] * columns] * rows
    wide = [row * columns for row in matrix] if len(matrix[0]) == 1 else matrix
    return wide * rows if len(wide) == 1 else wide


def _product(first: Matrix, second: Matrix) -> Matrix:
    if len(first[0]) != len(second):
        raise ValueError(f"rows of {len(first[0])} numbers meet columns of {len(second)}")
    columns = list(zip(*second, strict=True))
    return [[sum(map(mul, row, column)) for column in columns] for row in first]


def _transposed(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def softmax_of(column: Sequence[float]) -> list[float]:
    """Softmax of one sample, shifted by the largest as `formulas` does it."""
    largest = max(column)
    exp = FLOAT.operations["exp"]
    powers = [exp(net - largest) for net in column]
    total = sum(powers)
    return [power / total for power in powers]


def _softmax_columns(net: Matrix) -> Matrix:
    return _transposed([softmax_of(column) for column in zip(*net, strict=True)])


def _shifted_powers(net: Matrix) -> Matrix:
    """e^net of each column, less its largest: what softmax divides by its sum."""
    columns = []
    for column in zip(*net, strict=True):
        largest = max(column)
        columns.append([FLOAT.operations["exp"](number - largest) for number in column])
    return _transposed(columns)


def _jacobian(out: Matrix) -> Matrix:
    column = [row[0] for row in out]
    return [
        [(a * (1 - a) if i == j else -a * b) for j, b in enumerate(column)]
        for i, a in enumerate(column)
    ]


def _through_jacobian(out: Matrix, term: Matrix) -> Matrix:
    """Jᵀ·term of each column, without J: out ⊙ (term − 1ᵀ·(out ⊙ term))."""
    columns = []
    for outs, terms in zip(zip(*out, strict=True), zip(*term, strict=True), strict=True):
        mean = sum(map(mul, outs, terms))
        columns.append([o * (t - mean) for o, t in zip(outs, terms, strict=True)])
    return _transposed(columns)


def _flattened(numbers: Any) -> list[float]:
    """The numbers of nested lists, one after the other."""
    if not isinstance(numbers, list | tuple):
        return [float(numbers)]
    if numbers and not isinstance(numbers[0], list | tuple):
        return list(map(float, numbers))
    return [number for row in numbers for number in _flattened(row)]


def _close(a: float, b: float, relative: float, absolute: float) -> bool:
    return isfinite(a) and isfinite(b) and abs(a - b) <= relative * abs(b) + absolute


class ListAlgebra:
    """Matrices as lists of rows."""

    operations: Mapping[str, Callable[..., Any]] = {
        **{op: _each(function) for op, function in FLOAT.operations.items() if op != "number"},
        "number": float,
        "⊙": _each(FLOAT.operations["*"]),
        "⊘": _each(FLOAT.operations["/"]),
        "@": _product,
        "T": _transposed,
        "over_units": lambda matrix: [[sum(column) for column in zip(*matrix, strict=True)]],
        "over_samples": lambda matrix: [[sum(row)] for row in matrix],
        "softmax_columns": _softmax_columns,
        "jacobian": _jacobian,
        "through_jacobian": _through_jacobian,
        "shifted_powers": _shifted_powers,
        "one_sample": lambda number, matrix: [[row[int(number)]] for row in matrix],
        "one_unit": lambda number, matrix: [
            row if at == int(number) else [0.0] * len(row) for at, row in enumerate(matrix)
        ],
        "softmax_rows": lambda net: _transposed(_softmax_columns(_transposed(net))),
        "jacobian_of_row": lambda out: _jacobian(_transposed(out)),
        "through_jacobian_of_rows": lambda out, term: _transposed(
            _through_jacobian(_transposed(out), _transposed(term))
        ),
    }

    def matrix(self, numbers: Any, columns: int) -> Matrix:
        flat = _flattened(numbers.tolist() if hasattr(numbers, "tolist") else numbers)
        return [flat[at : at + columns] for at in range(0, len(flat), columns)]

    def shape(self, matrix: Matrix) -> tuple[int, int]:
        return (len(matrix), len(matrix[0])) if isinstance(matrix, list) else (1, 1)

    def full(self, value: Matrix, shape: tuple[int, int]) -> Matrix:
        return [list(row) for row in _spread(value, *shape)]

    def is_finite(self, matrix: Matrix) -> bool:
        return all(isfinite(number) for row in matrix for number in row)

    def size(self, matrix: Matrix) -> float:
        return max((abs(x) for row in matrix for x in row if abs(x) < float("inf")), default=0.0)

    def differs(self, one: Matrix, other: Matrix, relative: float, absolute: float) -> int:
        return sum(
            not (a == b or (a != a and b != b) or _close(a, b, relative, absolute))
            for mine, theirs in zip(one, other, strict=True)
            for a, b in zip(mine, theirs, strict=True)
        )

    def rows(self, matrix: Matrix) -> list[list[float]]:
        return [list(row) for row in matrix]
