"""A worked example as an HTML fragment, which is how a trace shows in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from backprop_cli.show.page import Page
from backprop_cli.show.preamble import closing, headed_sections, opening
from backprop_cli.show.rows import Row

LEFT = "text-align:left;padding-right:1em"


def tables_html(page: Page) -> str:
    """Heading and a table for each section; no style but alignment, no script."""
    return "".join(_fragments(page))


def _fragments(page: Page) -> Iterator[str]:
    title, *lines = map(escape, opening(page))
    yield f"<h3>{title}</h3>"
    for line in lines:
        yield f"<p>{line}</p>"
    for heading, part in headed_sections(page):
        if heading:
            yield f"<p><strong>{escape(heading)}</strong></p>"
        yield f"<h4>{escape(part.title)}</h4><table><thead><tr>"
        yield "".join(
            f'<th style="{LEFT}">{name}</th>'
            for name in ("Quantity", "Formula", "Numbers", "Value")
        )
        yield "</tr></thead><tbody>"
        yield from map(_row, part.rows)
        yield "</tbody></table>"
    end = closing(page)
    if end is not None:
        yield f"<p>{escape(end)}</p>"


def _row(row: Row) -> str:
    formula = [row.chain, f"= {row.formula}"] if row.chain else [row.formula]
    numbers = [row.chain_numbers, f"= {row.numbers}"] if row.chain else [row.numbers]
    cells = ([row.symbol], formula, numbers, [row.value])
    texts = ("<br>".join(map(escape, lines)) for lines in cells)
    return "<tr>" + "".join(f'<td style="{LEFT}">{text}</td>' for text in texts) + "</tr>"
