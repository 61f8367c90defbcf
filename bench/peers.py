"""This program beside its peers, on the same work, in one run, one thread each.

    python bench/peers.py [--repeat N] [--only WORDS]

Every program trains in a process of its own; they take turns, several times. Printed are medians
of the whole process, of compiling (JAX's jit; this program's way to its first epoch, libraries of
its engine imported) and of the training alone, after all compiling; and their ratios to this
program's. Peers are a hand-written NumPy loop, PyTorch, JAX with the loop inside jit, and
scikit-learn where it can do the same work. The same loop in C has a column of its own: it is
compiled before the clock starts, and its training alone is counted. What is not installed is named
and skipped.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
PACKAGES = {"numpy": "numpy", "torch": "torch", "jax": "jax", "sklearn": "scikit-learn"}

TUTORIAL = """eta = 0.5
inputs = [0.05, 0.1]
targets = [0.01, 0.99]
train_biases = false
[[layers]]
activation = "logistic"
weights = [[0.15, 0.2], [0.25, 0.3]]
bias = 0.35
[[layers]]
activation = "logistic"
weights = [[0.4, 0.45], [0.5, 0.55]]
bias = 0.6
"""

# name: config of this program, what the peers do, epochs, and the peers that can do the same
WORKS = {
    "tutorial, 10,000 epochs": ("tutorial", 10_000, ("numpy", "torch", "jax", "c")),
    "tutorial, 1,000,000 epochs": ("tutorial", 1_000_000, ("numpy", "jax", "c")),
    "tutorial, 10,000,000 epochs": ("tutorial", 10_000_000, ("jax", "c")),
    "XOR online, 10,000 epochs": ("xor-online", 10_000, ("numpy", "torch", "jax", "c")),
    "XOR online, 1,000,000 epochs": ("xor-online", 1_000_000, ("jax", "c")),
    "XOR batch, 10,000 epochs": ("xor-batch", 10_000, ("numpy", "torch", "jax")),
    "Iris online, 100 epochs": ("iris-online", 100, ("numpy", "torch", "jax", "sklearn", "c")),
    "Iris online, 10,000 epochs": ("iris-online", 10_000, ("jax", "c")),
    "Iris full batch, 2,000 epochs": ("iris-batch", 2_000, ("numpy", "torch", "jax", "sklearn")),
    "digits-sized, mini-batch 32, 20 epochs": ("digits", 20, ("numpy", "torch", "jax", "sklearn")),
}
# Peers for which a million epochs take minutes do fewer, and the rest is multiplied.
FEWER = {("tutorial", "numpy", 1_000_000): 20_000}


def digits(folder: Path) -> None:
    """Random data of the shape of scikit-learn's digits."""
    import random

    draw = random.Random(0)
    names = [f"x{n}" for n in range(64)]
    rows = [",".join([*names, "digit"])]
    for n in range(1797):
        rows.append(",".join([*(str(draw.randrange(17)) for _ in names), f"d{n % 10}"]))
    (folder / "digits.csv").write_text("\n".join(rows) + "\n")


def layer(activation: str, units: int) -> str:
    biases = ", ".join(["0"] * units)
    return (
        f'[[layers]]\nactivation = "{activation}"\nunits = {units}\n'
        f'init = {{ method = "xavier" }}\nbiases = [{biases}]\n'
    )


def configs(folder: Path) -> None:
    """The configs of all works, with their data."""
    digits(folder)
    iris = HERE.parent / "configs" / "iris.csv"
    (folder / "iris.csv").write_text(iris.read_text())
    (folder / "tutorial.toml").write_text(TUTORIAL)
    for learning in ("online", "batch"):
        (folder / f"xor-{learning}.toml").write_text(
            f'eta = 0.5\nlearning = "{learning}"\nseed = 1\n'
            "inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]\ntargets = [[0], [1], [1], [0]]\n"
            + layer("logistic", 3)
            + layer("logistic", 1)
        )
        columns = [f"{part}_{size}" for part in ("sepal", "petal") for size in ("length", "width")]
        (folder / f"iris-{learning}.toml").write_text(
            f'eta = 0.05\nerror = "cross-entropy"\nlearning = "{learning}"\nstandardize = true\n'
            f'data = "iris.csv"\ninputs = {json.dumps(columns)}\ntargets = ["species"]\n'
            + layer("tanh", 8)
            + layer("softmax", 3)
        )
    columns = [f"x{n}" for n in range(64)]
    (folder / "digits.toml").write_text(
        f'eta = 0.1\nerror = "cross-entropy"\nbatch_size = 32\nstandardize = true\n'
        f'data = "digits.csv"\ninputs = {json.dumps(columns)}\ntargets = ["digit"]\n'
        + layer("relu", 32)
        + layer("softmax", 10)
    )


class Times(NamedTuple):
    """Seconds of a whole process, of the training in it, and of compiling before that, if told."""

    process: float
    training: float
    compiling: float = math.nan


def timed(command: list[str], folder: Path) -> Times:
    """The times of one process, which prints those of its parts last."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    } | ONE_THREAD
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    whole = time.perf_counter() - began
    if not done.stdout:
        return Times(whole, math.nan)
    last = json.loads(done.stdout.strip().splitlines()[-1])
    compiling = last.get("compiling")
    return Times(whole, float(last["seconds"]), math.nan if compiling is None else compiling)


def installed(peer: str) -> bool:
    """Whether a peer can be asked here."""
    return bool(shutil.which("cc") if peer == "c" else find_spec(peer))


def command_of(who: str, work: str, epochs: int) -> list[str]:
    if who == "backprop":
        return [
            sys.executable,
            "-m",
            "backprop_cli",
            "train",
            f"{work}.toml",
            "--epochs",
            str(epochs),
            "--format",
            "jsonl",
        ]
    if who == "imports":
        return [sys.executable, "-c", "import click, rich.console, rich.table"]
    return [sys.executable, str(HERE / "peer.py"), who, work, str(epochs)]


def measured(who: str, work: str, epochs: int, folder: Path) -> Times:
    """The times of one run; where a peer does fewer epochs, its training is multiplied."""
    done = FEWER.get((work, who, epochs), epochs)
    times = timed(command_of(who, work, done), folder)
    missing = times.training * (epochs / done - 1) if done < epochs else 0.0
    if who == "backprop":
        ready = timed([sys.executable, str(HERE / "peer.py"), who, work, str(epochs)], folder)
        return times._replace(compiling=ready.compiling)
    return times._replace(process=times.process + missing, training=times.training + missing)


def compared(works: list[str], repeat: int, folder: Path, without: list[str]) -> None:
    """Print the medians for every work and program, measured in turns."""
    for name in works:
        work, epochs, peers = WORKS[name]
        programs = ["backprop", *(p for p in peers if installed(p) and p not in without)]
        programs += ["imports"] if work == "tutorial" else []
        found: dict[str, list[Times]] = {who: [] for who in programs}
        for _ in range(repeat):
            for who in programs:
                found[who].append(measured(who, work, epochs, folder))
        medians = {
            who: Times(*map(statistics.median, zip(*times, strict=True)))
            for who, times in found.items()
        }
        c = medians.pop("c").training if "c" in medians else math.nan
        for who, times in medians.items():
            print(shown(name, who, times, medians["backprop"], c), flush=True)


def shown(work: str, who: str, times: Times, ours: Times, c: float) -> str:
    """A row of the table; what is not known is left empty."""

    def written(number: float, form: str) -> str:
        return "" if math.isnan(number) else format(number, form) + (" s" if "f" in form else "")

    c = c if times.training > 0 else math.nan  # none beside the imports, which train nothing
    parts = (times.process, times.compiling, times.training, c)
    ratios = (times.training / c, ours.process / times.process, ours.training / times.training)
    cells = [*(written(part, ".3f") for part in parts), *(written(one, ".3g") for one in ratios)]
    return f"| {' | '.join([work, who, *cells])} |"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--repeat", type=int, default=5)
    options.add_argument("--only", default="", help="works whose name has this in it")
    options.add_argument("--without", default="", help="programs to leave out: torch,sklearn")
    chosen = options.parse_args()
    found = [f"{label} {version(label)}" for name, label in PACKAGES.items() if find_spec(name)]
    missing = [label for name, label in PACKAGES.items() if not find_spec(name)]
    missing += [] if installed("c") else ["a C compiler called cc"]
    print(f"Python {platform.python_version()}, {', '.join(found)}; {processor()}")
    if missing:
        print(f"not installed, skipped: {', '.join(missing)}")
    print(
        "\n| work | program | whole process | compiling | training | C's training | training / C "
        "| backprop / it, process | training |"
    )
    print("| :-- | :-- | --: | --: | --: | --: | --: | --: | --: |")
    with tempfile.TemporaryDirectory() as place:
        configs(Path(place))
        works = [name for name in WORKS if chosen.only in name]
        compared(works, chosen.repeat, Path(place), chosen.without.split(","))


def processor() -> str:
    """What the machine says of its processor."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.exists() else []
    model = next((line.split(":")[1].strip() for line in lines if "model name" in line), "")
    return f"{model or platform.processor() or platform.machine()}, {platform.system()}"


if __name__ == "__main__":
    main()
