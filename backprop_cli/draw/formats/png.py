"""A drawing as PNG, made of its SVG by resvg, which takes no browser and no system library."""

from __future__ import annotations

from importlib.util import find_spec

from backprop_cli.draw.formats.svg import svg
from backprop_cli.draw.shapes import Drawing
from backprop_cli.errors import UsageError

ZOOM, MOST = 2, 12_000_000
"""Pixels for one of the drawing in each direction, as sharp screens have; and the most of all."""


def ready() -> None:
    """Raise `UsageError` if no picture can be made here."""
    if find_spec("resvg_py") is None:
        what = "a drawing as PNG needs resvg-py, which is not installed"
        raise UsageError(what, "pip install 'backprop-cli[png]'; or -o net.svg")


def png(drawing: Drawing, theme: str = "light") -> bytes:
    """The drawing as a PNG file, on light or dark ground. Raises `UsageError` as `ready` does."""
    ready()
    import resvg_py

    zoom = min(ZOOM, (MOST / (drawing.width * drawing.height)) ** 0.5)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg(drawing, theme=theme), zoom=zoom))
