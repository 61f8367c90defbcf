"""JSON: any document, a worked example as one or with a step a line, the tree of a quantity."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from backprop_cli.engine import Network
from backprop_cli.formulas import Exact
from backprop_cli.show.explanation import Node
from backprop_cli.show.formats.steps_data import as_number, steps_data, value_data
from backprop_cli.show.page import Page
from backprop_cli.show.summary import Summary

SCHEMA = "backprop/trace/1"
OF_TREES = "backprop/explain/1"


def document_json(data: Mapping[str, Any]) -> str:
    """Any document, its fields on lines of their own."""
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


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


def tree_json(nodes: Iterable[Node]) -> Iterator[str]:
    """The tree of a quantity, as nested objects.

    It is written piece by piece, for an encoder could not go so deep.
    """
    yield f'{{\n "schema": "{OF_TREES}",\n "quantity": '
    yield from _nested(list(nodes))
    yield "\n}\n"


def _nested(listed: list[Node]) -> Iterator[str]:
    for node, after in zip(listed, [*listed[1:], None], strict=True):
        yield from ("" if node.level == 0 else _line(node.level, 1), "{")
        fields: dict[str, Any] = {"key": node.key, "symbol": node.symbol}
        fields |= value_data(node.value)
        if node.row is None:
            fields["given"] = node.given
        else:
            fields |= {"formula": node.row.formula, "numbers": node.row.numbers}
        fields |= {"repeated": True} if node.repeated else {}
        pairs = (f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in fields.items())
        yield ",".join(_line(node.level, 2) + pair for pair in pairs)
        has_parts = node.row is not None and not node.repeated
        yield f',{_line(node.level, 2)}"parts": [' if has_parts else ""
        if after is not None and after.level > node.level:
            continue
        yield f"{']' if has_parts else ''}{_line(node.level, 1)}}}"
        for above in range(node.level - 1, after.level - 1 if after else -1, -1):
            yield f"{_line(above, 2)}]{_line(above, 1)}}}"
        yield "," if after else ""


def _line(level: int, more: int) -> str:
    """A new line, set in as deep as a level needs."""
    return "\n" + " " * (2 * level + more)
