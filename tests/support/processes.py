"""The program as a process of its own, which is ended with the test however that ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
Process = subprocess.Popen[str]


@contextlib.contextmanager
def begun(*arguments: object, ctrl_c: bool = True, cwd: Path | None = None) -> Iterator[Process]:
    """The running program; with `ctrl_c` False in the background, where it hears of none.

    What a shell starts with `&` from a script ignores Ctrl-C, and so do all the processes that
    this begins: the tests, if they are, and the program. So it is always said here.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler if ctrl_c else signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "backprop_cli", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            yield process
        finally:
            process.kill()  # leaving waits for it


def wait_for(path: Path, process: Process) -> None:
    """Wait until the process has written this file, which it must do before it ends."""
    while not path.exists():
        assert process.poll() is None, "it has ended by itself"
        time.sleep(0.01)
