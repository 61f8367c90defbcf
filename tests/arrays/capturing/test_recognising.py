"""Activations and errors are known by their numbers, here by NumPy's, and no other function is."""

import numpy as np
import pytest

from backprop_cli.arrays.capturing.recognising import Function, Loss, activation_of, loss_of, losses
from tests.support.oracle import ACTIVATIONS as ORACLE

NETS = [[-2.0, 0.5, 1.5], [0.3, -0.7, 0.1]]


def made(function, nets=NETS):
    return [list(map(float, row)) for row in function(np.array(nets))]


FUNCTIONS = {
    "logistic": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(0, x),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "linear": lambda x: x,
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(axis=1, keepdims=True),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_activation_is_known_by_what_it_makes(name):
    assert activation_of(NETS, made(FUNCTIONS[name]), 1e-9) == Function(name)


@pytest.mark.parametrize("alpha", [0.01, 0.2, 0.123456789])
def test_a_parameter_is_found(alpha):
    leaky = made(lambda x: np.where(x > 0, x, alpha * x))
    assert activation_of(NETS, leaky, 1e-9) == Function("leaky-relu", pytest.approx(alpha))
    elu = made(lambda x: np.where(x > 0, x, alpha * (np.exp(x) - 1)))
    assert activation_of(NETS, elu, 1e-9) == Function("elu", pytest.approx(alpha))


@pytest.mark.parametrize("off", [0.9, 1.1])
def test_numbers_are_near_enough_to_a_part_of_the_largest(off):
    outs = made(np.tanh)
    outs[0][1] += off * 1e-5 * 0.964027580
    found = activation_of(NETS, outs, 1e-5, [Function("tanh")])
    assert (found == Function("tanh")) is (off < 1)


def test_nothing_else_is_taken_for_an_activation():
    for other in (np.sin, lambda x: x**3, lambda x: np.tanh(x) + 0.01 * x, lambda x: x[:, :2]):
        assert activation_of(NETS, made(other), 1e-5) is None
    assert activation_of(NETS, made(np.tanh), 1e-9, [Function("relu")]) is None


def test_what_numbers_leave_open_a_name_settles():
    positive = [[0.5, 1.0]]
    assert activation_of(positive, positive, 1e-9) == Function("linear")
    assert activation_of(positive, positive, 1e-9, hint="MyReLU") == Function("relu")
    assert activation_of(positive, positive, 1e-9, hint="my_leaky_relu").name == "leaky-relu"


T, Y = [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]], [[0.7, 0.2], [0.4, 0.9], [0.6, 0.1]]
D, LOGITS = np.array(Y) - np.array(T), np.array([[0.3, -1.0], [2.0, 0.5], [0.1, 0.2]])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((D**2).sum() / 2, ("half-squared", "", "sum", 1)),
        ((D**2).sum() / 6, ("half-squared", "", "mean", 1)),
        ((D**2).sum(), ("squared", "", "sum", 1)),
        ((D**2).sum() / 12, ("half-squared", "", "mean", 2)),
        (-(np.array(T) * np.log(Y)).sum() / 3, ("cross-entropy", "", "mean", 1)),
    ],
)
def test_a_loss_is_known_by_its_value(value, expected):
    error, of, reduction, divisor = expected
    found = loss_of(float(value), T, Y, 1e-9, losses(2))
    assert found == Loss(error, {}, of, reduction, divisor)


def test_a_loss_of_net_inputs_takes_the_activation_itself():
    out = 1 / (1 + np.exp(-LOGITS))
    terms = np.array(T) * np.log(out) + (1 - np.array(T)) * np.log(1 - out)
    found = loss_of(float(-terms.mean()), T, LOGITS.tolist(), 1e-9, losses(2))
    assert found == Loss("binary-cross-entropy", {}, "logistic", "mean", 2)
    assert loss_of(0.1234, T, Y, 1e-9, losses(2)) is None
    assert loss_of(float("nan"), T, Y, 1e-9, losses(2)) is None


def test_every_activation_of_the_oracle_is_recognised():
    nets = np.array(NETS)
    for name, function in ORACLE.items():
        try:
            outs = np.array(function(nets)).tolist()
        except TypeError:
            continue  # one with a parameter, which the tests above have
        if name != "softmax":
            assert activation_of(NETS, outs, 1e-9, hint=name).name == name
