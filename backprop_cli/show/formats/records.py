"""Small tables of any kind, in the formats that every command has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from backprop_cli.show.document import USUAL, Document, Records, Style
from backprop_cli.show.folding import blocks, breadth
from backprop_cli.show.formats.choice import offered, write

FORMATS = ("table", *offered("json", "csv"))

Record = Sequence[Any]


def records_text(
    form: str,
    columns: Sequence[str],
    records: Iterable[Record],
    document: dict[str, Any] | None = None,
    right: bool = False,
    style: Style = USUAL,
) -> str:
    """`records` as text in one of `FORMATS` but table.

    JSON has one object per record under the last key of `document`, whose value is replaced. With
    `right`, the columns after the first hold numbers, which stand at the right.
    """
    if form == "json":
        from backprop_cli.show.formats.json_ import document_json  # most tables are for people

        data = dict(document or {})
        data[list(data)[-1]] = [dict(zip(columns, record, strict=True)) for record in records]
        return document_json(data)
    if form == "csv":
        from backprop_cli.show.formats.csv_ import table_csv

        return table_csv(columns, records)
    table = Records(tuple(columns), map(tuple, records), right)
    return "".join(write(form, Document([table]), style))


def fitted(columns: Sequence[str], records: Sequence[Record], width: int) -> list[str]:
    """Lines of a table of numbers; blocks of lines where it is wider than `width`."""
    lines = records_text("plain", columns, records, right=True).splitlines()
    if max(map(breadth, lines)) <= width:
        return lines
    texts = [[str(cell) for cell in record] for record in records]
    return [line for block in blocks(columns, texts, width) for line in block]
