"""Small tables of any kind, in the formats that every command has."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from backprop_cli.show.folding import blocks, breadth
from backprop_cli.show.formats.markdown import escaped

FORMATS = ("table", "plain", "json", "csv", "markdown")

Record = Sequence[Any]


def records_text(
    form: str,
    columns: Sequence[str],
    records: Iterable[Record],
    document: dict[str, Any] | None = None,
    right: bool = False,
) -> str:
    """`records` as text in one of `FORMATS` but table.

    JSON has one object per record under the last key of `document`, whose value is replaced. With
    `right`, the columns after the first hold numbers, which stand at the right.
    """
    if form == "json":
        import json  # most tables are for people

        data = dict(document or {})
        data[list(data)[-1]] = [dict(zip(columns, record, strict=True)) for record in records]
        return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if form == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(records)
        return buffer.getvalue()
    texts = [[str(cell) for cell in record] for record in records]
    if form == "markdown":
        lines = [" | ".join(map(escaped, row)) for row in (columns, *texts)]
        lines.insert(1, " | ".join([":--", *["--:" if right else ":--"] * (len(columns) - 1)]))
        return "".join(f"| {line} |\n" for line in lines)
    widths = [max(map(len, column)) for column in zip(columns, *texts, strict=True)]
    placed = [str.ljust, *[str.rjust if right else str.ljust] * (len(columns) - 1)]

    def line(row: Sequence[str]) -> str:
        cells = zip(placed, row, widths, strict=True)
        return "  ".join(place(cell, width) for place, cell, width in cells).rstrip() + "\n"

    return "".join(map(line, (columns, *texts)))


def fitted(columns: Sequence[str], records: Sequence[Record], width: int) -> list[str]:
    """Lines of a table of numbers; blocks of lines where it is wider than `width`."""
    lines = records_text("plain", columns, records, right=True).splitlines()
    if max(map(breadth, lines)) <= width:
        return lines
    texts = [[str(cell) for cell in record] for record in records]
    return [line for block in blocks(columns, texts, width) for line in block]
