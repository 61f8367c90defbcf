"""backprop variants"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from backprop_cli.cli.options import output_options
from backprop_cli.cli.output import Output, written
from backprop_cli.config import (
    Document,
    network_of,
    open_config,
    parse_document,
    read_text,
)
from backprop_cli.errors import ConfigError, FileError, Place, Problem
from backprop_cli.marking.reading import STUDENT_COLUMNS, file_names
from backprop_cli.marking.sheet import Sheet, sheet_of
from backprop_cli.marking.variants import ATTEMPTS, Ranges, drawn_changes, is_fair, ranges_of
from backprop_cli.marking.worksheet import LEVELS, worksheet


@click.command("variants")
@click.argument("config")
@click.option(
    "--students",
    required=True,
    metavar="FILE",
    type=click.Path(),
    help="The roster: a CSV whose column student (or the first) has the names.",
)
@click.option("--out", required=True, metavar="DIR", type=click.Path(), help="Folder to write to.")
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="full",
    show_default=True,
    help="What the worksheets ask for.",
)
@output_options(color=False, digits=False)
def command(config: str, students: str, out: str, level: str, output: Output) -> None:
    """Give every student a network of their own, with worksheet and key.

    \b
    backprop variants exercise.toml --students roster.csv --out variants/
    backprop grade exercise.toml answers/ --variants variants/

    The numbers are drawn from the ranges in [variants] of the config; the same exercise, student
    and salt always give the same numbers. In DIR there will be, for each student, NAME.toml (the
    network), NAME.answers.toml (the worksheet) and NAME.key.toml.
    """
    document = open_config(config)
    network_of(document)
    ranges = ranges_of(document)
    if not ranges.exercise:
        ranges = replace(ranges, exercise=Path(document.name).stem)
    folder, name_of, listed = Path(out), file_names(""), list[str]()
    folder.mkdir(parents=True, exist_ok=True)
    for student in _roster(students):
        text, sheet = _variant(document, ranges, student)
        name = name_of(student)
        pages = {
            f"{name}.toml": text,
            f"{name}.answers.toml": worksheet(sheet, level),
            f"{name}.key.toml": worksheet(sheet, level, key=True),
        }
        for file, page in pages.items():
            with written(folder / file) as stream:
                stream.write(page)
        listed.append(f"{folder / name}.toml\n")
    output.write(listed)


def _variant(document: Document, ranges: Ranges, student: str) -> tuple[str, Sheet]:
    """The config of one student, and its sheet: the first fair one that is drawn."""
    for attempt in range(ATTEMPTS):
        changes = drawn_changes(document, ranges, student, attempt)
        if document.span("variants", "salt") is not None:
            changes["variants", "salt"] = '""'  # the teacher's alone
        text = document.replaced(changes)
        try:
            sheet = sheet_of(network_of(parse_document(text, document.name)))
        except ConfigError:
            continue
        if is_fair(sheet, ranges):
            return text, sheet
    raise ConfigError(Problem(
        f"no fair exercise for {student} in {ATTEMPTS} draws", Place(document.name),
        "widen the ranges, or allow smaller deltas (least_delta) and larger nets (greatest_net)",
    ))  # fmt: skip


def _roster(path: str) -> Iterator[str]:
    """The names of the students."""
    lines = read_text(path).splitlines()
    separator = max(",;\t", key=lines[0].count) if lines else ","
    rows = [row for row in csv.reader(lines, delimiter=separator) if any(map(str.strip, row))]
    if not rows:
        raise FileError("there are no students here", Place(path))
    header = [cell.strip().lower() for cell in rows[0]]
    column = next((header.index(name) for name in STUDENT_COLUMNS if name in header), None)
    names = [row[column or 0].strip() for row in rows[0 if column is None else 1 :]
             if len(row) > (column or 0)]  # fmt: skip
    found: dict[str, str] = {}
    for name in filter(None, names):
        file = file_names("")(name).casefold()
        if file in found:
            what = f"{name} stands twice" if found[file] == name \
                else f"{found[file]} and {name} would be the same file"  # fmt: skip
            raise FileError(f"{what} in the roster", Place(path),
                            "add a column with an id that is each student's own")  # fmt: skip
        found[file] = name
    yield from found.values()
