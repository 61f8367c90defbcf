"""Which known mistake makes this wrong number?

`candidates` works out what each mistake and slip would give, the plausible ones first; `evidence`
compares those values with the numbers given, and weighs what all of them say together.
"""

from __future__ import annotations

from backprop_cli.marking.diagnosis.candidates import in_this_line
from backprop_cli.marking.diagnosis.case import Case, Inquiry
from backprop_cli.marking.diagnosis.evidence import RARE, Explanation, Hit, hits_of, weighed
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.mistakes.slips import SLIPS
from backprop_cli.marking.diagnosis.workings import Finding, Workings
from backprop_cli.marking.verdicts import WRONG, Marking, Verdict

MOST_COMPARED = 300_000
"""So many lines at most are compared with wrong answers, each of which is with all of the sheet."""

BEHIND_NOTHING = "It is worked from a wrong 0 or 1, which leaves nothing to tell it by."
TOO_MANY = "With so many wrong lines before it, no mistake was looked for here."


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


class Examination(Inquiry):
    """What is asked of one student's answers while they are marked: an `Examiner`.

    It knows the answers before the one that it is asked of, to which all cones lead back. That the
    digits in use are those of the first answers changes nothing: no formula depends on them.
    """

    def __init__(self, diagnosis: Diagnosis, marking: Marking) -> None:
        super().__init__(diagnosis, marking)
        self._left = diagnosis.most_compared

    def explains(self, verdict: Verdict) -> bool:
        """Whether a formula of the catalogue gives the number that a wrong answer is."""
        case = Case(self, verdict)
        values = {f.value for rare in (False, True) for f in in_this_line(case, rare)}
        return verdict.number.value in values

    def doubts(self, verdict: Verdict) -> bool:
        """Whether a number that rounding on the way may have made is better put down to a mistake.

        It has to have so many digits that honest rounding would hardly end just there. On a large
        sheet only the first such numbers are looked into.
        """
        case = Case(self, verdict)
        if case.distance * RARE < case.plain or not self._left:
            return False
        self._left -= 1
        hits = hits_of(case)
        return any(hit.chance <= RARE and hit.finding.mistake in CATALOGUE for hit in hits)


class Diagnosis(Workings):
    """Finds the mistakes behind the wrong answers on a sheet."""

    def examination(self, marking: Marking) -> Examination:
        """An examiner for one student's answers."""
        return Examination(self, marking)

    def explanations(self, marking: Marking) -> dict[int, Explanation]:
        """For the slot of each wrong answer, what explains it.

        Of many wrong answers on a large sheet only the first are looked into.
        """
        inquiry = Inquiry(self, marking)
        found, hits = dict[int, Explanation](), dict[int, list[Hit]]()
        for verdict in marking.with_status(WRONG):
            case, slot = Case(inquiry, verdict), verdict.entry.slot
            if case.is_behind_nothing or len(hits) == self.most_compared:
                why = BEHIND_NOTHING if case.is_behind_nothing else TOO_MANY
                found[slot] = Explanation(unsought=why)
            else:
                hits[slot] = hits_of(case)
        return found | weighed(hits)

    @property
    def most_compared(self) -> int:
        """So many answers are compared with all that may be behind them."""
        return max(1, MOST_COMPARED // len(self.sheet.entries))
