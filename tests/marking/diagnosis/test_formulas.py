"""The wrong formulas of every mistake: as they are written, and with signs turned."""

import math

import pytest
from students import signs_of

from backprop_cli import load
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE, Book
from backprop_cli.marking.diagnosis.mistakes.catalogue import MOST_OTHERS
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.show import in_symbols

CASES = {
    "logistic": ("mazur", ["train_biases=true"]),
    "biases held fixed": ("mazur", []),
    "delta by descent": ("mazur", ["convention.delta=descent"]),
    "thresholds": ("mazur", ["convention.bias=subtracted", "train_biases=true"]),
    "thresholds by descent": (
        "mazur", ["convention.bias=subtracted", "convention.delta=descent", "train_biases=true"]
    ),
    "thresholds held fixed": ("mazur", ["convention.bias=subtracted"]),
    "sequential": ("mazur", ["update=sequential"]),
    "own biases, three inputs": ("gurlahosur", []),
    "one layer": ("adam", []),
    "three layers": ("deep", []),
    "tanh": ("tanh", []),
    "relu": ("relu", []),
    "leaky-relu": ("relu", ["layers.0.activation=leaky-relu"]),
    "bipolar-sigmoid": ("mazur", ["layers.0.activation=bipolar-sigmoid"]),
    "linear": ("mazur", ["layers.1.activation=linear"]),
    "squared": ("mazur", ["error=squared"]),
    "mean-squared": ("mazur", ["error=mean-squared"]),
    "binary cross-entropy": ("mazur", ["error=binary-cross-entropy"]),
    "softmax": ("softmax", []),
    "softmax by descent": ("softmax", ["convention.delta=descent"]),
    "softmax, squared": ("softmax", ["error=squared"]),
    "several samples": ("xor", []),
    "batch, sum": ("batch", ["reduction=sum"]),
    "batch, mean": ("batch", ["reduction=mean"]),
    "momentum": ("mazur", ["optimizer=momentum"]),
    "pytorch-momentum": ("mazur", ["optimizer=pytorch-momentum"]),
    "nesterov": ("mazur", ["optimizer=nesterov"]),
    "adagrad": ("mazur", ["optimizer=adagrad"]),
    "rmsprop": ("mazur", ["optimizer=rmsprop"]),
    "adam": ("mazur", ["optimizer=adam"]),
    "adamw": ("mazur", ["optimizer=adamw"]),
    "adam, biases held fixed": ("mazur", ["optimizer=adam", "train_biases=false"]),
}  # fmt: skip


CHECKED = {"logistic", "biases held fixed", "thresholds held fixed", "three layers"}
UPDATES = {
    "momentum", "pytorch-momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw",
    "adam, biases held fixed",
}  # fmt: skip


def written(case):
    """A row for each mistake in the first line of each kind, of hidden layers and of the last."""
    sheet = sheet_of(load(*CASES[case]))
    book, rows = Book(sheet.network), {}
    for entry in sheet.entries:
        step, last = entry.step, entry.step.layer == len(sheet.network.layers)
        if case in UPDATES:
            shown = step.stage == "update" and not last
        else:
            shown = step.stage in ("forward", "error", "backward") or case in CHECKED
        if not shown:
            continue
        for id_, formulas in book.edits(step).items():
            text = " ; ".join(map(in_symbols, formulas))
            place = (id_, step.kind, step.name.suffix, "bias" in step.law, last)
            rows.setdefault(place, f"{id_} {entry.key}: {text}")
    return sorted(rows.values())


@pytest.mark.parametrize("case", CASES)
def test_wrong_formulas_as_they_are_written(case, snapshot):
    """Of the other networks only rows are pinned that are not those of the first."""
    base = set(written("logistic")) if case != "logistic" else set()
    assert "\n".join(row for row in written(case) if row not in base) == snapshot


def test_which_mistakes_are_rare_and_which_yield_to_others(snapshot):
    assert {id_ for id_, row in CATALOGUE.items() if row.yields_to} == {
        "missing-bias",
        "momentum-sign",
    }
    assert [id_ for id_, row in CATALOGUE.items() if row.rare] == snapshot


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["mazur", "gurlahosur", "softmax", "deep", "tanh", "relu"])
@pytest.mark.parametrize("trains", ["true", "false"])
def test_only_delta_itself_and_biases_turn_with_the_convention(name, trains):
    """A mistake gives the same numbers under each convention of signs, δ those of the other sign.

    The gradient of a threshold is that of a bias turned; so is its next value.
    """
    sheets = [sheet_of(network) for network in signs_of(name, [f"train_biases={trains}"])]
    first = sheets[0]
    biases = {bias.name for layer in first.network.layers for bias in layer.biases}
    for sheet in sheets[1:]:
        book, other = Book(first.network), Book(sheet.network)
        for one, two in zip(first.entries, sheet.entries, strict=True):
            assert one.key == two.key
            turn = 1.0
            if one.step.kind == "delta" and sheet.network.descent:
                turn = -1.0
            if one.step.name.parts.get("p") in biases and sheet.network.thresholds:
                turn = -1.0
            formulas, others = book.edits(one.step), other.edits(two.step)
            for id_ in formulas.keys() | others.keys():
                values = [first.value(one, first.truths, f) for f in formulas.get(id_, ())]
                found = [turn * sheet.value(two, sheet.truths, f) for f in others.get(id_, ())]
                assert found == pytest.approx(values, rel=1e-9, nan_ok=True), (id_, one.key)


def test_the_shares_of_a_bias_add_up_to_its_gradient():
    for network in signs_of("mazur", ["train_biases=true"]):
        sheet = sheet_of(network)
        book = Book(network)
        for entry in sheet.entries:
            parts = book.edits(entry.step).get("shared-bias-one-unit", ())
            if parts:
                total = math.fsum(sheet.value(entry, sheet.truths, part) for part in parts)
                assert total == pytest.approx(sheet.truths[entry.slot])


@pytest.mark.parametrize(("units", "tried"), [(MOST_OTHERS, True), (MOST_OTHERS + 1, False)])
def test_in_a_wide_layer_no_unit_is_mistaken_for_another(units, tried):
    rows = [[0.01 * n + 0.1] for n in range(units + 1)]
    hidden = [
        "inputs=[0.5]",
        "targets=[0.1]",
        f"layers.0.weights={rows}",
        f"layers.1.weights={[[0.1] * (units + 1)]}",
    ]
    sheet = sheet_of(load("mazur", hidden))
    book = Book(sheet.network)
    steps = {entry.step.key: entry.step for entry in sheet.entries}
    assert ("wrong-delta" in book.edits(steps["dE_dw1"])) == tried
    inputs = book.edits(steps[f"dE_dw{units + 2}"])["wrong-input"]
    assert len(inputs) == (2 + units if tried else 2)


@pytest.mark.parametrize("units", [MOST_OTHERS, MOST_OTHERS + 1])
def test_of_many_weights_none_is_mistaken_for_another(units):
    hidden = [
        "inputs=[0.5]",
        "targets=[0.1]",
        f"layers.0.weights={[[0.1]] * (units + 1)}",
        f"layers.1.weights={[[0.1] * (units + 1)]}",
    ]
    sheet = sheet_of(load("mazur", hidden))
    book = Book(sheet.network)
    for entry in sheet.entries:
        if entry.key in ("w1_new", f"w{units + 2}_new", "dE_dout_h1_via_o1"):
            found = len(book.edits(entry.step).get("wrong-weight", ()))
            assert found == (units if units == MOST_OTHERS else 0)


@pytest.mark.parametrize(("inputs", "terms"), [(MOST_OTHERS, MOST_OTHERS), (MOST_OTHERS + 1, 0)])
def test_in_a_long_sum_no_term_is_turned_or_forgotten(inputs, terms):
    settings = [
        f"inputs={[0.1] * inputs}",
        f"layers.0.weights={[[0.2] * inputs] * 2}",
    ]
    sheet = sheet_of(load("mazur", settings))
    step = next(entry.step for entry in sheet.entries if entry.key == "net_h1")
    edits = Book(sheet.network).edits(step)
    assert [len(edits.get(id_, ())) for id_ in ("term-sign", "term-forgotten")] == [terms, terms]


@pytest.mark.parametrize(("inputs", "pairs"), [(5, 10), (6, 0)])
def test_two_inputs_are_exchanged_where_there_are_few(inputs, pairs):
    settings = [f"inputs={[0.1] * inputs}", f"layers.0.weights={[[0.2] * inputs] * 2}"]
    sheet = sheet_of(load("mazur", settings))
    step = next(entry.step for entry in sheet.entries if entry.key == "net_h1")
    assert len(Book(sheet.network).edits(step).get("inputs-exchanged", ())) == pairs
