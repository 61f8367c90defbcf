"""The error curve as a figure, drawn by matplotlib."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

from backprop_cli.errors import UsageError
from backprop_cli.train.course.curve import spans_decades
from backprop_cli.train.course.report import Report

FORMATS = ("png", "svg", "pdf")


def ready(path: Path) -> None:
    """Raise `UsageError` if no figure can be drawn for `path`."""
    if path.suffix[1:].lower() not in FORMATS:
        raise UsageError(f"--plot {path}: the file must end in .png, .svg or .pdf")
    if find_spec("matplotlib") is None:
        raise UsageError(
            "--plot needs matplotlib, which is not installed", "pip install 'backprop-cli[plot]'"
        )


def drawn(report: Report, form: str, stream: BinaryIO) -> None:
    """Draw the error over the epochs; logarithmic where it spans decades."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "backprop"
    figure: Any = Figure(figsize=(6.4, 4.0), layout="constrained")
    axes = figure.add_subplot()
    points = report.course.points()
    axes.plot([epoch for epoch, _ in points], [error for _, error in points])
    axes.set_xlabel("epoch")
    axes.set_ylabel(report.network.notation.letters.error)
    axes.set_title(report.network.title, parse_math=False)  # a $ is a $
    axes.grid(alpha=0.3)
    if points and spans_decades(points):
        axes.set_yscale("log")
    undated: dict[str, Any] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
    figure.savefig(stream, format=form, dpi=150, metadata=undated[form])
