"""Places for a network: columns from left to right, units above each other, labels on edges.

Pure geometry, in pixels. Sizes come from the texts, measured by `measure`; the drawing is as large
as it has to be for no text to cover another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, hypot
from typing import NamedTuple

from backprop_cli.draw.captions import (
    EDGE,
    LEAST_WIDTH,
    LINE,
    PADDING,
    SIZE,
    SMALL,
    SMALL_LINE,
    below,
    head,
)
from backprop_cli.draw.labels import Placing, Span, placed
from backprop_cli.draw.scene import Column, Edge, Line, Node, Scene
from backprop_cli.draw.shapes import (
    LEADING,
    Box,
    Circle,
    Drawing,
    Shape,
    Stroke,
    Words,
    heading,
    line_width,
    prose,
)
from backprop_cli.draw.widths import width_of_line

BETWEEN = 26.0
"""Between two nodes above each other."""
LEAST_PITCH = 96.0
"""From the middle of a node to that of the next."""
LEAST_DISTANCE, LEAST_PLAIN = 180.0, 56.0
"""Between columns, with labels and without."""
STEEPEST = 0.3
"""Between columns with weights there is at least this much of the drawing's height."""
CROWD = 100
"""Where there are more lines than these between two columns, they are thinner."""
SPREAD = 1.7
"""A column with fewer units may stand this much wider than its units need."""


class Body(NamedTuple):
    """The size of a node: half its shape's width and height, and the height of what is above."""

    node: Node
    half_width: float
    half_height: float
    above: float

    @property
    def round(self) -> bool:
        return self.node.is_round


class Stack(NamedTuple):
    """A column with its sizes: half its width, and the distance of its rows."""

    column: Column
    bodies: tuple[Body, ...]
    half: float
    pitch: float

    @property
    def rows(self) -> int:
        return max((body.node.row + 1 for body in self.bodies if not body.node.foot), default=1)


def laid_out(scene: Scene) -> Drawing:
    """The drawing of a network."""
    stacks = [_stack(column) for column in scene.columns]
    tallest = max(stack.rows * stack.pitch for stack in stacks)
    stacks = [_spread(stack, tallest) for stack in stacks]
    if _aligned(stacks):
        stacks = _as_outputs(stacks)
        tallest = max(stack.rows * stack.pitch for stack in stacks)
    heights = {name: y for stack in stacks for name, y in _heights(stack, tallest)}
    column_of = {b.node.id: at for at, stack in enumerate(stacks) for b in stack.bodies}
    between: list[list[Edge]] = [[] for _ in stacks]
    for edge in scene.edges:
        between[column_of[edge.source]].append(edge)
    gaps = [
        _gap(edges, heights, pair) for edges, pair in zip(between, pairwise(stacks), strict=False)
    ]
    xs = _middles(stacks, gaps)
    width = max(xs[-1] + stacks[-1].half + EDGE, LEAST_WIDTH)
    shift = (width - (xs[-1] + stacks[-1].half + EDGE)) / 2
    xs = [x + shift for x in xs]
    titles = list(head(scene.title, width))
    top = EDGE + sum(words.size * LEADING for words in titles) + (12 if titles else 0)
    headings = list(_headings(stacks, xs, top))
    top += max((len(stack.column.heading) for stack in stacks), default=0) * SMALL_LINE + 14
    places = {name: (xs[column_of[name]], top + y) for name, y in heights.items()}
    shapes: list[Shape] = [*_strokes(scene, stacks, places)]
    for stack in stacks:
        for body in stack.bodies:
            shapes += _node(body, *places[body.node.id], stack.half)
    for at, (edges, gap) in enumerate(zip(between, gaps, strict=False)):
        for edge, (x, y) in zip(edges, gap.middles, strict=True):
            shapes += _label(edge.lines, xs[at] + x, top + y)
    bottom = top + max(tallest, *(_bottom(stack, heights) for stack in stacks)) + 20
    notes = list(below(scene, EDGE, bottom, width - 2 * EDGE))
    height = (notes[-1].area.bottom if notes else bottom) + EDGE
    width = max([width, *(words.area.right + EDGE for words in (*titles, *notes))])
    return Drawing(ceil(width), ceil(height), (*shapes, *titles, *headings, *notes), scene)


# Sizes.


def _stack(column: Column) -> Stack:
    bodies = [_body(node) for node in column.nodes]
    units = [body for body in bodies if body.node.role.startswith("unit")]
    radius = max((body.half_width for body in units), default=0.0)
    bodies = [
        body._replace(half_width=radius, half_height=radius) if body in units else body
        for body in bodies
    ]
    widest = max(line_width(heading(text), SMALL, True) for text in column.heading)
    half = max([widest / 2, *(max(b.half_width, _above_width(b.node) / 2) for b in bodies)])
    tall = max((2 * b.half_height + b.above for b in bodies if not b.node.foot), default=0.0)
    return Stack(column, tuple(bodies), half, max(tall + BETWEEN, LEAST_PITCH))


def _body(node: Node) -> Body:
    width = max((line_width(line, SIZE) for line in node.lines), default=0.0) / 2
    height = len(node.lines) * LINE / 2
    above = len(node.above) * SMALL_LINE + (2 if node.above else 0)
    if node.is_round:
        radius = max(ceil(hypot(width, height - LINE * 0.3) + PADDING / 2), 24)
        return Body(node, radius, radius, above)
    return Body(node, width + PADDING + 4, height + PADDING, above)


def _above_width(node: Node) -> float:
    return max((line_width(line, SMALL) for line in node.above), default=0.0)


def _spread(stack: Stack, tallest: float) -> Stack:
    """The column with its rows further apart where others are taller."""
    return stack._replace(pitch=min(tallest / stack.rows, stack.pitch * SPREAD))


def _aligned(stacks: Sequence[Stack]) -> bool:
    """Whether there is a column of targets, which stands beside that of the outputs."""
    return len(stacks) > 2 and any(b.node.role == "target error" for b in stacks[-2].bodies)


def _as_outputs(stacks: list[Stack]) -> list[Stack]:
    """The columns with each target at the height of its output."""
    outputs, targets = stacks[-3], stacks[-2]
    pitch = max(outputs.pitch, targets.pitch)
    above = max(body.above for body in outputs.bodies if not body.node.foot)
    beside = [
        stack._replace(bodies=tuple(body._replace(above=above) for body in stack.bodies))
        for stack in (targets, stacks[-1])
    ]
    outputs, targets = outputs._replace(pitch=pitch), beside[0]._replace(pitch=pitch)
    return [*stacks[:-3], outputs, targets, beside[1]]


def _heights(stack: Stack, tallest: float) -> Iterator[tuple[str, float]]:
    """The height of the middle of each node, counted from the top of the tallest column."""
    rows = stack.rows
    start = (tallest - rows * stack.pitch) / 2
    for body in stack.bodies:
        if body.node.foot:
            y = start + rows * stack.pitch + body.half_height
        else:
            y = start + stack.pitch * (body.node.row + 0.5) + body.above / 2
        yield body.node.id, y


def _bottom(stack: Stack, heights: dict[str, float]) -> float:
    return max(heights[body.node.id] + body.half_height for body in stack.bodies)


def _gap(edges: list[Edge], heights: dict[str, float], pair: tuple[Stack, Stack]) -> Placing:
    """How far two columns stand apart, and where the labels between them are."""
    left, right = pair
    spans = [
        Span(
            heights[edge.source],
            heights[edge.target],
            max((line_width(line, SMALL) for line in edge.lines), default=0.0),
            len(edge.lines) * SMALL_LINE,
        )
        for edge in edges
    ]
    margin = max(left.half, right.half) + 12
    weighted = any(edge.weight is not None for edge in edges)
    tall = max(heights.values()) - min(heights.values())
    least = max(LEAST_DISTANCE, STEEPEST * tall) if weighted else LEAST_PLAIN
    return placed(spans, left.half + right.half + least, margin)


def _middles(stacks: Sequence[Stack], gaps: Sequence[Placing]) -> list[float]:
    xs = [EDGE + stacks[0].half]
    for gap in gaps:
        xs.append(xs[-1] + gap.distance)
    return xs


# Shapes.


def _strokes(
    scene: Scene, stacks: Sequence[Stack], places: dict[str, tuple[float, float]]
) -> Iterator[Stroke]:
    bodies = {body.node.id: body for stack in stacks for body in stack.bodies}
    largest = scene.largest_weight
    crowd = max((one * two for one, two in pairwise(map(_units_of, stacks))), default=1)
    scale = min(1.0, (CROWD / max(crowd, 1)) ** 0.5)
    for edge in scene.edges:
        ends = _rim(bodies[edge.source], bodies[edge.target], places)
        width = round(width_of_line(edge.weight, largest) * scale, 2)
        dashed = edge.weight is not None and edge.weight < 0
        hint = " ".join("".join(piece.text for piece in line) for line in edge.lines)
        yield Stroke(ends, f"edge {edge.role}", edge.key, width, dashed, hint)


def _units_of(stack: Stack) -> int:
    return sum(body.node.role.startswith("unit") for body in stack.bodies)


def _rim(
    source: Body, target: Body, places: dict[str, tuple[float, float]]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """From the rim of one node to that of the other; of a box, to the middle of its side."""
    (x1, y1), (x2, y2) = places[source.node.id], places[target.node.id]
    start = x1 if source.round else x1 + source.half_width
    end = x2 if target.round else x2 - target.half_width
    length = hypot(end - start, y2 - y1) or 1.0

    def at(share: float) -> tuple[float, float]:
        return round(start + (end - start) * share, 2), round(y1 + (y2 - y1) * share, 2)

    first = source.half_width / length if source.round else 0.0
    last = target.half_width / length if target.round else 0.0
    return at(first), at(1 - last)


def _node(body: Body, x: float, y: float, half: float) -> Iterator[Shape]:
    node = body.node
    if body.round:
        yield Circle(x, y, body.half_width, node.role, node.key)
    elif node.role != "more":
        yield Box(x, y, 2 * body.half_width, 2 * body.half_height, node.role, node.key)
    yield from _lines(node.lines, x, y, SIZE)
    if node.above:
        middle = y - body.half_height - 2 - len(node.above) * SMALL_LINE / 2
        yield from _lines(node.above, x, middle, SMALL)


def _lines(
    lines: Sequence[Line], x: float, y: float, size: float, on_edge: bool = False
) -> Iterator[Words]:
    """Lines around a middle."""
    leading = size * LEADING
    top = y - len(lines) * leading / 2
    for at, line in enumerate(lines):
        yield Words(x, round(top + (at + 0.5) * leading, 2), line, size, on_edge=on_edge)


def _label(lines: Sequence[Line], x: float, y: float) -> Iterator[Words]:
    return _lines(lines, x, y, SMALL, on_edge=True)


def _headings(stacks: Sequence[Stack], xs: Sequence[float], top: float) -> Iterator[Words]:
    for stack, x in zip(stacks, xs, strict=True):
        for at, text in enumerate(stack.column.heading):
            y = top + (at + 0.5) * SMALL_LINE
            yield Words(x, y, heading(text) if at == 0 else prose(text), SMALL, bold=at == 0)
