"""A model of PyTorch, run once: its network, and what PyTorch has computed.

The network is worked here from the weights alone, so what PyTorch computed is held against an
independent witness: `check(*capture(model, inputs, targets, loss))`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from backprop_cli.arrays.capturing.layers import (
    Call,
    Linear,
    activations_of,
    is_of_torch,
    linear_layers,
    run,
)
from backprop_cli.arrays.capturing.losses import (
    Run,
    matrix_of,
    recognised,
    rows_of,
    smoothed,
    targets_of,
    value_of,
)
from backprop_cli.arrays.capturing.recognising import (
    CLOSE,
    Function,
    Loss,
    Rows,
    activation_of,
    applied,
    are_close,
)
from backprop_cli.arrays.making import network
from backprop_cli.arrays.working.values import Array, array_of
from backprop_cli.engine import Network
from backprop_cli.errors import UsageError

# Modules of PyTorch: the activation, and the attribute that has its parameter.
_ACTIVATIONS = {"Sigmoid": ("logistic", ""), "Tanh": ("tanh", ""), "ReLU": ("relu", ""),
                "LeakyReLU": ("leaky-relu", "negative_slope"), "ELU": ("elu", "alpha"),
                "Softplus": ("softplus", ""), "SiLU": ("silu", ""), "Mish": ("mish", ""),
                "GELU": ("gelu", ""), "Softmax": ("softmax", "")}  # fmt: skip


class Captured(NamedTuple):
    """A network, and arrays by their keys: units are rows and samples columns."""

    network: Network
    arrays: dict[str, Array]


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
    _check_numbers(model, inputs)
    with torch.inference_mode(False), torch.enable_grad():
        calls, output = run(model, inputs)
        layers = linear_layers(model, calls)
        rows = rows_of(output, len(matrix_of(layers[-1].call.output)))
        value = value_of(loss, output, targets)
        wanted = targets_of(targets, rows)
        ran = Run(layers, output, smoothed(wanted, loss), tuple(targets.shape), value)
        return _captured(ran, inputs, loss)


def _captured(ran: Run, inputs: Any, loss: Any) -> Captured:
    _check_first(ran.layers[0], inputs)
    nets = [rows_of(layer.call.output) for layer in ran.layers]
    close = CLOSE.get(array_of(ran.output, "outputs").type, 1e-5)
    functions, remarks = [], []
    for layer, after, net in zip(ran.layers, ran.layers[1:], nets, strict=False):
        function = _function(layer, after.call.input, net, after.call.called, close)
        functions.append(function)
        remarks += _remarks(layer, function)
    last, logarithms = _last_function(ran, nets[-1], close)
    outputs = nets[-1] if logarithms else rows_of(ran.output, len(nets[-1]))
    found = recognised(ran, loss, outputs, logarithms or last.name == "linear", close)
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


def _check_numbers(model: Any, inputs: Any) -> None:
    """Raises `UsageError` for no samples, and for NaN or infinity to begin with."""
    if inputs.numel() == 0:
        raise UsageError(f"inputs: is empty: its shape is {tuple(inputs.shape)}")
    for name, tensor in (("inputs", inputs), *model.named_parameters()):
        if tensor.device.type != "meta" and not bool(tensor.isfinite().all()):
            what = f"{name}: there are numbers that are NaN or infinite"
            raise UsageError(what, "what a network begins with is finite")


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
        out = rows_of(given, samples)
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


def _last_function(ran: Run, net: Rows, close: float) -> tuple[Function, bool]:
    """The activation of the outputs, and whether these are the logarithms of a softmax's."""
    from math import exp

    output = rows_of(ran.output, len(net)) if ran.output.numel() == len(net) * len(net[0]) else []
    if output and len(net[0]) > 1:
        likely = [[exp(min(out, 1.0)) for out in row] for row in output]
        made = are_close(applied(Function("softmax"), net), likely, close)
        if made and not are_close(net, output, close):
            return Function("softmax"), True
    return _function(ran.layers[-1], ran.output, net, "the outputs", close), False


def _network(
    ran: Run, inputs: Any, functions: list[Function], loss: Loss, remarks: list[str]
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
        inputs=rows_of(ran.layers[0].call.input),
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


def _arrays(ran: Run, loss: Loss, fused: bool) -> dict[str, Array]:
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
