"""The emitted Python beside what a programmer would write: python bench/emitted.py

The tutorial network, straight-line Python on local variables by hand, against the function that is
emitted from the steps, without the errors ("quiet") and with them ("watch"). In turns, in one
process; printed are microseconds an epoch (medians) and their ratio to the hand-written function's.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import repeat
from math import exp

from backprop_cli import load
from backprop_cli.engine import initial_state
from backprop_cli.train.engines.emitted import Emitted

EPOCHS, ROUNDS = 200_000, 9


def by_hand(epochs: int) -> tuple[float, ...]:
    """The textbook, as it would be written for this network alone."""
    i1, i2, t1, t2, eta, b1, b2 = 0.05, 0.10, 0.01, 0.99, 0.5, 0.35, 0.60
    w1, w2, w3, w4, w5, w6, w7, w8 = 0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55
    for _ in repeat(None, epochs):
        h1 = 1.0 / (1.0 + exp(-(w1 * i1 + w2 * i2 + b1)))
        h2 = 1.0 / (1.0 + exp(-(w3 * i1 + w4 * i2 + b1)))
        o1 = 1.0 / (1.0 + exp(-(w5 * h1 + w6 * h2 + b2)))
        o2 = 1.0 / (1.0 + exp(-(w7 * h1 + w8 * h2 + b2)))
        d1 = -(t1 - o1) * (o1 * (1.0 - o1))
        d2 = -(t2 - o2) * (o2 * (1.0 - o2))
        c1 = (d1 * w5 + d2 * w7) * (h1 * (1.0 - h1))
        c2 = (d1 * w6 + d2 * w8) * (h2 * (1.0 - h2))
        w1 = w1 - eta * (c1 * i1)
        w2 = w2 - eta * (c1 * i2)
        w3 = w3 - eta * (c2 * i1)
        w4 = w4 - eta * (c2 * i2)
        w5 = w5 - eta * (d1 * h1)
        w6 = w6 - eta * (d1 * h2)
        w7 = w7 - eta * (d2 * h1)
        w8 = w8 - eta * (d2 * h2)
    return w1, w2, w3, w4, w5, w6, w7, w8


def main() -> None:
    network = load("mazur")
    engine = Emitted(network)
    start = engine.start(initial_state(network))
    work: dict[str, Callable[[], tuple[float, ...]]] = {
        "by hand": lambda: by_hand(EPOCHS),
        "quiet": lambda: engine.run(start, 1, EPOCHS, watch=False)[0][:-1],
        "watch": lambda: engine.run(start, 1, EPOCHS)[0][:-1],
    }
    times: dict[str, list[float]] = {name: [] for name in work}
    results = {name: function() for name, function in work.items()}
    assert len(set(results.values())) == 1, "not the same bits"
    for _ in range(ROUNDS):
        for name, function in work.items():
            began = time.perf_counter()
            function()
            times[name].append((time.perf_counter() - began) / EPOCHS * 1e6)
    hand = statistics.median(times["by hand"])
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"{name:>8} {middle:.3f} µs an epoch, {middle / hand:.2f} times the hand-written")


if __name__ == "__main__":
    main()
