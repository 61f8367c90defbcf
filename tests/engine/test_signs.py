"""The signs that books differ in: each against a difference quotient, in all four conventions."""

from itertools import product

import pytest

from backprop_cli import load, trace
from backprop_cli.engine import as_delta, by_bias, by_delta, entering, gradcheck
from backprop_cli.formulas import FLOAT, Label, Ref

SIGNS = list(product((False, True), repeat=2))
X, Y = Ref(Label("x")), Ref(Label("y"))


def network(thresholds, descent, *more):
    settings = ["train_biases=true"]
    settings += ['convention.bias="subtracted"'] if thresholds else []
    settings += ['convention.delta="descent"'] if descent else []
    return load("mazur", [*settings, *more])


def at(formula, **known):
    return formula.evaluate(known, FLOAT.operations)


@pytest.mark.parametrize(("thresholds", "descent"), SIGNS)
def test_each_sign_is_that_of_its_convention(thresholds, descent):
    net = network(thresholds, descent)
    assert at(entering(net, X), x=2.0) == (-2 if thresholds else 2)
    assert at(as_delta(net, X), x=2.0) == (-2 if descent else 2)
    assert at(by_delta(net, X), x=2.0) == (-2 if descent else 2)
    assert at(by_bias(net, X), x=2.0) == (-2 if thresholds != descent else 2)


@pytest.mark.parametrize("formula", [X - Y, -X, X * Y, -(X * Y), X + Y, X - Y - X])
def test_a_delta_of_descent_is_the_negative_however_it_is_written(formula):
    net = network(False, True)
    values = {"x": 3.0, "y": 0.5}
    assert at(as_delta(net, formula), **values) == -at(formula, **values)


def test_a_difference_is_turned_so_that_it_is_plain_to_read():
    net = network(False, True)
    assert as_delta(net, X - Y) == Y - X
    assert as_delta(net, -X) == X


@pytest.mark.parametrize(("thresholds", "descent"), SIGNS)
@pytest.mark.parametrize("layout", [[], ["layers.0.bias=-0.2"], ["update=sequential"]])
def test_every_gradient_is_the_slope_of_the_error(thresholds, descent, layout):
    net = network(thresholds, descent, *layout)
    found = {c.line.step.key: c for c in gradcheck.checked_gradients(net)}
    assert {"dE_db1", "dE_db2", "dE_dw1", "dE_dw8"} <= found.keys()
    for key in ("dE_db2", "dE_dw5", "dE_dw8"):  # the output layer, which sequential leaves right
        assert found[key].relative < 1e-12, key
    if not layout or layout[0].startswith("layers"):
        assert all(c.relative < 1e-12 for c in found.values())


@pytest.mark.parametrize(("thresholds", "descent"), SIGNS)
def test_learning_does_not_depend_on_the_sign_of_delta(thresholds, descent):
    plain, other = trace(network(thresholds, False)), trace(network(thresholds, descent))
    for key in ("w1_new", "w8_new", "b1_new", "b2_new", "E_total_new"):
        assert other[key] == plain[key]
    sign = -1 if descent else 1
    assert other["delta_h1"] == sign * plain["delta_h1"]


def test_a_threshold_is_a_bias_of_the_other_sign():
    bias = trace(network(False, False))
    threshold = trace(network(True, False, "layers.0.bias=-0.35", "layers.1.bias=-0.6"))
    assert threshold["net_h1"] == bias["net_h1"]
    assert threshold["b1_new"] == -bias["b1_new"]
    assert threshold["dE_db2"] == -bias["dE_db2"]
