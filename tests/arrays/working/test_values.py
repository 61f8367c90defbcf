"""Anything that is an array becomes plain numbers; anything else is told by its name."""

import array
import math
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from backprop_cli.arrays.working.values import Array, array_of, is_array
from backprop_cli.errors import UsageError


class Foreign:
    """An array of a library that is built on NumPy, as those of JAX and pandas are."""

    def __init__(self, numbers, dtype=None):
        self.kept = np.array(numbers, dtype)

    def __array__(self, dtype=None, copy=None):
        return self.kept


class Traced:
    def __array__(self, dtype=None, copy=None):
        raise TypeError("this array is\nbeing traced")


def test_nested_lists_have_the_shape_of_their_nesting():
    assert array_of([[1, 2.5, 3], [4, 5, 6]], "W1") == Array(
        (2, 3), "float64", [[1.0, 2.5, 3.0], [4.0, 5.0, 6.0]]
    )
    assert array_of([1, 2], "b1") == Array((2,), "integer", [1.0, 2.0])
    assert array_of(((0.5,), (1,)), "X").shape == (2, 1)
    assert array_of([[[1.0, 2.0]]], "zs").shape == (1, 1, 2)
    assert array_of(0.25, "cost") == Array((), "float64", 0.25)
    assert array_of([Decimal("0.1"), Fraction(1, 4)], "b") == Array((2,), "float64", [0.1, 0.25])


def test_all_numbers_become_floats():
    for thing in (3, [3], [[3]], [3, 4.0], array.array("i", [3]), [True], [Decimal(3)]):
        numbers = array_of(thing, "x").numbers
        while isinstance(numbers, list):
            numbers = numbers[0]
        assert type(numbers) is float


@pytest.mark.parametrize("name", ["float64", "float32", "float16"])
def test_numpy_arrays_keep_their_shape_type_and_exact_numbers(name):
    given = np.array([[0.1, 0.36], [1e-7, 3.0]], name)
    found = array_of(given, "A1")
    assert (found.shape, found.type) == ((2, 2), name)
    assert found.numbers.dtype == np.float64
    assert found.lists() == [[float(x) for x in row] for row in given]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (np.arange(3), "integer"), (np.array([True, False, True]), "integer"),
        (np.arange(3, dtype=np.uint8), "integer"), (np.arange(3, dtype=">f4"), "float32"),
        (np.arange(3, dtype=np.longdouble), "float64"), (np.float32([0, 1, 2]), "float32"),
        (Foreign([0, 1, 2], "float32"), "float32"), (memoryview(np.arange(3.0)), "float64"),
        (array.array("d", [0, 1, 2]), "float64"), (array.array("f", [0, 1, 2]), "float32"),
        (array.array("l", [0, 1, 2]), "integer"), ([np.float32(0), np.float32(1), 2], "float32"),
        ([np.array(0), np.float16(1), 2.0], "float16"), ([0, np.int64(1), 2], "integer"),
        ([np.float64(0), 1, np.float32(2)], "float32"),
    ],
)  # fmt: skip
def test_the_type_is_that_of_the_program(given, kind):
    found = array_of(given, "x")
    assert (found.shape, found.type) == ((3,), kind)
    assert len(found.lists()) == 3


def test_a_list_of_arrays_is_one_array():
    found = array_of([np.array([1.0, 2.0]), [3, 4]], "X")
    assert found == Array((2, 2), "float64", [[1.0, 2.0], [3.0, 4.0]])
    assert array_of(found, "X") is found


def test_what_is_read_does_not_change_with_the_program():
    given = np.array([1.0, 2.0])
    found = array_of(given, "A1")
    given *= 3
    assert found.lists() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        found.numbers[0] = 5


def test_nan_and_infinities_are_left_to_the_verdict():
    found = array_of([[math.nan, math.inf]], "Z2").numbers[0]
    assert math.isnan(found[0])
    assert found[1] == math.inf
    assert np.isnan(array_of(np.array([np.nan]), "Z2").numbers[0])
    assert array_of(np.array([1e4000], np.longdouble), "Z2").numbers[0] == math.inf


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        ([[1, 2], [3]], "W1: is ragged: entry 0 has 2 numbers and entry 1 has 1 number"),
        ([[1], 3], "W1: is ragged: entry 0 has 1 number and entry 1 is a number"),
        ([np.ones((2, 3)), np.ones((2, 2))], "entry 1 has the shape (2, 2)"),
        (np.array([1, None]), "W1: is an array of objects"),
        (np.array([1j]), "W1: has complex numbers"),
        ([1, 2j], "W1: has complex numbers"),
        (np.array(["0.5"]), "W1: has entries of type text"),
        (np.array(["2020-01-01"], "datetime64[D]"), "W1: has entries of type date"),
        (np.zeros(2, [("a", "f8")]), "W1: has entries of type record"),
        (["0.5", "a"], 'W1: the text "0.5" is no number'),
        ("\x1b[31m" + "x" * 80, '\\x1b[31mxxx'),
        (np.ma.array([1, 2], mask=[0, 1]), "W1: is a masked array"),
        (np.ones((1, 2, 1, 2)), "W1: has 4 axes, more than 3"),
        ([[[[1]]]], "W1: has 4 axes, more than 3"),
        ([[[[[1]]]]], "W1: has more than 3 axes"),
        (np.ones((2, 0)), "W1: is empty: its shape is (2, 0)"),
        ([], "W1: is empty: its shape is (0,)"),
        ([[], []], "W1: is empty: its shape is (2, 0)"),
        (None, "W1: None is no array"), ([1, None], "W1: None is no array"),
        ({"a": 1}, "W1: a dict is no array"), ({1.0}, "W1: a set is no array"),
        (len, "W1: a builtin_function_or_method is no array"),
        (Traced(), "W1: a Traced whose numbers cannot be read: this array is being traced"),
        ([10**400], "W1: has a number that is no float"),
        (array.array("u", "ab"), "W1: has entries of type"),
    ],
)  # fmt: skip
def test_what_is_no_array_of_numbers_is_told_by_name(thing, message):
    with pytest.raises(UsageError) as caught:
        array_of(thing, "W1")
    assert message in str(caught.value)


def test_a_list_that_holds_itself_ends():
    endless = [1]
    endless[0] = endless
    assert not is_array(endless)
    with pytest.raises(UsageError, match="more than 3 axes"):
        array_of(endless, "W1")


def test_what_is_worth_looking_at():
    for thing in ([1], [[0.5, 1]], (1, 2), np.ones(2), np.float32(1), [np.ones(2), np.ones(3)],
                  Foreign([1]), Traced(), array.array("d"), memoryview(b"ab"), [Fraction(1, 2)],
                  array_of(3, "x")):  # fmt: skip
        assert is_array(thing), thing
    for thing in ([], [[]], "text", ["a"], None, 3, 0.5, {}, {"a": [1]}, np.ndarray, len, np, [{}],
                  [[[[[1]]]]]):  # fmt: skip
        assert not is_array(thing), thing


def test_neither_numpy_nor_torch_is_imported_for_lists():
    code = (
        "import sys\nfrom backprop_cli.arrays.working.values import array_of\n"
        "array_of([[1, 2.5]], 'x')\nprint([m for m in ('numpy', 'torch') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


class TestTensors:
    """Of PyTorch, where it is installed."""

    @pytest.fixture
    def torch(self):
        return pytest.importorskip("torch")

    @pytest.mark.parametrize("name", ["float64", "float32", "float16", "bfloat16"])
    def test_floats_of_every_type(self, torch, name):
        given = torch.tensor([[0.1, 0.36]], dtype=getattr(torch, name), requires_grad=True)
        found = array_of(given, "fc1.weight")
        assert (found.shape, found.type) == ((1, 2), name)
        assert found.lists() == given.detach().tolist()
        assert is_array(given)

    def test_integers_parameters_scalars_and_lists_of_them(self, torch):
        assert array_of(torch.arange(3), "y").type == "integer"
        layer = torch.nn.Linear(2, 3)
        assert array_of(layer.weight, "w").shape == (3, 2)
        assert array_of(torch.tensor(0.5) * 2, "loss") == Array((), "float32", np.array(1.0))
        assert array_of([torch.tensor(0.5), torch.tensor(2.0)], "b").lists() == [0.5, 2.0]
        assert array_of(torch.eye(2).to_sparse(), "e").lists() == [[1.0, 0.0], [0.0, 1.0]]

    def test_what_is_read_does_not_change_with_the_program(self, torch):
        given = torch.ones(2, dtype=torch.float64)
        found = array_of(given, "A1")
        given.mul_(3)
        assert found.lists() == [1.0, 1.0]

    def test_tensors_without_real_numbers(self, torch):
        with pytest.raises(UsageError, match='W1: is a tensor on the device "meta"'):
            array_of(torch.ones(2, device="meta"), "W1")
        with pytest.raises(UsageError, match="W1: has complex numbers"):
            array_of(torch.ones(2, dtype=torch.complex64), "W1")
        with pytest.raises(UsageError, match="W1: is empty"):
            array_of(torch.ones(2, 0), "W1")

    def test_without_numpy_they_become_lists(self, torch, monkeypatch):
        monkeypatch.delitem(sys.modules, "numpy")
        assert array_of(torch.eye(2), "W1") == Array((2, 2), "float32", [[1.0, 0.0], [0.0, 1.0]])
