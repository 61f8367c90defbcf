"""Configs to begin with: a commented starter, or a network of any shape with random weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import fill

from backprop_cli.config.fields import with_defaults
from backprop_cli.config.random_weights import RandomWeights
from backprop_cli.config.toml import toml_list, toml_matrix
from backprop_cli.formulas import ACTIVATIONS, ERRORS, OPTIMIZERS, Exact

_INDENT = " " * len("weights = [")
SCHEMA_LINES = """\
#:schema ./backprop.schema.json
# Editors complete and check this file with the schema that `backprop schema` prints.
"""


def starter_config() -> str:
    """A commented config, as text: the tutorial network, with what else can be said."""
    hidden = [key for key, row in ACTIVATIONS.items() if row.jacobian is None]
    return f"""\
# A network for backprop. Trace it with: backprop trace FILE
{SCHEMA_LINES}
title   = "My network"
eta     = 0.5                  # learning rate
{_others('error   = "half-squared"', ERRORS)}
inputs  = [0.05, 0.10]         # one sample; several: [[0.05, 0.10], [0.20, 0.30]]
targets = [0.01, 0.99]         # what the outputs should give, in the same form
# train_biases = false         # leave the biases as they are
# update   = "sequential"      # hidden deltas see the updated output weights: a common mistake
# learning = "batch"           # one update from all samples; reduction = "mean" or "sum"
# round_each = 3               # round every quantity to 3 decimals, as on paper

# One [[layers]] block for each layer after the inputs, in order.
[[layers]]                     # hidden layer: h1, h2
{_others('activation = "logistic"', hidden)}
weights = [[0.15, 0.20],       # one row per neuron: w1, w2 lead into h1
           [0.25, 0.30]]       # w3, w4 lead into h2
bias    = 0.35                 # shared by the layer; one each: biases = [0.35, 0.35]

[[layers]]                     # output layer: o1, o2
activation = "logistic"        # here also softmax, with cross-entropy
weights = [[0.40, 0.45],
           [0.50, 0.55]]
bias    = 0.60

# [optimizer]                  # sgd unless said
{_others('# name = "momentum"', OPTIMIZERS)}
# beta = 0.9

# [notation]                   # the letters of your book
# net = "z"
# out = "a"
"""


def _others(line: str, names: Iterable[str]) -> str:
    """A line of the starter that names one of `names`, and beside it the others."""
    others = " ".join(name for name in names if f'"{name}"' not in line)
    below = "#" if line.startswith("#") else " "
    text, indent = f"{line:<31}# also {others}", f"{below:<31}# "
    return fill(text, 88, subsequent_indent=indent, break_on_hyphens=False)


def random_config(
    shape: Sequence[int], activations: Sequence[str], seed: int, samples: int = 1
) -> str:
    """A config with random weights from -0.5 to 0.5, the same for the same seed for ever.

    `shape` counts the units of each layer, the inputs first; `activations` are one for each layer
    after these, or one for all. Softmax is put on the output layer alone, with cross-entropy;
    hidden layers are logistic then.
    """
    drawn, uniform = RandomWeights(seed), with_defaults("init", {})
    kinds = list(activations)
    if len(activations) == 1:
        hidden = "logistic" if activations[0] == "softmax" else activations[0]
        kinds = [hidden] * (len(shape) - 2) + [activations[0]]
    blocks = []
    for fan_in, size, kind in zip(shape[:-1], shape[1:], kinds, strict=True):
        rows = toml_matrix(map(_rounded, drawn.rows(uniform, fan_in, size)), _INDENT)
        (biases,) = drawn.rows(uniform, size, 1)
        blocks.append(
            f'[[layers]]\nactivation = "{kind}"\nweights = {rows}\n'
            f"biases  = {toml_list(_rounded(biases))}\n"
        )
    inputs = map(_rounded, drawn.rows(uniform | {"low": 0, "high": 1}, shape[0], samples))
    targets = (_targets(shape[-1], kinds[-1], number) for number in range(samples))
    error = "cross-entropy" if kinds[-1] == "softmax" else "half-squared"
    several = f" --samples {samples}" if samples > 1 else ""
    return (
        f"# Random weights: backprop init --layers {'-'.join(map(str, shape))} "
        f"--activation {','.join(activations)}{several} --seed {seed}\n{SCHEMA_LINES}\n"
        f'title   = "{"-".join(map(str, shape))} network"\n'
        f'eta     = 0.5\nerror   = "{error}"\n'
        f"inputs  = {_list_of(inputs)}\ntargets = {_list_of(targets)}\n\n" + "\n".join(blocks)
    )


def _list_of(samples: Iterable[list[str]]) -> str:
    """The numbers of one sample, or a row for each of several."""
    rows = list(samples)
    return toml_list(rows[0]) if len(rows) == 1 else toml_matrix(rows, _INDENT)


def _targets(count: int, activation: str, number: int) -> list[str]:
    """One target near the upper end of the activation's range, the others near the lower.

    The first sample has it at the first output, the next at the next, and so on; of a single
    output every second sample has none.
    """
    high, low = "0.9", "-0.9" if ACTIVATIONS[activation].low == -1 else "0.1"
    if activation == "softmax":
        high, low = "1", "0"
    places = count if count > 1 or activation == "softmax" else 2
    return [high if at == number % places else low for at in range(count)]


def _rounded(numbers: Iterable[Exact]) -> list[str]:
    return [f"{float(number):.4f}" for number in numbers]
