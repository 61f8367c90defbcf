"""Places for a computation graph: columns by depth, and for each edge a strip for its label.

Every node is as high as its operands need: each comes in at a height of its own, along a level line
on which its value stands above and its gradient below. So no label can meet another. Edges that go
over several columns get a free level line in each of them. (After Sugiyama, Tagawa & Toda, 1981.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

from backprop_cli.draw.captions import (
    EDGE,
    LEAST_WIDTH,
    PADDING,
    SIZE,
    SMALL,
    SMALL_LINE,
    below,
    head,
)
from backprop_cli.draw.scene import Edge, Node, Scene
from backprop_cli.draw.shapes import LEADING, Box, Drawing, Shape, Stroke, Words, line_width

STRIP = 2 * SMALL_LINE + 8
"""Height that an edge with its label takes."""
LANE = 14.0
"""Height of an edge that goes by."""
BEND = 46.0
"""Width in which edges go up and down."""
BETWEEN = 12.0
TITLE_WIDTH = 900.0
"""In which the title is broken: the drawing may turn out wider or narrower."""
ROUNDS = 12
"""How often columns are put in order, from left to right and back."""


@dataclass(eq=False)
class Slot:
    """A node in its column, or an edge that goes by; `into` are those that lead to it."""

    node: Node | None
    column: int
    height: float
    into: list[tuple[Slot, Edge | None]] = field(default_factory=list)
    out: list[Slot] = field(default_factory=list)
    y: float = 0.0

    def port(self, at: int) -> float:
        """The height at which the edge with this number comes in."""
        return self.y + (at - (len(self.into) - 1) / 2) * (STRIP if self.node else 0)


def graph_laid_out(scene: Scene) -> Drawing:
    """The drawing of a computation graph."""
    columns = _slots(scene)
    _ordered(columns)
    lowest = _settled(columns)
    top = EDGE
    titles = list(head(scene.title, TITLE_WIDTH))
    top += sum(words.size * LEADING for words in titles) + 16
    for column in columns:
        for slot in column:
            slot.y += top - lowest
    shapes, right = _shapes(columns)
    lowest_edge = max(slot.y + slot.height / 2 for column in columns for slot in column)
    width = max([right + EDGE, LEAST_WIDTH, *(words.area.right + EDGE for words in titles)])
    notes = list(below(scene, EDGE, lowest_edge + 16, width - 2 * EDGE))
    height = max([lowest_edge, *(words.area.bottom for words in notes)]) + EDGE
    width = max([width, *(words.area.right + EDGE for words in notes)])
    return Drawing(ceil(width), ceil(height), (*shapes, *titles, *notes), scene)


def _slots(scene: Scene) -> list[list[Slot]]:
    """Nodes and the edges that go by them, in columns."""
    columns: list[list[Slot]] = [[] for _ in scene.columns]
    of: dict[str, Slot] = {}
    into: dict[str, int] = {}
    for edge in scene.edges:
        into[edge.target] = into.get(edge.target, 0) + 1
    for at, column in enumerate(scene.columns):
        for node in column.nodes:
            own = len(node.lines) * SIZE * LEADING + 2 * PADDING
            slot = Slot(node, at, max(own, into.get(node.id, 1) * STRIP))
            of[node.id] = slot
            columns[at].append(slot)
    for edge in scene.edges:
        before, target = of[edge.source], of[edge.target]
        for at in range(before.column + 1, target.column):
            lane = Slot(None, at, LANE, [(before, None)])
            before.out.append(lane)
            columns[at].append(lane)
            before = lane
        target.into.append((before, edge))
        before.out.append(target)
    return columns


# Order and heights.


def _ordered(columns: list[list[Slot]]) -> None:
    """Put each column in the order of its neighbours, so that few edges cross."""
    for column in columns:
        _number(column)
    for turn in range(ROUNDS):
        forwards = turn % 2 == 1
        for column in columns if forwards else reversed(columns):
            column.sort(key=lambda slot: _middle(slot, forwards))
            _number(column)
    for column in columns:
        for slot in column:
            if slot.node is not None and "/" not in _sign(slot.node):
                slot.into.sort(key=lambda pair: pair[0].y)


def _sign(node: Node) -> str:
    """What stands in a node; the order of the operands matters where it has a slash."""
    return node.lines[0][0].text if node.lines else ""


def _number(column: list[Slot]) -> None:
    for at, slot in enumerate(column):
        slot.y = at / max(len(column) - 1, 1) if len(column) > 1 else 0.5


def _middle(slot: Slot, forwards: bool) -> float:
    near = [one for one, _ in slot.into] if forwards else slot.out
    return sum(one.y for one in near) / len(near) if near else slot.y


def _settled(columns: list[list[Slot]]) -> float:
    """Give every slot its height, near its neighbours and clear of the others; the top of all."""
    for column in columns:
        _place(column, [0.0] * len(column))
    for turn in range(ROUNDS):
        forwards = turn % 2 == 1
        for column in columns if forwards else reversed(columns):
            _place(column, [_wanted(slot, forwards) for slot in column])
    return min(slot.y - slot.height / 2 for column in columns for slot in column)


def _wanted(slot: Slot, forwards: bool) -> float:
    """Where a slot would stand if it were alone: where its edges are level."""
    if forwards:
        near = [one.y - (slot.port(at) - slot.y) for at, (one, _) in enumerate(slot.into)]
    else:
        near = [
            one.port(at)
            for one in slot.out
            for at, (source, _) in enumerate(one.into)
            if source is slot
        ]
    return sum(near) / len(near) if near else slot.y


def _place(column: list[Slot], wanted: list[float]) -> None:
    """Heights as near to what is wanted as can be with the order kept and nothing overlapping.

    Neighbours that want the same place are pooled, and stand around their mean.
    """
    offsets, height = [], 0.0
    for at, slot in enumerate(column):
        height += (slot.height + (column[at - 1].height if at else 0)) / 2 + (BETWEEN if at else 0)
        offsets.append(height)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        pools.append((want - offset, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, few), (other, more) = pools[-2:]
            pools[-2:] = [((one * few + other * more) / (few + more), few + more)]
    at = 0
    for mean, count in pools:
        for _ in range(count):
            column[at].y = mean + offsets[at]
            at += 1


# Shapes.


def _shapes(columns: list[list[Slot]]) -> tuple[list[Shape], float]:
    """Strokes first, then nodes and labels; and where the last column ends."""
    strokes: list[Shape] = []
    others: list[Shape] = []
    x, ends = EDGE, 0.0
    for column in columns:
        labels = [_label_width(edge) for slot in column for _, edge in slot.into]
        label = max(labels, default=0.0)
        start = x + (BEND if any(slot.into for slot in column) else 0)
        nodes = start + label + (12 if label else 0)
        half = max(_half_width(slot.node) for slot in column)
        middle = nodes + half
        for slot in column:
            left = middle - _half_width(slot.node) if slot.node else nodes + 2 * half
            for at, (source, edge) in enumerate(slot.into):
                strokes += _way(slot, at, source, edge, (ends, start, left))
                if edge is not None:
                    others += _label(edge, start + label / 2 + 4, slot.port(at))
            if slot.node is not None:
                others += _node(slot, middle)
                if slot.out and _half_width(slot.node) < half:
                    points = ((middle + _half_width(slot.node), slot.y), (nodes + 2 * half, slot.y))
                    strokes.append(Stroke(points, "edge operand", slot.node.key))
        ends = x = nodes + 2 * half
    return [*strokes, *others], ends


def _way(
    slot: Slot, at: int, source: Slot, edge: Edge | None, xs: tuple[float, float, float]
) -> Iterator[Stroke]:
    """An edge: up or down to its height, then level."""
    ends, start, left = xs
    y, key = slot.port(at), edge.key if edge else ""
    role, bend = "edge operand", (start - ends) / 2
    curve = ((ends, source.y), (ends + bend, source.y), (start - bend, y), (start, y))
    yield Stroke(_rounded(curve), role, key, curve=True)
    yield Stroke(_rounded(((start, y), (left, y))), role, key)


def _rounded(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    return tuple((round(x, 2), round(y, 2)) for x, y in points)


def _label(edge: Edge, x: float, y: float) -> Iterator[Words]:
    """The value above the line, the gradient below."""
    for line, side in zip(edge.lines, (-1, 1), strict=False):
        middle = y + side * (SMALL_LINE / 2 + 1)
        yield Words(round(x, 2), round(middle, 2), line, SMALL, on_edge=True)


def _node(slot: Slot, x: float) -> Iterator[Shape]:
    node = slot.node
    assert node is not None
    if node.role != "more":
        inset = 4 if len(slot.into) > 1 else 0
        height = slot.height - 2 * inset if node.role != "given" else _text_height(node)
        width = 2 * _half_width(node)
        corner = min(width / 2, height / 2, 16) if node.role == "operation" else 6
        yield Box(round(x, 2), round(slot.y, 2), width, height, node.role, node.key, corner)
    top = slot.y - len(node.lines) * SIZE * LEADING / 2
    for at, line in enumerate(node.lines):
        y = top + (at + 0.5) * SIZE * LEADING
        yield Words(round(x, 2), round(y, 2), line, SIZE)


def _text_height(node: Node) -> float:
    return len(node.lines) * SIZE * LEADING + PADDING


def _half_width(node: Node | None) -> float:
    if node is None:
        return 0.0
    widest = max((line_width(line, SIZE) for line in node.lines), default=0.0)
    return max(widest / 2 + PADDING + 4, 16.0)


def _label_width(edge: Edge | None) -> float:
    if edge is None:
        return 0.0
    return max((line_width(line, SMALL) for line in edge.lines), default=0.0)
