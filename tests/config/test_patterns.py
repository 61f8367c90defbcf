"""The pattern that gives certain names is found, or there is none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.config.patterns import pattern_of

VALUES = [
    {"n": n, "i": i, "layer": layer, "to": f"h{i}"}
    for n, (layer, i) in enumerate([(1, 1), (1, 2), (2, 1), (2, 12)], start=1)
]
PARTS = st.sampled_from(["{n}", "{i}", "{layer}", "{to}", "w", "_", "1"])


def found(pattern: str) -> str | None:
    cases = [(pattern.format_map(values), values) for values in VALUES]
    return pattern_of(cases, lambda _: True)


@given(st.lists(PARTS, min_size=1, max_size=6).map("".join))
def test_a_pattern_is_found_that_gives_the_names_of_any_other(pattern: str) -> None:
    again = found(pattern)
    assert again is not None
    assert [again.format_map(v) for v in VALUES] == [pattern.format_map(v) for v in VALUES]


def test_what_all_names_have_is_taken_as_written() -> None:
    assert found("w{n}") == "w{n}"
    assert found("b") == "b"
    assert pattern_of([("w1", {"n": 1})], lambda _: True) == "w1"
    assert pattern_of([("w1", {"n": 1})], lambda pattern: "{" in pattern) == "w{n}"


def test_there_may_be_none() -> None:
    assert pattern_of([], lambda _: True) is None
    assert pattern_of([("a", {"n": 1}), ("b", {"n": 2})], lambda _: True) is None
    assert pattern_of([("a1", {"n": 1}), ("a", {"n": 2})], lambda _: True) is None
    assert pattern_of([("w1", {"n": 1, "to": ""})], lambda _: False) is None
    many = [(f"w{n}", {"n": n}) for n in range(300)]
    many[150] = ("w7", {"n": 150})
    assert pattern_of(many, lambda _: True) is None


def test_a_placeholder_may_be_empty_in_some_names() -> None:
    cases = [("b1", {"to": "", "n": 1}), ("bh", {"to": "h", "n": 2})]
    assert pattern_of(cases, lambda _: True) is None
    assert pattern_of([("b", {"to": ""}), ("bh", {"to": "h"})], lambda _: True) == "b{to}"
    assert pattern_of([("b", {"to": ""})], lambda _: True) == "b"
