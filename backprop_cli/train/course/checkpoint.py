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

from backprop_cli.engine import Network, State
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
        self.epochs = int(data["epochs"])
        self.until: float | None = data["until"]
        self.patience: int | None = data["patience"]
        self.seconds = float(data["seconds"])
        self.state = State(
            {str(key): _number(value) for key, value in values.items()},
            int(data["state"]["updates"]),
        )
        self.course = Course(
            epoch=int(course["epoch"]),
            first=course["first"],
            last=course["last"],
            best=math.inf if course["best"] is None else float(course["best"]),
            best_epoch=int(course["best_epoch"]),
            milestones={int(epoch): float(error) for epoch, error in course["milestones"].items()},
            history=History(
                int(course["history"]["stride"]),
                [(int(n), float(error)) for n, error in course["history"]["points"]],
            ),
        )

    def check(self, network: Network, shuffle: bool) -> None:
        """Raise `FileError` with the differences if this is a checkpoint of another network."""
        now = fingerprint(network, shuffle)
        different = [part for part in now if now[part] != self._prints.get(part)]
        if different:
            raise FileError(
                "this checkpoint belongs to another training: different are "
                + ", ".join(different),
                Place(self._name),
                "resume with the config and options that it was begun with",
            )


def _number(value: Any) -> float | Decimal:
    """A float, or a text that holds a decimal."""
    return Decimal(value) if isinstance(value, str) else float(value)


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
