"""A worked example as CSV, a row for each step."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from backprop_cli.show.formats.steps_data import steps_data
from backprop_cli.show.page import Page

COLUMNS = (
    "epoch", "batch", "sample", "stage", "layer", "kind", "key", "symbol", "latex", "law",
    "formula", "numbers", "operands", "value", "chain", "chain_numbers", "exact",
)  # fmt: skip


def write_csv(page: Page) -> Iterator[str]:
    """Header and rows; numbers read back to the same float."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for step in steps_data(page):
        writer.writerow(step | {"operands": " ".join(step["operands"])})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
