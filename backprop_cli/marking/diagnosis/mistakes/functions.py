"""Mistakes in the activation function and its slope, as they are typed into a calculator."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.engine import Step
from backprop_cli.formulas import Expr, Num, Op, exp, total
from backprop_cli.marking.diagnosis.mistakes.catalogue import (
    MOST_OTHERS,
    Book,
    key_of,
    mistake,
    others,
    references_to,
    rewritten,
    substituted,
    terms_of,
)

SLOPES = ("slope", "jacobian")


def _positive(expr: Expr) -> Expr:
    """`expr` without its minus."""
    return expr.args[0] if isinstance(expr, Op) and expr.op == "neg" else expr


@mistake("exp-sign")
def exponent_of_the_other_sign(book: Book, step: Step) -> Iterator[Expr]:
    """The minus in the exponent was lost: e^(+net) stands for e^(−net).

    e^(−net) is small where net is large; without the minus it is the other way round.
    """
    changed = rewritten(step.formula, "exp", lambda op: exp(_positive(op.args[0])))
    if step.kind == "out" and changed != step.formula:
        yield changed


@mistake("ten-for-e", rare=True)
def ten_to_the_power(book: Book, step: Step) -> Iterator[Expr]:
    """10 was raised to the power where e belongs: 10^x stands for e^x.

    The base is e = 2.71828…; on many calculators 10ˣ lies beside eˣ.
    """

    def of_ten(exponent: Expr) -> Expr:
        return Op("^", (Num(10), exponent))

    if step.kind == "out":
        changed = rewritten(step.formula, "exp", lambda op: of_ten(op.args[0]))
        changed = rewritten(
            changed, "softmax", lambda op: of_ten(op.args[0]) / total(map(of_ten, op.args[1:]))
        )
        if changed != step.formula:
            yield changed


@mistake("one-minus-out")
def slope_without_the_factor_out(book: Book, step: Step) -> Iterator[Expr]:
    """1 − out was taken for the slope: the factor out is missing.

    The slope is the product out·(1 − out).
    """
    if step.kind in SLOPES:
        out = book.q.out(book.unit(step))
        if step.formula == out * (1 - out):
            yield 1 - out


@mistake("slope-plus", rare=True)
def slope_with_a_plus(book: Book, step: Step) -> Iterator[Expr]:
    """The minus in the slope was taken as a plus.

    The minus makes the slope small where the function grows flat.
    """
    if step.kind in SLOPES and references_to(step.formula, book.q.out(book.unit(step))):
        changed = rewritten(step.formula, "+", lambda op: total(map(_positive, terms_of(op))))
        if changed != step.formula:
            yield changed


@mistake("target-in-slope", rare=True)
def slope_at_the_target(book: Book, step: Step) -> Iterator[Expr]:
    """The target was put into the slope where the output belongs.

    The slope is taken where the network is: at its output, not where it should be.
    """
    if step.kind == "slope" and book.is_output(step):
        unit = book.unit(step)
        if references_to(step.formula, book.q.out(unit)):
            yield substituted(step.formula, {key_of(book.q.out(unit)): book.q.target(unit)})


@mistake("slope-of-another", rare=True)
def slope_of_another_unit(book: Book, step: Step) -> Iterator[Expr]:
    """The slope of another unit of the layer was used in the delta.

    δ of a unit is its own ∂E/∂out times its own ∂out/∂net.
    """
    if step.kind != "delta":
        return
    slope = book.q.slope(book.unit(step))
    units = list(others(book.layer(step).units, book.unit(step)))
    if references_to(step.formula, slope) and len(units) <= MOST_OTHERS:
        for other in units:
            yield substituted(step.formula, {key_of(slope): book.q.slope(other)})
