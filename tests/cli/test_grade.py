"""backprop grade: who a submission is from, which attempts count, and what is told to whom."""

import csv
import json

import pytest
from folders import texts

from backprop_cli.marking.class_results import Attempts, best_of
from backprop_cli.marking.classroom import Result
from backprop_cli.marking.reading import Submission

FORM = """Timestamp,Email,First name,Surname,1. net_h1 (net input),Q2: out_h1 =,nett_h2
1,a@x,Ada,Lovelace,0.0275,0.593,1
2,b@x,Bo,Ö,n/a,0.593,1
3,a@x,Ada,Lovelace,0.3775,0.593,1
4,a@x,Ada,Lovelace,0.0275,,1
"""


@pytest.fixture
def grade(backprop, tmp_path, monkeypatch):
    """Grade the form with these options: rows of the report, and what is printed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "form.csv").write_text(FORM)

    def call(*options, of="form.csv"):
        result = backprop("grade", "mazur", of, "--report", "report.csv", *options)
        assert result.code == 0, result.err
        return list(csv.DictReader((tmp_path / "report.csv").read_text().splitlines())), result

    return call


@pytest.mark.parametrize(
    ("attempts", "students", "said"),
    [
        (
            "all",
            ["a@x 1.0", "b@x 1.0", "a@x (2) 2.0", "a@x (3) 0.0"],
            "1 student handed in more than once: each attempt counts (see --attempts).",
        ),
        ("first", ["a@x 1.0", "b@x 1.0"], "the first attempt counts, 2 are left out."),
        ("last", ["b@x 1.0", "a@x 0.0"], "the last attempt counts, 2 are left out."),
        ("best", ["a@x 2.0", "b@x 1.0"], "the best attempt counts, 2 are left out."),
    ],
)
def test_which_attempts_count_is_chosen_and_said(grade, tmp_path, attempts, students, said):
    rows, result = grade("--attempts", attempts, "--feedback", "pages", "--jobs", "2")
    assert [f"{row['student']} {row['score']}" for row in rows] == students
    assert f"\n{len(rows)} submissions, " in result.out
    assert said in result.out
    assert len(list((tmp_path / "pages").iterdir())) == len(rows)
    document = json.loads(grade("--attempts", attempts, "--format", "json")[1].out)
    assert document["warned"] == 1
    left_out = 4 - len(students)
    assert document["attempts"] == {"counted": attempts, "repeated": 1, "left_out": left_out}


def test_of_two_best_attempts_the_later_counts_and_one_that_can_be_read():
    results = [
        Result("Ada", score=1.0, first_wrong="early"),
        Result("Bo", "unreadable"),
        Result("Ada", score=1.0, first_wrong="late"),
        Result("Bo", score=0.0),
        Result("Ada", "unreadable"),
        Result("Cy", "unreadable"),
    ]
    assert [(r.student, r.first_wrong, r.error) for r in best_of(results)] == [
        ("Ada", "late", ""), ("Bo", "", ""), ("Cy", "", "unreadable"),
    ]  # fmt: skip


def test_attempts_are_told_only_where_there_are_several():
    def said(owners, counted):
        return Attempts.of([Submission(o, o, "") for o in owners], counted).said()

    assert said("abc", "last") == said("abc", "all") == ""
    assert said("abab", "best") == (
        "2 students handed in more than once: the best attempt counts, 2 are left out."
    )
    assert said("aab", "first").endswith("the first attempt counts, 1 is left out.")


def test_columns_can_be_kept_beside_the_identity(grade, tmp_path):
    keep = ("--keep", "name", "--keep", "Timestamp")
    rows, result = grade(*keep, "--attempts", "first", "--details", "details.csv")
    assert list(rows[0])[:4] == ["student", "name", "Timestamp", "score"]
    assert [(r["name"], r["Timestamp"], r["score"]) for r in rows] == [
        ("Ada Lovelace", "1", "1.0"), ("Bo Ö", "2", "1.0"),
    ]  # fmt: skip
    assert "a@x       Ada Lovelace   1           1/2     net_h1" in result.out
    details = csv.DictReader((tmp_path / "details.csv").read_text().splitlines())
    assert {(row["student"], row["name"]) for row in details} == {
        ("a@x", "Ada Lovelace"), ("b@x", "Bo Ö"),
    }  # fmt: skip
    rows, _ = grade("--student", "surname", "--keep", "email", "--format", "markdown")
    assert [row["student"] for row in rows] == ["Lovelace", "Ö", "Lovelace (2)", "Lovelace (3)"]


def test_a_column_that_is_not_there_is_refused(backprop, grade):
    for option in ("--student", "--keep"):
        result = backprop("grade", "mazur", "form.csv", option, "Surnme")
        assert (result.code, "there is no column 'Surnme'" in result.err) == (2, True)


@pytest.mark.parametrize(
    ("keep", "hint"),
    [(("score",), ""), (("key",), ""), (("email", "email"), ""), (("student",), "--keep name")],
)
def test_a_kept_column_has_a_name_of_its_own(backprop, grade, keep, hint):
    options = [part for name in keep for part in ("--keep", name)]
    result = backprop("grade", "mazur", "form.csv", *options)
    assert result.code == 2
    assert f"--keep {keep[-1]}: the report has a column of this name" in result.err
    assert hint in result.err


def test_what_is_not_counted_is_listed_with_its_points(grade):
    rows, result = grade("--weights", "net_h1=3", "--weights", "net_h2=2.5")
    assert "columns passed over: Timestamp, nett_h2 (did you mean 'net_h2'? 2.5 points)" in (
        result.err
    )
    assert "\n1 submission has parts to be looked at: see the warnings.\n" in result.out
    assert rows[1]["warning"] == (
        "net_h1 (line 3): expected a number, got the text 'n/a' (3 points for net_h1)"
    )


def test_faults_of_a_file_are_listed_and_bounded(grade, tmp_path):
    (tmp_path / "a").mkdir()
    path = tmp_path / "a" / "ada.toml"
    path.write_text("net_h1 = 0.3775\nw5 = 0.3\n\x1b[1m = 1\n" + "x1 = 1\n" * 9 + "y = 2\n" * 9)
    rows, result = grade(of="a")
    assert (rows[0]["score"], rows[0]["max_score"]) == ("1.0", "1.0")
    assert (
        "w5 (line 2): w5 is given in the network as 0.4, not 0.3 (1 point for w5_new)"
        in (rows[0]["warning"])
    )
    assert rows[0]["warning"].endswith("and 15 more like these")
    assert len(result.err.splitlines()) == 6
    assert "\x1b" not in result.err + rows[0]["warning"]


def test_a_file_without_any_answer_cannot_be_read(backprop, tmp_path):
    path = tmp_path / "ada.toml"
    path.write_text("nett = 1\nother = 2\n")
    result = backprop("grade", "mazur", str(path), "--level", "final")
    assert result.code == 1
    assert "nett: there is no such quantity" in result.err
    path.write_text("net_h1 = n/a\nother = 2\n")
    assert "0/1" in backprop("grade", "mazur", str(path)).out


def test_hints_give_no_right_number_away(grade, backprop, tmp_path):
    options = ("--feedback", "pages", "--details", "details.csv", "--attempts", "first")
    texts = {}
    for hints in ((), ("--hints",)):
        grade(*options, *hints)
        page = (tmp_path / "pages" / "a@x.md").read_text()
        texts[hints] = page + (tmp_path / "details.csv").read_text()
        assert "missing-bias" in page
        assert "| blank | not read |" in (tmp_path / "pages" / "b@x.md").read_text()
    assert ("0.3775" in texts[()], "0.3775" in texts["--hints",]) == (True, False)
    (tmp_path / "ada.toml").write_text("net_h1 = 0.0275\n")
    for hints in ((), ("--hints",)):
        backprop("grade", "mazur", "ada.toml", "--gradescope", "g.json", *hints)
        told = (tmp_path / "g.json").read_text()
        assert "missing-bias" in told
        assert ("0.3775" in told) == (not hints)


@pytest.mark.parametrize(
    "name",
    [
        "172.answers{}", "172{}", "Ada_1_assignsubmission_file_/172.answers{}",
        "Ada_1_assignsubmission_file_/172.answers (1){}", "ada_111_222_172.answers{}",
        "ada_172_222_x{}", "deep/172.answers{}",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("form", "ending"), [("markdown", ".md"), ("toml", ".toml")])
def test_a_variant_is_found_by_the_number_of_the_student(
    backprop, tmp_path, monkeypatch, name, form, ending
):
    monkeypatch.chdir(tmp_path)
    exercise = backprop("init", "exercise.toml", "--example", "mazur")
    assert exercise.code == 0
    with open("exercise.toml", "a") as file:
        file.write("\n[variants]\nweights = [0.1, 0.9]\n")
    (tmp_path / "roster.csv").write_bytes("sep=;\nName;ID\nJürg;171\nAda;172\n".encode("cp1252"))
    made = backprop("variants", "exercise.toml", "--students", "roster.csv", "--out", "v",
                    "--format", form)  # fmt: skip
    assert (made.code, made.out) == (0, "v/171.toml\nv/172.toml\n")
    assert "read as Windows-1252" in made.err
    assert "separates cells" in made.err
    answers = tmp_path / "in" / name.format(ending)
    answers.parent.mkdir(parents=True)
    answers.write_text((tmp_path / "v" / "keys" / f"172.key{ending}").read_text())
    graded = backprop("grade", "exercise.toml", "in", "--variants", "v")
    assert (graded.code, "100.0 %" in graded.out) == (0, True), graded


def test_a_roster_is_read_by_the_column_that_is_named(backprop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    backprop("init", "exercise.toml", "--example", "mazur")
    with open("exercise.toml", "a") as file:
        file.write("\n[variants]\nweights = [0.1, 0.9]\n")
    (tmp_path / "roster.csv").write_text("Surname,First name,ID\nLovelace,Ada,\nByron,Ada,7\n")
    call = ("variants", "exercise.toml", "--students", "roster.csv", "--out", "v")
    assert backprop(*call).out == "v/Ada Lovelace.toml\nv/7.toml\n"
    assert backprop(*call, "--student", "Surname").out == "v/Lovelace.toml\nv/Byron.toml\n"
    assert "there is no column" in backprop(*call, "--student", "Nme").err


@pytest.mark.parametrize("columns", ["20", "30", "40", "60", "120"])
def test_what_is_kept_is_shown_in_any_width(backprop, desk, columns) -> None:
    table = "student,group,Name,net_h1\nada,G7,Ada Lovelace,0.0275\nbo,,Bo,0.3775\n"
    (desk / "kept.csv").write_text(table)
    call = ("grade", "mazur", "kept.csv", "--keep", "group", "--keep", "Name")
    shown = " ".join(backprop(*call, columns=columns).out.split())
    words = ("Group", "G7", "Name", "Lovelace", "Score", "0/1", "net_h1", "missing-bias", "Bo")
    assert [word for word in words if word not in shown] == []


# Reports among the submissions


@pytest.mark.parametrize(
    "options",
    [
        ["--report", "answers/renamed.csv", "--details", "answers/other.txt"],
        ["--report", "answers/kept.csv", "--details", "answers/too.txt", "--keep", "b", "--keep",
         "a,b"],
        ["-o", "answers/kept.txt", "--format", "plain", "--keep", "name"],
        ["-o", "answers/kept.txt", "--format", "markdown", "--keep", "name"],
        *[["-o", f"answers/x{n}.{end}", "--format", form] for n, (end, form) in enumerate(
            [("txt", "table"), ("txt", "plain"), ("txt", "markdown"), ("json", "json"),
             ("csv", "csv")]
        )],
    ],
)  # fmt: skip
def test_what_grade_has_written_is_no_submission_of_the_next_run(backprop, desk, options) -> None:
    call = ("grade", "mazur", "answers")
    first = backprop(*call)
    assert backprop(*call, *options).code == 0
    written = texts(desk)
    again = backprop(*call)
    assert (again.code, again.out) == (0, first.out)
    files = sum(option.startswith("answers/") for option in options)
    assert again.err.count("passed over: written by grade") == 1
    assert (" and 1 more: " in again.err) == (files == 2)
    assert backprop(*call, *options).code == 0  # and it may be written anew
    assert texts(desk) == written


def test_the_result_of_an_autograder_is_no_submission(backprop, desk) -> None:
    call = ("grade", "mazur", "answers/ada.toml", "--gradescope", "answers/results.json")
    assert backprop(*call).code == 0
    assert "1 submission" in backprop("grade", "mazur", "answers").out


def test_answers_that_only_look_a_little_like_a_report_are_submissions(backprop, desk) -> None:
    (desk / "answers" / "bob.csv").write_text("key,value\nnet_h1,0.3775\n")
    (desk / "answers" / "eve.json").write_text('{"score": 1, "net_h1": 0.3775}')
    assert "3 submissions" in backprop("grade", "mazur", "answers").out
