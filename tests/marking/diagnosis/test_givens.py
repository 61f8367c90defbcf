"""What givens may be misread as, and how many of them are looked at."""

import pytest
from students import answers_to, entry_of

from backprop_cli import load
from backprop_cli.marking.diagnosis import givens
from backprop_cli.marking.diagnosis.case import Case, Inquiry
from backprop_cli.marking.diagnosis.diagnose import Diagnosis
from backprop_cli.marking.diagnosis.givens import (
    misread_in_lines_before,
    misread_in_this_line,
    misreadings,
)
from backprop_cli.marking.diagnosis.mistakes.catalogue import MOST_OTHERS
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts.verdict import mark

MAZUR = Diagnosis(sheet_of(load("mazur")))


def diagnosis_of(*settings):
    return Diagnosis(sheet_of(load("mazur", settings)))


def case_of(diagnosis, key, **texts):
    marking = mark(diagnosis.sheet, answers_to(diagnosis.sheet, **texts))
    return Case(Inquiry(diagnosis, marking), marking.answered[entry_of(diagnosis.sheet, key).slot])


def readings(diagnosis, key):
    """(slip, detail) of every misreading in a line."""
    return [
        (read.slip, read.detail) for read in misreadings(diagnosis, entry_of(diagnosis.sheet, key))
    ]


def of(symbol, found):
    return [
        detail.removeprefix(f"{symbol} as ") for _, detail in found if detail.startswith(symbol)
    ]


def test_a_given_is_taken_for_what_looks_like_it_and_for_what_stands_beside_it():
    found = readings(MAZUR, "dE_dw1")
    assert found == [
        ("given-misread", "i1 as 0.5"),
        ("given-misread", "i1 as 0.005"),
        ("given-misread", "i1 as 5"),
        ("given-misread", "i1 as 0.1, which is i2"),
        ("given-misread", "i1 as 0.01, which is t_o1"),
        ("given-misread", "i1 as 0.99, which is t_o2"),
    ]
    weights = of("w1", readings(MAZUR, "net_h1"))
    assert weights[:4] == ["1.5", "0.015", "15", "0.51"]
    assert weights[4:6] == ["0.2, which is w2", "0.25, which is w3"]
    assert "0.6, which is b2" in weights


def test_a_lost_minus_is_one_of_a_negative_number():
    diagnosis = diagnosis_of("layers.0.weights=[[-0.15, 0.2], [0.25, 0.3]]")
    found = readings(diagnosis, "net_h1")
    assert of("w1", found)[0] == "0.15"
    assert "-0.2" not in of("w2", found)


def test_a_learning_rate_is_halved_or_doubled_or_its_point_is_lost():
    found = readings(diagnosis_of("eta=0.25"), "w5_new")
    assert [detail for slip, detail in found if slip == "eta-misread"] == [
        f"η as {value}" for value in ("0.125", "0.5", "2.5", "0.025", "25", "0.52")
    ]


def test_what_is_not_given_is_not_misread():
    assert readings(MAZUR, "out_h1") == []
    late = Diagnosis(sheet_of(load("mazur"), [1, 2]))
    assert of("w1", readings(late, "net_h1"))
    assert not of("w1", readings(late, "epoch2.net_h1"))
    assert of("i1", readings(late, "epoch2.net_h1"))


@pytest.mark.parametrize(("count", "tried"), [(MOST_OTHERS + 1, True), (MOST_OTHERS + 2, False)])
def test_of_many_samples_none_is_taken_for_another(count, tried):
    inputs = [[0.01 * n, 0.5 - 0.01 * n] for n in range(count)]
    diagnosis = diagnosis_of(f"inputs={inputs}", f"targets={[[0.1, 0.9]] * count}")
    found = [detail for slip, detail in readings(diagnosis, "sample2.net_h1") if "sample" in slip]
    assert len(found) == (3 * MOST_OTHERS if tried else 0)
    assert found[:3] == (["i1 of sample 1", "i2 of sample 1", "all of sample 1"] if tried else [])


@pytest.mark.parametrize(("units", "all_layers"), [(4, True), (5, False)])
def test_of_many_parameters_only_those_of_the_layer_are_taken_for_each_other(units, all_layers):
    """2 + 1 weights for each unit, and one bias: 13 parameters, or 16."""
    above = [[0.71 + 0.01 * n for n in range(units)]]
    layers = [
        f"layers.0.weights={[[0.01 * n + 0.1, 0.31 + 0.01 * n] for n in range(units)]}",
        f"layers.1={{activation='linear', weights={above}}}",
        "targets=[0.1]",
    ]
    found = of("w1", readings(diagnosis_of(*layers), "net_h1"))
    assert "0.31, which is w2" in found
    assert any(detail.startswith("0.71") for detail in found) == all_layers


def test_a_misreading_is_worked_with_the_students_own_numbers_too():
    case = case_of(MAZUR, "dE_dw1", delta_h1="0.9", dE_dw1="0.45")
    found = {(f.detail, round(f.value, 9)) for f in misread_in_this_line(case)}
    assert {("i1 as 0.5", 0.45), ("i1 as 0.5", 0.004385677)} <= found


def test_two_misreadings_that_make_one_number_are_told_together():
    found = [f.detail for f in misread_in_this_line(case_of(MAZUR, "net_h1", net_h1="9"))]
    assert "w1 as 1.5 or i1 as 0.5" in found
    assert "i1 as 0.5" not in found


def test_lines_before_are_those_that_the_answer_hangs_on():
    found = list(misread_in_lines_before(case_of(MAZUR, "E_o1", E_o1="9")))
    assert {f.at.key for f in found} == {"net_h1", "net_h2", "net_o1"}
    assert not list(misread_in_lines_before(case_of(MAZUR, "net_h1", net_h1="9")))


@pytest.mark.parametrize(
    ("name", "answers"), [("MOST_SHARED", {}), ("MOST_WORKED", {"net_h1": "8"})]
)
def test_too_many_lines_are_not_worked_again(name, answers, monkeypatch):
    case = case_of(MAZUR, "out_o1", out_o1="9", **answers)
    assert list(misread_in_lines_before(case))
    monkeypatch.setattr(givens, name, 20)
    assert not list(misread_in_lines_before(case))
