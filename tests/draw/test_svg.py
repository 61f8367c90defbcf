"""SVG: well-formed, readable on light and dark ground, and every number is that of the trace."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from drawn import drawn, network_with, traced

from backprop_cli.api import load
from backprop_cli.config.examples import example_names
from backprop_cli.draw import SHOWS, diagram, svg
from backprop_cli.draw.colours import COLOURS, TEXT
from backprop_cli.draw.known import Known
from backprop_cli.engine import Quantities
from backprop_cli.show import Format

SVG = "{http://www.w3.org/2000/svg}"


def known_keys(network) -> set[str]:
    q = Quantities(network)
    targets = {q.target(unit).name.key for unit in network.outputs}
    return {*q.all_keys()} | targets


@pytest.mark.parametrize("show", SHOWS)
@pytest.mark.parametrize("name", example_names())
def test_every_number_has_its_key_and_is_that_of_the_trace(name, show):
    network = load(name)
    if max(network.shape) > 30:
        return
    scope = traced(network)[1]
    root = ElementTree.fromstring(svg(diagram(network, scope, None, show)))
    keyed = [element for element in root.iter() if "data-key" in element.attrib]
    assert {element.get("data-key") for element in keyed} <= known_keys(network)
    numbers = [e for e in keyed if "number" in e.get("class").split()]
    assert numbers
    for element in numbers:
        assert element.tag == f"{SVG}tspan"
        value = scope[element.get("data-key")]
        assert element.text == Format(5)(value), element.get("data-key")
    for parameter in network.parameters():
        assert parameter.name in {element.get("data-key") for element in numbers}


@pytest.mark.parametrize(
    ("show", "keys"),
    [
        ("structure", {"w5", "b1", "i1", "out_h1"}),
        ("forward", {"w5", "b1", "i1", "net_h1", "out_h1", "t_o1", "E_o1", "E_total"}),
        ("backward", {"w5", "dE_dw5", "net_h1", "out_h1", "delta_h1", "dE_dout_o1", "E_total"}),
        ("update", {"w5", "w5_new", "i1"}),
    ],
)
def test_what_is_shown(show, keys):
    root = ElementTree.fromstring(svg(drawn(load("mazur"), show)))
    assert keys <= {element.get("data-key") for element in root.iter()}
    assert (show == "backward") == any(e.get("data-key") == "dE_dw5" for e in root.iter())


def test_roles_are_classes():
    root = ElementTree.fromstring(svg(drawn(load("mazur"))))
    classes = {e.get("data-key"): e.get("class", "").split() for e in root.iter()
               if e.tag != f"{SVG}tspan"}  # fmt: skip
    assert "unit" in classes["out_h1"]
    assert {"unit", "input"} <= {*classes["i1"]}
    assert {"edge", "weight"} <= {*classes["w5"]}
    assert "error" in classes["E_total"]


def test_a_title_is_text_whatever_it_is():
    title = "<script>alert(1)</script> & $x_1$ \x07 é"
    network = replace(load("mazur"), title=title)
    text = svg(drawn(network))
    assert "<script" not in text
    root = ElementTree.fromstring(text)
    assert root.find(f"{SVG}title").text == "<script>alert(1)</script> & $x_1$  é"
    assert root.find(f"{SVG}desc").text
    assert root.get("role") == "img"


def test_ids_are_told_apart_where_a_page_has_several():
    one, two = (svg(drawn(load("mazur")), prefix=prefix) for prefix in ("bp-1-", "bp-2-"))
    assert 'id="bp-1-title"' in one
    assert 'aria-labelledby="bp-2-title bp-2-desc"' in two


def test_what_is_not_known_is_left_blank():
    text = svg(diagram(network_with(2, 2, 2)))
    assert 'data-key="out_h1" fill="#0060a8">____<' in text
    assert ">0.05<" in text


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "unit"])
def test_texts_stand_out_from_their_ground(side, ground):
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    behind = getattr(COLOURS[ground], side)
    for name in TEXT:
        assert contrast(getattr(COLOURS[name], side), behind) >= 4.5, name
    for name in ("line", "rim"):
        assert contrast(getattr(COLOURS[name], side), behind) >= 2.8, name


# From linear RGB to what is seen without one kind of cone (Viénot, Brettel & Mollon 1999; for the
# third the matrix of Machado, Oliveira & Fernandes 2009).
BLIND = {
    "protan": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "deutan": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def seen(colour: str, matrix) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return [sum(m * p for m, p in zip(row, linear, strict=True)) for row in matrix]


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize("kind", BLIND)
def test_blue_and_orange_are_told_apart_by_the_colour_blind(kind, side):
    blue, orange = (
        seen(getattr(COLOURS[name], side), BLIND[kind]) for name in ("forward", "gradient")
    )
    assert sum(abs(a - b) for a, b in zip(blue, orange, strict=True)) > 0.2


def test_values_of_the_pass_come_before_those_of_the_start_and_these_before_the_config():
    network = load("xor")
    known = Known(network, {"w1": 1.5}, {"w1": 2.5, "w2": 3.5}, 2, Format(5))
    assert (known.value("w1"), known.value("w2")) == (1.5, 3.5)
    assert [known.value(name) for name in ("i1", "i2")] == [*network.samples[1].inputs]
    assert network.samples[1].inputs != network.samples[0].inputs
    assert known.value("w3") == next(p.value for p in network.parameters() if p.name == "w3")
    assert known.value("net_h1") is None
