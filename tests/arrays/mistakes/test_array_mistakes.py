"""Every mistake with arrays is made in a program of plain NumPy, found, and named alone."""

import numpy as np
import pytest
from by_hand import Hand, logistic, plain, softmax
from planted import PROGRAMS

from backprop_cli import check, network
from backprop_cli.arrays.mistakes import ARRAY_MISTAKES

pytestmark = pytest.mark.thorough

TANH = Hand((3, 4, 2), 5, ("tanh", "logistic"))
RELU = Hand((3, 4, 2), 5, ("relu", "linear"), seed=4)
SHARED = Hand((3, 4, 2), 5, ("tanh", "logistic"), shared=True)
SOFTMAX = Hand((4, 5, 3), 7, ("tanh", "softmax"), "cross-entropy")
SQUARE = Hand((4, 4, 4, 2), 7, ("logistic", "tanh", "logistic"))
SUM = Hand((3, 4, 2), 5, ("tanh", "logistic"), reduction="sum")
SIX = Hand((3, 4, 2), 6, ("tanh", "logistic"))
FOUR = Hand((4, 4, 4), 4, ("tanh", "logistic"))
OUTPUT = Hand((3, 4, 1), 5, ("tanh", "logistic"))


def E(v):  # noqa: N802 - as it is written
    return (v["T"] - v["out_2"]) ** 2 / 2


# Id, the program, and the wrong line; the first wrong array is the one that it makes.
MADE = [
    ("summed-over-wrong-axis", TANH, {"dE_db1": lambda v: v["delta_1"].sum(axis=0) / 5}),
    ("summed-over-wrong-axis", TANH, {"dE_db2": lambda v: v["delta_2"].sum(axis=0)}),
    ("summed-over-wrong-axis", TANH, {"E_total": lambda v: E(v).sum(axis=1)}),
    ("not-summed", TANH, {"dE_db1": lambda v: v["delta_1"] / 5}),
    ("not-summed", TANH, {"dE_db1": lambda v: v["delta_1"]}),
    ("not-summed", SHARED, {"dE_db1": lambda v: v["delta_1"].sum(axis=1, keepdims=True) / 5}),
    ("summed-over-everything", TANH, {"dE_db1": lambda v: v["delta_1"].sum() / 5}),
    ("summed-over-everything", TANH, {"dE_db1": lambda v: v["delta_1"].sum()}),
    ("summed-over-everything", TANH, {"dE_db1": lambda v: v["delta_1"].mean()}),
    ("shared-bias-one-unit", SHARED, {"dE_db1": lambda v: v["delta_1"][2].sum() / 5}),
    ("shared-bias-one-unit", SHARED, {"dE_db2": lambda v: v["delta_2"][0].sum() / 5}),
    ("single-path", TANH, {"dE_dout_1": lambda v: v["W2"][[1]].T @ v["delta_2"][[1]]}),
    ("paths-averaged", TANH, {"dE_dout_1": lambda v: v["W2"].T @ v["delta_2"] / 2}),
    ("single-sample", TANH, {"dE_dW1": lambda v: v["delta_1"][:, [0]] @ v["X"][:, [0]].T}),
    ("single-sample", TANH, {"dE_dW1": lambda v: v["delta_1"][:, [4]] @ v["X"][:, [4]].T / 5}),
    ("single-sample", TANH, {"dE_db2": lambda v: v["delta_2"][:, [4]]}),
    ("single-sample", SHARED, {"dE_db2": lambda v: v["delta_2"][:, 0].sum() / 5}),
    ("batch-sum-for-mean", TANH, {"dE_dW1": lambda v: v["delta_1"] @ v["X"].T}),
    ("batch-sum-for-mean", TANH, {"dE_db2": lambda v: v["delta_2"].sum(axis=1, keepdims=True)}),
    ("batch-sum-for-mean", TANH, {"W1_new": lambda v: v["W1"] - 0.7 * 5 * v["dE_dW1"]}),
    ("batch-sum-for-mean", TANH, {"E_mean": lambda v: v["E_total"].sum()}),
    ("mean-twice", TANH, {"dE_dW1": lambda v: v["delta_1"] @ v["X"].T / 25}),
    ("mean-twice", TANH, {"W2_new": lambda v: v["W2"] - 0.7 / 5 * v["dE_dW2"]}),
    ("batch-mean-for-sum", SUM, {"dE_dW1": lambda v: v["delta_1"] @ v["X"].T / 5}),
    ("divided-by-two", TANH, {"dE_dW1": lambda v: v["delta_1"] @ v["X"].T / 2}),
    ("divided-by-two", TANH, {"W2_new": lambda v: v["W2"] - 0.7 * 5 / 2 * v["dE_dW2"]}),
    ("features-for-samples", TANH, {"dE_dW2": lambda v: v["delta_2"] @ v["out_1"].T / 4}),
    ("features-for-samples", TANH, {"dE_db2": lambda v: v["delta_2"].sum(axis=1)[:, None] / 3}),
    ("features-for-samples", SIX, {"E_mean": lambda v: v["E_total"].sum() / 3}),
    ("averaged-error", TANH, {"E_mean": lambda v: E(v).mean()}),
    ("averaged-error", SOFTMAX, {"delta_2": lambda v: (v["out_2"] - v["T"]) / 3}),
    ("averaged-error", TANH, {"dE_dout_2": lambda v: (v["out_2"] - v["T"]) / 2}),
    ("extra-slope", TANH, {"dE_dW1": lambda v: v["delta_1"] * v["dout_dnet_1"] @ v["X"].T / 5}),
    ("sign-slip", TANH, {"dE_dW1": lambda v: -v["delta_1"] @ v["X"].T / 5}),
    ("missing-error-term", TANH, {"delta_1": lambda v: v["dout_dnet_1"]}),
    ("mask-inverted", RELU, {"dout_dnet_1": lambda v: np.where(v["net_1"] > 0, 0.0, 1)}),
    ("product-exchanged", FOUR, {"net_2": lambda v: v["W2"] * v["out_1"] + v["b2"]}),
    ("error-sign", TANH, {"E_mean": lambda v: -v["E_total"].mean()}),
    ("softmax-twice", SOFTMAX, {"out_2": lambda v: softmax(softmax(v["net_2"]))}),
    ("backward-sign", TANH, {"dE_dout_2": lambda v: v["T"] - v["out_2"]}),
    ("backward-sign", SOFTMAX, {"delta_2": lambda v: v["T"] - v["out_2"]}),
    ("transposed", SQUARE, {"net_2": lambda v: v["W2"].T @ v["out_1"] + v["b2"]}),
    ("transposed", SQUARE, {"dE_dout_1": lambda v: v["W2"] @ v["delta_2"]}),
    ("transposed", SQUARE, {"dE_dW2": lambda v: v["out_1"] @ v["delta_2"].T / 7}),
    ("transposed", TANH, {"dE_dW1": lambda v: v["X"] @ v["delta_1"].T / 5}),
    ("broadcast", OUTPUT, {"dE_dout_2": lambda v: v["out_2"].T - v["T"]}),
    ("broadcast", OUTPUT, {"E_out": lambda v: (v["T"] - v["out_2"].T) ** 2 / 2}),
    ("broadcast", TANH, {"b1_new": lambda v: v["b1"] - 0.7 * v["dE_db1"].T}),
    ("softmax-over-wrong-axis", SOFTMAX, {"out_2": lambda v: softmax(v["net_2"].T).T}),
    ("softmax-over-wrong-axis", SOFTMAX,
     {"out_2": lambda v: np.exp(v["net_2"]) / np.exp(v["net_2"]).sum()}),
    ("softmax-over-wrong-axis", SOFTMAX, {"out_2": lambda v: (
        np.exp(v["net_2"] - v["net_2"].max(axis=0))
        / np.exp(v["net_2"] - v["net_2"].max(axis=0)).sum(axis=1, keepdims=True))}),
    ("softmax-over-wrong-axis", SOFTMAX, {"out_2": lambda v: (
        np.exp(v["net_2"] - v["net_2"].max(axis=1, keepdims=True))
        / np.exp(v["net_2"] - v["net_2"].max(axis=1, keepdims=True)).sum())}),
    ("softmax-not-normalised", SOFTMAX, {"out_2": lambda v: np.exp(v["net_2"])}),
    ("softmax-not-normalised", SOFTMAX,
     {"out_2": lambda v: np.exp(v["net_2"] - v["net_2"].max(axis=0))}),
    ("softmax-diagonal", SOFTMAX,
     {"delta_2": lambda v: -v["T"] / v["out_2"] * v["out_2"] * (1 - v["out_2"])}),
    ("slope-of-another-layer", SQUARE, {"dout_dnet_2": lambda v: 1 - v["out_1"] ** 2}),
    ("slope-of-another-layer", SQUARE, {"dout_dnet_1": lambda v: v["X"] * (1 - v["X"])}),
    ("slope-at-error-term", TANH, {"dout_dnet_1": lambda v: 1 - v["dE_dout_1"] ** 2}),
    ("slope-at-error-term", RELU, {"dout_dnet_1": lambda v: np.where(v["dE_dout_1"] > 0, 1.0, 0)}),
    ("wrong-weight", SQUARE, {"net_2": lambda v: v["W1"] @ v["out_1"] + v["b2"]}),
    ("wrong-weight", SQUARE, {"dE_dout_1": lambda v: v["W1"].T @ v["delta_2"]}),
    ("wrong-bias", SQUARE, {"net_2": lambda v: v["W2"] @ v["out_1"] + v["b1"]}),
    ("wrong-delta", SQUARE, {"dE_dW1": lambda v: v["delta_2"] @ v["X"].T / 7}),
    ("gradient-of-another", SQUARE, {"W1_new": lambda v: v["W1"] - 0.7 * v["dE_dW2"]}),
    ("wrong-input", SQUARE, {"net_2": lambda v: v["W2"] @ v["X"] + v["b2"]}),
    ("wrong-input", SQUARE, {"dE_dW3": lambda v: v["delta_3"] @ v["out_1"].T / 7}),
    ("error-term-for-delta", TANH, {"dE_dW2": lambda v: v["dE_dout_2"] @ v["out_1"].T / 5}),
    ("wrong-activation", TANH, {"out_1": lambda v: logistic(v["net_1"])}),
    ("wrong-activation", RELU, {"out_1": lambda v: np.tanh(v["net_1"])}),
    ("activation-for-slope", TANH, {"dout_dnet_1": lambda v: v["out_1"]}),
    ("activation-for-slope", TANH, {"dout_dnet_1": lambda v: np.tanh(v["out_1"])}),
    ("wrong-slope", RELU, {"dout_dnet_1": lambda v: 1 - np.tanh(v["net_1"]) ** 2}),
    ("wrong-slope", RELU, {"dout_dnet_1": lambda v: 1 - v["out_1"] ** 2}),
    ("error-for-error-term", TANH, {"dE_dout_2": E}),
    ("error-for-error-term", TANH, {"dE_dout_2": lambda v: -2 * E(v)}),
    ("exp-sign", TANH, {"out_2": lambda v: 1 / (1 + np.exp(v["net_2"]))}),
    ("term-sign", TANH, {"dE_dout_2": lambda v: v["T"] + v["out_2"]}),
    ("term-forgotten", TANH, {"dE_dout_2": lambda v: v["out_2"]}),
]  # fmt: skip


def ids(cases):
    return [f"{number}-{name}" for number, (name, *_) in enumerate(cases)]


@pytest.mark.parametrize("kept", [dict, plain], ids=["numpy", "lists"])
@pytest.mark.parametrize(("name", "hand", "wrong"), MADE, ids=ids(MADE))
def test_a_mistake_is_found_and_named_alone(name, hand, wrong, kept):
    arrays = hand.run(**wrong)
    (place,) = wrong
    if kept is plain and arrays[place].ndim == 0:
        pytest.skip("a number of Python's own is none of a layer's arrays")
    report = check(network(**hand.arguments), kept(arrays))
    told = {line.name: line.finding.mistake for line in report.lines if line.finding is not None}
    assert report.first_wrong == place
    assert told == {place: name}


def test_a_mean_over_a_square_is_a_broadcast():
    wrong = OUTPUT.run(E_mean=lambda v: ((v["T"] - v["out_2"].T) ** 2 / 2).mean())
    report = check(
        network(**OUTPUT.arguments), {"out_2": wrong["out_2"], "E_mean": wrong["E_mean"]}
    )
    assert [line.finding and line.finding.mistake for line in report.lines] == [None, "broadcast"]


def test_gradients_that_are_all_twice_what_they_are_were_added_up():
    arrays = TANH.run()
    twice = {name: 2 * arrays[name] for name in ("dE_dW2", "dE_db2", "dE_dW1", "dE_db1")}
    report = check(network(**TANH.arguments), {**arrays, **twice})
    assert {line.finding.mistake for line in report.lines if line.finding is not None} == {
        "gradients-added-up"
    }


def test_every_mistake_is_made():
    made = {name for name, *_ in MADE} | {"gradients-added-up"}
    assert {row.id for row in ARRAY_MISTAKES} == made


MADE_HERE_ALONE = {"error-sign", "softmax-twice", "product-exchanged", "missing-error-term"}
"""What no program of `tests/programs` has among its bugs yet."""


def test_every_mistake_is_planted_in_a_program():
    planted = {name for program in PROGRAMS.values() for bug in program.bugs for name in bug.ids}
    assert {row.id for row in ARRAY_MISTAKES} - planted <= MADE_HERE_ALONE


@pytest.mark.parametrize("row", ARRAY_MISTAKES, ids=lambda row: row.edit.__name__)
def test_a_mistake_says_what_was_done_and_why_it_is_wrong(row):
    assert row.done.endswith(".")
    assert row.why.endswith(".")
    assert "\n" not in row.done + row.why


@pytest.mark.parametrize("hand", [TANH, SHARED, SOFTMAX, SQUARE, SUM, OUTPUT],
                         ids=["tanh", "shared", "softmax", "square", "sum", "output"])  # fmt: skip
def test_a_right_program_is_right(hand):
    for kept in (dict, plain):
        assert check(network(**hand.arguments), kept(hand.run())).ok
