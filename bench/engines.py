"""Measure what a step costs each trainer: the constants of `backprop_cli/train/engines/choice.py`.

    python bench/engines.py

Trains networks of many shapes with every trainer that is installed and fits the table `COSTS` to
the times, with weights such that all shapes count alike. One thread.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from importlib.util import find_spec

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402

from backprop_cli.config.build import network_of  # noqa: E402
from backprop_cli.config.document import parse_document  # noqa: E402
from backprop_cli.engine.network import Network  # noqa: E402
from backprop_cli.engine.running import initial_state  # noqa: E402
from backprop_cli.train.engines.choice import COSTS, engine_for, features  # noqa: E402

SHAPES = (
    (2, 2, 2),
    (2, 3, 1),
    (4, 8, 3),
    (8, 8, 8, 4),
    (13, 16, 3),
    (30, 20, 2),
    (64, 32, 10),
    (100, 100, 20),
)
LEARNING = ("", "batch_size = 8", 'learning = "batch"')
OPTIMIZERS = ("sgd", "adam")
SAMPLES = 40
SECONDS = 0.15
LARGEST = {"emitted": 600, "array": 10**9, "compiled": 600}  # weights that compiling is worth here


def network(shape: tuple[int, ...], learning: str, optimizer: str) -> Network:
    """A network with random samples."""
    draw = random.Random(1)
    inputs = [[round(draw.uniform(-1, 1), 3) for _ in range(shape[0])] for _ in range(SAMPLES)]
    targets = [[round(draw.random(), 3) for _ in range(shape[-1])] for _ in range(SAMPLES)]
    lines = [
        f"eta = 0.01\ninputs = {inputs}\ntargets = {targets}",
        learning,
        f'optimizer = "{optimizer}"',
    ]
    for units in shape[1:]:
        lines.append(
            f'[[layers]]\nactivation = "logistic"\nunits = {units}\nbiases = {[0] * units}'
        )
    return network_of(parse_document("\n".join(lines), "bench"))


def measured(name: str, net: Network) -> tuple[float, float]:
    """Seconds to get ready, and for one epoch."""
    began = time.perf_counter()
    engine = engine_for(name, net, False, 1)
    point = engine.start(initial_state(net))
    point, _ = engine.run(point, 1, 1)
    ready = time.perf_counter() - began
    epochs, best = 1, float("inf")
    while True:
        began = time.perf_counter()
        engine.run(point, 2, epochs)
        elapsed = time.perf_counter() - began
        best = min(best, elapsed / epochs)
        if elapsed > SECONDS:
            return ready, best
        epochs *= 2


def fitted(rows: list[tuple[float, ...]], times: list[float]) -> np.ndarray:
    """Costs of the features that fit best, none of them negative."""
    matrix = np.array(rows) / np.array(times)[:, None]
    kept = list(range(matrix.shape[1]))
    while True:
        found, *_ = np.linalg.lstsq(matrix[:, kept], np.ones(len(times)), rcond=None)
        if (found >= 0).all() or len(kept) == 1:
            costs = np.zeros(matrix.shape[1])
            costs[kept] = found
            return costs
        kept.pop(int(found.argmin()))


def startup(module: str) -> float:
    """Seconds that it takes to import a module, beyond the bare interpreter."""

    def once(code: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - began

    return min(once(f"import {module}") for _ in range(3)) - min(once("pass") for _ in range(3))


def main() -> None:
    imports = {"emitted": None, "array": "numpy", "compiled": "llvmlite.binding"}
    for name in COSTS:
        module = imports[name]
        if module is not None and find_spec(module) is None:
            print(f"{name}: {module} is not installed, skipped")
            continue
        rows, times, ready, weights = [], [], [], []
        for shape in SHAPES:
            for learning in LEARNING:
                for optimizer in OPTIMIZERS:
                    net = network(shape, learning, optimizer)
                    counts = features(net, 1)
                    if counts[1] > LARGEST[name]:
                        continue
                    once, epoch = measured(name, net)
                    rows.append(counts[2:])
                    times.append(epoch)
                    ready.append(once)
                    weights.append(counts[1])
        costs = fitted(rows, times)
        slope, start = np.polyfit(weights, ready, 1) if name != "array" else (0.0, 0.0)
        start = max(start, 0.0) + (startup(module) if module else 0.0)
        errors = np.array(rows) @ costs / np.array(times)
        print(
            f"{name}: ({start:.2g}, {slope:.2g}, {', '.join(f'{c:.2g}' for c in costs)})  "
            f"predicted / measured from {errors.min():.2f} to {errors.max():.2f}"
        )


if __name__ == "__main__":
    main()
