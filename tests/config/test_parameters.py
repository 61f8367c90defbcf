"""Shapes of weights and biases, random ones included, up to the largest network."""

from __future__ import annotations

import pytest
from wrong_configs import BASE, WEIGHTS, changed

from backprop_cli.config import parameters
from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.engine import Network
from backprop_cli.errors import ConfigError


def network(text: str) -> Network:
    return network_of(parse_document(text, "net.toml"))


def refusal(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        network(text)
    return [f"{problem.place.path}: {problem.what}" for problem in caught.value.problems]


def first_weights(text: str) -> list[list[float]]:
    return [[float(weight.value) for weight in row] for row in network(text).layers[0].weights]


# --- the largest network ----------------------------------------------------------------------


def test_a_network_has_at_most_a_million_weights() -> None:
    assert parameters.MAX_PARAMETERS == 1_000_000


@pytest.mark.parametrize("text", [BASE, changed(WEIGHTS, "units = 2")], ids=["weights", "units"])
@pytest.mark.parametrize("layer", [0, 1])
def test_as_many_weights_as_allowed_and_one_more(monkeypatch, text: str, layer: int) -> None:
    monkeypatch.setattr(parameters, "MAX_PARAMETERS", 8)
    assert network(text).shape == (2, 2, 2)
    monkeypatch.setattr(parameters, "MAX_PARAMETERS", 7 if layer else 3)
    (told,) = refusal(text)
    assert told.startswith(f"layers[{layer}].{'weights' if layer or text == BASE else 'units'}: ")
    assert f"more than {7 if layer else 3} weights" in told


@pytest.mark.parametrize(("units", "problems"), [(8, 1), (9, 2)])
def test_units_are_counted_where_it_is_not_known_what_feeds_them(
    monkeypatch, units: int, problems: int
) -> None:
    monkeypatch.setattr(parameters, "MAX_PARAMETERS", 8)
    text = "eta = 1\ninputs = [nan]\ntargets = [1]\n[[layers]]\nactivation = 'relu'\n"
    assert len(refusal(f"{text}units = {units}\n")) == problems


@pytest.mark.parametrize(("most", "fine"), [(4, True), (3, False)])
def test_as_many_drawn_weights_as_allowed_in_one_layer(monkeypatch, most: int, fine: bool) -> None:
    monkeypatch.setattr(parameters, "MAX_PARAMETERS", most)
    text = (
        "eta = 1\ninputs = [1, 2]\ntargets = [1, 2]\n[[layers]]\nactivation = 'relu'\nunits = 2\n"
    )
    if fine:
        assert network(text).shape == (2, 2)
    else:
        (told,) = refusal(text)
        assert told.startswith("layers[0].units: the network has more than 3 weights")


# --- random weights ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("init", "expected"),
    [
        ("low = 0.25, high = 0.25", 0.25),
        ("low = 0.5", 0.5),
        ("high = -0.5", -0.5),
        ('low = "1/4", high = "1/4"', 0.25),
    ],
)
def test_low_may_be_as_large_as_high(init: str, expected: float) -> None:
    assert first_weights(changed(WEIGHTS, f"units = 2\ninit = {{ {init} }}")) == (
        [[expected] * 2] * 2
    )


@pytest.mark.parametrize(
    ("init", "told"),
    [
        ("low = 0.5001", "init: low is 0.5001, above high, 0.5"),
        ("high = -0.5001", "init: low is -0.5, above high, -0.5001"),
        ("low = 1, high = 0", "init: low is 1, above high, 0"),
        ('method = "normal", low = 0', "init.low: normal has no low"),
        ('method = "xavier", std = 1', "init.std: xavier has no std"),
        ('method = "uniform", std = 1', "init.std: uniform has no std"),
    ],
)
def test_what_cannot_be_drawn(init: str, told: str) -> None:
    text = changed(WEIGHTS, f"units = 2\ninit = {{ {init} }}")
    assert refusal(text) == [f"layers[0].{told}"]


def test_layers_are_drawn_in_order_from_one_seed() -> None:
    units = BASE.replace(WEIGHTS, "units = 2").replace("weights = [[0.40, 0.45], [0.50, 0.55]]",
                                                       "units = 2")  # fmt: skip
    drawn, again = network(f"seed = 3\n{units}"), network(f"seed = 3\n{units}")
    assert drawn.layers == again.layers
    assert drawn.layers != network(f"seed = 4\n{units}").layers
    assert network(units).layers == network(f"seed = 0\n{units}").layers
    values = {weight.value for layer in drawn.layers for row in layer.weights for weight in row}
    assert len(values) == 8
    assert all(abs(value) <= 0.5 for value in values)
    alone = network(f"seed = 3\n{changed(WEIGHTS, 'units = 2')}")
    assert alone.layers[0] == drawn.layers[0]


# --- biases -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("bias = 0", [("b1", 0)]),
        ("biases = [0, 1]", [("b_h1", 0), ("b_h2", 1)]),
        ("", []),
    ],
)
def test_a_bias_that_is_shared_or_one_for_each_or_none(line: str, expected) -> None:
    layer = network(changed("bias = 0.35", line)).layers[0]
    assert [(bias.name, bias.value) for bias in layer.biases] == expected


def test_a_shared_bias_enters_all_units_and_others_one_each() -> None:
    shared, own = (network(changed("bias = 0.35", line)).layers[0]
                   for line in ("bias = 0", "biases = [0, 1]"))  # fmt: skip
    assert [bias.receivers for bias in shared.biases] == [shared.units]
    assert [bias.receivers for bias in own.biases] == [(unit,) for unit in own.units]


@pytest.mark.parametrize(
    ("activation", "line", "alpha"),
    [
        ("leaky-relu", "", "0.01"),
        ("leaky-relu", "alpha = 0", "0"),
        ("elu", "", "1"),
        ("elu", "alpha = 0.5", "0.5"),
        ("logistic", "", "None"),
    ],
)
def test_alpha_of_the_activations_that_have_one(activation: str, line: str, alpha: str) -> None:
    text = changed('activation = "logistic"', f'activation = "{activation}"\n{line}')
    assert str(network(text).layers[0].alpha) == alpha
