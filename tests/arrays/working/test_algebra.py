"""Operators on lists and on NumPy arrays do the same, and what textbooks say."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from backprop_cli.arrays.working.algebra import ListAlgebra, algebra_for, softmax_of, value
from backprop_cli.arrays.working.numpy_algebra import NumpyAlgebra
from backprop_cli.formulas import MATRIX_RULES, Num, Ref

LISTS, NUMPY = ListAlgebra(), NumpyAlgebra()
both = pytest.mark.parametrize("algebra", [LISTS, NUMPY], ids=["lists", "numpy"])

A = np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.5]])
B = np.array([[2.0, 0.0, -1.0], [-0.5, 4.0, 0.25]])
POSITIVE = np.abs(A) + 0.1
ROW, COLUMN = np.array([[1.0, 10.0, -100.0]]), np.array([[2.0], [-3.0]])
EXTREME = np.array([[0.0, -0.0, np.inf], [-np.inf, np.nan, 1e308], [710.0, -800.0, 1e-320]])


def of(algebra, matrix):
    """A NumPy array, or a number, as a matrix of an algebra."""
    return algebra.matrix(matrix, matrix.shape[1]) if isinstance(matrix, np.ndarray) else matrix


def worked(algebra, op, *matrices):
    found = algebra.operations[op](*(of(algebra, matrix) for matrix in matrices))
    return np.array(algebra.rows(found) if not isinstance(found, float) else found)


def columns_softmax(net):
    return np.exp(net) / np.exp(net).sum(axis=0)


# op: operands, and the result as NumPy has it.
CASES = {
    "+": ((A, B, 2.0), A + B + 2),
    "*": ((3.0, A), 3 * A),
    "⊙": ((A, B, A), A * B * A),
    "/": ((A, 4.0), A / 4),
    "⊘": ((B, POSITIVE), B / POSITIVE),
    "neg": ((A,), -A),
    "square": ((A,), A**2),
    "^": ((POSITIVE, 3.0), POSITIVE**3),
    "max": ((A, B, 0.0), np.maximum(np.maximum(A, B), 0)),
    "abs": ((A,), np.abs(A)),
    "sign": ((A,), np.sign(A)),
    "if": ((A, B, 7.0), np.where(A > 0, B, 7)),
    "exp": ((A,), np.exp(A)),
    "ln": ((POSITIVE,), np.log(POSITIVE)),
    "log1p": ((POSITIVE,), np.log1p(POSITIVE)),
    "sqrt": ((POSITIVE,), np.sqrt(POSITIVE)),
    "tanh": ((A,), np.tanh(A)),
    "Phi": ((A,), np.vectorize(lambda z: (1 + math.erf(z / math.sqrt(2))) / 2)(A)),
    "phi": ((A,), np.exp(-(A**2) / 2) / math.sqrt(2 * math.pi)),
    "@": ((A, B.T), A @ B.T),
    "T": ((A,), A.T),
    "over_units": ((A,), A.sum(axis=0, keepdims=True)),
    "over_samples": ((A,), A.sum(axis=1, keepdims=True)),
    "softmax_columns": ((A,), columns_softmax(A)),
    "jacobian": (
        (columns_softmax(COLUMN),),
        np.diagflat(columns_softmax(COLUMN)) - columns_softmax(COLUMN) @ columns_softmax(COLUMN).T,
    ),
    "through_jacobian": (
        (columns_softmax(A), B),
        np.stack([(np.diag(p) - np.outer(p, p)).T @ b
                  for p, b in zip(columns_softmax(A).T, B.T, strict=True)], axis=1),
    ),
    "softmax_rows": ((A.T,), columns_softmax(A).T),
    "jacobian_of_row": (
        (columns_softmax(COLUMN).T,),
        np.diagflat(columns_softmax(COLUMN)) - columns_softmax(COLUMN) @ columns_softmax(COLUMN).T,
    ),
    "through_jacobian_of_rows": (
        (columns_softmax(A).T, B.T),
        np.stack([(np.diag(p) - np.outer(p, p)).T @ b
                  for p, b in zip(columns_softmax(A).T, B.T, strict=True)]),
    ),
    "shifted_powers": ((A,), np.exp(A - A.max(axis=0))),
    "one_sample": ((2.0, A), A[:, [2]]),
    "one_unit": ((1.0, A), A * np.array([[0], [1]])),
}  # fmt: skip


@both
@pytest.mark.parametrize("op", CASES)
def test_an_operator_is_what_textbooks_say(algebra, op):
    operands, expected = CASES[op]
    assert np.allclose(worked(algebra, op, *operands), expected, rtol=1e-14, atol=1e-15)


@both
def test_every_operator_has_its_row_here(algebra):
    assert set(algebra.operations) - {"number"} == set(CASES)
    assert set(MATRIX_RULES) <= set(algebra.operations)
    assert algebra.operations["number"](3) == 3.0


@both
@pytest.mark.parametrize("op", ["+", "⊙", "max"])
@pytest.mark.parametrize("other", [ROW, COLUMN, 2.5, np.array([[4.0]])])
def test_a_row_a_column_or_a_number_stands_for_all(algebra, op, other):
    function = {"+": np.add, "⊙": np.multiply, "max": np.maximum}[op]
    assert np.array_equal(worked(algebra, op, A, other), function(A, other))
    assert np.array_equal(worked(algebra, op, other, A), function(other, A))


@both
def test_a_row_meets_a_column_and_makes_a_square(algebra):
    assert np.array_equal(worked(algebra, "+", ROW, COLUMN), ROW + COLUMN)


@both
@pytest.mark.parametrize(
    ("op", "operands"),
    [("+", (A, A.T)), ("⊙", (A, A[:, :2])), ("@", (A, B)), ("⊙", (A, A[[0, 1, 1]]))],
)
def test_what_does_not_fit_raises(algebra, op, operands):
    with pytest.raises(ValueError):  # noqa: PT011 - NumPy's own words
        worked(algebra, op, *operands)


@both
def test_no_divisor_and_no_logarithm_is_zero(algebra):
    zero = np.zeros((1, 1))
    for op in ("/", "⊘"):
        assert np.isfinite(worked(algebra, op, zero, zero))
        assert worked(algebra, op, zero + 1, zero) > 1e300
    assert -1000 < worked(algebra, "ln", zero) < -700


@pytest.mark.parametrize("op", ["+", "⊙", "neg", "abs", "exp", "tanh", "max", "square", "if"])
def test_lists_and_numpy_agree_on_what_is_no_ordinary_number(op):
    operands = {"if": (EXTREME, EXTREME, EXTREME.T), "neg": (EXTREME,), "abs": (EXTREME,),
                "exp": (EXTREME,), "tanh": (EXTREME,), "square": (EXTREME,)}.get(
                    op, (EXTREME, EXTREME.T))  # fmt: skip
    lists, numpy = worked(LISTS, op, *operands), worked(NUMPY, op, *operands)
    with np.errstate(all="ignore"):
        assert np.allclose(lists, numpy, rtol=1e-14, equal_nan=True)


NUMBERS = st.floats(-30, 30)


@settings(deadline=None, max_examples=40)
@given(arrays(float, (3, 2), elements=NUMBERS), arrays(float, (3, 2), elements=NUMBERS))
def test_lists_and_numpy_agree_on_any_matrices(one, other):
    operands = {"@": (one, other.T), "jacobian": (one[:, :1],),
                "jacobian_of_row": (one[:1],), "one_sample": (1.0, one),
                "one_unit": (2.0, one), "if": (one, other, 1.0), "^": (abs(one), 2.0)}  # fmt: skip
    for op, (given_, _) in CASES.items():
        if op in ("ln", "log1p", "sqrt", "⊘", "/"):
            matrices = (np.abs(one) + 0.5, np.abs(other) + 0.5)[: len(given_)]
        else:
            matrices = operands.get(op, (one, other)[: len(given_)])
        assert np.allclose(
            worked(LISTS, op, *matrices), worked(NUMPY, op, *matrices), rtol=1e-12, atol=1e-12
        ), op


@both
def test_softmax_of_large_net_inputs_does_not_overflow(algebra):
    net = np.array([[1000.0, -1000.0], [1001.0, -1000.0]])
    expected = columns_softmax(np.array([[0.0, 0.0], [1.0, 0.0]]))
    assert np.allclose(worked(algebra, "softmax_columns", net), expected, rtol=1e-14)
    assert softmax_of([1000.0, 1001.0]) == pytest.approx(expected[:, 0])
    assert worked(algebra, "shifted_powers", net).max() == 1


@both
def test_softmax_shifts_each_column_by_its_own_largest(algebra):
    net = np.array([[0.0, 900.0], [1.0, 901.0]])
    powers = worked(algebra, "shifted_powers", net)
    assert np.array_equal(powers[:, 0], powers[:, 1])


@both
def test_numbers_come_in_so_many_columns(algebra):
    for given_ in ([1, 2, 3, 4, 5, 6], [[1, 2], [3, 4], [5, 6]], ((1, 2, 3), (4, 5, 6)),
                   np.arange(1, 7), np.arange(1.0, 7).reshape(2, 1, 3)):  # fmt: skip
        assert algebra.rows(algebra.matrix(given_, 3)) == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    assert algebra.rows(algebra.matrix(7, 1)) == [[7.0]]


@both
def test_shapes(algebra):
    assert algebra.shape(of(algebra, A)) == (2, 3)
    assert algebra.shape(of(algebra, ROW)) == (1, 3)
    assert algebra.shape(2.5) == (1, 1)
    assert algebra.rows(algebra.full(2.5, (1, 2))) == [[2.5, 2.5]]
    assert np.array_equal(algebra.rows(algebra.full(of(algebra, ROW), (2, 3))), [ROW[0]] * 2)
    assert algebra.rows(algebra.full(of(algebra, COLUMN), (2, 2))) == [[2, 2], [-3, -3]]


@both
def test_what_was_repeated_is_no_longer_one(algebra):
    found = algebra.full(of(algebra, ROW), (2, 3))
    found[0][0] = 5.0
    assert algebra.rows(found) == [[5, 10, -100], [1, 10, -100]]


@both
def test_the_size_of_a_matrix_is_its_largest_finite_entry(algebra):
    assert algebra.size(of(algebra, A)) == 3
    assert algebra.size(of(algebra, -A)) == 3
    assert algebra.size(of(algebra, np.array([[np.nan, -7.0, np.inf, -np.inf]]))) == 7
    assert algebra.size(of(algebra, np.array([[np.nan]]))) == 0


@both
def test_finite_is_without_nan_and_infinity(algebra):
    assert algebra.is_finite(of(algebra, A))
    for bad in (np.nan, np.inf, -np.inf):
        assert not algebra.is_finite(of(algebra, np.array([[1.0, bad]])))


@both
@pytest.mark.parametrize(
    ("mine", "right", "relative", "absolute", "count"),
    [
        (1.0, 1.0, 0, 0, 0), (1.0, 2.0, 0, 0, 1), (1.0, 2.0, 0.5, 0, 0), (2.0, 1.0, 0.5, 0, 1),
        (1.0, 2.0, 0, 1.0, 0), (1.0, 2.0, 0, 0.99, 1), (-1.0, -2.0, 0.25, 0.5, 0),
        (0.0, 0.0, 0, 0, 0), (0.0, -0.0, 0, 0, 0), (1.0, -1.0, 0.1, 0.1, 1),
        (np.nan, np.nan, 0, 0, 0), (np.nan, 1.0, 9, 9, 1), (1.0, np.nan, 9, 9, 1),
        (np.inf, np.inf, 0, 0, 0), (np.inf, -np.inf, 9, 9, 1), (1.0, np.inf, 9, 9, 1),
        (np.inf, 1.0, 9, 9, 1),
    ],
)  # fmt: skip
def test_two_numbers_differ_by_more_than_they_may(algebra, mine, right, relative, absolute, count):
    one, other = (of(algebra, np.array([[0.25, x], [x, 0.5]])) for x in (mine, right))
    assert algebra.differs(one, other, relative, absolute) == 2 * count


def test_numpys_arrays_are_worked_by_numpy_and_lists_by_lists():
    assert isinstance(algebra_for([[[1.0]], np.ones((1, 1))]), NumpyAlgebra)
    assert isinstance(algebra_for([[[1.0]], 2.0]), ListAlgebra)
    assert isinstance(algebra_for([]), ListAlgebra)


def test_a_formula_is_worked_with_matrices():
    x = Ref(SimpleNamespace(key="x"))
    assert value(2 * x + Num(1), {"x": [[1.0, 2.0]]}, LISTS) == [[3.0, 5.0]]
