"""backprop trace"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import click

from backprop_cli.api import MOST_DIGITS, MOST_PLACES, computing, load, worked
from backprop_cli.cli.options import (
    OneOf,
    config_argument,
    form_option,
    settings_option,
    which_option,
)
from backprop_cli.cli.output import Output
from backprop_cli.cli.output_options import output_options
from backprop_cli.engine import STAGES
from backprop_cli.errors import UsageError
from backprop_cli.formulas import FLOAT
from backprop_cli.show import Page, Selection
from backprop_cli.show.document import Figure
from backprop_cli.show.formats import offered, write_steps
from backprop_cli.show.worked import worked_example

DATA = ("json", "jsonl", "csv")
"""Formats for programs, in which a step is a record."""
MANY = 20
"""More samples than a person will read are announced."""


@click.command("trace")
@config_argument
@settings_option
@click.option("--epochs", type=click.IntRange(1), metavar="N", help="Trace N epochs.")
@which_option("--epoch", "Trace the K-th epoch alone.")
@which_option("--sample", "Show one sample alone.")
@click.option(
    "--stage",
    "stages",
    type=OneOf(STAGES),
    multiple=True,
    help="Show one stage alone. Repeatable.",
)
@click.option(
    "--only",
    metavar="PATTERN",
    multiple=True,
    help="Show these quantities alone, such as w5_new or 'delta_*'. Repeatable.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Show every step, and write out long sums and large matrices.",
)
@click.option(
    "--round-each",
    type=click.IntRange(0, MOST_PLACES),
    metavar="N",
    help="Round each quantity as it is computed, as on paper: to N decimals, "
    "below 0.1 to N significant digits.",
)
@form_option
@click.option("--exact", is_flag=True, help="Compute with fractions, where all functions allow it.")
@click.option(
    "--precision",
    type=click.IntRange(2, MOST_DIGITS),
    metavar="N",
    help="Compute with N significant digits.",
)
@click.option(
    "--diagram", "drawn", is_flag=True, help="Draw the network above the steps (not for data)."
)
@output_options("table", *offered(*DATA, "html"), document=True)
def command(
    config: str,
    settings: tuple[str, ...],
    epochs: int | None,
    epoch: int | None,
    sample: int | None,
    stages: tuple[str, ...],
    only: tuple[str, ...],
    everything: bool,
    round_each: int | None,
    matrices: bool,
    exact: bool,
    precision: int | None,
    drawn: bool,
    output: Output,
) -> None:
    """Work out the forward and backward pass, every number of it.

    \b
    backprop trace                          the tutorial network
    backprop trace my-net.toml --epochs 3   three epochs of your own
    backprop trace mazur --only 'delta_*'   some quantities alone
    backprop trace relu --exact             in fractions
    backprop trace xor --form matrix        a line for each layer, as lecture notes have it

    CONFIG is a TOML file, the name of a bundled example (see backprop examples), or - for
    standard input.
    """
    if epoch is not None and epochs is not None:
        raise UsageError("--epoch shows one epoch and --epochs several: give one of them")
    if sum((exact, precision is not None, round_each is not None)) > 1:
        raise UsageError("--exact, --precision and --round-each exclude each other")
    if round_each is not None:
        settings = (*settings, f"round_each={round_each}")
    if drawn and output.format in DATA:
        raise UsageError(f"--format {output.format} has no drawing", "backprop diagram draws it")
    network = load(config, settings)
    first = epoch or 1
    selection = Selection(network, stages, only, sample, everything, matrices)
    arithmetic = computing(network, exact, precision)
    form = output.number_format(precision or 9, fractions=exact)
    page = worked(network, range(first, first + (epochs or 1)), arithmetic, form)
    if (
        drawn or arithmetic is not FLOAT
    ):  # what cannot be computed is told before anything is written
        page = page._replace(lines=list(page.lines))
    figure = _figure(page, sample or 1) if drawn and output.format != "html" else None
    if matrices:
        page = page.in_matrices()
    if selection.whole and len(network.samples) > MANY:
        what = f"note: {len(network.samples)} samples are worked out; --sample 1 shows one alone"
        click.echo(what, err=True)
    shown = page.selected(selection)
    own: dict[str, Callable[[], Iterable[str]]] = {
        name: partial(write_steps, name, shown) for name in DATA
    }
    output.document(worked_example(shown, figure), {**own, "html": lambda: _page(page, selection)})


def _figure(page: Page, sample: int) -> Figure:
    """The network with the numbers of the first epoch."""
    from backprop_cli.cli.figures import figure_of
    from backprop_cli.draw import DIGITS, diagram, values_of

    network, values = page.network, values_of(page.network, page.lines, sample)
    form = page.form._replace(digits=min(page.form.digits, DIGITS), fractions=False)
    return figure_of(diagram(network, values, page.start, sample=sample, form=form, titled=False))


def _page(page: Page, selection: Selection) -> Iterator[str]:
    from backprop_cli.page import write_html

    return write_html(page, selection)
