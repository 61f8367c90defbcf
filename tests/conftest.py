"""What tests share: the command line, run inside the test."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import settings

from backprop_cli.__main__ import run

# Where nobody can look at a chance failure, the examples are the same every time.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@dataclass(frozen=True)
class Result:
    """How one call of the program ended."""

    code: int
    out: str
    err: str


Backprop = Callable[..., Result]


@pytest.fixture
def at_most_a_minute() -> Iterator[None]:
    """What hangs fails."""

    def late(number: int, frame: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def backprop(capsys, monkeypatch) -> Backprop:
    """Call the program with some arguments; `columns` and other variables are its environment."""
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "BACKPROP_DEBUG"):
        monkeypatch.delenv(variable, raising=False)

    def call(*args: str, **environment: str) -> Result:
        with monkeypatch.context() as patch:
            for variable, value in environment.items():
                patch.setenv(variable.upper(), value)
            capsys.readouterr()
            code = run(list(args))
            captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call
