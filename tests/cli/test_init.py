"""`init` writes configs that work, the same for the same seed, and never over another file."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_cli.api import load, trace
from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.config.examples import example_names, example_path
from backprop_cli.config.fields import with_defaults
from backprop_cli.config.random_weights import RandomWeights
from backprop_cli.config.templates import random_config, starter_config
from backprop_cli.formulas import ACTIVATIONS, ALIASES, ERRORS, OPTIMIZERS

SEVEN = """\
# Random weights: backprop init --layers 2-3-1 --activation tanh --seed 7
#:schema ./backprop.schema.json
# Editors complete and check this file with the schema that `backprop schema` prints.

title   = "2-3-1 network"
eta     = 0.5
error   = "half-squared"
inputs  = [0.8269, 0.1238]
targets = [0.9]

[[layers]]
activation = "tanh"
weights = [[-0.1762, -0.3492],
           [0.1509, -0.4276],
           [0.0359, -0.1343]]
biases  = [-0.4420, 0.0074, -0.4625]

[[layers]]
activation = "tanh"
weights = [[-0.0664, -0.4301, -0.4093]]
biases  = [-0.0755]
"""
"""What seed 7 gives: for ever."""


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- the starter ------------------------------------------------------------------------------


def test_the_starter_is_the_tutorial_network(backprop) -> None:
    result = backprop("init")
    assert (result.code, result.out, result.err) == (0, "", "wrote network.toml\n")
    assert Path("network.toml").read_text("utf-8") == starter_config()
    traced = backprop("trace", "network.toml")
    assert (traced.code, traced.err) == (0, "")
    untrained = load("network.toml", ["train_biases=false"])
    assert trace(untrained).values == trace("mazur").values


def test_the_starter_names_every_activation_error_and_optimizer() -> None:
    words = set(starter_config().replace('"', " ").replace(",", " ").split())
    assert {*ACTIVATIONS, *ERRORS, *OPTIMIZERS} <= words


def test_the_starter_names_the_schema_and_the_command() -> None:
    lines = starter_config().splitlines()
    assert "#:schema ./backprop.schema.json" in lines[:3]
    assert "backprop trace" in lines[0]
    assert all(len(line) <= 100 for line in lines)


@pytest.mark.parametrize(
    "line",
    [
        line
        for line in starter_config().splitlines()
        if line.startswith("# ") and "= " in line and "[" not in line
    ],
)
def test_what_the_starter_leaves_out_can_be_put_in(line: str) -> None:
    text = starter_config().replace(line, line.removeprefix("# "))
    table = {
        "name": "[optimizer]",
        "beta": "[optimizer]",
        "net": "[notation]",
        "out": "[notation]",
    }.get(line.split()[1])
    if table is not None:
        text = text.replace(f"# {table}", table)
    if table == "[optimizer]":
        text = text.replace('# name = "mom', 'name = "mom')
    assert network_of(parse_document(text, "network.toml"))


# --- examples ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", example_names())
def test_an_example_is_copied_with_its_data(backprop, name: str) -> None:
    result = backprop("init", "mine.toml", "--example", name)
    assert (result.code, result.out) == (0, "")
    bundled = Path(example_path(name))
    text = bundled.read_text("utf-8")
    assert Path("mine.toml").read_text("utf-8") == text
    expected = {"mine.toml"}
    if "data" in (config := tomllib.loads(text)):
        expected.add(config["data"])
        copied = Path(config["data"]).read_text("utf-8")
        assert copied == bundled.with_name(config["data"]).read_text("utf-8")
    assert set(os.listdir()) == expected
    assert result.err == "".join(f"wrote {path}\n" for path in sorted(expected, reverse=True))
    assert load("mine.toml") == load(name)


def test_the_data_of_an_example_is_not_written_over(backprop) -> None:
    name = next(name for name in example_names() if load(name).labels)
    data = tomllib.loads(Path(example_path(name)).read_text("utf-8"))["data"]
    Path(data).write_text("mine", "utf-8")
    result = backprop("init", "mine.toml", "--example", name)
    assert (result.code, result.err.splitlines()[0]) == (
        2,
        f"{data}: error: the file is there already",
    )
    assert os.listdir() == [data]
    assert Path(data).read_text("utf-8") == "mine"


def test_the_data_of_an_example_lies_beside_its_config(backprop) -> None:
    name = next(name for name in example_names() if load(name).labels)
    Path("course").mkdir()
    assert backprop("init", "course/mine.toml", "--example", name).code == 0
    assert len(os.listdir("course")) == 2
    assert load("course/mine.toml").shape == load(name).shape


def test_a_misspelt_example(backprop) -> None:
    result = backprop("init", "--example", "sofmax")
    assert (result.code, result.out, os.listdir()) == (2, "", [])
    assert result.err == (
        "error: there is no example 'sofmax'\n    hint: did you mean 'softmax'?\n"
    )
    for name in ("../configs/mazur", "mazur.answers", "", "."):
        assert backprop("init", "--example", name).code == 2
    assert os.listdir() == []


# --- random networks --------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_file_for_ever(backprop) -> None:
    asked = ("--layers", "2-3-1", "--activation", "tanh", "--seed", "7")
    assert backprop("init", "-", *asked).out == SEVEN
    assert backprop("init", "a.toml", *asked).code == 0
    assert Path("a.toml").read_bytes() == SEVEN.encode()
    assert random_config([2, 3, 1], ["tanh"], 8) != SEVEN


def test_the_numbers_drawn_for_a_seed_stay_the_same() -> None:
    drawn = RandomWeights(7)
    init = with_defaults("init", {})
    first = {
        method: str(drawn.rows(init | {"method": method}, 2, 1)[0][0])[:12]
        for method in ("uniform", "normal", "xavier", "he")
    }
    assert first == {
        "uniform": "-0.176167235",
        "normal": "0.3878445783",
        "xavier": "0.1014896342",
        "he": "-1.571796086",
    }


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    shape=st.lists(st.integers(1, 5), min_size=2, max_size=5),
    activation=st.sampled_from([*ACTIVATIONS, *ALIASES]),
    seed=st.integers(-(2**70), 2**70),
)
def test_every_generated_config_is_traced(backprop, shape, activation, seed) -> None:
    layers = "-".join(map(str, shape))
    asked = ("--layers", layers, "--activation", activation, f"--seed={seed}")
    assert backprop("init", "net.toml", "--force", *asked).code == 0
    network = load("net.toml")
    assert network.shape == tuple(shape)
    assert all(-0.5 <= parameter.value <= 0.5 for parameter in network.parameters())
    result = backprop("trace", "net.toml", "--format", "jsonl")
    assert (result.code, result.err) == (0, "")
    assert "nan" not in result.out


SEVERAL = """\
# Random weights: backprop init --layers 3-2-1 --activation tanh,logistic --samples 3 --seed 0
#:schema ./backprop.schema.json
# Editors complete and check this file with the schema that `backprop schema` prints.

title   = "3-2-1 network"
eta     = 0.5
error   = "half-squared"
inputs  = [[0.5047, 0.2818, 0.7558],
           [0.6184, 0.2505, 0.9097],
           [0.9828, 0.8102, 0.9022]]
targets = [[0.9],
           [0.1],
           [0.9]]

[[layers]]
activation = "tanh"
"""


def test_each_layer_may_have_its_own_activation_and_there_may_be_several_samples(backprop):
    asked = ("--layers", "3-2-1", "--activation", "tanh, sigmoid", "--samples", "3")
    text = backprop("init", "-", *asked).out
    assert text.startswith(SEVERAL)
    assert text.count('activation = "logistic"') == 1
    assert backprop("init", "net.toml", *asked).code == 0
    network = load("net.toml")
    assert [layer.activation_name for layer in network.layers] == ["tanh", "logistic"]
    assert [tuple(map(float, sample.targets)) for sample in network.samples] == [
        (0.9,),
        (0.1,),
        (0.9,),
    ]
    one, three = (random_config([3, 2, 1], ["tanh"], 5, count).splitlines() for count in (1, 3))
    assert three[7] == one[7].replace("[", "[[") + ","
    assert one[9:] == three[13:]


def test_targets_of_several_samples_take_turns() -> None:
    text = random_config([1, 3], ["tanh"], 0, 4)
    assert (
        "targets = [[0.9, -0.9, -0.9],\n           [-0.9, 0.9, -0.9],\n"
        "           [-0.9, -0.9, 0.9],\n           [0.9, -0.9, -0.9]]\n" in text
    )
    assert "targets = [[1],\n           [1]]\n" in random_config([1, 1], ["softmax"], 0, 2)
    mixed = random_config([1, 2, 2], ["relu", "softmax"], 0, 2)
    assert "targets = [[1, 0],\n           [0, 1]]\n" in mixed
    assert 'error   = "cross-entropy"\n' in mixed
    assert mixed.index('"relu"') < mixed.index('"softmax"')


def test_softmax_of_one_output_is_warned_of(backprop) -> None:
    result = backprop("init", "-", "--layers", "2-1", "--activation", "softmax")
    assert result.code == 0
    assert result.err.startswith("warning: softmax of one output is always 1")
    assert backprop("init", "-", "--layers", "1-2", "--activation", "softmax").err == ""
    assert backprop("init", "-", "--layers", "2-1", "--activation", "tanh").err == ""


def test_the_seed_is_0_and_the_activation_logistic_unless_said(backprop) -> None:
    assert backprop("init", "-", "--layers", "2-2").out == random_config([2, 2], ["logistic"], 0)


@pytest.mark.parametrize(
    ("activation", "targets"),
    [
        ("logistic", "0.9, 0.1, 0.1"),
        ("tanh", "0.9, -0.9, -0.9"),
        ("bipolar-sigmoid", "0.9, -0.9, -0.9"),
        ("relu", "0.9, 0.1, 0.1"),
        ("softmax", "1, 0, 0"),
    ],
)
def test_targets_are_near_the_ends_of_the_activations_range(activation: str, targets: str) -> None:
    text = random_config([1, 2, 3], [activation], 0)
    assert f"targets = [{targets}]\n" in text
    hidden = "logistic" if activation == "softmax" else activation
    error = "cross-entropy" if activation == "softmax" else "half-squared"
    assert text.index(f'activation = "{hidden}"') < text.rindex(f'activation = "{activation}"')
    assert f'error   = "{error}"\n' in text


@pytest.mark.parametrize("layers", ["2x3x1", "2,3,1", "2-3,1"])
def test_a_shape_may_be_written_with_other_signs(backprop, layers: str) -> None:
    asked = ("--activation", "tanh", "--seed", "7")
    assert backprop("init", "-", "--layers", layers, *asked).out == SEVEN


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ("3", "error: '3' is no shape"),
        ("", "error: '' is no shape"),
        ("2-", "error: '2-' is no shape"),
        ("2-x", "error: '2-x' is no shape"),
        ("-1-2", "error: '-1-2' is no shape"),
        ("2-0-1", "error: 2-0-1: a layer has at least one unit"),
        ("5000-5000", "error: 5000-5000: a network has at most 1,000,000 weights"),
        ("9" * 50 + "-1", f"error: '{'9' * 50}-1' is no shape"),
    ],
)
def test_what_is_no_shape(backprop, layers: str, expected: str) -> None:
    result = backprop("init", f"--layers={layers}")
    assert (result.code, result.out, result.err.splitlines()[0]) == (2, "", expected)
    assert os.listdir() == []


# --- where it is written ----------------------------------------------------------------------


@pytest.mark.parametrize("asked", [(), ("--example", "xor"), ("--layers", "2-1")])
def test_nothing_is_written_over_without_force(backprop, asked) -> None:
    Path("network.toml").write_text("mine", "utf-8")
    result = backprop("init", *asked)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "network.toml: error: the file is there already\n    hint: --force overwrites it\n"
    )
    assert Path("network.toml").read_text("utf-8") == "mine"
    assert backprop("init", *asked, "--force").code == 0
    assert Path("network.toml").read_text("utf-8") != "mine"


def test_a_link_that_leads_nowhere_is_something_too(backprop) -> None:
    Path("network.toml").symlink_to("elsewhere.toml")
    assert backprop("init").code == 2
    assert Path("network.toml").is_symlink()


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_directory_is_no_file(backprop, force) -> None:
    Path("folder").mkdir()
    result = backprop("init", "folder", *force)
    assert (result.code, result.err) == (2, "folder: error: this is a directory, not a file\n")


def test_a_folder_that_is_not_there(backprop) -> None:
    result = backprop("init", "no/network.toml")
    assert result.code == 2
    assert result.err.startswith("no/network.toml: error: cannot be written: ")
    assert backprop("init", "").err.startswith("error: the name of the file is empty")
    assert os.listdir() == []


def test_a_dash_is_standard_output(backprop) -> None:
    result = backprop("init", "-")
    assert (result.code, result.out, result.err) == (0, starter_config(), "")
    copied = backprop("init", "-", "--example", "xor").out
    assert copied == Path(example_path("xor")).read_text("utf-8")
    assert os.listdir() == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("--example", "xor", "--layers", "2-1"), "--example and --layers exclude each other"),
        (("--seed", "3"), "--activation, --samples and --seed go with --layers"),
        (("--samples", "2"), "--activation, --samples and --seed go with --layers"),
        (("--activation", "tanh"), "--activation, --samples and --seed go with --layers"),
        (("--layers", "2-3-1", "--activation", "tanh,relu,tanh"), "3 activations, but 2 layers"),
        (("--layers", "2-1", "--activation", "tanh,tanh"), "2 activations, but one layer after"),
        (("--layers", "2-2-2", "--activation", "softmax,tanh"), "softmax is for the output layer"),
        (("--layers", "2-1", "--samples", "0"), "0 is not in the range"),
        (("--layers", "2-1", "--activation", "step"), "'step' is not one of"),
        (("--layers", "2-1", "--seed", "x"), "'x' is not a valid integer"),
    ],
)
def test_options_that_do_not_go_together(backprop, asked, expected: str) -> None:
    result = backprop("init", *asked)
    assert (result.code, result.out, os.listdir()) == (2, "", [])
    assert expected in result.err.splitlines()[0]
