"""From a TOML document to a `Network`: every rule of the config, each with its message."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise, repeat
from typing import Any

from backprop_cli.config.checker import Checker
from backprop_cli.config.document import Document
from backprop_cli.config.fields import ROUNDED, SPELLINGS, TABLES, with_defaults
from backprop_cli.config.kinds import INVALID, described
from backprop_cli.config.names import (
    BadName,
    bias_names,
    letter_of,
    receiver_first,
    unit_names,
    weight_names,
)
from backprop_cli.config.parameters import Biases, Shape, biases_of, weights_of
from backprop_cli.config.positions import KeyPath
from backprop_cli.config.random_weights import Rows
from backprop_cli.config.samples import check_targets, data_of, labels_of
from backprop_cli.engine import (
    Bias,
    Layer,
    Letters,
    Network,
    Notation,
    OptimizerChoice,
    Quantities,
    Sample,
    Unit,
    Weight,
)
from backprop_cli.errors import visible
from backprop_cli.formulas import ACTIVATIONS, ERRORS, OPTIMIZERS, Optimizer


def network_of(document: Document) -> Network:
    """The network that `document` describes. Raises `ConfigError` with all that is wrong."""
    checker = Checker(document)
    given = checker.table("", document.data, ())
    said = with_defaults("", given)
    blocks = _blocks(checker, said["layers"])
    notation = _subtable(checker, said, "notation")
    convention = _subtable(checker, said, "convention")
    for unused in ("grading", "variants"):  # their mistakes are told with the others
        _subtable(checker, said, unused)
    data = data_of(checker, document, given)
    fan_in = len(data.samples[0].inputs) if data.samples else None
    shape = Shape(fan_in, convention["weight_rows"] == "from")
    weights = weights_of(checker, blocks, shape, said["seed"])
    biases = biases_of(checker, blocks, weights)
    if data.samples and weights is not None:
        check_targets(checker, data, len(weights[-1]), given)
    outputs = None if weights is None else len(weights[-1])
    labels = labels_of(checker, data, outputs, given.get("classes"))
    error, error_parameters = _chosen(checker, "error", ERRORS, said["error"])
    optimizer, optimizer_parameters = _chosen(checker, "optimizer", OPTIMIZERS, said["optimizer"])
    _check_probabilities(checker, error, blocks, data.samples)
    batch_size = _batch_size(checker, given, len(data.samples))
    checker.finish()
    assert weights is not None
    assert fan_in is not None
    try:
        letters = _letters(notation)
        inputs, layers = _named(notation, blocks, fan_in, weights, biases)
        network = Network(
            title=said.get("title") or _stem(document.name),
            source=said.get("source", ""),
            inputs=inputs,
            layers=layers,
            samples=data.samples,
            eta=said["eta"],
            error_name=error,
            error_parameters=error_parameters,
            optimizer=OptimizerChoice(optimizer, optimizer_parameters),
            update=said["update"],
            batch_size=batch_size,
            reduction=said["reduction"],
            train_biases=said["train_biases"],
            thresholds=convention["bias"] == "subtracted",
            descent=convention["delta"] == "descent",
            mean_cost=convention["cost"] == "mean",
            round_each=_places(said),
            seed=said["seed"],
            notation=Notation(
                letters,
                letter_of(notation.get("weights"), "w"),
                letter_of(notation.get("biases"), "b"),
                receiver_first(notation.get("weights")),
                with_defaults("notation", notation)["samples"] == "rows",
            ),
            validation=data.validation,
            labels=labels,
        )
        if notation:
            _check_distinct(network)
    except BadName as bad:
        checker.problem(("notation", *bad.path), bad.what, bad.hint)
        checker.finish()
    return network


def _stem(name: str) -> str:
    return visible(os.path.splitext(os.path.basename(name))[0].strip("<>"))


def _subtable(checker: Checker, said: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A table inside the config, with its defaults; what is wrong in it is as if it were not."""
    table = checker.table(name, said.get(name, {}), (name,))
    right = {key: value for key, value in table.items() if value is not INVALID}
    return right if name == "notation" else with_defaults(name, right)


def _blocks(checker: Checker, layers: Any) -> list[dict[str, Any]]:
    """The [[layers]], each with its checked keys."""
    if layers is INVALID:
        return []
    if not isinstance(layers, list) or not layers:
        hint = "each layer begins with [[layers]], in double brackets"
        checker.problem(("layers",), "expected one or more [[layers]]", hint)
        return []
    blocks = []
    for index, layer in enumerate(layers):
        block = checker.table("layers", layer, ("layers", index))
        if isinstance(layer, Mapping):
            _check_block(checker, block, ("layers", index))
        blocks.append(block)
    return blocks


def _check_block(checker: Checker, block: Mapping[str, Any], path: KeyPath) -> None:
    """What the keys of a layer have to do with each other."""
    for one, other in (("bias", "biases"), ("weights", "units"), ("weights", "init")):
        if one in block and other in block:
            what = f"{one} and {other} exclude each other"
            checker.problem((*path, other), what, "leave one of them out")
    if "weights" not in block and "units" not in block:
        missing = "units are" if "init" in block else "weights are"
        hint = "give weights = [[…], […]], or units = 2 for random ones"
        checker.problem(path, f"{missing} missing", hint)
    name = block.get("activation", INVALID)
    if "alpha" in block and name is not INVALID and ACTIVATIONS[name].alpha is None:
        having = " and ".join(key for key, row in ACTIVATIONS.items() if row.alpha is not None)
        checker.problem((*path, "alpha"), f"{name} has no alpha", f"only {having} have")


def _check_probabilities(
    checker: Checker, name: Any, blocks: Sequence[Mapping[str, Any]], samples: Sequence[Sample]
) -> None:
    """A cross-entropy needs outputs inside (0, 1), and targets in [0, 1]."""
    if name is INVALID or not ERRORS[name].probabilities or not blocks:
        return
    activation = blocks[-1].get("activation", INVALID)
    if activation is not INVALID:
        row = ACTIVATIONS[activation]
        if row.low < 0 or row.high > 1:
            fitting = [key for key, a in ACTIVATIONS.items() if a.low >= 0 and a.high <= 1]
            what = f"{name} takes the logarithm of outputs, and those of {activation} can leave "
            path = ("layers", len(blocks) - 1, "activation")
            checker.problem(path, what + "(0, 1)", "use " + " or ".join(fitting))
    for index, sample in enumerate(samples):
        if any(not 0 <= target <= 1 for target in sample.targets):
            at = ("targets", index) if len(samples) > 1 else ("targets",)
            what = f"targets of {name} are probabilities, from 0 to 1"
            checker.problem(("targets",), what, at=at)
            return


_EITHER = {
    "error": 'error = "squared", or a table [error] with name = "huber"',
    "optimizer": 'optimizer = "adam", or a table [optimizer] with name = "adam"',
}


def _chosen(
    checker: Checker, kind: str, rows: Mapping[str, Any], given: Any
) -> tuple[Any, dict[str, Any]]:
    """The error or optimizer, named alone or in a table with its parameters, and all of these."""
    if isinstance(given, str):
        found = {"name": checker.value(TABLES[kind]["name"], given, (kind,))}
    elif isinstance(given, Mapping):
        found = with_defaults(kind, checker.table(kind, given, (kind,)))
    else:
        what = f"expected a name or a table, got {described(given)}"
        checker.problem((kind,), what, _EITHER[kind])
        return INVALID, {}
    name = found["name"]
    if name is INVALID:
        return INVALID, {}
    row = rows[name]
    allowed = row.all_parameters if isinstance(row, Optimizer) else row.parameters
    for written in given if isinstance(given, Mapping) else ():
        key = SPELLINGS.get(kind, {}).get(written, written)
        if key in found and key not in ("name", *allowed):
            known = " ".join(allowed) or "none"
            hint = f"parameters of {name}: {known}"
            checker.problem((kind, written), f"{name} has no {key}", hint)
    if isinstance(row, Optimizer):
        row = row.form([key for key, value in found.items() if value not in (0, INVALID)])
    return name, {key: found.get(key, p.default) for key, p in row.parameters.items()}


def _batch_size(checker: Checker, top: Mapping[str, Any], samples: int) -> int | None:
    size = top.get("batch_size")
    learning = top.get("learning", "online" if size is None else "mini-batch")
    if size is INVALID or learning is INVALID or (learning == "online" and size is None):
        return None
    if learning == "mini-batch":
        if size is None:
            what = "mini-batch learning needs batch_size"
            checker.problem(("learning",), what, "batch_size = 32, at the top too")
        return size
    if size is not None:
        what = f"{learning} learning has no batch_size"
        checker.problem(("batch_size",), what, 'learning = "mini-batch" has')
    return max(samples, 1)


def _places(said: Mapping[str, Any]) -> dict[str, int] | None:
    """Decimal places by kind of step."""
    given = said.get("round_each")
    if given is None:
        return None
    return {kind: places for key, places in given.items() for kind in ROUNDED[key]}


def _letters(notation: Mapping[str, Any]) -> Letters:
    """The letters of [notation]. Raises `BadName` if one of them means two things."""
    letters = Letters(**{key: notation[key] for key in Letters.__annotations__ if key in notation})
    for one, other in combinations(("net", "out", "error", "delta", "target"), 2):
        if getattr(letters, one) == getattr(letters, other):
            key = other if other in notation else one
            what = f"{one} and {other} are both called {getattr(letters, key)}"
            raise BadName((key,), what, "each needs a letter of its own")
    return letters


def _named(
    notation: Mapping[str, Any],
    blocks: Sequence[Mapping[str, Any]],
    fan_in: int,
    weights: Sequence[Rows],
    biases: Sequence[Biases],
) -> tuple[tuple[Unit, ...], tuple[Layer, ...]]:
    """Input units and layers, with the names of [notation]. Raises `BadName`."""
    shape = [fan_in, *(len(rows) for rows in weights)]
    units = [
        tuple(Unit(name, layer, number) for number, name in enumerate(row, start=1))
        for layer, row in enumerate(unit_names(notation, shape))
    ]
    names = weight_names(notation.get("weights"), list(pairwise(units)))
    shared = [kind for kind, _ in biases]
    called = bias_names(notation.get("biases"), list(zip(units[1:], shared, strict=True)))
    layers = []
    for index, block in enumerate(blocks):
        senders, receivers = units[index], units[index + 1]
        rows = zip(receivers, names[index], weights[index], strict=True)
        named = tuple(
            tuple(map(Weight, row_names, row, senders, repeat(receiver)))
            for receiver, row_names, row in rows
        )
        entered = [receivers] if biases[index].shared else [(unit,) for unit in receivers]
        added = tuple(map(Bias, called[index], biases[index].values, entered))
        activation = block["activation"]
        default = ACTIVATIONS[activation].alpha
        alpha = None if default is None else block.get("alpha", default)
        layers.append(Layer(index + 1, receivers, activation, alpha, named, added))
    return units[0], tuple(layers)


def _check_distinct(network: Network) -> None:
    """Every quantity must have a key of its own. Raises `BadName`."""
    seen: set[str] = set()
    for key in Quantities(network).all_keys():
        if key in seen:
            what = f"two quantities would be called {key}"
            raise BadName((), what, "choose other letters or names")
        seen.add(key)
