"""From a wrong array to the mistake that makes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple

from backprop_cli.arrays.judging import CORRECT, FOLLOWS, WRONG, Judge, Judged
from backprop_cli.arrays.lifting import Lifting
from backprop_cli.arrays.mistakes import ARRAY_MISTAKES, ArrayMistake, Site
from backprop_cli.arrays.readings import Reading
from backprop_cli.arrays.working.algebra import Matrix
from backprop_cli.arrays.working.program import BROKEN, Pass
from backprop_cli.engine import MatrixStep
from backprop_cli.formulas import Expr, Op, Partial, references
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE, Mistake

Row = ArrayMistake | Mistake
RANKS = 4
"""Mistakes of arrays, of formulas, and those of each that are rarer."""

LARGEST_POWER = {"float64": 709.78, "float32": 88.72, "bfloat16": 88.72, "float16": 11.09}
"""Beyond this e^x is no number of the type any more."""

FEWEST = 4
"""Of a coarse type so many different entries have to agree, or it may be chance."""


_COPY = "Give the new numbers a name of their own, or copy the old ones first."
_ZEROS = "Every entry is 0."
_NO_LOGARITHM = "There is no logarithm of an output that is 0, nor of 1 less one that is 1."
_KEEP_INSIDE = "Keep the outputs inside (0, 1), or compute the error from the net inputs."
_WITHOUT_OVERFLOW = (
    "Softmax takes every net input less the largest, which cancels; the logistic of a very "
    "negative net input is e^x/(1 + e^x)."
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

    def __init__(self, judge: Judge, reading: Reading, judged: Sequence[Judged]) -> None:
        self._reading = reading
        self._judge, self._judged = judge, judged
        self._program, self._algebra = judge.program, judge.program.algebra
        self._own: dict[str, Matrix] = {}
        for one in judged:
            if not judge.is_passing(one.item):
                self._own.setdefault(one.key, one.value)
        self._unfit = {one.key for one in judged if not one.fits and one.key[:2] != "dE"}
        self._edits: dict[str, list[list[tuple[Row, Expr]]]] = {}

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
            if one.status == WRONG:
                one, finding = self._told(one)
            else:
                finding = None
            judged.append(one)
            if finding is not None:
                findings[one.item.name] = finding
                edits |= {key: formula for key, formula in finding.edits.items() if key != one.key}
        return judged, findings

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
            return self._given(one)
        if (lost := self._not_finite(one)) is not None:
            return lost
        return (
            self._overwritten(one)
            or self._made(one)
            or self._other_quantity(one)
            or self._fact(one)
        )

    def _given(self, one: Judged) -> Finding:
        return Finding("", f"{one.item.name} is not that of the network.",
                       "What is computed from it follows from it here.", one.key)  # fmt: skip

    # Mistakes in formulas.

    def _made(self, one: Judged) -> Finding | None:
        """A wrong formula that makes every entry, here or in a step before that was not given.

        An array of zeros alone tells little: it is explained by what alone can make it.
        """
        telling = self._telling(one.value)
        found: dict[str, Finding] = {}
        for own in [self._other(one), {}] if self._own else [{}]:
            for base, steps in self._ways(one):
                for row, at, edits in self._ranked(steps):
                    if row.id not in found and self._explains(one, {**base, **edits}, own):
                        found[row.id] = _finding(row, at, {**base, **edits})
                        if telling:
                            return found[row.id]
        return next(iter(found.values())) if len(found) == 1 else None

    def _ways(self, one: Judged) -> Iterator[tuple[dict[str, Expr], list[MatrixStep]]]:
        """The steps that lead to an array, and the formulas put in place of theirs: none, or the
        chain rule where a delta has a short form.
        """
        known = self._other(one)
        steps = list(self._program.ancestors(one.key, known))
        yield {}, steps
        for step in steps:
            if step.law == "delta" and step.chain is not None and step.kind == "delta":
                parts = [self._program.steps.get(ref.name.key) for ref in references(step.chain)]
                yield (
                    {step.key: step.chain},
                    [part for part in parts if part is not None and part.key not in known],
                )

    def _other(self, one: Judged) -> Mapping[str, Matrix]:
        return {
            key: value
            for key, value in self._own.items()
            if key != one.key and key not in self._unfit
        }

    def _ranked(self, steps: Sequence[MatrixStep]) -> Iterator[tuple[Row, str, dict[str, Expr]]]:
        """Mistakes with the key of their step and the edits they make, the likelier ones first.

        Each in one step, and then in every step of a kind on the way.
        """
        edits = {step.key: self._edits_of(step) for step in steps}
        for rank in range(RANKS):
            for key, found in edits.items():
                for row, formula in found[rank]:
                    yield row, key, {key: formula}
            for group in _alike(steps):
                yield from _throughout([edits[key][rank] for key in group], group)

    def _edits_of(self, step: MatrixStep) -> list[list[tuple[Row, Expr]]]:
        """The wrong formulas of a step with their mistakes, by rank: those of arrays first."""
        found = self._edits.get(step.key)
        if found is None:
            site = Site(self._program, step, self._reading.mean_at)
            found = self._edits[step.key] = [[] for _ in range(RANKS)]
            for row in ARRAY_MISTAKES:
                found[2 if row.late else 0] += [(row, formula) for formula in row.edit(site)]
            for name, formula in self._lifting.wrong(step):
                lifted = CATALOGUE[name]
                found[3 if lifted.rare else 1].append((lifted, formula))
        return found

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
        if self._judge.near(one.value, value, one.key, scope):
            return True
        if one.fits and 1 not in self._algebra.shape(value):
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

    def _overwritten(self, one: Judged) -> Finding | None:
        """A later quantity that stands in this array, or one that came there after its use: what
        follows was made of the right numbers.
        """
        if not one.fits or not self._telling(one.value):
            return None
        order = self._program.order
        depending = [
            other for other in self._judged
            if other.key != one.key and one.key in self._judge.sources(other.key, self._own)
        ]  # fmt: skip
        went_on = bool(depending) and all(other.status == CORRECT for other in depending)
        for other, value in self._values_like(one):
            later = other not in order or order[other] > order[one.key]
            if (went_on or later) and self._judge.near(
                one.value, value, one.key, self._judge.truth
            ):
                name = self._program.names[other].symbol if other in order else other
                when = " after it was used" if went_on else ""
                done = f"{one.item.name} holds {name}: it was overwritten{when}."
                return Finding("overwritten", done, _COPY, one.key)
        return None

    def _other_quantity(self, one: Judged) -> Finding | None:
        """That an array is another quantity altogether."""
        if one.fits and self._telling(one.value):
            for other, value in self._values_like(one):
                near = self._judge.near(one.value, value, one.key, self._judge.truth)
                if near and other in self._program.names:
                    symbol = self._program.names[other].symbol
                    return Finding("swapped-quantity", f"{one.item.name} is {symbol}.", "", one.key)
        return None

    def _values_like(self, one: Judged) -> Iterator[tuple[str, Matrix]]:
        """Values of other quantities of the same shape, and what softmax makes on its way."""
        program, operations = self._program, self._algebra.operations
        for key, name in program.names.items():
            same = self._algebra.shape(one.value) == program.shape(key) and key != one.key
            if same and (not name.suffix or name.kind == program.names[one.key].kind):
                factor = program.names[one.key], name
                first, second = (self._reading.factor(n, program.q.samples) for n in factor)
                yield key, operations["*"](first / second, self._judge.truth[key])
                if first != second:
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
        is_error = step.kind in ("E", "E_total", "E_epoch", "E_mean")
        if is_error and _has_logarithm(
            self._program.steps[self._program.q.error().name.key].formula
        ):
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
        shape = self._algebra.shape
        if one.expected is None or shape(one.expected) != shape(one.value):
            return None
        mine, right = self._algebra.rows(one.value), self._algebra.rows(one.expected)
        factor = _ratio(mine, right)
        if factor is not None and self._judge.near(
            one.value,
            self._algebra.operations["*"](factor, one.expected),
            one.key,
            self._judge.truth,
        ):
            done = f"Every entry is the right one times {factor:.6g}." if factor else _ZEROS
            return Finding("", done, "", one.key)
        return None


def _has_logarithm(formula: Expr) -> bool:
    if isinstance(formula, Partial):
        return _has_logarithm(formula.of)
    return isinstance(formula, Op) and (
        formula.op == "ln" or any(map(_has_logarithm, formula.args))
    )


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


def _finding(row: Row, at: str, edits: Mapping[str, Expr]) -> Finding:
    done, why = (re.sub(r"[{}]", "", text) for text in (row.done, row.why))
    return Finding(row.id, done, why, at, edits)


def _alike(steps: Sequence[MatrixStep]) -> list[list[str]]:
    """The keys of steps of one kind, where there are several."""
    kinds: dict[str, list[str]] = {}
    for step in steps:
        kinds.setdefault(step.law, []).append(step.key)
    return [keys for keys in kinds.values() if len(keys) > 1]


def _throughout(
    found: Sequence[Sequence[tuple[Row, Expr]]], keys: Sequence[str]
) -> Iterator[tuple[Row, str, dict[str, Expr]]]:
    """The mistakes that can be made in several of these steps, made in all where they can be."""
    by_row = {key: _grouped(edits) for key, edits in zip(keys, found, strict=True)}
    for name in dict.fromkeys(name for rows in by_row.values() for name in rows):
        places = {key: rows[name] for key, rows in by_row.items() if name in rows}
        (at, (row, _)), *others = places.items()
        if others:
            for together in zip(*(formulas for _, formulas in places.values()), strict=False):
                yield row, at, dict(zip(places, together, strict=True))


def _grouped(edits: Sequence[tuple[Row, Expr]]) -> dict[str, tuple[Row, list[Expr]]]:
    found: dict[str, tuple[Row, list[Expr]]] = {}
    for row, formula in edits:
        found.setdefault(row.id, (row, []))[1].append(formula)
    return found
