"""Submissions: whose file or row it is, which columns count, and names of files and cells."""

import pytest

from backprop_cli import load
from backprop_cli.errors import ConfigError, FileError
from backprop_cli.marking.reading.keys import Keys
from backprop_cli.marking.reading.submissions import (
    LONGEST_NAME,
    defused,
    file_names,
    submissions_of,
)
from backprop_cli.marking.sheet import sheet_of

MAZUR = Keys(sheet_of(load("mazur")))


@pytest.fixture
def handed_in(tmp_path, monkeypatch):
    """The submissions in a folder with these files, or in the paths named; and the warnings."""
    monkeypatch.chdir(tmp_path)

    def read(files, *paths):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        warnings = []
        return list(submissions_of(paths or ["."], MAZUR, warnings.append)), warnings

    return read


def test_a_folder_has_a_student_for_each_file_of_answers(handed_in):
    names = ["b.toml", "a.JSON", "a.csv", "sub/a.toml", "c.txt", "d.answers.toml", "e.jsonl"]
    others = [".hidden.toml", "__MACOSX/a.toml", "sub/.git/x.toml", "notes.md", "none"]
    found, warnings = handed_in(dict.fromkeys([*names, *others], "net_h1 = 1"))
    students = [submission.student for submission in found]
    assert students == ["a.JSON", "a.csv", "b", "c", "d.answers", "e", "sub/a"]
    assert [submission.items for submission in found] == [None] * 7
    assert warnings == []


def test_who_hands_in_twice_is_told_apart(handed_in):
    found, _ = handed_in({"x/a.toml": "E = 1", "y/a.toml": "E = 2"}, "x", "y", "x/a.toml")
    assert [s.student for s in found] == ["a", "a (2)", "a (3)"]
    assert [s.file for s in found] == ["x/a.toml", "y/a.toml", "x/a.toml"]


def test_a_class_table_has_a_student_in_each_row(handed_in):
    text = "id;w5+;net h1\n7; 0,35 ;1\n;;\n ;2\nlast;3;4;5\n"
    found, warnings = handed_in({"class.csv": text}, "class.csv")
    rows = [(s.student, [(i.key, i.value, i.place.line) for i in s.items]) for s in found]
    assert rows == [
        ("7", [("w5+", "0,35", 2), ("net h1", "1", 2)]),
        ("line 4", [("w5+", "2", 4), ("net h1", "", 4)]),
        ("last", [("w5+", "3", 5), ("net h1", "4", 5)]),
    ]
    assert {s.file for s in found} == {"class.csv"}
    assert warnings == []


@pytest.mark.parametrize(
    ("header", "student", "passed"),
    [
        ("w1+,Name,E", "b", []),
        ("Email,E,Student,name", "c", []),  # the more telling column wins
        ("sid,E", "a", []),
        ("who,E", "a", []),
        ("who,E,,remark", "a", ["remark"]),
        (
            "who,E,net_h3",
            "a",
            ["net_h3 (did you mean 'net_h1'?)", "net_h3 (did you mean 'net_h2'?)"],
        ),
    ],
)
def test_which_column_names_the_student(handed_in, header, student, passed):
    found, warnings = handed_in({"class.csv": f"{header}\na,b,c,d\n"}, "class.csv")
    assert found[0].student == student
    assert bool(warnings) == bool(passed)
    if passed:
        assert warnings[0] in {f"class.csv: columns passed over: {each}" for each in passed}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "class.csv:1: error: the file is empty"),
        ("name,age\na,3", "class.csv:1: error: no column is a quantity of this network"),
        ("name,age\na,3", "hint: a column per quantity, such as net_h1"),
        ("name,E,E_total\na,3,4", "class.csv:1: error: E and E_total are the same quantity"),
    ],
)
def test_a_class_table_that_cannot_be_used_is_refused(handed_in, text, what):
    with pytest.raises(ConfigError) as caught:
        handed_in({"class.csv": text}, "class.csv")
    assert what in str(caught.value)


def test_a_file_with_a_row_for_each_quantity_is_one_submission(handed_in):
    for name, text in (
        ("a.csv", "quantity,value\nE,1"),
        ("a.tsv", "key;given\nE;1"),
        ("a.toml", "E=1"),
    ):
        found, _ = handed_in({name: text}, name)
        assert [(s.student, s.file, s.items) for s in found] == [("a", name, None)]


def test_where_nothing_is_handed_in_it_is_said(handed_in):
    with pytest.raises(FileError, match="there are no submissions here") as caught:
        handed_in({"notes.md": ""})
    assert caught.value.hint.startswith("answer files end in .toml, .json")
    with pytest.raises(FileError, match="there is no such file or folder"):
        handed_in({}, "nowhere")


def test_names_of_files_keep_what_is_harmless():
    name_of = file_names(".md")
    for student, name in (
        ("Ada", "Ada.md"), ("ada", "ada-2.md"), ("ADA", "ADA-3.md"), ("Éva Łuk", "Éva Łuk.md"),
        ("a@b.c+d-e", "a@b.c+d-e.md"), ("a/b\\c:d", "a_b_c_d.md"), ("x" * 99, "x" * 80 + ".md"),
        ("y" * 79 + " z", "y" * 79 + ".md"), ("  .z. ", "z.md"), ("", "_.md"), ("NUL", "_NUL.md"),
        ("com1.x", "_com1.x.md"), ("com10", "com10.md"), ("console", "console.md"),
        ("E\u0301va", "Éva.md"), ("..", "_-2.md"),
    ):  # fmt: skip
        assert name_of(student) == name
    assert LONGEST_NAME == 80


def test_no_name_leaves_the_folder():
    name_of = file_names(".md")
    names = [
        "../../x", "/etc/passwd", "..", ".", "", "a/b", "a\\b", "CON", "x" * 500, "Ada", "ada",
        "Éva", "a\nb", "a\x00b", " . ", "con.txt", "-rf",
    ]  # fmt: skip
    found = [name_of(name) for name in names]
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert not set(name) & set("/\\\0\n")
        assert not name.startswith(".")
        assert len(name) < 100


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("|a", "'|a"), ("%a", "'%a"),
        ("  =1", "'  =1"), ("\ta", "'\ta"), ("\ra", "'\ra"), ("\na", "'\na"), ("a=1", "a=1"),
        ("", ""), (" ", " "), (-1.5, -1.5), (None, None), ("'a", "'a"),
    ],
)  # fmt: skip
def test_cells_that_a_spreadsheet_would_work_get_a_quote(cell, safe):
    assert defused(cell) == safe
