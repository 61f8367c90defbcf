"""Slips of the hand: what becomes of a right number."""

import math

import pytest

from backprop_cli.marking.diagnosis.mistakes.slips import (
    decimal_slips,
    rounded,
    sign_slips,
    transpositions,
)
from backprop_cli.marking.reading.answers import number_of


def test_a_sign_slips_to_the_other():
    assert list(sign_slips(0.5)) == [-0.5]
    assert list(sign_slips(-0.5)) == [0.5]


def test_the_point_moves_by_up_to_six_places_either_way():
    found = {power: value for value, power in decimal_slips(2.0)}
    assert sorted(found) == [*range(-6, 0), *range(1, 7)]
    for power, value in found.items():
        assert value == pytest.approx(2 * 10.0**power)


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_of_0_neither_sign_nor_point_slips(zero):
    assert not [*sign_slips(zero), *decimal_slips(zero)]


@pytest.mark.parametrize(
    ("right", "written", "found"),
    [
        (0.123, "0.132", [0.213, 0.132]),
        (-0.123, "-0.213", [-0.213, -0.132]),
        (0.1234, "0.9", []),
        (0.1250, "0.99", [0.31]),
        (0.1149, "0.99", []),
        (12.34, "9.99", [21.34, 13.24, 12.43]),
        (1234.0, "9e1", [213.0 * 10, 132.0 * 10]),
        (0.5, "3/8", [0.05]),
        (0.5, "1/2", []),
        (math.inf, "0.5", []),
        (math.nan, "0.5", []),
        (1e27, "0.999", []),
        (-0.001, "0.010", []),
    ],
)
def test_two_neighbouring_digits_change_places(right, written, found):
    made = list(transpositions(right, number_of(written)))
    assert made == pytest.approx(found)


def test_a_transposition_is_tried_up_to_thirty_digits():
    assert len(list(transpositions(1.2e26, number_of("0.999")))) > 0
    assert list(transpositions(1.2e27, number_of("0.999"))) == []
    assert list(transpositions(-1.2e27, number_of("0.999"))) == []


@pytest.mark.parametrize(
    ("value", "digits", "decimals", "cut", "found"),
    [
        (0.0123456, 3, False, False, 0.0123),
        (0.0123456, 4, False, False, 0.01235),
        (0.0123456, 4, False, True, 0.01234),
        (0.0123456, 3, True, False, 0.012),
        (0.0123456, 4, True, True, 0.0123),
        (-0.0126, 3, True, False, -0.013),
        (-0.0126, 3, True, True, -0.012),
        (1.25, 1, True, False, 1.3),
        (123.456, 2, False, False, 120.0),
        (123.456, 2, True, False, 123.46),
        (0.0, 2, False, False, 0.0),
        (math.inf, 2, False, False, math.inf),
        (1e28, 2, True, False, 1e28),
        (1e29, 2, True, False, 1e29),
    ],
)
def test_a_number_is_rounded_or_cut_to_digits_or_decimals(value, digits, decimals, cut, found):
    assert rounded(value, digits, decimals, cut) == found
