"""Answers in the tables of a Markdown page, as `backprop worksheet --format markdown` has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from backprop_cli.config import Remark
from backprop_cli.errors import LONGEST_GUESS, ConfigError, Place, Problem, shortened, visible
from backprop_cli.marking.reading.keys import Qualifiers, qualifier
from backprop_cli.marking.reading.numbers import NotANumber, number_of
from backprop_cli.marking.reading.rows import Item, from_row, names_columns

_CELLS = re.compile(r"(?<!\\)\|")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_RULE = set("|:- \t\r")
"""What the line below a header consists of."""
_HEADING = re.compile(r"#{1,6}\s")
_AROUND = "*_`$ \t"
"""Marks of emphasis, code and formulas, which may stand around a number."""


def is_worksheet(text: str) -> bool:
    """Whether the text has a table of quantities and values, and no verdicts in it."""
    return any(_is_header(_cells(line)) for line in text.split("\n"))


def _is_header(cells: list[str] | None) -> bool:
    names = [cell.lower() for cell in cells or ()]
    return names_columns(names) and "verdict" not in names


def _cells(line: str) -> list[str] | None:
    """The cells of a row of a table, as they read; None of another line."""
    line = line.strip()
    if not line.startswith("|"):
        return None
    inner = line[1:-1] if line.endswith("|") and not line.endswith("\\|") else line[1:]
    return [_ESCAPED.sub(r"\1", cell.strip()) for cell in _CELLS.split(inner)]


def from_markdown(text: str, name: str, remark: Remark = lambda _: None) -> Iterator[Item]:
    """A row for each quantity; a heading above may say the epoch, batch and sample.

    Raises `ConfigError` for a page without such a table. What stands beside empty values is
    remarked.
    """
    header: list[str] | None = None
    said: Qualifiers = {}
    tables, beside = 0, list[str]()
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        cells = _cells(line)
        if cells is None:
            header = None
            said = _said(line) if _HEADING.match(line) else said
        elif header is None:
            header = [cell.lower() for cell in cells] if _is_header(cells) else []
            tables += bool(header)
        elif header and not _RULE.issuperset(line):
            item = _row(header, cells, said, Place(name, number, "", line))
            if item.value == "" and _has_result(dict(zip(header, cells, strict=False))):
                beside.append(item.key)
            yield item
    if beside:
        more = f" and {len(beside) - 1:,} more" if len(beside) > 1 else ""
        what = "the result stands in the column formula, but only the column value is read"
        remark(f"{name}: {visible(shortened(beside[0], LONGEST_GUESS))}{more}: {what}")
    if not tables:
        what = "there is no table with the columns quantity and value"
        raise ConfigError(Problem(what, Place(name)))


def _has_result(row: Mapping[str, str]) -> bool:
    """Whether the worked formula ends in a number, which was meant to be the answer."""
    try:
        result = row.get("formula", "").rpartition("=")[2]
        return number_of(result.strip(_AROUND)) is not None
    except NotANumber:
        return False


def _said(heading: str) -> Qualifiers:
    """Epoch, batch and sample, as in `## Forward pass, sample 2`."""
    return dict(filter(None, map(qualifier, heading.split(","))))


def _row(header: list[str], cells: list[str], said: Qualifiers, place: Place) -> Item:
    problem = None
    if len(cells) > len(header):
        what = f"the row has {len(cells)} cells, but the header {len(header)}"
        problem = Problem(what, place)
    padded = [cell.strip(_AROUND) for cell in cells] + [""] * (len(header) - len(cells))
    item = from_row(dict(zip(header, padded, strict=False)), place, problem)
    return Item(item.key, item.value, {**said, **item.said}, place, item.problem)
