"""Drawings in what other commands write."""

from __future__ import annotations

import click

from backprop_cli.draw import Drawing
from backprop_cli.draw.formats import writer
from backprop_cli.draw.formats.text import text_lines
from backprop_cli.show.document import Figure


def figure_of(drawing: Drawing) -> Figure:
    """A drawing as a block of a document; what is folded in it is said on standard error."""
    for note in drawing.left_out:
        click.echo(f"note: {note}", err=True)

    def lines(width: int) -> list[str]:
        drawn = text_lines(drawing.scene, width)
        return ["".join(piece.text for piece in line) for line in drawn]

    def source(name: str) -> str:
        return "".join(writer(name)(drawing))

    return Figure(lines, source)
