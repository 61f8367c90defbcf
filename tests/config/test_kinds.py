"""What a value of each kind may be, on both sides of every bound."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from backprop_cli.config.document import MAX_EXPONENT, exact_number
from backprop_cli.config.fields import TABLES, Field
from backprop_cli.config.kinds import INVALID, KINDS, described, number, numbers, plural, there_are


class Told:
    """Takes note of what is reported."""

    def __init__(self) -> None:
        self.what: list[str] = []
        self.paths: list[tuple[Any, ...]] = []

    def __call__(self, path: tuple[Any, ...], what: str, hint: str | None = None) -> Any:
        self.paths.append(path)
        self.what.append(what)
        return INVALID


def checked(kind: str, value: Any, **field: Any) -> Any:
    """The value as its kind takes it, or what is told."""
    told = Told()
    found = KINDS[kind](told, Field(kind, "", **field), value, ("key",))
    assert (found is INVALID) == bool(told.what)
    return "; ".join(told.what) if told.what else found


LARGE, SMALL = "a number of the order 1e301 is", "a number of the order 1e-331 is"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (10**300, None), (10**301 - 1, None), (10**301, LARGE), (-(10**301), LARGE),
        (Decimal("1e300"), None), (Decimal("9.9e300"), None), (Decimal("-9.9e300"), None),
        (Decimal("1e301"), LARGE), (Decimal("-1e301"), LARGE),
        (Decimal("1e-330"), None), (Decimal("-1e-330"), None), (Decimal("9.9e-331"), SMALL),
        (Decimal("-9.9e-331"), SMALL), (0, None), (Decimal("0e-900"), None),
        (Decimal("NaN"), "this is not a number to"), (Decimal("-Infinity"), "this is not a number"),
        (False, "expected a number, got false"), (None, "expected a number, got a NoneType"),
    ],
)  # fmt: skip
def test_a_number_has_an_order_from_minus_330_to_300(value, expected) -> None:
    told = Told()
    found = number(told, value, ("eta",))
    if expected is None:
        assert found is value
    else:
        assert (found, len(told.what)) == (INVALID, 1)
        assert told.what[0].startswith(expected)


@pytest.mark.parametrize(
    ("written", "fits"),
    [("1e9999", True), ("9.9e9999", True), ("1e10000", False), ("1e-9999", True),
     ("9e-10000", False), ("10e9999", False), ("0e99999", False),
     ("1e99999999999999999999", False)],
)  # fmt: skip
def test_an_exponent_beyond_9999_is_no_number(written: str, fits: bool) -> None:
    assert MAX_EXPONENT == 9999
    assert exact_number(written).is_nan() != fits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/3", Fraction(1, 3)), ("-1/3", Fraction(-1, 3)), ("+2", 2),
        (" 1.5 / 2.5 ", Fraction(3, 5)), ("0/3", 0), ("0.25", Fraction(1, 4)),
        ("1" * 200, int("1" * 200)),
        ("1" * 201, "expected a number"), ("1/0", "divides by zero"), ("1/0.0", "divides by zero"),
        ("1/-3", "expected a number"), ("1/", "expected a number"), ("/3", "expected a number"),
        (".5", "expected a number"), ("1.", "expected a number"), ("1e3", "expected a number"),
        ("", "expected a number"), ("1/2/3", "expected a number"), ("١/٣", "expected a number"),
    ],
)  # fmt: skip
def test_a_text_may_hold_a_fraction(text: str, expected: Any) -> None:
    found = checked("number", text)
    assert expected in found if isinstance(expected, str) else found == expected


@pytest.mark.parametrize(
    ("bounds", "value", "fine"),
    [
        ({"above": 0}, 0, False), ({"above": 0}, Decimal("1e-300"), True),
        ({"above": 0}, -1, False), ({"above": 0}, "0/5", False), ({"above": 0}, "1/5", True),
        ({"least": 0}, 0, True), ({"least": 0}, Decimal("-1e-300"), False), ({"least": 0}, 1, True),
        ({"least": 0, "below": 1}, 1, False), ({"least": 0, "below": 1}, 0, True),
        ({"below": 1}, Decimal("0." + "9" * 50), True), ({"below": 1}, "3/2", False),
    ],
)  # fmt: skip
def test_a_bound_is_within_or_without(bounds, value, fine: bool) -> None:
    found = checked("number", value, **bounds)
    assert isinstance(found, str) != fine
    if not fine:
        assert found.startswith("must be ")


@pytest.mark.parametrize(
    ("kind", "value", "fine"),
    [
        ("integer", 2**63 - 1, True), ("integer", 2**63, False), ("integer", -(2**63) + 1, True),
        ("integer", -(2**63), False), ("integer", 0, True), ("integer", True, False),
        ("integer", Decimal(1), False), ("integer", "1", False),
        ("count", 1, True), ("count", 0, False), ("count", 2**63, False),
        ("flag", True, True), ("flag", False, True), ("flag", 0, False), ("flag", "true", False),
        ("letter", "z", True), ("letter", "Z9", True), ("letter", "a" * 20, True),
        ("letter", "a" * 21, False), ("letter", "", False), ("letter", "1a", False),
        ("letter", "a_b", False), ("letter", "é", False), ("letter", "a\n", False),
        ("letter", 3, False),
        ("text", "a", True), ("text", "\x1b", False), ("text", "\u202e", False),
        ("text", "\u2069", False), ("text", "\x7f", False), ("text", "\x9f", False),
        ("text", "\xa0", True), ("text", 3, False),
        ("split", Decimal("0.001"), True), ("split", Decimal("0.999"), True),
        ("split", "1.csv", True), ("split", 0, False), ("split", 1, False),
        ("split", Decimal("-0.1"), False),
        ("split", [], False), ("split", "\x1b", False),
        ("samples", [], False), ("samples", [1], True), ("samples", 1, False),
        ("pattern", "", True), ("pattern", 3, False), ("names", "", True), ("names", [], True),
        ("names", 3, False),
        ("rounding", 0, True), ("rounding", 30, True), ("rounding", 31, False),
        ("rounding", -1, False), ("rounding", True, False),
        ("rounding", {"net": 30, "out": 0}, True), ("rounding", {"net": 31}, False),
        ("rounding", {"nix": 3}, False), ("rounding", {}, True),
        ("points", {"new": 0}, True), ("points", {"new": Decimal("-0.1")}, False),
        ("points", {}, True), ("points", [], False),
        ("numbers", [1], True), ("numbers", [], False), ("numbers", [1, True], False),
        ("numbers", 1, False),
        ("rows", [[1], [2]], True), ("rows", [[1], 2], False), ("rows", [1], False),
        ("rows", [], False), ("rows", [[]], False), ("rows", 1, False),
        ("choice", "a", True), ("choice", "A", True), ("choice", "b", False), ("choice", 1, False),
    ],
)  # fmt: skip
def test_a_value_of_a_kind_at_its_bounds(kind: str, value: Any, fine: bool) -> None:
    told = Told()
    choices = ("a",) if kind == "choice" else ()
    found = KINDS[kind](told, Field(kind, "", choices), value, ("key",))
    assert (found is INVALID) == bool(told.what)
    assert (not told.what) == fine


def test_what_is_right_is_put_in_one_form() -> None:
    assert checked("rounding", 3) == {"default": 3}
    assert checked("rounding", {"net": 3}) == {"net": 3}
    assert checked("text", " a\n\tb ") == "a b"
    assert checked("choice", "Mean_Squared error", choices=("mean-squared-error",)) == (
        "mean-squared-error"
    )
    assert checked("choice", "sigmoid", choices=("logistic", "sigmoid")) == "logistic"
    assert checked("points", {"new": "1/2"}) == {"new": Fraction(1, 2)}


def test_every_wrong_number_of_a_list_is_told_at_its_place() -> None:
    told = Told()
    assert numbers(told, [1, "x", 2, None], ("a", 0)) is INVALID
    assert told.paths == [("a", 0, 1), ("a", 0, 3)]


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "1e301", "-1e301", "1e-331", "9.9e-331"])
def test_one_wrong_decimal_among_others_is_told(wrong: str) -> None:
    told = Told()
    row = [Decimal("0.5"), Decimal(wrong), Decimal("-1e300")]
    assert numbers(told, row, ("a",)) is INVALID
    assert told.paths == [("a", 1)]
    fine = [Decimal("0.5"), Decimal("1e300"), Decimal("1e-330"), Decimal("0e-900")]
    assert numbers(told, fine, ("a",)) == fine
    assert len(told.paths) == 1


def test_every_kind_that_a_field_names_is_checked() -> None:
    kinds = {field.kind for table in TABLES.values() for field in table.values()}
    assert {kind for kind in kinds if not kind.startswith("[")} == set(KINDS)
    assert {kind.strip("[]") for kind in kinds if kind.startswith("[")} == set(TABLES) - {""}


def test_an_invalid_value_is_never_tested_for_truth() -> None:
    with pytest.raises(TypeError, match="an invalid value was used"):
        bool(INVALID)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "true"), ("a", 'the text "a"'), ([], "an empty list"), ([0], "a list"),
        ({}, "a table"), (Decimal("0.10"), "0.10"), (Fraction(1, 3), "1/3"), (12, "12"),
        (None, "a NoneType"), ("x" * 40, f'the text "{"x" * 40}"'),
        ("x" * 41, f'the text "{"x" * 20}…{"x" * 19}"'), (10**39, "1" + "0" * 39),
        (10**40, "1" + "0" * 19 + "…" + "0" * 19),
    ],
)  # fmt: skip
def test_a_value_in_words(value: Any, words: str) -> None:
    assert described(value) == words


def test_counts_in_words() -> None:
    assert [plural(count, "row") for count in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert [there_are(count, "row") for count in (0, 1, 2)] == [
        "there are 0 rows",
        "there is 1 row",
        "there are 2 rows",
    ]
