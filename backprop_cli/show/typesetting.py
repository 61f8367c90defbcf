"""Steps as mathematics: the sides of an equation in LaTeX, made of the formula itself.

The numbers are those of the table, as `Format` writes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from backprop_cli.engine import MatrixLine
from backprop_cli.formulas import FLOAT, Arithmetic
from backprop_cli.show.document import Blank
from backprop_cli.show.explanation import Node
from backprop_cli.show.grids import PLACE, Grid, Side, Written, is_number
from backprop_cli.show.rows import Row, abbreviated
from backprop_cli.show.symbols import in_latex, number_in_latex, numbers_in_latex


class Equation(NamedTuple):
    """name = side = side …: each a formula in LaTeX, with a matrix at every `PLACE` in it.

    `signs` are the signs of equality before the sides, and `left_out` which entries of a matrix
    are not shown.
    """

    name: str
    sides: tuple[Side, ...]
    left_out: str = ""


def equation(row: Row, written: Written, arithmetic: Arithmetic = FLOAT) -> Equation:
    """A step: by the chain rule where there is one, and its formula, in symbols and numbers."""
    line, step = row.line, row.line.step
    if isinstance(line, MatrixLine):
        return _of_matrices(row, line, written)
    formula, chain = step.formula, step.chain
    if not written.whole:
        formula, chain = abbreviated(formula), chain and abbreviated(chain)
    texts: list[str] = []
    for part in (chain, formula):
        if part is not None:
            operand, operations = written.form.operand, arithmetic.operations
            texts.append(in_latex(part))
            texts.append(numbers_in_latex(part, line.scope, operand, operations))
    texts += _value(row.value)
    return Equation(step.name.latex, _without_repetition(map(Side, texts)))


def _value(text: str) -> list[str]:
    """A result; of a fraction, its decimal after it."""
    for sign in (" = ", " ≈ "):
        if sign in text:
            fraction, decimal = text.split(sign)
            mark = r"{\approx} " if sign == " ≈ " else ""
            return [number_in_latex(fraction), mark + number_in_latex(decimal)]
    return [number_in_latex(text)]


def _of_matrices(row: Row, line: MatrixLine, written: Written) -> Equation:
    sides: list[Side] = []
    for part in (line.step.chain, line.step.formula):
        if part is not None:
            sides.append(Side(in_latex(part)))
            sides.append(written.numbers(part, line.scope, "latex"))
    value = written.value(line.value)
    if is_number(line.value):
        sides += map(Side, _value(value.text))
    else:
        first, *decimal = value.grids
        sides.append(Side(PLACE, (first,)))
        mark = r"{\approx} " if "≈" in value.text else ""
        sides += [Side(mark + PLACE, (grid,)) for grid in decimal]
    return Equation(line.step.name.latex, _without_repetition(sides), row.left_out)


def _without_repetition(sides: Iterable[Side]) -> tuple[Side, ...]:
    found: list[Side] = []
    for side in sides:
        if side.text and (not found or side != found[-1]):
            found.append(side)
    return tuple(found)


def of_node(node: Node, written: Written) -> Equation:
    """A quantity of a tree; of what was given, or stands above, the value alone."""
    if node.row is None or node.repeated:
        return Equation(node.latex, (_of_value(node, written),))
    return equation(node.row, written)._replace(name=node.latex)


def _of_value(node: Node, written: Written) -> Side:
    if isinstance(node.value, tuple) and not is_number(node.value):
        return Side(PLACE, (written.grid(node.value),))
    return Side(" = ".join(_value(node.written(written))))


def of_blank(line: Blank, written: Written) -> Equation:
    """A line of a key: formula in symbols and in numbers, and what is filled in."""
    sides: list[Side] = []
    if line.formula is not None:
        sides.append(Side(in_latex(line.formula)))
        sides.append(written.numbers(line.formula, line.known, "latex"))
    if line.is_matrix:
        shape = len(line.rows), len(line.rows[0])
        rows, columns = (tuple(range(1, size + 1)) for size in shape)
        sides.append(Side(PLACE, (Grid(line.rows, rows, columns, shape),)))
    else:
        sides.append(Side(number_in_latex(line.rows[0][0])))
    return Equation(line.name.latex, _without_repetition(sides) or (Side(""),))
