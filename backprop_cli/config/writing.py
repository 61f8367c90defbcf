"""From a `Network` to a config that says it: `build` the other way round."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from itertools import chain, count, pairwise
from typing import Any, NamedTuple

from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.config.fields import ROUNDED
from backprop_cli.config.names import (
    bias_names,
    bias_values,
    letter_of,
    receiver_first,
    unit_names,
    unit_values,
    weight_names,
    weight_values,
)
from backprop_cli.config.patterns import pattern_of
from backprop_cli.config.toml import toml_matrix, toml_pair, toml_value
from backprop_cli.engine import Layer, Letters, Network, Quantities, Sample, named
from backprop_cli.errors import BackpropError, UsageError
from backprop_cli.formulas import Exact


def to_toml(network: Network) -> str:
    """The text of a config that loads to this network, with every number exactly as it is.

    Raises `UsageError` for a network that no config says, which only a program can make, and
    `TypeError` for what is no network.
    """
    given: object = network  # whatever a notebook hands in
    if not isinstance(given, Network):
        hint = f"to_toml(load({given!r}))" if isinstance(given, str) else "load makes one"
        raise TypeError(f"a network is written, not a {type(given).__name__}: {hint}")
    text = _text(network)
    _check(text, network)
    return text


class Gap(NamedTuple):
    """A number in the text of a config: of which quantity, and of which sample (0: of none).

    It is `written` there, and has this `value` as a float.
    """

    key: str
    sample: int
    written: str
    value: float


def with_gaps(network: Network) -> list[str | Gap]:
    """The text of `to_toml`, cut at each number that a reader may want to be another.

    These are the learning rate, weights and biases, inputs and targets.
    """
    salt = next(f"0.{n}" for n in count(314159) if f"0.{n}" not in _text(network))
    gaps: list[Gap] = []

    def marked(key: str, value: Exact, sample: int = 0) -> Exact:
        gaps.append(Gap(key, sample, toml_value(value), float(value)))
        return Decimal(f"{salt}{len(gaps):09d}1")

    pieces: list[str | Gap] = []
    for piece in re.split(rf"{re.escape(salt)}([0-9]{{9}})1", _text(_marked(network, marked))):
        pieces.append(gaps[int(piece) - 1] if len(pieces) % 2 else piece)
    return pieces


def _marked(network: Network, mark: Callable[..., Exact]) -> Network:
    """The network with every number as `mark` gives it for its key and sample."""
    q = Quantities(network)

    def parameter(found: Any) -> Any:
        return found._replace(value=mark(named(q.parameter(found)).key, found.value))

    def sample(number: int, found: Sample) -> Sample:
        values = [mark(name.key, value, number) for name, value in q.sample(found)]
        inputs = len(network.inputs)
        return Sample(tuple(values[:inputs]), tuple(values[inputs:]))

    layers = [
        layer._replace(
            weights=tuple(tuple(map(parameter, row)) for row in layer.weights),
            biases=tuple(map(parameter, layer.biases)),
        )
        for layer in network.layers
    ]
    return replace(
        network,
        eta=mark(named(q.eta()).key, network.eta),
        layers=tuple(layers),
        samples=tuple(sample(*pair) for pair in enumerate(network.samples, start=1)),
    )


def _text(network: Network) -> str:
    tables = {
        "optimizer": _optimizer(network),
        "notation": _notation(network),
        "convention": _convention(network),
    }
    parts = ["".join(f"{line}\n" for line in _top(network))]
    parts += ["[[layers]]\n" + "".join(_layer(layer)) for layer in network.layers]
    parts += [
        f"[{name}]\n" + "".join(f"{toml_pair(*pair)}\n" for pair in table.items())
        for name, table in tables.items()
        if table
    ]
    return "\n".join(parts)


def _check(text: str, network: Network) -> None:
    """Raises `UsageError` unless the text loads to the network."""
    try:
        found = network_of(parse_document(text, ""))
    except BackpropError as error:
        what = "no config says this network: what it would have to say is wrong"
        raise UsageError(what, error.render().splitlines()[0]) from None
    compared = [f.name for f in fields(network) if f.compare]
    other = [name for name in compared if getattr(found, name) != getattr(network, name)]
    if other:
        raise UsageError(f"no config says this network: its {', '.join(other)} would be lost")


def _top(network: Network) -> Iterator[str]:
    """The lines before the first table."""
    rounded = network.round_each or {}
    places = {key: rounded[kinds[0]] for key, kinds in ROUNDED.items() if kinds[0] in rounded}
    error = network.error_name
    parameters = dict(network.error_parameters)
    said = {
        "title": network.title or None,
        "source": network.source or None,
        "eta": network.eta,
        "error": {"name": error} | parameters if parameters else error,
        "update": None if network.update == "simultaneous" else network.update,
        **_learning(network),
        "reduction": None if network.reduction == "mean" else network.reduction,
        "train_biases": None if network.train_biases else False,
        "seed": None if network.seed == 0 else network.seed,
        "round_each": None if network.round_each is None else places,
    }
    yield from (toml_pair(key, value) for key, value in said.items() if value is not None)
    if network.labels:
        yield toml_pair("classes", network.labels)
    yield from _data(network.samples)
    if network.validation:  # by dotted keys, for a table would end what stands at the top
        yield from (f"validation.{line}" for line in _data(network.validation))


def _learning(network: Network) -> dict[str, Any]:
    """How many samples make an update."""
    if network.batch_size is None:
        return {}
    if network.batch_size == len(network.samples):
        return {"learning": "batch"}
    return {"batch_size": network.batch_size}


def _data(samples: Sequence[Sample]) -> Iterator[str]:
    """Inputs and targets, each sample on a line of its own."""
    for key, column in (
        ("inputs", [sample.inputs for sample in samples]),
        ("targets", [sample.targets for sample in samples]),
    ):
        yield f"{key} = {_matrix(key, column)}" if len(column) > 1 else toml_pair(key, column[0])


def _matrix(key: str, rows: Sequence[Sequence[Any]]) -> str:
    return toml_matrix((map(toml_value, row) for row in rows), " " * (len(key) + 4))


def _layer(layer: Layer) -> Iterator[str]:
    yield toml_pair("activation", layer.activation_name) + "\n"
    if layer.alpha is not None:
        yield toml_pair("alpha", layer.alpha) + "\n"
    rows = [[weight.value for weight in row] for row in layer.weights]
    yield f"weights = {_matrix('weights', rows)}\n"
    if layer.biases:
        values = [bias.value for bias in layer.biases]
        shared = _is_shared(layer)
        yield toml_pair(*(("bias", values[0]) if shared else ("biases", values))) + "\n"


def _is_shared(layer: Layer) -> bool | None:
    """Whether the units share a bias; None if there is none.

    A bias that enters a single unit is its own, unless it is called as one that is shared.
    """
    if not layer.biases:
        return None
    bias = layer.biases[0]
    return len(bias.receivers) > 1 or (len(layer.units) == 1 and bias.name == f"b{layer.number}")


def _optimizer(network: Network) -> dict[str, Any]:
    chosen = network.optimizer
    return {} if chosen.name == "sgd" else {"name": chosen.name, **chosen.parameters}


def _convention(network: Network) -> dict[str, Any]:
    found = {}
    if network.thresholds:
        found["bias"] = "subtracted"
    if network.descent:
        found["delta"] = "descent"
    if network.mean_cost:
        found["cost"] = "mean"
    return found


def _notation(network: Network) -> dict[str, Any]:
    """The names and letters that are not the usual ones."""
    letters, usual = network.notation.letters, Letters()
    found = _unit_patterns(network) | _weight_pattern(network) | _bias_pattern(network)
    return found | {
        field.name: letter
        for field in fields(letters)
        if (letter := getattr(letters, field.name)) != getattr(usual, field.name)
    }


def _layers(network: Network) -> list[tuple[Any, Any]]:
    """Senders and receivers of each layer."""
    return list(pairwise([network.inputs, *(layer.units for layer in network.layers)]))


def _unit_patterns(network: Network) -> dict[str, Any]:
    """The patterns of the units' names by their place, or the names themselves."""
    layers = [network.inputs, *(layer.units for layer in network.layers)]
    names = [[unit.name for unit in units] for units in layers]
    usual, values = unit_names({}, network.shape), [*unit_values(network.shape)]
    if names == usual:
        return {}
    cases = [*zip(chain(*names), chain(*values), strict=True)]
    if (pattern := pattern_of(cases, lambda _: True)) is not None:
        return {"units": pattern}
    found: dict[str, Any] = {}
    last = len(names) - 1
    for key, of in (("inputs", [0]), ("hidden", range(1, last)), ("outputs", [last])):
        if any(names[layer] != usual[layer] for layer in of):
            cases = [
                (name, {"i": found_in["i"], **found_in})  # before n, which counts all units
                for layer in of
                for name, found_in in zip(names[layer], values[layer], strict=True)
            ]
            found[key] = pattern_of(cases, lambda _: True)
    return {"units": names} if None in found.values() else found


def _weight_pattern(network: Network) -> dict[str, Any]:
    """The pattern of the weights' names, or the names themselves."""
    layers, notation = _layers(network), network.notation
    names = [[[weight.name for weight in row] for row in layer.weights] for layer in network.layers]

    def usable(pattern: str) -> bool:
        letter, order = letter_of(pattern, "w"), receiver_first(pattern)
        return (letter, order) == (notation.weight, notation.receiver_first)

    if weight_names(None, layers) == names:
        return {}
    values = (row for rows in weight_values(layers) for row in rows)
    rows = (row for rows in names for row in rows)
    cases = [case for pair in zip(rows, values, strict=True) for case in zip(*pair, strict=True)]
    return {"weights": pattern_of(cases, usable) or names}


def _bias_pattern(network: Network) -> dict[str, Any]:
    """The pattern of the biases' names, or the names themselves."""
    layers = [(layer.units, _is_shared(layer)) for layer in network.layers]
    names = [[bias.name for bias in layer.biases] for layer in network.layers]

    def usable(pattern: str) -> bool:
        return letter_of(pattern, "b") == network.notation.bias

    if network.notation.bias == "b" and bias_names(None, layers) == names:
        return {}
    values = chain.from_iterable(bias_values(layers))
    cases = [*zip(chain.from_iterable(names), values, strict=True)]
    if not cases:  # the letter alone is to be said
        return {"biases": f"{network.notation.bias}{{n}}"}
    return {"biases": pattern_of(cases, usable) or names}
