"""How somebody's arrays are taken: turned round, with another sign, with the 1/m elsewhere."""

import numpy as np
import pytest

from backprop_cli import network
from backprop_cli.arrays.readings import (
    Reading,
    as_it_stands,
    labels_standing,
    standing,
)
from backprop_cli.arrays.working.algebra import ListAlgebra
from backprop_cli.arrays.working.numpy_algebra import NumpyAlgebra
from backprop_cli.arrays.working.program import Program
from backprop_cli.arrays.working.values import array_of

both = pytest.mark.parametrize("algebra", [ListAlgebra(), NumpyAlgebra()], ids=["lists", "numpy"])
NET = network([np.ones((3, 2)), np.ones((2, 3))], [[1, 1, 1], [1, 1]], inputs=np.ones((4, 2)),
              targets=np.ones((4, 2)), activations="tanh", samples="rows")  # fmt: skip
NAMES = Program(NET, (1, 2, 3, 4), ListAlgebra()).names
WHOLE = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def read(thing, shape, flipped, algebra):
    found = standing(array_of(thing, "A"), shape, flipped, algebra)
    return None if found is None else algebra.rows(found)


@both
def test_a_matrix_stands_as_it_is_or_is_turned(algebra):
    turned = [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]
    assert read(WHOLE, (3, 2), False, algebra) == WHOLE
    assert read(WHOLE, (2, 3), True, algebra) == turned
    assert read(WHOLE, (2, 3), False, algebra) is None
    assert read(WHOLE, (3, 2), True, algebra) is None
    assert read(turned, (3, 2), True, algebra) == WHOLE
    square = [[1.0, 2.0], [3.0, 4.0]]
    assert read(square, (2, 2), False, algebra) == square
    assert read(square, (2, 2), True, algebra) == [[1.0, 3.0], [2.0, 4.0]]


@both
@pytest.mark.parametrize("thing", [[1, 2, 3], [[1, 2, 3]], [[1], [2], [3]], [[[1], [2], [3]]]])
@pytest.mark.parametrize("flipped", [False, True])
def test_a_vector_is_flat_or_a_row_or_a_column(algebra, thing, flipped):
    assert read(thing, (3, 1), flipped, algebra) == [[1], [2], [3]]
    assert read(thing, (1, 3), flipped, algebra) == [[1, 2, 3]]
    assert read(thing, (2, 1), flipped, algebra) is None
    assert read(thing, (3, 3), flipped, algebra) is None


@both
def test_a_number_stands_alone(algebra):
    for thing in (2.5, [2.5], [[2.5]], np.float64(2.5)):
        assert read(thing, (1, 1), False, algebra) == [[2.5]]
        assert read(thing, (1, 2), False, algebra) is None


@both
def test_numbers_of_classes_are_targets(algebra):
    classes = array_of([2, 0, 1, 2], "y")
    found = labels_standing(classes, (3, 4), algebra)
    assert algebra.rows(found) == [[0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 1]]
    assert labels_standing(array_of([[2], [0], [1], [2]], "y"), (3, 4), algebra) is not None
    assert labels_standing(classes, (2, 4), algebra) is None
    assert labels_standing(classes, (3, 5), algebra) is None
    assert labels_standing(classes, (1, 4), algebra) is None
    assert labels_standing(array_of([2.0, 0, 1, 2], "y"), (3, 4), algebra) is None
    assert labels_standing(array_of([-1, 0, 1, 2], "y"), (3, 4), algebra) is None


@both
def test_what_has_another_shape_stands_as_the_reading_has_it(algebra):
    array = array_of([[1, 2, 3], [4, 5, 6]], "A")
    turned = [[1, 4], [2, 5], [3, 6]]
    plain = [[1, 2, 3], [4, 5, 6]]

    def stands(reading, key, thing=array):
        return algebra.rows(as_it_stands(thing, reading, NAMES[key], algebra))

    for key in ("net_1", "delta_2", "b1"):
        assert stands(Reading(rows=True), key) == turned
        assert stands(Reading(by_sender=True), key) == plain
    for key in ("W1", "dE_dW2"):
        assert stands(Reading(by_sender=True), key) == turned
        assert stands(Reading(rows=True), key) == plain
    assert stands(Reading(), "net_1", array_of([1, 2], "A")) == [[1, 2]]
    assert stands(Reading(), "net_1", array_of(7, "A")) == [[7]]


def test_which_matrices_a_reading_turns():
    per_sample = ("X", "T", "net_1", "out_2", "err", "E_out", "E_total", "delta_1", "dE_dout_1",
                  "dout_dnet_1", "net_1_new")  # fmt: skip
    for key in per_sample:
        assert Reading(rows=True).flipped(NAMES[key])
        assert not Reading(by_sender=True).flipped(NAMES[key])
    for key in ("W1", "dE_dW2", "change_W1", "W1_new"):
        assert not Reading(rows=True).flipped(NAMES[key])
        assert Reading(by_sender=True).flipped(NAMES[key])
    for key in ("b1", "dE_db2", "E_mean"):
        assert not Reading(rows=True, by_sender=True).flipped(NAMES[key])


FACTORS = [
    # the reading, and what δ, ∂E/∂W and out are multiplied by
    (Reading(), 1, 1), (Reading(descent=True), -1, 1), (Reading(rising=True), 1, -1),
    (Reading(descent=True, rising=True), -1, -1), (Reading(mean_at="delta"), 4, 1),
    (Reading(mean_at="update"), 1, 1 / 4), (Reading(mean_at="never"), 1, 1),
    (Reading(descent=True, mean_at="delta"), -4, 1),
    (Reading(rising=True, mean_at="update"), 1, -1 / 4),
]  # fmt: skip


@pytest.mark.parametrize(("reading", "delta", "gradient"), FACTORS)
def test_what_makes_an_array_ours(reading, delta, gradient):
    for key in ("delta_1", "dE_dout_2"):
        assert reading.factor(NAMES[key], 4) == delta
    for key in ("dE_dW1", "dE_db2"):
        assert reading.factor(NAMES[key], 4) == gradient
    for key in ("out_1", "W1", "change_W1", "W1_new", "E_total", "dout_dnet_1"):
        assert reading.factor(NAMES[key], 4) == 1
