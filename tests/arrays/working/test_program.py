"""Matrix steps are worked, with somebody's own matrices or formulas put in."""

import sys

import numpy as np
import pytest
from by_hand import Hand

from backprop_cli import network
from backprop_cli.arrays.working.algebra import ListAlgebra
from backprop_cli.arrays.working.numpy_algebra import NumpyAlgebra
from backprop_cli.arrays.working.program import BROKEN, Pass, Program, spread
from backprop_cli.formulas import transposed

LISTS, NUMPY = ListAlgebra(), NumpyAlgebra()
both = pytest.mark.parametrize("algebra", [LISTS, NUMPY], ids=["lists", "numpy"])
HANDS = {
    "plain": Hand((3, 4, 2), 5, ("tanh", "logistic")),
    "shared biases": Hand((3, 4, 2), 5, ("relu", "linear"), shared=True),
    "deep softmax": Hand((2, 3, 4, 3), 4, ("logistic", "tanh", "softmax"), "cross-entropy"),
    "one sample": Hand((3, 4, 2), 1, ("tanh", "logistic")),
}
every = pytest.mark.parametrize("hand", HANDS.values(), ids=HANDS)


def program_of(hand, algebra, samples=None, **options):
    net = network(**hand.arguments, **options)
    return Program(net, samples or tuple(range(1, hand.samples + 1)), algebra)


def matrix(algebra, array):
    array = np.asarray(array, float)
    array = array if array.ndim == 2 else array.reshape(1, -1)
    return algebra.matrix(array, array.shape[1])


def same(algebra, value, expected):
    expected = np.asarray(expected, float)
    found = np.array(algebra.rows(value))
    return found.size == expected.size and np.allclose(
        found, expected.reshape(found.shape), rtol=1e-12, atol=1e-14
    )


@both
@every
def test_a_pass_has_what_is_worked_by_hand(hand, algebra):
    program = program_of(hand, algebra)
    found, right = Pass(program), hand.run()
    for key, value in right.items():
        if key in program.names:
            assert same(algebra, found[key], value), key
            assert algebra.shape(found[key]) == program.shape(key)
    assert set(right) - set(program.names) <= {"E_mean", "E_mean_new"}


def test_no_step_is_worked_that_is_not_asked_for():
    program = program_of(HANDS["plain"], LISTS)
    found = Pass(program)
    before = set(found)
    found["net_1"]
    assert set(found) - before == {"net_1"}
    found["delta_2"]
    assert "dE_dW2" not in found
    assert "out_2" in found


@both
def test_own_matrices_feed_what_follows(algebra):
    hand = HANDS["plain"]
    program = program_of(hand, algebra)
    wrong = hand.run(out_1=lambda v: np.tanh(v["net_1"]) + 0.25)
    found = Pass(program, {"out_1": matrix(algebra, wrong["out_1"])})
    for key in ("net_2", "delta_2", "dE_dW2", "dE_dout_1", "W2_new"):
        assert same(algebra, found[key], wrong[key]), key
    assert same(algebra, found["out_1"], wrong["out_1"])
    assert same(algebra, found.expected("out_1"), hand.run()["out_1"])


@both
def test_edits_stand_in_place_of_formulas(algebra):
    hand = HANDS["plain"]
    program = program_of(hand, algebra)
    term = program.q.error_term(program.network.layers[1])
    found = Pass(program, edits={"delta_2": term})
    wrong = hand.run(delta_2=lambda v: v["dE_dout_2"])
    for key in ("delta_2", "dE_dW2", "delta_1", "dE_db1", "W1_new", "net_2_new"):
        assert same(algebra, found[key], wrong[key]), key


def test_what_is_worked_before_is_what_the_edited_formula_needs():
    program = program_of(HANDS["plain"], LISTS)
    found = Pass(program, edits={"dE_dW1": program.q.parameter("W", program.network.layers[0])})
    found["W1_new"]
    assert "dE_dW1" in found
    assert "delta_1" not in found


def test_what_does_not_fit_is_broken():
    program = program_of(HANDS["plain"], NUMPY)
    wrong = {"dE_dW2": transposed(program.steps["dE_dW2"].formula)}
    with pytest.raises(BROKEN):
        Pass(program, edits=wrong)["W2_new"]


def test_a_given_is_what_the_network_has_even_if_ones_own_is_another():
    program = program_of(HANDS["plain"], LISTS)
    found = Pass(program, {"X": [[0.0] * 5] * 3})
    assert found.expected("X") == program.givens["X"]
    assert found["X"] == [[0.0] * 5] * 3


@both
def test_a_program_may_hold_some_of_the_samples(algebra):
    hand = HANDS["plain"]
    program = program_of(hand, algebra, (2, 5))
    part = Hand((3, 4, 2), 2, ("tanh", "logistic"))
    part.given = {**hand.given, "X": hand.given["X"][:, [1, 4]], "T": hand.given["T"][:, [1, 4]]}
    assert program.shape("net_1") == (4, 2)
    found, right = Pass(program), part.run()
    for key in ("X", "out_2", "dE_dW1", "W2_new", "E_mean"):
        assert same(algebra, found[key], right[key]), key


def test_one_sample_of_many_has_no_mean():
    hand = HANDS["plain"]
    found, delta = Pass(program_of(hand, LISTS, (3,))), hand.run()["delta_2"][:, [2]]
    assert same(LISTS, found["dE_db2"], delta)


def test_deltas_are_those_of_ascent_whatever_the_config_says():
    hand = HANDS["plain"]
    found = Pass(program_of(hand, LISTS, convention={"delta": "descent"}))
    assert same(LISTS, found["delta_2"], hand.run()["delta_2"])
    assert same(LISTS, found["dE_dW1"], hand.run()["dE_dW1"])


def test_parameters_that_are_given_are_not_made_again():
    hand = HANDS["plain"]
    one = program_of(hand, LISTS)
    other = Program(one.network, (1,), LISTS, one.parameters)
    assert other.givens["W1"] is one.parameters["W1"]
    assert other.shape("X") == (3, 1)


def test_a_state_begins_with_zero_and_a_count_with_one():
    hand = HANDS["plain"]
    program = program_of(hand, LISTS, optimizer={"name": "adam", "beta1": 0.8})
    found, right = Pass(program), hand.run()
    gradient = right["dE_dW1"]
    assert same(LISTS, found["m_W1_new"], 0.2 * gradient)
    step = gradient / (np.abs(gradient) + 1e-8)
    assert same(LISTS, found["W1_new"], right["W1"] - hand.eta * step)


def test_weights_and_biases_of_a_layer_have_the_same_rank():
    program = program_of(HANDS["plain"], LISTS)
    assert program.rank("W1") == program.rank("b1") < program.rank("W2")
    assert program.rank("dE_dW2") == program.rank("dE_db2") > program.rank("delta_2")
    assert program.rank("W1_new") == program.rank("b1_new") != program.rank("W1")
    assert program.rank("dE_dW1") > program.rank("dE_dW2")
    assert program.rank("X") < program.rank("net_1") < program.rank("out_1")


def test_ancestors_stop_at_what_is_known():
    program = program_of(HANDS["plain"], LISTS)
    keys = [step.key for step in program.ancestors("dE_dW1", {})]
    assert keys[:2] == ["dE_dW1", "delta_1"]
    assert {"delta_2", "net_1", "out_2"} <= set(keys)
    assert len(keys) == len(set(keys))
    known = dict.fromkeys(("delta_1", "X"))
    assert [step.key for step in program.ancestors("dE_dW1", known)] == ["dE_dW1"]
    assert list(program.ancestors("X", {})) == []


@both
def test_what_is_spread_fits_and_what_does_not_is_left(algebra):
    assert algebra.rows(spread(2.0, (1, 2), algebra)) == [[2, 2]]
    assert algebra.rows(spread(matrix(algebra, [[1, 2]]), (2, 2), algebra)) == [[1, 2], [1, 2]]
    assert algebra.rows(spread(matrix(algebra, [[1], [2]]), (2, 2), algebra)) == [[1, 1], [2, 2]]
    assert algebra.rows(spread(2.0, (1, 1), algebra)) == [[2]]
    whole = matrix(algebra, [[1, 2], [3, 4]])
    for shape in ((2, 2), (2, 1), (1, 2), (4, 1), (3, 2)):
        assert spread(whole, shape, algebra) is whole
    row = matrix(algebra, [[1, 2]])
    assert spread(row, (2, 3), algebra) is row


def test_a_long_chain_is_worked_from_its_beginning():
    depth = 2 * sys.getrecursionlimit()
    chain = network([[[1.0]]] * depth, inputs=[[0.5]], targets=[[0.0]], activations="linear")
    program = Program(chain, (1,), LISTS)
    assert Pass(program)["dE_dW1"] == [[0.25]]
    assert Pass(program).expected("dE_dW1") == [[0.25]]
    halved = Pass(program, edits={f"delta_{depth}": program.q.error_term(chain.layers[-1]) / 2})
    assert halved["dE_dW1"] == [[0.125]]


def test_formulas_that_go_in_a_circle_are_broken():
    program = program_of(HANDS["plain"], LISTS)
    circle = Pass(program, edits={"net_1": program.q.delta(program.network.layers[0])})
    with pytest.raises(BROKEN, match="is needed for itself"):
        circle["out_2"]
    with pytest.raises(BROKEN, match="no_step"):
        circle["no_step"]
