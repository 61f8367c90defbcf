"""Lines as text: what tables, plain text, Markdown, JSON and CSV print of a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from backprop_cli.engine import Address, Line, Network
from backprop_cli.formulas import Arithmetic, Expr, Op
from backprop_cli.show.headings import STAGE_TITLES, layer_title, stage_of, whereabouts
from backprop_cli.show.laws import Laws
from backprop_cli.show.numbers import Format
from backprop_cli.show.symbols import GAP, in_numbers, in_symbols

LONGEST_SUM = 12
"""A sum of more terms than this is abbreviated for people: w1·i1 + w2·i2 + … + b1."""


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
    for line in lines:
        formula, chain = line.step.formula, line.step.chain
        if not whole:
            formula, chain = _abbreviated(formula), chain and _abbreviated(chain)
        known, operations = line.scope, arithmetic.operations
        yield Row(
            line,
            line.step.name.symbol,
            in_symbols(formula),
            in_numbers(formula, known, operand, operations),
            _spaced(in_symbols(chain)) if chain else "",
            _spaced(in_numbers(chain, known, operand, operations)) if chain else "",
            form.value(line.value),
        )


def _spaced(chain: str) -> str:
    return chain.replace("·", " · ")


def _abbreviated(expr: Expr) -> Expr:
    if not isinstance(expr, Op):
        return expr
    if expr.op == "+" and len(expr.args) > LONGEST_SUM:
        return Op("+", (*expr.args[:3], GAP, *expr.args[-2:]))
    if expr.op in ("/", "neg"):
        return Op(expr.op, tuple(map(_abbreviated, expr.args)))
    if expr.op == "softmax" and len(expr.args) > LONGEST_SUM:
        powers = [Op("exp", (arg,)) for arg in expr.args]
        return Op("/", (powers[0], Op("+", (*powers[1:4], GAP, *powers[-2:]))))
    return expr


def sections(
    rows: Iterable[Row], network: Network, several_epochs: bool = False
) -> Iterator[Section]:
    """Rows under the headings of a textbook; a heading for each stage of each layer."""
    laws = Laws(network)
    for place, group in groupby(rows, _place):
        members = tuple(group)
        title = _title(network, place, several_epochs)
        said = dict.fromkeys(laws.of(row.line.step) for row in members)
        yield Section(title, tuple(said), members)


def _place(row: Row) -> tuple[Address, str, int]:
    """Where a row belongs: epoch, batch and sample, stage, and layer where that has a heading."""
    at, step = row.line.address, row.line.step
    stage = stage_of(step)
    if stage == "epoch":
        return Address(at.epoch, 0, 0, ""), stage, 0
    layer = step.layer if stage in ("forward", "backward") else 0
    return at._replace(key=""), stage, layer


def _title(network: Network, place: tuple[Address, str, int], several_epochs: bool) -> str:
    at, stage, layer = place
    what = STAGE_TITLES[stage]
    if layer:
        what += f", {layer_title(network.layers[layer - 1], network)}"
    where = whereabouts(network, at, stage, several_epochs)
    return what + (f" ({', '.join(where)})" if where else "")
