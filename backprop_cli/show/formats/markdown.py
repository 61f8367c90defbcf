"""A worked example as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.show.drawing import drawn
from backprop_cli.show.page import Page
from backprop_cli.show.preamble import closing, headed_sections, opening
from backprop_cli.show.rows import Section

WIDTH = 100
"""Columns in which matrices are drawn."""


def write_markdown(page: Page) -> Iterator[str]:
    """A heading for each section, a table row for each step."""
    title, *lines = map(escaped, opening(page))
    yield f"# {title}\n"
    for line in lines:
        yield f"\n{line}\n"
    for heading, part in headed_sections(page):
        if heading:
            yield f"\n**{escaped(heading)}**\n"
        yield f"\n## {escaped(part.title)}\n\n"
        if part.rows[0].sides:
            yield from _fenced(part)
            continue
        yield "| Quantity | Formula | Numbers | Value |\n| :-- | :-- | :-- | --: |\n"
        for row in part.rows:
            formula = f"{row.chain} = {row.formula}" if row.chain else row.formula
            numbers = f"{row.chain_numbers} = {row.numbers}" if row.chain else row.numbers
            cells = (row.symbol, formula, numbers, row.value)
            yield "| " + " | ".join(map(escaped, cells)) + " |\n"
    end = closing(page)
    if end is not None:
        yield f"\n{escaped(end)}\n"


def _fenced(part: Section) -> Iterator[str]:
    """The laws, and the equations with their matrices drawn, as a block of code."""
    yield "".join(f"- {escaped(law)}\n" for law in part.laws)
    yield "\n```text\n"
    for row in part.rows:
        yield "".join(f"{line[1:]}\n" for line in drawn(row, WIDTH))
    yield "```\n"


def escaped(text: str) -> str:
    """`text` with what Markdown would take for a mark written as itself."""
    for mark in "\\`*_|<>[]#":
        text = text.replace(mark, f"\\{mark}")
    return text
