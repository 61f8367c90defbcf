"""How a student writes numbers: decimals, digits, cut off; and what rounding on the way leaves."""

import pytest
from students import answers_to, entry_of

from backprop_cli import load
from backprop_cli.marking.reading.answers import number_of
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts import CORRECT, FOLLOWS, WRONG, Precision, mark
from backprop_cli.marking.verdicts.habits import Habit, cuts, habit_of

MAZUR = sheet_of(load("mazur"))
NEW = ("w1_new", "w2_new", "w5_new", "w6_new", "w7_new", "w8_new")


def habit(*texts):
    return habit_of(number_of(text) for text in texts)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["0.593", "1.106", "0.042", "0.00691"], Habit(3, decimals=True)),
        (["0.593", "1.106", "0.042", "0.007"], Habit(3, decimals=True, throughout=True)),
        (["0.593", "1.11", "0.0423", "0.00691"], Habit(3)),
        (["0.593", "0.5", "0.751", "1.106"], Habit(3, decimals=True)),
        (["3/8", "0"], Habit()),
        ([], Habit()),
    ],
)
def test_a_habit_is_what_most_numbers_have_in_common(texts, expected):
    assert habit(*texts) == expected


@pytest.mark.parametrize(
    ("habit", "value", "unit"),
    [
        (Habit(3, decimals=True), 12.3456, 1e-3),
        (Habit(3, decimals=True), 0.0123, 1e-3),
        (Habit(3, decimals=True), 0.00123, 1e-5),
        (Habit(3, decimals=True, throughout=True), 0.00123, 1e-3),
        (Habit(3), 12.3456, 1e-1),
        (Habit(3), -0.00123, 1e-5),
        (Habit(3), 0.0, 0.0),
        (Habit(), 0.5, 0.0),
    ],
)
def test_the_last_place_of_a_number_by_habit(habit, value, unit):
    assert habit.unit(value) == pytest.approx(unit)


def test_a_number_that_needs_no_rounding_does_not_move():
    assert Habit(3, decimals=True).half(0.377) == 0.0
    assert Habit(3, decimals=True).half(0.3775) == pytest.approx(5e-4)
    assert Habit(3, decimals=True, cut=True).half(0.3775) == pytest.approx(1e-3)


CUT = [("0.593", 0.5938), ("0.751", 0.7516), ("-0.772", -0.7729)]


@pytest.mark.parametrize(
    ("pairs", "cut"),
    [
        (CUT, True),
        (CUT[:2], False),
        ([*CUT, ("0.378", 0.3771)], True),  # one is rounded up
        ([*CUT, ("0.378", 0.3771), ("0.393", 0.3926)], True),
        ([*CUT, ("0.378", 0.3771), ("0.393", 0.3926), ("0.597", 0.5962)], False),
        ([*CUT, ("0.375", 0.3771)], True),  # one is moved by something else, to this side
        ([*CUT, ("0.379", 0.3771)], True),
        ([*CUT, *3 * [("0.375", 0.3771)]], True),
        ([*CUT, *3 * [("0.375", 0.3771)], ("0.390", 0.3926)], False),
        ([*CUT, *2 * [("0.375", 0.3771)], *2 * [("0.395", 0.3926)]], False),
        ([*CUT, ("0.3", 0.8), ("0.9", 0.1)], True),  # these say nothing of how they are written
        ([("0.594", 0.5938), ("0.752", 0.7516), ("0.773", 0.7729)], False),
    ],
)
def test_numbers_are_cut_off_where_rounding_goes_up(pairs, cut):
    assert cuts((number_of(text), value) for text, value in pairs) == cut


def cut_off(value, places):
    text = f"{value:.15f}"
    return text[: text.index(".") + 1 + places]


def marked(sheet=MAZUR, precision=None, **texts):
    return mark(sheet, answers_to(sheet, **texts), precision)


def test_whoever_cuts_off_throughout_is_right():
    texts = {
        entry.key: cut_off(MAZUR.truths[entry.slot], 5) for entry in MAZUR.entries if entry.asked
    }
    found = marked(**texts)
    assert found.paper.habit.cut
    assert found.all_right
    off = {**texts, "out_o2": "0.77291"}  # 0.772928
    assert [v.entry.key for v in marked(**off).with_status(WRONG)] == ["out_o2"]
    assert not marked(net_h1="0.377", out_h1="0.592").paper.habit.cut


def test_whoever_cuts_off_after_a_mistake_is_right_to_follow_it():
    texts, own = {"net_h1": "0.50000"}, list(MAZUR.truths)
    own[entry_of(MAZUR, "net_h1").slot] = 0.5
    for entry in MAZUR.entries:
        if entry.asked and entry.key != "net_h1":
            texts[entry.key] = cut_off(MAZUR.value(entry, own), 5)
            own[entry.slot] = float(texts[entry.key])
    found = marked(**texts)
    assert found.paper.habit.cut
    assert [v.entry.key for v in found.with_status(WRONG)] == ["net_h1"]


def test_a_wrong_number_of_one_digit_lends_its_rounding_where_all_have_as_many_decimals():
    texts = {"net_h1": "0.378", "out_h1": "0.593", "E_o2": "0.024", "out_o1": "0.751"}
    found = marked(**texts, E_o1="0.007", E_total="0.0314")
    statuses = {v.entry.key: v.status for v in found.verdicts}
    assert (statuses["E_o1"], statuses["E_total"]) == (WRONG, FOLLOWS)


def test_rounding_on_the_way_has_a_bound():
    """Adam divides by what has but one digit left: by far more than any rounding is excused."""
    sheet = sheet_of(load("mazur", ["optimizer=adam"]))
    texts = {"w5_new": "-0.099", "w6_new": "-0.050", "w7_new": "0.990", "w1_new": "-0.30"}
    paper = marked(sheet, **texts).paper
    entry = entry_of(sheet, "w1_new")
    leeway = paper.leeway(entry, number_of("-0.300"))
    assert leeway <= max(10 * 0.001, 0.05 * abs(sheet.truths[entry.slot])) + 1e-12


def test_what_is_wrong_for_another_reason_is_not_cut_off():
    """Weights that have moved too little are all nearer to 0, and stay wrong."""
    texts = {f"w{n}_new": f"{MAZUR.truths[entry_of(MAZUR, f'w{n}_new').slot] - 0.0016:.3f}"
             for n in range(1, 9)}  # fmt: skip
    found = marked(**texts, out_o1="0.751", out_o2="0.772")
    assert not found.paper.habit.cut


def test_who_rounds_may_not_cut_off():
    truths = {e.key: f"{MAZUR.truths[e.slot]:.5f}" for e in MAZUR.entries if e.asked}
    wrong = {"out_h2": "0.59687", "out_o2": "0.77292", "E_o2": "0.02355"}  # all nearer to 0
    found = marked(**{**truths, **wrong})
    assert not found.paper.habit.cut
    assert [v.entry.key for v in found.with_status(WRONG)] == list(wrong)


def finals(places, step=0):
    """New weights, worked in so many decimals throughout; the last of them off by `step` units."""
    import math

    def rounded(value):
        return round(value, places)

    h = [rounded(1 / (1 + math.exp(-rounded(net)))) for net in (0.3775, 0.3925)]
    net = [rounded(a * h[0] + b * h[1] + 0.6) for a, b in ((0.4, 0.45), (0.5, 0.55))]
    o = [rounded(1 / (1 + math.exp(-each))) for each in net]
    d = [rounded(rounded(o[k] - t) * rounded(o[k] * (1 - o[k]))) for k, t in ((0, 0.01), (1, 0.99))]
    new = [
        w - rounded(0.5 * rounded(d[k] * h[j]))
        for w, k, j in ((0.4, 0, 0), (0.45, 0, 1), (0.5, 1, 0), (0.55, 1, 1))
    ]
    new[-1] += step * 10.0**-places
    return {f"w{n}_new": f"{value:.{places}f}" for n, value in enumerate(new, start=5)}


@pytest.mark.parametrize("places", [3, 4])
def test_rounding_on_the_way_is_no_mistake(places):
    found = marked(**finals(places))
    assert not found.with_status(WRONG)
    assert any(verdict.on_the_way for verdict in found.verdicts) == (places == 3)
    far = marked(**finals(places, step=12))
    assert [v.entry.key for v in far.with_status(WRONG)] == ["w8_new"]


def test_rounding_on_the_way_excuses_nothing_where_all_is_handed_in():
    key = {e.key: f"{MAZUR.truths[e.slot]:.4f}" for e in MAZUR.entries if e.asked}
    found = marked(**{**key, "w5_new": "0.3591"})  # 0.35892
    assert [v.entry.key for v in found.with_status(WRONG)] == ["w5_new"]
    assert not any(verdict.on_the_way for verdict in found.verdicts)


def test_a_fixed_tolerance_has_no_leeway():
    found = marked(precision=Precision(atol=1e-5), **finals(3))
    assert found.with_status(WRONG)


def test_a_number_that_is_exactly_the_value_lends_nothing():
    sheet = sheet_of(load("mazur", ["layers.0.bias=0.2725"]))  # net_h1 = 0.3
    out = {"0.574": CORRECT, "0.575": WRONG, "0.562": WRONG}  # logistic(0.3) = 0.574443
    for text, status in out.items():
        found = marked(sheet, Precision(1), net_h1="0.3", out_h1=text)
        assert found.answered[entry_of(sheet, "out_h1").slot].status == status


def test_three_decimals_that_leave_two_digits_lend_their_rounding():
    """0.042 is as it is written by habit; the next line is worked from all its digits."""
    texts = {"net_h1": "0.378", "out_h1": "0.593", "out_o1": "0.751", "dE_dout_h1": "0.042"}
    found = marked(**texts, delta_h1="0.0102")  # 0.0424 · 0.2413; 0.036350 is true
    assert [v.status for v in found.verdicts[-2:]] == [WRONG, FOLLOWS]
    coarse = marked(net_h1="0.3775", out_h1="0.593270", dE_dout_h1="0.042", delta_h1="0.010230")
    assert [v.status for v in coarse.verdicts[-2:]] == [WRONG, WRONG]


def test_a_mistake_too_small_to_be_seen_goes_on_to_the_next_line():
    """E_o1 is wrong in its sixth digit; E_total shows five, and is followed from."""
    sheet = sheet_of(load("mazur"))
    texts = {"dE_dout_o1": "0.741400", "delta_o1": "0.1385", "dE_dw5": "0.08217091"}
    found = marked(sheet, **texts)
    assert [v.status for v in found.verdicts] == [WRONG, CORRECT, FOLLOWS]
