"""CSV: a table, and a worked example as one, with a row for each step."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from backprop_cli.show.formats.steps_data import steps_data
from backprop_cli.show.page import Page

COLUMNS = (
    "epoch", "batch", "sample", "stage", "layer", "kind", "key", "symbol", "latex", "law",
    "formula", "numbers", "operands", "value", "chain", "chain_numbers", "exact",
)  # fmt: skip
OF_MATRICES = ("form", "shape")
"""What a matrix has besides."""


def write_csv(page: Page) -> Iterator[str]:
    """Header and rows; numbers read back to the same float, matrices as lists of rows in JSON."""
    buffer = io.StringIO()
    writer = csv.DictWriter(
        buffer, COLUMNS + (OF_MATRICES if page.matrices else ()), lineterminator="\n"
    )
    writer.writeheader()
    for step in steps_data(page):
        cells = step | {"operands": " ".join(step["operands"])}
        writer.writerow({column: _cell(value) for column, value in cells.items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def table_csv(columns: Sequence[str], records: Iterable[Sequence[Any]]) -> str:
    """A table of any kind."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(records)
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list) else value
