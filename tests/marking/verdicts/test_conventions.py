"""Conventions: what makes all answers right, and what is not enough to say so."""

from types import SimpleNamespace

import pytest
from students import answer, answers_to, typed, worked

from backprop_cli import load
from backprop_cli.marking.diagnosis.diagnose import Diagnosis
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts import CORRECT, WRONG, mark
from backprop_cli.marking.verdicts.conventions import config_line, convention_of

RULES = {
    "delta-sign": ("convention.delta=descent", "convention.delta=gradient"),
    "bias-subtracted": ("convention.bias=subtracted", "convention.bias=added"),
    "missing-half": ("error=squared", "error=half-squared"),
    "missing-mean": ("error=squared", "error=mean-squared"),
    "bias-updated": ("train_biases=true", "train_biases=false"),
    "bias-not-updated": ("train_biases=false", "train_biases=true"),
}


def found_for(name, theirs, ours, digits=6, asked=lambda entry: entry.asked):
    """The convention by which a student works whose config says `theirs` where it says `ours`."""
    diagnosis = Diagnosis(sheet_of(load(name, ours)))
    sheet = sheet_of(load(name, theirs))
    answers = [
        answer(entry, typed(sheet.truths[entry.slot], digits))
        for entry in sheet.entries
        if asked(entry) and entry.address in diagnosis.sheet.at
    ]
    return convention_of(mark(diagnosis.sheet, answers), answers, diagnosis.rules)


@pytest.mark.parametrize("id_", RULES)
def test_the_line_of_the_config_that_makes_all_answers_right(id_):
    theirs, ours = ([setting] for setting in RULES[id_])
    found = found_for("mazur", theirs, ours)
    key, _, value = theirs[0].partition("=")
    quoted = value if key == "train_biases" else f'"{value}"'
    assert (found.id, found.config) == (id_, f"{key} = {quoted}")
    assert found.marking.all_right


@pytest.mark.parametrize(("theirs", "ours"), [("sum", "mean"), ("mean", "sum")])
def test_the_reduction_of_a_batch_is_a_convention(theirs, ours):
    found = found_for("batch", [f"reduction={theirs}"], [f"reduction={ours}"])
    assert found.config == f'reduction = "{theirs}"'


@pytest.mark.parametrize("name", ["adam", "softmax", "deep"])
def test_a_convention_is_found_behind_rounded_numbers_of_a_later_epoch(name):
    sheet, other = (sheet_of(load(name, s), [3]) for s in ([], ["convention.delta=descent"]))
    diagnosis = Diagnosis(sheet)
    answers = worked(other, asked=lambda e: e.asked and e.address.epoch == 3)
    found = convention_of(mark(sheet, answers), answers, diagnosis.rules)
    assert found.id == "delta-sign"


def test_every_rule_is_told_in_the_words_of_its_key():
    plain = load("mazur")
    for setting, line in (
        ("convention.delta=descent", 'convention.delta = "descent"'),
        ("convention.bias=subtracted", 'convention.bias = "subtracted"'),
        ("error=squared", 'error = "squared"'),
        ("reduction=sum", 'reduction = "sum"'),
        ("train_biases=true", "train_biases = true"),
    ):
        assert config_line(plain, load("mazur", [setting])) == line


def test_the_sequential_update_is_a_mistake_and_no_convention():
    assert found_for("mazur", ["update=sequential"], []) is None


def test_a_lone_number_may_as_well_be_a_mistake():
    def only(*keys):
        return lambda entry: entry.key in keys

    descent = ["convention.delta=descent"]
    assert found_for("mazur", descent, [], asked=only("delta_o1")) is None
    assert found_for("mazur", descent, [], asked=only("delta_o1", "net_h1")) is None
    assert found_for("mazur", descent, [], asked=only("delta_o1", "delta_o2")).id == "delta-sign"
    assert found_for("mazur", descent, [], asked=only("delta_o1", "dE_dw5")).id == "delta-sign"
    assert found_for("mazur", descent, [], asked=only("delta_o1", "dE_dw1")) is None


def test_all_right_answers_and_blanks_need_no_convention():
    diagnosis = Diagnosis(sheet_of(load("mazur")))
    answers = worked(diagnosis.sheet)
    assert convention_of(mark(diagnosis.sheet, answers), answers, diagnosis.rules) is None
    blank = answers_to(diagnosis.sheet, delta_o1="-0.138498562", delta_o2="0.0380982", dE_dw5="")
    found = convention_of(mark(diagnosis.sheet, blank), blank, diagnosis.rules)
    assert found.id == "delta-sign"


def test_one_wrong_number_besides_is_no_convention():
    diagnosis = Diagnosis(sheet_of(load("mazur")))
    texts = {"delta_o1": "-0.138498562", "delta_o2": "0.0380982", "net_h1": "0.5"}
    answers = answers_to(diagnosis.sheet, **texts)
    assert convention_of(mark(diagnosis.sheet, answers), answers, diagnosis.rules) is None


def test_a_rule_that_lacks_an_answered_line_is_passed_over():
    diagnosis = Diagnosis(sheet_of(load("mazur")))
    texts = {"delta_o1": "-0.138498562", "delta_o2": "0.0380982"}
    answers = answers_to(diagnosis.sheet, **texts)
    marking = mark(diagnosis.sheet, answers)
    lacking = SimpleNamespace(at={}, truths=[])
    rules = {"bias-updated": lacking, "delta-sign": diagnosis.rules["delta-sign"]}
    assert convention_of(marking, answers, rules).id == "delta-sign"
    assert convention_of(marking, answers, {"bias-updated": lacking}) is None


def test_each_answer_is_marked_anew_by_the_convention():
    found = found_for("mazur", ["convention.delta=descent"], [], digits=4)
    assert {verdict.status for verdict in found.marking.verdicts} == {CORRECT}
    assert WRONG not in {verdict.status for verdict in found.marking.verdicts}
