"""Weights that a seed gives: the same for ever, and of the distribution that was asked for."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from statistics import fmean, pstdev

import pytest

from backprop_cli.config.fields import with_defaults
from backprop_cli.config.random_weights import RandomWeights


def drawn(seed: int = 7, fan_in: int = 3, fan_out: int = 2, **init: object) -> list[list[float]]:
    rows = RandomWeights(seed).rows(with_defaults("init", init), fan_in, fan_out)
    assert all(isinstance(weight, Decimal) for row in rows for weight in row)
    return [[float(weight) for weight in row] for row in rows]


def test_a_row_for_each_neuron_from_one_generator() -> None:
    weights = RandomWeights(7)
    init = with_defaults("init", {})
    first, second = weights.rows(init, 3, 2), weights.rows(init, 2, 1)
    flat = [weight for row in (*first, *second) for weight in row]
    assert [len(row) for row in first] == [3, 3]
    assert RandomWeights(7).rows(init, 8, 1) == [flat]
    assert RandomWeights(8).rows(init, 8, 1) != [flat]


# The first two numbers of seed 7 are 0.3238… and 0.1508…
@pytest.mark.parametrize(
    ("init", "expected"),
    [
        ({}, [-0.176167235, -0.349150826]),
        ({"low": -1, "high": "3"}, [0.295331059, -0.396603304]),
        ({"low": 2, "high": 2}, [2, 2]),
        ({"method": "normal"}, [-0.457007674, -1.032798197]),
        ({"method": "normal", "mean": 5, "std": Fraction(1, 2)}, [4.771496163, 4.483600902]),
        ({"method": "xavier"}, [-0.385963074, -0.764951134]),
        ({"method": "he"}, [-0.373145203, -0.843276196]),
    ],
)
def test_the_numbers_of_seed_7(init: dict[str, object], expected: list[float]) -> None:
    assert drawn(**init)[0][:2] == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("init", "mean", "deviation", "furthest"),
    [
        ({}, 0, 1 / math.sqrt(12), 0.5),
        ({"low": 0, "high": 4}, 2, 4 / math.sqrt(12), 4),
        ({"method": "normal", "mean": 3, "std": 2}, 3, 2, 11),
        ({"method": "xavier"}, 0, math.sqrt(2 / 50), math.sqrt(6 / 50)),
        ({"method": "he"}, 0, math.sqrt(2 / 40), 1.2),
    ],
)
def test_mean_and_deviation(init, mean: float, deviation: float, furthest: float) -> None:
    """Of 4,000 weights of a layer of 10 blocks, 40 units feeding 10."""
    weights = RandomWeights(1)
    table = with_defaults("init", init)
    found = [float(w) for _ in range(10) for row in weights.rows(table, 40, 10) for w in row]
    assert fmean(found) == pytest.approx(mean, abs=4 * deviation / math.sqrt(len(found)))
    assert pstdev(found) == pytest.approx(deviation, rel=0.04)
    assert max(map(abs, found)) <= furthest


@pytest.mark.parametrize("method", ["normal", "he"])
def test_a_zero_from_the_generator_is_the_mean(monkeypatch, method: str) -> None:
    """The inverse distribution has no value at 0."""
    weights = RandomWeights(1)
    monkeypatch.setattr(weights, "_uniform", lambda: 0.0)
    (row,) = weights.rows(with_defaults("init", {"method": method}), 2, 1)
    assert row == [0, 0]
