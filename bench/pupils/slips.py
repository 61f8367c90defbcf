"""What can go wrong in a line. `SLIPS` has every kind, entered by the modules beside this one.

A slip is a function from a line and the numbers it reads to the wrong numbers that it makes there:
none where it cannot be made, several where it can be made in several ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pupils.lines import Line, Values

Wrong = Callable[[Line, Values], Iterable[float]]
KNOWN, TAUGHT = "catalogued", "teachers'"
MOST_WAYS = 6
"""So many ways of a slip are tried."""


@dataclass(frozen=True)
class Slip:
    """One kind of slip: its true name, others that are as true, the lines where it is made."""

    id: str
    group: str
    kinds: tuple[str, ...]
    wrong: Wrong
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.id, *self.also)

    def value(self, line: Line, values: Values, way: Any) -> float | None:
        """The wrong number of a line; None if the slip is not made there, or gives no number."""
        try:
            return self.made(line, values, way)
        except (ValueError, ZeroDivisionError, OverflowError):
            return None

    def made(self, line: Line, values: Values, way: Any) -> float | None:
        """The same, which may fail as arithmetic does."""
        if line.kind not in self.kinds:
            return None
        found = list(self.wrong(line, values))
        return found[way % len(found)] if found else None


SLIPS: list[Slip] = []


def slip(
    id_: str, kinds: str, group: str = KNOWN, also: tuple[str, ...] = ()
) -> Callable[[Wrong], Wrong]:
    """Enter a function in `SLIPS`."""

    def enter(wrong: Wrong) -> Wrong:
        SLIPS.append(Slip(id_, group, tuple(kinds.split()), wrong, also))
        return wrong

    return enter


class Changed(Mapping[str, float]):
    """Numbers of which a few are read as others."""

    def __init__(self, values: Values, changes: Mapping[str, float]) -> None:
        self.values_, self.changes = values, changes

    def __getitem__(self, key: str) -> float:
        return self.changes[key] if key in self.changes else self.values_[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


def reading(line: Line, values: Values, **changes: float) -> Iterator[float]:
    """The line worked with other numbers for some operands, if it reads one of them."""
    if any(key in line.reads for key in changes):
        yield line.work(Changed(values, changes))
