"""backprop diagram"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from backprop_cli.api import computing, load, worked
from backprop_cli.cli.options import OneOf, config_argument, settings_option, which_option
from backprop_cli.cli.output import Output
from backprop_cli.cli.output_options import output_options
from backprop_cli.draw import (
    DIGITS,
    MOST,
    MOST_TERMS,
    SHOWS,
    Drawing,
    Line,
    diagram,
    graph,
    values_of,
)
from backprop_cli.draw.formats import ENDINGS, FORMATS, PNG, TEXT, writer
from backprop_cli.errors import UsageError

if TYPE_CHECKING:
    from rich.text import Text

STYLES = {"name": "bold", "heading": "bold", "letter": "", "prose": "dim", "line": "dim",
          "value forward": "dodger_blue2", "value gradient": "dark_orange3"}  # fmt: skip
"""Role of a text, and how it looks in a terminal."""


@click.command("diagram")
@config_argument
@settings_option
@click.option(
    "--show",
    type=OneOf(SHOWS),
    default="backward",
    show_default=True,
    help="Names and weights alone, the forward pass, the gradients too, or the update.",
)
@which_option("--epoch", "Draw the K-th epoch.", default=1)
@which_option("--sample", "Draw the K-th sample.", default=1)
@click.option(
    "--units",
    "most",
    type=click.IntRange(2),
    metavar="N",
    help=f"Fold a layer of more than N units, {MOST} unless said; in a graph a sum of more than N "
    f"terms, {MOST_TERMS} unless said.",
)
@click.option("--no-labels", is_flag=True, help="Draw edges as lines, without their weights.")
@click.option(
    "--graph",
    "as_graph",
    is_flag=True,
    help="Draw the computation graph: a node for each operation.",
)
@click.option("--unit", metavar="NAME", help="With --graph: of one unit, such as h1.")
@click.option("--error", "of_output", metavar="NAME", help="With --graph: of one output's error.")
@click.option(
    "--expand",
    is_flag=True,
    help="With --graph: activations in their operations.",
)
@click.option("--standalone", is_flag=True, help="With tikz: a document that compiles.")
@output_options(*FORMATS, endings=ENDINGS)
def command(
    config: str,
    settings: tuple[str, ...],
    show: str,
    epoch: int,
    sample: int,
    most: int | None,
    no_labels: bool,
    as_graph: bool,
    unit: str | None,
    of_output: str | None,
    expand: bool,
    standalone: bool,
    output: Output,
) -> None:
    """Draw the network, with the numbers of a pass.

    \b
    backprop diagram mazur                                 in the terminal
    backprop diagram mazur -o mazur.svg                    values above, gradients below
    backprop diagram mazur --show update -o mazur.png      each weight before and after
    backprop diagram xor --epoch 100 --sample 2 -o xor.tex --standalone
    backprop diagram mazur --graph --unit h1 -o h1.svg     the operations of one unit

    Without --format, the ending of FILE says what is written: .svg, .png, .tex, .dot, .mmd or .txt.
    """
    if standalone and output.format != "tikz":
        raise UsageError("--standalone is for --format tikz")
    if not as_graph and (unit or of_output or expand):
        raise UsageError("--unit, --error and --expand are for --graph")
    if unit and of_output:
        raise UsageError("--unit and --error exclude each other")
    if output.format == PNG:
        _check_binary(output)
    network = load(config, settings)
    form = output.number_format(DIGITS)
    page = worked(network, range(epoch, epoch + 1), computing(network), form)
    values = values_of(network, page.lines, sample)
    whereabouts = _whereabouts(epoch, sample, len(network.samples))
    if as_graph:
        drawing = graph(
            network,
            values,
            form,
            unit=unit,
            output=of_output,
            expanded=expand,
            most=most or MOST_TERMS,
            whereabouts=whereabouts,
        )
    else:
        drawing = diagram(
            network,
            values,
            page.start,
            show,
            sample=sample,
            form=form,
            most=most or MOST,
            labels=not no_labels,
            whereabouts=whereabouts,
        )
    for note in drawing.left_out:
        click.echo(f"note: {note}", err=True)
    _write(drawing, output, standalone)


def _whereabouts(epoch: int, sample: int, samples: int) -> str:
    """Which epoch and sample are drawn, where there may be others."""
    parts = [f"epoch {epoch}"] if epoch > 1 else []
    parts += [f"sample {sample} of {samples}"] if samples > 1 else []
    return ", ".join(parts).capitalize()


def _check_binary(output: Output) -> None:
    from backprop_cli.draw.formats.png import ready

    ready()
    output.check_binary("a picture")


def _write(drawing: Drawing, output: Output, standalone: bool) -> None:
    """Write a drawing in the format that was asked for."""
    if output.format == TEXT:
        from backprop_cli.draw.formats.text import text_lines

        output.show([_coloured(text_lines(drawing.scene, output.width))])
    elif output.format == PNG:
        from backprop_cli.draw.formats.png import png

        output.write_bytes(png(drawing))
    else:
        output.write(writer(output.format, standalone)(drawing))


def _coloured(lines: Iterable[Line]) -> Text:
    from rich.text import Text

    text = Text()
    for at, line in enumerate(lines):
        text.append("\n" if at else "")
        for piece in line:
            text.append(piece.text, STYLES.get(piece.role, ""))
    return text
