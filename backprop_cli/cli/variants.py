"""backprop variants"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from backprop_cli.cli.options import OneOf, required_config_argument
from backprop_cli.cli.output import Output, warn
from backprop_cli.cli.output_options import output_options
from backprop_cli.cli.worksheet import check_blank
from backprop_cli.config import Document, network_of, open_config, parse_document
from backprop_cli.errors import ConfigError, FileError, Place, Problem
from backprop_cli.files import written
from backprop_cli.marking.reading import file_names, roster
from backprop_cli.marking.sheet import Sheet, sheet_of
from backprop_cli.marking.variants import ATTEMPTS, Ranges, drawn_changes, is_fair, ranges_of
from backprop_cli.marking.worksheet import FORMS, LEVELS, worksheet

KEYS = "keys"
"""The folder of what is the teacher's alone."""


@click.command("variants")
@required_config_argument
@click.option(
    "--students",
    required=True,
    metavar="FILE",
    type=click.Path(),
    help="The roster: a CSV with a row for each student.",
)
@click.option(
    "--student",
    "identity_column",
    metavar="COLUMN",
    help="The column that tells students apart; else their id, e-mail or name.",
)
@click.option("--out", required=True, metavar="DIR", type=click.Path(), help="Folder to write to.")
@click.option(
    "--level",
    type=OneOf(LEVELS),
    default="full",
    show_default=True,
    help="What the worksheets ask for.",
)
@click.option("--force", is_flag=True, help="Overwrite files that differ, but no filled-in sheet.")
@click.option(
    "--format",
    "form",
    type=OneOf(FORMS),
    default="toml",
    show_default=True,
    help="How to write worksheets and keys.",
)
@output_options(color=False, digits=False)
def command(
    config: str,
    students: str,
    identity_column: str | None,
    out: str,
    level: str,
    force: bool,
    form: str,
    output: Output,
) -> None:
    """Give every student a network of their own, with worksheet and key.

    \b
    backprop variants exercise.toml --students roster.csv --out variants/
    backprop grade exercise.toml answers/ --variants variants/

    The numbers are drawn from the ranges in [variants] of the config; the same exercise, student
    and salt always give the same numbers. In DIR there will be, for each student, NAME.toml (the
    network) and NAME.answers.toml (the worksheet); in DIR/keys, which is the teacher's,
    NAME.key.toml. With --format worksheet and key are .md or .csv.
    """
    document = open_config(config)
    network_of(document)
    ranges = ranges_of(document)
    if not ranges.exercise:
        ranges = replace(ranges, exercise=Path(document.name).stem)
    folder, name_of, listed = Path(out), file_names(""), list[str]()
    pages: dict[Path, str] = {}
    ending = FORMS[form]
    for student in roster(students, identity_column, warn):
        text, sheet = _variant(document, ranges, student, folder)
        name = name_of(student)
        made = {
            folder / f"{name}.toml": text,
            folder / f"{name}.answers{ending}": worksheet(sheet, level, form),
            folder / KEYS / f"{name}.key{ending}": worksheet(sheet, level, form, key=True),
        }
        if twice := pages.keys() & made.keys():
            what = "two students would have this file"
            hint = "add a column with an id that is each student's own"
            raise FileError(what, Place(str(min(twice))), hint)
        pages |= made
        listed.append(f"{folder / name}.toml\n")
    (folder / KEYS).mkdir(parents=True, exist_ok=True)
    output.check(*pages)
    for path, page in pages.items():
        _check_free(path, page, force)
    for path, page in pages.items():
        with written(path) as stream:
            stream.write(page)
    output.write(listed)


def _check_free(path: Path, page: str, force: bool) -> None:
    """Raise `FileError` if another text is there that may not be overwritten."""
    if not path.exists() or path.read_bytes() == page.encode():
        return
    if path.stem.endswith(".answers"):
        check_blank(path)
    if not force:
        raise FileError("another file is there already", Place(str(path)), "--force overwrites it")


def _variant(document: Document, ranges: Ranges, student: str, folder: Path) -> tuple[str, Sheet]:
    """The config of one student, for a file in `folder`, and its sheet: the first fair draw."""
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
            return document.replaced(changes | document.moved(str(folder))), sheet
    what = f"no fair exercise for {student} in {ATTEMPTS} draws"
    hint = "widen the ranges, or allow smaller deltas (least_delta) and larger nets (greatest_net)"
    raise ConfigError(Problem(what, Place(document.name), hint))
