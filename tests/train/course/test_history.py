"""The points of the error curve that are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.train.course.history import CAPACITY, History, next_milestone


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=8))
def test_a_history_depends_on_the_length_of_the_run_alone(spans: list[int]) -> None:
    in_spans, at_once = History(), History()
    epoch = 0
    for span in spans:
        in_spans.add(epoch + 1, [float(n) for n in range(epoch + 1, epoch + span + 1)])
        epoch += span
    at_once.add(1, [float(n) for n in range(1, epoch + 1)])
    assert in_spans == at_once
    assert len(in_spans.points) <= CAPACITY
    assert [n for n, _ in in_spans.points] == list(range(1, epoch + 1, in_spans.stride))
    assert all(error == n for n, error in in_spans.points)


def test_a_full_history_forgets_every_second_point() -> None:
    history = History()
    history.add(1, [0.0] * CAPACITY)
    assert (history.stride, len(history.points)) == (1, CAPACITY)
    history.add(CAPACITY + 1, [1.0])
    assert (history.stride, len(history.points)) == (2, CAPACITY // 2 + 1)
    assert history.points[:2] + history.points[-1:] == [(1, 0.0), (3, 0.0), (CAPACITY + 1, 1.0)]


def test_only_epochs_of_the_stride_are_kept() -> None:
    history = History(4)
    history.add(2, [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0])
    history.add(10, [10.0])
    assert history.points == [(5, 5.0), (9, 9.0)]


@pytest.mark.parametrize(
    ("stride", "epoch", "following"),
    [(1, 0, 1), (1, 1, 2), (1, 7, 8), (4, 0, 1), (4, 1, 5), (4, 4, 5), (4, 5, 9), (4, 8, 9)],
)
def test_the_next_point(stride: int, epoch: int, following: int) -> None:
    assert History(stride).next_after(epoch) == following


@pytest.mark.parametrize(
    ("epoch", "following"),
    [(0, 1), (1, 10), (2, 10), (9, 10), (10, 100), (11, 100), (99, 100), (100, 1000)],
)
def test_the_next_milestone(epoch: int, following: int) -> None:
    assert next_milestone(epoch) == following
