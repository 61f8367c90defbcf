"""Who a submission is from: columns that tell it, and names of files as platforms give them."""

from pathlib import PurePath

import pytest

from backprop_cli.errors import ConfigError, Place
from backprop_cli.marking.reading.students import (
    column,
    identity,
    is_about_students,
    origin,
    owners,
)

AT = Place("a.csv", 1)


@pytest.mark.parametrize(
    ("header", "row", "who"),
    [
        ("Name,Id", "Ada,7", "7"),
        ("Name,Id", "Ada,", "Ada"),
        ("student,E-Mail", "Ada,a@x", "a@x"),
        ("E-Mail Address,Student,Name", "a@x,b,c", "a@x"),
        ("Email Address,Student", "a@x,b", "a@x"),
        ("Surname,First name", "Lovelace,Ada", "Ada Lovelace"),
        ("First Name,Last Name,Email", "Ada,Lovelace,", "Ada Lovelace"),
        ("First name,Name", "Ada,Lovelace", "Ada Lovelace"),
        ("Full name,Surname,Given name", "Ada L.,Lovelace,Ada", "Ada L."),
        ("Full name,Surname", "Ada L.,Lovelace", "Ada L."),
        ("Surname", "Lovelace", "Lovelace"),
        ("Surname,First name", "Lovelace,", "Lovelace"),
        ("ID number,SIS User ID", ",9", ""),
        ("SIS Login ID,username", "9,u", "9"),
        ("who,what", "a,b", ""),
    ],
)
def test_id_comes_before_e_mail_and_this_before_the_name(header, row, who):
    assert identity(header.split(","), None, AT).of(row.split(",")) == who


@pytest.mark.parametrize(
    ("chosen", "who"),
    [("Matrikel", "m"), ("matrikel ", "m"), ("email", "e"), ("E-Mail", "e"), ("name", "f l"),
     ("ID", "i"), ("Last name", "l")],
)  # fmt: skip
def test_a_column_is_found_by_its_name_or_its_kind(chosen, who):
    header = ["ID", "Matrikel", "Email address", "First name", "Last name"]
    assert identity(header, chosen, AT).of(["i", "m", "e", "f", "l"]) == who


@pytest.mark.parametrize(
    ("name", "hint"), [("Matrikl", "did you mean 'Matrikel'?"), ("username", None), ("", None)]
)
def test_a_column_that_is_not_there_is_told(name, hint):
    with pytest.raises(ConfigError) as caught:
        column(["Matrikel", "", "Group"], name, AT)
    (problem,) = caught.value.problems
    assert (problem.what, problem.place, problem.hint) == (
        f"there is no column '{name}'", AT, hint,
    )  # fmt: skip


def test_columns_about_students_are_known():
    told = ["E-mail", "EMAIL ADDRESS", "Student ID", "student_id", "First Name", "username"]
    assert all(map(is_about_students, told))
    assert not any(map(is_about_students, ["E", "net_h1", "id_h1", "identity", ""]))


@pytest.mark.parametrize(
    ("path", "name", "number", "file"),
    [
        ("172.answers.toml", "172", "", "172"),
        ("172.toml", "172", "", "172"),
        ("sub/ada.md", "sub/ada", "", "ada"),
        ("Ada L_12_assignsubmission_file_/172.answers.toml", "Ada L", "12", "172"),
        ("Ada L_12_assignsubmission_file_/deep/x.csv", "Ada L", "12", "x"),
        ("zip/A_b_7_assignsubmission_file_/x.csv", "A_b", "7", "x"),
        ("Ada L_12_assignsubmission_file_answers.txt", "Ada L", "12", "answers"),
        ("Ada L_12_assignsubmission_onlinetext_", "Ada L", "12", ""),
        ("lovelaceada_12345_67890_answers.csv", "lovelaceada", "12345", "answers"),
        ("lovelaceada_LATE_12345_67890_7.answers.md", "lovelaceada", "12345", "7"),
        ("c/öztürk_12345_67890_my_file-1.csv", "öztürk", "12345", "my_file-1"),
        ("sheet_3_4_ada.toml", "sheet_3_4_ada", "", "sheet_3_4_ada"),
        ("Ada_12345_67890_x.csv", "Ada_12345_67890_x", "", "Ada_12345_67890_x"),
    ],
)
def test_platforms_say_in_the_path_who_it_is(path, name, number, file):
    assert origin(PurePath(path)) == (name, number, file)


def test_two_of_one_name_are_told_apart_by_their_numbers():
    paths = [
        PurePath(f"{name}_assignsubmission_file_/{file}")
        for name, file in (
            ("Ada_1", "a.txt"),
            ("Ada_2", "a.txt"),
            ("Ada_2", "b.txt"),
            ("Bo_3", "a"),
        )
    ]
    found = owners({path: origin(path) for path in paths})
    assert list(found.values()) == ["Ada 1", "Ada 2", "Ada 2", "Bo"]
