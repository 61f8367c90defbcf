"""Ctrl-C ends long work in machine code, and loses no epoch that was finished."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import begun, wait_for

from backprop_cli.api import load
from backprop_cli.engine import initial_state
from backprop_cli.train.course.checkpoint import read_checkpoint

pytest.importorskip("llvmlite")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send here")

FOR_EVER = 10**12
"""Epochs that are half a day of work and more: a run that has ended was ended."""


def interrupted(command: list[object], begins: Path | None, more: float) -> tuple[int, str, str]:
    """Code, output and messages of a command that got Ctrl-C.

    It gets it `more` seconds after it has begun to write the file `begins`, or after its start.
    That no span of machine code is longer than a moment is for `course/test_loop.py` to see.
    """
    with begun(*command) as process:
        if begins is not None:
            wait_for(begins, process)
        time.sleep(more)
        assert process.poll() is None, "it has ended by itself"
        process.send_signal(signal.SIGINT)
        output, messages = process.communicate(timeout=60)
        return process.returncode, output, messages


@pytest.mark.parametrize(("name", "more"), [("mazur", 0.3), ("xor", 0.05)])
def test_a_run_ends_with_the_last_finished_epoch_and_is_taken_up(
    tmp_path: Path, name: str, more: float
) -> None:
    from backprop_cli.train.engines.compiled import Compiled

    path = tmp_path / "run.ckpt"
    command: list[object] = ["train", name, "--epochs", FOR_EVER, "--engine", "compiled"]
    command += ["--checkpoint", path, "--format", "json"]
    code, output, messages = interrupted(command, path, more)
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


def test_the_way_to_a_late_epoch_is_interrupted() -> None:
    late = ["trace", "--epoch", FOR_EVER]
    code, output, messages = interrupted(late, None, 1.0)
    assert (output, messages.strip()) == ("", "interrupted")
    assert code in (
        130,
        -signal.SIGINT,
    )  # Python ends so what is still being loaded; a shell says 130
