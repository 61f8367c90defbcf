"""What tests share: the command line, run inside the test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import limits
import pytest
from hypothesis import settings

from backprop_cli.__main__ import run

# Where nobody can look at a chance failure, the examples are the same every time. How long one
# takes says more of the machine than of the program.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@dataclass(frozen=True)
class Result:
    """How one call of the program ended."""

    code: int
    out: str
    err: str


Backprop = Callable[..., Result]


@pytest.fixture(name="at_most_a_minute")
def _at_most_a_minute() -> Iterator[None]:
    """What hangs fails."""
    with limits.at_most_a_minute():
        yield


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
