"""Every stated slope is the derivative, and every optimizer does what its source says."""

import math
from decimal import Decimal

import pytest

from backprop_cli.formulas import ACTIVATIONS, ERRORS, OPTIMIZERS, SHORTCUTS
from backprop_cli.formulas.arithmetic import FLOAT, decimal_arithmetic
from backprop_cli.formulas.expr import Num, Ref


class Named:
    def __init__(self, key):
        self.key = self.symbol = self.latex = key


NET, OUT, TARGET = Ref(Named("net")), Ref(Named("out")), Ref(Named("t"))
NETS = [-6.5, -2.25, -0.5, -1e-3, 1e-3, 0.75, 1.5, 5.25]
PRECISE = decimal_arithmetic(60)
ELEMENTWISE = [name for name, row in ACTIVATIONS.items() if row.slope is not None]
STEP = "1e-20"


def exactly(x):
    return PRECISE.operations["number"](Decimal(x))


def difference_quotient(function, at):
    """Central difference in 60 digits."""
    at, h = exactly(str(at)), exactly(STEP)
    return float((function(at + h) - function(at - h)) / (2 * h))


def assert_slope_is_the_derivative(value, slope, nets=NETS):
    for net in nets:
        expected = difference_quotient(
            lambda x: value.evaluate({"net": x}, PRECISE.operations), net
        )
        out = value.evaluate({"net": net}, FLOAT.operations)
        stated = slope.evaluate({"net": net, "out": out}, FLOAT.operations)
        assert stated == pytest.approx(expected, rel=1e-9, abs=1e-15), net


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_stated_slope_is_the_derivative(name):
    row = ACTIVATIONS[name]
    alpha = [] if row.alpha is None else [Num(row.alpha)]
    assert_slope_is_the_derivative(row.value(NET, *alpha), row.slope(NET, OUT, *alpha))


def test_a_wrong_slope_is_caught():
    with pytest.raises(AssertionError):
        assert_slope_is_the_derivative(ACTIVATIONS["tanh"].value(NET), OUT * (1 - OUT))


def test_the_softmax_jacobian_is_the_derivative():
    row = ACTIVATIONS["softmax"]
    nets = {"a": 0.3, "b": -1.2, "c": 2.0}
    refs = {key: Ref(Named(key)) for key in nets}
    outs = {
        key: row.value(refs[key], *refs.values()).evaluate(nets, FLOAT.operations) for key in nets
    }
    assert sum(outs.values()) == pytest.approx(1, rel=1e-15)
    for i in nets:
        for j in nets:
            formula = row.value(refs[i], *refs.values())

            def at(x, j=j, formula=formula):
                known = {key: exactly(str(value)) for key, value in nets.items()} | {j: x}
                return formula.evaluate(known, PRECISE.operations)

            entry = row.jacobian(i == j, refs[i], refs[j]).evaluate(outs, FLOAT.operations)
            assert entry == pytest.approx(difference_quotient(at, nets[j]), rel=1e-12)


@pytest.mark.parametrize("name", ERRORS)
def test_stated_slope_of_the_error_is_its_derivative(name):
    row = ERRORS[name]
    arguments = (3, *(Num(parameter.default / 4) for parameter in row.parameters.values()))
    value, slope = row.value(TARGET, OUT, *arguments), row.slope(TARGET, OUT, *arguments)
    for target, out in [(0.0, 0.125), (0.0, 0.5), (1.0, 0.75), (0.5, 0.125), (1.0, 0.03125)]:
        expected = difference_quotient(
            lambda x, t=target: value.evaluate(
                {"t": exactly(str(t)), "out": x}, PRECISE.operations
            ),
            out,
        )
        stated = slope.evaluate({"t": target, "out": out}, FLOAT.operations)
        assert stated == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("error", "activation"), [pair for pair in SHORTCUTS if pair[1] != "softmax"]
)
def test_a_shortcut_is_the_product_of_the_chain_rule(error, activation):
    row = ACTIVATIONS[activation]
    product = ERRORS[error].slope(TARGET, OUT, 1) * row.slope(NET, OUT)
    short = SHORTCUTS[error, activation].delta(TARGET, OUT)
    for net in NETS:
        out = row.value(NET).evaluate({"net": net}, FLOAT.operations)
        for target in (0.0, 0.25, 1.0):
            known = {"net": net, "out": out, "t": target}
            expected = product.evaluate(known, FLOAT.operations)
            stated = short.evaluate(known, FLOAT.operations)
            assert stated == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_outputs_stay_within_the_stated_bounds(name):
    row = ACTIVATIONS[name]
    alpha = [] if row.alpha is None else [Num(row.alpha)]
    operands = [NET, NET, Num(0)] if row.jacobian is not None else [NET, *alpha]
    for net in [*NETS, -1000.0, 1000.0]:
        out = row.value(*operands).evaluate({"net": net}, FLOAT.operations)
        assert row.low <= out <= row.high
        assert math.isfinite(out)


@pytest.mark.parametrize(
    "row", [*ACTIVATIONS.values(), *ERRORS.values(), *OPTIMIZERS.values(), *SHORTCUTS.values()]
)
def test_every_formula_names_its_source(row):
    assert row.source


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_decimals_agree_with_floats(name):
    row = ACTIVATIONS[name]
    alpha = [] if row.alpha is None else [Num(row.alpha)]
    for net in NETS:
        precise = row.value(NET, *alpha).evaluate({"net": exactly(str(net))}, PRECISE.operations)
        rounded = row.value(NET, *alpha).evaluate({"net": net}, FLOAT.operations)
        assert rounded == pytest.approx(float(precise), rel=1e-13)


KINKS = {
    # activation: (net, value, slope) below, at and above the kink
    "relu": [(-1, 0, 0), (0, 0, 0), (2, 2, 1)],
    "leaky-relu": [(-1, "-0.01", "0.01"), (0, 0, "0.01"), (2, 2, 1)],
    "elu": [(-1, "-0.632120558828557678", "0.367879441171442322"), (0, 0, 1), (2, 2, 1)],
}


@pytest.mark.parametrize(
    ("name", "net", "value", "slope"),
    [(name, *case) for name, cases in KINKS.items() for case in cases],
)
def test_at_a_kink_the_slope_is_that_of_the_lower_side(name, net, value, slope):
    row = ACTIVATIONS[name]
    alpha = [] if row.alpha is None else [Num(row.alpha)]
    known = {"net": float(net)}
    known["out"] = row.value(NET, *alpha).evaluate(known, FLOAT.operations)
    assert known["out"] == pytest.approx(float(value), rel=1e-15)
    assert row.slope(NET, OUT, *alpha).evaluate(known, FLOAT.operations) == pytest.approx(
        float(slope), rel=1e-15
    )


def test_kinked_activations_say_so():
    assert {name for name, row in ACTIVATIONS.items() if row.kink} == {*KINKS}


BOUNDS = {
    "logistic": (0, 1), "softmax": (0, 1), "tanh": (-1, 1), "bipolar-sigmoid": (-1, 1),
    "softplus": (0, math.inf),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_bounds_are_those_of_the_function(name):
    row = ACTIVATIONS[name]
    assert (row.low, row.high) == BOUNDS.get(name, (-math.inf, math.inf))


@pytest.mark.parametrize(
    ("out", "value", "slope"),
    [(0.5, 0.125, 0.5), (1, 0.5, 1), (3, 2.5, 1), (-0.5, 0.125, -0.5), (-3, 2.5, -1)],
)
def test_hubers_error_is_a_square_up_to_delta_and_straight_beyond(out, value, slope):
    known, row = {"t": 0.0, "out": float(out)}, ERRORS["huber"]
    assert row.value(TARGET, OUT, 1, Num(1)).evaluate(known, FLOAT.operations) == value
    assert row.slope(TARGET, OUT, 1, Num(1)).evaluate(known, FLOAT.operations) == slope


def test_the_parameters_of_optimizers_have_the_defaults_of_their_sources():
    found = {
        name: {key: str(p.default) for key, p in row.parameters.items()}
        for name, row in OPTIMIZERS.items()
    }
    adam = {"beta1": "0.9", "beta2": "0.999", "epsilon": "1E-8"}
    assert found == {
        "sgd": {},
        "momentum": {"beta": "0.9"},
        "pytorch-momentum": {"beta": "0.9"},
        "nesterov": {"beta": "0.9"},
        "adagrad": {"epsilon": "1E-8"},
        "rmsprop": {"rho": "0.9", "epsilon": "1E-8"},
        "adam": adam,
        "adamw": adam | {"weight_decay": "0.01"},
        "lion": {"beta1": "0.9", "beta2": "0.99", "weight_decay": "0"},
    }
    assert {*OPTIMIZERS["rmsprop"].all_parameters} == {"rho", "epsilon", "beta"}
    assert {*OPTIMIZERS["pytorch-momentum"].all_parameters} == {"beta", "dampening"}


def test_a_form_takes_the_place_of_a_row_where_its_parameter_is_given():
    row = OPTIMIZERS["pytorch-momentum"]
    assert row.form(["beta"]) is row
    assert row.form(["beta", "dampening"]) is row.forms["dampening"]
