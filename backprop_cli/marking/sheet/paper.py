"""Rounding floats as a person does on paper: the places that `arithmetic.on_paper` keeps."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, isfinite, log10


def grid_of(places: Mapping[str, int], kind: str, value: float) -> float:
    """The unit of the last place that `arithmetic.on_paper` keeps; 0 if it keeps all."""
    decimals = places.get(kind)
    if decimals is None:
        if "default" not in places:
            return 0.0
        default = places["default"]
        small = isfinite(value) and 0 < abs(value) < 0.1
        decimals = default - 1 - floor(log10(abs(value))) if small else default
    return 10.0**-decimals


def on_grid(value: float, grid: float) -> float:
    """`value` rounded to a multiple of `grid`, halves away from 0.

    What float error leaves a billionth of the grid below a half counts as a half.
    """
    if not grid or not abs(value) < 1e15 * grid:
        return value
    whole = int(abs(value) / grid + 0.5 + 1e-9)
    return float(f"{whole * grid:.12g}") * (-1 if value < 0 else 1)
