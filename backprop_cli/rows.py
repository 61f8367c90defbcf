"""Lines as text: what tables, plain text, Markdown, JSON and CSV print of a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from backprop_cli.arithmetic import Arithmetic
from backprop_cli.expr import ATOM, POWER, Expr, Leaf, Num, Op, Partial, Ref, render
from backprop_cli.network import Layer, Network
from backprop_cli.numbers import Format, plain
from backprop_cli.run import Address, Line, Scope

__all__ = ["Row", "Section", "rows_of", "sections"]

LONGEST_SUM = 12
"""A sum of more terms than this is abbreviated for people: w1·i1 + w2·i2 + … + b1."""


class _Gap(Expr):
    """The terms left out of a long sum."""


_GAP = _Gap()


class Row(NamedTuple):
    """One step as text. `chain` and `chain_numbers` are empty where there is no chain rule."""

    line: Line
    symbol: str
    formula: str
    numbers: str
    chain: str
    chain_numbers: str
    value: str


class Section(NamedTuple):
    """Rows that belong under one heading, and the laws behind them."""

    title: str
    laws: tuple[str, ...]
    rows: tuple[Row, ...]


def rows_of(
    lines: Iterable[Line], form: Format, arithmetic: Arithmetic, whole: bool = False
) -> Iterator[Row]:
    """Each line as text; `whole` writes long sums out."""
    operand = lru_cache(maxsize=100_000)(form.operand)

    def symbol(leaf: Any) -> tuple[str, int]:
        if isinstance(leaf, Num):
            return plain(leaf.value)
        if leaf is _GAP:
            return "…", ATOM
        text = leaf.name.symbol
        return text, POWER if "/" in text else ATOM  # (∂E/∂w)², but ∂E/∂out·∂out/∂net

    for line in lines:
        scope = line.scope

        def number(leaf: Any, scope: Scope = scope) -> tuple[str, int]:
            if isinstance(leaf, Ref):
                return operand(scope[leaf.name.key])
            if isinstance(leaf, Partial):
                return operand(leaf.of.evaluate(scope, arithmetic.operations))
            return symbol(leaf)

        yield _row(line, form, symbol, number, whole)


def _row(line: Line, form: Format, symbol: Leaf, number: Leaf, whole: bool) -> Row:
    step = line.step
    formula, chain = step.formula, step.chain
    if not whole:
        formula, chain = _abbreviated(formula), chain and _abbreviated(chain)
    return Row(
        line,
        step.name.symbol,
        render(formula, symbol),
        render(formula, number),
        _spaced(render(chain, symbol)) if chain else "",
        _spaced(render(chain, number)) if chain else "",
        form.value(line.value),
    )


def _spaced(chain: str) -> str:
    return chain.replace("·", " · ")


def _abbreviated(expr: Expr) -> Expr:
    if not isinstance(expr, Op):
        return expr
    if expr.op == "+" and len(expr.args) > LONGEST_SUM:
        return Op("+", (*expr.args[:3], _GAP, *expr.args[-2:]))
    if expr.op in ("/", "neg"):
        return Op(expr.op, tuple(map(_abbreviated, expr.args)))
    if expr.op == "softmax" and len(expr.args) > LONGEST_SUM:
        return Op("/", (Op("exp", expr.args[:1]), Op("+", tuple(
            arg if arg is _GAP else Op("exp", (arg,))
            for arg in (*expr.args[1:4], _GAP, *expr.args[-2:])
        ))))  # fmt: skip
    return expr


def sections(
    rows: Iterable[Row], network: Network, several_epochs: bool = False
) -> Iterator[Section]:
    """Rows under the headings of a textbook; a heading for each stage of each layer."""
    for place, group in groupby(rows, _place):
        members = tuple(group)
        title = _title(network, place, several_epochs)
        yield Section(title, tuple(dict.fromkeys(m.line.step.law for m in members)), members)


def _place(row: Row) -> tuple[Address, str, int]:
    """Where a row belongs: epoch, batch and sample, stage, and layer where that has a heading."""
    at, step = row.line.address, row.line.step
    if step.kind == "E_epoch":
        return Address(at.epoch, 0, 0, ""), "epoch", 0
    layer = step.layer if step.stage in ("forward", "backward") else 0
    return at._replace(key=""), step.stage, layer


def _title(network: Network, place: tuple[Address, str, int], several_epochs: bool) -> str:
    at, stage, layer = place
    stages = {
        "forward": "Forward pass", "error": "Error", "backward": "Backward pass",
        "update": "Update", "check": "Forward pass with the new weights", "epoch": "Whole epoch",
    }  # fmt: skip
    what = stages[stage]
    if layer:
        what += f", {layer_title(network.layers[layer - 1], network)}"
    where = [f"epoch {at.epoch}"] if several_epochs else []
    if len(network.samples) > 1 and stage != "epoch":
        where += [f"batch {at.batch}"] if at.batch else []
        where += [f"sample {at.sample}"] if at.sample else ["all samples"] if not at.batch else []
    return what + (f" ({', '.join(where)})" if where else "")


def layer_title(layer: Layer, network: Network) -> str:
    """The layer in words: output layer, hidden layer, hidden layer 2."""
    if layer.number == len(network.layers):
        return "output layer"
    return "hidden layer" + (f" {layer.number}" if len(network.layers) > 2 else "")
