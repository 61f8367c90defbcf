"""A program with one formula to a line, in plain NumPy, in which any line can be another.

The names are the keys of whole layers: a column is a sample, a row of weights leads to a unit.
Nothing here knows the program under test.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

Formula = Callable[[SimpleNamespace], Any]


def logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    powers = np.exp(z - z.max(axis=0))
    return powers / powers.sum(axis=0)


FUNCTIONS = {
    "logistic": (logistic, lambda z: logistic(z) * (1 - logistic(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.where(z > 0, z, 0.0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "linear": (lambda z: z, lambda z: np.ones_like(z)),
    "softmax": (softmax, None),
}
ERRORS = {
    "half-squared": (lambda t, a: (t - a) ** 2 / 2, lambda t, a: a - t),
    "cross-entropy": (lambda t, a: -t * np.log(a), lambda t, a: -t / a),
}


class Hand:
    """A network of these sizes with random numbers, and the lines that train it for one step."""

    def __init__(
        self,
        sizes,
        samples,
        activations,
        error="half-squared",
        shared=False,
        seed=1,
        reduction="mean",
    ):
        rng = np.random.default_rng(seed)
        self.reduction, self.divisor = reduction, samples if reduction == "mean" else 1
        self.sizes, self.samples, self.last = sizes, samples, len(sizes) - 1
        self.given: dict[str, Any] = {"X": rng.normal(size=(sizes[0], samples))}
        if activations[-1] == "softmax":
            self.given["T"] = np.eye(sizes[-1])[:, np.arange(samples) % sizes[-1]]
        else:
            self.given["T"] = rng.uniform(0.1, 0.9, size=(sizes[-1], samples))
        for n in range(1, self.last + 1):
            self.given[f"W{n}"] = rng.normal(size=(sizes[n], sizes[n - 1]))
            self.given[f"b{n}"] = rng.normal(size=(1 if shared else sizes[n], 1))
        self.activations, self.error, self.shared, self.eta = activations, error, shared, 0.7
        self.formulas = {**self._forward(), **self._backward()}

    @property
    def arguments(self) -> dict[str, Any]:
        """What `network` is to be given."""
        layers = range(1, self.last + 1)
        biases = [self.given[f"b{n}"] for n in layers]
        return {
            "weights": [self.given[f"W{n}"] for n in layers],
            "biases": [b.item() for b in biases] if self.shared else biases,
            "inputs": self.given["X"], "targets": self.given["T"], "eta": self.eta,
            "activations": list(self.activations), "error": self.error,
            "samples": "columns", "weight_rows": "to", "reduction": self.reduction,
        }  # fmt: skip

    def _forward(self, new: str = "") -> dict[str, Formula]:
        found: dict[str, Formula] = {}
        for n in range(1, self.last + 1):
            below = f"out_{n - 1}{new}" if n > 1 else "X"
            found[f"net_{n}{new}"] = lambda v, n=n, below=below: (
                v[f"W{n}{new}"] @ v[below] + v[f"b{n}{new}"]
            )
            function = FUNCTIONS[self.activations[n - 1]][0]
            found[f"out_{n}{new}"] = lambda v, n=n, f=function: f(v[f"net_{n}{new}"])
        error = ERRORS[self.error][0]
        found[f"E_out{new}"] = lambda v: error(v["T"], v[f"out_{self.last}{new}"])
        found[f"E_total{new}"] = lambda v: v[f"E_out{new}"].sum(axis=0)
        found[f"E_mean{new}"] = lambda v: v[f"E_total{new}"].mean()
        return found

    def _backward(self) -> dict[str, Formula]:
        found: dict[str, Formula] = {}
        for n in range(self.last, 0, -1):
            slope = FUNCTIONS[self.activations[n - 1]][1]
            if n == self.last:
                rule = ERRORS[self.error][1]
                found[f"dE_dout_{n}"] = lambda v, n=n, f=rule: f(v["T"], v[f"out_{n}"])
            else:
                found[f"dE_dout_{n}"] = lambda v, n=n: v[f"W{n + 1}"].T @ v[f"delta_{n + 1}"]
            if slope is None:
                found[f"delta_{n}"] = lambda v, n=n: v[f"out_{n}"] - v["T"]
            else:
                found[f"dout_dnet_{n}"] = lambda v, n=n, f=slope: f(v[f"net_{n}"])
                found[f"delta_{n}"] = lambda v, n=n: v[f"dE_dout_{n}"] * v[f"dout_dnet_{n}"]
            below = f"out_{n - 1}" if n > 1 else "X"
            found[f"dE_dW{n}"] = lambda v, n=n, below=below: (
                v[f"delta_{n}"] @ v[below].T / self.divisor
            )
            axis = None if self.shared else 1
            found[f"dE_db{n}"] = lambda v, n=n, axis=axis: (
                np.sum(v[f"delta_{n}"], axis=axis, keepdims=True) / self.divisor
            )
        for n in range(1, self.last + 1):
            for part in "Wb":
                found[f"{part}{n}_new"] = lambda v, name=f"{part}{n}": (
                    v[name] - self.eta * v[f"dE_d{name}"]
                )
        return {**found, **self._forward("_new")}

    def run(self, **wrong: Formula) -> dict[str, Any]:
        """Every array that comes of it; `wrong` are other lines by the key of what they make.

        Where matrices do not fit the program stops, and what it has is there.
        """
        values = dict(self.given)
        for key, formula in self.formulas.items():
            with np.errstate(all="ignore"):
                try:
                    values[key] = np.asarray(wrong.get(key, formula)(values))
                except ValueError:
                    break
        return values


def plain(arrays: dict[str, Any]) -> dict[str, Any]:
    """The same arrays as nested lists."""
    return {name: array.tolist() for name, array in arrays.items()}
