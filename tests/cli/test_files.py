"""Nothing that a person wrote is destroyed: inputs, read-only files, devices; locks."""

from __future__ import annotations

import os
import shutil

import pytest
from folders import texts

from backprop_cli import files
from backprop_cli.config import example_path
from backprop_cli.errors import FileError


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


@pytest.mark.parametrize("function", ["open", "chmod", "replace"])
def test_an_interruption_at_any_time_leaves_nothing_half_written(
    tmp_path, monkeypatch, function
) -> None:
    """It may come at the very moment in which the system has made the file."""
    call = getattr(os, function)

    def interrupted(*arguments, **options):
        call(*arguments, **options)
        raise KeyboardInterrupt

    target = tmp_path / "trace.txt"
    monkeypatch.setattr(os, function, interrupted)
    with pytest.raises(KeyboardInterrupt), files.written(target) as stream:
        stream.write("whole")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["whole"] * (function == "replace")


def test_what_is_not_whole_yet_is_for_its_owner_alone(tmp_path) -> None:
    target = tmp_path / "trace.txt"
    with files.written(target) as stream:
        assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600]
        stream.write("whole")
    other = tmp_path / "other.txt"
    other.touch()
    assert (target.stat().st_mode, target.read_text()) == (other.stat().st_mode, "whole")


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
