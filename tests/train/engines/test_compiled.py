"""Machine code equals the emitted Python to the last bit, on every function and way of learning."""

import math
from dataclasses import replace

import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("llvmlite")

from backprop_cli import load
from backprop_cli.config import example_names, network_of, parse_document
from backprop_cli.engine import initial_state, state_before
from backprop_cli.formulas import ACTIVATIONS, ERRORS, FLOAT, OPTIMIZERS, RULES
from backprop_cli.train.engines import compiled
from backprop_cli.train.engines.compiled import Compiled
from backprop_cli.train.engines.emitted import Emitted
from backprop_cli.train.engines.machine import MachineWriter, _called, _exactly

pytestmark = pytest.mark.thorough


def drawn(config):
    return network_of(parse_document(strategies.to_toml(config), "drawn.toml"))


def assert_same(network, epochs, shuffle=False):
    results = []
    for engine in (Emitted(network, shuffle), Compiled(network, shuffle)):
        start = engine.start(initial_state(network))
        point, seen = engine.run(start, 1, epochs)
        again, more = engine.run(point, epochs + 1, 2)
        quiet, nothing = engine.run(start, 1, epochs, watch=False)
        assert (quiet, nothing) == (point, [])
        results.append((point, seen, again, more))
    assert repr(results[0]) == repr(results[1])


@pytest.mark.parametrize("name", example_names())
def test_every_bundled_network_trains_to_the_same_bits(name):
    epochs = 5 if name == "iris" else 300
    assert_same(load(name), epochs)
    assert_same(load(name), min(epochs, 20), shuffle=True)


@settings(max_examples=40, deadline=None)
@given(strategies.configs(epochs=2), st.booleans())
def test_random_networks_train_to_the_same_bits(config, shuffle):
    assert_same(drawn(config), 3, shuffle)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation):
    settings = [f"layers.0.activation={activation}"]
    assert_same(load("mazur", [*settings, "eta=0.1"]), 50)
    last = [f"layers.1.activation={activation}", "eta=0.01"]
    assert_same(load("mazur", last), 50)


@pytest.mark.parametrize("error", ERRORS)
def test_every_error(error):
    assert_same(load("mazur", [f"error={error}"]), 100)
    assert_same(load("xor", [f"error={error}", "learning=batch"]), 30)


@pytest.mark.parametrize(
    "optimizer",
    [
        *OPTIMIZERS,
        '{ name = "rmsprop", beta = 0.5 }',
        '{ name = "pytorch-momentum", dampening = 0.5 }',
    ],
)
@pytest.mark.parametrize("learning", ["online", "batch", "mini-batch"])
def test_every_optimizer_in_every_way_of_learning(optimizer, learning):
    settings = [f"optimizer={optimizer}", f"learning={learning}", "eta=0.05"]
    settings += ["batch_size=3"] if learning == "mini-batch" else []
    network = load("xor", settings)
    assert_same(network, 40)
    assert_same(replace(network, update="sequential", reduction="sum"), 40)


EXTREME = """eta = 5
error = "{error}"
inputs = [[1000, -1000], [0, 0], [-800, 5]]
targets = [[1], [0], [1]]
{more}
[[layers]]
activation = "{hidden}"
weights = [[2, -1], [0.5, 3]]
bias = 0.1
[[layers]]
activation = "logistic"
weights = [[40, -40]]
bias = 0
"""


@pytest.mark.parametrize("error", ["half-squared", "cross-entropy", "binary-cross-entropy"])
@pytest.mark.parametrize("hidden", ["logistic", "tanh", "softplus", "elu", "silu", "gelu", "mish"])
@pytest.mark.parametrize("more", ["", 'optimizer = "adagrad"\nlearning = "batch"'])
def test_what_overflows_is_computed_as_the_emitted_code_does(error, hidden, more):
    text = EXTREME.format(error=error, hidden=hidden, more=more)
    assert_same(network_of(parse_document(text, "extreme.toml")), 3)


def test_numbers_that_are_no_more_are_found_in_the_same_epoch():
    linear = [f"layers.{layer}.activation=linear" for layer in (0, 1)]
    network = load("mazur", ["eta=50", *linear])
    found = []
    for engine in (Emitted(network), Compiled(network)):
        point, epoch = engine.start(initial_state(network)), 0
        while engine.finite(point) and epoch < 20:
            try:
                point, errors = engine.run(point, epoch + 1, 1)
            except OverflowError:
                break
            if not math.isfinite(errors[0]):
                break
            epoch += 1
        found.append(epoch)
    assert 0 < found[0] == found[1] < 20


def test_a_state_survives_the_way_there_and_back():
    network = load("adam")
    engine = Compiled(network)
    point, _ = engine.run(engine.start(initial_state(network)), 1, 7)
    assert engine.start(engine.state(point)) == point
    assert engine.state(point).updates == 7
    assert engine.look(point, network.samples) == Emitted(network).look(point, network.samples)


def test_nothing_of_a_config_and_no_number_stands_in_the_code():
    network = load("mazur", ['title="import os"', "eta=0.123"])
    source = MachineWriter(Emitted(network)._program, True, False).source()
    assert "import os" not in source
    for number in (0.123, 0.05, 0.35):
        assert str(number) not in source
        assert _exactly(number) not in source
    assert not {"fast", "contract", "reassoc"} & set(source.split())


def test_every_operator_is_an_instruction_or_a_longer_formula():
    for op, rule in RULES.items():
        assert bool(rule.llvm) == (rule.lower is None), op


def test_an_instruction_is_written_and_a_function_called():
    assert _called("fadd", ["%a", "%b"]) == "fadd double %a, %b"
    assert _called("@exp", ["%a"]) == "call double @exp(double %a)"
    assert _exactly(0.5) == "0x3FE0000000000000"


def test_a_wrong_instruction_is_caught(monkeypatch):
    """The tests above, fed a sum that subtracts, must fail."""
    monkeypatch.setitem(RULES, "*", RULES["*"]._replace(llvm="fadd"))
    with pytest.raises(AssertionError):
        assert_same(load("mazur"), 2)
    assert FLOAT.operations["*"](2.0, 3.0) == 6.0


def test_a_long_run_goes_in_pieces_to_the_same_bits(monkeypatch):
    network = load("xor")
    engine, pieces = Compiled(network, shuffle=True), Compiled(network, shuffle=True)
    assert engine._piece > 10
    monkeypatch.setattr(compiled, "PASSED", 3 * 4 * len(pieces._program.state))
    assert pieces._piece == 3
    start = engine.start(initial_state(network))
    whole = engine.run(start, 1, 10)
    assert pieces.run(start, 1, 10) == whole
    assert pieces.run(start, 1, 10, watch=False) == (whole[0], [])
    some = [whole[1][epoch - 1] for epoch in (1, 3, 4, 10)]
    assert pieces.sparse_run(start, 1, 10, (1, 3, 4, 10)) == (whole[0], some)


SIZE = """eta = 0.5
batch_size = 2
inputs = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]
targets = [[0], [1], [0]]
[notation]
units = [["size", "t2"], ["o"]]
[[layers]]
activation = "logistic"
weights = [[0.1, 0.2]]
"""


def test_no_name_of_a_config_is_mistaken_for_what_the_code_calls_its_own():
    network = network_of(parse_document(SIZE, "size.toml"))
    assert_same(network, 3)
    engine = Compiled(network)
    point, _ = engine.run(engine.start(initial_state(network)), 1, 2)
    assert engine.state(point) == state_before(network, 3)
