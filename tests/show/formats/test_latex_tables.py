"""Small tables in LaTeX: columns where there is room, then a folded one, then lines."""

import re

import pytest

from backprop_cli.show.formats.latex_tables import GAP, LEAST, table

HEADS = ("sample", "verdict")


def tex(rows, width, most=10, heads=HEADS):
    return "".join(table(heads, rows, width, most))


def layout(text):
    found = re.findall(r"\\begin\{tabular\}\{(\w+(?:\{.*?em\})?)\}", text)
    return found[0] if found else None


def test_a_table_has_a_column_for_each_cell():
    text = tex([("1", "correct"), ("2", "$w_{5}$")], 40)
    assert layout(text) == "ll"
    assert "{\\bfseries sample} & {\\bfseries verdict} \\\\\n\\hline\n" in text
    assert "1 & correct \\\\\n2 & $w_{5}$ \\\\\n\\end{tabular}" in text


def test_names_of_columns_are_text():
    assert "{\\bfseries a b} & {\\bfseries c\\%}" in tex([("1", "2")], 40, heads=("a_b", "c%"))


@pytest.mark.parametrize(
    ("spare", "expected"), [(0.01, "ll"), (-0.01, "lp{11.2em}"), (-2.19, "lp{9.0em}"), (-2.3, None)]
)
def test_the_last_column_is_folded_where_there_is_no_room_and_each_row_beyond_that(spare, expected):
    """Twenty letters of 0.56 em: 11.2 em, which may shrink to the least of a column, 9."""
    words = "words that are short"
    head = 0.56 * len("sample")
    width = head + 0.56 * len(words) + 2 * GAP + 1.0 + spare
    text = tex([("1", words)], width)
    assert layout(text) == expected
    if expected is None:
        assert text == "\\par\\smallskip\\textbf{1}\\par\n" + (
            f"{{\\leftskip=1em verdict: {words}\\par}}\n"
        )
    assert LEAST == 9.0


def test_a_word_that_does_not_fit_a_folded_column_makes_lines():
    long = "x" * 30  # 16.8 em
    assert layout(tex([("1", f"{long} and {long}")], 30)) == "lp{23.0em}"
    assert layout(tex([("1", f"{long} and {long}")], 22)) is None
    assert layout(tex([("1", "x")], 22, heads=("sample", f"{long} and {long}"))) is None


def test_a_formula_is_not_parted_where_it_has_blanks():
    formula = "$a + " + " + ".join(["b"] * 12) + "$"
    words = " ".join(["word"] * 12)
    assert layout(tex([("1", words)], 17)) == "lp{10.0em}"
    assert layout(tex([("1", formula)], 17)) is None


def test_marks_of_text_are_no_wider_than_the_sign_they_write():
    assert layout(tex([("1", r"50\%\{\}\_\&\#\textbackslash{}")], 14)) == "ll"


def test_lines_of_a_row_leave_out_empty_cells():
    text = tex([("1", "", "y" * 60), ("2", "b", "")], 20, heads=("at", "one", "two"))
    assert text == (
        "\\par\\smallskip\\textbf{1}\\par\n{\\leftskip=1em two: " + "y" * 60 + "\\par}\n"
        "\\par\\smallskip\\textbf{2}\\par\n{\\leftskip=1em one: b\\par}\n"
    )


@pytest.mark.parametrize(
    ("rows", "most", "parts"), [(6, 3, [3, 3]), (7, 3, [3, 3, 1]), (2, 3, [2])]
)
def test_a_long_table_goes_on_under_its_head(rows, most, parts):
    text = tex([(str(at), "x") for at in range(rows)], 40, most)
    found = text.split("\\end{tabular}")[:-1]
    assert [part.count("& x") for part in found] == parts
    assert all("bfseries sample" in part for part in found)
