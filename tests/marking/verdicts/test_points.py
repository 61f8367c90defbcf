"""Points and part credits, as [grading] and --weights say them."""

import pytest
from students import answers_to, entry_of

from backprop_cli import load
from backprop_cli.config import parse_document
from backprop_cli.errors import ConfigError, UsageError
from backprop_cli.marking.assessment import Desk
from backprop_cli.marking.reading.keys import Keys
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts import Precision, mark
from backprop_cli.marking.verdicts.points import Grading, grading_of, with_weights

MAZUR, XOR = (Keys(sheet_of(load(name))) for name in ("mazur", "xor"))


def grading(text):
    return grading_of(parse_document(f"[grading]\n{text}", "net.toml"), MAZUR)


def credits_of(rule, **texts):
    verdicts = mark(MAZUR.sheet, answers_to(MAZUR.sheet, **texts)).verdicts
    return {verdict.entry.key: rule.credit(verdict) for verdict in verdicts}


@pytest.mark.parametrize(
    ("follow", "few", "credit"),
    [(1.0, 1.0, 1.0), (0.5, 0.8, 0.5), (0.8, 0.5, 0.5), (0.5, 0.5, 0.5), (0.0, 1.0, 0.0)],
)
def test_of_two_part_credits_the_smaller_counts(follow, few, credit):
    rule = Grading(follow_through=follow, too_few_digits=few)
    found = credits_of(rule, net_h1="0.90", out_h1="0.71", net_h2="0.39", out_h2="0.596884")
    assert found == {"net_h1": 0.0, "out_h1": credit, "net_h2": few, "out_h2": 1.0}


def test_credit_is_a_part_of_what_a_line_is_worth():
    rule = Grading({"out": 4.0, "net_h2": 3.0, "net": 2.0}, 0.5, 0.25)
    found = credits_of(rule, net_h1="0.90", out_h1="0.71095", net_h2="0.4", out_h2="", E_o1="0.2")
    assert found == {"net_h1": 0.0, "out_h1": 2.0, "net_h2": 0.75, "out_h2": 0.0, "E_o1": 0.0}


def test_a_line_is_worth_what_its_key_says_then_its_kind():
    net = entry_of(XOR.sheet, "sample2.net_h1")
    for points, worth in (
        ({}, 1.0),
        ({"net": 2.0}, 2.0),
        ({"net": 2.0, "net_h1": 3.0}, 3.0),
        ({"net": 2.0, "net_h1": 3.0, "sample2.net_h1": 4.0}, 4.0),
        ({"net_h1": 0.0}, 0.0),
        ({"sample1.net_h1": 4.0, "net_h2": 5.0}, 1.0),
    ):
        assert Grading(points).worth(net) == worth


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Grading()),
        ("follow_through = 0.5", Grading(follow_through=0.5)),
        ("too_few_digits = 0", Grading(too_few_digits=0.0)),
        ("min_digits = 4", Grading(precision=Precision(4))),
        ("rtol = 0.1", Grading(precision=Precision(rtol=0.1))),
        ("atol = 0", Grading(precision=Precision(atol=0.0))),
        ("points = { 'w5+' = 4, net = 2 }", Grading({"w5_new": 4.0, "net": 2.0})),
    ],
)
def test_what_the_config_says_and_what_it_leaves_out(text, found):
    assert grading(text) == found
    assert (Grading().follow_through, Grading().too_few_digits) == (1.0, 1.0)
    assert Precision() == Precision(3, None, None)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("follow_through = -1", "must be at least 0"),
        ("points = 3", "expected a table of numbers"),
        ("points = { nett = 1 }", "net.toml:2: error: grading.points.nett: there is no such"),
        ("points = { nett = 1 }", "did you mean 'net'?"),
        ("points = { net = -1 }", "must be at least 0"),
        ("min_digit = 1", "did you mean 'min_digits'?"),
    ],
)
def test_what_is_wrong_in_grading_is_told(text, what):
    with pytest.raises(ConfigError) as caught:
        grading(text)
    assert what in str(caught.value)


def test_a_config_without_grading_asks_for_three_digits():
    assert grading_of(parse_document("eta = 1", "net.toml"), MAZUR) == Grading()
    assert Desk(load("mazur")).grading == Grading()


@pytest.mark.parametrize(
    ("weights", "points"),
    [
        ([], {"out": 1.5}),
        (["net=2"], {"out": 1.5, "net": 2.0}),
        (["net=2, w5+ = 3", "out=0"], {"out": 0.0, "net": 2.0, "w5_new": 3.0}),
    ],
)
def test_weights_of_the_command_line_come_on_top(weights, points):
    rule = Grading({"out": 1.5}, 0.5)
    assert with_weights(rule, weights, MAZUR) == Grading(points, 0.5)
    assert rule.points == {"out": 1.5}


@pytest.mark.parametrize("weight", ["net=-1", "net=inf", "net=nan", "net=", "net", "net=x"])
def test_weights_are_numbers_from_0_on(weight):
    with pytest.raises(UsageError, match="points are a number such as 2"):
        with_weights(Grading(), [weight], MAZUR)


def test_weights_of_nothing_known_are_refused():
    with pytest.raises(UsageError, match="--weights nett=1: there is no such") as caught:
        with_weights(Grading(), ["net=1,nett=1"], MAZUR)
    assert caught.value.hint == "did you mean 'net'?"
