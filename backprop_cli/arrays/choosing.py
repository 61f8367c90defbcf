"""Choosing the reading of arrays: their samples, their signs, and where the 1/m comes in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from backprop_cli.arrays.judging import CORRECT, WRONG, Judge, Judged
from backprop_cli.arrays.naming.conventions import Convention
from backprop_cli.arrays.readings import MEANS, Reading
from backprop_cli.arrays.working.program import Program
from backprop_cli.engine import Network


def groups(network: Network) -> Iterator[tuple[int, ...]]:
    """Samples that arrays may hold together: all, those of the first update, or one alone.

    Of those that stand alone the first, for the shapes of all are the same.
    """
    count = len(network.samples)
    everything = tuple(range(1, count + 1))
    yield everything
    first = network.batches()[0]
    if 1 < len(first) < count:
        yield first
    if count > 1:
        yield (1,)


def readings(
    base: Reading, network: Network, convention: Convention | None, several: bool
) -> tuple[list[tuple[Reading, str]], list[tuple[Reading, str]]]:
    """Readings of signs and of the 1/m with the reduction they need: those that are right by the
    convention or the config, and those that are so if everything is right then.
    """
    said = convention.mean_at if convention else ""
    descent = (convention is not None and convention.descent) or network.descent
    first = replace(base, descent=descent)
    if not several:
        allowed = [(first, network.reduction)]
    else:
        means = _means(said, network, _leaves_mean_open(convention))
        allowed = [
            (replace(first, mean_at=mean), "sum" if mean == "never" else "mean") for mean in means
        ]
    turned = [(True, False), (False, False), (True, True)]
    others = [
        (replace(reading, descent=falling, rising=rising), reduction)
        for reading, reduction in allowed
        for falling, rising in turned
    ]
    if several and "mean" in {reduction for _, reduction in allowed}:
        others += [(replace(first, mean_at=mean), "mean") for mean in MEANS[:3]]
    return allowed, [pair for pair in dict.fromkeys(others) if pair not in allowed]


def _leaves_mean_open(convention: Convention | None) -> bool:
    """Whether the names do not say where the 1/m is; our own keys mean what the config says."""
    return convention is None or (not convention.mean_at and convention.id != "own")


def _means(said: str, network: Network, is_open: bool) -> Sequence[str]:
    """Where the 1/m may be: as the convention has it, and as the config says if it says so."""
    stated = network.batch_size is not None
    if stated and network.reduction == "sum":  # which is never the default
        return ("never",)
    if said == "never":
        return ("never", "gradient", "delta") if stated else ("never",)
    if said:
        return (said,)
    if not is_open:
        return ("gradient",) if stated else ("gradient", "never")
    return ("gradient", "delta") if stated else ("gradient", "delta", "never")


class Best(NamedTuple):
    """A reading with the network that it needs, and what came of it."""

    network: Network
    reading: Reading
    judge: Judge
    judged: list[Judged]

    @property
    def all_right(self) -> bool:
        """Whether every array is right."""
        return all(one.status == CORRECT for one in self.judged)

    def is_shown(self, convention: Convention | None) -> bool:
        """Whether arrays show that a reading is meant that nothing says: updates, or gradients.

        Without these a program whose whole backward pass has the wrong sign would be right, or one
        whose gradients lack the 1/m that its author's have.
        """
        names, reading = self.judge.program.names, self.reading
        new = [one.status for one in self.judged if names[one.key].suffix]
        updated = bool(new) and WRONG not in new
        if reading.mean_at == "update" and _leaves_mean_open(convention):
            return WRONG not in new
        if reading.rising or reading.mean_at == "update":
            return updated
        gradients = any(names[one.key].kind == "gradient" for one in self.judged)
        return not reading.descent or updated or gradients

    def speaks_against(self, said: Best) -> bool:
        """Whether fewer arrays are wrong by this reading and the first no earlier, or no more are
        wrong and the first later.
        """
        mine, other = self.soundness[:2], said.soundness[:2]
        return mine != other and mine[0] >= other[0] and mine[1] >= other[1]

    @property
    def soundness(self) -> tuple[int, int, int]:
        """How many arrays stand before the first wrong one; how many are not wrong, and right."""
        wrong = [one.status == WRONG for one in self.judged]
        first = wrong.index(True) if True in wrong else len(wrong)
        right = sum(one.status == CORRECT for one in self.judged)
        return first, wrong.count(False), right


def best_reading(
    network: Network,
    judge: Judge,
    samples: tuple[int, ...],
    base: Reading,
    convention: Convention | None,
) -> Best:
    """The reading that makes everything right; else the allowed one that makes the most right."""
    several = len(samples) > 1
    allowed, others = readings(base, network, convention, several)
    program, judges = judge.program, dict[str, Judge]()

    def by(reading: Reading, reduction: str) -> Best:
        if reduction not in judges:
            changed = replace(network, reduction=reduction)
            own = Program(changed, samples, program.algebra, program.parameters)
            judges[reduction] = Judge(own, judge.items, judge.tolerance)
        mine = judges[reduction]
        changed = replace(network, reduction=reduction)
        return Best(changed, reading, mine, mine.judged(reading))

    tried = []
    for reading, reduction in allowed:
        best = by(reading, reduction)
        if best.all_right:
            return best
        tried.append(best)
    said = max(tried, key=lambda best: best.soundness)
    better = [said]
    for reading, reduction in others:
        best = by(reading, reduction)
        shown = best.is_shown(convention)
        if shown and best.all_right:
            return best
        if shown and best.speaks_against(said):
            better.append(best)
    return max(better, key=lambda best: best.soundness)


def best_of(
    bases: Sequence[Reading],
    network: Network,
    judge: Judge,
    samples: tuple[int, ...],
    convention: Convention | None,
) -> Best:
    """The best reading of these ways round, by the first of them unless another fits all."""
    best = best_reading(network, judge, samples, bases[0], convention)
    for base in bases[1:] if not best.all_right else ():
        other = best_reading(network, judge, samples, base, convention)
        if other.all_right:
            return other
    return best
