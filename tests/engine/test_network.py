"""The network: who feeds whom, what is trained, how samples make batches."""

from itertools import permutations

import pytest

from backprop_cli import load
from backprop_cli.engine import Quantities, named, shuffled
from backprop_cli.engine.quantities import input_key


def test_the_shape_counts_the_inputs_first():
    assert load("mazur").shape == (2, 2, 2)
    assert load("gurlahosur").shape == (3, 2, 2)


def test_a_bias_is_shared_or_each_units_own_or_not_there():
    shared = load("mazur").layers[0]
    assert [shared.bias_of(unit).name for unit in shared.units] == ["b1", "b1"]
    own = load("han-kamber").layers[0]
    assert [own.bias_of(unit) for unit in own.units] == list(own.biases)
    none = load("momentum").layers[0]
    assert [none.bias_of(unit) for unit in none.units] == [None]


def test_what_is_below_a_layer():
    net = load("deep")
    assert net.below(net.layers[0]) == net.inputs
    assert net.below(net.layers[1]) == net.layers[0].units
    assert net.below(net.layers[2]) == net.layers[1].units


def test_weights_are_always_trained_and_biases_if_the_config_says_so():
    fixed, free = load("mazur"), load("mazur", ["train_biases=true"])
    for net, biases in ((fixed, False), (free, True)):
        trained = {p.name: net.is_trained(p) for p in net.parameters()}
        assert trained["w1"]
        assert trained["b1"] is biases


@pytest.mark.parametrize(
    ("settings", "batches", "reduces"),
    [
        ([], [(1,), (2,), (3,), (4,)], False),
        (["learning=batch"], [(1, 2, 3, 4)], True),
        (["learning=mini-batch", "batch_size=3"], [(1, 2, 3), (4,)], True),
        (["learning=mini-batch", "batch_size=1"], [(1,), (2,), (3,), (4,)], True),
        (["learning=mini-batch", "batch_size=9"], [(1, 2, 3, 4)], True),
    ],
)
def test_batches_take_the_samples_in_order(settings, batches, reduces):
    net = load("xor", settings)
    assert net.batches() == batches
    assert net.reduces is reduces


def test_a_batch_of_the_only_sample_reduces_nothing():
    assert not load("mazur", ["learning=batch"]).reduces


def test_an_order_is_that_of_its_seed_and_epoch_for_ever():
    assert shuffled(6, 0, 1) == [3, 1, 0, 5, 4, 2]
    assert shuffled(5, 7, 3) == [2, 4, 3, 0, 1]
    assert shuffled(1, 5, 5) == [0]
    assert shuffled(0, 5, 5) == []


def test_every_place_can_come_to_every_number():
    orders = [shuffled(3, seed, 0) for seed in range(60)]
    assert {tuple(order) for order in orders} == set(permutations(range(3)))


def test_an_input_that_is_called_by_a_number_gets_an_x():
    net = load("negnevitsky")
    assert [input_key(unit) for unit in net.inputs] == ["x1", "x2"]
    assert [input_key(unit) for unit in load("mazur").inputs] == ["i1", "i2"]


def test_what_an_update_renews():
    net = load("mazur", ["optimizer=adam"])
    pairs = {(new.key, old.key) for new, old in Quantities(net).renewals()}
    assert ("w1_new", "w1") in pairs
    assert ("m_w1_new", "m_w1") in pairs
    assert ("v_w8_new", "v_w8") in pairs
    assert not any("b1" in old for _, old in pairs)


def test_a_parameter_that_is_not_trained_is_its_own_next_value():
    net = load("mazur")
    q, bias = Quantities(net), net.layers[0].biases[0]
    assert named(q.new(bias)).key == "b1"
    assert named(q.new(net.layers[0].weights[0][0])).key == "w1_new"


def test_every_quantity_has_a_key_of_its_own():
    for name in ("mazur", "softmax", "deep", "adam"):
        for optimizer in ("adam", "lion", '{name="rmsprop", beta=0.5}'):
            keys = list(Quantities(load(name, [f"optimizer={optimizer}"])).all_keys())
            assert len(keys) == len(set(keys)), (name, optimizer)
