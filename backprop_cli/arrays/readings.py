"""Readings: how somebody's arrays are to be taken, so that they can be held against ours.

Which way round they stand, whether a delta is that of ascent or of descent, and where the 1/m of a
batch comes in. What the shapes leave open, the numbers of the parameters and of the forward pass
settle; what these leave open too is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from backprop_cli.arrays.working.algebra import Algebra, Matrix
from backprop_cli.arrays.working.values import Array
from backprop_cli.engine import PER_SAMPLE, MatrixName

MEANS = ("gradient", "delta", "update", "never")
"""Where the 1/m of a batch may come in: `Reading.mean_at`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How arrays are taken.

    `rows`: a row for each sample, where ours have a column. `by_sender`: a row of weights for each
    sending unit. `descent`: error terms and deltas are those of −E; `rising`: the gradients too.
    `mean_at`: "gradient" as here; "delta", where deltas have the 1/m already; "update", where the
    gradients are sums and the update divides; "never", where nothing does.
    """

    rows: bool = False
    by_sender: bool = False
    descent: bool = False
    rising: bool = False
    mean_at: str = "gradient"

    def flipped(self, name: MatrixName) -> bool:
        """Whether the matrix of this name stands the other way round than ours."""
        if name.kind in PER_SAMPLE:
            return self.rows
        return self.by_sender if name.part == "W" else False

    def factor(self, name: MatrixName, samples: int) -> float:
        """What an array of this reading is to be multiplied by, to be what ours is."""
        factor = 1.0
        if name.kind in ("dE_dout", "delta"):
            factor *= -1.0 if self.descent else 1.0
            factor *= samples if self.mean_at == "delta" else 1.0
        if name.kind == "gradient":
            factor *= -1.0 if self.rising else 1.0
            factor /= samples if self.mean_at == "update" else 1.0
        return factor


def standing(
    array: Array, shape: tuple[int, int], flipped: bool, algebra: Algebra
) -> Matrix | None:
    """The array as our matrix of this shape; None where its own shape does not allow it.

    A vector may be flat, a row or a column; a number may stand alone.
    """
    rows, columns = shape
    given = tuple(length for length in array.shape if length != 1)
    wanted = tuple(length for length in shape if length != 1)
    if given != (wanted if not flipped else wanted[::-1]) or len(array.shape) > 3:
        return None
    if flipped:
        return algebra.operations["T"](algebra.matrix(array.numbers, rows))
    return algebra.matrix(array.numbers, columns)


def labels_standing(array: Array, shape: tuple[int, int], algebra: Algebra) -> Matrix | None:
    """Numbers of classes, one for each sample, as our targets of this shape: 1 for the class."""
    units, samples = shape
    if units == 1 or array.type != "integer" or prod(array.shape) != samples:
        return None
    classes = [int(row[0]) for row in algebra.rows(algebra.matrix(array.numbers, 1))]
    if not all(0 <= label < units for label in classes):
        return None
    rows = [[float(label == unit) for label in classes] for unit in range(units)]
    return algebra.matrix(rows, samples)


def as_it_stands(array: Array, reading: Reading, name: MatrixName, algebra: Algebra) -> Matrix:
    """An array of a shape that it should not have, the way round that a reading takes it."""
    matrix = algebra.matrix(array.numbers, array.shape[-1] if array.shape else 1)
    turned = reading.rows if name.kind in PER_SAMPLE or name.part == "b" else reading.by_sender
    return algebra.operations["T"](matrix) if turned else matrix
