"""backprop gradcheck"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import click

from backprop_cli.api import load
from backprop_cli.cli.options import Finite, config_argument, settings_option
from backprop_cli.cli.output import Output
from backprop_cli.cli.output_options import output_options
from backprop_cli.engine import qualified
from backprop_cli.engine.gradcheck import checked_gradients
from backprop_cli.errors import CheckFailed, UsageError
from backprop_cli.show.formats.records import FORMATS

COLUMNS = ("quantity", "backpropagation", "central_difference", "relative_error", "verdict")


@click.command("gradcheck")
@config_argument
@settings_option
@click.option(
    "--tolerance",
    type=Finite(0, min_open=True),
    default=1e-6,
    show_default=True,
    metavar="X",
    help="Largest relative error that is let pass.",
)
@click.option(
    "--only",
    metavar="PATTERN",
    multiple=True,
    help="Check these gradients alone, such as 'dE_dw1*'. Repeatable.",
)
@output_options(*FORMATS)
def command(
    config: str, settings: tuple[str, ...], tolerance: float, only: tuple[str, ...], output: Output
) -> None:
    """Compare every gradient with a central difference of the error.

    \b
    backprop gradcheck mazur
    backprop gradcheck mazur --set update=sequential    fails: that is no gradient

    The exit code is 1 if a relative error is above the tolerance.
    """
    network = load(config, settings)
    form, exact = output.number_format(), output.format in ("json", "csv")
    records, wrong = [], 0
    for checked in checked_gradients(network, lambda key: _wanted(key, only)):
        fine = checked.relative <= tolerance
        wrong += not fine
        numbers: tuple[Any, ...] = (checked.gradient, checked.difference, checked.relative)
        if not exact:
            numbers = (form(checked.gradient), form(checked.difference), f"{checked.relative:.1e}")
        verdict = "ok" if fine else "WRONG"
        records.append((qualified(checked.line, network, False), *numbers, verdict))
    if not records:
        raise UsageError("no gradient matches: " + " ".join(only))
    worst = max(float(record[3]) for record in records)
    document = {
        "schema": "backprop/gradcheck/1",
        "tolerance": tolerance,
        "worst": worst,
        "wrong": wrong,
        "gradients": None,
    }
    output.records(COLUMNS, records, document)
    if wrong:
        raise CheckFailed(f"{wrong} of {len(records)} gradients differ by more than {tolerance:g}")


def _wanted(key: str, only: tuple[str, ...]) -> bool:
    return not only or any(fnmatchcase(key, pattern) for pattern in only)
