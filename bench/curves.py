"""Draw time against epochs for every engine and peer: python bench/curves.py docs/performance.svg

The work is the tutorial network, the time that of the whole process (of C, that of the training),
the median of some runs in turns. Both axes are logarithmic. What is not installed is left out, and
what would take longer than a minute is not asked.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from peers import command_of, configs, installed, timed

EPOCHS = [10**n for n in range(1, 8)]
MOST_SECONDS = 60.0
ENGINES = ("emitted", "array", "compiled")
PEERS = ("numpy", "torch", "jax", "c")
LOOK = {
    # name: colour (safe for the colour-blind; Okabe & Ito, 2008), line, marker
    "emitted": ("#0072B2", "-", "o"), "array": ("#56B4E9", "-", "s"),
    "compiled": ("#009E73", "-", "^"), "numpy": ("#E69F00", "--", "s"),
    "torch": ("#D55E00", "--", "D"), "jax": ("#CC79A7", "--", "v"), "c": ("#000000", ":", "x"),
}  # fmt: skip
CALLED = {"numpy": "NumPy", "torch": "PyTorch", "jax": "JAX", "c": "C (training alone)"}


def command(who: str, epochs: int) -> list[str]:
    if who in ENGINES:
        return [*command_of("backprop", "tutorial", epochs), "--engine", who]
    return command_of(who, "tutorial", epochs)


def measured(folder: Path, repeat: int) -> dict[str, list[tuple[int, float]]]:
    """Medians of seconds by program and epochs."""
    found: dict[str, list[tuple[int, float]]] = {
        who: [] for who in (*ENGINES, *filter(installed, PEERS))
    }
    for epochs in EPOCHS:
        last = {who: points[-1] if points else (epochs, 0.0) for who, points in found.items()}
        programs = [
            who for who, (n, seconds) in last.items() if seconds * epochs / n < MOST_SECONDS
        ]
        times: dict[str, list[float]] = {who: [] for who in programs}
        for _ in range(repeat):
            for who in programs:
                one = timed(command(who, epochs), folder)
                times[who].append(one.training if who == "c" else one.process)
        for who, seconds in times.items():
            found[who].append((epochs, statistics.median(seconds)))
            print(f"{who:>9} {epochs:>10,} {found[who][-1][1]:.3f} s", flush=True)
    return found


def drawn(found: dict[str, list[tuple[int, float]]], path: Path) -> None:
    mpl.rcParams["svg.hashsalt"] = "backprop"
    mpl.rcParams["svg.fonttype"] = "none"
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    axes = figure.add_subplot()
    for who, points in found.items():
        colour, line, marker = LOOK[who]
        axes.plot(*zip(*points, strict=True), color=colour, linestyle=line, marker=marker,
                  label=CALLED.get(who, f"backprop, {who}"))  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("epochs of the tutorial network")
    axes.set_ylabel("seconds, whole process")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("path", type=Path)
    options.add_argument("--repeat", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        configs(Path(place))
        drawn(measured(Path(place), chosen.repeat), chosen.path)


if __name__ == "__main__":
    sys.exit(main())
