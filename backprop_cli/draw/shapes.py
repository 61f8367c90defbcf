"""What a drawing consists of once everything has its place: strokes, circles, boxes and words.

Lengths are in pixels, x to the right and y downwards, as in SVG.
"""

from __future__ import annotations

from typing import NamedTuple

from backprop_cli.draw.measure import width_of
from backprop_cli.draw.scene import NAME, Line, Scene, Text

LEADING = 1.3
"""Height of a line of text, in its size."""


class Area(NamedTuple):
    """A rectangle, from left to right and from top to bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        """Whether the two have more than an edge in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class Stroke(NamedTuple):
    """A line through `points`; `curve` makes a smooth one of four points (a Bézier curve)."""

    points: tuple[tuple[float, float], ...]
    role: str
    key: str = ""
    width: float = 1.0
    dashed: bool = False
    hint: str = ""
    curve: bool = False


class Circle(NamedTuple):
    """Around a point."""

    x: float
    y: float
    radius: float
    role: str
    key: str = ""

    @property
    def area(self) -> Area:
        r = self.radius
        return Area(self.x - r, self.y - r, self.x + r, self.y + r)


class Box(NamedTuple):
    """A rectangle with round corners, around a point."""

    x: float
    y: float
    width: float
    height: float
    role: str
    key: str = ""
    corner: float = 6.0

    @property
    def area(self) -> Area:
        w, h = self.width / 2, self.height / 2
        return Area(self.x - w, self.y - h, self.x + w, self.y + h)


class Words(NamedTuple):
    """One line of text: `x` is its middle or, as `anchor` says, its start; `y` its middle."""

    x: float
    y: float
    pieces: Line
    size: float = 13.0
    anchor: str = "middle"
    bold: bool = False
    on_edge: bool = False

    @property
    def width(self) -> float:
        return line_width(self.pieces, self.size, self.bold)

    @property
    def area(self) -> Area:
        """What it covers at the most."""
        half = self.size * LEADING / 2
        left = self.x - (self.width / 2 if self.anchor == "middle" else 0)
        return Area(left, self.y - half, left + self.width, self.y + half)


Shape = Stroke | Circle | Box | Words


class Drawing(NamedTuple):
    """Shapes in the order in which they are painted, and the scene that they show."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    scene: Scene

    @property
    def title(self) -> str:
        return self.scene.title

    @property
    def left_out(self) -> tuple[str, ...]:
        """What is not drawn, in words."""
        return self.scene.left_out

    def words(self) -> list[Words]:
        """Every line of text."""
        return [shape for shape in self.shapes if isinstance(shape, Words)]


def line_width(line: Line, size: float, bold: bool = False) -> float:
    """The most that a line of text is wide."""

    def width(piece: Text) -> float:
        heavy = bold or piece.role == NAME or bool(piece.room)
        return max(width_of(text, size, heavy) for text in (piece.text, piece.room))

    return sum(map(width, line))


def prose(text: str) -> Line:
    """A sentence as a line."""
    return (Text(text, "prose"),)


def heading(text: str) -> Line:
    """What stands above a column, or the title."""
    return (Text(text, "heading"),)
