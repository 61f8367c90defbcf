"""Text folded to a width, and small tables laid out in one; pure functions of text alone.

A number is never broken: where a word is wider than there is room it stands out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import NamedTuple

HANG = 2
"""Blanks by which what follows the first line of something folded is set in."""
GAPS = (3, 2)
"""Blanks between two columns, and where room is short."""
LONGEST_WHOLE = 26
"""Words up to this length stand on one line of their column."""
LEAST_PROSE = 28
"""A column of sentences is at least so wide; in less room they stand below their row."""

# Latin, Greek, superscripts and mathematics: a column each, and nearly all that is ever measured.
_OF_FORMULAS = re.compile("[ -\u02ff\u0370-\u0482\u2070-\u209f\u2190-\u22ff]*")
_TIED = "\N{NO-BREAK SPACE}"
_OPERATOR = re.compile(r"(?<!\S)([=≈+−·/⊙⊘]) ")  # a line begins with one, and does not end so
_INSIDE_A_FORMULA = re.compile(r"(?=·)|(?=/\()")


def breadth(text: str) -> int:
    """Columns of a terminal that `text` takes."""
    if _OF_FORMULAS.fullmatch(text):
        return len(text)
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) != 0 for sign in text)


def folded(text: str, width: int, hang: int = HANG) -> list[str]:
    """Lines of `text`, folded between words; what follows the first is set in by `hang` more.

    A formula that is wider than a line is folded before an operator.
    """
    if breadth(text) <= width:
        return [text]
    indent = " " * (len(text) - len(text.lstrip(" ")))
    lines, line, start = [], indent, indent
    for piece, glue in _pieces(text, width - len(indent) - hang):
        if line == start:
            line += piece
        elif breadth(line) + len(glue) + breadth(piece) > width:
            lines.append(line)
            start = indent + " " * hang
            line = start + piece
        else:
            line += glue + piece
    return [*lines, line]


def _pieces(text: str, room: float) -> Iterator[tuple[str, str]]:
    """What is not broken, each with what stands before it where it follows on the same line."""
    for word in _OPERATOR.sub(f"\\1{_TIED}", text).split(" "):
        parts = _INSIDE_A_FORMULA.split(word) if breadth(word) > room else [word]
        for at, part in enumerate(part for part in parts if part):
            yield part.replace(_TIED, " "), "" if at else " "


def clusters(formula: str) -> Iterator[tuple[str, str]]:
    """What is not broken where a formula of matrices is: as `_pieces`, and before every product."""
    return _pieces(formula, 0)


class Layout(NamedTuple):
    """How a small table stands in columns; `below`: the last column stands below each row."""

    widths: tuple[int, ...]
    gap: int
    below: bool = False


def layout_of(
    headings: Sequence[str], records: Sequence[Sequence[str]], width: int
) -> Layout | None:
    """The roomiest layout that fits in `width` with nothing cut; None where there is none."""
    cells = [[record[at] for record in records] for at in range(len(headings))]
    natural = [
        max(map(breadth, (heading, *column)))
        for heading, column in zip(headings, cells, strict=True)
    ]
    for gap in GAPS:
        if across(natural, gap) <= width:
            return Layout(tuple(natural), gap)
    prose = [
        wide > LONGEST_WHOLE and any(" " in cell for cell in column)
        for wide, column in zip(natural, cells, strict=True)
    ]
    least = [
        max(_longest_word([heading]), _least_of(column, is_prose))
        for heading, column, is_prose in zip(headings, cells, prose, strict=True)
    ]
    for gap in GAPS:
        spare = width - across(least, gap)
        if spare >= 0:
            return Layout(tuple(_shared_out(least, natural, prose, spare)), gap)
    below = prose[-1] or "" in cells[-1]
    for gap in GAPS:
        if below and across(least[:-1], gap) <= width:
            return Layout((*least[:-1], width - HANG), gap, below=True)
    return None


def across(widths: Sequence[int], gap: int) -> int:
    """How wide columns are together."""
    return sum(widths) + gap * (len(widths) - 1)


def _longest_word(texts: Iterable[str]) -> int:
    pieces = (piece for text in texts for piece, _ in _pieces(text, inf))
    return max(map(breadth, pieces), default=0)


def _least_of(column: Sequence[str], prose: bool) -> int:
    """The least width of a column's cells: a sentence may be folded, all else stands whole."""
    widest = max(map(breadth, column), default=0)
    return max(min(widest, LEAST_PROSE), _longest_word(column)) if prose else widest


def _shared_out(
    least: Sequence[int], natural: Sequence[int], prose: Sequence[bool], spare: int
) -> Iterator[int]:
    """The widths, where sentences have shared what is to spare, the first of them first."""
    for low, high, is_prose in zip(least, natural, prose, strict=True):
        more = min(spare, high - low) if is_prose else 0
        spare -= more
        yield low + more


def blocks(
    headings: Sequence[str], records: Sequence[Sequence[str]], width: int
) -> Iterator[list[str]]:
    """Each record as lines, one below the other: what it is, then "heading  value" set in.

    What is empty takes no line.
    """
    label = max(map(breadth, headings[1:]), default=0)
    for record in records:
        lines = folded(f"{headings[0]}: {record[0]}", width)
        for heading, cell in zip(headings[1:], record[1:], strict=True):
            if not cell:
                continue
            beside = f"{' ' * HANG}{heading}{' ' * (label - breadth(heading))}  {cell}"
            if breadth(beside) <= width:
                lines.append(beside)
            else:
                lines += folded(f"{' ' * HANG}{heading}: {cell}", width)
        yield lines
