"""backprop explain"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from backprop_cli.api import computing, load, worked
from backprop_cli.cli.options import (
    complete_config,
    form_option,
    output_options,
    settings_option,
)
from backprop_cli.cli.output import Output
from backprop_cli.config import DEFAULT, is_network
from backprop_cli.errors import UsageError
from backprop_cli.show import Format
from backprop_cli.show.branches import branches
from backprop_cli.show.explanation import Node, explanation
from backprop_cli.show.formats.steps_data import value_data

if TYPE_CHECKING:
    from rich.text import Text


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
@form_option
@output_options("table", "plain", "json", "markdown")
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
    form = output.number_format()
    epochs = range(epoch, epoch + 1)
    page = worked(network, epochs, computing(network), form, alone=True)
    page = page.in_matrices() if matrices else page
    nodes = explanation(page, quantity, depth)
    if output.format == "table":
        output.show([_tree(nodes, form, output.width)])
    elif output.format == "json":
        output.write(['{\n "schema": "backprop/explain/1",\n "quantity": ', *_json(nodes), "\n}\n"])
    else:
        bullet = "- " if output.format == "markdown" else ""
        lines = (f"{'  ' * node.level}{bullet}{_sentence(node, form)}\n" for node in nodes)
        output.write(lines)


def _sentence(node: Node, form: Format) -> str:
    if node.row is None:
        return f"{node.symbol} = {node.written(form)}, {node.given}"
    if node.repeated:
        return f"{node.symbol} = {node.row.value}, see above"
    parts = [node.symbol, node.row.formula, node.row.numbers, node.row.value]
    return " = ".join(part for at, part in enumerate(parts) if at == 0 or part != parts[at - 1])


def _tree(nodes: Iterator[Node], form: Format, width: int) -> Text:
    from rich.text import Text

    listed = list(nodes)
    tree = Text()
    labels = [(node.level, _sentence(node, form)) for node in listed]
    for node, lines in zip(listed, branches(labels, width), strict=True):
        for at, (guide, text) in enumerate(lines):
            line = Text(text)
            if at == 0:
                line.stylize("bold", 0, len(node.symbol))
            tree.append("\n" if tree else "").append(guide, "dim").append(line)
    return tree


def _json(nodes: Iterator[Node]) -> Iterator[str]:
    """The tree as nested objects. Written piece by piece: an encoder could not go so deep."""
    listed = list(nodes)
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
