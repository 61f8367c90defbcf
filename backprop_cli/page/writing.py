"""The page of a trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markupsafe import Markup

from backprop_cli.draw import Drawing, diagram, svg, values_of
from backprop_cli.engine import Line
from backprop_cli.errors import UsageError
from backprop_cli.page.computing import computing
from backprop_cli.page.data import page_data
from backprop_cli.page.frame import Document, framed
from backprop_cli.page.markup import MathMarkup, TextMarkup, Writer
from backprop_cli.page.parts import parts_of
from backprop_cli.page.sources import Sources
from backprop_cli.show import Page, Selection, closing, opening

STYLES = ("page.css", "compute.css")
SCRIPTS = (
    "numbers.js", "frame.js", "drawing.js", "marks.js", "passes.js", "stepping.js", "why.js",
    "theme.js",
)  # fmt: skip
MOST_TYPESET = 1000
"""More steps than these are written as in tables: MathML takes three times the room."""


def write_html(page: Page, selection: Selection | None = None) -> Iterator[str]:
    """A worked example as one HTML file that steps through it.

    `page` has every line, of which `selection` says which are shown: what these are made of has
    its value on the page all the same. Raises `UsageError` for matrices.
    """
    if page.matrices:
        raise UsageError("the page has a step for each unit", "--form steps is what it shows")
    lines = [line for line in page.lines if isinstance(line, Line)]
    sources = Sources(page.network, lines, page.several_epochs)
    reads = {line.address: sources.of(line) for line in lines}
    shown = [line for line in (selection(lines) if selection else lines) if isinstance(line, Line)]
    page = page._replace(lines=shown, selection=selection)
    title, *preface = opening(page)
    kind = MathMarkup if len(shown) <= MOST_TYPESET else TextMarkup
    markup: Writer = kind(page.form, page.arithmetic)
    drawings = [
        (view, Markup(svg(drawing, f"bp-{view}-", ground=False, theme="light")))
        for view, drawing in _drawings(page, lines)
    ]
    made = computing(page, sorted({line.address.epoch for line in lines}))
    data = page_data(page, lines, shown, sources, False) | {"compute": made.data}
    yield from framed(
        Document("trace.html", STYLES, (*SCRIPTS, *made.scripts), data, made.source),
        title=title,
        preface=preface,
        drawings=drawings,
        parts=parts_of(page, sources, reads, markup),
        closing=closing(page),
    )


def _drawings(page: Page, lines: Sequence[Line]) -> Iterator[tuple[str, Drawing]]:
    """The network with the numbers of the first pass that is shown, and with those of its update.

    The title stands on the page already, and is left out.
    """
    sample = page.selection.sample if page.selection and page.selection.sample else 1
    values = values_of(page.network, lines, sample)
    untitled = replace(page.network, title="")
    for view, show in (("pass", "backward"), ("update", "update")):
        drawing = diagram(untitled, values, page.start, show, sample=sample)
        title = f"{page.network.title}: {view}"
        yield view, drawing._replace(scene=drawing.scene._replace(title=title))
