"""The desk, and its assessments in words: whole texts, rows and documents."""

import json

import pytest
from students import answers_to, signs_of, worked

from backprop_cli import load
from backprop_cli.config import parse_document
from backprop_cli.marking.assessment import MOST_KEPT, Desk
from backprop_cli.marking.diagnosis import diagnose, workings
from backprop_cli.marking.diagnosis.workings import Made
from backprop_cli.marking.exact import EXACT_COLUMNS, document, exact_records
from backprop_cli.marking.report import COLUMNS, columns, records, summary
from backprop_cli.marking.verdicts.points import Grading
from backprop_cli.show import Format

ANSWERS = {
    "sound": {"net_h1": "0.3775", "out_h1": "0.59"},
    "missing bias": {"net_h1": "0.0275", "out_h1": "0.506875", "net_h2": "0.0425", "out_h2": ""},
    "unknown": {"net_h1": "0.9", "out_h1": "0.7", "E_total": "0.123"},
    "before": {"net_h1": "0.3775", "E_o1": "0.5485"},
    "several": {"dE_dout_o1": "-0.741365070"},
    "slips": {"out_h1": "0.596884378", "E_o1": "0.2748110", "delta_o1": "-0.138498562"},
    "whole pass": {"E_total_new": "0.291027924"},
    "convention": {"delta_o1": "-0.138498562", "delta_o2": "0.0380982", "net_h1": ""},
    "not a number": {"out_o1": "-3", "E_total": "2"},
}


@pytest.mark.parametrize("level", ["full", "hints", "brief"])
@pytest.mark.parametrize("case", ANSWERS)
def test_what_is_said_of_answers(case, level, snapshot):
    desk, form = Desk(load("mazur")), Format()
    found = desk.assess(answers_to(desk.keys.sheet, **ANSWERS[case]))
    rows = [" | ".join(row) for row in records(found, form, level)]
    assert "\n".join([*rows, *summary(found, form, level)]) == snapshot
    if level == "full":
        assert json.dumps(document(found, form), indent=1, ensure_ascii=False) == snapshot


def assessed(case, grading=None, accept=False):
    desk = Desk(load("mazur"))
    desk.grading = grading or Grading()
    return desk.assess(answers_to(desk.keys.sheet, **ANSWERS[case]), accept)


def test_of_many_wrong_answers_the_first_are_looked_into(monkeypatch):
    desk = Desk(load("mazur"))
    lines = len(desk.keys.sheet.entries)
    wrong = {"net_h1": "0.0275", "net_h2": "0.0425", "net_o1": "0.123", "E_total": ""}
    for most, looked_into in ((3 * lines, 3), (3 * lines - 1, 2), (1, 1)):
        monkeypatch.setattr(diagnose, "MOST_COMPARED", most)
        found = desk.assess(answers_to(desk.keys.sheet, **wrong))
        at_message = EXACT_COLUMNS.index("message")
        said = [row[at_message] for row in exact_records(found, Format(), "hints")][:3]
        assert [text.startswith("With so many") for text in said] == [
            at >= looked_into for at in range(3)
        ]
        assert found.answers[0].mistakes == ("missing-bias",)
        paragraphs = summary(found, Format())[1:]
        assert sum(text.startswith(("First", "Wrong")) for text in paragraphs) == looked_into
        rest = [[], ["And 1 more line is wrong"], ["And 2 more lines are wrong"]]
        *told, blank = [text.partition(";")[0] for text in paragraphs[looked_into:]]
        assert (told, blank) == (rest[3 - looked_into], "Left blank: E_total.")


def test_rows_have_the_columns_of_their_level():
    found, form = assessed("missing bias"), Format()
    assert columns("full") == COLUMNS
    assert columns("hints") == ("quantity", "given", "verdict", "remark")
    for level in ("full", "hints"):
        assert {len(row) for row in records(found, form, level)} == {len(columns(level))}
    exact = [dict(zip(EXACT_COLUMNS, row, strict=True)) for row in exact_records(found, form)]
    assert [row["mistake"] for row in exact] == ["missing-bias", "", "missing-bias", ""]
    assert [row["given"] for row in exact] == [0.0275, 0.506875, 0.0425, ""]
    assert exact[0]["expected"] == 0.3775
    assert exact_records(found, form, "brief") == []
    assert {row[2:4] for row in map(tuple, exact_records(found, form, "hints"))} == {("", "")}


def test_scores_counts_and_the_first_wrong_line():
    found = assessed("missing bias", Grading({"net": 2.0, "out": 3.0}, follow_through=0.5))
    assert (found.score, found.max_score) == (1.5, 10.0)
    assert found.counts == {"correct": 0, "follow-through": 1, "wrong": 2, "blank": 1}
    assert (found.first_wrong.key, found.first_wrong.mistakes) == ("net_h1", ("missing-bias",))
    assert not found.all_correct
    right = assessed("sound")
    assert (right.first_wrong, right.all_correct, right.score) == (None, True, 2.0)


def test_a_convention_is_named_or_accepted():
    named, accepted = assessed("convention"), assessed("convention", accept=True)
    assert [one.id for one in named.conventions] == ["delta-sign"]
    assert [one.id for one in accepted.conventions] == ["delta-sign"]
    assert (named.accepted, accepted.accepted) == (False, True)
    assert (named.score, accepted.score) == (0.0, 2.0)
    assert accepted.counts["blank"] == 1
    assert named.answers[0].findings == ()


def test_two_conventions_are_told_together_and_in_their_rows():
    """The rows never say otherwise than the footer: what is a convention is no mistake."""
    ours, theirs = (
        load("batch", [f"error={error}", f"reduction={reduction}"])
        for error, reduction in (("half-squared", "mean"), ("squared", "sum"))
    )
    desk, answers = Desk(ours), worked(Desk(theirs).keys.sheet)
    found, form = desk.assess(answers), Format()
    rows = {row[0]: row[-1] for row in records(found, form)}
    assert rows["sample1.L_y1"] == "missing-half"
    assert rows["sample1.dL_dw5"] == "missing-half"  # which follows
    assert rows["dL_dw5"] == "missing-half, batch-sum-for-mean"
    assert rows["sample1.out_y1"] == ""
    data = document(found, form)
    assert {answer["mistake"] for answer in data["answers"]} == {None}
    assert [one["config"] for one in data["conventions"]] == [
        'error = "squared"',
        'reduction = "sum"',
    ]
    assert (data["convention"], data["conventions_accepted"]) == (data["conventions"][0], False)
    messages = {answer["key"]: answer["message"] for answer in data["answers"]}
    alone = 'Right by another convention (missing-half): error = "squared"'
    assert messages["sample1.L_y1"] == alone
    assert messages["dL_dw5"] == "Right by other conventions (missing-half, batch-sum-for-mean)."
    head, *each = summary(found, form)[1].split("\n  ")
    assert head == "All differences come from 2 other conventions, each in its lines:"
    assert [line.partition(":")[0] for line in each] == ["missing-half", "batch-sum-for-mean"]


def test_every_wrong_row_says_a_convention_though_lines_between_were_not_answered():
    desk = Desk(load("batch"))
    other = Desk(load("batch", ["convention.delta=descent"])).keys.sheet
    kinds = ("delta", "dE_dout")
    answers = worked(other, digits=5, asked=lambda entry: entry.step.kind in kinds)
    found = desk.assess(answers)
    rows = {row[0]: row[-1] for row in records(found, Format()) if row[-2] == "wrong"}
    assert set(rows.values()) == {"delta-sign"}
    assert any("dL_dout" in key for key in rows)


@pytest.mark.parametrize("level", ["full", "hints", "brief"])
def test_whoever_accepts_conventions_is_told_which_were_taken(level):
    found, form = assessed("convention", accept=True), Format()
    score, taken, *_ = summary(found, form, level)
    assert score.startswith("Score: 2 of 3")
    assert taken.startswith("Marked by another convention, delta-sign: ")
    data = document(found, form, level)
    assert (data["convention"]["id"], data["conventions_accepted"]) == ("delta-sign", True)


def test_a_desk_keeps_its_sheets_and_knows_late_epochs():
    seen = []

    def before(network, epoch, arithmetic, since):
        seen.append(epoch)
        return desk_before(network, epoch, arithmetic, since)

    desk_before = Desk(load("mazur")).before
    desk = Desk(load("mazur"), before=before)
    assert desk.diagnosis((60,)) is desk.diagnosis((60,))
    assert desk.diagnosis((60,)).sheet.epochs == (60,)
    assert seen == [60]
    assert desk.assess([]).answers == ()


def test_a_desk_keeps_the_sheets_that_were_asked_for_last():
    desk = Desk(load("mazur"))
    first, second = desk.diagnosis((1,)), desk.diagnosis((2,))
    for epoch in range(3, 3 + MOST_KEPT - 1):
        assert desk.diagnosis((1,)) is first
        desk.diagnosis((epoch,))
    assert len(desk._diagnoses) == MOST_KEPT
    assert desk.diagnosis((1,)) is first
    assert desk.diagnosis((2,)) is not second


def test_what_mistakes_make_of_a_sheet_is_kept_within_bounds(monkeypatch):
    diagnosis = Desk(load("mazur")).diagnosis((1,))
    monkeypatch.setattr(workings, "MOST_VALUES", 3 * len(diagnosis.sheet.truths))
    for (id_, kind), count in diagnosis.options.items():
        for option in range(count):
            diagnosis.everywhere(Made(id_, kind, option))
            assert len(diagnosis._everywhere) <= 3


def test_a_desk_takes_the_grading_of_its_config():
    text = "[grading]\nfollow_through = 0.25\npoints = { net = 3 }"
    desk = Desk.of(load("mazur"), parse_document(text, "net.toml"))
    assert desk.grading == Grading({"net": 3.0}, 0.25)


@pytest.mark.parametrize("name", ["mazur", "softmax"])
def test_whoever_works_right_is_all_correct_under_every_sign(name):
    for network in signs_of(name, ["train_biases=true"]):
        desk = Desk(network)
        found = desk.assess(worked(desk.keys.sheet, digits=5))
        assert found.all_correct
        assert found.score == found.max_score == len(found.answers)
