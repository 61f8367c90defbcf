"""LaTeX has the numbers of the table, in mathematics made of the formulas themselves."""

import random
import re

import pytest

from backprop_cli.api import computing, load, worked
from backprop_cli.show import Format
from backprop_cli.show.document import Document, Heading, Style
from backprop_cli.show.formats import write
from backprop_cli.show.formats.latex_lines import broken, joined, parsed, width_of
from backprop_cli.show.formats.latex_text import escaped, prose
from backprop_cli.show.symbols import number_in_latex
from backprop_cli.show.typesetting import equation
from backprop_cli.show.worked import worked_example

EXAMPLES = ("mazur", "xor", "softmax", "adam", "deep", "relu", "tanh", "batch")
DECIMAL = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")


NINE = Format(9)


def page_of(name, matrices=False, form=NINE):
    network = load(name)
    page = worked(network, range(1, 2), computing(network), form)
    return page.in_matrices() if matrices else page


def in_text(latex):
    """What LaTeX says, with the marks of text: 1.2 \\cdot 10^{-9} as 1.2e-9."""
    return re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", latex).replace("{,}", ".")


def decimals(text):
    return [number for number in DECIMAL.findall(text) if "." in number or "e" in number]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_numbers_are_those_of_the_table(name):
    page = page_of(name, form=Format(17))
    for row in page.rows():
        sides = equation(row, page.written, page.arithmetic).sides
        found = [decimals(in_text(side.text)) for side in sides]
        assert decimals(row.value) == found[-1]
        assert decimals(row.numbers) in [*found, decimals(row.value)]
        if row.chain:
            assert decimals(row.chain_numbers) in found


@pytest.mark.parametrize("name", EXAMPLES)
def test_breaking_lines_loses_nothing(name):
    page = page_of(name, form=Format(12))
    for row in page.rows():
        sides = [side.text for side in equation(row, page.written, page.arithmetic).sides]
        whole = decimals(in_text(" = ".join(sides)))
        for room in (15, 25, 60):
            lines = joined([parsed(side) for side in sides], room)
            assert decimals(in_text(" ".join(lines).replace(r"\quad", " "))) == whole


def test_a_line_is_broken_before_an_operator_and_as_late_as_may_be():
    pieces = parsed("a + b \\cdot c - d")
    assert broken(pieces, 100) == ["a + b \\cdot c - d"]
    lines = broken(pieces, width_of("a + b \\cdot c") + 1.1)
    assert lines == ["a + b \\cdot c", " - d"]


def test_a_fraction_that_is_too_wide_is_written_with_a_stroke():
    below = " + ".join(f"e^{{-0.12345{at}}}" for at in range(10))
    lines = broken(parsed(rf"\frac{{e^{{0.5}}}}{{{below}}}"), 20)
    assert len(lines) > 1
    assert all(width_of(line) < 21 for line in lines)
    assert lines[0].startswith(r"e^{0.5}/\bigl(")


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("0.5", "0.5"),
        ("1.2e-9", r"1.2 \cdot 10^{-9}"),
        ("-3/8", r"-\frac{3}{8}"),
        ("-inf", r"-\infty"),
        ("nan", r"\mathrm{nan}"),
    ],
)
def test_a_number_is_typeset(text, latex):
    assert number_in_latex(text) == latex


def test_a_negative_operand_stands_in_parentheses():
    text = "".join(write("latex", worked_example(page_of("xor"))))
    assert r"\left(-0." in text
    assert not re.search(r"\\cdot -\d", text)


def test_the_chain_rule_is_one_of_fractions():
    text = "".join(write("latex", worked_example(page_of("mazur"))))
    assert (
        r"\frac{\partial E}{\partial w_{5}} &= \frac{\partial E}{\partial \mathrm{out}_{o1}} \cdot "
        r"\frac{\partial \mathrm{out}_{o1}}{\partial \mathrm{net}_{o1}} \cdot "
        r"\frac{\partial \mathrm{net}_{o1}}{\partial w_{5}} = 0.74136507 \cdot 0.186815602"
    ) in text


def test_a_part_of_a_document_says_what_it_needs_and_a_whole_one_has_it():
    document = Document([Heading("A title", 1)])
    part = "".join(write("latex", document))
    assert part.startswith("% Needs \\usepackage{amsmath}")
    assert "documentclass" not in part
    whole = "".join(write("latex", document, Style(standalone=True, paper="slides")))
    assert "{160mm,90mm}" in whole
    assert whole.endswith("\\end{document}\n")


def test_decimal_commas_are_set_as_such():
    text = "".join(write("latex", worked_example(page_of("mazur")), Style(comma=True)))
    body = text.partition("Biases")[2]
    assert "0{,}298371109" in body
    assert not re.search(r"\d\.\d", body.replace("[0.4em]", ""))


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("At the start w1 = 0.15, b1 = 0.35", "At the start $w_{1} = 0.15$, $b_{1} = 0.35$"),
        ("out_j = 1/(1 + e^(−net_j))", r"$\mathrm{out}_{j} = 1/(1 + e^{-\mathrm{net}_{j}})$"),
        ("theta1 = 0.5 and theta_h1 = 2", r"$\theta_{1} = 0.5$ and $\theta_{h1} = 2$"),
        ("with β = 0.9 and more", r"with $\beta  = 0.9$ and more"),
        ("T = [0 1; 1 0]", r"$T = [0\ \allowbreak 1;\ \allowbreak 1\ \allowbreak 0]$"),
        ("a plain sentence, 2-2-2.", "a plain sentence, 2-2-2."),
    ],
)
def test_what_is_a_formula_in_a_text_is_set_as_one(text, latex):
    assert prose(text) == latex


def test_every_sign_of_a_user_stands_for_itself():
    assert escaped(r"\input{x}") == r"\textbackslash{}input\{x\}"
    assert escaped("#$%&_^~") == r"\#\$\%\&\_\textasciicircum{}\textasciitilde{}"
    assert escaped("-- ''") == "-{}- '{}'"
    drawn = random.Random(3)
    for _ in range(300):
        text = "".join(chr(drawn.choice([drawn.randint(0, 127), drawn.randint(128, 0x1F900)]))
                       for _ in range(9))  # fmt: skip
        assert escaped(text).isascii()
        assert prose(text).isascii()
