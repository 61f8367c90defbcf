"""What is said of a wrong array: the mistake, the formulas, and the numbers as they stand there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from backprop_cli.arrays.checking import Checked
from backprop_cli.arrays.facts import Finding
from backprop_cli.arrays.judging import Judged
from backprop_cli.arrays.working.algebra import Matrix
from backprop_cli.arrays.working.values import shape_text
from backprop_cli.engine import PER_SAMPLE, MatrixStep
from backprop_cli.formulas import (
    ATOM,
    DERIVATIVE,
    MATRIX_RULES,
    RULES,
    Expr,
    Num,
    Op,
    operators,
    references,
    render,
)
from backprop_cli.show import Format, plain

MOST_NUMBERS = 12
"""Entries of a matrix that is shown in a message whole."""

FORM = Format(6)
GAP = "  "


class Message(NamedTuple):
    """A wrong array: a head, sentences, and its numbers beside the right ones.

    `numbers` are lines in columns, which cannot be folded: where they are too wide, and of a large
    array, `farthest` is told in their place. Both may be empty.
    """

    head: str
    said: tuple[str, ...]
    numbers: tuple[str, ...]
    farthest: str

    def in_width(self, width: float) -> tuple[list[str], list[str]]:
        """The sentences and the lines of numbers, where there is room for these."""
        if self.numbers and max(map(len, self.numbers)) <= width:
            return [*self.said], [*self.numbers]
        return [*self.said, *filter(None, [self.farthest])], []


def message(checked: Checked, head: str, one: Judged) -> Message:
    """What is said of a wrong array under this head."""
    finding = checked.findings.get(one.item.name)
    said = ["No known mistake makes it."]
    if finding is not None:
        said = [*_found(checked, one, finding)]
    if not one.fits:
        wanted = shape_text(_shape(checked, one.key))
        given = shape_text(one.item.array.shape)
        said.append(f"Its shape is {given}, and it should be {wanted}.")
    elif one.expected is not None:
        algebra = checked.program.algebra
        if algebra.shape(one.expected) == algebra.shape(one.value):
            mine, right = (_as_there(checked, one, value) for value in (one.value, one.expected))
            small = sum(map(len, mine)) <= MOST_NUMBERS
            numbers = tuple(_beside(mine, right)) if small else ()
            return Message(head, tuple(said), numbers, _farthest(mine, right))
    return Message(head, tuple(said), (), "")


def formulas(checked: Checked, finding: Finding) -> tuple[str, str]:
    """What was done in effect, and the right formula, of the step where the mistake was made.

    Both are empty where there is no formula that books write.
    """
    step = checked.program.steps.get(finding.at)
    wrong = finding.edits.get(finding.at)
    if step is None or wrong is None:
        return "", ""
    symbol = step.name.symbol
    right, done = (written(_as_divided_there(checked, step, one)) for one in (step.formula, wrong))
    if isinstance(wrong, Op) and wrong.op == "*" and wrong.args[1:] == (step.formula,):
        done = f"{written(wrong.args[0])} times the right one"
        return f"{symbol} is {done}", f"{symbol} = {right}" if right else ""
    return f"{symbol} = {done}" if done else "", f"{symbol} = {right}" if right else ""


def _as_divided_there(checked: Checked, step: MatrixStep, formula: Expr) -> Expr:
    """A formula of this step with the 1/m of a batch where the program has it.

    Where its deltas have the 1/m, the first of them gets it here, and what is made of them has it;
    where its update divides, its gradients have none.
    """
    samples, mean_at = checked.program.q.samples, checked.reading.mean_at
    if samples > 1 and mean_at in ("delta", "update") and step.kind == "gradient":
        return _times(formula, samples)
    makes_delta = step.kind in ("dE_dout", "delta") and not any(
        checked.program.names[ref.name.key].kind in ("dE_dout", "delta")
        for ref in references(step.formula)
        if ref.name.key in checked.program.names
    )
    if samples > 1 and mean_at == "delta" and makes_delta:
        return formula / Num(samples)
    return formula


def _times(formula: Expr, samples: int) -> Expr:
    """A formula times the number of samples, which cancels the mean if it is one."""
    match formula:
        case Op("/", (whole, Num(value))) if value == samples:
            return whole
    return Op("*", (Num(samples), formula))


def written(formula: Expr) -> str | None:
    """A formula in symbols; None where it has an operator that is not written."""
    if all(op in RULES or op in MATRIX_RULES for op in operators(formula)):
        return render(formula, _leaf)
    return None


def _found(checked: Checked, one: Judged, finding: Finding) -> Iterator[str]:
    id_ = f"{finding.mistake}: " if finding.mistake else ""
    yield " ".join(filter(None, [f"{id_}{finding.done}", finding.why]))
    for label, formula in zip(("In effect", "Right"), formulas(checked, finding), strict=True):
        if formula:
            yield f"{label}: {formula}"
    if known := listed(sorted(_own_names(checked, finding))):
        yield f"In the program, {known}."
    if finding.at != one.key:
        symbol = checked.program.names[finding.at].symbol
        yield f"It was made in {symbol}, which is not among the arrays."


def _own_names(checked: Checked, finding: Finding) -> Iterator[str]:
    """What the program calls the matrices of these formulas."""
    step, wrong = checked.program.steps.get(finding.at), finding.edits.get(finding.at)
    if step is not None and wrong is not None:
        keys = {ref.name.key for formula in (wrong, step.formula) for ref in references(formula)}
        own: dict[str, str] = {}
        for one in checked.judged:
            own.setdefault(one.key, one.item.name)
        for key in keys & own.keys():
            if own[key] != key:
                yield f"{checked.program.names[key].symbol} is {own[key]}"


def listed(names: Sequence[str]) -> str:
    """Names as in a sentence: a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _leaf(leaf: Any) -> tuple[str, int]:
    if isinstance(leaf, Num):
        return FORM.operand(leaf.value) if isinstance(leaf.value, float) else plain(leaf.value)
    text = leaf.name.symbol
    return text, DERIVATIVE if "/" in text else ATOM


# Numbers, the way round and in the sign that the program has them.


def _shape(checked: Checked, key: str) -> tuple[int, int]:
    rows, columns = checked.program.shape(key)
    return (columns, rows) if _is_flipped(checked, key) else (rows, columns)


def _is_flipped(checked: Checked, key: str) -> bool:
    return checked.reading.flipped(checked.program.names[key])


def _lies(checked: Checked, one: Judged) -> bool:
    """Whether an array stands the other way round than ours: a bias may be flat, or a row."""
    name, shape = checked.program.names[one.key], one.item.array.shape
    if name.part == "b" and name.kind not in PER_SAMPLE:
        return len(shape) < 2 or shape[-2] == 1
    return _is_flipped(checked, one.key)


def _as_there(checked: Checked, one: Judged, value: Matrix) -> list[list[float]]:
    """The rows of one of our matrices as the program has it."""
    program = checked.program
    factor = checked.reading.factor(program.names[one.key], program.q.samples)
    rows = program.algebra.rows(value)
    rows = [[number / factor for number in row] for row in rows] if factor != 1 else rows
    return [list(row) for row in zip(*rows, strict=True)] if _lies(checked, one) else rows


def _beside(mine: Sequence[Sequence[float]], right: Sequence[Sequence[float]]) -> Iterator[str]:
    """The rows of two matrices in the same columns, each after its label."""
    both = [[[FORM(number) for number in row] for row in rows] for rows in (mine, right)]
    widths = [max(map(len, column)) for column in zip(*both[0], *both[1], strict=True)]
    for label, cells in zip(("yours", "right"), both, strict=True):
        for at, row in enumerate(cells):
            entries = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            yield GAP.join([label if at == 0 else " " * len(label), *entries])


def _farthest(mine: Sequence[Sequence[float]], right: Sequence[Sequence[float]]) -> str:
    """The entry that is the farthest off, NaN before all."""
    _, row, column = max(
        (abs(a - b) if a == a else float("inf"), -i, -j)
        for i, (one, other) in enumerate(zip(mine, right, strict=True))
        for j, (a, b) in enumerate(zip(one, other, strict=True))
    )
    row, column = -row, -column
    numbers = f"{FORM(mine[row][column])} in place of {FORM(right[row][column])}"
    return f"Farthest off is the entry [{row}, {column}]: {numbers}."
