"""Worksheets: what the student gets to fill in, and the teacher's key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from math import isfinite
from typing import NamedTuple

from backprop_cli.engine import Network
from backprop_cli.errors import OutOfRange
from backprop_cli.formulas import Ref
from backprop_cli.marking.matrix_sheet import (
    Asked,
    in_full,
    matrices_asked,
    numbers_asked,
)
from backprop_cli.marking.reading import HAIR
from backprop_cli.marking.sheet import Entry, Reading, Sheet
from backprop_cli.show import (
    STAGE_TITLES,
    Format,
    Written,
    conventions,
    full,
    heading_of_samples,
    headline,
    layout_of_samples,
    parameter_matrices,
    shape_text,
    stage_of,
    whereabouts,
)
from backprop_cli.show.document import (
    USUAL,
    Blank,
    Blanks,
    Block,
    Document,
    Figure,
    Heading,
    Paragraph,
    Points,
    Style,
)
from backprop_cli.show.formats import FORMATS, offered, write
from backprop_cli.show.formats.csv_ import table_csv

Filled = Callable[[Entry], str]

LEVELS = ("full", "guided", "final")
LEAST_OF_ONE = 3
"""With fewer digits, what is almost 1 is a bare 1 or 1.0, and says nothing of the work."""
LEAST_OF_DECIMALS = 3
"""Where decimals leave fewer digits than this, a key has so many: 0.000439, not 0.000."""

_NAME = "# Name:"
_CUT = "\0"

PAPER = tuple(name for name in offered() if FORMATS[name].entire)
FORMS = {"toml": ".toml"} | {name: FORMATS[name].ending for name in (*PAPER, "csv")}
"""The forms of a worksheet, and how their files end."""

GUIDED = ("net", "out", "E_total", "delta", "gradient", "new", "E_epoch", "E_mean")
SUMS = ("total_error", "hidden_error_term")
FINAL = ("new", "E_total", "E_epoch", "E_mean")


def asked_at(sheet: Sheet, level: str) -> list[Entry]:
    """The lines that a worksheet asks for: all, the milestones, or the results alone.

    What is the only part of a sum, of one output or along one path, is not asked for beside it.
    """
    kinds = {"guided": GUIDED, "final": FINAL}.get(level)
    alone = {
        entry.address._replace(key=entry.step.formula.name.key)
        for entry in sheet.entries
        if entry.step.law in SUMS and isinstance(entry.step.formula, Ref)
    }
    return [
        entry
        for entry in sheet.entries
        if entry.asked
        and entry.address not in alone
        and (kinds is None or entry.step.kind in kinds)
    ]


def worksheet(
    sheet: Sheet,
    level: str = "full",
    form: str = "toml",
    key: bool = False,
    digits: int = 9,
    decimals: int | None = None,
    matrices: bool = False,
    style: Style = USUAL,
    figure: Figure | None = None,
) -> str:
    """The text of a worksheet in one of `FORMS`; with `key`, filled in; or with whole `matrices`.

    A `figure` stands above the lines, in the forms that are for paper.

    Numbers have so many significant digits, or so many after the point. Raises `OutOfRange` if it
    would ask for what is no number.
    """

    contents = contents_of(sheet, level, key, digits, decimals, matrices)
    if form == "toml":
        return "".join(_as_toml(sheet, *contents, key))
    if form == "csv":
        records = ((one.key, _blank(one, contents.filled).cell) for one in contents.asked)
        return table_csv(("quantity", "value"), records)
    document = Document(_blocks(sheet, contents, key, figure), sheet.network)
    return "".join(write(form, document, style))


class Contents(NamedTuple):
    """What stands on a worksheet: the network in words, what is asked for, and what is filled in.

    `filled` gives the number of an entry as a key has it, and "" where it is left blank.
    """

    given: Sequence[str]
    asked: Sequence[Asked]
    filled: Filled


def contents_of(
    sheet: Sheet,
    level: str = "full",
    key: bool = False,
    digits: int = 9,
    decimals: int | None = None,
    matrices: bool = False,
) -> Contents:
    """The contents of a worksheet of any form. Raises what `worksheet` raises."""

    def filled(entry: Entry) -> str:
        if not key:
            return ""
        value = sheet.truths[entry.slot]
        return in_key(value, digits) if decimals is None else in_decimals(value, decimals)

    entries = asked_at(sheet, level)
    _check_finite(sheet, entries)
    asked = tuple(matrices_asked(sheet, entries) if matrices else numbers_asked(entries))
    given = tuple(_given_matrices(sheet) if matrices else _givens(sheet))
    return Contents(given, asked, filled)


def toml_around(sheet: Sheet, contents: Contents) -> list[str]:
    """The blank worksheet in TOML, cut where something is to be written.

    That is first the name, then each number, in the order of `contents.asked`.
    """
    cut = contents._replace(filled=lambda _: _CUT)
    text = "".join(_as_toml(sheet, *cut, key=False))
    head, name, rest = text.partition(f"\n{_NAME}")
    return [f"{head}{name}", *rest.split(_CUT)]  # a title, which may be anything, is in the head


def _check_finite(sheet: Sheet, entries: Iterable[Entry]) -> None:
    for entry in entries:
        value = sheet.truths[entry.slot]
        if not isfinite(value):
            raise OutOfRange(
                f"{entry.key} is {value}, and a worksheet asks for numbers",
                "smaller numbers, or a smaller learning rate, may help",
            )


def in_key(value: float, digits: int) -> str:
    """`value` with so many significant digits, as it is marked right when it is handed in.

    If it is not just what is written, zeros at its end stay (0.750), and none stands where a digit
    would (1.23e3, not 1230). Where too few digits would make a bare 0 or 1 of it, it has more.
    """
    text = Format(digits)(value)
    if not isfinite(value) or abs(float(text) - value) <= HAIR * abs(value):
        return text
    scientific = f"{value:.{digits - 1}e}"
    number = Decimal(scientific)
    if number in (0, 1) and digits < LEAST_OF_ONE:
        return in_key(value, digits + 1)
    mantissa, _, power = scientific.partition("e")
    return f"{mantissa}e{int(power)}" if "e" in text or int(power) >= digits else f"{number:f}"


def in_decimals(value: float, decimals: int) -> str:
    """`value` with so many digits after the point, zeros at its end kept (0.750).

    Where these leave too few digits to be marked right in full, it has more.
    """
    text = Format(decimals=decimals)(value)
    if not isfinite(value) or abs(float(text) - value) <= HAIR * abs(value):
        return text
    significant = text.lstrip("-0.").replace(".", "")
    return text if len(significant) >= LEAST_OF_DECIMALS else in_key(value, LEAST_OF_DECIMALS)


def title_of(network: Network, key: bool) -> str:
    """The heading of the whole."""
    return f"{network.title}: {'key' if key else 'worksheet'}"


def _as_toml(
    sheet: Sheet, given: Sequence[str], asked: Sequence[Asked], filled: Filled, key: bool
) -> Iterator[str]:
    yield f"# {_one_line(title_of(sheet.network, key))}\n"
    if not key:
        yield f"{_NAME}\n"
    yield from (f"# {line}\n" for line in given)
    if not key:
        yield "#\n# Write each number between the quotes: 0.25, 1.2e-3 or 3/8. Blank is blank.\n"
    for heading, group in groupby(asked, lambda one: heading_of(sheet, one)):
        yield f"\n# {heading}\n"
        for one in group:
            symbol = one.step.name.symbol
            said = [symbol] if symbol != one.step.key else []
            said += [shape_text(one.shape)] if one.shape else []
            remark = f"  # {', '.join(said)}" if said else ""
            yield f"{one.key} = {_toml_value(one, filled)}{remark}\n"


def _toml_value(one: Asked, filled: Filled) -> str:
    """The place for a number, or the rows of a matrix, one below the other."""

    def place(entry: Entry) -> str:
        number = filled(entry)
        return number or json.dumps(number)

    if one.shape is None:
        return place(one.rows[0][0])
    rows = [f"[{', '.join(map(place, row))}]" for row in one.rows]
    below = ",\n" + " " * len(f"{one.key} = [")
    return f"[{below.join(rows)}]"


def _blocks(sheet: Sheet, contents: Contents, key: bool, figure: Figure | None) -> Iterator[Block]:
    """The worksheet as a document; a key has the formulas too, with six digits in them."""
    form = Format(digits=6)
    yield Heading(title_of(sheet.network, key), 1)
    if not key:
        yield Paragraph(f"Name: {'.' * 30}")
    yield Points(tuple(contents.given))
    if figure is not None:
        yield figure
    for heading, group in groupby(contents.asked, lambda one: heading_of(sheet, one)):
        yield Heading(heading)
        lines = (_line(sheet, one, contents.filled, key) for one in group)
        yield Blanks(tuple(lines), Written(form, form.operand))


def _line(sheet: Sheet, one: Asked, filled: Filled, key: bool) -> Blank:
    line = _blank(one, filled)
    if not key:
        return line
    entry = one.rows[0][0]
    known = Reading(entry.scope, sheet.truths) if one.line is None else one.line.scope
    return line._replace(formula=one.step.formula, known=known)


def _blank(one: Asked, filled: Filled) -> Blank:
    """A line as it is filled in, without its formula."""
    rows = tuple(tuple(map(filled, row)) for row in one.rows)
    return Blank(one.step.name, rows, one.shape is not None)


def heading_of(sheet: Sheet, one: Asked) -> str:
    """The heading that a quantity stands under: its stage, and whose it is."""
    stage = stage_of(one.step)
    where = whereabouts(sheet.network, one.address, stage, len(sheet.epochs) > 1)
    return ", ".join([STAGE_TITLES[stage], *where])


def worked_out(sheet: Sheet, one: Asked) -> str:
    """The formula in symbols, and with six digits of the true numbers."""
    form = Format(digits=6)
    return _line(sheet, one, lambda _: "", key=True).worked(Written(form, form.operand))


def _given_matrices(sheet: Sheet) -> Iterator[str]:
    """The network and its numbers, in matrices."""
    network, written = sheet.network, in_full(full)
    yield headline(network)
    yield from conventions(network)
    yield from layout_of_samples(network)
    start = {parameter.name: parameter.value for parameter in network.parameters()}
    yield parameter_matrices(network, start, written)
    for numbers in network.batches():
        for part in [numbers] if network.reduces else [(number,) for number in numbers]:
            yield heading_of_samples(network, part, written)


def _givens(sheet: Sheet) -> Iterator[str]:
    """The network and its numbers, in words."""
    network = sheet.network
    yield headline(network)
    yield from conventions(network)
    for layer in network.layers:
        for unit, row in zip(layer.units, layer.weights, strict=True):
            weights = ", ".join(f"{w.name} = {full(w.value)} (from {w.sender.name})" for w in row)
            yield f"into {unit.name}: {weights}"
        if layer.biases:
            yield "biases: " + ", ".join(f"{b.name} = {full(b.value)}" for b in layer.biases)
    for number, sample in enumerate(network.samples, start=1):
        inputs = ", ".join(map(full, sample.inputs))
        targets = ", ".join(map(full, sample.targets))
        which = f"sample {number}: " if len(network.samples) > 1 else ""
        yield f"{which}inputs {inputs}; targets {targets}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
