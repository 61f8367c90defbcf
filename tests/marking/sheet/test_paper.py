"""Rounding floats as on paper: the last place that is kept, and halves."""

import math
import random

import pytest

from backprop_cli.formulas import on_paper
from backprop_cli.marking.sheet.paper import grid_of, on_grid


@pytest.mark.parametrize(
    ("places", "kind", "value", "grid"),
    [
        ({}, "net", 0.5, 0.0),
        ({"net": 3}, "out", 0.5, 0.0),
        ({"net": 3}, "net", 0.5, 1e-3),
        ({"net": 3}, "net", 0.0005, 1e-3),
        ({"net": 2, "default": 5}, "net", 0.0005, 1e-2),
        ({"default": 3}, "net", 0.5, 1e-3),
        ({"default": 3}, "net", 123.0, 1e-3),
        ({"default": 3}, "net", 0.1, 1e-3),
        ({"default": 3}, "net", -0.1, 1e-3),
        ({"default": 3}, "net", 0.0999, 1e-4),
        ({"default": 3}, "net", -0.0999, 1e-4),
        ({"default": 3}, "net", 0.02, 1e-4),
        ({"default": 3}, "net", 0.00654, 1e-5),
        ({"default": 3}, "net", 0.0, 1e-3),
        ({"default": 3}, "net", math.inf, 1e-3),
        ({"default": 3}, "net", math.nan, 1e-3),
    ],
)
def test_the_last_place_that_is_kept(places, kind, value, grid):
    assert grid_of(places, kind, value) == pytest.approx(grid)


@pytest.mark.parametrize(
    ("value", "grid", "rounded"),
    [
        (0.125, 0.0, 0.125),
        (0.124, 0.01, 0.12),
        (0.1249999, 0.01, 0.12),
        (0.125, 0.01, 0.13),
        (-0.125, 0.01, -0.13),
        (-0.124, 0.01, -0.12),
        (0.285, 0.01, 0.29),
        (0.3001, 0.1, 0.3),
        (7.0, 1.0, 7.0),
        (0.0, 0.01, 0.0),
        (1e300, 0.01, 1e300),
        (-1e300, 0.01, -1e300),
    ],
)
def test_halves_are_rounded_away_from_zero(value, grid, rounded):
    assert on_grid(value, grid) == rounded


def test_what_is_no_number_stays_none():
    assert math.isnan(on_grid(math.nan, 0.01))
    assert on_grid(-math.inf, 0.01) == -math.inf


@pytest.mark.parametrize("places", [{"default": 2}, {"default": 4}, {"net": 3}])
def test_floats_are_rounded_like_the_decimals_of_a_trace(places):
    rng, paper = random.Random(1), on_paper(places)
    for _ in range(300):
        value = rng.choice([-1, 1]) * 10 ** rng.uniform(-6, 3)
        exact = paper.settle(paper.operations["number"](value), "net")
        assert on_grid(value, grid_of(places, "net", value)) == pytest.approx(
            float(exact), rel=1e-12
        )
