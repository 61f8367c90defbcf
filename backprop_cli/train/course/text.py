"""A report as text for people: tables, the error curve, and how it went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from backprop_cli.show.folding import folded
from backprop_cli.show.formats.markdown import escaped
from backprop_cli.show.formats.records import fitted, records_text
from backprop_cli.train.course.curve import curve
from backprop_cli.train.course.report import Report, document, sections

_STOPPED = {
    "epochs": "",
    "until": "; the error is low enough",
    "patience": "; the error falls no more",
    "interrupted": "; interrupted",
    "diverged": "; stopped, for numbers overflow",
}

INDENT = "  "
Form = Callable[[Any], str]


def table(report: Report, form: Form, width: int = 72) -> Iterator[str]:
    """The report for a terminal."""
    yield from _folded((report.network.title, _course(report)), width)
    for section in sections(report, form):
        yield from _folded(("", section.title), width)
        lines = fitted(section.columns, section.rows, width - len(INDENT))
        yield from (f"{INDENT}{line}\n" for line in lines)
        yield from _folded((INDENT + section.note,) if section.note else (), width)
    lines = curve(report.course.points(), min(width, 80))
    if lines:
        letter = report.network.notation.letters.error
        yield f"\n{letter} over {report.course.epoch:,} epochs\n" + "".join(f"{x}\n" for x in lines)


def _folded(texts: Iterable[str], width: int) -> Iterator[str]:
    """Texts in lines of `width`."""
    return (f"{line}\n" for text in texts for line in folded(text, width, 0))


def _course(report: Report) -> str:
    """How many epochs, how fast, and why no more."""
    rate = ""
    if report.seconds > 0:
        rate = f" in {report.seconds:.3g} s, {report.course.epoch / report.seconds:,.0f} a second"
    epochs = f"{report.course.epoch:,} epoch{'s' if report.course.epoch != 1 else ''}"
    return f"{epochs}{rate} ({report.engine} engine){_STOPPED[report.stopped]}"


def markdown(report: Report, form: Form, width: int = 0) -> Iterator[str]:
    """The report as Markdown."""
    yield f"# {escaped(report.network.title)}\n\n{_course(report)}\n"
    for section in sections(report, form):
        yield f"\n## {section.title}\n\n"
        yield records_text("markdown", section.columns, section.rows, right=True)
        if section.note:
            yield f"\n{section.note}\n"


def as_json(report: Report, form: Form, width: int = 0) -> Iterator[str]:
    """The report as one JSON document."""
    import json  # a report for people needs none

    yield json.dumps(document(report), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def jsonl(report: Report, form: Form, width: int = 0) -> Iterator[str]:
    """A line for each point of the history, then the rest of the document in one."""
    import json

    data = document(report)
    for line in (*data.pop("history"), data):
        yield json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n"


def csv(report: Report, form: Form, width: int = 0) -> Iterator[str]:
    """The history: epoch and error."""
    yield records_text("csv", ("epoch", "E"), report.course.points())


WRITERS: dict[str, Callable[..., Iterator[str]]] = {
    "table": table,
    "json": as_json,
    "jsonl": jsonl,
    "csv": csv,
    "markdown": markdown,
}
