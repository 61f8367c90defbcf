"""What a config may say: every key with its kind, its default and a line about it.

`checker` holds files against these tables, `schema` turns them into JSON Schema, the documentation
lists them. A new key is one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from backprop_cli.formulas import ACTIVATIONS, ALIASES, ERRORS, OPTIMIZERS, ErrorFunction, Optimizer


class Field(NamedTuple):
    """One key. `kind` names a check of `kinds.KINDS`, or a table of `TABLES` as ``[name]``.

    A number may be bounded: at least `least`, or more than `above`, and less than `below`.
    """

    kind: str
    about: str
    choices: tuple[str, ...] = ()
    default: Any = None
    required: bool = False
    least: float | None = None
    above: float | None = None
    below: float | None = None


_NETWORK = {
    "title": Field("text", "what the example is called"),
    "source": Field("text", "where its numbers come from"),
    "eta": Field("number", "learning rate", required=True, above=0),
    "error": Field("[error]", "error function", default="half-squared"),
    "inputs": Field("samples", "one sample, a list of samples, or columns of the data",
                    required=True),
    "targets": Field("samples", "what the outputs should give, for each sample", required=True),
    "data": Field("text", "CSV file with a header row, relative to the config"),
    "standardize": Field("flag", "scale every input to mean 0 and standard deviation 1",
                         default=False),
    "validation": Field("split", "samples kept apart: a share such as 0.2, a second CSV file, or "
                                 "inputs and targets in a table"),
    "classes": Field("texts", "what the outputs stand for, where no column of texts says it"),
    "train_biases": Field("flag", "whether learning changes the biases", default=True),
    "update": Field("choice", "whether hidden deltas see the old weights or the updated ones",
                    ("simultaneous", "sequential"), "simultaneous"),
    "learning": Field("choice", "update after every sample, every batch, or all samples",
                      ("online", "mini-batch", "batch"), "online"),
    "batch_size": Field("count", "samples in a mini-batch"),
    "reduction": Field("choice", "a batch's gradient: mean or sum over its samples",
                       ("mean", "sum"), "mean"),
    "seed": Field("integer", "for random initial weights", default=0),
    "round_each": Field("rounding", "decimal places to which each quantity is rounded"),
    "layers": Field("[layers]", "hidden and output layers, in order", required=True),
    "optimizer": Field("[optimizer]", "how a gradient changes a weight", default="sgd"),
    "notation": Field("[notation]", "names and letters of the book"),
    "convention": Field("[convention]", "signs and order that books differ in"),
    "grading": Field("[grading]", "points and credits, for verify and grade"),
    "variants": Field("[variants]", "ranges that the numbers of each student are drawn from"),
}  # fmt: skip

_LAYER = {
    "activation": Field("choice", "activation of the layer", (*ACTIVATIONS, *ALIASES),
                        required=True),
    "weights": Field("rows", "one row of numbers per neuron"),
    "bias": Field("number", "one bias shared by the layer"),
    "biases": Field("numbers", "one bias per neuron"),
    "units": Field("count", "number of neurons, where weights are drawn at random"),
    "init": Field("[init]", "how random weights are drawn"),
    "alpha": Field("number", "slope of leaky-relu or scale of elu below 0", least=0),
}  # fmt: skip

# How weights can be drawn, and what each of the ways can be told.
INIT_METHODS: Mapping[str, tuple[str, ...]] = {
    "uniform": ("low", "high"), "normal": ("mean", "std"), "xavier": (), "he": (),
}  # fmt: skip

_INIT = {
    "method": Field("choice", "distribution of the initial weights", tuple(INIT_METHODS),
                    "uniform"),
    "low": Field("number", "least weight of uniform", default="-0.5"),
    "high": Field("number", "greatest weight of uniform", default="0.5"),
    "mean": Field("number", "mean of normal", default="0"),
    "std": Field("number", "standard deviation of normal", default="1", above=0),
}  # fmt: skip


def _parameters(rows: Iterable[ErrorFunction | Optimizer]) -> dict[str, Field]:
    """A key for each parameter that the functions of a kind have."""
    found: dict[str, Field] = {}
    for row in rows:
        parameters = row.all_parameters if isinstance(row, Optimizer) else row.parameters
        for key, p in parameters.items():
            field = Field("number", p.about, least=p.least, above=p.above, below=p.below)
            found.setdefault(key, field)
    return found


_ERROR = {
    "name": Field("choice", "the function", tuple(ERRORS), "half-squared"),
    **_parameters(ERRORS.values()),
}
_OPTIMIZER = {
    "name": Field("choice", "the method", tuple(OPTIMIZERS), "sgd"),
    **_parameters(OPTIMIZERS.values()),
}

_NOTATION = {
    "units": Field("names", "all unit names: a pattern with {n} {i} {layer}, one list, or a list "
                            "per layer"),
    "inputs": Field("pattern", "pattern of the inputs' names", default="i{i}"),
    "hidden": Field("pattern", "pattern of the hidden units' names"),
    "outputs": Field("pattern", "pattern of the outputs' names", default="o{i}"),
    "weights": Field("names", "pattern with {n} {from} {to} {layer} {i} {j}, or nested lists",
                     default="w{n}"),
    "biases": Field("names", "pattern with {n} {to} {layer} {i}, or a list per layer"),
    "net": Field("letter", "net input", default="net"),
    "out": Field("letter", "output", default="out"),
    "error": Field("letter", "error", default="E"),
    "delta": Field("letter", "delta", default="delta"),
    "target": Field("letter", "target", default="t"),
    "eta": Field("letter", "learning rate", default="eta"),
    "samples": Field("choice", "matrices have a column for each sample, or a row",
                     ("columns", "rows"), "columns"),
}  # fmt: skip

_CONVENTION = {
    "bias": Field("choice", "biases are added, or subtracted as thresholds",
                  ("added", "subtracted"), "added"),
    "delta": Field("choice", "sign of delta: ∂E/∂net, or −∂E/∂net for descent",
                   ("gradient", "descent"), "gradient"),
    "cost": Field("choice", "error of an epoch: the sum over its samples, or beside it their mean",
                  ("sum", "mean"), "sum"),
    "weight_rows": Field("choice", "a row of weights belongs to the unit it leads to, or from",
                         ("to", "from"), "to"),
}  # fmt: skip

_GRADING = {
    "points": Field("points", "points by quantity (w5_new) or by kind of quantity (new)"),
    "follow_through": Field("number", "credit for what follows from the student's own numbers",
                            default="1", least=0),
    "too_few_digits": Field("number", "credit for a right number with too few digits",
                            default="1", least=0),
    "repeated": Field("choice", "a mistake in several lines of a kind costs each of them, or one",
                      ("each", "once"), "each"),
    "min_digits": Field("integer", "significant digits that are asked for", default=3),
    "rtol": Field("number", "relative tolerance, in place of that of the places written", least=0),
    "atol": Field("number", "absolute tolerance, in place of that of the places written", least=0),
}  # fmt: skip

_VARIANTS = {
    "weights": Field("numbers", "least and greatest weight"),
    "biases": Field("numbers", "least and greatest bias"),
    "inputs": Field("numbers", "least and greatest input"),
    "targets": Field("numbers", "least and greatest target"),
    "decimals": Field("integer", "decimals of the numbers drawn", default=2),
    "exercise": Field("text", "name of the exercise; another name gives other numbers"),
    "salt": Field("text", "a word that only the teacher knows"),
    "least_delta": Field("number", "no delta is nearer to 0 than this", default="0.001", least=0),
    "greatest_net": Field("number", "no net input is further from 0 than this", default="4",
                          above=0),
}  # fmt: skip

TABLES: Mapping[str, Mapping[str, Field]] = {
    "": _NETWORK,
    "layers": _LAYER,
    "init": _INIT,
    "optimizer": _OPTIMIZER,
    "error": _ERROR,
    "notation": _NOTATION,
    "convention": _CONVENTION,
    "grading": _GRADING,
    "variants": _VARIANTS,
}


def with_defaults(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a table says, and the defaults of what it does not say."""
    fields = TABLES[name].items()
    return {key: f.default for key, f in fields if f.default is not None} | dict(given)


# Other spellings of keys, by table.
SPELLINGS: Mapping[str, Mapping[str, str]] = {
    "optimizer": {"method": "name", "eps": "epsilon", "mu": "beta", "momentum": "beta",
                  "decay": "rho"},
}  # fmt: skip

# Words of other programs, and the keys that they mean here.
OTHER_WORDS: Mapping[str, str] = {
    "learning_rate": "eta", "lr": "eta", "rate": "eta", "loss": "error", "cost": "error",
    "x": "inputs", "input": "inputs", "y": "targets", "t": "targets", "target": "targets",
    "labels": "targets", "outputs": "targets", "layer": "layers", "w": "weights", "b": "bias",
    "neurons": "units", "nodes": "units", "size": "units", "decimals": "round_each",
    "rounding": "round_each", "file": "data", "csv": "data", "lambda": "weight_decay",
}  # fmt: skip

# What may be rounded by itself, and the kinds of steps that this means.
ROUNDED: Mapping[str, tuple[str, ...]] = {
    "default": ("default",), "net": ("net",), "out": ("out",),
    "error": ("E", "E_total", "E_epoch", "E_mean"),
    "error_term": ("dE_dout", "via"), "slope": ("slope", "jacobian"), "delta": ("delta",),
    "gradient": ("gradient",),
    "change": ("change",), "state": ("state_new", "corrected", "intermediate"),
    "parameter": ("new",),
}  # fmt: skip
