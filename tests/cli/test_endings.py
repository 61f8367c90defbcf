"""Without --format, the ending of FILE says what is written into it."""

from pathlib import Path

import pytest

from backprop_cli.show.formats import ENDINGS, FORMATS

ASKED = {".html": "html", ".HTM": "html", ".md": "markdown", ".markdown": "markdown",
         ".tex": "latex", ".json": "json", ".jsonl": "jsonl", ".csv": "csv"}  # fmt: skip


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def written(backprop, *call):
    """What a call writes into a file; nothing else is said."""
    result = backprop(*call)
    assert (result.code, result.out, result.err) == (0, "", "")
    return Path(call[-1]).read_text("utf-8")


@pytest.mark.parametrize(("ending", "name"), ASKED.items())
def test_a_trace_is_of_the_kind_of_its_file(backprop, ending, name):
    text = written(backprop, "trace", "mazur", "-o", f"mazur{ending}")
    assert text == written(backprop, "trace", "mazur", "--format", name, "-o", "said")


def test_every_format_but_plain_has_its_ending():
    assert {*ENDINGS.values()} == {*FORMATS} - {"plain"}


@pytest.mark.parametrize("path", ["out", "out.txt", "out.log", "out.svg/steps", ".json"])
def test_any_other_file_has_what_the_command_has_first(backprop, path):
    Path("out.svg").mkdir()
    table = backprop("trace", "mazur").out
    assert written(backprop, "trace", "mazur", "-o", path) == table
    assert written(backprop, "worksheet", "mazur", "-o", f"sheet{path}"[:5]).startswith("# Matt")


def test_a_format_that_is_said_is_written_under_any_ending(backprop):
    for name in ("table", "plain", "json"):
        out = backprop("trace", "mazur", "--format", name).out
        assert written(backprop, "trace", "mazur", "--format", name, "-o", "a.html") == out


def test_options_of_a_format_go_with_its_ending(backprop):
    text = written(backprop, "trace", "mazur", "--standalone", "-o", "a.tex")
    assert text.startswith("\\documentclass")
    assert "--standalone is for --format latex, not for markdown" in backprop(
        "trace", "mazur", "--standalone", "-o", "a.md"
    ).err  # fmt: skip


def test_other_commands_heed_it(backprop):
    Path("mine.toml").write_text("net_h1 = 0.3775\n", "utf-8")
    calls = {
        ("train", "mazur", "--epochs", "2", "-o", "a.csv"): "epoch,",
        ("examples", "-o", "a.json"): "{",
        ("gradcheck", "mazur", "-o", "a.md"): "|",
        ("explain", "mazur", "dE_dw1", "-o", "b.tex"): "% Needs",
        ("verify", "mazur", "mine.toml", "-o", "b.html"): "<!DOCTYPE html>",
        ("worksheet", "mazur", "-o", "c.html"): "<!DOCTYPE html>",
        ("worksheet", "mazur", "-o", "c.toml"): "# Matt Mazur",
    }
    for call, begins in calls.items():
        assert written(backprop, *call).startswith(begins), call


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("explain mazur dE_dw1 -o a.html", "a.html: there is no format here for .html"),
        ("worksheet mazur -o a.json", "known are .csv, .md, .tex, .html"),
        ("train mazur -o a.tex", "say the --format"),
    ],
)
def test_no_file_is_written_under_the_ending_of_another_format(backprop, call, said):
    result = backprop(*call.split())
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert not Path(call.split()[-1]).exists()
