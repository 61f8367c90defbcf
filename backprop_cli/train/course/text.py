"""A report as text for people: tables, the error curve, and how it went."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from backprop_cli.train.course.curve import curve
from backprop_cli.train.course.report import Report, Section, document, sections

_STOPPED = {
    "epochs": "", "until": "; the error is low enough", "patience": "; the error falls no more",
    "interrupted": "; interrupted", "diverged": "; stopped, for numbers overflow",
}  # fmt: skip

Form = Callable[[Any], str]


def table(report: Report, form: Form, width: int = 72) -> Iterator[str]:
    """The report for a terminal."""
    yield f"{report.network.title}\n{_course(report)}\n"
    for section in sections(report, form):
        yield f"\n{section.title}\n"
        yield from _aligned(section)
    lines = curve(report.history, min(width, 80))
    if lines:
        letter = report.network.notation.letters.error
        yield f"\n{letter} over {report.epochs:,} epochs\n" + "".join(f"{x}\n" for x in lines)


def _course(report: Report) -> str:
    """How many epochs, how fast, and why no more."""
    rate = ""
    if report.seconds > 0:
        rate = f" in {report.seconds:.3g} s, {report.epochs / report.seconds:,.0f} a second"
    epochs = f"{report.epochs:,} epoch{'s' if report.epochs != 1 else ''}"
    return f"{epochs}{rate} ({report.engine} engine){_STOPPED[report.stopped]}"


def _aligned(section: Section) -> Iterator[str]:
    """Columns with two blanks between; numbers stand at the right."""
    cells = [section.columns, *section.rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        first, *others = zip(row, widths, strict=True)
        texts = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
        yield f"  {'  '.join(texts)}".rstrip() + "\n"
    if section.note:
        yield f"  {section.note}\n"


def markdown(report: Report, form: Form, width: int = 0) -> Iterator[str]:
    """The report as Markdown."""
    yield f"# {_escaped(report.network.title)}\n\n{_course(report)}\n"
    for section in sections(report, form):
        yield f"\n## {section.title}\n\n"
        yield _row(section.columns)
        yield _row([":--", *["--:"] * (len(section.columns) - 1)])
        for row in section.rows:
            yield _row([_escaped(cell) for cell in row])
        if section.note:
            yield f"\n{section.note}\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _escaped(text: str) -> str:
    from backprop_cli.show.formats.markdown import escaped

    return escaped(text)


def as_json(report: Report, form: Form, width: int = 0) -> Iterator[str]:
    """The report as one JSON document."""
    yield json.dumps(document(report), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def jsonl(report: Report, form: Form, width: int = 0) -> Iterator[str]:
    """A line for each point of the history, then the rest of the document in one."""
    data = document(report)
    for point in data.pop("history"):
        yield json.dumps(point, allow_nan=False) + "\n"
    yield json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n"


def csv(report: Report, form: Form, width: int = 0) -> Iterator[str]:
    """The history: epoch and error."""
    yield "epoch,E\n"
    for epoch, error in report.history:
        yield f"{epoch},{error!r}\n"


WRITERS: dict[str, Callable[..., Iterator[str]]] = {
    "table": table, "json": as_json, "jsonl": jsonl, "csv": csv, "markdown": markdown,
}  # fmt: skip
