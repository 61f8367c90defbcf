"""Which units of a layer are drawn: all of them, or of a large layer the first and the last."""

from __future__ import annotations

from typing import NamedTuple

from backprop_cli.engine import Unit

MOST = 30
"""A layer of more units than these is folded unless it is said otherwise."""
SHOWN = 8
"""Of a folded layer so many are drawn, if so many may be."""


class Folded(NamedTuple):
    """Units that are drawn: the `first`, and after a gap of `hidden` units the `last`."""

    first: tuple[Unit, ...]
    last: tuple[Unit, ...] = ()
    hidden: int = 0

    @property
    def shown(self) -> tuple[Unit, ...]:
        return self.first + self.last


def folded(units: tuple[Unit, ...], most: int = MOST) -> Folded:
    """`units`, folded where there are more than `most`: more of the first than of the last."""
    if len(units) <= most:
        return Folded(units)
    shown = max(min(most, SHOWN), 2)
    last = max(shown * 3 // 8, 1)
    first = shown - last
    return Folded(units[:first], units[-last:], len(units) - shown)


def said(fold: Folded, layer: str) -> str:
    """What is left out, in words: "input: 776 of 784 units are not drawn (i6 to i781)"."""
    total = len(fold.shown) + fold.hidden
    after, before = fold.first[-1].name, fold.last[0].name
    verb = "is" if fold.hidden == 1 else "are"
    return f"{layer}: {fold.hidden} of {total} units {verb} not drawn, between {after} and {before}"
