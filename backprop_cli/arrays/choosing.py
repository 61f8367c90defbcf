"""Choosing the reading of arrays: by their shapes, then by the numbers, or by asking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from backprop_cli.arrays.judging import CORRECT, WRONG, Item, Judge, Judged, Tolerance
from backprop_cli.arrays.naming.conventions import Convention
from backprop_cli.arrays.readings import MEANS, Reading, labels_standing, standing
from backprop_cli.arrays.working.program import Program
from backprop_cli.arrays.working.values import shape_text
from backprop_cli.engine import PER_SAMPLE, Network
from backprop_cli.errors import UsageError

FORWARD = ("input", "target", "W", "b", "net", "out")
"""What settles the way round: parameters and the forward pass."""


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


def fitting(program: Program, items: Sequence[Item], reading: Reading) -> int:
    """How many arrays have a shape that one of their meanings allows in this reading."""

    def fits(item: Item, key: str) -> bool:
        name, shape, algebra = program.names[key], program.shape(key), program.algebra
        if name.kind == "target" and labels_standing(item.array, shape, algebra) is not None:
            return True
        return standing(item.array, shape, reading.flipped(name), algebra) is not None

    return sum(any(fits(item, key) for key in item.keys) for item in items)


def oriented(
    program: Program,
    items: Sequence[Item],
    convention: Convention | None,
    layout: str | None,
    weights: str | None,
) -> list[Reading]:
    """Which ways round the arrays may stand, the likeliest first.

    By `layout` and `weights` where they are given, by the shapes, by the numbers of what the shapes
    leave open; then as the arrays stood that the network was made of, or as the convention has it,
    and after that the other way too. Raises `UsageError` where all of these leave it open.
    """
    laid = program.network.laid
    rows = _ways(
        program, items, "rows", layout and layout == "rows",
        _said("rows", laid, convention.layout if convention else ""),
    )  # fmt: skip
    by_sender = _ways(
        program, items, "by_sender", weights and weights == "from",
        _said("from", laid, convention.weights if convention else ""),
    )  # fmt: skip
    return [Reading(row, sender) for row in rows for sender in by_sender]


def _said(turned: str, laid: Sequence[str], of_convention: str) -> bool | None:
    """Whether arrays are turned by what the network was made of, or by the convention, if said."""
    choices = {"rows": ("rows", "columns"), "from": ("from", "to")}[turned]
    found = next((word for word in (*laid, of_convention) if word in choices), None)
    return None if found is None else found == turned


def _ways(
    program: Program,
    items: Sequence[Item],
    attribute: str,
    asked: bool | str | None,
    said: bool | None,
) -> list[bool]:
    """Whether arrays are turned in one respect; both ways where it is only `said`, not seen."""
    mine = [item for item in items if _turns(program, item, attribute)]
    if isinstance(asked, bool):
        _check_asked(program, mine, attribute, asked)
        return [asked]
    flags = [said, not said] if said is not None else [False, True]
    options = [_turned(attribute, flag) for flag in flags]
    forward = [item for item in mine if program.names[item.keys[0]].kind in FORWARD]
    for group in (forward, mine):
        counts = [fitting(program, group, option) for option in options]
        if counts[0] != counts[1]:
            return [flags[counts.index(max(counts))]]
    open_, distances = _apart(program, mine, options)
    if open_ is None:
        return flags[:1]
    if distances[0] != distances[1]:
        return [flags[distances.index(min(distances))]]
    if said is None:
        raise UsageError(*_question(open_, attribute))
    return flags


def _check_asked(program: Program, items: Sequence[Item], attribute: str, asked: bool) -> None:
    """Raise `UsageError` if hardly an array stands as it is said, and more the other way round."""
    counts = [fitting(program, items, _turned(attribute, flag)) for flag in (asked, not asked)]
    if 2 * counts[0] < counts[1]:
        wrong = next(
            item for item in items if not fitting(program, [item], _turned(attribute, asked))
        )
        argument, values = (
            ("layout", ("columns", "rows")) if attribute == "rows" else ("weights", ("to", "from"))
        )
        what = f"{wrong.name} {shape_text(wrong.array.shape)} does not stand as {argument}="
        raise UsageError(
            f'{what}"{values[asked]}" says', f'leave {argument} out, or "{values[not asked]}"'
        )


def _turned(attribute: str, flag: bool) -> Reading:
    return Reading(rows=flag) if attribute == "rows" else Reading(by_sender=flag)


def _turns(program: Program, item: Item, attribute: str) -> bool:
    """Whether a reading of this attribute turns an array round."""
    names = [program.names[key] for key in item.keys]
    if attribute == "rows":
        return any(name.kind in PER_SAMPLE for name in names)
    return any(name.part == "W" for name in names)


def _apart(
    program: Program, items: Sequence[Item], options: Sequence[Reading]
) -> tuple[Item | None, list[float]]:
    """An array that the shapes leave open, if there is one, and how far the numbers of parameters
    and of the forward pass are from ours by each option.
    """
    judge = Judge(program, items, Tolerance(0))
    distances = [0.0, 0.0]
    open_: Item | None = None
    for item in items:
        key = item.keys[0]
        shape, name = program.shape(key), program.names[key]
        both = [standing(item.array, shape, o.flipped(name), program.algebra) for o in options]
        if both[0] is None or both[1] is None:
            continue
        algebra = program.algebra
        if algebra.differs(both[0], both[1], 0, 0) == 0:
            continue
        open_ = open_ or item
        if name.kind in FORWARD:
            for at, value in enumerate(both):
                apart = algebra.operations["+"](value, algebra.operations["neg"](judge.truth[key]))
                distances[at] += algebra.size(apart) / (1 + algebra.size(judge.truth[key]))
    return open_, distances


def _question(item: Item, attribute: str) -> tuple[str, str]:
    """What is asked where nothing says which way round arrays stand."""
    shape = shape_text(item.array.shape)
    if attribute == "rows":
        what = f"{item.name} {shape} may have a row for each sample or a column: nothing says which"
        return what, 'layout="rows" or layout="columns" settles it; or give the inputs X too'
    what = f"{item.name} {shape} may have a row for each receiving or each sending unit"
    return what, 'weights="to" or weights="from" settles it; or give the weights W1, W2, … too'


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
