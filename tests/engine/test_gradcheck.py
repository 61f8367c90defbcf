"""backprop gradcheck: right gradients pass, wrong ones do not."""

import csv
import io
import json

import pytest
import strategies
from hypothesis import given, settings

from backprop_cli.api import load, trace
from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.config.examples import example_names
from backprop_cli.engine.gradcheck import checked_gradients
from backprop_cli.formulas import activations

SMALL = [name for name in example_names() if len(load(name).samples) <= 10]


@pytest.mark.parametrize("name", SMALL)
def test_every_gradient_of_the_examples_is_right(name):
    network = load(name)
    checked = list(checked_gradients(network))
    assert max(c.relative for c in checked) < 1e-7  # out·(1 − out) near 1 costs digits
    found = {c.line.step.key for c in checked}
    trained = filter(network.is_trained, network.parameters())
    assert len(found) == len(list(trained))


@settings(max_examples=25, deadline=None)
@given(strategies.configs(update=("simultaneous",), max_units=3, max_samples=2))
def test_every_gradient_of_random_networks_is_right(config):
    network = network_of(parse_document(strategies.to_toml(config), "drawn.toml"))
    for checked in checked_gradients(network):
        tiny = abs(checked.gradient - checked.difference) < 1e-13
        assert tiny or checked.relative < 1e-9, checked.line.step.key


def test_a_gradient_of_a_mini_batch_is_checked_with_the_samples_of_its_own():
    network = load("xor", ['learning="mini-batch"', "batch_size=2"])
    checked = list(checked_gradients(network))
    assert {c.line.address.batch for c in checked} == {1, 2}
    assert max(c.relative for c in checked) < 1e-9


def test_a_wrong_slope_is_caught(monkeypatch):
    wrong = activations.ACTIVATIONS["logistic"]._replace(slope=lambda net, out: out)
    monkeypatch.setitem(activations.ACTIVATIONS, "logistic", wrong)
    assert min(c.relative for c in checked_gradients(load("mazur"))) > 0.1


def test_the_report(backprop, snapshot):
    result = backprop("gradcheck", "mazur", "--only", "dE_dw[56]", "--format", "markdown")
    assert (result.code, result.err) == (0, "")
    assert result.out.count("ok") == 2


def test_sequential_update_is_no_gradient(backprop):
    result = backprop("gradcheck", "mazur", "--set", "update=sequential", "--format", "csv")
    assert result.code == 1
    assert "4 of 8 gradients differ by more than 1e-06" in result.err
    verdicts = {row["quantity"]: row["verdict"] for row in csv.DictReader(io.StringIO(result.out))}
    assert {key for key, verdict in verdicts.items() if verdict == "WRONG"} == (
        {f"dE_dw{n}" for n in range(1, 5)}
    )


def test_json_has_full_precision(backprop):
    document = json.loads(backprop("gradcheck", "xor", "--format", "json").out)
    assert document["schema"] == "backprop/gradcheck/1"
    found = trace("xor")
    assert len(document["gradients"]) == 4 * 9
    for entry in document["gradients"]:
        assert entry["backpropagation"] == found[entry["quantity"]]


def test_nothing_to_check_is_an_error(backprop):
    result = backprop("gradcheck", "mazur", "--only", "dE_db*")
    assert (result.code, result.out) == (2, "")
    assert "no gradient matches: dE_db*" in result.err


def test_the_difference_is_taken_in_all_its_digits():
    """At a weight of 0.1, whose float has more digits than decimals keep by themselves."""
    network = load("xor", ["layers.0.biases=[0.1, -0.1]", "layers.1.biases=[0.1]"])
    assert max(checked.relative for checked in checked_gradients(network)) < 2e-15
