"""Which way arrays lie is seen by their shapes; what they leave open follows the rules stated."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.arrays.making.orientation import (
    Orientation,
    Shapes,
    orientation_of,
    sides,
    sizes_of,
)

TO, FROM = "to", "from"
ROWS, COLUMNS = "rows", "columns"


def shapes(sizes, count, rows, samples, bias="flat"):
    """Those of a network whose arrays lie so."""
    ways = {"flat": lambda n: (n,), "row": lambda n: (1, n), "column": lambda n: (n, 1)}
    pairs = list(pairwise(sizes))

    def lying(units):
        return (count, units) if samples == ROWS else (units, count)

    return Shapes(
        [(n, m) if rows == TO else (m, n) for m, n in pairs],
        [None if bias is None else ways[bias](n) for _, n in pairs],
        lying(sizes[0]), lying(sizes[-1]),
    )  # fmt: skip


@given(
    st.permutations(range(2, 9)).map(lambda sizes: sizes[:4]),
    st.integers(9, 20),
    st.sampled_from([TO, FROM]),
    st.sampled_from([ROWS, COLUMNS]),
    st.sampled_from(["flat", "row", "column", None]),
)
def test_sizes_that_all_differ_leave_nothing_open(sizes, count, rows, samples, bias):
    given_ = shapes(sizes, count, rows, samples, bias)
    reading = orientation_of(given_)
    assert reading == Orientation(rows, samples, samples)
    assert sizes_of(given_, reading) == sizes


@pytest.mark.parametrize("samples", [ROWS, COLUMNS])
@pytest.mark.parametrize("rows", [TO, FROM])
def test_what_is_given_is_settled(rows, samples):
    square = shapes([3, 3, 3], 3, TO, ROWS)
    assert orientation_of(square, rows, samples) == Orientation(rows, samples, samples)


def test_squares_have_rows_for_receivers_and_for_samples():
    assert orientation_of(shapes([3, 3, 3], 3, FROM, COLUMNS)) == Orientation(TO, ROWS, ROWS)


def test_columns_of_biases_go_with_columns_of_samples_and_rows_with_products_from_the_left():
    column = shapes([3, 3, 3], 3, TO, COLUMNS, "column")
    assert orientation_of(column) == Orientation(TO, COLUMNS, COLUMNS)
    row = shapes([3, 3, 3], 3, FROM, ROWS, "row")
    assert orientation_of(row) == Orientation(FROM, ROWS, ROWS)
    single = shapes([1, 1], 1, TO, ROWS, "row")
    assert orientation_of(single) == Orientation(TO, ROWS, ROWS), "(1, 1) is no row"


def test_one_array_decides_for_the_others():
    # A square X, and targets or a second layer that are not square.
    targets = Shapes([(3, 3)], [None], (3, 3), (3, 1))
    assert orientation_of(targets).inputs == ROWS  # no reading fits three outputs
    assert orientation_of(Shapes([(1, 3)], [None], (3, 3), (1, 3))).inputs == COLUMNS
    assert orientation_of(Shapes([(1, 3)], [None], (3, 3), (3, 1))).inputs == ROWS
    assert orientation_of(Shapes([(3, 3), (3, 1)], [None] * 2, (5, 3), (5, 1))).weight_rows == FROM
    assert orientation_of(Shapes([(3, 3), (1, 3)], [None] * 2, (5, 3), (5, 1))).weight_rows == TO


def test_inputs_and_targets_may_lie_differently_where_their_shapes_say_so():
    mixed = Shapes([(4, 3), (1, 4)], [None] * 2, (3, 2), (2, 1))
    assert orientation_of(mixed) == Orientation(TO, COLUMNS, ROWS)


def test_of_shapes_that_do_not_fit_the_reading_that_most_fit_is_taken():
    wrong = shapes([5, 4, 2], 7, FROM, ROWS)
    wrong.biases[1] = (3,)
    assert orientation_of(wrong) == Orientation(FROM, ROWS, ROWS)
    wrong.weights[1] = (9, 2)
    assert orientation_of(wrong) == Orientation(FROM, ROWS, ROWS)


def test_flat_lists_and_numbers():
    assert sides((3,), ROWS) == (1, 3)
    assert sides((3,), COLUMNS) == (3, 1)
    assert sides((), ROWS) == (1, 1)
    one_sample = Shapes([(2, 3)], [()], (3,), (2,))
    assert orientation_of(one_sample) == Orientation(TO, ROWS, ROWS)
    one_output = Shapes([(1, 3)], [()], (5, 3), (5,))
    assert orientation_of(one_output) == Orientation(TO, ROWS, COLUMNS)
    one_input = Shapes([(2, 1)], [()], (5,), (5, 2))
    assert orientation_of(one_input) == Orientation(TO, COLUMNS, ROWS)
    flat_weights = Shapes([(3,), (4,)], [None] * 2, (5, 3), (5, 4))
    assert sizes_of(flat_weights, orientation_of(flat_weights)) == [3, 1, 4]
    classes = Shapes([(3, 2)], [None], (5, 2), (5,))
    assert orientation_of(classes)[:2] == (TO, ROWS)


def test_a_square_batch_of_flat_classes_is_read_by_the_weights():
    assert orientation_of(Shapes([(3, 2)], [None], (2, 5), (5,))).inputs == COLUMNS


def test_what_is_not_known_fits_everything():
    drawn = Shapes([4, 1], [None] * 2, (7, 3), (7, 1))
    assert sizes_of(drawn, orientation_of(drawn)) == [3, 4, 1]
    unknown = Shapes([None, (2, 4)], [None] * 2, None, None)
    assert sizes_of(unknown, orientation_of(unknown)) == [None, None, 2]
