"""Random initial weights, the same for the same seed on every machine and for ever."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from backprop_cli.formulas import Exact

Rows = list[list[Exact]]


class RandomWeights:
    """Weights for one layer after the other, all from one generator, in the order of the weights.

    So a layer's weights depend on those that were drawn before. Only `random.Random.random` is
    used, whose sequence Python keeps for a seed.
    """

    def __init__(self, seed: int) -> None:
        self._uniform = random.Random(seed).random

    def rows(self, init: Mapping[str, Any], fan_in: int, fan_out: int) -> Rows:
        """A row of `fan_in` weights for each of `fan_out` neurons.

        `init` is a checked table of `fields.TABLES["init"]`, with its defaults.
        """
        weight = _distribution(init, fan_in, fan_out)
        return [
            [Decimal(repr(weight(self._uniform()))) for _ in range(fan_in)] for _ in range(fan_out)
        ]


def _distribution(init: Mapping[str, Any], fan_in: int, fan_out: int) -> Callable[[float], float]:
    """What makes a weight of a number from 0 to 1.

    A normal deviate is its inverse distribution (Wichura, 1988). Ranges: Glorot & Bengio (2010),
    eq. 16, for xavier; He, Zhang, Ren & Sun (2015), eq. 10, for he.
    """
    match init["method"]:
        case "normal":
            return _normal(float(init["mean"]), float(init["std"]))
        case "he":
            return _normal(0.0, math.sqrt(2 / fan_in))
        case "xavier":
            bound = math.sqrt(6 / (fan_in + fan_out))
            return lambda u: bound * (2 * u - 1)
    low, high = float(init["low"]), float(init["high"])
    return lambda u: low + (high - low) * u


def _normal(mean: float, std: float) -> Callable[[float], float]:
    from statistics import NormalDist  # here, because few networks need it

    inverse = NormalDist().inv_cdf
    return lambda u: mean + std * (inverse(u) if u > 0 else 0.0)
