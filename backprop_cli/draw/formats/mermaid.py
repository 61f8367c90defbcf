"""A scene for Mermaid, which GitHub, GitLab and Obsidian draw in a block of Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from backprop_cli.draw.colours import COLOURS
from backprop_cli.draw.scene import Edge, Line, Node, Text, text_of
from backprop_cli.draw.shapes import Drawing
from backprop_cli.draw.widths import width_of_line

_PLAIN = frozenset("_ ,.:=()[]/+−→·∂|⋮²⁺-")


def write_mermaid(drawing: Drawing) -> Iterator[str]:
    """The flowchart, a statement a line."""
    scene = drawing.scene
    names = {name: f"n{at}" for at, name in enumerate(scene.nodes)}
    title = "".join(sign for sign in scene.title if sign >= " ")
    if title:
        yield f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n"
    yield "flowchart LR\n"
    for node in scene.nodes.values():
        yield f"  {names[node.id]}{_shape(node)}\n"
    for edge in scene.edges:
        yield f"  {names[edge.source]} {_arrow(edge)} {names[edge.target]}\n"
    largest = scene.largest_weight
    for at, edge in enumerate(scene.edges):
        if edge.weight is not None:
            width = width_of_line(edge.weight, largest)
            yield f"  linkStyle {at} stroke-width:{width}px\n"
    lines = [(Text(note, "prose"),) for note in scene.notes]
    if scene.has_gradients:
        lines.insert(0, (Text("below: gradients", "prose"),))
    if lines:
        yield f'  notes["{_text(lines)}"]\n  style notes fill:none,stroke:none,text-align:left\n'
    bold = f"fill:{COLOURS['unit'].light},stroke:{COLOURS['rim'].light}"
    yield f"  classDef default {bold},color:{COLOURS['ink'].light}\n"


def _shape(node: Node) -> str:
    text = _text((*node.above, *node.lines))
    return f'("{text}")' if node.is_round else f'["{text}"]'


def _arrow(edge: Edge) -> str:
    negative = edge.weight is not None and edge.weight < 0
    label = f'|"{_text(edge.lines)}"|' if edge.lines else ""
    return ("-.->" if negative else "-->") + label


def _text(lines: Sequence[Line]) -> str:
    """Lines of text, in which no sign of Mermaid, HTML or Markdown means anything."""
    return "<br/>".join(escaped(text_of(line)) for line in lines) or " "


def escaped(text: str) -> str:
    """`text` with every sign that may be taken for a mark written as its number."""
    return "".join(
        sign if sign.isalnum() or sign in _PLAIN else f"#{ord(sign)};"
        for sign in text
        if sign >= " "
    )
