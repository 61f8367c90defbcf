"""Matrices as text: entries, laws, numbers that are whole at every width, drawings that align."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import configs, to_toml

from backprop_cli import load
from backprop_cli.config import example_names, network_of, parse_document
from backprop_cli.engine import MatrixLine, lines, matrix_lines
from backprop_cli.formulas import FLOAT
from backprop_cli.show import Format
from backprop_cli.show.drawing import Block, beside, drawn, equation, matrix
from backprop_cli.show.folding import breadth
from backprop_cli.show.grids import PLACE, Grid, Side, Written
from backprop_cli.show.law import equation_in_latex
from backprop_cli.show.matrix_laws import MatrixLaws
from backprop_cli.show.rows import rows_of

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\d.×])")
LABEL = re.compile(r"columns? \d+( to \d+)? of \d+:|\(\d+×\d+\)")


def matrix_rows(network, digits=9, whole=True):
    found = matrix_lines(network, lines(network))
    return [
        row
        for row in rows_of(found, Format(digits), FLOAT, whole)
        if isinstance(row.line, MatrixLine)
    ]


def grid(*rows):
    return Written(Format(), Format().operand).grid(rows)


# Laws.


def laws(name, *settings):
    network = load(name, settings)
    written = MatrixLaws(network)
    return list(dict.fromkeys(written.of(row.line.step).text for row in matrix_rows(network)))


def test_laws_have_layers_in_place_of_their_numbers():
    found = laws("mazur")
    for law in (
        "net⁽ˡ⁾ = W⁽ˡ⁾·out⁽ˡ⁻¹⁾ + b⁽ˡ⁾",
        "out⁽ˡ⁾ = f(net⁽ˡ⁾) of each entry, f is logistic: f(net) = 1/(1 + e^(−net))",
        "∂E/∂out⁽ᴸ⁾ = −(t − out⁽ᴸ⁾)",
        "f′(net⁽ᴸ⁾) = out⁽ᴸ⁾ ⊙ (1 − out⁽ᴸ⁾)",
        "f′(net⁽ˡ⁾) = out⁽ˡ⁾ ⊙ (1 − out⁽ˡ⁾)",
        "δ⁽ᴸ⁾ = ∂E/∂out⁽ᴸ⁾ ⊙ f′(net⁽ᴸ⁾)",
        "δ⁽ˡ⁾ = (W⁽ˡ⁺¹⁾)ᵀ·δ⁽ˡ⁺¹⁾ ⊙ f′(net⁽ˡ⁾)",
        "∂E/∂W⁽ˡ⁾ = δ⁽ˡ⁾·(out⁽ˡ⁻¹⁾)ᵀ",
        "W⁽ˡ⁾⁺ = W⁽ˡ⁾ − η·∂E/∂W⁽ˡ⁾",
        "net⁽ˡ⁾⁺ = W⁽ˡ⁾⁺·out⁽ˡ⁻¹⁾⁺ + b⁽ˡ⁾",
        "E_total = 1ᵀ·E_o",
    ):
        assert law in found


def test_a_law_is_typeset_with_the_letters_of_its_layers():
    network = load("xor", ["learning=batch", "optimizer=adam"])
    written = MatrixLaws(network)
    found = {
        "".join(p if isinstance(p, str) else equation_in_latex(p) for p in law.pieces)
        for law in (written.of(row.line.step) for row in matrix_rows(network))
    }
    for law in (
        r"\mathrm{net}^{(l)} = W^{(l)} \, \mathrm{out}^{(l-1)} + b^{(l)}",
        r"\mathrm{out}^{(l)} = f\left(\mathrm{net}^{(l)}\right) of each entry, f is logistic: "
        r"f\left(\mathrm{net}\right) = \frac{1}{1 + e^{-\mathrm{net}}}",
        r"\frac{\partial E}{\partial \mathrm{out}^{(l)}} = \left(W^{(l+1)}\right)^{\top} \, "
        r"\delta^{(l+1)}",
        r"f'\left(\mathrm{net}^{(L)}\right) = \mathrm{out}^{(L)} \odot "
        r"\left(1 - \mathrm{out}^{(L)}\right)",
        r"\frac{\partial E}{\partial b^{(l)}} = \frac{\delta^{(l)} \, \mathbf{1}}{m}, of m samples",
        r"m_{W^{(l)}}^{+} = \beta_{1} \cdot m_{W^{(l)}} + \left(1 - \beta_{1}\right) \cdot "
        r"\frac{\partial E}{\partial W^{(l)}}",
    ):
        assert law in found, (law, sorted(found))


def test_laws_of_rows_have_the_weights_behind():
    found = laws("batch", 'notation.samples="rows"', "reduction='mean'")
    for law in (
        "net⁽ˡ⁾ = out⁽ˡ⁻¹⁾·W⁽ˡ⁾",
        "δ⁽ˡ⁾ = δ⁽ˡ⁺¹⁾·(W⁽ˡ⁺¹⁾)ᵀ ⊙ f′(net⁽ˡ⁾)",
        "∂L/∂W⁽ˡ⁾ = (out⁽ˡ⁻¹⁾)ᵀ·δ⁽ˡ⁾/m, of m samples",
        "L_total = L_o·1",
    ):
        assert law in found


def test_the_law_of_softmax_and_of_a_short_form():
    found = laws("softmax")
    assert "out⁽ˡ⁾ = softmax(net⁽ˡ⁾), of each column by itself" in found
    assert "J⁽ᴸ⁾ = diag(out⁽ᴸ⁾) − out⁽ᴸ⁾·(out⁽ᴸ⁾)ᵀ" in found
    assert "δ⁽ᴸ⁾ = (J⁽ᴸ⁾)ᵀ·∂E/∂out⁽ᴸ⁾, which comes to out⁽ᴸ⁾ − t" in found
    rows = laws("softmax", "notation.samples='rows'")
    assert "out⁽ˡ⁾ = softmax(net⁽ˡ⁾), of each row by itself" in rows
    assert "J⁽ᴸ⁾ = diag(out⁽ᴸ⁾) − (out⁽ᴸ⁾)ᵀ·out⁽ᴸ⁾" in rows
    assert "δ⁽ᴸ⁾ = ∂E/∂out⁽ᴸ⁾·J⁽ᴸ⁾, which comes to out⁽ᴸ⁾ − t" in rows


def test_what_is_raised_already_is_transposed_in_parentheses():
    formulas = {row.line.step.key: row.formula for row in matrix_rows(load("mazur"))}
    assert formulas["dE_dW2"] == "δ⁽²⁾·(out⁽¹⁾)ᵀ"
    assert formulas["dE_dW1"] == "δ⁽¹⁾·xᵀ"
    latex = {r.line.step.key: r.line.step.name.latex for r in matrix_rows(load("mazur"))}
    assert latex["W1_new"] == "W^{(1)+}"


# Numbers.


class M:
    """A matrix in a formula as it is printed: · is the product, and ⊙ that of entries (%)."""

    def __init__(self, value):
        self.value = np.atleast_2d(value)

    def __mul__(self, other):
        one, two = self.value, other.value
        return M(one * two if 1 in (one.size, two.size) else one @ two)

    def __mod__(self, other):
        return M(self.value * other.value)

    def __floordiv__(self, other):
        return M(self.value / other.value)

    def __truediv__(self, other):
        return M(self.value / other.value)

    def __add__(self, other):
        return M(self.value + other.value)

    def __sub__(self, other):
        return M(self.value - other.value)

    def __neg__(self):
        return M(-self.value)


def worked(text):
    """The value of a formula in numbers, as somebody would key it in."""
    parts = re.split(r"(\[[^\]]*\])", text)
    for at, part in enumerate(parts):
        if part.startswith("["):
            parts[at] = f"M({[[float(x) for x in row.split()] for row in part[1:-1].split(';')]})"
        else:
            part = part.replace("½", "0.5").translate(str.maketrans("·⊙⊘−", "*%\u00f7-"))
            part = part.replace("\u00f7", "//")
            parts[at] = re.sub(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?", r"M(\g<0>)", part)
    return eval("".join(parts), {"M": M}).value


WRITTEN_OUT = ("net", "total_error", "hidden_error_term", "weight_gradient", "bias_gradient",
               "shared_bias_gradient", "new", "slope", "delta", "error")  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("samples", ["columns", "rows"])
@pytest.mark.parametrize("name", example_names())
def test_a_formula_in_numbers_gives_the_value(name, samples):
    network = load(name, [f"notation.samples='{samples}'"])
    checked = 0
    for row in matrix_rows(network, digits=17):
        if row.line.step.law not in WRITTEN_OUT:
            continue
        for text in filter(None, (row.numbers, row.chain_numbers)):
            if not re.search(r"[a-z]{2}|\^|√|\||if", text):
                assert np.allclose(worked(text), row.line.value, rtol=1e-12, atol=1e-15), text
                checked += 1
    assert checked > 5


# Drawing.


def test_points_stand_below_each_other():
    assert matrix(grid((0.25, -12.0), (-1.5, 3e-12), (10.0, 7.125))).lines == (
        "⎡ 0.25  -12    ⎤",
        "⎢-1.5     3e-12⎥",
        "⎣10       7.125⎦",
    )
    assert matrix(grid((1.0, 2.5))).lines == ("[1  2.5]",)


def test_texts_stand_beside_the_middle():
    one, two, three = (Block(("a",) * n, (n - 1) // 2) for n in (1, 2, 3))
    assert beside([one, two, three]) == Block(("  a", "aaa", " aa"), 1)


def test_of_large_matrices_the_ends_are_shown():
    rows = tuple(tuple(float(100 * i + j) for j in range(1, 41)) for i in range(1, 21))
    shown = Written(Format(), Format().operand).grid(rows)
    assert (shown.rows, shown.columns) == ((1, 2, 3, 19, 20), (1, 2, 3, 39, 40))
    assert shown.left_out == "rows 4 to 18 and columns 4 to 38"
    assert shown.in_line == (
        "[101 102 103 … 139 140; 201 202 203 … 239 240; 301 302 303 … 339 340; …; "
        "1901 1902 1903 … 1939 1940; 2001 2002 2003 … 2039 2040] (20×40)"
    )
    assert matrix(shown).lines[2:4] == (
        "⎢ 301   302   303  …   339   340⎥",
        "⎢   ⋮     ⋮     ⋮  …     ⋮     ⋮⎥",
    )
    twelve = Written(Format(), Format().operand).grid(((1.0,) * 12,) * 12)
    assert twelve.left_out == ""
    assert Written(Format(), Format().operand, whole=True).grid(rows).left_out == ""


def test_a_wide_matrix_goes_by_blocks_of_columns():
    network = load("xor", ["learning='batch'"])
    row = next(row for row in matrix_rows(network) if row.line.step.key == "out_1")
    assert drawn(row, 46) == [
        " out⁽¹⁾ (2×4) = logistic(net⁽¹⁾)",
        "   = logistic(⎡-0.2   0.3   0.4  0.9⎤)",
        "              ⎣-0.6  -0.2  -0.3  0.1⎦",
        "   = columns 1 to 3 of 4:",
        "     ⎡0.450166003  0.574442517  0.59868766 ⎤",
        "     ⎣0.354343694  0.450166003  0.425557483⎦",
        "     column 4 of 4:",
        "     ⎡0.710949503⎤",
        "     ⎣0.524979187⎦",
    ]


def test_beside_a_matrix_in_blocks_stands_only_what_belongs_to_it():
    whole = Grid((("1.25", "2.25", "3.25"), ("4.25", "5.25", "6.25")), (1, 2), (1, 2, 3), (2, 3))
    column = Grid((("7",), ("8",), ("9",)), (1, 2, 3), (1,), (3, 1))
    sides = [Side(f"{PLACE}/2·{PLACE} + b", (whole, column))]
    assert equation("n", sides, 25)[0] == " n = ⎡1.25  2.25  3.25⎤/2"
    assert equation("n", sides, 24) == [
        " n = columns 1 to 2 of 3:",
        "     ⎡1.25  2.25⎤",
        "     ⎣4.25  5.25⎦",
        "     column 3 of 3:",
        "     ⎡3.25⎤/2",
        "     ⎣6.25⎦",
        "      ⎡7⎤",
        "     ·⎢8⎥ + b",
        "      ⎣9⎦",
    ]


@pytest.mark.thorough
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(configs(), st.integers(20, 200), st.sampled_from(["columns", "rows"]), st.integers(2, 17))
def test_at_no_width_is_a_number_cut(config, width, samples, digits):
    config["notation"] = {**config.get("notation", {}), "samples": samples}
    network = network_of(parse_document(to_toml(config), "random.toml"))
    for row in matrix_rows(network, digits):
        sides = [side for side in (row.chain, row.chain_numbers, row.formula, row.numbers,
                                   row.value) if side]  # fmt: skip
        told = [side for at, side in enumerate(sides) if at == 0 or side != sides[at - 1]]
        text = LABEL.sub("", "\n".join(drawn(row, width)))
        assert Counter(NUMBER.findall(text)) == Counter(NUMBER.findall("\n".join(told)))
        assert width < 50 or max(map(breadth, drawn(row, width))) <= width


def test_drawing_never_changes_what_a_grid_says():
    shown = Grid((("1", "2"), ("3", "4")), (1, 3), (1, 3), (3, 3))
    assert matrix(shown).lines == ("⎡1  …  2⎤", "⎢⋮  …  ⋮⎥", "⎣3  …  4⎦")
    assert matrix(shown, 0, 1).lines == ("⎡1⎤", "⎢⋮⎥", "⎣3⎦")
