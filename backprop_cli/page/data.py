"""What scripts get: the network, how numbers are written, and the values that no step shows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backprop_cli.engine import Address, Line, Network
from backprop_cli.page.sources import Sources
from backprop_cli.show import Page
from backprop_cli.show.formats.json_ import network_data

SCHEMA = "backprop/page/1"


def page_data(
    page: Page, lines: Sequence[Line], shown: Iterable[Line], sources: Sources, folded: bool
) -> dict[str, Any]:
    """The data of a page: `lines` are all that were worked, `shown` those that stand on it.

    `given` has [symbol, value, what it is] by key; `unshown` the values of the other lines that
    a reader may ask for; `passes` the samples of each epoch in their order, with what keys of
    theirs begin with: those of their own (`prefix`), those of all samples of their update
    (`together`), and those of the update before (`before`; null for the first).
    """
    on_page = {line.address for line in shown}
    return {
        "schema": SCHEMA,
        "network": network_data(page.network),
        "form": {
            "digits": page.form.digits,
            "decimals": page.form.decimals,
            "fractions": page.form.fractions,
        },
        "folded": folded,
        "given": {
            key: [given.symbol, as_number(given.value), given.word]
            for key, given in sources.given.items()
        },
        "unshown": {
            sources.keys[line.address]: as_number(line.value)
            for line in lines
            if line.address not in on_page and not (folded or line.step.key.endswith("_end"))
        },
        "letters": page.network.notation.keys,
        "passes": list(_passes(page.network, lines, sources.keys)),
    }


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
