"""Ctrl-C ends long work in machine code within a second, and loses no epoch that was finished."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backprop_cli.api import load
from backprop_cli.engine import initial_state
from backprop_cli.train.course.checkpoint import read_checkpoint

pytest.importorskip("llvmlite")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send here")

TRIES = 4
"""A busy machine may take its time, but not again and again."""


def interrupted(command: list[str], begun: Path | None, more: float) -> tuple[int, str, str, float]:
    """Code, output and messages of a command that got Ctrl-C, and how long it took to end.

    It gets it `more` seconds after it has begun to write the file `begun`, or after its start.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "backprop_cli", *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 30
        while begun is not None and not begun.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(more)
        assert process.poll() is None, "it has ended by itself"
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, messages = process.communicate(timeout=60)
        return process.returncode, output, messages, time.monotonic() - sent


@pytest.mark.parametrize(("name", "more"), [("mazur", 0.3), ("xor", 0.05)])
def test_a_run_ends_with_the_last_finished_epoch_and_is_taken_up(
    tmp_path: Path, name: str, more: float
) -> None:
    from backprop_cli.train.engines.compiled import Compiled

    durations: list[float] = []
    while not durations or (durations[-1] > 1 and len(durations) < TRIES):
        path = tmp_path / f"{len(durations)}.ckpt"
        command = ["train", name, "--epochs", "1000000000", "--engine", "compiled"]
        command += ["--checkpoint", str(path), "--format", "json"]
        code, output, messages, seconds = interrupted(command, path, more)
        durations.append(seconds)
    assert durations[-1] <= 1
    report = json.loads(output)
    assert (code, messages, report["stopped"]) == (130, "", "interrupted")
    net, found = load(name), read_checkpoint(path)
    epoch = found.course.epoch
    assert report["epochs"] == epoch > 0
    engine = Compiled(net)
    point, _ = engine.run(engine.start(initial_state(net)), 1, epoch, watch=False)
    assert found.state == engine.state(point)
    assert report["parameters"] == {p.name: found.state.values[p.name] for p in net.parameters()}
    resumed = ["train", name, "--resume", str(path), "--epochs", str(epoch + 1000)]
    done = subprocess.run(
        [sys.executable, "-m", "backprop_cli", *resumed, "--format", "json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    point, _ = engine.run(point, epoch + 1, 1000)
    values = engine.state(point).values
    assert json.loads(done.stdout)["parameters"] == {
        p.name: values[p.name] for p in net.parameters()
    }


def test_the_way_to_a_late_epoch_is_interrupted_at_once() -> None:
    durations: list[float] = []
    while not durations or (durations[-1] > 1 and len(durations) < TRIES):
        late = ["trace", "--epoch", "5000000000"]
        code, output, messages, seconds = interrupted(late, None, 1.0)
        durations.append(seconds)
        assert (code, output, messages.strip()) == (130, "", "interrupted")
    assert durations[-1] <= 1
