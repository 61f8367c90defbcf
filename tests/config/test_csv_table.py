"""CSV tables: the separator, the header, rows with their lines, and what is refused."""

import pytest

from backprop_cli.config.csv_table import CsvTable, separator_line
from backprop_cli.errors import ConfigError


def read(text, strict=False, **lengths):
    table = CsvTable(text, "a.csv", strict=strict)
    return table.header, [(row.place.line, *row.cells) for row in table.rows(**lengths)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_the_one_that_the_header_has(separator):
    text = "a,b\n1, 2 \n".replace(",", separator)
    assert read(text) == (["a", "b"], [(2, "1", "2")])


def test_decimal_commas_are_no_separators_where_the_header_has_others():
    assert read("a;b\n0,5;1,5\n")[1] == [(2, "0,5", "1,5")]
    assert read('a,b\n"0,5", "1,5"\n')[1] == [(2, "0,5", "1,5")]


def test_blank_rows_are_passed_over_and_lines_counted():
    assert read("\n , \na,b\r\n\r\n,\n1,2\n") == (["a", "b"], [(6, "1", "2")])
    assert read('a,b\n"1\n2",3\n4,5')[1] == [(3, "1\n2", "3"), (4, "4", "5")]


def test_a_row_is_as_long_as_the_header_says():
    text = "a,b\n1\n1,2\n1,2,3\n"
    with pytest.raises(ConfigError, match=r"a\.csv:4: .*the row has 3 cells, but the header 2"):
        read(text)
    with pytest.raises(ConfigError, match=r"a\.csv:2: .*the row has 1 cells, but the header 2"):
        read(text, shorter=False)
    assert read(text, longer=True)[1] == [(2, "1", ""), (3, "1", "2"), (4, "1", "2")]


def test_a_header_alone_says_nothing():
    for text in ("a,b", "\na,b\n\n , \n"):
        with pytest.raises(ConfigError, match=r"there are no rows below the header\n    a,b"):
            read(text)
        assert read(text, fewest=0) == (["a", "b"], [])


@pytest.mark.parametrize(
    ("text", "hinted"), [("a,b\n1,2,3", True), ("a;b\n1;2;3", False), ("a,b\n1", False)]
)
def test_too_many_cells_may_come_from_decimal_commas(text, hinted):
    with pytest.raises(ConfigError) as caught:
        read(text, shorter=False)
    assert ("decimal comma" in str(caught.value)) == hinted


def test_the_source_line_is_told():
    with pytest.raises(ConfigError, match="    1,2,3\n"):
        read("a,b\n1,2,3\r\n")


@pytest.mark.parametrize("text", ["", "\n\n", " , ,\n"])
def test_a_file_without_a_header_is_refused(text):
    with pytest.raises(ConfigError, match=r"a\.csv:1: error: the file is empty"):
        read(text)


def test_what_is_no_csv_is_told_with_its_line():
    text = 'a,b\n1,"2'
    with pytest.raises(ConfigError, match=r"a\.csv:2: error: not CSV"):
        read(text, strict=True)
    assert read(text)[1] == [(2, "1", "2")]


def test_quotes_in_the_wrong_place_are_let_pass_unless_said():
    assert [row.cells for row in CsvTable('a,b\n1,"2"3', "a.csv").rows()] == [["1", "23"]]
    with pytest.raises(ConfigError, match="not CSV"):
        list(CsvTable('a,b\n1,"2"3', "a.csv", strict=True).rows())


SEPARATORS = ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("sign", SEPARATORS)
def test_what_python_takes_for_a_line_end_is_none_in_a_file(sign: str) -> None:
    text = f'a,b\n1{sign}2,{sign}\n"{sign}3{sign}",4\n{sign},\n5,6'
    rows = list(CsvTable(text, "f.csv").rows())
    assert [(row.place.line, *row.cells) for row in rows] == [
        (2, f"1{sign}2", ""),
        (3, "3", "4"),
        (5, "5", "6"),
    ]
    assert rows[0].place.source == f"1{sign}2,{sign}"


@pytest.mark.parametrize("sign", SEPARATORS)
def test_a_blank_row_above_the_header_does_not_choose_the_separator(sign: str) -> None:
    table = CsvTable(f"{sign}\na;b\n1,5;2\n", "f.csv")
    assert (table.header, [row.cells for row in table.rows()]) == (["a", "b"], [["1,5", "2"]])


@pytest.mark.parametrize(
    ("first", "separator"),
    [
        ("sep=;", ";"), ("SEP=,", ","), ('"sep=;"', ";"), ("sep=\t", "\t"), ("sep=|", "|"),
        ("\n sep=;", ";"), ("sep=;;;", ";"), ("sep=", None), ("sep=a", None), ("sep=;x", None),
        ("sep;a", None), ("x sep=;", None),
    ],
)  # fmt: skip
def test_a_line_above_the_header_may_say_the_separator(first, separator):
    text = f"{first}\na;b\n1;2\n"
    assert separator_line(text) == separator
    if separator == ";":
        assert read(text) == (["a", "b"], [(3 + first.count("\n"), "1", "2")])
        assert read(text.replace("\n", "\r\n"))[0] == ["a", "b"]


def test_the_separator_that_is_said_wins():
    assert read("sep=,\na;x,b\n1,2")[0] == ["a;x", "b"]
