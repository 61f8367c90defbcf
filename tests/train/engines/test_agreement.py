"""The trainers agree: the emitted one with the steps to the last bit, NumPy's with it nearly."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import zip_longest
from typing import Any

import pytest
import strategies
from hypothesis import HealthCheck, Phase, given, settings

from backprop_cli.api import load, trace
from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.engine import state_before as steps_before
from backprop_cli.engine.network import Network
from backprop_cli.engine.running import initial_state
from backprop_cli.formulas import ACTIVATIONS, ERRORS, OPTIMIZERS
from backprop_cli.train import state_before
from backprop_cli.train.engines.array import Array
from backprop_cli.train.engines.emit import Writer
from backprop_cli.train.engines.emitted import Emitted
from backprop_cli.train.engines.engine import Engine, StepByStep

pytestmark = pytest.mark.thorough

SMOOTH = tuple(name for name in strategies.OPTIMIZERS if name != "lion")
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
EXAMPLES = ("mazur", "xor", "batch", "softmax", "deep", "adam", "momentum", "relu", "iris")


def network(config: dict[str, Any]) -> Network:
    return network_of(parse_document(strategies.to_toml(config), "random.toml"))


def after(engine: Engine, net: Network, epochs: int) -> tuple[dict[str, Any], int, list[float]]:
    """State, updates and errors of so many epochs."""
    point, seen = engine.run(engine.start(initial_state(net)), 1, epochs)
    state = engine.state(point)
    return dict(state.values), state.updates, seen


@FEW
@given(strategies.configs(epochs=2))
def test_emitted_code_equals_the_steps_to_the_last_bit(config: dict[str, Any]) -> None:
    net = network(config)
    for shuffle in (False, True):
        expected = after(StepByStep(net, shuffle), net, 2)
        assert after(Emitted(net, shuffle), net, 2) == expected
        careful = Emitted(net, shuffle)
        careful._careful = True
        assert after(careful, net, 2) == expected


@FEW
@given(strategies.configs())
def test_a_look_equals_the_trace(config: dict[str, Any]) -> None:
    net = network(config)
    expected = StepByStep(net).look(initial_state(net), net.samples)
    engine = Emitted(net)
    assert engine.look(engine.start(initial_state(net)), net.samples) == expected


def near(one: float, other: float, largest: float, tolerance: float) -> bool:
    return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance * largest)


def drift(net: Network, shuffle: bool, expected: dict[str, Any], errors: list[float]) -> float:
    """How far a start that differs by 1e-13 leads away: what some epochs make of roundings."""
    engine, state = Emitted(net, shuffle), initial_state(net)
    for parameter in net.parameters():
        state.values[parameter.name] += 1e-13 * (abs(state.values[parameter.name]) or 1)
    point, seen = engine.run(engine.start(state), 1, len(errors))
    found = engine.state(point).values
    return max(
        *(abs(found[key] - value) for key, value in expected.items()),
        *(abs(one - other) for one, other in zip(errors, seen, strict=True)),
    )


@settings(
    FEW, max_examples=25, derandomize=True, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
@given(strategies.configs(epochs=20, optimizers=SMOOTH))
def test_numpy_and_emitted_code_agree_after_20_epochs(config: dict[str, Any]) -> None:
    """To 1e-12, or as nearly as the emitted code agrees with itself after a start 1e-13 away.

    Optimizers that divide a gradient by its own size magnify the rounding of one that cancels, by
    more than any start away from it shows: for them 1e-7 is enough. One that takes its sign makes
    a whole step of it, and is left to `test_every_row_of_the_tables_is_trained_alike`.
    """
    net = network(config)
    magnified = 1e-7 if net.optimizer.name in ("adagrad", "rmsprop", "adam", "adamw") else 0.0
    for shuffle in (False, True):
        expected, updates, errors = after(Emitted(net, shuffle), net, 20)
        bound = 1e-12 * max(1, *map(abs, expected.values())) + 10 * drift(
            net, shuffle, expected, errors
        )
        bound = max(bound, magnified)
        for careful in (False, True):
            engine = Array(net, shuffle)
            engine._careful = careful
            found, count, seen = after(engine, net, 20)
            assert count == updates
            assert all(abs(found[key] - value) <= bound for key, value in expected.items())
            pairs = zip(errors, seen, strict=True)
            assert all(abs(one - other) <= bound for one, other in pairs)


@pytest.mark.parametrize("name", EXAMPLES)
def test_numpy_agrees_to_twelve_digits_on_the_examples(name: str) -> None:
    net = load(name)
    expected, _, errors = after(Emitted(net), net, 100)
    found, _, seen = after(Array(net), net, 100)
    largest = max(map(abs, expected.values()))
    assert all(near(expected[key], found[key], largest, 1e-12) for key in expected)
    assert all(near(*pair, errors[0], 1e-12) for pair in zip(errors, seen, strict=True))


def test_a_network_that_numpy_computes_otherwise_is_caught() -> None:
    net = load("xor")
    expected, _, _ = after(Emitted(net), net, 100)
    found, _, _ = after(Array(replace(net, reduction="sum", batch_size=4)), net, 100)
    assert not all(near(expected[key], found[key], 1.0, 1e-12) for key in expected)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_run_may_be_cut_anywhere(name: str) -> None:
    net = load(name)
    for engine in (Emitted(net, shuffle=True), Array(net, shuffle=True)):
        start = engine.start(initial_state(net))
        whole, seen = engine.run(start, 1, 7)
        half, before = engine.run(start, 1, 3)
        rest, later = engine.run(engine.start(engine.state(half)), 4, 4)
        assert engine.state(rest) == engine.state(whole)
        assert before + later == seen


def test_a_point_is_never_altered() -> None:
    net = load("xor")
    for engine in (Emitted(net), Array(net), StepByStep(net)):
        start = engine.start(initial_state(net))
        engine.run(start, 1, 5)
        assert engine.state(start).values == initial_state(net).values


def test_errors_are_not_computed_unless_wanted() -> None:
    net = load("mazur")
    for engine in (Emitted(net), Array(net)):
        start = engine.start(initial_state(net))
        quiet, nothing = engine.run(start, 1, 10, watch=False)
        watched, errors = engine.run(start, 1, 10)
        assert engine.state(quiet) == engine.state(watched)
        assert (len(nothing), len(errors)) == (0, 10)


def test_the_errors_of_some_epochs_are_those_of_all() -> None:
    net = load("xor")
    for engine in (Emitted(net), Array(net), StepByStep(net)):
        start = engine.start(initial_state(net))
        whole, errors = engine.run(start, 5, 20)
        for wanted in ([], [5], [24], [5, 6, 9, 24], [7, 23]):
            point, seen = engine.sparse_run(start, 5, 20, wanted)
            assert engine.state(point) == engine.state(whole)
            assert seen == [errors[epoch - 5] for epoch in wanted]


EXTREME = """
eta = 0.5
error = "{error}"
inputs = [[1000, -1000], [-1000, 1000]]
targets = [[0], [1]]
[[layers]]
activation = "logistic"
weights = [[3, -4]]
"""


@pytest.mark.parametrize("error", ["half-squared", "binary-cross-entropy", "cross-entropy"])
def test_what_overflows_is_computed_as_the_trace_does(error: str) -> None:
    net = network_of(parse_document(EXTREME.format(error=error), "extreme.toml"))
    expected = after(StepByStep(net), net, 3)
    assert after(Emitted(net), net, 3) == expected
    found, _, seen = after(Array(net), net, 3)
    assert found == pytest.approx(expected[0])
    assert seen == pytest.approx(expected[2])


def test_the_trace_of_a_late_epoch_starts_from_the_trainer() -> None:
    net = load("mazur")
    assert state_before(net, 500).values == steps_before(net, 500).values
    assert (
        trace(net, first=500)["E_total"]
        == Emitted(net).run(Emitted(net).start(state_before(net, 500)), 500, 1)[1][0]
    )


def test_nothing_of_a_config_is_compiled() -> None:
    net = load("mazur")
    named = replace(net, title="import os", eta=net.eta)
    source = Writer(Emitted(named)._program, "watch", True, False, False).source()
    assert "0.5" not in source
    assert all(word not in source for word in ("w1", "h1", "eta", "import"))


def test_a_sum_of_a_thousand_terms_is_cut() -> None:
    inputs = [round(0.001 * n, 3) for n in range(1000)]
    text = f"""eta = 0.1\ninputs = {inputs}\ntargets = [0.5]
[[layers]]\nactivation = "logistic"\nunits = 1\nbias = 0.1\n"""
    net = network_of(parse_document(text, "wide.toml"))
    assert after(Emitted(net), net, 2) == after(StepByStep(net), net, 2)


ROW = """
eta = 0.05
error = "{error}"
inputs = [[0.5, 0.3], [0.4, -0.6], [0.1, 0.2]]
targets = [[0.25, 0.75], [0.5, 0.5], [1, 0]]
{way}
[[layers]]
activation = "{activation}"
weights = [[0.9, -0.4], [0.3, 0.8]]
bias = 0.15
[[layers]]
activation = "{output}"
weights = [[0.7, -0.2], [0.35, 0.6]]
biases = [0.2, 0.4]
[optimizer]
name = "{optimizer}"
{parameters}
"""
OPTIMIZER_ROWS = [
    *((name, "") for name in OPTIMIZERS),
    *((name, f"{key} = 0.8") for name, row in OPTIMIZERS.items() for key in row.forms),
]
ROWS = [
    (activation or "tanh", error or "half-squared", *(optimizer or ("sgd", "")))
    for activation, error, optimizer in zip_longest(ACTIVATIONS, ERRORS, OPTIMIZER_ROWS)
]
WAYS = ("", "batch_size = 2", 'learning = "batch"\nupdate = "sequential"')


@pytest.mark.parametrize("way", WAYS, ids=["online", "mini-batch", "sequential-batch"])
@pytest.mark.parametrize("row", ROWS, ids="-".join)
def test_every_row_of_the_tables_is_trained_alike(row: tuple[str, ...], way: str) -> None:
    activation, error, optimizer, parameters = row
    output = "logistic" if ERRORS[error].probabilities else activation
    choices = {"activation": activation, "output": output, "error": error, "way": way}
    text = ROW.format(optimizer=optimizer, parameters=parameters, **choices)
    net = network_of(parse_document(text, "row.toml"))
    expected, updates, errors = after(StepByStep(net), net, 10)
    assert after(Emitted(net), net, 10) == (expected, updates, errors)
    found, count, seen = after(Array(net), net, 10)
    assert count == updates
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-13)
    assert seen == pytest.approx(errors, rel=1e-12)


def test_a_softmax_of_one_unit_is_1() -> None:
    text = """
eta = 0.5
inputs = [[0.5], [-3]]
targets = [[0.25], [1]]
[[layers]]
activation = "softmax"
weights = [[900]]
bias = 0.125
"""
    net = network_of(parse_document(text, "one.toml"))
    for engine in (StepByStep(net), Emitted(net), Array(net)):
        point, seen = engine.run(engine.start(initial_state(net)), 1, 3)
        assert engine.state(point).values == initial_state(net).values
        assert seen == [0.75**2 / 2] * 3
        assert [look.outputs for look in engine.look(point, net.samples)] == [(1.0,)] * 2
