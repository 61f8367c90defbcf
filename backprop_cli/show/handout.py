"""What is asked and what is said of the answers, for whoever lays it out: neutral data.

A `Handout` is a worksheet with its places to fill in; `Remarks` are a student's answers, marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from backprop_cli.engine import MatrixName, Name, Network


class Blank(NamedTuple):
    """A place for one number.

    `key` says which quantity of which sample it is, `quantity` is the key without that. `value` is
    what a key fills in; "" where it is left blank.
    """

    key: str
    quantity: str
    symbol: str
    value: str = ""


class Question(NamedTuple):
    """A quantity that is asked for, with its rows of blanks: of a number a single one.

    `shape` is None of a number. `worked` is the formula, in symbols and numbers, of a key alone.
    """

    key: str
    name: Name | MatrixName
    rows: tuple[tuple[Blank, ...], ...]
    shape: tuple[int, int] | None = None
    worked: str = ""


class Part(NamedTuple):
    """The questions under one heading."""

    heading: str
    questions: tuple[Question, ...]


class Handout(NamedTuple):
    """A worksheet, or the key to it: what is given, and what is asked in the textbook's order.

    `answers` is the file of answers, cut where the name and then each number go into it; empty of
    a key.
    """

    network: Network
    title: str
    given: tuple[str, ...]
    parts: tuple[Part, ...]
    answers: tuple[str, ...] = ()


class Remark(NamedTuple):
    """What is said of one answer: its status, the number as given, and sentences about it."""

    status: str
    given: str
    said: tuple[str, ...] = ()
    points: str = ""


class Remarks(NamedTuple):
    """A student's answers, marked: `of` has the remark to each answer, by its key.

    `score` stands above, `notes` are paragraphs of a heading and sentences. `first_wrong` is a key.
    With `numbers` the right ones may be told; without, they are to be found nowhere.
    """

    score: str
    notes: tuple[tuple[str, ...], ...]
    of: Mapping[str, Remark]
    first_wrong: str | None
    numbers: bool
