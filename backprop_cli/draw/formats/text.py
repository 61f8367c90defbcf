"""A scene for a terminal: boxes, with what comes into each at its left.

Where there is room the layers stand side by side, else one below the other, and where there is not
even room for that as a list. No number is ever broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.draw.scene import GRADIENT, LETTER, NAME, PROSE, Edge, Line, Node, Scene, Text
from backprop_cli.draw.scene import text_of as plain
from backprop_cli.show.folding import breadth, folded

Block = list[Line]
GAP = 3
_LINE = "line"
"""Role of what boxes are drawn with."""


def text_lines(scene: Scene, width: int) -> Iterator[Line]:
    """The drawing in lines of at most `width` columns, if no number is wider than that."""
    if scene.title:
        yield from _prose(scene.title, width, NAME)
        yield ()
    if scene.is_graph:
        yield from _operations(scene, width)
        yield ()
        for note in ("∂ stands before a gradient.", *scene.notes):
            yield from _prose(note, width, PROSE)
        return
    parts = _Parts(scene)
    lines = _across(parts)
    if max(map(_wide, lines)) > width:
        lines = _stacked(parts, width)
    if max(map(_wide, lines)) > width:
        lines = list(_listed(parts, width))
    yield from lines
    yield ()
    meaning = ["∂ stands before a gradient."] if scene.has_gradients else []
    for note in (*meaning, *scene.notes):
        yield from _prose(note, width, PROSE)


def _prose(text: str, width: int, role: str) -> Iterator[Line]:
    for line in folded(text, width):
        yield (Text(line, role),)


def _wide(line: Line) -> int:
    return sum(breadth(piece.text) for piece in line)


class _Parts:
    """What comes into each node, and its box."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.nodes = scene, scene.nodes
        self.into: dict[str, list[Edge]] = {}
        for edge in scene.edges:
            self.into.setdefault(edge.target, []).append(edge)

    def incoming(self, node: Node) -> list[Line]:
        """A line for each edge into a node, then one for its bias."""
        lines = []
        for edge in self.into.get(node.id, []):
            source = self.nodes[edge.source]
            if edge.role == "bias":
                lines.append(_joined(source.lines))
            elif edge.lines:
                lines.append((Text(f"{name_in(source)} × ", LETTER), *_joined(edge.lines)))
        if node.above:
            lines.append(_joined(node.above))
        return lines

    def inside(self, node: Node) -> list[Line]:
        """The lines of a node, its name first."""
        named = [line for line in node.lines if len(line) == 1 and line[0].role == NAME]
        rest = [_signed(line) for line in node.lines if line not in named]
        return [*named, *rest]

    def block(self, node: Node, width: int) -> Block:
        """What comes into a node, and its box of `width` columns."""
        lines = self.inside(node)
        if node.role == "more":
            return lines
        return _beside(self.incoming(node), _box(lines, width))

    def column(self, nodes: Sequence[Node]) -> Block:
        """The nodes of a layer, one below the other."""
        shown = sorted((node for node in nodes if not node.foot), key=lambda node: node.row)
        inner = [line for node in shown if node.role != "more" for line in self.inside(node)]
        width = max(map(_wide, inner), default=0)
        before = [len_of for node in shown for len_of in map(_wide, self.incoming(node))]
        block: Block = []
        for node in shown:
            part = self.block(node, width)
            shift = max(before, default=0) - max(map(_wide, self.incoming(node)), default=0)
            if before and not self.incoming(node):
                shift += GAP
            block += [(_blank(shift), *line) for line in part]
        return block


def name_in(node: Node) -> str:
    """The name that stands in a node."""
    names = [piece.text for line in node.lines for piece in line if piece.role == NAME]
    return names[0].strip() if names else plain(node.lines[0])


def _signed(line: Line) -> Line:
    """A line with the sign of a gradient before one that has no letter of its own."""
    if len(line) == 1 and line[0].role == GRADIENT:
        return (Text("∂ ", LETTER), *line)
    return line


def _joined(lines: Sequence[Line]) -> Line:
    """Lines of a label as one."""
    joined: list[Text] = []
    for line in lines:
        joined += [Text("  ", LETTER)] * bool(joined) + list(_signed(line))
    return tuple(joined)


def _blank(count: int) -> Text:
    return Text(" " * count, LETTER)


def _padded(line: Line, width: int) -> Line:
    return (*line, _blank(width - _wide(line)))


def _box(lines: Sequence[Line], width: int) -> Block:
    side = Text("│", _LINE)
    rows = [(side, _blank(1), *_padded(line, width), _blank(1), side) for line in lines]
    rule = "─" * (width + 2)
    return [(Text(f"╭{rule}╮", _LINE),), *rows, (Text(f"╰{rule}╯", _LINE),)]


def _beside(incoming: Sequence[Line], box: Block) -> Block:
    """What comes in, a bracket, and the box, middle beside middle."""
    if not incoming:
        return box
    width = max(map(_wide, incoming))
    height = max(len(incoming), len(box))
    above = (height - len(incoming)) // 2
    middle = above + (len(incoming) - 1) // 2
    top = min(max(middle - len(box) // 2, 0), height - len(box))
    rows: Block = []
    for at in range(height):
        inside = above <= at < above + len(incoming)
        left = _padded(incoming[at - above], width) if inside else (_blank(width),)
        sign = _bracket(at - above, len(incoming), at == middle) if inside else "   "
        right = box[at - top] if top <= at < top + len(box) else ()
        if at == middle and right:
            right = (Text("┤", _LINE), *right[1:]) if right[0].text == "│" else right
        rows.append((*left, Text(sign, _LINE), *right))
    return rows


def _bracket(at: int, count: int, middle: bool) -> str:
    if count == 1:
        return " ──"
    if at == 0:
        return " ┬─" if middle else " ┐ "
    if at == count - 1:
        return " ┴─" if middle else " ┘ "
    return " ├─" if middle else " │ "


def _across(parts: _Parts) -> Block:
    """The layers from left to right, middle beside middle."""
    blocks = [parts.column(column.nodes) for column in parts.scene.columns]
    tallest = max(map(len, blocks))
    headings = [", ".join(column.heading) for column in parts.scene.columns]
    rows: list[Line] = [()] * (tallest + 1)
    for block, heading in zip(blocks, headings, strict=True):
        width = max(*map(_wide, block), breadth(heading))
        top = (tallest - len(block)) // 2
        blocked = [()] * top + block + [()] * (tallest - top - len(block))
        shift = width - breadth(heading) if any(_starts_blank(line) for line in block) else 0
        head: Line = (_blank(shift), Text(heading, "heading"))
        lines = [head, *blocked]
        gap = [_blank(GAP)] if rows[0] else []
        rows = [(*row, *gap, *_padded(line, width)) for row, line in zip(rows, lines, strict=True)]
    return [_trimmed(row) for row in rows]


def _starts_blank(line: Line) -> bool:
    return plain(line).startswith("      ")


def _trimmed(line: Line) -> Line:
    pieces = list(line)
    while pieces and not pieces[-1].text.strip():
        pieces.pop()
    return tuple(pieces)


def _stacked(parts: _Parts, width: int) -> Block:
    """The layers one below the other; boxes that nothing comes into stand side by side."""
    lines: Block = []
    for column in parts.scene.columns:
        lines.append((Text(", ".join(column.heading), "heading"),))
        block = parts.column(column.nodes)
        shown = [node for node in column.nodes if not node.foot]
        if not any(parts.incoming(node) for node in shown):
            block = _in_rows([parts.column([node]) for node in shown], width)
        lines += [_trimmed(line) for line in block]
        lines.append(())
    return lines[:-1]


def _in_rows(blocks: Sequence[Block], width: int) -> Block:
    """Blocks side by side, in as many rows as it takes."""
    rows: Block = []
    row: Block = []
    for block in blocks:
        if row and _wide(row[0]) + 1 + _wide(block[0]) > width:
            rows += row
            row = []
        height = max(len(row), len(block))
        left = row + [(_blank(_wide(row[0])),) if row else ()] * (height - len(row))
        right = block + [(_blank(_wide(block[0])),)] * (height - len(block))
        gap = [_blank(1)] if row else []
        row = [(*a, *gap, *b) for a, b in zip(left, right, strict=True)]
    return rows + row


def _listed(parts: _Parts, width: int) -> Iterator[Line]:
    """A list: a line for each number, set in below the name of its unit."""
    for column in parts.scene.columns:
        yield (Text(", ".join(column.heading), "heading"),)
        for node in sorted(column.nodes, key=lambda node: (node.foot, node.row)):
            if node.foot:
                continue
            inside = _joined(parts.inside(node))
            yield from _in_room((_blank(2), *inside), width)
            for line in parts.incoming(node):
                yield from _in_room((_blank(4), *line), width)


def _operations(scene: Scene, width: int) -> Iterator[Line]:
    """Each operation of a computation graph with its operands below it; those without a name are
    known by numbers."""
    made = {edge.target for edge in scene.edges}
    numbers = {name: f"({at})" for at, name in enumerate((n for n in scene.nodes if n in made), 1)}
    into: dict[str, list[Edge]] = {}
    for edge in scene.edges:
        into.setdefault(edge.target, []).append(edge)
    for node in scene.nodes.values():
        if node.id not in into:
            continue
        lines = _joined(node.lines)
        yield from _in_room((Text(f"{numbers[node.id]} ", LETTER), *lines), width)
        for edge in into[node.id]:
            source = scene.nodes[edge.source]
            name = numbers.get(source.id) or plain(source.lines[0])
            line = (Text(f"    {name}  ", LETTER), *_joined(edge.lines))
            yield from _in_room(line, width)


def _in_room(line: Line, width: int) -> Iterator[Line]:
    """A line, with each number on its own where it is too long."""
    if _wide(line) <= width:
        yield line
        return
    row: list[Text] = []
    for piece in line:
        if row and _wide(tuple(row)) + breadth(piece.text) > width and piece.text.strip():
            yield _trimmed(tuple(row))
            row = [_blank(6)]
        row.append(piece)
    yield tuple(row)
