"""Text folded to a width, and small tables: nothing is lost, and no number broken."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.show.folding import (
    LEAST_PROSE,
    Layout,
    across,
    blocks,
    breadth,
    folded,
    layout_of,
)

WORDS = st.lists(st.text("abc1.é漢", min_size=1, max_size=12), min_size=1, max_size=12)


def without_blanks(text: str) -> str:
    return "".join(text.split())


@given(WORDS, st.integers(1, 40), st.integers(0, 4))
def test_what_is_folded_is_all_there_and_no_wider_than_its_longest_word(words, width, hang):
    text = " ".join(words)
    lines = folded(text, width, hang)
    assert without_blanks("".join(lines)) == without_blanks(text)
    if max(map(breadth, words)) + hang <= width:
        assert max(map(breadth, lines)) <= width
        assert [word for line in lines for word in line.split()] == words
    for one, after in pairwise(lines):
        if max(map(breadth, words)) + hang <= width:  # a line ends only where there is no room
            assert breadth(one) + 1 + breadth(after.split()[0]) > width


def test_what_follows_the_first_line_hangs() -> None:
    assert folded("  δ_j = aa + b + c", 11) == ["  δ_j = aa", "    + b + c"]
    assert folded("  δ_j = aa + b + c", 11, 0) == ["  δ_j = aa", "  + b + c"]
    assert folded("δ_j = a", 7) == ["δ_j = a"]


def test_a_line_begins_with_an_operator_and_does_not_end_with_one() -> None:
    for sign in "=+−·/":
        assert folded(f"aaa {sign} bbb", 6, 0) == ["aaa", f"{sign} bbb"]


def test_a_formula_is_folded_before_an_operator_and_its_numbers_are_whole() -> None:
    assert folded("0.74136507·0.186815602·2", 18, 2) == ["0.74136507", "  ·0.186815602·2"]
    assert folded("x aaaa·bb", 8, 1) == ["x", " aaaa·bb"]
    assert folded("x aaaa·bb", 8, 2) == ["x aaaa", "  ·bb"]
    assert folded("e^a/(e^a", 7, 0) == ["e^a", "/(e^a"]
    assert folded("1234567890123", 5) == ["1234567890123"]
    assert folded("  = 1234567890123", 5) == ["  = 1234567890123"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("漢字", 4), ("Ａ", 2), ("e\u0301", 1), ("∂E/∂w⁺", 6), ("", 0)],
)
def test_the_breadth_of_a_text_is_what_a_terminal_shows(text, columns) -> None:
    assert breadth(text) == columns


HEADINGS = ("Name", "Long heading", "Remark")
RECORDS = [("a", "0.123456789", "short"), ("bb", "1", "sentence " * 9 + "end")]


def test_a_table_takes_the_roomiest_layout_that_fits() -> None:
    natural = (4, 12, 84)
    wide = across(natural, 3)
    assert wide == 4 + 3 + 12 + 3 + 84
    assert layout_of(HEADINGS, RECORDS, wide) == Layout(natural, 3)
    assert layout_of(HEADINGS, RECORDS, wide - 1) == Layout(natural, 2)
    assert layout_of(HEADINGS, RECORDS, wide - 3) == Layout((4, 11, 82), 3)
    least = (4, 11, LEAST_PROSE)
    assert layout_of(HEADINGS, RECORDS, across(least, 3)) == Layout(least, 3)
    assert layout_of(HEADINGS, RECORDS, across(least, 2)) == Layout(least, 2)
    below = layout_of(HEADINGS, RECORDS, across(least, 2) - 1)
    assert below == Layout((4, 11, across(least, 2) - 1 - 2), 3, below=True)
    assert layout_of(HEADINGS, RECORDS, 17) == Layout((4, 11, 15), 2, below=True)
    assert layout_of(HEADINGS, RECORDS, 16) is None


def test_sentences_share_the_room_and_short_texts_are_none() -> None:
    long = "word " * 7 + "word"
    assert len(long) == 39
    headings, widths = ("One", "Two"), (39, 39)
    assert layout_of(headings, [(long, long)], across(widths, 2)) == Layout(widths, 2)
    assert layout_of(headings, [(long, long)], across(widths, 2) - 1) == Layout((39, 37), 3)
    assert layout_of(headings, [(long, long)], across((28, 28), 3) + 4) == Layout((32, 28), 3)
    short = "twenty-six signs, no more."
    assert layout_of(headings, [(short, "a")], 28) is None
    assert layout_of(headings, [("a", short)], 28) is None
    assert layout_of(headings, [("a", f"{short} ")], 28) == Layout((3, 26), 3, below=True)


def test_a_short_last_column_stands_below_only_if_it_is_often_empty() -> None:
    full = [("net_h1", "0.3775", "ok"), ("out_h1", "0.59", "WRONG")]
    assert layout_of(HEADINGS, full, 20) is None
    sparse = [("net_h1", "0.3775", ""), ("out_h1", "0.59", "missing-bias")]
    assert layout_of(HEADINGS, sparse, 20) == Layout((6, 7, 18), 3, below=True)


def test_a_block_has_a_line_for_each_column_that_is_not_empty() -> None:
    records = [("net_h1", "0.3775", ""), ("out_h1", "0.59", "two words and more")]
    assert list(blocks(HEADINGS, records, 22)) == [
        ["Name: net_h1", "  Long heading  0.3775"],
        ["Name: out_h1", "  Long heading  0.59", "  Remark: two words", "    and more"],
    ]
    assert list(blocks(HEADINGS, records[:1], 21)) == [
        ["Name: net_h1", "  Long heading:", "    0.3775"]
    ]
