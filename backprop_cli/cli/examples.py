"""backprop examples"""

from __future__ import annotations

import click

from backprop_cli.api import load
from backprop_cli.cli.output import Output
from backprop_cli.cli.output_options import output_options
from backprop_cli.config import example_names
from backprop_cli.show.formats.records import FORMATS

COLUMNS = ("name", "shape", "activations", "error", "optimizer", "title", "source")


@click.command("examples")
@output_options(*FORMATS, digits=False)
def command(output: Output) -> None:
    """List the bundled examples.

    \b
    backprop examples
    backprop trace softmax          trace one of them
    backprop init --example softmax copy one to work on
    """
    records = []
    for name in example_names():
        network = load(name)
        shape = "-".join(map(str, network.shape))
        activations = ", ".join(dict.fromkeys(layer.activation_name for layer in network.layers))
        kinds = (network.error_name, network.optimizer.name)
        records.append((name, shape, activations, *kinds, network.title, network.source))
    if output.format in ("table", "plain"):
        brief = [(*record[:5], f"{record[5]}. {_without_address(record[6])}") for record in records]
        output.records((*COLUMNS[:5], "title and source"), brief, {})
    else:
        output.records(COLUMNS, records, {"schema": "backprop/examples/1", "examples": None})


def _without_address(source: str) -> str:
    return source.partition(", http")[0]
