"""Mistakes in sums: net inputs, error terms of hidden units, total errors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from backprop_cli.engine import Step, Weight
from backprop_cli.formulas import Expr, Ref, total
from backprop_cli.marking.diagnosis.mistakes.catalogue import (
    MOST_OTHERS,
    Book,
    key_of,
    mistake,
    opposite,
    substituted,
    terms_of,
)


@mistake("term-sign")
def one_term_turned(book: Book, step: Step) -> Iterator[Expr]:
    """One term of the sum was taken with the wrong sign.

    Each product keeps the sign that its factors give it: minus times plus is minus, minus times
    minus is plus.
    """
    terms = terms_of(step.formula)
    if _is_net(step) or _joins_paths(book, step):
        for at in _weighted(book, step) if len(terms) > 1 else ():
            yield total([*terms[:at], opposite(terms[at]), *terms[at + 1 :]])


@mistake("term-forgotten")
def one_term_left_out(book: Book, step: Step) -> Iterator[Expr]:
    """One term of the sum was forgotten.

    Everything that enters is added up: count the terms before you add them.
    """
    terms = terms_of(step.formula)
    paths = _joins_paths(book, step) and len(terms) > 2  # of two, one is `single-path`
    if _is_net(step) or paths or step.kind in ("E_total", "E_epoch"):
        for at in _weighted(book, step) if len(terms) > 1 else ():
            yield total([*terms[:at], *terms[at + 1 :]])


def _is_net(step: Step) -> bool:
    return step.kind == "net"


def _joins_paths(book: Book, step: Step) -> bool:
    return step.kind == "dE_dout" and not book.is_output(step)


def _weighted(book: Book, step: Step) -> range:
    """The places of the terms that are no bias; none of a sum that is too long."""
    bias = _is_net(step) and book.bias(step) is not None
    count = len(terms_of(step.formula)) - bias
    return range(count if count <= MOST_OTHERS else 0)


@mistake("inputs-exchanged")
def two_inputs_exchanged(book: Book, step: Step) -> Iterator[Expr]:
    """Two of the numbers that enter the unit were exchanged: each met the weight of the other.

    Each weight belongs to one connection, and is multiplied by what comes along it.
    """
    if not _is_net(step):
        return
    outs = [book.q.out(weight.sender, step.name.suffix) for weight in _row(book, step)]
    pairs = list(combinations(outs, 2)) if len(outs) <= MOST_OTHERS else []
    for one, two in pairs if len(pairs) <= MOST_OTHERS else ():
        yield substituted(step.formula, {key_of(one): two, key_of(two): one})


@mistake("wrong-weight-in-net", rare=True)
def weight_of_another_unit(book: Book, step: Step) -> Iterator[Expr]:
    """A weight of another unit of the layer was used in the net input, or all of its weights.

    A net input is made of the weights that lead into this unit.
    """
    if not _is_net(step):
        return
    own = _row(book, step)
    rows = [row for row in book.layer(step).weights if row != own]
    for row in rows if len(rows) <= MOST_OTHERS else ():
        if book.layer(step).bias_of(row[0].receiver) != book.bias(step):  # else: that unit's net
            yield _with_weights(book, step, own, row)
    if len(own) == 1:
        return
    any_of_them = [(w, other) for w in own for row in rows for other in row]
    along = [(w, row[at]) for at, w in enumerate(own) for row in rows]  # from the same unit below
    for pairs in (any_of_them, along):
        if len(pairs) <= MOST_OTHERS:
            for weight, other in pairs:
                yield _with_weights(book, step, (weight,), (other,))
            return


def _row(book: Book, step: Step) -> tuple[Weight, ...]:
    """The weights that lead into the unit of a step."""
    return book.layer(step).weights[book.unit(step).number - 1]


def _with_weights(
    book: Book, step: Step, weights: tuple[Weight, ...], in_place: tuple[Weight, ...]
) -> Expr:
    def now(weight: Weight) -> Ref:
        return book.q.new(weight) if step.name.suffix else book.q.parameter(weight)

    pairs = zip(weights, in_place, strict=True)
    return substituted(step.formula, {key_of(now(one)): now(other) for one, other in pairs})


@mistake("net-for-out-above", rare=True)
def net_inputs_of_the_layer_below(book: Book, step: Step) -> Iterator[Expr]:
    """The net input of a unit below stands where its output belongs.

    What a unit sends on is its output: the activation function, applied to its net input.
    """
    if not _is_net(step) or step.layer == 1:
        return
    if book.network.layers[step.layer - 2].activation_name == "linear":
        return
    suffix = step.name.suffix
    nets = {
        key_of(book.q.out(weight.sender, suffix)): book.q.net(weight.sender, suffix)
        for weight in _row(book, step)
    }
    yield substituted(step.formula, nets)
    for key, net in nets.items() if 1 < len(nets) <= MOST_OTHERS else ():
        yield substituted(step.formula, {key: net})


@mistake("paths-averaged", rare=True)
def mean_of_the_paths(book: Book, step: Step) -> Iterator[Expr]:
    """The parts that come back along the paths were averaged where they are added.

    A hidden unit acts on every unit of the layer above: the parts add up.
    """
    count = len(terms_of(step.formula))
    if _joins_paths(book, step) and count > 1:
        yield step.formula / count
