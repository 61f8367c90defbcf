"""Where results go: the width, the file and its permissions, and what is told on the way."""

from __future__ import annotations

import json
import os
import sys

import pytest

from backprop_cli.cli import init
from backprop_cli.cli.output import PIPE_WIDTH, Output
from backprop_cli.errors import FileError, UsageError
from backprop_cli.files import written

MANY = "eta = 1\ninputs = [{}]\ntargets = [{}]\n[[layers]]\nactivation = 'linear'\nunits = 1\n"


@pytest.mark.parametrize(
    ("columns", "width"), [("", PIPE_WIDTH), ("x", PIPE_WIDTH), ("37", 37), ("133", 133)]
)
def test_the_width_where_nobody_can_be_asked(monkeypatch, columns: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert Output().width == width
    assert Output(path="file").width == PIPE_WIDTH == 100


def test_digits_or_decimals() -> None:
    number = 123.456789
    assert Output().number_format()(number) == "123.456789"
    assert Output().number_format(3)(number) == "123"
    assert Output(digits=1).number_format(3)(number) == "100"
    assert Output(decimals=1).number_format()(number) == "123.5"
    assert Output(decimals=0).number_format()(number) == "123"
    with pytest.raises(UsageError, match="exclude each other"):
        Output(digits=3, decimals=0).number_format()


@pytest.mark.parametrize(("samples", "noted"), [(20, False), (21, True)])
def test_more_than_20_samples_are_announced(backprop, tmp_path, samples: int, noted: bool) -> None:
    config = tmp_path / "many.toml"
    config.write_text(MANY.format(*[", ".join(["[1]"] * samples)] * 2))
    result = backprop("trace", str(config), "--format", "csv")
    assert (result.code, result.err) == (
        0, "" if not noted else "note: 21 samples are worked out; --sample 1 shows one alone\n"
    )  # fmt: skip
    assert backprop("trace", str(config), "--sample", "20", "--format", "csv").err == ""


def test_a_relative_error_as_large_as_the_tolerance_is_let_pass(backprop) -> None:
    document = json.loads(backprop("gradcheck", "mazur", "--format", "json").out)
    worst = document["worst"]
    assert worst == max(gradient["relative_error"] for gradient in document["gradients"])
    assert backprop("gradcheck", "mazur", "--tolerance", repr(worst)).code == 0
    below = backprop("gradcheck", "mazur", "--tolerance", repr(worst * 0.999), "--format", "json")
    assert below.code == 1
    assert json.loads(below.out)["wrong"] == 1


def test_only_some_gradients_are_checked(backprop) -> None:
    rows = backprop("gradcheck", "--only", "dE_dw1", "--only", "dE_dw[34]", "--format", "csv").out
    assert [row.partition(",")[0] for row in rows.splitlines()[1:]] == [
        "dE_dw1",
        "dE_dw3",
        "dE_dw4",
    ]
    assert backprop("gradcheck", "--only", "w1").err == "error: no gradient matches: w1\n"


@pytest.mark.parametrize(("most", "code"), [(4, 0), (3, 2)])
def test_a_shape_has_as_many_weights_as_are_allowed(backprop, monkeypatch, most, code) -> None:
    monkeypatch.setattr(init, "MAX_PARAMETERS", most)
    assert backprop("init", "-", "--layers", "2-1-2").code == code


def test_a_new_file_has_the_permissions_of_any_and_an_old_one_keeps_its_own(tmp_path) -> None:
    file = tmp_path / "a.txt"
    before = os.umask(0o027)
    try:
        with written(file) as stream:
            stream.write("one")
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o640
    file.chmod(0o604)
    with written(file) as stream:
        stream.write("two")
    assert (file.stat().st_mode & 0o777, file.read_text()) == (0o604, "two")


@pytest.mark.parametrize("error", [ValueError("odd"), KeyboardInterrupt()])
def test_what_goes_wrong_leaves_nothing_behind(tmp_path, error) -> None:
    file = tmp_path / "a.txt"
    file.write_text("before")

    def interrupted() -> None:
        with written(file) as stream:
            stream.write("half")
            raise error

    with pytest.raises(type(error)):
        interrupted()
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert file.read_text() == "before"


@pytest.mark.parametrize("name", ["", "no/a.txt", "."])
def test_a_file_that_cannot_be_written_is_told(tmp_path, monkeypatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileError), written(name):
        pass


def test_a_full_device_is_told(backprop) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no full device")
    result = backprop("trace", "-o", "/dev/full")
    assert result.code == 2
    assert "No space left on device" in result.err


def test_grade_tells_how_far_it_is_on_a_terminal_alone(backprop, tmp_path, monkeypatch) -> None:
    for name in ("Ada", "Bob"):
        (tmp_path / f"{name}.toml").write_text("net_h1 = 0.3775\n")
    assert backprop("grade", "mazur", str(tmp_path)).err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    told = "".join(f"\r\x1b[K{count} graded  {name}" for count, name in ((1, "Ada"), (2, "Bob")))
    assert backprop("grade", "mazur", str(tmp_path)).err == f"{told}\r\x1b[K"
