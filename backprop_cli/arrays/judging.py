"""Verdicts on arrays: right, following from something wrong, or wrong themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from backprop_cli.arrays.algebra import Matrix
from backprop_cli.arrays.readings import Reading, as_it_stands, labels_standing, standing
from backprop_cli.arrays.values import Array
from backprop_cli.arrays.working import BROKEN, Pass, Program
from backprop_cli.formulas import Expr, Op, Partial, references

CORRECT, FOLLOWS, WRONG = "correct", "follow-through", "wrong"

TOLERANCES = {"float64": 1e-9, "float32": 1e-5, "float16": 1e-2, "bfloat16": 4e-2, "integer": 1e-9}
"""How far numbers of a type may differ, relative to the largest that come together in one."""


class Tolerance(NamedTuple):
    """Relative, and absolute where it is given; else the relative one of the terms of a layer."""

    relative: float
    absolute: float | None = None


@dataclass(frozen=True, slots=True)
class Item:
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
        found = Pass(self.program)
        found.work(key for item in self.items for key in item.keys)
        return found

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
            return max(largest, reach(step.formula, known, self.program))
        except BROKEN:
            return largest

    def judged(self, reading: Reading) -> list[Judged]:
        """Every array in the textbook's order, by this reading."""
        chosen = self._chosen(reading)
        own = {}
        for item, key in chosen:
            if key not in own:
                own[key] = self.taken(item, key, reading)[0]
        follow = Pass(self.program, own)
        found: list[Judged] = []
        status: dict[str, str] = {}
        for item, key in chosen:
            one = self._one(item, key, reading, follow, status)
            found.append(one)
            status.setdefault(key, one.status)
        return found

    def _one(
        self, item: Item, key: str, reading: Reading, follow: Pass, status: Mapping[str, str]
    ) -> Judged:
        value, fits = self.taken(item, key, reading)
        try:
            expected = follow.expected(key)
        except BROKEN:
            expected = None
        if fits and self.near(value, self.truth[key], key, self.truth):
            return Judged(item, key, CORRECT, value, fits, expected)
        follows = expected is not None and self.near(value, expected, key, follow)
        if not follows or key in self.program.givens:
            return Judged(item, key, WRONG, value, fits, expected)
        tainted = any(status.get(other, CORRECT) != CORRECT for other in self.sources(key, status))
        return Judged(item, key, FOLLOWS if tainted else CORRECT, value, fits, expected)

    def sources(self, key: str, known: Mapping[str, object]) -> set[str]:
        """The known matrices that a matrix is made of."""
        steps = self.program.ancestors(key, {k: v for k, v in known.items() if k != key})
        return {ref.name.key for step in steps for ref in references(step.formula)}

    def _chosen(self, reading: Reading) -> list[tuple[Item, str]]:
        """What each array means, in the textbook's order."""
        settled: dict[str, str] = {}
        open_: list[Item] = []
        for item in self.items:
            key = item.keys[0] if len(item.keys) == 1 else self._true(item, reading)
            if key is None:
                open_.append(item)
            else:
                settled[item.name] = key
        by_name = {item.name: item for item in self.items}
        for item in open_:
            own = {key: self.taken(by_name[n], key, reading)[0] for n, key in settled.items()}
            settled[item.name] = self._following(item, reading, Pass(self.program, own), own)
        pairs = [(by_name[name], key) for name, key in settled.items()]
        return sorted(pairs, key=lambda pair: self.program.order[pair[1]])

    def _true(self, item: Item, reading: Reading) -> str | None:
        """The first of the meanings of an array that makes it right."""
        for key in item.keys:
            value, fits = self.taken(item, key, reading)
            if fits and self.near(value, self.truth[key], key, self.truth):
                return key
        return None

    def _following(self, item: Item, reading: Reading, follow: Pass, own: Iterable[str]) -> str:
        """The meaning by which an array follows from the others; else the likeliest that fits."""
        fitting = []
        for key in item.keys:
            value, fits = self.taken(item, key, reading)
            fitting += [key] if fits else []
            try:
                if fits and self.near(value, follow.expected(key), key, follow):
                    return key
            except BROKEN:
                continue
        renewed = [key for key in fitting or item.keys if key.endswith("_new") and key not in own]
        free = [key for key in fitting if key not in own]
        return [*renewed, *free, *fitting, *item.keys][0]


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
    value = formula.evaluate(known, operations)
    return abs(value) if isinstance(value, int | float) else algebra.size(value)
