"""Which known mistake makes this wrong number?

Every candidate is worked out, from the truth and from the student's own numbers, the plausible
ones first. A candidate names the mistake only if so many digits agree that it is not by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite, prod

from backprop_cli.formulas import references
from backprop_cli.marking.diagnosis.candidates import LEVELS, Case, in_this_line, nearly_right
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.mistakes.slips import SLIPS
from backprop_cli.marking.diagnosis.workings import Finding, Workings
from backprop_cli.marking.sheet import Way
from backprop_cli.marking.verdicts import WRONG, Marking, Verdict

CHANCE = 0.005
"""A candidate is not believed where chance alone would find one as good more often than this."""

Solved = tuple[Finding, ...]
Solution = tuple[Solved, float]
"""Mistakes that fit a number, and the probability that some would by chance."""


def all_ids() -> list[str]:
    """The ids of every known mistake, formulas first."""
    return [*CATALOGUE, *SLIPS]


def words(finding: Finding) -> tuple[str, str]:
    """What was done, and why it is wrong."""
    if finding.mistake in CATALOGUE:
        known = CATALOGUE[finding.mistake]
        return known.done, known.why
    slip = SLIPS[finding.mistake]
    done = slip.done.removesuffix(".") + (f": {finding.detail}." if finding.detail else ".")
    return done, slip.why


class Diagnosis(Workings):
    """Finds the mistakes behind the wrong answers on a sheet."""

    def findings(self, marking: Marking) -> dict[int, Solved]:
        """For the slot of each wrong answer, the mistakes that make it; often one or none."""
        wrong = marking.with_status(WRONG)
        solved = {verdict.entry.slot: _solution(Case(self, marking, verdict)) for verdict in wrong}
        believed = _believed(solved.values(), len(wrong))
        return {
            slot: found if chance <= CHANCE
            else tuple(finding for finding in found if finding.mistake in believed)
            for slot, (found, chance) in solved.items()
        }  # fmt: skip

    def explains(self, marking: Marking, verdict: Verdict) -> bool:
        """Whether a formula of the catalogue gives the number that a wrong answer is."""
        case = Case(self, marking, verdict)
        return any(
            finding.value == verdict.number.value for finding in in_this_line(case, lambda _: True)
        )


def _believed(solved: Iterable[Solution], lines: int) -> set[str]:
    """The formulas that are found for certain, or in so many lines that it is not by chance."""
    chances: dict[str, list[float]] = {}
    for found, chance in solved:
        for finding in found if found[:1] and found[0].mistake in CATALOGUE else ():
            chances.setdefault(finding.mistake, []).append(chance)
    return {
        id_ for id_, each in chances.items()
        if min(each) <= CHANCE or (len(each) > 1 and prod(sorted(each)[:2]) * lines <= CHANCE)
    }  # fmt: skip


def _solution(case: Case) -> Solution:
    """The mistakes that fit, of the most plausible kind, and how likely chance would do as well.

    Chance is taken to write any number as near to the truth as twice the one given; the more
    candidates lie there, the more likely it is that one of them is hit.
    """
    near: set[int] = set()
    for level in LEVELS:
        hits = [finding for finding in level(case) if _fits(case, finding, near)]
        if hits:
            chance = len(near) * 2 * case.plain / (4 * case.distance)
            if case.number.value == 0 == hits[0].value or level is nearly_right:
                chance = 0.0
            return _one_of_each(hits), chance
    return (), 1.0


def _fits(case: Case, finding: Finding, near: set[int]) -> bool:
    """Whether a candidate is the number given. It is noted if it came near."""
    from_truth = finding.value - case.truth
    if not isfinite(from_truth) or abs(from_truth) <= case.verdict.tolerance:
        return False
    if abs(from_truth) <= 2 * case.distance:
        near.add(round(from_truth / (2 * case.plain)))
    away = abs(finding.value - case.number.value)
    if away <= case.plain:
        return True
    if finding.formula is None or away > 1e3 * case.plain + 0.1 * case.distance:
        return False
    return away <= _reach(case, finding)


def _reach(case: Case, finding: Finding) -> float:
    """The tolerance around a wrong formula's value: the student's operands are rounded."""
    fixed = case.marking.precision.fixed(finding.value) is not None
    if fixed or finding.at is not case.entry or finding.formula is None:
        return case.verdict.tolerance
    keys = {ref.name.key for ref in references(finding.formula)}
    way = Way(finding.formula, tuple({case.entry.scope[key].slot for key in keys}))
    reach = case.marking.reach(case.entry, case.number, way, finding.value)
    return min(reach, 0.1 * case.distance)


def _one_of_each(hits: Sequence[Finding]) -> Solved:
    """Each mistake once, without those that yield to another."""
    firsts: dict[str, Finding] = {}
    for finding in hits:
        firsts.setdefault(finding.mistake, finding)
    return tuple(
        finding
        for id_, finding in firsts.items()
        if not (id_ in CATALOGUE and set(CATALOGUE[id_].yields_to) & firsts.keys())
    )
