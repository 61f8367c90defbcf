"""Numbers that a program wrote are known, and their type is, and nothing else is taken for one."""

import json
import math
import random
import struct

import pytest

from backprop_cli import load
from backprop_cli.marking.assessment import Desk
from backprop_cli.marking.reading import faultless, located, number_of
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.reading.machine import FLOAT16, FLOAT32, FLOAT64, as_machine, type_of

CODES = {"float16": "e", "float32": "f", "float64": "d"}


def rounded(kind):
    """What a variable of that type keeps of a float."""
    return lambda x: struct.unpack(CODES[kind], struct.pack(CODES[kind], x))[0]


def shortest(kind):
    """The text of fewest digits that is read back to the same number."""

    def written(x):
        texts = (f"{x:.{digits}g}" for digits in range(1, 18))
        return next(text for text in texts if rounded(kind)(float(text)) == x)

    return written


WRITERS = {
    "in full": lambda kind: repr,
    "to 17 digits": lambda kind: "{:.17g}".format,
    "to as many as tell it": lambda kind: {"float16": "{:.5g}", "float32": "{:.9g}"}[kind].format,
    "as short as it is read back": shortest,
}


def program(kind, mistake=""):
    """The numbers of the tutorial's network, every operation rounded to the type, in plain code."""
    r = rounded(kind)

    def dot(weights, values, bias):
        total = r(0.0)
        for w, x in zip(weights, values, strict=True):
            total = r(total + r(r(w) * x))
        return r(total + r(bias))

    def logistic(x):
        return r(1.0 / r(1.0 + r(math.exp(-x))))

    said = {}
    inputs, targets, eta = [r(0.05), r(0.10)], [r(0.01), r(0.99)], r(0.5)
    below, above = [[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45], [0.5, 0.55]]
    for layer, weights, bias in (("h", below, 0.35), ("o", above, 0.6)):
        into = inputs if layer == "h" else [said["out_h1"], said["out_h2"]]
        for unit, row in enumerate(weights, start=1):
            left_out = mistake == "missing-bias" and layer == "o"
            net = dot(row, into, 0.0 if left_out else bias)
            said |= {f"net_{layer}{unit}": net, f"out_{layer}{unit}": logistic(net)}
    new = []
    for unit, (row, target) in enumerate(zip(above, targets, strict=True), start=1):
        out = said[f"out_o{unit}"]
        term, slope = r(out - target), r(out * r(1 - out))
        delta = term if mistake == "missing-slope-output" else r(term * slope)
        said |= {f"dE_dout_o{unit}": term, f"dout_dnet_o{unit}": slope, f"delta_o{unit}": delta}
        new.append([])
        for at, w in enumerate(row, start=1):
            gradient = r(delta * said[f"out_h{at}"])
            change = r(eta * gradient)
            new[-1].append(r(r(w) + (change if mistake == "added-gradient" else -change)))
            key = 2 + 2 * unit + at
            said |= {f"dE_dw{key}": gradient, f"w{key}_new": new[-1][-1]}
    used = new if mistake == "updated-weights" else above
    for unit in (1, 2):
        term = dot([used[0][unit - 1], used[1][unit - 1]], [said["delta_o1"], said["delta_o2"]], 0)
        out = said[f"out_h{unit}"]
        delta = r(term * r(out * r(1 - out)))
        said |= {f"dE_dout_h{unit}": term, f"delta_h{unit}": delta}
        for at, x in enumerate(inputs, start=1):
            key = 2 * unit - 2 + at
            gradient = r(delta * x)
            said |= {f"dE_dw{key}": gradient}
            said |= {f"w{key}_new": r(r(below[unit - 1][at - 1]) - r(eta * gradient))}
    return said


FORMS = {
    "json": lambda pairs: "{" + ", ".join(f'"{key}": {text}' for key, text in pairs) + "}",
    "jsonl": lambda pairs: "\n".join(f'{{"key": "{k}", "value": {text}}}' for k, text in pairs),
    "csv": lambda pairs: "quantity,value\n" + "\n".join(f"{key},{text}" for key, text in pairs),
    "toml": lambda pairs: "\n".join(f"{key} = {text}" for key, text in pairs),
}


def assessed(text, name, is_machine=None):
    desk = Desk(load("mazur"))
    return desk.assess(faultless(located(items_of(text, name), desk.keys, is_machine)))


def handed(kind, writer, form, mistake="", **changed):
    text = WRITERS[writer](kind)
    pairs = [(key, text(value)) for key, value in (program(kind, mistake) | changed).items()]
    return assessed(FORMS[form](pairs), f"mine.{form}")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("kind", ["float16", "float32"])
def test_a_right_program_is_all_right_and_its_type_is_known(kind, writer, form):
    found = handed(kind, writer, form)
    assert [m.key for m in found.answers if m.verdict.status != "correct"] == []
    assert found.machine.name == kind


@pytest.mark.parametrize("form", ["json", "jsonl"])
@pytest.mark.parametrize("writer", ["in full", "to 17 digits"])
def test_a_program_of_doubles_is_known_where_programs_write(writer, form):
    found = handed("float64", writer, form)
    assert found.all_correct
    assert found.machine == FLOAT64


@pytest.mark.parametrize("form", ["csv", "toml"])
def test_many_digits_in_a_table_are_taken_as_typed(form):
    found = handed("float64", "in full", form)
    assert found.all_correct
    assert found.machine is None


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize(
    "mistake", ["missing-bias", "missing-slope-output", "added-gradient", "updated-weights"]
)
def test_a_mistake_in_a_program_is_named_alone(kind, mistake):
    found = handed(kind, "in full", "json", mistake)
    wrong = [m for m in found.answers if m.verdict.status == "wrong"]
    assert {m.mistakes for m in wrong} == {(mistake,)}


@pytest.mark.parametrize(("kind", "off"), [("float64", 1e-9), ("float32", 1e-5)])
def test_what_is_off_by_more_than_the_type_allows_is_wrong(kind, off):
    right = program(kind)["net_h1"]  # the largest net input of its layer is 0.3925
    size = abs(right) + 0.3925
    near = handed(kind, "in full", "json", net_h1=right + 0.8 * off * size)
    assert near.answers[0].verdict.status == "correct"
    far = handed(kind, "in full", "json", net_h1=right + 1.2 * off * size)
    assert far.answers[0].verdict.status == "wrong"


def test_follow_through_is_as_strict():
    said = program("float64", "missing-bias")
    off = handed("float64", "in full", "json", "missing-bias", out_o1=said["out_o1"] * (1 + 1e-7))
    assert [m.key for m in off.answers if m.verdict.status == "wrong"] == [
        "net_o1", "out_o1", "net_o2", "dE_dout_o1", "dout_dnet_o1",
    ]  # fmt: skip  # the last two were worked from another out_o1


def test_short_numbers_of_a_program_are_no_rounded_ones():
    said = {"net_h1": 0.38, "net_h2": 0.3925, "out_h1": 0.5932699921071872}
    assert assessed(json.dumps(said), "mine.json").answers[0].verdict.status == "wrong"
    typed = assessed(json.dumps(said), "mine.json", is_machine=False)
    assert typed.answers[0].verdict.status == "correct"
    by_hand = json.dumps({"net_h1": 0.38, "net_h2": 0.3925})
    assert assessed(by_hand, "mine.json").all_correct
    assert assessed(by_hand, "mine.json", is_machine=True).counts["wrong"] == 1


@pytest.mark.parametrize(("digits", "machine"), [(10, False), (11, True)])
def test_a_person_writes_ten_digits_at_most(digits, machine):
    text = f'{{"out_h1": {0.5932699921071872:.{digits}f}}}'
    assert (assessed(text, "mine.json").machine is not None) is machine
    assert assessed(text.replace(": ", ': "').replace("}", '"}'), "mine.json").machine is None


def test_givens_may_be_repeated_as_the_type_has_them():
    said = program("float32") | {"i1": rounded("float32")(0.05), "w5": rounded("float32")(0.4)}
    assert assessed(json.dumps(said), "mine.json").all_correct


@pytest.mark.parametrize("digits", range(1, 11))
def test_what_a_person_rounds_is_of_no_type(digits):
    picked = random.Random(7)
    numbers = [number_of(f"{picked.uniform(0.001, 2):.{digits}g}") for _ in range(60)]
    assert type_of(numbers, False) is None


def test_short_numbers_by_themselves_are_of_no_type():
    halves = [number_of(text) for text in ("0.5", "0.25", "0.015625", "0.0009765625") * 5]
    assert type_of(halves, False) is None
    assert type_of(halves, True) is FLOAT64


def test_the_type_is_that_of_three_quarters():
    texts = [repr(rounded("float32")(k / 7)) for k in range(1, 7)]
    for wider, expected in ((2, FLOAT32), (3, FLOAT64)):
        numbers = [number_of(t) for t in [*texts, *(repr(k / 11) for k in range(1, 1 + wider))]]
        assert type_of(numbers, True) is expected


def test_numbers_beyond_a_type_are_not_of_it():
    texts = [f"{rounded('float32')(k * 1e6 / 7):.9g}" for k in range(1, 9)]
    assert type_of([number_of(text) for text in texts], False) is FLOAT32
    assert type_of([number_of(text) for text in ("1e300", "2.5e-300")], True) is FLOAT64


def test_short_texts_of_a_program_are_of_the_narrowest_usual_type():
    assert type_of([number_of("0.593270"), number_of("0.377501")], True) is FLOAT32
    assert type_of([], True) is FLOAT64
    assert as_machine([None, number_of("0")], True)[0] is None


def test_a_half_is_a_float16s_only_among_others():
    texts = [f"{rounded('float16')(k / 13):.5g}" for k in range(1, 13)]
    assert type_of([number_of(text) for text in texts], False) is FLOAT16


def test_what_cancels_may_be_off_by_as_much_as_floats_leave():
    """out − t with out near t has few digits left, in all that is worked from it."""
    network = load("mazur", ["targets=[0.75137, 0.77293]"])
    desk, r = Desk(network), rounded("float32")
    truths = {entry.key: desk.keys.sheet.truths[entry.slot] for entry in desk.keys.sheet.entries}
    term = r(r(truths["out_o1"]) - r(0.75137))
    assert abs(term - truths["dE_dout_o1"]) > 2e-5 * max(abs(truths["dE_dout_o2"]), abs(term))
    said = {key: r(value) for key, value in truths.items() if key.startswith(("net", "out"))}
    said["dE_dout_o1"] = term
    items = items_of(json.dumps(said), "mine.json")
    assert desk.assess(faultless(located(items, desk.keys))).all_correct


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_a_slip_in_a_number_of_a_program_is_found_as_in_any_other(kind):
    right = program(kind)["net_h1"]
    slipped = handed(kind, "in full", "json", net_h1=rounded(kind)(10 * right))
    assert slipped.answers[0].mistakes == ("decimal-slip",)
