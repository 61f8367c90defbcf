"""Lines as text: what tables, plain text, Markdown, JSON and CSV print of a step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from backprop_cli.engine import Address, Line, MatrixLine, MatrixStep, Network, Step
from backprop_cli.formulas import Arithmetic, Expr, Op
from backprop_cli.show.grids import Side, Written
from backprop_cli.show.headings import STAGE_TITLES, layer_title, stage_of, whereabouts
from backprop_cli.show.law import Law
from backprop_cli.show.laws import Laws
from backprop_cli.show.matrix_laws import MatrixLaws
from backprop_cli.show.numbers import Format
from backprop_cli.show.symbols import GAP, in_numbers, in_symbols

LONGEST_SUM = 12
"""A sum of more terms than this is abbreviated for people: w1·i1 + w2·i2 + … + b1."""


AnyLine = Line | MatrixLine


class Row(NamedTuple):
    """One step as text. `chain` and `chain_numbers` are empty where there is no chain rule.

    `sides` are those of a matrix step's equation, whose matrices can be drawn; `left_out` says
    which entries of its value are not shown.
    """

    line: AnyLine
    symbol: str
    formula: str
    numbers: str
    chain: str
    chain_numbers: str
    value: str
    sides: tuple[Side, ...] = ()
    left_out: str = ""


class Section(NamedTuple):
    """Rows that belong under one heading, and the laws behind them."""

    title: str
    laws: tuple[Law, ...]
    rows: tuple[Row, ...]


def rows_of(
    lines: Iterable[AnyLine], form: Format, arithmetic: Arithmetic, whole: bool = False
) -> Iterator[Row]:
    """Each line as text; `whole` writes long sums and large matrices out."""
    operand = lru_cache(maxsize=100_000)(form.operand)
    for line in lines:
        if isinstance(line, MatrixLine):
            yield _matrix_row(line, Written(form, operand, whole))
            continue
        formula, chain = line.step.formula, line.step.chain
        if not whole:
            formula, chain = abbreviated(formula), chain and abbreviated(chain)
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


def _matrix_row(line: MatrixLine, written: Written) -> Row:
    formula, chain = line.step.formula, line.step.chain
    value = written.value(line.value)
    short = Side(in_symbols(formula)), written.numbers(formula, line.scope)
    long = Side(""), Side("")
    if chain is not None:
        long = Side(in_symbols(chain)), written.numbers(chain, line.scope)
    repeated = value.in_line.startswith(f"{short[1].in_line} ")  # a fraction before its decimal
    shown = (*long, short[0], value) if repeated else (*long, *short, value)
    sides = groupby(side for side in shown if side.text)
    return Row(
        line,
        line.step.name.symbol,
        short[0].in_line,
        short[1].in_line,
        long[0].in_line,
        long[1].in_line,
        value.in_line,
        tuple(side for side, _ in sides),
        value.grids[0].left_out if value.grids else "",
    )


def _spaced(chain: str) -> str:
    return chain.replace("·", " · ")


def abbreviated(expr: Expr) -> Expr:
    """`expr` with the middle of a long sum left out."""
    if not isinstance(expr, Op):
        return expr
    if expr.op == "+" and len(expr.args) > LONGEST_SUM:
        return Op("+", (*expr.args[:3], GAP, *expr.args[-2:]))
    if expr.op in ("/", "neg"):
        return Op(expr.op, tuple(map(abbreviated, expr.args)))
    if expr.op == "softmax" and len(expr.args) > LONGEST_SUM:
        powers = [Op("exp", (arg,)) for arg in expr.args]
        return Op("/", (powers[0], Op("+", (*powers[1:4], GAP, *powers[-2:]))))
    return expr


def sections(
    rows: Iterable[Row], network: Network, several_epochs: bool = False
) -> Iterator[Section]:
    """Rows under the headings of a textbook; a heading for each stage of each layer."""
    law_of = laws_of(network)
    for place, group in groupby(rows, _place):
        members = tuple(group)
        title = _title(network, place, several_epochs)
        said = dict.fromkeys(law_of(row.line.step) for row in members)
        yield Section(title, tuple(said), members)


def laws_of(network: Network) -> Callable[[Step | MatrixStep], Law]:
    """The law of any step, of a unit or of a whole layer."""
    of_units, of_layers = Laws(network), MatrixLaws(network)
    return lambda step: of_layers.of(step) if isinstance(step, MatrixStep) else of_units.of(step)


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
