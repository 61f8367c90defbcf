"""Which candidates there are for a wrong number, and when one is believed."""

import math

import pytest
from students import answers_to, certain, entry_of

from backprop_cli import load
from backprop_cli.marking.diagnosis import candidates
from backprop_cli.marking.diagnosis import case as cases
from backprop_cli.marking.diagnosis.case import Case, Inquiry
from backprop_cli.marking.diagnosis.diagnose import Diagnosis, words
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.workings import MOST_OPTIONS, Finding, Made
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts import mark

MAZUR, XOR, DEEP = (Diagnosis(sheet_of(load(name))) for name in ("mazur", "xor", "deep"))


def case_of(diagnosis, key, **texts):
    """The case of the answer `key`, among answers as they are typed."""
    marking = mark(diagnosis.sheet, answers_to(diagnosis.sheet, **texts))
    return Case(Inquiry(diagnosis, marking), marking.answered[entry_of(diagnosis.sheet, key).slot])


def named(diagnosis, **texts):
    """The mistakes found behind each wrong answer, by its key."""
    marking = mark(diagnosis.sheet, answers_to(diagnosis.sheet, **texts))
    return {
        diagnosis.sheet.of_slot[slot].key: [finding.mistake for finding in found]
        for slot, found in certain(diagnosis, marking).items()
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
    monkeypatch.setattr(cases, "LONGEST_CONE", longest)
    assert len(case_of(MAZUR, "dE_dw5", dE_dw5="9").cone) == lines


def test_lines_before_are_worked_from_the_students_own_answers():
    """Two gradients are asked for, the deltas are not: these are worked without their slopes."""
    made = Made("missing-slope-output", "delta", 0)
    out_o1, delta_o1 = (entry_of(MAZUR.sheet, key).slot for key in ("out_o1", "delta_o1"))
    alone = case_of(MAZUR, "dE_dw5", dE_dw5="9")
    assert alone.answers_before == ()
    assert alone.worked(made) is MAZUR.everywhere(made)
    behind = case_of(MAZUR, "dE_dw5", out_o1="0.5", dE_dw5="9")
    assert behind.answers_before == (out_o1,)
    assert behind.worked(made)[delta_o1] == pytest.approx(0.5 - 0.01)
    value = behind.worked(made)[behind.entry.slot]
    (found,) = (f for f in candidates.LEVELS[1](behind) if f.made == made and f.value == value)
    assert (found.own, found.at.key) == ((out_o1,), "delta_o1")


def test_a_number_is_known_as_well_as_what_it_is_worked_from():
    def width(texts, own="net_h1"):
        rest = dict.fromkeys(("out_h1", "out_h2", "delta_o1"), "0.123456789")
        case = case_of(MAZUR, "w5_new", **rest, **texts, w5_new="0.3775")
        found = Finding(
            "swapped-quantity", case.entry, 0.3775, own=(entry_of(MAZUR.sheet, own).slot,)
        )
        return case.width_at(found)

    assert width({"net_h1": "0.3775"}) == pytest.approx(0.51e-9)  # which it is exactly
    assert width({"net_h1": "0.377400000"}) == pytest.approx(0.51e-9)
    assert width({"net_h1": "0.37742"}) == pytest.approx(0.51e-5)
    assert width({"net_h1": "0.3"}) == pytest.approx(0.51e-4)
    assert width({"net_h1": "0.3"}, own="net_h2") == pytest.approx(0.51e-9)


def test_a_case_knows_how_near_is_near():
    case = case_of(MAZUR, "net_h1", net_h1="0.387")
    assert case.distance == pytest.approx(0.0095)
    assert case.plain == pytest.approx(0.51e-3)
    assert case.rights() == [(case.truth, ())]
    follows = case_of(MAZUR, "out_h1", net_h1="0.5", out_h1="0.90")
    net_h1 = entry_of(MAZUR.sheet, "net_h1").slot
    (truth, _), (carried, own) = follows.rights()
    assert [truth, carried] == pytest.approx([0.593269992, 0.622459331])
    assert (own, follows.answers_before) == ((net_h1,), (net_h1,))
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


def logistic(net):
    return 1 / (1 + math.exp(-net))


def test_operands_are_rounded_or_cut_to_the_digits_that_the_student_uses():
    texts = {"out_h1": "9.123", "net_h2": "0.3925", "out_h2": "0.5969", "net_o1": "1.1059"}
    case = case_of(MAZUR, "out_h1", **texts)
    assert case.inquiry.precisions == {(4, False), (4, True)}
    coarse = case_of(MAZUR, "out_h1", out_h1="9.12", net_h2="0.39")
    assert coarse.inquiry.precisions == {(2, True)}
    found = details(candidates._rounded, coarse)
    assert set(found) == {"rounded to 2 decimals", "cut to 2 decimals"}
    assert found["rounded to 2 decimals"] == pytest.approx(logistic(0.38))
    assert found["cut to 2 decimals"] == pytest.approx(logistic(0.37))
    one = details(candidates._rounded, case_of(MAZUR, "out_h1", out_h1="9"))
    assert one["cut to 1 significant digits"] == pytest.approx(logistic(0.3))


def test_lines_before_are_rounded_likewise():
    case = case_of(MAZUR, "out_h1", out_h1="9.12", net_h2="0.39")
    found = details(candidates._rounded_before, case)
    assert found == {"rounded to 2 decimals": pytest.approx(logistic(0.38))}
    assert not details(candidates._rounded_before, case_of(MAZUR, "net_h1", net_h1="9"))


@pytest.mark.parametrize(("singles", "tried"), [(2, True), (1, False)])
def test_few_lines_before_are_tried_one_by_one(singles, tried, monkeypatch):
    monkeypatch.setattr(candidates, "SINGLES", singles)
    case = case_of(MAZUR, "out_h1", out_h1="9")
    assert bool(details(candidates._rounded_before, case)) == tried


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


@pytest.mark.parametrize(("singles", "tried"), [(0, False), (1, True)])
def test_single_lines_are_tried_where_few_lead_to_an_answer(singles, tried, monkeypatch):
    case = case_of(MAZUR, "E_total", E_total="9")
    monkeypatch.setattr(candidates, "SINGLES", len(case.cone) - 1 + singles)
    found = [f.made for f in candidates.LEVELS[1](case) if isinstance(f.made, Made)]
    assert any(made.only is not None for made in found) == tried
    alone = case_of(MAZUR, "out_h1", out_h1="9")  # in which there is one line of each kind
    found = [f.made for f in candidates.LEVELS[1](alone) if isinstance(f.made, Made)]
    assert not any(made.only is not None for made in found)


def test_a_wrong_formula_is_tried_with_the_students_own_numbers_too():
    assert named(MAZUR, net_h1="0.9", out_h1="0.900")["out_h1"] == ["missing-activation"]
    assert named(MAZUR, net_h1="0.9", out_h1="0.3775000")["out_h1"] == ["missing-activation"]


def finding(id_, value=1.0, formula=None):
    return Finding(id_, entry_of(MAZUR.sheet, "net_h1"), value, formula)


def test_a_0_from_a_formula_explains_what_follows():
    softmax = Diagnosis(sheet_of(load("softmax", ["error=squared"])))
    answer = {"dout_o1_dnet_o2": "0.000"}
    case = case_of(softmax, "dout_o1_dnet_o2", **answer)
    assert softmax.examination(case.marking).explains(case.verdict)
    assert named(softmax, **answer) == {"dout_o1_dnet_o2": ["softmax-diagonal"]}
    other = case_of(MAZUR, "delta_o1", delta_o1="0")
    assert not MAZUR.examination(other.marking).explains(other.verdict)


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
