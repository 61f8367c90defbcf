"""The samples of a config: listed in it, or read from a CSV file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop_cli.config.checker import Checker
from backprop_cli.config.csv_data import Data, samples_from_csv, separated, standardized
from backprop_cli.config.document import Document
from backprop_cli.config.kinds import INVALID, plural, there_are
from backprop_cli.config.positions import KeyPath
from backprop_cli.engine import Sample
from backprop_cli.formulas import Exact


def data_of(checker: Checker, document: Document, top: Mapping[str, Any]) -> Data:
    """The samples to learn from and those kept apart; none if anything is wrong with them."""
    data = _given(checker, document, top)
    share = top.get("validation")
    if data.samples and isinstance(share, Exact):
        count = len(data.samples)
        seed = top.get("seed", 0)
        data = separated(data, float(share), seed if seed is not INVALID else 0)
        if not data.samples or not data.validation:
            what = f"{share} of {plural(count, 'sample')} leaves no sample on one side"
            checker.problem(("validation",), what)
    return standardized(data) if data.samples and top.get("standardize") is True else data


def _given(checker: Checker, document: Document, top: Mapping[str, Any]) -> Data:
    """The samples as they are written, also those of a second file."""
    inputs, targets, apart = top["inputs"], top["targets"], top.get("validation")
    if any(top.get(key) == "" for key in ("data", "validation")):
        empty = next(key for key in ("data", "validation") if top.get(key) == "")
        checker.problem((empty,), "the name of the file is empty")
        return Data(())
    if INVALID in (inputs, targets, apart, top.get("data")):
        return Data(())
    if "data" in top:
        second = apart if isinstance(apart, str) else None
        if isinstance(apart, Mapping):
            what = "a table of samples goes with samples that are listed"
            checker.problem(("validation",), what, "with data, a second CSV file has them")
            return Data(())
        return samples_from_csv(checker, document, top["data"], inputs, targets, second)
    if isinstance(apart, str):
        checker.problem(("validation",), "a second file goes with data in a first")
        return Data(())
    samples = _listed(checker, inputs, targets, ())
    return Data(samples, _kept_apart(checker, apart, samples))


def _kept_apart(checker: Checker, given: Any, samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    """The samples of the table [validation], of which each is like those to learn from."""
    if not isinstance(given, Mapping):
        return ()
    found = _listed(checker, given["inputs"], given["targets"], ("validation",))
    if not (found and samples):
        return ()
    for key, apart, learnt in zip(("inputs", "targets"), found[0], samples[0], strict=True):
        if len(apart) != len(learnt):
            what = f"{there_are(len(apart), 'number')} in a sample, but {len(learnt)} in {key}"
            checker.problem(("validation", key), what)
    return found


def _listed(
    checker: Checker, inputs: list[Any], targets: list[Any], path: KeyPath
) -> tuple[Sample, ...]:
    """The samples that stand in the config, in the table at this path."""
    input_rows = _rows(checker, inputs, (*path, "inputs"), 1)
    expected = 1 if input_rows is INVALID else len(input_rows)
    target_rows = _rows(checker, targets, (*path, "targets"), expected)
    if input_rows is INVALID or target_rows is INVALID:
        return ()
    if len(input_rows) != len(target_rows):
        counts = (
            f"{there_are(len(input_rows), 'sample')} in inputs, but {len(target_rows)} in targets"
        )
        hint = "give one list of targets for each list of inputs"
        checker.problem((*path, "targets"), counts, hint)
        return ()
    return tuple(
        Sample(tuple(row), tuple(target))
        for row, target in zip(input_rows, target_rows, strict=True)
    )


def _rows(checker: Checker, value: list[Any], path: KeyPath, expected: int) -> Any:
    """Rows of numbers, one per sample. A flat list is one sample, or one number for each."""
    if all(isinstance(item, str) and item[:1].isalpha() for item in value):
        hint = 'data = "file.csv", beside this file, has the columns'
        return checker.problem(path, "these are names of columns, but no data is given", hint)
    if not any(isinstance(item, list) for item in value):
        numbers = checker.numbers(value, path)
        if numbers is INVALID:
            return INVALID
        return [[n] for n in numbers] if len(numbers) == expected > 1 else [numbers]
    rows = [checker.numbers(row, (*path, index)) for index, row in enumerate(value)]
    if any(row is INVALID for row in rows):
        return INVALID
    ragged = [index for index, row in enumerate(rows) if len(row) != len(rows[0])]
    for index in ragged:
        what = f"sample {index + 1} has {plural(len(rows[index]), 'number')}"
        checker.problem(path, f"{what}, but sample 1 has {len(rows[0])}", at=(*path, index))
    return INVALID if ragged else rows


def labels_of(checker: Checker, data: Data, outputs: int | None, given: Any) -> tuple[str, ...]:
    """The names of the classes: those of the data, or those that the config lists."""
    if given is None or given is INVALID:
        return data.labels
    if data.labels:
        what = "the data has classes of its own, the texts of its target column"
        checker.problem(("classes",), what, "leave them out")
    elif outputs is not None and len(given) != outputs:
        what = f"{there_are(len(given), 'class')}, but {plural(outputs, 'output')}"
        checker.problem(("classes",), what.replace("classs", "classes"), "give a name for each")
    return tuple(given)


def check_targets(checker: Checker, data: Data, outputs: int, top: Mapping[str, Any]) -> None:
    """Report targets, or those of samples kept apart, that are not one for each output."""
    size = len(data.samples[0].targets)
    if size == outputs:
        return
    hint = "give one target for each unit of the last layer"
    if len(data.samples) > 1 and not isinstance(top["targets"][0], list | str):
        hint = "a list for each sample: targets = [[…], […]]"
    what = f"{there_are(size, 'target')}, but {plural(outputs, 'output')}"
    checker.problem(("targets",), what, hint)
