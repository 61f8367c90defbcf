"""Lines as text: what tables, plain text, Markdown, JSON and CSV print of a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from backprop_cli.arithmetic import Arithmetic
from backprop_cli.expr import ATOM, Expr, Num, Op, render
from backprop_cli.laws import in_symbols
from backprop_cli.network import Layer, Network
from backprop_cli.numbers import Format
from backprop_cli.run import Line

__all__ = ["Row", "Section", "rows_of", "sections"]

LONGEST_SUM = 12
"""A sum of more terms than this is abbreviated for people: w1·i1 + w2·i2 + … + b1."""


class _Gap(Expr):
    """The terms left out of a long sum."""


_GAP = _Gap()


@dataclass(frozen=True, slots=True)
class Row:
    """One step as text. `chain` and `chain_numbers` are empty where there is no chain rule."""

    line: Line
    symbol: str
    formula: str
    numbers: str
    chain: str
    chain_numbers: str
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that belong under one heading, and the laws behind them."""

    title: str
    laws: tuple[str, ...]
    rows: tuple[Row, ...]


def rows_of(
    lines: Iterable[Line], form: Format, arithmetic: Arithmetic, whole: bool = False
) -> Iterator[Row]:
    """Each line as text; `whole` writes long sums out."""
    for line in lines:
        yield _row(line, form, arithmetic, whole)


def _row(line: Line, form: Format, arithmetic: Arithmetic, whole: bool) -> Row:
    step = line.step
    formula, chain = step.formula, step.chain
    if not whole:
        formula, chain = _abbreviated(formula), chain and _abbreviated(chain)

    def symbol(leaf: Any) -> tuple[str, int]:
        if isinstance(leaf, _Gap):
            return "…", ATOM
        return (in_symbols(leaf), ATOM) if isinstance(leaf, Num) else (leaf.name.symbol, ATOM)

    def number(leaf: Any) -> tuple[str, int]:
        if isinstance(leaf, _Gap):
            return "…", ATOM
        if isinstance(leaf, Num):
            return symbol(leaf)
        return form.operand(leaf.evaluate(line.scope, arithmetic.operations))

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


def references_of(line: Line) -> list[str]:
    """Keys of the operands of a step's formula, each once, in order."""
    from backprop_cli.expr import references

    return list(dict.fromkeys(ref.name.key for ref in references(line.step.formula)))


def sections(rows: Iterable[Row], network: Network) -> Iterator[Section]:
    """Rows under the headings of a textbook; a heading for each stage of each layer."""

    def place(row: Row) -> tuple[int, int, int, str, int]:
        at, step = row.line.address, row.line.step
        layer = step.layer if step.stage in ("forward", "backward", "check") else 0
        if step.stage == "check":
            layer = -1 if step.kind in ("E_epoch",) else 0
        return (at.epoch, at.batch, at.sample, step.stage, layer)

    several_epochs = None
    for (epoch, batch, sample, stage, layer), group in groupby(rows, place):
        members = tuple(group)
        several_epochs = epoch > 1 if several_epochs is None else several_epochs or epoch > 1
        title = _title(network, epoch, batch, sample, stage, layer)
        yield Section(title, tuple(dict.fromkeys(m.line.step.law for m in members)), members)


def _title(network: Network, epoch: int, batch: int, sample: int, stage: str, layer: int) -> str:
    if layer == -1:
        return f"Epoch {epoch}"
    stages = {
        "forward": "Forward pass", "error": "Error", "backward": "Backward pass",
        "update": "Update", "check": "Forward pass with the new weights",
    }  # fmt: skip
    what = stages[stage] + (f", {layer_title(network.layers[layer - 1], network)}" if layer else "")
    where = [f"epoch {epoch}"] if epoch > 1 else []
    where += [f"batch {batch}"] if batch else []
    if len(network.samples) > 1:
        where += [f"sample {sample}"] if sample else ["all samples of the batch"] if batch else []
    return what + (f" ({', '.join(where)})" if where else "")


def layer_title(layer: Layer, network: Network) -> str:
    """The layer in words: output layer, hidden layer, hidden layer 2."""
    if layer.number == len(network.layers):
        return "output layer"
    return "hidden layer" + (f" {layer.number}" if len(network.layers) > 2 else "")
