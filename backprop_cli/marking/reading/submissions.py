"""The submissions of a class: a folder of answer files, or a table with a row per student."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backprop_cli.config import CsvTable, read_text
from backprop_cli.errors import (
    LONGEST_GUESS,
    ConfigError,
    FileError,
    Place,
    Problem,
    shortened,
    visible,
)
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.reading.keys import Keys, UnknownKey
from backprop_cli.marking.reading.rows import Item, names_columns

ENDINGS = (".toml", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt")
STUDENT_COLUMNS = ("student", "name", "id", "student id", "sid", "email", "username")
LONGEST_NAME = 80
LONGEST_IN_BYTES = 235
"""255 are what a folder takes; the rest is for a number and for an ending as .answers.toml."""
LONGEST_STUDENT = 200
MOST_PASSED = 20
"""Columns passed over beyond this many are counted, not named."""
FORMULA_SIGNS = "=+-@|%\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH COMMERCIAL AT}"
_FORMULA = re.compile(rf"(?<=[;\t\r\n])( *)(?=[{re.escape(FORMULA_SIGNS)}])")

_OURS = re.compile(
    rb"student,(score,max_score,correct|key,given,expected),"  # --report and --details
    rb"|(?i:\| student \| score \| first|student +score +first)"  # -o in other formats
    rb'|\{\s*"(schema": "backprop/(grade|verify)/|score": [^,]+,\s*"max_score": )'
)
"""How the files begin that `grade` writes, and which are nobody's answers."""

Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student handed in: a file, or the cells of a row.

    `problem` says why it cannot be read. `student` is the name of the `owner`, with a number where
    somebody has that name already.
    """

    student: str
    owner: str
    file: str
    items: tuple[Item, ...] | None = None
    problem: Problem | None = None


def submissions_of(paths: Sequence[str], keys: Keys, warn: Warn) -> Iterator[Submission]:
    """Every submission, in the order of the file names or rows.

    A student who hands in twice is told apart by a number. Raises `FileError` or `ConfigError`
    for a path or a class table that cannot be used at all.
    """
    taken: set[str] = set()
    times = Counter[str]()
    for path in paths:
        for submission in _in_path(path, keys, warn):
            student = owner = submission.owner
            times[owner] += 1
            if times[owner] > 1:
                student = f"{owner} ({times[owner]})"
            while student in taken:
                times[owner] += 1
                student = f"{owner} ({times[owner]})"
            taken.add(student)
            yield replace(submission, student=student)
    if not taken:
        hint = "answer files end in " + ", ".join(ENDINGS)
        raise FileError("there are no submissions here", Place(" ".join(paths)[:200]), hint)


def _in_path(path: str, keys: Keys, warn: Warn) -> Iterator[Submission]:
    folder = Path(path)
    if path != "-" and not folder.exists():
        raise FileError("there is no such file or folder", Place(path))
    if folder.is_dir():
        yield from _in_folder(folder, warn)
        return
    if folder.suffix.lower() in (".csv", ".tsv") or path == "-":
        text = read_text(path)
        table = CsvTable(text, path)
        if not names_columns(name.lower() for name in table.header):
            yield from _in_table(table, path, keys, warn)
            return
        if path == "-":  # which can be read but once
            yield Submission(path, path, path, tuple(items_of(text, path)))
            return
    yield _of_file(folder.stem, path, None, warn)


def _in_folder(folder: Path, warn: Warn) -> Iterator[Submission]:
    """A submission for each answer file, and for each link or folder that cannot be looked into."""
    found: dict[Path, str | None] = {}
    root = folder.resolve()

    def unreadable(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise FileError(f"cannot be read: {error.strerror}", Place(str(folder)))
        found[Path(error.filename)] = f"cannot be read: {error.strerror}"

    for here, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for path in (Path(here, name) for name in (*folders, *names)):
            answers = path.suffix.lower() in ENDINGS and not path.name.startswith((".", "__"))
            if not (answers or path.name in folders):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                found[path] = "this is a link that leads out of the folder, and is not followed"
            elif answers and path.is_file():
                if _is_ours(path):
                    warn(f"{visible(str(path))}: passed over: grade has written it")
                else:
                    found[path] = None
    stems = {file: file.relative_to(folder).with_suffix("").as_posix() for file in found}
    times = Counter(stems.values())
    for file, problem in sorted(found.items()):
        name = stems[file] + (file.suffix if times[stems[file]] > 1 else "")
        yield _of_file(name, str(file), problem, warn)


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _OURS.match(file.read(500)) is not None
    except OSError:
        return False  # which is told when it is read


def _of_file(name: str, file: str, what: str | None, warn: Warn) -> Submission:
    """The submission in a file, which cannot be read if that is said."""
    owner = os.fsencode(name).decode("utf-8", "backslashreplace")
    if owner != name:
        warn(f"{visible(file)}: the name is not UTF-8; it is shown as {owner}")
    return Submission(owner, owner, file, None, Problem(what, Place(file)) if what else None)


def _in_table(table: CsvTable, file: str, keys: Keys, warn: Warn) -> Iterator[Submission]:
    """A submission for each row of a class table."""
    student, columns = _columns(table, file, keys, warn)
    for cells, place, problem in table.rows(longer=True):
        name = shortened(cells[student], LONGEST_STUDENT) or f"line {place.line}"
        if len(cells[student]) > LONGEST_STUDENT:
            problem = Problem(f"a name of {len(cells[student])} characters is too long", place)
        items = tuple(Item(table.header[at], cells[at], {}, place) for at in columns)
        yield Submission(name, name, file, items, problem)


def _columns(table: CsvTable, file: str, keys: Keys, warn: Warn) -> tuple[int, list[int]]:
    """The number of the column that names the student, and those of the columns of quantities.

    Other columns are passed over, with a warning.
    """
    header = table.header
    lowered = [name.lower() for name in header]
    named = (lowered.index(name) for name in STUDENT_COLUMNS if name in lowered)
    student = next(named, 0)
    found: dict[object, int] = {}
    passed: list[tuple[str, UnknownKey]] = []
    for at, name in enumerate(header):
        if at == student or not name or lowered[at] in STUDENT_COLUMNS:
            continue
        try:
            address = keys.address(name, {})
        except UnknownKey as unknown:
            passed.append((name, unknown))
            continue
        if address in found:
            what = f"{header[found[address]]} and {name} are the same quantity"
            raise ConfigError(Problem(what, table.place))
        found[address] = at
    if not found:
        hint = "a column per quantity, such as net_h1; the first names the student"
        raise ConfigError(Problem("no column is a quantity of this network", table.place, hint))
    if passed:
        warn(f"{file}: columns passed over: {', '.join(_told(passed))}")
    return student, list(found.values())


def _told(passed: Sequence[tuple[str, UnknownKey]]) -> Iterator[str]:
    """What is said of columns that are no quantities."""
    for name, unknown in passed[:MOST_PASSED]:
        hint = unknown.hint or ""
        yield shortened(name, LONGEST_GUESS) + (f" ({hint})" if "did you" in hint else "")
    if len(passed) > MOST_PASSED:
        yield f"and {len(passed) - MOST_PASSED:,} more"


def file_names(ending: str) -> Callable[[str], str]:
    """A function from a student's name to a file name of its own, which stays in its folder."""
    taken: set[str] = set()

    def name_of(student: str) -> str:
        plain = unicodedata.normalize("NFC", student[:LONGEST_STUDENT])
        plain = re.sub(r"[^\w. @+-]", "_", plain).strip(" .")[:LONGEST_NAME]
        plain = plain.encode()[:LONGEST_IN_BYTES].decode(errors="ignore").rstrip(" .")
        if re.fullmatch("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])?", plain.partition(".")[0]):
            plain = f"_{plain}"
        name, number = plain, 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name.casefold())
        return name + ending

    return name_of


def defused(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: what begins like one gets a quote before it.

    So does what would begin a cell for a reader that separates by semicolons, tabs or lines.
    """
    if not isinstance(cell, str):
        return cell
    begins = cell.startswith(("\t", "\r", "\n")) or cell.lstrip().startswith(tuple(FORMULA_SIGNS))
    safe = _FORMULA.sub(r"\1'", cell)
    return f"'{safe}" if begins else safe
