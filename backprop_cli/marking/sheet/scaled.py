"""A sheet whose lines are written as multiples of what they are: gradients of the other sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from backprop_cli.engine import Scope
from backprop_cli.formulas import Expr, Num, Ref, with_references
from backprop_cli.marking.sheet.sheet import Entry, Sheet, slots_of

Scale = Callable[[Entry], Fraction]
"""By what a line is multiplied; 1 for a line that is written as it is."""

ONE = Fraction(1)


def scaled(sheet: Sheet, scale: Scale) -> Sheet:
    """The sheet of a person who writes some lines as multiples, and takes that back after them.

    Every formula is that of the line in terms of what is written: −(δ·out) for the gradient, and
    then w − η·(−∂E/∂w). What no line gives, the state before the first update, stays as it is.
    """
    factors = {e.slot: factor for e in sheet.entries if (factor := scale(e)) != ONE}
    truths = [value * float(factors.get(slot, ONE)) for slot, value in enumerate(sheet.truths)]
    entries = [_rewritten(entry, factors) for entry in sheet.entries]
    made = Sheet(sheet.network, entries, truths, sheet.before)
    if sheet.network.round_each is not None:
        for entry in entries:
            truths[entry.slot] = made.value(entry, truths)
    return made


def _rewritten(entry: Entry, factors: Mapping[int, Fraction]) -> Entry:
    """A line in terms of what is written."""
    own, scope, step = factors.get(entry.slot, ONE), entry.scope, entry.step
    read = {*entry.operands, *(() if step.chain is None else slots_of(step.chain, scope))}
    if not factors.keys() & {entry.slot, *read}:
        return entry
    formula, chain = (
        None if part is None else _times(own, with_references(part, _reading(scope, factors)))
        for part in (step.formula, step.chain)
    )
    assert formula is not None
    return replace(entry, step=step._replace(formula=formula, chain=chain))


def _reading(scope: Scope, factors: Mapping[int, Fraction]) -> Callable[[Ref], Expr]:
    """What stands for a quantity that is written as a multiple."""

    def read(ref: Ref) -> Expr:
        return _times(1 / factors.get(scope[ref.name.key].slot, ONE), ref)

    return read


def _times(factor: Fraction, expr: Expr) -> Expr:
    if factor == ONE:
        return expr
    return -expr if factor == -1 else Num(factor) * expr
