"""Sheets whose lines are written as multiples: what is written, and what stays as it was."""

from fractions import Fraction

import pytest

from backprop_cli import load
from backprop_cli.marking.sheet import scaled, sheet_of
from backprop_cli.show import in_symbols


def turned(sheet, kind, factor=-1):
    return scaled(sheet, lambda entry: Fraction(factor if entry.step.kind == kind else 1))


@pytest.mark.parametrize("name", ["mazur", "softmax", "batch", "negnevitsky"])
@pytest.mark.parametrize("kind", ["delta", "gradient", "dE_dout", "out"])
@pytest.mark.parametrize("factor", [-1, Fraction(1, 3)])
def test_only_the_lines_that_are_multiples_have_other_numbers(name, kind, factor):
    """Whichever way a line is worked, by its formula or the chain rule, that is taken back."""
    plain = sheet_of(load(name))
    sheet = turned(plain, kind, factor)
    for one, other in zip(plain.entries, sheet.entries, strict=True):
        expected = plain.truths[one.slot] * (float(factor) if one.step.kind == kind else 1.0)
        assert sheet.truths[other.slot] == pytest.approx(expected, rel=1e-14)
        for way in sheet.ways(other):
            value = sheet.value(other, sheet.truths, way.formula)
            assert value == pytest.approx(expected, rel=1e-11, abs=1e-15), other.key


def test_formulas_are_written_in_terms_of_what_is_written():
    sheet = turned(sheet_of(load("mazur")), "gradient")
    formulas = {e.key: in_symbols(e.step.formula) for e in sheet.entries}
    assert formulas["dE_dw5"] == "−δ_o1·out_h1"
    assert formulas["change_w5"] == "−η·(−∂E/∂w5)"
    assert formulas["net_h1"] == "w1·i1 + w2·i2 + b1"


def test_a_line_that_reads_no_multiple_is_the_same():
    plain = sheet_of(load("mazur"))
    sheet = turned(plain, "delta")
    same = {a.key for a, b in zip(plain.entries, sheet.entries, strict=True) if a is b}
    assert {"net_h1", "dE_dout_o1", "w5_new"} <= same
    assert not same & {"delta_o1", "dE_dw5", "dE_dout_h1_via_o1"}


def test_multiples_are_rounded_as_on_paper():
    sheet = turned(sheet_of(load("mazur", ["round_each=3"])), "E", Fraction(1, 3))
    (value,) = (sheet.truths[e.slot] for e in sheet.entries if e.key == "E_o1")
    assert value == 0.0915  # and not 0.274540500…/3
