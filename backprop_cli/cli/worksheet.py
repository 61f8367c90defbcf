"""backprop worksheet"""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from backprop_cli.api import computing, load, worked
from backprop_cli.cli.options import OneOf, config_argument, form_option, settings_option
from backprop_cli.cli.output import Output
from backprop_cli.cli.output_options import output_options
from backprop_cli.engine import Network
from backprop_cli.errors import FileError, Place, UsageError
from backprop_cli.marking.handout import handout
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.worksheet import FORMS, LEVELS, worksheet
from backprop_cli.show import Format
from backprop_cli.show.document import Figure

_BLANK = re.compile(
    r"""\s*(#(?! *Name: *[^\s]).*|\[[^\]"'#]*\]\s*(#.*)?|([^=#]*=\s*)?["'\[][\[\],"'\s]*(#.*)?)?"""
)
"""A line of a worksheet in TOML in which nothing has been written."""
_NO_NUMBER = " \t\r\"'`:-[];_\\"
"""What a cell consists of in which nothing has been written, in CSV and Markdown."""
_IN_TOML = re.compile(r"\A#.*: worksheet\s*$", re.MULTILINE)
_KEY = re.compile(r"\A#.*: key\s*$", re.MULTILINE)
_IN_CSV = re.compile(r"\Aquantity,value\s")
_IN_MARKDOWN = re.compile(r"^\| quantity \| formula \| value \|", re.MULTILINE)
_IN_HTML = re.compile(r'\A<!DOCTYPE html>(?s:.{,2000})<meta name="generator" content="backprop">')
"""A page that we have made. What is typed into it, the browser keeps: the file stays blank."""
_WRITTEN_BY_HAND = (".toml", ".csv", ".md", ".markdown", ".html", ".htm", ".txt", ".json")
"""How files end in which somebody may have written answers."""


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
@click.option(
    "--diagram", "drawn", is_flag=True, help="Draw the network above the lines, with blanks."
)
@output_options(*FORMS, "html", color=False, document=True)
def command(
    config: str,
    settings: tuple[str, ...],
    level: str,
    epochs: int,
    key: bool,
    matrices: bool,
    drawn: bool,
    output: Output,
) -> None:
    """Write a worksheet: the network, its numbers, and the empty lines in the textbook's order.

    \b
    backprop worksheet mazur > mine.toml     fill it in, then: backprop verify mazur mine.toml
    backprop worksheet mazur --format markdown --level guided
    backprop worksheet mazur --key -o key.toml
    backprop worksheet xor --form matrix     whole layers, as lecture notes have them
    """
    if drawn and output.format in ("toml", "csv"):
        what = f"--format {output.format} has no drawing"
        raise UsageError(what, "--format markdown has one; backprop diagram draws it alone")
    network = load(config, settings)
    output.check()
    if output.path is not None and os.path.isfile(output.path):
        _check_free(Path(output.path))
    sheet = sheet_of(network, range(1, epochs + 1))
    form = output.number_format()
    how = key, form.digits, form.decimals, matrices
    if output.format == "html":
        from backprop_cli.page import write_worksheet

        output.write(write_worksheet(handout(sheet, level, *how)))
    else:
        figure = _figure(network, key, form) if drawn else None
        output.write([worksheet(sheet, level, output.format, *how, output.style, figure)])


def _figure(network: Network, key: bool, form: Format) -> Figure:
    """The network with blanks for what is to be found; in a key, with the numbers."""
    from backprop_cli.cli.figures import figure_of
    from backprop_cli.draw import DIGITS, diagram, values_of

    form = form._replace(digits=min(form.digits, DIGITS))
    page = worked(network, range(1, 2), computing(network), form)
    values = values_of(network, page.lines) if key else None
    return figure_of(diagram(network, values, page.start, form=form, titled=False))


def _check_free(path: Path) -> None:
    """Raise `FileError` if what is there is a worksheet that is filled in, or no worksheet."""
    text = _beginning(path)
    if any(form.search(text) for form in (_IN_TOML, _IN_CSV, _IN_MARKDOWN)):
        check_blank(path)
        return
    ours = any(form.search(text) for form in (_KEY, _IN_HTML))
    if path.suffix.lower() in _WRITTEN_BY_HAND and text.strip() and not ours:
        what = "there is a file already that is no worksheet, and it is left as it is"
        raise FileError(what, Place(str(path)), "move it away, or write to another file")


def _beginning(path: Path) -> str:
    """The first part of a file; nothing if it cannot be read, which is told when it is written."""
    try:
        with path.open("rb") as file:
            return file.read(2**20).decode(errors="replace")
    except OSError:
        return ""


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
    if _IN_HTML.match(text):
        return True
    if _IN_CSV.match(text):
        return not any(line.partition(",")[2].strip(_NO_NUMBER) for line in lines[1:])
    if _IN_MARKDOWN.search(text):
        rows = (line.split("|")[2:] for line in lines if line.startswith("|"))
        cells = (cell.strip(_NO_NUMBER).lower() for row in rows for cell in row)
        return not any(cell not in ("", "formula", "value") for cell in cells)
    return all(map(_BLANK.fullmatch, lines))
