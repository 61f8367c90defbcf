"""An assessment as a document: score, what is said of each wrong line, and every answer."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.marking.assessment import Assessment
from backprop_cli.marking.report import Level, columns, paragraphs, records
from backprop_cli.marking.verdicts import WRONG
from backprop_cli.show import Format
from backprop_cli.show.document import Block, Document, Paragraph, Points, Records


def feedback(assessment: Assessment, form: Format, level: Level = "full") -> Document:
    """What is handed on: first what is to be said, then every answer; quantities by symbols."""
    return Document(feedback_blocks(assessment, form, level), assessment.network)


def feedback_blocks(assessment: Assessment, form: Format, level: Level = "full") -> Iterator[Block]:
    """The blocks of `feedback`."""
    yield from _said(assessment, form, level, symbols=True)
    if level != "brief":
        yield _answers(assessment, form, level, symbols=True)


def overview(
    assessment: Assessment, form: Format, level: Level = "full", everything: bool = False
) -> Document:
    """What is read at a terminal: every answer if `everything`, and last what is to be said."""
    return Document(_overview(assessment, form, level, everything), assessment.network)


def _overview(
    assessment: Assessment, form: Format, level: Level, everything: bool
) -> Iterator[Block]:
    if everything:
        yield _answers(assessment, form, level, symbols=False)
    yield from _said(assessment, form, level, symbols=False)
    count = len(assessment.answers)
    count -= 0 if assessment.conventions else assessment.counts[WRONG]
    if count and not everything and level != "brief":
        lines = "1 line is" if count == 1 else f"{count} lines are"
        yield Paragraph(f"{lines} not shown; --all shows every line.", "aside")


def _said(assessment: Assessment, form: Format, level: Level, symbols: bool) -> Iterator[Block]:
    for head, *said in paragraphs(assessment, form, level, symbols):
        yield Points(tuple(said), head) if said else Paragraph(head)


def _answers(assessment: Assessment, form: Format, level: Level, symbols: bool) -> Records:
    return Records(columns(level), map(tuple, records(assessment, form, level, symbols)))
