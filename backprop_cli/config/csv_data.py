"""Samples from a CSV file with a header row."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from backprop_cli.config.checker import Checker
from backprop_cli.config.csv_table import CsvTable
from backprop_cli.config.document import DECIMAL, STDIN, Document, exact_number, read_text
from backprop_cli.config.kinds import INVALID, number
from backprop_cli.engine import Sample, shuffled
from backprop_cli.errors import ConfigError, FileError, Place, Problem, did_you_mean
from backprop_cli.formulas import Exact

Cell = tuple[Place, str]
"""Where a cell's row stands, and the text of the cell."""
Columns = dict[str, list[Cell]]
"""The cells of each column, by its name."""


MOST_LABELS = 1000
"""Classes, each an output of the network. A column of more different texts names the samples."""

MOST_TARGETS = 10_000_000
"""Rows times classes: each is a number that is kept."""


class Data(NamedTuple):
    """Samples to learn from, samples kept apart, and the classes, if a text column names them."""

    samples: tuple[Sample, ...]
    validation: tuple[Sample, ...] = ()
    labels: tuple[str, ...] = ()


def samples_from_csv(
    checker: Checker, document: Document, data: str, inputs: Any, targets: Any, apart: str | None
) -> Data:
    """A sample for each row of the file; `inputs` and `targets` name its columns.

    A target column of texts becomes one target per label, in sorted order, 1 for the row's own.
    `apart` is a second file like the first, of samples that are kept apart. What is wrong in the
    config, a file that cannot be read included, is reported to `checker`; raises `ConfigError`
    for bad cells.
    """
    columns = _read(checker, document, "data", data)
    others = None if apart is None else _read(checker, document, "validation", apart)
    if columns is None or (apart is not None and others is None):
        return Data(())
    for found in (columns, others):
        if found is not None:
            chosen = [
                _chosen(checker, found, names, key)
                for key, names in (("inputs", inputs), ("targets", targets))
            ]
            if INVALID in chosen:
                return Data(())
    labels = {name: _labels(columns[name]) for name in targets}
    for index, (name, known) in enumerate(labels.items()):
        rows = len(columns[name])
        if len(known) > MOST_LABELS or len(known) * rows > MOST_TARGETS:
            what = f"the column {name} has {len(known):,} different texts in {rows:,} rows"
            hint = "this looks like an id: a target is a number, or one of a few classes"
            checker.problem(("targets", index), f"{what}, too many for classes", hint)
            return Data(())
    validation = () if others is None else _samples(others, inputs, labels)
    only = next(iter(labels.values())) if len(labels) == 1 else ()
    return Data(_samples(columns, inputs, labels), validation, only)


def _read(checker: Checker, document: Document, key: str, data: str) -> Columns | None:
    """The columns of a data file; None if it cannot be read."""
    path = data
    if document.name != STDIN:
        path = os.path.join(os.path.dirname(document.name), data)  # an absolute one stays
    if os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
        what = f"{path}: this is a pipe or a device, not a file"
        checker.problem((key,), what, "data are read more than once")
        return None
    try:
        return _columns(read_text(path), path)
    except FileError as error:
        checker.problem((key,), f"{path}: {error.what}", error.hint)
        return None


def _samples(
    columns: Columns, inputs: list[str], labels: dict[str, tuple[str, ...]]
) -> tuple[Sample, ...]:
    """A sample for each row."""
    numbers = [_numbers(columns[name], name) for name in inputs]
    wanted = [
        column for name, known in labels.items() for column in _targets(columns[name], name, known)
    ]
    rows = zip(zip(*numbers, strict=True), zip(*wanted, strict=True), strict=True)
    return tuple(Sample(row, target) for row, target in rows)


def separated(data: Data, share: float, seed: int) -> Data:
    """The data with this share of its samples kept apart, which ones the seed determines."""
    count = round(len(data.samples) * share)
    apart = set(shuffled(len(data.samples), seed, 0)[:count])
    return data._replace(
        samples=tuple(s for n, s in enumerate(data.samples) if n not in apart),
        validation=tuple(s for n, s in enumerate(data.samples) if n in apart),
    )


def standardized(data: Data) -> Data:
    """The data with every input shifted and scaled to mean 0 and standard deviation 1.

    Mean and deviation are those of the samples to learn from (the deviation with divisor n); an
    input that never changes becomes 0.
    """
    apart = list(zip(*(s.inputs for s in data.validation), strict=True))
    kept, others = [], []
    for n, column in enumerate(zip(*(s.inputs for s in data.samples), strict=True)):
        second = apart[n] if apart else ()
        values = list(map(float, column))
        mean = math.fsum(values) / len(values)
        scale = _deviation(values, mean) or 1.0
        scores = {x: Decimal(repr((float(x) - mean) / scale)) for x in {*column, *second}}
        kept.append([scores[x] for x in column])
        others.append([scores[x] for x in second])
    samples, validation = _with_inputs(data.samples, kept), _with_inputs(data.validation, others)
    return data._replace(samples=samples, validation=validation)


def _deviation(values: list[float], mean: float) -> float:
    """Standard deviation, computed in a unit in which no square overflows."""
    unit = math.frexp(max(abs(x - mean) for x in values))[1]
    squares = (math.ldexp(x - mean, -unit) ** 2 for x in values)
    return math.ldexp(math.sqrt(math.fsum(squares) / len(values)), unit)


def _with_inputs(samples: Sequence[Sample], columns: list[list[Decimal]]) -> tuple[Sample, ...]:
    rows = zip(*columns, strict=True)
    return tuple(Sample(row, s.targets) for row, s in zip(rows, samples, strict=True))


def _columns(text: str, file: str) -> Columns:
    """The cells of each column, by its name in the header row."""
    table = CsvTable(text, file, separators=",", strict=True)
    columns: Columns = {name: [] for name in table.header}
    if len(columns) < len(table.header):
        raise ConfigError(Problem("a name stands twice in the header row", table.place))
    for row in table.rows(shorter=False):
        for name, cell in zip(table.header, row.cells, strict=True):
            columns[name].append((row.place, cell))
    return columns


def _chosen(checker: Checker, columns: Columns, names: Any, key: str) -> Any:
    """The names of columns that a config lists, or `INVALID`."""
    right = True
    for index, name in enumerate(names):
        if not isinstance(name, str):
            checker.problem((key, index), "expected the name of a column of the data")
            right = False
        elif name not in columns:
            hint = partial(_near, name, columns)
            checker.problem((key, index), f"the data has no column {name}", hint)
            right = False
    return names if right else INVALID


def _near(name: str, columns: Columns) -> str:
    return did_you_mean(name, columns) or "columns: " + " ".join(columns)


def _numbers(cells: Sequence[Cell], column: str) -> list[Exact]:
    known = {text: _number(text) for text in {text for _, text in cells}}
    numbers: list[Exact] = []
    for place, text in cells:
        found = known[text]
        if found is None:
            what = f"expected a number, got {text!r}" if text else "the cell is empty"
            raise ConfigError(Problem(what, place._replace(path=f"column {column}")))
        numbers.append(found)
    return numbers


def _number(text: str) -> Exact | None:
    """The number exactly as written; None for what is none, or cannot be computed with."""
    if not DECIMAL.fullmatch(text):
        return None
    found = number(lambda *_: INVALID, exact_number(text), ())
    return None if found is INVALID else found


def _labels(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The texts of a column in sorted order; none if any of its cells is a number or empty."""
    labels = sorted({text for _, text in cells})
    numeric = any(_number(text) is not None for text in labels) or "" in labels
    return () if numeric else tuple(labels)


def _targets(cells: Sequence[Cell], column: str, labels: tuple[str, ...]) -> list[list[Exact]]:
    """The column itself if it has no labels; else one column of 0 and 1 for each of them."""
    if not labels:
        return [_numbers(cells, column)]
    for place, text in cells:
        if text not in labels:
            hint = did_you_mean(text, labels) or f"known: {', '.join(labels)}"
            what = f"the data to learn from has no {text!r}"
            raise ConfigError(Problem(what, place._replace(path=f"column {column}"), hint))
    return [[int(text == label) for _, text in cells] for label in labels]
