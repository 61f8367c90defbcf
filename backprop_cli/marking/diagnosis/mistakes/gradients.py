"""Mistakes of the gradients: of weights, of biases, of a batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backprop_cli.engine import Bias, Network, Step, by_bias, by_delta
from backprop_cli.formulas import Expr, Op
from backprop_cli.marking.diagnosis.mistakes.catalogue import (
    MOST_OTHERS,
    Book,
    Whole,
    key_of,
    mistake,
    others,
    substituted,
)


@mistake("wrong-input")
def gradient_with_another_input(book: Book, step: Step) -> Iterator[Expr]:
    """δ was multiplied by the wrong number: net for out, or the output of another unit.

    A weight's gradient is the δ it leads to times the output it comes from.
    """
    if step.kind != "gradient" or (weight := book.weight(step)) is None or _reduces(step):
        return
    sender = weight.sender
    key = key_of(book.q.out(sender))
    if sender.layer:
        yield substituted(step.formula, {key: book.q.net(sender)})
    below = list(others(book.network.below(book.layer(step)), sender))
    for other in below if len(below) <= MOST_OTHERS else ():
        yield substituted(step.formula, {key: book.q.out(other)})
    yield substituted(step.formula, {key: book.q.out(weight.receiver)})


@mistake("weight-for-input")
def gradient_with_the_weight(book: Book, step: Step) -> Iterator[Expr]:
    """δ was multiplied by the weight itself in place of what enters through it.

    net is weight times input: its derivative by the weight is the input.
    """
    if step.kind == "gradient" and (weight := book.weight(step)) and not _reduces(step):
        entering = key_of(book.q.out(weight.sender))
        yield substituted(step.formula, {entering: book.q.parameter(weight)})


@mistake("missing-input")
def gradient_without_input(book: Book, step: Step) -> Iterator[Expr]:
    """δ stands where the gradient of a weight belongs: the output it comes from is missing.

    A weight's gradient is the δ it leads to times the output it comes from.
    """
    if step.kind == "gradient" and (weight := book.weight(step)) and not _reduces(step):
        yield by_delta(book.network, book.q.delta(weight.receiver))


@mistake("wrong-delta", rare=True)
def gradient_with_another_delta(book: Book, step: Step) -> Iterator[Expr]:
    """The δ of another unit of the layer was used.

    A weight's gradient is the δ it leads to times the output it comes from.
    """
    if step.kind == "gradient" and (weight := book.weight(step)) and not _reduces(step):
        units = list(others(book.layer(step).units, weight.receiver))
        for other in units if len(units) <= MOST_OTHERS else ():
            key = key_of(book.q.delta(weight.receiver))
            yield substituted(step.formula, {key: book.q.delta(other)})


@mistake("shared-bias-one-unit")
def shared_bias_of_one_unit(book: Book, step: Step) -> Iterator[Expr]:
    """Only one of the units that share the bias was counted.

    A bias that a layer shares enters all its units: their deltas add up.
    """
    if step.kind == "gradient" and not _reduces(step):
        bias = book.parameter(step)
        if isinstance(bias, Bias) and len(bias.receivers) > 1:
            for unit in bias.receivers:
                yield by_bias(book.network, book.q.delta(unit))


def _reduces(step: Step) -> bool:
    """Whether a gradient is that of a batch, made of those of its samples."""
    return step.law == "reduction"


def _with_reduction(old: str, new: str) -> Whole:
    """A change of the reduction, for networks that have the old one."""

    def change(network: Network) -> Network | None:
        fits = network.reduces and network.reduction == old
        return replace(network, reduction=new) if fits else None

    return change


@mistake("batch-sum-for-mean", whole=_with_reduction("mean", "sum"))
def sum_over_the_batch(book: Book, step: Step) -> Iterator[Expr]:
    """The gradients of the batch were added where their mean is taken.

    Here a batch moves the weights by the mean of its samples' gradients.
    """
    if _reduces(step) and book.network.reduction == "mean" and isinstance(step.formula, Op):
        yield step.formula.args[0]


@mistake("batch-mean-for-sum", whole=_with_reduction("sum", "mean"))
def mean_over_the_batch(book: Book, step: Step) -> Iterator[Expr]:
    """The mean of the batch's gradients was taken where they are added.

    Here a batch moves the weights by the sum of its samples' gradients.
    """
    if _reduces(step) and book.network.reduction == "sum" and isinstance(step.formula, Op):
        yield step.formula / len(step.formula.args)


@mistake("single-sample", rare=True)
def one_sample_of_the_batch(book: Book, step: Step) -> Iterator[Expr]:
    """Only one sample of the batch was counted.

    A batch takes the gradients of all its samples together.
    """
    if _reduces(step):
        inner = step.formula
        if book.network.reduction == "mean" and isinstance(inner, Op):
            inner = inner.args[0]
        if isinstance(inner, Op) and inner.op == "+":
            yield from inner.args
            for part in inner.args if book.network.reduction == "mean" else ():
                yield part / len(inner.args)
