"""The course of a training: when it ends, what is remembered, what a checkpoint keeps."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.api import load
from backprop_cli.engine.network import Network
from backprop_cli.engine.order import shuffled
from backprop_cli.engine.running import initial_state
from backprop_cli.errors import FileError
from backprop_cli.train.course.checkpoint import read_checkpoint
from backprop_cli.train.course.curve import curve
from backprop_cli.train.course.history import CAPACITY, History, next_milestone
from backprop_cli.train.course.loop import Course, Goal, Run
from backprop_cli.train.course.training import Training
from backprop_cli.train.engines.emitted import Emitted


def finished(net: Network, **choices: object) -> Run:
    run = Training(net, **choices).begin()  # type: ignore[arg-type]
    run.go()
    return run


def test_the_tutorial_network_reaches_the_numbers_of_the_page() -> None:
    run = finished(load("mazur"), epochs=10_000)
    course = run.course
    assert f"{course.first:.9f}" == "0.298371109"
    assert f"{course.last:.10f}" == "0.0000351085"
    after = run.engine.look(run.point, load("mazur").samples)[0]
    assert f"{after.error:.10f}" == "0.0000351019"
    assert list(course.milestones) == [1, 10, 100, 1000, 10000]


def test_sequential_updates_give_the_outputs_of_the_page() -> None:
    net = load("mazur", ['update="sequential"'])
    one = finished(net, epochs=1)
    assert f"{one.engine.look(one.point, net.samples)[0].error:.9f}" == "0.291027924"
    many = finished(net, epochs=10_000)
    outputs = many.engine.look(many.point, net.samples)[0].outputs
    assert [f"{out:.9f}" for out in outputs] == ["0.015912196", "0.984065734"]


def test_until_ends_with_the_first_error_below() -> None:
    run = finished(load("xor"), epochs=5000, until=0.01)
    assert run.stopped == "until"
    assert run.course.epoch == 1444
    whole = finished(load("xor"), epochs=1444)
    assert run.point == whole.point
    assert run.course.last == whole.course.last < 0.01


def test_patience_ends_when_no_new_low_comes() -> None:
    net = load("relu", ["eta=0.3"])
    engine = Emitted(net)
    _, errors = engine.run(engine.start(initial_state(net)), 1, 400)
    best, since, expected = math.inf, 0, None
    for epoch, error in enumerate(errors, start=1):
        best, since = (error, 0) if error < best else (best, since + 1)
        if since == 5:
            expected = epoch
            break
    run = finished(net, epochs=400, patience=5)
    assert (run.stopped, run.course.epoch) == ("patience", expected)


def test_divergence_is_found_in_its_epoch() -> None:
    net = load("relu", ["eta=100"])
    run = finished(net, epochs=100_000)
    assert (run.stopped, run.broken, run.course.epoch) == ("diverged", 78, 77)
    assert run.engine.finite(run.point)
    assert Training(net).broken_quantity(run) == ("L_o1", "inf")


def test_what_interrupts_ends_the_run_with_whole_epochs() -> None:
    run = Training(load("mazur"), epochs=10**9).begin()
    assert run.go(lambda run: "interrupted" if run.course.epoch > 5000 else None) == "interrupted"
    same = finished(load("mazur"), epochs=run.course.epoch)
    assert same.point == run.point


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=8))
def test_a_history_depends_on_the_length_of_the_run_alone(spans: list[int]) -> None:
    in_spans, at_once = History(), History()
    epoch = 0
    for span in spans:
        in_spans.add(epoch + 1, [float(n) for n in range(epoch + 1, epoch + span + 1)])
        epoch += span
    at_once.add(1, [float(n) for n in range(1, epoch + 1)])
    assert in_spans == at_once
    assert len(in_spans.points) <= CAPACITY
    assert [n for n, _ in in_spans.points] == list(range(1, epoch + 1, in_spans.stride))
    assert all(error == n for n, error in in_spans.points)


def test_a_long_history_stays_small_and_has_the_last_epoch() -> None:
    run = finished(load("mazur"), epochs=300_001)
    points = run.course.points()
    assert len(points) <= CAPACITY + 1
    assert (points[0][0], points[-1][0]) == (1, 300_001)
    assert points[-1][1] == run.course.last
    engine = Emitted(load("mazur"))
    _, errors = engine.run(engine.start(initial_state(load("mazur"))), 1, 300_001)
    assert all(errors[epoch - 1] == error for epoch, error in points)
    assert run.course.milestones[100_000] == errors[99_999]


@given(st.integers(0, 10**7))
def test_the_next_point_and_milestone_come_after(epoch: int) -> None:
    for stride in (1, 2, 64, 1024):
        following = History(stride).next_after(epoch)
        assert epoch < following <= epoch + stride
        assert (following - 1) % stride == 0
    assert epoch < next_milestone(epoch) <= max(1, 10 * epoch)


@given(st.integers(1, 60), st.integers(), st.integers(1, 5))
def test_a_shuffle_presents_every_sample_once(count: int, seed: int, epoch: int) -> None:
    assert sorted(shuffled(count, seed, epoch)) == list(range(count))
    assert shuffled(count, seed, epoch) == shuffled(count, seed, epoch)


def test_a_shuffle_stays_the_same_for_ever() -> None:
    assert shuffled(6, 1, 1) == [3, 1, 4, 0, 5, 2]
    assert shuffled(6, 1, 2) != shuffled(6, 1, 1)


def test_a_curve_falls_from_the_left_to_the_right() -> None:
    lines = curve([(n, 1 / n) for n in range(1, 101)], 40, 6)
    assert lines[0].lstrip().startswith("1 ┤")
    assert lines[-2].lstrip().startswith("0.01 ┤")
    assert lines[-1].split() == ["1", "100"]
    assert all(len(line) <= 40 for line in lines)
    assert curve([(1, 0.5)]) == []
    assert curve([(1, 0.5), (2, 0.5)])


# -- checkpoints -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "engine"),
    [("xor", "emitted"), ("iris", "array"), ("adam", "emitted"), ("negnevitsky", "auto")],
)
def test_a_resumed_run_has_the_same_bits(tmp_path: Path, name: str, engine: str) -> None:
    net, path = load(name), tmp_path / "run.ckpt"
    whole = finished(net, epochs=60, shuffle=True, engine=engine)
    begun = Training(net, epochs=60, shuffle=True, engine=engine, checkpoint=path, every=7)
    run = begun.begin()

    def pause(run: Run) -> str | None:
        begun.keep_in_time(run)
        return "interrupted" if run.course.epoch >= 30 else None

    run.go(pause)
    resumed = finished(net, shuffle=True, resume=path)
    assert resumed.engine.state(resumed.point) == whole.engine.state(whole.point)
    assert resumed.course == whole.course
    assert resumed.goal.epochs == 60


def test_another_network_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    finished(load("mazur"), epochs=5, checkpoint=path)
    with pytest.raises(FileError, match="different are the learning rate"):
        Training(load("mazur", ["eta=0.1"]), resume=path).begin()
    with pytest.raises(FileError, match="the order of the samples"):
        Training(load("mazur"), shuffle=True, resume=path).begin()
    Training(load("mazur", ['title="another"']), resume=path).begin()


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema": "other"}', "\xff"])
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.ckpt"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(FileError, match="not a checkpoint"):
        read_checkpoint(path)
    with pytest.raises(FileError, match="no such file"):
        read_checkpoint(tmp_path / "none")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_run_is_taken_up_with_the_same_bits(tmp_path: Path) -> None:
    path, net = tmp_path / "run.ckpt", load("xor")
    command = [
        sys.executable,
        "-m",
        "backprop_cli",
        "train",
        "xor",
        "--epochs",
        "100000000",
        "--shuffle",
        "--checkpoint",
        str(path),
        "--every",
        "20",
    ]
    epochs = 0
    for _ in range(3):
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                if path.exists() and read_checkpoint(path).course.epoch > epochs + 100:
                    break
                time.sleep(0.01)
            os.kill(process.pid, signal.SIGKILL)
        epochs = read_checkpoint(path).course.epoch
        assert epochs % 20 == 0
        command[6:] = [
            "100000000",
            "--shuffle",
            "--checkpoint",
            str(path),
            "--every",
            "20",
            "--resume",
            str(path),
        ]
    resumed = finished(net, epochs=epochs + 10, shuffle=True, resume=path)
    whole = finished(net, epochs=epochs + 10, shuffle=True)
    assert resumed.point == whole.point
    assert resumed.course == whole.course


def test_a_course_remembers_first_last_best_and_milestones() -> None:
    course = Course()
    course.add([3.0, 2.0, 4.0])
    course.add([1.0] * 8)
    assert (course.first, course.last, course.epoch) == (3.0, 1.0, 11)
    assert (course.best, course.best_epoch) == (1.0, 4)
    assert course.milestones == {1: 3.0, 10: 1.0}
    assert Run(None, None, Goal(5), course).go() == "epochs"  # type: ignore[arg-type]
