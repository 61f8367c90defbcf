"""Worksheets: what the student gets to fill in, and the teacher's key."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from math import isfinite

from backprop_cli.engine import Network
from backprop_cli.errors import OutOfRange
from backprop_cli.formulas import Ref
from backprop_cli.marking.reading import HAIR
from backprop_cli.marking.sheet import Entry, Reading, Sheet
from backprop_cli.show import (
    STAGE_TITLES,
    Format,
    conventions,
    full,
    headline,
    in_numbers,
    in_symbols,
    stage_of,
    whereabouts,
)

Filled = Callable[[Entry], str]

LEVELS = ("full", "guided", "final")
LEAST_OF_ONE = 3
"""With fewer digits, what is almost 1 is a bare 1 or 1.0, and says nothing of the work."""
LEAST_OF_DECIMALS = 3
"""Where decimals leave fewer digits than this, a key has so many: 0.000439, not 0.000."""

FORMS = {"toml": ".toml", "markdown": ".md", "csv": ".csv"}
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
) -> str:
    """The text of a worksheet in one of `FORMS`; with `key`, filled in.

    Numbers have so many significant digits, or so many after the point. Raises `OutOfRange` if it
    would ask for what is no number.
    """

    def filled(entry: Entry) -> str:
        if not key:
            return ""
        value = sheet.truths[entry.slot]
        return in_key(value, digits) if decimals is None else in_decimals(value, decimals)

    entries = asked_at(sheet, level)
    _check_finite(sheet, entries)
    if form == "csv":
        return _as_csv(entries, filled)
    if form == "markdown":
        return "".join(_as_markdown(sheet, entries, filled, key))
    return "".join(_as_toml(sheet, entries, filled, key))


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


def _title(network: Network, key: bool) -> str:
    return f"{network.title}: {'key' if key else 'worksheet'}"


def _as_csv(entries: Sequence[Entry], filled: Filled) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("quantity", "value"))
    writer.writerows((entry.key, filled(entry)) for entry in entries)
    return buffer.getvalue()


def _as_toml(sheet: Sheet, entries: Sequence[Entry], filled: Filled, key: bool) -> Iterator[str]:
    yield f"# {_one_line(_title(sheet.network, key))}\n"
    if not key:
        yield "# Name:\n"
    yield from (f"# {line}\n" for line in _givens(sheet))
    if not key:
        yield "#\n# Write each number between the quotes: 0.593, 1.2e-3 or 3/8. Blank is blank.\n"
    for heading, group in groupby(entries, lambda entry: _heading(sheet, entry)):
        yield f"\n# {heading}\n"
        for entry in group:
            symbol = entry.step.name.symbol
            law = f"  # {symbol}" if symbol != entry.step.key else ""
            number = filled(entry)
            yield f"{entry.key} = {number or json.dumps(number)}{law}\n"


def _as_markdown(
    sheet: Sheet, entries: Sequence[Entry], filled: Filled, key: bool
) -> Iterator[str]:
    from backprop_cli.show.formats.markdown import escaped

    yield f"# {escaped(_title(sheet.network, key))}\n\n"
    if not key:
        yield f"Name: {'.' * 30}\n\n"
    yield "".join(f"- {escaped(line)}\n" for line in _givens(sheet))
    for heading, group in groupby(entries, lambda entry: _heading(sheet, entry)):
        yield f"\n## {escaped(heading)}\n\n| quantity | formula | value |\n| :-- | :-- | :-- |\n"
        for entry in group:
            formula = _worked(sheet, entry) if key else ""
            cells = (entry.step.name.symbol, formula, filled(entry))
            yield "| " + " | ".join(map(escaped, cells)) + " |\n"


def _heading(sheet: Sheet, entry: Entry) -> str:
    stage = stage_of(entry.step)
    where = whereabouts(sheet.network, entry.address, stage, len(sheet.epochs) > 1)
    return ", ".join([STAGE_TITLES[stage], *where])


def _worked(sheet: Sheet, entry: Entry) -> str:
    """The formula in symbols, and with six digits of the true numbers."""
    formula, known = entry.step.formula, Reading(entry.scope, sheet.truths)
    return f"{in_symbols(formula)} = {in_numbers(formula, known, Format(digits=6).operand)}"


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
