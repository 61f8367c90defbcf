"""What the arrays of a program have to be: a network and its derivatives by autograd alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import elementwise_grad, grad
from planted import Namespace, Program, flat

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "logistic": lambda z: (1 + anp.tanh(z / 2)) / 2,
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky-relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "linear": lambda z: z,
    "softplus": lambda z: anp.logaddexp(0.0, z),
    "bipolar-sigmoid": lambda z: anp.tanh(z / 2),
    "softmax": lambda z: anp.exp(z - anp.max(z, axis=0)) / anp.sum(
        anp.exp(z - anp.max(z, axis=0)), axis=0
    ),
}  # fmt: skip

# The error of each output; units by samples.
ERRORS: dict[str, Callable[[Any, Any], Any]] = {
    "half-squared": lambda t, out: (t - out) ** 2 / 2,
    "squared": lambda t, out: (t - out) ** 2,
    "mean-squared": lambda t, out: (t - out) ** 2 / t.shape[0],
    "cross-entropy": lambda t, out: -t * anp.log(out),
    "binary-cross-entropy": lambda t, out: -(t * anp.log(out) + (1 - t) * anp.log(1 - out)),
}


def _forward(
    arguments: Mapping[str, Any], weights: list[Any], biases: list[Any], inputs: Any, shifts: Any
) -> tuple[list[Any], list[Any]]:
    """Net inputs and outputs of all layers; `shifts` are added to them, as the keys say."""
    nets, outs = [], [inputs]
    for number, (weight, bias) in enumerate(zip(weights, biases, strict=True), start=1):
        nets.append(anp.dot(weight, outs[-1]) + bias + shifts[f"net_{number}"])
        activation = ACTIVATIONS[arguments["activations"][number - 1]]
        outs.append(activation(nets[-1]) + shifts[f"out_{number}"])
    return nets, outs


def canonical(program: Program, arguments: Mapping[str, Any]) -> tuple[list[Any], ...]:
    """Weights with a row to each unit, biases as columns; inputs and targets, a column a sample."""
    weights = [np.asarray(weight, float) for weight in arguments["weights"]]
    weights = weights if program.weights == "to" else [weight.T for weight in weights]
    given = arguments.get("biases") or [None] * len(weights)
    biases = [
        np.zeros((1, 1)) if bias is None else np.asarray(bias, float).reshape(-1, 1)
        for bias in given
    ]
    inputs, targets = np.asarray(arguments["inputs"], float), np.asarray(arguments["targets"])
    units = len(weights[-1])
    if targets.dtype.kind == "i" and targets.ndim == 1 and units > 1:
        targets = np.eye(units)[targets]
    if program.samples == "rows":
        inputs, targets = np.atleast_2d(inputs).T, np.atleast_2d(targets).T
    return weights, biases, inputs, np.asarray(targets, float).reshape(units, -1)


def reference(program: Program, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Every quantity by its key, layers as units by samples."""
    weights, biases, inputs, targets = canonical(program, arguments)
    samples = inputs.shape[1]
    error = ERRORS[arguments["error"]]
    names = [f"{kind}_{n}" for n in range(1, len(weights) + 1) for kind in ("net", "out")]
    still = dict.fromkeys(names, 0.0)
    nets, outs = _forward(arguments, weights, biases, inputs, still)
    mean = arguments.get("reduction", "mean") == "mean"

    def total(weights: Any, biases: Any, shifts: Any) -> Any:
        return anp.sum(error(targets, _forward(arguments, weights, biases, inputs, shifts)[1][-1]))

    shifts = {
        f"{kind}_{n}": np.zeros_like(nets[n - 1])
        for n in range(1, len(weights) + 1)
        for kind in ("net", "out")
    }
    with np.errstate(over="ignore"):  # the slope of tanh, far out, is 1 over infinity
        by_weights, by_biases, by_shifts = (
            grad(total, argument)(weights, biases, shifts) for argument in range(3)
        )
    share = 1 / samples if mean else 1
    eta = float(arguments.get("eta", 1))
    values: dict[str, Any] = {"X": inputs, "T": targets}
    for n in range(1, len(weights) + 1):
        values |= {
            f"net_{n}": nets[n - 1],
            f"out_{n}": outs[n],
            f"delta_{n}": by_shifts[f"net_{n}"],
            f"dE_dout_{n}": by_shifts[f"out_{n}"],
            f"dE_dW{n}": by_weights[n - 1] * share,
            f"dE_db{n}": by_biases[n - 1] * share,
            f"change_W{n}": -eta * by_weights[n - 1] * share,
            f"change_b{n}": -eta * by_biases[n - 1] * share,
            f"W{n}_new": weights[n - 1] - eta * by_weights[n - 1] * share,
            f"b{n}_new": biases[n - 1] - eta * by_biases[n - 1] * share,
            f"W{n}": weights[n - 1],
            f"b{n}": biases[n - 1],
        }
        activation = ACTIVATIONS[arguments["activations"][n - 1]]
        if arguments["activations"][n - 1] != "softmax":
            with np.errstate(over="ignore"):
                values[f"dout_dnet_{n}"] = elementwise_grad(activation)(nets[n - 1])
    moved = [[values[f"{letter}{n}_new"] for n in range(1, len(weights) + 1)] for letter in "Wb"]
    nets_new, outs_new = _forward(arguments, *moved, inputs, still)
    for n, (net, out) in enumerate(zip(nets_new, outs_new[1:], strict=True), start=1):
        values |= {f"net_{n}_new": net, f"out_{n}_new": out}
    by_outputs = error(targets, outs[-1])
    values |= {"E_out": by_outputs, "E_total": anp.sum(by_outputs, axis=0)}
    values |= {"E_epoch": anp.sum(by_outputs), "E_mean": anp.sum(by_outputs) / samples}
    return values


def as_written(program: Program, key: str, value: Any, samples: int) -> Any:
    """A quantity as the program keeps it: its orientation, sign and share of the batch."""
    kind = key.split("_")[0] if not key.startswith("dE") else key.rstrip("0123456789")
    value = np.asarray(value, float)
    if kind in ("X", "T", "net", "out", "dout", "delta", "dE_dout_") or key == "E_out":
        value = value.T if program.samples == "rows" else value
    elif "W" in key:
        value = value if program.weights == "to" else value.T
    if kind in ("delta", "dE_dout_"):
        value = value / samples if program.mean_in_delta else value
        value = -value if program.descent else value
    return value


def unlike_the_reference(
    program: Program, arguments: Mapping[str, Any], arrays: Namespace
) -> list[str]:
    """The arrays that are not what they should be, in the order of the right run."""
    values = reference(program, arguments)
    samples = canonical(program, arguments)[2].shape[1]
    found = dict(flat(arrays))
    wrong = []
    for name in program.known:
        key = program.quantities[name]
        expected = as_written(program, key, values[key], samples)
        if name not in found or not _alike(found[name], expected, program.rounding):
            wrong.append(name)
    return wrong


def _alike(found: Any, expected: Any, rounding: float) -> bool:
    """Equal but for rounding, by the size of the array; a vector may lie or stand."""
    if found.squeeze().shape != expected.squeeze().shape:
        return False
    apart = np.abs(found.squeeze() - expected.squeeze())
    return bool(np.all(apart <= rounding * np.max(np.abs(expected))))
