"""An assessment as a page of Markdown: what is said of each wrong line is a list below it."""

from __future__ import annotations

from backprop_cli.marking.assessment import Assessment
from backprop_cli.marking.report import Level, columns, paragraphs, records
from backprop_cli.show import Format
from backprop_cli.show.formats.markdown import escaped
from backprop_cli.show.formats.records import records_text


def feedback(assessment: Assessment, form: Format, level: Level = "full") -> str:
    """Score, wrong lines, then every answer in a table; quantities by their symbols."""
    parts = []
    for head, *said in paragraphs(assessment, form, level, symbols=True):
        below = "".join(f"- {escaped(line)}\n" for line in said)
        parts.append(f"**{escaped(head)}**\n\n{below}" if said else f"{escaped(head)}\n")
    if level != "brief":
        rows = records(assessment, form, level, symbols=True)
        parts.append(records_text("markdown", columns(level), rows, None))
    return "\n".join(parts)
