"""Whatever is killed, and whenever: a class is marked to the same bytes, a run to the same bits.

A few kills in each run of the tests; ``BACKPROP_KILLS=50 pytest tests/fuzz/test_kills.py`` for 50
of trainings and 10 of classes. The moments are drawn from a seed, and say which failed.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backprop_cli import load
from backprop_cli.marking.assessment import Desk
from backprop_cli.marking.worksheet import in_key

SHORT = "BACKPROP_KILLS" not in os.environ
KILLS = int(os.environ.get("BACKPROP_KILLS", "2"))
CLASSES = max(1, KILLS // 5)
STUDENTS = 60 if SHORT else 400
EPOCHS = 60_000 if SHORT else 400_000

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc"),
]


def begun(folder, *args):
    """The program, as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "backprop_cli", *map(str, args)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(process):
    """What it has printed, and its code."""
    out, err = process.communicate(timeout=120)
    assert b"Traceback" not in err
    return out, err, process.returncode


def children(process):
    """The ids of the processes that it has begun."""
    try:
        return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    except OSError:
        return []


def files_in(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# A class


def class_table():
    """Many students, some right, some wrong, with blanks."""
    sheet, draw = Desk(load("mazur")).keys.sheet, random.Random(1)
    entries = sheet.entries[:24]
    yield ",".join(["student", *(entry.key for entry in entries)])
    for number in range(STUDENTS):
        factors = (draw.choice([1, 1, 1, 1, 1.1, -1]) for _ in entries)
        pairs = zip(entries, factors, strict=True)
        cells = (in_key(sheet.truths[entry.slot] * factor, 5) for entry, factor in pairs)
        yield ",".join([f"s{number}", *("" if draw.random() < 0.1 else cell for cell in cells)])


GRADE = ("grade", "mazur", "class.csv", "--jobs", "3", "--format", "csv", "--report",
         "out/report.csv", "--details", "out/details.csv", "--feedback", "out/pages")  # fmt: skip


@pytest.fixture(scope="module")
def whole_class(tmp_path_factory):
    """The table of a class, what grade prints of it and writes, and how long that takes."""
    folder = tmp_path_factory.mktemp("class")
    table = "\n".join(class_table())
    (folder / "class.csv").write_text(table)
    (folder / "out").mkdir()
    began = time.monotonic()
    printed = ended(begun(folder, *GRADE))
    assert (printed[1:], printed[0].count(b"\n")) == ((b"", 0), STUDENTS + 1)
    return table, printed, files_in(folder), time.monotonic() - began


@pytest.mark.parametrize("seed", range(CLASSES))
def test_a_class_is_marked_to_the_same_bytes_when_a_process_is_killed(seed, tmp_path, whole_class):
    table, printed, written, seconds = whole_class
    draw = random.Random(seed)
    (tmp_path / "class.csv").write_text(table)
    (tmp_path / "out").mkdir()
    process = begun(tmp_path, *GRADE)
    while process.poll() is None and not children(process):
        time.sleep(0.005)
    time.sleep(draw.uniform(0, 0.8 * seconds))
    killed = children(process)
    for child in draw.sample(killed, min(len(killed), draw.choice([1, 1, 1, 3]))):
        os.kill(int(child), signal.SIGKILL)
    assert ended(process) == printed
    assert files_in(tmp_path) == written


# A training


def train(*more):
    return ("train", "xor", "--epochs", EPOCHS, "-q", "--checkpoint", "c.json", *more)


WRITES = ("--save", "done.toml", "--history", "curve.csv")


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    """The files of a run that nobody has killed, and how long it takes."""
    folder = tmp_path_factory.mktemp("run")
    began = time.monotonic()
    assert ended(begun(folder, *train("--every", 5000, *WRITES))) == (b"", b"", 0)
    return files_in(folder), time.monotonic() - began


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_training_is_resumed_to_the_same_bits(seed, tmp_path, whole_run):
    written, seconds = whole_run
    draw = random.Random(seed)
    process = begun(tmp_path, *train("--every", draw.choice([700, 5000]), *WRITES))
    time.sleep(draw.uniform(0.1, seconds))
    process.kill()
    process.communicate()
    resume = ("--resume", "c.json") if (tmp_path / "c.json").exists() else ()
    assert ended(begun(tmp_path, *train(*resume, *WRITES)))[2] == 0
    for name in ("done.toml", "curve.csv"):
        assert (tmp_path / name).read_bytes() == written[name]
