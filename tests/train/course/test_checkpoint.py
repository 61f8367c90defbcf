"""What a checkpoint holds, and the trainings that may take it up."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from backprop_cli.api import load
from backprop_cli.config import network_of, parse_document
from backprop_cli.engine import Network, State, arithmetic_of, initial_state
from backprop_cli.errors import FileError
from backprop_cli.train.course.checkpoint import (
    SCHEMA,
    _checksum,
    fingerprint,
    read_checkpoint,
    write_checkpoint,
)
from backprop_cli.train.course.history import History
from backprop_cli.train.course.loop import Course, Goal, Run
from backprop_cli.train.engines.engine import StepByStep

BASE = """
title = "A network"
eta = 0.5
error = "huber"
inputs = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]
targets = [[0.5], [0.25], [0.75]]
update = "simultaneous"
batch_size = 2
reduction = "mean"
train_biases = true
seed = 1
[[layers]]
activation = "elu"
alpha = 0.5
weights = [[0.1, 0.2], [0.3, 0.4]]
bias = 0.1
[[layers]]
activation = "linear"
weights = [[0.5, 0.6]]
bias = 0.2
[optimizer]
name = "momentum"
beta = 0.9
[convention]
bias = "added"
"""


def network(*changes: tuple[str, str]) -> Network:
    text = BASE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return network_of(parse_document(text, "base.toml"))


CHANGES = [
    (("eta = 0.5", "eta = 0.25"), ["the learning rate"]),
    (('"huber"', '"squared"'), ["the error function"]),
    (('"huber"', '{ name = "huber", delta = 2 }'), ["the error function"]),
    (
        ("[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]", "[[0.1, 0.2], [0.3, 0.4], [0.5, 0.7]]"),
        ["the samples"],
    ),
    (("[0.75]", "[0.5]"), ["the samples"]),
    (('"simultaneous"', '"sequential"'), ["the way of learning"]),
    (("batch_size = 2", "batch_size = 3"), ["the way of learning"]),
    (("batch_size = 2\n", ""), ["the way of learning"]),
    (('reduction = "mean"', 'reduction = "sum"'), ["the way of learning"]),
    (("train_biases = true", "train_biases = false"), ["the way of learning"]),
    (('"added"', '"subtracted"'), ["the way of learning"]),
    (('activation = "elu"', 'activation = "leaky-relu"'), ["the layers"]),
    (("alpha = 0.5", "alpha = 0.25"), ["the layers"]),
    (
        ("[[0.1, 0.2], [0.3, 0.4]]\nbias = 0.1", "[[0.1, 0.2], [0.3, 0.5]]\nbias = 0.1"),
        ["the initial parameters"],
    ),
    (("bias = 0.1", "bias = 0.3"), ["the initial parameters"]),
    (("bias = 0.2", "biases = [0.2]"), ["the initial parameters"]),
    (("bias = 0.1\n", ""), ["the layers", "the initial parameters"]),
    (("bias = 0.1", "biases = [0.1, 0.1]"), ["the layers", "the initial parameters"]),
    (('"momentum"', '"nesterov"'), ["the optimizer"]),
    (("beta = 0.9", "beta = 0.5"), ["the optimizer"]),
    (("eta = 0.5", "eta = 0.5\nround_each = 4"), ["the rounding"]),
    (("seed = 1", "seed = 2"), []),
    (("A network", "Another"), []),
]


@pytest.mark.parametrize(("change", "parts"), CHANGES, ids=lambda value: str(value)[:40])
def test_a_part_of_the_fingerprint_changes_with_its_part_of_the_config(
    change: tuple[str, str], parts: list[str]
) -> None:
    assert different(network(), network(change)) == parts


def different(one: Network, other: Network, shuffle: Iterable[bool] = (False, False)) -> list[str]:
    prints = [fingerprint(net, mixed) for net, mixed in zip((one, other), shuffle, strict=True)]
    assert prints[0].keys() == prints[1].keys()
    return [part for part in prints[0] if prints[0][part] != prints[1][part]]


def test_the_order_of_samples_is_part_of_it() -> None:
    other = network(("seed = 1", "seed = 2"))
    order = ["the order of the samples"]
    assert different(network(), network(), (False, True)) == order
    assert different(network(), other, (True, True)) == order
    assert different(network(), network(), (True, True)) == []


def test_units_are_part_of_the_layers() -> None:
    fewer = network(
        ("[[0.1, 0.2], [0.3, 0.4]]\nbias = 0.1", "[[0.1, 0.2]]\nbias = 0.1"),
        ("[[0.5, 0.6]]", "[[0.5]]"),
    )
    assert "the layers" in different(network(), fewer)


def run_of(net: Network, state: State, course: Course) -> Run:
    return Run(StepByStep(net), state, Goal(70), course, seconds=1.5)


def test_a_checkpoint_gives_back_what_was_written(tmp_path: Path) -> None:
    path, net = tmp_path / "run.ckpt", network()
    course = Course(60, 0.1 + 0.2, 1 / 3, 1e-300, 59, {1: 0.3, 10: 0.2}, History(2, [(1, 0.3)]))
    state = State({"w1": 0.1 + 0.2, "w2": Decimal("0.10")}, 120)
    write_checkpoint(path, fingerprint(net, True), run_of(net, state, course))
    found = read_checkpoint(path)
    assert (found.engine, found.epochs, found.seconds) == ("steps", 70, 1.5)
    assert found.course == course
    assert found.state == state
    assert isinstance(found.state.values["w2"], Decimal)
    assert str(found.state.values["w2"]) == "0.10"
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.ckpt"]
    with pytest.raises(FileError, match="different are the order of the samples") as told:
        found.check(net, False)
    assert str(path) in str(told.value)
    with pytest.raises(FileError, match="the learning rate, the order of the samples"):
        found.check(network(("eta = 0.5", "eta = 1")), False)


@pytest.mark.parametrize("name", ["mazur", "adam", "rounded"])
def test_a_checkpoint_has_just_the_numbers_of_its_network(tmp_path: Path, name: str) -> None:
    net = load("mazur", ["round_each=4"]) if name == "rounded" else load(name)
    path, state = tmp_path / "run.ckpt", initial_state(net, arithmetic_of(net))
    prints, key = fingerprint(net, False), next(iter(state.values))
    other = 0.5 if name == "rounded" else Decimal("0.5")
    whole, less, more, kind = (
        state.values,
        {k: x for k, x in state.values.items() if k != key},
        state.values | {"w99": state.values[key]},
        state.values | {key: other},
    )
    for values in (whole, less, more, kind):
        write_checkpoint(path, prints, run_of(net, State(dict(values)), Course()))
        if values is whole:
            read_checkpoint(path).check(net, False)
        else:
            with pytest.raises(FileError, match="does not have the numbers of this network"):
                read_checkpoint(path).check(net, False)


WRONG = {
    "epochs": [0, 1.5, "2", None], "until": ["x", math.inf, "0.5"], "patience": [0, 0.5],
    "seconds": [math.nan, "1", None],
    "state": [{"values": {"w1": math.nan}, "updates": 1}, {"values": {"w1": "nan"}, "updates": 1},
              {"values": {"w1": 1.0}, "updates": -1}],
}  # fmt: skip
WRONG_COURSE = {
    "epoch": [-1, 1.0, 0], "first": ["x", math.inf], "last": [None, math.nan], "best": ["x"],
    "best_epoch": [-1], "milestones": [{"x": 1.0}, {"1": None}],
    "history": [{"stride": 0, "points": []}, {"stride": 1, "points": [[0, 1.0]]},
                {"stride": 1, "points": [[1, math.nan]]}],
}  # fmt: skip


def test_what_no_run_can_have_come_to_is_no_checkpoint(tmp_path: Path) -> None:
    path, course = tmp_path / "run.ckpt", Course(2, 0.5, 0.25, 0.25, 2, {1: 0.5})
    write_checkpoint(path, {}, run_of(network(), State({"w1": 1.0}, 2), course))
    data = json.loads(path.read_text())
    whole = [data | {part: wrong} for part, each in WRONG.items() for wrong in each]
    whole += [
        data | {"course": data["course"] | {part: wrong}}
        for part, each in WRONG_COURSE.items()
        for wrong in each
    ]
    for said in (data, *whole):
        path.write_text(json.dumps(said | {"checksum": _checksum(said)}))
        if said is data:
            assert read_checkpoint(path).course == course
        else:
            with pytest.raises(FileError, match="not a checkpoint"):
                read_checkpoint(path)


def test_a_run_that_has_not_begun_may_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    write_checkpoint(path, {}, run_of(network(), State({}), Course()))
    assert json.loads(path.read_text())["course"]["best"] is None
    assert read_checkpoint(path).course == Course()
    assert read_checkpoint(path).course.best == math.inf


def test_a_checkpoint_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be written"):
        write_checkpoint(tmp_path / "none" / "x", {}, run_of(network(), State({}), Course()))
    path = tmp_path / "run.ckpt"
    write_checkpoint(path, {}, run_of(network(), State({"w1": 1.0}), Course()))
    with pytest.raises(ValueError, match="JSON"):
        write_checkpoint(path, {}, run_of(network(), State({"w1": math.nan}), Course()))
    assert read_checkpoint(path).state == State({"w1": 1.0})


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema": "other"}', "\xff"])
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.ckpt"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(FileError, match="not a checkpoint"):
        read_checkpoint(path)
    with pytest.raises(FileError, match="no such file"):
        read_checkpoint(tmp_path / "none")
    with pytest.raises(FileError, match="directory"):
        read_checkpoint(tmp_path)


def test_a_checkpoint_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    write_checkpoint(path, {}, run_of(network(), State({"w1": 1.0}), Course()))
    data = json.loads(path.read_text())
    path.write_text(json.dumps(data | {"schema": SCHEMA + "0"}))
    with pytest.raises(FileError, match="not a checkpoint"):
        read_checkpoint(path)
    for part, wrong in (("epochs", "many"), ("course", []), ("state", {"values": {"w1": "x"}})):
        said = data | {part: wrong}
        path.write_text(json.dumps(said))
        with pytest.raises(FileError, match="damaged"):
            read_checkpoint(path)
        path.write_text(json.dumps(said | {"checksum": _checksum(said)}))
        with pytest.raises(FileError, match="not a checkpoint"):
            read_checkpoint(path)


def test_a_checkpoint_with_any_character_changed_is_refused(tmp_path: Path) -> None:
    path, net = tmp_path / "run.ckpt", network()
    course = Course(60, 0.1 + 0.2, 1 / 3, 1e-300, 59, {1: 0.3, 10: 0.2}, History(2, [(1, 0.3)]))
    write_checkpoint(path, fingerprint(net, True), run_of(net, State({"w1": 0.3}, 7), course))
    text = path.read_text()
    for at, old in enumerate(text):
        new = str((int(old) + 1) % 10) if old.isdigit() else "~"
        changed = text[:at] + new + text[at + 1 :]
        path.write_text(changed)
        if old != " " and not _says_the_same(changed, text):
            with pytest.raises(FileError):
                read_checkpoint(path)
    path.write_text(text)
    assert read_checkpoint(path).course == course


def _says_the_same(one: str, other: str) -> bool:
    """A digit beyond what a float holds changes nothing."""
    try:
        return json.loads(one) == json.loads(other)
    except ValueError:
        return False
