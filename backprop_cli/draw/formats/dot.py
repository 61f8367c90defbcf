"""A scene for Graphviz, which lays it out itself: backprop diagram --format dot | dot -Tsvg."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from backprop_cli.draw.colours import COLOURS
from backprop_cli.draw.roles import COLOUR_OF
from backprop_cli.draw.scene import NAME, Edge, Line, Node, Scene, Text
from backprop_cli.draw.shapes import Drawing
from backprop_cli.draw.widths import width_of_line

_MARKS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def write_dot(drawing: Drawing) -> Iterator[str]:
    """The graph in DOT, a statement a line."""
    scene = drawing.scene
    yield "digraph backprop {\n"
    yield f"  label=<{_label([(Text(scene.title, NAME),)])}>; labelloc=t; fontsize=17;\n"
    yield '  rankdir=LR; ranksep=1.6; nodesep=0.35; splines=line; bgcolor="white";\n'
    yield '  node [fontname="Helvetica", fontsize=11, style=filled, '
    yield f'fillcolor="{COLOURS["unit"].light}", color="{COLOURS["rim"].light}"];\n'
    yield '  edge [fontname="Helvetica", fontsize=10, arrowsize=0.5, '
    yield f'color="{COLOURS["line"].light}"];\n'
    for column in scene.columns:
        yield "  { rank=same;\n"
        yield from (f"    {_node(node)}\n" for node in column.nodes)
        yield "  }\n"
    largest = scene.largest_weight
    yield from (f"  {_edge(edge, largest)}\n" for edge in scene.edges)
    yield from _notes(scene)
    yield "}\n"


def _notes(scene: Scene) -> Iterator[str]:
    lines = [*scene.legend, *((Text(note, "prose"),) for note in scene.notes)]
    if lines:
        yield f"  notes [shape=plain, style=solid, label=<{_label(lines, left=True)}>];\n"


def _node(node: Node) -> str:
    shape = "circle" if node.is_round else "plain" if node.role == "more" else "box"
    style = ', style="filled,rounded"' if shape == "box" else ""
    lines = (*node.above, *node.lines)
    return f"{_quoted(node.id)} [shape={shape}{style}, margin=0.04, label=<{_label(lines)}>];"


def _edge(edge: Edge, largest: float) -> str:
    said = [f"label=<{_label(edge.lines)}>"] if edge.lines else []
    said.append(f"penwidth={width_of_line(edge.weight, largest)}")
    if edge.weight is not None and edge.weight < 0:
        said.append("style=dashed")
    return f"{_quoted(edge.source)} -> {_quoted(edge.target)} [{', '.join(said)}];"


def _label(lines: Sequence[Line], left: bool = False) -> str:
    """Lines of text with their colours, in what Graphviz takes for HTML."""
    end = '<BR ALIGN="LEFT"/>' if left else "<BR/>"
    written = ["".join(map(_piece, line)) for line in lines]
    return end.join(written) + (end if left else "") or " "


def _piece(piece: Text) -> str:
    text = "".join(_MARKS.get(sign, sign) for sign in piece.text if sign >= " ")
    if not text:
        return ""
    colour = COLOURS[COLOUR_OF[piece.role]].light
    inner = f"<B>{text}</B>" if piece.role == NAME else text
    return f'<FONT COLOR="{colour}">{inner}</FONT>'


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
