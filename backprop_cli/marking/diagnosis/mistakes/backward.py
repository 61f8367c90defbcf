"""Mistakes of the backward pass: error terms, slopes, deltas, gradients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backprop_cli.engine import Network, Step, as_delta, by_delta
from backprop_cli.formulas import ACTIVATIONS, Expr, Num, Op
from backprop_cli.marking.diagnosis.mistakes.catalogue import (
    MOST_OTHERS,
    Book,
    key_of,
    mistake,
    opposite,
    references_to,
    rewritten,
    substituted,
)


def _sequential(network: Network) -> Network | None:
    if network.update == "sequential" or len(network.layers) < 2:
        return None
    return replace(network, update="sequential")


@mistake(
    "updated-weights",
    source="Rumelhart, Hinton & Williams (1986), eqs. 5 to 8: all derivatives are taken at the "
    "old weights",
    whole=_sequential,
)
def hidden_deltas_from_new_weights(book: Book, step: Step) -> Iterator[Expr]:
    """The hidden deltas were computed with the output weights after their update.

    Backpropagation takes all derivatives at the same point: with the old weights.
    """
    if step.kind == "via" and book.network.update == "simultaneous":
        edge = book.edge(book.unit(step, "u"), book.unit(step, "v"))
        yield substituted(step.formula, {key_of(book.q.parameter(edge)): book.q.new(edge)})


@mistake("error-for-error-term", rare=True)
def error_for_its_derivative(book: Book, step: Step) -> Iterator[Expr]:
    """The error itself stands where its derivative by the output belongs.

    ∂E/∂out says how fast the error changes with the output, not how large it is.
    """
    if step.kind not in ("dE_dout", "delta") or not book.is_output(step):
        return
    errors = [book.q.error(book.unit(step))]
    if len(book.network.outputs) > 1:
        errors.append(book.q.total_error())
    term = book.q.error_term(book.unit(step))
    for error in errors:
        if step.kind == "dE_dout":
            yield error
        elif references_to(step.formula, term):
            yield substituted(step.formula, {key_of(term): error})


@mistake("missing-slope-output")
def output_delta_without_slope(book: Book, step: Step) -> Iterator[Expr]:
    """The slope of the activation was left out of the delta of an output.

    δ is the derivative by the net input: ∂E/∂out times ∂out/∂net.
    """
    if step.kind == "delta" and book.is_output(step):
        yield as_delta(book.network, book.q.error_term(book.unit(step)))


@mistake("missing-slope-hidden")
def hidden_delta_without_slope(book: Book, step: Step) -> Iterator[Expr]:
    """The slope of the activation was left out of the delta of a hidden unit.

    δ is the derivative by the net input: ∂E/∂out times ∂out/∂net.
    """
    if step.kind == "delta" and not book.is_output(step):
        yield as_delta(book.network, book.q.error_term(book.unit(step)))


@mistake("extra-slope", source="Bishop (2006), section 4.3.6")
def slope_that_cancels(book: Book, step: Step) -> Iterator[Expr]:
    """The slope of the activation was multiplied in where it has already cancelled.

    With this error the slope cancels: δ is {out − t} as it stands.
    """
    if step.kind == "delta" and step.chain is not None:
        out = book.q.out(book.unit(step))
        yield step.formula * (out * (1 - out))


@mistake("slope-of-net")
def slope_formula_with_net(book: Book, step: Step) -> Iterator[Expr]:
    """The net input was put into the slope where the output belongs.

    The slope is written in terms of the output: {out·(1 − out)}.
    """
    if step.kind == "slope":
        unit = book.unit(step)
        if references_to(step.formula, book.q.out(unit)):
            yield substituted(step.formula, {key_of(book.q.out(unit)): book.q.net(unit)})


@mistake("slope-of-output", rare=True)
def slope_at_the_output(book: Book, step: Step) -> Iterator[Expr]:
    """The activation was applied once more: its derivative was taken at the output.

    The derivative is taken at the net input.
    """
    if step.kind == "slope":
        layer, out = book.layer(step), book.q.out(book.unit(step))
        alpha = [] if layer.alpha is None else [Num(layer.alpha)]
        assert layer.activation.slope is not None
        yield layer.activation.slope(out, layer.activation.value(out, *alpha), *alpha)


@mistake("logistic-slope")
def slope_of_the_logistic(book: Book, step: Step) -> Iterator[Expr]:
    """out·(1 − out) was taken for the slope, which is that of the logistic function.

    Each activation function has a slope of its own.
    """
    if step.kind == "slope" and book.layer(step).activation_name != "logistic":
        out = book.q.out(book.unit(step))
        yield out * (1 - out)


@mistake("wrong-slope", rare=True)
def slope_of_another_activation(book: Book, step: Step) -> Iterator[Expr]:
    """The slope of another activation function was taken.

    Each activation function has a slope of its own.
    """
    if step.kind == "slope":
        unit = book.unit(step)
        for name in ("tanh", "bipolar-sigmoid", "linear"):
            rule = ACTIVATIONS[name].slope
            if rule is not None and name != book.layer(step).activation_name:
                yield rule(book.q.net(unit), book.q.out(unit))


@mistake("activation-for-slope", rare=True)
def output_for_slope(book: Book, step: Step) -> Iterator[Expr]:
    """The output itself stands where its slope belongs.

    The chain rule needs the derivative of the activation, not its value.
    """
    if step.kind == "slope":
        yield book.q.out(book.unit(step))


@mistake("slope-not-squared", rare=True)
def square_missing_in_slope(book: Book, step: Step) -> Iterator[Expr]:
    """The square was left out of the slope.

    The slope of tanh is 1 − out², not 1 − out.
    """
    if step.kind == "slope":
        changed = rewritten(step.formula, "square", lambda op: op.args[0])
        if changed != step.formula:
            yield changed


@mistake("softmax-diagonal")
def softmax_unit_by_unit(book: Book, step: Step) -> Iterator[Expr]:
    """Softmax was treated as if each output depended on its own net input alone.

    Every output of softmax depends on every net input: for i ≠ j, ∂out_i/∂net_j = −out_i·out_j.
    """
    if step.kind == "jacobian" and book.unit(step, "u") != book.unit(step, "v"):
        yield Num(0)
    if step.kind == "delta" and book.layer(step).activation.jacobian is not None:
        unit = book.unit(step)
        yield as_delta(book.network, book.q.error_term(unit) * book.q.jacobian(unit, unit))


def _other_delta_sign(network: Network) -> Network | None:
    return replace(network, descent=not network.descent)


@mistake("delta-sign", whole=_other_delta_sign)
def delta_of_the_other_sign(book: Book, step: Step) -> Iterator[Expr]:
    """The sign is the other way round, as from t − out in place of out − t.

    Here δ is ∂E/∂net, unless the config says that it is −∂E/∂net.
    """
    if step.kind == "delta" or (step.kind == "dE_dout" and book.is_output(step)):
        yield opposite(step.formula)


@mistake("divided", rare=True)
def divided_for_multiplied(book: Book, step: Step) -> Iterator[Expr]:
    """A factor of the chain rule was divided by.

    The chain rule multiplies.
    """
    if step.kind == "delta" and book.layer(step).activation.jacobian is None:
        unit = book.unit(step)
        yield as_delta(book.network, book.q.error_term(unit) / book.q.slope(unit))


@mistake("single-path")
def one_output_only(book: Book, step: Step) -> Iterator[Expr]:
    """Only one of the paths back to the hidden unit was counted.

    A hidden unit acts on every unit of the layer above: the parts add up.
    """
    formula = step.formula
    if step.kind == "dE_dout" and not book.is_output(step) and isinstance(formula, Op):
        yield from formula.args


@mistake("missing-weight-in-delta")
def path_without_weight(book: Book, step: Step) -> Iterator[Expr]:
    """The weight was left out on the way back to the hidden unit.

    What comes back along a connection is δ times its weight.
    """
    if step.kind == "via":
        yield by_delta(book.network, book.q.delta(book.unit(step, "v")))


@mistake("error-term-for-delta", rare=True)
def path_from_error_term(book: Book, step: Step) -> Iterator[Expr]:
    """What was sent back to the hidden unit is the error term of the output, not its delta.

    The way back leads through the activation of the output: δ = ∂E/∂out·∂out/∂net.
    """
    if step.kind == "via":
        above = book.unit(step, "v")
        edge = book.edge(book.unit(step, "u"), above)
        weight = book.q.new(edge) if book.network.update == "sequential" else book.q.parameter(edge)
        yield book.q.error_term(above) * weight
        yield book.q.error_term(above)


@mistake("wrong-weight", rare=True)
def another_weight(book: Book, step: Step) -> Iterator[Expr]:
    """The weight of another connection was used.

    Each weight belongs to one connection: from the unit that sends to the unit that receives.
    """
    if step.kind == "via":
        edge = book.edge(book.unit(step, "u"), book.unit(step, "v"))
        layer = book.network.layers[edge.receiver.layer - 1]
    elif step.kind == "new" and (weight := book.weight(step)) is not None:
        edge, layer = weight, book.layer(step)
    else:
        return
    weights = [other for row in layer.weights for other in row if other != edge]
    for other in weights if len(weights) <= MOST_OTHERS else ():
        changes = {
            key_of(book.q.parameter(edge)): book.q.parameter(other),
            **({key_of(book.q.new(edge)): book.q.new(other)} if step.kind == "via" else {}),
        }
        yield substituted(step.formula, changes)
