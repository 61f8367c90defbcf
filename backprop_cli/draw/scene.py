"""What a drawing shows, before anything has a place: nodes in columns, edges between them, words.

Every number is a `Text` with the key of its quantity. Formats that lay out themselves (DOT,
Mermaid) and the terminal read the scene; the others its layout.
"""

from __future__ import annotations

from typing import NamedTuple

FORWARD, GRADIENT = "value forward", "value gradient"
"""Roles of numbers: those of the forward pass, and derivatives."""
NAME, LETTER, PROSE = "name", "letter", "prose"
"""Roles of other texts: the name of something, what stands before a number, sentences."""
BLANK = "____"
"""In place of a number that is to be found."""


class Text(NamedTuple):
    """A piece of a line. `key`: of the quantity whose number it is; `latex`: how it is typeset;
    `room`: a text that may come in its place, and has to fit there in bold, as has its own."""

    text: str
    role: str
    key: str = ""
    latex: str = ""
    room: str = ""


Line = tuple[Text, ...]


class Node(NamedTuple):
    """A unit, a bias, a target, an error, an operation, or what stands for those left out.

    `lines` stand inside, `above` over it. `key` is that of the quantity that it stands for.
    `row` is its place in the column; a `foot` stands below all rows, and is a shared bias.
    """

    id: str
    key: str
    role: str
    lines: tuple[Line, ...]
    row: int = 0
    above: tuple[Line, ...] = ()
    foot: bool = False

    @property
    def is_round(self) -> bool:
        """Whether it is a circle: units and biases are, the rest are boxes."""
        return self.role.startswith("unit") or self.role == "bias"


class Edge(NamedTuple):
    """From one node to another. `lines` stand on it: what is above, then what is below.

    `weight` sets its width and whether it is dashed; None is drawn thin.
    """

    source: str
    target: str
    key: str
    role: str
    lines: tuple[Line, ...] = ()
    weight: float | None = None


class Column(NamedTuple):
    """Nodes above each other. `heading` says what they are."""

    heading: tuple[str, ...]
    nodes: tuple[Node, ...]


class Scene(NamedTuple):
    """Everything that is drawn. `legend` and `notes` stand below, a line each.

    `notes` say what was left out or is done otherwise than most. `digits` are those of the numbers.
    """

    title: str
    description: str
    columns: tuple[Column, ...]
    edges: tuple[Edge, ...]
    legend: tuple[Line, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    digits: int = 5

    @property
    def nodes(self) -> dict[str, Node]:
        """Every node by its id."""
        return {node.id: node for column in self.columns for node in column.nodes}

    @property
    def is_graph(self) -> bool:
        """Whether it is a computation graph, not a network."""
        return any(edge.role == "operand" for edge in self.edges)

    @property
    def largest_weight(self) -> float:
        """The largest |weight| of an edge, or 0."""
        return max((abs(e.weight) for e in self.edges if e.weight is not None), default=0.0)

    @property
    def has_gradients(self) -> bool:
        """Whether there are gradients among the numbers."""
        lines = [line for edge in self.edges for line in edge.lines]
        lines += [line for node in self.nodes.values() for line in (*node.above, *node.lines)]
        return any(piece.role == GRADIENT for line in lines for piece in line)


def text_of(line: Line) -> str:
    """A line as plain text."""
    return "".join(piece.text for piece in line)
