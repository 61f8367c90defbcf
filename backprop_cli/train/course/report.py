"""What came of a training, as data and as small tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from backprop_cli.engine import Network, Sample
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
    def accuracy(self) -> float:
        """The share of the samples that were taken for what they are."""
        right = sum(self.confusion[n][n] for n in range(len(self.labels)))
        return right / max(sum(map(sum, self.confusion)), 1)


def classification(
    labels: tuple[str, ...], samples: Sequence[Sample], looks: Sequence[Look]
) -> Classification:
    """The class of a sample is its largest target; it is taken for its largest output."""
    confusion = [[0] * len(labels) for _ in labels]
    for sample, look in zip(samples, looks, strict=True):
        actual = sample.targets.index(max(sample.targets))
        confusion[actual][look.outputs.index(max(look.outputs))] += 1
    return Classification(labels, confusion)


@dataclass(frozen=True)
class Report:
    """The outcome of a run.

    `first` and `last` are the errors that the first and the last epoch saw, `after` that with the
    last parameters; all are sums over the samples. `looks` are the outputs of the samples at the
    end, `validation` those of samples that were kept apart.
    """

    network: Network
    engine: str
    epochs: int
    first: float | None
    last: float | None
    after: float
    milestones: dict[int, float]
    history: list[tuple[int, float]]
    looks: list[Look]
    validation: list[Look]
    parameters: dict[str, Any]
    seconds: float
    stopped: str
    classified: dict[str, Classification] = field(default_factory=dict)


def document(report: Report) -> dict[str, Any]:
    """The report as JSON: `backprop/train/1`. What is not finite is null."""
    samples, several = report.network.samples, len(report.network.samples) > 1
    errors = {"E_first": report.first, "E_last": report.last, "E_after": report.after}
    data: dict[str, Any] = {"schema": "backprop/train/1", "title": report.network.title,
                            "epochs": report.epochs}  # fmt: skip
    data |= {key: _finite(error) for key, error in errors.items()}
    if several:
        data |= {
            key.replace("E_", "E_mean_"): _finite(None if error is None else error / len(samples))
            for key, error in errors.items()
        }
    data["milestones"] = [{"epoch": n, "E": error} for n, error in report.milestones.items()]
    data["outputs"] = [[_finite(out) for out in look.outputs] for look in report.looks]
    data["targets"] = [[float(target) for target in sample.targets] for sample in samples]
    data["parameters"] = {key: float(value) for key, value in report.parameters.items()}
    data |= {name: {"samples": sum(map(sum, found.confusion)), "accuracy": found.accuracy,
                    "labels": list(found.labels), "confusion": found.confusion}
             for name, found in report.classified.items()}  # fmt: skip
    if report.validation:
        data["E_validation"] = _finite(math.fsum(look.error for look in report.validation))
        data["E_mean_validation"] = _finite(
            data["E_validation"] and data["E_validation"] / len(report.validation)
        )
    data["history"] = [{"epoch": epoch, "E": error} for epoch, error in report.history]
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
        total, matrix = sum(map(sum, found.confusion)), found.confusion
        right = sum(matrix[n][n] for n in range(len(matrix)))
        yield Section(
            f"{title}: {right} of {total} right, {100 * found.accuracy:.4g} %",
            ("Is, taken for", *found.labels),
            [(label, *map(str, row)) for label, row in zip(found.labels, matrix, strict=True)],
        )


def _errors(report: Report, form: Callable[[Any], str]) -> Section:
    """The error that some epochs saw, and that after the last."""
    count = len(report.network.samples)
    seen = dict(report.milestones)
    if report.last is not None:
        seen[report.epochs] = report.last
    rows = [(f"{epoch:,}", error) for epoch, error in sorted(seen.items())]
    rows.append(("after", report.after))
    letter = report.network.notation.letters.error
    if count == 1:
        return Section("Error that an epoch's forward pass sees", ("Epoch", letter),
                       [(epoch, form(error)) for epoch, error in rows])  # fmt: skip
    means = [(name, error, error / count) for name, error in rows]
    if report.validation:
        error = math.fsum(look.error for look in report.validation)
        means.append(("apart", error, error / len(report.validation)))
    return Section(
        f"Error that an epoch sees, over {count} samples", ("Epoch", "Sum", "Mean"),
        [(name, form(error), form(mean)) for name, error, mean in means],
        f"apart: {len(report.validation)} samples to validate" if report.validation else "",
    )  # fmt: skip


def _outputs(report: Report, form: Callable[[Any], str]) -> Section:
    """Outputs beside targets."""
    network, samples = report.network, report.network.samples
    units = [unit.name for unit in network.outputs]
    if len(samples) == 1:
        pairs = zip(units, report.looks[0].outputs, samples[0].targets, strict=True)
        return Section("Outputs", ("Unit", "Output", "Target"),
                       [(unit, form(out), form(target)) for unit, out, target in pairs]
                       )  # fmt: skip
    shown = list(zip(samples, report.looks, strict=True))[:MOST_SAMPLES]
    columns = ("Sample", *(f"out {unit}" for unit in units), *(f"target {unit}" for unit in units))
    rows = [
        (str(number), *map(form, look.outputs), *map(form, sample.targets))
        for number, (sample, look) in enumerate(shown, start=1)
    ]
    if len(units) > MOST_OUTPUTS:
        columns, rows = ("Sample", "Largest output", "Largest target"), [
            (str(number), units[look.outputs.index(max(look.outputs))],
             units[sample.targets.index(max(sample.targets))])
            for number, (sample, look) in enumerate(shown, start=1)
        ]  # fmt: skip
    more = len(samples) - len(shown)
    return Section("Outputs", columns, rows, f"and {more} samples more" if more else "")
