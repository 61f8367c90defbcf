"""Matrices in the forms of answers, by whoever wrote them."""

import json
import math

import pytest

from backprop_cli.arrays.written import in_brackets, leaves, sheet_of
from backprop_cli.errors import BackpropError
from backprop_cli.marking.reading import NotANumber, items_of

ROWS = [[0.15, 0.2], [0.25, 0.3]]


def sheet(text, name, is_machine=None):
    return sheet_of(items_of(text, name), is_machine)


def values(numbers):
    """Floats in place of numbers as typed."""
    if isinstance(numbers, list):
        return list(map(values, numbers))
    return None if numbers is None else numbers.value


FORMS = {
    "a.json": '{"W1": [[0.15, 0.2], [0.25, 0.3]]}',
    "rows.json": '[{"key": "W1", "value": [[0.15, 0.2], [0.25, 0.3]]}]',
    "a.jsonl": '{"key": "W1", "value": [[0.15, 0.2], [0.25, 0.3]]}',
    "a.toml": "W1 = [\n  [0.15, 0.2],\n  [0.25, 0.3],\n]",
    "text.toml": 'W1 = "[[0.15 0.2]\\n [0.25 0.3]]"',
    "a.csv": 'quantity,value\nW1,"[[0.15, 0.2], [0.25, 0.3]]"',
    "a.md": "| quantity | value |\n|--|--|\n| W1 | [[0.15, 0.2], [0.25, 0.3]] |",
}


@pytest.mark.parametrize("name", FORMS)
def test_a_matrix_is_read_in_every_form(name):
    found = sheet(FORMS[name], name)
    assert found.machine is None
    assert found.arrays["W1"].shape == (2, 2)
    assert found.arrays["W1"].lists() == ROWS
    first = next(leaves(found.matrices[0].numbers))
    assert (first.digits, first.unit) == (2, 0.01)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('W1 = [[0.15, ""], ["", "0,3"]]', "a.toml"),
        ('W1 = "[[0.15, ], [, 0.3]]"', "b.toml"),
        ('{"W1": [[0.15, null], ["", 0.3]]}', "a.json"),
        ('quantity,value\nW1,"[[0.15,],[,0.3]]"', "a.csv"),
    ],
)
def test_what_is_left_blank_is_no_array_but_stays_in_its_place(text, name):
    found = sheet(text, name)
    assert found.arrays == {}
    assert values(found.matrices[0].numbers) == [[0.15, None], [None, 0.3]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[1, 2], [3, 4]]", [["1", "2"], ["3", "4"]]),
        ("[[1. 2.]\n [3. 4.]]", [["1.", "2."], ["3.", "4."]]),
        ("[1, 2,]", ["1", "2", None]),
        ("[,1]", [None, "1"]),
        ("[[], [1]]", [[], ["1"]]),
        ('["", "1"]', [None, "1"]),
        ("[-1e-3]", ["-1e-3"]),
    ],
)
def test_brackets(text, expected):
    assert in_brackets(text) == expected


@pytest.mark.parametrize("text", ["[1", "[1]]", "[1] [2]", "[1], 2", "[" * 30 + "1" + "]" * 30])
def test_brackets_that_are_no_matrix(text):
    with pytest.raises(NotANumber):
        in_brackets(text)


def test_a_programs_arrays_have_its_type():
    third = 1 / 3
    said = sheet(json.dumps({"W1": [[third, 0.5]], "E": 0.25}), "a.json")
    assert said.machine.name == "float64"
    assert said.arrays["W1"].type == "float64"
    assert said.arrays["W1"].lists() == [[third, 0.5]]
    assert said.arrays["E"].shape == ()
    narrow = json.dumps({"W1": [[0.3333333432674408, 0.1428571492433548]]})  # 1/3 and 1/7
    assert sheet(narrow, "a.json").arrays["W1"].type == "float32"
    assert sheet(narrow, "a.json", is_machine=False).machine is None
    assert sheet('{"W1": [[0.5]]}', "a.json", is_machine=True).machine.name == "float64"


def test_in_a_table_most_numbers_have_all_digits_of_a_float():
    full, short = "0.3333333333333333", "0.25"
    for texts, machine in (([full, full, short], True), ([full, short], False)):
        found = sheet(f'quantity,value\nW1,"[{", ".join(texts)}]"', "a.csv")
        assert (found.machine is not None) is machine


def test_nan_and_infinities_are_numbers_of_a_program():
    found = sheet('{"W1": [[NaN, 0.5]], "Z1": [-Infinity, 1]}', "a.json")
    assert found.machine.name == "float64"
    assert math.isnan(found.arrays["W1"].lists()[0][0])
    assert found.arrays["Z1"].lists() == [-math.inf, 1.0]
    assert sheet('W1 = "[[nan, 0.5]]"', "a.toml").arrays["W1"].lists()[0][1] == 0.5


def test_matrices_of_unlike_shapes_are_one_for_each_layer():
    found = sheet('{"zs": [[[1], [2]], [[3]], [[4], [5]]]}', "a.json").arrays["zs"]
    assert [array.shape for array in found] == [(2, 1), (1, 1), (2, 1)]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ('{"W1": [[0.15, "x"]]}', "a.json", "a.json:1: error: W1[0][1]: expected a number"),
        ('{"W1": [[true]]}', "a.json", "W1[0][0]: expected a number, got true"),
        ('{"W1": [[{"a": 1}]]}', "a.json", "W1[0][0]: expected a number, got a table"),
        ('W1 = "[[1, 2]"', "a.toml", "a.toml:1: error: W1: a bracket is not closed"),
        ('a = 1\nW1 = "[1]]"', "a.toml", "a.toml:2: error: W1: a bracket is closed that"),
    ],
)
def test_what_is_no_matrix_is_told_with_its_place(text, name, said):
    with pytest.raises(BackpropError) as raised:
        sheet(text, name)
    assert said in str(raised.value)


def test_a_ragged_matrix_is_told_as_an_array_is():
    with pytest.raises(BackpropError, match=r"W1\[0\]: is empty|W1: is empty"):
        _ = sheet('{"W1": [[]]}', "a.json").arrays


def test_which_answers_are_matrices():
    items = items_of('a = 1\nb = [1]\nc = "[1]"\nd = "1"\ne = ""', "a.toml")
    assert [item.is_matrix for item in items] == [False, True, True, False, False]
    assert not items_of('{"a": [{"b": 1}]}', "a.json")[0].is_matrix
