"""From a wrong array to the mistake that makes it; what else is known of it; and when it is not."""

import numpy as np
import pytest
from by_hand import Hand, logistic, plain

from backprop_cli import check, network
from backprop_cli.arrays import finding, mistakes
from backprop_cli.arrays.checking import checked

HAND = Hand((3, 4, 2), 5, ("tanh", "logistic"))
DEEP = Hand((3, 4, 4, 2), 5, ("tanh", "tanh", "logistic"))
SOFTMAX = Hand((4, 5, 3), 7, ("tanh", "softmax"), "cross-entropy")
ONE = Hand((3, 4, 2), 1, ("tanh", "logistic"))
NET = network(**HAND.arguments)


def findings(arrays, hand=HAND, keep=None, **options):
    shown = {name: array for name, array in arrays.items() if keep is None or name in keep}
    return checked(network(**hand.arguments), shown, **options).findings


def ids(*args, **options):
    return {name: found.mistake for name, found in findings(*args, **options).items()}


# Mistakes of the catalogue, made in a whole layer.

LIFTED = [
    ("missing-bias", {"net_1": lambda v: v["W1"] @ v["X"]}),
    ("bias-subtracted", {"net_2": lambda v: v["W2"] @ v["out_1"] - v["b2"]}),
    ("missing-activation", {"out_2": lambda v: v["net_2"]}),
    ("net-for-out-above", {"net_2": lambda v: v["W2"] @ v["net_1"] + v["b2"]}),
    ("missing-half", {"E_out": lambda v: (v["T"] - v["out_2"]) ** 2}),
    ("error-not-squared", {"E_out": lambda v: np.abs(v["T"] - v["out_2"]) / 2}),
    ("slope-not-squared", {"dout_dnet_1": lambda v: 1 - v["out_1"]}),
    ("slope-plus", {"dout_dnet_1": lambda v: 1 + v["out_1"] ** 2}),
    ("slope-of-net", {"dout_dnet_1": lambda v: 1 - v["net_1"] ** 2}),
    ("slope-of-output", {"dout_dnet_1": lambda v: 1 - np.tanh(v["out_1"]) ** 2}),
    ("logistic-slope", {"dout_dnet_1": lambda v: v["out_1"] * (1 - v["out_1"])}),
    ("target-in-slope", {"dout_dnet_2": lambda v: v["T"] * (1 - v["T"])}),
    ("missing-slope-output", {"delta_2": lambda v: v["dE_dout_2"]}),
    ("missing-slope-hidden", {"delta_1": lambda v: v["dE_dout_1"]}),
    ("updated-weights", {"dE_dout_1": lambda v: (
        v["W2"] - 0.7 * v["dE_dW2"]).T @ v["delta_2"]}),
    ("missing-weight-in-delta", {"dE_dout_1": lambda v: np.ones((4, 1)) * v["delta_2"].sum(0)}),
    ("delta-sign", {"delta_1": lambda v: -v["dE_dout_1"] * v["dout_dnet_1"]}),
    ("missing-input", {"dE_dW2": lambda v: v["delta_2"].sum(1, keepdims=True) / 5 + np.zeros(4)}),
    ("added-gradient", {"W1_new": lambda v: v["W1"] + 0.7 * v["dE_dW1"]}),
    ("missing-eta", {"W1_new": lambda v: v["W1"] - v["dE_dW1"]}),
    ("missing-old-weight", {"W1_new": lambda v: -0.7 * v["dE_dW1"]}),
    ("eta-twice", {"W2_new": lambda v: v["W2"] - 0.49 * v["dE_dW2"]}),
    ("bias-not-updated", {"b1_new": lambda v: v["b1"]}),
    ("old-weights", {"net_1_new": lambda v: v["W1"] @ v["X"] + v["b1"]}),
]  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("kept", [dict, plain], ids=["numpy", "lists"])
@pytest.mark.parametrize(("name", "wrong"), LIFTED, ids=[name for name, _ in LIFTED])
def test_a_mistake_of_the_catalogue_is_named_alone(name, wrong, kept):
    (place,) = wrong
    assert ids(kept(HAND.run(**wrong))) == {place: name}


def test_a_mistake_in_a_step_that_is_not_there_is_found_where_it_shows():
    arrays = HAND.run(dout_dnet_1=lambda v: 1 - v["out_1"])
    found = findings(arrays, keep=("out_1", "out_2", "dE_dW1", "dE_db1", "W1_new"))
    assert {name: (f.mistake, f.at) for name, f in found.items()} == {
        "dE_dW1": ("slope-not-squared", "dout_dnet_1")
    }
    assert found["dE_dW1"].edits.keys() == {"dout_dnet_1"}


def test_what_the_same_mistake_makes_further_on_follows():
    arrays = HAND.run(dout_dnet_1=lambda v: 1 - v["out_1"])
    report = check(NET, {name: arrays[name] for name in ("dE_dW1", "dE_db1", "W1_new", "b1_new")})
    assert [line.status for line in report.lines] == ["wrong"] + 3 * ["follow-through"]


def test_a_mistake_made_in_every_layer_is_one():
    wrong = {f"dout_dnet_{n}": lambda v, n=n: 1 - v[f"out_{n}"] for n in (1, 2)}
    found = findings(DEEP.run(**wrong), DEEP, keep=("dE_dW1",))
    assert [f.mistake for f in found.values()] == ["slope-not-squared"]
    assert found["dE_dW1"].edits.keys() == {"dout_dnet_1", "dout_dnet_2"}


def test_two_mistakes_are_both_told_and_each_once():
    arrays = HAND.run(
        net_1=lambda v: v["W1"] @ v["X"], dE_dW2=lambda v: v["delta_2"] @ v["out_1"].T
    )
    assert ids(arrays) == {"net_1": "missing-bias", "dE_dW2": "batch-sum-for-mean"}


def test_the_short_form_and_the_chain_are_both_looked_at():
    arrays = SOFTMAX.run(delta_2=lambda v: -(v["out_2"] - v["T"]))
    assert ids(arrays, SOFTMAX) == {"delta_2": "backward-sign"}
    arrays = HAND.run(dE_dout_2=lambda v: v["T"] - v["out_2"])
    assert ids(arrays, keep=("out_2", "delta_2")) == {"delta_2": "backward-sign"}


def test_no_name_is_told_where_nothing_makes_it():
    noise = np.random.default_rng(5).normal(size=(4, 3))
    found = findings({**HAND.run(), "dE_dW1": noise}, keep=("X", "delta_1", "dE_dW1"))
    assert found == {}


def test_one_wrong_entry_is_no_mistake_of_a_layer():
    arrays = HAND.run()
    arrays["delta_1"] = arrays["delta_1"] + 0.01 * (np.arange(20).reshape(4, 5) == 7)
    kept = ("X", "delta_2", "delta_1")
    assert findings(arrays, keep=kept) == {}


# Facts.


def test_a_factor_of_all_entries_is_told():
    found = findings({"dE_dW1": HAND.run()["dE_dW1"] * 3.75})["dE_dW1"]
    assert (found.mistake, found.done) == ("", "Every entry is the right one times 3.75.")
    assert findings({"dE_dW1": HAND.run()["dE_dW1"] + 3.75}) == {}


def test_zeros_are_told():
    found = findings({"dE_dW1": np.zeros((4, 3))})["dE_dW1"]
    assert (found.mistake, found.done) == ("", "Every entry is 0.")


def test_a_factor_of_one_number_alone_tells_nothing():
    lone = Hand((2, 1), 3, ("linear",))
    arrays = lone.run()
    assert findings({**arrays, "E_mean": arrays["E_mean"] * 3.75}, lone) == {}


def test_an_array_overwritten_after_its_use():
    arrays = HAND.run()
    arrays["dE_dout_1"] = arrays["delta_1"]
    found = findings(arrays)["dE_dout_1"]
    assert found.mistake == "overwritten"
    assert found.done == "dE_dout_1 holds δ⁽¹⁾: it was overwritten after it was used."
    assert check(NET, arrays).first_wrong == "dE_dout_1"


def test_net_inputs_that_are_powers_now():
    powers = {
        "e^net⁽²⁾": np.exp,
        "net⁽²⁾ less the largest": lambda net: net - net.max(axis=0),
        "e^net⁽²⁾ less the largest": lambda net: np.exp(net - net.max(axis=0)),
    }
    for name, function in powers.items():
        arrays = SOFTMAX.run()
        arrays["net_2"] = function(arrays["net_2"])
        found = findings(arrays, SOFTMAX)["net_2"]
        assert (found.mistake, f"holds {name}:" in found.done) == ("overwritten", True)


def test_a_quantity_from_before_is_another_quantity_and_not_overwritten():
    wrong = HAND.run(out_2=lambda v: v["T"])
    assert ids(wrong, keep=("net_2", "out_2", "E_out")) == {"out_2": "swapped-quantity"}


def test_weights_under_another_name():
    arrays = DEEP.run()
    arrays["W2_new"] = arrays["W2_new"].T
    assert ids(arrays, DEEP, keep=("W1", "W2", "dE_dW2", "W2_new")) == {"W2_new": "transposed"}


# What is no number.


@pytest.mark.parametrize(
    ("kind", "net", "told"),
    [("float64", 720.0, "e^709.8"), ("float32", 89.0, "e^88.72"), ("float16", 11.5, "e^11.09")],
)
def test_overflow_says_what_was_too_large(kind, net, told):
    weights = [np.array([[net], [1.0]]), np.array([[0.5, 0.5]])]
    arguments = {"weights": weights, "inputs": [[1.0], [0.5]], "targets": [[1.0], [0.0]],
                 "activations": ["logistic", "linear"], "samples": "rows"}  # fmt: skip
    x = np.array([[1.0, 0.5]])
    out = np.array([[np.nan, 0.75], logistic(x)[0]])
    arrays = {"net_1": (weights[0] @ x).astype(kind), "out_1": out.astype(kind)}
    report = check(network(**arguments), arrays, atol=0.5)
    found = report.lines[-1].finding
    assert report.first_wrong == "out_1"
    assert found.mistake == "overflow"
    assert (
        f"A net input is {net:.4g}, and the largest power that {kind} holds is {told}" in found.done
    )
    small = {**arguments, "weights": [weights[0] / 10, weights[1]]}
    found = check(network(**small), {"out_1": out.astype(kind)}, atol=0.5).lines[-1].finding
    assert found.mistake == "not-a-number"


@pytest.mark.parametrize("key", ["E_out", "E_total", "E_mean"])
@pytest.mark.parametrize(("bad", "word"), [(np.nan, "NaN"), (np.inf, "infinite")])
def test_an_error_that_is_no_number_is_a_logarithm(key, bad, word):
    found = findings(SOFTMAX.run(**{key: lambda v: np.full({"E_out": (3, 7), "E_total": 7,
                                                            "E_mean": ()}[key], bad)}),
                     SOFTMAX)  # fmt: skip
    assert found[key].mistake == "log-of-zero"
    assert found[key].done.startswith(f"{key} is {word} from here on.")


def test_a_square_that_is_no_number_is_no_logarithm():
    found = findings(HAND.run(E_out=lambda v: np.full((2, 5), np.inf)))
    assert {name: f.mistake for name, f in found.items()} == {"E_out": "not-a-number"}
    assert "logarithm" not in found["E_out"].done


# Coarse numbers, and many.


def test_few_numbers_of_a_coarse_type_are_named_only_if_nothing_else_makes_them():
    lone = Hand((2, 1), 2, ("linear",))
    arrays = lone.run(dE_db1=lambda v: v["delta_1"].sum(axis=1, keepdims=True))
    assert ids(arrays, lone, keep=("dE_db1",), names="own") == {"dE_db1": "batch-sum-for-mean"}
    coarse = {"dE_db1": arrays["dE_db1"].astype("float16")}
    assert ids(coarse, lone, names="own") == {}  # twice the mean: added up, too


def test_the_mistakes_are_those_of_the_catalogue_of_arrays():
    assert len({row.id for row in mistakes.ARRAY_MISTAKES}) > 25


def test_a_mistake_of_one_sample_alone():
    assert ids(ONE.run(dE_dW1=lambda v: v["X"] @ v["delta_1"].T), ONE) == {"dE_dW1": "transposed"}
    assert ids(ONE.run(b1_new=lambda v: v["b1"] + 0.7 * v["dE_db1"]), ONE) == {
        "b1_new": "added-gradient"
    }


def test_a_search_without_end_is_given_up_and_that_is_told(monkeypatch):
    def cubed(v):
        return v["W3"].T @ v["delta_3"] ** 3

    shown = {"keep": ("dE_dW1", "dE_db1"), "hand": DEEP}
    wrong = DEEP.run(dE_dout_2=cubed)
    assert {found.done for found in findings(wrong, **shown).values()} == set()
    monkeypatch.setattr(finding, "MOST_STEPS", 500)
    monkeypatch.setattr(finding, "FEWEST_STEPS", 100)
    assert {found.done for found in findings(wrong, **shown).values()} == {finding.NOT_ALL_TRIED}
    assert findings(DEEP.run(), **shown) == {}
    near = DEEP.run(dE_dW1=lambda v: v["delta_1"] @ v["X"].T)
    assert ids(near, **shown) == {"dE_dW1": "batch-sum-for-mean"}
