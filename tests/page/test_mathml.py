"""What stands on a page in MathML, read as mathematics again, is the value of the step."""

from __future__ import annotations

import json
import math
import re
from xml.etree import ElementTree

import pytest

from backprop_cli.api import computing, load, worked
from backprop_cli.formulas import FLOAT
from backprop_cli.page import write_html
from backprop_cli.page.mathml import name_in_mathml
from backprop_cli.show import Format

STEP = re.compile(r'<li class="step".*?</li>', re.DOTALL)
FUNCTIONS = {
    "ln": math.log, "exp": math.exp, "sqrt": math.sqrt, "tanh": math.tanh, "abs": abs, "max": max,
    "sgn": lambda x: (x > 0) - (x < 0),
    "Φ": lambda x: math.erfc(-x / math.sqrt(2)) / 2,
    "φ": lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi),
}  # fmt: skip
SIGNS = {"−": "-", "·": "*", "(": "(", ")": ")", "+": "+", ">": ">", ",": ","}


def read(element, values):
    """An element as Python; one that says which quantity it is, is the value of that."""
    fraction = element.tag == "mfrac" and element[0].tag == "mn"
    if (
        (key := element.get("data-key")) in values
        and element.tag not in ("mn", "math")
        and not fraction
    ):
        return f"({'-' if 'data-negated' in element.attrib else ''}{values[key]!r})"
    inner = [read(child, values) for child in element]
    match element.tag, inner:
        case "mfrac", [above, below] if above.startswith("∂") and below.startswith("∂"):
            return "1"  # the slope of a net input by its bias, the only name that is no quantity
        case "mfrac", [above, below]:
            return f"(({above})/({below}))"
        case "msup", ["e", power]:
            return f"exp({power})"
        case "msup", [base, power]:
            return f"({base}**({power}))"
        case "msqrt", _:
            return f"sqrt({''.join(inner)})"
        case "mtable", [yes, no]:
            return f"({yes} {no})"
        case "mtext", _:
            return {"if ": " if ", "otherwise": ""}[element.text]
        case "mtr", [value, condition]:
            return f"{value} {condition}" if condition else f"else {value}"
        case "mrow", ["|", *inside, "|"]:
            return f"abs({''.join(inside)})"
        case "mrow", ["{", table]:
            return table
        case "mo", _:
            return SIGNS.get(element.text, element.text)
        case "mn", _:
            return element.text
    return "".join(inner) or (element.text or "").strip()


def steps_of(network, form=Format(17), arithmetic=FLOAT, epochs=1):  # noqa: B008
    """The elements of the steps on the page of `network`, and every value that stands there."""
    html = "".join(write_html(worked(network, range(1, epochs + 1), arithmetic, form)))
    given = json.loads(re.search(r'id="bp-data">(.*?)</script>', html)[1])["given"]
    quoted = re.sub(r"data-key=([\w.]+)", r'data-key="\1"', html)
    steps = [ElementTree.fromstring(step) for step in STEP.findall(quoted)]
    values = {key: one[0] for key, one in given.items()}
    return steps, values | {step.get("data-key"): float(step.get("data-value")) for step in steps}


def sides_of(step):
    return [side for side in step.iter("span") if (side.get("class") or "").startswith("side ")
            or side.get("class") == "side"]  # fmt: skip


NETWORKS = [
    *((name, []) for name in ("mazur", "batch", "xor", "softmax", "adam", "momentum", "relu")),
    *(("mazur", [f"layers.0.activation={name}"]) for name in (
        "elu", "softplus", "gelu", "mish", "leaky-relu", "tanh")),
    ("mazur", ["error=pseudo-huber"]), ("mazur", ["error=huber"]),
    ("mazur", ["optimizer.name=adamw", "optimizer.weight_decay=0.1"]),
    ("mazur", ["convention.delta=descent"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "settings"), NETWORKS)
def test_every_side_of_a_step_comes_to_its_value(name, settings):
    """In names, with the values of the quantities that they are said to be, and in numbers."""
    steps, values = steps_of(load(name, settings))
    count = 0
    for step in steps:
        for side in sides_of(step):
            text = "".join(read(math_, values) for math_ in side)
            if "…" in text:
                continue
            count += 1
            found = eval(text, {"__builtins__": {}} | FUNCTIONS)
            assert math.isclose(found, float(step.get("data-value")), rel_tol=1e-11,
                                abs_tol=1e-14), (step.get("id"), text)  # fmt: skip
    assert count > 2 * len(steps)


def test_every_number_is_that_of_the_quantity_which_it_is_said_to_be():
    for network in (load("mazur"), load("softmax"), load("adam")):
        steps, values = steps_of(network)
        for step in steps:
            for number in step.iter("mn"):
                if key := number.get("data-key"):
                    sign = -1 if "data-negated" in number.attrib else 1
                    assert float(number.text) == pytest.approx(sign * values[key], rel=1e-15), key


def test_a_law_is_made_of_formulas_and_words():
    network = load("softmax", ['notation={out="a"}'])
    html = "".join(write_html(worked(network, range(1, 2), FLOAT, Format(9))))
    laws = [re.sub("<.*?>", "", law) for law in re.findall("<li>(<math>.*?)</li>", html)]
    for law in (
        "netj=∑iwij·ai+bj",
        "ai=eneti∑kenetk, computed with every net less the largest, which cancels",
        "∂ai∂netj=ai·(1−ai) if i = j, else −ai·aj",
        "δj=∂E∂netj, which comes to aj−tj",
        "Eepoch=∑Etotal over the samples",
    ):
        assert law in laws
    assert "<mfrac><mrow><msup><mi>e</mi>" in html.partition("computed with")[0]


def test_a_fraction_has_a_line_and_its_sign_before_it():
    network = load("relu")
    exact = computing(network, exact=True)
    steps, values = steps_of(network, Format(17, None, True), exact)
    fractions = 0
    for step in steps:
        for side in sides_of(step)[:-1]:
            text = "".join(read(math_, values) for math_ in side)
            assert math.isclose(eval(text), float(step.get("data-value")), rel_tol=1e-12), text
        fractions += sum(len(one) == 2 and one[0].tag == one[1].tag == "mn"
                         and "data-key" in one.attrib for one in step.iter("mfrac"))  # fmt: skip
    assert fractions > 20


@pytest.mark.parametrize(
    ("latex", "element"),
    [
        (r"\frac{\partial E}{\partial w_5}",
         "<mfrac><mrow><mo>∂</mo><mi>E</mi></mrow>"
         "<mrow><mo>∂</mo><msub><mi>w</mi><mn>5</mn></msub></mrow></mfrac>"),
        ("w_5^{+}", "<msubsup><mi>w</mi><mn>5</mn><mo>+</mo></msubsup>"),
        (r"\delta_{h1,2}", "<msub><mi>δ</mi><mi>h1,2</mi></msub>"),
        ("w_{1,2}", "<msub><mi>w</mi><mn>1,2</mn></msub>"),
        (r"\eta", "<mi>η</mi>"),
        ("w_{a<b}", "<msub><mi>w</mi><mi>a&lt;b</mi></msub>"),
        (r"\hat{m}'", '<mrow><mover accent="true"><mi>m</mi><mo>^</mo></mover><mo>′</mo></mrow>'),
        (r"\left.E\right)", "<mrow><mrow></mrow><mi>E</mi><mo>)</mo></mrow>"),
        (r"\sum_{i} w_{ij} \cdot e^{x}",
         "<mrow><msub><mo>∑</mo><mi>i</mi></msub><msub><mi>w</mi><mrow><mi>i</mi><mi>j</mi></mrow>"
         "</msub><mo>·</mo><msup><mi>e</mi><mi>x</mi></msup></mrow>"),
        (r"E_{\mathrm{total}}^{+}", "<msubsup><mi>E</mi><mi>total</mi><mo>+</mo></msubsup>"),
    ],
)  # fmt: skip
def test_a_name_is_what_its_latex_says(latex, element):
    assert name_in_mathml(latex) == element
