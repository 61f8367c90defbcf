"""Configs to begin with: a commented starter, or a network of any shape with random weights."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from backprop_cli.config.random_weights import drawn_weights
from backprop_cli.formulas import ACTIVATIONS

SCHEMA_LINES = """\
#:schema ./backprop.schema.json
# Editors complete and check this file with the schema that `backprop schema` prints.
"""

STARTER = """\

title   = "My network"
eta     = 0.5                  # learning rate
error   = "half-squared"       # also squared, mean-squared, cross-entropy, binary-cross-entropy
inputs  = [0.05, 0.10]         # one sample; several: [[0.05, 0.10], [0.20, 0.30]]
targets = [0.01, 0.99]         # what the outputs should give, in the same form
# train_biases = false         # leave the biases as they are
# update   = "sequential"      # hidden deltas see the updated output weights: a common mistake
# learning = "batch"           # one update from all samples; reduction = "mean" or "sum"
# round_each = 3               # round every quantity to 3 decimals, as on paper

# One [[layers]] block for each layer after the inputs, in order.
[[layers]]                     # hidden layer: h1, h2
activation = "logistic"        # also tanh relu leaky-relu elu softplus silu gelu linear
weights = [[0.15, 0.20],       # one row per neuron: w1, w2 lead into h1
           [0.25, 0.30]]       # w3, w4 lead into h2
bias    = 0.35                 # shared by the layer; one each: biases = [0.35, 0.35]

[[layers]]                     # output layer: o1, o2
activation = "logistic"        # here also softmax, with cross-entropy
weights = [[0.40, 0.45],
           [0.50, 0.55]]
bias    = 0.60

# [optimizer]                  # sgd unless said
# name = "momentum"            # also nesterov adagrad rmsprop adam adamw
# beta = 0.9

# [notation]                   # the letters of your book
# net = "z"
# out = "a"
"""


def starter_config() -> str:
    """A commented config, as text: the tutorial network, with what else can be said."""
    return f"# A network for backprop. Trace it with: backprop trace FILE\n{SCHEMA_LINES}{STARTER}"


def random_config(shape: Sequence[int], activation: str, seed: int) -> str:
    """A config with random weights from -0.5 to 0.5, the same for the same seed for ever.

    `shape` counts the units of each layer, the inputs first. Softmax is put on the output layer
    alone, with cross-entropy; hidden layers are logistic then.
    """
    drawn = drawn_weights(seed, places=4)
    next(drawn)
    spread = {"low": Decimal("-0.5"), "high": Decimal("0.5")}
    kinds = [activation] * (len(shape) - 1)
    if activation == "softmax":
        kinds = ["logistic"] * (len(shape) - 2) + ["softmax"]
    blocks = []
    for fan_in, size, kind in zip(shape[:-1], shape[1:], kinds, strict=True):
        rows = drawn.send((spread, fan_in, size))
        biases = [row[0] for row in drawn.send((spread, 1, size))]
        blocks.append(_layer(kind, rows, biases))
    inputs = drawn.send(({"low": Decimal(0), "high": Decimal(1)}, shape[0], 1))[0]
    error = "cross-entropy" if activation == "softmax" else "half-squared"
    return (
        f"# Random weights: backprop init --layers {'-'.join(map(str, shape))} "
        f"--activation {activation} --seed {seed}\n{SCHEMA_LINES}\n"
        f'title   = "{"-".join(map(str, shape))} network"\n'
        f'eta     = 0.5\nerror   = "{error}"\n'
        f"inputs  = [{_listed(inputs)}]\n"
        f"targets = [{_listed(_targets(shape[-1], kinds[-1]))}]\n\n" + "\n".join(blocks)
    )


def _targets(count: int, activation: str) -> list[Decimal]:
    """A first target near the upper end of the activation's range, the others near the lower."""
    if activation == "softmax":
        return [Decimal(int(at == 0)) for at in range(count)]
    row = ACTIVATIONS[activation]
    low = Decimal("-0.9") if row.low == -1 else Decimal("0.1")
    return [Decimal("0.9") if at == 0 else low for at in range(count)]


def _layer(activation: str, rows: Sequence[Sequence[object]], biases: Sequence[object]) -> str:
    inner = ",\n           ".join(f"[{_listed(row)}]" for row in rows)
    return (
        f'[[layers]]\nactivation = "{activation}"\nweights = [{inner}]\n'
        f"biases  = [{_listed(biases)}]\n"
    )


def _listed(numbers: Sequence[object]) -> str:
    return ", ".join(map(str, numbers))
