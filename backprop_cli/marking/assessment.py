"""Assessing answers: verdicts, the mistakes behind them, the convention, the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from backprop_cli.config import Document
from backprop_cli.engine import Network, state_before
from backprop_cli.marking.diagnosis import Diagnosis, Explanation, Finding
from backprop_cli.marking.reading import Answer, FloatType, Keys
from backprop_cli.marking.sheet import Before, sheet_of
from backprop_cli.marking.verdicts import (
    BLANK,
    CORRECT,
    FOLLOWS,
    WRONG,
    Agreement,
    Convention,
    Grading,
    Marking,
    Verdict,
    agreement,
    grading_of,
    mark,
)

MOST_KEPT = 4
"""Sheets that a desk keeps: a class answers the same epochs, but for a few."""

STATUSES = (CORRECT, FOLLOWS, WRONG, BLANK)


@dataclass(frozen=True, slots=True)
class Marked:
    """One answer with its verdict, what it earns of what it is worth, and the mistakes behind."""

    verdict: Verdict
    credit: float
    worth: float
    explanation: Explanation = field(default_factory=Explanation)

    @property
    def key(self) -> str:
        return self.verdict.entry.key

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The mistakes that make the number for certain."""
        return self.explanation.findings if self.explanation.certain else ()

    @property
    def likely(self) -> tuple[Finding, ...]:
        """The mistakes that fit well, where too few digits are given to be certain."""
        return self.explanation.findings if self.explanation.likely else ()

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Ids of the mistakes that make the number for certain."""
        return tuple(finding.mistake for finding in self.findings)


@dataclass(frozen=True)
class Assessment:
    """The marked answers of one student, in the textbook's order, and what they add up to."""

    network: Network
    marking: Marking
    answers: tuple[Marked, ...]
    agreement: Agreement | None = None

    @property
    def conventions(self) -> tuple[Convention, ...]:
        """Those that explain every difference; none where something is a mistake."""
        return () if self.agreement is None else self.agreement.conventions

    @property
    def accepted(self) -> bool:
        """Whether the answers are marked by the conventions."""
        return self.agreement is not None and self.marking is self.agreement.marking

    def conventions_of(self, marked: Marked) -> tuple[Convention, ...]:
        """The conventions by which an answer is right that is wrong here, or only follows."""
        status, at = marked.verdict.status, marked.verdict.answer.address
        if self.agreement is None or status not in (WRONG, FOLLOWS):
            return ()
        return self.agreement.lines.get(at, self.conventions if status == WRONG else ())

    def with_certain_names(self) -> Assessment:
        """The same, without the mistakes that are only likely."""
        answers = tuple(
            replace(marked, explanation=replace(marked.explanation, hidden=True))
            if marked.explanation.likely
            else marked
            for marked in self.answers
        )
        return replace(self, answers=answers)

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
    def machine(self) -> FloatType | None:
        """The type of float that the numbers have if a program wrote them, else None."""
        numbers = (marked.verdict.answer.number for marked in self.answers)
        return next((number.type for number in numbers if number is not None), None)

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

        With `accept_conventions` they are marked by the conventions that make all of them right.
        What is a convention is no mistake: there are no findings then.
        """
        epochs = tuple(sorted({answer.address.epoch for answer in answers})) or (1,)
        diagnosis = self.diagnosis(epochs)
        marking = mark(diagnosis.sheet, answers, self.grading.precision, diagnosis.examination)
        found, explained = None, {}
        if not marking.all_right:
            found = agreement(marking, answers, diagnosis.others)
            if found is None:
                explained = diagnosis.explanations(marking)
            elif accept_conventions:
                marking = found.marking
        marked = self._marked(marking, explained)
        return Assessment(marking.sheet.network, marking, marked, found)

    def _marked(self, marking: Marking, explained: Mapping[int, Explanation]) -> tuple[Marked, ...]:
        """Each answer with what it earns; a mistake made once more costs nothing if so agreed."""
        made, marked = set[tuple[str, str]](), []
        for verdict in marking.verdicts:
            known = explained.get(verdict.entry.slot, Explanation())
            kind = verdict.entry.step.kind
            ids = {(f.mistake, kind) for f in known.findings} if known.certain else set()
            credit = self.grading.credit(verdict, self.grading.once and bool(ids & made))
            made |= ids
            marked.append(Marked(verdict, credit, self.grading.worth(verdict.entry), known))
        return tuple(marked)
