"""The linear layers of a `torch.nn` model, as one run with hooks finds them.

Layers are known by what they compute: what has a matrix and gives W·x + b is a linear layer, also
where somebody has written it anew; what stands between two of them is an activation if its numbers
are those of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

from backprop_cli.errors import UsageError, shortened, visible

PASSING = ("Dropout", "AlphaDropout", "FeatureAlphaDropout", "Flatten", "Unflatten", "Identity")
"""Modules of PyTorch that leave numbers as they are, when nothing is trained."""


class Call(NamedTuple):
    """One call of a module without parts: what went in and what came out."""

    name: str
    module: Any
    input: Any
    output: Any

    @property
    def called(self) -> str:
        """Its name in the model and its kind: `fc1 (Linear)`."""
        kind = type(self.module).__name__
        bare = is_of_torch(self.module) and next(self.module.parameters(), None) is None
        said = self.module.extra_repr() if bare else ""
        return f"{self.name or 'the model'} ({kind}{f'({shortened(said)})' if said else ''})"


class Linear(NamedTuple):
    """A call of a linear layer. `weight` has a row per receiving unit unless `turned`; `between`
    are the calls from here to the next one.
    """

    call: Call
    weight: Any
    bias: Any
    turned: bool
    between: tuple[Call, ...] = ()


def is_of_torch(module: Any) -> bool:
    """Whether PyTorch itself has the module."""
    return type(module).__module__.startswith("torch.nn.")


def run(model: Any, inputs: Any) -> tuple[list[Call], Any]:
    """The calls of all modules without parts, in order, and the output of the model.

    An output is handed on as a copy, so that nothing is overwritten before it is looked at.
    Raises `UsageError` for what the model raises.
    """
    calls: list[Call] = []

    def hook(name: str) -> Any:
        def called(module: Any, given: tuple[Any, ...], output: Any) -> Any:
            entering = given[0] if given and hasattr(given[0], "clone") else None
            calls.append(Call(name, module, entering, output))
            return output.clone() if hasattr(output, "clone") else output

        return called

    with ExitStack() as hooks:
        for name, module in model.named_modules():
            if next(module.children(), None) is None:
                hooks.callback(module.register_forward_hook(hook(name)).remove)
        try:
            output = model(inputs)
        except Exception as error:
            said = visible(" ".join(str(error).split())[:300])
            what = f"the model cannot be run on the inputs: {type(error).__name__}: {said}"
            raise UsageError(what) from error
    if not hasattr(output, "clone"):
        raise UsageError(f"the model gives a {type(output).__name__}, not one tensor of outputs")
    return calls, output


def linear_layers(model: Any, calls: list[Call]) -> list[Linear]:
    """The linear layers, each with the calls that follow it.

    Raises `UsageError` for a layer that has parameters and is none, for one that is called twice,
    and for parameters that no layer has.
    """
    found: list[Linear] = []
    for call in calls:
        if _is_random(call):
            what = f"{call.called} leaves out units at random while the model is trained"
            raise UsageError(what, "call model.eval() before")
        parameters = dict(call.module.named_parameters(recurse=False))
        if not parameters and not dict(call.module.named_buffers(recurse=False)):
            if found:
                found[-1] = found[-1]._replace(between=(*found[-1].between, call))
            continue
        layer = _linear(call, parameters)
        if layer is None:
            raise UsageError(f"{call.called} is not supported", _SUPPORTED)
        if any(layer.weight is other.weight for other in found):
            raise UsageError(f"{call.called} is used twice: shared weights are not supported")
        found.append(layer)
    if not found:
        raise UsageError("the model calls no linear layer", _SUPPORTED)
    _check_parameters(model)
    return found


_SUPPORTED = "models of linear layers and known activations, one after the other, are understood"


def _is_random(call: Call) -> bool:
    kind = type(call.module).__name__
    return "Dropout" in kind and call.module.training and getattr(call.module, "p", 0) != 0


def _linear(call: Call, parameters: dict[str, Any]) -> Linear | None:
    """The call as W·x + b by its numbers; None if it computes anything else."""
    matrices = [p for p in parameters.values() if p.dim() == 2]
    vectors = [p for p in parameters.values() if p.dim() == 1]
    given = call.input
    if len(matrices) != 1 or len(vectors) > 1 or len(parameters) != 1 + len(vectors):
        return None
    if (
        given is None
        or not hasattr(call.output, "clone")
        or given.dim() not in (1, 2)
        or not given.dtype.is_floating_point
    ):
        return None
    weight, bias = matrices[0], vectors[0] if vectors else None
    for turned in (False, True):
        rows = weight.detach().t() if turned else weight.detach()
        if rows.shape[1] != given.shape[-1] or call.output.shape != (*given.shape[:-1], len(rows)):
            continue
        if bias is not None and len(bias) != len(rows):
            continue
        expected = given.detach().double() @ rows.double().t()
        expected = expected if bias is None else expected + bias.detach().double()
        off = (expected - call.output.detach().double()).abs().max()
        sizes = given.detach().double().abs() @ rows.double().abs().t()
        if off <= 1e3 * _epsilon(call.output) * max(
            float(sizes.max()), float(expected.abs().max())
        ):
            return Linear(call, weight, bias, turned)
    return None


def _epsilon(tensor: Any) -> float:
    import torch

    return float(torch.finfo(tensor.dtype).eps)


def _check_parameters(model: Any) -> None:
    """Raises `UsageError` for parameters of a module that has parts and computes by itself."""
    for name, module in model.named_modules():
        own = [key for key, _ in module.named_parameters(recurse=False)]
        if own and next(module.children(), None) is not None:
            where = f"{name}.{own[0]}" if name else own[0]
            what = f"{where} is a parameter outside of any layer"
            raise UsageError(what, _SUPPORTED)


def activations_of(layer: Linear) -> Iterator[Call]:
    """The calls after a linear layer that may change its numbers."""
    for call in layer.between:
        if not (is_of_torch(call.module) and type(call.module).__name__.rstrip("123d") in PASSING):
            yield call
