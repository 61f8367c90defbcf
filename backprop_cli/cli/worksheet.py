"""backprop worksheet"""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from backprop_cli.api import load
from backprop_cli.cli.options import OneOf, config_argument, output_options, settings_option
from backprop_cli.cli.output import Output
from backprop_cli.errors import FileError, Place
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.worksheet import FORMS, LEVELS, worksheet

_BLANK = re.compile(r"""\s*(#(?! *Name: *[^\s]).*|\[.*\]\s*(#.*)?|[^=#]*=\s*(""|'')\s*(#.*)?)?""")
"""A line of a worksheet in TOML in which nothing has been written."""


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
@output_options(*FORMS, color=False)
def command(
    config: str, settings: tuple[str, ...], level: str, epochs: int, key: bool, output: Output
) -> None:
    """Write a worksheet: the network, its numbers, and the empty lines in the textbook's order.

    \b
    backprop worksheet mazur > mine.toml     fill it in, then: backprop verify mazur mine.toml
    backprop worksheet mazur --format markdown --level guided
    backprop worksheet mazur --key -o key.toml
    """
    if output.path is not None and _is_worksheet(output.path):
        check_blank(Path(output.path))
    sheet = sheet_of(load(config, settings), range(1, epochs + 1))
    form = output.number_format()
    output.write([worksheet(sheet, level, output.format, key, form.digits, form.decimals)])


def check_blank(path: Path) -> None:
    """Raise `FileError` if there is a file in which more stands than in a blank worksheet."""
    try:
        lines = path.read_text("utf-8").split("\n")
        blank = all(map(_BLANK.fullmatch, lines))
    except FileNotFoundError:
        return
    except (OSError, ValueError):
        blank = False
    if not blank:
        what = "this worksheet has been filled in, and is left as it is"
        raise FileError(what, Place(str(path)), "move it away, or write to another file")


def _is_worksheet(path: str) -> bool:
    """Whether a file begins as a worksheet in TOML does."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return re.fullmatch(rb"#.*: worksheet\s*", file.readline(1000)) is not None
