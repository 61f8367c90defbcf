"""Names of a book: patterns and lists, and the keys that come of them."""

from __future__ import annotations

import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_cli.api import load, trace
from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.config.names import BadName, bias_names, unit_names, weight_names
from backprop_cli.engine.network import Unit
from backprop_cli.engine.quantities import Quantities
from backprop_cli.errors import ConfigError

BASE = """\
eta = 0.5
inputs = [0.05, 0.10]
targets = [0.01, 0.99]

[[layers]]
activation = "logistic"
weights = [[0.15, 0.20], [0.25, 0.30]]
bias = 0.35

[[layers]]
activation = "logistic"
weights = [[0.40, 0.45], [0.50, 0.55]]
biases = [0.60, 0.60]
"""


def named(notation: str, config: str = BASE):
    return network_of(parse_document(f"{config}\n[notation]\n{notation}", "net.toml"))


def keys(notation: str, config: str = BASE) -> set[str]:
    return set(trace(named(notation, config)).values)


def units(network) -> list[list[str]]:
    layers = [network.inputs, *(layer.units for layer in network.layers)]
    return [[unit.name for unit in row] for row in layers]


def weights(network) -> list[list[list[str]]]:
    return [[[w.name for w in row] for row in layer.weights] for layer in network.layers]


def biases(network) -> list[list[str]]:
    return [[bias.name for bias in layer.biases] for layer in network.layers]


def refusal(notation: str, config: str = BASE) -> str:
    with pytest.raises(ConfigError) as caught:
        named(notation, config)
    assert len(caught.value.problems) == 1
    return f"{caught.value.problems[0].place.path}: {caught.value.problems[0].what}"


# --- names without a notation -----------------------------------------------------------------


def test_names_are_those_of_the_tutorial_unless_said() -> None:
    network = named("")
    assert units(network) == [["i1", "i2"], ["h1", "h2"], ["o1", "o2"]]
    assert weights(network) == [[["w1", "w2"], ["w3", "w4"]], [["w5", "w6"], ["w7", "w8"]]]
    assert biases(network) == [["b1"], ["b_o1", "b_o2"]]


def test_hidden_units_tell_their_layer_where_there_are_several() -> None:
    assert unit_names({}, [1, 2, 1]) == [["i1"], ["h1", "h2"], ["o1"]]
    assert unit_names({}, [1, 2, 1, 1]) == [["i1"], ["h1_1", "h1_2"], ["h2_1"], ["o1"]]
    assert unit_names({}, [2, 1]) == [["i1", "i2"], ["o1"]]


# --- patterns and lists -----------------------------------------------------------------------


def test_w14_is_the_weight_from_1_to_4() -> None:
    network = named('units = "{n}"\nweights = "w{from}{to}"\nbiases = "theta{n}"')
    assert units(network) == [["1", "2"], ["3", "4"], ["5", "6"]]
    assert weights(network)[0] == [["w13", "w23"], ["w14", "w24"]]
    assert biases(network) == [["theta1"], ["theta2", "theta3"]]
    assert {"net_4", "out_4", "delta_4", "dE_dw14", "w14_new", "E_5"} <= keys(
        'units = "{n}"\nweights = "w{from}{to}"\nbiases = "theta{n}"'
    )


def test_the_value_of_an_input_that_is_called_1_is_x1() -> None:
    network = named('units = "{n}"')
    assert [Quantities(network).out(unit).name.key for unit in network.inputs] == ["x1", "x2"]
    values = dict(Quantities(network).sample(network.samples[0]))
    assert {name.key for name in values} == {"x1", "x2", "t_5", "t_6"}


def test_a_role_has_a_pattern_of_its_own() -> None:
    network = named('units = "u{n}"\ninputs = "x{i}"\noutputs = "y{i}_{layer}_{n}"')
    assert units(network) == [["x1", "x2"], ["u3", "u4"], ["y1_2_5", "y2_2_6"]]


def test_every_placeholder_of_a_weight() -> None:
    network = named('weights = "w_{n}_{from}_{to}_{layer}_{i}_{j}"')
    assert weights(network)[1] == [
        ["w_5_h1_o1_2_1_1", "w_6_h2_o1_2_1_2"],
        ["w_7_h1_o2_2_2_1", "w_8_h2_o2_2_2_2"],
    ]


def test_lists_name_every_unit_weight_and_bias() -> None:
    network = named(
        'units = [["a", "b"], ["c", 4], [5, 6]]\n'
        'weights = [[["p", "q"], ["r", "s"]], [["t1", "u"], ["v", "x"]]]\n'
        'biases = [["beta"], ["c1", "c2"]]\n'
    )
    assert units(network) == [["a", "b"], ["c", "4"], ["5", "6"]]
    assert weights(network) == [[["p", "q"], ["r", "s"]], [["t1", "u"], ["v", "x"]]]
    assert biases(network) == [["beta"], ["c1", "c2"]]


def test_a_layer_without_bias_has_an_empty_list_of_names() -> None:
    config = BASE.replace("bias = 0.35\n", "")
    assert biases(named('biases = [[], ["c1", "c2"]]', config)) == [[], ["c1", "c2"]]
    assert biases(named('biases = "b{n}"', config)) == [[], ["b1", "b2"]]


def test_words_of_python_are_names_like_others() -> None:
    notation = 'units = [["in", "is"], ["if", "lambda"], ["None", "def"]]\nweights = "for{n}"'
    found = trace(named(notation)).values
    plain = trace(named("")).values
    assert found["net_lambda"] == plain["net_h2"]
    assert found["for3_new"] == plain["w3_new"]


def test_names_change_no_number() -> None:
    notation = 'units = "{n}"\nweights = "w{from}{to}"\nnet = "z"\nout = "a"\nerror = "C"'
    assert list(trace(named(notation)).values.values()) == list(trace(named("")).values.values())


# --- letters ----------------------------------------------------------------------------------


def test_keys_follow_the_letters() -> None:
    found = keys('net = "z"\nout = "a"\nerror = "L"\ndelta = "Err"')
    assert {
        "z_h1",
        "a_h1",
        "dL_da_h1",
        "da_dz_h1",
        "Err_h1",
        "L_total",
        "L_o1",
        "z_h1_new",
        "dL_dw1",
        "dL_da_h1_via_o1",
    } <= found
    assert not [key for key in found if "net" in key or "out" in key or "E_" in key]


def test_symbols_follow_the_letters() -> None:
    lines = trace(named('net = "z"\nout = "a"\ndelta = "beta"')).lines
    symbols = {line.step.name.key: line.step.name.symbol for line in lines}
    assert symbols["dE_da_h1"] == "∂E/∂a_h1"
    assert symbols["da_dz_h1"] == "∂a_h1/∂z_h1"
    assert symbols["beta_h1"] == "β_h1"


# --- what cannot be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        ('net = "out"', "notation.net: net and out are both called out"),
        ('target = "E"', "notation.target: error and target are both called E"),
        ('delta = "t"', "notation.delta: delta and target are both called t"),
        ('eta = "t"', "notation: two quantities would be called t"),
        ('weights = "i{n}"', "notation: two quantities would be called i1"),
        ('biases = "w{n}"', "notation: two quantities would be called dE_dw1"),
        ('biases = [["w5_new"], ["c1", "c2"]]', "notation: two quantities would be called w5_new"),
        ('weights = "net_h{n}"', "notation: two quantities would be called dE_dnet_h1"),
        (
            'units = [["a", "b"], ["h", "h_new"], ["c", "d"]]',
            "notation: two quantities would be called net_h_new",
        ),
        (
            'units = [["a", "b"], ["h", "h_end"], ["c", "d"]]',
            "notation: two quantities would be called net_h_end",
        ),
        (
            'units = [["a", "b"], ["h", "h_via_c"], ["c", "d"]]',
            "notation: two quantities would be called dE_dout_h_via_c",
        ),
        (
            'units = [["a", "b"], ["c", "d"], ["epoch", "total"]]',
            "notation: two quantities would be called E_total",
        ),
        ('inputs = "t_o{i}"', "notation: two quantities would be called t_o1"),
    ],
)
def test_every_quantity_has_a_key_of_its_own(notation: str, expected: str) -> None:
    assert refusal(notation) == expected


def test_the_optimizers_letters_are_keys_too() -> None:
    config = 'optimizer = "adam"\n' + BASE
    assert refusal('biases = [["m_w1"], ["c1", "c2"]]', config) == (
        "notation: two quantities would be called m_w1"
    )
    assert refusal('biases = [["beta1"], ["c1", "c2"]]', config) == (
        "notation: two quantities would be called beta1"
    )
    assert named('biases = [["beta1"], ["c1", "c2"]]')


def test_the_entries_of_a_jacobian_are_keys_too() -> None:
    config = BASE.replace('"logistic"\nweights = [[0.40', '"softmax"\nweights = [[0.40')
    notation = 'units = [["a", "b"], ["c", "d"], ["o", "o_dnet_o"]]'
    assert refusal(notation, config).startswith("notation: two quantities would be called dout_o_d")
    assert named(notation)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a b",
        "a;b",
        "__class__",
        "_a",
        "é",
        "a.b",
        "a\n",
        "{",
        "π1",
        "a" * 41,
        "$(x)",
        "../a",
        "a-b",
        "\u0661",
    ],
)
def test_a_name_is_of_letters_digits_and_underscores(name: str) -> None:
    shape = [1, 1]
    with pytest.raises(BadName):
        unit_names({"units": [["i"], [name]]}, shape)
    layers = [([Unit("i", 0, 1)], [Unit("o", 1, 1)])]
    with pytest.raises(BadName):
        weight_names([[[name]]], layers)
    with pytest.raises(BadName):
        bias_names([[name]], [([Unit("o", 1, 1)], True)])


def test_a_digit_begins_the_name_of_a_unit_alone() -> None:
    assert unit_names({"units": [["1"], ["2b"]]}, [1, 1]) == [["1"], ["2b"]]
    with pytest.raises(BadName, match="cannot be a name"):
        weight_names([[["1"]]], [([Unit("i", 0, 1)], [Unit("o", 1, 1)])])


@pytest.mark.parametrize("pattern", ["{i.real}", "{i!r}", "{i:>9}", "{0}", "{}", "{self}", "{I}"])
def test_a_pattern_knows_plain_placeholders_alone(pattern: str) -> None:
    assert refusal(f'hidden = "h{pattern}"') == f"notation.hidden: {pattern} is not known here"


@settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(config=strategies.configs(), data=st.data())
def test_every_line_of_a_trace_has_a_key_that_is_checked(config, data) -> None:
    letters = data.draw(st.permutations(["z", "a", "C", "d", "y"]))
    table = dict(zip(("net", "out", "error", "delta", "target"), letters, strict=True))
    pattern = data.draw(st.sampled_from(("w{n}", "w{from}_{to}", "v{layer}_{i}_{j}")))
    text = strategies.to_toml(config | {"notation": table | {"weights": pattern}})
    network = network_of(parse_document(text, "net.toml"))
    known = list(Quantities(network).all_keys())
    assert len(set(known)) == len(known)
    traced = {line.step.name.key.rpartition(".")[2] for line in trace(network).lines}
    assert traced <= set(known)


def test_one_list_of_names_is_cut_up_by_layers():
    """Units called 1 to 6, and the weights in the order in which w{n} would count them."""
    weights = ["a", "b", "c", "d", "e", "f", "g", "h"]
    network = load("han-kamber", ["notation={units=[1, 2, 3, 4, 5, 6], weights='w{from}{to}'}"])
    names = [parameter.name for parameter in network.parameters()]
    assert names[:3] == ["w14", "w24", "w34"]
    assert "w46" in names
    flat = load("mazur", [f"notation={{weights={weights}, biases=['p', 'q']}}".replace("'", '"')])
    assert [p.name for p in flat.parameters()] == ["a", "b", "c", "d", "p", "e", "f", "g", "h", "q"]


@pytest.mark.parametrize("name", ["a", "Z9_", "a" * 40, "a_"])
def test_a_name_of_up_to_40_characters_is_one(name: str) -> None:
    layers = [([Unit("i", 0, 1)], [Unit("o", 1, 1)])]
    assert unit_names({"units": [["i"], [name]]}, [1, 1]) == [["i"], [name]]
    assert weight_names([[[name]]], layers) == [[[name]]]
    assert bias_names([[name]], [([Unit("o", 1, 1)], True)]) == [[name]]


@pytest.mark.parametrize(("number", "fine"), [(0, True), (10**9 - 1, True), (10**9, False)])
def test_a_unit_may_be_called_by_a_number_below_a_billion(number: int, fine: bool) -> None:
    if fine:
        assert unit_names({"units": [["i"], [number]]}, [1, 1]) == [["i"], [str(number)]]
    else:
        with pytest.raises(BadName, match="expected a name"):
            unit_names({"units": [["i"], [number]]}, [1, 1])


def test_a_pattern_has_at_most_200_characters() -> None:
    counted = "{n}" * 66 + "a"  # 199 characters, which are filled in as 67
    with pytest.raises(BadName, match="cannot be a name"):
        unit_names({"units": counted + "b"}, [1, 1])
    with pytest.raises(BadName, match="longer than 200 characters"):
        unit_names({"units": counted + "bc"}, [1, 1])


def test_a_bias_of_a_whole_layer_has_no_end_that_waits_for_a_unit() -> None:
    units = [Unit("h1", 1, 1), Unit("h2", 1, 2)], [Unit("o1", 2, 1), Unit("o2", 2, 2)]
    for pattern in ("theta{layer}_{i}", "theta{layer}_{to}", "theta{layer}"):
        shared = [(units[0], True), (units[1], None)]
        assert bias_names(pattern, shared) == [["theta1"], []]
    assert bias_names("c{layer}_{i}", [(units[0], True), (units[1], False)]) == [
        ["c1"], ["c2_1", "c2_2"]
    ]  # fmt: skip


def test_one_list_of_all_names_is_cut_up() -> None:
    layers = [([Unit("a", 0, 1), Unit("b", 0, 2)], [Unit("c", 1, 1)]),
              ([Unit("c", 1, 1)], [Unit("d", 2, 1), Unit("e", 2, 2)])]  # fmt: skip
    assert unit_names({"units": list("abcde")}, [2, 1, 2]) == [["a", "b"], ["c"], ["d", "e"]]
    assert weight_names(list("pqrs"), layers) == [[["p", "q"]], [["r"], ["s"]]]
    receivers = [(units, shared) for (_, units), shared in zip(layers, (True, False), strict=True)]
    assert bias_names(list("xyz"), receivers) == [["x"], ["y", "z"]]
    with pytest.raises(BadName, match="expected 2 lists of names, one for each layer"):
        weight_names(list("pqr"), layers)
