"""The oracle itself: finite differences, published numbers, and its own hand-written pass."""

import copy
import itertools
import tomllib

import numpy as np
import oracle
import pytest
import strategies
from hypothesis import given, settings

pytestmark = pytest.mark.thorough

MAZUR = {
    "eta": 0.5,
    "error": "half-squared",
    "inputs": [0.05, 0.10],
    "targets": [0.01, 0.99],
    "train_biases": False,
    "layers": [
        {"activation": "logistic", "weights": [[0.15, 0.20], [0.25, 0.30]], "bias": 0.35},
        {"activation": "logistic", "weights": [[0.40, 0.45], [0.50, 0.55]], "bias": 0.60},
    ],
}
PAIRS = [
    (activation, error)
    for error in oracle.ERRORS
    for activation in strategies.outputs(tuple(oracle.ACTIVATIONS), error)
]


def network(hidden, output, error):
    """A 2-3-2 network with such activations; one bias shared, the others each unit's own."""
    first = [[0.3, -0.7], [0.5, 0.9], [-1.1, 0.4]]
    second = [[0.6, -0.2, 0.8], [-0.5, 1.2, 0.7]]
    return {
        "eta": 0.1,
        "error": error,
        "inputs": [0.8, -0.6],
        "targets": [0.3, 0.7] if output == "softmax" else [0.2, 0.9],
        "layers": [
            {"activation": hidden, "weights": first, "bias": 0.25},
            {"activation": output, "weights": second, "biases": [0.4, -0.15]},
        ],
    }


def central_differences(config, params, x, t, step=1e-5):
    """∂E/∂ every parameter from two neighbouring errors each."""
    result = {}
    for name, array in params.items():
        result[name] = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            errors = []
            for direction in (+1, -1):
                moved = {key: value.copy() for key, value in params.items()}
                moved[name][index] += direction * step
                errors.append(oracle.error(config, moved, x, t))
            result[name][index] = (errors[0] - errors[1]) / (2 * step)
    return result


def worst_difference(one, other):
    """The largest difference between two dicts of arrays."""
    assert one.keys() == other.keys()
    return max(np.max(np.abs(one[name] - other[name])) for name in one)


def worst_of_config(config, by_hand=False):
    """How far the gradient of the first sample is from central differences."""
    params, (x, t) = oracle.parameters(config), oracle.samples(config)[0]
    if by_hand:
        found = oracle.gradient_by_hand(config, params, params, x, t)
    else:
        found = oracle.gradient(config, params, x, t)
    return worst_difference(found, central_differences(config, params, x, t))


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize(("activation", "error"), PAIRS)
def test_gradient_is_the_slope_of_the_error(activation, error, by_hand):
    for hidden in ("logistic", activation):
        assert worst_of_config(network(hidden, activation, error), by_hand) < 1e-8


@settings(max_examples=60, deadline=None)
@given(strategies.configs())
def test_gradient_is_the_slope_of_the_error_in_any_network(config):
    assert worst_of_config(config) < 1e-4 * max(1.0, abs(first_error(config)))


def first_error(config):
    return oracle.error(config, oracle.parameters(config), *oracle.samples(config)[0])


@pytest.mark.parametrize("wrong", [lambda x, _: 0 * x + 1, lambda x, _: oracle.logistic(x)])
def test_a_wrong_slope_is_caught(monkeypatch, wrong):
    monkeypatch.setitem(oracle.SLOPES, "logistic", wrong)
    assert worst_of_config(network("logistic", "linear", "squared"), by_hand=True) > 1e-3


def test_a_hidden_error_term_from_new_weights_is_no_gradient():
    params, (x, t) = oracle.parameters(MAZUR), oracle.samples(MAZUR)[0]
    after = oracle.train(MAZUR, 1)[0]["after"]
    wrong = oracle.gradient_by_hand(MAZUR, params, after, x, t)
    assert worst_difference(wrong, central_differences(MAZUR, params, x, t)) > 1e-5


@settings(max_examples=60, deadline=None)
@given(strategies.configs(update=("simultaneous",)))
def test_the_hand_written_pass_agrees_with_automatic_differentiation(config):
    automatic, by_hand = oracle.train(config, 2), oracle.train(config, 2, by_hand=True)
    for one, other in zip(automatic, by_hand, strict=True):
        for mine, yours in zip(one["gradients"], other["gradients"], strict=True):
            assert worst_difference(mine, yours) < 1e-9 * max(1.0, np.max(np.abs(mine["W1"])))


@settings(max_examples=60, deadline=None)
@given(strategies.configs(update=("simultaneous",), max_samples=1))
def test_what_follows_a_layer_has_the_hand_written_error_terms(config):
    params, (x, t) = oracle.parameters(config), oracle.samples(config)[0]
    by_hand = oracle.terms_by_hand(config, params, params, x, t)
    for layer, pair in oracle.terms(config, params, x, t).items():
        for one, other in zip(pair, by_hand[layer], strict=True):
            assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(strategies.configs())
def test_paths_add_up_to_the_error_term(config):
    found = oracle.expected_quantities(config)
    parts = {}
    for key, value in found.items():
        whole, via, _ = key.partition("_via_")
        if via:
            parts[whole] = parts.get(whole, 0) + value
    for whole, total in parts.items():
        assert total == pytest.approx(found[whole], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(("activation", "error"), PAIRS)
def test_saturated_networks_stay_finite(activation, error, sign):
    config = network("linear", activation, error)
    config["layers"][0]["weights"] = [[sign * 1000.0, 0], [0, 1000.0], [500.0, 500.0]]
    values = oracle.expected_quantities(config).values()
    assert np.all(np.isfinite(list(values)))


# -- learning --------------------------------------------------------------------------------------


def with_samples(**changes):
    """Mazur's network with three samples and trained biases."""
    samples = {
        "inputs": [[0.05, 0.1], [1, 0], [0.3, -2]],
        "targets": [[0.01, 0.99], [1, 0], [0, 1]],
    }
    return {**copy.deepcopy(MAZUR), **samples, "train_biases": True, **changes}


def test_the_textbook_step():
    found = oracle.expected_quantities(MAZUR)
    assert found["E_total"] == pytest.approx(0.298371109, abs=5e-10)
    assert found["w5_new"] == pytest.approx(0.35891648, abs=5e-9)
    assert found["E_total_new"] == pytest.approx(0.291027774, abs=5e-10)
    assert not any("db" in key or key.startswith(("b", "change_b")) for key in found)


def test_the_sequential_step_takes_hidden_deltas_from_new_weights():
    found = oracle.expected_quantities({**MAZUR, "update": "sequential"})
    assert found["E_total_new"] == pytest.approx(0.291027924, abs=5e-10)


@pytest.mark.parametrize(
    ("update", "outputs"),
    [
        ("simultaneous", (0.015913620, 0.984064274)),
        ("sequential", (0.015912196, 0.984065734)),
    ],
)
def test_ten_thousand_epochs(update, outputs):
    config = {**MAZUR, "update": update}
    found = oracle.expected_quantities(config, 10_000, only={10_000}, by_hand=True)
    assert found["epoch10000.out_o1_new"] == pytest.approx(outputs[0], abs=5e-10)
    assert found["epoch10000.out_o2_new"] == pytest.approx(outputs[1], abs=5e-10)
    if update == "simultaneous":
        assert found["epoch10000.E_total_new"] == pytest.approx(0.0000351019, abs=5e-11)
        assert found["epoch10000.E_total"] == pytest.approx(0.0000351085, abs=5e-11)


def test_a_shared_bias_moves_by_the_sum_over_its_units():
    found = oracle.expected_quantities({**MAZUR, "train_biases": True})
    assert found["dE_db1"] == pytest.approx(found["delta_h1"] + found["delta_h2"])


def test_own_biases_move_alone():
    config = network("tanh", "linear", "squared")
    found = oracle.expected_quantities(config)
    assert found["dE_db_o2"] == pytest.approx(found["delta_o2"])
    assert found["b_o2_new"] == pytest.approx(-0.15 - 0.1 * found["delta_o2"])


def test_a_threshold_is_subtracted():
    config = {**MAZUR, "train_biases": True, "convention": {"bias": "subtracted"}}
    found = oracle.expected_quantities(config)
    assert found["net_h1"] == pytest.approx(0.0275 - 0.35)
    assert found["dE_db1"] == pytest.approx(-found["delta_h1"] - found["delta_h2"])


def test_descent_turns_delta_around_and_nothing_else():
    one = oracle.expected_quantities(MAZUR)
    other = oracle.expected_quantities({**MAZUR, "convention": {"delta": "descent"}})
    for key in one:
        assert other[key] == (-one[key] if key.startswith("delta") else one[key])


def test_weights_by_sender_are_the_same_network():
    config = network("tanh", "softmax", "cross-entropy")
    turned = {**config, "convention": {"weight_rows": "from"}, "layers": []}
    for layer in config["layers"]:
        columns = [list(column) for column in zip(*layer["weights"], strict=True)]
        turned["layers"].append({**layer, "weights": columns})
    expected = oracle.expected_quantities(config)
    assert oracle.expected_quantities(turned) == pytest.approx(expected, rel=1e-13)


def test_units_are_named_by_layer_where_there_are_several_hidden_ones():
    config = with_samples()
    config["layers"].insert(1, copy.deepcopy(config["layers"][0]))
    assert oracle.unit_names(config) == [
        ["i1", "i2"],
        ["h1_1", "h1_2"],
        ["h2_1", "h2_2"],
        ["o1", "o2"],
    ]


def test_a_batch_takes_one_step_with_the_mean_gradient():
    found = oracle.expected_quantities(with_samples(learning="batch"))
    mean = sum(found[f"sample{i}.dE_dw3"] for i in (1, 2, 3)) / 3
    assert found["dE_dw3"] == pytest.approx(mean)
    assert found["w3_new"] == pytest.approx(0.25 - 0.5 * mean)
    assert "sample1.w3_new" not in found


def test_a_batch_may_add_its_gradients():
    mean = oracle.expected_quantities(with_samples(learning="batch"))
    total = oracle.expected_quantities(with_samples(learning="batch", reduction="sum"))
    assert total["dE_db2"] == pytest.approx(3 * mean["dE_db2"])


def test_mini_batches_step_in_order_and_the_last_may_be_smaller():
    found = oracle.expected_quantities(with_samples(batch_size=2))
    assert found["batch1.dE_dw1"] == pytest.approx(
        (found["sample1.dE_dw1"] + found["sample2.dE_dw1"]) / 2
    )
    assert found["batch2.dE_dw1"] == found["sample3.dE_dw1"]
    assert found["batch2.w1_new"] == pytest.approx(
        found["batch1.w1_new"] - 0.5 * found["batch2.dE_dw1"]
    )


def test_online_each_sample_starts_where_the_last_one_ended():
    found = oracle.expected_quantities(with_samples(), epochs=2)
    before = found["epoch1.sample3.w1_new"]
    change = found["epoch2.sample1.change_w1"]
    assert found["epoch2.sample1.w1_new"] == pytest.approx(before + change)


def test_the_error_of_an_epoch_adds_its_samples():
    found = oracle.expected_quantities(with_samples())
    assert found["E_epoch"] == pytest.approx(sum(found[f"sample{i}.E_total"] for i in (1, 2, 3)))
    assert found["E_epoch_new"] != pytest.approx(
        sum(found[f"sample{i}.E_total_new"] for i in (1, 2, 3)), rel=1e-6
    )


# -- optimizers ------------------------------------------------------------------------------------


def run_of(optimizer, epochs):
    """Keys of a single weight 2 under E = w², so that ∂E/∂w = 2w, with eta 0.1."""
    layer = {"activation": "linear", "weights": [[2]]}
    config = {"eta": 0.1, "error": "squared", "inputs": [1], "targets": [0], "layers": [layer]}
    return oracle.expected_quantities({**config, "optimizer": optimizer}, epochs)


def test_momentum_keeps_a_part_of_the_last_step():
    found = run_of({"name": "momentum", "beta": 0.5}, 2)
    assert found["epoch1.w1_new"] == pytest.approx(1.6)  # -0.1·4
    assert found["epoch2.v_w1_new"] == pytest.approx(0.5 * -0.4 - 0.1 * 3.2)
    assert found["epoch2.w1_new"] == pytest.approx(1.08)


def test_momentum_as_in_pytorch_adds_gradients_and_dampens_all_but_the_first():
    found = run_of({"name": "pytorch-momentum", "beta": 0.5, "dampening": 0.25}, 2)
    assert found["epoch1.v_w1_new"] == pytest.approx(4)
    assert found["epoch1.w1_new"] == pytest.approx(1.6)
    assert found["epoch2.v_w1_new"] == pytest.approx(0.5 * 4 + 0.75 * 3.2)
    assert found["epoch2.w1_new"] == pytest.approx(1.6 - 0.1 * 4.4)


def test_nesterov_looks_ahead():
    found = run_of({"name": "nesterov", "beta": 0.5}, 1)
    assert found["v_w1_new"] == pytest.approx(-0.4)
    assert found["w1_new"] == pytest.approx(2 + 0.5 * -0.4 - 0.4)


def test_adagrad_divides_by_the_root_of_all_squares():
    found = run_of({"name": "adagrad", "epsilon": 0.5}, 2)
    assert found["epoch1.w1_new"] == pytest.approx(2 - 0.1 * 4 / 4.5)
    assert found["epoch2.G_w1_new"] == pytest.approx(16 + found["epoch2.dE_dw1"] ** 2)


def test_rmsprop_divides_by_the_root_of_the_mean_square():
    found = run_of({"name": "rmsprop", "rho": 0.75, "epsilon": 0.5}, 1)
    assert found["v_w1_new"] == pytest.approx(4)
    assert found["w1_new"] == pytest.approx(2 - 0.1 * 4 / 2.5)


def test_adam_corrects_its_bias():
    found = run_of("adam", 2)
    assert found["epoch1.m_w1_new"] == pytest.approx(0.4)
    assert found["epoch1.mhat_w1"] == pytest.approx(4)
    assert found["epoch1.vhat_w1"] == pytest.approx(16)
    assert found["epoch1.w1_new"] == pytest.approx(1.9)
    gradient = found["epoch2.dE_dw1"]
    assert found["epoch2.mhat_w1"] == pytest.approx((0.9 * 0.4 + 0.1 * gradient) / 0.19)


def test_adamw_decays_the_weight_apart_from_the_gradient():
    found = run_of({"name": "adamw", "weight_decay": 0.25}, 1)
    assert found["w1_new"] == pytest.approx(2 - 0.1 * (1 + 0.25 * 2))


# -- strategies ------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(strategies.configs())
def test_a_drawn_config_survives_toml(config):
    assert tomllib.loads(strategies.to_toml(config)) == config


@settings(max_examples=30, deadline=None)
@given(strategies.configs(activations=("relu", "softmax"), errors=("cross-entropy",), max_layers=2))
def test_keywords_restrict_what_is_drawn(config):
    names = [layer["activation"] for layer in config["layers"]]
    assert set(names) <= {"relu", "softmax"}
    assert names[-1] == "softmax"
    assert len(names) <= 2


@settings(max_examples=60, deadline=None)
@given(strategies.configs())
def test_rounding_does_not_matter_to_what_is_drawn(config):
    exact, other = oracle.expected_quantities(config), oracle.expected_quantities(nudged(config))
    for key, value in exact.items():
        assert other[key] == pytest.approx(value, rel=1e-8, abs=1e-8), key


def nudged(config):
    """The config with every weight off by its last digit."""
    other = copy.deepcopy(config)
    for layer, row in itertools.product(other["layers"], range(9)):
        if row < len(layer["weights"]):
            layer["weights"][row] = [w * (1 + 2**-52) for w in layer["weights"][row]]
    return other
