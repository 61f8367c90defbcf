"""The computation graph: its values are those of the pass, its gradients those of the trace."""

import math
from dataclasses import replace

import pytest
from drawn import network_with, traced
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.api import load
from backprop_cli.config.examples import example_names
from backprop_cli.draw.graph import graph_of
from backprop_cli.engine import Quantities
from backprop_cli.errors import UsageError
from backprop_cli.formulas import ACTIVATIONS, FLOAT, PARTIALS, RULES, Label, Op, Ref

OPERANDS = {"/": 2, "^": 2, "+": 3, "*": 3, "max": 3, "if": 3, "softmax": 3}
NOT_SMOOTH = {"sign"}


def test_every_operator_has_its_partial_derivatives():
    assert {*PARTIALS} == {*RULES}


@given(st.lists(st.floats(0.2, 2), min_size=3, max_size=3, unique=True), st.sampled_from([*RULES]))
def test_partial_derivatives_are_difference_quotients(numbers, op):
    count = OPERANDS.get(op, 1)
    numbers = numbers[:count]
    if op == "softmax":  # its first operand is one of the others as well
        numbers[0] = numbers[1] + 0.3
    if any(abs(a - b) < 1e-4 for a in numbers for b in numbers if a is not b):
        return
    refs = [Ref(Label(f"x{at}")) for at in range(count)]

    def value(changed):
        known = {f"x{at}": number for at, number in enumerate(changed)}
        return known, Op(op, tuple(refs)).evaluate(known, FLOAT.operations)

    known, out = value(numbers)
    known["out"] = out
    for at, formula in enumerate(PARTIALS[op](Ref(Label("out")), *refs)):
        h = 1e-6
        up, down = ([x + s * h * (at == i) for i, x in enumerate(numbers)] for s in (1, -1))
        quotient = (value(up)[1] - value(down)[1]) / (2 * h)
        assert formula.evaluate(known, FLOAT.operations) == pytest.approx(
            quotient, rel=1e-5, abs=1e-7
        )


@pytest.mark.parametrize("expanded", [False, True])
@pytest.mark.parametrize("name", [*example_names(), "huge"])
def test_gradients_are_those_of_the_trace(name, expanded):
    network = network_with(4, 5, 3) if name == "huge" else load(name)
    network = replace(network, update="simultaneous", train_biases=True, round_each=None)
    scope = traced(network)[1]
    graph = graph_of(network, scope, expanded=expanded)
    by_key = {name.key: node for node in graph.nodes for name in node.names}
    q = Quantities(network)
    checked = 0
    for parameter in network.parameters():
        true = float(scope[q.gradient(parameter).name.key])
        found = by_key[q.parameter(parameter).name.key].gradient
        assert found == pytest.approx(true, rel=1e-9, abs=1e-12), parameter.name
        checked += 1
    for layer in network.layers:
        for unit in layer.units:
            delta = float(scope[q.delta(unit).name.key]) * (-1 if network.descent else 1)
            net = by_key[q.net(unit).name.key]
            assert net.gradient == pytest.approx(delta, rel=1e-9, abs=1e-12)
    assert checked
    for key, node in by_key.items():
        assert node.value == float(scope[key])


@pytest.mark.parametrize("activation", [a for a in ACTIVATIONS if a != "softmax"])
def test_every_activation_written_out_has_the_slope_that_it_states(activation):
    network = load("mazur", [f'layers.0.activation="{activation}"'])
    scope = traced(network)[1]
    one, other = (graph_of(network, scope, expanded=expanded) for expanded in (False, True))
    for graph in (one, other):
        by_key = {name.key: node for node in graph.nodes for name in node.names}
        assert by_key["w1"].gradient == pytest.approx(float(scope["dE_dw1"]), rel=1e-9, abs=1e-12)
    assert len(one.nodes) <= len(other.nodes)


def test_gradients_from_the_end_are_what_the_beginning_does_to_the_end():
    """Backwards through the graph as forwards: one value moved, how much the end moves."""
    network = load("softmax")
    graph = graph_of(network, traced(network)[1], expanded=True)
    for moved in graph.nodes:
        up, down = (_end_with(graph, moved, h) for h in (1e-6, -1e-6))
        assert moved.gradient == pytest.approx((up - down) / 2e-6, rel=1e-4, abs=1e-7), moved.sign


def _end_with(graph, moved, by):
    """The value of the end to the first order of each partial, with one value moved."""
    change = {}
    for node in graph.nodes:
        own = sum(change[x] * p for x, p in zip(node.operands, node.partials, strict=True))
        change[node] = own + (by if node is moved else 0.0)
    return graph.end.value + change[graph.end]


def test_the_graph_of_one_unit_has_what_goes_into_it():
    network = load("mazur")
    scope = traced(network)[1]
    hidden = graph_of(network, scope, unit="h1")
    by_key = {node.key: node for node in hidden.nodes if node.key}
    assert {*by_key} == {"i1", "i2", "w1", "w2", "b1", "net_h1", "out_h1"}
    assert hidden.end.gradient == scope["dE_dout_h1"]
    assert by_key["w1"].gradient == pytest.approx(scope["dE_dw1"])
    output = graph_of(network, scope, unit="o1")
    by_key = {node.key: node for node in output.nodes if node.key}
    assert {"w5", "w6", "b2", "out_h1", "t_o1", "E_o1"} <= {*by_key}
    assert by_key["w5"].gradient == pytest.approx(scope["dE_dw5"])


def test_the_graph_of_one_output_leaves_the_others_out():
    network = load("mazur")
    scope = traced(network)[1]
    graph = graph_of(network, scope, output="o1")
    keys = {node.key for node in graph.nodes}
    assert "w1" in keys
    assert not {"w7", "out_o2", "E_total"} & keys
    by_key = {node.key: node for node in graph.nodes}
    assert by_key["out_h1"].gradient == pytest.approx(scope["dE_dout_h1_via_o1"])


def test_a_unit_of_softmax_has_its_whole_gradient():
    network = load("softmax")
    scope = traced(network)[1]
    graph = graph_of(network, scope, unit="o1")
    by_key = {node.key: node for node in graph.nodes if node.key}
    assert by_key["net_o1"].gradient == pytest.approx(scope["delta_o1"])


def test_a_unit_that_is_not_there_is_told():
    network = load("mazur")
    scope = traced(network)[1]
    with pytest.raises(UsageError, match="h9") as caught:
        graph_of(network, scope, unit="h9")
    assert "h1" in str(caught.value.hint)
    assert math.isfinite(graph_of(network, scope).end.gradient)
