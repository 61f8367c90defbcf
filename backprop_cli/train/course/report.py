"""What came of a training, as data and as small tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, NamedTuple

from backprop_cli.engine import Network, Sample
from backprop_cli.train.course.loop import Course
from backprop_cli.train.engines import Look

MOST_SAMPLES = 12
MOST_PARAMETERS = 40
MOST_OUTPUTS = 5


@dataclass(frozen=True)
class Classification:
    """How many samples of each class (row) were taken for each class (column)."""

    labels: tuple[str, ...]
    confusion: list[list[int]]

    @property
    def count(self) -> int:
        """How many samples there are."""
        return sum(map(sum, self.confusion))

    @property
    def right(self) -> int:
        """How many were taken for what they are."""
        return sum(row[n] for n, row in enumerate(self.confusion))

    @property
    def accuracy(self) -> float:
        """The share of the samples that were taken for what they are."""
        return self.right / self.count


def classification(
    labels: tuple[str, ...], samples: Sequence[Sample], looks: Sequence[Look]
) -> Classification:
    """The class of a sample is its largest target; it is taken for its largest output."""
    confusion = [[0] * len(labels) for _ in labels]
    for sample, look in zip(samples, looks, strict=True):
        confusion[_largest(sample.targets)][_largest(look.outputs)] += 1
    return Classification(labels, confusion)


@dataclass(frozen=True)
class Report:
    """The outcome of a run.

    `looks` are the outputs of the samples at the end, `validation` those of samples that were kept
    apart. Errors are sums over the samples.
    """

    network: Network
    engine: str
    course: Course
    looks: list[Look]
    validation: list[Look]
    parameters: dict[str, Any]
    seconds: float
    stopped: str

    @property
    def after(self) -> float:
        """The error with the last parameters, added up as an epoch does."""
        return reduce(add, [look.error for look in self.looks], -0.0)

    @property
    def apart(self) -> float:
        """The error of the samples that were kept apart."""
        return math.fsum(look.error for look in self.validation)

    @property
    def classified(self) -> dict[str, Classification]:
        """The samples by class, if they have classes, and those that were kept apart."""
        labels, found = self.network.labels, {}
        if labels:
            found["classification"] = classification(labels, self.network.samples, self.looks)
        if labels and self.validation:
            found["validation"] = classification(labels, self.network.validation, self.validation)
        return found


def document(report: Report) -> dict[str, Any]:
    """The report as JSON: `backprop/train/1`. What is not finite is null."""
    samples, several = report.network.samples, len(report.network.samples) > 1
    course = report.course
    errors = {"E_first": course.first, "E_last": course.last, "E_after": report.after}
    data: dict[str, Any] = {"schema": "backprop/train/1", "title": report.network.title}
    data["epochs"] = course.epoch
    data |= {key: _finite(error) for key, error in errors.items()}
    if several:
        data |= {
            key.replace("E_", "E_mean_"): _finite(None if error is None else error / len(samples))
            for key, error in errors.items()
        }
    data["milestones"] = [{"epoch": n, "E": error} for n, error in course.milestones.items()]
    data["outputs"] = [[_finite(out) for out in look.outputs] for look in report.looks]
    data["targets"] = [[float(target) for target in sample.targets] for sample in samples]
    data["parameters"] = {key: float(value) for key, value in report.parameters.items()}
    data |= {
        name: {
            "samples": found.count,
            "accuracy": found.accuracy,
            "labels": list(found.labels),
            "confusion": found.confusion,
        }
        for name, found in report.classified.items()
    }
    if report.validation:
        data["E_validation"] = _finite(report.apart)
        data["E_mean_validation"] = _finite(report.apart / len(report.validation))
    data["history"] = [{"epoch": epoch, "E": error} for epoch, error in course.points()]
    data |= {"engine": report.engine, "seconds": report.seconds, "stopped": report.stopped}
    return data


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


class Section(NamedTuple):
    """A small table with a heading, and what is to be said below it."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    note: str = ""


def sections(report: Report, form: Callable[[Any], str]) -> Iterator[Section]:
    """The report as small tables; `form` writes numbers."""
    yield _errors(report, form)
    yield _outputs(report, form)
    rows: list[tuple[str, ...]] = [(key, form(value)) for key, value in report.parameters.items()]
    if len(rows) <= MOST_PARAMETERS:
        yield Section("Parameters", ("Name", "Value"), rows)
    for name, found in report.classified.items():
        title = {"classification": "Training", "validation": "Validation"}[name]
        pairs = zip(found.labels, found.confusion, strict=True)
        yield Section(
            f"{title}: {found.right} of {found.count} right, {100 * found.accuracy:.4g} %",
            ("Is, taken for", *found.labels),
            [(label, *map(str, row)) for label, row in pairs],
        )


def _errors(report: Report, form: Callable[[Any], str]) -> Section:
    """The error that some epochs saw, and that after the last."""
    count, course = len(report.network.samples), report.course
    seen = dict(course.milestones)
    if course.last is not None:
        seen[course.epoch] = course.last
    rows = [(f"{epoch:,}", error) for epoch, error in sorted(seen.items())]
    rows.append(("after", report.after))
    letter = report.network.notation.letters.error
    if count == 1:
        return Section(
            "Error that an epoch's forward pass sees",
            ("Epoch", letter),
            [(epoch, form(error)) for epoch, error in rows],
        )
    means = [(name, error, error / count) for name, error in rows]
    if report.validation:
        means.append(("apart", report.apart, report.apart / len(report.validation)))
    return Section(
        f"Error that an epoch sees, over {count} samples",
        ("Epoch", "Sum", "Mean"),
        [(name, form(error), form(mean)) for name, error, mean in means],
        f"apart: {len(report.validation)} samples to validate" if report.validation else "",
    )


def _outputs(report: Report, form: Callable[[Any], str]) -> Section:
    """Outputs beside targets."""
    network, samples = report.network, report.network.samples
    units = [unit.name for unit in network.outputs]
    shown = list(zip(samples, report.looks, strict=True))[:MOST_SAMPLES]
    if len(samples) == 1:
        pairs = zip(units, report.looks[0].outputs, samples[0].targets, strict=True)
        return Section(
            "Outputs",
            ("Unit", "Output", "Target"),
            [(unit, form(out), form(target)) for unit, out, target in pairs],
        )
    columns = ("Sample", *(f"out {unit}" for unit in units), *(f"target {unit}" for unit in units))
    rows = [
        (str(number), *map(form, look.outputs), *map(form, sample.targets))
        for number, (sample, look) in enumerate(shown, start=1)
    ]
    if len(units) > MOST_OUTPUTS:
        columns = ("Sample", "Largest output", "Largest target")
        rows = [
            (str(number), units[_largest(look.outputs)], units[_largest(sample.targets)])
            for number, (sample, look) in enumerate(shown, start=1)
        ]
    more = len(samples) - len(shown)
    return Section("Outputs", columns, rows, f"and {more} samples more" if more else "")


def _largest(values: Sequence[Any]) -> int:
    """Position of the largest value; of the first of several."""
    return values.index(max(values))
