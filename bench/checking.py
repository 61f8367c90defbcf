"""What it costs to check a program: time and memory of `network` and `check`, right and with a bug.

    python bench/checking.py [ROUNDS] [--shape 784-128-10] [--batch 64] [--profile]

The program is a step of training in NumPy, relu and softmax. Each case runs in a process of its
own; they take turns. Printed are medians of the processor's time, which others on the machine
hardly change, their ratios to that step (PyTorch's stands beside it, where it is installed), and
the most memory that a process took beyond NumPy's import. `--profile` prints where the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
BUGS = ("", "slope left out", "mean twice", "unknown")
PROFILED = 18
Arrays = dict[str, Any]


def samples(shape: list[int], batch: int) -> tuple[Any, Any, list[Any], list[Any]]:
    """Inputs, targets of one class each, weights and biases of two layers."""
    import numpy as np

    draw = np.random.default_rng(1)
    x = draw.random((batch, shape[0]))
    y = np.eye(shape[2])[draw.integers(shape[2], size=batch)]
    pairs = list(pairwise(shape))
    weights = [draw.normal(size=pair) / pair[0] ** 0.5 for pair in pairs]
    return x, y, weights, [np.zeros(units) for _, units in pairs]


def step(x: Any, y: Any, weights: list[Any], biases: list[Any], bug: str = "") -> Arrays:
    """One forward and backward pass, as a program is written."""
    import numpy as np

    (w1, w2), (b1, b2), m = weights, biases, len(x)
    z1 = x @ w1 + b1
    a1 = np.maximum(0, z1)
    z2 = a1 @ w2 + b2
    powers = np.exp(z2 - z2.max(axis=1, keepdims=True))
    a2 = powers / powers.sum(axis=1, keepdims=True)
    dz2 = a2 - y
    dw2, db2 = a1.T @ dz2 / m, dz2.sum(axis=0) / m
    dz1 = dz2 @ w2.T
    if bug == "unknown":
        dz1 = dz1 * np.cos(z1)
    elif bug != "slope left out":
        dz1 = dz1 * (z1 > 0)
    dw1, db1 = x.T @ dz1 / m, dz1.sum(axis=0) / m
    if bug == "mean twice":
        dw1 = dw1 / m
    return {"X": x, "Y": y, "W1": w1, "b1": b1, "W2": w2, "b2": b2, "Z1": z1, "A1": a1, "Z2": z2,
            "A2": a2, "dZ2": dz2, "dW2": dw2, "db2": db2, "dZ1": dz1, "dW1": dw1,
            "db1": db1}  # fmt: skip


def best(call: Callable[[], object], seconds: float = 0.5) -> float:
    """Median time of the processor for a short call: of as many as fit into these seconds."""
    times = []
    while sum(times) < seconds:
        began = time.process_time()
        call()
        times.append(time.process_time() - began)
    return statistics.median(times[1:] or times)


def torch_step(given: tuple[Any, Any, list[Any], list[Any]]) -> Callable[[], object]:
    """The same step in PyTorch, the gradients by its own differentiation."""
    import torch

    torch.set_num_threads(1)
    x, y = torch.tensor(given[0]), torch.tensor(given[1])
    weights = [torch.tensor(w, requires_grad=True) for w in given[2]]
    biases = [torch.tensor(b, requires_grad=True) for b in given[3]]

    def call() -> object:
        z2 = torch.relu(x @ weights[0] + biases[0]) @ weights[1] + biases[1]
        loss = torch.nn.functional.cross_entropy(z2, y)
        return torch.autograd.grad(loss, [*weights, *biases])

    return call


def memory() -> float:
    """The most megabytes that this process has taken."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def one(case: str, shape: list[int], batch: int, profile: bool) -> dict[str, float]:
    """Seconds and megabytes of one case, in this process."""
    given = samples(shape, batch)
    if case == "NumPy":
        return {"step": best(lambda: step(*given))}
    if case == "PyTorch":
        return {"step": best(torch_step(given))}
    from backprop_cli import check, network

    before, began = memory(), time.process_time()
    net = network(given[2], given[3], inputs=given[0], targets=given[1], weight_rows="from",
                  activations=["relu", "softmax"], error="cross-entropy")  # fmt: skip
    made, most = time.process_time() - began, memory()
    arrays = step(*given, bug=case)
    watch = cProfile.Profile()
    if profile:
        watch.enable()
    began = time.process_time()
    report = check(net, arrays)
    text = str(report)
    checked = time.process_time() - began
    watch.disable()
    if profile:
        pstats.Stats(watch, stream=sys.stderr).sort_stats("cumulative").print_stats(PROFILED)
    assert report.ok == (case == ""), text
    print(report.summary(), file=sys.stderr)
    return {"network": made, "check": checked,
            "MB network": most - before, "MB all": memory() - before}  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("rounds", type=int, nargs="?", default=5)
    options.add_argument("--shape", default="784-128-10")
    options.add_argument("--batch", type=int, default=64)
    options.add_argument("--profile", action="store_true")
    options.add_argument("--case", help=argparse.SUPPRESS)
    told = options.parse_args()
    if told.case is not None:
        shape = [int(units) for units in told.shape.split("-")]
        print(json.dumps(one(told.case, shape, told.batch, told.profile)))
        return
    steps = ["NumPy", *(["PyTorch"] if find_spec("torch") else [])]
    found: dict[str, list[dict[str, float]]] = {case: [] for case in (*steps, *BUGS)}
    environment = os.environ | dict.fromkeys(ONE_THREAD, "1")
    size = ["--shape", told.shape, "--batch", str(told.batch)]
    size += ["--profile"] if told.profile else []
    said: dict[str, str] = {}
    for _ in range(told.rounds):
        for case, rows in found.items():
            command = [sys.executable, __file__, *size, "--case", case]
            done = subprocess.run(
                command, check=True, env=environment, capture_output=True, text=True
            )
            rows.append(json.loads(done.stdout))
            said[case] = done.stderr.strip()

    def median(case: str, what: str) -> float:
        return statistics.median(row[what] for row in found[case])

    base = median("NumPy", "step")
    print(f"{told.shape}, {told.batch} samples; one thread, medians of {told.rounds}")
    for case in steps:
        own = median(case, "step")
        print(f"a step in {case}: {own * 1000:.2f} ms, ratio {own / base:.1f}")
    for case in BUGS:
        made, checked = median(case, "network"), median(case, "check")
        print(
            f"{case or 'right'}: network {made:.2f} s, ratio {made / base:.0f}; "
            f"check {checked:.2f} s, ratio {checked / base:.0f}; "
            f"network {median(case, 'MB network'):.0f} MB, all {median(case, 'MB all'):.0f} MB"
        )
        print(f"    {said[case]}")


if __name__ == "__main__":
    main()
