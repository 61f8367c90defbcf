"""Samples from a CSV file with a header row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backprop_cli.checks import INVALID, Checker
from backprop_cli.document import STDIN, Document, exact_number, read_text
from backprop_cli.errors import ConfigError, FileError, Place, Problem, did_you_mean
from backprop_cli.network import Exact, Sample

__all__ = ["samples_from_csv"]

Cell = tuple[int, str]
"""Line of the file, and text."""


def samples_from_csv(
    checker: Checker, document: Document, data: str, inputs: Any, targets: Any
) -> tuple[Sample, ...]:
    """A sample for each row of the file; `inputs` and `targets` name its columns.

    A target column of texts becomes one target per label, in sorted order, 1 for the row's own.
    What is wrong in the config is reported to `checker`; raises `ConfigError` for bad cells, and
    notes a problem of the config for a file that cannot be read.
    """
    path = Path(data)
    if not path.is_absolute() and document.name != STDIN:
        path = Path(document.name).parent / path
    try:
        columns = _columns(read_text(str(path)), str(path))
    except FileError as error:
        checker.problem(("data",), f"{path}: {error.what}", error.hint)
        return ()
    named = [
        _chosen(checker, columns, names, key)
        for key, names in (("inputs", inputs), ("targets", targets))
    ]
    if any(found is INVALID for found in named):
        return ()
    numbers = [_numbers(columns[name], str(path), name) for name in named[0]]
    wanted = [part for name in named[1] for part in _target(columns[name], str(path), name)]
    rows = zip(zip(*numbers, strict=True), zip(*wanted, strict=True), strict=True)
    return tuple(Sample(row, target) for row, target in rows)


def _columns(text: str, file: str) -> dict[str, list[Cell]]:
    """The cells of each column, by its name in the header row."""
    reader = csv.reader(text.splitlines(), skipinitialspace=True, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        columns: dict[str, list[Cell]] = {name: [] for name in header}
        if not header or len(columns) < len(header):
            what = "a name stands twice in the header row" if header else "the file is empty"
            raise ConfigError(Problem(what, Place(file, 1)))
        for row in reader:
            if not row:
                continue
            if len(row) != len(header):
                raise ConfigError(Problem(f"the row has {len(row)} cells, but the header "
                                          f"{len(header)}", Place(file, reader.line_num))
                                  )  # fmt: skip
            for name, cell in zip(header, row, strict=True):
                columns[name].append((reader.line_num, cell.strip()))
    except csv.Error as error:
        raise ConfigError(Problem(f"not CSV: {error}", Place(file, reader.line_num))) from None
    if not columns[header[0]]:
        raise ConfigError(Problem("there are no rows below the header", Place(file, 1)))
    return columns


def _chosen(checker: Checker, columns: dict[str, list[Cell]], names: Any, key: str) -> Any:
    """The names of columns that a config lists, or `INVALID`."""
    right = True
    for index, name in enumerate(names):
        if not isinstance(name, str):
            checker.problem((key, index), "expected the name of a column of the data")
            right = False
        elif name not in columns:
            hint = did_you_mean(name, columns) or "columns: " + " ".join(columns)
            checker.problem((key, index), f"the data has no column {name}", hint)
            right = False
    return names if right else INVALID


def _numbers(cells: Sequence[Cell], file: str, column: str) -> list[Exact]:
    numbers: list[Exact] = []
    for line, text in cells:
        number = _number(text)
        if number is None:
            what = f"expected a number, got {text!r}" if text else "the cell is empty"
            raise ConfigError(Problem(what, Place(file, line, f"column {column}")))
        numbers.append(number)
    return numbers


def _number(text: str) -> Exact | None:
    number = exact_number(text)
    return number if number.is_finite() else None


def _target(cells: Sequence[Cell], file: str, column: str) -> list[list[Exact]]:
    """The column itself if its cells are numbers; of texts, one column of 0 and 1 per label."""
    labels = sorted({text for _, text in cells})
    if any(_number(text) is not None for text in labels) or "" in labels:
        return [_numbers(cells, file, column)]
    return [[int(text == label) for _, text in cells] for label in labels]
