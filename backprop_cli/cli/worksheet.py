"""backprop worksheet"""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from backprop_cli.api import load
from backprop_cli.cli.options import (
    OneOf,
    config_argument,
    form_option,
    output_options,
    settings_option,
)
from backprop_cli.cli.output import Output
from backprop_cli.errors import FileError, Place
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.worksheet import FORMS, LEVELS, worksheet

_BLANK = re.compile(
    r"""\s*(#(?! *Name: *[^\s]).*|\[[^\]"'#]*\]\s*(#.*)?|([^=#]*=\s*)?["'\[][\[\],"'\s]*(#.*)?)?"""
)
"""A line of a worksheet in TOML in which nothing has been written."""
_NO_NUMBER = " \t\r\"'`:-[];_\\"
"""What a cell consists of in which nothing has been written, in CSV and Markdown."""
_IN_TOML = re.compile(r"\A#.*: worksheet\s*$", re.MULTILINE)
_IN_CSV = re.compile(r"\Aquantity,value\s")
_IN_MARKDOWN = re.compile(r"^\| quantity \| formula \| value \|", re.MULTILINE)


@click.command("worksheet")
@config_argument
@settings_option
@click.option(
    "--level",
    type=OneOf(LEVELS),
    default="full",
    show_default=True,
    help="Ask for every line, for the milestones, or for the results alone.",
)
@click.option(
    "--epochs",
    type=click.IntRange(1, 50),
    default=1,
    show_default=True,
    metavar="N",
    help="Ask for so many epochs.",
)
@click.option("--key", is_flag=True, help="Fill it in: the teacher's key.")
@form_option
@output_options(*FORMS, color=False)
def command(
    config: str,
    settings: tuple[str, ...],
    level: str,
    epochs: int,
    key: bool,
    matrices: bool,
    output: Output,
) -> None:
    """Write a worksheet: the network, its numbers, and the empty lines in the textbook's order.

    \b
    backprop worksheet mazur > mine.toml     fill it in, then: backprop verify mazur mine.toml
    backprop worksheet mazur --format markdown --level guided
    backprop worksheet mazur --key -o key.toml
    backprop worksheet xor --form matrix     whole layers, as lecture notes have them
    """
    if output.path is not None and _is_worksheet(output.path):
        check_blank(Path(output.path))
    sheet = sheet_of(load(config, settings), range(1, epochs + 1))
    form = output.number_format()
    text = worksheet(sheet, level, output.format, key, form.digits, form.decimals, matrices)
    output.write([text])


def check_blank(path: Path) -> None:
    """Raise `FileError` if there is a file in which more stands than in a blank worksheet."""
    try:
        blank = _is_blank(path.read_text("utf-8"))
    except FileNotFoundError:
        return
    except (OSError, ValueError):
        blank = False
    if not blank:
        what = "this worksheet has been filled in, and is left as it is"
        raise FileError(what, Place(str(path)), "move it away, or write to another file")


def _is_blank(text: str) -> bool:
    """Whether nothing has been written into a worksheet of any form."""
    lines = text.split("\n")
    if _IN_CSV.match(text):
        return not any(line.partition(",")[2].strip(_NO_NUMBER) for line in lines[1:])
    if _IN_MARKDOWN.search(text):
        rows = (line.split("|")[2:] for line in lines if line.startswith("|"))
        cells = (cell.strip(_NO_NUMBER).lower() for row in rows for cell in row)
        return not any(cell not in ("", "formula", "value") for cell in cells)
    return all(map(_BLANK.fullmatch, lines))


def _is_worksheet(path: str) -> bool:
    """Whether a file begins as a worksheet does."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        text = file.read(2**20).decode(errors="replace")
    return any(form.search(text) for form in (_IN_TOML, _IN_CSV, _IN_MARKDOWN))
