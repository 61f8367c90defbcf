"""Headings of a class table: what quantity they name, however a form has them."""

import pytest

from backprop_cli import load
from backprop_cli.config import CsvTable
from backprop_cli.errors import ConfigError
from backprop_cli.marking.reading.class_table import meaning, points, quantities
from backprop_cli.marking.reading.keys import Keys, UnknownKey
from backprop_cli.marking.sheet import sheet_of

MAZUR, XOR = (Keys(sheet_of(load(name))) for name in ("mazur", "xor"))


@pytest.mark.parametrize(
    ("heading", "far", "key"),
    [
        ("net_h1", 0, "net_h1"),
        ("1. net_h1 (net input)", 1, "net_h1"),
        ("1.net h1", 1, "net_h1"),
        ("Q3: w5+ =", 1, "w5_new"),
        ("Question 12) δ_o1", 1, "delta_o1"),
        ("2.1. E (total error):", 1, "E_total"),
        ("Net input of h1 (net_h1)", 2, "net_h1"),
        ("Hidden layer [net_h1]", 2, "net_h1"),
        ("What is ∂E/∂w5, then?", 2, "dE_dw5"),
        ("How large is w5' after the step?", 2, "w5_new"),
        ("Compute net_h1, that is net_h1.", 2, "net_h1"),
    ],
)
def test_a_heading_names_a_quantity(heading, far, key):
    found = meaning(heading, MAZUR)
    assert (found.far, found.address.key) == (far, key)
    assert MAZUR.address(found.key, found.said) == found.address


@pytest.mark.parametrize(
    "heading",
    ["Timestamp", "1. E-mail (yours)", "The error E", "t", "net_h1 or net_h2?", "Score", "42",
     "From i1 and w5", "x" * 1001 + " net_h1", ""],
)  # fmt: skip
def test_other_headings_name_none(heading):
    with pytest.raises(UnknownKey):
        meaning(heading, MAZUR)


def test_a_heading_may_say_the_sample():
    for heading in ("Sample 3: what is net_h1?", "3. sample3.net_h1 (third row)"):
        assert meaning(heading, XOR).address == XOR.address("net_h1", {"sample": 3})
    with pytest.raises(UnknownKey, match="which sample"):
        meaning("1. net_h1", XOR)


def found_in(header, others=(0,), worth=()):
    table = CsvTable(header, "a.csv")
    columns, passed = quantities(table, others, MAZUR, dict(worth))
    return {at: heading.address.key for at, heading in columns.items()}, passed


def test_the_nearer_of_two_headings_counts():
    header = "who,net_h1 [Score],1. net_h1 (net input),E,w6+"
    expected = {2: "net_h1", 3: "E_total", 4: "w6_new"}
    assert found_in(header) == (expected, "net_h1 [Score]")
    with pytest.raises(ConfigError, match=r"1\. net_h1 and 2\. net_h1 are the same quantity"):
        found_in("who,1. net_h1,2. net_h1")


def test_what_is_passed_over_is_listed_with_its_points():
    worth = {"net_h1": 2.0, "w5_new": 1.0}
    columns, passed = found_in("who,E,net_hh1,w5_nw,Remark,", worth=worth.items())
    assert columns == {1: "E_total"}
    assert passed == (
        "net_hh1 (did you mean 'net_h1'? 2 points), w5_nw (did you mean 'w5_new'? 1 point), Remark"
    )
    assert [points(n) for n in (0.0, 0.5, 1.0)] == ["0 points", "0.5 points", "1 point"]


def test_columns_about_students_are_no_quantities():
    assert found_in("net_h1,E,Email,First name,ID") == ({1: "E_total"}, "")
