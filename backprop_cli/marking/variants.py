"""A network of its own for every student, drawn by a generator that never changes.

The generator is SplitMix64 (Steele, Lea & Flood, 2014), begun with the first eight bytes of the
SHA-256 of ``exercise\\nstudent\\nsalt\\nattempt`` in UTF-8, read as a big-endian number. A number
between two bounds is low + (draw mod n)·step, where the n steps of 10^−decimals reach from one
bound to the other. docs/worksheet.md writes it down, a test pins it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

from backprop_cli.config import INVALID, Checker, Document, KeyPath, with_defaults
from backprop_cli.errors import ConfigError, Place, Problem
from backprop_cli.formulas import Exact
from backprop_cli.marking.sheet import Sheet

ATTEMPTS = 500
"""After so many unfair draws no exercise is made."""

NEAR_KINK = 0.01
"""A net input this near to the kink of its activation has no slope to speak of."""

MASK = 2**64 - 1


class Generator:
    """SplitMix64: a stream of 64-bit numbers."""

    def __init__(self, *seed: str) -> None:
        digest = hashlib.sha256("\n".join(seed).encode()).digest()
        self._state = int.from_bytes(digest[:8], "big")

    def draw(self) -> int:
        """The next number, from 0 to 2⁶⁴ − 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def number(self, low: Decimal, high: Decimal, decimals: int) -> Decimal:
        """A number from low to high, both included, with so many decimals."""
        step = Decimal(1).scaleb(-decimals)
        count = int((high - low) / step) + 1
        return low + (self.draw() % count) * step


@dataclass(frozen=True, slots=True)
class Ranges:
    """What [variants] says: bounds by kind of number, and what makes an exercise fair."""

    bounds: Mapping[str, tuple[Decimal, Decimal]]
    decimals: int
    exercise: str
    salt: str
    least_delta: float
    greatest_net: float


def ranges_of(document: Document) -> Ranges:
    """The [variants] of a config. Raises `ConfigError` with all that is wrong."""
    if "variants" not in document.data:
        hint = "write [variants] with weights = [0.1, 0.9], say, and inputs, biases, targets"
        raise ConfigError(Problem("there is no [variants] table", Place(document.name), hint))
    checker = Checker(document)
    table = checker.table("variants", document.data["variants"], ("variants",))
    table = with_defaults("variants", table)
    bounds = {}
    for kind in ("weights", "biases", "inputs", "targets"):
        pair = table.get(kind, INVALID)
        if pair is INVALID:
            continue
        if len(pair) != 2 or pair[0] > pair[1]:
            what = "expected the least number and the greatest"
            checker.problem(("variants", kind), what, f"{kind} = [0.1, 0.9]")
            continue
        bounds[kind] = (_decimal(pair[0]), _decimal(pair[1]))
    decimals = table["decimals"]
    if decimals is not INVALID and not 0 <= decimals <= 15:
        checker.problem(("variants", "decimals"), f"must be from 0 to 15, not {decimals}")
    if not bounds and not checker.failed:
        checker.problem(("variants",), "there is nothing to draw", "weights = [0.1, 0.9]")
    checker.finish()
    names = (table.get(key, "") for key in ("exercise", "salt"))
    limits = (float(table[key]) for key in ("least_delta", "greatest_net"))
    return Ranges(bounds, decimals, *names, *limits)


def _decimal(number: Exact) -> Decimal:
    if isinstance(number, Decimal):
        return number
    return Decimal(number.numerator) / Decimal(number.denominator)


def drawn_changes(
    document: Document, ranges: Ranges, student: str, attempt: int
) -> dict[KeyPath, str]:
    """New texts for the numbers of a config, by their place in it: one student's own network."""
    generator = Generator(ranges.exercise, student, ranges.salt, str(attempt))
    return {
        path: str(generator.number(*ranges.bounds[kind], ranges.decimals))
        for kind, path in _numbers(document.data)
        if kind in ranges.bounds and document.span(*path) is not None
    }


def _numbers(data: Mapping[str, Any]) -> Iterator[tuple[str, KeyPath]]:
    """Every number of a config that may be drawn, with its kind, in the order of the file."""
    for kind in ("inputs", "targets"):
        yield from ((kind, path) for path in _leaves(data.get(kind), (kind,)))
    for index, layer in enumerate(data.get("layers", [])):
        for name, kind in (("weights", "weights"), ("bias", "biases"), ("biases", "biases")):
            where = ("layers", index, name)
            yield from ((kind, path) for path in _leaves(layer.get(name), where))


def _leaves(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        yield path


def is_fair(sheet: Sheet, ranges: Ranges) -> bool:
    """Whether the network is a fair exercise.

    No net input is far out where its unit saturates, no δ is near 0 (but that of a relu, which
    may be off), no unit is at the kink of its activation, and of a layer of units with a kink at
    least one is positive in each sample.
    """
    positive: dict[tuple[int, int], bool] = {}
    for entry in sheet.entries:
        step, value = entry.step, sheet.truths[entry.slot]
        if not isfinite(value):
            return False
        if step.kind == "net" and step.stage == "forward":
            if abs(value) > ranges.greatest_net:
                return False
            if sheet.layer(entry).activation.kink:
                if abs(value) < NEAR_KINK:
                    return False
                place = (entry.address.sample, step.layer)
                positive[place] = positive.get(place, False) or value > 0
        small = step.kind == "delta" and abs(value) < ranges.least_delta
        if small and sheet.layer(entry).activation_name != "relu":
            return False
    return all(positive.values())
