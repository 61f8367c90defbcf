"""The submissions of a class: a folder of answer files, or a table with a row per student."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backprop_cli.config import CsvTable, read_text
from backprop_cli.errors import ConfigError, FileError, Place, Problem
from backprop_cli.marking.reading.keys import Keys, UnknownKey
from backprop_cli.marking.reading.rows import Item, names_columns

ENDINGS = (".toml", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt")
STUDENT_COLUMNS = ("student", "name", "id", "student id", "sid", "email", "username")
LONGEST_NAME = 80
FORMULA_SIGNS = ("=", "+", "-", "@", "|", "%")

Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student handed in: a file, or the cells of a row."""

    student: str
    file: str
    items: tuple[Item, ...] | None = None


def submissions_of(paths: Sequence[str], keys: Keys, warn: Warn) -> Iterator[Submission]:
    """Every submission, in the order of the file names or rows.

    A student who hands in twice is told apart by a number. Raises `FileError` or `ConfigError`
    for a path or a class table that cannot be used at all.
    """
    seen: dict[str, int] = {}
    found = False
    for path in paths:
        for submission in _in_path(path, keys, warn):
            found = True
            student = submission.student
            seen[student] = seen.get(student, 0) + 1
            if seen[student] > 1:
                student = f"{student} ({seen[student]})"
            yield Submission(student, submission.file, submission.items)
    if not found:
        hint = "answer files end in " + ", ".join(ENDINGS)
        raise FileError("there are no submissions here", Place(" ".join(paths)[:200]), hint)


def _in_path(path: str, keys: Keys, warn: Warn) -> Iterator[Submission]:
    folder = Path(path)
    if path != "-" and not folder.exists():
        raise FileError("there is no such file or folder", Place(path))
    if folder.is_dir():
        files = sorted(file for file in folder.rglob("*") if _is_answers(file, folder))
        stems = [file.relative_to(folder).with_suffix("").as_posix() for file in files]
        times = Counter(stems)
        for file, stem in zip(files, stems, strict=True):
            yield Submission(stem + (file.suffix if times[stem] > 1 else ""), str(file))
        return
    if folder.suffix.lower() in (".csv", ".tsv") or path == "-":
        table = CsvTable(read_text(path), path)
        if not names_columns(name.lower() for name in table.header):
            yield from _in_table(table, path, keys, warn)
            return
    yield Submission(folder.stem, path)


def _is_answers(file: Path, folder: Path) -> bool:
    hidden = any(part.startswith((".", "__")) for part in file.relative_to(folder).parts)
    return not hidden and file.suffix.lower() in ENDINGS and file.is_file()


def _in_table(table: CsvTable, file: str, keys: Keys, warn: Warn) -> Iterator[Submission]:
    """A submission for each row of a class table."""
    student, columns = _columns(table, file, keys, warn)
    for cells, place in table.rows(longer=True):
        name = cells[student] or f"line {place.line}"
        items = tuple(Item(table.header[at], cells[at], {}, place) for at in columns)
        yield Submission(name, file, items)


def _columns(table: CsvTable, file: str, keys: Keys, warn: Warn) -> tuple[int, list[int]]:
    """The number of the column that names the student, and those of the columns of quantities.

    Other columns are passed over, with a warning.
    """
    header = table.header
    lowered = [name.lower() for name in header]
    named = (lowered.index(name) for name in STUDENT_COLUMNS if name in lowered)
    student = next(named, 0)
    found: dict[object, int] = {}
    passed: list[str] = []
    for at, name in enumerate(header):
        if at == student or not name or lowered[at] in STUDENT_COLUMNS:
            continue
        try:
            address = keys.address(name, {})
        except UnknownKey as unknown:
            passed.append(f"{name} ({unknown.hint})" if "did you" in str(unknown.hint) else name)
            continue
        if address in found:
            what = f"{header[found[address]]} and {name} are the same quantity"
            raise ConfigError(Problem(what, table.place))
        found[address] = at
    if not found:
        hint = "a column per quantity, such as net_h1; the first names the student"
        raise ConfigError(Problem("no column is a quantity of this network", table.place, hint))
    if passed:
        warn(f"{file}: columns passed over: {', '.join(passed)}")
    return student, list(found.values())


def file_names(ending: str) -> Callable[[str], str]:
    """A function from a student's name to a file name of its own, which stays in its folder."""
    taken: set[str] = set()

    def name_of(student: str) -> str:
        plain = unicodedata.normalize("NFC", student)
        plain = re.sub(r"[^\w. @+-]", "_", plain).strip(" .")[:LONGEST_NAME].rstrip(" .")
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
    """A cell that no spreadsheet takes for a formula: a text that begins like one gets a quote."""
    if not isinstance(cell, str):
        return cell
    begins = cell.startswith(("\t", "\r", "\n")) or cell.lstrip().startswith(FORMULA_SIGNS)
    return f"'{cell}" if begins else cell
