"""The matrices that a worksheet asks for: each with its entries on the sheet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from backprop_cli.engine import Address, MatrixLine, MatrixStep, Step, matrix_lines, qualified
from backprop_cli.formulas import ATOM
from backprop_cli.marking.sheet import Entry, Sheet
from backprop_cli.show import Format, Written

Rows = tuple[tuple[Entry, ...], ...]


class Asked(NamedTuple):
    """A quantity that is asked for: `rows` of entries, of a number a single one.

    `shape` is None of a number, and `line` of what belongs to no layer.
    """

    key: str
    step: Step | MatrixStep
    address: Address
    rows: Rows
    shape: tuple[int, int] | None = None
    line: MatrixLine | None = None


def numbers_asked(entries: Collection[Entry]) -> Iterator[Asked]:
    """Each entry by itself."""
    for entry in entries:
        yield Asked(entry.key, entry.step, entry.address, ((entry,),))


def matrices_asked(sheet: Sheet, entries: Collection[Entry]) -> Iterator[Asked]:
    """The matrices all of whose entries are among these, and what belongs to no layer."""
    asked = {entry.slot for entry in entries}
    for line in matrix_lines(sheet.network, sheet.entries):
        if isinstance(line, Entry):
            if line.slot in asked:
                yield from numbers_asked([line])
            continue
        slots = [[number.slot for number in row] for row in line.value]
        if not all(slot in asked for row in slots for slot in row):
            continue
        rows = tuple(tuple(sheet.of_slot[slot] for slot in row) for row in slots)
        shape = len(rows), len(rows[0])
        is_number = shape == (1, 1) and rows[0][0].step.key == line.step.key  # E_total
        key = qualified(line, sheet.network, line.address.epoch > 1)
        yield Asked(key, line.step, line.address, rows, None if is_number else shape, line)


def in_full(full: Callable[[object], str]) -> Written:
    """Matrices whose numbers are written in full, none left out."""
    return Written(Format(digits=17), lambda number: (full(number), ATOM), whole=True)
