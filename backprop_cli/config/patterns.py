"""The pattern that gives certain names: `names` the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

Case = tuple[str, Mapping[str, object]]
"""A name, and what the placeholders stand for in it."""

_LOOKED_AT = 50
_MOST = 10_000


def pattern_of(cases: Sequence[Case], usable: Callable[[str], bool]) -> str | None:
    """The first pattern that gives every name and is usable, or None if there is none.

    What stands in all names is taken as written before a placeholder is.
    """
    if not cases:
        return None
    few = [*cases[:_LOOKED_AT], *cases[-_LOOKED_AT:]]
    found = islice(_continued(few, (0,) * len(few)), _MOST)
    return next((p for p in found if usable(p) and all(_gives(p, *case) for case in cases)), None)


def _gives(pattern: str, name: str, values: Mapping[str, object]) -> bool:
    return pattern.format_map(values) == name


def _continued(cases: Sequence[Case], places: tuple[int, ...]) -> Iterator[str]:
    """Every pattern for what the names have from these places on."""
    rests = [name[at:] for (name, _), at in zip(cases, places, strict=True)]
    if not any(rests):
        yield ""
        return
    first = {rest[:1] for rest in rests}
    if len(first) == 1:
        for pattern in _continued(cases, tuple(at + 1 for at in places)):
            yield first.copy().pop() + pattern
    for key in cases[0][1]:
        pieces = [str(values[key]) for _, values in cases]
        if any(pieces) and all(map(str.startswith, rests, pieces)):
            after = tuple(at + len(piece) for at, piece in zip(places, pieces, strict=True))
            for pattern in _continued(cases, after):
                yield f"{{{key}}}{pattern}"
