"""Worksheets and variants: what the student gets, and that it is read again."""

import csv
from pathlib import Path

import pytest
from students import EXAMPLES

from backprop_cli import load
from backprop_cli.config.examples import example_path
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.variants import Generator
from backprop_cli.marking.worksheet import LEVELS, asked_at, in_decimals, worksheet

EXERCISE = """
title = "Exercise 3"
eta = 0.5
inputs = [0.05, 0.10]      # drawn
targets = [0.01, 0.99]     # kept
[[layers]]
activation = "{activation}"
weights = [[0.15, 0.20], [0.25, 0.30]]
bias = 0.35
[[layers]]
activation = "logistic"
weights = [[0.40, 0.45], [0.50, 0.55]]
bias = 0.60
[variants]
weights = [-0.9, 0.9]
biases = [0.1, 0.6]
inputs = [0.1, 1.0]
exercise = "sheet 3"
salt = "pepper"
"""


@pytest.mark.thorough
@pytest.mark.parametrize("form", ["toml", "csv"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_key_is_all_right_and_an_empty_sheet_is_blank(name, level, form, backprop, tmp_path):
    sheet = sheet_of(load(name))
    for key, code in ((True, 0), (False, 1)):
        path = tmp_path / f"a.{form}"
        path.write_text(worksheet(sheet, level, form, key), encoding="utf-8")
        result = backprop("verify", name, str(path), "--format", "csv")
        statuses = {row["status"] for row in csv.DictReader(result.out.splitlines())}
        assert statuses == {"correct" if key else "blank"}
        assert result.code == code


def test_the_levels_ask_for_less_and_less():
    sheet = sheet_of(load("mazur"))
    full, guided, final = ([e.key for e in asked_at(sheet, level)] for level in LEVELS)
    assert set(full) > set(guided) > set(final)
    assert "dE_dout_h1_via_o1" not in guided
    assert "w5_new" in final


def keys_asked(name, level="full", *settings):
    return [entry.key for entry in asked_at(sheet_of(load(name, settings)), level)]


def test_what_is_the_only_part_of_a_sum_is_not_asked_for_beside_it():
    one, two = keys_asked("negnevitsky"), keys_asked("mazur")
    assert not [key for key in one if "_via_" in key or "E_o" in key]
    assert {"sample1.E_total", "sample1.E_total_new"} <= set(one)
    assert {"E_o1", "E_total", "dE_dout_h1_via_o1", "dE_dout_h1", "E_o2_new"} <= set(two)
    assert [key for key in keys_asked("xor") if key.startswith("sample2.E_")] == [
        "sample2.E_total",
        "sample2.E_total_new",
    ]


def test_headings_say_what_the_lines_below_are_of(backprop):
    said = backprop("worksheet", "batch").out
    head = ["Backward pass, all samples", "Update, all samples"]
    assert [line[2:] for line in said.splitlines() if "all samples" in line][1:] == head
    assert said.count("\n# Backward pass, sample 1\n") == 1
    assert "\n# Whole epoch\nL_epoch = " in said.replace("E_epoch", "L_epoch")
    final = backprop("worksheet", "xor", "--level", "final", "--epochs", "2").out
    assert '\n# Whole epoch, epoch 1\nE_epoch = ""\n' in final


def test_a_worksheet_has_a_line_for_the_name_and_a_key_has_none(backprop, tmp_path):
    sheet, config = tmp_path / "sheet.toml", "mazur"
    assert backprop("worksheet", config, "-o", str(sheet)).code == 0
    text = sheet.read_text()
    assert text.startswith("# Matt Mazur's 2-2-2 network: worksheet\n# Name:\n")
    assert backprop("worksheet", config, "-o", str(sheet)).code == 0
    sheet.write_text(text.replace("# Name:", "# Name: Ada"))
    assert "has been filled in" in backprop("worksheet", config, "-o", str(sheet)).err
    assert "\n\nName: ....." in backprop("worksheet", config, "--format", "markdown").out
    for form in ("toml", "markdown", "csv"):
        assert "Name:" not in backprop("worksheet", config, "--key", "--format", form).out


def test_decimals_are_kept(backprop, tmp_path):
    key = backprop("worksheet", "mazur", "--key", "--decimals", "3").out
    assert "w1_new = 0.150  # w1⁺\n" in key
    assert "dE_dw1 = 0.000439  # ∂E/∂w1\n" in key
    path = tmp_path / "key.toml"
    path.write_text(key, encoding="utf-8")
    assert backprop("verify", "mazur", str(path)).code == 0
    assert backprop("worksheet", "mazur", "--decimals", "3", "--digits", "3").code == 2


def test_markdown_shows_the_formulas_in_the_key_alone(backprop):
    empty = backprop("worksheet", "mazur", "--format", "markdown").out
    key = backprop("worksheet", "mazur", "--format", "markdown", "--key").out
    assert "0.15·0.05" in key
    assert "0.3775" in key
    assert "0.15·0.05" not in empty
    assert "0.3775" not in empty
    assert "w1 = 0.15" in empty


def test_the_generator_never_changes():
    """docs/worksheet.md writes it down; other numbers here would change every exercise given."""
    generator = Generator("sheet 3", "Ada", "pepper", "0")
    assert [generator.draw() for _ in range(3)] == PINNED


PINNED = [6070434057249830588, 7610570820123681249, 5579888454286882836]


@pytest.fixture
def variants(backprop, tmp_path):
    """Write an exercise and its variants, and return their folder."""

    def call(activation="logistic", text=EXERCISE, roster="student\nAda\nÉva Łuk\n../x\n"):
        config, names = tmp_path / "exercise.toml", tmp_path / "roster.csv"
        config.write_text(text.format(activation=activation), encoding="utf-8")
        names.write_text(roster, encoding="utf-8")
        out = tmp_path / activation
        result = backprop("variants", str(config), "--students", str(names), "--out", str(out))
        return result, config, out

    return call


def test_every_student_gets_an_own_network_for_ever(variants):
    result, _, out = variants()
    assert result.code == 0
    ada = (out / "Ada.toml").read_text()
    assert ada == (out / "Ada.toml").read_text()
    assert ada.split("[[layers]]")[0] != (out / "Éva Łuk.toml").read_text().split("[[layers]]")[0]
    assert "targets = [0.01, 0.99]     # kept" in ada
    assert ADA in ada
    again, _, _ = variants(roster="student\nZoe\nAda\n")
    assert again.code == 0
    assert (out / "Ada.toml").read_text() == ada
    assert {path.parent for path in out.rglob("*") if path.is_file()} == {out, out / "keys"}
    assert {path.name for path in (out / "keys").iterdir()} == {
        f"{name}.key.toml" for name in ("Ada", "Éva Łuk", "_x", "Zoe")
    }


ADA = "inputs = [0.57, 0.31]"


@pytest.mark.parametrize("activation", ["logistic", "tanh", "relu"])
def test_every_variant_is_fair_and_graded_against_its_own_network(
    variants, backprop, tmp_path, activation
):
    result, config, out = variants(activation)
    assert result.code == 0
    answers = tmp_path / f"answers-{activation}"
    answers.mkdir()
    for name in ("Ada", "Éva Łuk", "_x"):
        sheet = sheet_of(load(out / f"{name}.toml"))
        for entry in sheet.entries:
            if entry.step.kind == "net":
                assert abs(sheet.truths[entry.slot]) < 4.5
            if entry.step.kind == "delta" and activation != "relu":
                assert abs(sheet.truths[entry.slot]) >= 1e-3
        (answers / f"{name}.toml").write_text((out / "keys" / f"{name}.key.toml").read_text())
    graded = backprop("grade", str(config), str(answers), "--variants", str(out))
    assert graded.code == 0
    assert "100.0 %" in graded.out
    (answers / "Nobody.toml").write_text("net_h1 = 1")
    missing = backprop("grade", str(config), str(answers), "--variants", str(out))
    assert missing.code == 1
    assert "no variant for Nobody" in missing.err


def test_a_variant_is_found_by_the_name_of_its_worksheet_and_of_its_row(
    variants, backprop, tmp_path
):
    _, config, out = variants()
    answers, table = tmp_path / "answers", tmp_path / "class.csv"
    answers.mkdir()
    (answers / "Ada.answers.toml").write_text((out / "keys" / "Ada.key.toml").read_text())
    sheet = sheet_of(load(out / "_x.toml"))
    net = sheet.truths[sheet.entries[0].slot]
    table.write_text(f"student,net_h1\n../x,{net}\n")
    for submissions in (answers, table):
        graded = backprop("grade", str(config), str(submissions), "--variants", str(out))
        assert (graded.code, "100.0 %" in graded.out) == (0, True)


def test_what_cannot_be_drawn_is_said(variants, monkeypatch):
    monkeypatch.setattr("backprop_cli.cli.variants.ATTEMPTS", 5)
    wide = EXERCISE.replace("weights = [-0.9, 0.9]", "weights = [900, 901]")
    assert "no fair exercise" in variants(text=wide)[0].err
    assert "no [variants]" in variants(text=EXERCISE.partition("[variants]")[0])[0].err
    turned = EXERCISE.replace("inputs = [0.1, 1.0]", "inputs = [1.0, 0.1]")
    assert "least number and the greatest" in variants(text=turned)[0].err
    assert "stands twice" in variants(roster="student\nAda\nAda\n")[0].err
    assert "A/b and a_b would be the same" in variants(roster="student\nA/b\na_b\n")[0].err


def test_the_salt_stays_with_the_teacher_and_a_roster_may_have_semicolons(backprop, tmp_path):
    config, roster = tmp_path / "ex.toml", tmp_path / "roster.csv"
    text = (
        Path(example_path("mazur")).read_text()
        + '\n[variants]\nsalt = "pepper"\nweights = [0.1, 0.9]\n'
    )
    config.write_text(text)
    roster.write_text("Name;Id\nAda;1\nBob;2\n")
    listed = tmp_path / "listed.txt"
    result = backprop("variants", str(config), "--students", str(roster),
                      "--out", str(tmp_path / "v"), "-o", str(listed))  # fmt: skip
    assert (result.code, result.err) == (0, "")
    assert [Path(line).name for line in listed.read_text().split()] == ["1.toml", "2.toml"]
    assert "pepper" not in (tmp_path / "v" / "1.toml").read_text()


@pytest.mark.parametrize(
    ("name", "level", "form", "key", "epochs"),
    [
        ("mazur", "full", "toml", False, 1),
        ("mazur", "final", "toml", True, 2),
        ("gurlahosur", "guided", "markdown", True, 1),
        ("softmax", "final", "markdown", False, 1),
        ("batch", "guided", "toml", True, 1),
        ("adam", "final", "csv", True, 2),
        ("xor", "final", "csv", False, 1),
    ],
)
def test_worksheets_as_they_are_written(name, level, form, key, epochs, snapshot):
    sheet = sheet_of(load(name), range(1, epochs + 1))
    assert worksheet(sheet, level, form, key, digits=5) == snapshot


@pytest.mark.parametrize(("value", "written"), [(0.0, "0.000"), (1.0, "1.000"), (-0.5, "-0.500")])
def test_a_whole_number_of_units_keeps_its_decimals(value, written):
    assert in_decimals(value, 3) == written
