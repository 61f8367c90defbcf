"""Mistakes with the lines of an optimizer: its momentum, its moments, its decay."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.engine import Step
from backprop_cli.formulas import OPTIMIZERS, Expr, Num
from backprop_cli.marking.diagnosis.mistakes.catalogue import (
    Book,
    key_of,
    mistake,
    references_to,
    substituted,
)
from backprop_cli.marking.diagnosis.mistakes.update import MOVES, UPDATES


@mistake("betas-exchanged", rare=True)
def each_beta_for_the_other(book: Book, step: Step) -> Iterator[Expr]:
    """β1 and β2 were exchanged.

    β1 belongs to m, the mean of the gradients, β2 to v, the mean of their squares.
    """
    if {"beta1", "beta2"} <= book.network.optimizer.parameters.keys() and step.kind in UPDATES:
        one, two = book.q.constant("beta1"), book.q.constant("beta2")
        if references_to(step.formula, one) or references_to(step.formula, two):
            yield substituted(step.formula, {key_of(one): two, key_of(two): one})


@mistake("nesterov-for-momentum")
def nesterov_step(book: Book, step: Step) -> Iterator[Expr]:
    """The step is Nesterov's: the weight moved by β·v⁺ − η·∂E/∂w.

    With classical momentum, which this network has, the weight moves by v⁺.
    """
    if book.network.optimizer.name == "momentum":
        yield from _moved_as(book, step, "nesterov")


@mistake("momentum-for-nesterov")
def classical_step(book: Book, step: Step) -> Iterator[Expr]:
    """The step is that of classical momentum: the weight moved by v⁺.

    With Nesterov's momentum, which this network has, the weight moves by β·v⁺ − η·∂E/∂w.
    """
    if book.network.optimizer.name == "nesterov":
        yield from _moved_as(book, step, "momentum")


def _moved_as(book: Book, step: Step, name: str) -> Iterator[Expr]:
    """The change, and the new value, by another optimizer with the same state."""
    if step.kind in MOVES:
        known = book.q.in_optimizer(book.parameter(step))
        change = OPTIMIZERS[name].change(known)
        yield change if step.kind == "change" else known.w + change


@mistake("l2-in-gradient", source="Loshchilov & Hutter (2019), algorithm 2", rare=True)
def decay_through_the_moments(book: Book, step: Step) -> Iterator[Expr]:
    """The weight decay was added to the gradient, as λ·w, and went through m and v.

    Decoupled weight decay pulls at the weight itself: − η·λ·w in the update, none in m and v.
    """
    if "weight_decay" not in book.network.optimizer.parameters or step.kind not in UPDATES:
        return
    known = book.q.in_optimizer(book.parameter(step))
    if step.kind in MOVES:
        yield substituted(step.formula, {key_of(known.weight_decay): Num(0)})
    elif references_to(step.formula, known.g):
        yield substituted(step.formula, {key_of(known.g): known.g + known.weight_decay * known.w})
