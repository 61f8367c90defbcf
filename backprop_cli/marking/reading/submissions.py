"""The submissions of a class: a folder of answer files, or a table with a row per student."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from backprop_cli.config import CsvTable, Remark, is_network, read_text, separator_line
from backprop_cli.errors import FileError, Place, Problem, shortened, visible
from backprop_cli.marking.reading.class_table import quantities
from backprop_cli.marking.reading.files import items_of, said_separator
from backprop_cli.marking.reading.keys import Keys
from backprop_cli.marking.reading.markdown import is_worksheet
from backprop_cli.marking.reading.rows import Item, names_columns
from backprop_cli.marking.reading.students import (
    Columns,
    Origin,
    column,
    identity,
    is_of_one_student,
    origin,
    owners,
)

ENDINGS = (".toml", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt")
PAGES = (".md", ".markdown")
"""Endings of pages that are answers where a worksheet is in them."""
LONGEST_NAME = 80
LONGEST_IN_BYTES = 235
"""255 are what a folder takes; the rest is for a number and for an ending as .answers.toml."""
LONGEST_STUDENT = 200
MOST_LOOKED_AT = 2**20
"""Bytes of a page in which a worksheet is looked for."""
FORMULA_SIGNS = "=+-@|%\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH COMMERCIAL AT}"
_FORMULA = re.compile(rf"(?<=[;\t\r\n])( *)(?=[{re.escape(FORMULA_SIGNS)}])")

_OURS = re.compile(
    rb"student,([^\n]*,)?(score,max_score,correct|key,given,expected),"  # --report and --details
    rb"|(?i:\| student \|([^\n]*\|)? score \| first|student +([^\n]* )?score +first)"  # -o
    rb'|\{\s*"(schema": "backprop/(grade|verify)/|score": [^,]+,\s*"max_score": )'
)
"""How the files begin that `grade` writes, and which are nobody's answers."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student handed in: a file, or the cells of a row.

    `problem` says why it cannot be read. `student` is the name of the `owner`, with a number where
    attempts are told apart. `names` are what else its file says of the student, `kept` the cells of
    the columns to be kept.
    """

    student: str
    owner: str
    file: str
    items: tuple[Item, ...] | None = None
    problem: Problem | None = None
    names: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Class:
    """How the submissions of a class are read.

    `student` is the column that tells students apart, and `keep` are columns that go into reports.
    `worth` has the points of each quantity, `warn` takes what is to be said.
    """

    keys: Keys
    warn: Remark
    student: str | None = None
    keep: tuple[str, ...] = ()
    worth: Mapping[str, float] = field(default_factory=dict)


def submissions_of(paths: Sequence[str], of: Class) -> list[Submission]:
    """Every submission, in the order of the file names or rows.

    Raises `FileError` or `ConfigError` for a path or a class table that cannot be used at all.
    """
    found = [submission for path in paths for submission in _in_path(path, of)]
    if not found:
        hint = "answer files end in " + ", ".join(ENDINGS)
        raise FileError("there are no submissions here", Place(" ".join(paths)[:200]), hint)
    return found


def that_count(submissions: Sequence[Submission], attempts: str) -> list[Submission]:
    """Of `attempts`, the "first" or "last" of each student; or those of "best" and "all" whole.

    Of all, a student's further ones are told apart by a number.
    """
    if attempts == "all":
        return list(_numbered(submissions))
    if attempts == "best":
        return list(submissions)
    order = submissions if attempts == "first" else list(reversed(submissions))
    kept = {submission.owner: submission for submission in reversed(order)}
    return [s for s in submissions if kept[s.owner] is s]


def _numbered(submissions: Sequence[Submission]) -> Iterator[Submission]:
    taken: set[str] = set()
    times = Counter[str]()
    for submission in submissions:
        student = owner = submission.owner
        times[owner] += 1
        if times[owner] > 1:
            student = f"{owner} ({times[owner]})"
        while student in taken:
            times[owner] += 1
            student = f"{owner} ({times[owner]})"
        taken.add(student)
        yield replace(submission, student=student)


def _in_path(path: str, of: Class) -> Iterator[Submission]:
    folder = Path(path)
    if path != "-" and not folder.exists():
        raise FileError("there is no such file or folder", Place(path))
    if folder.is_dir():
        _say_no_table(path, of)
        yield from _in_folder(folder, of)
        return
    if folder.suffix.lower() in (".csv", ".tsv") or path == "-":
        remarks: list[str] = []
        text = read_text(path, remark=remarks.append)
        table = CsvTable(text, path)
        of_class = not names_columns(name.lower() for name in table.header)
        if of_class or path == "-":  # which can be read but once; a file is read again
            if (separator := separator_line(text)) is not None:
                remarks.append(said_separator(path, separator))
            for said in remarks:
                of.warn(said)
        if of_class:
            yield from _in_table(table, path, of)
            return
        if path == "-":
            _say_no_table(path, of)
            yield Submission(
                path, path, path, tuple(items_of(text, path)), kept=("",) * len(of.keep)
            )
            return
    _say_no_table(path, of)
    found = origin(PurePath(folder.name))
    yield _of_file(found.name, path, found, None, of)


def _say_no_table(path: str, of: Class) -> None:
    """Say that there is no column to choose."""
    asked = {"--student": of.student is not None, "--keep": bool(of.keep)}
    if options := " or ".join(option for option, given in asked.items() if given):
        of.warn(f"{visible(path)}: not a class table, so {options} has no effect")


def _in_folder(folder: Path, of: Class) -> Iterator[Submission]:
    """A submission for each answer file, and for each link or folder that cannot be looked into."""
    found: dict[Path, str | None] = {}
    passed: dict[str, list[Path]] = {}
    root = folder.resolve()

    def unreadable(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise FileError(f"cannot be read: {error.strerror}", Place(str(folder)))
        found[Path(error.filename)] = f"cannot be read: {error.strerror}"

    for here, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for path in (Path(here, name) for name in (*folders, *names)):
            answers = path.suffix.lower() in (*ENDINGS, *PAGES)
            answers = answers and not path.name.startswith((".", "__"))
            if _is_our_page(path):
                passed.setdefault("a page, which has no answers in it", []).append(path)
            if not (answers or path.name in folders):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                found[path] = "this is a link that leads out of the folder, and is not followed"
            elif answers and path.is_file():
                if why := _no_answers(path):
                    passed.setdefault(why, []).append(path)
                elif path.suffix.lower() not in PAGES or _is_worksheet(path):
                    found[path] = None
        if is_of_one_student(Path(here).name) and not folders:
            _note_empty(Path(here), names, found)
    for why, paths in passed.items():
        more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
        of.warn(f"{visible(str(min(paths)))}{more}: passed over: {why}")
    origins: dict[PurePath, Origin] = {file: origin(file.relative_to(folder)) for file in found}
    owner_of = owners(origins)
    for file in sorted(found, key=lambda file: (*file.parts[:-1], file.stem, file.suffix)):
        yield _of_file(owner_of[file], str(file), origins[file], found[file], of)


def _note_empty(folder: Path, names: Iterable[str], found: dict[Path, str | None]) -> None:
    """Nobody is lost whose folder has no file that can be read."""
    if folder not in found and found.keys().isdisjoint(folder / name for name in names):
        found[folder] = "there is no file of answers in this folder"


def _no_answers(path: Path) -> str:
    """Why a file that might be answers is none: what stands beside them in a folder."""
    if _OURS.match(_beginning(path, 500)) is not None:
        return "written by grade"
    if path.stem.endswith(".key"):
        return "key"
    return "network" if path.suffix.lower() == ".toml" and is_network(str(path)) else ""


def _is_our_page(path: Path) -> bool:
    """Whether somebody has handed in the page of a worksheet in place of the answers."""
    page = b'<meta name="generator" content="backprop">'
    return path.suffix.lower() in (".html", ".htm") and page in _beginning(path, 2000)


def _is_worksheet(path: Path) -> bool:
    return is_worksheet(_beginning(path, MOST_LOOKED_AT).decode(errors="replace"))


def _beginning(path: Path, length: int) -> bytes:
    """The first bytes of a file; none if it cannot be read, which is told when it is read."""
    try:
        with path.open("rb") as file:
            return file.read(length)
    except OSError:
        return b""


def _of_file(name: str, file: str, found: Origin, what: str | None, of: Class) -> Submission:
    """The submission in a file, which cannot be read if that is said."""
    owner = os.fsencode(name).decode("utf-8", "backslashreplace")
    if owner != name:
        of.warn(f"{visible(file)}: the name is not UTF-8; it is shown as {owner}")
    problem = Problem(what, Place(file)) if what else None
    return Submission(owner, owner, file, None, problem, found[1:], ("",) * len(of.keep))


def _in_table(table: CsvTable, file: str, of: Class) -> Iterator[Submission]:
    """A submission for each row of a class table."""
    who = identity(table.header, of.student, table.place)
    keep = [Columns((column(table.header, name, table.place),)) for name in of.keep]
    others = [at for columns in (who, *keep) for place in columns.places for at in place]
    if not who.places:
        who, others = Columns(((0,),)), [0, *others]
    found = quantities(table, others, of.keys, of.worth)
    if found.passed:
        of.warn(f"{file}: columns passed over: {found.passed}")
    for cells, place, problem in table.rows(longer=True):
        said = who.of(cells)
        name = shortened(said, LONGEST_STUDENT) or f"line {place.line}"
        if len(said) > LONGEST_STUDENT:
            problem = Problem(f"a name of {len(said)} characters is too long", place)
        items = tuple(
            Item(heading.key, cells[at], heading.said, place)
            for at, heading in found.columns.items()
        )
        kept = tuple(shortened(columns.of(cells), LONGEST_STUDENT) for columns in keep)
        yield Submission(name, name, file, items, problem, (), kept)


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
