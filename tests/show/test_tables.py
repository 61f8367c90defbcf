"""Tables for a terminal: whatever the width, all of it is there."""

from __future__ import annotations

import json

import pytest

from backprop_cli.show.tables import records_table

COLUMNS = ("quantity", "central_difference", "verdict")
RECORDS = [("net_h1", "0.0821670406", "ok"), ("漢字", "-0.00087713546", "WRONG")]


def lines(width: int) -> list[str]:
    return str(records_table(COLUMNS, RECORDS, width)).split("\n")


def test_a_small_table_in_columns() -> None:
    assert lines(80) == [
        "Quantity   Central difference   Verdict",
        "───────────────────────────────────────",
        "net_h1     0.0821670406         ok",
        "漢字       -0.00087713546       WRONG",
    ]
    assert lines(37)[0] == "Quantity  Central difference  Verdict"
    assert lines(36)[:3] == [
        "Quantity   Central          Verdict",
        "           difference",
        "─" * 35,
    ]


def test_a_narrow_one_in_blocks() -> None:
    assert lines(32)[:6] == [
        "Quantity: net_h1",
        "  Central difference:",
        "    0.0821670406",
        "  Verdict             ok",
        "Quantity: 漢字",
        "  Central difference:",
    ]


def test_a_column_below_its_row_has_its_name_there_too() -> None:
    prose = [
        (*record[:2], " ".join(["a sentence"] * count))
        for count, record in enumerate(RECORDS, start=2)
    ]
    assert str(records_table(COLUMNS, prose, 32)).split("\n") == [
        "Quantity   Central",
        "           difference",
        "  Verdict",
        "─" * 25,
        "net_h1     0.0821670406",
        "  a sentence a sentence",
        "漢字       -0.00087713546",
        "  a sentence a sentence a",
        "  sentence",
    ]
    sparse = [(*record[:2], remark) for record, remark in zip(RECORDS, ("", "x"), strict=True)]
    table = str(records_table(COLUMNS, sparse, 26)).split("\n")
    assert table[-3:] == ["net_h1     0.0821670406", "漢字       -0.00087713546", "  x"]


@pytest.mark.thorough
@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
@pytest.mark.parametrize(
    "call",
    [("gradcheck", "batch"), ("examples",), ("verify", "mazur", "mazur.answers.toml", "--all")],
    ids=" ".join,
)
def test_at_every_width_all_that_a_table_says_is_there(backprop, call, width) -> None:
    wide, narrow = (backprop(*call, columns=str(columns)).out for columns in (400, width))
    for word in wide.split():
        assert word in narrow or "─" in word or "…" in word, word
    if width >= 40:
        assert max(map(len, narrow.splitlines())) <= width


def test_a_trace_without_room_for_columns_has_equations(backprop) -> None:
    narrow = backprop("trace", "mazur", "--only", "net_h1", "--only", "dE_dout_h1_via_o1",
                      "--only", "delta_o1", columns="40").out  # fmt: skip
    assert narrow.endswith(
        """
Forward pass, hidden layer
 net_j = Σ_i w_ij·out_i + b
 net_h1 = w1·i1 + w2·i2 + b1
   = 0.15·0.05 + 0.2·0.1 + 0.35
   = 0.3775

Backward pass, output layer
 δ_j = ∂E/∂net_j
   = ∂E/∂out_j·∂out_j/∂net_j
 δ_o1 = ∂E/∂out_o1·∂out_o1/∂net_o1
   = 0.74136507·0.186815602
   = 0.138498562

Backward pass, hidden layer
 ∂E/∂out_j via k = δ_k·w_jk
 ∂E/∂out_h1 via o1 = ∂E/∂net_o1
     · ∂net_o1/∂out_h1
   = δ_o1·w5
   = 0.138498562·0.4
   = 0.0553994247
"""
    )


def test_no_equation_says_a_number_twice(backprop) -> None:
    narrow = backprop("trace", "xor", "--sample", "1", "--only", "dE_db_h1", columns="40").out
    assert narrow.endswith("\n   = 0.0229814607 · 1\n   = δ_h1\n   = 0.0229814607\n")


@pytest.mark.parametrize("form", ["table", "plain", "markdown"])
@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("E_epoch", ["xor"]),
        ("E_mean", ["xor", "--set", "convention.cost=mean"]),
        ("E_mean", ["xor", "--set", "convention.cost=mean", "--epochs", "3"]),
        ("J_mean", ["xor", "--set", "convention.cost=mean", "--set", "notation.error=J"]),
        ("L_mean", ["batch", "--set", "convention.cost=mean", "--set", "round_each=2"]),
        ("E_total", ["mazur", "--set", "convention.cost=mean"]),
    ],
)
def test_the_end_speaks_of_the_cost_that_the_config_has(backprop, form, key, call) -> None:
    steps = json.loads(backprop("trace", *call, "--all", "--format", "json").out)["steps"]
    seen = [step["value"] for step in steps if step["key"] in (key, f"{key}_new")]
    before, after = (f"{value:.9g}" for value in (seen[0], seen[-1]))
    said = backprop("trace", *call, "--format", form, "--digits", "9").out.replace("\\_", "_")
    assert f"{key} was {before} and is now {after}." in said
