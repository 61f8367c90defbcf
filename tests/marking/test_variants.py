"""Variants: the ranges, the draw, and what makes an exercise fair, at its bounds."""

from decimal import Decimal

import pytest

from backprop_cli import load
from backprop_cli.config import parse_document
from backprop_cli.errors import ConfigError
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.variants import Generator, Ranges, drawn_changes, is_fair, ranges_of

NOTHING = Ranges({}, 2, "", "", 0.0, 1e9)


def ranges(text):
    return ranges_of(parse_document(f"[variants]\n{text}", "net.toml"))


def test_what_is_not_said_has_the_defaults_of_the_config():
    found = ranges("weights = [-1, '1/2']")
    assert found == Ranges({"weights": (Decimal(-1), Decimal("0.5"))}, 2, "", "", 0.001, 4.0)
    said = "exercise = 'a'\nsalt = 'b'\nleast_delta = 0\ngreatest_net = 2.5\ndecimals = 0\n"
    bounds = {"inputs": (Decimal("0.1"), Decimal("0.9"))}
    assert ranges(f"{said}inputs = [0.1, 0.9]") == Ranges(bounds, 0, "a", "b", 0.0, 2.5)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("weights = [0.2, 0.1]", "expected the least number and the greatest"),
        ("weights = [0.1]", "expected the least number and the greatest"),
        ("targets = [0.1, 0.2, 0.3]", "hint: targets = [0.1, 0.9]"),
        ("weights = [0, 1]\ndecimals = -1", "must be from 0 to 15, not -1"),
        ("weights = [0, 1]\ndecimals = 16", "must be from 0 to 15, not 16"),
        ("weights = [0, 1]\ndecimals = 'x'", "expected a whole number"),
        ("weights = [0, 1]\ngreatest_net = 0", "must be greater than 0"),
        ("salt = 'pepper'", "there is nothing to draw"),
        ("weights = 3", "expected a list of numbers"),
    ],
)
def test_what_is_wrong_in_the_ranges_is_told(text, what):
    with pytest.raises(ConfigError) as caught:
        ranges(text)
    assert what in str(caught.value)
    assert ("nothing to draw" in str(caught.value)) == ("nothing to draw" in what)


@pytest.mark.parametrize("decimals", [0, 15])
def test_from_0_to_15_decimals_are_drawn(decimals):
    assert ranges(f"weights = [0, 1]\ndecimals = {decimals}").decimals == decimals


def test_a_config_without_ranges_is_told_what_to_write():
    with pytest.raises(ConfigError, match=r"net.toml: error: there is no \[variants\] table"):
        ranges_of(parse_document("eta = 1", "net.toml"))


def test_bounds_that_are_equal_leave_one_number():
    (bounds,) = ranges("weights = [0.5, 0.5]").bounds.values()
    assert {Generator(str(n)).number(*bounds, 2) for n in range(20)} == {Decimal("0.5")}


@pytest.mark.parametrize(
    ("low", "high", "decimals", "numbers"),
    [
        ("-0.1", "0.1", 1, ["-0.1", "0.0", "0.1"]),
        ("1", "3", 0, ["1", "2", "3"]),
        ("0.05", "0.1", 2, ["0.05", "0.06", "0.07", "0.08", "0.09", "0.10"]),
        ("0.05", "0.2", 1, ["0.05", "0.15"]),
    ],
)
def test_both_bounds_and_every_step_between_them_are_drawn(low, high, decimals, numbers):
    generator = Generator("any")
    drawn = {generator.number(Decimal(low), Decimal(high), decimals) for _ in range(200)}
    assert sorted(drawn) == [Decimal(number) for number in numbers]


def test_every_part_of_the_seed_counts_and_its_order():
    seeds = [("a", "b"), ("b", "a"), ("ab",), ("a", "b", "0"), ("a", "b", "1"), ("a\nb",)]
    draws = [Generator(*seed).draw() for seed in seeds]
    assert len(set(draws)) == len(seeds) - 1  # parts are joined by line feeds
    assert all(0 <= draw < 2**64 for draw in draws)


DRAWN = """
eta = 0.5
inputs = [[1, 2], [3, "1/2"]]
targets = [5, true]
[[layers]]
weights = [[0.1, 0.2]]
bias = 0.3
[[layers]]
weights = [[0.4]]
biases = [0.5]
"""


def test_numbers_are_drawn_in_the_order_of_the_file():
    document = parse_document(DRAWN, "net.toml")
    kinds = ("inputs", "targets", "weights", "biases")
    bounds = {kind: (Decimal(0), Decimal(9)) for kind in kinds}
    every = Ranges(bounds, 3, "x", "salt", 0.0, 4.0)
    changes = drawn_changes(document, every, "Ada", 7)
    assert list(changes) == [
        ("inputs", 0, 0), ("inputs", 0, 1), ("inputs", 1, 0), ("targets", 0),
        ("layers", 0, "weights", 0, 0), ("layers", 0, "weights", 0, 1), ("layers", 0, "bias"),
        ("layers", 1, "weights", 0, 0), ("layers", 1, "biases", 0),
    ]  # fmt: skip
    generator = Generator("x", "Ada", "salt", "7")
    expected = [str(generator.number(*bounds["inputs"], 3)) for _ in changes]
    assert list(changes.values()) == expected
    weights = Ranges({"weights": bounds["weights"]}, 3, "x", "salt", 0.0, 4.0)
    assert {path[2] for path in drawn_changes(document, weights, "Ada", 7)} == {"weights"}
    assert drawn_changes(document, every, "Ada", 8) != changes
    assert drawn_changes(document, every, "Bob", 7) != changes


def fair(settings, **limits):
    found = Ranges({}, 2, "", "", limits.get("delta", 0.0), limits.get("net", 1e9))
    return is_fair(sheet_of(load("mazur", settings)), found)


def hidden(activation, bias):
    """The hidden layer of the tutorial: net inputs 0.0275 and 0.0425 more than its bias."""
    return [f"layers.0.activation={activation}", f"layers.0.bias={bias}"]


SIGNS = ([], ["convention.delta=descent"])


@pytest.mark.parametrize(
    ("bias", "settings", "net", "expected"),
    [
        ("1.9575", [], 2.0, True),
        ("1.9576", [], 2.0, False),
        ("-2.0275", [], 2.0, True),
        ("-2.0276", [], 2.0, False),
        ("2.0275", ["convention.bias=subtracted"], 2.0, True),
        ("2.0276", ["convention.bias=subtracted"], 2.0, False),
    ],
)
def test_no_net_input_is_farther_out_than_the_greatest(bias, settings, net, expected):
    assert fair([*hidden("logistic", bias), *settings], net=net) == expected


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(("delta", "expected"), [(0.0087, True), (0.0088, False)])
def test_no_delta_is_nearer_to_0_than_the_least(sign, delta, expected):
    """The smallest δ of the tutorial is δ_h1 = 0.00877."""
    assert fair(sign, delta=delta) == expected


@pytest.mark.parametrize(
    ("activation", "bias", "expected"),
    [
        ("relu", "-0.0174", True),  # net inputs 0.0101 and 0.0251
        ("relu", "-0.0176", False),  # 0.0099
        ("leaky-relu", "-0.0176", False),
        ("elu", "-0.0176", False),
        ("logistic", "-0.0176", True),
        ("relu", "-0.0354", False),  # -0.0079 and 0.0071
        ("relu", "-0.0526", False),  # both negative: all off
        ("leaky-relu", "-0.0526", False),
        ("tanh", "-0.0526", True),
    ],
)
def test_no_unit_is_at_a_kink_and_not_all_of_a_layer_are_off(activation, bias, expected):
    assert fair(hidden(activation, bias)) == expected


def test_one_unit_that_is_on_will_do():
    apart = ["layers.0.activation=relu", "layers.0.weights=[[-3, 0], [3, 0]]", "layers.0.bias=0"]
    assert fair(apart, delta=0.001)
    assert not fair([part.replace("[3, 0]", "[-3, 0]") for part in apart], delta=0.0)
    assert fair([part.replace("[-3, 0]", "[4, 0]") for part in apart], delta=0.001)


def test_each_sample_has_a_unit_that_is_on():
    settings = ["layers.0.activation=relu", "layers.0.bias=0", "layers.0.weights=[[1, 0], [0, 1]]"]
    both = [*settings, "inputs=[[1, -1], [-1, 1]]", "targets=[[0, 1], [1, 0]]"]
    one = [*settings, "inputs=[[1, -1], [-1, -1]]", "targets=[[0, 1], [1, 0]]"]
    assert (fair(both), fair(one)) == (True, False)


def test_a_delta_of_0_is_fair_of_a_relu_alone():
    for activation, expected in (("relu", True), ("leaky-relu", False)):
        settings = [
            f"layers.0.activation={activation}",
            "layers.0.weights=[[-3, 0], [3, 0]]",
            "layers.1.weights=[[0, 0.45], [0, 0.55]]",
            "layers.0.bias=0",
        ]
        assert fair(settings, delta=0.001) == expected


def test_numbers_without_bound_are_not_fair():
    huge = ["layers.1.weights=[[1e300, 1e300], [0.5, 0.55]]", "layers.1.activation=linear"]
    assert not fair([*huge, "error=squared"])


def test_the_repeated_forward_pass_may_lie_anywhere():
    settings = ["eta=1e4", *hidden("logistic", "0.35")]
    sheet = sheet_of(load("mazur", settings))
    nets = [abs(sheet.truths[e.slot]) for e in sheet.entries if e.step.stage == "check"]
    assert max(nets) > 4
    assert is_fair(sheet, NOTHING)
    assert fair(settings, net=4.0)
