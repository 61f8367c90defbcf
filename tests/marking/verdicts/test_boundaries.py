"""How near is near enough: each bound of a verdict, just inside and just outside."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from students import answers_to, entry_of

from backprop_cli import load
from backprop_cli.marking.reading.answers import number_of
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts import (
    BLANK,
    CORRECT,
    FOLLOWS,
    WRONG,
    Precision,
    hair,
    mark,
)

MAZUR = sheet_of(load("mazur"))
SIGNS = [
    [],
    ["convention.delta=descent"],
    ["convention.bias=subtracted"],
    ["convention.delta=descent", "convention.bias=subtracted"],
]


def with_net(value, *settings):
    """A sheet on which net_h1 is this number: the weights bring 0.0275 of it."""
    return sheet_of(
        load("mazur", [f"layers.0.bias={Decimal(value) - Decimal('0.0275')}", *settings])
    )


def marked(sheet, precision=None, **texts):
    return {v.entry.key: v for v in mark(sheet, answers_to(sheet, **texts), precision).verdicts}


def statuses(sheet, precision=None, **texts):
    return {key: v.status for key, v in marked(sheet, precision, **texts).items()}


@pytest.mark.parametrize(
    ("truth", "text", "status"),
    [
        ("0.377505", "0.377", CORRECT),  # 0.505 units
        ("0.377515", "0.377", WRONG),  # 0.515 units
        ("0.377495", "0.378", CORRECT),
        ("0.377485", "0.378", WRONG),
        ("0.5049", "0.4", WRONG),
        ("-0.377505", "-0.377", CORRECT),
        ("-0.377515", "-0.377", WRONG),
        ("0.375", "3/8", CORRECT),
        ("0.38011", "3/8", WRONG),  # 0.51 of 0.01: 24 has two digits
        ("0.38005", "3/8", CORRECT),
        ("0.3335", "1/3", CORRECT),
        ("0.3335", "333/1000", WRONG),
    ],
)
def test_an_answer_may_be_off_by_half_a_unit_and_a_tie(truth, text, status):
    assert statuses(with_net(truth), net_h1=text) == {"net_h1": status}


@pytest.mark.parametrize(
    ("truth", "text", "status"),
    [
        ("9e-11", "0", CORRECT), ("1.1e-10", "0", WRONG), ("-9e-11", "0", CORRECT),
        ("1.1e-10", "0.0", WRONG), ("1.1e-10", "0.00", CORRECT), ("0.3", "0", WRONG),
        ("0.9996", "1", CORRECT), ("0.9994", "1", WRONG), ("1.0004", "1", CORRECT),
        ("1.0006", "1", WRONG), ("1.0006", "1.0", CORRECT), ("1.0006", "1.00", CORRECT),
        ("1.4", "1", WRONG), ("2.4", "2", CORRECT), ("-1.0004", "-1", CORRECT),
        ("-1.4", "-1", CORRECT),
    ],
)  # fmt: skip
def test_a_bare_0_or_1_says_nothing_unless_a_calculator_shows_it(truth, text, status):
    assert statuses(with_net(truth), net_h1=text) == {"net_h1": status}


@pytest.mark.parametrize(
    ("precision", "text", "status"),
    [
        (Precision(atol=0.01), "0.38749", CORRECT),
        (Precision(atol=0.01), "0.38751", WRONG),
        (Precision(atol=0.01), "0.36751", CORRECT),
        (Precision(rtol=0.01), "0.38127", CORRECT),
        (Precision(rtol=0.01), "0.38128", WRONG),
        (Precision(rtol=0.01, atol=0.01), "0.39127", CORRECT),
        (Precision(rtol=0.01, atol=0.01), "0.39128", WRONG),
        (Precision(rtol=0.0), "0.378", WRONG),
        (Precision(atol=0.0), "0.378", WRONG),
    ],
)
def test_fixed_tolerances_replace_the_places(precision, text, status):
    assert statuses(MAZUR, precision, net_h1=text) == {"net_h1": status}


@pytest.mark.parametrize("target", [2.0, -2.0])
def test_a_fixed_tolerance_is_absolute_and_relative(target):
    assert Precision().fixed(target) is None
    assert Precision(rtol=0.5).fixed(target) == 1.0
    assert Precision(atol=0.25).fixed(target) == 0.25
    assert Precision(rtol=0.5, atol=0.25).fixed(target) == 1.25
    assert Precision(rtol=0.0).fixed(target) == 0.0


def test_the_tolerance_that_is_told_is_that_of_the_truth():
    found = marked(MAZUR, net_h1="0.378", out_h1="0.593")
    assert found["net_h1"].tolerance == pytest.approx(0.51e-3, rel=1e-6)
    assert found["out_h1"].tolerance == pytest.approx(0.51e-3 + 0.2413 * 0.5e-3, rel=1e-3)
    assert marked(MAZUR, Precision(atol=0.2), net_h1="0.378")["net_h1"].tolerance == 0.2
    rounded = sheet_of(load("mazur", ["round_each=2"]))
    assert marked(rounded, net_h1="0.38")["net_h1"].tolerance == pytest.approx(1.02e-2, rel=1e-6)


def test_a_hair_is_a_trillionth_of_what_comes_together():
    net = entry_of(MAZUR, "net_h1")
    sizes = 0.15 * 0.05 * 2 + 0.20 * 0.10 * 2 + 0.35
    assert hair(MAZUR, net) == pytest.approx(1e-12 * (sizes + 0.3775), rel=1e-6)


@pytest.mark.parametrize(
    ("net", "out", "status"),
    [
        ("0.38", "0.5945", CORRECT),  # within 0.51 units and 0.2413 · 0.005
        ("0.38", "0.5946", WRONG),
        ("0.38", "0.5921", CORRECT),
        ("0.38", "0.5920", WRONG),
        ("0.3775", "0.5933", CORRECT),
        ("0.3775", "0.5934", WRONG),
        ("0.39", "0.5962", FOLLOWS),  # wrong: logistic(0.39) = 0.596283
        ("0.39", "0.5976", WRONG),
        ("0.39", "0.5949", WRONG),
        ("0.90", "0.7118", FOLLOWS),  # logistic(0.9) = 0.710950, and 0.2055 · 0.005 around it
        ("0.90", "0.7122", WRONG),
        ("0.9", "0.7109", FOLLOWS),  # of a single digit no rounding is granted
        ("0.9", "0.7110", FOLLOWS),
        ("0.9", "0.7118", WRONG),
        ("9/10", "0.7118", FOLLOWS),  # 90 has two digits
        ("9/10", "0.7122", WRONG),
    ],
)
def test_the_rounding_of_operands_widens_what_is_right(net, out, status):
    assert statuses(MAZUR, Precision(2), net_h1=net, out_h1=out)["out_h1"] == status


def test_rounding_is_carried_through_lines_that_are_not_asked_for():
    coarse = marked(MAZUR, Precision(2), net_h1="0.38", E_o1="0.2749")["E_o1"]
    assert (coarse.status, coarse.on_the_way) == (CORRECT, False)
    fine = marked(MAZUR, Precision(2), net_h1="0.3775", E_o1="0.2749")["E_o1"]
    assert (fine.status, fine.on_the_way) == (CORRECT, True)
    assert statuses(MAZUR, Precision(2), net_h1="0.38", E_o1="0.2760")["E_o1"] == WRONG


@pytest.mark.parametrize(
    ("text", "digits", "few"),
    [
        ("0.378", 3, False), ("0.38", 3, True), ("0.38", 2, False), ("0.4", 2, True),
        ("0.4", 1, False), ("0.3775", 5, False), ("0.378", 5, True), ("0.378", 0, False),
    ],
)  # fmt: skip
def test_digits_are_asked_for_unless_the_value_has_no_more(text, digits, few):
    found = marked(MAZUR, Precision(min_digits=digits), net_h1=text)["net_h1"]
    assert (found.status, found.few_digits) == (CORRECT, few)


@pytest.mark.parametrize(
    ("truth", "text", "few"),
    [
        ("0.375", "3/8", False), ("0.3751", "3/8", True), ("0.3335", "1/3", True),
        ("0.3333333333333333", "1/3", False), ("0.33333333", "1/3", True),
        ("3.1415926", "355/113", False), ("3.1415926", "22/7", False), ("0.5", "1/2", False),
    ],
)  # fmt: skip
def test_a_fraction_is_exact_or_an_approximation(truth, text, few):
    found = marked(with_net(truth), net_h1=text)["net_h1"]
    assert (found.status, found.few_digits) == (CORRECT, few)


def test_a_wrong_answer_has_no_digits_to_miss():
    assert not marked(MAZUR, net_h1="0.7")["net_h1"].few_digits
    assert marked(MAZUR, net_h1="0.9", out_h1="0.71")["out_h1"].few_digits


# A wrong 0 makes what follows trivial.


@pytest.mark.parametrize("settings", SIGNS[:2])
@pytest.mark.parametrize(
    ("texts", "status"),
    [
        ({"delta_o1": "0", "dE_dw5": "0"}, WRONG),
        ({"delta_o1": "0", "w5_new": "0.400"}, WRONG),
        ({"dE_dw5": "0", "w5_new": "0.400"}, WRONG),
        ({"dE_dw5": "0", "change_w5": "0", "w5_new": "0.400"}, WRONG),
        ({"net_h1": "0", "out_h1": "0.5"}, FOLLOWS),
        ({"E_o1": "0", "E_total": "0.023560026"}, WRONG),
        ({"dE_dw5": "0.000001", "w5_new": "0.4000"}, FOLLOWS),
    ],
)
def test_what_a_wrong_0_makes_trivial_earns_nothing(texts, status, settings):
    sheet = sheet_of(load("mazur", settings))
    *first, last = statuses(sheet, **texts).items()
    assert first[0][1] == WRONG
    assert last[1] == status


def test_an_explained_0_is_followed():
    answers = answers_to(MAZUR, delta_o1="0", dE_dw5="0")
    for explained, status in ((True, FOLLOWS), (False, WRONG)):
        examiner = SimpleNamespace(explains=lambda _, said=explained: said)
        found = mark(MAZUR, answers, None, lambda _, known=examiner: known).verdicts
        assert [verdict.status for verdict in found] == [WRONG, status]


def test_where_0_is_right_what_follows_is_right():
    sheet = sheet_of(load("mazur", ["layers.0.activation=relu", "layers.0.bias=-1"]))
    zeros = {e.key: "0" for e in sheet.entries if e.asked and sheet.truths[e.slot] == 0}
    assert len(zeros) > 3
    assert set(statuses(sheet, **zeros).values()) == {CORRECT}


# Ways to a value.


def test_a_new_weight_follows_from_its_change_if_that_is_answered():
    assert statuses(MAZUR, change_w5="-0.05", w5_new="0.35") == {
        "change_w5": WRONG,
        "w5_new": FOLLOWS,
    }
    assert statuses(MAZUR, dE_dw5="0.2", change_w5="-0.05", w5_new="0.3000")["w5_new"] == FOLLOWS
    assert statuses(MAZUR, dE_dw5="0.2", change_w5="-0.05", w5_new="0.3500")["w5_new"] == FOLLOWS
    verdict = marked(MAZUR, change_w5="-0.05", w5_new="0.9")["w5_new"]
    assert (verdict.status, verdict.carried) == (WRONG, pytest.approx(0.35))


def test_blanks_go_on_with_what_follows():
    found = marked(MAZUR, net_h1="0.5", out_h1="", net_o1="1.1176")
    assert found["out_h1"].status == BLANK
    assert found["out_h1"].carried == pytest.approx(0.6224593)
    assert (found["net_o1"].status, found["out_h1"].tolerance) == (FOLLOWS, 0.0)
    assert not mark(MAZUR, answers_to(MAZUR, net_h1="0.5", out_h1="")).all_right


@pytest.mark.parametrize("settings", SIGNS)
def test_the_truth_is_right_and_its_opposite_wrong_under_every_sign(settings):
    sheet = sheet_of(load("mazur", ["train_biases=true", *settings]))
    for entry in sheet.entries:
        truth = sheet.truths[entry.slot]
        for sign, status in ((1, CORRECT), (-1, WRONG)):
            text = f"{sign * truth:.6e}"
            assert statuses(sheet, **{entry.key: text}) == {entry.key: status}
        assert number_of(text).value == pytest.approx(-truth, rel=1e-6)
