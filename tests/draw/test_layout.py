"""No text covers another, whatever the network; what is large grows, what is larger is folded."""

import pytest
from drawn import drawn, network_with, overlapping
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.api import load
from backprop_cli.draw import SHOWS
from backprop_cli.draw.shapes import Words, prose

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


def test_a_large_layer_is_folded_and_that_is_said():
    drawing = drawn(network_with(784, 30, 10))
    assert drawing.left_out == ("input: 776 of 784 units are not drawn, between i5 and i782",)
    text = " ".join(piece.text for words in drawing.words() for piece in words.pieces)
    assert "⋮ 776 more" in text
    assert "776 of 784" in text
    assert overlapping(drawing) == []
    assert drawn(network_with(30, 30, 30)).left_out == ()
    assert len(drawn(network_with(6, 5, 6), most=5).left_out) == 2
