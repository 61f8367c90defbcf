"""A model of PyTorch, run once: its network, and what PyTorch has computed.

The network is worked here from the weights alone, so what PyTorch computed is held against an
independent witness: `check(*capture(model, inputs, targets, loss))`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from backprop_cli.arrays.building import network
from backprop_cli.arrays.layers import Call, Linear, activations_of, is_of_torch, linear_layers, run
from backprop_cli.arrays.recognising import (
    CLOSE,
    Function,
    Loss,
    Rows,
    activation_of,
    applied,
    are_close,
    loss_of,
    losses,
)
from backprop_cli.arrays.values import Array, array_of
from backprop_cli.engine import Network
from backprop_cli.errors import UsageError, visible

# Modules of PyTorch: the activation, and the attribute that has its parameter.
_ACTIVATIONS = {"Sigmoid": ("logistic", ""), "Tanh": ("tanh", ""), "ReLU": ("relu", ""),
                "LeakyReLU": ("leaky-relu", "negative_slope"), "ELU": ("elu", "alpha"),
                "Softplus": ("softplus", ""), "SiLU": ("silu", ""), "Mish": ("mish", ""),
                "GELU": ("gelu", ""), "Softmax": ("softmax", "")}  # fmt: skip

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


class Captured(NamedTuple):
    """A network, and arrays by their keys: units are rows and samples columns."""

    network: Network
    arrays: dict[str, Array]


class _Run(NamedTuple):
    """One run of a model: linear layers, the outputs, targets as rows, and the loss."""

    layers: list[Linear]
    output: Any
    targets: Rows
    value: Any


def capture(model: Any, inputs: Any, targets: Any, loss: Callable[[Any, Any], Any]) -> Captured:
    """The network that a `torch.nn` model is, and what PyTorch computes of it on these samples.

    The model has linear layers and known activations, one after the other. `loss` is a module or
    a function of outputs and targets. Activations and loss are recognised by their values, so they
    may be your own: what was taken for what, `network.source` says. Net inputs, outputs, the error,
    and all its derivatives are named by our keys, `net_1`, `delta_2`, `dE_dW1`; what belongs to a
    sample is that of its own error, not of the mean.

    The model is run as it is, in training or not, and neither its gradients nor anything else of
    it is changed. Raises `UsageError`, with its name, for a layer that is not supported.
    """
    try:
        import torch
    except ImportError:
        hint = "pip install torch"
        raise UsageError("capture needs PyTorch, which is not installed", hint) from None
    if not isinstance(model, torch.nn.Module):
        what = f"expected a model of torch.nn, got a {type(model).__name__}"
        raise UsageError(what, "capture(model, inputs, targets, loss)")
    inputs, targets = _tensor(inputs, "inputs", model), _tensor(targets, "targets", model)
    with torch.inference_mode(False), torch.enable_grad():
        calls, output = run(model, inputs)
        layers = linear_layers(model, calls)
        rows = _rows(output, len(_matrix(layers[-1].call.output)))
        value = _value(loss, output, targets)
        wanted = _targets(targets, rows)
        ran = _Run(layers, output, wanted, value)
        return _captured(ran, inputs, loss)


def _captured(ran: _Run, inputs: Any, loss: Any) -> Captured:
    _check_first(ran.layers[0], inputs)
    nets = [_rows(layer.call.output) for layer in ran.layers]
    close = CLOSE.get(array_of(ran.output, "outputs").type, 1e-5)
    functions, remarks = [], []
    for layer, after, net in zip(ran.layers, ran.layers[1:], nets, strict=False):
        function = _function(layer, after.call.input, net, after.call.called, close)
        functions.append(function)
        remarks += _remarks(layer, function)
    last, logarithms = _last_function(ran, nets[-1], close)
    found = _loss(ran, loss, nets[-1] if logarithms else _rows(ran.output, len(nets[-1])), close)
    if not logarithms:
        remarks += _remarks(ran.layers[-1], last)
    if found.divisor > 1:
        remarks.append(
            f"its loss is also divided by the {found.divisor} outputs: it and all its "
            f"derivatives are {found.divisor} times as large here"
        )
    of_loss = Function(found.of) if found.of else last
    made = _network(ran, inputs, [*functions, of_loss], found, remarks)
    return Captured(made, _arrays(ran, found, fused=bool(found.of)))


def _tensor(given: Any, name: str, model: Any) -> Any:
    """The samples as a tensor beside the model's parameters."""
    import torch

    if isinstance(given, torch.Tensor):
        return given
    kept = array_of(given, name)
    like = next((p for p in model.parameters()), torch.zeros(()))
    whole = kept.type == "integer" and name == "targets"
    return torch.tensor(kept.lists(), device=like.device, dtype=torch.long if whole else like.dtype)


def _matrix(tensor: Any) -> Any:
    """A tensor with a row for each sample: one of one axis is one sample."""
    return tensor.detach().reshape(1, -1) if tensor.dim() < 2 else tensor.detach().flatten(1)


def _rows(tensor: Any, samples: int | None = None) -> list[list[float]]:
    """The numbers, a row for each sample."""
    plain = _matrix(tensor) if samples is None else tensor.detach().reshape(samples, -1)
    found: list[list[float]] = plain.double().tolist()
    return found


def _value(loss: Any, output: Any, targets: Any) -> Any:
    """The loss as one number. Raises `UsageError` for what it raises."""
    import warnings

    if not callable(loss):
        raise UsageError(f"the loss is a {type(loss).__name__}, no function", "nn.MSELoss(), say")
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


def _targets(targets: Any, outputs: Rows) -> Rows:
    """The targets, a row for each sample; of whole numbers, one for each sample, those of classes.

    Raises `UsageError` where they are not as many as the outputs.
    """
    samples, units = len(outputs), len(outputs[0])
    if targets.numel() == samples * units and (targets.dtype.is_floating_point or units == 1):
        return _rows(targets, samples)
    if targets.numel() == samples and not targets.dtype.is_floating_point:
        classes = targets.reshape(-1).tolist()
        if all(0 <= one < units for one in classes):
            return [[float(at == one) for at in range(units)] for one in classes]
    if targets.numel() == samples * units:
        return _rows(targets, samples)
    what = f"the targets have the shape {tuple(targets.shape)}, the outputs ({samples}, {units})"
    raise UsageError(what, "a target for each output, or a class for each sample")


def _check_first(layer: Linear, inputs: Any) -> None:
    import torch

    given = layer.call.input.detach().reshape(-1)
    if given.numel() != inputs.numel() or not torch.equal(
        given, inputs.detach().reshape(-1).to(given)
    ):
        what = f"{layer.call.called} does not get the inputs as they are"
        raise UsageError(
            what, "what the model does before its first linear layer, do to the inputs"
        )


def _function(layer: Linear, given: Any, net: Rows, to: str, close: float) -> Function:
    """The activation between a linear layer and where its outputs are given to."""
    calls = list(activations_of(layer))
    samples = len(net)
    if given.numel() == samples * len(net[0]):
        out = _rows(given, samples)
        found = activation_of(net, out, close, _declared(calls), _hint(calls))
        if found is not None:
            return found
    between = ", ".join(call.called for call in calls)
    what = f"between {layer.call.called} and {to} no activation is known that makes these numbers"
    if between:
        what += f": {between}"
    raise UsageError(what, "a skip connection, or any other layer, is not supported")


def _declared(calls: list[Call]) -> list[Function]:
    """The activation that a module of PyTorch between two layers is; none where it is yours."""
    if len(calls) != 1 or not is_of_torch(calls[0].module):
        return []
    module = calls[0].module
    if getattr(module, "approximate", "none") != "none":
        raise UsageError(f"{calls[0].called} is not supported", 'nn.GELU() without "tanh" is')
    name, parameter = _ACTIVATIONS.get(type(module).__name__, ("", ""))
    alpha = float(getattr(module, parameter)) if parameter else None
    return [Function(name, alpha)] if name else []


def _hint(calls: list[Call]) -> str:
    """What a module calls itself, which settles what its numbers leave open."""
    return type(calls[0].module).__name__ if len(calls) == 1 else ""


def _remarks(layer: Linear, function: Function) -> list[str]:
    """What is to say of an activation that its module does not name."""
    calls = list(activations_of(layer))
    if len(calls) == 1 and is_of_torch(calls[0].module):
        return []
    if not calls and function.name == "linear":
        return []
    who = ", ".join(call.called for call in calls) or f"what follows {layer.call.called}"
    return [f"{who} computes {function.name}"]


def _last_function(ran: _Run, net: Rows, close: float) -> tuple[Function, bool]:
    """The activation of the outputs, and whether these are the logarithms of a softmax's."""
    from math import exp

    output = _rows(ran.output, len(net)) if ran.output.numel() == len(net) * len(net[0]) else []
    if output and len(net[0]) > 1:
        likely = [[exp(min(out, 1.0)) for out in row] for row in output]
        made = are_close(applied(Function("softmax"), net), likely, close)
        if made and not are_close(net, output, close):
            return Function("softmax"), True
    return _function(ran.layers[-1], ran.output, net, "the outputs", close), False


def _loss(ran: _Run, loss: Any, output: Rows, close: float) -> Loss:
    """The error that the loss is. Raises `UsageError` if it is none that is known."""
    declared = loss.func if isinstance(loss, partial) else loss
    kind = getattr(declared, "__name__", type(declared).__name__)
    names = _LOSSES.get(kind.lower(), ())
    among = losses(len(output[0]), names)
    delta = getattr(loss, "delta", getattr(loss, "beta", None))
    if isinstance(loss, partial):
        delta = loss.keywords.get("delta", loss.keywords.get("beta"))
    if delta is not None:
        parameters = {"delta": float(delta)}
        among = [one._replace(parameters=parameters) if one.parameters else one for one in among]
    value = float(ran.value.detach())
    found = loss_of(value, ran.targets, output, close, among)
    if found is None:
        hint = "its errors are those of the config, as a mean or a sum over the samples"
        if _is_taken_twice(ran, value, output, close):
            what = "softmax is taken twice: the loss takes it of the outputs itself"
            raise UsageError(what, "leave it out of the model")
        raise UsageError(f"the loss {kind} = {value:.6g} is no error that is known", hint)
    return found


def _is_taken_twice(ran: _Run, value: float, output: Rows, close: float) -> bool:
    once = losses(len(output[0]), ("cross-entropy",))
    twice = [applied(Function("softmax"), output)]
    return loss_of(value, ran.targets, twice[0], close, [o for o in once if not o.of]) is not None


def _network(
    ran: _Run, inputs: Any, functions: list[Function], loss: Loss, remarks: list[str]
) -> Network:
    error: Any = loss.error
    if loss.parameters:
        error = {"name": loss.error, **loss.parameters}
    options: Mapping[str, Any] = (
        {"convention": {"cost": "mean"}} if loss.reduction == "mean" else {}
    )
    return network(
        weights=[layer.weight.t() if layer.turned else layer.weight for layer in ran.layers],
        biases=[layer.bias for layer in ran.layers],
        inputs=_rows(ran.layers[0].call.input),
        targets=[list(row) for row in ran.targets],
        activations=[function.name for function in functions],
        alphas=[function.alpha for function in functions],
        weight_rows="to",
        samples="rows",
        error=error,
        learning="batch",
        reduction=loss.reduction,
        source="; ".join(["a model of PyTorch", *remarks]),
        **options,
    )


def _arrays(ran: _Run, loss: Loss, fused: bool) -> dict[str, Array]:
    """What PyTorch has computed, by our keys; `fused`: the loss applies the last activation."""
    samples = len(ran.targets)
    whole = float(loss.divisor)
    each = whole * (samples if loss.reduction == "mean" else 1)
    found: dict[str, Any] = {}
    slopes: dict[str, tuple[Any, bool, float]] = {}
    for number, layer in enumerate(ran.layers, start=1):
        last = number == len(ran.layers)
        found[f"net_{number}"] = layer.call.output
        slopes[f"delta_{number}"] = (layer.call.output, True, each)
        if not (last and fused):
            out = ran.output if last else ran.layers[number].call.input
            found[f"out_{number}"] = out
            slopes[f"dE_dout_{number}"] = (out, True, each)
        slopes[f"dE_dW{number}"] = (layer.weight, False, whole)
        if layer.bias is not None:
            slopes[f"dE_db{number}"] = (layer.bias, False, whole)
    arrays = {key: _per_sample(tensor, samples, key) for key, tensor in found.items()}
    key = "E_total" if samples == 1 else "E_mean" if loss.reduction == "mean" else "E_epoch"
    arrays[key] = _scaled(ran.value.reshape(1, 1), whole, key)
    turned = {f"dE_dW{n}" for n, layer in enumerate(ran.layers, start=1) if layer.turned}
    return arrays | _derivatives(ran.value, slopes, samples, turned)


def _derivatives(
    value: Any, slopes: Mapping[str, tuple[Any, bool, float]], samples: int, turned: set[str]
) -> dict[str, Array]:
    """The derivatives of the loss by each tensor, those by samples as columns, in our scale."""
    import torch

    asked = {key: it for key, it in slopes.items() if it[0].requires_grad}
    found = torch.autograd.grad(value, [it[0] for it in asked.values()], allow_unused=True)
    arrays = {}
    for (key, (tensor, by_sample, scale)), gradient in zip(asked.items(), found, strict=True):
        slope = torch.zeros_like(tensor) if gradient is None else gradient
        if by_sample:
            arrays[key] = _per_sample(slope, samples, key, scale)
        else:
            slope = slope.t() if key in turned else slope
            arrays[key] = _scaled(slope.reshape(-1, 1) if slope.dim() == 1 else slope, scale, key)
    return arrays


def _per_sample(tensor: Any, samples: int, key: str, scale: float = 1.0) -> Array:
    return _scaled(tensor.reshape(samples, -1).t(), scale, key)


def _scaled(tensor: Any, scale: float, key: str) -> Array:
    """The numbers times `scale`, of the type that they had."""
    plain = tensor.detach()
    return array_of(plain.double() * scale, key)._replace(type=array_of(plain, key).type)
