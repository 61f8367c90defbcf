"""Nothing that a person wrote is destroyed: inputs, filled-in sheets, read-only files, devices."""

from __future__ import annotations

import errno
import io
import os
import shutil
import stat

import pytest

from backprop_cli import files
from backprop_cli.config import example_path
from backprop_cli.errors import FileError
from backprop_cli.train.course import Training

EXERCISE = """\
eta = 0.5
inputs = [0.05, 0.10]
targets = [0.9]
[[layers]]
activation = "logistic"
weights = [[0.15, 0.20]]
bias = 0.35
[variants]
weights = [0.1, 0.9]
"""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a config, a class table, and links and other names that lead to them."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(example_path("mazur"), "m.toml")
    (tmp_path / "class.csv").write_text("student,net_h1\nAda,0.3775\n")
    (tmp_path / "ada.toml").write_text("net_h1 = 0.3775\n")
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "ada.toml").write_text("net_h1 = 0.3775\n")
    (tmp_path / "link.toml").symlink_to("m.toml")
    os.link("m.toml", "hard.toml")
    return tmp_path


def texts(folder):
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize(
    "call",
    [
        "trace m.toml -o m.toml",
        "trace m.toml -o ./answers/../m.toml",
        "trace m.toml -o link.toml",
        "trace m.toml -o hard.toml",
        "trace link.toml -o m.toml",
        "trace m.toml --format csv -o m.toml",
        "explain m.toml w1_new -o m.toml",
        "gradcheck m.toml -o m.toml",
        "worksheet m.toml -o m.toml",
        "verify m.toml ada.toml -o ada.toml",
        "verify m.toml ada.toml -o m.toml",
        "train m.toml --epochs 2 -q --history m.toml",
        "train m.toml --epochs 2 -q --save m.toml",
        "train m.toml --epochs 2 -q --checkpoint m.toml",
        "train m.toml --epochs 2 -o m.toml",
        "grade m.toml class.csv --report class.csv",
        "grade m.toml class.csv --details class.csv",
        "grade m.toml class.csv --gradescope m.toml",
        "grade m.toml class.csv -o class.csv",
        "grade m.toml answers --report answers/ada.toml",
        "grade m.toml answers --jobs 2 --report answers/ada.toml",
        "init m.toml --example mazur --force",
    ],
)
def test_an_output_that_names_an_input_is_refused(backprop, desk, monkeypatch, call) -> None:
    if call.startswith("init"):
        monkeypatch.setattr("backprop_cli.cli.init.example_path", lambda name: "m.toml")
    before = texts(desk)
    result = backprop(*call.split())
    assert result.code == 2
    assert "this is an input: the output would take its place" in result.err
    assert texts(desk) == before


def test_what_one_call_has_read_another_may_write(backprop, desk) -> None:
    assert backprop("trace", "m.toml", "-o", "out.txt").code == 0
    assert backprop("init", "m.toml", "--force").code == 0
    assert backprop("trace", "mazur", "-o", "m.toml").code == 0


def test_a_data_file_is_an_input_too(backprop, desk) -> None:
    for name in ("iris.toml", "iris.csv"):
        shutil.copy(os.path.join(os.path.dirname(example_path("iris")), name), name)
    before = texts(desk)
    result = backprop("train", "iris.toml", "--epochs", "1", "--history", "iris.csv")
    assert (result.code, texts(desk)) == (2, before)


@pytest.mark.parametrize(
    "call",
    [
        "train mazur --epochs 2 --save x --history x",
        "train mazur --epochs 2 --save x --checkpoint ./x",
        "train mazur --epochs 2 --history x -o x",
        "grade mazur class.csv --report x --details x",
        "grade mazur class.csv --report x -o x",
    ],
)
def test_two_outputs_take_two_files(backprop, desk, call) -> None:
    result = backprop(*call.split())
    assert result.code == 2
    assert "two outputs would be written here" in result.err
    assert not (desk / "x").exists()


@pytest.mark.parametrize(
    "call",
    [
        *[f"train mazur --epochs 2 --{name} -" for name in ("save", "history", "checkpoint")],
        "train mazur --epochs 2 -q -o x --save -",
        *[f"grade mazur ada.toml --{name} -" for name in ("report", "details", "gradescope")],
    ],
)
def test_no_file_is_called_like_standard_output(backprop, desk, call) -> None:
    before = texts(desk)
    result = backprop(*call.split())
    assert (result.code, result.out, texts(desk)) == (2, "", before)
    assert result.err.startswith("error: - is standard output")


def test_two_names_of_one_file_are_one_output(backprop, desk) -> None:
    (desk / "x").write_text("")
    os.link("x", "y")
    result = backprop("grade", "mazur", "class.csv", "--report", "x", "--details", "y")
    assert (result.code, "two outputs" in result.err) == (2, True)


def test_a_checkpoint_is_gone_on_with_but_nothing_else_takes_its_place(backprop, desk) -> None:
    train = ("train", "mazur", "-q", "--epochs")
    assert backprop(*train, "2", "--checkpoint", "c").code == 0
    assert backprop(*train, "3", "--resume", "c", "--checkpoint", "c").code == 0
    assert "this is an input" in backprop(*train, "4", "--resume", "c", "--save", "c").err


def test_a_read_only_file_is_left_as_it_is(backprop, desk) -> None:
    (desk / "m.toml").chmod(0o444)
    before = texts(desk)
    for call in (["trace", "-o", "m.toml"], ["init", "m.toml", "--force"]):
        result = backprop(*call)
        assert (result.code, texts(desk)) == (2, before)
        assert "read-only" in result.err


def test_the_data_of_an_example_do_not_take_the_place_of_its_config(backprop, desk) -> None:
    result = backprop("init", "iris.csv", "--example", "iris")
    assert result.code == 2
    assert "call the config iris.toml" in result.err
    assert not (desk / "iris.csv").exists()


# Variants


@pytest.fixture
def variants(backprop, desk):
    """Call variants for the exercise here and a roster of these students."""
    (desk / "exercise.toml").write_text(EXERCISE)

    def call(*options: str, students: str = "Ada\nBob\n", out: str = "out"):
        (desk / "roster.csv").write_text("student\n" + students)
        return backprop(
            "variants", "exercise.toml", "--students", "roster.csv", "--out", out, *options
        )

    return call


def test_a_student_may_not_be_called_like_the_exercise(variants, desk) -> None:
    before = texts(desk)
    result = variants(students="Ada\nexercise\n", out=".")
    assert result.code == 2
    assert "exercise.toml: error: this is an input" in result.err
    assert texts(desk).keys() - before.keys() == {str(desk / "roster.csv")}


def test_a_roster_that_is_not_utf_8_is_told_with_its_line(backprop, variants, desk) -> None:
    assert variants().code == 0
    before = texts(desk)
    (desk / "roster.csv").write_bytes(b"student\nAda\nB\x81b\n")
    call = ("variants", "exercise.toml", "--students", "roster.csv", "--out", "out")
    result = backprop(*call)
    assert result.code == 2
    assert result.err.startswith("roster.csv:3: error: not UTF-8: byte 0x81 at position 2")
    assert {k: v for k, v in texts(desk).items() if "roster" not in k} == {
        k: v for k, v in before.items() if "roster" not in k
    }


def test_a_roster_may_have_long_names_and_long_cells(variants, desk) -> None:
    names = ["漢" * 80, "字" * 300, "A" * 140_000, "Bob"]
    assert variants(students="".join(f"{name}\n" for name in names)).code == 0
    assert len([path for path in (desk / "out").rglob("*") if path.is_file()]) == 3 * len(names)


def test_no_file_of_one_student_is_that_of_another(variants) -> None:
    result = variants(students="Ada\nAda.answers\n")
    assert result.code == 2
    assert "two students would have this file" in result.err


DATA = EXERCISE.replace("[0.05, 0.10]", '["a", "b"]').replace("[0.9]\n[[", '["t"]\n[[', 1)


@pytest.mark.parametrize("out", ["out", "deep/er", "."])
def test_variants_of_a_config_with_data_find_the_data(backprop, variants, desk, out) -> None:
    for name in ("data", "apart"):
        (desk / f"{name} 1.csv").write_text("a,b,t\n0.05,0.1,0.9\n0.2,0.3,0.8\n")
    (desk / "deep").mkdir()
    config = 'data = "data 1.csv"\nvalidation = "./apart 1.csv"\n' + DATA
    (desk / "exercise.toml").write_text(config)
    result = variants(students="Ada\n", out=out)
    assert (result.code, result.err) == (0, "")
    for name in ("exercise.toml", f"{out}/Ada.toml"):
        trace = backprop("trace", name, "--format", "csv", "--only", "net_o1")
        assert (trace.code, trace.err, len(trace.out.splitlines())) == (0, "", 3)
    sheet, key = f"{out}/Ada.toml", f"{out}/keys/Ada.key.toml"
    assert backprop("verify", sheet, key, "--brief").code == 0


def test_variants_from_standard_input_find_the_data(backprop, variants, desk, monkeypatch) -> None:
    (desk / "d.csv").write_text("a,b,t\n0.05,0.1,0.9\n")
    (desk / "roster.csv").write_text("student\nAda\n")
    text = ('data = "d.csv"\n' + DATA).encode()
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": io.BytesIO(text)})())
    call = ("variants", "-", "--students", "roster.csv", "--out", "out")
    assert backprop(*call).code == 0
    assert backprop("trace", "out/Ada.toml").code == 0


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_variant_that_is_marked_against_is_an_input(backprop, variants, desk, jobs) -> None:
    assert variants().code == 0
    (desk / "answers" / "Ada.toml").write_text((desk / "out" / "keys" / "Ada.key.toml").read_text())
    (desk / "answers" / "ada.toml").unlink()
    before = texts(desk)
    call = ("grade", "exercise.toml", "answers", "--variants", "out", "--jobs", jobs)
    for name in ("Ada", "Bob"):
        result = backprop(*call, "--report", f"out/{name}.toml", "--feedback", "pages")
        assert (result.code, texts(desk)) == (2, before)
        assert "this is an input" in result.err
    assert backprop(*call, "--report", "report.csv").code == 0


def test_a_class_that_an_output_names_is_not_begun(backprop, desk) -> None:
    call = ("grade", "mazur", "class.csv", "--report", "class.csv", "--feedback", "pages")
    assert backprop(*call).code == 2
    assert not (desk / "pages").exists()


def test_variants_made_again_are_the_same_and_others_need_force(variants, desk) -> None:
    assert variants().code == 0
    first = texts(desk)
    assert variants().code == 0
    assert texts(desk) == first
    (desk / "exercise.toml").write_text(EXERCISE.replace("0.9]\n[[", "0.8]\n[["))
    result = variants()
    assert result.code == 2
    assert "--force overwrites it" in result.err
    assert {k: v for k, v in texts(desk).items() if "out" in k} == {
        k: v for k, v in first.items() if "out" in k
    }
    assert variants("--force").code == 0


# What a blank line of each form ends in, and that line when it is filled in.
FORMS = {
    "toml": (".toml", ' = ""', " = 0.375"),
    "csv": (".csv", ",\n", ",0.375\n"),
    "markdown": (".md", " |  |  |\n", " |  | 0.375 |\n"),
}
WORKED = (".md", " |  |  |\n", " | w1·i1 = 0.375 |  |\n")


@pytest.mark.parametrize("options", [(), ("--force",)])
@pytest.mark.parametrize("form", FORMS)
def test_a_filled_in_worksheet_is_never_overwritten(variants, desk, options, form) -> None:
    ending, blank, filled = FORMS[form]
    assert variants("--format", form, "--level", "final").code == 0
    assert variants("--format", form, "--force").code == 0
    sheet = desk / "out" / f"Bob.answers{ending}"
    sheet.write_text(sheet.read_text().replace(blank, filled, 1))
    before = texts(desk)
    result = variants("--format", form, *options)
    assert result.code == 2
    assert f"Bob.answers{ending}: error: this worksheet has been filled in" in result.err
    assert texts(desk) == before


@pytest.mark.parametrize(
    ("form", "written"), [*FORMS.items(), ("markdown", WORKED)], ids=[*FORMS, "worked"]
)
def test_a_worksheet_that_is_filled_in_is_not_emptied(backprop, desk, form, written) -> None:
    ending, blank, filled = written
    call = ("worksheet", "mazur", "-o", f"mine{ending}", "--format", form)
    assert backprop(*call).code == 0
    assert backprop(*call, "--level", "final").code == 0
    sheet = desk / f"mine{ending}"
    sheet.write_text(sheet.read_text().replace(blank, filled, 1))
    result = backprop(*call)
    assert result.code == 2
    assert "has been filled in" in result.err
    assert "0.375" in sheet.read_text()


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
    assert again.err.count("passed over: grade has written it") == files
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


# Checkpoints, and what a run leaves behind


TRAIN = ("train", "mazur", "--epochs", "40", "--every", "10")


@pytest.fixture
def disk(monkeypatch):
    """A disk that is full when the list is empty: each file that is synced takes a room."""
    rooms, sync = [], os.fsync

    def fsync(handle: int) -> None:
        if not rooms:
            raise OSError(errno.ENOSPC, "No space left on device")
        if stat.S_ISREG(os.fstat(handle).st_mode):
            rooms.pop()
        sync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return rooms


def test_a_second_run_on_a_checkpoint_is_refused(backprop, desk) -> None:
    with files.alone("c"):
        result = backprop(*TRAIN, "--checkpoint", "c")
        assert result.code == 2
        assert result.err.startswith("c: error: another run is writing to this file\n")
        assert backprop(*TRAIN, "--checkpoint", "d").code == 0
    assert backprop(*TRAIN, "--checkpoint", "c").code == 0
    assert [p.name for p in desk.iterdir() if p.name.startswith(".")] == []


def test_a_full_disk_ends_no_run(backprop, desk, disk) -> None:
    disk += [1, 1]
    result = backprop(*TRAIN, "--checkpoint", "c", "--save", "s", "--history", "h")
    assert result.code == 2
    assert result.err == (
        "warning: c: error: cannot be written: No space left on device; the run goes on\n"
        "c: error: cannot be written: No space left on device\n"
        "error: not written: the checkpoint\n"
    )
    assert "40" in result.out
    assert all((desk / name).exists() for name in "csh")
    assert [p.name for p in desk.iterdir() if p.name.startswith(".")] == []


def test_a_checkpoint_that_cannot_be_begun_is_told_before_the_run(backprop, desk, disk) -> None:
    result = backprop(*TRAIN, "--checkpoint", "c")
    assert (result.code, result.out) == (2, "")
    assert not (desk / "c").exists()


def test_what_could_not_be_saved_is_said_and_the_rest_is_there(backprop, desk, monkeypatch) -> None:
    replace = os.replace

    def full(source, target):
        if str(target).endswith(("save", "history")):
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    result = backprop(*TRAIN, "--checkpoint", "c", "--save", "save", "--history", "history")
    assert result.code == 2
    assert result.err == (
        "save: error: cannot be written: No space left on device\n"
        "history: error: cannot be written: No space left on device\n"
        "error: not written: the trained numbers, the error curve\n"
        "    hint: the run is kept: --resume c\n"
    )
    assert "40" in result.out
    assert backprop("train", "mazur", "--resume", "c", "--save", "other", "-q").code == 0
    assert [p.name for p in desk.iterdir() if p.name.startswith(".")] == []


def test_a_run_that_diverged_and_was_not_saved_says_both(backprop, desk) -> None:
    call = ("train", "relu", "--set", "eta=100", "-q", "--history", "/dev/full")
    result = backprop(*call)
    assert result.code == 2
    assert "diverged" in result.err
    assert "not written: the error curve" in result.err


def test_a_checkpoint_follows_a_link_and_leaves_a_device_as_it_is(backprop, desk) -> None:
    (desk / "there").mkdir()
    (desk / "c").symlink_to("there/real")
    assert backprop(*TRAIN, "--checkpoint", "c").code == 0
    assert (desk / "c").is_symlink()
    assert (desk / "there" / "real").is_file()
    (desk / "null").symlink_to(os.devnull)
    assert backprop(*TRAIN, "--checkpoint", "null").code == 0
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)
    assert (desk / "null").is_symlink()


def test_a_checkpoint_goes_through_a_pipe(backprop, desk) -> None:
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert backprop("train", "mazur", "--epochs", "1", "--checkpoint", "pipe").code == 0
    assert b"backprop/checkpoint" in os.read(reader, 100)
    os.close(reader)
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)


@pytest.mark.usefixtures("at_most_a_minute")
def test_a_checkpoint_waits_for_no_reader(backprop, desk, monkeypatch) -> None:
    os.mkfifo("pipe")
    result = backprop(*TRAIN, "--checkpoint", "pipe")
    assert result.code == 2
    assert result.err.startswith("pipe: error: cannot be written: nobody reads it\n")
    readers = [os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)]
    keep = Training.keep

    def kept(self, run):
        keep(self, run)
        if readers:  # who has had enough after the first one
            os.close(readers.pop())

    monkeypatch.setattr(Training, "keep", kept)
    result = backprop(*TRAIN, "--checkpoint", "pipe", "--save", "s")
    assert result.code == 2
    assert result.err.splitlines()[0].endswith("nobody reads it; the run goes on")
    assert result.err.splitlines()[-1] == "error: not written: the checkpoint"
    assert (desk / "s").exists()


# Locks


def test_one_run_alone_writes_to_a_file(tmp_path) -> None:
    path = tmp_path / "c.json"
    with files.alone(path):
        with pytest.raises(FileError, match="another run"), files.alone(path):
            pass
        with files.alone(tmp_path / "d.json"):
            pass
    with files.alone(path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_several_runs_write_to_a_pipe_or_a_device(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", os.devnull):
        with files.alone(path), files.alone(path):
            assert [p.name for p in tmp_path.iterdir()] == ["pipe"]
