"""Verdicts: what is right, what follows, what is wrong, and how near is near enough."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import configs
from students import (
    EXAMPLES,
    answer,
    answers_to,
    entry_of,
    in_decimals,
    network_from,
    typed,
    worked,
)

from backprop_cli import load
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts import BLANK, CORRECT, FOLLOWS, WRONG, Precision, mark
from backprop_cli.marking.verdicts.points import Grading

MAZUR = sheet_of(load("mazur"))
SMALL = {"max_samples": 2, "max_layers": 2, "max_inputs": 3, "max_units": 3}


def marked(sheet=MAZUR, precision=None, **texts):
    """The verdicts on answers given as texts."""
    return {v.entry.key: v for v in mark(sheet, answers_to(sheet, **texts), precision).verdicts}


def statuses(**texts):
    return {key: verdict.status for key, verdict in marked(**texts).items()}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("digits", [3, 4, 9, 17])
def test_a_student_who_rounds_every_line_is_all_correct(name, digits):
    sheet = sheet_of(load(name))
    assert mark(sheet, worked(sheet, digits=digits)).all_right


@pytest.mark.parametrize("places", [3, 4, 6])
@pytest.mark.parametrize("name", ["mazur", "softmax", "deep", "tanh", "relu"])
def test_a_student_who_rounds_to_decimals_is_all_correct(name, places):
    sheet = sheet_of(load(name))
    assert mark(sheet, worked(sheet, digits=places, written=in_decimals)).all_right


@settings(max_examples=40, deadline=None)
@given(configs(**SMALL), st.sampled_from([3, 4, 7]))
def test_rounding_is_no_mistake_on_any_network(config, digits):
    sheet = sheet_of(network_from(config))
    answers = worked(sheet, digits=digits)
    assume(answers is not None)
    assert mark(sheet, answers).all_right


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_rounded_truth_is_all_correct(name):
    sheet = sheet_of(load(name), [1, 2])
    key = [answer(e, typed(sheet.truths[e.slot], 4)) for e in sheet.entries if e.asked]
    assert mark(sheet, key).all_right


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(configs(**SMALL), st.data())
def test_nothing_is_right_that_is_off_by_more_than_the_tolerance(config, data):
    sheet = sheet_of(network_from(config))
    digits = data.draw(st.integers(3, 12))
    asked = [e for e in sheet.entries if e.asked and abs(sheet.truths[e.slot]) < 1e200]
    target = data.draw(st.sampled_from(asked))
    key = {e.slot: answer(e, typed(sheet.truths[e.slot], digits)) for e in asked}
    verdict = {v.entry.slot: v for v in mark(sheet, key.values()).verdicts}[target.slot]
    factor = data.draw(st.floats(2.2, 50)) * data.draw(st.sampled_from([-1, 1]))
    moved = typed(verdict.expected + factor * verdict.tolerance, digits)
    assume(moved.unit <= verdict.number.unit)
    assume(abs(moved.value - verdict.expected) > 2 * verdict.tolerance)
    anew = mark(sheet, {**key, target.slot: answer(target, moved)}.values())
    for way in sheet.ways(target)[1:]:  # the chain rule with rounded factors leads elsewhere
        followed = sheet.value(target, anew.paper.own, way.formula)
        assume(abs(moved.value - followed) > moved.unit)
    assert {v.entry.slot: v for v in anew.verdicts}[target.slot].status == WRONG


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("0.59327", CORRECT), ("0.5933", CORRECT), ("0.5932", WRONG), ("0.593", CORRECT),
        ("0.592", WRONG), ("0.594", WRONG), ("0.6", CORRECT), ("0.7", WRONG), ("", BLANK),
        ("0,593", CORRECT), ("593/1000", WRONG), ("1", WRONG), ("0", WRONG),
    ],
)  # fmt: skip
def test_tolerance_is_half_a_unit_of_the_last_place(text, status):
    assert statuses(out_h1=text) == {"out_h1": status}


def test_too_few_digits_are_right_with_a_remark():
    found = marked(out_h1="0.6", net_h1="0.3775")
    assert found["out_h1"].few_digits
    assert not found["net_h1"].few_digits
    assert not marked(out_h1="0.6", precision=Precision(min_digits=1))["out_h1"].few_digits
    grading = Grading(too_few_digits=0.5)
    assert grading.credit(found["out_h1"]) == 0.5


def test_an_exact_value_needs_no_more_digits_than_it_has():
    sheet = sheet_of(load("relu"))
    short = {e.key: repr(sheet.truths[e.slot]) for e in sheet.entries if e.asked}
    short = {key: text for key, text in short.items() if len(text) == len("0.5")}
    assert short
    assert not any(verdict.few_digits for verdict in marked(sheet, **short).values())


def test_what_follows_from_a_wrong_answer_is_follow_through():
    found = marked(net_h1="0.0275", out_h1="0.506875", net_h2="0.3925", out_h2="0.596884")
    assert [v.status for v in found.values()] == [WRONG, FOLLOWS, CORRECT, CORRECT]
    assert Grading(follow_through=0.5).credit(found["out_h1"]) == 0.5


def test_the_true_value_is_right_even_after_a_wrong_one():
    assert statuses(net_h1="0.0275", out_h1="0.59327")["out_h1"] == CORRECT


def test_what_was_not_asked_for_is_carried_too():
    wrong_delta = "0.741365"
    gradient = f"{float(wrong_delta) * MAZUR.truths[entry_of(MAZUR, 'out_h1').slot]:.6f}"
    weight = f"{0.4 - 0.5 * float(gradient):.6f}"
    found = statuses(delta_o1=wrong_delta, w5_new=weight)
    assert found == {"delta_o1": WRONG, "w5_new": FOLLOWS}


def test_a_zero_makes_no_gift_of_the_rest():
    found = statuses(delta_o1="0", dE_dw5="0", w5_new="0.4000", dE_dout_h1_via_o1="0.000000")
    assert set(found.values()) == {WRONG}
    blank = statuses(delta_o1="", dE_dw5="0.082167")
    assert blank == {"delta_o1": BLANK, "dE_dw5": CORRECT}


def test_a_chain_written_out_is_a_right_way_too():
    factors = {"dE_dout_o1": "0.741", "dout_dnet_o1": "0.187", "out_h1": "0.593"}
    found = statuses(**factors, delta_o1="0.1386", dE_dw5="0.0822")
    assert WRONG not in found.values()


def test_epochs_follow_one_another():
    sheet = sheet_of(load("mazur"), [1, 2])
    outs = [sheet.truths[entry_of(sheet, f"epoch2.out_h{i}").slot] for i in (1, 2)]
    net = 0.5 * outs[0] + sheet.truths[entry_of(sheet, "w6_new").slot] * outs[1] + 0.6
    found = marked(sheet, w5_new="0.5000", **{"epoch2.net_o1": f"{net:.4f}"})
    assert [v.status for v in found.values()] == [WRONG, FOLLOWS]


def test_rounded_on_paper_is_marked_as_rounded():
    sheet = sheet_of(load("mazur", ["round_each=3"]))
    key = [answer(e, typed(sheet.truths[e.slot], 12)) for e in sheet.entries if e.asked]
    assert mark(sheet, key).all_right
    assert mark(sheet, worked(sheet, digits=12)).all_right
    assert statuses(out_h1="0.593") == {"out_h1": CORRECT}


def test_wild_numbers_are_only_wrong():
    for text in ("1e300", "-1e300", "1e-300", "-5"):
        wild = {"net_h1": text, "out_h1": "0.5", "net_o1": "2", "out_o1": "-3", "E_o1": "1e200"}
        assert WRONG in statuses(**wild, E_total="7").values()
