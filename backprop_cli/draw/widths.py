"""How wide a line is that stands for a weight."""

from __future__ import annotations

THIN, THICK, PLAIN = 0.8, 3.6, 1.0
"""Of weight 0, of the largest weight, of what is no weight."""


def width_of_line(weight: float | None, largest: float) -> float:
    """The width for `weight`, where `largest` is the largest |weight| of the drawing."""
    if weight is None:
        return PLAIN
    share = abs(weight) / largest if largest else 0.0
    return round(THIN + (THICK - THIN) * share, 2)
