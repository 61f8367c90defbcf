"""backprop diagram"""

from __future__ import annotations

import click

from backprop_cli.api import computing, load, worked
from backprop_cli.cli.options import OneOf, config_argument, output_options, settings_option
from backprop_cli.cli.output import Output
from backprop_cli.draw import DIGITS, MOST, SHOWS, diagram, values_of
from backprop_cli.draw.formats import WRITERS, writer


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
@click.option(
    "--epoch",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="K",
    help="Draw the K-th epoch.",
)
@click.option(
    "--sample",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="K",
    help="Draw the K-th sample.",
)
@click.option(
    "--units",
    "most",
    type=click.IntRange(2),
    default=MOST,
    show_default=True,
    metavar="N",
    help="Fold a layer of more than N units.",
)
@click.option("--no-labels", is_flag=True, help="Draw edges as lines, without their weights.")
@output_options(*WRITERS, color=False)
def command(
    config: str,
    settings: tuple[str, ...],
    show: str,
    epoch: int,
    sample: int,
    most: int,
    no_labels: bool,
    output: Output,
) -> None:
    """Draw the network, with the numbers of a pass.

    \b
    backprop diagram mazur -o mazur.svg                    values above, gradients below
    backprop diagram mazur --show update -o mazur.svg      each weight before and after
    backprop diagram xor --epoch 100 --sample 2 -o xor.svg
    """
    network = load(config, settings)
    page = worked(
        network, range(epoch, epoch + 1), computing(network), output.number_format(DIGITS)
    )
    values = values_of(network, page.lines, sample)
    whereabouts = [f"epoch {epoch}"] if epoch > 1 else []
    if len(network.samples) > 1:
        whereabouts.append(f"sample {sample} of {len(network.samples)}")
    drawing = diagram(
        network,
        values,
        page.start,
        show,
        sample=sample,
        form=page.form,
        most=most,
        labels=not no_labels,
        whereabouts=", ".join(whereabouts).capitalize(),
    )
    for note in drawing.left_out:
        click.echo(f"note: {note}", err=True)
    output.write(writer(output.format)(drawing))
