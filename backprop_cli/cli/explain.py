"""backprop explain"""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from backprop_cli.api import computing, load, worked
from backprop_cli.cli.options import complete_config, form_option, settings_option, which_option
from backprop_cli.cli.output import Output
from backprop_cli.cli.output_options import output_options
from backprop_cli.config import DEFAULT, is_network
from backprop_cli.errors import UsageError
from backprop_cli.show.explanation import Node, explanation
from backprop_cli.show.formats import offered
from backprop_cli.show.worked import explained


@click.command("explain")
@click.argument("what", nargs=-1, metavar="[CONFIG] QUANTITY", shell_complete=complete_config)
@settings_option
@which_option("--epoch", "In the K-th epoch; epoch3.net_h1 says it too.")
@click.option("--depth", type=click.IntRange(0), metavar="N", help="Show N levels alone.")
@form_option
@output_options("table", *offered("json"), document=True)
def command(
    what: tuple[str, ...],
    settings: tuple[str, ...],
    epoch: int | None,
    depth: int | None,
    matrices: bool,
    output: Output,
) -> None:
    """Show where QUANTITY comes from, as a tree back to the inputs.

    \b
    backprop explain mazur dE_dw1
    backprop explain xor epoch3.sample2.delta_h1
    backprop explain mazur dE_dW1 --form matrix
    """
    if not 1 <= len(what) <= 2:
        raise UsageError("explain takes a config and a quantity", "backprop explain mazur dE_dw1")
    config, quantity = (DEFAULT, *what)[-2:]
    if is_network(quantity) and not (len(what) == 2 and is_network(config)):
        said = what[0] if len(what) == 2 else "dE_dw1"
        raise UsageError(f"which quantity of {quantity}?", f"backprop explain {quantity} {said}")
    if named := re.fullmatch(r"epoch(\d+)\.(.+)", quantity):
        if epoch not in (None, int(named[1])):
            raise UsageError(f"{quantity} is not of epoch {epoch}")
        epoch, quantity = max(int(named[1]), 1), named[2]
    epoch = epoch or 1
    network = load(config, settings)
    epochs = range(epoch, epoch + 1)
    page = worked(network, epochs, computing(network), output.number_format(), alone=True)
    page = page.in_matrices() if matrices else page
    nodes = explanation(page, quantity, depth)
    output.document(explained(page, nodes), {"json": lambda: _json(nodes)})


def _json(nodes: Iterator[Node]) -> Iterator[str]:
    from backprop_cli.show.formats.json_ import tree_json  # most are for people

    return tree_json(nodes)
