"""Which candidates there are for a wrong number, and when one is believed."""

import math

import pytest
from students import answers_to, entry_of

from backprop_cli import load
from backprop_cli.marking.diagnosis import candidates, diagnose
from backprop_cli.marking.diagnosis.candidates import Case, nearly_right
from backprop_cli.marking.diagnosis.diagnose import CHANCE, Diagnosis, words
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.workings import MOST_OPTIONS, Finding
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts.verdict import mark

MAZUR, XOR, DEEP = (Diagnosis(sheet_of(load(name))) for name in ("mazur", "xor", "deep"))


def case_of(diagnosis, key, **texts):
    """The case of the answer `key`, among answers as they are typed."""
    marking = mark(diagnosis.sheet, answers_to(diagnosis.sheet, **texts))
    return Case(diagnosis, marking, marking.answered[entry_of(diagnosis.sheet, key).slot])


def named(diagnosis, **texts):
    """The mistakes found behind each wrong answer, by its key."""
    marking = mark(diagnosis.sheet, answers_to(diagnosis.sheet, **texts))
    return {
        diagnosis.sheet.of_slot[slot].key: [finding.mistake for finding in found]
        for slot, found in diagnosis.findings(marking).items()
    }


def test_the_cone_leads_back_to_the_last_answers():
    lone = case_of(MAZUR, "w5_new", w5_new="9")
    assert [entry.key for entry in lone.cone][:2] == ["net_h1", "out_h1"]
    assert lone.cone[-1].key == "w5_new"
    texts = {"delta_o1": "0.138498562", "out_h1": "0.593269992", "w5_new": "9"}
    assert [e.key for e in case_of(MAZUR, "w5_new", **texts).cone] == ["dE_dw5", "w5_new"]
    assert [e.key for e in case_of(MAZUR, "net_h1", net_h1="9").cone] == ["net_h1"]


@pytest.mark.parametrize(("longest", "lines"), [(10, 10), (9, 0)])
def test_a_cone_of_too_many_lines_is_left_alone(longest, lines, monkeypatch):
    monkeypatch.setattr(candidates, "LONGEST_CONE", longest)
    assert len(case_of(MAZUR, "dE_dw5", dE_dw5="9").cone) == lines


def test_a_case_knows_how_near_is_near():
    case = case_of(MAZUR, "net_h1", net_h1="0.387")
    assert case.distance == pytest.approx(0.0095)
    assert case.plain == pytest.approx(0.51e-3)
    assert case.rights() == [case.truth]
    follows = case_of(MAZUR, "out_h1", net_h1="0.5", out_h1="0.90")
    assert follows.rights() == pytest.approx([0.593269992, 0.622459331])
    near = case_of(MAZUR, "out_h1", net_h1="0.38", out_h1="0.90")
    assert len(near.rights()) == 1
    rounded = Diagnosis(sheet_of(load("mazur", ["round_each=2"])))
    assert case_of(rounded, "net_h1", net_h1="0.9").plain == pytest.approx(0.51 * 0.11)
    assert case_of(MAZUR, "net_h1", net_h1="1/2").plain == pytest.approx(0.51 * 0.1)


def details(level, case):
    return {finding.detail: finding.value for finding in level(case)}


def test_another_quantity_is_one_of_the_same_sample_or_a_given():
    key = "sample2.net_o1"
    case = case_of(XOR, key, **{"sample2.out_h1": "0.9", key: "9"})
    found = [(f.detail, f.value) for f in candidates._swapped(case)]
    keys = {detail for detail, _ in found}
    assert {"net_h1", "out_o1", "δ_o1", "sample1.w1", "sample3.i1"} <= keys
    own = XOR.sheet.truths[entry_of(XOR.sheet, "sample2.net_h1").slot]
    assert {value for detail, value in found if detail == "net_h1"} == {own}
    values = {value for _, value in found}
    assert 0.9 in values
    assert not {case.number.value, case.truth} & values
    later = case_of(XOR, key, **{key: "9", "sample2.out_o1": "0.123"})
    assert 0.123 not in {f.value for f in candidates._swapped(later)}


def test_lines_that_are_not_asked_for_are_not_mistaken():
    found = details(candidates._swapped, case_of(MAZUR, "w5_new", w5_new="9"))
    assert "b1⁺" not in found
    assert {"net_h1", "w1⁺", "w5"} <= set(found)


def test_operands_are_rounded_or_cut_to_one_to_five_places():
    found = details(candidates._rounded, case_of(MAZUR, "out_h1", out_h1="9"))
    kinds = ("decimals", "significant digits")
    assert set(found) == {
        f"{done} to {n} {kind}"
        for done in ("cut", "rounded")
        for n in range(1, 6)
        for kind in kinds
    }

    def logistic(net):
        return 1 / (1 + math.exp(-net))

    assert found["rounded to 2 decimals"] == pytest.approx(logistic(0.38))
    assert found["cut to 2 decimals"] == pytest.approx(logistic(0.37))
    assert found["cut to 1 significant digits"] == pytest.approx(logistic(0.3))


def test_lines_before_are_rounded_to_two_to_five_places():
    case = case_of(MAZUR, "out_h1", out_h1="9")
    found = details(candidates._rounded_before, case)
    assert len(found) == 8
    assert found["rounded to 2 decimals"] == pytest.approx(1 / (1 + math.exp(-0.38)))
    assert not details(candidates._rounded_before, case_of(MAZUR, "net_h1", net_h1="9"))


@pytest.mark.parametrize(("singles", "tried"), [(2, True), (1, False)])
def test_few_lines_before_are_tried_one_by_one(singles, tried, monkeypatch):
    monkeypatch.setattr(candidates, "SINGLES", singles)
    case = case_of(MAZUR, "out_h1", out_h1="9")
    assert bool(details(candidates._rounded_before, case)) == tried


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("0.59329", True),  # 3.4e-5 of it off
        ("0.593298", True),
        ("0.593301", False),  # 5.2e-5
        ("0.593242", True),
        ("0.593239", False),
    ],
)
def test_nearly_right_is_within_a_twenty_thousandth(text, near):
    assert bool(list(nearly_right(case_of(MAZUR, "out_h1", out_h1=text)))) == near


def test_nothing_is_nearly_right_that_operands_of_three_digits_cannot_explain():
    flat = Diagnosis(sheet_of(load("mazur", ["layers.0.bias=9"])))
    assert not list(nearly_right(case_of(flat, "out_h1", out_h1="0.99991")))
    assert list(nearly_right(case_of(flat, "out_h1", out_h1="0.999881")))


def test_one_mistake_in_lines_before_may_be_in_all_of_them_or_in_one():
    sheet = MAZUR.sheet
    for key in ("net_h1", None):
        values = list(sheet.truths)
        for entry in sheet.entries:
            formula = MAZUR.book.edits(entry.step).get("missing-bias", (None,))[0]
            wrong = entry.step.kind == "net" and key in (None, entry.key)
            values[entry.slot] = sheet.value(entry, values, formula if wrong else None)
        text = f"{values[entry_of(sheet, 'E_total').slot]:.9f}"
        assert named(MAZUR, E_total=text) == {"E_total": ["missing-bias"]}


def test_a_wrong_formula_is_tried_with_the_students_own_numbers_too():
    assert named(MAZUR, net_h1="0.9", out_h1="0.900")["out_h1"] == ["missing-activation"]
    assert named(MAZUR, net_h1="0.9", out_h1="0.3775000")["out_h1"] == ["missing-activation"]


def test_a_number_of_few_digits_is_believed_in_two_lines():
    one = named(MAZUR, net_h1="0.03")
    two = named(MAZUR, net_h1="0.03", net_h2="0.04")
    assert one == {"net_h1": []}
    assert two == {"net_h1": ["missing-bias"], "net_h2": ["missing-bias"]}


def finding(id_, value=1.0, formula=None):
    return Finding(id_, entry_of(MAZUR.sheet, "net_h1"), value, formula)


@pytest.mark.parametrize(
    ("chances", "lines", "believed"),
    [
        ([CHANCE], 9, True),
        ([CHANCE * 1.01], 1, False),
        ([CHANCE * 1.01, 0.9], 2, False),
        ([0.049, 0.05], 2, True),
        ([0.049, 0.05], 3, False),
        ([0.9, 0.05, 0.049], 2, True),
        ([0.1, 0.1], 1, False),
    ],
)
def test_a_formula_is_believed_if_chance_would_hardly_do_as_well(chances, lines, believed):
    solved = [((finding("missing-bias"), finding("sign-slip")), chance) for chance in chances]
    found = diagnose._believed(solved, lines)
    assert found == ({"missing-bias"} if believed else set())


def test_a_mistake_yields_to_another_that_fits():
    hits = [finding("missing-bias", 1.0), finding("delta-sign", 2.0), finding("missing-bias", 3.0)]
    first, second = diagnose._one_of_each(hits)
    assert (first.value, second.value) == (1.0, 2.0)
    both = diagnose._one_of_each([*hits, finding("bias-not-updated")])
    assert [f.mistake for f in both] == ["delta-sign", "bias-not-updated"]
    assert diagnose._one_of_each([finding("sign-slip")])[0].mistake == "sign-slip"


def test_a_0_from_a_formula_explains_what_follows():
    softmax = Diagnosis(sheet_of(load("softmax", ["error=squared"])))
    answer = {"dout_o1_dnet_o2": "0.000"}
    case = case_of(softmax, "dout_o1_dnet_o2", **answer)
    assert softmax.explains(case.marking, case.verdict)
    assert named(softmax, **answer) == {"dout_o1_dnet_o2": ["softmax-diagonal"]}
    other = case_of(MAZUR, "delta_o1", delta_o1="0")
    assert not MAZUR.explains(other.marking, other.verdict)


def test_words_say_what_was_done_and_why_it_is_wrong():
    for id_, row in CATALOGUE.items():
        assert words(finding(id_)) == (row.done, row.why)
    done, why = words(Finding("decimal-slip", entry_of(MAZUR.sheet, "net_h1"), 1.0, None, "10^2"))
    assert done == "The digits are right, but the decimal point is in another place: 10^2."
    assert why.startswith("Count the zeros")
    assert words(finding("sign-slip"))[0] == "The number is right, but its sign is wrong."


def test_of_many_wrong_formulas_the_first_four_are_tried_in_lines_before():
    options = MAZUR.options
    assert options["wrong-activation", "out"] == MOST_OPTIONS == 4
    assert options["missing-bias", "net"] == 1
    assert options["wrong-weight", "via"] == 3
    assert ("missing-bias", "out") not in options


def test_rules_are_the_networks_that_a_mistake_would_be_right_for():
    assert " ".join(sorted(MAZUR.rules)) == (
        "bias-subtracted bias-updated delta-sign missing-half updated-weights"
    )
    assert MAZUR.rules["delta-sign"].network.descent
    mean = Diagnosis(sheet_of(load("batch", ["reduction=mean"]))).rules
    assert mean["batch-sum-for-mean"].network.reduction == "sum"
    assert "batch-mean-for-sum" not in mean
    assert "batch-sum-for-mean" not in XOR.rules
    no_biases = Diagnosis(sheet_of(load("batch"))).rules
    assert not {"bias-subtracted", "bias-updated", "bias-not-updated"} & set(no_biases)
    assert "updated-weights" not in Diagnosis(sheet_of(load("adam"))).rules
    late = Diagnosis(sheet_of(load("mazur"), [60])).rules
    assert late["delta-sign"].epochs == (60,)
