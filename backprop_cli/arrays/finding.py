"""From a wrong array to the mistake that makes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

from backprop_cli.arrays.facts import OF_OPTIMIZERS, Facts, Finding
from backprop_cli.arrays.hypotheses import Edits, Hypotheses, Row
from backprop_cli.arrays.judging import CORRECT, FOLLOWS, WRONG, Judge, Judged
from backprop_cli.arrays.readings import Reading
from backprop_cli.arrays.working.algebra import Matrix
from backprop_cli.arrays.working.program import BROKEN, Pass
from backprop_cli.formulas import Expr
from backprop_cli.show import in_symbols

MOST_STEPS, FEWEST_STEPS = 300_000, 2_000
"""That are worked with wrong formulas for a whole report, and for an array whatever others took.
Three layers need fewer; a long chain of layers of which little is given would take minutes."""

NOT_ALL_TRIED = (
    "Not all mistakes were tried: too many steps lead to it. Give more of the arrays between."
)


class Finder:
    """Looks for the mistakes behind the wrong arrays of one program, in one reading."""

    def __init__(self, judge: Judge, reading: Reading, judged: Sequence[Judged]) -> None:
        self._judge, self._reading, self._judged = judge, reading, judged
        self._program, self._algebra = judge.program, judge.program.algebra
        self._own: dict[str, Matrix] = {}
        self._owner: dict[str, str] = {}
        for one in judged:
            if not judge.is_passing(one.item) and one.key not in self._own:
                self._own[one.key], self._owner[one.key] = one.value, one.item.name
        names = self._program.names
        self._unfit = {
            one.key for one in judged if not one.fits and names[one.key].kind != "gradient"
        }
        self._passes: dict[tuple[str, frozenset[str]], Pass] = {}
        self._hypotheses = Hypotheses(self._program, reading)
        self._facts = Facts(judge, reading, judged, self._own)
        self._steps_worked = 0
        self._gave_up = False

    def all(self) -> tuple[list[Judged], dict[str, Finding]]:
        """Every array with its verdict, and what is known of the wrong ones by their names.

        What is right after a mistake that was found follows from it.
        """
        judged: list[Judged] = []
        findings: dict[str, Finding] = {}
        edits: Edits = {}
        slopes: Edits = {}
        for one in self._judged:
            finding = None
            if one.status == WRONG and self._facts.is_kept_from_zero(one):
                one = one._replace(status=CORRECT)
            if one.status == WRONG and (other := self._another(one)) is not None:
                one = other
            if one.status == WRONG and self._follows(one, edits, {**slopes, **edits}):
                one = one._replace(status=FOLLOWS)
            elif one.status == WRONG:
                one, finding = self._told(one)
            judged.append(one)
            if finding is not None:
                findings[one.item.name] = finding
                edits |= {key: formula for key, formula in finding.edits.items() if key != one.key}
                slopes |= self._hypotheses.slopes_with(finding.edits)
        return judged, findings

    def _another(self, one: Judged) -> Judged | None:
        """The array as the quantity that it really is, where its name only seems to say another:
        that other one has a right array already, or its array is this one; or it is a given.
        """
        program = self._program
        used = any(other.status == FOLLOWS for other in self._judged)  # as what it is called
        taken = not used and any(
            one.key == other.key and other.status == CORRECT for other in self._judged
        )
        for key, name in program.names.items():
            exchanged = not used and self._is_in(one.key, key)
            given = not one.fits and key in program.givens
            if key == one.key or name.kind in OF_OPTIMIZERS or not (taken or exchanged or given):
                continue
            value, fits = self._judge.taken(one.item, key, self._reading)
            if fits and self._judge.near(value, self._judge.truth[key], key, self._judge.truth):
                return Judged(one.item, key, CORRECT, value, fits, value)
        return None

    def _is_in(self, key: str, other: str) -> bool:
        """Whether a quantity stands in the array that is bound to another."""
        for one in self._judged:
            if one.key == other and one.status == WRONG:
                value, fits = self._judge.taken(one.item, key, self._reading)
                truth = self._judge.truth
                if fits and self._judge.near(value, truth[key], key, truth):
                    return True
        return False

    def _follows(self, one: Judged, *made: Mapping[str, Expr]) -> bool:
        """Whether an array is right after mistakes that have been found."""
        return any(edits and self._explains(one, edits, self._other(one)) for edits in made)

    def _told(self, one: Judged) -> tuple[Judged, Finding | None]:
        """A wrong array with what is known of it, as that of its meanings which is explained."""
        first = self.found(one)
        if first is None or not first.mistake:
            for key in one.item.keys:
                value, fits = self._judge.taken(one.item, key, self._reading)
                if key != one.key and fits and key not in self._own:
                    other = one._replace(key=key, value=value, fits=fits)
                    finding = self._made(other)
                    if finding is not None:
                        return other, finding
        return one, first

    def found(self, one: Judged) -> Finding | None:
        """The mistake that makes a wrong array, or a fact about it; None where neither is known."""
        if one.key in self._program.givens:
            return self._facts.given(one)
        if (lost := self._facts.not_finite(one)) is not None:
            return lost
        return (
            self._facts.turned(one)
            or self._facts.overwritten(one, surely=True)
            or self._made(one)
            or self._facts.overwritten(one, surely=False)
            or self._facts.other_quantity(one)
            or self._facts.multiple(one)
            or (Finding("", NOT_ALL_TRIED, "", one.key) if self._gave_up else None)
        )

    def _made(self, one: Judged) -> Finding | None:
        """A wrong formula that makes every entry, here or in a step before that was not given.

        An array of zeros alone may come of many mistakes, and of none: it is not explained.
        """
        if not self._facts.telling(one.value):
            return None
        known = self._other(one)
        self._gave_up = False
        most = max(MOST_STEPS, self._steps_worked + FEWEST_STEPS)
        for own in [known, {}] if self._own else [{}]:
            cost = sum(1 for _ in self._program.ancestors(one.key, own))
            for row, at, edits in self._hypotheses.behind(one.key, known):
                self._steps_worked += cost
                self._gave_up = self._steps_worked > most
                if self._gave_up:
                    return None
                if not self._explains(one, edits, own) or self._refuted(one, edits):
                    continue
                if row.id != "gradients-added-up" or self._all_gradients_are_wrong():
                    return self._finding(row, at, edits)
        return None

    def _all_gradients_are_wrong(self) -> bool:
        names = self._program.names
        gradients = [one for one in self._judged if names[one.key].kind == "gradient"]
        return all(one.status == WRONG for one in gradients)

    def _other(self, one: Judged) -> Mapping[str, Matrix]:
        return {
            key: value
            for key, value in self._own.items()
            if one.item.name != self._owner[key] and key not in (one.key, *self._unfit)
        }

    def _finding(self, row: Row, at: str, edits: Mapping[str, Expr]) -> Finding:
        """A mistake with its words; what they say in braces is the right formula of the step."""
        right = in_symbols(self._program.steps[at].formula)
        done, why = (re.sub(r"\{[^}]*\}", lambda _: right, said) for said in (row.done, row.why))
        if row.id == "added-gradient" and self._reading.descent:
            done = "The update goes the other way: δ is −∂E/∂net here, and it is added."
        if row.id == "delta-sign" and self._program.steps[at].layer < len(
            self._program.network.layers
        ):
            done, why = (
                "The sign of this δ is the other way round.",
                "A minus is too many or missing.",
            )
        return Finding(row.id, done, why, at, edits)

    def _worked(self, key: str, own: Mapping[str, Matrix]) -> Pass:
        """The pass with one's own matrices that leads to a matrix; the last ones are kept."""
        known = key, frozenset(own)
        if known not in self._passes:
            self._passes[known] = found = Pass(self._program, own)
            with suppress(*BROKEN):
                found.expected(key)
        return self._passes[known]

    def _explains(self, one: Judged, edits: Mapping[str, Expr], own: Mapping[str, Matrix]) -> bool:
        """Whether these formulas make every entry of an array, of whatever shape it is."""
        scope = self._worked(one.key, own).edited(edits)
        try:
            values = [scope.expected(one.key)]
            if one.key in edits and not one.fits:
                values.append(edits[one.key].evaluate(scope, self._algebra.operations))
        except BROKEN:
            return False
        return any(self._same(one, value, scope) for value in values)

    def _refuted(self, one: Judged, edits: Mapping[str, Expr]) -> bool:
        """Whether a right array speaks against formulas that it would be made by as well."""
        made_before = edits.keys() - {one.key}
        for other in self._judged if made_before else ():
            if other.status == CORRECT and other.key in self._program.steps:
                known = {key: value for key, value in self._own.items() if key != other.key}
                steps = self._program.ancestors(other.key, known)
                reached = other.key not in edits and any(s.key in made_before for s in steps)
                if reached and not self._explains(other, edits, known):
                    return True
        return False

    def _same(self, one: Judged, value: Matrix, scope: Mapping[str, Matrix]) -> bool:
        if isinstance(value, int | float):
            value = self._algebra.matrix([[value]], 1)
        if self._judge.near(one.value, value, one.key, scope):
            return True
        if one.fits and 1 not in self._algebra.shape(value):
            return False
        turned = self._algebra.operations["T"](value)
        return self._judge.near(one.value, turned, one.key, scope)
