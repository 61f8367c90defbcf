"""The sheet: its lines, their values with other numbers, slopes, and the biases that are fixed."""

import math

import pytest
from limits import calls
from students import entry_of, signs_of

from backprop_cli import load, trace
from backprop_cli.engine import state_before
from backprop_cli.formulas import Num, Op, Ref
from backprop_cli.marking.assessment import Desk
from backprop_cli.marking.reading.answers import faultless, located
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.sheet import partials, sheet_of
from backprop_cli.marking.worksheet import worksheet

MAZUR = sheet_of(load("mazur"))


@pytest.mark.parametrize(
    ("epochs", "worked"),
    [
        ([], [1]),
        ([1], [1]),
        ([3], [1, 2, 3]),
        ([50], list(range(1, 51))),
        ([51], [51]),
        ([2, 51], [1, 2, 51]),
        ([60, 51, 52, 60], [51, 52, 60]),
        ([1, 60, 61, 63], [1, 60, 61, 63]),
    ],
)
def test_early_epochs_are_worked_from_the_first_and_late_ones_alone(epochs, worked):
    assert list(sheet_of(load("relu"), epochs).epochs) == worked


def test_a_late_epoch_has_the_values_of_the_trace():
    sheet = sheet_of(load("mazur"), [60, 61])
    traced = trace("mazur", epochs=61)
    for key in ("epoch60.net_o1", "epoch61.w5_new"):
        assert sheet.truths[entry_of(sheet, key).slot] == traced[key]


@pytest.mark.parametrize("name", ["mazur", "adam", "han-kamber"])
@pytest.mark.parametrize("settings", [[], ["round_each=4"]])
def test_one_pass_visits_all_late_epochs(name, settings):
    network, passes = load(name, settings), []

    def before(network, epoch, arithmetic, since):
        passes.append((since and since[0], epoch))
        return state_before(network, epoch, arithmetic, since)

    sheet = sheet_of(network, [2, 60, 61, 63, 90], before)
    assert passes == [(3, 60), (62, 63), (64, 90)]
    for epoch in (60, 63, 90):
        alone = sheet_of(network, [epoch])
        slots = [sheet.at[entry.address].slot for entry in alone.entries]
        assert [sheet.truths[slot] for slot in slots] == [
            alone.truths[entry.slot] for entry in alone.entries
        ]


def test_the_work_of_marking_grows_with_the_inputs_and_not_with_their_square():
    def work(inputs):
        weights = "[" + ", ".join("0.001" for _ in range(inputs)) + "]"
        lines = [f"inputs={weights}", f"layers.0.weights=[{weights}, {weights}]"]
        desk = Desk(load("mazur", lines))

        def marked():
            items = items_of(worksheet(desk.keys.sheet, key=True), "key.toml")
            assert desk.assess(faultless(located(items, desk.keys))).all_correct

        return calls(marked)

    assert work(240) < 6 * work(60)


def test_the_slopes_of_a_sum_are_those_of_its_terms():
    sheet = sheet_of(load("deep"))
    for entry in sheet.entries:
        formula = entry.step.formula
        whole = partials(entry, sheet.truths, formula, entry.operands)
        once = Op("*", (Num(1), formula))
        assert whole == pytest.approx(
            partials(entry, sheet.truths, once, entry.operands), rel=1e-6, abs=1e-8
        )


def test_values_are_worked_with_other_numbers():
    net = entry_of(MAZUR, "net_h1")
    other = list(MAZUR.truths)
    other[MAZUR.given_slots["b1"]] = 1.35
    assert MAZUR.value(net, MAZUR.truths) == pytest.approx(0.3775)
    assert MAZUR.value(net, other) == pytest.approx(1.3775)
    assert MAZUR.value(net, other, net.step.formula.args[-1]) == 1.35


@pytest.mark.parametrize(
    "formula",
    [
        Op("ln", (Num(-1),)),
        Op("^", (Num(-8), Op("/", (Num(1), Num(3))))),
        Ref(entry_of(MAZUR, "E_total").step.name),
    ],
)
def test_what_cannot_be_worked_is_not_a_number(formula):
    assert math.isnan(MAZUR.value(entry_of(MAZUR, "net_h1"), MAZUR.truths[:9], formula))


def test_a_config_that_rounds_has_a_grid():
    rounded = sheet_of(load("mazur", ["round_each=3"]))
    net, small = entry_of(rounded, "net_h1"), entry_of(rounded, "dE_dw1")
    assert (rounded.grid(net), rounded.grid(small)) == pytest.approx((1e-3, 1e-6))
    assert MAZUR.grid(net) == 0
    assert rounded.value(net, rounded.truths) == rounded.truths[net.slot] == 0.378


SLOPES = {
    "net_h1": {"w1": 0.05, "i1": 0.15, "w2": 0.10, "i2": 0.20, "b1": 1.0},
    "out_h1": {"net_h1": 0.241300709},
    "E_o1": {"t_o1": 0.741365070, "out_o1": 0.741365070},
    "E_total": {"E_o1": 1.0, "E_o2": 1.0},
    "w5_new": {"w5": 1.0, "eta": 0.082167041, "dE_dw5": 0.5},
}


@pytest.mark.parametrize("key", SLOPES)
def test_partials_are_the_slopes_by_each_operand(key):
    entry = entry_of(MAZUR, key)
    slots = [entry.scope[name].slot for name in SLOPES[key]]
    found = dict(zip(entry.operands, MAZUR.partials(entry), strict=True))
    assert [found[slot] for slot in slots] == pytest.approx(list(SLOPES[key].values()), abs=1e-8)
    assert MAZUR.partials(entry) == MAZUR.partials(entry, MAZUR.truths)


def test_partials_are_taken_where_they_are_asked_for():
    entry = entry_of(MAZUR, "out_h1")
    other = list(MAZUR.truths)
    other[entry.operands[0]] = 100.5
    assert MAZUR.partials(entry, other) == pytest.approx((0.0,), abs=1e-12)
    other[entry.operands[0]] = 0.0
    assert MAZUR.partials(entry, other) == pytest.approx((0.25,))
    assert other[entry.operands[0]] == 0.0


def test_where_there_is_no_slope_it_is_0():
    sheet = sheet_of(load("mazur", ['error="binary-cross-entropy"']))
    entry, other = entry_of(sheet, "E_o1"), list(sheet.truths)
    other[entry.scope["out_o1"].slot] = -1.0
    assert sheet.partials(entry, other) == (0.0,) * len(entry.operands)


def test_the_chain_and_the_change_are_other_ways_to_a_value():
    sheet = sheet_of(load("softmax"))
    for entry in sheet.entries:
        step, *others = sheet.ways(entry)
        assert step == (entry.step.formula, entry.operands)
        assert len(others) == (entry.step.kind == "new" or entry.step.chain is not None)
        for way in others:
            value = sheet.value(entry, sheet.truths, way.formula)
            assert value == pytest.approx(sheet.truths[entry.slot], rel=1e-12)
    way = MAZUR.ways(entry_of(MAZUR, "w5_new"))[1]
    change = entry_of(MAZUR, "change_w5").slot
    assert way.operands == (MAZUR.given_slots["w5"], change)


def test_a_fixed_bias_has_one_way_to_its_next_value():
    assert len(MAZUR.ways(entry_of(MAZUR, "b1_new"))) == 1


def test_givens_are_inputs_targets_and_the_first_parameters():
    weights = {f"w{n}" for n in range(1, 9)}
    assert set(MAZUR.given_slots) == {"i1", "i2", "t_o1", "t_o2", "b1", "b2", "eta", "t"} | weights
    later = sheet_of(load("mazur"), [1, 2])
    assert later.given_slots == MAZUR.given_slots
    assert set(sheet_of(load("batch")).given_slots) == {
        *(f"sample{n}.{name}" for n in (1, 2) for name in ("x1", "x2", "t_y1", "t_y2")),
        *(f"w{n}" for n in range(1, 9)),
        "alpha",
        "t",
    }
    online = sheet_of(load("xor")).given_slots
    assert {"sample1.w1", "sample4.i2"} <= set(online)
    assert "sample2.w1" not in online


def error_with(sheet, slot, value):
    """The error of the sample, worked with another value of a given."""
    values = list(sheet.truths)
    values[slot] = value
    for entry in sheet.entries:
        if entry.step.stage in ("forward", "error"):
            values[entry.slot] = sheet.value(entry, values)
    return values[entry_of(sheet, "E_total").slot]


@pytest.mark.parametrize("name", ["mazur", "gurlahosur"])
def test_the_gradient_of_a_fixed_bias_is_the_slope_of_the_error(name):
    for network in signs_of(name, ["train_biases=false"]):
        sheet = sheet_of(network)
        biases = [bias.name for layer in network.layers for bias in layer.biases]
        unasked = [form.format(b) for b in biases for form in ("dE_d{}", "change_{}", "{}_new")]
        assert {e.key for e in sheet.entries if not e.asked and e.step.stage == "update"} >= {
            *unasked
        }
        for bias in biases:
            slot = sheet.given_slots[bias]
            at = sheet.truths[slot]
            high, low = (error_with(sheet, slot, at + step) for step in (1e-5, -1e-5))
            gradient = sheet.truths[entry_of(sheet, f"dE_d{bias}").slot]
            assert gradient == pytest.approx((high - low) / 2e-5, rel=1e-6)
            assert sheet.truths[entry_of(sheet, f"{bias}_new").slot] == at
            assert sheet.truths[entry_of(sheet, f"change_{bias}").slot] == 0


def test_in_a_sequential_update_fixed_biases_have_the_gradients_of_trained_ones():
    fixed, trained = (
        sheet_of(load("mazur", ["update=sequential", f"train_biases={trains}"]))
        for trains in ("false", "true")
    )
    for key in ("dE_db1", "dE_db2"):
        values = [sheet.truths[entry_of(sheet, key).slot] for sheet in (fixed, trained)]
        assert values[0] == values[1]


def test_lines_of_fixed_biases_are_there_where_a_sample_has_deltas():
    def keys(name, *settings):
        return {e.key for e in sheet_of(load(name, settings)).entries}

    assert {"dE_db1", "change_b1", "b1_new"} <= keys("mazur")
    assert "dE_db1" in keys("mazur", "train_biases=true")
    fixed = keys("batch", "train_biases=false")
    assert not {key for key in fixed if "db" in key}
