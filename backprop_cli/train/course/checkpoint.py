"""Checkpoints: all that a run needs to be taken up again as if it had never stopped.

A checkpoint is JSON; its floats read back as they were, to the last bit. It is written as every
file is, so that at every moment there is a whole one under its name. A checksum over all that it
says tells one that has been damaged, or written by hand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from backprop_cli.engine import Network, State, arithmetic_of, initial_state
from backprop_cli.errors import FileError, Place
from backprop_cli.files import written
from backprop_cli.train.course.history import History
from backprop_cli.train.course.loop import Course, Run

SCHEMA = "backprop/checkpoint/2"


class Checkpoint:
    """What a checkpoint holds, and the check that it belongs to a network."""

    def __init__(self, data: dict[str, Any], name: str) -> None:
        course, values = data["course"], data["state"]["values"]
        self._prints: dict[str, str] = data["network"]
        self._name = name
        self.engine = str(data["engine"])
        self.epochs = _count(data["epochs"], 1)
        self.until = None if data["until"] is None else _finite(data["until"])
        self.patience = None if data["patience"] is None else _count(data["patience"], 1)
        self.seconds = _finite(data["seconds"])
        self.state = State(
            {str(key): _number(value) for key, value in values.items()},
            _count(data["state"]["updates"]),
        )
        first, last = (None if x is None else _finite(x) for x in (course["first"], course["last"]))
        self.course = Course(
            epoch=_count(course["epoch"]),
            first=first,
            last=last,
            best=math.inf if course["best"] is None else _finite(course["best"]),
            best_epoch=_count(course["best_epoch"]),
            milestones={
                int(epoch): _finite(error) for epoch, error in course["milestones"].items()
            },
            history=History(
                _count(course["history"]["stride"], 1),
                [(_count(n, 1), _finite(error)) for n, error in course["history"]["points"]],
            ),
        )
        if (last is None) != (self.course.epoch == 0):
            raise ValueError("an error for no epoch")

    def check(self, network: Network, shuffle: bool) -> None:
        """Raise `FileError` with the differences if this is a checkpoint of another network.

        Also if it has not just the numbers that this network changes, in its kind of numbers.
        """
        now = fingerprint(network, shuffle)
        different = [part for part in now if now[part] != self._prints.get(part)]
        if different:
            raise FileError(
                "this checkpoint belongs to another training: different are "
                + ", ".join(different),
                Place(self._name),
                "resume with the config and options that it was begun with",
            )
        initial = initial_state(network, arithmetic_of(network)).values
        if _kinds(initial) != _kinds(self.state.values):
            what = "this checkpoint does not have the numbers of this network"
            raise FileError(what, Place(self._name), "begin anew, or take another one")


def _kinds(values: Mapping[str, Any]) -> dict[str, bool]:
    """Which of the values are decimals."""
    return {key: isinstance(value, Decimal) for key, value in values.items()}


def _number(value: Any) -> float | Decimal:
    """A float, or a text that holds a decimal. Raises `ValueError` if it is not finite."""
    if not isinstance(value, str):
        return _finite(value)
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(value)
    return number


def _finite(value: Any) -> float:
    number = float(value)
    if isinstance(value, str) or not math.isfinite(number):
        raise ValueError(value)
    return number


def _count(value: Any, least: int = 0) -> int:
    if not isinstance(value, int) or value < least:
        raise ValueError(value)
    return value


def fingerprint(network: Network, shuffle: bool) -> dict[str, str]:
    """For each part of what makes a training, a digest."""
    from hashlib import sha256  # here, because most trainings have no checkpoint

    parts: dict[str, Any] = {
        "the layers": [
            (layer.activation_name, layer.alpha, len(layer.units), len(layer.biases))
            for layer in network.layers
        ],
        "the initial parameters": [(p.name, float(p.value)) for p in network.parameters()],
        "the samples": [tuple(map(float, (*s.inputs, *s.targets))) for s in network.samples],
        "the error function": (network.error_name, sorted(network.error_parameters.items())),
        "the learning rate": network.eta,
        "the optimizer": (network.optimizer.name, sorted(network.optimizer.parameters.items())),
        "the way of learning": (
            network.update,
            network.batch_size,
            network.reduction,
            network.train_biases,
            network.thresholds,
        ),
        "the rounding": network.round_each,
        "the order of the samples": (shuffle, network.seed if shuffle else 0),
    }
    return {name: sha256(repr(part).encode()).hexdigest()[:16] for name, part in parts.items()}


def write_checkpoint(path: Path, prints: dict[str, str], run: Run) -> None:
    """Write a checkpoint in place of the one before. Raises `FileError`."""
    state, course = run.engine.state(run.point), asdict(run.course)
    if math.isinf(course["best"]):
        course["best"] = None
    values = {key: x if isinstance(x, float) else str(x) for key, x in state.values.items()}
    data = {
        "schema": SCHEMA,
        "network": prints,
        "engine": run.engine.name,
        "epochs": run.goal.epochs,
        "until": run.goal.until,
        "patience": run.goal.patience,
        "seconds": run.seconds,
        "course": course,
        "state": {"values": values, "updates": state.updates},
    }
    data["checksum"] = _checksum(data)
    try:
        with written(path, durable=True) as stream:
            json.dump(data, stream, allow_nan=False)
    except BrokenPipeError:
        raise FileError("cannot be written: who reads it has left", Place(str(path))) from None


def _checksum(data: Mapping[str, Any]) -> str:
    """A digest of all that a checkpoint says."""
    from hashlib import sha256

    said = {key: value for key, value in data.items() if key != "checksum"}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint in a file. Raises `FileError`."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != SCHEMA:
            raise ValueError(SCHEMA)
        if data["checksum"] != _checksum(data):
            raise FileError(
                "this checkpoint has been damaged: it does not say what was written",
                Place(str(path)),
                "begin anew, or take an older one",
            )
        return Checkpoint(data, str(path))
    except OSError as error:
        what = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise FileError(what or "cannot be read", Place(str(path))) from None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise FileError(
            "this is not a checkpoint", Place(str(path)), "train --checkpoint FILE writes one"
        ) from None
