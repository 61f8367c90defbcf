"""Mistakes that are made with whole arrays: axes, shapes, means, and what was overwritten.

A mistake is a function that gets a matrix step and yields the wrong formulas that a program may
have in its place; the first paragraph of its docstring says what was done, the second why it is
wrong. Those of the formulas themselves are the catalogue's, by `lifting`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from backprop_cli.arrays.working import Program
from backprop_cli.engine import PER_SAMPLE, Layer, MatrixStep, by_bias, by_delta, matrix_named
from backprop_cli.formulas import (
    Expr,
    Num,
    Op,
    Partial,
    Ref,
    matmul,
    over_samples,
    over_units,
    references,
    transposed,
    with_references,
)


class Site(NamedTuple):
    """A matrix step of a program, where a mistake may be made."""

    program: Program
    step: MatrixStep

    @property
    def samples(self) -> int:
        return self.program.q.samples

    @property
    def layer(self) -> Layer:
        return self.program.network.layers[self.step.layer - 1]

    @property
    def is_last(self) -> bool:
        return self.step.layer == len(self.program.network.layers)

    @property
    def takes_mean(self) -> bool:
        network = self.program.network
        return network.reduces and network.reduction == "mean" and self.samples > 1

    @property
    def makes_delta(self) -> bool:
        """Whether the error first becomes a derivative here: where a program may divide by m."""
        return self.is_last and self.step.kind in ("dE_dout", "delta")

    def substituted(self, old: Ref, new: Expr) -> Expr:
        """The formula of the step with one matrix in place of another."""
        key = old.name.key
        return with_references(self.step.formula, lambda ref: new if ref.name.key == key else ref)


Edit = Callable[[Site], Iterable[Expr]]


class ArrayMistake(NamedTuple):
    """A known mistake of programs. `done` says what was done, `why` why that is wrong."""

    id: str
    done: str
    why: str
    edit: Edit


ARRAY_MISTAKES: dict[str, ArrayMistake] = {}
"""Every mistake that is made with whole arrays, by its id, the likelier ones first."""


def array_mistake(name: str) -> Callable[[Edit], Edit]:
    """Enter a function in `ARRAY_MISTAKES`."""

    def enter(edit: Edit) -> Edit:
        done, _, why = inspect.cleandoc(edit.__doc__ or "").partition("\n\n")
        ARRAY_MISTAKES[name] = ArrayMistake(
            name, " ".join(done.split()), " ".join(why.split()), edit
        )
        return edit

    return enter


# Sums and means over the samples.


def _bias_sums(site: Site, deltas: Callable[[Ref], Expr]) -> Iterator[Expr]:
    """The gradient of a bias with another sum of the deltas, with and without the mean."""
    if site.step.kind == "gradient" and site.step.name.part == "b":
        network = site.program.network
        found = by_bias(network, deltas(site.program.q.delta(site.layer)))
        yield found / site.samples if site.takes_mean else found
        if site.takes_mean:
            yield found


@array_mistake("summed-over-wrong-axis")
def summed_over_the_wrong_axis(site: Site) -> Iterator[Expr]:
    """The deltas were summed over the units, not over the samples: the axis of the sum is wrong.

    A bias enters its unit once for each sample: its gradient is the sum over the samples, a number
    for each unit.
    """
    yield from _bias_sums(site, over_units)


@array_mistake("not-summed")
def not_summed(site: Site) -> Iterator[Expr]:
    """The deltas were not summed: there is a number for each sample.

    A bias enters its unit once for each sample: its gradient is the sum over the samples, a number
    for each unit.
    """
    if site.samples > 1:
        yield from _bias_sums(site, lambda delta: delta)


@array_mistake("summed-over-everything")
def summed_over_everything(site: Site) -> Iterator[Expr]:
    """The deltas were summed over samples and units alike, into one number: the sum has no axis.

    Each unit has a bias of its own, whose gradient is the sum of that unit's deltas.
    """
    yield from _bias_sums(site, lambda delta: over_units(over_samples(delta)))


def _multiplied(site: Site, factor: float) -> Iterator[Expr]:
    """The formula times a number, where a program divides by the number of samples."""
    if site.step.kind in ("gradient", "change") or site.makes_delta:
        yield Op("*", (Num(factor), site.step.formula))
    if site.step.kind in ("W", "b"):  # of a new parameter, the change alone
        new, old = site.step.formula, site.program.q.parameter(site.step.name.part, site.layer)
        if isinstance(new, Op) and new.op == "+" and new.args[0] == old:
            yield old + Op("*", (Num(factor), *new.args[1:]))


@array_mistake("batch-sum-for-mean")
def sum_for_mean(site: Site) -> Iterator[Expr]:
    """The gradients of the samples were added where their mean is taken: the 1/m is missing.

    Here a batch moves the weights by the mean of its samples' gradients.
    """
    if site.takes_mean:
        yield from _multiplied(site, site.samples)


@array_mistake("mean-twice")
def mean_twice(site: Site) -> Iterator[Expr]:
    """The 1/m was taken twice.

    The mean is taken once: in the deltas, in the gradients, or in the update.
    """
    if site.takes_mean:
        yield from _multiplied(site, 1 / site.samples)


@array_mistake("batch-mean-for-sum")
def mean_for_sum(site: Site) -> Iterator[Expr]:
    """The mean of the samples' gradients was taken where they are added.

    Here a batch moves the weights by the sum of its samples' gradients.
    """
    if site.samples > 1 and not site.takes_mean:
        yield from _multiplied(site, 1 / site.samples)


@array_mistake("divided-by-two")
def divided_by_two(site: Site) -> Iterator[Expr]:
    """It was divided by 2, not by the number of samples m.

    The mean over m samples divides by m.
    """
    if site.samples > 2:
        yield from _multiplied(site, site.samples / 2 if site.takes_mean else 1 / 2)


@array_mistake("features-for-samples")
def features_for_samples(site: Site) -> Iterator[Expr]:
    """It was divided by a number of units or features, not by the number of samples m.

    m counts the samples: it is the length of the other axis.
    """
    sizes = dict.fromkeys(site.program.network.shape)
    for size in sizes if site.takes_mean else ():
        if size not in (1, 2, site.samples):
            yield from _multiplied(site, site.samples / size)


@array_mistake("mean-over-everything")
def mean_over_everything(site: Site) -> Iterator[Expr]:
    """The mean was taken over samples and units alike, as by a mean without an axis.

    The error of a sample is the sum over its outputs: divide by the number of samples alone.
    """
    outputs = len(site.program.network.outputs)
    if outputs > 1:
        yield from _multiplied(site, 1 / outputs)
        if site.samples > 1 and not site.takes_mean:
            yield from _multiplied(site, 1 / (outputs * site.samples))


@array_mistake("backward-sign")
def backward_sign(site: Site) -> Iterator[Expr]:
    """The whole backward pass has the other sign, as from T − out in place of out − T.

    ∂E/∂net of the outputs grows with out − T. Turn the sign there, or add in the update.
    """
    if site.makes_delta:
        yield -site.step.formula


# Which way round a matrix stands.


@array_mistake("broadcast")
def broadcast(site: Site) -> Iterator[Expr]:
    """A flat array met a column, and was broadcast to a square: (n,) with (n, 1) makes (n, n).

    Give both the same shape, for example by keepdims=True or reshape(-1, 1).
    """
    for ref in dict.fromkeys(references(site.step.formula)):
        name = ref.name.key
        shape = site.program.shape(name) if name in site.program.names else (1, 1)
        if 1 in shape and shape != (1, 1):
            yield site.substituted(ref, transposed(ref))


def _rewritten(expr: Expr, change: Callable[[Op], Iterator[Expr]]) -> Iterator[Expr]:
    """The formulas in which one operation is changed."""
    if not isinstance(expr, Op) or isinstance(expr, Partial):
        return
    yield from change(expr)
    for at, arg in enumerate(expr.args):
        for other in _rewritten(arg, change):
            yield Op(expr.op, (*expr.args[:at], other, *expr.args[at + 1 :]))


def _turned(product: Op) -> Iterator[Expr]:
    if product.op == "@":
        first, second = product.args
        yield matmul(_turned_once(first), second)
        yield matmul(first, _turned_once(second))
        yield matmul(_turned_once(first), _turned_once(second))
        yield matmul(second, first)
        yield Op("T", (matmul(_turned_once(second), _turned_once(first)),))


def _turned_once(matrix: Expr) -> Expr:
    return matrix.args[0] if isinstance(matrix, Op) and matrix.op == "T" else transposed(matrix)


@array_mistake("transposed")
def turned(site: Site) -> Iterator[Expr]:
    """A matrix stands the other way round: transposed, or not transposed where it should be.

    Forward W meets the outputs of the layer below, backward Wᵀ the deltas of the layer above, and
    δ·outᵀ has the shape of W.
    """
    yield from _rewritten(site.step.formula, _turned)
    if site.step.kind not in PER_SAMPLE:
        yield transposed(site.step.formula)


@array_mistake("softmax-over-wrong-axis")
def softmax_over_the_wrong_axis(site: Site) -> Iterator[Expr]:
    """Softmax was taken over the samples, not over the units: the axis of its sum is wrong.

    The outputs of one sample add up to 1.
    """
    formula = site.step.formula
    if isinstance(formula, Op) and formula.op == "softmax_columns":
        yield transposed(Op("softmax_columns", (transposed(formula.args[0]),)))
        powers = Op("exp", formula.args)
        yield Op("⊘", (powers, over_units(over_samples(powers))))


# What was taken from another place.


@array_mistake("slope-of-another-layer")
def slope_of_another_layer(site: Site) -> Iterator[Expr]:
    """The slope was taken at the net inputs of another layer.

    δ of a layer is its ∂E/∂out times the slope at its own net inputs.
    """
    if site.step.kind != "slope":
        return
    q, layer = site.program.q, site.layer
    for other in site.program.network.layers:
        if other != layer:
            changes = {
                matrix_named(q.net(layer)).key: q.net(other),
                matrix_named(q.out(layer)).key: q.out(other),
            }
            yield _exchanged(site, changes)
    yield _exchanged(site, {matrix_named(q.out(layer)).key: q.out_below(layer)})


def _exchanged(site: Site, changes: Mapping[str, Ref]) -> Expr:
    return with_references(site.step.formula, lambda ref: changes.get(ref.name.key, ref))


@array_mistake("slope-at-error-term")
def slope_at_the_error_term(site: Site) -> Iterator[Expr]:
    """The slope was taken at what comes back, not at the net inputs.

    What comes back is multiplied by the slope at the net inputs of the forward pass.
    """
    q = site.program.q
    if site.step.kind == "slope":
        term = q.error_term(site.layer)
        for ref in (q.net(site.layer), q.out(site.layer)):
            yield site.substituted(ref, term)


@array_mistake("of-another-layer")
def of_another_layer(site: Site) -> Iterator[Expr]:
    """A matrix of another layer was used.

    Count the layers: W⁽ˡ⁾ leads from layer l − 1 to layer l, and δ⁽ˡ⁾ belongs to layer l.
    """
    if site.step.kind == "slope":
        return
    names = site.program.names
    for ref in dict.fromkeys(references(site.step.formula)):
        name = names.get(ref.name.key)
        if name is None:
            continue
        for other in names.values():
            same = (name.kind, name.part, name.suffix) == (other.kind, other.part, other.suffix)
            entering = {name.kind, other.kind} == {"input", "out"} and not other.suffix
            if (same or entering) and other.key != name.key:
                yield site.substituted(ref, Ref(other))


@array_mistake("gradient-without-slope")
def gradient_without_slope(site: Site) -> Iterator[Expr]:
    """The gradient was made with the error term ∂E/∂out, not with δ: the slope is missing.

    The gradient of a weight is δ = ∂E/∂out ⊙ f′(net) of the unit it leads to, times what enters.
    """
    q = site.program.q
    if site.step.kind == "gradient":
        term: Expr = by_delta(site.program.network, q.error_term(site.layer))
        yield site.substituted(q.delta(site.layer), term)


@array_mistake("wrong-input")
def gradient_with_net(site: Site) -> Iterator[Expr]:
    """δ was multiplied by the net inputs of the layer below, not by its outputs.

    What enters through a weight is the output of the unit it comes from.
    """
    q, layer = site.program.q, site.layer
    if site.step.kind == "gradient" and site.step.name.part == "W" and layer.number > 1:
        below = site.program.network.layers[layer.number - 2]
        yield site.substituted(q.out(below), q.net(below))
