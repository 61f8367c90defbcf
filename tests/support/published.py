"""Published worked examples, and what the oracle makes of each printed number.

Each file in published_cases/ is one worked example: facts and figures only.

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
from decimal import Decimal
from pathlib import Path

import oracle
import pytest

CASES = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "published_cases").glob("*.json"))
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
