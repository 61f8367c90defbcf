"""What a rounded answer lends to the lines after it, and that a coarse one lends no more."""

from math import floor, log10

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import configs
from students import answer, answers_to, entry_of, network_from, typed

from backprop_cli import load
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts import CORRECT, WRONG, Precision, mark
from backprop_cli.marking.verdicts.habits import habit_of

pytestmark = pytest.mark.thorough


def status_of(sheet, key, precision=None, **texts):
    found = mark(sheet, answers_to(sheet, **texts), precision)
    return {verdict.entry.key: verdict.status for verdict in found.verdicts}[key]


def relu_of(net):
    """The tutorial network with relu, whose first hidden unit has this net input."""
    lines = ["layers.0.activation=relu", f"layers.0.bias={net}", "inputs=[0, 0]"]
    return sheet_of(load("mazur", lines))


def test_a_coarse_answer_opens_no_door_for_an_invented_one():
    sheet = relu_of(7.2)
    for invented in ("9.876", "3.9", "8.5", "7.31"):
        assert status_of(sheet, "out_h1", net_h1="1e1", out_h1=invented) == WRONG
    for honest in ("10", "10.0", "7.2", "7.20", "7.24"):
        assert status_of(sheet, "out_h1", net_h1="1e1", out_h1=honest) == CORRECT


@pytest.mark.parametrize("zero", ["0", "0.0", "0e3", "0e300"])
def test_a_right_zero_lends_nothing(zero):
    sheet = relu_of(-1)
    given = {"out_h1": zero, "out_h2": zero}
    assert status_of(sheet, "net_o1", **given, net_o1="0.600") == CORRECT
    assert status_of(sheet, "net_o1", **given, net_o1="0.612") == WRONG


@pytest.mark.parametrize(("digits", "status"), [(1, CORRECT), (2, WRONG), (3, WRONG)])
def test_the_fewest_digits_that_are_permitted_say_how_much_is_lent(digits, status):
    sheet = sheet_of(load("mazur"))
    texts = {"net_h1": "0.4", "out_h1": "0.6009"}  # truths: 0.3775 and 0.59327
    assert status_of(sheet, "out_h1", Precision(digits), **texts) == status


def lent(number, truth, least, habit):
    """Half a unit of the last digit written, or of the last that is asked for if that is less.

    Whoever writes to three decimals throughout goes on from numbers of fewer digits.
    """
    if habit.digits >= least and habit.has(number):
        return number.half
    size = max(abs(number.value), abs(truth))
    unit = 10.0 ** (floor(log10(size)) + 1 - least) if size else number.unit
    return min(number.unit, unit) / 2


@settings(max_examples=60, deadline=None)
@given(configs(max_samples=2, max_layers=2), st.data())
def test_no_wrong_number_is_excused_by_the_coarseness_of_those_before(config, data):
    """In a key with lines of one to six digits, one number is off by more than it may be.

    All that it is worked from is handed in: of lines that are not, rounding on the way is granted.
    """
    sheet = sheet_of(network_from(config))
    lines = [entry for entry in sheet.entries if entry.asked]
    count = len(lines)
    digits = data.draw(st.lists(st.integers(1, 6), min_size=count, max_size=count))
    numbers = {e.slot: typed(sheet.truths[e.slot], n) for e, n in zip(lines, digits, strict=True)}
    worked = {entry.slot for entry in sheet.entries}
    closed = [e for e in lines if all(o in numbers for o in e.operands if o in worked)]
    spoilt = data.draw(st.sampled_from(closed))
    written = [numbers[e.slot] for e in lines if e.slot < spoilt.slot]
    habit = habit_of(written)
    truth = sheet.truths[spoilt.slot]
    slopes = zip(sheet.partials(spoilt), spoilt.operands, strict=True)
    widened = sum(
        slope * lent(numbers[slot], sheet.truths[slot], 3, habit)
        for slope, slot in slopes
        if slot in numbers
    )
    off = 1.05 * widened + 1e-5 * abs(truth) + 1e-9
    number = typed(truth + data.draw(st.sampled_from([-1, 1])) * off * 2, 9)
    answers = [
        answer(e, number if e is spoilt else numbers[e.slot])
        for e in lines
        if e.slot <= spoilt.slot
    ]
    found = mark(sheet, answers).answered
    own = list(sheet.truths)
    for slot, verdict in found.items():
        own[slot] = verdict.number.value
    follows = [sheet.value(spoilt, own, way.formula) for way in sheet.ways(spoilt)]
    assume(all(abs(number.value - value) > 3 * widened + 1e-6 * abs(value) for value in follows))
    assert found[spoilt.slot].status == WRONG


@pytest.mark.parametrize("delta", ["0.9000", "0.1385"])
def test_what_rounding_opens_is_worked_with_the_students_own_numbers(delta):
    """dE_dw5 is δ_o1·out_h1: the slope by out_h1 is the δ that was written, far off or near."""
    sheet = sheet_of(load("mazur"))
    paper = mark(sheet, answers_to(sheet, delta_o1=delta, out_h1="0.5933")).paper
    entry = entry_of(sheet, "dE_dw5")
    widening = 0.5933 * 0.00005 + float(delta) * 0.00005
    assert paper.widening(entry) == pytest.approx(widening, rel=1e-3)
