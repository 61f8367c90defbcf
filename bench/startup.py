"""How long the program takes to start, beside the imports that it cannot do without.

Runs each pair of commands in turn, several times, and prints the medians and their ratio:

    python bench/startup.py [ROUNDS]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time

PAIRS = [
    ("import backprop_cli", ["python", "-c", "import backprop_cli"], "pass", 2.0),
    ("backprop --version", ["backprop", "--version"], "import click", 1.1),
    ("backprop trace", ["backprop", "trace"], "import click, rich.console, rich.table", 1.7),
    (
        "backprop train, 10,000 epochs",
        ["backprop", "train", "--epochs", "10000"],
        "import click, rich.console, rich.table",
        1.5,
    ),
]


# What pip compiles when it installs has to be compiled in a checkout too, by the first run.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: list[str]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - start


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("rounds", type=int, nargs="?", default=21)
    rounds = options.parse_args().rounds
    program = shutil.which("backprop", path=str(sys.prefix) + "/bin") or "backprop"
    for title, command, imports, allowed in PAIRS:
        ours, floor = [], []
        called = [sys.executable if command[0] == "python" else program, *command[1:]]
        seconds(called)
        for _ in range(rounds):
            floor.append(seconds([sys.executable, "-c", imports]))
            ours.append(seconds(called))
        ratio = statistics.median(ours) / statistics.median(floor)
        print(
            f"{title}: {statistics.median(ours) * 1000:.0f} ms, "
            f"python -c '{imports}': {statistics.median(floor) * 1000:.0f} ms, "
            f"ratio {ratio:.2f} (at most {allowed})"
        )


if __name__ == "__main__":
    main()
