"""Numbers as they are typed: bounds, forms, units and digits; givens that are repeated."""

from decimal import Decimal

import pytest

from backprop_cli import load
from backprop_cli.errors import ConfigError
from backprop_cli.marking.reading.answers import faultless, located
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.reading.keys import Keys
from backprop_cli.marking.reading.numbers import NotANumber, number_of
from backprop_cli.marking.sheet import sheet_of

MAZUR, XOR = (Keys(sheet_of(load(name))) for name in ("mazur", "xor"))


def read(text, keys=MAZUR):
    return faultless(located(items_of(text, "answers.toml"), keys))


@pytest.mark.parametrize(
    "written",
    [
        "1e308", "-1.79e308", "4.5e+307", "1e-300", "5e-324", "2.2250738585072014e-308", "0e308",
        "1" + "0" * 308, "0." + "0" * 299 + "1", "1e300/1e10", "1e-300/1e5", "0/7", 10**308,
        Decimal("1e-323"), "0" * 399 + "1", "1e300/1", "0." + "0" * 398,
    ],
)  # fmt: skip
def test_every_number_that_a_float_can_be_is_read(written):
    assert number_of(written) is not None


@pytest.mark.parametrize(
    "written",
    [
        "1e309", "-1e309", "1.8e308", "1e-324", "2e-324", "0e309", "0e-401",
        "1" + "0" * 309, "1e309/1e10", "1/1e309", "1e300/1e-300", "1/0", "1/0.0", 10**309,
        10**400, Decimal("1e309"), Decimal("NaN"), Decimal("-Infinity"), Decimal("1e-400"),
        "0" * 400 + "1", True, False, [1], {"a": 1}, 1979.5, "1/2/3", "/2", "2/", "1e", "e5", ".",
        "--1", "1..2", "1,2,3", "1,", "0x1f", "1_000", "nan", "-inf", "Infinity", "one",
    ],
)  # fmt: skip
def test_what_lies_beyond_or_is_none_is_refused(written):
    with pytest.raises(NotANumber):
        number_of(written)


def test_whole_numbers_of_any_length_are_refused():
    for number in (10**5000, -(10**5000)):
        with pytest.raises(NotANumber):
            number_of(number)


@pytest.mark.parametrize(
    ("written", "value", "unit", "digits", "places"),
    [
        ("0.750", 0.75, 1e-3, 3, 3), ("750", 750.0, 1.0, 3, 0), ("7.5e2", 750.0, 10.0, 2, 0),
        ("7.50e-2", 0.075, 1e-4, 3, 4), ("0.0", 0.0, 0.1, 0, 1), ("-0", 0.0, 1.0, 0, 0),
        ("3/8", 0.375, 0.01, 2, 2), ("1,5/3", 0.5, 0.01, 2, 2), ("-3 / 8", -0.375, 0.01, 2, 2),
        ("≈0.5", 0.5, 0.1, 1, 1), ("= 0,25", 0.25, 1e-2, 2, 2), ("~1", 1.0, 1.0, 1, 0),
        ("1.2 × 10^-3", 1.2e-3, 1e-4, 2, 4), ("5·10^{2}", 500.0, 100.0, 1, 0),
        ("5*10(3)", 5000.0, 1e3, 1, 0), ("+.5", 0.5, 0.1, 1, 1), ("5.", 5.0, 1.0, 1, 0),
        (",5", 0.5, 0.1, 1, 1), ("1,5e-1", 0.15, 0.01, 2, 2), ("–0.5", -0.5, 0.1, 1, 1),
        (12, 12.0, 1.0, 2, 0), (Decimal("0.10"), 0.1, 1e-2, 2, 2),
    ],
)  # fmt: skip
def test_unit_digits_and_places_are_those_typed(written, value, unit, digits, places):
    number = number_of(written)
    assert number.value == pytest.approx(value)
    assert number.unit == pytest.approx(unit)
    assert number.half == pytest.approx(unit / 2)
    assert (number.digits, number.places) == (digits, places)


@pytest.mark.parametrize("written", [None, "", "  ", "=", "≈ "])
def test_nothing_typed_is_blank(written):
    assert number_of(written) is None


@pytest.mark.parametrize(
    ("written", "what", "hint"),
    [
        (True, "expected a number, got true", None),
        ([], "expected a number, got a list", None),
        ({}, "expected a number, got a table", None),
        (0.5, "expected a number, got a float", None),
        ("abc", "expected a number, got the text 'abc'", "such as 0.75"),
        ("[0.4,", "expected a number, got the text '[0.4,'", "on one line, between [ and ]"),
        ("0.55]", "expected a number, got the text '0.55]'", "on one line, between [ and ]"),
        ("x" * 41, f"expected a number, got the text '{'x' * 20}…", "such as 0.75"),
        ("NaN", "NaN is not a number to compare with", None),
        ("1e309", "1e309 is out of range", "numbers go from 5e-324 up to 1.7e308"),
        ("1e300/1e-300", "1e300/1e-300 is out of range", None),
        ("1/0", "1/0 divides by zero", None),
        ("1" * 401, "a number of 401 characters is too long", None),
    ],
)
def test_it_is_said_why_a_number_is_refused(written, what, hint):
    with pytest.raises(NotANumber) as caught:
        number_of(written)
    assert what in caught.value.what
    assert (hint in caught.value.hint) if hint else caught.value.hint is None


@pytest.mark.parametrize("text", ["w1 = 0.15", "w1 = 0.1", "w1 = 0.2", "w1 = 0.100", "w1 = ''"])
def test_a_given_may_be_repeated_as_it_is_rounded(text):
    if text == "w1 = 0.100":
        with pytest.raises(ConfigError, match=r"w1 is given in the network as 0\.15, not 0\.100"):
            read(text)
    else:
        assert read(text) == []


@pytest.mark.parametrize(
    ("text", "refused"),
    [("0.1449", True), ("0.14949", True), ("0.1495", True), ("0.150", False), ("3/20", False),
     ("0.1500000001", True), ("0.15000000000000001", False)],
)  # fmt: skip
def test_a_given_is_compared_to_half_a_unit(text, refused):
    if refused:
        with pytest.raises(
            ConfigError, match=r"given in the network .*\n.*\n    hint: did you mean 'w1_new'"
        ):
            read(f"w1 = '{text}'")
    else:
        assert read(f"w1 = '{text}'") == []


def test_a_given_belongs_to_its_sample_and_to_the_first_epoch():
    assert read("sample2.i2 = 1", XOR) == []
    for text in ("sample2.i2 = 0", "epoch2.i2 = 0", "batch1.w1 = 0.15", "i2 = 1"):
        with pytest.raises(ConfigError):
            read(text, XOR)


@pytest.mark.parametrize("count", [1, 19, 20, 21, 25])
def test_twenty_problems_are_told_and_the_others_counted(count):
    with pytest.raises(ConfigError) as caught:
        read("".join(f"nothing{n} = 1\n" for n in range(count)))
    problems = [problem.what for problem in caught.value.problems]
    more = [f"and {count - 20} more like these"] if count > 20 else []
    assert problems == ["there is no such quantity"] * min(count, 20) + more
    lines = [problem.place.line for problem in caught.value.problems]
    assert lines == [*range(1, min(count, 20) + 1), *([None] if more else [])]


def test_what_is_answered_twice_is_told_with_the_first_line():
    with pytest.raises(ConfigError, match=r"answers.toml:3: .*twice \(first in line 1\)"):
        read("net_h1 = 1\nout_h1 = 1\n'net h1' = 1\n")


@pytest.mark.parametrize(
    ("written", "digits", "unit", "places"),
    [
        ("1/3", 1, 0.1, 1), ("2/6", 1, 0.1, 1), ("22/7", 3, 0.01, 2), ("355/113", 5, 1e-4, 4),
        ("151/400", 5, 1e-5, 5), ("0.3775/1", 4, 1e-4, 4), ("12/1", 2, 1.0, 0), ("1/1", 1, 1.0, 0),
        ("-2/3", 1, 0.1, 1), ("1/300", 3, 1e-5, 5), ("3e5/1", 6, 1.0, 0), ("0/7", 0, 1.0, 0),
        ("1/1.6856", 5, 1e-5, 5), ("0.75/1.25", 2, 0.01, 2), ("0.5/2", 1, 0.1, 1),
    ],
)  # fmt: skip
def test_a_fraction_has_as_many_digits_as_its_two_numbers_multiplied(written, digits, unit, places):
    number = number_of(written)
    assert (number.digits, number.places) == (digits, places)
    assert number.unit == pytest.approx(unit)


def test_no_other_fraction_with_so_small_a_denominator_lies_within_the_half_unit():
    """What its digits stand for: it is the best that so small a denominator allows."""
    for numerator, denominator in ((1, 3), (3, 8), (22, 7), (37, 98), (355, 113)):
        half = 1 / (2 * denominator**2)
        number = number_of(f"{numerator}/{denominator}")
        assert half / 10 < number.half < 10 * half
        for other in range(1, denominator):
            nearest = round(numerator / denominator * other) / other
            assert abs(nearest - numerator / denominator) > half


@pytest.mark.parametrize(
    ("written", "value", "digits"),
    [
        ("1/(1+e^-0.3775) = 0.593", 0.593, 3),
        ("0.15·0.05 + 0.2·0.1 + 0.35=0,3775", 0.3775, 4),
        ("1/3 ≈ 0.33", 0.33, 2),
        ("σ(net_h1) = 1/2 = 0.50", 0.5, 2),
        ("max(0, x) = 1.5", 1.5, 2),
        ("(0.1, 0.2)·w = 0.25", 0.25, 2),
        ("f(a; b) = 2", 2.0, 1),
        ("0.593 =", 0.593, 3),
        ("= = 3", 3.0, 1),
        ("x = -1.2e-3", -0.0012, 2),
        ("x = 3/8", 0.375, 2),
        ("E = ≈ 1,2 · 10^-2", 0.012, 2),
    ],
)
def test_of_an_equation_the_last_number_is_the_answer(written, value, digits):
    number = number_of(written)
    assert (number.value, number.digits) == (pytest.approx(value), digits)


@pytest.mark.parametrize(
    ("written", "what", "hint"),
    [
        ("0.3775, out_h1 = 0.593", "several answers in one: '0.3775, out_h1 = 0.593'", "a line"),
        ("0.1; x = 2", "several answers in one", "write each on a line of its own"),
        ("0.3 = y", "expected a number, got the text 'y'", "such as 0.75"),
        ("1/(1+e^-0.3775) =", "expected a number, got the text '1/(1+e^-0.3775)'", "such as"),
        ("n/a", "expected a number, got the text 'n/a'", "leave empty what is not answered"),
        ("N/A", "got the text 'N/A'", "leave empty"), ("-", "got the text '-'", "leave empty"),
        ("–", "got the text '–'", "leave empty"), ("?", "got the text '?'", "leave empty"),
        ("none", "got the text 'none'", "leave empty"), ("y/2", "got the text 'y/2'", "such as"),
    ],
)  # fmt: skip
def test_what_is_no_number_gets_the_hint_that_fits(written, what, hint):
    with pytest.raises(NotANumber) as caught:
        number_of(written)
    assert what in caught.value.what
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("w5 = 0.3589", "did you mean 'w5_new'?"), ("W5 = 0.3589", "did you mean 'w5_new'?"),
        ("b1 = 0.2", "did you mean 'b1_new'?"), ("i1 = 7", "a given is not asked for"),
        ("eta = 7", "a given is not asked for"), ("w5 = abc", "such as 0.75"),
    ],
)  # fmt: skip
def test_a_given_that_is_contradicted_may_be_meant_for_its_next_value(text, hint):
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert hint in caught.value.problems[0].hint


def test_a_given_is_known_however_it_is_written():
    assert read("W 5 = 0.4\nB1 = 0.35\nT_o1 = 0.01", MAZUR) == []
    assert read("sample2.I2 = 1\n[sample2]\n'I 2' = 1", XOR) == []


def test_a_hint_is_told_once():
    with pytest.raises(ConfigError) as caught:
        read("net_h1 = 1\nout_h1 = 1\nsample9.net_h1 = 1\nsample1.net_h1 = abc\nnet_o1 = -", XOR)
    which = "say it before the key (sample1. to sample4.), or in a line [sample1] above"
    hints = [problem.hint for problem in caught.value.problems]
    assert hints == [which, None, "samples are counted from 1 to 4", "such as 0.75, 1.2e-3 or 3/8",
                     None]  # fmt: skip


@pytest.mark.parametrize("text", ["0.5*100", "2*105", "1x10 5"])
def test_a_product_is_no_power(text):
    with pytest.raises(NotANumber):
        number_of(text)


@pytest.mark.parametrize(
    "text", ["1.2x10^-3", "1.2·10⁻³", "1.2 × 10^{-3}", "1.2*10-3", "1.2*10^(-3)"]
)
def test_a_power_of_ten_is_read(text):
    assert number_of(text).value == 1.2e-3


def test_a_long_blank_takes_no_time():
    """Each of these took seconds while the blanks were tried in every way."""
    with pytest.raises(NotANumber):
        number_of("1x10" + " " * 390 + "b")
