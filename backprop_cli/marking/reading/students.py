"""Who a submission is from: by the columns of a table, or by the name of a file or folder."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import NamedTuple

from backprop_cli.errors import ConfigError, Place, Problem, did_you_mean

IDS = (
    "id", "student id", "sid", "id number", "student number", "matriculation number",
    "sis user id", "sis login id",
)  # fmt: skip
EMAILS = ("email", "email address", "mail", "username")
NAMES = ("student", "name", "full name", "student name")
FIRST_NAMES = ("first name", "given name", "forename")
FAMILY_NAMES = ("last name", "family name", "surname")
_KINDS = (IDS, EMAILS, NAMES)

_MOODLE = re.compile(r"(.+)_([0-9]+)_assignsubmission_(?:file|onlinetext)_?(.*)")
_CANVAS = re.compile(r"([^\W_A-Z][^_A-Z]*)_(?:LATE_)?([0-9]{3,})_[0-9]{3,}_(.+)")


def _plain(heading: str) -> str:
    """A heading without case, blanks and signs: `E-Mail` is `email`."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(char for char in text if char.isalnum())


_PLAIN_KINDS = tuple(tuple(map(_plain, kind)) for kind in _KINDS)
_PLAIN_FIRST, _PLAIN_FAMILY = tuple(map(_plain, FIRST_NAMES)), tuple(map(_plain, FAMILY_NAMES))
_ALL = frozenset((*sum(_PLAIN_KINDS, ()), *_PLAIN_FIRST, *_PLAIN_FAMILY))


def is_about_students(heading: str) -> bool:
    """Whether a column of this name says who somebody is."""
    return _plain(heading) in _ALL


class Columns(NamedTuple):
    """Columns of a table that say who a row is from, the most telling first.

    Each is a tuple of numbers of columns whose cells are read together.
    """

    places: tuple[tuple[int, ...], ...]

    def of(self, cells: Sequence[str]) -> str:
        """What the first of them says that is not empty; "" if all are."""
        texts = (" ".join(filter(None, (cells[at] for at in place))) for place in self.places)
        return next(filter(None, texts), "")


def identity(header: Sequence[str], chosen: str | None, place: Place) -> Columns:
    """The columns that tell students apart: the `chosen` one, or else id, e-mail and name.

    Empty if there are none. Raises `ConfigError` if the chosen one is not there.
    """
    if chosen is not None:
        return Columns((column(header, chosen, place),))
    found = (_of_kind(header, kind) for kind in _PLAIN_KINDS)
    return Columns(tuple(filter(None, found)))


def column(header: Sequence[str], name: str, place: Place) -> tuple[int, ...]:
    """The column that is called so, or of the kind of id, e-mail or name. Raises `ConfigError`."""
    plain = [_plain(heading) for heading in header]
    for names, wanted in ((list(header), name), (plain, _plain(name))):
        if wanted and wanted in names:
            return (names.index(wanted),)
    kind = next((kind for kind in _PLAIN_KINDS if _plain(name) in kind), ())
    if found := _of_kind(header, kind):
        return found
    raise ConfigError(
        Problem(f"there is no column '{name}'", place, did_you_mean(name, filter(None, header)))
    )


def _of_kind(header: Sequence[str], kind: Sequence[str]) -> tuple[int, ...]:
    """The first column of a kind, or first name and family name, where these are apart."""
    plain = [_plain(heading) for heading in header]

    def first(names: Sequence[str]) -> int | None:
        return next((plain.index(name) for name in names if name in plain), None)

    alone = first(kind)
    if kind is not _PLAIN_KINDS[-1]:
        return () if alone is None else (alone,)
    given, family = first(_PLAIN_FIRST), first(_PLAIN_FAMILY)
    if given is not None and family is None:
        family = alone  # a column "name" beside one of first names has the family names
    elif alone is not None:
        return (alone,)
    return tuple(at for at in (given, family) if at is not None)


class Origin(NamedTuple):
    """What the path of a file says: the student's name, their number there, and the file's name."""

    name: str
    number: str
    file: str


def origin(path: PurePath) -> Origin:
    """Who has handed in the file with this path in a folder.

    The folders of Moodle and the files of Canvas are known by their names. A worksheet of
    `backprop variants` is called NAME.answers.toml.
    """
    for at, part in enumerate(path.parts):
        last = at + 1 == len(path.parts)
        if (moodle := _MOODLE.fullmatch(part)) is not None:
            rest = moodle[3] if last else path.name
            return Origin(moodle[1], moodle[2], _stem(PurePath(rest)))
        if last and (canvas := _CANVAS.fullmatch(part)) is not None:
            return Origin(canvas[1], canvas[2], _stem(PurePath(canvas[3])))
    return Origin(_stem(path), "", _stem(PurePath(path.name)))


def is_of_one_student(folder: str) -> bool:
    """Whether Moodle gives a folder of this name to what one student has handed in."""
    return _MOODLE.fullmatch(folder) is not None


def _stem(path: PurePath) -> str:
    """The path without its ending, and without `.answers` before it."""
    return path.with_suffix("").as_posix().removesuffix(".answers") if path.name else ""


def owners(origins: Mapping[PurePath, Origin]) -> dict[PurePath, str]:
    """A name for each; with the number, where several have the same name."""
    numbers = {(found.name, found.number) for found in origins.values()}
    times = Counter(name for name, _ in numbers)
    return {
        path: f"{name} {number}".strip() if times[name] > 1 else name
        for path, (name, number, _) in origins.items()
    }
