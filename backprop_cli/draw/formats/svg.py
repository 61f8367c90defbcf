"""A drawing as SVG: text stays text, and every number has the key of its quantity.

What a script may want: a shape or number that stands for a quantity has ``data-key``; a number is a
``tspan`` of the class ``number``, whose text may be replaced. Colours are properties ``--bp-ink``
and the like with fallbacks for light and dark ground, which a page may set.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from backprop_cli.draw.colours import COLOURS
from backprop_cli.draw.roles import COLOUR_OF
from backprop_cli.draw.scene import NAME, Text
from backprop_cli.draw.shapes import Box, Circle, Drawing, Shape, Stroke, Words

FONT = "ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', Arial, sans-serif"


def write_svg(drawing: Drawing) -> Iterator[str]:
    """The drawing as a document by itself, which may be put into a page too."""
    yield svg(drawing)


def svg(
    drawing: Drawing,
    prefix: str = "bp-",
    ground: bool = True,
    theme: str = "auto",
    scaled: bool = False,
) -> str:
    """The drawing as an element ``<svg>``.

    `prefix` makes its ids its own, where a page has several drawings. With `ground` it is painted
    on a ground of its own. `theme` is "auto" (light or dark as the reader has it, by CSS), or
    "light" or "dark" for programs that know no CSS. If it is `scaled`, it is no wider than what it
    stands in.
    """
    text = "".join(_pieces(drawing, prefix, ground, theme))
    style = 'style="max-width:100%;height:auto" role="img"'
    return text.replace('role="img"', style, 1) if scaled else text


def _pieces(drawing: Drawing, prefix: str, ground: bool, theme: str) -> Iterator[str]:
    width, height = _n(drawing.width), _n(drawing.height)
    paint = _Paint(theme)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bp-drawing" role="img" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'aria-labelledby="{prefix}title {prefix}desc" data-digits="{drawing.scene.digits}" '
        f'font-family="{FONT}">\n'
        f'<title id="{prefix}title">{_text(drawing.title)}</title>\n'
        f'<desc id="{prefix}desc">{_text(drawing.scene.description)}</desc>\n'
    )
    if theme == "auto":
        yield f"<style>{_style()}</style>\n"
    if ground:
        yield f'<rect class="bp-ground" width="100%" height="100%" fill="{paint("ground")}"/>\n'
    for shape in drawing.shapes:
        yield _shape(shape, paint)
        yield "\n"
    yield "</svg>\n"


def _style() -> str:
    """Colours as properties, with a fallback for light ground and another for dark."""
    light = "".join(_rules("light"))
    dark = "".join(_rules("dark"))
    return f"{light}@media (prefers-color-scheme:dark){{{dark}}}"


_RULES = {
    ".bp-ground": {"fill": "ground"},
    ".edge": {"stroke": "line"},
    ".bp-shape": {"fill": "unit", "stroke": "rim"},
    "text,tspan": {"fill": "ink"},
    ".letter,.prose": {"fill": "muted"},
    ".forward": {"fill": "forward"},
    ".gradient": {"fill": "gradient"},
    ".bp-halo": {"stroke": "ground"},
}


def _rules(side: str) -> Iterator[str]:
    for selector, properties in _RULES.items():
        chosen = ",".join(f".bp-drawing {one}" for one in selector.split(","))
        said = (
            f"{what}:var(--bp-{name},{getattr(COLOURS[name], side)})"
            for what, name in properties.items()
        )
        yield f"{chosen}{{{';'.join(said)}}}"


class _Paint:
    """Colours for programs that know no CSS."""

    def __init__(self, theme: str) -> None:
        self.side = "dark" if theme == "dark" else "light"

    def __call__(self, name: str) -> str:
        colour: str = getattr(COLOURS[name], self.side)
        return colour


def _shape(shape: Shape, paint: _Paint) -> str:
    if isinstance(shape, Stroke):
        return _stroke(shape, paint)
    if isinstance(shape, Words):
        return _words(shape, paint)
    common = (
        f'class="bp-shape {shape.role}"{_key(shape.key)} '
        f'fill="{paint("unit")}" stroke="{paint("rim")}"'
    )
    if isinstance(shape, Circle):
        return f'<circle {common} cx="{_n(shape.x)}" cy="{_n(shape.y)}" r="{_n(shape.radius)}"/>'
    return _box(shape, common)


def _box(box: Box, common: str) -> str:
    area = box.area
    return (
        f'<rect {common} x="{_n(area.left)}" y="{_n(area.top)}" width="{_n(box.width)}" '
        f'height="{_n(box.height)}" rx="{_n(box.corner)}"/>'
    )


def _stroke(stroke: Stroke, paint: _Paint) -> str:
    dash = ' stroke-dasharray="7 4"' if stroke.dashed else ""
    start, *rest = (f"{_n(x)} {_n(y)}" for x, y in stroke.points)
    joined = f"C{' '.join(rest)}" if stroke.curve else "".join(f"L{point}" for point in rest)
    hint = f"<title>{_text(stroke.hint)}</title>" if stroke.hint else ""
    path = (
        f'<path class="{stroke.role}"{_key(stroke.key)} d="M{start}{joined}" fill="none" '
        f'stroke="{paint("line")}" stroke-width="{_n(stroke.width)}"{dash}'
    )
    return f"{path}>{hint}</path>" if hint else f"{path}/>"


def _words(words: Words, paint: _Paint) -> str:
    anchor = ' text-anchor="middle"' if words.anchor == "middle" else ""
    bold = ' font-weight="600"' if words.bold else ""
    baseline = words.y + words.size * 0.35
    halo = ""
    if words.on_edge:
        halo = (
            f' class="bp-halo" stroke="{paint("ground")}" stroke-width="4" '
            f'stroke-linejoin="round" paint-order="stroke"'
        )
    inside = "".join(_piece(piece, paint) for piece in words.pieces)
    return (
        f'<text{halo} x="{_n(words.x)}" y="{_n(baseline)}" font-size="{_n(words.size)}"'
        f'{anchor}{bold} xml:space="preserve">{inside}</text>'
    )


def _piece(piece: Text, paint: _Paint) -> str:
    number = "number " if piece.key else ""
    bold = ' font-weight="600"' if piece.role == NAME else ""
    return (
        f'<tspan class="{number}{piece.role}"{_key(piece.key)} '
        f'fill="{paint(COLOUR_OF[piece.role])}"{bold}>{_text(piece.text)}</tspan>'
    )


def _key(key: str) -> str:
    return f' data-key="{escape(key)}"' if key else ""


def _text(text: str) -> str:
    """`text` without the signs that XML cannot hold."""
    return escape("".join(sign for sign in text if sign >= " " or sign in "\t\n"), quote=False)


def _n(number: float) -> str:
    """A length, without digits that nobody sees."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
