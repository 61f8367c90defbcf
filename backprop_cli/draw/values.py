"""The numbers of one sample among the lines of a pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backprop_cli.engine import Network, Scope
from backprop_cli.errors import UsageError


def values_of(network: Network, lines: Iterable[Any], sample: int = 1) -> Scope:
    """Every value of the sample with this number (from 1), by its unqualified key.

    `lines` are those of one epoch, of which no more are taken than it needs. Raises `UsageError`
    for a sample that there is not.
    """
    count = len(network.samples)
    if not 1 <= sample <= count:
        raise UsageError(f"there is no sample {sample}: the config has {count}")
    found: Scope | None = None
    for line in lines:
        number = line.address.sample
        if found is None and number == sample:
            found = line.scope
        elif found is not None and not network.reduces and number != sample:
            break
    assert found is not None  # every epoch has every sample
    return found
