"""How the error fell: at most some thousand points of a run of any length, evenly spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

CAPACITY = 2000

Point = tuple[int, float]
"""Number of an epoch, from 1, and the error that it saw."""


@dataclass(slots=True)
class History:
    """Points at the epochs 1, 1 + stride, 1 + 2·stride, … When there are too many, every second
    one is forgotten; so what is kept depends on the length of the run alone.
    """

    stride: int = 1
    points: list[Point] = field(default_factory=list)

    def add(self, first: int, errors: Sequence[float]) -> None:
        """Take note of the errors of consecutive epochs, of which `first` is the number."""
        start = (1 - first) % self.stride
        epochs = range(first + start, first + len(errors), self.stride)
        self.points += zip(epochs, errors[start :: self.stride], strict=True)
        while len(self.points) > CAPACITY:
            del self.points[1::2]
            self.stride *= 2

    def next_after(self, epoch: int) -> int:
        """The first epoch after this one that a point is wanted of."""
        return epoch + 1 + -epoch % self.stride


def next_milestone(epoch: int) -> int:
    """The first of 1, 10, 100, … after `epoch`."""
    milestone = 1
    while milestone <= epoch:
        milestone *= 10
    return milestone
