"""The program as a whole: exit codes, streams, help, completion, and what a notebook sees."""

import io
import os
import shutil
import subprocess
import sys
import time

import click
import pytest

import backprop_cli
from backprop_cli import __main__, cli, files
from backprop_cli.cli import COMMANDS
from backprop_cli.cli.output import Output


def test_version_and_help(backprop):
    assert backprop("--version").out == f"backprop, version {backprop_cli.__version__}\n"
    for flag in ("-h", "--help"):
        out = backprop(flag).out
        assert "backprop trace" in out
        assert all(command in out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_beginning_with_an_example(backprop, command):
    result = backprop(command, "--help")
    assert result.code == 0
    assert f"backprop {command}" in result.out.split("Options:")[0].split("\n\n", 1)[1]


ARGUMENTS = {
    "explain": ["w1_new"],
    "verify": ["mazur", "mazur.answers.toml"],
    "grade": ["mazur", "answers.toml"],
}


def takes(command, option):
    found = cli.cli.get_command(click.Context(cli.cli), command)
    return any(option in parameter.opts for parameter in found.params)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_takes_color_colours(backprop, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answers.toml").write_text("net_h1 = 0.3775\n")
    if takes(command, "--color"):
        assert "\x1b[" in backprop(command, *ARGUMENTS.get(command, ()), "--color", "always").out
    else:
        assert "No such option" in backprop(command, "--color", "never").err


@pytest.mark.parametrize(
    ("command", "option"),
    [("variants", "--set"), ("variants", "--decimals"), ("grade", "--digits")],
)
def test_an_option_that_would_do_nothing_is_not_there(backprop, command, option):
    result = backprop(command, option, "1")
    assert (result.code, result.out) == (2, "")
    assert f"No such option: {option}" in result.err or f"No such option '{option}'" in result.err


@pytest.mark.parametrize("columns", ["40", "80"])
def test_every_command_is_listed_with_its_whole_first_sentence(backprop, columns):
    listed = " ".join(backprop("--help", columns=columns).out.partition("Commands:")[2].split())
    assert "..." not in listed
    assert (
        "schema Print the JSON Schema of the config, for editors that complete and check" in listed
    )


def test_no_command_shows_the_help(backprop):
    result = backprop()
    assert (result.code, result.out) == (2, "")
    assert result.err == backprop("--help").out


def test_a_misspelt_command_gets_a_suggestion(backprop):
    result = backprop("trance")
    assert result.code == 2
    assert "did you mean 'trace'?" in result.err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_ends_with_130(backprop, monkeypatch, error):
    monkeypatch.setattr(cli.cli, "main", _raising(error))
    assert backprop("trace").code == 130


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (MemoryError(), 2, "not enough memory"),
        (OSError(28, "No space left on device"), 2, "No space left"),
        (ValueError("surprise"), 2, "mistake of the program"),
        (BrokenPipeError(), 0, ""),
    ],
)
def test_no_way_to_end_is_a_traceback(backprop, monkeypatch, error, code, message):
    monkeypatch.setattr(cli.cli, "main", _raising(error))
    monkeypatch.setattr(files, "abandon", lambda stream: None)
    result = backprop("trace")
    assert result.code == code
    assert message in result.err
    assert "Traceback" not in result.err


def test_a_traceback_is_there_for_who_asks(monkeypatch):
    monkeypatch.setattr(cli.cli, "main", _raising(ValueError("surprise")))
    monkeypatch.setenv("BACKPROP_DEBUG", "1")
    with pytest.raises(ValueError, match="surprise"):
        __main__.run(["trace"])


def _raising(error):
    def main(*_, **__):
        raise error

    return main


def test_a_reader_that_leaves_early_is_no_error():
    program = f"{sys.executable} -m backprop_cli trace --format csv --epochs 40"
    result = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {program} | head -1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("epoch,")


def test_output_that_is_not_utf_8_does_not_crash():
    result = subprocess.run(
        [sys.executable, "-m", "backprop_cli", "trace", "--only", "delta_o1"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"},
    )
    assert result.returncode == 0
    assert "0.138498562" in result.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_program(backprop, shell):
    out = backprop("completion", shell).out
    assert "_BACKPROP_COMPLETE" in out
    assert "backprop" in out


def test_completion_knows_commands_options_and_examples():
    from click.shell_completion import ShellComplete

    complete = ShellComplete(cli.cli, {}, "backprop", "_BACKPROP_COMPLETE")

    def offered(args, incomplete):
        return {item.value for item in complete.get_completions(args, incomplete)}

    assert "trace" in offered([], "tr")
    assert {"softmax"} <= offered(["trace"], "so")
    for command in ("trace", "train", "gradcheck", "explain", "worksheet", "verify", "grade"):
        assert offered([command], "ma") == {"mazur", "ma"}, command
    assert offered(["variants"], "ma") == {"mazur", "ma"}
    assert offered(["init", "--example"], "m") == {"mazur", "momentum"}
    assert offered(["init", "--activation"], "tanh,li") == {"tanh,linear"}
    assert offered(["verify", "mazur"], "ma") == offered(["grade", "mazur"], "ma") == {"ma"}
    assert "--epochs" in offered(["trace"], "--ep")


BASH_CALL = """
{script}
compopt() {{ :; }}
COMP_WORDS=(backprop {words}); COMP_CWORD={at}
_backprop_completion "$PROGRAM"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("trace m", [["mazur", "momentum"], ["mine.toml", "my net.toml"]]),
        ("verify mazur m", [[], ["mine.toml", "my net.toml"]]),
        ("trace --format j", [["json", "jsonl"], []]),
    ],
)
def test_bash_offers_examples_and_after_them_files(backprop, tmp_path, words, offered):
    for name in ("mine.toml", "my net.toml", "other"):
        (tmp_path / name).touch()
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m backprop_cli "$@"\n')
    program.chmod(0o755)
    script, at = backprop("completion", "bash").out, len(words.split())
    call = BASH_CALL.format(script=script, words=words, at=at)
    environment = {**os.environ, "PROGRAM": str(program)}
    done = subprocess.run(
        ["bash", "-c", call], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    found, (words_first, files) = done.stdout.splitlines(), offered
    assert found[: len(words_first)] == words_first
    assert sorted(found[len(words_first) :]) == files


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (("trace", "--format", "josn"), "did you mean 'json'?"),
        (("trace", "--stage", "foward"), "did you mean 'forward'?"),
        (("init", "-", "--layers", "1-1", "--activation", "tahn"), "did you mean 'tanh'?"),
        (("trace", "--format", "????"), "backprop trace --help explains"),
    ],
)
def test_a_misspelt_word_of_a_few_is_told_with_the_nearest(backprop, args, hint):
    result = backprop(*args)
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith(f"\n    hint: {hint}\n")
    assert "is not one of" in result.err


def test_examples_are_listed_with_their_shape_and_source(backprop):
    rows = backprop("examples", "--format", "csv").out.splitlines()
    assert rows[0] == "name,shape,activations,error,optimizer,title,source"
    assert rows[1].startswith("mazur,2-2-2,logistic,half-squared,sgd,")
    assert all("http" in row or "chapter" in row or "R. A. Fisher" in row for row in rows[1:])
    table = backprop("examples").out
    assert "mattmazur.com" not in table
    assert "Step by Step" in " ".join(table.split())


def test_a_notebook_shows_tables():
    html = backprop_cli.trace("xor")._repr_html_()
    assert html.count("<table>") == html.count("</table>") > 4
    assert "∂E/∂w1" in html
    assert "Sample 2" in html
    assert "0.298371109" in backprop_cli.trace()._repr_html_()


def test_a_notebook_asks_for_quantities_by_name():
    found = backprop_cli.trace("mazur")
    assert round(found["w5_new"], 8) == 0.35891648
    with pytest.raises(KeyError, match="did you mean 'w5_new'"):
        found["w5new"]
    network = backprop_cli.load("mazur", ["eta=0.1"])
    assert backprop_cli.trace(network)["w5_new"] == 0.4 - 0.1 * found["dE_dw5"]
    with pytest.raises(backprop_cli.BackpropError):
        backprop_cli.trace("mazur", epochs=0)
    with pytest.raises(AttributeError):
        backprop_cli.nonsense  # noqa: B018


def test_the_functions_stay_functions_when_their_modules_are_imported():
    import backprop_cli.api
    import backprop_cli.cli.trace

    assert callable(backprop_cli.trace)
    assert callable(backprop_cli.load)


def test_a_trace_from_a_later_epoch_on():
    whole = backprop_cli.trace("mazur", epochs=5)
    last = backprop_cli.trace("mazur", first=5)
    assert last["net_h1"] == whole["epoch5.net_h1"]


def test_a_closed_standard_output_is_no_mistake_of_the_program():
    result = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m backprop_cli trace >&-"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "mistake of the program" not in result.stderr
    assert "Traceback" not in result.stderr


def test_what_was_begun_is_taken_away_when_the_program_is_told_to_end(tmp_path):
    target = tmp_path / "long.jsonl"
    work = ["trace", "xor", "--epochs", "1000000", "--format", "jsonl", "-o", str(target)]
    process = subprocess.Popen(
        [sys.executable, "-m", "backprop_cli", *work], stderr=subprocess.PIPE, text=True
    )
    while not list(tmp_path.iterdir()):
        assert process.poll() is None
        time.sleep(0.01)
    process.terminate()
    _, message = process.communicate(timeout=20)
    assert (process.returncode, message) == (143, "terminated\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "1>&- 2>&-"])
def test_a_closed_stream_swallows_what_is_written_to_it(closed):
    for command, code in (("trace mazur --only w5_new", 0), ("trace nosuch", 2)):
        result = subprocess.run(
            ["bash", "-c", f"{sys.executable} -m backprop_cli {command} {closed}"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == code
        assert (result.stdout == "") == ("1>&-" in closed or code == 2)
        assert (result.stderr == "") == ("2>&-" in closed or code == 0)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (["verify", "mazur", "mazur.answers.toml", "--set", "eta=0.25"], 1),
        (["verify", "mazur", "mazur.answers.toml", "--set", "eta=0.25", "--format", "json"], 1),
        (["gradcheck", "mazur", "--set", "update=sequential"], 1),
        (["gradcheck", "mazur"], 0),
        (["trace", "mazur", "--epochs", "60", "--format", "csv"], 0),
        (["train", "mazur", "--epochs", "3", "--save", "saved.toml"], 0),
        (["train", "relu", "--set", "eta=100"], 1),
    ],
)
def test_where_no_one_reads_the_verdict_is_the_same(tmp_path, call, code):
    read, write = os.pipe()
    os.close(read)  # before there is anything to read
    try:
        result = subprocess.run(
            [sys.executable, "-m", "backprop_cli", *call],
            stdout=write,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            check=False,
        )
    finally:
        os.close(write)
    assert result.returncode == code
    assert b"Broken pipe" not in result.stderr
    assert ("--save" in call) == (tmp_path / "saved.toml").exists()


def test_writing_stops_when_the_reader_has_left(backprop, monkeypatch):
    class Left(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    def chunks():
        yield "one"
        raise AssertionError("nobody wanted another")

    stream = Left()
    monkeypatch.setattr(sys, "stdout", stream)
    Output().write(chunks())
