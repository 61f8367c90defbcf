"""backprop verify"""

from __future__ import annotations

import click

from backprop_cli.cli.arrays import (
    arrays_among,
    arrays_in_file,
    check_arrays,
    in_our_names,
    write_report,
)
from backprop_cli.cli.desks import Tolerance, desk_for
from backprop_cli.cli.options import (
    complete_file,
    conventions_option,
    required_config_argument,
    settings_option,
    tolerance_options,
)
from backprop_cli.cli.output import Output, warn
from backprop_cli.cli.output_options import output_options
from backprop_cli.config import (
    answers_path,
    is_network,
    network_of,
    open_config,
    with_settings,
)
from backprop_cli.errors import EXIT_CHECK_FAILED, EXIT_FINE, BackpropError, UsageError
from backprop_cli.marking.assessment import Assessment
from backprop_cli.marking.exact import EXACT_COLUMNS, document, exact_records
from backprop_cli.marking.feedback import feedback, overview
from backprop_cli.marking.reading import faultless, located, read_items
from backprop_cli.marking.remarks import page_of_answers, remarks
from backprop_cli.show.formats import offered
from backprop_cli.show.formats.csv_ import table_csv
from backprop_cli.show.formats.json_ import document_json


@click.command("verify")
@required_config_argument
@click.argument("answers", shell_complete=complete_file)
@settings_option
@tolerance_options
@click.option(
    "--machine/--no-machine",
    "is_machine",
    default=None,
    help="A program wrote the numbers: compare them as floats, not by their digits. Or it did not.",
)
@click.option(
    "--names", metavar="ID", help="The convention that arrays are named by; found unless said."
)
@click.option(
    "--layout",
    type=click.Choice(["rows", "columns"]),
    help="Whether samples are rows or columns of arrays, where their shapes leave it open.",
)
@click.option("--brief", is_flag=True, help="Say only whether all is right, and how many are not.")
@click.option("--hints", is_flag=True, help="Name mistakes, but give no right number away.")
@click.option("--sure", is_flag=True, help="Name only the mistakes that are certain, not likely.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Show every line, not the wrong ones alone; JSON, CSV, Markdown and LaTeX always do.",
)
@conventions_option
@output_options("table", *offered("json", "csv", "html"), document=True)
def command(
    config: str,
    answers: str,
    settings: tuple[str, ...],
    tolerance: Tolerance,
    is_machine: bool | None,
    names: str | None,
    layout: str | None,
    brief: bool,
    hints: bool,
    sure: bool,
    everything: bool,
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
    standard input; or arrays of a program, as .npz, .npy, .pt, .safetensors or nested lists. The
    exit code is 0 if all is right, 1 if not, 2 if it cannot be read.
    """
    if brief and hints:
        raise UsageError("--brief and --hints exclude each other")
    if brief and everything:
        raise UsageError("--brief and --all exclude each other")
    if config == "-" and answers == "-":
        raise UsageError("CONFIG and ANSWERS cannot both come from standard input")
    try:
        source = with_settings(open_config(config), settings)
        network, path = network_of(source), answers_path(answers)
        arrays = arrays_in_file(path)
        items = read_items(path, warn) if arrays is None else []
        arrays = arrays_among(items, is_machine) if arrays is None else arrays
        if arrays is not None:
            if output.format == "html":
                what = "the page is for numbers that a person wrote, not for arrays"
                raise UsageError(what, "--format markdown tells of arrays")
            _check_for_arrays(hints=hints, sure=sure, accept_conventions=accept_conventions)
            report = check_arrays(network, arrays, tolerance, names, layout)
            write_report(report, brief, everything, output)
            return EXIT_FINE if report.ok else EXIT_CHECK_FAILED
        if layout is not None:
            raise UsageError(
                "--layout is for the arrays of a program, not for numbers that a person wrote",
                "matrices of a sheet stand as [notation] samples of the config says",
            )
        desk = desk_for(network, source, tolerance)
        items = in_our_names(items, network, desk.keys, names)
        given = faultless(located(items, desk.keys, is_machine))
    except BackpropError:
        _check_order(config, answers)
        raise
    found = desk.assess(given, accept_conventions)
    found = found.with_certain_names() if sure else found
    level = "brief" if brief else "hints" if hints else "full"
    _write(found, level, everything, output)
    return EXIT_FINE if found.all_correct else EXIT_CHECK_FAILED


def _check_for_arrays(**flags: bool) -> None:
    """Raise `UsageError` for the first of these options that is set."""
    for name, is_set in flags.items():
        if is_set:
            option = "--" + name.replace("_", "-")
            raise UsageError(f"{option} is for numbers that a person wrote, not for arrays")


def _check_order(config: str, answers: str) -> None:
    """Raise `UsageError` if nothing can be read because a network stands for the answers."""
    if not is_network(config) and is_network(answers):
        what, hint = "the config comes before the answers", f"backprop verify {answers} {config}"
        raise UsageError(what, hint)
    if is_network(answers_path(answers)):
        what = f"{answers} is a config, not answers"
        raise UsageError(what, "backprop worksheet writes a file to fill in")


def _write(found: Assessment, level: str, everything: bool, output: Output) -> None:
    form = output.number_format()
    if output.format == "html":
        from backprop_cli.page import write_marked

        page, said = page_of_answers(found, form), remarks(found, form, level)
        output.write(write_marked(page, said, everything))
        return
    if output.entire:
        told = feedback(found, form, level)
    else:
        told = overview(found, form, level, everything)
    output.document(
        told,
        {
            "json": lambda: [document_json(document(found, form, level))],
            "csv": lambda: [table_csv(EXACT_COLUMNS, exact_records(found, form, level))],
        },
    )
