"""backprop explain"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from backprop_cli.api import computing, load, worked
from backprop_cli.cli.options import complete_config, output_options, settings_option
from backprop_cli.cli.output import Output
from backprop_cli.config import DEFAULT
from backprop_cli.errors import UsageError
from backprop_cli.show import Format
from backprop_cli.show.explanation import Node, explanation
from backprop_cli.show.formats.steps_data import as_number

if TYPE_CHECKING:
    from rich.tree import Tree


@click.command("explain")
@click.argument("what", nargs=-1, metavar="[CONFIG] QUANTITY", shell_complete=complete_config)
@settings_option
@click.option(
    "--epoch",
    type=click.IntRange(1),
    metavar="K",
    help="In the K-th epoch; epoch3.net_h1 says it too.",
)
@click.option("--depth", type=click.IntRange(0), metavar="N", help="Show N levels alone.")
@output_options("table", "plain", "json", "markdown")
def command(
    what: tuple[str, ...],
    settings: tuple[str, ...],
    epoch: int | None,
    depth: int | None,
    output: Output,
) -> None:
    """Show where QUANTITY comes from, as a tree back to the inputs.

    \b
    backprop explain mazur dE_dw1
    backprop explain xor epoch3.sample2.delta_h1
    """
    if not 1 <= len(what) <= 2:
        raise UsageError("explain takes a config and a quantity", "backprop explain mazur dE_dw1")
    config, quantity = (DEFAULT, *what)[-2:]
    if named := re.fullmatch(r"epoch(\d+)\.(.+)", quantity):
        if epoch not in (None, int(named[1])):
            raise UsageError(f"{quantity} is not of epoch {epoch}")
        epoch, quantity = max(int(named[1]), 1), named[2]
    epoch = epoch or 1
    network = load(config, settings)
    form = output.number_format()
    epochs = range(epoch, epoch + 1)
    page = worked(network, epochs, computing(network), form, alone=True)
    tree = explanation(page, quantity, depth)
    if output.format == "table":
        output.show([_branches(tree, form)])
    elif output.format == "json":
        document = {"schema": "backprop/explain/1", "quantity": _data(tree)}
        output.write([json.dumps(document, ensure_ascii=False, indent=1), "\n"])
    else:
        bullet = "- " if output.format == "markdown" else ""
        output.write(_indented(tree, form, bullet))


def _sentence(node: Node, form: Format) -> str:
    if node.row is None:
        return f"{node.symbol} = {form(node.value)}, {node.given}"
    if node.repeated:
        return f"{node.symbol} = {node.row.value}, see above"
    parts = [node.symbol, node.row.formula, node.row.numbers, node.row.value]
    return " = ".join(part for at, part in enumerate(parts) if at == 0 or part != parts[at - 1])


def _branches(node: Node, form: Format, within: Tree | None = None) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    label = Text(_sentence(node, form))
    label.stylize("bold", 0, len(node.symbol))
    tree = Tree(label, guide_style="dim") if within is None else within.add(label)
    for part in node.parts:
        _branches(part, form, tree)
    return tree


def _indented(node: Node, form: Format, bullet: str, level: int = 0) -> Iterator[str]:
    yield f"{'  ' * level}{bullet}{_sentence(node, form)}\n"
    for part in node.parts:
        yield from _indented(part, form, bullet, level + 1)


def _data(node: Node) -> dict[str, Any]:
    data = {"key": node.key, "symbol": node.symbol, "value": as_number(node.value)}
    if node.row is None:
        return data | {"given": node.given}
    data |= {"formula": node.row.formula, "numbers": node.row.numbers}
    return data | ({"repeated": True} if node.repeated else {"parts": list(map(_data, node.parts))})
