"""Every number printed in a published worked example comes out of the program."""

import functools
import json

import pytest
import strategies
from published import (
    CASES,
    EXPLAINED,
    epoch_of,
    every_case,
    identity,
    keys,
    prints_as,
)

from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.engine import arithmetic_of, qualified
from backprop_cli.engine.quantities import Quantities
from backprop_cli.engine.running import givens, lines, run
from backprop_cli.engine.steps import forward
from backprop_cli.train import state_before


@functools.cache
def network(config):
    return network_of(parse_document(strategies.to_toml(json.loads(config)), "case.toml"))


@functools.cache
def quantities(config, epoch):
    """Value of every quantity of an epoch, by its key without the epoch."""
    net = network(config)
    arithmetic = arithmetic_of(net)
    state = state_before(net, epoch, arithmetic)
    passed = lines(net, [epoch], arithmetic, state)
    return {qualified(line, net, several_epochs=False): float(line.value) for line in passed}


def outputs_after(config, updates, sample):
    """Net inputs and outputs of a sample under the weights after so many updates."""
    net = network(config)
    per_epoch = len(net.batches())
    assert updates % per_epoch == 0
    q = Quantities(net)
    known = state_before(net, updates // per_epoch + 1).values | givens(net, sample)
    return {step.key: value for step, value in run(forward(q), dict(known))}


def value(case, entry, changes=()):
    """What the program says of a published number."""
    config = json.dumps({**case["config"], **dict(changes)})
    if "after_update" in entry:
        return outputs_after(config, entry["after_update"], entry["sample"])[entry["key"]]
    epoch = epoch_of(entry["key"])
    quantity = quantities(config, epoch)[entry["key"].removeprefix(f"epoch{epoch}.")]
    return entry.get("sign", 1) * entry.get("factor", 1) * quantity


@every_case
def test_every_printed_number_comes_out_except_the_errata(slug):
    case = CASES[slug]
    errata = {identity(erratum) for erratum in case["errata"]}
    assert keys(case)
    for entry in [*case["published"], *case["state"]]:
        comes_out = prints_as(value(case, entry), entry["printed"])
        assert comes_out == (identity(entry) not in errata), (entry, value(case, entry))


@every_case
def test_what_should_have_been_printed_comes_out(slug):
    case = CASES[slug]
    for erratum in case["errata"]:
        assert value(case, erratum) == pytest.approx(float(erratum["recomputed"]), rel=1e-10)


@pytest.mark.parametrize(("slug", "erratum"), EXPLAINED)
def test_an_erratum_comes_out_under_its_explanation(slug, erratum):
    explained = dict(erratum["explained"])
    changes = tuple(explained.pop("set", {}).items())
    assert prints_as(value(CASES[slug], {**erratum, **explained}, changes), erratum["printed"])


@pytest.mark.parametrize("slug", [slug for slug, case in CASES.items() if "rounded" in case])
def test_rounding_as_the_book_does_gives_the_book_digit_for_digit(slug):
    case = CASES[slug]
    for entry in case["published"]:
        rounded = value(case, entry, tuple(case["rounded"].items()))
        assert rounded == float(entry["printed"]), entry


def test_rounding_to_three_places_gives_the_numbers_of_han_and_kamber():
    """All twenty but one: the book writes Err6 with a fourth place, 0.1311."""
    case = CASES["han-kamber-3-2-1"]
    rounded = {e["name"]: value(case, e, (("round_each", 3),)) for e in case["published"]}
    assert rounded.pop("Err6") == 0.131
    printed = {e["name"]: e["printed"] for e in case["published"]}
    for name, number in rounded.items():
        places = len(printed[name].split(".")[1])
        assert f"{number:.{places}f}" == f"{float(printed[name]):.{places}f}", name
