"""Names of whole layers, their shapes, and which quantities of single units stand in them."""

import pytest

from backprop_cli import load
from backprop_cli.engine import (
    PER_SAMPLE,
    Matrices,
    lines,
    matrix_named,
    matrix_steps,
    of_all_samples,
)
from backprop_cli.engine.matrix_view import MatrixLine, matrix_lines
from backprop_cli.formulas import Op, Partial, references

ADAM = load("mazur", ["train_biases=true", 'optimizer="adam"'])

# Of a layer: how it is made, its key, its symbol, its LaTeX, the keys of its single quantities.
NAMED = [
    (lambda q, n: q.net(n), "net_1", "net⁽¹⁾", r"\mathrm{net}^{(1)}", [["net_h1"], ["net_h2"]]),
    (lambda q, n: q.net(n, "_new"), "net_1_new", "net⁽¹⁾⁺", r"\mathrm{net}^{(1)+}",
     [["net_h1_new"], ["net_h2_new"]]),
    (lambda q, n: q.out(n), "out_1", "out⁽¹⁾", r"\mathrm{out}^{(1)}", [["out_h1"], ["out_h2"]]),
    (lambda q, n: q.error(), "E_out", "E_o", "E_{o}", [["E_o1"], ["E_o2"]]),
    (lambda q, n: q.error("_new"), "E_out_new", "E_o⁺", "E_{o}^{+}", [["E_o1_new"], ["E_o2_new"]]),
    (lambda q, n: q.total_error(), "E_total", "E_total", r"E_{\mathrm{total}}", [["E_total"]]),
    (lambda q, n: q.total_error("_new"), "E_total_new", "E_total⁺", r"E_{\mathrm{total}}^{+}",
     [["E_total_new"]]),
    (lambda q, n: q.epoch_error(), "E_epoch", "E_epoch", r"E_{\mathrm{epoch}}", [["E_epoch"]]),
    (lambda q, n: q.mean_error(), "E_mean", "E_mean", r"E_{\mathrm{mean}}", [["E_mean"]]),
    (lambda q, n: q.difference(), "err", "err", r"\mathrm{err}", [["err_o1"], ["err_o2"]]),
    (lambda q, n: q.error_term(n), "dE_dout_1", "∂E/∂out⁽¹⁾",
     r"\frac{\partial E}{\partial \mathrm{out}^{(1)}}", [["dE_dout_h1"], ["dE_dout_h2"]]),
    (lambda q, n: q.slope(n), "dout_dnet_1", "f′(net⁽¹⁾)", r"f'\left(\mathrm{net}^{(1)}\right)",
     [["dout_dnet_h1"], ["dout_dnet_h2"]]),
    (lambda q, n: q.delta(n), "delta_1", "δ⁽¹⁾", r"\delta^{(1)}", [["delta_h1"], ["delta_h2"]]),
    (lambda q, n: q.parameter("W", n), "W1", "W⁽¹⁾", "W^{(1)}", [["w1", "w2"], ["w3", "w4"]]),
    (lambda q, n: q.parameter("b", n), "b1", "b⁽¹⁾", "b^{(1)}", [["b1"]]),
    (lambda q, n: q.new("W", n), "W1_new", "W⁽¹⁾⁺", "W^{(1)+}",
     [["w1_new", "w2_new"], ["w3_new", "w4_new"]]),
    (lambda q, n: q.gradient("W", n), "dE_dW1", "∂E/∂W⁽¹⁾",
     r"\frac{\partial E}{\partial W^{(1)}}", [["dE_dw1", "dE_dw2"], ["dE_dw3", "dE_dw4"]]),
    (lambda q, n: q.gradient("b", n), "dE_db1", "∂E/∂b⁽¹⁾",
     r"\frac{\partial E}{\partial b^{(1)}}", [["dE_db1"]]),
    (lambda q, n: q.change("W", n), "change_W1", "ΔW⁽¹⁾", r"\Delta W^{(1)}",
     [["change_w1", "change_w2"], ["change_w3", "change_w4"]]),
    (lambda q, n: q.state("m", "b", n), "m_b1", "m_b⁽¹⁾", "m_{b^{(1)}}", [["m_b1"]]),
    (lambda q, n: q.optimizer_line("m", "b", n), "m_b1_new", "m_b⁽¹⁾⁺", "m_{b^{(1)}}^{+}",
     [["m_b1_new"]]),
    (lambda q, n: q.optimizer_line("mhat", "b", n), "mhat_b1",
     "m\N{COMBINING CIRCUMFLEX ACCENT}_b⁽¹⁾", r"\hat{m}_{b^{(1)}}", [["mhat_b1"]]),
]  # fmt: skip


@pytest.mark.parametrize(("make", "key", "symbol", "latex", "keys"), NAMED)
def test_a_matrix_has_a_name_and_entries(make, key, symbol, latex, keys):
    q = Matrices(ADAM, 3)
    name = matrix_named(make(q, ADAM.layers[0]))
    assert (name.key, name.symbol, name.latex) == (key, symbol, latex)
    assert [[ref.name.key for ref in row] for row in q.entries(name)] == keys
    columns = 3 if name.kind in PER_SAMPLE else len(keys[0])
    assert q.shape(name) == (len(keys), columns)


def test_one_sample_is_small_and_several_are_a_capital():
    for samples, letters in ((1, ("x", "t")), (2, ("X", "T"))):
        q = Matrices(ADAM, samples)
        names = [matrix_named(ref) for ref in (q.input(), q.target())]
        assert tuple(name.symbol for name in names) == letters
        assert [name.key for name in names] == ["X", "T"]
        assert [q.shape(name) for name in names] == [(2, samples)] * 2
        assert [[ref.name.key for (ref,) in q.entries(name)] for name in names] == [
            ["i1", "i2"], ["t_o1", "t_o2"]
        ]  # fmt: skip


def test_what_is_not_trained_stays_itself():
    untrained = load("mazur")
    q, layer = Matrices(untrained), untrained.layers[0]
    assert q.trained(layer) == ("W",)
    assert matrix_named(q.new("b", layer)).key == "b1"
    assert matrix_named(q.new("W", layer)).key == "W1_new"
    assert Matrices(ADAM).trained(ADAM.layers[0]) == ("W", "b")
    assert "dE_db1" not in {step.key for step in matrix_steps(q)}


def test_what_enters_the_first_layer_are_the_inputs():
    q = Matrices(ADAM)
    first, second = ADAM.layers
    assert matrix_named(q.out_below(first)).key == "X"
    assert matrix_named(q.out_below(first, "_new")).key == "X"
    assert matrix_named(q.out_below(second, "_new")).key == "out_1_new"
    assert matrix_named(q.now("W", first)).key == "W1"
    assert matrix_named(q.now("W", first, "_new")).key == "W1_new"


def test_a_jacobian_has_a_row_and_a_column_for_each_output():
    network = load("softmax")
    q, last = Matrices(network), network.layers[-1]
    name = matrix_named(q.jacobian(last))
    assert q.shape(name) == (len(last.units),) * 2
    assert [ref.name.key for ref in q.entries(name)[0]][:2] == [
        "dout_o1_dnet_o1",
        "dout_o1_dnet_o2",
    ]


def test_letters_of_the_notation_are_those_of_matrices():
    network = load(
        "mazur", ['notation.net="z"', 'notation.out="a"', 'notation.weights="theta{from}{to}"']
    )
    q, layer = Matrices(network), network.layers[0]
    assert matrix_named(q.net(layer)).symbol == "z⁽¹⁾"
    assert matrix_named(q.error_term(layer)).key == "dE_da_1"


# The lines of single units, seen as matrices.


def test_a_matrix_line_stands_where_its_update_does():
    network = load("batch")
    found = list(matrix_lines(network, lines(network, (1, 2))))
    whole = [line for line in found if isinstance(line, MatrixLine)]
    assert {(line.address.epoch, line.address.batch, line.address.sample) for line in whole} == {
        (1, 0, 0), (2, 0, 0)
    }  # fmt: skip
    assert all(line.address.key == line.step.key for line in whole)
    ends = [line.step.key for line in found if not isinstance(line, MatrixLine)]
    assert "L_epoch" in ends
    assert not any(line.step.key.startswith(("L_epoch", "L_mean")) for line in whole)


def test_of_samples_that_are_taken_one_by_one_each_has_its_matrices():
    network = load("batch", ["learning=online"])
    found = [
        line for line in matrix_lines(network, lines(network, (1,))) if isinstance(line, MatrixLine)
    ]
    samples = [line.address.sample for line in found]
    assert sorted(set(samples)) == list(range(1, len(network.samples) + 1))
    assert samples == sorted(samples)
    assert {len(line.value[0]) for line in found if line.step.kind in PER_SAMPLE} == {1}


def test_an_operand_is_gathered_as_a_matrix_and_a_number_stays_one():
    network = load("batch")
    line = next(
        line for line in matrix_lines(network, lines(network, (1,))) if line.step.key == "W1_new"
    )
    assert line.scope["alpha"] == float(network.eta)
    assert line.scope["W1"] == tuple(
        tuple(float(weight.value) for weight in row) for row in network.layers[0].weights
    )
    assert line.scope["W1_new"] is line.value
    inputs = [tuple(map(float, sample.inputs)) for sample in network.samples]
    assert line.scope["X"] == tuple(zip(*inputs, strict=True))


# The matrix steps, in the order of the textbook.

STEPS = """\
net_1 forward 1 net             out_1 forward 1 out
net_2 forward 2 net             out_2 forward 2 out
err error 2 err                 E_out error 2 error
E_total error 0 total_error
dE_dout_2 backward 2 output_error_term
dout_dnet_2 backward 2 slope    delta_2 backward 2 delta
dE_dW2 backward 2 weight_gradient
dE_db2 backward 2 shared_bias_gradient
dE_dout_1 backward 1 hidden_error_term
dout_dnet_1 backward 1 slope    delta_1 backward 1 delta
dE_dW1 backward 1 weight_gradient
dE_db1 backward 1 shared_bias_gradient
change_W1 update 1 change       W1_new update 1 new
change_b1 update 1 change       b1_new update 1 new
change_W2 update 2 change       W2_new update 2 new
change_b2 update 2 change       b2_new update 2 new
net_1_new check 1 net           out_1_new check 1 out
net_2_new check 2 net           out_2_new check 2 out
E_out_new check 2 error         E_total_new check 0 total_error
"""


def test_the_steps_stand_in_the_textbooks_order():
    network = load("mazur", ["train_biases=true"])
    found = [
        word
        for step in matrix_steps(Matrices(network))
        for word in (step.key, step.stage, str(step.name.layer), step.law)
    ]
    assert found == STEPS.split()


def test_a_sequential_update_has_the_new_weights_before_the_hidden_deltas():
    network = load("mazur", ['update="sequential"'])
    steps = {step.key: (at, step) for at, step in enumerate(matrix_steps(Matrices(network)))}
    assert steps["W2_new"][0] < steps["dE_dout_1"][0] < steps["W1_new"][0]
    assert "W2_new" in {ref.name.key for ref in references(steps["dE_dout_1"][1].formula)}


def test_the_errors_of_all_samples_belong_to_no_layer():
    q = Matrices(ADAM, 3)
    for suffix, laws in (("", ["epoch", "mean"]), ("_new", ["epoch_again", "mean_again"])):
        found = list(of_all_samples(q, suffix))
        assert [(step.law, step.layer, step.name.layer) for step in found] == [
            (law, 0, 0) for law in laws
        ]
        assert [step.key for step in found] == [f"E_epoch{suffix}", f"E_mean{suffix}"]
        assert [step.shown for step in found] == [True, False]
    alone = Matrices(ADAM, 1)
    assert next(of_all_samples(alone)).formula == alone.total_error()


def test_matrices_are_multiplied_entry_by_entry_and_numbers_as_numbers():
    steps = {step.key: step.formula for step in matrix_steps(Matrices(ADAM, 3))}

    def operators(formula):
        if isinstance(formula, Partial):
            return operators(formula.of)
        if not isinstance(formula, Op):
            return set()
        return {formula.op}.union(*map(operators, formula.args))

    assert "⊙" in operators(steps["delta_1"]) & operators(steps["dout_dnet_2"])
    assert "*" not in operators(steps["delta_1"]) | operators(steps["dout_dnet_2"])
    assert "⊙" in operators(steps["v_W1_new"])
    assert "⊘" in operators(steps["change_W1"])
    assert "*" in operators(steps["m_W1_new"])
    assert "⊙" not in operators(steps["m_W1_new"])
    assert operators(steps["dE_dW1"]) - {"/"} == {"@", "T"}
