"""The line that tells how far a training is."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from backprop_cli.cli import progress
from backprop_cli.cli.progress import INTERVAL, Progress, _duration
from backprop_cli.train.course.loop import Course, Goal, Run


class Shown:
    """A progress of a run of 200 epochs, with the time in hand and the text that was drawn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, epoch: int, columns: int = 80) -> None:
        self.now, self.stream = 100.0, io.StringIO()
        size = SimpleNamespace(columns=columns)
        monkeypatch.setattr(progress, "monotonic", lambda: self.now)
        terminal = SimpleNamespace(get_terminal_size=lambda: size)
        monkeypatch.setattr(progress, "shutil", terminal)  # pytest asks the real one
        engine: Any = None
        self.run = Run(engine, None, Goal(200), Course(epoch=epoch))
        self.progress = Progress(self.run, self.stream)

    def after(self, seconds: float, epoch: int, error: float | None = 0.12345) -> str:
        """What is drawn, so many seconds later."""
        self.now += seconds
        self.run.course.epoch, self.run.course.last = epoch, error
        before = len(self.stream.getvalue())
        self.progress.show()
        return self.stream.getvalue()[before:]


def test_it_tells_epochs_error_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(monkeypatch, 0)
    assert shown.after(10, 50) == (
        "\r\x1b[K━━━━╌╌╌╌╌╌╌╌╌╌╌╌ 50/200 epochs  E 0.123  5/s  0:30 left"
    )
    assert shown.after(10, 200).startswith("\r\x1b[K" + "━" * 16 + " 200/200 epochs")


def test_a_resumed_run_is_as_fast_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "150/200 epochs  E 0.123  5/s  0:10 left" in Shown(monkeypatch, 100).after(10, 150)


def test_nothing_is_divided_by_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(monkeypatch, 0)
    assert "0/200 epochs  E 0  0/s  0:00 left" in shown.after(1, 0, None)


def test_it_is_drawn_ten_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(monkeypatch, 0)
    shown.now = 0.0
    shown.progress = Progress(shown.run, shown.stream)
    drawn = [bool(shown.after(step, 1)) for step in (INTERVAL / 2, INTERVAL / 2, 0, INTERVAL, 0)]
    assert drawn == [False, True, False, True, False]


def test_it_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Shown(monkeypatch, 0, columns=30).after(10, 50)
    assert len(line.removeprefix("\r\x1b[K")) == 29


def test_it_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(monkeypatch, 0)
    shown.progress.clear()
    assert shown.stream.getvalue() == ""
    shown.after(1, 50)
    shown.progress.clear()
    assert shown.stream.getvalue().endswith("left\r\x1b[K")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (59.4, "0:59"),
        (59.6, "1:00"),
        (61, "1:01"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (36061, "10:01:01"),
    ],
)
def test_a_duration(seconds: float, text: str) -> None:
    assert _duration(seconds) == text
