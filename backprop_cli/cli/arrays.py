"""What `backprop verify` does with the arrays of a program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from sys import maxsize
from typing import TYPE_CHECKING, Any

from backprop_cli.cli.output import Output, warn
from backprop_cli.engine import Network
from backprop_cli.errors import ConfigError, UsageError
from backprop_cli.marking.reading import Item, Keys, is_matrix_key
from backprop_cli.show.document import Document
from backprop_cli.show.folding import HANG, folded
from backprop_cli.show.formats.records import records_text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from backprop_cli.arrays.report import Report

TEXTS = (".toml", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".md", ".markdown")
"""Endings of files that are no arrays: where none are, the wing of arrays is not imported."""


def arrays_in_file(path: str) -> Mapping[str, Any] | None:
    """The arrays in a file of arrays; None for any other. What is left out is said."""
    if path == "-" or path.lower().endswith(TEXTS):
        return None
    from backprop_cli.arrays.files import form_of, read_arrays

    if not form_of(path):
        return None
    held = read_arrays(path)
    for name, why in held.left_out.items():
        warn(f"{path}: {name} is left out: it {why}")
    return held.arrays


def arrays_among(items: list[Item], is_machine: bool | None) -> Mapping[str, Any] | None:
    """The matrices that a program wrote among answers; None where there are none.

    Answers that say their sample or epoch, as a trace does, are marked line by line whoever wrote
    them; so is what cannot be read, for all that is wrong with it to be told at once.
    """
    if not any(item.is_matrix for item in items) or any(item.said for item in items):
        return None
    from backprop_cli.arrays.written import sheet_of

    with suppress(ConfigError):
        sheet = sheet_of(items, is_machine)
        return None if sheet.machine is None else sheet.arrays
    return None


def in_our_names(items: list[Item], network: Network, keys: Keys, names: str | None) -> list[Item]:
    """The answers, with the matrices among them that have other names than ours under ours."""
    if not any(item.is_matrix and not is_matrix_key(item.key, keys) for item in items):
        return items
    from backprop_cli.arrays.renaming import in_our_names as renamed

    return renamed(items, network, lambda key: is_matrix_key(key, keys), names)


def check_arrays(
    network: Network,
    arrays: Mapping[str, Any],
    tolerance: Mapping[str, Any],
    names: str | None,
    layout: str | None,
) -> Report:
    """Hold arrays against a network. Raises `UsageError` for options that are not for arrays."""
    from backprop_cli.arrays.checking import checked
    from backprop_cli.arrays.report import Report

    if "min_digits" in tolerance:
        raise UsageError("--min-digits is for numbers that a person wrote, not for arrays")
    rtol, atol = tolerance.get("rtol"), tolerance.get("atol")
    return Report(checked(network, arrays, names or "auto", rtol, atol, layout))


def write_report(report: Report, brief: bool, everything: bool, output: Output) -> None:
    """The report in the format that was asked for; if `brief`, whether all is right."""
    from backprop_cli.arrays.report import COLUMNS

    if output.format == "json":
        text = json.dumps(report.document(), ensure_ascii=False, indent=1, allow_nan=False)
        output.write([text + "\n"])
    elif output.format == "csv":
        output.write([records_text("csv", COLUMNS, report.records())])
    elif output.format == "table":
        output.show(_renderables(report, brief, everything, output.width))
    elif brief:
        output.write([report.summary() + "\n"])
    elif output.entire:
        output.document(Document(report.blocks(), report.network))
    else:
        output.write([report.as_text(maxsize, table=everything)])


def _renderables(
    report: Report, brief: bool, everything: bool, width: int
) -> Iterator[RenderableType]:
    from rich.text import Text

    from backprop_cli.arrays.report import COLUMNS
    from backprop_cli.show.tables import STYLES, laid_out, records_table

    if everything:
        rows = [[*row[:-2], Text(row[-2], STYLES[row[-2]]), row[-1]] for row in report.records()]
        yield records_table(COLUMNS, rows, width)
        yield Text("")
    yield laid_out(folded(report.summary(), width))
    if brief:
        return
    for one in report.messages():
        said, numbers = one.in_width(width - HANG)
        yield laid_out(folded(one.head, width), "bold")
        for text in said:
            yield laid_out(folded(f"  {text}", width, 0))
        if numbers:
            yield laid_out([f"  {line}" for line in numbers])
    for note in report.notes():
        yield laid_out(folded(note, width), "dim")
