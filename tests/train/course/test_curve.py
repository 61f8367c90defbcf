"""The error curve in Braille: where its dots stand, and what its axes say."""

from __future__ import annotations

import pytest

from backprop_cli.train.course.curve import curve, spans_decades


def test_a_straight_line_falls_from_corner_to_corner() -> None:
    """Four characters of two by four dots: eight columns for the epochs, eight rows."""
    lines = curve([(1, 2.0), (8, 1.0)], width=9, height=2)
    assert lines == ["  2 ┤⠑⢄", "  1 ┤\u2800\u2800⠑⢄", "     1  8"]


def test_a_curve_has_its_numbers_at_top_middle_and_bottom() -> None:
    lines = curve([(1, 3.0), (10, 2.0), (101, 1.0)], width=24, height=6)
    labels = [line.split("┤")[0] for line in lines[:-1]]
    assert labels == ["3 ", "  ", "  ", "2 ", "  ", "1 "]
    assert lines[-1] == "   1" + " " * 17 + "101"
    assert len(lines[-1]) == 24
    assert all(line == line.rstrip("\u2800") for line in lines)


HYPERBOLA = """
   1 ┤⢣
     ┤⠸⡀
     ┤ ⠘⢤
 0.1 ┤   ⠉⠲⠤⣄⡀
     ┤       ⠈⠉⠓⠒⠦⠤⢄⣀⣀⡀
0.01 ┤                ⠈⠉⠉⠉⠑⠒⠒⠒⠒⠤⠤⠤⠤⠤⢄⣀⣀⣀
      1                              100
"""


def test_errors_over_decades_have_a_logarithmic_scale() -> None:
    lines = curve([(n, 1 / n) for n in range(1, 101)], 40, 6)
    assert [line.replace("\u2800", " ") for line in lines] == HYPERBOLA.splitlines()[1:]
    assert all(len(line) <= 40 for line in lines)


@pytest.mark.parametrize(
    ("errors", "spans"),
    [
        ((10.0, 1.0), False),
        ((10.1, 1.0), True),
        ((1.0, 100.0, 2.0), True),
        ((1.0, 0.0), False),
        ((100.0, -1.0), False),
        ((5.0, 5.0), False),
    ],
)
def test_decades_are_more_than_one(errors: tuple[float, ...], spans: bool) -> None:
    assert spans_decades(list(enumerate(errors))) == spans


def test_a_curve_needs_two_points() -> None:
    assert curve([]) == curve([(1, 0.5)]) == []
    flat = curve([(1, 0.5), (2, 0.5)], width=9, height=2)
    assert flat == ["0.5 ┤⠉⠉⠉⠉", "0.5 ┤", "     1  2"]


def test_a_rise_between_two_epochs_is_drawn_through() -> None:
    """However steep: no row between two points stays empty."""
    lines = curve([(1, 0.0), (2, 1.0), (100, 1.0)], width=20, height=5)
    assert all(line.split("┤")[1] for line in lines[:-1])
