"""Markdown with mathematics has nothing in its formulas that Markdown takes for its own."""

import re

import pytest

from backprop_cli.api import computing, load, worked
from backprop_cli.show import Format
from backprop_cli.show.document import Style
from backprop_cli.show.formats import write
from backprop_cli.show.formats.markdown_math import safe
from backprop_cli.show.worked import worked_example


def written(name, matrices=False):
    network = load(name)
    page = worked(network, range(1, 2), computing(network), Format())
    page = page.in_matrices() if matrices else page
    return "".join(write("markdown", worked_example(page), Style(math=True)))


@pytest.mark.parametrize("matrices", [False, True])
@pytest.mark.parametrize("name", ["mazur", "xor", "softmax", "adam", "relu"])
def test_no_mark_of_markdown_stands_in_a_formula(name, matrices):
    text = written(name, matrices)
    formulas = re.findall(r"\$\$\n(.*?)\$\$", text, re.DOTALL)
    formulas += re.findall(r"(?<!\$)\$([^$\n]+)\$(?!\$)", text)
    assert len(formulas) > 10
    for formula in formulas:
        assert not re.search(r"\\[^A-Za-z]|(?<! )_|[|*`<>]", formula), formula
        assert formula.count("{") == formula.count("}")


def test_each_sign_is_put_in_other_words():
    assert safe(r"a_{1} \\ b") == r"a _{1} \cr  b"
    assert safe(r"\left|x\right|") == r"\left\vert x\right\vert "


def test_mathematics_is_for_markdown_alone(backprop):
    result = backprop("trace", "--format", "plain", "--math")
    assert result.code == 2
    assert "--math is for --format markdown, not for plain" in result.err
    both = backprop("trace", "--format", "markdown", "--math", "--decimal-comma")
    assert both.code == 2
