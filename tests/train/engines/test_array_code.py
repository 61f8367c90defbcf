"""Formulas as lines of NumPy: each operator, what is left out, and which buffers are filled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from backprop_cli.formulas import FLOAT, RULES, TINY, Expr, Label, Num, Op, Partial, Ref
from backprop_cli.formulas.expr import exp, ln, maximum, root, softmax, softplus, when_positive
from backprop_cli.train.engines.array_code import SCALAR, ArrayCode, Operand

X, Y, N, T = (Ref(Label(key)) for key in "xynt")
GIVEN = {"x": [0.5, -0.25, 3.0], "y": [2.0, 0.5, -1.0]}


class Made:
    """The value of a formula of the arrays x and y, the known number n and the unknown one t."""

    def __init__(self, formula: Expr, careful: bool = False, into: bool = False, **given: Any):
        arrays = {key: np.array(value) for key, value in (GIVEN | given).items()}
        self.code = ArrayCode(careful)
        known = {key: Operand(key, array.shape) for key, array in arrays.items()}
        known |= {"n": self.code.number(4.0), "t": Operand("t", SCALAR)}
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
        self.into = self.code.buffer(shape) if into else None
        self.operand = self.code.compute(formula, known, self.into)
        made = self.code.function("def made(x, y, t):", f"return {self.operand.name}")
        copies = {key: array.copy() for key, array in arrays.items()}
        self.value = np.array(made(arrays["x"], arrays["y"], 3.0))
        assert all((arrays[key] == copies[key]).all() for key in arrays), "an operand was changed"

    @property
    def calls(self) -> list[str]:
        """Names of the functions that the lines call."""
        return [line.split("(")[0] for line in self.code.lines]


def expected(formula: Expr) -> list[float]:
    """The same by `FLOAT`, element by element."""
    pairs = zip(GIVEN["x"], GIVEN["y"], strict=True)
    known = ({"x": x, "y": y, "n": 4.0, "t": 3.0} for x, y in pairs)
    return [formula.evaluate(values, FLOAT.operations) for values in known]


ARGUMENTS = {
    "+": (X, Y, N),
    "*": (X, Y, N),
    "max": (X, Y, N),
    "if": (X, Y, N),
    "/": (X, Y),
    "^": (exp(X), Y),
    "ln": (X * X,),
    "sqrt": (X * X,),
    "log1p": (X * X,),
}


@pytest.mark.parametrize("into", [False, True])
@pytest.mark.parametrize("careful", [False, True])
@pytest.mark.parametrize("op", [op for op in RULES if op != "softmax"])
def test_every_operator_is_computed_as_in_floats(op: str, careful: bool, into: bool) -> None:
    formula = Op(op, ARGUMENTS.get(op, (X,)))
    made = Made(formula, careful, into)
    assert made.value == pytest.approx(expected(formula), rel=1e-15)
    assert made.into is None or made.operand == made.into


@pytest.mark.parametrize(
    ("formula", "calls"),
    [
        (X - Y, ["subtract"]),
        (-X + Y, ["negative", "add"]),
        (-(X - Y), ["subtract"]),
        (-(X + Y), ["add", "negative"]),
        (-(X - Y + N), ["subtract", "add", "negative"]),
        (X + Y - N, ["add", "subtract"]),
        (1 * X * Y, ["multiply"]),
        (X * Y * N, ["multiply", "multiply"]),
        (X**2, ["multiply"]),
        (X / Y, ["divide"]),
        (maximum(X, Y, N), ["maximum", "maximum"]),
        (when_positive(X, 1, 0), ["greater"]),
        (when_positive(X, 0, 1), ["greater", "copyto", "copyto"]),
        (when_positive(X, 1, Y), ["greater", "copyto", "copyto"]),
        (when_positive(X, Y, 0), ["greater", "copyto", "copyto"]),
        (Partial(Label("dx"), X), []),
        (1 * X, []),
        (N * N + 1, []),
    ],
    ids=repr,
)
def test_a_formula_is_so_many_calls(formula: Expr, calls: list[str]) -> None:
    made = Made(formula)
    assert made.calls == calls
    value = np.broadcast_to(made.value, 3)
    assert value == pytest.approx(expected(formula), rel=1e-15)


def test_what_is_known_is_computed_beforehand() -> None:
    made = Made(root(N) - 5 * N)
    assert (made.operand.shape, made.operand.value) == (SCALAR, -18.0)
    assert made.code.lines == []


def test_numbers_that_change_are_computed_by_themselves() -> None:
    """1 − n^t, as in Adam: in plain Python, not on arrays."""
    made = Made(1 - N**T)
    assert float(made.value) == 1 - 4.0**3.0
    assert [line.split(" = ")[1][:6] for line in made.code.lines] == ["float("] * 2
    assert made.operand.value is None
    assert float(Made(-T + N).value) == 1.0
    assert Made(X / (1 - N**T)).value == pytest.approx([x / -63 for x in GIVEN["x"]])


def test_a_value_that_is_only_kept_is_copied() -> None:
    for formula in (X, Num(2), 1 * X, N + 1):
        made = Made(formula, into=True)
        assert made.calls == ["copyto"]
        assert made.operand == made.into


def test_a_buffer_that_is_not_looked_at_again_is_filled_anew() -> None:
    made = Made(exp(exp(X * Y) + N))
    assert len({line.split("out=")[1] for line in made.code.lines}) == 1
    assert made.operand.spare
    two = Made(exp(X) * exp(Y))
    assert len({line.split("out=")[1] for line in two.code.lines}) == 2


def test_a_spare_buffer_of_another_shape_is_left_alone() -> None:
    made = Made(exp(X) + Y, x=[[0.0], [1.0]], y=[1.0, 2.0])
    assert made.value == pytest.approx(np.exp([[0.0], [1.0]]) + np.array([1.0, 2.0]))
    assert made.operand.shape == (2, 2)


def test_careful_code_has_the_smallest_number_in_place_of_0() -> None:
    with np.errstate(divide="ignore"):
        assert Made(ln(X), x=[0.0, 1.0, 2.0]).value[0] == -np.inf
        assert Made(Y / X, x=[0.0, 1.0, 2.0]).value[0] == np.inf
    assert Made(ln(X), True, x=[0.0, 1.0, 2.0]).value == pytest.approx(np.log([TINY, 1, 2]))
    found = Made(Y / X, True, x=[0.0, -0.0, 2.0], y=[2.0, 0.25, 6.0]).value
    assert list(found) == [2 / TINY, 0.25 / TINY, 3.0]
    assert Made(X / N, True).calls == ["divide"]
    assert Made(N / X, True).calls == ["nonzero", "divide"]


def test_softmax_goes_along_each_row_and_is_shifted() -> None:
    for into in (False, True):
        made = Made(softmax(X, X), x=[[1000.0, 1000.0], [0.0, np.log(3)]], y=[0.0, 0.0], into=into)
        assert made.value == pytest.approx(np.array([[0.5, 0.5], [0.25, 0.75]]))
    assert Made(softmax(X, X), x=[[-7.0], [800.0]], y=[0.0]).value.tolist() == [[1.0], [1.0]]


def test_softplus_does_not_overflow() -> None:
    value = Made(softplus(X), x=[1000.0, -1000.0, 0.0]).value
    assert value == pytest.approx([1000.0, 0.0, np.log(2)])


def test_what_is_no_formula_is_refused() -> None:
    with pytest.raises(TypeError, match="not a formula"):
        ArrayCode(False).compute(Expr(), {})


def test_two_objects_have_two_names() -> None:
    code = ArrayCode(False)
    names = [code.object(n) for n in range(3)]
    assert [code.objects[name] for name in names] == [0, 1, 2]
