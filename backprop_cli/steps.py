"""The textbook: one forward and one backward pass as an ordered list of named steps.

Each step has one formula. Everything else reads this list: computing it is a trace, printing it a
table, replacing some of its values a marking, emitting it as code fast training. The order is that
of a person with a pencil: net inputs and outputs, errors, error terms and gradients from the last
layer back to the first, updates, and the forward pass once more with the new weights.

Sources: Rumelhart, Hinton & Williams (1986), eqs. 1 to 9; Mazur (2015) for order and names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from backprop_cli.expr import Expr, Num, Op, Ref, total
from backprop_cli.functions import SHORTCUTS
from backprop_cli.laws import Laws
from backprop_cli.network import Bias, Layer, Network, Parameter, Unit
from backprop_cli.notation import Name
from backprop_cli.quantities import Quantities, named

__all__ = ["STAGES", "Phase", "Step", "batch_phases", "epoch_phases", "errors", "forward",
           "targets_sum_to_one"]  # fmt: skip

STAGES = ("forward", "error", "backward", "update", "check")


class Step(NamedTuple):
    """One line of the textbook: a named quantity and the formula that gives it.

    `law` is the formula in general, `chain` the same value by the chain rule written out. A step
    that is not `shown` is known to every command, but printed only on request. `layer` counts from
    1; 0 is what belongs to none.
    """

    name: Name
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


class Phase(NamedTuple):
    """Steps that are gone through for each sample of a batch, or once for all of them."""

    steps: tuple[Step, ...]
    per_sample: bool


def batch_phases(network: Network, samples: tuple[int, ...]) -> tuple[Phase, ...]:
    """The steps that lead to one update, from the samples with these numbers (from 1).

    In simultaneous update all derivatives are taken at the same point. In sequential update each
    layer's parameters move as soon as their gradients are known, and the layer below sees them.
    """
    q, laws = Quantities(network), Laws(network)
    rows = [Phase((*forward(network, q, laws), *errors(network, q, laws)), per_sample=True)]
    groups = [network.layers[::-1]]
    if network.update == "sequential":
        groups = [(layer,) for layer in network.layers[::-1]]
    for group in groups:
        rows.append(Phase(tuple(backward(network, group, q, laws)), per_sample=True))
        if network.reduces:
            rows.append(Phase(tuple(reduction(network, group, samples, q, laws)), per_sample=False))
        rows.append(Phase(tuple(updates(network, group[::-1], q, laws)), per_sample=False))
    check = (*forward(network, q, laws, "_new"), *errors(network, q, laws, "_new"))
    return (*rows, Phase(check, per_sample=True))


def epoch_phases(network: Network) -> tuple[Phase, ...]:
    """The steps that end an epoch: the error of all samples, as seen and with the last weights."""
    q, laws = Quantities(network), Laws(network)
    numbers = range(1, len(network.samples) + 1)

    def over_samples(suffix: str, seen: str) -> Step:
        error = named(q.total_error(seen))
        parts = [error.of_sample(n) for n in numbers] if len(numbers) > 1 else [error]
        name = named(q.epoch_error(suffix))
        several = len(numbers) > 1
        return Step(name, total(map(Ref, parts)), "check", 0, laws.epoch(suffix), shown=several)

    if len(network.batches()) == 1:
        return (Phase((over_samples("", ""), over_samples("_new", "_new")), per_sample=False),)
    last = (*forward(network, q, laws, "_end"), *errors(network, q, laws, "_end"))
    return (
        Phase(tuple(_hidden(step) for step in last), per_sample=True),
        Phase((over_samples("", ""), over_samples("_new", "_end")), per_sample=False),
    )


def forward(network: Network, q: Quantities, laws: Laws, suffix: str = "") -> Iterator[Step]:
    """Net input and output of every unit, layer by layer. A `suffix` uses the new weights."""
    stage = "check" if suffix else "forward"
    for layer in network.layers:
        nets = [q.net(unit, suffix) for unit in layer.units]
        for unit, net, row in zip(layer.units, nets, layer.weights, strict=True):
            weighted = [_now(q, w, suffix) * q.out(w.sender, suffix) for w in row]
            formula = total([*weighted, *_bias_term(network, layer, q, unit.number, suffix)])
            yield Step(named(net), formula, stage, layer.number, laws.net(layer))
            if layer.activation.jacobian is None:
                yield _output(layer, q, laws, unit.number, suffix, (net,))
        if layer.activation.jacobian is not None:
            for unit, net in zip(layer.units, nets, strict=True):
                yield _output(layer, q, laws, unit.number, suffix, (net, *nets))


def _output(
    layer: Layer, q: Quantities, laws: Laws, number: int, suffix: str, nets: tuple[Ref, ...]
) -> Step:
    parameters = [] if layer.alpha is None else [Num(layer.alpha)]
    formula = layer.activation.value(*nets, *parameters)
    stage = "check" if suffix else "forward"
    name = named(q.out(layer.units[number - 1], suffix))
    return Step(name, formula, stage, layer.number, laws.out(layer))


def _now(q: Quantities, parameter: Parameter, suffix: str) -> Ref:
    return q.new(parameter) if suffix else q.parameter(parameter)


def _bias_term(
    network: Network, layer: Layer, q: Quantities, number: int, suffix: str
) -> Iterator[Expr]:
    bias = layer.bias_of(layer.units[number - 1])
    if bias is not None:
        yield -_now(q, bias, suffix) if network.thresholds else _now(q, bias, suffix)


def errors(network: Network, q: Quantities, laws: Laws, suffix: str = "") -> Iterator[Step]:
    """What each output adds to the error, then the error of the sample."""
    stage, last = "check" if suffix else "error", len(network.layers)
    count = len(network.outputs)
    for unit in network.outputs:
        target, out = q.target(unit), q.out(unit, suffix)
        if not suffix:
            yield Step(named(q.difference(unit)), target - out, stage, last,
                       laws.difference(), shown=False)  # fmt: skip
        formula = network.error.value(target, out, count)
        yield Step(named(q.error(unit, suffix)), formula, stage, last, laws.error())
    parts = total(q.error(unit, suffix) for unit in network.outputs)
    yield Step(named(q.total_error(suffix)), parts, stage, last, laws.total_error())


def backward(
    network: Network, layers: tuple[Layer, ...], q: Quantities, laws: Laws
) -> Iterator[Step]:
    """Error terms, slopes, deltas and gradients of `layers`, which stand last layer first."""
    for layer in layers:
        if layer.number == len(network.layers):
            yield from output_error_terms(network, layer, q, laws)
        else:
            yield from hidden_error_terms(network, layer, q, laws)
        yield from slopes(layer, q, laws)
        yield from deltas(network, layer, q, laws)
        yield from gradients(network, layer, q, laws)


def output_error_terms(network: Network, layer: Layer, q: Quantities, laws: Laws) -> Iterator[Step]:
    """∂E/∂out of the outputs: the slope of the error function."""
    for unit in layer.units:
        formula = network.error.slope(q.target(unit), q.out(unit), len(layer.units))
        name = named(q.error_term(unit))
        yield Step(name, formula, "backward", layer.number, laws.output_error_term())


def hidden_error_terms(network: Network, layer: Layer, q: Quantities, laws: Laws) -> Iterator[Step]:
    """∂E/∂out of hidden units: one part along every path to the layer above, then their sum."""
    above = network.layers[layer.number]
    for unit in layer.units:
        for receiver, row in zip(above.units, above.weights, strict=True):
            edge = row[unit.number - 1]
            weight = q.new(edge) if network.update == "sequential" else q.parameter(edge)
            product = q.delta(receiver) * weight
            chain = q.labelled_net_derivative(receiver) * q.net_by_output(receiver, unit, weight)
            yield Step(named(q.path(unit, receiver)), -product if network.descent else product,
                       "backward", layer.number, laws.path(), chain)  # fmt: skip
        parts = total(q.path(unit, receiver) for receiver in above.units)
        yield Step(named(q.error_term(unit)), parts, "backward", layer.number,
                   laws.hidden_error_term())  # fmt: skip


def slopes(layer: Layer, q: Quantities, laws: Laws) -> Iterator[Step]:
    """∂out/∂net of each unit; of softmax, the whole Jacobian, row by row."""
    activation, law = layer.activation, laws.slope(layer)
    for unit in layer.units:
        if activation.jacobian is not None:
            for by in layer.units:
                entry = activation.jacobian(unit is by, q.out(unit), q.out(by))
                yield Step(named(q.jacobian(unit, by)), entry, "backward", layer.number, law)
        elif activation.slope is not None:
            parameters = [] if layer.alpha is None else [Num(layer.alpha)]
            formula = activation.slope(q.net(unit), q.out(unit), *parameters)
            yield Step(named(q.slope(unit)), formula, "backward", layer.number, law)


def deltas(network: Network, layer: Layer, q: Quantities, laws: Laws) -> Iterator[Step]:
    """∂E/∂net of each unit, by the chain rule; where that has a short form, by the short form."""
    shortcut = None
    if layer.number == len(network.layers):
        shortcut = SHORTCUTS.get((network.error_name, layer.activation_name))
    if shortcut is not None and shortcut.targets_sum_to_one and not targets_sum_to_one(network):
        shortcut = None
    for unit in layer.units:
        if layer.activation.jacobian is None:
            chain = q.error_term(unit) * q.slope(unit)
        else:
            chain = total(q.error_term(i) * q.jacobian(i, unit) for i in layer.units)
        formula = shortcut.delta(q.target(unit), q.out(unit)) if shortcut else chain
        if network.descent:
            formula = _negated(formula)
            chain = _negated(chain)
        yield Step(named(q.delta(unit)), formula, "backward", layer.number,
                   laws.delta(layer, shortcut), chain if shortcut else None)  # fmt: skip


def _negated(expr: Expr) -> Expr:
    """−expr, where that is plain to read: −(out − t) is t − out."""
    if isinstance(expr, Op) and expr.op == "neg":
        return expr.args[0]
    if isinstance(expr, Op) and expr.op == "+" and len(expr.args) == 2:
        first, second = expr.args
        if isinstance(second, Op) and second.op == "neg":
            return second.args[0] - first
    return -expr


def targets_sum_to_one(network: Network) -> bool:
    """Whether the targets of every sample do."""
    return all(abs(float(sum(sample.targets)) - 1) < 1e-12 for sample in network.samples)


def gradients(network: Network, layer: Layer, q: Quantities, laws: Laws) -> Iterator[Step]:
    """∂E/∂w = δ·out for each weight; ∂E/∂b = δ, summed over the units that share the bias."""
    law = laws.weight_gradient()
    for unit, row in zip(layer.units, layer.weights, strict=True):
        delta, before = q.delta(unit), _chain_to_net(layer, q, unit)
        for weight in row:
            out = q.out(weight.sender)
            chain = before * q.net_by_parameter(unit, weight, out)
            product = -(delta * out) if network.descent else delta * out
            name = named(q.gradient(weight))
            yield Step(name, product, "backward", layer.number, law, chain)
    for bias in layer.biases:
        if network.is_trained(bias):
            yield _bias_gradient(network, layer, bias, q, laws)


def _chain_to_net(layer: Layer, q: Quantities, unit: Unit) -> Expr:
    """∂E/∂net of a unit as the chain rule writes it; of softmax it is not one product."""
    if layer.activation.jacobian is not None:
        return q.labelled_net_derivative(unit)
    return q.error_term(unit) * q.slope(unit)


def _bias_gradient(network: Network, layer: Layer, bias: Bias, q: Quantities, laws: Laws) -> Step:
    summed: Expr = total(q.delta(unit) for unit in bias.receivers)
    negative = network.thresholds != network.descent
    by_bias = Num(-1 if network.thresholds else 1)
    chain = total(
        q.labelled_net_derivative(unit) * q.net_by_parameter(unit, bias, by_bias)
        for unit in bias.receivers
    )
    return Step(named(q.gradient(bias)), -summed if negative else summed, "backward",
                layer.number, laws.bias_gradient(bias), chain)  # fmt: skip


def reduction(
    network: Network, layers: tuple[Layer, ...], samples: tuple[int, ...],
    q: Quantities, laws: Laws,
) -> Iterator[Step]:  # fmt: skip
    """The gradients of a batch: the mean or the sum of those of its samples."""
    for layer in layers:
        for parameter in _trained(network, layer):
            gradient = named(q.gradient(parameter))
            formula = total(Ref(gradient.of_sample(number)) for number in samples)
            if network.reduction == "mean":
                formula = formula / len(samples)
            yield Step(gradient, formula, "backward", layer.number, laws.reduction())


def updates(
    network: Network, layers: tuple[Layer, ...], q: Quantities, laws: Laws
) -> Iterator[Step]:
    """The optimizer's state, the change, and the new value of every parameter of `layers`."""
    rule = network.optimizer.rule
    change_law, law = laws.change(), laws.new()
    rule_laws = {line.letter: laws.optimizer(line.letter) for line in rule.rules}
    for layer in layers:
        for parameter in _trained(network, layer):
            known = q.in_optimizer(parameter)
            for line in rule.rules:
                yield Step(named(q.optimizer_line(line.letter, parameter)), line.formula(known),
                           "update", layer.number, rule_laws[line.letter])  # fmt: skip
            change = rule.change(known)
            yield Step(named(q.change(parameter)), change, "update", layer.number, change_law,
                       shown=bool(rule.rules))  # fmt: skip
            yield Step(named(q.new(parameter)), known.w + change, "update", layer.number, law)


def _trained(network: Network, layer: Layer) -> Iterator[Parameter]:
    return (parameter for parameter in layer.parameters() if network.is_trained(parameter))


def _hidden(step: Step) -> Step:
    return Step(step.name, step.formula, step.stage, step.layer, step.law, step.chain, shown=False)
