"""Slips that come from no formula: what is misread or miswritten, and plain noise."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from pupils.lines import Line, Values
from pupils.paper import Paper
from pupils.slips import SLIPS, TAUGHT, Changed, Slip
from pupils.writing import Writing

HAND, NOISE = "hand", "noise"


@dataclass(frozen=True)
class Misread(Slip):
    """A given is read as another number; the way is its key and that number."""

    def ways(self, paper: Paper) -> list[Any]:
        """Every given with what it may be taken for."""
        found = []
        kinds = _kinds(paper)
        for kind in kinds:
            for key in kind:
                true = paper.givens[key]
                others = [paper.givens[other] for other in kind if other != key]
                taken = {*others, -true, true / 10, true * 10, *_exchanged(true)} - {true}
                found += [(key, value) for value in sorted(taken)]
        return found

    def made(self, line: Line, values: Values, way: Any) -> float | None:
        key, taken = way
        if key not in line.reads:
            return None
        return line.work(Changed(values, {key: taken}))


def _kinds(paper: Paper) -> list[list[str]]:
    """Keys of inputs, targets, weights of a layer, biases: what one is mistaken for another in."""
    net = paper.net
    marks = [paper.mark(n) for n in range(1, net.samples + 1)]
    kinds = [[mark + u for u in paper.units[0]] for mark in marks]
    kinds += [[f"{mark}t_{u}" for u in paper.units[-1]] for mark in marks]
    kinds += [[w for row in rows for w in row] for rows in paper.weights]
    kinds += [list(dict.fromkeys(name for row in paper.biases for name in row))]
    return kinds


def _exchanged(value: float) -> list[float]:
    """The number with two neighbouring digits exchanged."""
    text, found = repr(value), []
    for n in range(len(text) - 1):
        if text[n : n + 2].isdigit() and text[n] != text[n + 1]:
            found.append(float(text[:n] + text[n + 1] + text[n] + text[n + 2 :]))
    return found


@dataclass(frozen=True)
class Hand(Slip):
    """A slip of the hand in any line, worked from the number that is right there."""

    def ways(self, paper: Paper) -> list[Any]:
        """What distinguishes one such slip from another."""
        if self.id == "decimal-slip":
            return [1, -1, 2, -2]
        if self.id == "swapped-quantity":
            return [*paper.givens, *(line.key for line in paper.lines if line.asked)]
        if self.id == "rounded-early":
            return [1, 2, 3]
        return [0]

    def made(self, line: Line, values: Values, way: Any) -> float | None:
        if self.id == "swapped-quantity":
            return values.get(way) if line.key != way else None
        if self.id == "rounded-early":
            short = Writing(way)
            return line.work({key: short.carried(values[key]) for key in line.reads})
        right = line.work(values)
        if self.id == "sign-slip":
            return -right
        return float(right * 10.0**way)


@dataclass(frozen=True)
class Transposed(Slip):
    """Two neighbouring digits change places as the number is written down."""

    def written(self, text: str, rng: random.Random) -> str:
        """The text with two digits exchanged."""
        places = [
            n
            for n in range(len(text) - 1)
            if text[n : n + 2].isdigit() and text[n] != text[n + 1] and "e" not in text[:n].lower()
        ]
        if not places:
            return text
        n = rng.choice(places)
        return text[:n] + text[n + 1] + text[n] + text[n + 2 :]


@dataclass(frozen=True)
class Noise(Slip):
    """A number that comes from nothing: the way says how far off it is, or what it is."""

    def made(self, line: Line, values: Values, way: Any) -> float | None:
        relative, number = way
        return line.work(values) * (1 + number) if relative else number


MISREAD = Misread("given-misread", TAUGHT, (), lambda line, values: ())
HANDS = [
    Hand(id_, HAND, (), lambda line, values: ())
    for id_ in ("sign-slip", "decimal-slip", "swapped-quantity", "rounded-early")
]
TRANSPOSED = Transposed("digit-transposition", HAND, (), lambda line, values: ())
NOISES = Noise("", NOISE, (), lambda line, values: ())

SLIPS += [MISREAD, *HANDS, TRANSPOSED]
