"""Numbers of a program are exact, as those of a config are."""

import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.arrays.making.exact import exact
from backprop_cli.arrays.working.values import array_of
from backprop_cli.errors import UsageError


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_the_shortest_decimal_that_reads_back_to_it(number):
    for found in (exact(number, "x"), exact([number], "x")[0], exact(np.array([number]), "x")[0]):
        assert type(found) is Decimal
        assert math.copysign(1, float(found)) == math.copysign(1, number)
        assert float(found) == number
        assert str(found).lower() == str(Decimal(repr(number))).lower()


def test_numbers_are_what_a_person_would_write():
    assert str(exact(0.36, "x")) == "0.36"
    assert exact(np.array([[0.36, 1.0]]), "x") == [[Decimal("0.36"), Decimal("1.0")]]
    assert exact(np.float32([0.5, 0.1]), "x") == [Decimal("0.5"), Decimal("0.10000000149011612")]
    assert exact([1, 0.5, True, "1/3", None], "x") == [1, Decimal("0.5"), True, "1/3", None]
    assert exact(Fraction(1, 3), "x") == "1/3"


def test_whole_numbers_stay():
    for thing in (np.array([3, 4]), [np.int64(3), 4], [3, 4], array_of([3, 4], "x")):
        found = exact(thing, "x")
        assert found == [3, 4]
        assert {type(number) for number in found} == {int}


def test_tables_and_paths_are_gone_through():
    assert exact({"name": "huber", "delta": 0.5}, "error") == {
        "name": "huber", "delta": Decimal("0.5"),
    }  # fmt: skip
    assert exact(Path("a.csv"), "data") == "a.csv"


def test_what_is_not_finite_is_told_once_with_the_place_of_the_first():
    holes = np.array([[1.0, 2.0], [np.inf, 4.0], [np.nan, 6.0]])
    with pytest.raises(UsageError) as caught:
        exact(holes, "weights[0]")
    assert str(caught.value).splitlines()[0] == (
        "error: weights[0][1][0]: is inf, no number to compute with; "
        "2 of its numbers are NaN or infinite"
    )
    with pytest.raises(UsageError, match=r"b: is nan, no number to compute with\n"):
        exact(np.float64("nan"), "b")


def test_a_list_that_holds_itself_ends():
    endless = []
    endless.append(endless)
    with pytest.raises(UsageError, match="more than 20 deep"):
        exact(endless, "inputs")
