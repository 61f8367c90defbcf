"""What is asked of answers while they are marked, and how many of them are looked into."""

import pytest
from students import answers_to, desk

from backprop_cli.marking.diagnosis import diagnose
from backprop_cli.marking.verdicts import mark

MAZUR = desk("mazur")


def marking_of(**texts):
    return mark(MAZUR.sheet, answers_to(MAZUR.sheet, **texts))


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("0.0275000", True),  # without the bias
        ("0.0275", True),
        ("0.03", False),  # of so few digits that rounding may well end there
        ("0.0276123", False),  # what nothing makes
        ("-0.3775000", False),  # a slip of the hand is no formula
    ],
)
def test_a_number_is_doubted_that_a_formula_makes_to_many_digits(text, doubted):
    marking = marking_of(net_h1=text)
    assert MAZUR.examination(marking).doubts(marking.verdicts[0]) == doubted


def test_of_one_student_so_many_numbers_are_doubted_at_most(monkeypatch):
    lines = len(MAZUR.sheet.entries)
    marking = marking_of(net_h1="0.0275", net_h2="0.0425", net_o1="0.505905971")
    for most, found in ((1, [True, False, False]), (2, [True, True, False])):
        monkeypatch.setattr(diagnose, "MOST_COMPARED", most * lines)
        for _ in range(2):
            examination = MAZUR.examination(marking)
            assert [examination.doubts(verdict) for verdict in marking.verdicts] == found


def test_what_is_not_looked_into_does_not_count(monkeypatch):
    monkeypatch.setattr(diagnose, "MOST_COMPARED", len(MAZUR.sheet.entries))
    marking = marking_of(net_h1="0.03", net_h2="0.0425")
    examination = MAZUR.examination(marking)
    assert [examination.doubts(verdict) for verdict in marking.verdicts] == [False, True]
