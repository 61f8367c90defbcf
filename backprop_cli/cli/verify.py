"""backprop verify"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from backprop_cli.cli.desks import Tolerance, desk_of
from backprop_cli.cli.options import (
    conventions_option,
    output_options,
    settings_option,
    tolerance_options,
)
from backprop_cli.cli.output import Output, warn
from backprop_cli.config import answers_path, is_network
from backprop_cli.errors import EXIT_CHECK_FAILED, EXIT_FINE, BackpropError, UsageError
from backprop_cli.marking.assessment import Assessment
from backprop_cli.marking.reading import faultless, read_answers
from backprop_cli.marking.report import (
    EXACT_COLUMNS,
    columns,
    document,
    exact_records,
    records,
    summary,
)
from backprop_cli.show.formats.markdown import escaped
from backprop_cli.show.formats.records import FORMATS, records_text

if TYPE_CHECKING:
    from rich.console import RenderableType

STYLES = {"correct": "green", "follow-through": "yellow", "wrong": "bold red", "blank": "dim"}


@click.command("verify")
@click.argument("config")
@click.argument("answers")
@settings_option
@tolerance_options
@click.option("--brief", is_flag=True, help="Say only whether all is right, and how many are not.")
@click.option("--hints", is_flag=True, help="Name mistakes, but give no right number away.")
@conventions_option
@output_options(*FORMATS)
def command(
    config: str,
    answers: str,
    settings: tuple[str, ...],
    tolerance: Tolerance,
    brief: bool,
    hints: bool,
    accept_conventions: bool,
    output: Output,
) -> int:
    """Mark ANSWERS to CONFIG: the first wrong line, and the mistake that makes its number.

    \b
    backprop verify mazur mazur.answers.toml        what the tutorial prints
    backprop verify mazur mine.toml                 a file with lines such as net_h1 = 0.3775
    backprop verify mazur mine.csv --hints          mistakes by name, but no right numbers
    backprop trace mazur --format json | backprop verify mazur -

    ANSWERS is TOML, JSON, JSON lines, CSV with columns quantity and value, a trace, or - for
    standard input. The exit code is 0 if all is right, 1 if not, 2 if it cannot be read.
    """
    if brief and hints:
        raise UsageError("--brief and --hints exclude each other")
    if config == "-" and answers == "-":
        raise UsageError("CONFIG and ANSWERS cannot both come from standard input")
    try:
        desk = desk_of(config, settings, tolerance)
        given = faultless(read_answers(answers_path(answers), desk.keys, warn))
    except BackpropError:
        _check_order(config, answers)
        raise
    found = desk.assess(given, accept_conventions)
    _write(found, "brief" if brief else "hints" if hints else "full", output)
    return EXIT_FINE if found.all_correct else EXIT_CHECK_FAILED


def _check_order(config: str, answers: str) -> None:
    """Raise `UsageError` if nothing can be read because a network stands for the answers."""
    if not is_network(config) and is_network(answers):
        what, hint = "the config comes before the answers", f"backprop verify {answers} {config}"
        raise UsageError(what, hint)
    if is_network(answers_path(answers)):
        what = f"{answers} is a config, not answers"
        raise UsageError(what, "backprop worksheet writes a file to fill in")


def _write(found: Assessment, level: str, output: Output) -> None:
    form = output.number_format()
    if output.format == "json":
        data = document(found, form, level)
        output.write([json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"])
    elif output.format == "csv":
        rows = exact_records(found, form, level)
        output.write([records_text("csv", EXACT_COLUMNS, rows, None)])
    elif output.format == "table":
        output.show(_renderables(found, level, output))
    else:
        text = ""
        if level != "brief":
            rows = records(found, form, level)
            text = records_text(output.format, columns(level), rows, None) + "\n"
        paragraphs = summary(found, form, level)
        if output.format == "markdown":
            paragraphs = [escaped(part) + "\n" for part in paragraphs]
        output.write([text, "\n".join(paragraphs).rstrip("\n"), "\n"])


def _renderables(found: Assessment, level: str, output: Output) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    from backprop_cli.show.tables import records_table

    form = output.number_format()
    if level != "brief":
        rows: list[list[object]] = []
        for row in records(found, form, level):
            status = row[-2]
            rows.append([*row[:-2], Text(status, STYLES[status]), row[-1]])
        yield records_table(columns(level), rows)
        yield Text("")
    for paragraph in summary(found, form, level):
        for line in paragraph.splitlines():
            indent = len(line) - len(line.lstrip())
            yield Padding(Text(line.lstrip()), (0, 0, 0, indent))
