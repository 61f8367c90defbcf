"""Mistakes by which something was taken from another place: layer, function, or array."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from backprop_cli.arrays.mistakes.catalogue import Site, array_mistake, rewritten
from backprop_cli.engine import as_delta, is_number, matrix_named
from backprop_cli.formulas import (
    ACTIVATIONS,
    Activation,
    Expr,
    Num,
    Op,
    Partial,
    Ref,
    entrywise,
    hadamard,
    references,
    total,
)

OTHER_LEAKS = (Decimal("0.1"), Decimal("0.2"))
"""Slopes of leaky-relu below 0 that are usual too."""


@array_mistake("slope-of-another-layer", late=True)
def slope_of_another_layer(site: Site) -> Iterator[Expr]:
    """The slope was taken at the numbers of another layer.

    δ of a layer is its ∂E/∂out times the slope at its own net inputs.
    """
    if site.step.kind != "slope":
        return
    q, layer = site.program.q, site.layer
    net, out = matrix_named(q.net(layer)).key, matrix_named(q.out(layer)).key
    for other in site.program.network.layers:
        if other.number != layer.number:
            yield site.substituted({net: q.net(other), out: q.out(other)})
    yield site.substituted({out: q.out_below(layer)})


@array_mistake("slope-at-error-term", late=True)
def slope_at_the_error_term(site: Site) -> Iterator[Expr]:
    """The slope was taken at what comes back, not at the net inputs of the forward pass.

    What comes back is multiplied by the slope that the unit had when it was passed.
    """
    if site.step.kind == "slope":
        for ref in (site.program.q.net(site.layer), site.program.q.out(site.layer)):
            yield site.with_other(ref, site.program.q.error_term(site.layer))


def _of_other_layers(site: Site, kinds: tuple[str, ...], part: str = "") -> Iterator[Expr]:
    """The formula with a matrix of another layer in place of one of these kinds."""
    names = site.program.names
    for ref in dict.fromkeys(references(site.step.formula)):
        name = names.get(ref.name.key)
        if name is None or name.kind not in kinds or (part and name.part != part):
            continue
        for other in names.values():
            alike = other.kind in kinds and (other.part, other.suffix) == (name.part, name.suffix)
            if alike and other.key != name.key:
                yield site.with_other(ref, Ref(other))


@array_mistake("wrong-weight", late=True)
def weights_of_another_layer(site: Site) -> Iterator[Expr]:
    """The weights of another layer were used.

    W⁽ˡ⁾ leads from layer l − 1 to layer l: forward into l, and backward out of it.
    """
    yield from _of_other_layers(site, ("W",), "W")


@array_mistake("wrong-bias", late=True)
def biases_of_another_layer(site: Site) -> Iterator[Expr]:
    """The biases of another layer were used.

    A bias enters the units of its own layer.
    """
    yield from _of_other_layers(site, ("b",), "b")


@array_mistake("wrong-delta", late=True)
def deltas_of_another_layer(site: Site) -> Iterator[Expr]:
    """The deltas of another layer were used.

    The gradient of W⁽ˡ⁾ is made with δ⁽ˡ⁾, and ∂E/∂out of a layer with the δ of the layer above.
    """
    yield from _of_other_layers(site, ("delta",))


@array_mistake("gradient-of-another", late=True)
def gradient_of_another_layer(site: Site) -> Iterator[Expr]:
    """The gradient of another layer was used.

    Each matrix of weights moves by its own gradient.
    """
    yield from _of_other_layers(site, ("gradient",))


@array_mistake("wrong-input", late=True)
def input_of_another_layer(site: Site) -> Iterator[Expr]:
    """What enters was taken from another layer.

    What enters through W⁽ˡ⁾ is the output of layer l − 1.
    """
    if site.step.kind == "net":
        yield from _of_other_layers(site, ("out", "input"))
    if site.step.kind == "gradient":
        yield from _of_other_layers(site, ("out", "net", "input"))


@array_mistake("error-term-for-delta", late=True)
def gradient_of_the_error_term(site: Site) -> Iterator[Expr]:
    """The error term ∂E/∂out stands where δ belongs: the slope is missing.

    δ = ∂E/∂out ⊙ f′(net) is the derivative by the net input, of which the gradients are made.
    """
    q = site.program.q
    if site.step.kind == "gradient":
        yield site.with_other(q.delta(site.layer), q.error_term(site.layer))


def _functions(site: Site) -> Iterator[tuple[Activation, list[Num]]]:
    """Every activation that looks at one unit alone, with its parameter and those of others."""
    own = site.layer
    alphas = {layer.activation_name: layer.alpha for layer in site.program.network.layers}
    for name, row in ACTIVATIONS.items():
        if row.jacobian is None and name != own.activation_name:
            usual = [alphas.get(name), row.alpha, *(OTHER_LEAKS if name == "leaky-relu" else ())]
            for alpha in dict.fromkeys(usual if row.alpha is not None else [None]):
                if alpha is not None or row.alpha is None:
                    yield row, [] if alpha is None else [Num(alpha)]


@array_mistake("wrong-activation", late=True)
def another_activation(site: Site) -> Iterator[Expr]:
    """Another activation function was used than this layer has.

    The network names the activation function of each layer.
    """
    if site.step.kind == "out":
        net = site.program.q.net(site.layer, site.step.name.suffix)
        for row, alpha in _functions(site):
            yield entrywise(row.value(net, *alpha), is_number)


@array_mistake("activation-for-slope", late=True)
def activation_for_slope(site: Site) -> Iterator[Expr]:
    """The activation function itself stands where its slope belongs.

    The chain rule needs the derivative of the activation, not its value.
    """
    if site.step.kind == "slope":
        layer = site.layer
        out = site.program.q.out(layer)
        yield out
        yield entrywise(layer.activation.value(out, *layer.activation_arguments), is_number)


@array_mistake("wrong-slope", late=True)
def slope_of_another_activation(site: Site) -> Iterator[Expr]:
    """The slope of another activation function was taken.

    Each activation function has a slope of its own.
    """
    if site.step.kind == "slope":
        net, out = site.program.q.net(site.layer), site.program.q.out(site.layer)
        for row, alpha in _functions(site):
            if row.slope is not None:
                yield entrywise(row.slope(net, out, *alpha), is_number)
                yield entrywise(row.slope(net, net, *alpha), is_number)
                value = row.value(net, *alpha)
                yield entrywise(row.slope(net, value, *alpha), is_number)


@array_mistake("error-for-error-term", late=True)
def error_for_its_derivative(site: Site) -> Iterator[Expr]:
    """The error itself stands where its derivative by the output belongs.

    ∂E/∂out says how fast the error changes with the output, not how large it is.
    """
    if site.is_last and site.step.kind == "dE_dout":
        q = site.program.q
        difference = q.target() - q.out(site.layer)
        for error in (q.error(), hadamard(difference, difference)):
            yield error
            yield -error


@array_mistake("exp-sign", late=True)
def exponent_of_the_other_sign(site: Site) -> Iterator[Expr]:
    """The sign of an exponent is the other one: e^(+net) for e^(−net), or the other way round.

    The logistic function is 1/(1 + e^(−net)).
    """
    if site.step.kind in ("out", "slope"):
        formula = site.step.formula
        inner = formula.of if isinstance(formula, Partial) else formula
        yield from rewritten(inner, _other_exponent)


def _other_exponent(op: Op) -> Iterator[Expr]:
    if op.op in ("exp", "softplus"):
        (power,) = op.args
        is_negative = isinstance(power, Op) and power.op == "neg"
        yield Op(op.op, (power.args[0] if isinstance(power, Op) and is_negative else -power,))


def _without_target(site: Site, target: Expr) -> Iterator[Expr]:
    """The delta of an output with something else in place of the target."""
    if site.makes_delta:
        changed = site.with_other(site.program.q.target(), target)
        if changed != site.step.formula:
            yield changed


@array_mistake("term-forgotten", late=True)
def target_forgotten(site: Site) -> Iterator[Expr]:
    """The target was left out of the difference between output and target.

    Where the output is right, the difference is 0, and there is nothing to learn.
    """
    q = site.program.q
    if site.step.kind == "delta":
        yield from _without_target(site, Op("*", (Num(0), q.out(site.layer))))


@array_mistake("term-sign", late=True)
def target_added(site: Site) -> Iterator[Expr]:
    """The target was added where it is subtracted.

    Where the output is right, the difference is 0, and there is nothing to learn.
    """
    if site.step.kind == "delta":
        yield from _without_target(site, -site.program.q.target())


@array_mistake("term-sign", late=True)
def sign_of_one_term(site: Site) -> Iterator[Expr]:
    """One term has the other sign.

    Each term keeps its own sign.
    """

    def turned(op: Op) -> Iterator[Expr]:
        for at, term in enumerate(op.args if op.op == "+" else ()):
            other = term.args[0] if isinstance(term, Op) and term.op == "neg" else -term
            yield total([*op.args[:at], other, *op.args[at + 1 :]])

    if site.step.kind in ("err", "dE_dout", "delta", "net"):
        yield from rewritten(site.step.formula, turned)


@array_mistake("term-forgotten", late=True)
def one_term_left_out(site: Site) -> Iterator[Expr]:
    """One term of the sum is missing.

    Everything that belongs to the sum is added up.
    """

    def shortened(op: Op) -> Iterator[Expr]:
        for at in range(len(op.args) if op.op == "+" else 0):
            yield total([*op.args[:at], *op.args[at + 1 :]])

    if site.step.kind in ("err", "E", "dE_dout", "delta"):
        yield from rewritten(site.step.formula, shortened)


@array_mistake("softmax-diagonal")
def softmax_unit_by_unit(site: Site) -> Iterator[Expr]:
    """Softmax was treated as if each output depended on its own net input alone.

    Every output of softmax depends on every net input: the Jacobian is no diagonal matrix.
    """
    if site.step.kind == "delta" and site.layer.activation.jacobian is not None:
        q, out = site.program.q, site.program.q.out(site.layer)
        yield as_delta(site.program.network, hadamard(q.error_term(site.layer), out, 1 - out))


@array_mistake("extra-slope", late=True)
def slope_in_the_gradient(site: Site) -> Iterator[Expr]:
    """The slope was multiplied in once more, though δ has it already.

    δ is ∂E/∂net: the gradients are made of it as it stands.
    """
    if site.step.kind == "gradient" and site.layer.activation.jacobian is None:
        delta = site.program.q.delta(site.layer)
        yield site.with_other(delta, hadamard(delta, site.program.q.slope(site.layer)))


@array_mistake("sign-slip", late=True)
def sign_of_a_gradient(site: Site) -> Iterator[Expr]:
    """The gradient has the other sign.

    A gradient keeps the sign of its δ.
    """
    if site.step.kind == "gradient":
        yield -site.step.formula


@array_mistake("missing-error-term", late=True)
def slope_alone(site: Site) -> Iterator[Expr]:
    """The slope stands alone: what comes back, ∂E/∂out, was not multiplied in.

    δ is the derivative by the net input: ∂E/∂out times the slope.
    """
    if site.step.kind == "delta" and site.layer.activation.jacobian is None:
        yield as_delta(site.program.network, site.program.q.slope(site.layer))


@array_mistake("mask-inverted", late=True)
def mask_inverted(site: Site) -> Iterator[Expr]:
    """The mask is the wrong way round: it lets through where the net input is negative.

    The slope of relu is 1 where the net input is positive, and 0 where it is not.
    """

    def inverted(op: Op) -> Iterator[Expr]:
        if op.op == "if":
            test, then, otherwise = op.args
            yield Op("if", (test, otherwise, then))

    if site.step.kind == "slope":
        yield from rewritten(site.step.formula, inverted)
