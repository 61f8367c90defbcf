"""Number types: exact, precise, and rounded as on paper."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest

from backprop_cli.api import load, trace
from backprop_cli.engine import lines
from backprop_cli.errors import InexactError
from backprop_cli.formulas.arithmetic import (
    FLOAT,
    TINY,
    decimal_arithmetic,
    exact_arithmetic,
    on_paper,
)

# To 50 digits, by a library for arbitrary precision (mpmath) that shares no code with this one.
KNOWN = {
    ("exp", "1"): "2.7182818284590452353602874713526624977572470937",
    ("ln", "2"): "0.69314718055994530941723212145817656807550013436026",
    ("sqrt", "2"): "1.4142135623730950488016887242096980785696718753769",
    ("tanh", "1"): "0.76159415595576488811945828260479359041276859725794",
    ("Phi", "0"): "0.5",
    ("phi", "0"): "0.39894228040143267793994605993438186847585863116493",
    ("Phi", "1"): "0.84134474606854294858523254563203792247791296672661",
}


@pytest.mark.parametrize(("function", "at"), KNOWN)
def test_decimal_functions_are_right_to_forty_digits(function, at):
    arithmetic = decimal_arithmetic(40)
    result = arithmetic.operations[function](Decimal(at))
    known = Decimal(KNOWN[function, at])
    assert abs(result - known) <= known * Decimal("1e-39")


@pytest.mark.parametrize("x", ["-12.5", "-3", "-0.001", "0", "1e-20", "0.5", "4", "30"])
def test_decimal_functions_agree_with_the_floats_of_the_standard_library(x):
    operations = decimal_arithmetic(30).operations
    at = Decimal(x)
    expected = {
        "tanh": math.tanh(at), "Phi": 0.5 * math.erfc(-float(at) / math.sqrt(2)),
        "phi": math.exp(-float(at) ** 2 / 2) / math.sqrt(2 * math.pi),
        "log1p": math.log1p(abs(at)),
    }  # fmt: skip
    for function, value in expected.items():
        argument = abs(at) if function == "log1p" else at
        assert float(operations[function](argument)) == pytest.approx(value, rel=1e-13)


def test_the_normal_distribution_far_out_is_zero_or_one():
    operations = decimal_arithmetic(20).operations
    assert operations["Phi"](Decimal(-200)) == 0
    assert operations["Phi"](Decimal(200)) == 1
    assert FLOAT.operations["Phi"](-1000.0) == 0.0


def test_floats_do_not_overflow():
    assert FLOAT.operations["exp"](1000.0) == math.inf
    assert FLOAT.operations["ln"](0.0) == math.log(TINY)
    assert FLOAT.operations["/"](1.0, 0.0) == 1 / TINY
    assert FLOAT.operations["/"](0.0, 0.0) == 0.0


def test_exact_arithmetic_says_what_stands_in_its_way():
    operations = exact_arithmetic().operations
    for function in ("exp", "ln", "tanh", "softmax", "softplus", "Phi"):
        with pytest.raises(InexactError):
            operations[function](Fraction(1))
    assert operations["sqrt"](Fraction(9, 4)) == Fraction(3, 2)
    for root in (Fraction(2), Fraction(-4)):
        with pytest.raises(InexactError):
            operations["sqrt"](root)


def test_a_fraction_of_a_config_is_exact():
    assert exact_arithmetic().operations["number"](Decimal("0.1")) == Fraction(1, 10)
    assert decimal_arithmetic(5).operations["number"](Fraction(1, 3)) == Decimal("0.33333")


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.12545", "0.125"), ("0.1255", "0.126"), ("-0.1255", "-0.126"), ("2.0005", "2.001"),
     ("0.0065238", "0.00652"), ("-0.00065", "-0.000650"), ("1234.5678", "1234.568"), ("0", "0")],
)  # fmt: skip
def test_rounding_on_paper_keeps_three_places_or_three_digits(value, rounded):
    settled = on_paper({"default": 3}).settle(Decimal(value), "net")
    assert settled == Decimal(rounded)


def test_rounding_by_kind_leaves_other_kinds_alone():
    settle = on_paper({"net": 2}).settle
    assert settle(Decimal("0.0065238"), "net") == Decimal("0.01")
    assert settle(Decimal("0.0065238"), "delta") == Decimal("0.0065238")


def test_rounded_quantities_are_rounded_as_they_are_computed():
    found = trace(load("mazur", ["round_each=3"])).values
    assert float(found["out_h1"]) == 0.593
    assert found["net_o1"] == Decimal("1.106")  # from 0.593 and 0.597, not from all their digits
    for key, value in found.items():
        assert len(value.normalize().as_tuple().digits) <= 4, key


def test_forty_digits_begin_with_the_digits_of_a_float():
    network = load("mazur")
    found = lines(network, (1,), decimal_arithmetic(40))
    precise = {line.step.key: line.value for line in found}
    floats = trace(network).values
    for key, value in floats.items():
        assert value == pytest.approx(float(precise[key]), rel=1e-13), key
    assert str(precise["out_h1"]).startswith("0.593269992107187")
    assert len(str(precise["out_h1"])) == 42


def test_exact_values_are_fractions_and_agree_with_floats():
    network = load("relu")
    found = list(lines(network, (1,), exact_arithmetic()))
    floats = trace(network).values
    for line in found:
        assert isinstance(line.value, Fraction)
        assert float(line.value) == pytest.approx(floats[line.step.key], rel=1e-14, abs=1e-16)
    assert next(line.value for line in found if line.step.kind == "E") == Fraction(25, 32)


ARITHMETICS = {"float": FLOAT, "decimal": decimal_arithmetic(30), "exact": exact_arithmetic()}


@pytest.mark.parametrize("name", ARITHMETICS)
@pytest.mark.parametrize(
    ("op", "operands", "result"),
    [
        ("+", (1, 2, 4), 7), ("*", (2, 3, 4), 24), ("/", (3, 4), "0.75"), ("neg", (3,), -3),
        ("square", (-3,), 9), ("^", (2, 3), 8), ("max", (2, 5, -7), 5), ("sqrt", (16,), 4),
        ("abs", (-2,), 2), ("abs", (2,), 2), ("sign", (-3,), -1), ("sign", (0,), 0),
        ("sign", (5,), 1), ("if", (1, 2, 3), 2), ("if", (0, 2, 3), 3), ("if", (-1, 2, 3), 3),
    ],
)  # fmt: skip
def test_an_operator_means_the_same_on_every_kind_of_number(name, op, operands, result):
    arithmetic = ARITHMETICS[name]
    number = arithmetic.operations["number"]
    found = arithmetic.operations[op](*map(number, operands))
    assert found == number(Decimal(result))
    assert type(found) is type(number(0))


@pytest.mark.parametrize("name", ARITHMETICS)
def test_a_division_by_zero_takes_the_smallest_float_in_its_place(name):
    operations = ARITHMETICS[name].operations
    one, zero = operations["number"](1), operations["number"](0)
    assert float(operations["/"](one, zero)) == pytest.approx(1 / TINY, rel=1e-15)
    assert operations["/"](zero, zero) == 0


def test_the_logarithm_of_zero_is_that_of_the_smallest_float_in_decimals_too():
    operations = decimal_arithmetic(20).operations
    assert float(operations["ln"](Decimal(0))) == pytest.approx(math.log(TINY), rel=1e-15)
    assert operations["ln"](Decimal(1)) == 0


# By mpmath: far out, where all digits of 1 − Φ(−x) would cancel.
TAILS = {
    "-4": "0.000031671241833119921253770756722151",
    "-10": "7.6198530241605260659733432515993e-24",
    "-25": "3.0566967063825609164706834085559e-138",
}


@pytest.mark.parametrize("at", TAILS)
def test_the_tail_of_the_normal_distribution_keeps_its_digits(at):
    found = decimal_arithmetic(25).operations["Phi"](Decimal(at))
    known = Decimal(TAILS[at])
    assert abs(found - known) <= Decimal("1e-24") * max(known, Decimal("1e-24"))
    assert FLOAT.operations["Phi"](float(at)) == pytest.approx(float(known), rel=1e-12)


def test_decimals_round_halves_away_from_zero():
    number = decimal_arithmetic(3).operations["number"]
    assert (number(Decimal("1.2345")), number(Decimal("-1.235"))) == (
        Decimal("1.23"),
        Decimal("-1.24"),
    )


@pytest.mark.parametrize("digits", [5, 17, 60])
def test_functions_of_small_numbers_keep_all_their_digits(digits):
    """tanh x and ln(1 + x) are x to first order: nothing cancels."""
    operations, small = decimal_arithmetic(digits).operations, Decimal("1e-30")
    tolerance = Decimal(10) ** (1 - digits)
    for function in ("tanh", "log1p"):
        found = operations[function](small)
        assert abs(found / small - 1) < max(tolerance, Decimal("1e-29")), function


def test_on_paper_a_tenth_has_decimals_and_less_has_digits():
    settle = on_paper({"default": 3}).settle
    assert settle(Decimal("0.1"), "net") == Decimal("0.100")
    assert str(settle(Decimal("0.1004"), "net")) == "0.100"
    assert str(settle(Decimal("0.09996"), "net")) == "0.1000"
    assert str(settle(Decimal("0.01234"), "net")) == "0.0123"


def test_on_paper_a_kind_without_places_is_not_rounded():
    settle = on_paper({"out": 1}).settle
    assert settle(Decimal("0.12345"), "net") == Decimal("0.12345")
    assert settle(Decimal("0.15"), "out") == Decimal("0.2")


def test_fifty_digits_are_kept_between_roundings():
    third = on_paper({"default": 3}).operations["/"](Decimal(1), Decimal(3))
    assert len(third.as_tuple().digits) == 50
