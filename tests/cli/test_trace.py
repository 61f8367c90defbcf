"""backprop trace: what it prints, in every format, at every width."""

import csv
import io
import json
import os
import re

import pytest
from terminal import without_codes

from backprop_cli.api import trace
from backprop_cli.config.examples import example_names, example_path
from backprop_cli.show.numbers import Format

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@pytest.mark.parametrize("columns", ["80", "100", "160"])
def test_the_tutorial_as_tables(backprop, columns, snapshot):
    result = backprop("trace", columns=columns)
    assert (result.code, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= int(columns)
    assert result.out == snapshot


@pytest.mark.parametrize(
    "args",
    [
        ("softmax", "--format", "plain"),
        ("xor", "--format", "plain", "--sample", "2"),
        ("batch", "--format", "markdown"),
        ("momentum", "--epochs", "3", "--format", "plain"),
        ("adam", "--stage", "update"),
        ("negnevitsky", "--sample", "1", "--stage", "backward", "--stage", "update"),
        ("relu", "--exact"),
        ("han-kamber", "--round-each", "3", "--format", "plain"),
        ("deep", "--only", "delta_*", "--only", "dE_dout*"),
        ("mazur", "--only", "out_*", "--precision", "30"),
        ("mazur", "--set", "update=sequential", "--stage", "check", "--decimals", "9"),
    ],
    ids=" ".join,
)
def test_what_is_printed(backprop, args, snapshot):
    result = backprop("trace", *args)
    assert (result.code, result.err) == (0, "")
    assert result.out == snapshot


def test_a_pipe_does_not_depend_on_the_terminal(backprop):
    assert backprop("trace").out == backprop("trace", columns="100").out
    assert backprop("trace", "--format", "plain", columns="40").out == (
        backprop("trace", "--format", "plain", columns="200").out
    )


WIDTHS = ("20", "33", "47", "64", "80", "93", "120", "200")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "columns"),
    [
        (name, columns)
        for name in example_names()
        for columns in (WIDTHS if name != "iris" else ("33",))  # 150 samples
    ],
)
def test_no_number_is_cut_however_narrow(backprop, name, columns):
    out = backprop("trace", name, columns=columns).out
    assert not re.search(r"[0-9]…|…[0-9]", out)
    printed = set(NUMBER.findall(out))
    for line in trace(name).lines:
        if line.step.shown and line.address.sample <= 1:
            assert Format()(line.value) in printed, line.step.key


def test_colour_is_never_needed_and_obeys_its_switches(backprop):
    plain = backprop("trace")
    assert "\x1b" not in plain.out
    coloured = backprop("trace", "--color", "always", columns="100")
    assert "\x1b[1m" in coloured.out
    trimmed = [line.rstrip() for line in without_codes(coloured.out).splitlines()]
    assert trimmed == plain.out.splitlines()
    assert "\x1b" not in backprop("trace", "--color", "never", force_color="1").out
    assert "\x1b" in backprop("trace", force_color="1").out


def steps_of(result):
    return json.loads(result.out)["steps"]


def test_json_has_every_step_in_full_precision(backprop):
    document = json.loads(backprop("trace", "--format", "json").out)
    assert document["schema"] == "backprop/trace/1"
    expected = [line for line in trace("mazur").lines if line.step.shown]
    assert [step["key"] for step in document["steps"]] == [line.step.key for line in expected]
    assert [step["value"] for step in document["steps"]] == [line.value for line in expected]
    first = document["steps"][0]
    assert first["formula"] == "w1·i1 + w2·i2 + b1"
    assert first["numbers"] == "0.15·0.05 + 0.2·0.1 + 0.35"
    assert first["operands"] == ["w1", "i1", "w2", "i2", "b1"]
    assert first["law"] == "net_j = Σ_i w_ij·out_i + b"
    assert first["latex"].startswith(r"\mathrm{net}_{h1} = w_{1} \cdot i_{1} + ")
    assert (first["epoch"], first["sample"], first["stage"], first["layer"]) == (1, 1, "forward", 1)
    summary = document["summary"]
    assert round(summary["E_total_before"], 9) == 0.298371109
    assert round(summary["E_total_after"], 9) == 0.291027774
    assert round(summary["parameters"]["w1"], 9) == 0.149780716
    assert summary["parameters"]["b1"] == 0.35
    assert [round(out, 8) for out in summary["outputs"]] == [0.75136507, 0.77292847]
    assert document["network"]["layers"][0]["weights"] == [[0.15, 0.2], [0.25, 0.3]]


def test_jsonl_and_csv_say_the_same_as_json(backprop):
    steps = steps_of(backprop("trace", "xor", "--format", "json"))
    lines = backprop("trace", "xor", "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == steps
    rows = list(csv.DictReader(io.StringIO(backprop("trace", "xor", "--format", "csv").out)))
    assert [row["key"] for row in rows] == [step["key"] for step in steps]
    assert [float(row["value"]) for row in rows] == [step["value"] for step in steps]
    assert [row["operands"].split() for row in rows] == [step["operands"] for step in steps]
    assert rows[0]["formula"] == steps[0]["formula"]


def test_exact_json_has_the_fraction_too(backprop):
    steps = steps_of(backprop("trace", "relu", "--exact", "--format", "json"))
    error = next(step for step in steps if step["kind"] == "E")
    assert (error["value"], error["exact"]) == (0.78125, "25/32")


def test_several_samples_are_listed_in_the_summary(backprop):
    summary = json.loads(backprop("trace", "xor", "--format", "json").out)["summary"]
    assert len(summary["outputs"]) == len(summary["outputs_after"]) == 4
    found = trace("xor")
    assert summary["outputs_after"][0] == [found["sample1.out_o1_end"]]
    assert summary["E_total_after"] == found["E_epoch_new"]


def test_a_later_epoch_alone_is_that_of_the_whole_training(backprop):
    alone = steps_of(backprop("trace", "--epoch", "4", "--format", "json"))
    whole = steps_of(backprop("trace", "--epochs", "4", "--format", "json"))
    assert alone == [step for step in whole if step["epoch"] == 4]


def test_a_part_of_the_trace(backprop):
    stages = {
        step["stage"]
        for step in steps_of(backprop("trace", "--stage", "error", "--format", "json"))
    }
    assert stages == {"error"}
    only = steps_of(backprop("trace", "--only", "w?_new", "--format", "json"))
    assert [step["key"] for step in only] == [f"w{n}_new" for n in range(1, 9)]
    hidden = steps_of(backprop("trace", "--only", "change_*", "--format", "json"))
    assert len(hidden) == 8
    everything = steps_of(backprop("trace", "--all", "--format", "json"))
    assert {"change_w1", "err_o1", "E_epoch"} <= {step["key"] for step in everything}
    samples = {
        step["sample"]
        for step in steps_of(backprop("trace", "xor", "--sample", "3", "--format", "json"))
    }
    assert samples == {3}


def test_long_sums_are_abbreviated_for_people_and_whole_for_programs(backprop, tmp_path):
    weights = ", ".join(["0.01"] * 40)
    config = tmp_path / "wide.toml"
    config.write_text(
        f"eta = 1\ninputs = [{', '.join(['1'] * 40)}]\ntargets = [1, 0]\n"
        f'error = "cross-entropy"\n[[layers]]\nactivation = "softmax"\n'
        f"weights = [[{weights}], [{weights}]]\n"
    )
    table = backprop("trace", str(config), "--stage", "forward").out
    assert "w1·i1 + w2·i2 + w3·i3 + … + w39·i39 + w40·i40" in " ".join(table.split())
    assert "w20·i20" in backprop("trace", str(config), "--all").out
    (first, *_) = steps_of(backprop("trace", str(config), "--format", "json"))
    assert len(first["operands"]) == 80
    assert first["formula"].count("+") == 39


def test_output_to_a_file_is_whole_or_not_at_all(backprop, tmp_path):
    target = tmp_path / "trace.json"
    assert backprop("trace", "--format", "json", "-o", str(target)).out == ""
    assert json.loads(target.read_text())["schema"] == "backprop/trace/1"
    before = target.read_bytes()
    failed = backprop("trace", "mazur", "--exact", "-o", str(target))
    assert failed.code == 2
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["trace.json"]
    table = tmp_path / "trace.txt"
    backprop("trace", "-o", str(table), force_color="1")
    assert table.read_text() == backprop("trace").out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--exact", "--precision", "9"], "exclude each other"),
        (["--epoch", "2", "--epochs", "3"], "give one of them"),
        (["--digits", "4", "--decimals", "4"], "exclude each other"),
        (["--sample", "2"], "there is no sample 2: the config has 1"),
        (["--only", "delt_o1"], "did you mean 'delta_o1'?"),
        (["--only", "w5"], "w5 is given; what becomes of it is w5_new"),
        (["--exact"], "logistic has no exact value"),
        (["--stage", "sideways"], "Invalid value for '--stage'"),
        (["--epochs", "0"], "Invalid value for '--epochs'"),
        (["--nonsense"], "No such option"),
        (["-o", "/nowhere/at/all.txt"], "/nowhere/at/all.txt: error: cannot be written"),
    ],
)
def test_wrong_options_are_told(backprop, args, message):
    result = backprop("trace", "mazur", *args)
    assert result.code == 2
    assert result.out == ""
    assert message in result.err


def test_config_from_standard_input(backprop, monkeypatch):
    with open(example_path("mazur"), "rb") as file:
        text = file.read()
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": io.BytesIO(text)})())
    assert backprop("trace", "-", "--format", "plain").out == (
        backprop("trace", "mazur", "--format", "plain").out
    )


def test_a_path_wins_over_a_name(backprop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mazur").write_text(
        'title = "mine"\neta = 1\ninputs = [1]\ntargets = [0]\n'
        '[[layers]]\nactivation = "linear"\nweights = [[2]]\n'
    )
    assert backprop("trace", "mazur").out.startswith("mine\n")


def test_a_pipe_or_a_link_is_written_to_and_not_replaced(backprop, tmp_path):
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("before")
    link.symlink_to(target)
    assert backprop("trace", "-o", str(link)).code == 0
    assert link.is_symlink()
    assert target.read_text() == backprop("trace").out
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert backprop("trace", "--only", "E_total", "-o", str(pipe)).code == 0
        assert b"0.298371109" in os.read(reader, 100_000)
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    "options",
    [
        ["relu", "--exact", "--epochs", "12"],
        ["mazur", "--round-each", "4", "--epochs", "40", "--set", "eta=100",
         "--set", "layers.0.activation=linear", "--set", "layers.1.activation=linear"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["plain", "csv", "table"])
def test_what_grows_out_of_range_is_told_before_anything_is_written(backprop, options, form):
    result = backprop("trace", *options, "--format", form)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: ")
    assert "mistake of the program" not in result.err
