"""No text covers another, whatever the network; what is large grows, what is larger is folded."""

from math import hypot

import pytest
from drawn import drawn, network_with, overlapping, traced
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.api import load
from backprop_cli.draw import SHOWS, diagram
from backprop_cli.draw.scene import NAME
from backprop_cli.draw.shapes import Box, Circle, Stroke, Words, prose
from backprop_cli.draw.widths import THICK
from backprop_cli.engine import Quantities

SHAPES = [(1, 1, 1), (2, 2, 2), (3, 5, 2), (5, 4, 3, 2), (1, 9), (10, 10, 10), (30, 30, 30)]


@pytest.mark.parametrize("own", [False, True], ids=["shared", "own"])
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "-".join(map(str, shape)))
def test_no_text_covers_another(shape, own):
    for show in SHOWS if max(shape) < 30 else ["backward"]:
        drawing = drawn(network_with(*shape, own=own), show)
        assert overlapping(drawing) == []
        inside = [shape.area for shape in drawing.words()]
        assert min(area.left for area in inside) >= 0
        assert max(area.right for area in inside) <= drawing.width
        assert max(area.bottom for area in inside) <= drawing.height


@given(st.lists(st.integers(1, 12), min_size=2, max_size=5), st.booleans(), st.sampled_from(SHOWS))
@settings(max_examples=30, deadline=None)
def test_no_text_covers_another_in_any_shape(shape, own, show):
    assert overlapping(drawn(network_with(*shape, own=own), show)) == []


def test_what_covers_another_is_seen():
    drawing = drawn(load("mazur"))
    first = drawing.words()[0]
    over = Words(first.x + 1, first.y + 1, prose("over"), 12)
    assert overlapping(drawing._replace(shapes=(*drawing.shapes, over))) != []


@pytest.mark.parametrize("show", SHOWS)
def test_where_numbers_may_be_marked_there_is_room_for_them_in_bold(show):
    network = load("mazur")
    parameters = {parameter.name for parameter in network.parameters()}
    asked = {*Quantities(network).all_keys()} - parameters
    given = dict.fromkeys(asked, "-0.0380982365 ✗")
    assert overlapping(in_bold(diagram(network, given, None, show, room="0"))) == []
    if show == "backward":
        assert overlapping(in_bold(diagram(network, given, None, show))) != []


def test_there_is_room_for_what_may_come():
    network = load("mazur")
    for values in ({}, traced(network)[1]):
        drawing = diagram(network, values, room="-0.123456789")
        come = [replace_numbers(words, "-0.123456789") for words in drawing.shapes]
        assert overlapping(in_bold(drawing._replace(shapes=tuple(come)))) == []


def in_bold(drawing):
    """The drawing with every number in bold, as pages have those that are marked."""
    return drawing._replace(shapes=tuple(replace_numbers(shape) for shape in drawing.shapes))


def replace_numbers(shape, text=""):
    """A shape with its numbers in bold, and other ones where a text is given."""
    if not isinstance(shape, Words):
        return shape
    pieces = (
        p._replace(text=text or p.text, role=NAME, room="") if p.key else p for p in shape.pieces
    )
    return shape._replace(pieces=tuple(pieces))


def test_a_large_layer_is_folded_and_that_is_said():
    drawing = drawn(network_with(784, 30, 10))
    assert drawing.left_out == ("input: 776 of 784 units are not drawn, between i5 and i782",)
    text = " ".join(piece.text for words in drawing.words() for piece in words.pieces)
    assert "⋮ 776 more" in text
    assert "776 of 784" in text
    assert overlapping(drawing) == []
    assert drawn(network_with(30, 30, 30)).left_out == ()
    assert len(drawn(network_with(6, 5, 6), most=5).left_out) == 2


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 5, 2), (1, 9)], ids=str)
@pytest.mark.parametrize("own", [False, True], ids=["shared", "own"])
def test_a_target_stands_at_the_height_of_its_output(shape, own):
    drawing = drawn(network_with(*shape, own=own))
    at = {s.key: s.y for s in drawing.shapes if isinstance(s, Circle | Box)}
    for number in range(1, shape[-1] + 1):
        assert at[f"E_o{number}"] == pytest.approx(at[f"out_o{number}"])


def test_edges_go_from_rim_to_rim():
    network = network_with(3, 5, 2)
    drawing = drawn(network)
    circles = {s.key: s for s in drawing.shapes if isinstance(s, Circle)}
    strokes = {s.key: s for s in drawing.shapes if isinstance(s, Stroke)}
    for layer in network.layers:
        for weight in (one for row in layer.weights for one in row):
            ends = strokes[weight.name].points
            for unit, (x, y) in zip((weight.sender, weight.receiver), ends, strict=True):
                circle = circles[unit.name if unit.layer == 0 else f"out_{unit.name}"]
                away = hypot(x - circle.x, y - circle.y)
                assert away == pytest.approx(circle.radius, abs=0.02)
    assert strokes["w1"].points[0][0] < strokes["w1"].points[1][0]


def test_a_line_is_the_thicker_the_larger_its_weight_and_dashed_where_that_is_negative():
    network = network_with(3, 5, 2)
    strokes = {s.key: s for s in drawn(network).shapes if isinstance(s, Stroke)}
    weights = sorted(
        (one for layer in network.layers for row in layer.weights for one in row),
        key=lambda weight: abs(weight.value),
    )
    lines = [strokes[weight.name] for weight in weights]
    assert [line.dashed for line in lines] == [weight.value < 0 for weight in weights]
    widths = [line.width for line in lines]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_lines_are_thinner_in_a_crowd():
    few, many = (drawn(network_with(n, n)) for n in (5, 20))
    assert max(_widths(few)) == THICK
    assert max(_widths(many)) == pytest.approx(THICK / 2)


def _widths(drawing):
    return [s.width for s in drawing.shapes if isinstance(s, Stroke) and "weight" in s.role]
