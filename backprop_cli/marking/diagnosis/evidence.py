"""How well a mistake explains what a student wrote: in one line, and in all of them together.

A candidate is compared with the number given; how often a number picked at random would fit a
candidate that is as plausible says what the fit is worth. Whoever makes a mistake in one line may
have made it in others: what two lines say together, chance would hardly say twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb, inf

from backprop_cli.formulas import references
from backprop_cli.marking.diagnosis.candidates import LEVELS
from backprop_cli.marking.diagnosis.case import Case
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.workings import Finding
from backprop_cli.marking.sheet import Way

COMMON, RARE = 0.03, 0.01
"""A mistake is certain if chance would find one as good at most so often: a common mistake, and a
rare one or a slip of the hand."""

LIKELY = 0.1
"""A mistake is likely if chance would find one as good at most so often."""

DOUBT = 1000.0
"""So much rarer a rule is taken to be that right answers speak against: one that was followed by a
program, where the lines on paper are right."""

ENOUGH = 1e-4
"""After a fit as good as this, less plausible candidates are not looked at."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate that fits an answer.

    `chance`: how often a random number fits some candidate as plausible. `alone`: how often it
    fits one of this very mistake.
    """

    finding: Finding
    level: int
    chance: float
    alone: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The mistakes that make a wrong number (several if they make the same), and the chance.

    None fits if there are no findings; chance does as well too often if it is neither `certain`
    nor `likely`. `unsought` says why none was looked for. What is only likely may be `hidden`.
    """

    findings: tuple[Finding, ...] = ()
    chance: float = 1.0
    unsought: str = ""
    hidden: bool = False

    @property
    def certain(self) -> bool:
        """Whether chance would hardly find one as good."""
        return bool(self.findings) and self.chance <= self._allowed

    @property
    def likely(self) -> bool:
        """Whether it fits well, but not for certain, and may be told."""
        fits = bool(self.findings) and self.chance <= LIKELY
        return fits and not self.certain and not self.hidden

    @property
    def _allowed(self) -> float:
        return max(COMMON if is_common(finding.mistake) else RARE for finding in self.findings)


def is_common(id_: str) -> bool:
    """Whether a mistake is one that is often made: a formula of the catalogue that is not rare."""
    return id_ in CATALOGUE and not CATALOGUE[id_].rare


def hits_of(case: Case) -> list[Hit]:
    """The candidates that fit the answer, the most plausible first.

    Chance is taken to write any number that is at most twice as far from the truth as the one
    given; the more candidates lie there, the more likely it is that one of them is hit.
    """
    near: set[int] = set()
    hits: list[Hit] = []
    for number, level in enumerate(LEVELS):
        wrong = [finding for finding in level(case) if _is_wrong(case, finding)]
        near |= _places_near(case, wrong)
        fitting = [(finding, width) for finding in wrong if (width := _width(case, finding))]
        for id_, (finding, width, doubt) in _firsts(case, fitting).items():
            own = max(1, len(_places_near(case, (f for f in wrong if f.mistake == id_))))
            alone = min(1.0, own * width / (2 * case.distance))
            chance = alone * max(len(near) / own, 1.0) * doubt
            hits.append(Hit(finding, number, chance, alone))
        if hits and hits[0].chance <= ENOUGH:
            break
    return hits


def _is_wrong(case: Case, finding: Finding) -> bool:
    """Whether a candidate is a number, and another than the true one."""
    away = abs(finding.value - case.truth)
    return case.verdict.tolerance < away < inf or case.is_exactly(finding.value)


def _places_near(case: Case, findings: Iterable[Finding]) -> set[int]:
    """Where candidates lie that are at most twice as far from the truth as the number given.

    Counted from the truth in steps of the width within which a candidate fits; those that lie
    together count once.
    """
    away = (finding.value - case.truth for finding in findings)
    near = (far / (2 * case.plain) for far in away if abs(far) <= 2 * case.distance)
    return {round(steps) for steps in near if abs(steps) < inf}


def _width(case: Case, finding: Finding) -> float:
    """How near to the number given a candidate had to come; 0 if it does not fit."""
    if case.is_exactly(finding.value):
        return case.width_at(finding)
    if case.is_bare:
        return 0.0
    away = abs(finding.value - case.number.value)
    if away <= max(case.plain, case.paper.rounding(case.number, case.entry, finding.value)):
        return case.plain
    if finding.formula is None or away > 1e3 * case.plain + 0.1 * case.distance:
        return 0.0
    reach = _reach(case, finding)
    return reach if away <= reach else 0.0


def _reach(case: Case, finding: Finding) -> float:
    """The tolerance around a wrong formula's value: the student's operands are rounded."""
    fixed = case.paper.fixed(case.entry, case.number, finding.value) is not None
    if fixed or finding.at is not case.entry or finding.formula is None:
        return case.verdict.tolerance + min(case.verdict.leeway, 0.1 * case.distance)
    keys = {ref.name.key for ref in references(finding.formula)}
    way = Way(finding.formula, tuple({case.entry.scope[key].slot for key in keys}))
    reach = case.paper.reach(case.entry, case.number, way, finding.value)
    return min(reach, 0.1 * case.distance)


def _firsts(
    case: Case, fitting: Sequence[tuple[Finding, float]]
) -> Mapping[str, tuple[Finding, float, float]]:
    """Each mistake once, the best fit of it, without those that yield to another or are refuted."""
    found: dict[str, tuple[Finding, float, float]] = {}
    for finding, width in fitting:
        best = found.get(finding.mistake)
        if best is not None and best[1:] <= (width, 1.0):
            continue
        doubt = 1.0
        if case.inquiry.is_refuted(case, finding):
            if not _is_a_rule(finding):
                continue
            doubt = DOUBT
        if best is None or (width, doubt) < best[1:]:
            found[finding.mistake] = finding, width, doubt
    return {
        id_: fit
        for id_, fit in found.items()
        if not (id_ in CATALOGUE and set(CATALOGUE[id_].yields_to) & found.keys())
    }


def _is_a_rule(finding: Finding) -> bool:
    """Whether it is a rule for the whole network, that a program may follow throughout."""
    return finding.throughout and finding.made is None


def weighed(hits: Mapping[int, Sequence[Hit]]) -> dict[int, Explanation]:
    """For the slot of each wrong answer, what explains it, as all of them say together.

    The mistake that chance would explain worst is taken first, with all the lines that it
    explains, then the next one for the rest.
    """
    lines, rest = len(hits), dict(hits)
    found: dict[int, Explanation] = {slot: Explanation() for slot in hits}
    while True:
        chances = {id_: _together(of, lines) for id_, of in _by_mistake(rest).items()}
        if not chances:
            return found
        best = min(chances, key=lambda id_: (chances[id_], _first_level(rest, id_)))
        explained = {slot for slot, of in rest.items() if _hit(of, best) is not None}
        found |= {slot: _explanation(rest, slot, best, explained, chances) for slot in explained}
        rest = {slot: of for slot, of in rest.items() if slot not in explained}


def _by_mistake(hits: Mapping[int, Sequence[Hit]]) -> dict[str, list[Hit]]:
    """The best hit of each mistake in each line, by mistake."""
    found: dict[str, list[Hit]] = {}
    for of in hits.values():
        for id_ in dict.fromkeys(hit.finding.mistake for hit in of):
            hit = _hit(of, id_)
            assert hit is not None
            found.setdefault(id_, []).append(hit)
    return found


def _hit(hits: Sequence[Hit], id_: str) -> Hit | None:
    return next((hit for hit in hits if hit.finding.mistake == id_), None)


def _first_level(hits: Mapping[int, Sequence[Hit]], id_: str) -> int:
    return min(hit.level for of in hits.values() for hit in of if hit.finding.mistake == id_)


def _together(hits: Sequence[Hit], lines: int) -> float:
    """How often chance would explain a line by a mistake that explains so many, so well.

    In one line it may have been any mistake as plausible; in the others it must be the same again.
    Any of the wrong lines may be among those that it explains.
    """
    best, product, others = 1.0, 1.0, 1.0
    for count, hit in enumerate(sorted(hits, key=lambda hit: hit.alone)):
        product *= hit.alone
        others = max(others, hit.chance / hit.alone)
        best = min(best, comb(lines - 1, count) * others * product)
    return best


def _explanation(
    hits: Mapping[int, Sequence[Hit]],
    slot: int,
    best: str,
    explained: set[int],
    chances: Mapping[str, float],
) -> Explanation:
    """The mistake taken, with those that are as plausible and explain the same lines."""
    first = _hit(hits[slot], best)
    assert first is not None
    findings = [first.finding]
    for hit in hits[slot]:
        other = hit.finding.mistake
        same = {at for at, of in hits.items() if _hit(of, other) is not None}
        as_good = hit.level == first.level and hit.chance <= first.chance
        if other != best and as_good and same == explained:
            findings.append(hit.finding)
    return Explanation(tuple(findings), chances[best])
