"""Mistakes of which way round a matrix stands, and of shapes that spread."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.arrays.mistakes.catalogue import Site, array_mistake, rewritten
from backprop_cli.engine import PER_SAMPLE
from backprop_cli.formulas import (
    Expr,
    Op,
    hadamard,
    matmul,
    over_samples,
    over_units,
    references,
    transposed,
)


@array_mistake("broadcast")
def broadcast(site: Site) -> Iterator[Expr]:
    """A flat array met a column, and the two spread to a square: (n,) with (n, 1) makes (n, n).

    Give both the same shape, for example by keepdims=True or reshape(-1, 1).
    """
    spreads = site.step.kind in PER_SAMPLE or site.step.name.suffix
    for ref in dict.fromkeys(references(site.step.formula)) if spreads else ():
        key = ref.name.key
        shape = site.program.shape(key) if key in site.program.names else (1, 1)
        if 1 in shape and shape != (1, 1):
            square = site.with_other(ref, transposed(ref))
            yield square
            if site.step.kind in PER_SAMPLE:  # as part of a mean over everything
                yield square / max(shape)
                yield over_units(square) / max(shape)


def _turned(product: Op) -> Iterator[Expr]:
    if product.op == "@":
        first, second = product.args
        yield matmul(_turned_once(first), second)
        yield matmul(first, _turned_once(second))
        yield matmul(_turned_once(first), _turned_once(second))
        yield matmul(second, first)


def _turned_once(matrix: Expr) -> Expr:
    return matrix.args[0] if isinstance(matrix, Op) and matrix.op == "T" else transposed(matrix)


@array_mistake("transposed")
def turned(site: Site) -> Iterator[Expr]:
    """A matrix stands the other way round: transposed, or not transposed where it should be.

    Forward W meets the outputs of the layer below, backward Wᵀ the deltas of the layer above, and
    δ·outᵀ has the shape of W.
    """
    yield from rewritten(site.step.formula, _turned)
    if site.step.kind not in PER_SAMPLE:
        yield transposed(site.step.formula)


def _exchanged(op: Op) -> Iterator[Expr]:
    if op.op == "@":
        yield hadamard(*op.args)
    if op.op == "⊙" and len(op.args) == 2:
        yield matmul(*op.args)


@array_mistake("product-exchanged")
def other_product(site: Site) -> Iterator[Expr]:
    """The product of matrices and that of their entries were exchanged: * for @, or @ for *.

    In NumPy A @ B is the product of matrices, and A * B multiplies entry by entry.
    """
    yield from rewritten(site.step.formula, _exchanged)


@array_mistake("softmax-over-wrong-axis")
def softmax_over_the_wrong_axis(site: Site) -> Iterator[Expr]:
    """The sum of softmax goes over the wrong axis: over the samples, or over everything.

    The outputs of one sample add up to 1.
    """
    formula = site.step.formula
    if isinstance(formula, Op) and formula.op == "softmax_columns":
        yield from _other_axes(formula.args[0])
    elif site.makes_delta and site.layer.activation.jacobian is not None:
        for other in _other_axes(site.program.q.net(site.layer)):  # computed once more, for δ
            yield site.with_other(site.program.q.out(site.layer), other)


def _other_axes(net: Expr) -> Iterator[Expr]:
    """Softmax over the samples, and over everything, with its powers shifted in every way."""
    yield transposed(Op("softmax_columns", (transposed(net),)))
    shifted = Op("shifted_powers", (net,))
    for powers in (shifted, Op("exp", (net,))):
        yield Op("⊘", (powers, over_samples(powers)))
        yield Op("⊘", (powers, over_units(over_samples(powers))))
    across = transposed(Op("shifted_powers", (transposed(net),)))
    yield Op("⊘", (across, over_units(over_samples(across))))


@array_mistake("softmax-not-normalised")
def powers_alone(site: Site) -> Iterator[Expr]:
    """The powers of softmax were not divided by their sum.

    The outputs of one sample add up to 1.
    """
    formula = site.step.formula
    if isinstance(formula, Op) and formula.op == "softmax_columns":
        yield Op("shifted_powers", formula.args)
        yield Op("exp", formula.args)


@array_mistake("softmax-twice")
def softmax_twice(site: Site) -> Iterator[Expr]:
    """Softmax was taken twice: of outputs that have been through it already.

    An error that takes net inputs (logits) has the softmax in it: hand it the net inputs.
    """
    if not site.step.layer or not site.is_last or site.layer.activation.jacobian is None:
        return
    q = site.program.q
    out = q.out(site.layer)
    again = Op("softmax_columns", (out,))
    if site.step.kind == "out":
        yield Op("softmax_columns", (site.step.formula,))
    elif site.step.kind == "E":
        yield site.with_other(out, again)
    elif site.step.kind == "delta":
        yield Op("through_jacobian", (out, again - q.target()))
        yield again - q.target()
