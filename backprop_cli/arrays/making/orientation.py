"""Which way the arrays of a network lie, as far as their shapes tell.

A matrix of weights has a row for each unit that it leads to, or from; samples are the rows of the
inputs and targets, or their columns. Every reading is held against all shapes, and the one that
most of them fit is taken: where all is well, all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

Shape = tuple[int, ...]
"""() for a number, (n,) for a flat list."""

WEIGHT_ROWS = ("to", "from")
SAMPLES = ("rows", "columns")


class Shapes(NamedTuple):
    """Those of a network's arrays, by layer; None where there is none, or nothing to go by.

    Of a layer with random weights there is the number of its units alone.
    """

    weights: Sequence[Shape | int | None]
    biases: Sequence[Shape | None]
    inputs: Shape | None
    targets: Shape | None


class Orientation(NamedTuple):
    """What a row of weights belongs to, and how samples lie in the inputs and in the targets."""

    weight_rows: str
    inputs: str
    targets: str


def orientation_of(
    shapes: Shapes, weight_rows: str | None = None, samples: str | None = None
) -> Orientation:
    """The reading that most of the shapes fit; what is given is settled.

    Where several fit alike, inputs and targets lie the same way; then the biases decide, for a
    column of them goes with samples as columns, and a row with samples as rows and X·W; then
    weights have a row for each unit that they lead to, and samples are rows.
    """
    settled = SAMPLES if samples is None else (samples,)
    readings = product(
        WEIGHT_ROWS if weight_rows is None else (weight_rows,),
        settled if _is_matrix(shapes.inputs) else SAMPLES,
        settled if _is_matrix(shapes.targets) else SAMPLES,
    )
    return max((Orientation(*reading) for reading in readings), key=lambda o: _fitting(shapes, o))


def sides(shape: Shape, samples: str) -> tuple[int, int]:
    """Samples and units of inputs or targets. A flat list is one sample, or one unit's numbers."""
    rows, columns = (1, *shape)[-2:] if shape else (1, 1)
    return (rows, columns) if samples == "rows" else (columns, rows)


def sizes_of(shapes: Shapes, reading: Orientation) -> list[int | None]:
    """How many units each layer has, the inputs first; None where it is not known."""
    sizes: list[int | None] = [
        None if shapes.inputs is None else sides(shapes.inputs, reading.inputs)[1]
    ]
    for weights in shapes.weights:
        sizes.append(_leads(weights, sizes[-1], reading.weight_rows)[1])
    return sizes


def has_labels(shape: Shape, samples: int, outputs: int | None) -> bool:
    """Whether targets of this shape can be a class for each sample."""
    flat = shape in ((), (samples,), (samples, 1), (1, samples))
    return flat and max(shape, default=1) == samples and outputs not in (None, 1)


def _is_matrix(shape: Shape | None) -> bool:
    return shape is not None and len(shape) == 2


def _leads(
    shape: Shape | int | None, fan_in: int | None, weight_rows: str
) -> tuple[int | None, int | None]:
    """From how many units weights lead, and to how many. A flat list leads to one, or from one."""
    if shape is None or isinstance(shape, int):
        return fan_in, shape
    if len(shape) == 2:
        return (shape[1], shape[0]) if weight_rows == "to" else (shape[0], shape[1])
    return (1, shape[0]) if fan_in == 1 and shape else (shape[0] if shape else 1, 1)


def _fitting(shapes: Shapes, reading: Orientation) -> tuple[int, bool, int]:
    """How many shapes fit a reading; whether inputs and targets lie alike; how biases speak."""
    sizes = sizes_of(shapes, reading)
    fits = hints = 0
    for weights, bias, fan_in, units in zip(
        shapes.weights, shapes.biases, sizes, sizes[1:], strict=False
    ):
        fits += fan_in is None or _leads(weights, fan_in, reading.weight_rows)[0] == fan_in
        if bias is not None:
            count = max(bias, default=1)
            fits += units is None or count in (1, units)
            hints += sum(_hints(bias, reading)) if count == units else 0
    if shapes.inputs is not None and shapes.targets is not None:
        count, _ = sides(shapes.inputs, reading.inputs)
        found = sides(shapes.targets, reading.targets)
        fits += found == (count, sizes[-1]) or has_labels(shapes.targets, count, sizes[-1])
    matrices = _is_matrix(shapes.inputs) and _is_matrix(shapes.targets)
    return fits, reading.inputs == reading.targets or not matrices, hints


def _hints(bias: Shape, reading: Orientation) -> Iterator[bool]:
    """What a row or a column of several biases says for a reading."""
    if len(bias) == 2 and max(bias) > 1:
        row = bias[0] == 1
        yield (reading.inputs == "rows") == row
        yield (reading.weight_rows == "from") == row
