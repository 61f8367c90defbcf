"""How long a class takes to be marked: 1,000 submissions of the tutorial network, with mistakes.

    python bench/grading.py [SUBMISSIONS] [ROUNDS]

Every submission has up to three of the catalogued mistakes, carried on consistently, and is marked
with full diagnosis, on one core and on two. Prints the medians of some rounds.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from backprop_cli import load
from backprop_cli.marking.diagnosis.diagnose import Diagnosis
from backprop_cli.marking.sheet import sheet_of

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from students import worked


def write_class(folder: Path, size: int) -> None:
    """A file of answers for each student."""
    rng, sheet = random.Random(2), sheet_of(load("mazur"))
    book, asked = Diagnosis(sheet).book, [entry for entry in sheet.entries if entry.asked]
    for number in range(size):
        wrong = {}
        for entry in rng.sample(asked, rng.choice([0, 1, 2, 3])):
            formulas = list(book.edits(entry.step).values())
            if formulas:
                wrong[entry.slot] = rng.choice(formulas)[0]
        answers = worked(sheet, wrong, rng.choice([4, 6, 9])) or []
        text = "".join(f"{a.address.key} = {a.number.written}\n" for a in answers)
        (folder / f"s{number:04}.toml").write_text(text or "net_h1 = 1\n")


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    program = shutil.which("backprop", path=f"{sys.prefix}/bin") or "backprop"
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "class"
        folder.mkdir()
        write_class(folder, size)
        for jobs in (1, 2):
            taken = []
            for _ in range(rounds):
                begun = time.perf_counter()
                command = [
                    program,
                    "grade",
                    "mazur",
                    str(folder),
                    "--jobs",
                    str(jobs),
                    "--details",
                    f"{work}/details.csv",
                ]
                subprocess.run(command, check=False, capture_output=True)
                taken.append(time.perf_counter() - begun)
            print(f"{size} submissions, {jobs} jobs: {statistics.median(taken):.1f} s")


if __name__ == "__main__":
    main()
