"""A network from arrays: what a config says, said as arguments, and checked by the same rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from backprop_cli.arrays.arguments import (
    Arguments,
    Columns,
    check_choice,
    check_options,
    columns_of,
)
from backprop_cli.arrays.arranging import (
    bias_keys,
    samples_in_rows,
    shape_of,
    targets_in_rows,
    weights_in_rows,
)
from backprop_cli.arrays.exact import exact
from backprop_cli.arrays.orientation import (
    SAMPLES,
    WEIGHT_ROWS,
    Orientation,
    Shapes,
    orientation_of,
    sides,
    sizes_of,
)
from backprop_cli.arrays.values import shape_text
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
    convention = top.pop("convention", {})
    if isinstance(convention, Mapping):
        weight_rows = weight_rows or convention.get("weight_rows")
    shapes = _shapes(columns, top)
    settled = weight_rows if weight_rows in WEIGHT_ROWS else None
    reading = orientation_of(shapes, settled, samples)
    if isinstance(convention, Mapping):
        convention = {"weight_rows": reading.weight_rows, **convention}
    sizes = sizes_of(shapes, reading)
    said = _samples(top, shapes, reading, sizes)
    count = 1 if shapes.inputs is None else len(said["inputs"])
    if ("data" in top or count > 1) and not {"learning", "batch_size"} & top.keys():
        said["learning"] = "batch"
    title = "-".join(str(size) for size in sizes if size is not None) + " network"
    layers = _layers(columns, shapes, reading, sizes)
    made = {"title": title} | top | said | {"convention": convention, "layers": layers}
    return network_of(Arguments("", "", made))


def _shapes(columns: Columns, top: Mapping[str, Any]) -> Shapes:
    """The shapes of all arrays. Raises `UsageError` for what has too many axes."""
    weights = [
        units if weights is None and isinstance(units, int) else shape_of(weights)
        for weights, units in zip(columns["weights"], columns["units"], strict=True)
    ]
    biases = [None if bias is None else shape_of(bias) for bias in columns["biases"]]
    data = [
        shape_of(top[key]) if key in top and "data" not in top else None
        for key in ("inputs", "targets")
    ]
    named = [(f"weights[{at}]", shape) for at, shape in enumerate(weights)]
    named += [(f"biases[{at}]", shape) for at, shape in enumerate(biases)]
    for name, shape in [*named, ("inputs", data[0]), ("targets", data[1])]:
        if isinstance(shape, tuple) and len(shape) > 2:
            what = f"{name}: has {len(shape)} axes: its shape is {shape_text(shape)}"
            raise UsageError(what, "it is a matrix, or flat")
    return Shapes(weights, biases, data[0], data[1])


def _samples(
    top: Mapping[str, Any], shapes: Shapes, reading: Orientation, sizes: Sequence[int | None]
) -> dict[str, Any]:
    """Inputs and targets with a list for each sample."""
    if shapes.inputs is None:
        return {key: top[key] for key in ("inputs", "targets") if key in top}
    count, _ = sides(shapes.inputs, reading.inputs)
    said = {"inputs": samples_in_rows(top["inputs"], shapes.inputs, reading.inputs)}
    if shapes.targets is not None:
        lying = targets_in_rows(top["targets"], shapes.targets, reading.targets, count, sizes[-1])
        said["targets"] = lying
    return said


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
