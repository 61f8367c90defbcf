"""backprop train: what it prints, writes and returns."""

import csv
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import begun, wait_for

from backprop_cli.config.build import network_of
from backprop_cli.config.document import read_document
from backprop_cli.config.examples import example_names, example_path
from backprop_cli.train.course.training import Training
from backprop_cli.train.engines import choice

ROOT = Path(__file__).parents[2]


@pytest.fixture
def backprop(backprop):
    """The program; its arguments may be paths."""
    return lambda *arguments: backprop(*map(str, arguments))


def trained(backprop, *arguments):
    """The JSON of a training that goes well."""
    result = backprop("train", *arguments, "--format", "json")
    assert (result.code, result.err) == (0, "")
    return json.loads(result.out)


def test_the_table_shows_the_numbers_of_the_page(backprop):
    out = backprop("train", "--epochs", "10000").out
    for number in ("0.298371109", "0.0000351085481", "0.0000351018778", "0.984064274"):
        assert number in out
    for milestone in ("1 ", "10 ", "100 ", "1,000 ", "10,000 ", "after "):
        assert any(line.startswith(f"  {milestone}") for line in out.splitlines())
    assert "a second (emitted engine)" in out
    assert "⡇" in out


def test_sequential_update_shows_the_other_numbers_of_the_page(backprop):
    sequential = ("--set", 'update="sequential"', "--epochs")
    assert "0.291027924" in backprop("train", *sequential, "1").out
    out = backprop("train", *sequential, "10000").out
    assert "0.0159121963" in out
    assert "0.984065734" in out


def test_json_has_what_the_schema_says(backprop):
    found = trained(backprop, "--epochs", "10000")
    assert found["schema"] == "backprop/train/1"
    assert (found["epochs"], found["stopped"], found["engine"]) == (10_000, "epochs", "emitted")
    assert f"{found['E_first']:.9f}" == "0.298371109"
    assert f"{found['E_last']:.10f}" == "0.0000351085"
    assert f"{found['E_after']:.10f}" == "0.0000351019"
    assert found["targets"] == [[0.01, 0.99]]
    assert f"{found['outputs'][0][0]:.9f}" == "0.015913620"
    assert list(found["parameters"]) == ["w1", "w2", "w3", "w4", "b1", "w5", "w6", "w7", "w8", "b2"]
    assert found["history"][0] == {"epoch": 1, "E": found["E_first"]}
    assert found["history"][-1] == {"epoch": 10_000, "E": found["E_last"]}
    assert found["seconds"] > 0
    assert "E_mean_first" not in found


def test_json_of_several_samples_has_means(backprop):
    found = trained(backprop, "xor", "--epochs", "10")
    for when in ("first", "last", "after"):
        assert found[f"E_mean_{when}"] == found[f"E_{when}"] / 4
    assert len(found["outputs"]) == len(found["targets"]) == 4


def test_jsonl_has_a_line_for_each_point_and_then_the_rest(backprop):
    lines = list(
        map(json.loads, backprop("train", "--format", "jsonl", "--epochs", "5").out.splitlines())
    )
    assert [line.get("epoch") for line in lines] == [1, 2, 3, 4, 5, None]
    assert lines[-1]["schema"] == "backprop/train/1"


def test_csv_and_the_history_file_are_the_curve(backprop, tmp_path):
    path = tmp_path / "run.csv"
    out = backprop("train", "--epochs", "3", "--format", "csv", "--history", path).out
    assert out == path.read_text()
    rows = list(csv.DictReader(out.splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert float(rows[0]["E"]) == trained(backprop, "--epochs", "3")["E_first"]


def test_markdown_has_tables(backprop):
    out = backprop("train", "iris", "--epochs", "3", "--format", "markdown").out
    assert "| Epoch | Sum | Mean |\n| :-- | --: | --: |\n" in out
    assert "## Validation: " in out


def test_quiet_is_silent(backprop, tmp_path):
    result = backprop("train", "--quiet", "--save", tmp_path / "t.toml", "--epochs", "2")
    assert (result.code, result.out, result.err) == (0, "", "")
    assert (tmp_path / "t.toml").exists()


def test_until_and_patience_end_the_run(backprop):
    found = trained(backprop, "xor", "--epochs", "5000", "--until", "0.01")
    assert (found["stopped"], found["epochs"]) == ("until", 1444)
    found = trained(backprop, "relu", "--set", "eta=0.3", "--epochs", "1000", "--patience", "3")
    assert found["stopped"] == "patience"


def test_shuffling_is_seeded(backprop):
    def parameters(*more):
        return trained(backprop, "xor", "--epochs", "20", *more)["parameters"]

    assert parameters("--shuffle") == parameters("--shuffle") != parameters()
    assert parameters("--shuffle", "--set", "seed=5") != parameters("--shuffle")


@pytest.mark.parametrize("engine", ["emitted", "array"])
def test_an_engine_may_be_chosen(backprop, engine):
    found = trained(backprop, "iris", "--epochs", "5", "--engine", engine)
    assert found["engine"] == engine
    assert f"{found['E_last']:.6f}" == f"{trained(backprop, 'iris', '--epochs', '5')['E_last']:.6f}"


def test_machine_code_has_an_old_name(backprop):
    pytest.importorskip("llvmlite")
    found = trained(backprop, "--epochs", "5", "--engine", "jit")
    emitted = trained(backprop, "--epochs", "5", "--engine", "emitted")
    assert (found["engine"], found["parameters"]) == ("compiled", emitted["parameters"])


def test_an_engine_that_is_not_installed_says_what_to_install(backprop, monkeypatch):
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    for engine, extra in (("array", "fast"), ("compiled", "fast"), ("jit", "fast")):
        result = backprop("train", "--engine", engine)
        assert result.code == 2
        assert f"pip install 'backprop-cli[{extra}]'" in result.err
    assert (
        trained(backprop, "iris", "--epochs", "500", "--set", "learning=batch")["engine"]
        == "emitted"
    )


def test_rounding_is_trained_step_by_step(backprop):
    found = trained(backprop, "negnevitsky", "--epochs", "2", "--set", "round_each=4")
    assert found["engine"] == "steps"
    assert "rounds" in backprop("train", "--set", "round_each=4", "--engine", "emitted").err


# -- saving ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", example_names())
def test_a_saved_config_gives_the_same_outputs_to_the_last_bit(backprop, tmp_path, name):
    path = tmp_path / "trained.toml"
    found = trained(backprop, name, "--epochs", "20", "--save", path)
    again = Training(network_of(read_document(str(path))), epochs=1).begin()
    looks = again.engine.look(again.point, again.engine._network.samples)
    assert [list(look.outputs) for look in looks] == found["outputs"]
    texts = Path(example_path(name)).read_text(), path.read_text()
    before, after = ([line.partition("#")[2] for line in text.splitlines()] for text in texts)
    assert [comment for comment in before if comment not in after] == []


DRAWN = """\
eta = 0.5   # the rate
inputs = [[0, 1], [1, 0]]
targets = [[1], [0]]
seed = 3
[convention]
weight_rows = "from"

[[layers]]
  units = 3   # three
  init = { method = "xavier" } # drawn
activation = "tanh"
biases = [0.1, 0.2,
          0.3] # their own

[[layers]]
activation = "logistic"
bias = 0.1  # shared
units = 1
[layers.init]
method = "normal"
# a comment
std = 0.5
"""


def test_drawn_weights_are_saved_as_numbers_and_comments_stay(backprop, tmp_path):
    config, path = tmp_path / "drawn.toml", tmp_path / "trained.toml"
    config.write_text(DRAWN)
    settings = (
        "--set",
        "eta=0.1",
        "--set",
        "layers.0.activation=elu",
        "--set",
        "layers.0.alpha=0.5",
        "--set",
        "optimizer.name=adam",
    )
    found = trained(backprop, config, *settings, "--epochs", "9", "--save", path)
    text = path.read_text()
    assert "eta = 0.1   # the rate" in text
    assert '#   init = { method = "xavier" } # drawn' in text
    assert '# method = "normal"\n# a comment\n# std = 0.5' in text
    again = network_of(read_document(str(path)))
    assert {p.name: float(p.value) for p in again.parameters()} == found["parameters"]
    assert (again.optimizer.name, again.layers[0].activation_name) == ("adam", "elu")
    assert float(again.layers[0].alpha) == 0.5


def test_a_saved_config_finds_its_data(backprop, tmp_path):
    (tmp_path / "there").mkdir()
    path = tmp_path / "there" / "trained.toml"
    trained(backprop, "iris", "--epochs", "2", "--save", path)
    assert len(network_of(read_document(str(path))).samples) == 120


def test_what_cannot_be_saved_says_why(backprop, tmp_path):
    config = tmp_path / "inline.toml"
    config.write_text(
        'eta = 1\ninputs = [1]\ntargets = [1]\nlayers = [{ activation = "tanh", units = 1 }]\n'
    )
    result = backprop("train", config, "--save", tmp_path / "t.toml", "--epochs", "1")
    assert result.code == 2
    assert "cannot be saved" in result.err
    assert not (tmp_path / "t.toml").exists()


def test_a_missing_folder_is_told_before_training(backprop, tmp_path):
    for option in ("--save", "--history", "--plot", "--checkpoint"):
        result = backprop("train", option, tmp_path / "none" / "file.png", "--epochs", "1000000000")
        assert result.code == 2
        assert "there is no such folder" in result.err


# -- divergence, interruption, checkpoints ---------------------------------------------------------


def test_divergence_is_told_with_its_epoch_and_quantity(backprop, tmp_path):
    path = tmp_path / "last.toml"
    result = backprop("train", "relu", "--set", "eta=100", "--save", path)
    assert result.code == 1
    assert "diverged in epoch 78: L_o1 is inf" in result.err
    assert "--set eta=10" in result.err
    saved = network_of(read_document(str(path)))
    assert all(abs(float(p.value)) < 1e300 for p in saved.parameters())


def test_json_of_a_diverged_run_is_still_json(backprop):
    result = backprop("train", "relu", "--set", "eta=100", "--format", "json")
    found = json.loads(result.out)
    assert (found["stopped"], found["epochs"], found["E_after"]) == ("diverged", 77, None)


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_ctrl_c_ends_cleanly_with_the_report(tmp_path):
    checkpoint = tmp_path / "run.ckpt"
    command = ["train", "xor", "--epochs", 10**12, "--format", "json", "--save", "t.toml"]
    with begun(*command, "--checkpoint", "run.ckpt", cwd=tmp_path) as process:
        wait_for(checkpoint, process)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    found = json.loads(out)
    assert found["stopped"] == "interrupted"
    kept = json.loads(checkpoint.read_text())
    assert kept["course"]["epoch"] == found["epochs"]
    saved = network_of(read_document(str(tmp_path / "t.toml")))
    assert {p.name: float(p.value) for p in saved.parameters()} == found["parameters"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_in_the_background_ctrl_c_is_not_for_it(tmp_path):
    """A script's shell starts what stands before `&` so that it ignores it."""
    command = ["train", "xor", "--epochs", 200_000, "--engine", "emitted", "--format", "json"]
    with begun(*command, "--checkpoint", "run.ckpt", ctrl_c=False, cwd=tmp_path) as process:
        wait_for(tmp_path / "run.ckpt", process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err, json.loads(out)["stopped"]) == (0, "", "epochs")


def test_a_run_is_resumed_from_the_command_line(backprop, tmp_path):
    path = tmp_path / "run.ckpt"
    trained(backprop, "xor", "--epochs", "30", "--checkpoint", path, "--every", "10")
    resumed = trained(backprop, "xor", "--epochs", "50", "--resume", path)
    whole = trained(backprop, "xor", "--epochs", "50")
    for part in ("parameters", "history", "E_first", "E_after", "outputs"):
        assert resumed[part] == whole[part]
    other = backprop("train", "mazur", "--resume", path)
    assert other.code == 2
    assert "belongs to another training" in other.err
    assert backprop("train", "xor", "--resume", path, "--engine", "array").code == 2
    assert backprop("train", "xor", "--every", "3").code == 2


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_plot_is_drawn(backprop, tmp_path, ending):
    pytest.importorskip("matplotlib")
    path = tmp_path / f"curve.{ending}"
    result = backprop("train", "--epochs", "50", "--plot", path)
    assert (result.code, result.err) == (0, "")
    beginnings = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    assert path.read_bytes().startswith(beginnings[ending])


def test_a_plot_that_cannot_be_drawn_says_so_before_training(backprop, tmp_path, monkeypatch):
    from backprop_cli.train.course import figure

    assert "must end in" in backprop("train", "--plot", tmp_path / "curve.gif").err
    monkeypatch.setattr(figure, "find_spec", lambda name: None)
    result = backprop("train", "--plot", tmp_path / "curve.png")
    assert result.code == 2
    assert "pip install 'backprop-cli[plot]'" in result.err


def test_small_networks_do_not_import_numpy():
    code = (
        "import sys; from backprop_cli.__main__ import run; run(['train', '--quiet']); "
        "assert 'numpy' not in sys.modules and 'rich' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.parametrize(
    ("terminal", "quiet", "drawn"),
    [
        (True, False, True),
        (True, True, False),
        (False, False, False),
    ],
)
def test_progress_is_for_a_terminal_alone(backprop, monkeypatch, terminal, quiet, drawn):
    monkeypatch.setattr("backprop_cli.cli.progress.INTERVAL", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    result = backprop("train", "--epochs", "100", *["--quiet"] * quiet)
    assert ("/100 epochs" in result.err, result.err.endswith("\r\x1b[K")) == (drawn, drawn)
    assert bool(result.out) == (not quiet)


def test_a_resumed_run_ends_as_it_was_begun_to_end(backprop, tmp_path):
    kept = str(tmp_path / "run.ckpt")
    begun = ["train", "xor", "--epochs", "40", "--patience", "3", "--until", "0.01"]
    assert backprop(*begun, "--checkpoint", kept).code == 0
    resumed = backprop("train", "xor", "--epochs", "5000", "--resume", kept, "--format", "json")
    assert "note: --until 0.01, as this run was begun" in resumed.err
    assert "note: --patience 3, as this run was begun" in resumed.err
    whole = trained(backprop, *begun[1:3], "5000", *begun[4:])
    assert json.loads(resumed.out)["epochs"] == whole["epochs"] < 5000
    other = backprop("train", "xor", "--epochs", "5000", "--resume", kept, "--patience", "9999")
    assert "--patience" not in other.err
    assert "note: --until" in other.err
