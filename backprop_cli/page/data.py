"""What scripts get: the network, how numbers are written, and the values that no step shows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backprop_cli.engine import Address, Line, Network
from backprop_cli.page.sources import Given, Sources
from backprop_cli.show import Page
from backprop_cli.show.formats.json_ import network_data

SCHEMA = "backprop/page/1"


def page_data(
    page: Page,
    lines: Sequence[Line],
    shown: Iterable[Line],
    sources: Sources,
    folded: bool,
    brief: bool,
) -> dict[str, Any]:
    """The data of a page: `lines` are all that were worked, `shown` those that stand on it.

    `given` has [value, symbol, what it is] by key; `unshown` the values of the other lines that
    a reader may ask for, if these are not many (`brief`); `passes` the samples of each epoch in
    their order, with what keys of theirs begin with: those of their own (`prefix`), those of all
    samples of their update (`together`), and those of the update before (`before`; null for the
    first). A symbol that is the key is left out, and so is the word `weight`.
    """
    on_page = {line.address for line in shown}
    return {
        "schema": SCHEMA,
        "network": _network(page.network, brief),
        "form": {
            "digits": page.form.digits,
            "decimals": page.form.decimals,
            "fractions": page.form.fractions,
        },
        "folded": folded,
        "given": {key: _given(key, given) for key, given in sources.given.items()},
        "unshown": {
            sources.keys[line.address]: as_number(line.value)
            for line in lines
            if not (brief or line.address in on_page or line.step.key.endswith("_end"))
        },
        "letters": page.network.notation.keys,
        "passes": list(_passes(page.network, lines, sources.keys)),
    }


def _given(key: str, given: Given) -> list[Any]:
    """Value, symbol, and what it is in a word."""
    value, symbol = as_number(given.value), given.symbol
    word = "" if given.word == "weight" else given.word
    return [value, "" if symbol == key else symbol, word] if word or symbol != key else [value]


def _network(network: Network, brief: bool) -> dict[str, Any]:
    """The network as its config says it; of a large one the names alone, for it has many."""
    data = network_data(network)
    if brief:
        data["layers"] = [layer | {"weights": []} for layer in data["layers"]]
    return data


def _passes(
    network: Network, lines: Iterable[Line], keys: Mapping[Address, str]
) -> Iterable[dict[str, Any]]:
    """The epochs' samples, in the order in which they are presented."""
    seen: set[tuple[int, int]] = set()
    update: tuple[int, int] | None = None
    before = latest = None
    for line in lines:
        at = line.address
        prefix = keys[at].removesuffix(at.key)
        if at.sample and (at.epoch, at.sample) not in seen:
            seen.add((at.epoch, at.sample))
            one = (at.epoch, at.batch if network.reduces else at.sample)
            if one != update:
                update, before = one, latest
            epoch = f"epoch{at.epoch}." if prefix.startswith("epoch") else ""
            together = epoch + (f"batch{at.batch}." if at.batch else "")
            yield {
                "epoch": at.epoch,
                "batch": at.batch,
                "sample": at.sample,
                "prefix": prefix,
                "together": together,
                "before": before,
            }
        if line.step.kind == "new":
            latest = prefix


def as_number(value: Any) -> float | None:
    """`value` as a float for JSON; None where it is not finite, which JSON cannot say."""
    number = float(value)
    return number if math.isfinite(number) else None
