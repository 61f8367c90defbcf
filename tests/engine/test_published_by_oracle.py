"""Every number printed in a published worked example, by the oracle alone."""

import json
from decimal import ROUND_HALF_UP, Decimal

import pytest
from published import CASES, EXPLAINED, every_case, identity, prints_as, value

pytestmark = pytest.mark.thorough


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
