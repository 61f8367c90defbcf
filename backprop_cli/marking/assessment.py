"""Assessing answers: verdicts, the mistakes behind them, the convention, the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from backprop_cli.config import Document
from backprop_cli.engine import Network, state_before
from backprop_cli.marking.diagnosis import Diagnosis, Finding
from backprop_cli.marking.reading import Answer, Keys
from backprop_cli.marking.sheet import Before, sheet_of
from backprop_cli.marking.verdicts import (
    BLANK,
    CORRECT,
    FOLLOWS,
    WRONG,
    Convention,
    Grading,
    Marking,
    Verdict,
    convention_of,
    grading_of,
    mark,
)

MOST_KEPT = 4
"""Sheets that a desk keeps: a class answers the same epochs, but for a few."""

STATUSES = (CORRECT, FOLLOWS, WRONG, BLANK)


@dataclass(frozen=True, slots=True)
class Marked:
    """One answer with its verdict, what it earns of what it is worth, and the mistakes behind.

    `searched` is False for a wrong one with so many before it that none were looked for.
    """

    verdict: Verdict
    credit: float
    worth: float
    findings: tuple[Finding, ...]
    searched: bool = True

    @property
    def key(self) -> str:
        return self.verdict.entry.key

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Ids of the mistakes that fit."""
        return tuple(finding.mistake for finding in self.findings)


@dataclass(frozen=True)
class Assessment:
    """The marked answers of one student, in the textbook's order, and what they add up to."""

    network: Network
    marking: Marking
    answers: tuple[Marked, ...]
    convention: Convention | None = None

    @property
    def score(self) -> float:
        return sum(marked.credit for marked in self.answers)

    @property
    def max_score(self) -> float:
        return sum(marked.worth for marked in self.answers)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many answers there are of each status."""
        found = Counter(marked.verdict.status for marked in self.answers)
        return {status: found[status] for status in STATUSES}

    @property
    def first_wrong(self) -> Marked | None:
        """The first answer that is neither right nor follows from those before."""
        return next((m for m in self.answers if m.verdict.status == WRONG), None)

    @property
    def all_correct(self) -> bool:
        return self.counts[CORRECT] == len(self.answers)


@dataclass
class Desk:
    """Marks answers to one network, and keeps its sheets and what mistakes make of them.

    `before` gives the state that a late epoch begins with.
    """

    network: Network
    grading: Grading = field(default_factory=Grading)
    before: Before = state_before
    _diagnoses: dict[tuple[int, ...], Diagnosis] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, network: Network, document: Document, before: Before = state_before) -> Desk:
        """A desk with the [grading] of a config."""
        desk = cls(network, before=before)
        desk.grading = grading_of(document, desk.keys)
        return desk

    @cached_property
    def keys(self) -> Keys:
        """The keys that answers may have."""
        return Keys(self.diagnosis((1,)).sheet)

    def diagnosis(self, epochs: tuple[int, ...]) -> Diagnosis:
        """The sheet of these epochs, ready to find mistakes on. The last few are kept."""
        found = self._diagnoses.pop(epochs, None)
        if found is None:
            found = Diagnosis(sheet_of(self.network, epochs, self.before))
            if len(self._diagnoses) >= MOST_KEPT:
                del self._diagnoses[next(iter(self._diagnoses))]
        self._diagnoses[epochs] = found
        return found

    def assess(self, answers: Sequence[Answer], accept_conventions: bool = False) -> Assessment:
        """Mark the answers, and find the mistakes behind the wrong ones.

        With `accept_conventions` they are marked by the convention that makes all of them right.
        """
        epochs = tuple(sorted({answer.address.epoch for answer in answers})) or (1,)
        diagnosis = self.diagnosis(epochs)
        marking = mark(diagnosis.sheet, answers, self.grading.precision, diagnosis.explains)
        convention, findings = None, dict[int, tuple[Finding, ...]]()
        if not marking.all_right:
            convention = convention_of(marking, answers, diagnosis.rules)
            if convention is not None and accept_conventions:
                marking = convention.marking
            else:
                findings = diagnosis.findings(marking)
        marked = tuple(
            self._marked(verdict, findings.get(verdict.entry.slot)) for verdict in marking.verdicts
        )
        return Assessment(marking.sheet.network, marking, marked, convention)

    def _marked(self, verdict: Verdict, findings: tuple[Finding, ...] | None) -> Marked:
        credit, worth = self.grading.credit(verdict), self.grading.worth(verdict.entry)
        return Marked(verdict, credit, worth, findings or (), findings is not None)
