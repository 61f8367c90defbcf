"""backprop grade: a class is marked, and no submission stops the others."""

import csv
import dataclasses
import io
import json
import os
import signal
import sys

import pytest

from backprop_cli.errors import FileError
from backprop_cli.marking.assessment import Desk
from backprop_cli.marking.class_results import ClassResults
from backprop_cli.marking.classroom import Result, graded
from backprop_cli.marking.reading import Submission

KEY = {"net_h1": "0.3775", "out_h1": "0.59327", "E_total": "0.29837"}


def toml(**values):
    return "".join(f"{key} = {value!r}\n" for key, value in {**KEY, **values}.items())


@pytest.fixture
def folder(tmp_path):
    """A class of three: all right, one mistake, unreadable."""
    there = tmp_path / "class"
    there.mkdir()
    (there / "ada.toml").write_text(toml())
    (there / "ben.toml").write_text(toml(net_h1="0.0275", out_h1="0.506875"))
    (there / "eve.toml").write_bytes(b"\x00\xff")
    (there / ".hidden.toml").write_text("x")
    (there / "notes.md").write_text("x")
    return there


def rows_of(path):
    return list(csv.DictReader(path.read_text().splitlines()))


def test_a_class_is_graded_and_the_unreadable_reported(backprop, folder, tmp_path):
    report, details = tmp_path / "grades.csv", tmp_path / "details.csv"
    pages = tmp_path / "pages"
    options = ["--report", str(report), "--details", str(details), "--feedback", str(pages)]
    result = backprop("grade", "mazur", str(folder), *options)
    assert result.code == 1
    assert "eve" in result.err
    ada, ben, eve = rows_of(report)
    assert (ada["student"], ada["score"], ada["max_score"]) == ("ada", "3.0", "3.0")
    assert (ben["first_wrong"], ben["mistake"], ben["wrong"]) == ("net_h1", "missing-bias", "1")
    assert "eve.toml" in eve["error"]
    assert [row["student"] for row in rows_of(details)] == ["ada"] * 3 + ["ben"] * 3
    assert sorted(page.name for page in pages.iterdir()) == ["ada.md", "ben.md", "eve.md"]
    page = (pages / "ben.md").read_text()
    assert page.startswith("# ben\n\nMatt Mazur's 2-2-2 network\n\nScore: 2 of 3 (")
    assert "\n\n**First wrong line: net\\_h1 = 0.0275**\n\n- missing-bias: The bias" in page
    assert "missing-bias: 1 student" in result.out


def test_a_repeated_run_gives_the_same_bytes(backprop, folder, tmp_path):
    files = [tmp_path / "one.csv", tmp_path / "two.csv"]
    outs = []
    for file, jobs in zip(files, ("1", "2"), strict=True):
        result = backprop("grade", "mazur", str(folder), "--details", str(file), "--jobs", jobs)
        outs.append(result.out)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert outs[0] == outs[1]


PARENT = os.getpid()


@dataclasses.dataclass
class Fragile:
    """A grader whose process ends, if it is not the first, as soon as it gets this student."""

    student: str
    how: int

    def __call__(self, submission):
        if os.getpid() != PARENT and submission.student == self.student:
            os.kill(os.getpid(), self.how)
        return Result(submission.student)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("student", ["0", "21", "49"])
def test_what_is_lost_with_a_process_is_graded_all_the_same(student, how):
    submissions = [Submission(str(n), str(n), "") for n in range(50)]
    found = graded(iter(submissions), 2, Fragile, (student, how))
    assert [result.student for result in found] == [str(n) for n in range(50)]


def test_a_grader_that_cannot_be_made_says_why():
    with pytest.raises(FileError, match="nothing to mark by"):
        list(graded([Submission("a", "a", "")], 2, unmade, ()))


def unmade():
    raise FileError("nothing to mark by")


def test_a_table_has_a_row_per_student(backprop, tmp_path):
    table, report = tmp_path / "form.csv", tmp_path / "grades.csv"
    table.write_text(
        'Timestamp,Name,net h1,w5+,remark\n1,Ada,"0,3775",0.35892,hello\n2,"=cmd()",,0.35892,\n'
        "3,../../etc/passwd,abc,1,\n4,Ada,0.3775,0.3,\n"
    )
    pages = tmp_path / "pages"
    written = ["--report", str(report), "--feedback", str(pages)]
    result = backprop("grade", "mazur", str(table), *written)
    assert result.code == 0
    assert "columns passed over: Timestamp, remark" in result.err
    found = rows_of(report)
    assert [row["student"] for row in found] == ["Ada", "'=cmd()", "../../etc/passwd", "Ada (2)"]
    assert [row["score"] for row in found] == ["2.0", "1.0", "0.0", "1.0"]
    assert [row["blank"] for row in found] == ["0", "1", "1", "0"]
    said = "net h1 (line 4): expected a number, got the text 'abc' (1 point for net_h1)"
    assert [row["warning"] for row in found] == ["", "", said, ""]
    assert f"warning: ../../etc/passwd: {said}\n" in result.err
    assert "| net\\_h1 |  |" in (page := (pages / "_.._etc_passwd.md").read_text())
    assert "Not read:\n\n- net h1 (line 4): expected a number" in page
    assert all(page.parent == pages and page.is_file() for page in pages.iterdir())
    assert len(list(pages.iterdir())) == 4


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("huge.toml", "net_h1 = 1e300\nout_h1 = 1e300\n", ""),
        ("exact.toml", 'net_h1 = "1e300/1"\nE_o1 = "-1e300/1"\nE_total = "3/1e300"\n', ""),
        ("super.csv", "quantity,value,sample\nnet_h1,0.3775,²\n", "sample is not a whole number"),
        ("late.json", '[{"key": "E", "value": 1, "epoch": 1e9999}]', "epoch is a number of more"),
    ],
)
def test_no_number_stops_a_class(backprop, folder, tmp_path, name, text, said):
    (folder / "eve.toml").unlink()
    (folder / name).write_text(text)
    report = tmp_path / "grades.csv"
    result = backprop("grade", "mazur", str(folder), "--report", str(report))
    found = {row["student"]: row for row in rows_of(report)}
    assert (found["ada"]["score"], found["ben"]["score"]) == ("3.0", "2.0")
    assert result.code == bool(said)
    assert said in found[name.partition(".")[0]]["error"]
    assert "mistake of the program" not in result.err


def test_what_cannot_be_read_of_one_does_not_stop_the_others(backprop, folder, tmp_path):
    (folder / "eve.toml").unlink()
    (folder / "link.toml").symlink_to("/etc/passwd")
    (folder / os.fsdecode(b"caf\xe9.toml")).write_text(toml())
    (folder / ("学" * 80 + ".toml")).write_text(toml())
    files = {name: tmp_path / name for name in ("report", "details", "feedback")}
    options = [part for name, file in files.items() for part in (f"--{name}", str(file))]
    result = backprop("grade", "mazur", str(folder), *options)
    assert result.code == 1
    assert [row["score"] for row in rows_of(files["report"])] == ["3.0", "2.0", "3.0", "", "3.0"]
    assert len(list(files["feedback"].iterdir())) == 5
    assert "leads out of the folder" in result.err
    assert "root:" not in result.err
    table = tmp_path / "class.csv"
    table.write_text("name,net_h1,out_h1\nAda,0,3775,0,59327\nBo,0.3775,0.59327\n")
    result = backprop("grade", "mazur", str(table))
    assert result.code == 1
    assert "a number with a decimal comma takes quotes" in result.err
    assert "Bo        2/2" in result.out


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "-"])
@pytest.mark.parametrize("text", ["quantity;value\nnet_h1;0,3775\n", "Key;Given\n net h1 ;0.38\n"])
def test_answers_with_semicolons_are_read_by_verify_and_grade_alike(
    backprop, tmp_path, monkeypatch, name, text
):
    file = tmp_path / name
    file.write_text(text)
    found = []
    for command in ("verify", "grade"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        result = backprop(command, "mazur", name if name == "-" else str(file), "--format", "json")
        found.append((result.code, json.loads(result.out)))
    (code, verified), (same, graded_) = found
    assert code == same == 0
    assert graded_["grades"][0]["score"] == verified["score"] == 1


def test_a_mistake_of_the_program_is_told_of_its_student_alone(backprop, folder, monkeypatch):
    assess = Desk.assess

    def broken(self, answers, *rest):
        if any(answer.number.written == "0.0275" for answer in answers):
            raise OverflowError("too\nlarge")
        return assess(self, answers, *rest)

    monkeypatch.setattr(Desk, "assess", broken)
    (folder / "eve.toml").unlink()
    result = backprop("grade", "mazur", str(folder), "--format", "json")
    ada, ben = json.loads(result.out)["grades"]
    assert result.code == 1
    assert (ada["score"], ben["score"]) == (3, "")
    assert ben["error"] == r"could not be marked: OverflowError: too\nlarge"
    assert "hint: this is a mistake of the program: please report it" in result.err
    with pytest.raises(OverflowError):
        backprop("grade", "mazur", str(folder), backprop_debug="1")


def test_a_table_without_quantities_is_refused(backprop, tmp_path):
    table = tmp_path / "form.csv"
    table.write_text("Name,Age\nAda,3\n")
    result = backprop("grade", "mazur", str(table))
    assert result.code == 2
    assert "no column is a quantity" in result.err


def test_what_is_missing_counts_as_blank_where_a_level_is_asked(backprop, folder):
    (folder / "eve.toml").unlink()
    result = backprop("grade", "mazur", str(folder), "--level", "final", "--format", "json")
    document = json.loads(result.out)
    first = document["grades"][0]
    assert (first["score"], first["max_score"]) == (3, 12)
    assert document["students"] == 2


def test_weights_set_the_points(backprop, folder, tmp_path):
    report = tmp_path / "grades.csv"
    weights = ["--weights", "E_total=5", "--weights", "net=2"]
    backprop("grade", "mazur", str(folder), *weights, "--report", str(report))
    assert [row["score"] for row in rows_of(report)] == ["8.0", "6.0", ""]
    assert backprop("grade", "mazur", str(folder), "--weights", "x=1").code == 2


def test_gradescope_takes_one_submission(backprop, folder, tmp_path):
    results = tmp_path / "results.json"
    backprop("grade", "mazur", str(folder / "ben.toml"), "--gradescope", str(results))
    found = json.loads(results.read_text())
    assert (found["score"], found["max_score"]) == (2, 3)
    assert [test["status"] for test in found["tests"]] == ["failed", "passed", "passed"]
    assert [test["name"] for test in found["tests"]] == ["net_h1", "out_h1", "E_total"]
    assert [test["score"] for test in found["tests"]] == [0, 1, 1]
    assert found["tests"][0]["output"].startswith("wrong missing-bias: The bias was left out")
    assert found["tests"][1]["output"].startswith("follow-through right for your own numbers")
    assert backprop("grade", "mazur", str(folder), "--gradescope", str(results)).code == 2


def test_what_could_not_be_read_has_no_points_and_counts_apart():
    unread = Result("eve", "a.toml:1: error: x\n    hint: y")
    assert unread.row == ("eve", *[""] * 6, "", "", "", "a.toml:1: error: x", "")
    assert (unread.score, unread.max_score) == (0, 0)
    together = ClassResults()
    together.note(unread)
    together.note(Result("ada", score=1.5, max_score=2.0, mistake="a", mistakes=("a", "b")))
    together.note(Result("ben", score=1.0, max_score=2.0, mistakes=("b",)))
    assert (together.students, together.unreadable) == (3, 1)
    assert (together.points, together.possible) == (2.5, 4.0)
    assert (together.made_by, together.first_of) == ({"a": 1, "b": 2}, {"a": 1})
