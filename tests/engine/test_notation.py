"""Names: key, symbol and LaTeX of every role, in two books."""

import pytest

from backprop_cli.engine import Letters, Notation
from backprop_cli.engine.notation import ROLES, latex_of, symbol_of

PARTS = {"u": "h1", "v": "o1", "p": "w5", "i": "i1", "s": "m"}
BOOK = Notation()
OTHER = Notation(Letters(net="z", out="a", error="L", delta="theta", target="y", eta="alpha"))

WRITTEN = {
    # role: key, symbol, LaTeX; then the key and symbol of the other book
    "input": ("i1", "i1", "i_{1}", "i1", "i1"),
    "target": ("t_h1", "t_h1", "t_{h1}", "y_h1", "y_h1"),
    "net": ("net_h1", "net_h1", r"\mathrm{net}_{h1}", "z_h1", "z_h1"),
    "out": ("out_h1", "out_h1", r"\mathrm{out}_{h1}", "a_h1", "a_h1"),
    "E": ("E_h1", "E_h1", "E_{h1}", "L_h1", "L_h1"),
    "E_total": ("E_total", "E_total", r"E_{\mathrm{total}}", "L_total", "L_total"),
    "E_mean": ("E_mean", "E_mean", r"E_{\mathrm{mean}}", "L_mean", "L_mean"),
    "E_epoch": ("E_epoch", "E_epoch", r"E_{\mathrm{epoch}}", "L_epoch", "L_epoch"),
    "err": ("err_h1", "err_h1", r"\mathrm{err}_{h1}", "err_h1", "err_h1"),
    "dE_dout": ("dE_dout_h1", "∂E/∂out_h1",
                r"\frac{\partial E}{\partial \mathrm{out}_{h1}}", "dL_da_h1", "∂L/∂a_h1"),
    "via": ("dE_dout_h1_via_o1", "∂E/∂out_h1 via o1",
            r"\left.\frac{\partial E}{\partial \mathrm{out}_{h1}}\right|_{o1}",
            "dL_da_h1_via_o1", "∂L/∂a_h1 via o1"),
    "slope": ("dout_dnet_h1", "∂out_h1/∂net_h1",
              r"\frac{\partial \mathrm{out}_{h1}}{\partial \mathrm{net}_{h1}}",
              "da_dz_h1", "∂a_h1/∂z_h1"),
    "jacobian": ("dout_h1_dnet_o1", "∂out_h1/∂net_o1",
                 r"\frac{\partial \mathrm{out}_{h1}}{\partial \mathrm{net}_{o1}}",
                 "da_h1_dz_o1", "∂a_h1/∂z_o1"),
    "delta": ("delta_h1", "δ_h1", r"\delta_{h1}", "theta_h1", "θ_h1"),
    "dE_dnet": ("dE_dnet_h1", "∂E/∂net_h1",
                r"\frac{\partial E}{\partial \mathrm{net}_{h1}}", "dL_dz_h1", "∂L/∂z_h1"),
    "dnet_dout": ("dnet_h1_dout_o1", "∂net_h1/∂out_o1",
                  r"\frac{\partial \mathrm{net}_{h1}}{\partial \mathrm{out}_{o1}}",
                  "dz_h1_da_o1", "∂z_h1/∂a_o1"),
    "dnet_dp": ("dnet_h1_dw5", "∂net_h1/∂w5",
                r"\frac{\partial \mathrm{net}_{h1}}{\partial w_{5}}", "dz_h1_dw5", "∂z_h1/∂w5"),
    "gradient": ("dE_dw5", "∂E/∂w5", r"\frac{\partial E}{\partial w_{5}}", "dL_dw5", "∂L/∂w5"),
    "parameter": ("w5", "w5", "w_{5}", "w5", "w5"),
    "state": ("m_w5", "m_w5", "m_{w_{5}}", "m_w5", "m_w5"),
    "state_new": ("m_w5_new", "m_w5⁺", "m_{w_{5}}^{+}", "m_w5_new", "m_w5⁺"),
    "corrected": ("mhat_w5", "m̂_w5", r"\hat{m}_{w_{5}}", "mhat_w5", "m̂_w5"),
    "intermediate": ("m_w5", "m_w5", "m_{w_{5}}", "m_w5", "m_w5"),
    "change": ("change_w5", "Δw5", r"\Delta w_{5}", "change_w5", "Δw5"),
    "new": ("w5_new", "w5⁺", "w_{5}^{+}", "w5_new", "w5⁺"),
    "eta": ("eta", "η", r"\eta", "alpha", "α"),
    "constant": ("w5", "w5", "w_{5}", "w5", "w5"),
}  # fmt: skip


def test_every_role_is_in_the_table():
    assert WRITTEN.keys() == ROLES.keys()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_written_in_three_ways_and_in_the_letters_of_the_book(role):
    needed = {part: name for part, name in PARTS.items() if f"{{{part}}}" in ROLES[role][0]}
    name, other = BOOK.name(role, **needed), OTHER.name(role, **needed)
    assert (name.key, name.symbol, name.latex, other.key, other.symbol) == WRITTEN[role]


def test_the_repeated_forward_pass_is_marked():
    assert BOOK.name("out", "_new", u="o1").key == "out_o1_new"
    assert BOOK.name("out", "_new", u="o1").symbol == "out_o1⁺"
    assert BOOK.name("out", "_new", u="o1").latex == r"\mathrm{out}_{o1}^{+}"
    assert BOOK.name("E_total", "_end").symbol == "E_total (end)"
    assert BOOK.name("E_total", "_end").latex == r"E_{\mathrm{total}}^{\ast}"


def test_a_quantity_of_one_sample_of_a_batch_says_which():
    name = BOOK.name("gradient", p="w5").of_sample(12)
    assert (name.key, name.unqualified, name.sample) == ("sample12.dE_dw5", "dE_dw5", 12)
    assert name.symbol == "∂E/∂w5⁽¹²⁾"
    assert name.latex == r"{\frac{\partial E}{\partial w_{5}}}^{(12)}"
    whole = BOOK.name("gradient", p="w5")
    assert (whole.unqualified, whole.sample) == (whole.key, 0)


def test_names_are_equal_if_their_keys_are():
    assert BOOK.name("net", u="h1") == Notation().name("net", u="h1")
    assert BOOK.name("net", u="h1") != BOOK.name("net", u="h2")
    assert BOOK.name("net", u="h1") != "net_h1"
    assert len({BOOK.name("net", u="h1"), Notation().name("net", u="h1")}) == 1
    assert BOOK.name("net", u="h1") is BOOK.name("net", u="h1")
    assert repr(BOOK.name("net", u="h1")) == "<net_h1>"


@pytest.mark.parametrize(
    ("name", "symbol", "latex"),
    [
        ("w5", "w5", "w_{5}"), ("theta4", "θ4", r"\theta_{4}"), ("delta", "δ", r"\delta"),
        ("net", "net", r"\mathrm{net}"), ("b_h1", "b_h1", "b_{h1}"), ("x", "x", "x"),
        ("h1_2", "h1_2", "h_{1,2}"), ("ab5", "ab5", r"\mathrm{ab}_{5}"), ("7", "7", "7"),
        ("learn_rate", "learn_rate", r"\mathrm{learn}_{rate}"), ("weight_decay", "λ", r"\lambda"),
    ],
)  # fmt: skip
def test_a_name_begins_with_a_greek_letter_or_with_a_word(name, symbol, latex):
    assert (symbol_of(name), latex_of(name)) == (symbol, latex)
