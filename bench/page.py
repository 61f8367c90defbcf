"""What a worked example costs as a page: time beside that of the table, and size.

Runs the two formats of a network in turn, several times, and prints medians, ratio and size:

    python bench/page.py [ROUNDS]
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

SHAPES = [(30, 30, 30), (784, 30, 10)]
ALLOWED = {"mazur": "at most 2.0 times the table, 200 kB", "30-30-30": "at most 1.5 s, 3 MB"}


def config(shape: tuple[int, ...]) -> str:
    """A network of this shape with random numbers."""
    drawn = random.Random(1)

    def numbers(count: int) -> list[float]:
        return [round(drawn.uniform(-1, 1), 3) for _ in range(count)]

    text = f'eta = 0.5\nerror = "half-squared"\ninputs = {numbers(shape[0])}\n'
    text += f"targets = {numbers(shape[-1])}\n"
    for senders, units in pairwise(shape):
        rows = [numbers(senders) for _ in range(units)]
        text += (
            f'[[layers]]\nactivation = "logistic"\nweights = {rows}\nbiases = {numbers(units)}\n'
        )
    return text


def seconds(command: list[str]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("rounds", type=int, nargs="?", default=7)
    rounds = options.parse_args().rounds
    program = shutil.which("backprop", path=str(sys.prefix) + "/bin") or "backprop"
    with tempfile.TemporaryDirectory() as folder:
        networks = {"mazur": "mazur"}
        for shape in SHAPES:
            name = "-".join(map(str, shape))
            path = Path(folder, f"{name}.toml")
            path.write_text(config(shape))
            networks[name] = str(path)
        for name, network in networks.items():
            page, table = (
                [program, "trace", network, "--format", form, "-o", str(Path(folder, form))]
                for form in ("html", "table")
            )
            times = [(seconds(page), seconds(table)) for _ in range(rounds + 1)][1:]
            ours, other = (statistics.median(each) for each in zip(*times, strict=True))
            size = Path(folder, "html").stat().st_size
            print(
                f"{name}: page {ours:.2f} s, table {other:.2f} s, ratio {ours / other:.2f}, "
                f"{size / 1000:,.0f} kB ({ALLOWED.get(name, 'no limit set')})"
            )


if __name__ == "__main__":
    main()
