"""Verdicts: right to the tolerance of a type, following from something wrong, or wrong."""

import math

import numpy as np
import pytest
from by_hand import Hand, plain

from backprop_cli import check, network
from backprop_cli.arrays.judging import TOLERANCES, Item, Judge, Tolerance, reach
from backprop_cli.arrays.readings import Reading
from backprop_cli.arrays.working.numpy_algebra import NumpyAlgebra
from backprop_cli.arrays.working.program import Pass, Program
from backprop_cli.arrays.working.values import array_of

HAND = Hand((3, 4, 2), 5, ("tanh", "logistic"))
NET = network(**HAND.arguments)
DEEP = Hand((3, 4, 4, 2), 5, ("tanh", "logistic", "linear"))


def verdicts(arrays, net=NET, **options):
    return {line.name: line.status for line in check(net, arrays, **options).lines}


def wrong(arrays, net=NET, **options):
    return [name for name, status in verdicts(arrays, net, **options).items() if status == "wrong"]


def only(*names, run=HAND.run):
    return {name: array for name, array in run().items() if name in names}


# To how many digits.


@pytest.mark.parametrize("kind", ["float64", "float32", "float16"])
@pytest.mark.parametrize("hand", [HAND, DEEP], ids=["two layers", "three layers"])
def test_a_right_program_in_any_type_is_right_without_an_option(kind, hand):
    net = network(**hand.arguments)
    given = hand.given
    hand.given = {name: array.astype(kind) for name, array in given.items()}
    try:
        arrays = {name: array.astype(kind) for name, array in hand.run().items()}
    finally:
        hand.given = given
    assert {line.status for line in check(net, arrays).lines} == {"correct"}


@pytest.mark.parametrize(("kind", "off"), [("float64", 2e-9), ("float32", 2e-5), ("float16", 0.05)])
def test_what_is_off_by_more_than_its_type_allows_is_wrong(kind, off):
    arrays = only("X", "W1", "b1", "net_1", "out_1")
    arrays = {name: array.astype(kind) for name, array in arrays.items()}
    assert wrong(arrays) == []
    arrays["out_1"] = (arrays["out_1"] * (1 + 2 * off)).astype(kind)
    assert wrong(arrays) == ["out_1"]


def test_the_tolerance_is_that_of_the_coarsest_type():
    arrays = only("X", "W1", "net_1", "out_1")
    arrays["out_1"] = arrays["out_1"] * (1 + 1e-6)
    assert wrong(arrays) == ["out_1"]
    arrays["X"] = arrays["X"].astype("float32")
    assert wrong(arrays) == []


def test_tolerances_grow_with_coarseness():
    found = [TOLERANCES[kind] for kind in ("integer", "float64", "float32", "float16", "bfloat16")]
    assert found == sorted(found)
    assert TOLERANCES["float64"] == TOLERANCES["integer"] == 1e-9
    assert (TOLERANCES["float32"], TOLERANCES["float16"]) == (1e-5, 1e-2)


def test_tolerances_that_are_given_are_taken():
    arrays = only("out_1")
    arrays["out_1"] = arrays["out_1"] + 1e-4
    assert wrong(arrays) == ["out_1"]
    assert wrong(arrays, atol=2e-4) == []
    assert wrong(arrays, rtol=1e-3) == []
    assert wrong(arrays, rtol=1e-4) == []
    assert wrong(arrays, rtol=1e-4, atol=0) == ["out_1"]
    assert wrong(only("out_1"), rtol=0, atol=0) in ([], ["out_1"])


def judge_of(hand=HAND, tolerance=Tolerance(1e-9), items=()):  # noqa: B008 - it is frozen
    samples = tuple(range(1, hand.samples + 1))
    return Judge(Program(network(**hand.arguments), samples, NumpyAlgebra()), items, tolerance)


def test_near_is_relative_to_the_largest_entry_of_a_layer():
    judge = judge_of()
    right = np.array([[1000.0, 0.0]])
    known = {"W1": right}
    assert judge.near(np.array([[1000.0, 0.9e-6]]), right, "W1", known)
    assert not judge.near(np.array([[1000.0, 1.1e-6]]), right, "W1", known)
    assert not judge.near(np.array([[1000.0], [0.0]]), right, "W1", known)


def test_where_terms_cancel_the_terms_say_how_near():
    x = np.array([[1e6], [1.0]])
    weights = [np.array([[1.0, -1e6], [0.5, 0.5]]), np.ones((1, 2))]
    net = network(weights, [[0.25, 0.5], [0.0]], inputs=x.T, targets=[[1.0]], activations="linear")
    item = Item("Z", array_of([[0.25], [500001.0]], "Z"), ("net_1",))
    judge = Judge(Program(net, (1,), NumpyAlgebra()), [item], Tolerance(1e-9))
    step = judge.program.steps["net_1"]
    assert reach(step.formula, judge.truth, judge.program) == pytest.approx(2e6)
    assert judge.near(np.array([[0.2515], [500001.0]]), judge.truth["net_1"], "net_1", judge.truth)
    assert not judge.near(
        np.array([[0.2545], [500001]]), judge.truth["net_1"], "net_1", judge.truth
    )


def test_reach_is_the_largest_of_terms_and_products():
    judge = judge_of()
    program, right = judge.program, HAND.run()

    def found(key):
        return reach(program.steps[key].formula, judge.truth, program)

    product = np.abs(right["W1"]) @ np.abs(right["X"])
    assert found("net_1") == pytest.approx(max(product.max(), np.abs(right["b1"]).max()))
    assert found("err") == pytest.approx(max(right["T"].max(), right["out_2"].max()))
    assert found("E_total") == pytest.approx(right["E_out"].max())
    assert found("W1_new") == pytest.approx(
        max(np.abs(right["W1"]).max(), 0.7 * np.abs(right["dE_dW1"]).max())
    )
    assert found("dE_db1") == pytest.approx(np.abs(right["delta_1"]).max() / 5)
    product = np.abs(right["delta_1"]) @ np.abs(right["X"]).T
    assert found("dE_dW1") == pytest.approx(product.max() / 5)
    assert found("change_W1") == pytest.approx(0.7 * np.abs(right["dE_dW1"]).max())
    assert found("delta_2") == pytest.approx(np.abs(right["delta_2"]).max())


# What follows.


def test_what_follows_from_a_wrong_array_is_told_apart():
    arrays = HAND.run(out_1=lambda v: np.tanh(v["net_1"]) + 0.01)
    found = verdicts(arrays)
    assert [name for name, status in found.items() if status == "wrong"] == ["out_1"]
    assert {found[name] for name in ("X", "W1", "net_1")} == {"correct"}
    assert {found[name] for name in ("net_2", "delta_2", "dE_dW2", "W2_new")} == {"follow-through"}
    twice = HAND.run(
        out_1=lambda v: np.tanh(v["net_1"]) + 0.01, dE_dW2=lambda v: v["delta_2"] @ v["out_1"].T
    )
    assert wrong(twice) == ["out_1", "dE_dW2"]


def test_what_is_right_in_spite_of_something_wrong_is_correct():
    arrays = only("net_1", "out_1", "net_2")
    arrays["out_1"] = arrays["out_1"] + 0.01
    found = verdicts(arrays)
    assert (found["out_1"], found["net_2"]) == ("wrong", "correct")


def test_a_wrong_given_is_wrong_and_what_is_made_of_it_follows():
    other = Hand((3, 4, 2), 5, ("tanh", "logistic"))
    other.given = {**HAND.given, "W1": HAND.given["W1"] + 0.1}
    found = verdicts({name: array for name, array in other.run().items()
                      if not name.endswith("_new")})  # fmt: skip
    assert [name for name, status in found.items() if status == "wrong"] == ["W1"]
    assert found["net_1"] == found["dE_dW1"] == "follow-through"
    assert found["X"] == "correct"
    assert "W1 is not that of the network" in str(check(NET, {**other.run()}))


def test_a_step_that_cannot_tell_says_nothing_of_a_given():
    hand = Hand((3, 4, 2), 5, ("relu", "linear"))
    run = hand.run(W1_new=lambda v: v["W1"] + 1e-3 * v["dE_dW1"])
    arrays = {"Z2": run["net_2"], "W1": run["W1_new"], "dZ1": run["delta_1"]}
    lines = {line.name: line for line in check(network(**hand.arguments), arrays, "ng").lines}
    assert (lines["dZ1"].status, lines["W1"].key) == ("correct", "W1_new")
    assert lines["W1"].finding.mistake == "eta-misread"


def test_updated_parameters_under_the_old_name_are_the_new_ones():
    right = HAND.run()
    arrays = {"Z1": right["net_1"], "W1": right["W1_new"], "b1": right["b1_new"],
              "W2": right["W2_new"], "dW1": right["dE_dW1"]}  # fmt: skip
    lines = {line.name: line for line in check(NET, arrays, names="ng").lines}
    assert (lines["W1"].key, lines["b1"].key) == ("W1_new", "b1_new")
    assert {line.status for line in lines.values()} == {"correct"}
    before = {**arrays, "W1": right["W1"], "W2": right["W2"], "b1": right["b1"]}
    lines = {line.name: line for line in check(NET, before, names="ng").lines}
    assert (lines["W1"].key, lines["W1"].status) == ("W1", "correct")
    forgotten = {**arrays, "b1": right["b1"]}
    lines = {line.name: line for line in check(NET, forgotten, names="ng").lines}
    assert (lines["b1"].key, lines["b1"].status) == ("b1_new", "wrong")


def test_a_name_that_passes_through_the_layers_is_the_last_one():
    right = DEEP.run()
    arrays = {"zs": [right[f"net_{n}"] for n in (1, 2, 3)], "delta": right["delta_1"]}
    lines = {line.name: line for line in check(network(**DEEP.arguments), arrays).lines}
    assert (lines["delta"].key, lines["delta"].status) == ("delta_1", "correct")
    arrays["delta"] = right["delta_1"] * 2
    found = check(network(**DEEP.arguments), arrays)
    assert found.first_wrong == "delta"


def test_most_of_a_family_say_what_the_rest_is():
    right = DEEP.run()
    net = network(**DEEP.arguments)
    for shown, key in (("change", "change_W2"), ("gradient", "dE_dW2")):
        scale = -0.7 if shown == "change" else 1
        arrays = {f"dw{n}": scale * right[f"dE_dW{n}"] for n in (1, 2, 3)}
        arrays["dw2"] = arrays["dw2"] / scale * (1 if shown == "change" else -0.7)
        arrays |= {f"w{n}": right[f"W{n}"] for n in (1, 2, 3)}
        lines = {line.name: line for line in check(net, arrays, names="ng").lines}
        if lines["dw1"].key.startswith("change") or shown == "gradient":
            assert lines["dw2"].key == key


# What is no number.


@pytest.mark.parametrize("kept", [dict, plain], ids=["numpy", "lists"])
@pytest.mark.parametrize(("bad", "word"), [(math.nan, "NaN"), (math.inf, "infinite")])
def test_nan_is_told_where_it_first_appears(kept, bad, word):
    def broken(values):
        found = values["W2"] @ values["out_1"] + values["b2"]
        found[0, 0] = bad
        return found

    report = check(NET, kept(HAND.run(net_2=broken)))
    assert report.first_wrong == "net_2"
    assert [line.name for line in report.lines if line.status == "wrong"] == ["net_2"]
    assert f"net_2 is {word} from here on." in str(report)
    found = {line.name: line for line in report.lines}
    assert found["net_2"].finding.mistake == "not-a-number"
    assert found["out_1"].status == found["net_1"].status == "correct"
    assert found["dE_dW2"].status == "follow-through"


def test_nan_in_an_input_is_the_input():
    bad = HAND.given["X"].copy()
    bad[1, 2] = math.nan
    given, HAND.given = HAND.given, {**HAND.given, "X": bad}
    try:
        report = check(NET, HAND.run())
    finally:
        HAND.given = given
    assert report.first_wrong == "X"
    assert {line.status for line in report.lines if line.name not in ("X",)} == {
        "correct", "follow-through"
    }  # fmt: skip


def test_a_second_mistake_after_nan_is_not_told():
    def broken(values):
        return np.full((2, 5), math.nan)

    arrays = HAND.run(net_2=broken, dE_dW1=lambda v: v["X"][:, :1] @ np.ones((1, 4)))
    assert wrong({**arrays, "dE_dW1": np.ones((4, 3))}) == ["net_2"]


def test_what_follows_from_another_shape_is_not_told_by_itself():
    arrays = HAND.run(E_total=lambda v: v["E_out"].sum(axis=1))
    found = verdicts(arrays)
    assert (found["E_total"], found["E_mean"]) == ("wrong", "follow-through")


def test_a_judge_takes_an_array_by_its_reading():
    judge = judge_of(items=())
    array = array_of(HAND.run()["delta_1"].T / -5, "d")
    value, fits = judge.taken(
        Item("d", array, ("delta_1",)), "delta_1", Reading(True, descent=True, mean_at="delta")
    )
    assert fits
    assert np.allclose(value, HAND.run()["delta_1"])
    value, fits = judge.taken(Item("d", array, ("delta_2",)), "delta_2", Reading())
    assert not fits
    assert value.shape == (5, 4)


def test_sources_are_the_nearest_that_are_known():
    judge = judge_of()
    assert judge.sources("delta_1", {"delta_2": 1, "W2": 1, "net_1": 1}) >= {"delta_2", "W2"}
    assert "W1" in judge.sources("net_2", {})
    assert "W1" not in judge.sources("net_2", {"out_1": 1})
    assert isinstance(judge.truth, Pass)
