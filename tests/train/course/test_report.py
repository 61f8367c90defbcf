"""What a training leaves behind, as data and as text."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from backprop_cli.config import network_of, parse_document
from backprop_cli.engine import Network, Sample
from backprop_cli.show import Format
from backprop_cli.train.course.history import History
from backprop_cli.train.course.loop import Course
from backprop_cli.train.course.report import (
    MOST_OUTPUTS,
    MOST_PARAMETERS,
    MOST_SAMPLES,
    Report,
    classification,
    document,
    sections,
)
from backprop_cli.train.course.text import WRITERS
from backprop_cli.train.engines import Look

TEXT = """
title = "Two *samples*"
inputs = [[0.5], [1]]
targets = [[0, 1], [1, 0]]
eta = 0.5
[[layers]]
activation = "linear"
weights = [[0.25], [0.5]]
"""


def network(samples: int = 2, outputs: int = 2) -> Network:
    """As many samples as are asked for, the two in turn, and outputs with targets 0, 1, 0, …"""
    weights = ", ".join(["[0.5]"] * outputs)
    targets = ", ".join(str([*first, *[0] * outputs][:outputs]) for first in ([0, 1], [1, 0]))
    text = TEXT.replace("[0.25], [0.5]", weights).replace("[0, 1], [1, 0]", targets)
    net = network_of(parse_document(text, "report.toml"))
    return replace(net, samples=(net.samples * samples)[:samples])


def report(net: Network | None = None, **changes: Any) -> Report:
    net = net or network()
    looks = [Look((0.25, 0.125, *[0.0] * 9)[: len(net.outputs)], 0.5) for _ in net.samples]
    course = Course(20, 4.0, 1.0, 1.0, 20, {1: 4.0, 10: 2.0}, History(1, [(1, 4.0), (20, 1.0)]))
    parameters = {"w1": 0.25, "w2": 1 / 3}
    made = Report(net, "emitted", course, looks, [], parameters, 2.0, "epochs")
    return replace(made, **changes)


def written(kind: str, made: Report, width: int = 72) -> str:
    return "".join(WRITERS[kind](made, Format(), width))


def test_the_table_says_it_all() -> None:
    expected = """Two *samples*
20 epochs in 2 s, 10 a second (emitted engine)

Error that an epoch sees, over 2 samples
  Epoch  Sum  Mean
  1        4     2
  10       2     1
  20       1   0.5
  after    1   0.5

Outputs
  Sample  out o1  out o2  target o1  target o2
  1         0.25   0.125          0          1
  2         0.25   0.125          1          0

Parameters
  Name        Value
  w1           0.25
  w2    0.333333333

E over 20 epochs
"""
    text = written("table", report())
    assert text.startswith(expected)
    assert "┤" in text[len(expected) :]


def test_markdown_has_the_same_tables() -> None:
    assert (
        written("markdown", report())
        == """# Two \\*samples\\*

20 epochs in 2 s, 10 a second (emitted engine)

## Error that an epoch sees, over 2 samples

| Epoch | Sum | Mean |
| :-- | --: | --: |
| 1 | 4 | 2 |
| 10 | 2 | 1 |
| 20 | 1 | 0.5 |
| after | 1 | 0.5 |

## Outputs

| Sample | out o1 | out o2 | target o1 | target o2 |
| :-- | --: | --: | --: | --: |
| 1 | 0.25 | 0.125 | 0 | 1 |
| 2 | 0.25 | 0.125 | 1 | 0 |

## Parameters

| Name | Value |
| :-- | --: |
| w1 | 0.25 |
| w2 | 0.333333333 |
"""
    )


def test_json_has_every_number_in_full() -> None:
    data = json.loads(written("json", report()))
    assert data == {
        "schema": "backprop/train/1",
        "title": "Two *samples*",
        "epochs": 20,
        "E_first": 4.0,
        "E_last": 1.0,
        "E_after": 1.0,
        "E_mean_first": 2.0,
        "E_mean_last": 0.5,
        "E_mean_after": 0.5,
        "milestones": [{"epoch": 1, "E": 4.0}, {"epoch": 10, "E": 2.0}],
        "outputs": [[0.25, 0.125]] * 2,
        "targets": [[0.0, 1.0], [1.0, 0.0]],
        "parameters": {"w1": 0.25, "w2": 1 / 3},
        "history": [{"epoch": 1, "E": 4.0}, {"epoch": 20, "E": 1.0}],
        "engine": "emitted",
        "seconds": 2.0,
        "stopped": "epochs",
    }
    lines = [json.loads(line) for line in written("jsonl", report()).splitlines()]
    assert lines[:-1] == data.pop("history")
    assert lines[-1] == data
    assert written("csv", report()) == "epoch,E\n1,4.0\n20,1.0\n"


def test_a_single_sample_has_no_means() -> None:
    net = network(1)
    assert not any("mean" in key for key in document(report(net)))
    errors, outputs, _ = sections(report(net), str)
    assert errors.title == "Error that an epoch's forward pass sees"
    assert (errors.columns, errors.rows[0]) == (("Epoch", "E"), ("1", "4.0"))
    assert outputs.columns == ("Unit", "Output", "Target")
    assert outputs.rows == [("o1", "0.25", "0"), ("o2", "0.125", "1")]


def test_what_is_not_finite_is_null() -> None:
    course = Course(0, None, math.inf)
    made = report(course=course, looks=[Look((math.nan, 1.0), math.inf)] * 2)
    data = document(made)
    assert (data["E_first"], data["E_last"], data["E_after"]) == (None, None, None)
    assert (data["E_mean_first"], data["E_mean_last"]) == (None, None)
    assert data["outputs"] == [[None, 1.0]] * 2
    nothing = replace(made, course=Course())
    assert [row[0] for row in next(iter(sections(nothing, str))).rows] == ["after"]


def test_the_error_afterwards_is_added_up_as_an_epoch_does() -> None:
    """From the first sample to the last, not as a sum without rounding."""
    made = report(network(10), looks=[Look((0.0, 0.0), 0.1)] * 10)
    assert made.after == 0.9999999999999999 != math.fsum([0.1] * 10)
    assert math.copysign(1, report(looks=[Look((), -0.0)]).after) == -1


def test_many_samples_are_not_all_shown() -> None:
    for count, note in ((MOST_SAMPLES, ""), (MOST_SAMPLES + 3, "and 3 samples more")):
        _, outputs, _ = sections(report(network(count)), str)
        assert (len(outputs.rows), outputs.note) == (MOST_SAMPLES, note)
    assert "\n  and 3 samples more\n\nParameters" in written("table", report(network(15)))
    assert "|\n\nand 3 samples more\n\n## Parameters" in written("markdown", report(network(15)))


def test_many_outputs_become_the_largest() -> None:
    _, few, _ = sections(report(network(2, MOST_OUTPUTS)), str)
    assert len(few.columns) == 1 + 2 * MOST_OUTPUTS
    _, many, _ = sections(report(network(2, MOST_OUTPUTS + 1)), str)
    assert many.columns == ("Sample", "Largest output", "Largest target")
    assert many.rows == [("1", "o1", "o2"), ("2", "o1", "o1")]


def test_many_parameters_are_left_out() -> None:
    for count, shown in ((MOST_PARAMETERS, True), (MOST_PARAMETERS + 1, False)):
        made = report(parameters={f"w{n}": 0.0 for n in range(count)})
        assert [part.title for part in sections(made, str)].count("Parameters") == shown


LABELLED = replace(network(3), labels=("no", "yes"), validation=network(2).samples[1:])
CLASSIFIED = report(LABELLED, validation=[Look((0.125, 0.25), 0.75)])


def test_classes_are_counted() -> None:
    data = document(CLASSIFIED)
    assert data["classification"] == {
        "samples": 3,
        "accuracy": 1 / 3,
        "labels": ["no", "yes"],
        "confusion": [[1, 0], [2, 0]],
    }
    assert data["validation"]["confusion"] == [[0, 1], [0, 0]]
    assert (data["E_validation"], data["E_mean_validation"]) == (0.75, 0.75)
    parts = {part.title: part for part in sections(CLASSIFIED, str)}
    training = parts["Training: 1 of 3 right, 33.33 %"]
    assert training.columns == ("Is, taken for", "no", "yes")
    assert training.rows == [("no", "1", "0"), ("yes", "2", "0")]
    assert "Validation: 0 of 1 right, 0 %" in parts
    errors = parts["Error that an epoch sees, over 3 samples"]
    assert errors.rows[-1] == ("apart", "0.75", "0.75")
    assert errors.note == "apart: 1 samples to validate"


def test_what_is_kept_apart_has_a_mean_of_its_own() -> None:
    made = report(validation=[Look((0.0, 1.0), 0.75), Look((0.0, 1.0), 0.5)])
    assert (document(made)["E_validation"], document(made)["E_mean_validation"]) == (1.25, 0.625)
    assert made.classified == {}
    broken = report(validation=[Look((0.0, 1.0), math.inf)])
    assert document(broken)["E_mean_validation"] is None


def test_a_class_is_the_largest_and_the_first_of_equals() -> None:
    samples = [Sample((), (0, 1, 1)), Sample((), (0, 0, 1))]
    looks = [Look((0.5, 0.1, 0.5), 0.0), Look((0.1, 0.2, 0.3), 0.0)]
    found = classification(("a", "b", "c"), samples, looks)
    assert found.confusion == [[0, 0, 0], [1, 0, 0], [0, 0, 1]]
    assert (found.right, found.count, found.accuracy) == (1, 2, 0.5)


@pytest.mark.parametrize(
    ("stopped", "said"),
    [
        ("epochs", "(emitted engine)\n"),
        ("until", "; the error is low enough\n"),
        ("patience", "; the error falls no more\n"),
        ("interrupted", "; interrupted\n"),
        ("diverged", "; stopped, for numbers overflow\n"),
    ],
)
def test_why_it_ended_is_said(stopped: str, said: str) -> None:
    assert said in written("table", report(stopped=stopped), 100)


def test_a_table_without_room_has_a_block_for_each_row() -> None:
    wide = written("table", report(), 50).splitlines()
    assert wide[10:13] == [
        "Outputs",
        "  Sample  out o1  out o2  target o1  target o2",
        "  1         0.25   0.125          0          1",
    ]
    assert max(map(len, wide[:13])) == 46
    assert written("table", report(), 46).splitlines()[10:13] == wide[10:13]
    narrow = written("table", report(), 45).splitlines()
    assert narrow[11:18] == [
        "Outputs",
        "  Sample: 1",
        "    out o1     0.25",
        "    out o2     0.125",
        "    target o1  0",
        "    target o2  1",
        "  Sample: 2",
    ]
    classes = written("table", CLASSIFIED, 34)
    assert "\nError that an epoch sees, over 3\nsamples\n" in classes
    assert "\n  apart: 1 samples to validate\n" in classes
    assert max(map(len, classes.partition("E over")[0].splitlines()[2:])) <= 34


def test_a_single_epoch_that_took_no_time() -> None:
    made = report(seconds=0.0, course=Course(1, 1.0, 1.0, 1.0, 1, {1: 1.0}, History(1, [(1, 1.0)])))
    text = written("table", made)
    assert "\n1 epoch (emitted engine)\n" in text
    assert "over 1 epochs" not in text


def test_a_curve_is_as_wide_as_the_terminal_and_no_wider_than_80() -> None:
    for width, widest in ((40, 40), (80, 80), (200, 80)):
        lines = written("table", report(), width).partition("E over")[2].splitlines()
        assert max(map(len, lines)) == widest
        assert len(lines) == 1 + 12 + 1
