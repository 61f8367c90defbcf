"""The operators of matrix formulas on NumPy arrays, for arrays that came from NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from backprop_cli.formulas import FLOAT, TINY

Matrix = Any


def _quiet(function: Callable[..., Matrix]) -> Callable[..., Matrix]:
    """What overflows becomes infinite, and what is nowhere defined NaN, without a warning."""

    def operation(*matrices: Matrix) -> Matrix:
        with np.errstate(all="ignore"):
            return function(*matrices)

    return operation


def _each(function: Callable[[float], float]) -> Callable[[Matrix], Matrix]:
    elementwise = np.frompyfunc(function, 1, 1)
    return lambda matrix: np.asarray(elementwise(matrix), dtype=float)


def _nonzero(matrix: Matrix) -> Matrix:
    return np.where(matrix == 0, TINY, matrix)


def _softmax_columns(net: Matrix) -> Matrix:
    powers = np.exp(net - net.max(axis=0, keepdims=True))
    return powers / powers.sum(axis=0, keepdims=True)


def _through_jacobian(out: Matrix, term: Matrix) -> Matrix:
    """Jᵀ·term of each column, without J: out ⊙ (term − 1ᵀ·(out ⊙ term))."""
    return out * (term - (out * term).sum(axis=0, keepdims=True))


_FUNCTIONS: Mapping[str, Callable[..., Matrix]] = {
    "+": lambda *terms: reduce(np.add, terms),
    "*": lambda *factors: reduce(np.multiply, factors),
    "⊙": lambda *factors: reduce(np.multiply, factors),
    "/": lambda dividend, divisor: np.divide(dividend, _nonzero(divisor)),
    "⊘": lambda dividend, divisor: np.divide(dividend, _nonzero(divisor)),
    "neg": np.negative,
    "square": np.square,
    "^": np.power,
    "max": lambda *matrices: reduce(np.maximum, matrices),
    "abs": np.abs,
    "sign": np.sign,
    "if": lambda test, then, otherwise: np.where(np.greater(test, 0), then, otherwise),
    "exp": np.exp,
    "ln": lambda matrix: np.log(_nonzero(matrix)),
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "Phi": _each(FLOAT.operations["Phi"]),
    "phi": _each(FLOAT.operations["phi"]),
    "@": np.matmul,
    "T": np.transpose,
    "over_units": lambda matrix: matrix.sum(axis=0, keepdims=True),
    "over_samples": lambda matrix: matrix.sum(axis=1, keepdims=True),
    "softmax_columns": _softmax_columns,
    "jacobian": lambda out: np.diag(out[:, 0]) - out @ out.T,
    "through_jacobian": _through_jacobian,
    "shifted_powers": lambda net: np.exp(net - net.max(axis=0, keepdims=True)),
    "one_sample": lambda number, matrix: matrix[:, [int(number)]],
    "one_unit": lambda number, matrix: np.where(
        np.arange(len(matrix))[:, None] == number, matrix, 0.0
    ),
    "softmax_rows": lambda net: _softmax_columns(net.T).T,
    "jacobian_of_row": lambda out: np.diag(out[0]) - out.T @ out,
    "through_jacobian_of_rows": lambda out, term: _through_jacobian(out.T, term.T).T,
}


class NumpyAlgebra:
    """Matrices as arrays with two axes."""

    operations: Mapping[str, Callable[..., Any]] = {
        **{op: _quiet(function) for op, function in _FUNCTIONS.items()},
        "number": float,
    }

    def matrix(self, numbers: Any, columns: int) -> Matrix:
        return np.asarray(numbers, dtype=float).reshape(-1, columns)

    def shape(self, matrix: Matrix) -> tuple[int, int]:
        rows, columns = np.shape(matrix) or (1, 1)
        return rows, columns

    def full(self, value: Matrix, shape: tuple[int, int]) -> Matrix:
        return np.array(np.broadcast_to(value, shape))

    def is_finite(self, matrix: Matrix) -> bool:
        return bool(np.isfinite(matrix).all())

    def size(self, matrix: Matrix) -> float:
        entries = np.asarray(matrix)
        finite = np.abs(entries[np.isfinite(entries)])
        return float(finite.max()) if finite.size else 0.0

    def differs(self, one: Matrix, other: Matrix, relative: float, absolute: float) -> int:
        with np.errstate(all="ignore"):
            near = np.abs(one - other) <= relative * np.abs(other) + absolute
            near &= np.isfinite(one) & np.isfinite(other)
        return int((~(near | (one == other) | (np.isnan(one) & np.isnan(other)))).sum())

    def rows(self, matrix: Matrix) -> list[list[float]]:
        rows: list[list[float]] = matrix.tolist()
        return rows
