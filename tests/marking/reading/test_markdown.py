"""Worksheets in Markdown, filled in: which item is read from which row, and what is none."""

import pytest

from backprop_cli import load
from backprop_cli.errors import ConfigError
from backprop_cli.marking.reading.answers import faultless, located
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.reading.keys import Keys
from backprop_cli.marking.reading.markdown import is_worksheet
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.worksheet import asked_at, worksheet

PAGE = r"""# Anything: worksheet

- inputs 0.05, 0.10

## Forward pass, sample 2

| quantity | formula | value |
| :-- | :-- | :-- |
| net\_h1 | 0.15·0.05 = \| | **0.3775** |
| out\_h1 |  | |
| ∂E/∂w5 | | $1/2 = 0.5$

A word between.

## Update, epoch 3, batch 2

|value|key|epoch|
|---|---|---|
|-|w5⁺|
| | | |
| `1e-3` | \`w\` | 4 |
| 1 | 2 | 3 | 4 |

| name | remark |
| --- | --- |
| no | answers |
"""


def read(text, name="a.md"):
    return [(i.key, i.value, dict(i.said), i.place.line) for i in items_of(text, name)]


def test_a_row_is_an_answer_and_a_heading_says_where():
    expected = [
        ("net_h1", "0.3775", {"sample": 2}, 9),
        ("out_h1", "", {"sample": 2}, 10),
        ("∂E/∂w5", "1/2 = 0.5", {"sample": 2}, 11),
        ("w5⁺", "-", {"epoch": 3, "batch": 2}, 19),
        ("w", "1e-3", {"epoch": 4, "batch": 2}, 21),
        ("2", "1", {"epoch": 3, "batch": 2}, 22),
    ]
    for name in ("a.md", "a.markdown", "a.txt", "<stdin>"):
        assert read(PAGE, name) == expected
    assert read(PAGE.replace("\n", "\r\n")) == expected
    problems = [item.problem and item.problem.what for item in items_of(PAGE, "a.md")]
    assert problems == [None] * 5 + ["the row has 4 cells, but the header 3"]


@pytest.mark.parametrize(
    ("cells", "remarked"),
    [
        ("0.375 |", True),
        ("w1·i1 = **0.375** | ", True),
        ("w1·i1 | ", False),
        ("0.15·0.05 + 0.35 | ", False),  # nobody works that out for a student
        (" | ", False),
        ("- | ", False),
        ("0.375 | 0.375", False),
        ("0.375 | -", False),  # which says that it is left out
        ("0.375", True),
    ],
)
def test_a_result_beside_an_empty_value_is_remarked(cells, remarked):
    page = f"| quantity | formula | value |\n| - | - | - |\n| net\\_h1 | {cells}"
    said = []
    items = items_of(page, "a.md", said.append)
    assert [item.key for item in items] == ["net_h1"]
    what = "the result stands in the column formula, but only the column value is read"
    assert said == ([f"a.md: net_h1: {what}"] if remarked else [])
    said.clear()
    items_of(page + "|\n| out_h1 | = 0.6 | |\n| E | 1 | |", "a.md", said.append)
    assert said == [f"a.md: {'net_h1 and 2' if remarked else 'out_h1 and 1'} more: {what}"]
    items_of(page.replace("formula", "points"), "a.md", said.append)
    assert len(said) == 1


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("| quantity | value |\n| --- | --- |", True),
        ("Text.\n\n  |Key|x|Answer|", True),
        ("| quantity | given | verdict |", False),
        ("| quantity | formula |", False),
        ("quantity | value", False),
        ("# quantity, value", False),
    ],
)
def test_a_worksheet_is_known_by_its_table(text, is_one):
    assert is_worksheet(text) == is_one


def test_a_page_without_such_a_table_is_refused():
    with pytest.raises(ConfigError, match=r"a\.md: error: there is no table with the columns"):
        read("| a | b |\n| - | - |\n| 1 | 2 |")
    with pytest.raises(ConfigError, match="there are no answers here"):
        read("| quantity | value |\n| - | - |")


@pytest.mark.parametrize(
    ("name", "epochs"),
    [("mazur", 1), ("mazur", 2), ("xor", 2), ("batch", 2), ("softmax", 1), ("adam", 1),
     ("han-kamber", 1), ("deep", 1)],
)  # fmt: skip
def test_every_line_of_a_worksheet_finds_its_quantity(name, epochs):
    sheet = sheet_of(load(name), range(1, epochs + 1))
    items = items_of(worksheet(sheet, form="markdown", key=True, digits=6), "key.md")
    answers = faultless(located(items, Keys(sheet)))
    assert [answer.address for answer in answers] == [e.address for e in asked_at(sheet, "full")]
    for answer in answers:
        truth = sheet.truths[sheet.at[answer.address].slot]
        assert answer.number.value == pytest.approx(truth, rel=1e-5)


def test_a_long_line_is_read_in_no_time():
    for row in ("|" * 200_000 + "x", "| -" * 50_000 + "x", "|-" + " " * 200_000 + "x"):
        assert len(items_of(f"| quantity | value |\n{row}", "a.md")) == 1
