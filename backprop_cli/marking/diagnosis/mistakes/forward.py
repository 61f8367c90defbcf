"""Mistakes of the forward pass and of the error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from backprop_cli.engine import Network, Step
from backprop_cli.formulas import ACTIVATIONS, ERRORS, Expr, Num, Op, Ref, as_expr, exp, total
from backprop_cli.marking.diagnosis.mistakes.catalogue import (
    Book,
    Whole,
    key_of,
    mistake,
    opposite,
    rewritten,
    substituted,
    terms_of,
)

LN_10 = Num(Decimal("2.302585092994045684"))
HALF = as_expr("1/2")
_SQUARES = ("half-squared", "squared", "mean-squared")


@mistake("missing-bias", yields_to=("bias-not-updated",))
def without_the_bias(book: Book, step: Step) -> Iterator[Expr]:
    """The bias was left out of the net input.

    The net input is the weighted sum plus the bias.
    """
    if step.kind == "net" and book.bias(step) is not None:
        yield total(terms_of(step.formula)[:-1])


def _other_bias_sign(network: Network) -> Network | None:
    if not any(layer.biases for layer in network.layers):
        return None
    return replace(network, thresholds=not network.thresholds)


@mistake("bias-subtracted", whole=_other_bias_sign)
def bias_of_the_other_sign(book: Book, step: Step) -> Iterator[Expr]:
    """The bias was taken with the wrong sign.

    A bias is added to the weighted sum; a threshold is subtracted from it. This network says
    which of the two it has.
    """
    if step.kind == "net" and book.bias(step) is not None:
        terms = terms_of(step.formula)
        yield total([*terms[:-1], opposite(terms[-1])])


@mistake("transposed-weights", source="w_ij and w_ji are read differently in different books")
def weights_read_by_column(book: Book, step: Step) -> Iterator[Expr]:
    """The weights were read by columns where they stand in rows (w_ij for w_ji).

    Each weight belongs to one connection: from the unit that sends to the unit that receives.
    """
    if step.kind not in ("net", "via"):
        return
    above = book.unit(step, "u" if step.kind == "net" else "v")
    layer = book.network.layers[above.layer - 1]
    flat = [weight for row in layer.weights for weight in row]
    height = len(layer.units)
    row = layer.weights[above.number - 1]
    changes: dict[str, Expr] = {}
    for column, weight in enumerate(row):
        other = flat[column * height + above.number - 1]
        changes[key_of(book.q.parameter(weight))] = book.q.parameter(other)
        changes[key_of(book.q.new(weight))] = book.q.new(other)
    yield substituted(step.formula, changes)


@mistake("missing-activation")
def net_for_out(book: Book, step: Step) -> Iterator[Expr]:
    """The activation function was left out: the net input stands for the output.

    The output of a unit is its activation function, applied to its net input.
    """
    if step.kind == "out" and book.layer(step).activation_name != "linear":
        yield book.q.net(book.unit(step), step.name.suffix)


POPULAR = ("logistic", "tanh", "relu", "bipolar-sigmoid", "softplus")


@mistake("wrong-activation", rare=True)
def another_activation(book: Book, step: Step) -> Iterator[Expr]:
    """Another activation function was used than this layer has.

    The config names the activation function of each layer.
    """
    if step.kind == "out":
        net = book.q.net(book.unit(step), step.name.suffix)
        for name in POPULAR:
            if name != book.layer(step).activation_name:
                yield ACTIVATIONS[name].value(net)


@mistake("bipolar-not-shifted")
def without_the_minus_one(book: Book, step: Step) -> Iterator[Expr]:
    """The −1 of the bipolar sigmoid was left out.

    2/(1 + e^−net) lies between 0 and 2; less 1, between −1 and 1.
    """
    if step.kind == "out" and book.layer(step).activation_name == "bipolar-sigmoid":
        yield 2 / (1 + exp(-book.q.net(book.unit(step), step.name.suffix)))


@mistake("softmax-not-normalised")
def exponential_alone(book: Book, step: Step) -> Iterator[Expr]:
    """e^net was not divided by the sum over the layer.

    The outputs of softmax add up to 1.
    """
    if step.kind == "out" and book.layer(step).activation_name == "softmax":
        yield exp(book.q.net(book.unit(step), step.name.suffix))


def _with_error(old: str, new: str) -> Whole:
    """A change of the error function, for networks that have the old one."""

    def change(network: Network) -> Network | None:
        return replace(network, error_name=new) if network.error_name == old else None

    return change


def _error_as_if(book: Book, step: Step, name: str) -> Iterator[Expr]:
    """What another error function would give for this step."""
    if step.kind not in ("E", "dE_dout") or not book.is_output(step):
        return
    unit = book.unit(step)
    error = ERRORS[name]
    rule = error.value if step.kind == "E" else error.slope
    yield rule(book.q.target(unit), book.q.out(unit, step.name.suffix), len(book.network.outputs))


@mistake("missing-half", whole=_with_error("half-squared", "squared"))
def error_without_the_half(book: Book, step: Step) -> Iterator[Expr]:
    """The ½ of the squared error was left out.

    With E = ½(t − out)² the derivative is −(t − out); without the ½ both are twice as large.
    """
    if book.network.error_name == "half-squared":
        yield from _error_as_if(book, step, "squared")


@mistake("extra-half", whole=_with_error("squared", "half-squared"))
def error_with_a_half(book: Book, step: Step) -> Iterator[Expr]:
    """A ½ was put before the squared error, which has none here.

    Without a ½ the derivative keeps the 2 of the square: −2(t − out).
    """
    if book.network.error_name in ("squared", "mean-squared"):
        for formula in _error_as_if(book, step, book.network.error_name):
            yield HALF * formula


@mistake("missing-mean", whole=_with_error("mean-squared", "squared"))
def error_not_averaged(book: Book, step: Step) -> Iterator[Expr]:
    """The squared error was not divided by the number of outputs.

    The mean squared error is a mean over the outputs, and so is its derivative.
    """
    if book.network.error_name == "mean-squared" and len(book.network.outputs) > 1:
        yield from _error_as_if(book, step, "squared")


@mistake("error-not-squared")
def square_forgotten(book: Book, step: Step) -> Iterator[Expr]:
    """The difference was not squared.

    The error is made of squares, so that differences of either sign count.
    """
    if step.kind == "E" and book.network.error_name in _SQUARES:
        yield rewritten(step.formula, "square", lambda op: Op("max", (op.args[0], -op.args[0])))


@mistake("error-signed", rare=True)
def difference_with_its_sign(book: Book, step: Step) -> Iterator[Expr]:
    """The plain difference, with its sign, was taken for the error.

    Differences of opposite signs would cancel; their squares add up.
    """
    if step.kind == "E" and book.network.error_name in _SQUARES:
        unit = book.unit(step)
        target, out = book.q.target(unit), book.q.out(unit, step.name.suffix)
        signed = rewritten(step.formula, "square", lambda op: op.args[0])
        yield from (target - out, out - target, signed, -signed)


@mistake("log-base-10")
def common_logarithm(book: Book, step: Step) -> Iterator[Expr]:
    """The logarithm to base 10 was taken in place of the natural one.

    Cross-entropy is made of natural logarithms: ln, not log₁₀.
    """
    changed = rewritten(step.formula, "ln", lambda op: op / LN_10)
    if step.kind == "E" and changed != step.formula:
        yield changed


@mistake("missing-complement")
def only_the_first_logarithm(book: Book, step: Step) -> Iterator[Expr]:
    """Only t·ln(out) was counted, not (1 − t)·ln(1 − out).

    Binary cross-entropy has a part for what should be 1, and a part for what should be 0.
    """
    if step.kind == "E" and book.network.error_name == "binary-cross-entropy":
        yield from _error_as_if(book, step, "cross-entropy")


@mistake("averaged-error", rare=True)
def mean_of_the_errors(book: Book, step: Step) -> Iterator[Expr]:
    """The errors were averaged where they are added.

    The total error is the sum.
    """
    if step.kind in ("E_total", "E_epoch"):
        count = len(terms_of(step.formula))
        if count > 1:
            yield step.formula / count


@mistake("old-weights", rare=True)
def forward_pass_with_old_weights(book: Book, step: Step) -> Iterator[Expr]:
    """An old value was used in the forward pass with the new weights.

    After the update everything is computed anew, with the new weights and the new outputs.
    """
    if step.kind != "net" or step.name.suffix != "_new":
        return
    unit = book.unit(step)
    row = book.layer(step).weights[unit.number - 1]
    weights = {key_of(book.q.new(w)): book.q.parameter(w) for w in row}
    bias = book.bias(step)
    biases = {} if bias is None else {key_of(book.q.new(bias)): book.q.parameter(bias)}
    outs: dict[str, Ref] = {}
    if row[0].sender.layer:
        outs = {key_of(book.q.out(w.sender, "_new")): book.q.out(w.sender) for w in row}
    for changes in ({**weights, **biases}, weights, outs):
        if changes:
            yield substituted(step.formula, changes)
