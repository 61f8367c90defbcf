"""Worksheets in matrices: blank ones are blank, keys are all right, over random networks."""

import csv

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import configs, to_toml

from backprop_cli import load
from backprop_cli.config import network_of, parse_document
from backprop_cli.errors import OutOfRange
from backprop_cli.marking.assessment import Desk
from backprop_cli.marking.reading import faultless, located
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts import BLANK, CORRECT
from backprop_cli.marking.worksheet import FORMS, LEVELS, asked_at, worksheet

pytestmark = pytest.mark.thorough


def read(network, text, ending):
    desk = Desk(network)
    answers = faultless(located(items_of(text, f"a{ending}"), desk.keys))
    return answers, desk.assess(answers)


READ = sorted(form for form in FORMS if form != "latex")
"""Forms that are read again."""


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    configs(),
    st.sampled_from(["columns", "rows"]),
    st.sampled_from(READ),
    st.sampled_from(LEVELS),
)
def test_a_key_is_all_right_on_random_networks(config, samples, form, level):
    config["notation"] = {**config.get("notation", {}), "samples": samples}
    network = network_of(parse_document(to_toml(config), "random.toml"))
    sheet = sheet_of(network)
    try:
        text = worksheet(sheet, level, form, key=True, matrices=True)
    except OutOfRange:
        return
    answers, found = read(network, text, FORMS[form])
    assert found.counts[CORRECT] == len(answers)
    blank = worksheet(sheet, level, form, matrices=True)
    left, found = read(network, blank, FORMS[form])
    assert found.counts[BLANK] == len(left)
    assert [answer.address for answer in left] == [answer.address for answer in answers]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", ["mazur", "xor", "batch", "softmax", "adam"])
def test_matrices_ask_for_what_numbers_ask_for(name, level):
    network = load(name)
    sheet = sheet_of(network)
    asked = {entry.address for entry in asked_at(sheet, level) if entry.step.kind != "via"}
    if network.reduces:  # a product of matrices has the gradients of all samples together
        asked = {at for at in asked if not (at.sample and at.key.startswith("dL_dw"))}
    answers, _ = read(network, worksheet(sheet, level, matrices=True), ".toml")
    assert {answer.address for answer in answers} == asked


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("key", [False, True])
def test_what_is_handed_out(backprop, form, key, snapshot):
    args = ["--key"] if key else []
    assert backprop("worksheet", "batch", "--form", "matrix", "--format", form, *args).out == (
        snapshot
    )


@pytest.mark.parametrize("form", READ)
def test_what_is_filled_in_is_not_written_over(backprop, form, tmp_path):
    path = tmp_path / f"a{FORMS[form]}"
    args = ("worksheet", "mazur", "--form", "matrix", "--format", form, "-o", str(path))
    assert backprop(*args).code == 0
    assert backprop(*args).code == 0
    blank = path.read_text(encoding="utf-8")
    filled = blank.replace('[""]', "[0.3]", 1).replace("[_;", "[0.3;", 1)
    assert filled != blank
    path.write_text(filled, encoding="utf-8")
    assert "has been filled in" in backprop(*args).err
    assert path.read_text(encoding="utf-8") == filled


def test_a_second_epoch_is_asked_for_under_its_number(backprop):
    text = backprop("worksheet", "mazur", "--form", "matrix", "--epochs", "2").out
    assert 'epoch2.dE_dW1 = [["", ""],\n                 ["", ""]]' in text


def test_a_column_of_a_class_table_may_be_a_matrix(backprop, tmp_path):
    path = tmp_path / "class.csv"
    path.write_text(
        "name,net_1,delta_1,E_total\n"
        'ada,[0.3775; 0.3925],"[0.00877, 0.00995]",0.298\n'
        "bob,[0.3775; 0.392],[_; 0.00995],0.3\n",
        encoding="utf-8",
    )
    rows = list(csv.DictReader(backprop("grade", "mazur", str(path), "--format", "csv").out
                               .splitlines()))  # fmt: skip
    assert [(row["student"], row["correct"], row["blank"]) for row in rows] == [
        ("ada", "5", "0"), ("bob", "4", "1")
    ]  # fmt: skip


def test_a_class_hands_in_matrices(backprop, tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    key = backprop("worksheet", "mazur", "--form", "matrix", "--key").out
    (folder / "ada.toml").write_text(key, encoding="utf-8")
    (folder / "bob.toml").write_text("delta_1 = [[0.00877, 0.00995]]\n", encoding="utf-8")
    found = backprop("grade", "mazur", str(folder), "--format", "csv")
    ada, bob = found.out.splitlines()[1:3]
    assert "ada" in ada
    assert "bob" in bob
    assert found.code in (0, 1)
