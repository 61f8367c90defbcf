"""What stands around a drawing, title above and notes below; and the sizes of letters."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.draw.measure import wrapped
from backprop_cli.draw.scene import Scene
from backprop_cli.draw.shapes import LEADING, Words, heading, prose

SIZE, SMALL, TITLE = 13.0, 12.0, 17.0
"""Of letters: in units, on edges and below, of the title."""
LINE, SMALL_LINE = SIZE * LEADING, SMALL * LEADING
PADDING, EDGE = 6.0, 24.0
"""Around the text of a node; around the drawing."""
LEAST_WIDTH = 420.0
"""Of a drawing."""


def head(title: str, width: float) -> Iterator[Words]:
    """The title, in as many lines as it takes."""
    y = EDGE
    for text in wrapped(title, TITLE, width - 2 * EDGE, bold=True):
        yield Words(EDGE, y + TITLE * LEADING / 2, heading(text), TITLE, "start", bold=True)
        y += TITLE * LEADING


def below(scene: Scene, x: float, top: float, width: float) -> Iterator[Words]:
    """Legend and notes."""
    y = top
    lines = [
        *scene.legend,
        *(prose(part) for note in scene.notes for part in wrapped(note, SMALL, width)),
    ]
    for line in lines:
        yield Words(x, y + SMALL_LINE / 2, line, SMALL, "start")
        y += SMALL_LINE
