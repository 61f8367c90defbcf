"""The forms of answer files: which item is read from which line, and what is refused."""

from decimal import Decimal

import pytest

from backprop_cli.errors import ConfigError, Place
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.reading.rows import UNKNOWN, from_row, is_row


def read(text, name="<stdin>"):
    """Key, value, what is said and line of every item."""
    return [(i.key, str(i.value), dict(i.said), i.place.line) for i in items_of(text, name)]


def refusal(text, name="a.toml"):
    with pytest.raises(ConfigError) as caught:
        items_of(text, name)
    return str(caught.value)


TOML = """# answers
schema = "backprop/verify/1"
net_h1 = 0.30   # first

[sample2]
'net h1' = '0,5'
[epoch3.sample2]
w5_new = ""
"""


@pytest.mark.parametrize(
    ("text", "name", "what"),
    [
        ('{"key": "E", "value": 1, "value": 2}', "a.json", "a.json:1: error: value stands twice"),
        ('[{"key": "E", "value": 1, "epoch": 1, "epoch": 2}]', "a.json", "steps[0]: epoch stands"),
        ('{"key": "E", "value": 1}\n{"key": "E", "key": "x", "value": 1}', "a.jsonl",
         "a.jsonl:2: error: key stands twice in this row"),
    ],
)  # fmt: skip
def test_a_row_that_says_something_twice_is_refused(text, name, what):
    assert what in refusal(text, name)


def test_toml_has_tables_for_samples_and_epochs():
    assert read(TOML) == [
        ("net_h1", "0.30", {}, 3),
        ("net h1", "0,5", {"sample": 2}, 6),
        ("w5_new", "", {"epoch": 3, "sample": 2}, 8),
    ]
    assert read("schema = 3\nx = 1")[0][:2] == ("schema", "3")


LINES = """# answers
w5+ = 0,359  # with a decimal comma
w6' =
"net h1" = '0.5'
["sample2"]
δ_o1 = 0.1 · 10^-2
"epoch3"."net h1" = 1e3
[ epoch3.sample2 ]
E = "0.2"
"""


def test_lines_that_toml_refuses_are_read_all_the_same():
    assert read(LINES) == [
        ("w5+", "0,359", {}, 2),
        ("w6'", "", {}, 3),
        ("net h1", "0.5", {}, 4),
        ("δ_o1", "0.1 · 10^-2", {"sample": 2}, 6),
        ("epoch3.net h1", "1e3", {"sample": 2}, 7),
        ("E", "0.2", {"epoch": 3, "sample": 2}, 9),
    ]


def test_a_line_with_a_colon_is_an_answer_too():
    assert read("net_h1: 0,3775\nE := 0.3 # so\n'w5+' : '1:2'\n") == [
        ("net_h1", "0,3775", {}, 1), ("E :", "0.3", {}, 2), ("w5+", "1:2", {}, 3),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["nothing", "= 3", "  = 2", ": 2", "net_h1 0.3775", '"a"', "]["])
def test_a_line_of_another_kind_is_at_fault_alone(line):
    first, item, last = items_of(f"w5+ = 0,3\n{line}\nE = 1", "a.toml")
    assert (first.problem, last.problem) == (None, None)
    assert (item.key, item.value) == (line.strip(), None)
    assert item.problem.what == "this line is no answer"
    assert item.problem.place == Place("a.toml", 2, "", line)


@pytest.mark.parametrize("value", ["[1]", "{", "true", "'a", '"a', "1979-05-27"])
def test_a_value_of_another_kind_stays_a_text(value):
    assert read(f"w5+ = 0,3\nx = {value}")[1] == ("x", value, {}, 2)


@pytest.mark.parametrize("text", ["nothing", "a\nb", "= 2", "[x\n", "# a = 2\nb"])
def test_a_text_without_an_answer_is_told_as_toml_tells_it(text):
    assert "a.toml:" in (told := refusal(text))
    assert "no answer" not in told


@pytest.mark.parametrize(
    ("text", "line"),
    [("[foo]\nx = 1", 2), ("w5+ = 0,3\n[foo]\nx = 1", 2), ("[sample2.foo]\nx = 1", 2)],
)
def test_a_table_of_another_name_is_refused(text, line):
    found = refusal(text)
    assert "foo is no sample, batch or epoch" in found
    assert "hint: tables are called sample2" in found


JSON = """{
  "schema": "x", "$schema": "y",
  "net_h1": 0.30,
  "sample2": {"net h1": "0,5", "epoch3": {"w5_new": ""}},
  "δ_o1": null
}"""


def test_json_has_objects_for_samples_and_epochs():
    assert read(JSON) == [
        ("net_h1", "0.30", {}, 3),
        ("net h1", "0,5", {"sample": 2}, 4),
        ("w5_new", "", {"sample": 2, "epoch": 3}, 4),
        ("δ_o1", "None", {}, 5),
    ]
    assert read('{"schema": 1, "$schema": 2}') == [("schema", "1", {}, 1), ("$schema", "2", {}, 1)]
    assert read('{"\\u03b4_o1": 1}') == [("δ_o1", "1", {}, 1)]
    assert read('{"a": 1, "a": 2}') == [("a", "1", {}, 1), ("a", "2", {}, 1)]


def test_json_rows_and_traces_have_a_key_and_a_value_each():
    rows = '[{"key": "net_h1", "value": 1, "sample": 2}, {"quantity": "E", "given": "3"}]'
    expected = [("net_h1", "1", {"sample": 2}, None), ("E", "3", {}, None)]
    assert read(rows) == expected
    assert read('{"network": {"a": 1}, "steps": ' + rows + "}") == expected
    assert read('[{"a": 1}, {"b": 2}]') == [("a", "1", {}, 1), ("b", "2", {}, 1)]
    (item, _) = items_of(rows, "a.json")
    assert item.place == Place("a.json", path="steps[0]")


def test_json_lines_are_counted():
    text = '\n{"key": "net_h1", "value": 1}\n\n{"a": 2, "sample2": {"b": 3}}\n'
    expected = [("net_h1", "1", {}, 2), ("a", "2", {}, 4), ("b", "3", {"sample": 2}, 4)]
    for name in ("a.jsonl", "a.ndjson", "a.json", "<stdin>"):
        assert read(text, name) == expected


@pytest.mark.parametrize(
    ("text", "name", "what"),
    [
        (
            '{"a": 1,\n"b" 2}',
            "a.json",
            "a.json:2: error: this is not JSON: expecting ':'",
        ),
        ('{"a": 1}\n\n{"b" 2}', "a.jsonl", "a.jsonl:3: error: this is not JSON"),
        ('{"a": 1}\n{"b" 2}', "a.json", "a.json:2: error: this is not JSON: extra data"),
        ("3", "a.json", "a.json:1: error: expected an object of quantities and numbers"),
        ("[1]", "a.json", "a.json:1: error: expected an object"),
        ('[{"a": 1}, 2]', "a.json", "a.json:1: error: expected an object"),
        ('{"steps": [3]}', "a.json", "expected an object"),
        ('{\n"foo": {"a": 1}}', "a.json", "a.json:2: error: foo is no sample, batch or epoch"),
        ("{}", "a.json", "a.json: error: there are no answers here"),
        ("[]", "<stdin>", "there are no answers here"),
        ("[" * 100000, "a.json", "a.json: error: nested too deeply"),
        (" \n", "a.json", "a.json: error: the file is empty"),
        ("# nothing", "a.toml", "there are no answers here"),
    ],
)
def test_what_is_no_json_is_told_with_its_line(text, name, what):
    assert what in refusal(text, name)


CSV = "Quantity, Value,sample,epoch,batch\nnet_h1,0.30,2,,\n\n E ,'1',,3,1\nshort,2\n"


def test_csv_has_a_row_for_each_quantity():
    expected = [
        ("net_h1", "0.30", {"sample": 2}, 2),
        ("E", "'1'", {"epoch": 3, "batch": 1}, 4),
        ("short", "2", {}, 5),
    ]
    for name in ("a.csv", "a.tsv", "<stdin>"):
        assert read(CSV, name) == expected
    for key in ("key", "name", "quantity"):
        for value in ("value", "answer", "given", "number"):
            assert read(f"{key};{value}\nE;0,3") == [("E", "0,3", {}, 2)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a,b\n1,2", "a.csv:1: error: the header row has no columns quantity and value"),
        ("key,b\n1,2", "no columns quantity and value"),
        ("value,value\n1,2", "no columns quantity and value"),
        ("key,value,Value\n1,2,3", "a.csv:1: error: a name stands twice in the header row"),
        ("key,value\n", "1: error: there are no rows below the header"),
    ],
)
def test_what_is_wrong_in_csv_is_told_with_its_line(text, what):
    assert what in refusal(text, "a.csv")


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("E,0,3,1,2", "the row has 5 cells, but the header 4"),
        ("E,1,x,", "sample is not a whole number"),
        ("E,1,-1,", "sample is not a whole number"),
        ("E,1,,1.5", "epoch is not a whole number"),
        ("E,1,,1000000000", "epoch is not a whole number"),
        ("E,1,1,1", None),
    ],
)
def test_what_is_wrong_in_a_row_is_the_trouble_of_that_row(row, what):
    first, item = items_of(f"key,value,sample,epoch\nnet_h1,1,1,1\n{row}", "a.csv")
    assert (first.problem, first.value) == (None, "1")
    assert (item.problem and item.problem.what) == what
    if what is not None:
        assert item.problem.place == Place("a.csv", 3, "", row)


def test_a_line_with_an_equals_sign_is_no_header():
    assert read("quantity = 1\nvalue = 2")[0][0] == "quantity"
    assert read('quantity,value = "x"') == [("quantity,value", "x", {}, 1)]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (None, {}), ("", {}), (0, {}), (Decimal(0), {}), ("0", {}), (Decimal(2), {"sample": 2}),
        (Decimal("2.0"), {"sample": 2}), (" 12 ", {"sample": 12}),
        ("123456789", {"sample": 123456789}),
    ],
)  # fmt: skip
def test_a_level_is_a_whole_number_or_left_out(number, said):
    assert from_row({"key": "E", "value": 1, "sample": number}, Place("a")).said == said


@pytest.mark.parametrize("number", [True, 2, 1.0, "2.0", "x", Decimal("-1"), Decimal("0.5"), [1]])
def test_another_level_is_refused(number):
    item = from_row({"key": "E", "value": 1, "sample": number}, Place("a"))
    assert (item.problem.what, item.said) == ("sample is not a whole number", {"sample": UNKNOWN})


def test_a_row_has_a_text_and_a_value():
    assert is_row({"key": "E", "value": None})
    assert is_row({"name": "E", "number": 1})
    assert not is_row({"key": 3, "value": 1})
    assert not is_row({"key": "E"})
    assert not is_row({"value": 1})
