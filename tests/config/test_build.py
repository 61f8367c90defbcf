"""What a right config means: numbers as written, other spellings, defaults."""

from __future__ import annotations

from fractions import Fraction

import pytest
from wrong_configs import BASE, HEAD, WEIGHTS, changed

from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document, read_document
from backprop_cli.errors import ConfigError


def network(text: str):
    return network_of(parse_document(text, "folder/net.toml"))


def test_numbers_are_used_exactly_as_written() -> None:
    found = network(changed("[0.15, 0.20]", '["1/3", "-0.20"]'))
    weights = [weight.value for row in found.layers[0].weights for weight in row]
    assert weights[:2] == [Fraction(1, 3), Fraction(-1, 5)]
    assert [str(value) for value in weights[2:]] == ["0.25", "0.30"]


def test_a_title_is_one_line_and_the_name_of_the_file_where_there_is_none() -> None:
    assert network(BASE).title == "net"
    assert network('title = """\n a\n\tb\u00a0c """\n' + BASE).title == "a b c"


def test_names_of_choices_may_be_written_in_other_ways() -> None:
    text = 'error = "Mean_Squared"\n' + BASE.replace('"logistic"', '"Leaky ReLU"', 1)
    found = network(text.replace('"logistic"', '"Sigmoid"'))
    assert found.error_name == "mean-squared"
    assert [layer.activation_name for layer in found.layers] == ["leaky-relu", "logistic"]


def test_rows_by_sending_unit_are_turned_around() -> None:
    text = changed(WEIGHTS, "weights = [[1, 2, 3], [4, 5, 6]]")
    text = text.replace("[[0.40, 0.45], [0.50, 0.55]]", "[[1, 2], [3, 4], [5, 6]]")
    found = network(text + '[convention]\nweight_rows = "from"\n')
    assert found.shape == (2, 3, 2)
    assert [[w.value for w in row] for row in found.layers[0].weights] == [[1, 4], [2, 5], [3, 6]]


def test_a_flat_list_gives_each_sample_its_number() -> None:
    text = BASE.replace(HEAD, "eta = 1\ninputs = [[1, 2], [3, 4]]\ntargets = [0, 1]\n")
    text = text.replace("[[0.40, 0.45], [0.50, 0.55]]", "[[0.40, 0.45]]")
    assert [sample.targets for sample in network(text).samples] == [(0,), (1,)]


def test_a_batch_size_alone_means_mini_batches() -> None:
    assert network("batch_size = 2\n" + BASE).batch_size == 2
    assert network('learning = "batch"\n' + BASE).batch_size == 1
    assert network(BASE).batch_size is None


def test_other_spellings_of_the_optimizers_parameters() -> None:
    found = network(BASE + '[optimizer]\nmethod = "rmsprop"\ndecay = 0.5\neps = 1e-6\n').optimizer
    assert (found.name, found.parameters["rho"], found.parameters["epsilon"]) == (
        "rmsprop",
        parse_document("x = 0.5", "").data["x"],
        parse_document("x = 1e-6", "").data["x"],
    )


@pytest.mark.parametrize(
    ("said", "beta"), [("", None), ("beta = 0", None), ('mu = "0"', None), ("beta = 0.5", "0.5")]
)
def test_rmsprop_has_momentum_where_beta_is_given_and_not_0(said: str, beta: str | None) -> None:
    found = network(f"{BASE}[optimizer]\nname = 'rmsprop'\n{said}\n").optimizer.parameters
    expected = {"rho": "0.9", "epsilon": "1E-8"} | ({} if beta is None else {"beta": beta})
    assert {key: str(value) for key, value in found.items()} == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", {"beta": "0.9"}),
        ("momentum = 0.5", {"beta": "0.5"}),
        ("dampening = 0", {"beta": "0.9"}),
        ("dampening = 0.25", {"beta": "0.9", "dampening": "0.25"}),
    ],
)
def test_momentum_as_in_pytorch_is_dampened_where_the_config_says_so(said, expected) -> None:
    found = network(f"{BASE}[optimizer]\nname = 'pytorch-momentum'\n{said}\n").optimizer
    assert {key: str(value) for key, value in found.parameters.items()} == expected


@pytest.mark.parametrize(
    ("said", "name", "parameters"),
    [
        ("", "half-squared", {}),
        ('error = "Huber"', "huber", {"delta": 1}),
        ('error = { name = "huber", delta = "1/2" }', "huber", {"delta": Fraction(1, 2)}),
        ('error = { name = "pseudo-huber" }', "pseudo-huber", {"delta": 1}),
        ("error = {}", "half-squared", {}),
    ],
)
def test_an_error_is_named_alone_or_in_a_table_with_its_parameters(said, name, parameters) -> None:
    found = network(f"{said}\n{BASE}")
    assert (found.error_name, found.error_parameters) == (name, parameters)


def test_a_config_can_be_read_from_standard_input(backprop, monkeypatch, tmp_path) -> None:
    file = tmp_path / "net.toml"
    file.write_text("eta = -1\n", "utf-8")
    with file.open("rb") as stream:
        document = read_document("-", stdin=stream)
    with pytest.raises(ConfigError) as caught:
        network_of(document)
    assert str(caught.value).count("<stdin>") == 4
