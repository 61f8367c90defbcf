"""A network from arrays is the one that a config with the same numbers is."""

from contextlib import suppress
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import configs, to_toml

from backprop_cli import load, trace
from backprop_cli.arrays.making import building, network
from backprop_cli.config import example_names, network_of, parse_document
from backprop_cli.errors import BackpropError, ConfigError, UsageError

RNG = np.random.default_rng(0)
W1, W2 = RNG.normal(size=(4, 3)), RNG.normal(size=(2, 4))
B1, B2 = RNG.normal(size=4), RNG.normal(size=2)
X, Y = RNG.normal(size=(5, 3)), RNG.uniform(size=(5, 2))
BASE = {"weights": [W1, W2], "biases": [B1, B2], "inputs": X, "targets": Y,
        "activations": ["tanh", "logistic"]}  # fmt: skip
NET = network(**BASE)


def made(**other):
    return network(**{**BASE, **other})


def as_a_config(config):
    return network_of(parse_document(to_toml(config), "x.toml"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_arguments_make_the_network_that_a_config_makes(data):
    config = data.draw(configs())
    kind = data.draw(st.sampled_from([list, np.array, "columns"]))
    layers = config["layers"]
    array = np.array if kind == "columns" else kind
    rest = {k: v for k, v in config.items() if k not in ("layers", "inputs", "targets")}
    biases = [layer.get("bias", layer.get("biases")) for layer in layers]
    inputs, targets = (
        np.transpose(np.atleast_2d(config[key])) if kind == "columns" else array(config[key])
        for key in ("inputs", "targets")
    )
    net = network(
        [array(layer["weights"]) for layer in layers],
        [array(bias) if isinstance(bias, list) else bias for bias in biases],
        inputs=inputs, targets=targets,
        activations=[layer["activation"] for layer in layers],
        alphas=[layer.get("alpha") for layer in layers],
        weight_rows=config.get("convention", {}).get("weight_rows", "to"),
        samples="columns" if kind == "columns" else "rows",
        **{"learning": "online", **rest} if "batch_size" not in rest else rest,
    )  # fmt: skip
    expected = as_a_config(config)
    for field in fields(expected):
        if field.compare and field.name not in ("title", "inputs", "layers"):
            assert getattr(net, field.name) == getattr(expected, field.name), field.name
    values = [[p.value for p in found.parameters()] for found in (net, expected)]
    assert values[0] == values[1]
    assert [layer[2:4] for layer in net.layers] == [layer[2:4] for layer in expected.layers]


LAYINGS = {
    "to, rows": BASE,
    "to, columns": {"inputs": X.T, "targets": Y.T},
    "from, rows": {"weights": [W1.T, W2.T]},
    "from, columns": {"weights": [W1.T, W2.T], "inputs": X.T, "targets": Y.T},
    "bias columns": {"biases": [B1[:, None], B2[:, None]]},
    "bias rows": {"biases": [B1[None], B2[None]]},
    "lists": {"weights": [W1.tolist(), W2.tolist()], "inputs": X.tolist(), "targets": Y.tolist(),
              "biases": (B1.tolist(), B2.tolist())},
}  # fmt: skip


@pytest.mark.parametrize("laying", LAYINGS)
def test_the_network_is_the_same_whichever_way_its_arrays_lie(laying):
    assert made(**LAYINGS[laying]) == NET


def test_weights_have_a_row_for_each_receiving_unit_and_every_float_is_kept():
    assert NET.shape == (3, 4, 2)
    for layer, weights, biases in zip(NET.layers, (W1, W2), (B1, B2), strict=True):
        assert [[float(w.value) for w in row] for row in layer.weights] == weights.tolist()
        assert [float(b.value) for b in layer.biases] == biases.tolist()
    assert [[float(x) for x in sample.inputs] for sample in NET.samples] == X.tolist()
    assert [[float(t) for t in sample.targets] for sample in NET.samples] == Y.tolist()


def test_what_is_not_said_is_as_in_a_config_but_for_the_learning_rate_and_the_batch():
    assert (NET.eta, NET.batch_size, NET.reduction, NET.error_name) == (
        1,
        5,
        "mean",
        "half-squared",
    )
    assert NET.title == "3-4-2 network"
    assert made(eta=None).eta == 1
    assert made(inputs=X[0], targets=Y[0]).batch_size is None
    assert made(inputs=X[:1], targets=Y[:1]).batch_size is None
    assert made(learning="online").batch_size is None
    assert made(batch_size=2).batch_size == 2
    assert made(title="Mine").title == "Mine"


def test_every_key_of_a_config_is_an_argument():
    net = made(
        eta=0.1, error={"name": "huber", "delta": Fraction(1, 3)}, optimizer="adam",
        update="sequential", reduction="sum", train_biases=False, seed=3, round_each=4,
        source="me", notation={"net": "z", "out": "a"}, classes=["a", "b"],
        convention={"delta": "descent", "bias": "subtracted"},
        validation={"inputs": X.T[:, :2], "targets": Y.T[:, :2]}, inputs=X.T, targets=Y.T,
    )  # fmt: skip
    assert (net.eta, net.error_parameters) == (Decimal("0.1"), {"delta": Fraction(1, 3)})
    assert (net.optimizer.name, net.update, net.reduction) == ("adam", "sequential", "sum")
    assert (net.train_biases, net.descent, net.thresholds) == (False, True, True)
    assert (net.seed, net.round_each, net.source) == (3, {"default": 4}, "me")
    assert (net.labels, net.notation.letters.out) == (("a", "b"), "a")
    assert net.validation == NET.samples[:2]
    assert replace(net, validation=()).samples == NET.samples


def test_a_name_stands_for_all_layers_and_a_pair_for_hidden_ones_and_the_output():
    three = {"weights": [W1, np.ones((4, 4)), W2], "biases": None}
    names = [
        layer.activation_name for layer in made(**three, activations=["relu", "linear"]).layers
    ]
    assert names == ["relu", "relu", "linear"]
    names = [layer.activation_name for layer in made(**three, activations="tanh").layers]
    assert names == ["tanh"] * 3
    assert [layer.biases for layer in made(**three, activations="tanh").layers] == [()] * 3


def test_a_bias_may_be_shared_or_not_be_there():
    first, second = made(biases=[0.5, None]).layers
    assert [(bias.name, bias.value) for bias in first.biases] == [("b1", Decimal("0.5"))]
    assert second.biases == ()
    for shared in (np.float64(0.5), np.array([0.5]), np.array([[0.5]]), [0.5]):
        assert made(biases=[shared, None]).layers[0].biases == first.biases
    own = made(weights=[W1[:1], np.ones((2, 1))], biases=[[0.5], None])
    assert own.layers[0].biases[0].name == "b_h1"


def test_classes_become_ones_and_zeros():
    classes = np.array([0, 1, 1, 0, 1])
    net = made(targets=classes)
    assert [sample.targets for sample in net.samples] == [(1, 0), (0, 1), (0, 1), (1, 0), (0, 1)]
    for same in (classes[:, None], classes[None], classes.tolist(), classes * 1.0):
        assert made(targets=same).samples == net.samples
    assert made(inputs=X.T, targets=classes).samples == net.samples
    assert made(inputs=X[0], targets=1).samples[0].targets == (0, 1)
    with pytest.raises(UsageError, match="its class, and 2 is none"):
        made(targets=[0, 1, 2, 0, 1])
    with pytest.raises(UsageError, match="its class, and -1 is none"):
        made(targets=[0, 1, -1, 0, 1])


def test_flat_targets_are_those_of_one_output():
    one = {"weights": [W1, W2[:1]], "biases": [B1, B2[:1]]}
    for targets in (Y[:, 0], Y[:, :1], Y[:, :1].T):
        assert [s.targets for s in made(**one, targets=targets).samples] == [
            (Decimal(repr(float(t))),) for t in Y[:, 0]
        ]


def test_flat_weights_lead_to_one_unit_or_from_one():
    net = made(weights=[W1[0], W2[:, 0]], biases=None)
    assert net.shape == (3, 1, 2)
    assert [float(p.value) for p in net.parameters()] == [*W1[0], *W2[:, 0]]
    assert made(weights=[W1[0], W2[:, 0]], biases=None, weight_rows="from") == net


def test_squares_are_read_as_it_is_said():
    square = RNG.normal(size=(3, 3))
    plain = {"weights": [square], "biases": None, "inputs": square, "targets": square,
             "activations": "tanh"}  # fmt: skip
    net = network(**plain)
    turned = {**plain, "weights": [square.T], "inputs": square.T, "targets": square.T}
    assert network(**turned, weight_rows="from", samples="columns") == net
    assert network(**turned, convention={"weight_rows": "from"}, samples="columns") == net
    assert network(**plain, weight_rows="from") != net
    assert network(**plain, samples="columns") != net


def test_weights_may_be_drawn():
    net = network(units=[4, 2], init="xavier", seed=3, activations="tanh", inputs=X, targets=Y)
    text = "eta = 1\nseed = 3\ninputs = [1, 2, 3]\ntargets = [1, 2]\n" + "".join(
        f'[[layers]]\nactivation = "tanh"\nunits = {n}\ninit = {{ method = "xavier" }}\n'
        for n in (4, 2)
    )
    assert net.layers == network_of(parse_document(text, "")).layers
    assert made(weights=[W1, None], units=[None, 2], biases=None).shape == (3, 4, 2)


def test_one_array_may_hold_the_matrices_of_all_layers():
    stacked = RNG.normal(size=(2, 3, 3))
    net = made(weights=stacked, biases=stacked[0][:2], targets=X)
    assert net == made(weights=list(stacked), biases=list(stacked[0][:2]), targets=X)
    assert network(
        units=np.array([4, 2]), activations=("tanh", "tanh"), inputs=X, targets=Y
    ).shape == (3, 4, 2)


def test_data_may_stand_in_a_file(tmp_path):
    file = tmp_path / "d.csv"
    file.write_text("a,b,c,k\n1,2,3,x\n4,5,6,y\n")
    net = made(data=file, inputs=["a", "b", "c"], targets=["k"])
    assert [sample.inputs for sample in net.samples] == [(1, 2, 3), (4, 5, 6)]
    assert (net.labels, net.batch_size) == (("x", "y"), 2)


def test_tensors_are_understood():
    torch = pytest.importorskip("torch")
    first, second = torch.nn.Linear(3, 4).double(), torch.nn.Linear(4, 2).double()
    net = network(
        [first.weight, second.weight], [first.bias, second.bias], inputs=torch.tensor(X),
        targets=torch.tensor([0, 1, 1, 0, 1]), activations=["relu", "softmax"],
        error="cross-entropy",
    )  # fmt: skip
    assert [float(w.value) for w in net.layers[1].weights[0]] == second.weight[0].tolist()
    loss = torch.nn.functional.cross_entropy(
        second(torch.relu(first(torch.tensor(X)))), torch.tensor([0, 1, 1, 0, 1])
    )
    loss.backward()
    found = trace(net)
    assert found["dE_dw1"] == pytest.approx(first.weight.grad[0, 0].item(), abs=1e-12)


def test_it_is_traced_as_numpy_computes_it():
    out = 1 / (1 + np.exp(-(np.tanh(X @ W1.T + B1) @ W2.T + B2)))
    assert trace(NET)["sample2.out_o2"] == pytest.approx(out[1, 1], rel=1e-12)
    delta = (out - Y) * out * (1 - out)
    gradient = delta.T @ np.tanh(X @ W1.T + B1) / len(X)
    assert trace(NET)["dE_dw13"] == pytest.approx(gradient[0, 0], rel=1e-12)
    assert trace(NET)["w13_new"] == pytest.approx(W2[0, 0] - gradient[0, 0], rel=1e-12)


WRONG = [
    ({"weights": [W1, W2[:, :3]]}, "weights[1]: each row has 3 numbers, but 4 units feed"),
    ({"weights": [W1.T, W2.T[:3]]}, "weights[1]: there are 3 rows, but 4 units feed this layer"),
    ({"weights": [W1, [[1, 2, 3, 4], [5]]]}, "weights[1]: row 2 has 1 number, but 4 units feed"),
    ({"weights": [W1, [1, 2, 3, 4]]}, "weights[1]: expected rows of numbers, got a plain list"),
    ({"weights": [W1, "W2"]}, "weights[1]: expected rows of numbers, got the text"),
    ({"weights": [W1, None]}, "weights[1]: weights are missing"),
    ({"weights": W1}, "weights: one array of the shape (4, 3)"),
    ({"weights": {"W1": W1}}, "weights: expected a list, got a dict"),
    ({"weights": []}, "weights: the list is empty"),
    ({"weights": None}, "weights: there are none"),
    ({"weights": [W1, W2 * 1j]}, "weights[1]: has complex numbers"),
    ({"weights": [W1, W2 * np.nan]}, "weights[1][0][0]: is nan"),
    ({"weights": [W1, np.ones((2, 4, 1))]}, "weights[1]: has 3 axes"),
    ({"weights": [W1, np.array([[1], None], object)]}, "weights[1]: is an array of objects"),
    ({"weights": [W1, np.ones((0, 4))]}, "weights[1]: is empty"),
    ({"units": [4, 2]}, "units[0]: weights and units exclude each other"),
    ({"biases": [B1]}, "biases: has 1 entry, but weights 2"),
    ({"biases": [B1, B1]}, "biases[1]: there are 4 numbers, but 2 neurons in this layer"),
    ({"biases": [B1, np.ones((2, 2))]}, "biases[1]: is a matrix, (2, 2)"),
    ({"biases": [B1, [float("nan"), 1]]}, "biases[1][0]: this is not a number to compute with"),
    ({"biases": [B1, "no"]}, 'biases[1]: expected a number, got the text "no"'),
    ({"biases": B1}, "biases: one array of the shape (4,)"),
    ({"biases": 0.5}, "biases: expected a list, got a float"),
    ({"activations": ["tanh"] * 3}, "activations: has 3 entries, but weights 2"),
    ({"activations": ["tanh"]}, "activations: has 1 entry, but weights 2"),
    ({"activations": ["tanh", "logistc"]}, "activations[1]: unknown activation \"logistc\""),
    ({"activations": ["tanh", None]}, "activations[1]: is missing"),
    ({"activations": None}, "activations[0]: is missing"),
    ({"alphas": 0.1}, "alphas[0]: tanh has no alpha"),
    ({"inputs": X[:, :2]}, "weights[0]: each row has 3 numbers, but 2 units feed this layer"),
    ({"inputs": [[1, 2, 3], [4]]}, "inputs: sample 2 has 1 number, but sample 1 has 3"),
    ({"inputs": []}, "inputs: the list is empty"),
    ({"inputs": None}, "inputs is missing"),
    ({"inputs": X[:, :, None]}, "inputs: has 3 axes: its shape is (5, 3, 1)"),
    ({"targets": Y[:4]}, "targets: there are 5 samples in inputs, but 4 in targets"),
    ({"targets": Y[:4, 0]}, "targets: there are 5 samples in inputs, but 4 in targets"),
    ({"targets": X}, "targets: there are 3 targets, but 2 outputs"),
    ({"targets": None}, "targets is missing"),
    ({"eta": -1}, "eta: must be greater than 0, not -1"),
    ({"eta": B1}, "eta: expected a number, got a list"),
    ({"error": "mse"}, 'error: unknown error "mse"'),
    ({"convention": "x"}, "convention: expected a table"),
    ({"convention": {"weight_rows": "up"}}, "convention.weight_rows: unknown weight_rows"),
    ({"classes": ["a"]}, "classes: there is 1 name, but 2 outputs"),
    ({"validation": {"inputs": X[:2, :2], "targets": Y[:2]}}, "validation.inputs: there are 2 num"),
    ({"validation": {"inputs": X[:2]}}, "validation: targets is missing"),
    ({"samples": "row"}, 'samples: is "rows" or "columns", not \'row\''),
    ({"weight_rows": True}, 'weight_rows: is "to" or "from", not True'),
    ({"lr": 0.1}, "lr: network() has no such argument\n    hint: did you mean 'eta'?"),
    ({"loss": 0.1}, "did you mean 'error'?"),
    ({"bias": [1]}, "did you mean 'biases'?"),
    ({"layers": [1]}, "layers: network() has no such argument"),
    ({"reductoin": "sum"}, "did you mean 'reduction'?"),
    ({"zzz": 1}, "known: weights"),
]  # fmt: skip


@pytest.mark.parametrize(("other", "message"), WRONG, ids=[message for _, message in WRONG])
def test_what_is_wrong_is_told_with_the_argument(other, message):
    with pytest.raises((ConfigError, UsageError)) as caught:
        made(**other)
    assert message in str(caught.value)


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ConfigError) as caught:
        made(eta=0, error="mse", biases=[B2, B2], activations=["tanh", "no"])
    told = [problem.place.path for problem in caught.value.problems]
    assert sorted(told) == ["activations[1]", "biases[0]", "error", "eta"]


@pytest.mark.parametrize("name", example_names())
def test_every_bundled_network_can_be_said_in_arrays(name):
    net = load(name)
    again = network(
        [[[w.value for w in row] for row in layer.weights] for layer in net.layers],
        [[b.value for b in layer.biases] or None for layer in net.layers],
        inputs=[sample.inputs for sample in net.samples],
        targets=[sample.targets for sample in net.samples],
        activations=[layer.activation_name for layer in net.layers],
        error=net.error_name, eta=net.eta, weight_rows="to", samples="rows",
    )  # fmt: skip
    assert [p.value for p in again.parameters()] == [p.value for p in net.parameters()]
    assert again.samples == net.samples


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_anything_at_all_gives_a_network_or_a_clear_error(data):
    junk = st.recursive(
        st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | st.text(max_size=3)
        | st.just(X) | st.just(np.array([])) | st.just(np.array(["a"])),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
        max_leaves=6,
    )  # fmt: skip
    keys = data.draw(st.lists(st.sampled_from([*BASE, "eta", "error", "units", "alphas", "init",
                                               "validation", "notation", "round_each", "data"]),
                              min_size=1, max_size=2))  # fmt: skip
    with suppress(BackpropError):
        made(**{key: data.draw(junk) for key in keys})


def test_the_example_of_the_docstring_is_true():
    import doctest

    assert doctest.testmod(building).failed == 0
    assert doctest.testmod(building).attempted == 1
