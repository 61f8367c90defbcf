"""The course of a training: when it ends, what is remembered, what a checkpoint keeps."""

from __future__ import annotations

import math
import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes import begun, wait_for

from backprop_cli.api import load
from backprop_cli.config import network_of, parse_document
from backprop_cli.engine.network import Network
from backprop_cli.engine.order import shuffled
from backprop_cli.engine.running import initial_state
from backprop_cli.errors import UsageError
from backprop_cli.train.course import training as training_module
from backprop_cli.train.course.checkpoint import read_checkpoint
from backprop_cli.train.course.history import CAPACITY
from backprop_cli.train.course.loop import SPARSE, Goal, Run
from backprop_cli.train.course.training import EPOCHS, Training
from backprop_cli.train.engines import EQUAL, choice
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


OVERFLOWING = """
eta = 1
inputs = [0.3, 0.1]
targets = [0.4]
optimizer = { name = "adamw", weight_decay = 2.01 }
[[layers]]
activation = "logistic"
weights = [[0.15, 0.2]]
bias = 0.3
"""
"""In every epoch the weights change their sign and grow by a percent."""


@pytest.mark.parametrize("engine", ["emitted", "compiled"])
def test_a_late_overflow_is_found_in_its_epoch(engine: str) -> None:
    """Where few errors are looked at, as where all are, because a bound is given."""
    pytest.importorskip("llvmlite")
    net = network_of(parse_document(OVERFLOWING, "overflowing.toml"))
    run = finished(net, epochs=10**6, engine=engine)
    assert run.course.history.stride >= SPARSE
    watched = finished(net, epochs=10**6, until=1e-300, engine="compiled")
    assert run.stopped == watched.stopped == "diverged"
    assert run.broken == watched.broken == run.course.epoch + 1
    assert run.engine.finite(run.point)
    assert run.engine.state(run.point) == watched.engine.state(watched.point)


def test_what_interrupts_ends_the_run_with_whole_epochs() -> None:
    run = Training(load("mazur"), epochs=10**9, engine="emitted").begin()
    assert run.go(lambda run: "interrupted" if run.course.epoch > 5000 else None) == "interrupted"
    same = finished(load("mazur"), epochs=run.course.epoch)
    assert same.point == run.point


def test_a_long_history_stays_small_and_has_the_last_epoch() -> None:
    run = finished(load("mazur"), epochs=140_001)
    points = run.course.points()
    assert len(points) <= CAPACITY + 1
    assert (points[0][0], points[-1][0]) == (1, 140_001)
    assert points[-1][1] == run.course.last
    engine = Emitted(load("mazur"))
    _, errors = engine.run(engine.start(initial_state(load("mazur"))), 1, 140_001)
    assert all(errors[epoch - 1] == error for epoch, error in points)
    assert run.course.milestones[100_000] == errors[99_999]


@given(st.integers(1, 60), st.integers(), st.integers(1, 5))
def test_a_shuffle_presents_every_sample_once(count: int, seed: int, epoch: int) -> None:
    assert sorted(shuffled(count, seed, epoch)) == list(range(count))
    assert shuffled(count, seed, epoch) == shuffled(count, seed, epoch)


def test_a_shuffle_stays_the_same_for_ever() -> None:
    assert shuffled(6, 1, 1) == [3, 1, 4, 0, 5, 2]
    assert shuffled(6, 1, 2) != shuffled(6, 1, 1)


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


@pytest.mark.parametrize(
    ("begun", "later"),
    [("emitted", "compiled"), ("compiled", "emitted"), ("compiled", "jit"), ("emitted", "auto")],
)
def test_engines_of_the_same_bits_take_up_each_others_runs(
    tmp_path: Path, begun: str, later: str
) -> None:
    pytest.importorskip("llvmlite")
    net, path, other = load("mazur"), tmp_path / "run.ckpt", tmp_path / "other.ckpt"
    first = Training(net, epochs=150_000, engine=begun, checkpoint=path)
    run = first.begin()
    run.go(lambda run: "interrupted" if run.course.epoch > 90_000 else None)
    first.keep(run)
    resumed = finished(net, resume=path, engine=later)
    whole = Training(net, epochs=150_000, engine=begun, checkpoint=other)
    run = whole.begin()
    run.go()
    whole.keep(run)
    assert resumed.engine.name in {"jit": ("compiled",), "auto": EQUAL}.get(later, (later,))
    assert resumed.engine.state(resumed.point) == run.engine.state(run.point)
    assert resumed.course == run.course == read_checkpoint(other).course


def test_an_engine_that_only_comes_near_takes_up_no_run(tmp_path: Path) -> None:
    net, path = load("xor"), tmp_path / "run.ckpt"
    for first, asked in (("emitted", "array"), ("array", "compiled"), ("array", "emitted")):
        training = Training(net, engine=first, checkpoint=path)
        training.keep(training.begin())
        with pytest.raises(UsageError, match=f"begun with the {first} engine"):
            Training(net, resume=path, engine=asked).begin()


def test_a_run_of_machine_code_is_taken_up_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("llvmlite")
    net, path = load("xor"), tmp_path / "run.ckpt"
    training = Training(net, epochs=10**9, engine="compiled", checkpoint=path)
    training.keep(training.begin())
    assert Training(net, resume=path).begin().engine.name == "compiled"
    assert Training(net, resume=path, epochs=10).begin().engine.name == "emitted"
    training = Training(net, epochs=200_000, engine="compiled", checkpoint=path)
    run = training.begin()
    run.course.epoch, run.course.first, run.course.last = 190_000, 0.5, 0.1
    training.keep(run)
    assert Training(net, resume=path).begin().engine.name == "emitted"
    assert Training(net, resume=path, epochs=10**9).begin().engine.name == "compiled"
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    assert Training(net, resume=path).begin().engine.name == "emitted"


def test_a_checkpoint_is_written_at_every_multiple(tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    training = Training(load("mazur"), epochs=17, checkpoint=path, every=5)
    run = training.begin()
    assert read_checkpoint(path).course.epoch == 0
    kept = []

    def pause(run: Run) -> None:
        training.keep_in_time(run)
        kept.append((run.course.epoch, read_checkpoint(path).course.epoch))

    run.go(pause)  # type: ignore[arg-type]
    assert kept == [(5, 5), (10, 10), (15, 15), (17, 15)]
    training.keep(run)
    assert read_checkpoint(path).course.epoch == 17


def test_a_checkpoint_is_written_every_two_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, now = tmp_path / "run.ckpt", [100.0]
    monkeypatch.setattr(training_module, "monotonic", lambda: now[0])
    training = Training(load("mazur"), epochs=10, checkpoint=path)
    run = training.begin()
    run.go()
    kept = []
    for now[0] in (102.0, 102.1, 104.1, 104.2):
        path.write_text("")
        training.keep_in_time(run)
        kept.append(bool(path.read_text()))
    assert kept == [False, True, False, True]


def test_nothing_is_kept_without_a_checkpoint(tmp_path: Path) -> None:
    training = Training(load("mazur"), epochs=3)
    run = training.begin()
    training.keep(run)
    training.keep_in_time(run)
    assert training._prints == {}


def test_a_training_has_its_choices() -> None:
    run = Training(load("mazur"), until=0.5, patience=7, every=3).begin()
    assert run.goal == Goal(EPOCHS, 0.5, 7, every_error=False)
    assert run.every == 3
    assert run.engine.state(run.point) == initial_state(load("mazur"))
    assert Training(load("mazur"), epochs=1).begin().goal.epochs == 1


@pytest.mark.parametrize(
    ("activation", "unbounded"),
    [("logistic", False), ("tanh", False), ("relu", True), ("softplus", True), ("linear", True)],
)
def test_an_error_that_may_overflow_by_itself_is_watched(activation: str, unbounded: bool) -> None:
    net = load("mazur", [f"layers.1.activation={activation}"])
    assert Training(net).begin().goal.every_error == unbounded


def test_a_resumed_run_has_the_epochs_and_the_engine_of_the_first(tmp_path: Path) -> None:
    path, net = tmp_path / "run.ckpt", load("xor")
    begun = Training(net, epochs=30, engine="array", checkpoint=path)
    begun.keep(begun.begin())
    run = Training(net, resume=path).begin()
    assert (run.goal.epochs, run.engine.name) == (30, "array")
    assert Training(net, resume=path, epochs=50, engine="array").begin().goal.epochs == 50
    with pytest.raises(UsageError, match="begun with the array engine"):
        Training(net, resume=path, engine="emitted").begin()


def test_the_broken_quantity_is_named_with_its_sample() -> None:
    def named(*settings: str) -> tuple[str, str]:
        training = Training(load("xor", ["layers.1.activation=linear", *settings]), epochs=500)
        run = training.begin()
        assert run.go() == "diverged"
        return training.broken_quantity(run)

    linear = "layers.0.activation=linear"
    assert named("eta=50", linear) == ("sample1.E_o1_new", "inf")
    assert named("eta=50", linear, "learning=batch") == ("sample1.E_o1", "inf")


def test_a_large_network_is_not_gone_through_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training(load("relu", ["eta=100"]))
    run = training.begin()
    run.go()
    steps = sum(1 for _ in training.network.parameters())
    monkeypatch.setattr(training_module, "MOST_STEPS", steps)
    assert training.broken_quantity(run) == ("L_o1", "inf")
    monkeypatch.setattr(training_module, "MOST_STEPS", steps - 1)
    assert training.broken_quantity(run) == ("a weight or the error", "not finite")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_run_is_taken_up_with_the_same_bits(tmp_path: Path) -> None:
    path, net = tmp_path / "run.ckpt", load("xor")
    command = ["train", "xor", "--epochs", 10**9, "--shuffle", "--checkpoint", path, "--every", 20]
    epochs = 0
    for resume in ([], ["--resume", path]):
        with begun(*command, *resume) as process:
            wait_for(path, process)
            while read_checkpoint(path).course.epoch <= epochs + 40:
                assert process.poll() is None, "it has ended by itself"
                time.sleep(0.01)
            os.kill(process.pid, signal.SIGKILL)
        epochs = read_checkpoint(path).course.epoch
        assert epochs % 20 == 0
    resumed = finished(net, epochs=epochs + 10, shuffle=True, resume=path)
    whole = finished(net, epochs=epochs + 10, shuffle=True)
    assert resumed.point == whole.point
    assert resumed.course == whole.course
