"""The page of a trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from markupsafe import Markup

from backprop_cli.draw import diagram, svg, values_of
from backprop_cli.engine import Line, Network
from backprop_cli.errors import UsageError
from backprop_cli.page.computing import computing
from backprop_cli.page.data import page_data
from backprop_cli.page.folding import folded
from backprop_cli.page.frame import Document, framed
from backprop_cli.page.markup import MathMarkup, TextMarkup
from backprop_cli.page.parts import Known, parts_of
from backprop_cli.page.sources import Sources
from backprop_cli.show import Page, Selection, closing, opening

STYLES = ("page.css", "compute.css")
SCRIPTS = (
    "numbers.js", "frame.js", "drawing.js", "marks.js", "passes.js", "stepping.js", "why.js",
    "theme.js",
)  # fmt: skip
MOST_TYPESET = 1000
"""More steps than these are written as in tables: MathML takes three times the room."""
WIDEST = "-0.00000"
"""The drawing has room for such a number in place of each: an update makes others."""
MOST_LABELLED = 200
"""Weights that have their numbers in the drawing."""
LEFT_OUT = (
    "Layers of many units are folded here: {} of {} steps are shown. "
    "The other formats of backprop trace have all of them."
)


def write_html(page: Page, selection: Selection | None = None) -> Iterator[str]:
    """A worked example as one HTML file that steps through it.

    `page` has every line, of which `selection` says which are shown: what these are made of has
    its value on the page all the same. Raises `UsageError` for matrices.
    """
    if page.matrices:
        raise UsageError("the page has a step for each unit", "--form steps is what it shows")
    lines = [line for line in page.lines if isinstance(line, Line)]
    sources = Sources(page.network, lines, page.several_epochs)
    chosen = [line for line in (selection(lines) if selection else lines) if isinstance(line, Line)]
    shown, left_out = folded(page.network, chosen)
    reads = sources.of_all(lines, {line.address for line in shown})
    page = page._replace(lines=shown, selection=selection)
    title, *preface = opening(page)
    if left_out:
        preface.append(LEFT_OUT.format(len(shown), len(chosen)))
    brief = len(shown) > MOST_TYPESET
    markup = (TextMarkup if brief else MathMarkup)(page.form, page.arithmetic)
    made = computing(page, sorted({line.address.epoch for line in lines}))
    data = page_data(page, lines, shown, sources, bool(left_out), brief or bool(left_out)) | {
        "compute": made.data
    }
    yield from framed(
        Document("trace.html", STYLES, (*SCRIPTS, *made.scripts), data, made.source),
        title=title,
        preface=preface,
        drawings=list(_drawings(page, lines)),
        parts=parts_of(page, Known(sources.keys, reads), markup, left_out, brief),
        closing=closing(page),
    )


def _drawings(page: Page, lines: Sequence[Line]) -> Iterator[tuple[str, Markup]]:
    """The network with the numbers of the first pass that is shown, and with those of its update.

    The title stands on the page already, and is left out. So are the numbers on the edges where
    there are many, and with them the drawing of the update, which has no others.
    """
    sample = page.selection.sample if page.selection and page.selection.sample else 1
    values = values_of(page.network, lines, sample)
    untitled, large = replace(page.network, title=""), _weights_of(page.network) > MOST_LABELLED
    for view, show in (("pass", "backward"), ("update", "update"))[: 1 if large else 2]:
        drawing = diagram(
            untitled, values, page.start, show, sample=sample, labels=not large, room=WIDEST
        )
        title = f"{page.network.title}: {view}"
        drawing = drawing._replace(scene=drawing.scene._replace(title=title))
        yield view, Markup(svg(drawing, f"bp-{view}-", ground=False, theme="light"))


def _weights_of(network: Network) -> int:
    return sum(below * above for below, above in pairwise(network.shape))
