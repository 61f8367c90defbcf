"""What every trainer does alike: points, careful operations, the order of samples, looks."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from backprop_cli.config import network_of, parse_document
from backprop_cli.engine import Network, State, initial_state, shuffled
from backprop_cli.train.engines import Engine, presented
from backprop_cli.train.engines.array import Array
from backprop_cli.train.engines.array_layers import Layout, update_code
from backprop_cli.train.engines.emitted import Emitted
from backprop_cli.train.engines.engine import StepByStep

TEXT = """
eta = 0.5
inputs = [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]
targets = [[0], [1], [0], [1], [0]]
seed = 3
{more}
[[layers]]
activation = "tanh"
weights = [[0.1, 0.2], [0.3, 0.4]]
biases = [0.5, 0.6]
[[layers]]
activation = "logistic"
weights = [[0.7, 0.8]]
bias = 0.9
[optimizer]
name = "adam"
"""
KINDS = (StepByStep, Emitted, Array)


def network(more: str = "batch_size = 2") -> Network:
    return network_of(parse_document(TEXT.format(more=more), "five.toml"))


@pytest.mark.parametrize("kind", KINDS)
def test_updates_are_counted(kind: Any) -> None:
    for more, updates in (("", 15), ("batch_size = 2", 9), ('learning = "batch"', 3)):
        net = network(more)
        engine = kind(net)
        state = initial_state(net)
        state.updates = 7
        point, seen = engine.run(engine.start(state), 1, 3)
        assert engine.state(point).updates == 7 + updates
        assert len(seen) == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("train_biases", ["true", "false"])
def test_a_state_is_given_back_as_it_was(kind: Any, train_biases: str) -> None:
    net = network(f"train_biases = {train_biases}")
    engine, state = kind(net), initial_state(net)
    trained = [key for key in state.values if key[0] != "b" or train_biases == "true"]
    values = {
        key: float(n) if key in trained else state.values[key] for n, key in enumerate(state.values)
    }
    assert engine.state(engine.start(State(values, 4))) == State(values, 4)
    assert list(engine.state(engine.start(State(values, 4))).values) == list(state.values)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", [math.inf, -math.inf, math.nan])
def test_a_point_is_finite_if_all_its_numbers_are(kind: Any, wrong: float) -> None:
    net = network()
    engine, state = kind(net), initial_state(net)
    assert engine.finite(engine.start(state))
    for key in state.values:
        broken = State(state.values | {key: wrong}, 1)
        assert not engine.finite(engine.start(broken))


@pytest.mark.parametrize("kind", KINDS)
def test_shuffled_epochs_present_the_seeds_order(kind: Any) -> None:
    """Without any learning, the error of an epoch depends on the order by its rounding alone; so
    the second epoch is compared with one of samples that stand in its order."""
    net = network("batch_size = 2")
    order = shuffled(5, 3, 2)
    assert order != [0, 1, 2, 3, 4]
    assert presented(net, True, 2).samples == tuple(net.samples[n] for n in order)
    assert presented(net, False, 2) is net
    mixed, plain = kind(net, True), kind(replace(net, samples=presented(net, True, 2).samples))
    found = mixed.run(mixed.start(initial_state(net)), 2, 1)
    expected = plain.run(plain.start(initial_state(net)), 2, 1)
    assert mixed.state(found[0]) == plain.state(expected[0])
    assert found[1] == expected[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_look_may_be_at_other_samples(kind: Any) -> None:
    """And shows the parameters of the point, not those of a training that went on."""
    net = network()
    engine = kind(net)
    start = engine.start(initial_state(net))
    before = engine.look(start, net.samples)
    engine.run(start, 1, 2)
    assert engine.look(start, net.samples) == before
    some = engine.look(start, net.samples[3:4])
    assert some[0].outputs == pytest.approx(before[3].outputs)
    assert [type(look.error) for look in before] == [float] * 5


STEEP = """
eta = 0.5
error = "cross-entropy"
inputs = [[1], [-1]]
targets = [[1], [0.5]]
[[layers]]
activation = "logistic"
weights = [[-800]]
"""


@pytest.mark.parametrize("kind", [Emitted, Array])
def test_what_refuses_is_gone_through_again_with_care(kind: Any) -> None:
    """And from then on all is: the errors are those of one run, not of two."""
    net = network_of(parse_document(STEEP, "steep.toml"))
    expected = StepByStep(net)
    point, seen = expected.run(expected.start(initial_state(net)), 1, 3)
    engine = kind(net)
    assert not engine._careful
    found, errors = engine.run(engine.start(initial_state(net)), 1, 3)
    assert engine._careful
    assert errors == pytest.approx(seen)
    assert engine.state(found).values == pytest.approx(point.values)
    looking = kind(net)
    looks = looking.look(looking.start(initial_state(net)), net.samples)
    assert looking._careful
    assert [look.error for look in looks] == pytest.approx(
        [look.error for look in expected.look(initial_state(net), net.samples)]
    )


def test_what_refuses_even_with_care_is_told() -> None:
    net = network()
    engine = Emitted(net)
    engine._careful = True

    def refuses() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine._carefully(refuses)


@pytest.mark.parametrize("kind", [Emitted, Array])
def test_what_is_prepared_is_not_made_again(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for watch in (True, False):
        engine: Engine = kind(network())
        engine.prepare(watch)
        start = engine.start(initial_state(network()))
        with monkeypatch.context() as patch:
            for module in ("emitted.emit", "array.update_code"):
                patch.setattr(f"backprop_cli.train.engines.{module}", None)
            assert len(engine.run(start, 1, 2, watch)[1]) == 2 * watch
            with pytest.raises(TypeError):
                engine.run(start, 1, 2, not watch)


def test_a_layout_has_the_parameters_then_the_states() -> None:
    layout = Layout(network())
    weights = ["w1", "w2", "w3", "w4", "b_h1", "b_h2", "w5", "w6", "b2"]
    assert layout.keys[:9] == weights
    assert layout.keys[9:] == [f"{letter}_{key}" for letter in "mv" for key in weights]
    assert (layout.size, layout.slices) == (9, [slice(0, 6), slice(6, 9)])
    layout.numbers[:] = range(27)
    assert layout.weights[0].tolist() == [[0, 1], [2, 3]]
    assert [bias.tolist() for bias in layout.biases] == [[4, 5], [8]]
    assert layout.state["v"].tolist() == list(range(18, 27))
    layout.gradient[:] = range(9)
    assert layout.weight_gradients[1].tolist() == [[6, 7]]
    assert layout.bias_gradients[0].tolist() == [4, 5]
    fixed = Layout(network("train_biases = false"))
    assert fixed.keys[:6] == ["w1", "w2", "w3", "w4", "w5", "w6"]
    assert [bias.tolist() for bias in fixed.biases] == [[0.5, 0.6], [0.9]]


def test_batches_of_one_size_are_gone_through_together() -> None:
    parts = Array(network("batch_size = 2"))._batches
    shapes = [(size, [inputs[:, 0].tolist() for inputs, _ in batches]) for size, batches in parts]
    assert shapes == [(2, [[1, 3], [5, 7]]), (1, [[9]])]
    assert [targets.tolist() for _, targets in parts[0][1]] == [[[0], [1]], [[0], [1]]]


def test_quiet_code_computes_no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(network())
    monkeypatch.setattr("backprop_cli.train.engines.array_layers._Writer.errors", None)
    assert callable(update_code(layout, 2, False, False))
    with pytest.raises(TypeError):
        update_code(layout, 2, True, False)
