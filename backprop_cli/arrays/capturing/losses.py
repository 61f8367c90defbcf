"""The loss of a `torch.nn` model: taken once, and recognised by its value."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any, NamedTuple

from backprop_cli.arrays.capturing.layers import Linear, is_of_torch
from backprop_cli.arrays.capturing.recognising import Loss, Rows, loss_of, losses
from backprop_cli.errors import UsageError, visible

# Losses of PyTorch, modules and functions: the error, and what parameter it has there.
_LOSSES = {
    "mseloss": ("mean-squared", "squared"), "mse_loss": ("mean-squared", "squared"),
    "bceloss": ("binary-cross-entropy",), "binary_cross_entropy": ("binary-cross-entropy",),
    "bcewithlogitsloss": ("binary-cross-entropy",),
    "binary_cross_entropy_with_logits": ("binary-cross-entropy",),
    "crossentropyloss": ("cross-entropy",), "cross_entropy": ("cross-entropy",),
    "nllloss": ("cross-entropy",), "nll_loss": ("cross-entropy",),
    "huberloss": ("huber",), "huber_loss": ("huber",),
    "smoothl1loss": ("huber",), "smooth_l1_loss": ("huber",),
}  # fmt: skip


class Run(NamedTuple):
    """One run of a model: linear layers, outputs, targets as rows and as given, and the loss."""

    layers: list[Linear]
    output: Any
    targets: Rows
    shape: tuple[int, ...]
    value: Any


def matrix_of(tensor: Any) -> Any:
    """A tensor with a row for each sample: one of one axis is one sample."""
    return tensor.detach().reshape(1, -1) if tensor.dim() < 2 else tensor.detach().flatten(1)


def rows_of(tensor: Any, samples: int | None = None) -> list[list[float]]:
    """The numbers, a row for each sample."""
    plain = matrix_of(tensor) if samples is None else tensor.detach().reshape(samples, -1)
    found: list[list[float]] = plain.double().tolist()
    return found


def value_of(loss: Any, output: Any, targets: Any) -> Any:
    """The loss as one number. Raises `UsageError` for what it raises."""
    if not callable(loss):
        raise UsageError(
            f"the loss is of type {type(loss).__name__}, no function", "nn.MSELoss(), say"
        )
    if isinstance(loss, type):
        raise UsageError("the loss is a class, not yet a loss", f"did you mean {loss.__name__}()?")
    like = "" if targets.dtype.is_floating_point else f", the targets are {targets.dtype}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of shapes that are broadcast: that is an error here
            value = loss(output, targets)
    except Exception as error:
        said = visible(" ".join(str(error).split())[:300])
        raise UsageError(
            f"the loss cannot be taken{like}: {type(error).__name__}: {said}"
        ) from error
    if not hasattr(value, "backward") or value.numel() != 1:
        raise UsageError("the loss is not one number", 'reduction="mean" or "sum"')
    if not value.requires_grad:
        raise UsageError("the loss does not depend on anything that is trained")
    return value


def targets_of(targets: Any, outputs: Rows) -> Rows:
    """The targets, a row for each sample; of whole numbers, one for each sample, those of classes.

    Raises `UsageError` where they are not as many as the outputs.
    """
    samples, units = len(outputs), len(outputs[0])
    if targets.numel() == samples * units and (targets.dtype.is_floating_point or units == 1):
        return rows_of(targets, samples)
    if targets.numel() == samples and not targets.dtype.is_floating_point:
        classes = targets.reshape(-1).tolist()
        if all(0 <= one < units for one in classes):
            return [[float(at == one) for at in range(units)] for one in classes]
    if targets.numel() == samples * units:
        return rows_of(targets, samples)
    what = f"the targets have the shape {tuple(targets.shape)}, the outputs ({samples}, {units})"
    raise UsageError(what, "a target for each output, or a class for each sample")


def smoothed(targets: Rows, loss: Any) -> Rows:
    """The targets with the label smoothing of the loss: t·(1 − s) + s/n."""
    part = float(_setting(loss, "label_smoothing") or 0.0)
    if part == 0:
        return targets
    return [[(1 - part) * target + part / len(row) for target in row] for row in targets]


def recognised(ran: Run, loss: Any, output: Rows, bare: bool, close: float) -> Loss:
    """The error that the loss is; of `bare` net inputs it may take the activation itself.

    Raises `UsageError` if it is none that is known.
    """
    declared = loss.func if isinstance(loss, partial) else loss
    kind = getattr(declared, "__name__", type(declared).__name__)
    home = getattr(declared, "__module__", None) or type(declared).__module__
    names = _LOSSES.get(kind.lower(), ()) if home.startswith("torch.") else ()
    among = losses(len(output[0]), names)
    delta = _setting(loss, "delta")
    if delta is not None:
        parameters = {"delta": float(delta)}
        among = [one._replace(parameters=parameters) if one.parameters else one for one in among]
    value = float(ran.value.detach())
    found = loss_of(value, ran.targets, output, close, among)
    if found is None:
        raise _unknown(ran, f"the loss {kind} = {value:.6g} is no error that is known", loss)
    if found.of and not bare:
        what = f"{found.of} is taken twice: by the model, and by the loss of its outputs"
        raise UsageError(what, "leave it out of the model, or take a loss of probabilities")
    return found


def _unknown(ran: Run, what: str, loss: Any) -> UsageError:
    given, made = ran.shape, tuple(ran.output.shape)
    if _setting(loss, "weight") is not None or _setting(loss, "pos_weight") is not None:
        return UsageError(f"{what}: weights of classes are not supported")
    if made != (*given, 1):
        hint = "its errors are those of the config, as a mean or a sum over the samples"
        return UsageError(what, hint)
    shapes = f"targets of the shape {given} are held against outputs of the shape {made}"
    return UsageError(f"{what}: {shapes}", "PyTorch broadcasts the two to all their pairs")


def _setting(loss: Any, name: str) -> Any:
    """A setting of a loss, a module or a function with some arguments; None if it has none."""
    said = loss.keywords if isinstance(loss, partial) else vars(loss) if is_of_torch(loss) else {}
    return said.get(name, getattr(loss, "_buffers", {}).get(name))
