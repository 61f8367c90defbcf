"""The program of a page gives the numbers of the trace, in Node."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from node import in_node
from strategies import configs, to_toml

from backprop_cli.api import load
from backprop_cli.config import example_names, network_of, parse_document
from backprop_cli.engine import initial_state, lines, qualified
from backprop_cli.formulas import RULES
from backprop_cli.page.program import program
from backprop_cli.train.course.training import Training

SCRIPTS = ("arithmetic.js", "running.js")
TRACE = """
return cases.map(({ source, data, model, epochs, samples }) => {
  const { runner, qualified } = backpropRunning;
  const made = new Function(source + "return backpropProgram")();
  const running = runner(made, data);
  const found = {};
  model.state = Float64Array.from(model.state);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    running.trace(model, epoch, (address, key, value) => {
      if (key === data.update.countKey) return;
      found[qualified(address, key, { epochs: true, samples })] = value;
    });
  }
  return { found, state: [...model.state] };
});
"""
LEARN = """
return cases.map(({ source, data, model, epochs }) => {
  const made = new Function(source + "return backpropProgram")();
  model.state = Float64Array.from(model.state);
  const learn = backpropRunning.runner(made, data).learner(model);
  const errors = [];
  for (let epoch = 1; epoch <= epochs; epoch++) errors.push(learn());
  return { errors, state: [...model.state] };
});
"""


def case(network, epochs):
    """A network as Node gets it."""
    made = program(network)
    known = initial_state(network).values | {"": 0.0}
    constants = {"eta": network.eta, **network.optimizer.parameters}
    first = len(constants)
    values = [*map(float, constants.values())]
    values += [float(known[key]) for key in made.data["update"]["state"][first:]]
    samples = [[*map(float, (*s.inputs, *s.targets))] for s in network.samples]
    model = {"state": values, "updates": 0, "samples": samples}
    return {"source": made.source, "data": made.data, "model": model, "epochs": epochs,
            "samples": len(samples)}  # fmt: skip


def same(found, expected, within=1e-12):
    """Whether numbers are equal up to rounding; smaller ones than 1e-13 came of rounding."""
    return (
        found == expected
        or math.isclose(found, expected, rel_tol=within, abs_tol=1e-13)
        or (math.isnan(found) and math.isnan(expected))
    )


def compare(networks, epochs=2):
    told = in_node(SCRIPTS, TRACE, [case(network, epochs) for network in networks])
    for network, answer in zip(networks, told, strict=True):
        passing = lines(network, range(1, epochs + 1))
        expected = {qualified(line, network, True): line.value for line in passing}
        assert set(answer["found"]) == set(expected)
        wrong = [
            (key, answer["found"][key], value)
            for key, value in expected.items()
            if not same(answer["found"][key], value, 1e-9)
        ]
        assert wrong == []


def test_every_bundled_example_comes_out():
    compare([load(name) for name in example_names()])


@pytest.mark.thorough
@settings(
    max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(st.lists(configs(epochs=2), min_size=6, max_size=6))
def test_random_networks_come_out(several):
    """Every activation, error, optimizer and way of learning; six in one process of Node."""
    compare([network_of(parse_document(to_toml(config), "")) for config in several])


@pytest.mark.parametrize("size", ["1-1-1", "30-30-30"])
def test_networks_of_any_size_come_out(size):
    compare([network_of(parse_document(square(*map(int, size.split("-"))), ""))], epochs=1)


def square(inputs, hidden, outputs, activation="softmax", error="cross-entropy"):
    """A config with random weights."""
    numbers = [[(n * 7 % 10) / 10 for n in range(count)] for count in (inputs, outputs)]
    last = [1, *[0] * (outputs - 1)]
    return f"""
eta = 0.1
error = "{error}"
inputs = {numbers[0]}
targets = {last}
[[layers]]
activation = "tanh"
units = {hidden}
init = {{ method = "xavier" }}
bias = 0.1
[[layers]]
activation = "{activation}"
units = {outputs}
init = {{ method = "xavier" }}
"""


def test_a_thousand_in_a_net_input_is_no_trouble():
    """The logistic function gives 0 or 1, softmax too, and their errors stay finite."""
    config = """
eta = 0.5
error = "{}"
inputs = [1]
targets = [1, 0]
[[layers]]
activation = "logistic"
weights = [[1000], [-1000]]
[[layers]]
activation = "{}"
weights = [[1000, 0], [0, -1000]]
"""
    pairs = [("half-squared", "logistic"), ("cross-entropy", "softmax"),
             ("binary-cross-entropy", "logistic"), ("squared", "softplus"), ("squared", "gelu"),
             ("squared", "silu"), ("squared", "mish"), ("squared", "elu")]  # fmt: skip
    networks = [network_of(parse_document(config.format(*pair), "")) for pair in pairs]
    compare(networks, epochs=1)
    for answer in in_node(SCRIPTS, TRACE, [case(network, 1) for network in networks]):
        assert all(map(math.isfinite, answer["found"].values()))


def test_training_ends_where_that_of_python_ends():
    """After 10,000 epochs of the tutorial network, and after some of every other example."""
    epochs = {"mazur": 10_000, "iris": 20}
    names = example_names()
    networks = [load(name) for name in names]
    cases = [
        case(network, epochs.get(name, 300)) for name, network in zip(names, networks, strict=True)
    ]
    for network, one, answer in zip(networks, cases, in_node(SCRIPTS, LEARN, cases), strict=True):
        training = Training(network, epochs=one["epochs"], engine="emitted")
        run = training.begin()
        run.go()
        expected = run.engine.state(run.point).values
        keys = one["data"]["update"]["state"]
        found = dict(zip(keys, answer["state"], strict=True))
        wrong = [key for key in expected if not same(found[key], expected[key], 1e-9)]
        assert wrong == [], network.title
        assert math.isclose(answer["errors"][-1], run.course.last, rel_tol=1e-9, abs_tol=1e-15)


TOKENS = re.compile(
    r"""[csb]\[\d+\] | \(c,\ b,\ (s|samples)\)=> | samples\.length | total\(samples,\ \d+\)
      | (Phi|abs|divided|exp|largest|ln|log1p|phi|power|sign|sqrt|square|tanh)\(
      | >0\? | [-+*=:;,(){}\[\]\s]""",
    re.VERBOSE,
)


@pytest.mark.parametrize("name", ["mazur", "xor", "batch", "adam", "iris"])
def test_code_has_places_and_operators_alone(name):
    """No name and no number of a config, and nothing that a template does not have."""
    source = program(load(name)).source
    head, brace, rest = source.partition("update: ")
    assert brace
    assert set(re.findall(r"\w+", head)) - {
        "use",
        "strict",
        "const",
        "backpropProgram",
        "total",
    } <= {rule.javascript.partition("(")[0] for rule in RULES.values()}
    assert TOKENS.sub("", rest.replace("closing: ", "")) == ""


def test_a_hostile_name_is_never_code():
    title = "</script><script>alert(1)</script>"
    config = f'''
title = "{title}"
eta = 0.5
inputs = [1]
targets = [1]
[[layers]]
activation = "linear"
weights = [[0.123456789]]
'''
    source = program(network_of(parse_document(config, ""))).source
    assert "script" not in source.replace("strict", "")
    assert "0.123456789" not in source


def test_every_operator_has_a_javascript_or_stands_for_a_longer_formula():
    assert all(rule.javascript or rule.lower for rule in RULES.values())
