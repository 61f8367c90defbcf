"""What can go wrong, where it stands, and how it is told.

    BackpropError            exit code 2
    ├── UsageError           the command line asks for something that cannot be
    ├── FileError            a file is missing, unreadable, too large or not text
    ├── ConfigError          the config says something wrong; carries every problem found
    ├── InexactError         exact arithmetic meets a function whose values are no fractions
    ├── OutOfRange           numbers grow beyond what can be written
    └── CheckFailed          exit code 1: the answers are wrong, or a check did not hold

Everything a user can cause is one of these; anything else is a bug of the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

EXIT_FINE = 0
EXIT_CHECK_FAILED = 1
EXIT_ERROR = 2
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143

# Control characters, and those that end a line or turn the direction of the text around them.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

LONGEST_SOURCE = 100
LONGEST_GUESS = 60
LONGEST_LINE = 1000
MOST_GUESSES = 20_000


class Place(NamedTuple):
    """Where something stands: file (or option), line, path of the value, text of the line.

    An empty `file` or `path`, a `line` or `source` of None: not known, and left out when told.
    """

    file: str
    line: int | None = None
    path: str = ""
    source: str | None = None

    def __str__(self) -> str:
        """The file and line: `mazur.toml:12`, `mazur.toml`, `line 12`, or nothing."""
        if self.line is None:
            return self.file
        return f"{self.file}:{self.line}" if self.file else f"line {self.line}"


class Problem(NamedTuple):
    """One thing that is wrong, where it stands, and what would help."""

    what: str
    place: Place | None = None
    hint: str | None = None

    def render(self) -> str:
        """The problem as it is shown: one line, then the source line and the hint where known."""
        place = self.place or Place("")
        path = shortened(place.path)
        said = [part for part in (str(place), "error", path, self.what) if part]
        lines = [": ".join(said)]
        if place.source is not None and place.source.strip():
            lines.append("    " + shortened(place.source.replace("\t", " ").strip()))
        if self.hint is not None:
            lines.append("    hint: " + self.hint)
        return "\n".join(visible(shortened(line, LONGEST_LINE)) for line in lines)


class BackpropError(Exception):
    """Something the user can put right; `str()` is the message as it is shown."""

    exit_code = EXIT_ERROR

    def __init__(self, what: str, hint: str | None = None) -> None:
        super().__init__(what, hint)
        self.what = what
        self.hint = hint

    def render(self) -> str:
        """The message as it is shown, hint included."""
        return Problem(self.what, hint=self.hint).render()

    def __str__(self) -> str:
        return self.render()


class UsageError(BackpropError):
    """The command line asks for something that cannot be."""


class FileError(BackpropError):
    """A file is missing, unreadable, a directory, too large or not text in UTF-8."""

    def __init__(self, what: str, place: Place | None = None, hint: str | None = None) -> None:
        super().__init__(what, hint)
        self.args = (what, place, hint)
        self.place = place

    def render(self) -> str:
        return Problem(self.what, self.place, self.hint).render()


class ConfigError(BackpropError):
    """A config says something wrong; `problems` holds all that was found, in order."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(problem.what for problem in found))
        self.args = (found,)
        self.problems = found

    def render(self) -> str:
        return "\n".join(problem.render() for problem in self.problems)


class InexactError(BackpropError):
    """Exact arithmetic meets `function`, whose values are no fractions."""

    def __init__(self, function: str, hint: str | None = None) -> None:
        super().__init__(f"{function} has no exact value: its results are not fractions", hint)
        self.args = (function, hint)
        self.function = function


class OutOfRange(BackpropError, OverflowError):  # noqa: N818 - of the numbers, not of the program
    """Numbers grow beyond what can be written: a training meets it as it meets any overflow."""


class CheckFailed(BackpropError):  # noqa: N818 - a verdict, not an accident
    """The answers are wrong, or a check did not hold."""

    exit_code = EXIT_CHECK_FAILED


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate nearest to the word, or None if none is near."""
    from difflib import get_close_matches

    if len(word) > LONGEST_GUESS:
        return None
    names = {name.lower(): name for name in candidates}
    if len(names) > MOST_GUESSES:
        return None
    found = get_close_matches(word.lower(), names, n=1)
    return names[found[0]] if found else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """`did you mean 'eta'?` for the candidate nearest to the word, or None if none is near."""
    near = nearest(word, candidates)
    return None if near is None else f"did you mean '{near}'?"


def shortened(text: str, longest: int = LONGEST_SOURCE) -> str:
    """The text, or its beginning and end around an ellipsis, `longest` characters in all."""
    if len(text) <= longest:
        return text
    head = longest // 2
    return text[:head] + "…" + text[len(text) - (longest - head - 1) :]


def visible(text: str) -> str:
    r"""The text with what a terminal would obey or hide written out, a line feed as `\n`."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def harmless(text: str) -> str:
    r"""The text with what a terminal would obey written out (`\u001b`), as JSON and TOML have it.

    Line feeds and tabs stay: this is for whole outputs, `visible` for what stands on one line.
    """
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
