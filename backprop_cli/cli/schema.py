"""backprop schema"""

from __future__ import annotations

import json

import click

from backprop_cli.cli.output import Output
from backprop_cli.cli.output_options import output_options
from backprop_cli.config.schema import json_schema


@click.command("schema")
@output_options(color=False, digits=False)
def command(output: Output) -> None:
    """Print the JSON Schema of the config, for editors that complete and check TOML.

    \b
    backprop schema -o backprop.schema.json
    """
    output.write([json.dumps(json_schema(), indent=2, ensure_ascii=False), "\n"])
