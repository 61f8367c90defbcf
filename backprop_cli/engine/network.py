"""The domain: a network, its samples, and how it learns. No input or output here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from backprop_cli.engine.notation import Notation
from backprop_cli.formulas import (
    ACTIVATIONS,
    ERRORS,
    OPTIMIZERS,
    Activation,
    ErrorFunction,
    Exact,
    Num,
    Optimizer,
)


class Unit(NamedTuple):
    """An input (layer 0) or a neuron; `number` counts from 1 in its layer."""

    name: str
    layer: int
    number: int


class Weight(NamedTuple):
    """The weight on the way from `sender` to `receiver`, and its initial value."""

    name: str
    value: Exact
    sender: Unit
    receiver: Unit


class Bias(NamedTuple):
    """A bias (or threshold) and the units that it enters: all of a layer where it is shared."""

    name: str
    value: Exact
    receivers: tuple[Unit, ...]


Parameter = Weight | Bias


class Layer(NamedTuple):
    """Neurons with one activation. `weights` has a row per neuron, a column per unit below.

    `biases` is empty, or holds one shared bias, or one bias per neuron.
    """

    number: int
    units: tuple[Unit, ...]
    activation_name: str
    alpha: Exact | None
    weights: tuple[tuple[Weight, ...], ...]
    biases: tuple[Bias, ...]

    @property
    def activation(self) -> Activation:
        return ACTIVATIONS[self.activation_name]

    @property
    def activation_arguments(self) -> tuple[Num, ...]:
        """What the formulas of the activation take after net and out: its parameter, if any."""
        return () if self.alpha is None else (Num(self.alpha),)

    def bias_of(self, unit: Unit) -> Bias | None:
        """The bias that enters `unit`, if any."""
        if not self.biases:
            return None
        return self.biases[0] if len(self.biases) == 1 else self.biases[unit.number - 1]

    def parameters(self) -> Iterator[Parameter]:
        """Weights neuron by neuron, then biases."""
        for row in self.weights:
            yield from row
        yield from self.biases


class Sample(NamedTuple):
    """Inputs and the targets that belong to them."""

    inputs: tuple[Exact, ...]
    targets: tuple[Exact, ...]


@dataclass(frozen=True, slots=True)
class OptimizerChoice:
    """An optimizer of `OPTIMIZERS` with its parameters."""

    name: str
    parameters: Mapping[str, Exact]

    @property
    def rule(self) -> Optimizer:
        return OPTIMIZERS[self.name].form(self.parameters)


@dataclass(frozen=True, slots=True, repr=False)
class Network:
    """Everything a config says, checked and named.

    `update` is "simultaneous" or "sequential"; `batch_size` None is online learning (an update
    after every sample), else the number of samples whose gradients make one update, as their mean
    or their sum (`reduction`). `thresholds`: biases are subtracted. `descent`: δ is −∂E/∂net.
    `mean_cost`: the mean error of the samples is shown beside their sum.
    `round_each`: decimal places by kind of quantity, "default" for the others. `validation`:
    samples that are kept apart from learning. `labels`: the classes that the targets stand for,
    if they came from texts. `laid`: how
    arrays lay that it was made of, "rows" or "columns" for the samples, "to" or "from" for the
    weights. `guessed`: "weights" or "samples" where these may as well stand the other way round.
    """

    title: str
    source: str
    inputs: tuple[Unit, ...]
    layers: tuple[Layer, ...]
    samples: tuple[Sample, ...]
    eta: Exact
    error_name: str
    error_parameters: Mapping[str, Exact]
    optimizer: OptimizerChoice
    update: str
    batch_size: int | None
    reduction: str
    train_biases: bool
    thresholds: bool
    descent: bool
    mean_cost: bool
    round_each: Mapping[str, int] | None
    seed: int
    notation: Notation
    validation: tuple[Sample, ...]
    labels: tuple[str, ...]
    laid: tuple[str, ...] = field(default=(), compare=False)
    guessed: tuple[str, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        shape = "-".join(map(str, self.shape))
        activations = ", ".join(dict.fromkeys(layer.activation_name for layer in self.layers))
        return f"<Network {self.title!r}: {shape}, {activations}, {self.error_name} error>"

    @property
    def error(self) -> ErrorFunction:
        return ERRORS[self.error_name]

    @property
    def error_arguments(self) -> tuple[Any, ...]:
        """What the formulas of the error take after t and out: the outputs' number, parameters."""
        return (len(self.outputs), *map(Num, self.error_parameters.values()))

    @property
    def shape(self) -> tuple[int, ...]:
        """Units in each layer, the inputs first: (2, 2, 2)."""
        return (len(self.inputs), *(len(layer.units) for layer in self.layers))

    @property
    def outputs(self) -> tuple[Unit, ...]:
        return self.layers[-1].units

    def parameters(self) -> Iterator[Parameter]:
        """Every weight and bias, layer by layer."""
        for layer in self.layers:
            yield from layer.parameters()

    def is_trained(self, parameter: Parameter) -> bool:
        """Whether learning changes `parameter`."""
        return self.train_biases or isinstance(parameter, Weight)

    def below(self, layer: Layer) -> tuple[Unit, ...]:
        """The units that feed `layer`."""
        return self.inputs if layer.number == 1 else self.layers[layer.number - 2].units

    def batches(self) -> list[tuple[int, ...]]:
        """Numbers of the samples (from 1) of each update of an epoch, in order."""
        numbers = range(1, len(self.samples) + 1)
        size = self.batch_size or 1
        return [tuple(numbers[at : at + size]) for at in range(0, len(numbers), size)]

    @property
    def reduces(self) -> bool:
        """Whether an update takes the gradients of several samples together."""
        return self.batch_size is not None and len(self.samples) > 1
