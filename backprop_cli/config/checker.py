"""Checking the tables of a config against `fields`, and collecting what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backprop_cli.config.document import Document
from backprop_cli.config.fields import OTHER_WORDS, SPELLINGS, TABLES, Field
from backprop_cli.config.kinds import INVALID, KINDS, described, numbers
from backprop_cli.config.positions import KeyPath
from backprop_cli.errors import ConfigError, Problem, did_you_mean

Hint = str | Callable[[], str | None] | None

# Problems beyond this many are counted, not told: a file of another kind fails in every line.
_ENOUGH = 20


class Checker:
    """Takes a document apart. What is wrong is kept, and told all at once by `finish`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._problems: list[Problem] = []
        self._more = 0

    def problem(
        self, path: KeyPath, what: str, hint: Hint = None, at: KeyPath | None = None
    ) -> Any:
        """Note that the value at `path` is wrong; returns `INVALID`.

        `hint` may be a function, which is called if the problem will be told: to look for a name
        that is near costs more than the whole check. `at`, if given, is a part of that value,
        whose line is told.
        """
        if self._full:
            self._more += 1
            return INVALID
        place = self._document.place(*path)
        if at is not None:
            place = self._document.place(*at)._replace(path=place.path)
        self._problems.append(Problem(what, place, hint() if callable(hint) else hint))
        return INVALID

    @property
    def failed(self) -> bool:
        return bool(self._problems)

    @property
    def _full(self) -> bool:
        return len(self._problems) >= _ENOUGH

    def finish(self) -> None:
        """Raise `ConfigError` if anything was wrong, in the order of the lines."""
        if self._problems:
            shown = sorted(self._problems, key=_line)
            if self._more:
                more = f"and {self._more} more that {'is' if self._more == 1 else 'are'} wrong"
                shown.append(Problem(more, self._document.place()))
            raise ConfigError(shown)

    def table(self, name: str, value: Any, path: KeyPath) -> dict[str, Any]:
        """The keys of a table of `fields.TABLES` that are there and right, others reported.

        A key that is not there is left out; one that is there but wrong is `INVALID`.
        """
        if not isinstance(value, Mapping):
            self.problem(path, f"expected a table, got {described(value)}", _TABLE_HINTS.get(name))
            return {}
        fields, spellings = TABLES[name], SPELLINGS.get(name, {})
        found: dict[str, Any] = {}
        for written, item in value.items():
            key = spellings.get(written, written)
            if key not in fields:
                if (name, written) != ("", "$schema"):
                    self._unknown(name, written, path)
            elif key in found:
                self.problem((*path, written), f"{key} is given twice, as {written} too")
            else:
                found[key] = self.value(fields[key], item, (*path, written))
        for key, field in fields.items():
            if field.required and key not in found:
                known = ": " + " ".join(field.choices) if field.choices else ""
                self.problem(path, f"{key} is missing", f"{key}: {field.about}{known}")
                found[key] = INVALID
        return found

    def _unknown(self, table: str, written: str, path: KeyPath) -> None:
        def hint() -> str:
            fields = TABLES[table]
            meant = OTHER_WORDS.get(written.lower())
            if meant in fields:
                return f"did you mean '{meant}'?"
            home = next((name for name in TABLES if written in _keys(name)), None)
            if home is not None:
                return f"{written} belongs {_TABLE_NAMES.get(home, f'into [{home}]')}"
            return did_you_mean(written, _keys(table)) or "known: " + " ".join(fields)

        self.problem((*path, written), "there is no such key", hint)

    def value(self, field: Field, value: Any, path: KeyPath) -> Any:
        """The value checked and converted by its kind, or `INVALID`."""
        if field.kind.startswith("["):
            return value  # a table of its own, taken apart by itself
        return KINDS[field.kind](self.problem, field, value, path)

    def numbers(self, value: Any, path: KeyPath) -> Any:
        """A list of numbers; each wrong one is reported by itself."""
        return numbers(self.problem, value, path)


def _keys(table: str) -> list[str]:
    """The keys of a table, and their other spellings."""
    return [*TABLES[table], *SPELLINGS.get(table, ())]


_TABLE_NAMES = {"": "to the top, before the first [[layers]]", "layers": "into [[layers]]",
                "init": "into init = { … } of a layer"}  # fmt: skip
_TABLE_HINTS = {"init": 'init = { method = "uniform", low = -0.5, high = 0.5 }',
                "layers": "each layer begins with [[layers]], in double brackets"}  # fmt: skip


def _line(problem: Problem) -> int:
    """Line of the file; what stands on none comes first."""
    line = problem.place.line if problem.place is not None else None
    return 0 if line is None else line
