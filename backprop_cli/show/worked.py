"""A worked example, and the tree of one quantity, as documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backprop_cli.show.document import Block, Document, Equations, Figure, Heading, Paragraph, Tree
from backprop_cli.show.explanation import Node
from backprop_cli.show.page import Page
from backprop_cli.show.preamble import closing, headed_sections, opening


def worked_example(page: Page, figure: Figure | None = None) -> Document:
    """Title, what is given, a section for each stage of each layer, and what came of it.

    A `figure` stands above the sections.
    """
    return Document(_blocks(page, figure), page.network)


def explained(page: Page, nodes: Iterable[Node]) -> Document:
    """Where a quantity of the page comes from."""
    return Document([Tree(nodes, page.written)], page.network)


def _blocks(page: Page, figure: Figure | None) -> Iterator[Block]:
    title, *lines = opening(page)
    yield Heading(title, 1)
    if page.network.source:
        yield Paragraph(lines.pop(0), "source")
    for line in lines:
        yield Paragraph(line, "given")
    if figure is not None:
        yield figure
    for heading, part in headed_sections(page):
        if heading:
            yield Paragraph(heading, "sample")
        yield Heading(part.title)
        yield Equations(part, page.written, page.arithmetic)
    end = closing(page)
    if end is not None:
        yield Paragraph(end, "result")
