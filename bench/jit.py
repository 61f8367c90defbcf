"""The jit engine beside the same loop in C: ten million epochs of the tutorial network.

    python bench/jit.py

Needs Numba and a C compiler called cc. The time to compile is excluded on both sides.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from backprop_cli.api import load
from backprop_cli.engine.running import initial_state
from backprop_cli.train.engines.numba_jit import Compiled

EPOCHS, REPEAT = 10_000_000, 5


def main() -> None:
    network = load("mazur")
    engine = Compiled(network)
    engine.prepare(watch=True)
    start = engine.start(initial_state(network))
    ours, theirs, last = [], [], ""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "tutorial"
        source = Path(__file__).with_name("tutorial.c")
        subprocess.run(
            ["cc", "-O2", "-ffp-contract=off", str(source), "-o", str(program), "-lm"], check=True
        )
        for _ in range(REPEAT):
            began = time.perf_counter()
            point, errors = engine.run(start, 1, EPOCHS)
            ours.append(time.perf_counter() - began)
            last = subprocess.run(
                [str(program), str(EPOCHS)], check=True, capture_output=True, text=True
            ).stdout
            theirs.append(float(last.split()[2]))
    mine, c = statistics.median(ours), statistics.median(theirs)
    print(
        f"jit {mine:.2f} s, C {c:.2f} s: {mine / c:.2f} times; E and w5 of jit "
        f"{errors[-1]!r} {engine.state(point).values['w5']!r}, of C {' '.join(last.split()[:2])}"
    )


if __name__ == "__main__":
    main()
