"""Random initial weights, the same for the same seed on every machine and for ever."""

from __future__ import annotations

import math
import random
from collections.abc import Generator, Mapping
from decimal import Decimal
from typing import Any

from backprop_cli.config.fields import TABLES
from backprop_cli.formulas import Exact

Rows = list[list[Exact]]


def drawn_weights(seed: int, places: int | None = None) -> Generator[Rows, tuple[Any, int, int]]:
    """Send (init, fan_in, fan_out), get a row of weights per neuron; prime with `next` first.

    `init` is a checked table of `fields.TABLES["init"]`. All numbers come from one generator, in
    the order of the weights, so that a layer's weights depend on those before. With `places`, they
    are rounded to that many decimals.

    Only `random.Random.random` is used, whose sequence Python keeps for a seed; a normal deviate
    is its inverse distribution (Wichura, 1988). Ranges: Glorot & Bengio (2010), eq. 16, for
    xavier; He, Zhang, Ren & Sun (2015), eq. 10, for he.
    """
    uniform = random.Random(seed).random
    rows: Rows = []
    while True:
        init, fan_in, fan_out = yield rows
        rows = [
            [_exact(_drawn(init, fan_in, fan_out, uniform()), places) for _ in range(fan_in)]
            for _ in range(fan_out)
        ]


def _drawn(init: Mapping[str, Any], fan_in: int, fan_out: int, u: float) -> float:
    """One weight from a number `u` between 0 and 1."""
    fields = TABLES["init"]
    p = {key: float(init.get(key, fields[key].default)) for key in ("low", "high", "mean", "std")}
    match init.get("method", "uniform"):
        case "normal":
            return p["mean"] + p["std"] * _normal_deviate(u)
        case "he":
            return math.sqrt(2 / fan_in) * _normal_deviate(u)
        case "xavier":
            bound = math.sqrt(6 / (fan_in + fan_out))
            return bound * (2 * u - 1)
    return p["low"] + (p["high"] - p["low"]) * u


def _normal_deviate(u: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(u) if u > 0 else 0.0


def _exact(weight: float, places: int | None) -> Exact:
    return Decimal(repr(weight)) if places is None else Decimal(f"{weight:.{places}f}")
