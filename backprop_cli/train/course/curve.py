"""The error curve as text, in dots of Braille: two across and four down in every character."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby, pairwise

_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))

Point = tuple[int, float]


def spans_decades(points: Sequence[Point]) -> bool:
    """Whether the errors are positive and the largest is more than ten times the smallest."""
    errors = [error for _, error in points]
    return min(errors) > 0 and max(errors) > 10 * min(errors)


def curve(points: Sequence[Point], width: int = 64, height: int = 12) -> list[str]:
    """Lines of text, `width` wide, with the error over the epochs; none for less than two points.

    The scale of the error is logarithmic where it spans decades.
    """
    if len(points) < 2:
        return []
    logarithmic = spans_decades(points)
    heights = [math.log10(error) if logarithmic else error for _, error in points]
    low, high = min(heights), max(heights)
    labels = [
        f"{10**level if logarithmic else level:.3g}" for level in (high, (low + high) / 2, low)
    ]
    margin = max(map(len, labels))
    columns = width - margin - 2
    cells = _cells([epoch for epoch, _ in points], heights, (columns, height))
    named = {0: labels[0], height // 2: labels[1], height - 1: labels[2]}
    lines = [
        f"{named.get(row, ''):>{margin}} ┤" + "".join(map(chr, cells[row])).rstrip("\u2800")
        for row in range(height)
    ]
    first, last = str(points[0][0]), str(points[-1][0])
    scale = f"{first}{last:>{columns - len(first)}}"
    return [*lines, " " * (margin + 2) + scale]


def _cells(epochs: list[int], heights: list[float], size: tuple[int, int]) -> list[list[int]]:
    """Code points of the characters, row by row: a line through the points."""
    columns, rows = size
    cells = [[0x2800] * columns for _ in range(rows)]
    high, extent = max(heights), (max(heights) - min(heights)) or 1.0
    across, down = 2 * columns - 1, 4 * rows - 1
    dots = [
        (
            round((epoch - epochs[0]) / (epochs[-1] - epochs[0]) * across),
            round((high - height) / extent * down),
        )
        for epoch, height in zip(epochs, heights, strict=True)
    ]
    different = (dot for dot, _ in groupby(dots))  # many points fall on one dot
    for (x, y), (next_x, next_y) in pairwise(different):
        steps = max(abs(next_x - x), abs(next_y - y), 1)
        for step in range(steps + 1):
            column = x + round((next_x - x) * step / steps)
            row = y + round((next_y - y) * step / steps)
            cells[row // 4][column // 2] |= _DOTS[column % 2][row % 4]
    return cells
