"""A training from beginning to end: what it starts from, what it leaves behind."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from backprop_cli.engine import Network, Quantities, arithmetic_of, initial_state, lines
from backprop_cli.errors import UsageError
from backprop_cli.formulas import ACTIVATIONS
from backprop_cli.train.course.loop import Course, Goal, Run
from backprop_cli.train.course.report import Report
from backprop_cli.train.engines import ALIASES, EQUAL, REFUSALS, engine_for, fastest, presented

if TYPE_CHECKING:
    from backprop_cli.train.course.checkpoint import Checkpoint

EPOCHS = 1000
"""Epochs of a training for which nothing else is said."""

CHECKPOINT_SECONDS = 2.0

MOST_STEPS = 300_000
"""Weights times samples up to which a broken epoch is gone through step by step."""


@dataclass
class Training:
    """The choices of a training. `remembered` are those that came from a checkpoint."""

    network: Network
    epochs: int | None = None
    until: float | None = None
    patience: int | None = None
    shuffle: bool = False
    engine: str = "auto"
    checkpoint: Path | None = None
    every: int | None = None
    resume: Path | None = None
    remembered: dict[str, float] = field(default_factory=dict, init=False)
    _prints: dict[str, str] = field(default_factory=dict, init=False)
    _written: float = field(default=0.0, init=False)

    def begin(self) -> Run:
        """A run from the config's parameters, or from where a checkpoint has left it.

        Raises `FileError` for a checkpoint that does not fit.
        """
        network, epochs = self.network, self.epochs
        engine = ALIASES.get(self.engine, self.engine)
        state, course = initial_state(network, arithmetic_of(network)), Course()
        seconds = 0.0
        if self.resume is not None:
            from backprop_cli.train.course.checkpoint import read_checkpoint

            found = read_checkpoint(self.resume)
            found.check(network, self.shuffle)
            state, course, seconds = found.state, found.course, found.seconds
            epochs = found.epochs if epochs is None else epochs
            engine = self._successor(engine, found.engine, epochs - course.epoch)
            self._remember(found)
        epochs = EPOCHS if epochs is None else epochs
        last = ACTIVATIONS[network.layers[-1].activation_name]
        unbounded = math.isinf(last.low) or math.isinf(last.high)
        goal = Goal(epochs, self.until, self.patience, every_error=unbounded)
        trainer = engine_for(engine, network, self.shuffle, epochs - course.epoch)
        trainer.prepare(watch=True)
        run = Run(trainer, trainer.start(state), goal, course, seconds, self.every)
        if self.checkpoint is not None:
            from backprop_cli.train.course.checkpoint import fingerprint

            self._prints = fingerprint(network, self.shuffle)
            self.keep(run)
        return run

    def _successor(self, asked: str, begun: str, epochs: int) -> str:
        """Who goes on with a run: the engine that began it, or one that gives the same bits."""
        if begun in EQUAL and asked in ("auto", *EQUAL):
            return fastest(self.network, epochs, EQUAL) if asked == "auto" else asked
        if asked not in ("auto", begun):
            raise UsageError(f"this run was begun with the {begun} engine", "leave --engine out")
        return "auto" if begun == "steps" else begun

    def _remember(self, found: Checkpoint) -> None:
        """When the run was to end, where nothing else is said now."""
        for name, value in (("until", found.until), ("patience", found.patience)):
            if value is not None and getattr(self, name) is None:
                setattr(self, name, value)
                self.remembered[name] = value

    def keep(self, run: Run) -> None:
        """Write the checkpoint, if one is wanted."""
        if self.checkpoint is not None:
            from backprop_cli.train.course.checkpoint import write_checkpoint

            self._written = monotonic()
            write_checkpoint(self.checkpoint, self._prints, run)

    def keep_in_time(self, run: Run) -> None:
        """Write the checkpoint after every so many epochs, or every few seconds."""
        if self.checkpoint is None:
            return
        due = monotonic() - self._written > CHECKPOINT_SECONDS
        if self.every is not None:
            due = run.course.epoch % self.every == 0
        if due:
            self.keep(run)

    def parameters(self, run: Run) -> dict[str, Any]:
        """The parameters that a run has reached, by key."""
        values = run.engine.state(run.point).values
        return {p.name: values[p.name] for p in self.network.parameters()}

    def report(self, run: Run) -> Report:
        """What came of a run that has ended."""
        network, engine = self.network, run.engine
        return Report(
            network=network,
            engine=engine.name,
            course=run.course,
            looks=engine.look(run.point, network.samples),
            validation=engine.look(run.point, network.validation) if network.validation else [],
            parameters=self.parameters(run),
            seconds=run.seconds,
            stopped=run.stopped,
        )

    def broken_quantity(self, run: Run) -> tuple[str, str]:
        """Key and value of the first quantity that is not finite in the epoch that broke a run."""
        network = presented(self.network, self.shuffle, run.broken)
        size = sum(1 for _ in network.parameters()) * len(network.samples)
        if size > MOST_STEPS:
            return "a weight or the error", "not finite"
        try:
            state = run.engine.state(run.point)
            for line in lines(network, (run.broken,), arithmetic_of(network), state):
                if not math.isfinite(line.value):
                    sample = f"sample{line.address.sample}." if len(network.samples) > 1 else ""
                    shown = f"{sample if line.address.sample else ''}{line.step.key}"
                    return shown, str(float(line.value))
        except REFUSALS:
            pass
        return Quantities(network).epoch_error().name.key, "not computable"
