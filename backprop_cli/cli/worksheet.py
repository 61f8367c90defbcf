"""backprop worksheet"""

from __future__ import annotations

import click

from backprop_cli.api import load
from backprop_cli.cli.options import config_argument, output_options, settings_option
from backprop_cli.cli.output import Output
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.worksheet import FORMS, LEVELS, worksheet


@click.command("worksheet")
@config_argument
@settings_option
@click.option(
    "--level",
    type=click.Choice(LEVELS),
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
@output_options(*FORMS, color=False, decimals=False)
def command(
    config: str, settings: tuple[str, ...], level: str, epochs: int, key: bool, output: Output
) -> None:
    """Write a worksheet: the network, its numbers, and the empty lines in the textbook's order.

    \b
    backprop worksheet mazur > mine.toml     fill it in, then: backprop verify mazur mine.toml
    backprop worksheet mazur --format markdown --level guided
    backprop worksheet mazur --key -o key.toml
    """
    sheet = sheet_of(load(config, settings), range(1, epochs + 1))
    output.write([worksheet(sheet, level, output.format, key, output.digits or 9)])
