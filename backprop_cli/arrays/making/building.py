"""A network from arrays: what a config says, said as arguments, and checked by the same rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from backprop_cli.arrays.making.arguments import (
    Arguments,
    Columns,
    check_choice,
    check_options,
    columns_of,
)
from backprop_cli.arrays.making.arranging import (
    bias_keys,
    samples_in_rows,
    shape_of,
    targets_in_rows,
    weights_in_rows,
)
from backprop_cli.arrays.making.exact import exact
from backprop_cli.arrays.making.orientation import (
    SAMPLES,
    WEIGHT_ROWS,
    Orientation,
    Shape,
    Shapes,
    orientation_of,
    sides,
    sizes_of,
)
from backprop_cli.arrays.working.values import shape_text
from backprop_cli.config import network_of
from backprop_cli.engine import Network
from backprop_cli.errors import UsageError

# Arguments with a list over the layers, and the keys of a layer that are called otherwise.
_KEYS = {"activations": "activation", "alphas": "alpha"}


def network(
    weights: Any = None,
    biases: Any = None,
    *,
    inputs: Any,
    targets: Any,
    activations: str | Sequence[str],
    eta: Any = None,
    units: Sequence[int] | None = None,
    init: Any = None,
    alphas: Any = None,
    weight_rows: str | None = None,
    samples: str | None = None,
    **options: Any,
) -> Network:
    """The network that has these arrays: of NumPy, PyTorch or JAX, or nested lists of numbers.

    `weights` and `biases` are lists with an entry for each layer. A bias is a flat list, a row, a
    column, or a number that the layer shares; None is no bias. `activations` has a name for each
    layer, one for all of them, or, of more than two layers, one for all hidden ones and that of
    the output. `alphas` are those of leaky-relu and elu. In place of weights, `units` has the
    sizes of the layers, and `init` and `seed` say how their weights are drawn.

    Which way the arrays lie is seen by their shapes. Where these leave it open, inputs and targets
    lie the same way; then columns of biases go with samples as columns, rows of biases with samples
    as rows and a row of weights for each sending unit; otherwise weights have a row for each unit
    that they lead to, and samples are rows. `weight_rows` ("to" or "from") and `samples` ("rows"
    or "columns") settle it. Flat inputs are one sample, or the samples of one input; flat targets
    those of one sample, or of one output. Whole numbers, one for each sample, are classes, counted
    from 0, where there are several outputs.

    `options` are the other keys of a config, `error`, `optimizer`, `convention`, with the same
    meaning and defaults. Two are different here: `eta` is 1 if it is left out, for to check a
    forward and backward pass none is needed; and several samples are one batch, unless `learning`
    or `batch_size` says otherwise. A float is taken as the shortest decimal that reads back to it.

    Raises `ConfigError` with all that is wrong, and `UsageError` for arrays that cannot be read.

    >>> network([[[0.5, 0.25]]], [0.1], inputs=[1, 2], targets=[0], activations="tanh").shape
    (2, 1)
    """
    check_options(options)
    check_choice("weight_rows", weight_rows, WEIGHT_ROWS)
    check_choice("samples", samples, SAMPLES)
    columns = columns_of(
        weights=weights, biases=biases, activations=activations, units=units, init=init,
        alphas=alphas,
    )  # fmt: skip
    top = {"eta": 1 if eta is None else eta, "inputs": inputs, "targets": targets, **options}
    top = {key: exact(value, key) for key, value in top.items() if value is not None}
    shapes = _shapes(columns, top)
    reading = orientation_of(shapes, weight_rows or _said_rows(top), samples)
    sizes = sizes_of(shapes, reading)
    made: dict[str, Any] = {
        "title": "-".join(str(size) for size in sizes if size is not None) + " network"
    }
    if "data" in top or (shapes.inputs is not None and sides(shapes.inputs, reading.inputs)[0] > 1):
        made |= {} if "batch_size" in top else {"learning": "batch"}
    made |= top | _arranged("", top, reading, sizes)
    if isinstance(apart := top.get("validation"), Mapping):
        made["validation"] = _arranged("validation.", apart, reading, sizes)
    if isinstance(said := top.get("convention", {}), Mapping):
        made["convention"] = {"weight_rows": reading.weight_rows, **said}
        if weight_rows is not None:
            made["convention"]["weight_rows"] = weight_rows
    made["layers"] = _layers(columns, shapes, reading, sizes)
    made_of = network_of(Arguments("", "", made))
    open_ = (("weights", weight_rows or _said_rows(top)), ("samples", samples))
    guessed = [what for what, said in open_ if said is None and _is_square(what, shapes)]
    laid = "columns" if reading.inputs == "columns" else "rows", reading.weight_rows
    return replace(made_of, laid=laid, guessed=tuple(guessed))


def _is_square(what: str, shapes: Shapes) -> bool:
    """Whether arrays look alike the other way round: all weights, or inputs and targets."""
    if what == "weights":
        return all(isinstance(shape, tuple) and _alike(shape) for shape in shapes.weights)
    targets = shapes.targets is None or len(shapes.targets) < 2 or _alike(shapes.targets)
    return shapes.inputs is not None and _alike(shapes.inputs) and targets


def _alike(shape: Sequence[int]) -> bool:
    return len(shape) == 2 and shape[0] == shape[1] > 1


def _said_rows(top: Mapping[str, Any]) -> str | None:
    """What the convention says of weights, if it says something that there is."""
    said = top.get("convention")
    rows = said.get("weight_rows") if isinstance(said, Mapping) else None
    return rows if rows in WEIGHT_ROWS else None


def _shapes(columns: Columns, top: Mapping[str, Any]) -> Shapes:
    """The shapes of all arrays. Raises `UsageError` for what has too many axes."""
    weights = [
        units if isinstance(units, int) and weights is None else _shape(f"weights[{at}]", weights)
        for at, (weights, units) in enumerate(
            zip(columns["weights"], columns["units"], strict=True)
        )
    ]
    biases = [
        None if bias is None else _shape(f"biases[{at}]", bias)
        for at, bias in enumerate(columns["biases"])
    ]
    inputs, targets = (
        _shape(key, top[key]) if key in top and "data" not in top else None
        for key in ("inputs", "targets")
    )
    return Shapes(weights, biases, inputs, targets)


def _shape(name: str, value: Any) -> Shape | None:
    """The shape, None for what has none. Raises `UsageError` for more than two axes."""
    shape = shape_of(value)
    if shape is not None and len(shape) > 2:
        what = f"{name}: has {len(shape)} axes: its shape is {shape_text(shape)}"
        raise UsageError(what, "it is a matrix, or flat")
    return shape


def _arranged(
    table: str, said: Mapping[str, Any], reading: Orientation, sizes: Sequence[int | None]
) -> dict[str, Any]:
    """What a table says, with a list for each sample in its inputs and targets."""
    arranged = dict(said)
    if "data" in said or "inputs" not in said:
        return arranged
    inputs = _shape(f"{table}inputs", said["inputs"])
    if inputs is not None:
        arranged["inputs"] = samples_in_rows(said["inputs"], inputs, reading.inputs)
        targets = _shape(f"{table}targets", said["targets"]) if "targets" in said else None
        if targets is not None:
            count, _ = sides(inputs, reading.inputs)
            arranged["targets"] = targets_in_rows(
                said["targets"], targets, reading.targets, count, sizes[-1]
            )
    return arranged


def _layers(
    columns: Columns, shapes: Shapes, reading: Orientation, sizes: Sequence[int | None]
) -> list[dict[str, Any]]:
    """The layers as a config has them."""
    blocks = []
    for at, (below, units) in enumerate(pairwise(sizes)):
        said = {key: values[at] for key, values in columns.items() if values[at] is not None}
        block = {_KEYS.get(key, key): value for key, value in said.items()}
        if "weights" in block and not isinstance(shape := shapes.weights[at], int):
            block["weights"] = weights_in_rows(said["weights"], shape, below, reading.weight_rows)
        bias = block.pop("biases", None)
        blocks.append(block | bias_keys(bias, shapes.biases[at], units, f"biases[{at}]"))
    return blocks
