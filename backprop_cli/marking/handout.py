"""A worksheet as places to fill in, for whoever lays it out as a page."""

from __future__ import annotations

from itertools import groupby

from backprop_cli.marking.matrix_sheet import Asked
from backprop_cli.marking.sheet import Entry, Sheet
from backprop_cli.marking.worksheet import (
    Contents,
    contents_of,
    heading_of,
    title_of,
    toml_around,
    worked_out,
)
from backprop_cli.show import Blank, Handout, Part, Question


def handout(
    sheet: Sheet,
    level: str = "full",
    key: bool = False,
    digits: int = 9,
    decimals: int | None = None,
    matrices: bool = False,
) -> Handout:
    """The worksheet, or with `key` the teacher's. Raises what `worksheet.worksheet` raises.

    Of a blank one, no value of a line is in it, in whatever form.
    """
    contents = contents_of(sheet, level, key, digits, decimals, matrices)
    parts = tuple(
        Part(heading, tuple(_question(sheet, one, contents, key) for one in group))
        for heading, group in groupby(contents.asked, lambda one: heading_of(sheet, one))
    )
    answers = () if key else tuple(toml_around(sheet, contents))
    title = title_of(sheet.network, key)
    return Handout(sheet.network, title, tuple(contents.given), parts, answers)


def _question(sheet: Sheet, one: Asked, contents: Contents, key: bool) -> Question:
    rows = tuple(tuple(_blank(entry, contents) for entry in row) for row in one.rows)
    worked = worked_out(sheet, one) if key else ""
    return Question(one.key, one.step.name, rows, one.shape, worked)


def _blank(entry: Entry, contents: Contents) -> Blank:
    return Blank(entry.key, entry.step.key, entry.step.name.symbol, contents.filled(entry))
