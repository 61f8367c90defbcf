"""Facts about wrong arrays that no wrong formula tells: what else stands in them, and what they are
multiples of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple

from backprop_cli.arrays.judging import CORRECT, Judge, Judged
from backprop_cli.arrays.readings import Reading, standing
from backprop_cli.arrays.working.algebra import Matrix
from backprop_cli.arrays.working.program import Pass
from backprop_cli.engine import PER_SAMPLE
from backprop_cli.formulas import Expr, Num, Op, Partial, Ref, maximum, with_references

LARGEST_POWER = {"float64": 709.78, "float32": 88.72, "bfloat16": 88.72, "float16": 11.09}
"""Beyond this e^x is no number of the type any more."""

KEPT_AWAY = (1e-15, 2.220446049250313e-16, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5)
"""By how much programs keep outputs away from 0 and 1 before they take the logarithm."""

OF_OPTIMIZERS = ("change", "state_new", "corrected", "intermediate")

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


class Facts:
    """What can be said of the wrong arrays of one program, in one reading."""

    def __init__(
        self,
        judge: Judge,
        reading: Reading,
        judged: Sequence[Judged],
        own: Mapping[str, Matrix],
    ) -> None:
        self._judge, self._reading, self._judged, self._own = judge, reading, judged, own
        self._program, self._algebra = judge.program, judge.program.algebra

    def given(self, one: Judged) -> Finding:
        return Finding("", f"{one.item.name} is not that of the network.",
                       "What is computed from it follows from it here.", one.key)  # fmt: skip

    def telling(self, value: Matrix) -> bool:
        """Whether a matrix has numbers enough that agreement is no chance, and is not all zeros."""
        rows = self._algebra.rows(value)
        different = {abs(number) for row in rows[:50] for number in row[:50] if number != 0}
        coarse = self._judge.tolerance.relative > 1e-4
        return len(different) >= (FEWEST if coarse else 1)

    def turned(self, one: Judged) -> Finding | None:
        """That an array stands the other way round than the rest."""
        shape, algebra = self._program.shape(one.key), self._algebra
        name = self._program.names[one.key]
        flipped = not self._reading.flipped(name)
        other = None if one.fits else standing(one.item.array, shape, flipped, algebra)
        if other is None or one.expected is None:
            return None
        factor = self._reading.factor(name, self._program.q.samples)
        value = algebra.operations["*"](factor, other)
        if not self._judge.near(value, one.expected, one.key, self._judge.truth):
            return None
        done = f"{one.item.name} stands the other way round than the other arrays."
        return Finding("transposed", done, "All else in it is right.", one.key)

    def overwritten(self, one: Judged, surely: bool) -> Finding | None:
        """A later quantity that stands in this array, or one that came there after its use.

        It is sure where what follows was made of the right numbers, or nothing follows that would
        tell, and a layer's numbers for each sample were overwritten.
        """
        if not one.fits or not self.telling(one.value):
            return None
        order = self._program.order
        depending = [
            other for other in self._judged
            if other.key != one.key and one.key in self._judge.sources(other.key, self._own)
        ]  # fmt: skip
        went_on = bool(depending) and all(other.status == CORRECT for other in depending)
        per_sample = self._program.names[one.key].kind in PER_SAMPLE
        if surely and not went_on and (depending or not per_sample):
            return None
        for other, value in self._values_like(one):
            later = other not in order or order[other] > order[one.key]
            if later and self._judge.near(one.value, value, one.key, self._judge.truth):
                name = self._program.names[other].symbol if other in order else other
                when = " after it was used" if went_on else ""
                done = f"{one.item.name} holds {name}: it was overwritten{when}."
                return Finding("overwritten", done, _COPY, one.key)
        return None

    def is_kept_from_zero(self, one: Judged) -> bool:
        """Whether an error is right but for outputs that were kept a little away from 0 and 1."""
        step = self._program.steps.get(one.key)
        if step is None or not step.kind.startswith("E"):
            return False
        q = self._program.q
        out = q.out(self._program.network.layers[-1], step.name.suffix)
        error = self._program.steps[q.error(step.name.suffix).name.key]
        for tiny in KEPT_AWAY:
            clipped = maximum(Num(tiny), -maximum(Num(tiny - 1), -out))
            for other in (clipped, maximum(Num(tiny), out), out + Num(tiny)):
                formula = with_references(error.formula, partial(_swapped, out, other))
                scope = Pass(self._program, self._own_but_errors(), {error.key: formula})
                if self._judge.near(one.value, scope.expected(one.key), one.key, scope):
                    return True
        return False

    def _own_but_errors(self) -> Mapping[str, Matrix]:
        """One's own matrices without the errors."""
        names = self._program.names
        return {
            key: value for key, value in self._own.items() if not names[key].kind.startswith("E")
        }

    def other_quantity(self, one: Judged) -> Finding | None:
        """That an array is another quantity altogether."""
        if one.fits and self.telling(one.value):
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
            if name.kind in OF_OPTIMIZERS:
                continue  # with η = 1 a change is a gradient of the other sign
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

    def not_finite(self, one: Judged) -> Finding | None:
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

    def multiple(self, one: Judged) -> Finding | None:
        """What can be said of a wrong array without a mistake: a factor of all its entries."""
        shape = self._algebra.shape
        if one.expected is None or shape(one.expected) != shape(one.value):
            return None
        if (other_rate := self._other_rate(one)) is not None:
            return other_rate
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

    def _other_rate(self, one: Judged) -> Finding | None:
        """That a parameter moved as by another learning rate."""
        name, operations = self._program.names[one.key], self._algebra.operations
        if name.kind not in ("W", "b") or one.expected is None:
            return None
        old = operations["neg"](self._program.givens[one.key.removesuffix("_new")])
        moves = [operations["+"](value, old) for value in (one.value, one.expected)]
        mine, right = (self._algebra.rows(move) for move in moves)
        factor = _ratio(mine, right, fewest=1)
        if factor is None:
            return None
        again = operations["*"](factor, moves[1])
        if not self._judge.near(moves[0], again, one.key, self._judge.truth):
            return None
        eta = float(self._program.network.eta)
        done = f"It moved as with η = {factor * eta:.6g}, and the η of the network is {eta:.6g}."
        return Finding("" if abs(factor - 2) < 1e-6 else "eta-misread", done, "", one.key)


def _swapped(old: Ref, new: Expr, ref: Ref) -> Expr:
    return new if ref.name.key == old.name.key else ref


def _ratio(mine: list[list[float]], right: list[list[float]], fewest: int = 2) -> float | None:
    """The largest entry over the right one there; None where there are too few entries."""
    pairs = [
        (a, b) for one, two in zip(mine, right, strict=True) for a, b in zip(one, two, strict=True)
    ]
    finite = [(a, b) for a, b in pairs if b != 0 and isfinite(a) and isfinite(b)]
    if len(finite) < fewest:
        return None
    a, b = max(finite, key=lambda pair: abs(pair[1]))
    return a / b


def _has_logarithm(formula: Expr) -> bool:
    if isinstance(formula, Partial):
        return _has_logarithm(formula.of)
    return isinstance(formula, Op) and (
        formula.op == "ln" or any(map(_has_logarithm, formula.args))
    )
