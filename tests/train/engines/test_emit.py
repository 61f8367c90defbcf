"""The code made for small networks, worked out by hand: places, variables, loops, statements.

In all of these networks v0 is the learning rate. Values that are used once are written where they
are used; −0 begins a sum, because −0 + x is x for every x, for −0 too.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from backprop_cli.config import network_of, parse_document
from backprop_cli.engine import initial_state
from backprop_cli.train.engines.emit import Writer, emit
from backprop_cli.train.engines.emitted import Emitted
from backprop_cli.train.engines.engine import StepByStep
from backprop_cli.train.engines.plan import LONGEST
from backprop_cli.train.engines.program import (
    FIXED,
    SAMPLE,
    SHARED,
    Place,
    fixed_values,
    place_of,
    program,
)

LINE = """
eta = 0.5
inputs = [2]
targets = [3]
[[layers]]
activation = "linear"
weights = [[0.25]]
"""
TWO_LAYERS = """
eta = 0.5
inputs = [[2], [1]]
targets = [[3], [0]]
learning = "batch"
update = "sequential"
[[layers]]
activation = "tanh"
weights = [[0.25]]
[[layers]]
activation = "relu"
weights = [[0.5]]
"""
THREE_LAYERS = f"""
reduction = "sum"
{TWO_LAYERS.replace("relu", "tanh")}
[[layers]]
activation = "tanh"
weights = [[0.5]]
"""
TWO_SAMPLES = LINE.replace("[2]", "[[2], [1]]").replace("[3]", "[[3], [0]]")
BIASED = 'bias = 0.125\n[convention]\nbias = "added"\n'


def source(
    text: str, kind: str, *, one_sample: bool = False, careful: bool = False, grouped: bool = False
) -> str:
    made = program(network_of(parse_document(text, "small.toml")))
    return "\n" + Writer(made, kind, one_sample, careful, grouped).source()


def test_one_sample_is_an_update_a_turn() -> None:
    """v1 weight, v2 bias, v5 count; v11 is 1/2, v15 the slope 1, v3 input, v4 target."""
    assert (
        source(LINE + BIASED, "watch", one_sample=True)
        == """
def watch(epochs, state, fixed, note):
    (v1, v2, v5) = state
    (v0, v11, v15, v3, v4) = fixed
    for presented in epochs:
        v10 = v4 - ((v1 * v3) + v2)
        v13 = v11 * ((v10 * v10))
        v16 = (-v10) * v15
        v1 = v1 - (v0 * (v16 * v3))
        v2 = v2 - (v0 * v16)
        note(v13)
    return (v1, v2, v5)
"""
    )


def test_a_quiet_function_leaves_the_error_out_and_takes_sample_after_sample() -> None:
    assert (
        source(TWO_SAMPLES + BIASED, "quiet")
        == """
def quiet(epochs, state, fixed):
    (v1, v2, v5) = state
    (v0, v11, v15) = fixed
    for presented in epochs:
        for (v3, v4) in presented:
            v16 = (-(v4 - ((v1 * v3) + v2))) * v15
            v1 = v1 - (v0 * (v16 * v3))
            v2 = v2 - (v0 * v16)
    return (v1, v2, v5)
"""
    )


def test_a_look_computes_once_what_belongs_to_no_sample() -> None:
    """Half of Huber's delta, v16 = v15·v12; the parameters do not change during a look."""
    assert (
        source('error = "huber"\n' + LINE + BIASED, "look")
        == """
def look(samples, state, fixed, note):
    (v1, v2, v5) = state
    (v0, v12, v15) = fixed
    v16 = v15 * v12
    for (v3, v4) in samples:
        v8 = (v1 * v3) + v2
        v10 = v4 - v8
        v11 = abs(v10)
        v22 = ((v12 * (v11 - v16)) if (v11 - v12) > 0.0 else (v15 * ((v10 * v10))))
        note((v8, v22))
"""
    )


def test_sequential_batches_go_twice_through_their_samples() -> None:
    """The delta of the hidden unit needs the new v2, which needs the sum v22 over the samples.

    v20 is the output's delta, v30 the hidden slope: both are kept for the second loop. v6 is the
    number of samples, v10 is 0, v14 is 1/2, v18 is 1.
    """
    assert (
        source(TWO_LAYERS, "watch", careful=True, grouped=True)
        == """
def watch(epochs, state, fixed, note):
    (v1, v2, v5) = state
    (v0, v10, v14, v18) = fixed
    for presented in epochs:
        seen = -0.0
        for batch in presented:
            v6 = float(len(batch))
            v22 = v33 = -0.0
            kept1 = []
            for (v3, v4) in batch:
                v8 = tanh((v1 * v3))
                v9 = v2 * v8
                v13 = v4 - ((v9 if v9 > v10 else v10))
                v16 = v14 * ((v13 * v13))
                v20 = (-v13) * ((v18 if v9 > 0.0 else v10))
                v30 = v18 - ((v8 * v8))
                v22 += (v20 * v8)
                seen += v16
                kept1.append((v20, v30))
            v2 = v2 - (v0 * (divide(v22, v6)))
            for (v3, v4), (v20, v30) in zip(batch, kept1):
                v33 += (((v20 * v2) * v30) * v3)
            v1 = v1 - (v0 * (divide(v33, v6)))
        note(seen)
    return (v1, v2, v5)
"""
    )


def test_three_sequential_layers_keep_values_of_two_loops() -> None:
    assert (
        source(THREE_LAYERS, "quiet", grouped=True)
        == """
def quiet(epochs, state, fixed):
    (v1, v2, v3, v6) = state
    (v0, v16, v20) = fixed
    for presented in epochs:
        for batch in presented:
            v26 = v36 = v46 = -0.0
            kept1 = []
            for (v4, v5) in batch:
                v9 = tanh((v1 * v4))
                v11 = tanh((v2 * v9))
                v13 = tanh((v3 * v11))
                v24 = (-(v5 - v13)) * (v20 - ((v13 * v13)))
                v33 = v20 - ((v11 * v11))
                v43 = v20 - ((v9 * v9))
                v26 += (v24 * v11)
                kept1.append((v9, v24, v33, v43))
            v3 = v3 - (v0 * v26)
            kept2 = []
            for (v4, v5), (v9, v24, v33, v43) in zip(batch, kept1):
                v34 = (v24 * v3) * v33
                v36 += (v34 * v9)
                kept2.append((v34,))
            v2 = v2 - (v0 * v36)
            for (v4, v5), (v9, v24, v33, v43), (v34,) in zip(batch, kept1, kept2):
                v46 += (((v34 * v2) * v43) * v4)
            v1 = v1 - (v0 * v46)
    return (v1, v2, v3, v6)
"""
    )


def test_what_a_batch_shares_stands_before_its_loop() -> None:
    """Adam, with v9 the count: 1 − βᵗ once an update, 1 − β once for all (v24, v29)."""
    text = 'batch_size = 1\nreduction = "sum"\n' + TWO_SAMPLES + '[optimizer]\nname = "adam"\n'
    assert (
        source(text, "quiet", grouped=True)
        == """
def quiet(epochs, state, fixed):
    (v4, v5, v6, v9) = state
    (v0, v1, v2, v3, v14, v18) = fixed
    v24 = v18 - v1
    v29 = v18 - v2
    for presented in epochs:
        for batch in presented:
            v9 += 1.0
            v21 = -0.0
            v22 = v1 * v5
            v27 = v2 * v6
            v35 = v18 - (v1 ** v9)
            v39 = v18 - (v2 ** v9)
            for (v7, v8) in batch:
                v21 += (((-(v8 - (v4 * v7))) * v18) * v7)
            v5 = v22 + (v24 * v21)
            v6 = v27 + (v29 * ((v21 * v21)))
            v4 = v4 - ((v0 * (v5 / v35)) / ((sqrt((v6 / v39))) + v3))
    return (v4, v5, v6, v9)
"""
    )


def test_an_old_value_that_is_still_read_is_moved_at_the_end() -> None:
    """Lion's change looks at the old mean v5 after the new one, v29, has been computed."""
    assert (
        source(LINE + '[optimizer]\nname = "lion"\n', "watch", one_sample=True)
        == """
def watch(epochs, state, fixed, note):
    (v4, v5, v8) = state
    (v0, v1, v2, v3, v13, v17, v6, v7) = fixed
    v22 = v17 - v1
    v27 = v17 - v2
    for presented in epochs:
        v12 = v7 - (v4 * v6)
        v15 = v13 * ((v12 * v12))
        v19 = ((-v12) * v17) * v6
        v29 = (v2 * v5) + (v27 * v19)
        v4 = v4 - (v0 * ((sign(((v1 * v5) + (v22 * v19)))) + (v3 * v4)))
        (v5,) = (v29,)
        note(v15)
    return (v4, v5, v8)
"""
    )


@pytest.mark.parametrize("inputs", [LONGEST, LONGEST + 1])
def test_a_sum_longer_than_allowed_is_cut(inputs: int) -> None:
    """Its first terms are one statement, those that are left are added to it."""
    text = LINE.replace("[2]", str([1] * inputs)).replace("[[0.25]]", str([[0.5] * inputs]))
    lines = [line.strip() for line in source(text, "look").splitlines()]
    sums = [line for line in lines if line.count(" + ") > 1]
    assert [line.count("*") for line in sums] == [LONGEST]
    longer = [line for line in lines if line.startswith(sums[0].split(" = ")[0] + " = v")]
    assert len(longer) == inputs - LONGEST
    assert all(line.count("*") == 1 and " + (" in line for line in longer)


def test_numbers_are_handed_over_and_names_are_made() -> None:
    made = program(network_of(parse_document(LINE, "small.toml")))
    assert [made.fixed[number] for number in fixed_values(made)] == [0.5, 0.5, 1.0]
    assert min(made.fixed) == made.names["eta"]
    assert [key for key, _, _ in made.state] == ["w1"]
    assert made.outputs == [made.names["out_o1"]]
    assert made.error == made.names["E_total"]
    assert made.sample == [made.names["i1"], made.names["t_o1"]]


def test_untrained_biases_are_fixed() -> None:
    made = program(network_of(parse_document("train_biases = false\n" + LINE + BIASED, "x.toml")))
    assert [key for key, _, _ in made.state] == ["w1"]
    assert made.fixed[made.names["b1"]] == 0.125


def test_places_are_ordered_as_they_are_computed() -> None:
    places = [FIXED, SHARED, SAMPLE, Place(2, False), Place(2, True)]
    assert sorted(places) == places
    assert place_of([SHARED, FIXED]) == SHARED
    assert place_of([SAMPLE, SHARED]) == SAMPLE
    assert place_of([Place(2, False), SAMPLE, FIXED]) == Place(2, True)


def test_places_of_a_program() -> None:
    made = program(network_of(parse_document(TWO_LAYERS, "small.toml")))
    place = SimpleNamespace(**{key: made.places[number] for key, number in made.names.items()})
    assert (place.eta, place.w1, place.t) == (FIXED, SHARED, SHARED)
    assert (place.i1, place.out_h1, place.delta_o1, place.dout_dnet_h1) == (SAMPLE,) * 4
    assert (place.dE_dw2, place.w2_new) == (Place(2, False),) * 2
    assert place.delta_h1 == Place(2, True)
    assert place.w1_new == Place(3, False)
    online = program(network_of(parse_document(LINE, "small.toml")))
    assert online.places[online.names["w1"]] == online.places[online.count] == SAMPLE
    assert made.places[made.size] == SHARED


def test_careful_operations_know_their_limits() -> None:
    """e^1000, ln 0 and x/0 stop a quick function, and none that is careful."""
    text = LINE.replace("linear", "logistic").replace("0.25", "-1000")
    made = program(network_of(parse_document(text, "steep.toml")))
    for careful in (False, True):
        found: list[tuple[float, ...]] = []
        look = emit(made, "look", False, careful, False)
        fixed = (0.5, 1.0, 0.5)
        if careful:
            look([(2.0, 3.0)], (-1000.0, 0.0), fixed, found.append)
            assert found == [(0.0, 4.5)]
        else:
            with pytest.raises(OverflowError):
                look([(2.0, 3.0)], (-1000.0, 0.0), fixed, found.append)


@pytest.mark.parametrize("depth", [60, 300])
def test_a_network_of_any_depth_is_trained_as_it_is_traced(depth: int) -> None:
    layer = '[[layers]]\nactivation = "tanh"\nweights = [[0.9]]\nbias = 0.1\n'
    text = "eta = 0.1\ninputs = [0.5]\ntargets = [0.2]\n" + depth * layer
    net = network_of(parse_document(text, "chain.toml"))
    start = initial_state(net)
    expected, _ = StepByStep(net).run(start, 1, 2)
    engine = Emitted(net)
    point, _ = engine.run(engine.start(start), 1, 2)
    assert engine.state(point) == expected
