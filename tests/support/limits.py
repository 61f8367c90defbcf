"""What hangs fails. How much is done is counted: nothing is said of how long it takes."""

from __future__ import annotations

import contextlib
import cProfile
import signal
from collections.abc import Callable, Iterator

import pytest


@contextlib.contextmanager
def at_most_a_minute() -> Iterator[None]:
    """Fail what is still at work after a minute; it is no exception that a program may catch."""

    def late(number: int, frame: object) -> None:
        pytest.fail("it hangs")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, Python's own among them, until the work is done."""
    counted = cProfile.Profile()
    counted.runcall(work)
    return sum(entry.callcount for entry in counted.getstats())
