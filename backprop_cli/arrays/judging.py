"""Verdicts on arrays: right, following from something wrong, or wrong themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from math import isfinite
from typing import NamedTuple

from backprop_cli.arrays.readings import Reading, as_it_stands, labels_standing, standing
from backprop_cli.arrays.working.algebra import Matrix
from backprop_cli.arrays.working.program import BROKEN, Pass, Program
from backprop_cli.arrays.working.values import Array
from backprop_cli.engine import is_number
from backprop_cli.formulas import Expr, Num, Op, Partial, is_matrix, references

CORRECT, FOLLOWS, WRONG = "correct", "follow-through", "wrong"

TOLERANCES = {"float64": 1e-9, "float32": 1e-5, "float16": 1e-2, "bfloat16": 4e-2, "integer": 1e-9}
"""How far numbers of a type may differ, relative to the largest that come together in one."""


class Tolerance(NamedTuple):
    """Relative, and absolute where it is given; else the relative one of the terms of a layer."""

    relative: float
    absolute: float | None = None


class Item(NamedTuple):
    """An array of a program under the name that it has there, and the keys that it may mean."""

    name: str
    array: Array
    keys: tuple[str, ...]


class Judged(NamedTuple):
    """One array: what it is, whether it is right, and what it should be after all before it.

    `value` is the array as our matrix; where its shape is another (`fits` is false), as it stands.
    `expected` is None where what comes before does not fit together.
    """

    item: Item
    key: str
    status: str
    value: Matrix
    fits: bool
    expected: Matrix | None


class Judge:
    """Holds the arrays of one program against ours, in one reading after another."""

    def __init__(self, program: Program, items: Sequence[Item], tolerance: Tolerance) -> None:
        self.program, self.items, self.tolerance = program, items, tolerance

    @cached_property
    def truth(self) -> Pass:
        """Our own values."""
        return Pass(self.program)

    def taken(self, item: Item, key: str, reading: Reading) -> tuple[Matrix, bool]:
        """An array as the matrix of this key, and whether its shape allows it."""
        program = self.program
        name, shape = program.names[key], program.shape(key)
        value = standing(item.array, shape, reading.flipped(name), program.algebra)
        if value is None and name.kind == "target":
            value = labels_standing(item.array, shape, program.algebra)
        fits = value is not None
        if value is None:
            value = as_it_stands(item.array, reading, name, program.algebra)
        factor = reading.factor(name, program.q.samples)
        return (value if factor == 1 else program.algebra.operations["*"](factor, value)), fits

    def is_passing(self, item: Item) -> bool:
        """Whether a name holds one layer after the other, as in a loop: only the last is there."""
        kinds = [self.program.names[key] for key in item.keys]
        alike = [
            name for name in kinds if (name.kind, name.suffix) == (kinds[0].kind, kinds[0].suffix)
        ]
        return len(alike) > 1

    def near(self, value: Matrix, other: Matrix, key: str, known: Mapping[str, Matrix]) -> bool:
        """Whether two matrices are the same but for rounding, of a quantity of this key."""
        algebra = self.program.algebra
        if algebra.shape(value) != algebra.shape(other):
            return False
        relative, absolute = self.tolerance
        if absolute is None:
            absolute = relative * self._reach(key, other, known)
        return algebra.differs(value, other, relative, absolute) == 0

    def _reach(self, key: str, value: Matrix, known: Mapping[str, Matrix]) -> float:
        """The size of what comes together in a matrix: where terms cancel, more than its own."""
        largest = self.program.algebra.size(value)
        step = self.program.steps.get(key)
        if step is None:
            return largest
        try:
            found = reach(step.formula, known, self.program)
        except BROKEN:
            return largest
        return max(largest, found) if isfinite(found) else largest

    def judged(self, reading: Reading) -> list[Judged]:
        """Every array in the textbook's order, by this reading."""
        chosen = self._chosen(reading)
        own: dict[str, Matrix] = {}
        last: dict[str, Matrix] = {}
        for item, key in chosen:
            last[key] = self.taken(item, key, reading)[0]
            if not self.is_passing(item):
                own.setdefault(key, last[key])
        follows = [Pass(self.program, own), Pass(self.program, last)]
        found: list[Judged] = []
        status: dict[str, str] = {}
        lost, misshapen = set[str](), set[str]()
        for item, key in chosen:
            one = self._one(item, key, reading, follows, status)
            finite = self.program.algebra.is_finite(one.value)
            sources = self.sources(key, own) if one.status == WRONG or not finite else set()
            made_of_nan = bool(lost & sources)  # which may be anything
            tainted = any(status.get(other, CORRECT) != CORRECT for other in sources)
            spread = bool(misshapen & sources)  # how another shape spreads, no formula of ours says
            if one.status == WRONG and (made_of_nan or spread or (tainted and not finite)):
                one = one._replace(status=FOLLOWS)
            if not finite or made_of_nan:
                lost.add(key)
            if not one.fits:
                misshapen.add(key)
            found.append(one)
            if status.setdefault(key, one.status) == CORRECT:
                status[key] = one.status
        return found

    def _one(
        self,
        item: Item,
        key: str,
        reading: Reading,
        follows: Sequence[Pass],
        status: dict[str, str],
    ) -> Judged:
        """One array. Of two that are the same quantity either may have been used."""
        value, fits = self.taken(item, key, reading)
        expected = [_expected(follow, key) for follow in follows]
        if fits and self.near(value, self.truth[key], key, self.truth):
            return Judged(item, key, CORRECT, value, fits, expected[0])
        for found, follow in zip(expected, follows, strict=True):
            if found is None or key in self.program.givens:
                continue
            if self.near(value, found, key, follow):
                tainted = any(status.get(k, CORRECT) != CORRECT for k in self.sources(key, status))
                return Judged(item, key, FOLLOWS if tainted else CORRECT, value, fits, found)
        return Judged(item, key, WRONG, value, fits, expected[0])

    def sources(self, key: str, known: Mapping[str, object]) -> set[str]:
        """The known matrices that a matrix is made of."""
        steps = self.program.ancestors(key, {k: v for k, v in known.items() if k != key})
        return {ref.name.key for step in steps for ref in references(step.formula)}

    def _chosen(self, reading: Reading) -> list[tuple[Item, str]]:
        """What each array means, in the textbook's order.

        A parameter that is right as it was before is the new one nevertheless, where others of the
        same names have been updated.
        """
        settled: dict[str, str] = {}
        unchanged: dict[str, str] = {}
        open_: list[Item] = []
        for item in self.items:
            key = item.keys[0] if len(item.keys) == 1 else self._true(item, reading)
            if key is None:
                open_.append(item)
            elif f"{key}_new" in item.keys and not self.is_passing(item):
                unchanged[item.name] = key
            else:
                settled[item.name] = key
        self._as_their_like(settled)
        moved = self._goes_back or not unchanged
        by_name = {item.name: item for item in self.items}
        for item in (one for one in open_ if one.name not in settled):
            own = {key: self.taken(by_name[n], key, reading)[0] for n, key in settled.items()}
            settled[item.name] = self._following(item, reading, Pass(self.program, own), own, moved)
        updated = moved and any(
            settled[item.name].endswith("_new") and len(item.keys) > 1
            for item in self.items
            if item.name in settled and not self.is_passing(item)
        )
        taken = {*settled.values()}
        for name, key in unchanged.items():
            settled[name] = f"{key}_new" if updated and f"{key}_new" not in taken else key
        pairs = [(by_name[name], key) for name, key in settled.items()]
        return sorted(pairs, key=lambda pair: self.program.rank(pair[1]))

    def _as_their_like(self, settled: dict[str, str]) -> None:
        """Take an array for what most arrays are whose names may mean the same.

        If dw1 and dw3 are changes, dw2 is none of the gradients, even where it is one by mistake.
        """
        families: dict[tuple[str, ...], list[Item]] = {}  # names that differ in the layer alone
        for item in self.items:
            if len(item.keys) > 1 and not self.is_passing(item):
                kinds = tuple(self.program.names[key].kind for key in item.keys)
                stem = re.sub(r"\d+|hidden|hid|output|out", "", item.name)
                families.setdefault((stem, *kinds), []).append(item)
        for (_, *meant), members in families.items():
            known = [item for item in members if item.name in settled]
            at = Counter(item.keys.index(settled[item.name]) for item in known)
            (most, count), *_ = at.most_common(1) or [(0, 0)]
            if 2 * count > len(known):
                told = members if len({*meant}) == len(meant) else known  # no W beside W_new
                settled.update((item.name, item.keys[most]) for item in told)

    def _true(self, item: Item, reading: Reading) -> str | None:
        """The first of the meanings of an array that makes it right."""
        for key in item.keys:
            value, fits = self.taken(item, key, reading)
            if fits and self.near(value, self.truth[key], key, self.truth):
                return key
        return None

    @cached_property
    def _goes_back(self) -> bool:
        """Whether there are more arrays than parameters."""
        kinds = {self.program.names[key].kind for item in self.items for key in item.keys}
        return not kinds <= {"W", "b", "input", "target"}

    def _feeds(self, item: Item, key: str, reading: Reading, own: Pass) -> bool:
        """Whether another array was made of this one, and not of the parameter of the network: it
        is what the program began with then.
        """
        known = {other.keys[0]: other for other in self.items if len(other.keys) == 1}
        scope = own.with_own(key, self.taken(item, key, reading)[0])

        def is_made(made: str, value: Matrix, scope: Pass) -> bool:
            expected = _expected(scope, made)
            return expected is not None and self.near(value, expected, made, scope)

        for made, other in known.items():
            if key in self.sources(made, {**known, key: item}):
                value, fits = self.taken(other, made, reading)
                if fits and is_made(made, value, scope) and not is_made(made, value, own):
                    return True
        return False

    def _following(
        self, item: Item, reading: Reading, follow: Pass, own: Iterable[str], moved: bool
    ) -> str:
        """The meaning by which an array follows from the others; else the likeliest that fits.

        `moved`: parameters may have been updated.
        """
        fitting = []
        for key in item.keys:
            value, fits = self.taken(item, key, reading)
            fitting += [key] if fits else []
            try:
                if fits and self.near(value, follow.expected(key), key, follow):
                    return key
            except BROKEN:
                continue
        for key in fitting:
            if key in self.program.givens and self._feeds(item, key, reading, follow):
                return key
        renewed = [k for k in fitting or item.keys if k.endswith("_new") and moved]
        free = [key for key in fitting if key not in own]
        return [*renewed, *free, *fitting, *item.keys][0]


def _expected(follow: Pass, key: str) -> Matrix | None:
    """What a formula gives in a pass; None where the matrices before it do not fit together."""
    try:
        return follow.expected(key)
    except BROKEN:
        return None


def reach(formula: Expr, known: Mapping[str, Matrix], program: Program) -> float:
    """The largest number among the terms of a formula."""
    algebra = program.algebra
    operations = algebra.operations
    if isinstance(formula, Partial):
        return reach(formula.of, known, program)
    if isinstance(formula, Op) and formula.op in ("+", "neg", "over_units", "over_samples", "T"):
        return max(reach(arg, known, program) for arg in formula.args)
    if isinstance(formula, Op) and formula.op == "@":
        sizes = [operations["abs"](arg.evaluate(known, operations)) for arg in formula.args]
        return algebra.size(operations["@"](*sizes))
    if isinstance(formula, Op) and formula.op in ("*", "/"):
        numbers = [arg for arg in formula.args if not is_matrix(arg, is_number)]
        matrices = [arg for arg in formula.args if is_matrix(arg, is_number)]
        if len(matrices) == 1 and (formula.op == "*" or formula.args[0] == matrices[0]):
            factor = Op(formula.op, (Num(1), *numbers)).evaluate(known, operations)
            return float(abs(factor)) * reach(matrices[0], known, program)
    value = formula.evaluate(known, operations)
    return abs(value) if isinstance(value, int | float) else algebra.size(value)
