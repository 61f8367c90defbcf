"""A drawing in TikZ: the same places as in SVG, with the letters of the document."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.draw.colours import COLOURS
from backprop_cli.draw.formats.tex_text import in_tex
from backprop_cli.draw.roles import COLOUR_OF
from backprop_cli.draw.scene import NAME, Text
from backprop_cli.draw.shapes import Box, Circle, Drawing, Shape, Stroke, Words

POINT = 0.75
"""Points for one pixel."""
_HEAD = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{amsmath}
\usepackage[paperwidth=%(width)spt,paperheight=%(height)spt,margin=0pt]{geometry}
\usepackage{tikz}
\pagestyle{empty}
\setlength{\parindent}{0pt}
\setlength{\topskip}{0pt}
\begin{document}
"""
_FOOT = "\\end{document}\n"


def write_tikz(drawing: Drawing) -> Iterator[str]:
    """A picture to put into a document that loads amsmath and tikz."""
    yield "% needs \\usepackage{amsmath,tikz}\n"
    yield from picture(drawing)


def write_tikz_standalone(drawing: Drawing) -> Iterator[str]:
    """A document of one page, as large as the drawing."""
    size = {"width": _n(drawing.width), "height": _n(drawing.height)}
    yield _HEAD % size
    yield from picture(drawing)
    yield _FOOT


def picture(drawing: Drawing) -> Iterator[str]:
    """The environment tikzpicture, a shape a line."""
    yield r"\begin{tikzpicture}[x=1pt,y=-1pt,inner sep=0pt,outer sep=0pt]" + "\n"
    for name, colour in COLOURS.items():
        yield f"\\definecolor{{bp{name}}}{{HTML}}{{{colour.light[1:].upper()}}}\n"
    edge = f"({_n(drawing.width)},{_n(drawing.height)})"
    yield f"\\useasboundingbox (0,0) rectangle {edge};\n"
    for shape in drawing.shapes:
        yield f"{_shape(shape)}\n"
    yield "\\end{tikzpicture}%\n"


def _shape(shape: Shape) -> str:
    if isinstance(shape, Stroke):
        return _stroke(shape)
    if isinstance(shape, Words):
        return _words(shape)
    look = "fill=bpunit,draw=bprim,line width=0.6pt"
    if isinstance(shape, Circle):
        return f"\\path[{look}] {_at(shape.x, shape.y)} circle[radius={_n(shape.radius)}pt];"
    return _box(shape, look)


def _box(box: Box, look: str) -> str:
    area = box.area
    corners = f"{_at(area.left, area.top)} rectangle {_at(area.right, area.bottom)}"
    return f"\\path[{look},rounded corners={_n(box.corner)}pt] {corners};"


def _stroke(stroke: Stroke) -> str:
    points = [_at(x, y) for x, y in stroke.points]
    look = f"draw=bpline,line width={_n(stroke.width)}pt"
    look += ",dash pattern=on 5pt off 3pt" if stroke.dashed else ""
    if stroke.curve:
        path = f"{points[0]} .. controls {points[1]} and {points[2]} .. {points[3]}"
    else:
        path = " -- ".join(points)
    return f"\\path[{look}] {path};"


def _words(words: Words) -> str:
    anchor = "mid" if words.anchor == "middle" else "mid west"
    ground = ",fill=bpground,fill opacity=0.85,text opacity=1" if words.on_edge else ""
    size = words.size * POINT
    font = f"\\fontsize{{{size:.2f}}}{{{size * 1.2:.2f}}}\\selectfont\\sffamily"
    text = "".join(_piece(piece, words.bold) for piece in words.pieces)
    at = _at(words.x, words.y + words.size * 0.1)
    return f"\\node[anchor={anchor},font={{{font}}}{ground}] at {at} {{{text}}};"


def _piece(piece: Text, bold: bool) -> str:
    text = f"${piece.latex}$" if piece.latex else in_tex(piece.text)
    if piece.latex and piece.text.endswith(" "):
        text += "~"
    if bold or (piece.role == NAME and not piece.latex):
        text = f"\\textbf{{{text}}}"
    return f"\\textcolor{{bp{COLOUR_OF[piece.role]}}}{{{text}}}"


def _at(x: float, y: float) -> str:
    return f"({_n(x)},{_n(y)})"


def _n(pixels: float) -> str:
    """A length in points."""
    return f"{pixels * POINT:.2f}".rstrip("0").rstrip(".")
