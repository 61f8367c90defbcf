"""Submissions: whose file or row it is, which columns count, and names of files and cells."""

import os
from pathlib import Path

import pytest

from backprop_cli import load
from backprop_cli.errors import ConfigError, FileError
from backprop_cli.marking.reading.keys import Keys
from backprop_cli.marking.reading.submissions import (
    LONGEST_NAME,
    Class,
    defused,
    file_names,
    submissions_of,
    that_count,
)
from backprop_cli.marking.sheet import sheet_of

MAZUR = Keys(sheet_of(load("mazur")))


@pytest.fixture
def handed_in(tmp_path, monkeypatch):
    """The submissions in a folder with these files, or in the paths named; and the warnings."""
    monkeypatch.chdir(tmp_path)

    def read(files, *paths, attempts="all", **how):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        warnings = []
        found = submissions_of(paths or ["."], Class(MAZUR, warnings.append, **how))
        return that_count(found, attempts), warnings

    return read


def test_a_folder_has_a_student_for_each_file_of_answers(handed_in):
    names = ["b.toml", "a.JSON", "a.csv", "sub/a.toml", "c.txt", "d.answers.toml", "e.jsonl"]
    others = [".hidden.toml", "__MACOSX/a.toml", "sub/.git/x.toml", "notes.md", "none"]
    found, warnings = handed_in(dict.fromkeys([*names, *others], "net_h1 = 1"))
    students = [submission.student for submission in found]
    assert students == ["a", "a (2)", "b", "c", "d", "e", "sub/a"]
    assert [submission.items for submission in found] == [None] * 7
    assert warnings == []


def test_networks_and_keys_in_the_folder_are_nobodys_answers(handed_in):
    """What `backprop variants` writes, in which answers are filled in."""
    network = "eta = 1\n" + "# …\n" * 500 + " [[ layers ]]\n"
    files = {
        "a.toml": network,
        "b.toml": "eta = 1\nlayers = []\n",
        "c.toml": "# [[layers]]\nnet_h1 = 1\n",
        "c.csv": "[[layers]]\n",
        "a.answers.toml": "net_h1 = 1",
        "keys/a.key.toml": "net_h1 = 1",
        "keys/a.key.md": "| quantity | value |\n",
        "mon.key/a.toml": "net_h1 = 1",
    }
    found, warnings = handed_in(files)
    assert [s.file for s in found] == ["a.answers.toml", "c.csv", "c.toml", "mon.key/a.toml"]
    assert sorted(warnings) == [
        "a.toml and 1 more: passed over: network",
        "keys/a.key.md and 1 more: passed over: key",
    ]
    found, warnings = handed_in({}, "a.toml", "keys/a.key.toml")  # whoever names one, means it
    assert (len(found), warnings) == (2, [])


@pytest.mark.parametrize(
    ("how", "options"),
    [
        ({"student": "id"}, "--student"),
        ({"keep": ("a", "b")}, "--keep"),
        ({"student": "id", "keep": ("a",)}, "--student or --keep"),
    ],
)
def test_columns_that_are_asked_for_are_those_of_a_table(handed_in, how, options):
    files = {"f/a.toml": "E = 1", "class.csv": "id,a,b,E\nada,1,2,0.3\n", "b.csv": "key,value\nE,1"}
    for path in ("f", "f/a.toml", "b.csv"):
        found, warnings = handed_in(files, path, "class.csv", **how)
        said = [warning for warning in warnings if "no effect" in warning]
        assert said == [f"{path}: not a class table, so {options} has no effect"]
        assert len(found) == 2
    assert not [said for said in handed_in(files, "f", "class.csv")[1] if "no effect" in said]


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
    assert [s.problem is None for s in found] == [True, True, False]
    assert warnings == []


def test_who_is_called_like_a_second_of_another_is_told_apart_too(handed_in):
    text = "name,E\nAda,1\nAda,2\nAda (2),3\nAda,4\nBo (2),1\nBo,2\nBo,3\n"
    found, _ = handed_in({"class.csv": text}, "class.csv")
    students = ["Ada", "Ada (2)", "Ada (2) (2)", "Ada (3)", "Bo (2)", "Bo", "Bo (3)"]
    assert [s.student for s in found] == students
    assert [s.owner for s in found] == ["Ada", "Ada", "Ada (2)", "Ada", "Bo (2)", "Bo", "Bo"]


def test_a_row_with_cells_beyond_the_header_cannot_be_read(handed_in):
    text = "name,E,net_h1\nAda,0,3775,0,59327\nBo,1,2,,\nCy,1,2,3\n"
    found, _ = handed_in({"class.csv": text}, "class.csv")
    ada, bo, cy = (submission.problem for submission in found)
    assert ada.what == "the row has 5 cells, but the header 3"
    assert ada.hint == "a number with a decimal comma takes quotes"
    assert (ada.place.line, bo, cy.place.line) == (2, None, 4)


def test_a_long_cell_is_the_trouble_of_its_row(handed_in):
    long = "9" * 200_000
    text = f"name,E,{long}\nAda,1,2\nBo,{long},\n{long},3,\nDi,4,\n"
    found, warnings = handed_in({"class.csv": text}, "class.csv")
    assert [len(submission.student) for submission in found] == [3, 2, 200, 2]
    assert [s.problem and s.problem.what for s in found] == [
        None, None, "a name of 200000 characters is too long", None,
    ]  # fmt: skip
    assert len(warnings[0]) < 200


@pytest.mark.thorough
def test_of_many_unknown_columns_some_are_named_and_the_rest_counted(handed_in):
    header = ",".join(f"net_x{n}" for n in range(20_000))
    _, warnings = handed_in({"class.csv": f"name,E,{header}\nAda,1\n"}, "class.csv")
    assert "net_x0 (did you mean" in warnings[0]
    assert warnings[0].endswith(", and 19,980 more")
    assert len(warnings[0]) < 2000


def test_a_name_that_is_not_utf_8_is_shown_as_bytes(handed_in):
    name = os.fsdecode(b"caf\xe9.toml")
    found, warnings = handed_in({name: "E = 1", "bo.toml": "E = 1"})
    assert [s.student for s in found] == ["bo", "caf\\xe9"]
    assert found[1].file == name
    assert warnings == ["caf\\udce9.toml: the name is not UTF-8; it is shown as caf\\xe9"]


def test_links_out_of_the_folder_are_refused_and_named(handed_in, tmp_path):
    (tmp_path / "key.toml").write_text("E = 1")
    (tmp_path / "others").mkdir()
    (tmp_path / "in").mkdir()
    for link, target in (
        ("out", "../key.toml"), ("within", "ada.toml"), ("far", "/etc/passwd"),
        ("broken", "../none.toml"),
    ):  # fmt: skip
        (tmp_path / "in" / f"{link}.toml").symlink_to(target)
    (tmp_path / "in" / "folder").symlink_to("../others")
    (tmp_path / "in" / "here").symlink_to(".")
    (tmp_path / "in" / "notes").symlink_to("../key.toml")
    found, _ = handed_in({"in/ada.toml": "E = 1"}, "in")
    refused = {s.student: s.problem is not None for s in found}
    assert refused == {
        "ada": False, "broken": True, "far": True, "folder": True, "out": True, "within": False,
    }  # fmt: skip
    told = next(s.problem for s in found if s.student == "out")
    assert told.render().startswith("in/out.toml: error: this is a link that leads out")


def test_a_folder_that_cannot_be_read_is_named(handed_in, tmp_path, monkeypatch):
    scandir = os.scandir

    def closed(path):
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    files = {"in/shut/x.toml": "E = 1", "in/bo.toml": "E = 1"}
    monkeypatch.setattr(os, "scandir", closed)
    found, _ = handed_in(files, "in")
    assert [s.student for s in found] == ["bo", "shut"]
    assert found[1].problem.render() == "in/shut: error: cannot be read: Permission denied"
    with pytest.raises(FileError, match="cannot be read: Permission denied"):
        handed_in(files, "in/shut")


@pytest.mark.parametrize(
    ("header", "student", "passed"),
    [
        ("w1+,Name,E", "b", []),
        ("Email,E,Student,name", "a", []),  # the more telling column wins
        ("sid,E", "a", []),
        ("who,E", "a", []),
        ("who,E,,remark", "a", ["remark"]),
        (
            "who,E,net_h3",
            "a",
            [f"net_h3 (did you mean 'net_h{n}'? 0 points)" for n in (1, 2)],
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
        ("name,E", "class.csv:1: error: there are no rows below the header"),
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


@pytest.mark.parametrize("letter", ["é", "学", "😀", "e\u0301\u0323"])
def test_a_name_fits_into_a_folder_with_number_and_ending(letter, tmp_path):
    name_of = file_names("")
    for _ in range(12):
        name = name_of(letter * 99)
        assert len(name) <= LONGEST_NAME + 3
        (tmp_path / f"{name}.answers.toml").write_text("")
    assert len(list(tmp_path.iterdir())) == 12


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
        (";=1+1", ";'=1+1"), ("a; @b", "a; '@b"), ("a\t-b\n+c", "a\t'-b\n'+c"), ("＝x", "'＝x"),
        ("a;＋x", "a;'＋x"), ("a, -b", "a, -b"), ("a; b", "a; b"), ("=;=", "'=;'="),
        ("", ""), (" ", " "), (-1.5, -1.5), (None, None), ("'a", "'a"),
    ],
)  # fmt: skip
def test_cells_that_a_spreadsheet_would_work_get_a_quote(cell, safe):
    assert defused(cell) == safe


def test_attempts_are_counted_by_their_owner(handed_in):
    text = "name,E\nAda,1\nBo,2\nAda,3\nAda,4\nAda (2),5\n"
    expected = {
        "all": [("Ada", 1), ("Bo", 2), ("Ada (2)", 3), ("Ada (3)", 4), ("Ada (2) (2)", 5)],
        "first": [("Ada", 1), ("Bo", 2), ("Ada (2)", 5)],
        "last": [("Bo", 2), ("Ada", 4), ("Ada (2)", 5)],
        "best": [("Ada", 1), ("Bo", 2), ("Ada", 3), ("Ada", 4), ("Ada (2)", 5)],
    }
    for attempts, kept in expected.items():
        found, _ = handed_in({"class.csv": text}, "class.csv", attempts=attempts)
        assert [(s.student, int(s.items[0].value)) for s in found] == kept


def test_a_later_file_of_a_platform_comes_after_the_first(handed_in):
    names = ["ada_111_222_x-1.csv", "ada_111_222_x.csv", "ada_111_222_x-2.csv", "bo.toml"]
    found, _ = handed_in(dict.fromkeys(names, "E = 1"), attempts="last")
    assert [(s.student, s.file) for s in found] == [
        ("ada", "ada_111_222_x-2.csv"),
        ("bo", "bo.toml"),
    ]


def test_a_folder_without_answers_is_told_and_other_pages_are_none(handed_in):
    moodle = "Ada L_1_assignsubmission_file_"
    files = {
        f"{moodle}/scan.pdf": "x",
        f"{moodle}/.x.toml": "x",
        "Bo_2_assignsubmission_file_/deep/172.answers.md": "| quantity | value |\n| E | 1 |\n",
        "Cy_3_assignsubmission_file_/a.toml": "E = 1",
        "readme.md": "| what | value |\n",
        "feedback.md": "| quantity | given | verdict |\n| E | 1 | wrong |\n",
    }
    found, _ = handed_in(files)
    assert [(s.student, s.names, s.problem is None) for s in found] == [
        ("Ada L", ("1", ""), False), ("Bo", ("2", "172"), True), ("Cy", ("3", "a"), True),
    ]  # fmt: skip
    assert found[0].problem.what == "there is no file of answers in this folder"
    assert found[0].file == moodle


def test_what_a_table_says_of_students_is_kept(handed_in):
    text = "Name,Email,Group,1. E (error)\nAda,a@x,1,0.3\nBo,,2,0.4\n"
    found, warnings = handed_in({"c.csv": text}, "c.csv", keep=("email", "Group"))
    assert [(s.student, s.kept) for s in found] == [("a@x", ("a@x", "1")), ("Bo", ("", "2"))]
    assert [(i.key, i.value) for i in found[0].items] == [("E", "0.3")]
    assert warnings == []
    found, _ = handed_in({"c.csv": text}, "c.csv", student="name")
    assert [s.student for s in found] == ["Ada", "Bo"]
    for how in ({"student": "Grup"}, {"keep": ("Grup",)}):
        with pytest.raises(ConfigError, match="there is no column 'Grup'"):
            handed_in({"c.csv": text}, "c.csv", **how)
    found, _ = handed_in({"f/a.toml": "E = 1"}, "f", keep=("email", "Group"))
    assert found[0].kept == ("", "")


def test_a_class_table_in_an_old_encoding_is_read_with_remarks(handed_in, tmp_path):
    (tmp_path / "c.csv").write_bytes("sep=;\nName;E\nJürgen;0,3\n".encode("cp1252"))
    found, warnings = handed_in({}, "c.csv")
    assert [(s.student, s.items[0].value) for s in found] == [("Jürgen", "0,3")]
    assert [warning.partition(": ")[2][:9] for warning in warnings] == ["not UTF-8", "its first"]
