"""The config that a page saves, and the training that its worker does, in Node."""

import math
import random
import struct

from node import in_node

from backprop_cli.api import load
from backprop_cli.config import network_of, parse_document
from backprop_cli.config.writing import to_toml
from backprop_cli.engine import state_before
from backprop_cli.formulas import FLOAT
from backprop_cli.page.computing import _config, computing
from backprop_cli.page.program import program
from backprop_cli.show import Format, page_of

CONFIG = "return cases.map(([pieces, model]) => backpropSaving.config(pieces, model, []));"
TRAIN = """
return cases.map(({ source, program, model, epochs }) => {
  const made = new Function(source + "return backpropProgram")();
  model.state = Float64Array.from(model.state);
  const told = [];
  let clock = 0;
  const tell = ({ done, points, state, ended }) => {
    told.push({ done, points, state: [...state], ended });
  };
  const waiting = [];
  backpropTraining.train(made, { program, model, epochs }, tell, (go) => waiting.push(go),
    () => (clock += 1));
  while (waiting.length) waiting.shift()();
  return told;
});
"""


def model_of(network):
    keys = program(network).data["update"]["state"]
    values = {"eta": float(network.eta)} | {p.name: float(p.value) for p in network.parameters()}
    samples = [[*map(float, (*s.inputs, *s.targets))] for s in network.samples]
    return {"state": [values[key] for key in keys], "updates": 0, "samples": samples}


def saved(network, model):
    pieces = list(_config(network, program(network).data["update"]))
    return in_node(["saving.js"], CONFIG, [[pieces, model]])[0]


NETWORK = """
title = "0.25"
eta = 0.50
inputs = ["1/3", 1]
targets = [1e-3]
[[layers]]
activation = "linear"
weights = [[0.1, 1e-8]]
bias = "-2/7"
"""


def read(text):
    return network_of(parse_document(text, ""))


def test_a_number_that_was_not_changed_stays_as_it_was_written():
    network = read(NETWORK)
    assert saved(network, model_of(network)) == to_toml(network)
    assert '"1/3"' in to_toml(network)


def test_any_number_reads_back_as_the_same():
    chance = random.Random(1)
    network = read(NETWORK)
    values = [-0.0, 0.0, 5.0, 1e15, 1e16, 1e21, -1e300, 5e-324, 1e-7, 123456789012345680.0, 1 / 3]
    values += [struct.unpack("d", chance.randbytes(8))[0] for _ in range(60)]
    values = [value for value in values if abs(value) < 1e300]
    pieces = list(_config(network, program(network).data["update"]))
    cases = []
    for value in values:
        model = model_of(network)
        model["state"][1] = value
        model["samples"][0][0] = value
        cases.append([pieces, model])
    for value, text in zip(values, in_node(["saving.js"], CONFIG, cases), strict=True):
        found = read(text)
        for number in (found.layers[0].weights[0][0].value, found.samples[0].inputs[0]):
            assert struct.pack("d", float(number)) == struct.pack("d", value), text
        assert found.layers[0].biases == network.layers[0].biases


def test_minus_zero_is_not_zero():
    network = read(NETWORK.replace("0.1, 1e-8", "0, -0.0"))
    assert "weights = [[0, -0.0]]" in saved(network, model_of(network))
    model = model_of(network)
    model["state"][1:3] = [-0.0, 0.0]
    assert "weights = [[-0.0, 0]]" in saved(network, model)


def trained(network, epochs):
    made = program(network)
    case = {"source": made.source, "program": made.data, "epochs": epochs}
    case["model"] = model_of(network)
    return in_node(["arithmetic.js", "running.js", "training.js"], TRAIN, [case])[0]


def test_training_tells_its_way_in_spans():
    """The clock of the test ticks with every look: 30 ticks are a span."""
    told = trained(load("mazur"), 100)
    assert [one["done"] for one in told[:-1]] == [29, 58, 87]
    assert told[-1]["done"] == 100
    assert [one["ended"] for one in told] == ["", "", "", "done"]
    epochs = [epoch for one in told for epoch, _ in one["points"]]
    assert epochs == [*range(1, 101)]
    assert told[0]["points"][0][1] == 0.2983711087600027


def test_of_many_epochs_five_hundred_are_told():
    told = trained(load("mazur"), 5_000)
    epochs = [epoch for one in told for epoch, _ in one["points"]]
    assert epochs == [1, *range(10, 5_001, 10)]


def test_a_training_that_diverges_goes_back_to_the_last_finite_numbers():
    network = load("momentum", ["eta=9", "optimizer={name='sgd'}"])
    told = trained(network, 10_000)
    last = told[-1]
    assert last["ended"] == "diverged"
    assert all(map(math.isfinite, last["state"]))
    again = trained(network, last["done"])[-1]
    assert (again["ended"], again["state"]) == ("done", last["state"])
    assert trained(network, last["done"] + 1)[-1]["ended"] == "diverged"


def page_data(network, epochs=range(1, 2)):
    page = page_of(network, epochs, FLOAT, Format(), state_before(network, epochs[0]), False)
    return computing(page, epochs).data


def test_what_may_be_changed_stands_under_headings():
    groups = page_data(load("mazur"))["groups"]
    assert [(group["title"], [symbol for _, symbol, _ in group["fields"]]) for group in groups] == [
        ("Learning rate", ["η"]),
        ("Into h1 to h2", ["w1", "w2", "w3", "w4", "b1"]),
        ("Into o1 to o2", ["w5", "w6", "w7", "w8", "b2"]),
    ]
    titles = [group["title"] for group in page_data(load("iris"))["groups"]]
    assert titles[:3] == ["Learning rate", "Into h1", "Into h2"]


def test_a_later_epoch_begins_with_its_own_numbers():
    network = load("adam")
    first, third = page_data(network), page_data(network, range(3, 4))
    assert (first["updates"], third["updates"]) == (0, 2)
    assert first["state"] != third["state"]


def test_a_large_network_is_not_computed():
    text = """
eta = 0.5
inputs = [1]
targets = [1]
[[layers]]
activation = "tanh"
units = 60
init = { method = "he" }
[[layers]]
activation = "tanh"
units = 60
init = { method = "he" }
[[layers]]
activation = "tanh"
units = 1
init = { method = "he" }
"""
    assert "3720 weights" in page_data(read(text))["off"]
