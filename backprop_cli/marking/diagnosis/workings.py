"""What each known mistake makes of a sheet.

The formulas come from the catalogue in `mistakes`, the values from the sheet; what does not depend
on a student is worked out once and kept. `candidates` asks for the lines that an answer needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from backprop_cli.formulas import Expr, Num, references
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE, Book, substituted
from backprop_cli.marking.diagnosis.rules import OtherRules
from backprop_cli.marking.sheet import Entry, Sheet, sheet_of

MOST_VALUES = 5_000_000
"""So many numbers are kept of sheets that were worked with a mistake: 200 MB."""

MOST_OPTIONS = 4
"""Where a mistake has several wrong formulas, so many of them are tried in lines before."""


EVERY_KIND = ""
"""In place of a kind of line: a mistake is made in every line in which it can be."""


class Made(NamedTuple):
    """A mistake as it is made: in all lines of a kind, or in the line of the slot `only` alone.

    `option` is the number of its wrong formula, where it has several.
    """

    mistake: str
    kind: str
    option: int
    only: int | None = None


class Misread(NamedTuple):
    """Givens read as other numbers, by their slots; `slip` is the id, `detail` says which."""

    slip: str
    detail: str
    numbers: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake that makes a wrong number.

    `at` is the line where it was made: the answer's own, or one before it that was not answered.
    `formula` is the wrong one, where the mistake is a formula; `made` says in which lines of a
    sheet it is, where that is not the answer's own alone; `detail` tells more of a slip. `own` are
    the slots of the numbers that `value` is worked from, where these are the student's.
    """

    mistake: str
    at: Entry
    value: float
    formula: Expr | None = None
    detail: str = ""
    made: Made | Misread | None = None
    own: tuple[int, ...] = ()

    @property
    def throughout(self) -> bool:
        """Whether the number comes out if the mistake is made from the first line on."""
        return self.mistake in CATALOGUE and self.formula is None


class Workings:
    """A sheet and what mistakes make of it, kept by line, and by mistake for the whole sheet.

    `readings` keeps for `givens`, by slot, how the givens of a line may be misread, with its
    formula as it is then worked.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.book = sheet, Book(sheet.network)
        self._true: dict[int, list[Finding]] = {}
        self.readings: dict[int, tuple[tuple[Misread, Expr | None], ...]] = {}
        self._beside: dict[tuple[int, int], list[Entry]] = {}
        self._everywhere: dict[Made | Misread, list[float]] = {}

    def truths_of(self, entry: Entry) -> list[Finding]:
        """What each mistake makes of a line whose operands are true."""
        if entry.slot not in self._true:
            self._true[entry.slot] = [
                Finding(id_, entry, self.sheet.value(entry, self.sheet.truths, formula), formula)
                for id_, formulas in self.book.edits(entry.step).items()
                for formula in formulas
            ]
        return self._true[entry.slot]

    def beside(self, entry: Entry) -> list[Entry]:
        """The lines of the same epoch and sample (or of none) that are asked for."""
        epoch, sample = entry.address.epoch, entry.address.sample
        if (epoch, sample) not in self._beside:
            self._beside[epoch, sample] = [
                other
                for other in self.sheet.entries
                if other.asked
                and other.address.epoch == epoch
                and other.address.sample in (0, sample)
            ]
        return self._beside[epoch, sample]

    def formula(self, entry: Entry, done: Made | Misread) -> Expr | None:
        """The wrong formula for a line; None if the mistake is not made in it."""
        return self._as_read(entry, done) if isinstance(done, Misread) else self._made(entry, done)

    def _as_read(self, entry: Entry, read: Misread) -> Expr | None:
        """The line's formula, with the numbers that were read."""
        numbers = dict(read.numbers)
        changes: dict[str, Expr] = {}
        for ref in references(entry.step.formula):
            slot = entry.scope[ref.name.key].slot
            if slot in numbers:
                changes[ref.name.key] = Num(Decimal(repr(numbers[slot])))
        return substituted(entry.step.formula, changes) if changes else None

    def _made(self, entry: Entry, made: Made) -> Expr | None:
        if made.kind not in (EVERY_KIND, entry.step.kind) or made.only not in (None, entry.slot):
            return None
        formulas = self.book.edits(entry.step).get(made.mistake)
        return formulas[min(made.option, len(formulas) - 1)] if formulas else None

    def work(self, entries: Iterable[Entry], values: list[float], done: Made | Misread) -> None:
        """Fill in the values of `entries`, worked one after the other with a mistake."""
        for slot, value in _misread(done):
            values[slot] = value
        for entry in entries:
            values[entry.slot] = self.sheet.value(entry, values, self._formula(entry, done))

    def everywhere(self, done: Made | Misread) -> list[float]:
        """The values of the whole sheet, worked with this mistake and no other."""
        if done not in self._everywhere:
            if len(self._everywhere) * len(self.sheet.truths) >= MOST_VALUES:
                self._everywhere.clear()
            self._everywhere[done] = self._from_the_truth(done)
        return self._everywhere[done]

    def _from_the_truth(self, done: Made | Misread) -> list[float]:
        """As `work` would fill them in; what the mistake does not reach stays as it is."""
        values = list(self.sheet.truths)
        for slot, value in _misread(done):
            values[slot] = value
        reached = {slot for slot, _ in _misread(done)}
        for entry in self.sheet.entries:
            formula = self._formula(entry, done)
            if formula is not None or not reached.isdisjoint(entry.operands):
                value = self.sheet.value(entry, values, formula)
                if value != values[entry.slot]:
                    values[entry.slot] = value
                    reached.add(entry.slot)
        return values

    def _formula(self, entry: Entry, done: Made | Misread) -> Expr | None:
        """Of a misreading none: the numbers that were read stand among the values already."""
        return self.formula(entry, done) if isinstance(done, Made) else None

    @cached_property
    def options(self) -> dict[tuple[str, str], int]:
        """How many wrong formulas each mistake has for each kind of line.

        One that is made in several kinds has as many for `EVERY_KIND` as for the most.
        """
        found: dict[tuple[str, str], int] = {}
        first = self.sheet.entries[0].address.epoch
        for entry in self.sheet.entries:
            if entry.address.epoch == first:
                for id_, formulas in self.book.edits(entry.step).items():
                    key = (id_, entry.step.kind)
                    found[key] = min(MOST_OPTIONS, max(found.get(key, 0), len(formulas)))
        kinds = Counter(id_ for id_, _ in found)
        for (id_, _), count in list(found.items()):
            if kinds[id_] > 1:
                found[id_, EVERY_KIND] = max(found.get((id_, EVERY_KIND), 0), count)
        return found

    @cached_property
    def others(self) -> OtherRules:
        """The conventions by which answers may be right all the same."""
        return OtherRules(self.sheet, self.rules)

    @cached_property
    def rules(self) -> Mapping[str, Sheet]:
        """By mistake, the sheet of the network whose rule that mistake would be."""
        found: dict[str, Sheet] = {}
        for id_, row in CATALOGUE.items():
            network = row.whole(self.sheet.network) if row.whole is not None else None
            if network is not None:
                found[id_] = sheet_of(network, self.sheet.epochs, self.sheet.before)
        return found


def _misread(done: Made | Misread) -> tuple[tuple[int, float], ...]:
    return done.numbers if isinstance(done, Misread) else ()
