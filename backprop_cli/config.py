"""From a TOML document to a `Network`: every rule of the config, each with its message."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from backprop_cli.checks import INVALID, Checker, KeyPath
from backprop_cli.data import Data, samples_from_csv, separated, standardized
from backprop_cli.document import Document
from backprop_cli.fields import TABLES
from backprop_cli.functions import ACTIVATIONS, ERRORS, OPTIMIZERS
from backprop_cli.initial import drawn_weights
from backprop_cli.naming import BadName, bias_names, unit_names, weight_names
from backprop_cli.network import Bias, Exact, Layer, Network, OptimizerChoice, Sample, Unit, Weight
from backprop_cli.notation import Letters, Notation
from backprop_cli.quantities import Quantities

__all__ = ["MAX_PARAMETERS", "network_of"]

MAX_PARAMETERS = 2_000_000
"""Larger networks are refused: a program that shows every number would never come to an end."""

# What may be rounded by itself, and the kinds of steps that this means.
ROUNDED: Mapping[str, tuple[str, ...]] = {
    "default": ("default",), "net": ("net",), "out": ("out",),
    "error": ("E", "E_total", "E_epoch"), "error_term": ("dE_dout", "via"),
    "slope": ("slope", "jacobian"), "delta": ("delta",), "gradient": ("gradient",),
    "change": ("change",), "state": ("state_new", "corrected"), "parameter": ("new",),
}  # fmt: skip


def network_of(document: Document) -> Network:
    """The network that `document` describes. Raises `ConfigError` with all that is wrong."""
    checker = Checker(document)
    top = checker.table("", document.data, ())
    blocks = _blocks(checker, top.get("layers", INVALID))
    notation = _subtable(checker, top, "notation")
    convention = _subtable(checker, top, "convention")
    data = _prepared(checker, top, _data(checker, document, top))
    samples = data.samples
    fan_in = len(samples[0].inputs) if samples else None
    rows_from = convention.get("weight_rows", "to") == "from"
    numbers = _weights(checker, blocks, fan_in, rows_from, top)
    biases = _biases(checker, blocks, numbers)
    if samples and numbers is not None:
        _check_targets(checker, samples, len(numbers[-1]), top)
    _check_probabilities(checker, top, blocks, samples)
    optimizer = _optimizer(checker, top.get("optimizer", "sgd"))
    batch_size = _batch_size(checker, top, len(samples))
    round_each = _rounding(checker, top.get("round_each"))
    checker.finish()
    assert numbers is not None
    assert fan_in is not None
    letters = Letters(**{key: notation[key] for key in Letters.__annotations__ if key in notation})
    try:
        inputs, layers = _named(notation, blocks, fan_in, numbers, biases)
        network = Network(
            title=top.get("title") or _stem(document.name),
            source=top.get("source", ""), inputs=inputs, layers=layers, samples=samples,
            eta=top["eta"], error_name=top.get("error", "half-squared"), optimizer=optimizer,
            update=top.get("update", "simultaneous"), batch_size=batch_size,
            reduction=top.get("reduction", "mean"), train_biases=top.get("train_biases", True),
            thresholds=convention.get("bias") == "subtracted",
            descent=convention.get("delta") == "descent", round_each=round_each,
            seed=top.get("seed", 0), notation=Notation(letters), validation=data.validation,
            labels=data.labels,
        )  # fmt: skip
        if notation:
            _check_distinct(network)
    except BadName as bad:
        checker.problem(("notation", *bad.path), bad.what, bad.hint)
        checker.finish()
    return network


def _stem(name: str) -> str:
    return os.path.splitext(os.path.basename(name))[0].strip("<>")


def _subtable(checker: Checker, top: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = checker.table(name, top.get(name, {}), (name,))
    return {key: value for key, value in table.items() if value is not INVALID}


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
        for one, other in (("bias", "biases"), ("weights", "units"), ("weights", "init")):
            if one in block and other in block:
                checker.problem(("layers", index, other), f"{one} and {other} exclude each other")
        if "weights" not in block and "units" not in block:
            checker.problem(("layers", index), "weights are missing",
                            "give weights, or units for random ones")  # fmt: skip
        _check_alpha(checker, block, index)
        blocks.append(block)
    return blocks


def _check_alpha(checker: Checker, block: Mapping[str, Any], index: int) -> None:
    name = block.get("activation", INVALID)
    if "alpha" in block and name is not INVALID and ACTIVATIONS[name].alpha is None:
        having = " and ".join(key for key, row in ACTIVATIONS.items() if row.alpha is not None)
        checker.problem(("layers", index, "alpha"), f"{name} has no alpha", f"only {having} have")


def _data(checker: Checker, document: Document, top: Mapping[str, Any]) -> Data:
    """The samples, also those of a second file; empty if anything is wrong with them."""
    inputs, targets, apart = top["inputs"], top["targets"], top.get("validation")
    if inputs is INVALID or targets is INVALID or apart is INVALID or top.get("data") is INVALID:
        return Data(())
    if "data" in top:
        second = apart if isinstance(apart, str) else None
        return samples_from_csv(checker, document, top["data"], inputs, targets, second)
    if isinstance(apart, str):
        checker.problem(("validation",), "a second file goes with data in a first")
        return Data(())
    return Data(_samples(checker, inputs, targets))


def _prepared(checker: Checker, top: Mapping[str, Any], data: Data) -> Data:
    """The data with some samples kept apart and with its inputs standardized, as is asked for."""
    share = top.get("validation")
    if data.samples and isinstance(share, int | Decimal):
        count = len(data.samples)
        seed = top.get("seed", 0)
        data = separated(data, float(share), seed if seed is not INVALID else 0)
        if not data.samples or not data.validation:
            checker.problem(("validation",), f"{share} of {count} samples leaves no sample "
                                             "on one side")  # fmt: skip
    return standardized(data) if data.samples and top.get("standardize") is True else data


def _samples(checker: Checker, inputs: list[Any], targets: list[Any]) -> tuple[Sample, ...]:
    """The samples that stand in the config."""
    input_rows = _sample_rows(checker, inputs, ("inputs",), 1)
    expected = 1 if input_rows is INVALID else len(input_rows)
    target_rows = _sample_rows(checker, targets, ("targets",), expected)
    if input_rows is INVALID or target_rows is INVALID:
        return ()
    if len(input_rows) != len(target_rows):
        checker.problem(("targets",), f"there are {len(input_rows)} samples in inputs, "
                                      f"but {len(target_rows)} in targets",
                        "give one list of targets for each list of inputs")  # fmt: skip
        return ()
    return tuple(
        Sample(tuple(row), tuple(target))
        for row, target in zip(input_rows, target_rows, strict=True)
    )


def _sample_rows(checker: Checker, value: list[Any], path: KeyPath, expected: int) -> Any:
    """Rows of numbers, one per sample. A flat list is one sample, or one number for each."""
    if not any(isinstance(item, list) for item in value):
        numbers = checker.numbers(value, path)
        if numbers is INVALID:
            return INVALID
        return [[n] for n in numbers] if len(numbers) == expected > 1 else [numbers]
    rows = [checker.numbers(row, (*path, index)) for index, row in enumerate(value)]
    if any(row is INVALID for row in rows):
        return INVALID
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            return checker.problem((*path, index), f"sample {index + 1} has {len(row)} numbers, "
                                                   f"but sample 1 has {len(rows[0])}")  # fmt: skip
    return rows


def _weights(
    checker: Checker, blocks: Sequence[Mapping[str, Any]], fan_in: int | None, rows_from: bool,
    top: Mapping[str, Any],
) -> list[list[list[Exact]]] | None:  # fmt: skip
    """For each layer a row of weights per neuron; None if anything is wrong with them."""
    drawn = drawn_weights(top.get("seed", 0) if top.get("seed", 0) is not INVALID else 0)
    next(drawn)
    found: list[list[list[Exact]]] = []
    right, parameters = fan_in is not None, 0
    for index, block in enumerate(blocks):
        path: KeyPath = ("layers", index)
        rows = block.get("weights", INVALID)
        if isinstance(block.get("units"), int) and rows is INVALID:
            parameters += block["units"] * (fan_in or 0)
            if parameters > MAX_PARAMETERS:
                checker.problem((*path, "units"), f"the network has more than {MAX_PARAMETERS:,} "
                                                  "weights, too many to show")  # fmt: skip
                return None
            init = checker.table("init", block.get("init", {}), (*path, "init"))
            bad = _bad_init(checker, init, path) or fan_in is None
            rows = INVALID if bad else drawn.send((init, fan_in or 0, block["units"]))
        elif rows is not INVALID:
            rows = _checked_rows(checker, rows, fan_in, rows_from, (*path, "weights"))
            if rows is not INVALID and rows_from:
                rows = [list(row) for row in zip(*rows, strict=True)]
        right = right and rows is not INVALID
        fan_in = len(rows) if rows is not INVALID else None
        found.append(rows)
    return found if right and found else None


def _bad_init(checker: Checker, init: Mapping[str, Any], path: KeyPath) -> bool:
    if any(value is INVALID for value in init.values()):
        return True
    fields = TABLES["init"]
    low, high = (float(init.get(key, fields[key].default)) for key in ("low", "high"))
    if low > high:
        checker.problem((*path, "init"), f"low is {low:g}, above high, {high:g}")
        return True
    return False


def _checked_rows(
    checker: Checker, rows: list[list[Exact]], fan_in: int | None, rows_from: bool, path: KeyPath
) -> Any:
    """`rows`, if all have the length they must have, else `INVALID`."""
    if rows_from:
        if fan_in is not None and len(rows) != fan_in:
            return checker.problem(path, f"there are {len(rows)} rows, but {fan_in} units feed "
                                         "this layer", "give one row per sending unit, as "
                                         "convention.weight_rows says")  # fmt: skip
        length, reason = len(rows[0]), f"row 1 has {len(rows[0])}"
        hint = "give each sending unit one weight per neuron"
    else:
        length = len(rows[0]) if fan_in is None else fan_in
        reason = (
            f"{length} unit{'s' if length != 1 else ''} feed{'s' if length == 1 else ''} this layer"
        )
        if fan_in is None:
            reason = f"row 1 has {length}"
        hint = "give each neuron one weight per incoming unit"
    wrong = [index for index, row in enumerate(rows) if len(row) != length]
    for index in wrong:
        size = len(rows[index])
        numbers = f"{size} number{'s' if size != 1 else ''}"
        checker.problem((*path, index), f"row {index + 1} has {numbers}, but {reason}", hint)
    return INVALID if wrong else rows


def _biases(
    checker: Checker, blocks: Sequence[Mapping[str, Any]], weights: list[list[list[Exact]]] | None
) -> list[tuple[bool | None, list[Exact]]]:
    """For each layer whether its bias is shared (None: no bias), and the values."""
    found: list[tuple[bool | None, list[Exact]]] = []
    for index, block in enumerate(blocks):
        values = block.get("biases")
        if values is None or values is INVALID:
            found.append((True, [block["bias"]]) if "bias" in block else (None, []))
            continue
        if weights is not None and len(values) != len(weights[index]):
            units = len(weights[index])
            checker.problem(("layers", index, "biases"), f"there are {len(values)} biases, but "
                            f"{units} neuron{'s' if units != 1 else ''} in this layer",
                            "one shared by the whole layer is written bias = …")  # fmt: skip
        found.append((False, values))
    return found


def _check_targets(
    checker: Checker, samples: Sequence[Sample], outputs: int, top: Mapping[str, Any]
) -> None:
    size = len(samples[0].targets)
    if size != outputs:
        path: KeyPath = ("targets", 0) if isinstance(top["targets"][0], list) else ("targets",)
        checker.problem(path, f"there are {size} targets, but {outputs} outputs",
                        "give one target for each unit of the last layer")  # fmt: skip


def _check_probabilities(
    checker: Checker, top: Mapping[str, Any], blocks: Sequence[Mapping[str, Any]],
    samples: Sequence[Sample],
) -> None:  # fmt: skip
    """A cross-entropy needs outputs inside (0, 1), and targets in [0, 1]."""
    name = top.get("error", "half-squared")
    if name is INVALID or not ERRORS[name].probabilities or not blocks:
        return
    activation = blocks[-1].get("activation", INVALID)
    if activation is not INVALID:
        row = ACTIVATIONS[activation]
        if row.low < 0 or row.high > 1:
            fitting = [key for key, a in ACTIVATIONS.items() if a.low >= 0 and a.high <= 1]
            checker.problem(("layers", len(blocks) - 1, "activation"),
                            f"{name} takes the logarithm of outputs, and those of {activation} "
                            "can leave (0, 1)", "use " + " or ".join(fitting))  # fmt: skip
    for index, sample in enumerate(samples):
        if any(not 0 <= target <= 1 for target in sample.targets):
            path: KeyPath = ("targets", index) if len(samples) > 1 else ("targets",)
            checker.problem(path, f"targets of {name} are probabilities, from 0 to 1")
            return


def _optimizer(checker: Checker, given: Any) -> OptimizerChoice:
    table = {"name": given} if isinstance(given, str) else given
    path: KeyPath = () if isinstance(given, str) else ("optimizer",)
    if isinstance(given, str):
        name = checker.value(TABLES["optimizer"]["name"], given, ("optimizer",))
        found = {"name": name}
    else:
        found = checker.table("optimizer", table, path)
        name = found.get("name", "sgd")
    if name is INVALID:
        return OptimizerChoice()
    rule = OPTIMIZERS[name]
    for key in found.keys() - {"name", *rule.parameters}:
        hint = " ".join(rule.parameters) or "none"
        checker.problem((*path, key), f"{name} has no {key}", f"parameters of {name}: {hint}")
    return OptimizerChoice(name, {
        key: found.get(key, default) for key, default in rule.parameters.items()
    })  # fmt: skip


def _batch_size(checker: Checker, top: Mapping[str, Any], samples: int) -> int | None:
    size = top.get("batch_size")
    learning = top.get("learning", "online" if size is None else "mini-batch")
    if size is INVALID or learning is INVALID or (learning == "online" and size is None):
        return None
    if learning == "mini-batch":
        if size is None:
            checker.problem(("learning",), "mini-batch learning needs batch_size")
        return size
    if size is not None:
        checker.problem(("batch_size",), f"{learning} learning has no batch_size",
                        'learning = "mini-batch" has')  # fmt: skip
    return max(samples, 1)


def _rounding(checker: Checker, given: Any) -> dict[str, int] | None:
    if given is None or given is INVALID:
        return None
    places: dict[str, int] = {}
    for key, value in given.items():
        if key not in ROUNDED:
            checker.problem(("round_each", key), "there is no such kind of quantity",
                            "known: " + " ".join(ROUNDED))  # fmt: skip
        places |= dict.fromkeys(ROUNDED.get(key, ()), value)
    return places


def _named(
    notation: dict[str, Any], blocks: Sequence[Mapping[str, Any]], fan_in: int,
    weights: list[list[list[Exact]]], biases: list[tuple[bool | None, list[Exact]]],
) -> tuple[tuple[Unit, ...], tuple[Layer, ...]]:  # fmt: skip
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
        activation = block["activation"]
        default = ACTIVATIONS[activation].alpha
        layers.append(Layer(
            number=index + 1,
            units=receivers,
            activation_name=activation,
            alpha=None if default is None else block.get("alpha", default),
            weights=tuple(
                tuple(map(Weight, row_names, row, senders, [receiver] * len(row)))
                for receiver, row_names, row in zip(
                    receivers, names[index], weights[index], strict=True)
            ),
            biases=tuple(
                Bias(name, value, receivers if biases[index][0] else (receivers[number],))
                for number, (name, value) in enumerate(
                    zip(called[index], biases[index][1], strict=True))
            ),
        ))  # fmt: skip
    return units[0], tuple(layers)


def _check_distinct(network: Network) -> None:
    """Every quantity must have a key of its own. Raises `BadName`."""
    seen: set[str] = set()
    for key in Quantities(network).all_keys():
        if key in seen:
            raise BadName((), f"two quantities would be called {key}",
                          "choose other letters or names")  # fmt: skip
        seen.add(key)
