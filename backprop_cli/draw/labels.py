"""Places for the labels of edges between two columns, so that none covers another.

The room between the columns is cut into upright strips, as wide as the widest label. In a strip
a label stands on its own edge, and no two may meet. A label goes into the first strip in which it
is free, those near the ends of the edges first, for there it is plain whose it is. If a label finds
no strip there are more of them, and the drawing grows.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import NamedTuple

GAP = 10.0
"""Between two strips."""
CLEAR = 3.0
"""Between two labels in a strip."""


class Span(NamedTuple):
    """An edge from one column to the next: the heights of its ends, and the size of its label."""

    start: float
    end: float
    width: float
    height: float


class Placing(NamedTuple):
    """How far apart the columns stand, and where the middle of each label is, counted from them."""

    distance: float
    middles: tuple[tuple[float, float], ...]


def placed(spans: Sequence[Span], least: float, margin: float) -> Placing:
    """Columns at least `least` apart, and each label on its edge; `margin` is free at both ends."""
    labelled = [at for at, span in enumerate(spans) if span.width]
    if not labelled:
        return Placing(least, ((0.0, 0.0),) * len(spans))
    strip = max(spans[at].width for at in labelled) + GAP
    count = 1
    while True:
        distance = max(least, 2 * margin + count * strip)
        found = _in_strips([spans[at] for at in labelled], count, distance, margin)
        if found is not None:
            break
        count += max(1, count // 8)
    middles = [(0.0, 0.0)] * len(spans)
    for at, middle in zip(labelled, found, strict=True):
        middles[at] = middle
    return Placing(distance, tuple(middles))


def _in_strips(
    spans: Sequence[Span], count: int, distance: float, margin: float
) -> list[tuple[float, float]] | None:
    """A place for every label in one of `count` strips; None if there are too few."""
    breadth = max(span.width for span in spans) + GAP
    near = (count + 1) // 2
    xs = [margin + breadth * (at + 0.5) for at in range(near)]
    xs += [distance - margin - breadth * (at + 0.5) for at in range(count - near)]
    order = sorted(range(count), key=lambda at: at if at < near else at - near + 0.5)
    taken: list[list[tuple[float, float]]] = [[] for _ in range(count)]
    places = []
    for span in spans:
        for at in order:
            y = span.start + (span.end - span.start) * xs[at] / distance
            if _free(taken[at], y, span.height):
                places.append((xs[at], y))
                break
        else:
            return None
    return places


def _free(taken: list[tuple[float, float]], y: float, height: float) -> bool:
    """Whether a label has room at this height of a strip; if so it is put there."""
    low, high = y - height / 2 - CLEAR / 2, y + height / 2 + CLEAR / 2
    at = bisect_left(taken, (low, high))
    if at and taken[at - 1][1] > low:
        return False
    if at < len(taken) and taken[at][0] < high:
        return False
    insort(taken, (low, high))
    return True
