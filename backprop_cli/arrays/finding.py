"""From a wrong array to the mistake that makes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from math import isfinite
from types import MappingProxyType
from typing import Any, NamedTuple

from backprop_cli.arrays.algebra import Matrix
from backprop_cli.arrays.judging import CORRECT, FOLLOWS, WRONG, Judge, Judged
from backprop_cli.arrays.lifting import Lifting
from backprop_cli.arrays.mistakes import ARRAY_MISTAKES, Site
from backprop_cli.arrays.working import BROKEN, Pass
from backprop_cli.engine import MatrixStep
from backprop_cli.formulas import Expr
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE

LARGEST_POWER = {"float64": 709.78, "float32": 88.72, "bfloat16": 88.72, "float16": 11.09}
"""Beyond this e^x is no number of the type any more."""

FEWEST = 4
"""Of a coarse type so many different entries have to agree, or it may be chance."""


_NO_LOGARITHM = "There is no logarithm of an output that is 0, nor of 1 less one that is 1."
_KEEP_INSIDE = "Keep the outputs inside (0, 1), or compute the error from the net inputs."
_WITHOUT_OVERFLOW = (
    "Softmax takes every net input less the largest, which cancels; the logistic of a very negative "
    "net input is e^x/(1 + e^x)."
)


class Finding(NamedTuple):
    """What was done, and why it is wrong; `mistake` is the id, empty where only a fact is told.

    `at` is the key of the step where it was done, which may lie before the array, and `edits` the
    wrong formulas by the keys of their steps.
    """

    mistake: str
    done: str
    why: str
    at: str
    edits: Mapping[str, Expr] = MappingProxyType({})


class Finder:
    """Looks for the mistakes behind the wrong arrays of one program, in one reading."""

    def __init__(self, judge: Judge, judged: Sequence[Judged]) -> None:
        self._judge, self._judged = judge, judged
        self._program, self._algebra = judge.program, judge.program.algebra
        self._own: dict[str, Matrix] = {}
        for one in judged:
            self._own.setdefault(one.key, one.value)
        self._edits: dict[str, dict[str, list[Expr]]] = {}

    @cached_property
    def _lifting(self) -> Lifting:
        return Lifting(self._program)

    def all(self) -> tuple[list[Judged], dict[str, Finding]]:
        """Every array with its verdict, and what is known of the wrong ones by their names.

        What is right after a mistake that was found follows from it.
        """
        judged: list[Judged] = []
        findings: dict[str, Finding] = {}
        edits: dict[str, Expr] = {}
        for one in self._judged:
            if one.status == WRONG and edits and self._explains(one, edits, self._other(one)):
                one = one._replace(status=FOLLOWS)
            judged.append(one)
            if one.status == WRONG and (finding := self.found(one)) is not None:
                findings[one.item.name] = finding
                edits |= {key: formula for key, formula in finding.edits.items() if key != one.key}
        return judged, findings

    def found(self, one: Judged) -> Finding | None:
        """The mistake that makes a wrong array, or a fact about it; None where neither is known."""
        if one.key in self._program.givens:
            return self._given(one)
        if (lost := self._not_finite(one)) is not None:
            return lost
        kept = self._overwritten(one)
        if kept is not None and kept[1]:
            return kept[0]
        return self._made(one) or (kept and kept[0]) or self._fact(one)

    def _given(self, one: Judged) -> Finding:
        return Finding("", f"{one.item.name} is not that of the network.",
                       "What is computed from it follows from it here.", one.key)  # fmt: skip

    # Mistakes in formulas.

    def _made(self, one: Judged) -> Finding | None:
        """A wrong formula that makes every entry, here or in a step before that was not given."""
        steps = list(self._program.ancestors(one.key, self._other(one)))
        scopes = [self._other(one), {}] if self._own else [{}]
        for own in scopes:
            for step in steps:
                for name, formulas in self._edits_of(step).items():
                    for formula in formulas:
                        if self._explains(one, {step.key: formula}, own):
                            return _finding(name, step.key, {step.key: formula})
            for name, edits in self._throughout(steps):
                if self._explains(one, edits, own):
                    return _finding(name, next(iter(edits)), edits)
        return None

    def _other(self, one: Judged) -> Mapping[str, Matrix]:
        return {key: value for key, value in self._own.items() if key != one.key}

    def _edits_of(self, step: MatrixStep) -> dict[str, list[Expr]]:
        """The wrong formulas of a step by the mistake, those of arrays first."""
        found = self._edits.get(step.key)
        if found is None:
            found = self._edits[step.key] = {}
            site = Site(self._program, step)
            for name, row in ARRAY_MISTAKES.items():
                found.setdefault(name, []).extend(row.edit(site))
            lifted = sorted(self._lifting.wrong(step), key=lambda pair: CATALOGUE[pair[0]].rare)
            for name, formula in lifted:
                found.setdefault(name, []).append(formula)
        return found

    def _throughout(self, steps: Sequence[MatrixStep]) -> Iterator[tuple[str, dict[str, Expr]]]:
        """The same mistake in every step of a kind on the way."""
        ordered = sorted(steps, key=lambda step: step.law)
        for _, group in groupby(ordered, key=lambda step: step.law):
            alike = list(group)
            edits = [self._edits_of(step) for step in alike]
            for name in edits[0] if len(alike) > 1 else ():
                if all(name in other for other in edits):
                    for formulas in zip(*(other[name] for other in edits), strict=False):
                        yield name, dict(zip((step.key for step in alike), formulas, strict=True))

    def _explains(self, one: Judged, edits: Mapping[str, Expr], own: Mapping[str, Matrix]) -> bool:
        """Whether these formulas make every entry of an array, of whatever shape it is."""
        scope = Pass(self._program, own, edits)
        try:
            values = [scope.expected(one.key)]
            if one.key in edits and not one.fits:
                values.append(edits[one.key].evaluate(scope, self._algebra.operations))
        except BROKEN:
            return False
        return any(self._same(one, value, scope) for value in values)

    def _same(self, one: Judged, value: Matrix, scope: Mapping[str, Matrix]) -> bool:
        if isinstance(value, int | float):
            value = self._algebra.matrix([[value]], 1)
        if not self._telling(one.value):
            return False
        if self._judge.near(one.value, value, one.key, scope):
            return True
        if one.fits:
            return False
        turned = self._algebra.operations["T"](value)
        return self._judge.near(one.value, turned, one.key, scope)

    def _telling(self, value: Matrix) -> bool:
        """Whether a matrix has numbers enough that agreement is no chance, and is not all zeros."""
        rows = self._algebra.rows(value)
        different = {abs(number) for row in rows[:50] for number in row[:50] if number != 0}
        coarse = self._judge.tolerance.relative > 1e-4
        return len(different) >= (FEWEST if coarse else 1)

    # Facts about arrays.

    def _overwritten(self, one: Judged) -> tuple[Finding, bool] | None:
        """Another quantity that stands in this array; and whether what follows shows that it came
        there later, after the right one had been used.
        """
        if not one.fits or not self._telling(one.value):
            return None
        known, order = self._judge.truth, self._program.order
        depending = [
            other for other in self._judged
            if other.key != one.key and one.key in self._judge.sources(other.key, self._own)
        ]  # fmt: skip
        went_on = bool(depending) and all(other.status == CORRECT for other in depending)
        for other, value in self._values_like(one):
            if self._judge.near(one.value, value, one.key, known):
                later = other not in order or order[other] > order[one.key]
                if went_on or (later and not depending):
                    name = self._program.names[other].symbol if other in order else other
                    done = f"{one.item.name} holds {name}: it was overwritten after it was used."
                    why = "Give the new numbers a name of their own, or copy the old ones first."
                    return Finding("overwritten", done, why, one.key), went_on
        return None

    def _values_like(self, one: Judged) -> Iterator[tuple[str, Matrix]]:
        """Values of other quantities of the same shape, and what softmax makes on its way."""
        program, operations = self._program, self._algebra.operations
        for key, name in program.names.items():
            same = self._algebra.shape(one.value) == program.shape(key) and key != one.key
            if same and (not name.suffix or name.kind == program.names[one.key].kind):
                yield key, self._judge.truth[key]
        name = program.names[one.key]
        if name.kind == "net":
            net = self._judge.truth[one.key]
            yield f"e^{name.symbol}", operations["exp"](net)
            columns = self._algebra.rows(operations["T"](net))
            shifted = [[number - max(column) for number in column] for column in columns]
            turned = operations["T"](self._algebra.matrix(shifted, len(shifted[0])))
            yield f"{name.symbol} less the largest", turned
            yield f"e^{name.symbol} less the largest", operations["exp"](turned)

    def _not_finite(self, one: Judged) -> Finding | None:
        """That an array is not a number, and why, where it comes from a power too large."""
        rows = self._algebra.rows(one.value)
        bad = [number for row in rows for number in row if not isfinite(number)]
        if not bad:
            return None
        step, kind = self._program.steps[one.key], one.item.array.type
        lost = "is NaN" if any(n != n for n in bad) else "is infinite"
        what = f"{one.item.name} {lost} from here on."
        if step.kind in ("E", "E_total", "E_epoch", "E_mean"):
            return Finding("log-of-zero", f"{what} {_NO_LOGARITHM}", _KEEP_INSIDE, one.key)
        if step.kind == "out":
            net = self._program.q.net(self._program.network.layers[step.layer - 1])
            largest = self._algebra.size(self._judge.truth[net.name.key])
            most = LARGEST_POWER.get(kind, LARGEST_POWER["float64"])
            if largest > most:
                what += (
                    f" A net input is {largest:.4g}, and the largest power that {kind} holds is "
                )
                return Finding("overflow", f"{what}e^{most:.4g}.", _WITHOUT_OVERFLOW, one.key)
        return Finding("not-a-number", what, "", one.key)

    def _fact(self, one: Judged) -> Finding | None:
        """What can be said of a wrong array without a mistake: a factor of all its entries."""
        if one.expected is None or not one.fits:
            return None
        mine, right = self._algebra.rows(one.value), self._algebra.rows(one.expected)
        factor = _ratio(mine, right)
        if factor is not None and self._judge.near(
            one.value,
            self._algebra.operations["*"](factor, one.expected),
            one.key,
            self._judge.truth,
        ):
            done = f"Every entry is the right one times {factor:.6g}."
            return Finding("", done, "", one.key)
        return None


def _ratio(mine: list[list[float]], right: list[list[float]]) -> float | None:
    """The largest entry over the right one there; None where there are fewer than two entries."""
    pairs = [
        (a, b) for one, two in zip(mine, right, strict=True) for a, b in zip(one, two, strict=True)
    ]
    finite = [(a, b) for a, b in pairs if b != 0 and isfinite(a) and isfinite(b)]
    if len(finite) < 2:
        return None
    a, b = max(finite, key=lambda pair: abs(pair[1]))
    return a / b


def _finding(name: str, at: str, edits: Mapping[str, Expr]) -> Finding:
    row: Any = ARRAY_MISTAKES.get(name) or CATALOGUE[name]
    done, why = (re.sub(r"[{}]", "", text) for text in (row.done, row.why))
    return Finding(name, done, why, at, edits)
