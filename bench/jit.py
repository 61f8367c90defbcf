"""The jit engine beside the same loop in C: ten million epochs of the tutorial network.

    python bench/jit.py [EPOCHS] [ROUNDS]

Needs Numba and a C compiler called cc. The time to compile is excluded on both sides.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from backprop_cli.api import load
from backprop_cli.engine.running import initial_state
from backprop_cli.train.engines.numba_jit import Compiled


def main() -> None:
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    network = load("mazur")
    engine = Compiled(network)
    engine.prepare(watch=True)
    start = engine.start(initial_state(network))
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "tutorial"
        source = Path(__file__).with_name("tutorial.c")
        subprocess.run(
            ["cc", "-O2", "-ffp-contract=off", str(source), "-o", str(program), "-lm"], check=True
        )
        for _ in range(rounds):
            began = time.perf_counter()
            point, errors = engine.run(start, 1, epochs)
            ours.append(time.perf_counter() - began)
            told = subprocess.run([program, str(epochs)], check=True, capture_output=True).stdout
            last = json.loads(told)
            theirs.append(last["seconds"])
    mine, c = statistics.median(ours), statistics.median(theirs)
    print(
        f"jit {mine:.2f} s, C {c:.2f} s: {mine / c:.2f} times; E and w5 of jit "
        f"{errors[-1]!r} {engine.state(point).values['w5']!r}, of C {last['outputs']}"
    )


if __name__ == "__main__":
    main()
