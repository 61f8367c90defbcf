"""Mistakes of axes, sums and means, and of the sign of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from backprop_cli.arrays.mistakes.catalogue import Site, array_mistake
from backprop_cli.engine import by_bias, by_delta
from backprop_cli.formulas import Expr, Num, Op, matmul, over_samples, over_units, transposed

MOST_UNITS = 12
"""In a layer of more it would be chance, not insight, to find the one that was counted alone."""


def _bias_sums(site: Site, summed: Callable[[Expr], Expr]) -> Iterator[Expr]:
    """The gradient of a bias with another sum of the deltas, with the mean and without."""
    if site.gradient_of("b"):
        found = by_bias(site.program.network, summed(site.program.q.delta(site.layer)))
        if site.takes_mean:
            yield found / site.samples
        yield found


def _is_shared(site: Site) -> bool:
    return len(site.layer.biases) < len(site.layer.units)


@array_mistake("summed-over-wrong-axis")
def summed_over_the_wrong_axis(site: Site) -> Iterator[Expr]:
    """The sum goes over the wrong axis: over the units, not over the samples.

    The gradient of a bias is the sum over the samples, a number for each unit.
    """
    yield from _bias_sums(site, over_units)


@array_mistake("summed-over-wrong-axis")
def error_summed_over_the_samples(site: Site) -> Iterator[Expr]:
    """The sum goes over the wrong axis: over the samples, not over the outputs.

    The error of a sample is the sum over its outputs.
    """
    if site.step.law == "total_error" and isinstance(site.step.formula, Op):
        yield over_samples(site.step.formula.args[0])
        yield over_units(over_samples(site.step.formula.args[0]))


@array_mistake("not-summed")
def not_summed(site: Site) -> Iterator[Expr]:
    """It was not summed over the samples: there is a number for each.

    A bias enters its unit once for each sample: its gradient is the sum over the samples.
    """
    if site.samples > 1:
        yield from _bias_sums(site, lambda delta: delta)


@array_mistake("not-summed")
def not_summed_over_the_units(site: Site) -> Iterator[Expr]:
    """It was not summed over the units, which share the bias.

    A bias that a layer shares enters all its units: their deltas add up.
    """
    if site.gradient_of("b") and _is_shared(site):
        yield from _bias_sums(site, over_samples)


@array_mistake("summed-over-everything")
def summed_over_everything(site: Site) -> Iterator[Expr]:
    """The sum goes over samples and units alike, into one number: it has no axis.

    Each unit has a bias of its own, whose gradient is the sum of that unit's deltas.
    """
    if site.gradient_of("b") and not _is_shared(site) and len(site.layer.units) > 1:
        yield from _bias_sums(site, lambda delta: over_units(over_samples(delta)))
        for formula in _bias_sums(site, lambda delta: over_units(over_samples(delta))):
            yield formula / len(site.layer.units)  # a mean without an axis


@array_mistake("shared-bias-one-unit")
def shared_bias_of_one_unit(site: Site) -> Iterator[Expr]:
    """Only one of the units that share the bias was counted.

    A bias that a layer shares enters all its units: their deltas add up.
    """
    units = len(site.layer.units) if site.step.layer else 0
    if site.gradient_of("b") and _is_shared(site) and units <= MOST_UNITS:
        for at in range(units):
            yield from _bias_sums(site, partial(_of_one_unit, at))


def _of_one_unit(at: int, delta: Expr) -> Expr:
    return over_units(over_samples(_one_unit(at, delta)))


def _one_unit(at: int, matrix: Expr) -> Expr:
    """A matrix with zeros but in one row."""
    return Op("one_unit", (Num(at), matrix))


@array_mistake("single-path")
def one_path(site: Site) -> Iterator[Expr]:
    """Only one of the paths back to the hidden units was counted.

    A hidden unit acts on every unit of the layer above: the parts add up.
    """
    if site.step.law == "hidden_error_term":
        above = site.program.network.layers[site.step.layer]
        for at in range(len(above.units)) if 1 < len(above.units) <= MOST_UNITS else ():
            delta = site.program.q.delta(above)
            yield site.with_other(delta, _one_unit(at, delta))


@array_mistake("paths-averaged")
def paths_averaged(site: Site) -> Iterator[Expr]:
    """The parts that come back along the paths were averaged where they are added.

    A hidden unit acts on every unit of the layer above: the parts add up.
    """
    if site.step.law == "hidden_error_term":
        count = len(site.program.network.layers[site.step.layer].units)
        if count > 1:
            yield site.step.formula / count


@array_mistake("single-sample")
def one_sample(site: Site) -> Iterator[Expr]:
    """Only one sample of the batch was counted.

    A batch takes the gradients of all its samples together.
    """
    if site.samples == 1 or site.step.kind != "gradient":
        return
    q, network = site.program.q, site.program.network
    for at in dict.fromkeys((0, site.samples - 1)):
        delta = Op("one_sample", (Num(at), q.delta(site.layer)))
        if site.gradient_of("W"):
            below = Op("one_sample", (Num(at), q.out_below(site.layer)))
            found = by_delta(network, matmul(delta, transposed(below)))
        else:
            found = by_bias(network, over_units(delta) if _is_shared(site) else delta)
        yield found
        yield found / site.samples


# The mean over the samples.


def _scaled(site: Site, factor: float) -> Iterator[Expr]:
    """The formula times a number, where a program may divide by the number of samples."""
    step = site.step
    errors = step.kind in ("E_mean", "E_epoch", "E_total")
    if step.kind in ("gradient", "change") or errors or _divides_deltas(site):
        yield Op("*", (Num(factor), step.formula))
    if step.kind in ("W", "b"):  # of a new parameter, the change alone
        old = site.program.q.parameter(step.name.part, site.layer)
        if isinstance(step.formula, Op) and step.formula.args[0] == old:
            yield old + Op("*", (Num(factor), *step.formula.args[1:]))


def _divides_deltas(site: Site) -> bool:
    return site.makes_delta and site.mean_at == "delta"


@array_mistake("batch-sum-for-mean")
def sum_for_mean(site: Site) -> Iterator[Expr]:
    """The samples were added where their mean is taken: the 1/m is missing.

    Here a batch moves the weights by the mean of its samples' gradients.
    """
    if site.takes_mean:
        yield from _scaled(site, site.samples)


@array_mistake("mean-twice")
def mean_twice(site: Site) -> Iterator[Expr]:
    """The 1/m was taken twice.

    The mean is taken once: in the deltas, in the gradients, or in the update.
    """
    if site.takes_mean:
        yield from _scaled(site, 1 / site.samples)


@array_mistake("batch-mean-for-sum")
def mean_for_sum(site: Site) -> Iterator[Expr]:
    """The mean of the samples was taken where they are added.

    Here a batch moves the weights by the sum of its samples' gradients.
    """
    if site.samples > 1 and not site.takes_mean:
        yield from _scaled(site, 1 / site.samples)
        if site.makes_delta:
            yield site.step.formula / site.samples


@array_mistake("divided-by-two")
def divided_by_two(site: Site) -> Iterator[Expr]:
    """It was divided by 2, not by the number of samples m.

    The mean over m samples divides by m.
    """
    if site.samples > 2 and site.takes_mean:
        yield from _scaled(site, site.samples / 2)


@array_mistake("features-for-samples")
def features_for_samples(site: Site) -> Iterator[Expr]:
    """It was divided by a number of features or units, not by the number of samples m.

    m counts the samples: it is the length of the other axis.
    """
    if site.takes_mean:
        for size in dict.fromkeys(site.program.network.shape):
            if size not in (1, 2, site.samples) and site.samples != 2 * size:
                yield from _scaled(site, site.samples / size)


@array_mistake("averaged-error")
def averaged_error(site: Site) -> Iterator[Expr]:
    """The mean was taken over the outputs too, as by a mean without an axis.

    The error of a sample is the sum over its outputs: divide by the number of samples alone.
    """
    outputs = len(site.program.network.outputs)
    if outputs > 1:
        yield from _scaled(site, 1 / outputs)
        if site.makes_delta and (site.step.kind == "dE_dout" or site.step.chain is not None):
            yield Op("*", (Num(1 / outputs), site.step.formula))


@array_mistake("gradients-added-up", late=True)
def gradients_added_up(site: Site) -> Iterator[Expr]:
    """The gradient is there twice: it was added to one from before.

    A gradient that is accumulated is set to zero before the next backward pass.
    """
    if site.step.kind == "gradient":
        yield 2 * site.step.formula


@array_mistake("features-for-samples", late=True)
def half_as_many_features(site: Site) -> Iterator[Expr]:
    """It was divided by a number of features or units, not by the number of samples m.

    m counts the samples: it is the length of the other axis.
    """
    if (
        site.takes_mean
        and site.samples % 2 == 0
        and site.samples // 2 in site.program.network.shape
    ):
        yield from _scaled(site, 2)


@array_mistake("mean-twice", late=True)
def mean_in_the_deltas(site: Site) -> Iterator[Expr]:
    """The 1/m was taken twice: it is in the deltas already.

    The mean is taken once: in the deltas, in the gradients, or in the update.
    """
    if site.takes_mean and site.makes_delta:
        yield site.step.formula / site.samples


@array_mistake("backward-sign")
def backward_sign(site: Site) -> Iterator[Expr]:
    """The whole backward pass has the other sign: output and target are the wrong way round.

    Turn the difference of output and target, or the sign of the update, but not both.
    """
    if site.makes_delta:
        yield -site.step.formula


@array_mistake("error-sign", late=True)
def error_of_the_other_sign(site: Site) -> Iterator[Expr]:
    """The error has the other sign: the minus before the sum was forgotten.

    The logarithm of a number below 1 is negative: an error is made of it with a minus.
    """
    if site.step.kind in ("E", "E_total", "E_mean", "E_epoch"):
        yield -site.step.formula
