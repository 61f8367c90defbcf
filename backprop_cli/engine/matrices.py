"""The same pass in matrices: a step for each layer as a whole, as lecture notes write it.

net⁽¹⁾ = W⁽¹⁾·x + b⁽¹⁾, δ⁽ˡ⁾ = (W⁽ˡ⁺¹⁾)ᵀ·δ⁽ˡ⁺¹⁾ ⊙ f′(net⁽ˡ⁾), ∂E/∂W⁽ˡ⁾ = δ⁽ˡ⁾·(out⁽ˡ⁻¹⁾)ᵀ. A
column stands for a sample; several samples that make one update stand side by side. The functions,
their slopes and the signs are those of the steps of single units, and a test holds every matrix to
the steps whose values are its entries.

Source: Nielsen (2015), chapter 2, equations BP1 to BP4, and section "the backpropagation algorithm
in matrix form"; Bendersky (2016) for the Jacobian of softmax.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from backprop_cli.engine.layers import Matrices, MatrixName, matrix_named
from backprop_cli.engine.network import Layer
from backprop_cli.engine.signs import as_delta, by_bias, by_delta, entering
from backprop_cli.engine.steps import shortcut_of
from backprop_cli.formulas import (
    Entrywise,
    Expr,
    Op,
    Ref,
    entrywise,
    hadamard,
    matmul,
    over_samples,
    over_units,
    total,
    transposed,
)


class MatrixStep(NamedTuple):
    """One line of lecture notes: the matrix of a layer and the formula that gives it.

    The fields are those of `steps.Step`.
    """

    name: MatrixName
    formula: Expr
    stage: str
    layer: int
    law: str
    chain: Expr | None = None
    shown: bool = True

    @property
    def key(self) -> str:
        return self.name.key

    @property
    def kind(self) -> str:
        return self.name.kind


def matrix_steps(q: Matrices) -> Iterator[MatrixStep]:
    """The steps of one update, from the samples of `q`, in the order of `steps.batch_phases`."""
    network = q.network
    yield from forward(q)
    yield from errors(q)
    groups = [network.layers[::-1]]
    if network.update == "sequential":
        groups = [(layer,) for layer in network.layers[::-1]]
    for group in groups:
        for layer in group:
            yield from backward(q, layer)
        for layer in group[::-1]:
            yield from updates(q, layer)
    yield from forward(q, "_new")
    yield from errors(q, "_new")


# Forward.


def forward(q: Matrices, suffix: str = "") -> Iterator[MatrixStep]:
    """net = W·out + b and out = f(net), layer by layer."""
    stage = "check" if suffix else "forward"
    for layer in q.network.layers:
        net = q.net(layer, suffix)
        terms = [matmul(q.now("W", layer, suffix), q.out_below(layer, suffix))]
        if layer.biases:
            terms.append(entering(q.network, q.now("b", layer, suffix)))
        yield MatrixStep(matrix_named(net), total(terms), stage, layer.number, "net")
        out = matrix_named(q.out(layer, suffix))
        yield MatrixStep(out, _function(layer, net), stage, layer.number, "out")


def _function(layer: Layer, net: Ref) -> Expr:
    """f(net): of softmax, column by column; of all others, entry by entry."""
    formula = layer.activation.value(net, *layer.activation_arguments)
    if layer.activation.jacobian is not None:
        return Op("softmax_columns", (net,))
    if formula == net:
        return net
    return Entrywise(layer.activation_name, net, entrywise(formula, is_number))


def errors(q: Matrices, suffix: str = "") -> Iterator[MatrixStep]:
    """What each output adds to the error, then the error of each sample."""
    network, stage = q.network, "check" if suffix else "error"
    last = network.layers[-1]
    target, out = q.target(), q.out(last, suffix)
    if not suffix:
        yield MatrixStep(
            matrix_named(q.difference()), target - out, stage, last.number, "err", shown=False
        )
    formula = entrywise(network.error.value(target, out, *network.error_arguments), is_number)
    error = q.error(suffix)
    yield MatrixStep(matrix_named(error), formula, stage, last.number, "error")
    name = matrix_named(q.total_error(suffix))
    yield MatrixStep(name, over_units(error), stage, last.number, "total_error")


def of_all_samples(q: Matrices, suffix: str = "") -> Iterator[MatrixStep]:
    """The error of all samples that stand side by side: their sum, and the mean of several."""
    again = "_again" if suffix else ""
    summed = q.epoch_error(suffix)
    formula = over_samples(q.total_error(suffix)) if q.samples > 1 else q.total_error(suffix)
    yield MatrixStep(matrix_named(summed), formula, "check", 0, f"epoch{again}")
    mean = matrix_named(q.mean_error(suffix))
    yield MatrixStep(mean, summed / q.samples, "check", 0, f"mean{again}", shown=False)


# Backward.


def backward(q: Matrices, layer: Layer) -> Iterator[MatrixStep]:
    """Error terms, slopes, deltas and gradients of a layer."""
    error_term = q.error_term(layer)
    if layer.number == len(q.network.layers):
        formula = q.network.error.slope(q.target(), q.out(layer), *q.network.error_arguments)
        formula, law = entrywise(formula, is_number), "output_error_term"
    else:
        formula, law = _from_above(q, layer), "hidden_error_term"
    yield MatrixStep(matrix_named(error_term), formula, "backward", layer.number, law)
    yield from _slopes(q, layer)
    yield _delta(q, layer)
    yield from _gradients(q, layer)


def _from_above(q: Matrices, layer: Layer) -> Expr:
    """(W⁽ˡ⁺¹⁾)ᵀ·δ⁽ˡ⁺¹⁾"""
    above = q.network.layers[layer.number]
    suffix = "_new" if q.network.update == "sequential" else ""
    return by_delta(q.network, matmul(transposed(q.now("W", above, suffix)), q.delta(above)))


def _slopes(q: Matrices, layer: Layer) -> Iterator[MatrixStep]:
    """f′(net), entry by entry; of softmax the Jacobian, where there is one sample alone."""
    activation, net, out = layer.activation, q.net(layer), q.out(layer)
    if activation.jacobian is not None:
        if q.samples == 1:
            jacobian = matrix_named(q.jacobian(layer))
            yield MatrixStep(jacobian, Op("jacobian", (out,)), "backward", layer.number, "slope")
        return
    assert activation.slope is not None
    formula = entrywise(activation.slope(net, out, *layer.activation_arguments), is_number)
    yield MatrixStep(matrix_named(q.slope(layer)), formula, "backward", layer.number, "slope")


def _delta(q: Matrices, layer: Layer) -> MatrixStep:
    """∂E/∂net of a layer: ∂E/∂out ⊙ f′(net), Jᵀ·∂E/∂out, or the short form where there is one."""
    network, shortcut = q.network, shortcut_of(q.network, layer)
    term: Expr = q.error_term(layer)
    if layer.activation.jacobian is None:
        chain = hadamard(term, q.slope(layer))
    elif q.samples == 1:
        chain = matmul(transposed(q.jacobian(layer)), term)
    else:
        chain = Op("through_jacobian", (q.out(layer), term))
    name = matrix_named(q.delta(layer))
    if shortcut is not None:
        formula = entrywise(shortcut.delta(q.target(), q.out(layer)), is_number)
        short, long = as_delta(network, formula), as_delta(network, chain)
        return MatrixStep(name, short, "backward", layer.number, "delta", long)
    written = None
    if layer.number < len(network.layers) and layer.activation.jacobian is None:
        written = as_delta(network, hadamard(_from_above(q, layer), q.slope(layer)))
    return MatrixStep(name, as_delta(network, chain), "backward", layer.number, "delta", written)


def _gradients(q: Matrices, layer: Layer) -> Iterator[MatrixStep]:
    """∂E/∂W = δ·outᵀ, ∂E/∂b = δ·1: over several samples their sum, or the mean."""
    network, delta = q.network, q.delta(layer)
    product = matmul(delta, transposed(q.out_below(layer)))
    yield MatrixStep(
        matrix_named(q.gradient("W", layer)),
        _reduced(q, by_delta(network, product)),
        "backward", layer.number, "weight_gradient",
    )  # fmt: skip
    if layer.biases and network.train_biases:
        shared = len(layer.biases) == 1 and len(layer.units) > 1
        deltas: Expr = over_units(delta) if shared else delta
        deltas = over_samples(deltas) if q.samples > 1 else deltas
        yield MatrixStep(
            matrix_named(q.gradient("b", layer)),
            _reduced(q, by_bias(network, deltas)),
            "backward", layer.number, "shared_bias_gradient" if shared else "bias_gradient",
        )  # fmt: skip


def _reduced(q: Matrices, summed: Expr) -> Expr:
    """The mean over the samples where that is the rule; their sum is made by the product."""
    mean = q.network.reduces and q.network.reduction == "mean"
    return summed / q.samples if mean and q.samples > 1 else summed


# Update.


def updates(q: Matrices, layer: Layer) -> Iterator[MatrixStep]:
    """The optimizer's state, the change, and the new value of the parameters of a layer."""
    rule = q.network.optimizer.rule
    for kind in q.trained(layer):
        known, at = q.in_optimizer(kind, layer), ("update", layer.number)
        for line in rule.rules:
            name = matrix_named(q.optimizer_line(line.letter, kind, layer))
            yield MatrixStep(name, entrywise(line.formula(known), is_number), *at, "optimizer")
        change = entrywise(rule.change(known), is_number)
        changed = matrix_named(q.change(kind, layer))
        yield MatrixStep(changed, change, *at, "change", shown=bool(rule.rules))
        new = matrix_named(q.new(kind, layer))
        yield MatrixStep(new, known.w + change, *at, "new")


def is_number(ref: Ref) -> bool:
    """Whether a name is that of one number: η, a parameter of the optimizer, the count t."""
    return not isinstance(ref.name, MatrixName)
