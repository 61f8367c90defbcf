"""backprop train"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from backprop_cli.cli.options import Finite, OneOf, config_argument, settings_option
from backprop_cli.cli.output import Output
from backprop_cli.cli.output_options import output_options
from backprop_cli.config import Document, network_of, open_config, with_settings
from backprop_cli.errors import (
    EXIT_FINE,
    EXIT_INTERRUPTED,
    BackpropError,
    CheckFailed,
    FileError,
    Place,
    UsageError,
)
from backprop_cli.files import alone, note_read, written
from backprop_cli.train.course import EPOCHS, WRITERS, Training, figure
from backprop_cli.train.engines import ALIASES, ENGINES

if TYPE_CHECKING:
    from backprop_cli.train.course import Run


FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("train")
@config_argument
@settings_option
@click.option(
    "--epochs",
    type=click.IntRange(1),
    metavar="N",
    help=f"Train N epochs in all; {EPOCHS} unless said.",
)
@click.option(
    "--until",
    type=Finite(0, min_open=True),
    metavar="E",
    help="Stop when an epoch sees an error below E.",
)
@click.option(
    "--patience",
    type=click.IntRange(1),
    metavar="N",
    help="Stop when the error has found no new low for N epochs.",
)
@click.option(
    "--shuffle",
    is_flag=True,
    help="Present the samples of each epoch in a new order, which the config's seed sets.",
)
@click.option(
    "--engine",
    type=OneOf([*ENGINES, *ALIASES]),
    default="auto",
    show_default=True,
    help="Who computes: Python code made for this network, NumPy, or compiled code.",
)
@click.option("--history", type=FILE, metavar="FILE", help="Write the error curve as CSV.")
@click.option(
    "--plot",
    type=FILE,
    metavar="FILE",
    help="Draw the error curve: a file ending in .png, .svg or .pdf.",
)
@click.option(
    "--save",
    type=FILE,
    metavar="FILE",
    help="Write the config with the trained numbers, all else kept.",
)
@click.option(
    "--checkpoint",
    type=FILE,
    metavar="FILE",
    help="Keep the state of the run here, to be taken up with --resume.",
)
@click.option(
    "--every",
    type=click.IntRange(1),
    metavar="N",
    help="Write the checkpoint every N epochs instead of every few seconds.",
)
@click.option("--resume", type=FILE, metavar="FILE", help="Go on where a checkpoint has stopped.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar and no report.")
@output_options(*WRITERS, color=False)
def command(
    config: str,
    settings: tuple[str, ...],
    history: Path | None,
    plot: Path | None,
    save: Path | None,
    quiet: bool,
    output: Output,
    **choices: Any,
) -> int:
    """Train the network and show how the error falls.

    \b
    backprop train --epochs 10000               the tutorial network
    backprop train xor --until 0.01             stop when the error is low enough
    backprop train my-net.toml --save done.toml keep the trained numbers

    CONFIG is a TOML file, the name of a bundled example (see backprop examples), or - for
    standard input.
    """
    output.number_format()  # what cannot be shown is told before the wait
    if choices["every"] is not None and choices["checkpoint"] is None:
        raise UsageError(
            "--every says when to write a checkpoint, and there is none",
            "name its file with --checkpoint",
        )
    document = with_settings(open_config(config), settings)
    training = Training(network_of(document), **choices)
    for path in (history, plot, save, choices["checkpoint"]):
        if path is not None and not path.parent.is_dir():
            raise FileError("there is no such folder", Place(str(path.parent)))
    if plot is not None:
        figure.ready(plot)
    _note_resumed(choices["resume"], choices["checkpoint"])
    output.check(history, plot, save, choices["checkpoint"])
    with alone(training.checkpoint) if training.checkpoint else contextlib.nullcontext():
        return _train(document, training, _Wanted(history, plot, save, quiet, output))


class _Wanted(NamedTuple):
    """What a training is to leave behind, beside its checkpoint."""

    history: Path | None
    plot: Path | None
    save: Path | None
    quiet: bool
    output: Output


def _train(document: Document, training: Training, wanted: _Wanted) -> int:
    run, save = training.begin(), wanted.save
    for name, value in training.remembered.items():
        click.echo(f"note: --{name} {value:g}, as this run was begun", err=True)

    def trained(path: Path) -> str:
        from backprop_cli.train.course.saving import trained_text

        return trained_text(document, training.network, training.parameters(run), path.parent)

    if save is not None:
        trained(save)  # what cannot be saved is told before the wait
    losses = _Losses()
    with _interruptible() as interrupted, _progress(run, wanted.quiet) as progress:

        def pause(run: Run) -> str | None:
            with losses.passing():
                training.keep_in_time(run)
            progress()
            return "interrupted" if interrupted() else None

        run.go(pause)
    with losses.noted("the checkpoint"):
        training.keep(run)
    if save is not None:
        with losses.noted("the trained numbers"), written(save) as stream:
            stream.write(trained(save))
    _reported(training, run, wanted, losses)
    failed = _diverged(training, run, save) if run.stopped == "diverged" else None
    if losses.lost:
        if failed is not None:
            click.echo(failed.render(), err=True)
        raise losses.error(training.checkpoint)
    if failed is not None:
        raise failed
    return EXIT_INTERRUPTED if run.stopped == "interrupted" else EXIT_FINE


def _reported(training: Training, run: Run, wanted: _Wanted, losses: _Losses) -> None:
    """Write what is told of a run: the curve, the figure, the report."""
    report, output, plot = training.report(run), wanted.output, wanted.plot
    form = output.number_format()
    if wanted.history is not None:
        with losses.noted("the error curve"), written(wanted.history) as stream:
            stream.writelines(WRITERS["csv"](report, form))
    if plot is not None:
        with losses.noted("the figure"), written(plot) as stream:
            stream.flush()
            figure.drawn(report, plot.suffix[1:].lower(), stream.buffer)
    if not wanted.quiet:
        with losses.noted("the report"):
            output.write(WRITERS[output.format](report, form, output.width))


class _Losses:
    """What could not be written. A run goes on all the same, and tells it at its end."""

    def __init__(self) -> None:
        self.lost: list[str] = []
        self._warned = False

    @contextlib.contextmanager
    def passing(self) -> Iterator[None]:
        """What fails in here is tried again later; once there is a warning."""
        try:
            yield
        except FileError as error:
            if not self._warned:
                click.echo(f"warning: {error.render()}; the run goes on", err=True)
            self._warned = True

    @contextlib.contextmanager
    def noted(self, what: str) -> Iterator[None]:
        """What fails in here is lost, and told."""
        try:
            yield
        except FileError as error:
            click.echo(error.render(), err=True)
            self.lost.append(what)

    def error(self, checkpoint: Path | None) -> BackpropError:
        """What was lost, and where the trained numbers still are."""
        kept = checkpoint is not None and "the checkpoint" not in self.lost
        hint = f"the run is kept: --resume {checkpoint}" if kept else None
        return BackpropError(f"not written: {', '.join(self.lost)}", hint)


def _note_resumed(resume: Path | None, checkpoint: Path | None) -> None:
    """A checkpoint that is gone on from is an input, and may be gone on with."""
    if resume is None or not resume.exists():
        return
    if checkpoint is None or not checkpoint.exists() or not resume.samefile(checkpoint):
        note_read(resume)


def _diverged(training: Training, run: Run, save: Path | None) -> CheckFailed:
    key, value = training.broken_quantity(run)
    eta = training.network.notation.letters.eta
    kept = f"; {save} has the numbers before it" if save is not None else ""
    return CheckFailed(
        f"the training diverged in epoch {run.broken:,}: {key} is {value}{kept}",
        f"a smaller learning rate may help: --set eta={float(training.network.eta) / 10:g}"
        if eta == "eta"
        else "a smaller learning rate may help",
    )


@contextlib.contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed, or the program told to end. A second time, it ends at once."""
    asked: list[int] = []

    def ask(number: int, frame: object) -> None:
        asked.append(number)
        if signal.SIGINT in before:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    before: dict[signal.Signals, Any] = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) != signal.SIG_IGN:  # in the background of a script
                before[number] = signal.signal(number, ask)
    except ValueError:  # not the main thread, where no signals come
        pass
    try:
        yield lambda: bool(asked)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextlib.contextmanager
def _progress(run: Run, quiet: bool) -> Iterator[Callable[[], None]]:
    """A line on standard error that tells how far the run is; nothing unless it is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda: None
        return
    from backprop_cli.cli.progress import Progress

    progress = Progress(run, sys.stderr)
    try:
        yield progress.show
    finally:
        progress.clear()
