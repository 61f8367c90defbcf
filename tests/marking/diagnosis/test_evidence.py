"""What a fit is worth: in one line, in several, and against lines that are right."""

import pytest
from students import answers_to, certain, entry_of

from backprop_cli import load
from backprop_cli.marking.diagnosis import Diagnosis, evidence
from backprop_cli.marking.diagnosis.case import Case, Inquiry
from backprop_cli.marking.diagnosis.evidence import COMMON, LIKELY, RARE, Explanation, Hit, weighed
from backprop_cli.marking.diagnosis.workings import Finding
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts import mark

MAZUR = Diagnosis(sheet_of(load("mazur")))


def finding(id_, value=1.0):
    return Finding(id_, entry_of(MAZUR.sheet, "net_h1"), value, MAZUR.sheet.entries[0].step.formula)


def hit(id_, chance, alone=None, level=0):
    return Hit(finding(id_), level, chance, chance if alone is None else alone)


def explained(diagnosis, **texts):
    """What explains each wrong answer, by its key."""
    found = diagnosis.explanations(mark(diagnosis.sheet, answers_to(diagnosis.sheet, **texts)))
    return {diagnosis.sheet.of_slot[slot].key: known for slot, known in found.items()}


def ids(explanation):
    return [finding.mistake for finding in explanation.findings]


@pytest.mark.parametrize(
    ("id_", "chance", "grade"),
    [
        ("missing-bias", COMMON, "certain"), ("missing-bias", COMMON * 1.01, "likely"),
        ("error-signed", RARE, "certain"), ("error-signed", RARE * 1.01, "likely"),
        ("sign-slip", RARE, "certain"), ("sign-slip", COMMON, "likely"),
        ("missing-bias", LIKELY, "likely"), ("missing-bias", LIKELY * 1.01, ""),
        ("sign-slip", LIKELY * 1.01, ""),
    ],
)  # fmt: skip
def test_common_mistakes_are_believed_sooner_than_slips(id_, chance, grade):
    found = Explanation((finding(id_),), chance)
    assert (found.certain, found.likely) == (grade == "certain", grade == "likely")
    assert not Explanation().certain
    assert not Explanation((), 0.0).likely


def test_two_lines_say_together_what_neither_says_alone():
    one = weighed({1: [hit("missing-bias", 0.2, 0.01)]})
    assert one[1].chance == 0.2
    two = weighed({n: [hit("missing-bias", 0.2, 0.01)] for n in (1, 2)})
    assert two[1].chance == pytest.approx(0.2 * 0.01)
    of_three = weighed({1: two_hits(), 2: two_hits(), 3: []})
    assert of_three[1].chance == pytest.approx(2 * 0.2 * 0.01)  # either of the others may fit
    assert of_three[3] == Explanation()


def two_hits():
    return [hit("missing-bias", 0.2, 0.01)]


def test_the_mistake_that_explains_most_lines_is_preferred():
    both = [hit("missing-bias", 0.01), hit("transposed-weights", 0.01)]
    found = weighed({1: both, 2: [hit("transposed-weights", 0.01)], 3: [hit("delta-sign", 0.02)]})
    assert [ids(found[slot]) for slot in (1, 2, 3)] == [
        ["transposed-weights"], ["transposed-weights"], ["delta-sign"],
    ]  # fmt: skip
    assert found[3].chance == 0.02


def test_mistakes_that_explain_the_same_lines_are_told_together():
    both = [hit("missing-bias", 0.01), hit("transposed-weights", 0.01)]
    for found in (weighed({1: both}), weighed({1: both, 2: both, 3: both})):
        assert all(ids(known) == ["missing-bias", "transposed-weights"] for known in found.values())
    later = [both[0], hit("transposed-weights", 0.01, level=2)]
    for hits in (later, later[::-1]):
        assert ids(weighed({1: hits})[1]) == ["missing-bias"]  # the more plausible one


def test_a_number_of_few_digits_is_believed_in_two_lines():
    one = explained(MAZUR, dE_dw5="0.44")["dE_dw5"]
    assert (ids(one), one.certain, one.likely) == (["missing-slope-output"], False, True)
    two = explained(MAZUR, dE_dw5="0.44", dE_dw6="0.44")
    assert all(ids(known) == ["missing-slope-output"] for known in two.values())
    assert all(known.certain and known.chance < one.chance for known in two.values())


def test_a_mistake_yields_to_another_that_fits():
    texts = {"net_o1_new": "0.5"}
    diagnosis = Diagnosis(sheet_of(load("mazur", ["train_biases=true"])))
    fits = [(finding("missing-bias"), 0.1), (finding("bias-not-updated"), 0.1)]
    marking = mark(diagnosis.sheet, answers_to(diagnosis.sheet, **texts))
    case = Case(Inquiry(diagnosis, marking), marking.verdicts[0])
    assert list(evidence._firsts(case, fits)) == ["bias-not-updated"]
    assert list(evidence._firsts(case, fits[:1])) == ["missing-bias"]


def test_what_would_have_changed_a_right_line_is_no_explanation():
    """Slopes left out of the output deltas explain these hidden ones, if nothing speaks against."""
    sheet = MAZUR.sheet
    wrong = {
        entry.slot: MAZUR.book.edits(entry.step)["missing-slope-output"][0]
        for entry in sheet.entries
        if entry.step.kind == "delta" and entry.step.layer == 2
    }
    values = list(sheet.truths)
    for entry in sheet.entries:
        values[entry.slot] = sheet.value(entry, values, wrong.get(entry.slot))
    texts = {key: f"{values[entry_of(sheet, key).slot]:.9f}" for key in ("delta_h1", "delta_h2")}
    assert {tuple(ids(known)) for known in explained(MAZUR, **texts).values()} == {
        ("missing-slope-output",)
    }
    right = {
        key: f"{sheet.truths[entry_of(sheet, key).slot]:.9f}" for key in ("delta_o1", "delta_o2")
    }
    for known in explained(MAZUR, **texts, **right).values():
        assert "missing-slope-output" not in ids(known)
    beside = {"dE_dw5": f"{sheet.truths[entry_of(sheet, 'dE_dw5').slot]:.9f}"}
    for known in explained(MAZUR, **texts, **beside).values():
        assert "missing-slope-output" not in ids(known)


def test_a_rule_may_have_been_followed_by_a_program_though_lines_on_paper_are_right():
    """The error after the tutorial's update is that of sequential updates, its weights are not."""
    new = {
        entry.key: f"{MAZUR.sheet.truths[entry.slot]:.9f}"
        for entry in MAZUR.sheet.entries
        if entry.step.kind == "new" and entry.asked
    }
    rule = MAZUR.rules["updated-weights"]
    text = f"{rule.truths[entry_of(rule, 'E_total_new').slot]:.13f}"
    assert round(float(text), 9) == 0.291027924  # as it is printed there
    found = explained(MAZUR, **new, E_total_new=text)["E_total_new"]
    assert (ids(found), found.certain) == (["updated-weights"], True)
    alone = explained(MAZUR, E_total_new=text)["E_total_new"]
    assert found.chance > evidence.DOUBT * alone.chance


def test_a_bare_0_or_1_fits_only_what_is_exactly_that():
    assert ids(explained(MAZUR, delta_o2="0")["delta_o2"]) == []  # not w7, which is 0.5
    assert ids(explained(MAZUR, dout_dnet_h1="1")["dout_dnet_h1"]) == [
        "wrong-slope"
    ]  # the linear one


def test_a_bare_0_beside_long_numbers_is_named_for_certain():
    softmax = Diagnosis(sheet_of(load("softmax", ["error=squared"])))
    found = explained(softmax, dout_o1_dnet_o2="0", net_o1="9.12345")["dout_o1_dnet_o2"]
    assert (ids(found), found.certain) == (["softmax-diagonal"], True)


def test_nothing_is_named_behind_a_wrong_0():
    found = explained(MAZUR, delta_o1="0", w5_new="0.4000")
    assert ids(found["w5_new"]) == []


def test_a_short_number_that_is_exact_is_exact():
    """A bias left at 0.6 is the old bias, all of it, beside numbers of six digits."""
    diagnosis = Diagnosis(sheet_of(load("mazur", ["train_biases=true"])))
    sheet = diagnosis.sheet
    right = {e.key: f"{sheet.truths[e.slot]:.6f}" for e in sheet.entries if e.step.kind == "new"}
    found = explained(diagnosis, **{**right, "b2_new": "0.6"})
    assert ids(found["b2_new"]) == ["bias-not-updated"]
    assert found["b2_new"].certain
    assert "b2_new" not in explained(diagnosis, b2_new="0.6")  # right, in too few digits


def test_a_short_number_of_the_student_is_not_exact():
    """Two gradients round to 0.44: two digits cannot tell whether the second is the first again."""
    rest = {"net_h1": "0.3775", "out_h1": "0.5933"}
    found = explained(MAZUR, **rest, delta_o1="0.1385", dE_dw5="0.44", dE_dw6="0.44")["dE_dw6"]
    assert found.chance > LIKELY
    longer = {"dE_dw5": "0.4398", "dE_dw6": "0.4398"}
    found = explained(MAZUR, **rest, delta_o1="0.1385", **longer)["dE_dw6"]
    assert (ids(found), found.certain) == (["swapped-quantity"], True)
    given = explained(MAZUR, **rest, out_h2="0.5969", dE_dw5="0.4", dE_dw6="0.4")
    assert [known.findings[0].detail for known in given.values()] == ["w5", "w5"]
    assert all(known.certain for known in given.values())


def test_a_formula_is_as_exact_as_the_numbers_that_it_is_worked_from():
    """A gradient without its input is the δ before it, as far as that was written down."""
    rest = {"net_h1": "0.3775", "out_h1": "0.5933", "out_o1": "0.7514"}
    short = explained(MAZUR, **rest, delta_o1="0.31", dE_dw5="0.31")["dE_dw5"]
    long = explained(MAZUR, **rest, delta_o1="0.3100", dE_dw5="0.31")["dE_dw5"]
    assert ids(short) == ids(long) == ["missing-input"]
    assert short.chance == pytest.approx(100 * long.chance)


def test_what_is_the_true_number_is_exact_though_the_student_wrote_it():
    """0.3775 is net_h1 exactly; beside numbers of nine digits it stands for itself."""
    rest = {"out_h2": "0.596884378", "out_o1": "0.751365070", "delta_o1": "0.138498562"}
    found = explained(MAZUR, net_h1="0.3775", **rest, out_h1="0.3775")["out_h1"]
    assert found.certain
    assert found.chance < 1e-6


def test_one_number_fits_for_certain_where_it_has_many_digits():
    marking = mark(MAZUR.sheet, answers_to(MAZUR.sheet, out_h1="0.377500"))
    (found,) = certain(MAZUR, marking).values()
    assert [known.mistake for known in found] == ["missing-activation"]
