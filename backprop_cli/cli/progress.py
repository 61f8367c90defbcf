"""How far a training is, as one line on a terminal."""

from __future__ import annotations

import shutil
from time import monotonic
from typing import TextIO

from backprop_cli.show import Format
from backprop_cli.train.course import Run

BAR = 16
INTERVAL = 0.1
"""Seconds between two drawings."""


class Progress:
    """Draws a bar, the epochs done, the error, the rate and the time left, ten times a second."""

    def __init__(self, run: Run, stream: TextIO) -> None:
        self._run, self._stream = run, stream
        self._began, self._from = monotonic(), run.course.epoch
        self._next, self._drawn = self._began + INTERVAL, False

    def show(self) -> None:
        """Draw, unless that was done a moment ago."""
        now = monotonic()
        if now < self._next:
            return
        self._next, self._drawn = now + INTERVAL, True
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r\x1b[K{self._line(now)[:width]}")
        self._stream.flush()

    def clear(self) -> None:
        """Leave no trace."""
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _line(self, now: float) -> str:
        epoch, epochs = self._run.course.epoch, self._run.goal.epochs
        rate = (epoch - self._from) / max(now - self._began, 1e-9)
        left = (epochs - epoch) / rate if rate > 0 else 0.0
        filled = round(BAR * epoch / epochs)
        error = Format(digits=3)(self._run.course.last or 0.0)
        return (
            f"{'━' * filled}{'╌' * (BAR - filled)} {epoch:,}/{epochs:,} epochs  E {error}  "
            f"{rate:,.0f}/s  {_duration(left)} left"
        )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
