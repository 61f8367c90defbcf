"""The textbook's steps: their values against an independent oracle, and what they say."""

import math
from itertools import pairwise

import oracle
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.api import load, trace
from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.config.examples import example_names
from backprop_cli.engine.running import lines
from backprop_cli.engine.steps import STAGES, batch_phases, epoch_phases
from backprop_cli.formulas import ACTIVATIONS, OPTIMIZERS
from backprop_cli.formulas.arithmetic import FLOAT
from backprop_cli.formulas.expr import operators, references
from backprop_cli.show import in_symbols

pytestmark = pytest.mark.thorough


def network_from(config):
    return network_of(parse_document(strategies.to_toml(config), "drawn.toml"))


def assert_agrees_with_the_oracle(config, epochs):
    found = trace(network_from(config), epochs).values
    expected = oracle.expected_quantities(config, epochs)
    assert expected.keys() <= found.keys()
    assert all(key.endswith("_end") for key in found.keys() - expected.keys())
    # An adaptive optimizer divides a gradient by its own size: of one that cancels to nothing it
    # blows up the rounding. So does a training that does not settle, with every update.
    adaptive = oracle.optimizer(config)[0] in strategies.ADAPTIVE
    cancels = any(key.startswith("dE_d") and value == 0 for key, value in expected.items())
    tolerance = 1e-9 if adaptive else 1e-11
    if epochs > 1 or (adaptive and cancels):
        tolerance = 1e-7
    for key, value in expected.items():
        assert math.isclose(found[key], value, rel_tol=1e-9, abs_tol=tolerance), key


@settings(max_examples=150, deadline=None)
@given(strategies.configs())
def test_every_quantity_agrees_with_automatic_differentiation(config):
    assert_agrees_with_the_oracle(config, 1)


@settings(max_examples=40, deadline=None)
@given(strategies.configs(epochs=3))
def test_every_quantity_of_later_epochs_agrees_too(config):
    assert_agrees_with_the_oracle(config, 3)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@settings(max_examples=12, deadline=None)
@given(st.data())
def test_each_activation_agrees(activation, data):
    assert_agrees_with_the_oracle(data.draw(strategies.configs(activations=(activation,))), 1)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@settings(max_examples=12, deadline=None)
@given(st.data())
def test_each_optimizer_agrees(optimizer, data):
    config = data.draw(strategies.configs(optimizers=(optimizer,), max_units=2, epochs=2))
    assert_agrees_with_the_oracle(config, 2)


@pytest.mark.parametrize("name", example_names())
def test_stages_come_in_the_textbooks_order(name):
    network = load(name)
    steps = [step for phase in batch_phases(network, network.batches()[0]) for step in phase.steps]
    order = [STAGES.index(step.stage) for step in steps]
    assert all(a <= b for a, b in pairwise(order))


@pytest.mark.parametrize("name", example_names())
def test_a_name_is_given_once_and_only_after_what_it_is_made_of(name):
    for update in ("simultaneous", "sequential"):
        network = load(name, [f"update={update}"])
        phases = batch_phases(network, network.batches()[0])
        made: set[str] = set()
        all_keys = {step.key for phase in phases for step in phase.steps if phase.per_sample}
        for phase in phases:
            for step in phase.steps:
                needed = {ref.name.key.rpartition(".")[2] for ref in references(step.formula)}
                assert needed & all_keys <= made | (needed - all_keys), step.key
                if phase.per_sample or not network.reduces:
                    assert step.key not in made
                    made.add(step.key)


def test_sequential_update_changes_one_operand_of_each_path_and_nothing_else():
    networks = [load("mazur", [f"update={update}"]) for update in ("simultaneous", "sequential")]
    plain, slip = (
        {step.key: step for phase in batch_phases(net, (1,)) for step in phase.steps}
        for net in networks
    )
    assert plain.keys() == slip.keys()
    for key, step in plain.items():
        before = [ref.name.key for ref in references(step.formula)]
        after = [ref.name.key for ref in references(slip[key].formula)]
        changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert changed == ([(before[1], f"{before[1]}_new")] if step.kind == "via" else [])


@pytest.mark.parametrize("name", example_names())
def test_the_chain_rule_written_out_gives_the_same_value(name):
    network = load(name)
    for line in lines(network):
        if line.step.chain is not None:
            chain = line.step.chain.evaluate(line.scope, FLOAT.operations)
            assert math.isclose(chain, line.value, rel_tol=1e-12, abs_tol=1e-15), line.step.key


def test_a_hidden_error_term_sums_over_all_outputs():
    found = trace("mazur")
    parts = [found[f"dE_dout_h1_via_o{k}"] for k in (1, 2)]
    assert found["dE_dout_h1"] == sum(parts)
    assert parts[0] == found["delta_o1"] * 0.4


def test_a_shared_bias_gathers_the_deltas_of_its_units():
    found = trace(load("mazur", ["train_biases=true"]))
    assert found["dE_db2"] == found["delta_o1"] + found["delta_o2"]
    assert found["b2_new"] == 0.6 - 0.5 * found["dE_db2"]


def test_a_softmax_of_one_unit_is_always_one():
    config = {
        "eta": 0.5, "error": "half-squared", "inputs": [0.3, -2], "targets": [0.2],
        "layers": [{"activation": "softmax", "weights": [[0.4, 7]], "bias": 0.1}],
    }  # fmt: skip
    found = trace(network_from(config))
    assert found["out_o1"] == 1
    assert found["dout_o1_dnet_o1"] == found["delta_o1"] == 0
    assert found["w1_new"] == 0.4


def test_softmax_with_cross_entropy_comes_to_output_minus_target():
    network = load("softmax")
    delta = next(line for line in lines(network) if line.step.key == "delta_o2")
    assert [ref.name.key for ref in references(delta.step.formula)] == ["out_o2", "t_o2"]
    assert len(list(references(delta.step.chain))) == 6


def test_targets_that_do_not_sum_to_one_take_the_whole_jacobian():
    network = load("softmax", ["targets=[0.5, 0.9, 0.2]"])
    delta = next(line for line in lines(network) if line.step.key == "delta_o2")
    assert delta.step.chain is None
    found = trace(network)
    expected = found["out_o2"] * 1.6 - 0.9
    assert delta.value == pytest.approx(expected, rel=1e-12)


EXTREME = [
    ("logistic", "half-squared"), ("logistic", "binary-cross-entropy"),
    ("logistic", "cross-entropy"), ("softmax", "cross-entropy"),
    ("softmax", "binary-cross-entropy"), ("softmax", "half-squared"), ("tanh", "squared"),
    ("bipolar-sigmoid", "mean-squared"), ("softplus", "half-squared"), ("elu", "half-squared"),
    ("silu", "half-squared"), ("gelu", "half-squared"),
]  # fmt: skip


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("activation", "error"), EXTREME)
def test_a_net_input_of_a_thousand_leaves_every_number_finite(activation, error, sign):
    net = sign * 1000
    config = f"""
eta = 0.1
error = "{error}"
inputs = [1]
targets = [0, 1]
[[layers]]
activation = "linear"
weights = [[1]]
[[layers]]
activation = "{activation}"
weights = [[{net}], [{-net}]]
"""
    found = trace(network_of(parse_document(config, "extreme.toml"))).values
    assert all(math.isfinite(value) for value in found.values()), found
    if activation in ("logistic", "softmax"):
        assert {found["out_o1"], found["out_o2"]} == {0.0, 1.0}
        wrong = sign > 0  # o1 is 1 where it should be 0
        if error != "half-squared" and "entropy" in error and activation == "logistic":
            assert found["delta_o2"] == pytest.approx(-1.0 if wrong else 0.0, abs=1e-300)


def test_adam_counts_its_updates():
    passed = lines(load("adam"), range(1, 4))
    counts = [line.scope["t"] for line in passed if line.step.kind == "corrected"]
    assert counts == [1, 1, 2, 2, 3, 3]
    steps = [step for phase in batch_phases(load("adam"), (1,)) for step in phase.steps]
    corrected = next(step for step in steps if step.kind == "corrected")
    assert "^" in set(operators(corrected.formula))
    assert "t" in {ref.name.key for ref in references(corrected.formula)}


def test_the_error_of_an_epoch_sums_over_its_samples():
    found = trace("xor")
    seen = [found[f"sample{k}.E_total"] for k in range(1, 5)]
    assert found["E_epoch"] == pytest.approx(sum(seen), rel=1e-15)
    ends = [found[f"sample{k}.E_total_end"] for k in range(1, 5)]
    assert found["E_epoch_new"] == pytest.approx(sum(ends), rel=1e-15)
    assert found["sample4.E_total_end"] == found["sample4.E_total_new"]


def test_online_samples_see_the_weights_that_the_one_before_left():
    network = load("xor")
    by_sample = {}
    for line in lines(network):
        by_sample.setdefault(line.address.sample, line.scope)
        if line.step.key == "w1_new" and line.address.sample == 1:
            left = line.value
    assert by_sample[2]["w1"] == left


def test_batches_leave_the_weights_alone_until_their_end():
    network = load("xor", ["learning=batch"])
    weights = {line.scope["w1"] for line in lines(network) if line.step.stage == "forward"}
    assert weights == {float(next(network.parameters()).value)}
    found = trace(network)
    per_sample = [found[f"sample{k}.dE_dw1"] for k in range(1, 5)]
    assert found["dE_dw1"] == pytest.approx(sum(per_sample) / 4, rel=1e-15)


def test_the_steps_of_an_epochs_end_are_known_but_not_shown():
    (per_sample, once) = epoch_phases(load("xor"))
    assert not any(step.shown for step in per_sample.steps)
    assert [step.key for step in once.steps if step.shown] == ["E_epoch", "E_epoch_new"]
    assert [step.key for step in once.steps if not step.shown] == ["E_mean", "E_mean_new"]


def test_the_mean_over_the_samples_is_shown_where_the_config_calls_it_the_cost():
    (_, once) = epoch_phases(load("xor", ["convention.cost=mean"]))
    assert all(step.shown for step in once.steps)
    (alone,) = epoch_phases(load("mazur", ["convention.cost=mean"]))
    assert [step.key for step in alone.steps] == ["E_epoch", "E_epoch_new"]


def chains(network):
    return {
        line.step.key: in_symbols(line.step.chain) for line in lines(network) if line.step.chain
    }


def test_the_chain_rule_is_written_out():
    found = chains(load("mazur", ["train_biases=true"]))
    assert found["dE_dw5"] == "∂E/∂out_o1·∂out_o1/∂net_o1·∂net_o1/∂w5"
    assert found["dE_db2"] == "∂E/∂net_o1·∂net_o1/∂b2 + ∂E/∂net_o2·∂net_o2/∂b2"
    assert found["dE_dout_h1_via_o2"] == "∂E/∂net_o2·∂net_o2/∂out_h1"
    of_softmax = chains(load("softmax"))
    assert of_softmax["dE_dw1"].startswith("∂E/∂out_h1·∂out_h1/∂net_h1·")
    assert "∂E/∂net_o3·∂net_o3/∂w15" in of_softmax.values()


@pytest.mark.parametrize("settings", [[], ['convention.delta="descent"'],
                                      ['convention.bias="subtracted"']])  # fmt: skip
@pytest.mark.parametrize("name", ["mazur", "softmax", "deep"])
def test_a_chain_has_the_value_of_its_step(name, settings):
    for line in lines(load(name, ["train_biases=true", *settings])):
        if line.step.chain is not None:
            value = line.step.chain.evaluate(line.scope, FLOAT.operations)
            assert value == pytest.approx(line.value, rel=1e-13, abs=1e-16), line.step.key


def test_the_difference_of_target_and_output_is_no_line_of_the_textbook():
    shown = {line.step.law: line.step.shown for line in lines(load("mazur"))}
    assert not shown["err"]
    assert shown["error"]
