"""Every number printed in a published worked example, by the oracle alone.

Each file in published/ is one worked example: facts and figures only.

config       the network as a config of the program
published    printed numbers: `key` is the program's key, with ``sample2.`` before it where there
             are several samples and ``epoch3.`` from the second epoch on. A printed number is
             `sign` (default 1) times `factor` (default 1) times that quantity; `name` is what the
             source calls it, and `from_memory` says that the print itself was not at hand
state        printed outputs of `sample` under the weights `after_update` so many updates, which no
             key names (online learning, another sample than the one just learnt)
errata       printed numbers that the source's own rule does not give: what it gives (`recomputed`)
             and what kind of slip it is. `explained` says where the print does come out: with
             some settings changed (`set`), at another `key`, or with another `sign`
rounded      settings under which all numbers come out, the errata too
unsupported  printed numbers that the program has no name for
"""

import functools
import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import oracle
import pytest

CASES = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "published").glob("*.json"))
}
every_case = pytest.mark.parametrize("slug", CASES)
EXPLAINED = [
    pytest.param(slug, erratum, id=f"{slug}-{erratum['printed']}")
    for slug, case in CASES.items()
    for erratum in case["errata"]
    if "explained" in erratum
]


def epoch_of(key):
    """The epoch that a key names; the first where it names none."""
    found = re.match(r"epoch(\d+)\.", key)
    return int(found[1]) if found else 1


@functools.cache
def quantities(config, epochs):
    """The oracle's quantities of some epochs (config as JSON), under keys as in the files."""
    found = oracle.expected_quantities(
        json.loads(config), max(epochs), only=epochs, by_hand=max(epochs) > 50
    )
    return {key.removeprefix("epoch1."): value for key, value in found.items()}


@functools.cache
def weights_after(config, update):
    """The oracle's parameters after so many updates (config as JSON)."""
    records = oracle.updates(json.loads(config), update, by_hand=True)
    return next(record["after"] for record in records if record["update"] == update)


def value(case, entry, changes=()):
    """What a published number should be."""
    config = {**case["config"], **dict(changes)}
    text = json.dumps(config)
    if "after_update" in entry:
        x, t = oracle.samples(config)[entry["sample"] - 1]
        params = weights_after(text, entry["after_update"])
        return oracle.forward_quantities(config, params, x, t)[entry["key"]]
    epochs = frozenset(map(epoch_of, keys(case)))
    quantity = quantities(text, epochs)[entry["key"]]
    return entry.get("sign", 1) * entry.get("factor", 1) * quantity


def keys(case):
    """Every key of a case."""
    explained = [erratum.get("explained", {}) for erratum in case["errata"]]
    entries = [*case["published"], *(entry for entry in explained if "key" in entry)]
    return [entry["key"] for entry in entries]


def unit(printed):
    """One unit of the last printed place."""
    return 10.0 ** Decimal(printed).as_tuple().exponent


def prints_as(number, printed):
    """Whether a number rounds to the printed digits, give or take the rounding of doubles."""
    return abs(number - float(printed)) <= 0.51 * unit(printed) + 1e-16


def identity(entry):
    """What a published number and its erratum have in common."""
    return entry["key"], entry.get("after_update"), entry.get("sample"), entry["printed"]


@every_case
def test_every_printed_number_comes_out_except_the_errata(slug):
    case = CASES[slug]
    errata = {identity(erratum) for erratum in case["errata"]}
    for entry in [*case["published"], *case["state"]]:
        comes_out = prints_as(value(case, entry), entry["printed"])
        assert comes_out == (identity(entry) not in errata), (entry, value(case, entry))


@every_case
def test_what_should_have_been_printed_is_known(slug):
    case = CASES[slug]
    for erratum in case["errata"]:
        assert value(case, erratum) == pytest.approx(float(erratum["recomputed"]), rel=1e-11)


@every_case
def test_an_erratum_is_about_a_published_number(slug):
    case = CASES[slug]
    published = {identity(entry) for entry in [*case["published"], *case["state"]]}
    assert {identity(erratum) for erratum in case["errata"]} <= published


@every_case
def test_every_number_has_a_place(slug):
    assert CASES[slug]["unsupported"] == []


@pytest.mark.parametrize(("slug", "erratum"), EXPLAINED)
def test_an_explained_erratum_comes_out_under_its_explanation(slug, erratum):
    explained = dict(erratum["explained"])
    changes = tuple(explained.pop("set", {}).items())
    number = value(CASES[slug], {**erratum, **explained}, changes)
    assert prints_as(number, erratum["printed"])


@pytest.mark.parametrize(("printed", "wrong"), [("0.3775", 0.3776), ("-16", -16.6), ("1e-3", 2e-3)])
def test_a_wrong_last_digit_is_noticed(printed, wrong):
    assert prints_as(float(printed), printed)
    assert not prints_as(wrong, printed)


# -- rounding on the way ---------------------------------------------------------------------------


def rounded_quantities(config, round_each):
    """One step of a logistic network as worked on paper: rounded half up, and then carried on.

    Slopes, gradients and changes are not rounded. δ is −∂E/∂net, the error half squared.
    """

    def rounding(kind, number):
        return number.quantize(Decimal(1).scaleb(-round_each[kind]), ROUND_HALF_UP)

    def logistic(net):
        return rounding("out", 1 / (1 + (-net).exp()))

    config = json.loads(json.dumps(config), parse_float=Decimal)
    hidden, output = config["layers"]
    inputs, (target,), eta = config["inputs"], config["targets"], config["eta"]
    found, signals = {}, [inputs]
    for layer, letter in ((hidden, "h"), (output, "o")):
        rows = enumerate(zip(layer["weights"], layer["biases"], strict=True), 1)
        for i, (row, bias) in rows:
            net = sum(w * x for w, x in zip(row, signals[-1], strict=True)) + bias
            found[f"net_{letter}{i}"] = rounding("net", net)
            found[f"out_{letter}{i}"] = logistic(found[f"net_{letter}{i}"])
        signals.append([found[f"out_{letter}{i}"] for i in range(1, len(layer["biases"]) + 1)])
    (out,) = signals[2]
    top = rounding("delta", out * (1 - out) * (target - out))
    (back,) = output["weights"]
    below = [
        rounding("delta", y * (1 - y) * top * w) for y, w in zip(signals[1], back, strict=True)
    ]
    deltas = {f"h{i}": delta for i, delta in enumerate(below, 1)} | {"o1": top}
    found |= {f"delta_{name}": delta for name, delta in deltas.items()}
    number = 0
    for layer, names, incoming in ((hidden, ["h1", "h2"], inputs), (output, ["o1"], signals[1])):
        for name, row, bias in zip(names, layer["weights"], layer["biases"], strict=True):
            found[f"b_{name}_new"] = rounding("parameter", bias + eta * deltas[name])
            for w, x in zip(row, incoming, strict=True):
                number += 1
                found[f"w{number}_new"] = rounding("parameter", w + eta * deltas[name] * x)
    return found


def test_han_and_kamber_round_on_the_way():
    case = CASES["han-kamber-3-2-1"]
    found = rounded_quantities(case["config"], case["rounded"]["round_each"])
    for entry in case["published"]:
        assert found[entry["key"]] == Decimal(entry["printed"]), entry
