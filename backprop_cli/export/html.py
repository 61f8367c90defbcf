"""A worked example as an HTML fragment, which is how a trace shows in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from backprop_cli.describe import conventions, given_parameters, given_sample, headline
from backprop_cli.page import Page, page_of_trace
from backprop_cli.rows import Row
from backprop_cli.trace import Trace

__all__ = ["tables_html"]


def tables_html(trace: Trace) -> str:
    """Heading and a table for each section; no style but alignment, no script."""
    return "".join(_fragments(page_of_trace(trace)))


def _fragments(page: Page) -> Iterator[str]:
    network = page.network
    yield f"<h3>{escape(network.title)}</h3>"
    given = [f"At the start {given_parameters(network, page.form)}"]
    if len(network.samples) == 1:
        given.insert(0, f"Given {given_sample(network, 1, page.form)}")
    for line in (network.source, headline(network), *conventions(network), *given):
        yield f"<p>{escape(line)}</p>" if line else ""
    for part in page.sections():
        yield f"<h4>{escape(part.title)}</h4><table><thead><tr>"
        yield "".join(f"<th>{name}</th>" for name in ("Quantity", "Formula", "Numbers", "Value"))
        yield "</tr></thead><tbody>"
        yield from map(_row, part.rows)
        yield "</tbody></table>"


def _row(row: Row) -> str:
    formula = [row.chain, f"= {row.formula}"] if row.chain else [row.formula]
    numbers = [row.chain_numbers, f"= {row.numbers}"] if row.chain else [row.numbers]
    cells = ([row.symbol], formula, numbers, [row.value])
    texts = ("<br>".join(map(escape, lines)) for lines in cells)
    return "<tr>" + "".join(f'<td style="text-align:left">{text}</td>' for text in texts) + "</tr>"
