"""What the program writes itself, a key or a trace, it marks as right in full."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import configs
from students import EXAMPLES, network_from

from backprop_cli import load
from backprop_cli.api import worked
from backprop_cli.engine import arithmetic_of
from backprop_cli.errors import OutOfRange
from backprop_cli.marking.assessment import Desk
from backprop_cli.marking.reading.answers import faultless, located
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.report import summary
from backprop_cli.marking.worksheet import in_decimals, in_key, worksheet
from backprop_cli.show import Format
from backprop_cli.show.formats import write_steps

pytestmark = pytest.mark.thorough


def assessed(network, text, name):
    desk = Desk(network)
    return desk.assess(faultless(located(items_of(text, name), desk.keys)))


def lost(found):
    """The answers that are not fully right, as they are told."""
    return [
        (m.key, m.verdict.number.written, m.verdict.expected, m.verdict.status)
        for m in found.answers
        if m.verdict.status != "correct" or m.credit != m.worth
    ]


def a_key(network, digits=9, form="toml", epochs=(1,), decimals=None):
    desk = Desk(network)
    sheet = desk.diagnosis(epochs).sheet
    return worksheet(sheet, "full", form, key=True, digits=digits, decimals=decimals)


@settings(max_examples=30, deadline=None)
@given(configs(max_samples=3), st.integers(2, 12), st.sampled_from(["toml", "csv"]))
def test_a_key_is_marked_right_in_full(config, digits, form):
    network = network_from(config)
    assert lost(assessed(network, a_key(network, digits, form), f"key.{form}")) == []


@settings(max_examples=30, deadline=None)
@given(configs(max_samples=3), st.integers(0, 12), st.sampled_from(["toml", "csv"]))
def test_a_key_in_decimals_is_marked_right_in_full(config, decimals, form):
    network = network_from(config)
    found = assessed(network, a_key(network, form=form, decimals=decimals), f"key.{form}")
    assert lost(found) == []
    assert not any(marked.verdict.few_digits for marked in found.answers)


@settings(max_examples=30, deadline=None)
@given(configs(max_samples=3), st.sampled_from(["json", "jsonl", "csv"]), st.integers(1, 3))
def test_a_trace_is_marked_right_in_full(config, form, epochs):
    network = network_from(config)
    page = worked(network, range(1, epochs + 1), arithmetic_of(network), Format())
    text = "".join(write_steps(form, page))
    assert lost(assessed(network, text, f"trace.{form}")) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_keys_of_the_examples_are_marked_right_in_full(name):
    for digits in range(2, 13):
        network = load(name)
        assert lost(assessed(network, a_key(network, digits), "key.toml")) == []
        in_decimals = a_key(network, decimals=digits - 2)
        assert lost(assessed(network, in_decimals, "key.toml")) == []


@pytest.mark.parametrize("scale", ["1.5e154", "1e-160", "123456"])
def test_the_keys_and_traces_of_very_large_and_small_numbers_are_too(scale):
    lines = ["layers.0.activation=linear", "layers.1.activation=linear", "train_biases=true"]
    eta = "eta=1e-310" if scale == "1.5e154" else "eta=0.5"
    network = load("mazur", [f"inputs=[{scale}, {scale}]", *lines, eta])
    for digits in (2, 3, 6, 12):
        assert lost(assessed(network, a_key(network, digits), "key.toml")) == []
        in_decimals = a_key(network, decimals=digits)
        assert lost(assessed(network, in_decimals, "key.toml")) == []
    page = worked(network, range(1, 2), arithmetic_of(network), Format())
    assert lost(assessed(network, "".join(write_steps("json", page)), "trace.json")) == []


BEYOND = ["inputs=[1e150, 1e160]", "layers.0.activation=linear", "layers.1.activation=linear"]


def test_where_numbers_have_grown_beyond_all_a_trace_is_right_and_nothing_is_asked():
    network = load("mazur", BEYOND)
    page = worked(network, range(1, 2), arithmetic_of(network), Format())
    text = "".join(write_steps("json", page))
    assert '"value": null' in text
    found = assessed(network, text, "trace.json")
    assert lost(found) == []
    assert {"net_h1", "delta_o1"} <= {marked.key for marked in found.answers}
    assert "E_total" not in {marked.key for marked in found.answers}
    for key in (True, False):
        with pytest.raises(OutOfRange, match="E_o1 is inf, and a worksheet asks for numbers"):
            worksheet(Desk(network).keys.sheet, key=key)
    none = assessed(network, '{"E_total": null}', "none.json")
    assert summary(none, Format()) == ["Score: 0 of 0 (nothing to mark)."]
    assert assessed(network, 'net_h1 = ""', "blank.toml").counts["blank"] == 1


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (0.7499, 3, "0.750"), (0.75, 3, "0.75"), (1226.4, 3, "1.23e3"), (1230.0, 3, "1230"),
        (1617482.3, 4, "1.617e6"), (1617000.0, 4, "1617000"), (-1204.6, 4, "-1205"),
        (0.999996, 5, "1.0000"), (0.996, 2, "0.996"), (1.04, 2, "1.04"), (-0.996, 2, "-1.0"),
        (1.999999e-9, 4, "2.000e-9"), (0.00012996, 3, "0.000130"), (0.0, 9, "0"), (7.2, 1, "7"),
        (0.59999, 1, "0.6"), (0.96, 1, "0.96"), (0.996, 1, "0.996"), (9.99e15, 2, "1.0e16"),
    ],
)  # fmt: skip
def test_a_key_has_the_digits_that_are_known_and_no_others(value, digits, written):
    assert in_key(value, digits) == written


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0.75, 3, "0.750"), (0.7499, 3, "0.750"), (-0.75, 2, "-0.75"), (2.0, 2, "2.00"),
        (0.0, 2, "0.00"), (12.3456, 1, "12.3"), (12.3456, 0, "12.3"), (123.456, 0, "123"),
        (0.12345, 3, "0.123"), (0.012345, 3, "0.0123"), (0.012, 3, "0.012"), (0.9996, 3, "1.000"),
        (0.9996, 2, "1.00"), (0.996, 1, "0.996"), (4.396e-4, 3, "0.000440"),
        (4.4e-4, 3, "0.00044"), (1.999999e-9, 4, "2.00e-9"), (1e300, 1, f"{1e300:.1f}"),
    ],
)  # fmt: skip
def test_a_key_in_decimals_has_these_and_more_where_they_say_too_little(value, decimals, written):
    assert in_decimals(value, decimals) == written
