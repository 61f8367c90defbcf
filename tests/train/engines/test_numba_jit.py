"""The emitted code as Numba compiles it."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

import pytest

from backprop_cli.config import network_of, parse_document
from backprop_cli.engine import Network, initial_state
from backprop_cli.formulas import ACTIVATIONS, ERRORS, OPTIMIZERS
from backprop_cli.train.engines import Emitted

pytest.importorskip("numba")

from backprop_cli.train.engines.numba_jit import Compiled

DEEP = """
eta = 0.05
inputs = [[0.5, 0.3], [0.4, -0.6], [0.1, 0.2]]
targets = [[0.25, 0.75], [0.5, 0.5], [1, 0]]
update = "sequential"
batch_size = 2
[[layers]]
activation = "tanh"
weights = [[0.9, -0.4]]
[[layers]]
activation = "logistic"
weights = [[0.7], [0.35]]
bias = 0.1
[[layers]]
activation = "softmax"
weights = [[0.7, -0.2], [0.35, 0.6]]
"""
SMALL = """
eta = 0.05
error = "{1}"
optimizer = "{2}"
inputs = [[0.5], [-0.4]]
targets = [[0.25], [0.5]]
[[layers]]
activation = "{0}"
weights = [[0.9], [0.3]]
[[layers]]
activation = "logistic"
weights = [[0.7, -0.2]]
"""
ROWS = [
    (activation, error or "squared", optimizer or "sgd")
    for activation, error, optimizer in zip_longest(ACTIVATIONS, ERRORS, OPTIMIZERS)
]


def compared(net: Network, epochs: int, shuffle: bool = False) -> None:
    results = []
    for engine in (Emitted(net, shuffle), Compiled(net, shuffle)):
        point, seen = engine.run(engine.start(initial_state(net)), 1, epochs)
        state = engine.state(point)
        results.append(({**state.values, "updates": state.updates}, seen))
    assert results[1][0] == pytest.approx(results[0][0], rel=1e-12, abs=1e-12)
    assert results[1][1] == pytest.approx(results[0][1], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("row", ROWS, ids="-".join)
def test_every_row_of_the_tables_is_compiled(row: tuple[str, ...]) -> None:
    compared(network_of(parse_document(SMALL.format(*row), "row.toml")), 100)


@pytest.mark.parametrize(("samples", "shuffle"), [(1, False), (3, True)])
def test_compiled_code_agrees_to_twelve_digits(samples: int, shuffle: bool) -> None:
    net = network_of(parse_document(DEEP, "deep.toml"))
    compared(replace(net, samples=net.samples[:samples]), 1000, shuffle)
