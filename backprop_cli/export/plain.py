"""A worked example as plain text, a line for each step: name = formula = numbers = value."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.describe import conventions, given_parameters, given_sample, headline
from backprop_cli.page import Page
from backprop_cli.rows import Row

__all__ = ["write_plain"]


def write_plain(page: Page) -> Iterator[str]:
    """Heading, sections and steps, without any layout that depends on a width."""
    network = page.network
    yield f"{network.title}\n"
    for line in (network.source, headline(network), *conventions(network)):
        if line:
            yield f"{line}\n"
    yield f"At the start {given_parameters(network, page.form)}\n"
    if len(network.samples) == 1:
        yield f"{given_sample(network, 1, page.form)}\n"
    for part in page.sections():
        yield f"\n{part.title}\n"
        for row in part.rows:
            yield f"  {_equation(row)}\n"


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
