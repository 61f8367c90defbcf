"""Which known mistake makes this wrong number?

`candidates` works out what each mistake and slip would give, the plausible ones first; this module
compares those values with the number given. A mistake is named if its value agrees in so many
digits that chance would hardly find one as good.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, prod

from backprop_cli.formulas import references
from backprop_cli.marking.diagnosis.candidates import LEVELS, Case, in_this_line, nearly_right
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.mistakes.slips import SLIPS
from backprop_cli.marking.diagnosis.workings import Finding, Workings
from backprop_cli.marking.sheet import Way
from backprop_cli.marking.verdicts import WRONG, Marking, Verdict

MOST_COMPARED = 300_000
"""So many lines at most are compared with wrong answers, each of which is with all of the sheet."""

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
        """For the slot of each wrong answer, the mistakes that make it; often one or none.

        Of many wrong answers on a large sheet only the first are looked into.
        """
        wrong = marking.with_status(WRONG)[: max(1, MOST_COMPARED // len(self.sheet.entries))]
        solved = {verdict.entry.slot: _solution(Case(self, marking, verdict)) for verdict in wrong}
        believed = _believed(solved.values(), len(wrong))
        return {
            slot: tuple(f for f in found if chance <= CHANCE or f.mistake in believed)
            for slot, (found, chance) in solved.items()
        }

    def explains(self, marking: Marking, verdict: Verdict) -> bool:
        """Whether a formula of the catalogue gives the number that a wrong answer is."""
        case = Case(self, marking, verdict)
        values = {f.value for rare in (False, True) for f in in_this_line(case, rare)}
        return verdict.number.value in values


def _believed(solved: Iterable[Solution], lines: int) -> set[str]:
    """The ids of the formulas that fit one line for certain, or two lines well enough together.

    Whoever makes a mistake in one line may have made it in others, where fewer digits agree.
    """
    chances: dict[str, list[float]] = {}
    for found, chance in solved:
        for finding in found:
            if finding.mistake in CATALOGUE:
                chances.setdefault(finding.mistake, []).append(chance)
    return {
        id_
        for id_, each in chances.items()
        if min(each) <= CHANCE or (len(each) > 1 and prod(sorted(each)[:2]) * lines <= CHANCE)
    }


def _solution(case: Case) -> Solution:
    """The mistakes that fit, of the most plausible kind, and how likely chance would do as well.

    Chance is taken to write any number that is at most twice as far from the truth as the one
    given; the more candidates lie there, the more likely it is that one of them is hit.
    """
    near: set[int] = set()
    for level in LEVELS:
        wrong = [finding for finding in level(case) if _is_wrong(case, finding)]
        near |= _places_near(case, wrong)
        hits = [finding for finding in wrong if _fits(case, finding)]
        if hits:
            chance = len(near) * 2 * case.plain / (4 * case.distance)
            if case.number.value == 0 == hits[0].value or level is nearly_right:
                chance = 0.0
            return _one_of_each(hits), chance
    return (), 1.0


def _is_wrong(case: Case, finding: Finding) -> bool:
    """Whether a candidate is a number, and another than the true one."""
    return case.verdict.tolerance < abs(finding.value - case.truth) < inf


def _places_near(case: Case, findings: Iterable[Finding]) -> set[int]:
    """Where candidates lie that are at most twice as far from the truth as the number given.

    Counted from the truth in steps of the width within which a candidate fits; those that lie
    together count once.
    """
    away = (finding.value - case.truth for finding in findings)
    near = (far / (2 * case.plain) for far in away if abs(far) <= 2 * case.distance)
    return {round(steps) for steps in near if abs(steps) < inf}


def _fits(case: Case, finding: Finding) -> bool:
    """Whether a candidate is the number given."""
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
