"""A worked example as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.describe import conventions, given_parameters, given_sample, headline
from backprop_cli.page import Page

__all__ = ["escaped", "write_markdown"]


def write_markdown(page: Page) -> Iterator[str]:
    """A heading for each section, a table row for each step."""
    network = page.network
    yield f"# {escaped(network.title)}\n\n"
    for line in (network.source, headline(network), *conventions(network)):
        if line:
            yield f"{escaped(line)}\n\n"
    yield f"At the start {escaped(given_parameters(network, page.form))}.\n"
    if len(network.samples) == 1:
        yield f"\nGiven {escaped(given_sample(network, 1, page.form))}.\n"
    for part in page.sections():
        yield f"\n## {escaped(part.title)}\n\n"
        yield "| Quantity | Formula | Numbers | Value |\n| :-- | :-- | :-- | --: |\n"
        for row in part.rows:
            formula = f"{row.chain} = {row.formula}" if row.chain else row.formula
            numbers = f"{row.chain_numbers} = {row.numbers}" if row.chain else row.numbers
            cells = (row.symbol, formula, numbers, row.value)
            yield "| " + " | ".join(map(escaped, cells)) + " |\n"


def escaped(text: str) -> str:
    """`text` with what Markdown would take for a mark written as itself."""
    for mark in "\\`*_|<>[]#":
        text = text.replace(mark, f"\\{mark}")
    return text
