"""The state that a late epoch begins with."""

from __future__ import annotations

from typing import Any

import pytest

from backprop_cli.api import load
from backprop_cli.engine import State, initial_state, lines
from backprop_cli.engine import state_before as steps_before
from backprop_cli.errors import CheckFailed
from backprop_cli.formulas import FLOAT, exact_arithmetic
from backprop_cli.train import state_before
from backprop_cli.train.engines.emitted import Emitted


@pytest.mark.parametrize("epoch", [1, 2, 30])
def test_a_late_state_is_that_of_the_steps(epoch: int) -> None:
    net = load("adam")
    state = initial_state(net)
    for _ in lines(net, range(1, epoch), state=state):
        pass
    assert state_before(net, epoch) == state == steps_before(net, epoch, FLOAT)


def test_other_arithmetic_is_worked_step_by_step() -> None:
    net = load("mazur", ["layers.0.activation=linear", "layers.1.activation=linear"])
    exact = state_before(net, 2, exact_arithmetic())
    assert exact == steps_before(net, 2, exact_arithmetic())
    assert exact.values != state_before(net, 2).values


def test_floats_are_trained_and_not_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def run(self: Emitted, point: Any, first: int, count: int, watch: bool = True) -> Any:
        asked.append((first, count, watch))
        if count == 4:
            raise OverflowError("too large")
        return point, []

    monkeypatch.setattr(Emitted, "run", run)
    assert state_before(load("mazur"), 4) == initial_state(load("mazur"))
    with pytest.raises(CheckFailed, match="on the way to epoch 5 cannot be computed: too large"):
        state_before(load("mazur"), 5)
    state_before(load("mazur"), 1)
    assert asked == [(1, 3, False), (1, 4, False)]


def test_the_states_of_one_network_come_from_one_trainer(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    begin = Emitted.__init__

    def init(self: Emitted, network: Any, shuffle: bool = False) -> None:
        made.append(network)
        begin(self, network, shuffle)

    monkeypatch.setattr(Emitted, "__init__", init)
    mazur, adam = load("mazur"), load("adam")
    found = [state_before(mazur, epoch) for epoch in (5, 9, 7)]
    assert found == [steps_before(mazur, epoch, FLOAT) for epoch in (5, 9, 7)]
    assert state_before(adam, 3) == steps_before(adam, 3, FLOAT)
    assert state_before(mazur, 3) == steps_before(mazur, 3, FLOAT)
    assert [network is mazur for network in made] == [True, False, True]


@pytest.mark.parametrize("name", ["mazur", "adam", "momentum", "xor"])
def test_a_late_state_goes_on_from_an_earlier_one_to_the_same_bits(name: str) -> None:
    net = load(name)
    early = state_before(net, 7)
    kept = State(dict(early.values), early.updates)
    for state in (state_before, steps_before):
        assert state(net, 30, FLOAT, (7, early)) == state_before(net, 30)
        assert state(net, 7, FLOAT, (7, early)) == kept == early
