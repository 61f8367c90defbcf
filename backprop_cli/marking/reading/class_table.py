"""A class in one table: a row for each student, a column for each quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from backprop_cli.config import CsvTable
from backprop_cli.engine import Address
from backprop_cli.errors import LONGEST_GUESS, ConfigError, Problem, shortened
from backprop_cli.marking.reading.keys import Keys, Qualifiers, UnknownKey, qualifier
from backprop_cli.marking.reading.matrices import first_entry
from backprop_cli.marking.reading.students import is_about_students

MOST_PASSED = 20
"""Columns passed over beyond this many are counted, not named."""
LONGEST_HEADING = 1000
"""In a longer one no key is looked for."""

_NUMBERED = re.compile(
    r"(?:(?:question|q|no|nr)\.?\s*)?[0-9]+(?:\.[0-9]+)*\s*[.):]\s*", re.IGNORECASE
)
_AFTER = re.compile(r"\s*+(?:\([^()]*\)\s*+)?[:=?]*$")
_BETWEEN = re.compile(r"[\s\[\](){}:;,?\"“”„«»]+")
_SAID = re.compile(r"\b(?:epoch|batch|sample)[\s_]*[0-9]{1,9}\b", re.IGNORECASE)


class Heading(NamedTuple):
    """What a heading means: a key with what is said of it, where it stands, and how near it is.

    `far` is 0 for a key, 1 for one with a number before or words after it, 2 for one in a sentence.
    """

    far: int
    key: str
    said: Qualifiers
    address: Address


def meaning(heading: str, keys: Keys) -> Heading:
    """The quantity that a heading names, as in `1. net_h1 (net input)`. Raises `UnknownKey`."""
    try:
        return Heading(0, heading, {}, keys.address(heading, {}))
    except UnknownKey:
        if len(heading) > LONGEST_HEADING:
            raise
    with suppress(UnknownKey):
        return Heading(0, heading, {}, first_entry(heading, keys))
    bare = _AFTER.sub("", _NUMBERED.sub("", heading, count=1), count=1)
    try:
        return Heading(1, bare, {}, keys.address(bare, {}))
    except UnknownKey:
        if (found := _in_sentence(heading, keys)) is not None:
            return found
        raise


def _in_sentence(heading: str, keys: Keys) -> Heading | None:
    """The one quantity that a sentence names by its key or symbol; None if there is not one."""
    said = dict(filter(None, map(qualifier, _SAID.findall(heading))))
    found: dict[Address, Heading] = {}
    for word in (word.strip(".=!") for word in _BETWEEN.split(heading)):
        try:
            if keys.is_own(word):  # E and error are quantities too, but words in a sentence
                address = keys.address(word, said)
                found.setdefault(address, Heading(2, word, said, address))
        except UnknownKey:
            continue
    return next(iter(found.values())) if len(found) == 1 else None


class Quantities(NamedTuple):
    """The columns of a table that are quantities, and what is said of those that are none."""

    columns: Mapping[int, Heading]
    passed: str


def quantities(
    table: CsvTable, others: Sequence[int], keys: Keys, worth: Mapping[str, float]
) -> Quantities:
    """The columns of a table that are quantities; `others` are known to be none.

    Of two columns that name a quantity, the nearer heading counts. `worth` has the points of a
    quantity that a column passed over may have been meant for. Raises `ConfigError` if none is a
    quantity, or two are the same one.
    """
    found: dict[int, Heading] = {}
    passed: dict[int, UnknownKey | None] = {}
    for at, name in enumerate(table.header):
        if at in others or not name or is_about_students(name):
            continue
        try:
            found[at] = meaning(name, keys)
        except UnknownKey as unknown:
            passed[at] = unknown
    taken: dict[Address, int] = {}
    for at in sorted(found, key=lambda at: found[at].far):
        before = taken.setdefault(found[at].address, at)
        if before != at and found[before].far == found[at].far:
            what = f"{table.header[before]} and {table.header[at]} are the same quantity"
            raise ConfigError(Problem(what, table.place))
        if before != at:
            passed[at] = None
    if not taken:
        hint = "a column per quantity, such as net_h1; others name the student"
        raise ConfigError(Problem("no column is a quantity of this network", table.place, hint))
    columns = {at: found[at] for at in sorted(taken.values())}
    named = [(table.header[at], passed[at]) for at in sorted(passed)]
    return Quantities(columns, ", ".join(_told(named, worth)))


def _told(
    passed: Sequence[tuple[str, UnknownKey | None]], worth: Mapping[str, float]
) -> Iterator[str]:
    """What is said of columns that are no quantities."""
    for name, unknown in passed[:MOST_PASSED]:
        said = ""
        if unknown is not None and unknown.meant is not None:
            said = f" ({unknown.hint} {points(worth.get(unknown.meant, 0.0))})"
        yield shortened(name, LONGEST_GUESS) + said
    if len(passed) > MOST_PASSED:
        yield f"and {len(passed) - MOST_PASSED:,} more"


def points(number: float) -> str:
    """`1 point`, `2.5 points`."""
    return f"{number:.10g} point{'' if number == 1 else 's'}"
