"""The exercises: small networks of many kinds, each drawn with numbers as textbooks print them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Net:
    """A network with its samples. `biases` has one number a layer, one a unit, or none."""

    name: str
    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    error: str = "half-squared"
    eta: float = 0.5
    optimizer: str = "sgd"
    parameters: dict[str, float] = field(default_factory=dict)
    samples: int = 1
    batch: bool = False
    mean: bool = True
    shared: bool = False
    train_biases: bool = True
    thresholds: bool = False
    descent: bool = False
    decimals: int = 1
    range_: float = 1.0
    weights: tuple[tuple[tuple[float, ...], ...], ...] = ()
    biases: tuple[tuple[float, ...], ...] = ()
    inputs: tuple[tuple[float, ...], ...] = ()
    targets: tuple[tuple[float, ...], ...] = ()

    @property
    def reduces(self) -> bool:
        """Whether one update is made from several samples."""
        return self.batch and self.samples > 1

    @property
    def units(self) -> list[list[str]]:
        """Names of the units, layer by layer, from the inputs on."""
        last = len(self.sizes) - 1
        found = []
        for layer, size in enumerate(self.sizes):
            kind = "i" if layer == 0 else "o" if layer == last else "h"
            middle = f"{layer}_" if kind == "h" and last > 2 else ""
            found.append([f"{kind}{middle}{n}" for n in range(1, size + 1)])
        return found

    @property
    def weight_names(self) -> list[list[list[str]]]:
        """Names of the weights: layer, unit that receives, unit that sends."""
        found, count = [], 0
        for below, above in zip(self.sizes, self.sizes[1:], strict=False):
            rows = []
            for _ in range(above):
                rows.append([f"w{count + n}" for n in range(1, below + 1)])
                count += below
            found.append(rows)
        return found

    @property
    def bias_names(self) -> list[list[str]]:
        """For each unit of each layer the name of its bias."""
        return [
            [f"b{n}" if self.shared else f"b_{unit}" for unit in layer]
            for n, layer in enumerate(self.units[1:], 1)
        ]


RECIPES = (
    Net("tutorial", (2, 2, 2), ("logistic",) * 2, shared=True, train_biases=False, decimals=2),
    Net("own-biases", (2, 3, 1), ("logistic",) * 2, eta=0.3),
    Net("trained-shared", (3, 2, 2), ("logistic",) * 2, "squared", 0.1, shared=True, decimals=2),
    Net("tanh", (2, 2, 2), ("tanh", "tanh"), "half-squared", 0.2, decimals=2),
    Net("tanh-linear", (3, 2, 1), ("tanh", "linear"), "mean-squared", 0.05),
    Net("relu", (2, 3, 2), ("relu", "logistic"), "mean-squared", 0.25, decimals=3),
    Net("deep", (2, 2, 2, 1), ("logistic",) * 3, "half-squared", 0.8, decimals=2),
    Net("softmax", (2, 3, 3), ("tanh", "softmax"), "cross-entropy", 0.1),
    Net("softmax-wide", (4, 3, 3), ("logistic", "softmax"), "cross-entropy", 0.5, decimals=2),
    Net("binary", (2, 2, 2), ("logistic",) * 2, "binary-cross-entropy", 0.4, decimals=2),
    Net("bipolar", (3, 2, 2), ("bipolar-sigmoid",) * 2, eta=0.2, shared=True, decimals=1),
    Net("online", (2, 2, 1), ("logistic",) * 2, eta=0.5, samples=2, decimals=1),
    Net("batch-mean", (2, 2, 1), ("logistic",) * 2, eta=0.6, samples=3, batch=True, decimals=1),
    Net("batch-sum", (2, 2, 2), ("tanh", "logistic"), "squared", 0.3, samples=2, batch=True,
        mean=False, decimals=2),
    Net("momentum", (2, 2, 1), ("tanh", "logistic"), "half-squared", 0.3, "momentum",
        {"beta": 0.9}, samples=2, decimals=2),
    Net("nesterov", (2, 2, 1), ("logistic",) * 2, "half-squared", 0.2, "nesterov",
        {"beta": 0.8}, samples=2, decimals=1),
    Net("adam", (2, 2, 1), ("logistic",) * 2, "half-squared", 0.1, "adam",
        {"beta1": 0.9, "beta2": 0.999, "epsilon": 0.001}, samples=2, decimals=1),
    Net("adamw", (2, 2, 2), ("tanh", "logistic"), "half-squared", 0.05, "adamw",
        {"beta1": 0.8, "beta2": 0.99, "epsilon": 0.01, "weight_decay": 0.1}, decimals=2),
    Net("rmsprop", (2, 2, 1), ("logistic",) * 2, "half-squared", 0.1, "rmsprop",
        {"rho": 0.9, "epsilon": 0.0001}, samples=2, decimals=2),
    Net("thresholds", (2, 2, 1), ("logistic",) * 2, eta=0.9, thresholds=True, descent=True),
    Net("large", (4, 3, 3), ("logistic",) * 2, eta=0.1, decimals=4, range_=2.0),
)  # fmt: skip
"""Without their numbers, which a seed draws."""


def drawn(recipe: Net, rng: random.Random) -> Net:
    """The network with weights, biases, inputs and targets, no two weights of a layer alike."""

    def number(low: float, high: float, places: int = recipe.decimals) -> float:
        value = 0.0
        while not value:
            value = round(rng.uniform(low, high), places)
        return value

    def numbers(count: int) -> list[float]:
        found: list[float] = []
        while len(found) < count:
            value = number(-recipe.range_, recipe.range_, max(recipe.decimals, 1 + (count > 9)))
            if value not in found:
                found.append(value)
        return found

    weights, biases = [], []
    for below, above in zip(recipe.sizes, recipe.sizes[1:], strict=False):
        flat = numbers(below * above)
        weights.append(tuple(tuple(flat[n * below : (n + 1) * below]) for n in range(above)))
        biases.append(tuple(numbers(1 if recipe.shared else above)))
    inputs, targets = [], []
    for _ in range(recipe.samples):
        inputs.append(tuple(number(0.05, 1.5) for _ in range(recipe.sizes[0])))
        targets.append(tuple(_targets(recipe, rng)))
    return replace(
        recipe,
        weights=tuple(weights),
        biases=tuple(biases),
        inputs=tuple(inputs),
        targets=tuple(targets),
    )


def _targets(recipe: Net, rng: random.Random) -> list[float]:
    count = recipe.sizes[-1]
    if recipe.error == "cross-entropy":
        hot = rng.randrange(count)
        return [float(n == hot) for n in range(count)]
    if recipe.error == "binary-cross-entropy":
        return [rng.choice([0.0, 0.1, 0.9]) for _ in range(count)]
    return [rng.choice([0.01, 0.99, 0.1, 0.9, 0.25, 0.8, 1.0]) for _ in range(count)]


def as_toml(net: Net) -> str:
    """The config that the program loads."""
    several = net.samples > 1
    inputs, targets = ([list(row) for row in rows] for rows in (net.inputs, net.targets))
    lines = [
        f"eta = {net.eta}",
        f'error = "{net.error}"',
        f"inputs = {inputs if several else inputs[0]}",
        f"targets = {targets if several else targets[0]}",
        f"train_biases = {str(net.train_biases).lower()}",
        f'learning = "{"batch" if net.batch else "online"}"',
        f'reduction = "{"mean" if net.mean else "sum"}"',
    ]
    for activation, rows, bias in zip(net.activations, net.weights, net.biases, strict=True):
        lines += ["[[layers]]", f'activation = "{activation}"']
        lines.append(f"weights = {[list(row) for row in rows]}")
        lines.append(f"bias = {bias[0]}" if net.shared else f"biases = {list(bias)}")
    lines += ["[optimizer]", f'method = "{net.optimizer}"']
    lines += [f"{key} = {value}" for key, value in net.parameters.items()]
    lines += ["[convention]", f'bias = "{"subtracted" if net.thresholds else "added"}"']
    lines.append(f'delta = "{"descent" if net.descent else "gradient"}"')
    return "\n".join(lines) + "\n"
