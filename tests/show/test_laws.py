"""Laws: the step's own formula in general letters, with the signs of the config."""

import re

import pytest

from backprop_cli import load
from backprop_cli.engine import lines
from backprop_cli.formulas import ACTIVATIONS
from backprop_cli.show import Laws
from backprop_cli.show.law import Law, equation_in_latex


def laws(name, *settings, kind=None):
    network = load(name, list(settings))
    said = Laws(network)
    return list(dict.fromkeys(
        said.of(line.step).text for line in lines(network)
        if kind is None or line.step.kind == kind
    ))  # fmt: skip


def test_the_laws_of_the_tutorial():
    assert laws("mazur", "train_biases=true") == [
        "net_j = Σ_i w_ij·out_i + b",
        "out_j = 1/(1 + e^(−net_j))",
        "err_j = t_j − out_j",
        "E_j = ½·(t_j − out_j)²",
        "E_total = Σ_j E_j",
        "∂E/∂out_j = −(t_j − out_j)",
        "∂out_j/∂net_j = out_j·(1 − out_j)",
        "δ_j = ∂E/∂net_j = ∂E/∂out_j·∂out_j/∂net_j",
        "∂E/∂w_ij = δ_j·out_i",
        "∂E/∂b = Σ_j δ_j",
        "∂E/∂out_j via k = δ_k·w_jk",
        "∂E/∂out_j = Σ_k δ_k·w_jk",
        "Δw = −η·∂E/∂w",
        "w⁺ = w − η·∂E/∂w",
        "E_epoch = Σ E_total over the samples",
        "E_epoch⁺ = the same, with the weights at the end of the epoch",
    ]


def in_latex(law):
    return "".join(p if isinstance(p, str) else equation_in_latex(p) for p in law.pieces)


def test_a_law_is_typeset_as_its_formula_is():
    network = load("softmax", ['notation={error="L", weights="theta{n}"}'])
    said = Laws(network)
    found = list(dict.fromkeys(in_latex(said.of(line.step)) for line in lines(network)))
    for law in (
        r"\mathrm{net}_{j} = \sum_{i} \theta_{ij} \cdot \mathrm{out}_{i} + b_{j}",
        r"\mathrm{out}_{j} = \frac{1}{1 + e^{-\mathrm{net}_{j}}}",
        r"\mathrm{out}_{i} = \frac{e^{\mathrm{net}_{i}}}{\sum_{k} e^{\mathrm{net}_{k}}}, "
        r"computed with every \mathrm{net} less the largest, which cancels",
        r"L_{j} = -t_{j} \cdot \ln\left(\mathrm{out}_{j}\right)",
        r"L_{\mathrm{epoch}} = \sum L_{\mathrm{total}} over the samples",
        r"L_{\mathrm{epoch}}^{+} = the same, with the weights at the end of the epoch",
        r"\delta_{j} = \frac{\partial L}{\partial \mathrm{net}_{j}}, "
        r"which comes to \mathrm{out}_{j} - t_{j}",
        r"\frac{\partial L}{\partial \theta_{ij}} = \delta_{j} \cdot \mathrm{out}_{i}",
        r"\theta^{+} = \theta - \eta \cdot \frac{\partial L}{\partial \theta}",
    ):
        assert law in found, law


def test_two_laws_are_one_where_they_read_alike():
    one, other = (Laws(load("mazur")) for _ in range(2))
    for line in lines(load("mazur")):
        first, second = one.of(line.step), other.of(line.step)
        assert first is one.of(line.step)
        assert first is not second
        assert first == second
        assert hash(first) == hash(second)
        assert first != first.text
        assert repr(first) == f"<{first.text}>"
    assert Law("a") != Law("b")


def test_no_law_has_a_number_with_a_point():
    """So that decimal commas need not be put into laws: what they are about has a letter."""
    for activation in ACTIVATIONS:
        said = laws("mazur", f"layers.0.activation={activation}")
        assert not [law for law in said if re.search(r"\d\.\d", law)]


DESCENT, THRESHOLD = 'convention.delta="descent"', 'convention.bias="subtracted"'


@pytest.mark.parametrize(
    ("kind", "settings", "expected"),
    [
        ("net", [THRESHOLD], ["net_j = Σ_i w_ij·out_i − b"]),
        ("delta", [DESCENT], ["δ_j = −∂E/∂net_j = −∂E/∂out_j·∂out_j/∂net_j"]),
        ("via", [DESCENT], ["∂E/∂out_j via k = −δ_k·w_jk"]),
        ("gradient", [DESCENT], ["∂E/∂w_ij = −δ_j·out_i", "∂E/∂b = −Σ_j δ_j"]),
        ("gradient", [THRESHOLD], ["∂E/∂w_ij = δ_j·out_i", "∂E/∂b = −Σ_j δ_j"]),
        ("gradient", [THRESHOLD, DESCENT], ["∂E/∂w_ij = −δ_j·out_i", "∂E/∂b = Σ_j δ_j"]),
        ("new", ["optimizer=momentum"], ["w⁺ = w + v_w⁺"]),
        ("new", ["optimizer=lion"], ["w⁺ = w − η·(sgn(c_w) + λ·w)"]),
        ("state_new", ["optimizer=momentum"], ["v_w⁺ = β·v_w − η·∂E/∂w"]),
        ("intermediate", ["optimizer=lion"], ["c_w = β1·m_w + (1 − β1)·∂E/∂w"]),
        ("E_mean", ["inputs=[[1, 0], [0, 1]]", "targets=[[0, 1], [1, 0]]", "convention.cost=mean"],
         ["E_mean = E_epoch/m, of m samples",
          "E_mean⁺ = the same, with the weights at the end of the epoch"]),
        ("state_new", ["optimizer=pytorch-momentum"], ["v_w⁺ = β·v_w + ∂E/∂w"]),
        ("change", ["optimizer=pytorch-momentum"], ["Δw = −η·v_w⁺"]),
        ("change", ["optimizer=rmsprop"], ["Δw = −η·(∂E/∂w)/(√v_w⁺ + ε)"]),
    ],
)  # fmt: skip
def test_a_law_has_the_signs_and_the_optimizer_of_the_config(kind, settings, expected):
    assert laws("mazur", "train_biases=true", *settings, kind=kind) == expected


def test_the_law_of_softmax_is_that_of_its_step():
    delta = laws("softmax", kind="delta")[0]
    assert delta == "δ_j = ∂E/∂net_j, which comes to out_j − t_j"
    turned = laws("softmax", DESCENT, kind="delta")[0]
    assert turned == "δ_j = −∂E/∂net_j, which comes to t_j − out_j"
    jacobian = laws("softmax", kind="jacobian")
    assert jacobian == ["∂out_i/∂net_j = out_i·(1 − out_i) if i = j, else −out_i·out_j"]
    whole = laws("softmax", "targets=[0.5, 0.9, 0.2]", kind="delta")[0]
    assert whole == "δ_j = ∂E/∂net_j = Σ_i ∂E/∂out_i·∂out_i/∂net_j"


def test_a_bias_of_each_unit_has_an_index():
    assert laws("gurlahosur", kind="net") == ["in_j = Σ_i w_ij·out_i + b_j"]
    assert laws("han-kamber", kind="net") == ["I_j = Σ_i w_ij·O_i + θ_j", "I_j = Σ_i w_ij·O_i + θ"]
    said = laws("han-kamber", kind="gradient")
    assert [law for law in said if "θ" in law] == ["∂E/∂θ = −Err_j", "∂E/∂θ_j = −Err_j"]


def test_a_layer_without_biases_has_none_in_its_law():
    assert "b" not in laws("momentum", kind="net")[0].partition("=")[2]


def test_laws_speak_in_the_letters_of_the_config():
    notation = 'notation={net="z", out="a", error="L", delta="d", target="y", eta="alpha"}'
    said = laws("mazur", notation)
    assert "z_j = Σ_i w_ij·a_i + b" in said
    assert "w⁺ = w − α·∂L/∂w" in said
    assert "∂L/∂a_j via k = d_k·w_jk" in said


@pytest.mark.parametrize(("reduction", "word"), [("mean", "mean"), ("sum", "sum")])
def test_the_law_of_a_batch_says_what_is_taken(reduction, word):
    said = laws("xor", "learning=batch", f"reduction={reduction}", kind="gradient")
    assert f"∂E/∂w = {word} of the samples' ∂E/∂w" in said


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("v{from}_{to}", "v_ij"),
        ("v{to}_{from}", "v_ji"),
        ("v{layer}_{i}{j}", "v_ji"),
        ("v{layer}_{j}_{i}", "v_ij"),
        ("theta{n}", "θ_ij"),
    ],
)
def test_a_weight_has_the_letter_and_the_indices_of_the_config(pattern, written):
    notation = f'notation={{weights="{pattern}", biases="c{{n}}"}}'
    said = laws("mazur", notation, "train_biases=true")
    letter, first, second = written[0], *written[2:]
    assert f"net_j = Σ_i {written}·out_i + c" in said
    assert f"∂E/∂{written} = δ_j·out_i" in said
    above = f"{letter}_" + ("jk" if (first, second) == ("i", "j") else "kj")
    assert f"∂E/∂out_j = Σ_k δ_k·{above}" in said
    assert f"{letter}⁺ = {letter} − η·∂E/∂{letter}" in said
    assert "∂E/∂c = Σ_j δ_j" in said


def test_a_list_of_names_leaves_the_usual_letters():
    notation = 'notation={weights=["a", "b", "c", "d", "e", "f", "g", "h"], biases=["x", "y"]}'
    assert laws("mazur", notation, kind="net") == ["net_j = Σ_i w_ij·out_i + b"]


@pytest.mark.parametrize(
    ("settings", "kind", "expected"),
    [
        (["error={name=\"huber\", delta=0.5}"], "E",
         "E_j = (δ·(|t_j − out_j| − ½·δ) if |t_j − out_j| > δ else ½·(t_j − out_j)²)"),
        (["error=pseudo-huber"], "E", "E_j = δ²·(√(1 + ((t_j − out_j)/δ)²) − 1)"),
        (["error=mean-squared"], "E", "E_j = (t_j − out_j)²/2"),
        (["layers.0.activation=elu"], "out", "out_j = (net_j if net_j > 0 else α·(e^net_j − 1))"),
        (["layers.0.activation=leaky-relu"], "slope", "∂out_j/∂net_j = (1 if net_j > 0 else α)"),
    ],
)  # fmt: skip
def test_a_parameter_has_its_letter(settings, kind, expected):
    assert expected in laws("mazur", *settings, kind=kind)
