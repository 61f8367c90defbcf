"""A network written as a config loads to an equal network; what no config says is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import configs
from strategies import to_toml as written

from backprop_cli import load
from backprop_cli.config import example_names, network_of, parse_document
from backprop_cli.config.toml import toml_pair, toml_value
from backprop_cli.config.writing import Gap, to_toml, with_gaps
from backprop_cli.engine import Network, Notation, Unit
from backprop_cli.errors import UsageError


def read(text: str) -> Network:
    return network_of(parse_document(text, ""))


def config(top: str = "", layers: str = "", tables: str = "") -> Network:
    """A 2-2-1 network, with what is said besides."""
    layers = layers or (
        '[[layers]]\nactivation = "tanh"\nweights = [[0.1, 0.2], [0.3, 0.4]]\nbias = 0.5\n'
        '[[layers]]\nactivation = "logistic"\nweights = [[0.5, 0.6]]\nbiases = [0.7]\n'
    )
    data = (
        ""
        if top.startswith("inputs")
        else "inputs = [[1, 2], [3, 4], [5, 6]]\ntargets = [0, 1, 1]\n"
    )
    return read(f"title = 't'\neta = 0.5\n{data}{top}\n{layers}\n{tables}")


@pytest.mark.parametrize("name", example_names())
def test_every_bundled_network_comes_back(name: str) -> None:
    network = load(name)
    assert read(to_toml(network)) == network


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(configs())
def test_every_random_network_comes_back(drawn: dict[str, Any]) -> None:
    network = network_of(parse_document(written(drawn), "some.toml"))
    text = to_toml(network)
    assert read(text) == network
    assert to_toml(read(text)) == text


@pytest.mark.parametrize(
    ("top", "line"),
    [
        ("", None), ('learning = "batch"', 'learning = "batch"'),
        ("batch_size = 2", "batch_size = 2"), ("batch_size = 3", 'learning = "batch"'),
        ("batch_size = 9", "batch_size = 9"), ('reduction = "sum"', 'reduction = "sum"'),
        ('update = "sequential"', 'update = "sequential"'), ("seed = 7", "seed = 7"),
        ("train_biases = false", "train_biases = false"), ("eta = 1", None),
        ("round_each = 3", "round_each = { default = 3 }"),
        ("round_each = { net = 0, error = 4 }", "round_each = { net = 0, error = 4 }"),
        ('source = "a \\"b\\" c"', 'source = "a \\"b\\" c"'),
        ('error = { name = "huber", delta = "1/3" }', 'error = { name = "huber", delta = "1/3" }'),
        ('classes = ["yes"]', 'classes = ["yes"]'), ("validation = 0.3", None),
        ("validation = { inputs = [1, 2], targets = [3] }", "validation.inputs = [1, 2]"),
    ],
)  # fmt: skip
def test_every_key_at_the_top_comes_back(top: str, line: str | None) -> None:
    network = config(top if "eta" not in top else "")
    text = to_toml(network)
    assert read(text) == network
    assert line is None or line in text.splitlines()


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        ('[optimizer]\nname = "rmsprop"\nbeta = 0.5', ['name = "rmsprop"', "beta = 0.5"]),
        ('[optimizer]\nname = "rmsprop"', ['name = "rmsprop"', "rho = 0.9", "epsilon = 1e-8"]),
        ('[optimizer]\nname = "adam"\nepsilon = 0', ["epsilon = 0"]),
        ('[convention]\nbias = "subtracted"\ndelta = "descent"\ncost = "mean"',
         ['bias = "subtracted"', 'delta = "descent"', 'cost = "mean"']),
        ('[notation]\nnet = "z"\nout = "a"', ['net = "z"', 'out = "a"']),
        ('[notation]\nunits = "{n}"\nweights = "w{from}{to}"\nbiases = "theta{to}"',
         ['units = "{n}"', 'weights = "w{from}{to}"']),
        ('[notation]\nweights = "W{layer}_{i}_{j}"', ['weights = "W{layer}_{i}_{j}"']),
        ('[notation]\nweights = "v{to}_{from}"', ['weights = "v{to}_{from}"']),
        ('[notation]\nweights = [[["a", "b"], ["c", "d"]], [["e", "f"]]]', None),
        ('[notation]\nweights = ["a", "b", "c", "d", "e", "f"]\nbiases = ["u", "v"]', None),
        ('[notation]\nunits = ["x", "y", "p", "q", "r"]', None),
        ('[notation]\ninputs = "x{i}"\noutputs = "y"', ['inputs = "x{i}"', 'outputs = "y"']),
        ('[notation]\nhidden = "u{i}"\nbiases = "b{n}"', ['hidden = "u{i}"']),
    ],
)  # fmt: skip
def test_every_table_comes_back(table: str, lines: list[str] | None) -> None:
    network = config(tables=table)
    text = to_toml(network)
    assert read(text) == network
    assert set(lines or ()) <= set(text.splitlines()), text


@pytest.mark.parametrize("bias", ["bias = 0.5", "biases = [0.5]", ""])
@pytest.mark.parametrize("names", ["b{layer}", "b_{to}", "theta{to}_{n}", "b2", "b"])
def test_the_bias_of_a_single_unit_comes_back(bias: str, names: str) -> None:
    layer = f'[[layers]]\nactivation = "tanh"\nweights = [[1, 2]]\n{bias}\n'
    network = config(layers=layer, tables=f'[notation]\nbiases = "{names}"')
    assert read(to_toml(network)) == network


@pytest.mark.parametrize("names", ["w{i}{j}", "w{j}{i}", "w{to}{n}", "w{n}", "w11"])
def test_the_order_of_the_indices_comes_back(names: str) -> None:
    layer = '[[layers]]\nactivation = "tanh"\nweights = [[0.5]]\n'
    text = f"eta = 1\ninputs = [1]\ntargets = [0]\n{layer}[notation]\nweights = '{names}'\n"
    network = read(text)
    assert read(to_toml(network)) == network


def test_alpha_comes_back() -> None:
    for alpha in ("", "alpha = 0", 'alpha = "1/7"'):
        layer = f'[[layers]]\nactivation = "elu"\nweights = [[1, 2]]\n{alpha}\n'
        network = config(layers=layer)
        assert read(to_toml(network)) == network


NUMBERS = st.one_of(
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300).map(
        lambda x: Decimal(repr(x))
    ),
    st.decimals(-(10**9), 10**9, places=12),
    st.fractions(-1000, 1000, max_denominator=10**6),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(NUMBERS, min_size=2, max_size=2))
def test_every_number_comes_back_to_the_last_digit(numbers: list[Any]) -> None:
    plain = config()
    samples = tuple(s._replace(inputs=tuple(numbers)) for s in plain.samples)
    assert read(to_toml(replace(plain, samples=samples))).samples == samples


def test_what_the_text_is_like() -> None:
    assert to_toml(config('learning = "batch"', tables="[notation]\nnet = 'z'")) == (
        'title = "t"\neta = 0.5\nerror = "half-squared"\nlearning = "batch"\n'
        "inputs = [[1, 2],\n          [3, 4],\n          [5, 6]]\n"
        "targets = [[0],\n           [1],\n           [1]]\n"
        '\n[[layers]]\nactivation = "tanh"\n'
        "weights = [[0.1, 0.2],\n           [0.3, 0.4]]\nbias = 0.5\n"
        '\n[[layers]]\nactivation = "logistic"\nweights = [[0.5, 0.6]]\nbiases = [0.7]\n'
        '\n[notation]\nnet = "z"\n'
    )


def filled(network: Network, changes: dict[tuple[str, int], str]) -> str:
    return "".join(
        changes.get((piece.key, piece.sample), piece.written) if isinstance(piece, Gap) else piece
        for piece in with_gaps(network)
    )


@pytest.mark.parametrize("name", example_names())
def test_a_text_with_gaps_has_every_number_in_one(name: str) -> None:
    network = load(name)
    assert filled(network, {}) == to_toml(network)
    gaps = [piece for piece in with_gaps(network) if isinstance(piece, Gap)]
    samples = len(network.samples) * (len(network.inputs) + len(network.outputs))
    assert len(gaps) == 1 + len([*network.parameters()]) + samples


def test_a_gap_is_filled_where_its_quantity_stands() -> None:
    """A title that looks like a mark of a gap stays what it is."""
    network = replace(config(), title="0.3141590000000011")
    changes = {("eta", 0): "9", ("w2", 0): "8", ("b1", 0): "7", ("i1", 3): "6", ("t_o1", 1): "5"}
    found = read(filled(network, changes))
    assert found.title == network.title
    assert found.eta == 9
    assert found.layers[0].weights[0][1].value == 8
    assert found.layers[0].biases[0].value == 7
    assert found.samples[2].inputs == (6, 6)
    assert found.samples[0].targets == (5,)
    assert found.samples[1] == network.samples[1]


def test_what_no_config_says_is_told() -> None:
    plain = config()
    with pytest.raises(UsageError, match="its train_biases would be lost"):
        to_toml(replace(plain, train_biases=2))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="control characters"):
        to_toml(replace(plain, title="a\x1b[31m"))
    with pytest.raises(UsageError, match="its notation would be lost"):
        to_toml(replace(plain, notation=Notation(weight="theta")))
    with pytest.raises(UsageError, match="two units are called x"):
        to_toml(replace(plain, inputs=(Unit("x", 0, 1), Unit("x", 0, 2))))
    with pytest.raises(UsageError, match="must be greater than 0"):
        to_toml(replace(plain, eta=-1))


def test_values_of_every_kind() -> None:
    said = {"a b": [1, True, 'x"y', Fraction(-1, 3)], "c": {"d": Decimal("1E-8"), "e": ()}}
    assert toml_value(said) == ('{ "a b" = [1, true, "x\\"y", "-1/3"], c = { d = 1e-8, e = [] } }')
    assert toml_pair("eta", Decimal("-0.0")) == "eta = -0.0"
