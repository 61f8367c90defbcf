"""What is much too much is told soon, in few words, and never hangs."""

from __future__ import annotations

import os
import sys

import pytest
from limits import calls

from backprop_cli.config import example_path
from backprop_cli.config.csv_data import MOST_LABELS
from backprop_cli.errors import Problem, did_you_mean

CONFIG = """\
eta = 1
inputs = ["x"]
targets = ["y"]
data = {data}
[[layers]]
activation = "linear"
units = 1
"""


@pytest.fixture
def config(tmp_path):
    """Write a config for a data file with this text."""

    def write(text: str, data: str = "'data.csv'") -> str:
        (tmp_path / "data.csv").write_text(text)
        (tmp_path / "config.toml").write_text(CONFIG.format(data=data))
        return str(tmp_path / "config.toml")

    return write


def test_a_target_column_of_very_many_texts_is_refused(backprop, config) -> None:
    def rows(count: int) -> str:
        return "x,y\n" + "".join(f"{n},id{n}\n" for n in range(count))

    result = backprop("trace", config(rows(10_000)))
    assert result.code == 2
    assert "targets[0]: the column y has 10,000 different texts in 10,000 rows" in result.err
    assert "this looks like an id" in result.err
    for count in (MOST_LABELS, MOST_LABELS + 1):
        told = backprop("trace", config(rows(count))).err
        assert ("looks like an id" in told) is (count > MOST_LABELS)


def test_classes_times_rows_are_bounded(backprop, config, monkeypatch) -> None:
    monkeypatch.setattr("backprop_cli.config.csv_data.MOST_TARGETS", 8)
    text = "x,y\n" + "1,a\n2,b\n" * 2
    assert "different texts" not in backprop("trace", config(text)).err
    assert "2 different texts in 5 rows" in backprop("trace", config(text + "3,a\n")).err


def test_a_data_file_of_very_many_columns_gets_a_short_message(backprop, config) -> None:
    columns = ",".join(f"column{n}" for n in range(200_000))
    numbers = ",".join("1" for n in range(200_000))
    result = backprop("trace", config(f"{columns}\n{numbers}\n"))
    assert result.code == 2
    assert len(result.err) < 3000
    assert "columns: column0 column1 " in result.err


def test_every_line_of_a_message_is_bounded() -> None:
    shown = Problem("what " * 9999, None, "hint " * 9999).render().splitlines()
    assert [len(line) for line in shown] == [1000, 1000]
    assert did_you_mean("etta", ["eta"]) == "did you mean 'eta'?"
    assert did_you_mean("etta", [*map(str, range(20_000)), "eta"]) is None


@pytest.mark.parametrize(
    ("command", "table"),
    [(["trace"], ""), (["trace"], "[round_each]\n"), (["verify"], "[grading.points]\n")],
)
def test_the_work_for_unknown_keys_grows_with_their_number(
    backprop, tmp_path, command, table
) -> None:
    """Four times as many are some four times the work, not sixteen."""
    with open(example_path("mazur")) as file:
        mazur = file.read()
    keys, work = tmp_path / "keys.toml", []
    for count in (1_000, 4_000):
        many = table + "".join(f"key{n} = {n}\n" for n in range(count))
        keys.write_text(mazur + many if table else many + mazur)
        answers = ["mazur.answers.toml"] * (command == ["verify"])
        given, results = [*command, str(keys), *answers], []
        work.append(calls(lambda given=given, to=results: to.append(backprop(*given))))
        result = results[0]
        assert (result.code, len(result.err.splitlines()) < 100) == (2, True)
        assert "more that are wrong" in result.err
    assert work[1] < 6 * work[0]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no names there")
@pytest.mark.parametrize("key", ["data", "validation"])
def test_data_from_a_pipe_are_refused_and_not_waited_for(backprop, config, tmp_path, key) -> None:
    os.mkfifo(tmp_path / "pipe")
    path = config("x,y\n1,2\n", "'data.csv'\nvalidation = 'pipe'" if key != "data" else "'pipe'")
    result = backprop("trace", path)
    assert result.code == 2
    assert f"{key}: " in result.err
    assert "this is a pipe or a device, not a file" in result.err
