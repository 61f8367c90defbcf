"""Numbers in the order of a config: samples in rows, biases flat, classes as 0 and 1."""

from __future__ import annotations

from typing import Any

from backprop_cli.arrays.making.orientation import Shape, has_labels, sides
from backprop_cli.arrays.working.values import shape_text
from backprop_cli.errors import UsageError


def shape_of(value: Any) -> Shape | None:
    """The shape of nested lists, () for anything else; None where they are ragged or empty."""
    if not isinstance(value, list):
        return ()
    inner = {shape_of(item) for item in value} if list in set(map(type, value)) else {()}
    shape = inner.pop() if value else None
    return None if inner or shape is None else (len(value), *shape)


def weights_in_rows(weights: Any, shape: Shape | None, fan_in: int | None, rows: str) -> Any:
    """A matrix of weights as it is; flat weights as one that leads to one unit, or from one."""
    if shape is None or len(shape) != 1:
        return weights
    upright = (fan_in == 1) == (rows == "to")
    return [[weight] for weight in weights] if upright else [weights]


def bias_keys(bias: Any, shape: Shape | None, units: int | None, name: str) -> dict[str, Any]:
    """What a layer says of its bias: one for each unit, or one that it shares."""
    if bias is None:
        return {}
    if shape == ():
        return {"bias": bias}
    if shape is not None and len(shape) == 2:
        if 1 not in shape:
            what = f"{name}: is a matrix, {shape_text(shape)}"
            raise UsageError(what, "biases are flat, a row, a column, or one number")
        bias = [number for row in bias for number in row]
    shared = units not in (None, 1) and isinstance(bias, list) and len(bias) == 1
    return {"bias": bias[0]} if shared else {"biases": bias}


def samples_in_rows(value: Any, shape: Shape, samples: str) -> list[Any]:
    """A list for each sample."""
    rows = value if len(shape) == 2 else [value if shape else [value]]
    return rows if samples == "rows" else [list(column) for column in zip(*rows, strict=True)]


def targets_in_rows(value: Any, shape: Shape, samples: str, count: int, outputs: int | None) -> Any:
    """A list for each sample, of 0 and 1 where the targets are classes.

    Raises `UsageError` for a class that has no output.
    """
    if sides(shape, samples) != (count, outputs):
        if outputs is not None and has_labels(shape, count, outputs):
            flat = [item for row in samples_in_rows(value, shape, "rows") for item in row]
            return [_one_hot(label, outputs) for label in flat]
        if len(shape) < 2 and count > 1:  # not as many as there are samples: the config says so
            return samples_in_rows(value, shape, "columns")
    return samples_in_rows(value, shape, samples)


def _one_hot(label: Any, outputs: int) -> list[int]:
    if label not in range(outputs):
        what = f"targets: one number for each sample is its class, and {label} is none"
        raise UsageError(what, f"classes are counted from 0 to {outputs - 1}")
    return [int(at == label) for at in range(outputs)]
