"""Conventions: other rules, as in other books, by which all answers are right.

A book may have δ of the other sign, thresholds, an error without the half. Whoever works by such
rules, one or several, makes no mistake. Which rules there are is not said here: `Rules` has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from backprop_cli.engine import Address
from backprop_cli.marking.reading import HALF_UNIT, Answer
from backprop_cli.marking.sheet import Sheet
from backprop_cli.marking.verdicts.verdict import BLANK, CORRECT, WRONG, Marking, Verdict, mark

NEAR = 0.01
"""Relative: rules that are farther than this from the first wrong answer are not tried."""

MOST_TOGETHER = 3
"""So many conventions at once are looked for."""

Ids = frozenset[str]
"""The ids of conventions that a person works by at once."""


@dataclass(frozen=True, slots=True)
class Convention:
    """A rule of other books: its id, what is done, and what makes the answers right here.

    `config` is the line of the config that says so; None where `remedy` is another.
    `lone`: an answer by itself shows it.
    """

    id: str
    done: str
    config: str | None
    remedy: str
    lone: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """The conventions by which all answers are right, the marking by them, and where each is seen.

    `lines` has, for each answer that is otherwise here, the conventions that make it so, and for
    those that are worked from such an answer, the conventions of that.
    """

    conventions: tuple[Convention, ...]
    marking: Marking
    lines: Mapping[Address, tuple[Convention, ...]]


class Rules(Protocol):
    """The conventions that there are for a network."""

    def further(self, ids: Ids) -> Iterator[Ids]:
        """The conventions `ids` and one more, for each that goes with them."""

    def pairs(self) -> Iterator[Ids]:
        """Two conventions at once, for those that may meet in one line."""

    def truth(self, ids: Ids, address: Address) -> float | None:
        """The true value of a line by these conventions; None where they have no such line."""

    def sheet(self, ids: Ids) -> Sheet:
        """All lines by these conventions."""

    def conventions(self, ids: Ids) -> tuple[Convention, ...]:
        """What is said of them."""


def agreement(marking: Marking, answers: Sequence[Answer], rules: Rules) -> Agreement | None:
    """The fewest conventions by which all answers are right, if there are such.

    Each has to be seen in two answers at least, or in one that later lines take back: a lone
    number may as well be a mistake. A further convention is looked for where the first answer that
    is still wrong is what it makes of that line.
    """
    level, seen = {Ids(): marking}, set[Ids]()
    for _ in range(MOST_TOGETHER):
        markings = {}
        for ids, before in level.items():
            for more in _fitting(before, ids, rules, seen):
                unknown = any(rules.truth(more, answer.address) is None for answer in answers)
                if unknown or len(more) > MOST_TOGETHER:
                    continue
                anew = mark(rules.sheet(more), answers, marking.paper.precision)
                found = _agreed(anew, more, rules)
                if found is not None:
                    return found
                if _gains(anew, before):
                    markings[more] = anew
        level = markings
    return None


def _gains(anew: Marking, before: Marking) -> bool:
    """Whether more answers are right by more conventions: else one line looks so by chance."""
    still, off = (
        sum(verdict.status not in (CORRECT, BLANK) for verdict in marking.verdicts)
        for marking in (anew, before)
    )
    return still < off


def _fitting(marking: Marking, ids: Ids, rules: Rules, seen: set[Ids]) -> Iterator[Ids]:
    """One or two more conventions, not yet `seen`, that make the first wrong answer right."""
    first = next(iter(marking.with_status(WRONG)), None)
    if first is None:
        return
    at, none = first.answer.address, True
    for more in rules.further(ids):
        if _is_near(first, rules.truth(more, at)):
            none = False
            if more not in seen:
                seen.add(more)
                yield more
    if none and not ids:
        yield from (two for two in rules.pairs() if _is_near(first, rules.truth(two, at)))


def _is_near(wrong: Verdict, truth: float | None) -> bool:
    """Whether a wrong answer may be this number, rounded at this place or before.

    What follows from the student's own numbers, by the same factor as the truth, will do as well.
    """
    if truth is None:
        return False
    meant = [truth, wrong.carried * truth / wrong.expected] if wrong.expected else [truth]
    reach = HALF_UNIT * wrong.number.unit + 2 * wrong.tolerance + NEAR * abs(truth)
    return any(abs(wrong.number.value - value) <= reach for value in meant)


def _agreed(marking: Marking, ids: Ids, rules: Rules) -> Agreement | None:
    """The agreement on these conventions, if all is right by them and each of them is seen."""
    if not all(verdict.status in (CORRECT, BLANK) for verdict in marking.verdicts):
        return None
    conventions = rules.conventions(ids)
    changed = {one.id: _changed(marking, ids - {one.id}, rules) for one in conventions}
    for one in conventions:
        slots = changed[one.id]
        enough = len(slots) > 1 or (slots and (one.lone or _is_taken_back(slots, marking)))
        if not enough:
            return None
    lines: dict[int, tuple[Convention, ...]] = {}
    for verdict in marking.with_status(CORRECT):
        entry = verdict.entry
        seen = tuple(one for one in conventions if entry.slot in changed[one.id])
        before = (lines[slot] for slot in entry.operands if lines.get(slot))
        lines[entry.slot] = seen or next(before, ())
    at = {v.answer.address: lines[v.entry.slot] for v in marking.with_status(CORRECT)}
    return Agreement(conventions, marking, {address: by for address, by in at.items() if by})


def _changed(marking: Marking, without: Ids, rules: Rules) -> set[int]:
    """The slots of the answers that would be otherwise by the conventions `without` one."""
    return {
        verdict.entry.slot
        for verdict in marking.with_status(CORRECT)
        if (truth := rules.truth(without, verdict.answer.address)) is not None
        and abs(verdict.expected - truth) > verdict.tolerance
    }


def _is_taken_back(slots: set[int], marking: Marking) -> bool:
    """Whether an answer that is worked from one of these is the same by either rule."""
    return any(
        slots & set(verdict.entry.operands)
        for verdict in marking.with_status(CORRECT)
        if verdict.entry.slot not in slots
    )
