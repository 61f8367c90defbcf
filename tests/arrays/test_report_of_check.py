"""What a check says: in words, as a table, as data, and in a notebook."""

import html
import json

import numpy as np
import pytest
from by_hand import Hand

from backprop_cli import check, network

HAND = Hand((3, 4, 2), 5, ("tanh", "logistic"))
SMALL = Hand((1, 2, 1), 2, ("linear", "linear"))
SMALL.given = {
    "X": np.array([[1.0, 2.0]]), "T": np.array([[0.0, 1.0]]),
    "W1": np.array([[1.0], [0.5]]), "b1": np.array([[0.0], [0.25]]),
    "W2": np.array([[1.0, -1.0]]), "b2": np.array([[0.5]]),
}  # fmt: skip


def report_of(hand, keep=None, **wrong):
    arrays = hand.run(**wrong)
    shown = {name: array for name, array in arrays.items() if keep is None or name in keep}
    return check(network(**hand.arguments), shown)


def test_the_report_of_what_is_right():
    report = report_of(SMALL, ("net_1", "out_1"))
    assert str(report).startswith("All 2 arrays are correct.\n")
    assert "Read as: names of backprop; a column for each of 2 samples" in str(report)
    assert (report.ok, report.first_wrong, report.score) == (True, None, 1)
    assert repr(report) == "<Report: All 2 arrays are correct.>"


def test_the_report_of_what_is_wrong():
    right = SMALL.run()["dE_db2"]
    arrays = SMALL.run(net_1=lambda v: v["W1"] @ v["X"])
    shown = {"net_1": arrays["net_1"], "out_1": arrays["out_1"], "dE_db2": right,
             "other": np.ones((7, 7))}  # fmt: skip
    report = check(network(**SMALL.arguments), shown)
    text = " ".join(str(report).split())
    assert "3 arrays: 1 correct, 1 following from a wrong one, 1 wrong." in text
    assert "missing-bias" in text
    assert "Left out: other" in text
    assert (report.ok, report.first_wrong) == (False, "net_1")
    assert report.score == pytest.approx(2 / 3)
    assert set(report.left_out) == {"other"}


def test_sentences_count_what_there_is():
    one = report_of(SMALL, ("net_1",))
    assert one.summary() == "The array is correct."
    bad = report_of(SMALL, ("net_1",), net_1=lambda v: v["W1"] @ v["X"])
    assert bad.summary().endswith("1 array: 0 correct, 1 wrong.")
    assert bad.score == 0
    several = report_of(HAND, None, out_1=lambda v: np.tanh(v["net_1"]) + 1)
    assert several.summary().endswith(
        f"{len(several.lines)} arrays: {several.count('correct')} correct, "
        f"{several.count('follow-through')} following from a wrong one, 1 wrong."
    )
    assert several.count("correct") == 8  # the six givens, net_1, and the slope that is made of it
    assert several.score == 1 - 1 / len(several.lines)


def test_the_same_mistake_in_two_arrays_is_told_once():
    report = report_of(
        HAND, None,
        dE_dW1=lambda v: v["delta_1"] @ v["X"].T, dE_dW2=lambda v: v["delta_2"] @ v["out_1"].T,
    )  # fmt: skip
    lines = {line.name: line for line in report.lines}
    assert report.first_wrong == "dE_dW2"
    assert (lines["dE_dW1"].finding, lines["dE_dW1"].as_in) == (None, "dE_dW2")
    assert lines["dE_dW2"].as_in is None
    heads = [head for head, *_ in report.messages()]
    assert heads == ["First wrong: dE_dW2 and dE_dW1 (∂E/∂W⁽²⁾)"]
    assert [row[-1] for row in report.records() if row[3] == "wrong"] == [
        "batch-sum-for-mean", "as in dE_dW2"
    ]  # fmt: skip


def test_two_mistakes_are_two_messages_and_the_first_is_said_to_be():
    report = report_of(HAND, None, net_1=lambda v: v["W1"] @ v["X"], W2_new=lambda v: v["W2"] + 7)
    heads = [head for head, *_ in report.messages()]
    assert heads == ["First wrong: net_1 (net⁽¹⁾)", "Wrong: W2_new (W⁽²⁾⁺)"]
    assert "No known mistake makes it." in str(report)
    assert [row[-1] for row in report.records() if row[3] == "wrong"] == [
        "missing-bias", "no known mistake makes it"
    ]  # fmt: skip


def test_a_step_that_is_not_there_is_said():
    report = report_of(HAND, ("dE_dW1",), dout_dnet_1=lambda v: 1 - v["out_1"])
    assert "It was made in f′(net⁽¹⁾), which is not among the arrays." in str(report)
    report = report_of(HAND, None, dout_dnet_1=lambda v: 1 - v["out_1"])
    assert "It was made in" not in str(report)


@pytest.mark.parametrize("rows", [False, True])
def test_of_a_large_array_the_worst_entry_is_shown_where_it_stands(rows):
    right = HAND.run()["out_1"]
    wrong = right.copy()
    wrong[1, 3] += 0.25
    wrong[2, 2] -= 0.125
    arrays = {"D": wrong.T if rows else wrong}
    report = check(network(**HAND.arguments), arrays, names={"D": "out_1"})
    place = "[3, 1]" if rows else "[1, 3]"
    numbers = f"{wrong[1, 3]:.6g} in place of {right[1, 3]:.6g}"
    assert f"Farthest off is the entry {place}: {numbers}." in str(report)


def test_nan_is_farther_off_than_any_number():
    wrong = HAND.run()["out_1"]
    wrong[0, 0], wrong[3, 4] = 1e6, np.nan
    report = check(network(**HAND.arguments), {"out_1": wrong})
    assert "Farthest off is the entry [3, 4]: " in str(report)


@pytest.mark.parametrize("rows", [False, True])
def test_a_shape_that_should_be_another_is_told_as_the_program_has_it(rows):
    arrays = HAND.run()
    shown = {name: arrays[name].T if rows else arrays[name] for name in ("X", "net_1", "out_1")}
    shown["out_1"] = shown["out_1"][:, :2] if rows else shown["out_1"][:2]
    report = check(network(**HAND.arguments), shown)
    was, wanted = ("(5, 2)", "(5, 4)") if rows else ("(2, 5)", "(4, 5)")
    assert f"Its shape is {was}, and it should be {wanted}." in str(report)


READ_AS = [
    (lambda name: 1, (), "gradients are means over the samples"),
    (lambda name: -1 if "delta" in name else 1, ("delta_2", "dE_dW2"),
     "deltas of descent, −∂E/∂net"),
    (lambda name: -1 if name[:4] in ("delt", "dE_d") else 1, ("delta_2", "dE_dW2", "W2_new"),
     "deltas of descent, −∂E/∂net, and gradients too"),
    (lambda name: 0.2 if "delta" in name else 1, ("delta_2", "dE_dW2"),
     "deltas and gradients have the 1/m of the mean"),
    (lambda name: 5 if name[:4] == "dE_d" else 1, ("dE_dW2", "W2_new"),
     "gradients are sums over the samples, and the update divides"),
]  # fmt: skip


@pytest.mark.parametrize(("scale", "kept", "said"), READ_AS)
def test_how_arrays_were_read_is_said(scale, kept, said):
    arrays = HAND.run()
    shown = {name: arrays[name] * scale(name) for name in kept or arrays}
    report = check(network(**HAND.arguments), shown)
    assert report.ok
    assert said in "; ".join(report.read_as())


def test_how_arrays_stand_is_said():
    arrays = HAND.run()
    shown = {"X": arrays["X"].T, "W1": arrays["W1"].T}
    said = list(check(network(**HAND.arguments), shown, rtol=1e-4).read_as())
    assert "a row for each of 5 samples" in said
    assert "a row of weights for each sending unit" in said
    assert "compared to 0.0001 of the largest term" in said
    one = {"net_1": arrays["net_1"][:, [2]]}
    said = list(check(network(**HAND.arguments), one).read_as())
    assert "sample 3 alone" in said
    assert not any("gradients" in part for part in said)


def test_data_for_json_says_the_same():
    report = report_of(HAND, None, dE_dW1=lambda v: v["delta_1"] @ v["X"].T,
                       dE_dW2=lambda v: v["delta_2"] @ v["out_1"].T)  # fmt: skip
    document = json.loads(json.dumps(report.document(), allow_nan=False))
    assert document["schema"] == "backprop/check/1"
    assert (document["ok"], document["first_wrong"]) == (False, "dE_dW2")
    assert document["score"] == report.score
    assert document["read_as"] == list(report.read_as())
    assert document["left_out"] == {}
    rows = {row["array"]: row for row in document["arrays"]}
    assert list(rows) == [line.name for line in report.lines]
    assert rows["dE_dW2"]["finding"]["mistake"] == "batch-sum-for-mean"
    assert rows["dE_dW2"]["finding"].keys() >= {"mistake", "done", "why"}
    assert (rows["dE_dW1"]["finding"], rows["dE_dW1"]["as_in"]) == (None, "dE_dW2")
    assert rows["net_1"] == {
        "array": "net_1", "quantity": "net_1", "symbol": "net⁽¹⁾", "shape": [4, 5],
        "verdict": "correct", "finding": None, "as_in": None,
    }  # fmt: skip


def test_in_a_notebook_it_is_a_table():
    report = report_of(SMALL, ("net_1", "out_1"), net_1=lambda v: v["W1"] @ v["X"])
    page = report._repr_html_()
    assert page.count("<tr>") == page.count("</tr>") >= 3
    assert html.escape(report.summary()) in page
    assert "missing-bias" in page
    named = check(network(**SMALL.arguments), {"<b>": SMALL.run()["net_1"]}, {"<b>": "net_1"})
    assert "&lt;b&gt;" in named._repr_html_()
    assert "<b>" not in named._repr_html_()
