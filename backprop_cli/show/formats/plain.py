"""A worked example as plain text, a line for each step: name = formula = numbers = value."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.show.page import Page
from backprop_cli.show.preamble import closing, headed_sections, opening
from backprop_cli.show.rows import Row


def write_plain(page: Page) -> Iterator[str]:
    """Heading, sections and steps, without any layout that depends on a width."""
    for line in opening(page):
        yield f"{line}\n"
    for heading, part in headed_sections(page):
        if heading:
            yield f"\n{heading}\n"
        yield f"\n{part.title}\n"
        for row in part.rows:
            yield f"  {_equation(row)}\n"
    end = closing(page)
    if end is not None:
        yield f"\n{end}\n"


def _equation(row: Row) -> str:
    """The step as one chain of equations; what stands twice in a row is written once."""
    parts = [row.symbol, row.chain, row.chain_numbers, row.formula, row.numbers, row.value]
    written: list[str] = []
    for part in parts:
        if part and part != (written[-1] if written else ""):
            written.append(part)
    if len(written) > 2 and row.value.startswith(f"{row.numbers} "):
        written.remove(row.numbers)  # a fraction that its decimal is written behind
    return " = ".join(written)
