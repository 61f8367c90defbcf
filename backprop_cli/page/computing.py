"""What a page needs to compute: the program, the numbers it begins with, what may be changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from backprop_cli.config.writing import Gap, with_gaps
from backprop_cli.engine import Layer, Network, Parameter, Quantities, named, shortcut_of
from backprop_cli.formulas import FLOAT
from backprop_cli.page.program import MOST_PARAMETERS, Program, program
from backprop_cli.show import Page

SCRIPTS = (
    "arithmetic.js", "running.js", "model.js", "training.js", "curve.js", "saving.js", "fields.js",
)  # fmt: skip
"""What comes before `compute.js`, where the page computes."""

MOST_FIELDS = 24
"""A layer with more weights and biases has them unit by unit."""


class Computing(NamedTuple):
    """JavaScript that was made for the page, the scripts that go with it, and their data."""

    source: str
    scripts: Sequence[str]
    data: dict[str, Any]


def computing(page: Page, epochs: Sequence[int]) -> Computing:
    """How the page computes, which shows the epochs with these numbers; or why it does not."""
    reason = _refusal(page)
    if reason is not None:
        return Computing("", ("compute.js",), {"off": reason})
    made = program(page.network)
    scripts = (*SCRIPTS, "compute.js")
    return Computing(made.source, scripts, _data(page, epochs, made))


def _refusal(page: Page) -> str | None:
    """Why a page does not compute."""
    count = sum(1 for _ in page.network.parameters())
    if page.network.round_each is not None:
        return "Quantities are rounded as on paper here, which the page itself does not do."
    if page.arithmetic is not FLOAT:
        return f"The numbers are {page.arithmetic.name} here, and the page computes with floats."
    if count > MOST_PARAMETERS:
        return (
            f"This network has {count} weights and biases; up to {MOST_PARAMETERS} the page "
            "itself computes."
        )
    return None


def _data(page: Page, epochs: Sequence[int], made: Program) -> dict[str, Any]:
    network, q = page.network, Quantities(page.network)
    values = {name.key: float(value) for name, value in (*q.constants(), *q.initial())}
    values |= {key: float(value) for key, value in page.start.items()}
    of_update = made.data["update"]
    shortcut = shortcut_of(network, network.layers[-1])
    error = q.total_error if len(network.samples) == 1 else page.summary.cost_of_all
    first, last = (f"epoch{n}." if page.several_epochs else "" for n in (epochs[0], epochs[-1]))
    return {
        "program": made.data,
        "first": epochs[0],
        "epochs": len(epochs),
        "several": page.several_epochs,
        "state": [values[key] for key in of_update["state"]],
        "updates": (epochs[0] - 1) * len(network.batches()),
        "samples": [[float(x) for _, x in q.sample(sample)] for sample in network.samples],
        "perEpoch": len(network.batches()),
        "errorBefore": first + named(error()).key,
        "errorAfter": last + named(error("_new")).key,
        "errorSymbol": named(error()).symbol,
        "epochSymbol": named(q.epoch_error()).symbol,
        "probabilities": network.error.probabilities,
        "sumToOne": shortcut is not None and shortcut.targets_sum_to_one,
        "memory": sorted(network.optimizer.rule.state),
        "groups": list(_groups(network, of_update["state"])),
        "sample": _sample_fields(network),
        "config": list(_config(network, of_update)),
    }


def _groups(network: Network, state: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What all samples share, under headings: [key, symbol, place] of each number."""
    q, place = Quantities(network), {key: at for at, key in enumerate(state)}
    eta = named(q.eta())
    yield {
        "title": "Learning rate",
        "kind": "eta",
        "fields": [[eta.key, eta.symbol, place[eta.key]]],
    }
    for layer in network.layers:
        for title, parameters in _of_layer(layer):
            names = [named(q.parameter(parameter)) for parameter in parameters]
            fields = [[name.key, name.symbol, place[name.key]] for name in names]
            yield {"title": title, "kind": "parameter", "fields": fields}


def _of_layer(layer: Layer) -> Iterator[tuple[str, list[Parameter]]]:
    """The parameters of a layer; of a large one, unit by unit."""
    parameters = list(layer.parameters())
    first, last = layer.units[0].name, layer.units[-1].name
    units = first if first == last else f"{first} to {last}"
    if len(parameters) <= MOST_FIELDS:
        yield f"Into {units}", parameters
        return
    for unit, row in zip(layer.units, layer.weights, strict=True):
        own = [bias for bias in layer.biases if bias.receivers == (unit,)]
        yield f"Into {unit.name}", [*row, *own]
    shared: list[Parameter] = [bias for bias in layer.biases if len(bias.receivers) > 1]
    if shared:
        yield f"Into {units}", shared


def _sample_fields(network: Network) -> list[list[Any]]:
    """[key, symbol, whether it is a target] of each number of a sample."""
    q = Quantities(network)
    inputs = [named(q.out(unit)) for unit in network.inputs]
    targets = [named(q.target(unit)) for unit in network.outputs]
    return [
        *([name.key, name.symbol, False] for name in inputs),
        *([name.key, name.symbol, True] for name in targets),
    ]


def _config(network: Network, of_update: dict[str, Any]) -> Iterator[Any]:
    """The text of the config in pieces: between the texts [sample, place, as written, value].

    `sample` is 0 where a number belongs to none; the value is left out where the text says it.
    """
    places = {
        0: {key: at for at, key in enumerate(of_update["state"])},
        1: {key: at for at, key in enumerate(of_update["sample"])},
    }
    for piece in with_gaps(network):
        if isinstance(piece, Gap):
            place = places[min(piece.sample, 1)][piece.key]
            plain = not piece.written.startswith('"') and float(piece.written) == piece.value
            yield [piece.sample, place, piece.written, *([] if plain else [piece.value])]
        else:
            yield piece
