"""A worked example as JSON: one document, or one step a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from backprop_cli.engine import Network
from backprop_cli.formulas import Exact
from backprop_cli.show.formats.steps_data import as_number, steps_data
from backprop_cli.show.page import Page
from backprop_cli.show.summary import Summary

SCHEMA = "backprop/trace/1"


def write_json(page: Page) -> Iterator[str]:
    """The document: the network, its steps, and what came of it. Steps are written as they come."""
    network = _dumped(network_data(page.network))
    form = ' "form": "matrix",\n' if page.matrices else ""
    yield f'{{"schema": "{SCHEMA}",\n{form} "network": {network},\n "steps": ['
    separator = "\n  "
    for step in steps_data(page):
        yield separator + _dumped(step)
        separator = ",\n  "
    yield f'],\n "summary": {_dumped(_summary_data(page.summary))}}}\n'


def write_jsonl(page: Page) -> Iterator[str]:
    """A line of JSON for each step."""
    for step in steps_data(page):
        yield _dumped(step) + "\n"


_dumped = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _summary_data(summary: Summary) -> dict[str, Any]:
    def outputs(by_sample: dict[int, list[Any]]) -> list[Any]:
        lists = [[as_number(value) for value in values] for _, values in sorted(by_sample.items())]
        return lists[0] if len(summary.network.samples) == 1 and lists else lists

    return {
        "E_total_before": as_number(summary.error_before),
        "E_total_after": as_number(summary.error_after),
        "outputs": outputs(summary.outputs),
        "outputs_after": outputs(summary.outputs_after),
        "parameters": {key: as_number(value) for key, value in summary.parameters.items()},
    }


def _parameters(key: str, values: Mapping[str, Exact]) -> dict[str, Any]:
    """A field for the parameters of a function, where it has any."""
    return {key: {name: float(value) for name, value in values.items()}} if values else {}


def network_data(network: Network) -> dict[str, Any]:
    """The network as its config says it, with the names of units, weights and biases."""
    return {
        "title": network.title,
        "source": network.source,
        "shape": list(network.shape),
        "eta": float(network.eta),
        "error": network.error_name,
        **_parameters("error_parameters", network.error_parameters),
        "optimizer": {"name": network.optimizer.name}
        | {key: float(value) for key, value in network.optimizer.parameters.items()},
        "update": network.update,
        "batch_size": network.batch_size,
        "reduction": network.reduction,
        "train_biases": network.train_biases,
        "convention": {
            "bias": "subtracted" if network.thresholds else "added",
            "delta": "descent" if network.descent else "gradient",
        },
        "inputs": [unit.name for unit in network.inputs],
        "layers": [
            {
                "activation": layer.activation_name,
                "units": [unit.name for unit in layer.units],
                "weights": [[float(w.value) for w in row] for row in layer.weights],
                "weight_names": [[w.name for w in row] for row in layer.weights],
                "biases": {bias.name: float(bias.value) for bias in layer.biases},
            }
            | ({} if layer.alpha is None else {"alpha": float(layer.alpha)})
            for layer in network.layers
        ],
        "samples": [
            {"inputs": list(map(float, sample.inputs)), "targets": list(map(float, sample.targets))}
            for sample in network.samples
        ],
    }
