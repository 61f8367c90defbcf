"""Formulas as a person writes them: nothing added to 0, nothing multiplied by 1 or 0."""

from fractions import Fraction

import pytest
from students import desk

from backprop_cli.formulas import Label, Num, Op, Ref, root
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.mistakes.catalogue import simplified
from backprop_cli.show import in_symbols

W, X, Y = (Ref(Label(name)) for name in "wxy")
ZERO, ONE = Num(0), Num(1)


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        (X + ZERO, "x"),
        (ZERO + X, "x"),
        (X - ZERO, "x"),
        (X + ZERO + Y, "x + y"),
        (ZERO + ZERO, "0"),
        (X - Y, "x − y"),
        (ONE * X, "x"),
        (X * ONE * Y, "x·y"),
        (ONE * ONE, "1"),
        (W - ONE * X, "w − x"),
        (Op("*", (-ONE, X)), "−x"),
        (Op("*", (-ONE, X, -ONE)), "x"),
        (Op("*", (-ONE, -ONE, X, -ONE, Y)), "−x·y"),
        (X + W * ZERO * Y, "x"),
        (-(ZERO * X), "0"),
        (X / (root(Y) + ZERO), "x/√y"),
        (X / ONE, "x/1"),
        (Num(Fraction(1, 2)) * X, "½·x"),
        (Num(2) * X + ONE, "2·x + 1"),
        (X - ONE, "x − 1"),
        (ZERO, "0"),
        (Op("max", (ZERO, X)), "max(0, x)"),
    ],
)
def test_what_changes_nothing_is_not_written(formula, written):
    assert in_symbols(simplified(formula)) == written


@pytest.mark.parametrize("case", ["mazur", "softmax", "adam", "momentum", "relu"])
def test_what_is_not_written_changes_no_number(case):
    """Every wrong formula has the value of what its mistake makes."""
    diagnosis = desk(case)
    sheet, book = diagnosis.sheet, diagnosis.book
    shorter = 0
    for entry in sheet.entries:
        for id_, formulas in book.edits(entry.step).items():
            for raw, formula in zip(CATALOGUE[id_].edit(book, entry.step), formulas, strict=True):
                assert sheet.value(entry, sheet.truths, formula) == pytest.approx(
                    sheet.value(entry, sheet.truths, raw), rel=1e-15, nan_ok=True
                )
                shorter += formula != raw
    assert shorter
