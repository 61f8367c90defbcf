"""`--set KEY=VALUE` means the same as the value in the file, on every config, and never crashes."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest
import strategies
from documents import MAZUR
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_cli.api import load, trace
from backprop_cli.config.build import network_of
from backprop_cli.config.document import Document, parse_document
from backprop_cli.config.overrides import with_settings
from backprop_cli.errors import BackpropError, ConfigError, Place


def setting_refusal(document: Document, *assignments: str) -> str:
    with pytest.raises(ConfigError) as caught:
        with_settings(document, assignments)
    return str(caught.value)


KEYS = (
    "eta", "layers", "0", "1", "weights", "[0]", "-1", "optimizer", "name", "x y", '"a b"', "",
    "99999999999999999999", "notation", "units", "é", "bias", "[", "]", "=", ".", "$schema",
)  # fmt: skip
VALUES = (
    "1", "-0.5", "1/3", "tanh", '"tanh"', "[1, 2]", "[[", "{}", "{a = 1}", "", "nan", "inf",
    "true", "1e99999", "1\nx = 2", "a b", "'x'", "#", "[" * 5000, "0x" + "f" * 4000, "é",
)  # fmt: skip


def changed(text: str, assignment: str):
    return network_of(with_settings(parse_document(text, "net.toml"), [assignment]))


@pytest.mark.parametrize(
    ("assignment", "attribute", "expected"),
    [
        ("eta=0.1", "eta", Decimal("0.1")),
        ("eta=1/3", "eta", load("mazur", ["eta='1/3'"]).eta),
        ("error=squared", "error_name", "squared"),
        ("error='squared'", "error_name", "squared"),
        ("title=My-network", "title", "My-network"),
        ('title="My network"', "title", "My network"),
        (" eta = 0.1 ", "eta", Decimal("0.1")),
        ('"eta"=0.1', "eta", Decimal("0.1")),
        ("train_biases=true", "train_biases", True),
        ("round_each=3", "round_each", {"default": 3}),
        ("round_each.net=3", "round_each", {"net": 3}),
        ("convention.bias=subtracted", "thresholds", True),
    ],
)
def test_a_setting_is_a_value_of_the_config(assignment, attribute, expected) -> None:
    assert getattr(load("mazur", [assignment]), attribute) == expected


@pytest.mark.parametrize(
    "path",
    [
        "layers.1.activation",
        "layers[1].activation",
        "layers[1] . activation",
        '"layers".1."activation"',
    ],
)
def test_a_layer_is_found_by_its_number_from_0(path: str) -> None:
    layers = load("mazur", [f"{path}=tanh"]).layers
    assert [layer.activation_name for layer in layers] == ["logistic", "tanh"]


def test_a_single_weight_may_be_set() -> None:
    found = load("mazur", ["layers.0.weights.1.0=7", "layers[0].weights[0][1]=1/3"])
    assert [[float(w.value) for w in row] for row in found.layers[0].weights] == [
        [0.15, 1 / 3],
        [7, 0.30],
    ]


def test_the_last_of_several_settings_of_one_key_counts() -> None:
    assert load("mazur", ["eta=1", "eta=2"]).eta == 2


def test_the_bundled_example_itself_stays_as_it_is() -> None:
    before = trace("mazur").values
    load("mazur", ["layers.0.weights.0.0=9", "eta=3"])
    assert trace("mazur").values == before


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("eta", "there is no '=' and no value"),
        ("layers.2.bias=1", "there are 2 layers (0 and 1)"),
        ("eta=0", "must be greater than 0, not 0"),
        ("eta=nan", "this is not a number to compute with"),
        ("etta=1", "there is no such key"),
        ("layers.0.activation=step", 'unknown activation "step"'),
        ("layers.0.weights=[[1, 2, 3]]", "row 1 has 3 numbers, but 2 units feed this layer"),
        ("layers=[]", "expected one or more [[layers]]"),
        ("inputs=[" + "[" * 5000, "is not a TOML value"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(backprop, tmp_path, assignment, expected) -> None:
    out = tmp_path / "out.txt"
    result = backprop("trace", "mazur", "--set", assignment, "-o", str(out))
    assert (result.code, result.out) == (2, "")
    first = result.err.splitlines()[0]
    assert first.startswith("--set")
    assert expected in first
    assert not out.exists()


def test_what_is_wrong_with_a_setting_names_the_setting_and_the_rest_the_file(backprop) -> None:
    result = backprop("trace", "xor", "--set", "layers.0.weights=[[1], [2]]", "--set", "seed=x")
    assert [line for line in result.err.splitlines() if not line.startswith("    ")] == [
        '--set seed=x: error: seed: expected a whole number, got the text "x"',
        "--set layers.0.weights=[[1], [2]]: error: layers[0].weights: each row has 1 number, "
        "but 2 units feed this layer",
    ]


@settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(config=strategies.configs(), data=st.data())
def test_a_setting_does_what_the_same_value_in_the_file_does(config, data) -> None:
    key = data.draw(st.sampled_from(sorted(config.keys() - {"layers"})))
    value = config[key]
    written = (
        "{" + ", ".join(f"{k} = {strategies.value_in_toml(v)}" for k, v in value.items()) + ("}")
        if isinstance(value, dict)
        else strategies.value_in_toml(value)
    )
    whole = strategies.to_toml(config)
    rest = {k: v for k, v in config.items() if k != key}
    found = changed(strategies.to_toml(rest), f"{key}={written}")
    assert found == network_of(parse_document(whole, "net.toml"))


@pytest.mark.thorough
@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    keys=st.lists(st.sampled_from(KEYS) | st.text(max_size=4), max_size=4),
    separator=st.sampled_from((".", "", " . ", "[")),
    value=st.sampled_from(VALUES) | st.text(max_size=10),
    equals=st.sampled_from(("=", " = ", "", "==")),
)
def test_whatever_is_set_is_applied_or_refused_in_words(keys, separator, value, equals) -> None:
    try:
        load("mazur", [separator.join(keys) + equals + value])
    except BackpropError as error:
        lines = error.render().splitlines()
        assert any(": error: " in line or line.startswith("error: ") for line in lines)
        assert all(line.isprintable() for line in lines)


def test_a_value_that_is_set_is_read_as_toml_reads_it() -> None:
    for value in ("1_000", "0x1f", "+3", "1e3", "'a'", "[1, [2]]", "{a.b = 1}", "1979-05-27"):
        document = with_settings(parse_document("", "net.toml"), [f"x={value}"])
        assert document.data["x"] == tomllib.loads(f"x = {value}")["x"]
    for value in ("[1, nan", "1 2", "a = 1"):
        with pytest.raises(ConfigError):
            with_settings(parse_document("", "net.toml"), [f"x={value}"])


@pytest.mark.parametrize(
    ("assignment", "told"),
    [
        ("inputs.0=9", None),
        ("inputs.1=9", None),
        ("inputs.2=9", "inputs: there are 2 inputs (0 and 1)"),
        ("targets[1]=9", "targets: there is 1 target (0)"),
        ("empty[0]=9", "empty: there are no empty"),
        ("layers.0.weights.3=9", "layers[0].weights has 3 entries (0 to 2)"),
        ("layers.0.weights.0.1=9", "layers[0].weights[0] has 1 entry (0)"),
        ("layers.0.none.0=9", "layers[0].none has no entries"),
        ("inputs[000000001]=9", None),
        ("inputs[0000000001]=9", None),
        ("inputs.0000000001=9", "inputs: there are 2 inputs (0 and 1)"),
        ("layers.1=9", "layers: there is 1 layer (0)"),
        ("title[0]=9", "title is a text, not a list"),
        ("title.x=9", "title is a text, not a table"),
        ("inputs.x=9", "inputs: there are 2 inputs (0 and 1)"),
        ("flag.x=9", "flag is true or false, not a table"),
        ("day.x=9", "day is a date or time, not a table"),
        ("table[0]=9", "table is a table, not a list"),
        ("a" + ".a" * 99 + "=1", None),
        ("a" + ".a" * 100 + "=1", "this is not a name such as eta or layers.0.activation"),
    ],
)
def test_a_path_leads_to_an_entry_or_is_told_where_it_ends(assignment: str, told) -> None:
    text = """
    title = "x"
    eta = 1
    flag = true
    day = 1979-05-27
    inputs = [1, 2]
    targets = [3]
    empty = []
    table = {}
    [[layers]]
    weights = [[1], [2], [3]]
    none = []
    """
    document = parse_document(text, "net.toml")
    if told is None:
        assert with_settings(document, [assignment]).data != document.data
        return
    with pytest.raises(ConfigError) as caught:
        with_settings(document, [assignment])
    (problem,) = caught.value.problems
    assert problem.what == told.removeprefix(f"{told.partition(':')[0]}: ")


def test_tables_that_are_not_there_are_made_but_no_lists() -> None:
    document = parse_document("eta = 1\n", "net.toml")
    assert with_settings(document, ["a.b=1"]).data == {"eta": 1, "a": {"b": 1}}
    with pytest.raises(ConfigError, match="there is no list a"):
        with_settings(document, ["a.0=1"])
    assert document.data == {"eta": 1}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("tanh", "tanh"), ("leaky-relu", "leaky-relu"), ("data/a_1.csv", "data/a_1.csv"),
        ("1/3", "1/3"), ("-1/3", "-1/3"), ("+1/3", "+1/3"), ("1/3/4", None), ("true", True),
        ("false", False), ("1", 1), ('"1/3"', "1/3"), ("1979-05-27x", None), ("a b", None),
        ("_a", None), ("[1]", [1]), ("1 # one", 1), ("", None), ("1\ny = 2", None),
    ],
)  # fmt: skip
def test_a_plain_word_or_fraction_needs_no_quotes(written: str, value: object) -> None:
    document = parse_document("", "net.toml")
    if value is None:
        with pytest.raises(ConfigError):
            with_settings(document, [f"x={written}"])
    else:
        assert with_settings(document, [f"x={written}"]).data == {"x": value}


@pytest.mark.parametrize(
    ("assignment", "path", "value"),
    [
        ("eta=0.10", ("eta",), Decimal("0.10")),
        (" eta = 0.1 # less", ("eta",), Decimal("0.1")),
        ("eta=1/3", ("eta",), "1/3"),
        ("update=sequential", ("update",), "sequential"),
        ("data=iris.csv", ("data",), "iris.csv"),
        ("title=''", ("title",), ""),
        ('title="a = b"', ("title",), "a = b"),
        ("train_biases=false", ("train_biases",), False),
        ("layers.0.activation=leaky-relu", ("layers", 0, "activation"), "leaky-relu"),
        ("layers[0].weights[1][0]=2", ("layers", 0, "weights", 1, 0), 2),
        ("layers.1.weights=[[1],\n[2]]", ("layers", 1, "weights"), [[1], [2]]),
        ("optimizer.'my beta'.x=5", ("optimizer", "my beta", "x"), 5),
        (r'"\u0065ta" = 7', ("eta",), 7),
        ("notation.letters.net=z", ("notation", "letters", "net"), "z"),
        ("optimizer={name='adam'}", ("optimizer",), {"name": "adam"}),
    ],
)
def test_a_setting_takes_the_place_of_a_value(
    mazur: Document, assignment: str, path: tuple[str | int, ...], value: object
) -> None:
    before = parse_document(MAZUR, "t").data
    found: Any = (document := with_settings(mazur, [assignment])).data
    for part in path:
        found = found[part]
    assert (type(found), found) == (type(value), value)
    assert document.place(*path).file == f"--set {assignment.strip()}"
    assert document.place(*path).line is None
    assert document.text == MAZUR
    assert mazur.data == before
    assert mazur.overrides == {}


def test_settings_apply_in_turn_and_the_last_one_wins(mazur: Document) -> None:
    document = with_settings(
        mazur,
        ["notation.net=z", "notation.out=a", "eta=1", "optimizer.beta=1", "optimizer={}", "eta=2"],
    )
    assert document.data["notation"] == {"net": "z", "out": "a"}
    assert (document.data["eta"], document.data["optimizer"]) == (2, {})
    assert document.place("eta") == Place("--set eta=2", None, "eta")
    assert document.place("optimizer", "beta") == Place(
        "--set optimizer={}", None, "optimizer.beta"
    )
    assert document.place("notation", "delta").file == "--set notation.net=z"
    assert document.place("notation", "out").file == "--set notation.out=a"
    assert document.place("inputs").line == 3
    assert document.span("eta") == mazur.span("eta")
    again = with_settings(document, ["eta=3"])
    assert again.overrides[("notation", "out")] == "notation.out=a"
    assert again.data["eta"] == 3


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("layers.9.bias=1", "--set layers.9.bias: error: there are 2 layers (0 and 1)"),
        ("layers[2]=1", "--set layers[2]: error: there are 2 layers (0 and 1)"),
        ("layers.-1.bias=1", "--set layers.-1.bias: error: there are 2 layers (0 and 1)"),
        ("layers.first=1", "--set layers.first: error: there are 2 layers (0 and 1)"),
        (f"layers.{'9' * 5000}=1", "error: there are 2 layers (0 and 1)"),
        (f"layers[{'9' * 5000}]=1", "error: there are 2 layers (0 and 1)"),
        (
            "layers.0.weights.2.0=1",
            "--set layers.0.weights.2.0: error: layers[0].weights has 2 entries (0 and 1)",
        ),
        (
            "targets.0=1",
            "--set targets.0: error: there is no list targets\n    hint: set it as a whole: ",
        ),
        ("one.1=1", "--set one.1: error: there is 1 one (0)"),
        ("three.3=1", "--set three.3: error: there are 3 three (0 to 2)"),
        ("eta.x=1", "--set eta.x: error: eta is a number, not a table"),
        ("eta[0]=1", "--set eta[0]: error: eta is a number, not a list"),
        ("optimizer[0]=1", "--set optimizer[0]: error: optimizer is a table, not a list"),
        ("optimizer.name.x=1", "error: optimizer.name is a text, not a table"),
        ("eta", "--set eta: error: there is no '=' and no value\n    hint: write it as --set eta"),
        ("", "--set: error: this is not a name such as eta or layers.0.activation"),
        ("=1", "--set: error: this is not a name such as"),
        ("[0]=1", "--set [0]: error: this is not a name such as"),
        (" [0]=1", "--set [0]: error: this is not a name such as"),
        ("a..b=1", "--set a..b: error: this is not a name such as"),
        ("a.=1", "--set a.: error: this is not a name such as"),
        ("a b=1", "--set a b: error: this is not a name such as"),
        ("a" + ".a" * 5000 + "=1", "error: this is not a name such as"),
        ("eta=", "--set eta: error: there is no value after '='"),
        (
            "layer.0.activation=tanh",
            "--set layer.0.activation: error: there is no list layer\n"
            "    hint: did you mean 'layers'?",
        ),
        ("layer[1].bias=0", "there is no list layer\n    hint: did you mean 'layers'?"),
        ("optimiser.0=0", "there is no list optimiser\n    hint: set it as a whole"),
        ("layers.0.biases.1=0", "there is no list layers[0].biases\n    hint: set it as a whole"),
        (
            "eta=0,5",
            "--set eta: error: 0,5 is not a TOML value\n"
            "    hint: decimals take a point: 0.5; a list takes brackets: [0,5]",
        ),
        ("eta=-1,5e-3", "hint: decimals take a point: -1.5e-3; a list"),
        ("inputs=0.1, 0.2", "hint: a list takes brackets: [0.1, 0.2]"),
        ("inputs=[1], [2]", "hint: a list takes brackets: [[1], [2]]"),
        ("title=a, b", "is not a TOML value\n    hint: text"),
        ("title=My network", "--set title: error: My network is not a TOML value\n    hint: text"),
        ("eta=1\nseed=2", "--set eta: error: 1\\nseed=2 is not a TOML value"),
        ("eta=1\n[a]", "--set eta: error: 1\\n[a] is not a TOML value"),
        ("eta=" + "[" * 5000, "[[[…[[["),
    ],
)
def test_a_setting_that_cannot_be_applied_is_refused(
    mazur: Document, assignment: str, said: str
) -> None:
    mazur = parse_document("one = [1]\nthree = [1, 2, 3]\n" + MAZUR, "t")
    message = setting_refusal(mazur, assignment)
    assert said in message
    assert message.startswith("--set")
    assert len(message) < 500


def test_all_settings_at_fault_are_told_at_once(mazur: Document) -> None:
    message = setting_refusal(mazur, "eta=,", "seed=1", "layers.5.bias=0")
    assert [line.split(":")[0] for line in message.splitlines() if line.startswith("--")] == [
        "--set eta",
        "--set layers.5.bias",
    ]
