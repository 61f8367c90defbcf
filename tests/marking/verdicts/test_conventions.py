"""Conventions: what makes all answers right, and what is not enough to say so."""

from itertools import combinations

import pytest
from students import answer, answers_to, typed, worked

from backprop_cli import load
from backprop_cli.marking.diagnosis.diagnose import Diagnosis
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.rules import MISTAKES_ONLY, RULES, OtherRules, config_line
from backprop_cli.marking.sheet import scaled, sheet_of
from backprop_cli.marking.verdicts import CORRECT, WRONG, mark
from backprop_cli.marking.verdicts.conventions import MOST_TOGETHER, agreement

CONFIGURED = {
    "delta-sign": ("convention.delta=descent", "convention.delta=gradient"),
    "bias-subtracted": ("convention.bias=subtracted", "convention.bias=added"),
    "missing-half": ("error=squared", "error=half-squared"),
    "missing-mean": ("error=squared", "error=mean-squared"),
    "bias-updated": ("train_biases=true", "train_biases=false"),
    "bias-not-updated": ("train_biases=false", "train_biases=true"),
    "velocity-of-gradients": ("optimizer.name=pytorch-momentum", "optimizer.name=momentum"),
    "velocity-of-steps": ("optimizer.name=momentum", "optimizer.name=pytorch-momentum"),
}

# A convention that no config has: a network, and how its lines are written.
WRITTEN = {
    "gradient-sign": ("mazur", []),
    "error-term-sign": ("mazur", []),
    "velocity-sign": ("mazur", ["optimizer=momentum"]),
    "velocity-of-gradients": ("mazur", ["optimizer=nesterov"]),
    "mean-in-deltas": ("batch", ["reduction=mean"]),
    "mean-in-error-terms": ("xor", ["learning=mini-batch", "batch_size=3"]),
    "mean-cost": ("xor", []),
}


def other_sheet(name, settings, ids=(), epochs=(1,)):
    """The sheet of a config, written as the conventions `ids` have it."""
    sheet = sheet_of(load(name, settings), epochs)
    for id_ in ids:
        sheet = scaled(sheet, RULES[id_].scale(sheet.network))
    return sheet


def agreed(diagnosis, answers):
    marking = mark(diagnosis.sheet, answers)
    return agreement(marking, answers, diagnosis.others)


def found_for(name, theirs, ours, ids=(), digits=6, asked=lambda entry: entry.asked):
    """The conventions of a student whose config says `theirs` where it says `ours`."""
    diagnosis = Diagnosis(sheet_of(load(name, ours)))
    sheet = other_sheet(name, theirs, ids)
    answers = [
        answer(entry, typed(sheet.truths[entry.slot], digits))
        for entry in sheet.entries
        if asked(entry) and entry.address in diagnosis.sheet.at
    ]
    return agreed(diagnosis, answers)


def ids_of(found):
    return found and [convention.id for convention in found.conventions]


def only(*keys):
    return lambda entry: entry.key in keys


@pytest.mark.parametrize("id_", CONFIGURED)
def test_the_line_of_the_config_that_makes_all_answers_right(id_):
    theirs, ours = ([setting] for setting in CONFIGURED[id_])
    found = found_for("mazur", theirs, ours)
    key, _, value = theirs[0].partition("=")
    quoted = value if key == "train_biases" else f'"{value}"'
    (convention,) = found.conventions
    assert (convention.id, convention.config) == (id_, f"{key} = {quoted}")
    assert convention.remedy == f"This line of the config says so: {convention.config}"
    assert found.marking.all_right


@pytest.mark.parametrize(("theirs", "ours"), [("sum", "mean"), ("mean", "sum")])
def test_the_reduction_of_a_batch_is_a_convention(theirs, ours):
    found = found_for("batch", [f"reduction={theirs}"], [f"reduction={ours}"])
    assert found.conventions[0].config == f'reduction = "{theirs}"'


@pytest.mark.parametrize("id_", WRITTEN)
def test_lines_that_are_written_as_multiples_are_a_convention(id_):
    name, settings = WRITTEN[id_]
    found = found_for(name, settings, settings, [id_])
    (convention,) = found.conventions
    assert (convention.id, convention.config is None) == (id_, True)
    assert found.marking.all_right


def test_momentum_as_in_pytorch_has_no_line_for_what_it_is_not():
    """With dampening the sums of steps are another momentum than the config can have."""
    dampened = ['optimizer={ name = "pytorch-momentum", dampening = 0.5 }']
    found = found_for("momentum", dampened, dampened, ["velocity-of-steps"], asked=lambda _: True)
    assert ids_of(found) == ["velocity-of-steps"]
    assert found.conventions[0].config is None


@pytest.mark.parametrize("name", ["adam", "softmax", "deep"])
def test_a_convention_is_found_behind_rounded_numbers_of_a_later_epoch(name):
    sheet, other = (sheet_of(load(name, s), [3]) for s in ([], ["convention.delta=descent"]))
    answers = worked(other, asked=lambda e: e.asked and e.address.epoch == 3)
    assert ids_of(agreed(Diagnosis(sheet), answers)) == ["delta-sign"]


TOGETHER = {
    "descent throughout": (
        "mazur", [], ["convention.delta=descent"], ["gradient-sign"],
        ["delta-sign", "gradient-sign"],
    ),
    "no half, and a sum": (
        "batch", ["error=half-squared", "reduction=mean"], ["error=squared", "reduction=sum"], [],
        ["missing-half", "batch-sum-for-mean"],
    ),
    "a mean cost, and its deltas": (
        "batch", ["reduction=mean"], ["reduction=mean"], ["mean-cost", "mean-in-error-terms"],
        ["mean-in-error-terms", "mean-cost"],
    ),
    "far behind what was rounded": (
        "mazur", ["optimizer=momentum"], ["optimizer=momentum", "error=squared"],
        ["velocity-sign"], ["missing-half", "velocity-sign"],
    ),
    "three": (
        "mazur", [], ["convention.delta=descent", "error=squared"], ["gradient-sign"],
        ["missing-half", "delta-sign", "gradient-sign"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("digits", [3, 6])
@pytest.mark.parametrize("case", TOGETHER)
def test_several_conventions_at_once_are_all_found(case, digits):
    name, ours, theirs, ids, expected = TOGETHER[case]
    sheet = other_sheet(name, theirs, ids)
    diagnosis = Diagnosis(sheet_of(load(name, ours)))
    found = agreed(diagnosis, worked(sheet, digits=digits))
    assert ids_of(found) == expected
    assert found.marking.all_right


def test_each_line_is_right_by_the_conventions_that_are_seen_in_it():
    name, ours, theirs, ids, _ = TOGETHER["no half, and a sum"]
    found = found_for(name, theirs, ours, ids)
    told = {at: [one.id for one in by] for at, by in found.lines.items()}
    for at, by in told.items():
        if at.key.startswith("L_y") and not at.key.endswith("_new"):
            assert by == ["missing-half"]
        if at.key.startswith("dL_dw"):
            assert by == (["missing-half"] if at.sample else ["missing-half", "batch-sum-for-mean"])
    assert not any(at.key.startswith("out_y1") and not at.key.endswith("_new") for at in told)


def test_a_line_is_right_by_the_conventions_of_the_lines_that_it_is_worked_from():
    """It has the number that is true here, but for the rounding of a δ of the other sign."""
    found = found_for("batch", ["convention.delta=descent"], [], ["gradient-sign"])
    told = {at.key: [one.id for one in by] for at, by in found.lines.items()}
    assert told["delta_y1"] == told["dL_dout_h1_via_y1"] == ["delta-sign"]
    assert told["dL_dw5"] == ["gradient-sign"]


def test_a_mistake_in_one_line_sets_off_no_long_search(monkeypatch):
    """Without the half in E_o1 alone: no further convention is looked for."""
    sheet = sheet_of(load("mazur"))
    diagnosis, tried = Diagnosis(sheet), []
    wrong = {entry.slot: 2 * entry.step.formula for entry in sheet.entries if entry.key == "E_o1"}
    marked = mark(sheet, answers := worked(sheet, wrong))
    one_more = diagnosis.others.further
    monkeypatch.setattr(diagnosis.others, "further", lambda ids: tried.append(ids) or one_more(ids))
    assert agreement(marked, answers, diagnosis.others) is None
    assert tried == [frozenset()]


def test_on_a_large_sheet_no_two_other_networks_are_tried_at_once(monkeypatch):
    others = Diagnosis(sheet_of(load("mazur"))).others
    half, both = frozenset(["missing-half"]), frozenset(["missing-half", "bias-updated"])
    assert both in list(others.further(half))
    assert both not in list(others.pairs())
    assert half | {"delta-sign"} in list(others.pairs())
    monkeypatch.setattr("backprop_cli.marking.diagnosis.rules.LARGEST_SHEET", 10)
    assert both not in list(others.further(half))
    assert half | {"delta-sign"} in list(others.further(half))
    assert half in list(others.further(frozenset()))


def test_deltas_are_divided_where_a_mean_is_taken():
    address = sheet_of(load("batch")).entries[0].address
    for reduction, said in (("sum", False), ("mean", True)):
        others = Diagnosis(sheet_of(load("batch", [f"reduction={reduction}"]))).others
        for id_ in ("mean-in-deltas", "mean-in-error-terms"):
            assert (others.truth(frozenset([id_]), address) is not None) == said


def test_two_conventions_that_meet_in_one_line_are_found():
    theirs = ["convention.delta=descent", "error=squared"]
    keys = only("delta_o1", "delta_o2", "delta_h1", "w5_new", "w6_new")
    assert ids_of(found_for("mazur", theirs, [], asked=keys)) == ["missing-half", "delta-sign"]


def test_no_more_conventions_are_found_than_are_looked_for():
    theirs = ["convention.delta=descent", "error=squared"]
    ids = ["gradient-sign", "error-term-sign"]
    assert len(ids) + 2 > MOST_TOGETHER
    assert found_for("mazur", theirs, [], ids) is None


def test_every_rule_is_told_in_the_words_of_its_key():
    plain = load("mazur", ["optimizer=momentum"])
    for setting, line in (
        ("convention.delta=descent", 'convention.delta = "descent"'),
        ("convention.bias=subtracted", 'convention.bias = "subtracted"'),
        ("error=squared", 'error = "squared"'),
        ("reduction=sum", 'reduction = "sum"'),
        ("train_biases=true", "train_biases = true"),
        ("optimizer.name=pytorch-momentum", 'optimizer.name = "pytorch-momentum"'),
    ):
        assert config_line(plain, load("mazur", ["optimizer.name=momentum", setting])) == line


def test_the_rules_of_the_catalogue_are_conventions_but_those_that_are_mistakes():
    assert {id_ for id_, row in CATALOGUE.items() if row.whole} - RULES.keys() == {*MISTAKES_ONLY}
    assert found_for("mazur", ["update=sequential"], []) is None


def test_a_lone_number_may_as_well_be_a_mistake():
    def found(*keys):
        return ids_of(found_for("mazur", ["convention.delta=descent"], [], asked=only(*keys)))

    assert found("delta_o1") is None
    assert found("delta_o1", "net_h1") is None
    assert found("delta_o1", "delta_o2") == ["delta-sign"]
    assert found("delta_o1", "dE_dw5") == ["delta-sign"]
    assert found("delta_o1", "dE_dw1") is None


@pytest.mark.parametrize(
    ("id_", "key", "after"),
    [("gradient-sign", "dE_dw5", "v_w5_new"), ("velocity-sign", "v_w5_new", "w5_new")],
)
def test_a_lone_number_that_a_later_line_takes_back_is_a_convention(id_, key, after):
    settings = ["optimizer=momentum"]
    asked = [only(key), only(key, after)]
    found = [found_for("mazur", settings, settings, [id_], asked=keys) for keys in asked]
    assert [ids_of(one) for one in found] == [None, [id_]]


def test_a_lone_mean_is_known_by_its_name():
    found = found_for("batch", [], [], ["mean-cost"], asked=only("L_epoch"))
    assert ids_of(found) == ["mean-cost"]
    assert found.conventions[0].remedy == "L_epoch is the sum here; the mean is called L_mean."


def test_a_convention_of_several_has_to_be_seen_in_more_than_one_line():
    """One wrong gradient beside the deltas of descent is a slip."""
    diagnosis = Diagnosis(sheet_of(load("mazur")))
    texts = {"delta_o1": "-0.138498562", "delta_o2": "0.0380982", "dE_dw5": "-0.0821670406"}
    assert agreed(diagnosis, answers_to(diagnosis.sheet, **texts)) is None
    texts["dE_dw6"] = "-0.0826676278"
    found = agreed(diagnosis, answers_to(diagnosis.sheet, **texts))
    assert ids_of(found) == ["delta-sign", "gradient-sign"]


def test_all_right_answers_and_blanks_need_no_convention():
    diagnosis = Diagnosis(sheet_of(load("mazur")))
    assert agreed(diagnosis, worked(diagnosis.sheet)) is None
    blank = answers_to(diagnosis.sheet, delta_o1="-0.138498562", delta_o2="0.0380982", dE_dw5="")
    assert ids_of(agreed(diagnosis, blank)) == ["delta-sign"]


def test_one_wrong_number_besides_is_no_convention():
    diagnosis = Diagnosis(sheet_of(load("mazur")))
    texts = {"delta_o1": "-0.138498562", "delta_o2": "0.0380982", "net_h1": "0.5"}
    assert agreed(diagnosis, answers_to(diagnosis.sheet, **texts)) is None


def test_a_rule_that_lacks_an_answered_line_is_passed_over():
    diagnosis = Diagnosis(sheet_of(load("mazur")))
    texts = {"delta_o1": "-0.138498562", "delta_o2": "0.0380982"}
    answers = answers_to(diagnosis.sheet, **texts)

    class Lacking(OtherRules):
        def truth(self, ids, address):
            lacks = "delta-sign" in ids and address.key == "delta_o2"
            return None if lacks else super().truth(ids, address)

    marking = mark(diagnosis.sheet, answers)
    assert ids_of(agreement(marking, answers, OtherRules(diagnosis.sheet, {}))) == ["delta-sign"]
    assert agreement(marking, answers, Lacking(diagnosis.sheet, {})) is None


def test_each_answer_is_marked_anew_by_the_convention():
    found = found_for("mazur", ["convention.delta=descent"], [], digits=4)
    assert {verdict.status for verdict in found.marking.verdicts} == {CORRECT}
    assert WRONG not in {verdict.status for verdict in found.marking.verdicts}


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("batch", ["reduction=mean"]),
        ("mazur", ["optimizer=momentum", "train_biases=true"]),
        ("mazur", ["optimizer=pytorch-momentum", "train_biases=false"]),
    ],
)
def test_the_numbers_of_conventions_are_those_of_their_sheets(name, settings):
    """What is looked up before a sheet is made agrees with working it line by line."""
    rules = Diagnosis(sheet_of(load(name, settings))).others
    sets = [frozenset(two) for two in combinations(RULES, 2)] + [frozenset((id_,)) for id_ in RULES]
    entries, tried = rules.sheet(frozenset()).entries, 0
    for ids in sets:
        if any(rules.truth(ids, entry.address) is None for entry in entries):
            continue
        sheet, tried = rules.sheet(ids), tried + 1
        for entry in sheet.entries:
            worked_out = sheet.value(entry, sheet.truths)
            assert worked_out == pytest.approx(sheet.truths[entry.slot], rel=1e-12, abs=1e-300)
            assert rules.truth(ids, entry.address) == pytest.approx(worked_out, rel=1e-12)
    assert tried > 10
