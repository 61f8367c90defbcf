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

from backprop_cli.engine.network import Bias, Layer, Network, Parameter, Unit
from backprop_cli.engine.notation import Name
from backprop_cli.engine.quantities import Quantities, named
from backprop_cli.engine.signs import as_delta, by_bias, by_delta, entering
from backprop_cli.formulas import SHORTCUTS, Expr, Num, Ref, Shortcut, total

STAGES = ("forward", "error", "backward", "update", "check")


class Step(NamedTuple):
    """One line of the textbook: a named quantity and the formula that gives it.

    `law` names the general law that the formula is an instance of; `show.laws` puts it in words.
    `chain` is the same value by the chain rule written out. A step that is not `shown` is known to
    every command, but printed only on request. `layer` counts from 1; 0 is what belongs to none.
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


# The order of a pass.


def batch_phases(network: Network, samples: tuple[int, ...]) -> tuple[Phase, ...]:
    """The steps that lead to one update, from the samples with these numbers (from 1).

    In simultaneous update all derivatives are taken at the same point. In sequential update each
    layer's parameters move as soon as their gradients are known, and the layer below sees them.
    """
    q = Quantities(network)
    phases = [Phase((*forward(q), *errors(q)), per_sample=True)]
    groups = [network.layers[::-1]]
    if network.update == "sequential":
        groups = [(layer,) for layer in network.layers[::-1]]
    for group in groups:
        phases.append(Phase(tuple(backward(q, group)), per_sample=True))
        if network.reduces:
            phases.append(Phase(tuple(reduction(q, group, samples)), per_sample=False))
        phases.append(Phase(tuple(updates(q, group[::-1])), per_sample=False))
    return (*phases, Phase((*forward(q, "_new"), *errors(q, "_new")), per_sample=True))


def epoch_phases(network: Network) -> tuple[Phase, ...]:
    """The steps that end an epoch: the error of all samples, as seen and with the last weights."""
    q = Quantities(network)
    if len(network.batches()) == 1:
        sums = (*_over_samples(q, "", ""), *_over_samples(q, "_new", "_new"))
        return (Phase(sums, per_sample=False),)
    last = (step._replace(shown=False) for step in (*forward(q, "_end"), *errors(q, "_end")))
    sums = (*_over_samples(q, "", ""), *_over_samples(q, "_new", "_end"))
    return (Phase(tuple(last), per_sample=True), Phase(sums, per_sample=False))


def _over_samples(q: Quantities, suffix: str, seen: str) -> Iterator[Step]:
    """The error of an epoch, from those of the samples in the pass that is marked `seen`.

    Of several samples also the mean: the cost of many textbooks, J = 1/m Σ E (Ng 2011; Nielsen
    2015, chapter 2). A single sample has none, for it would be E_total once more.
    """
    count, error = len(q.network.samples), named(q.total_error(seen))
    parts = [error.of_sample(number) for number in range(1, count + 1)] if count > 1 else [error]
    name, again = named(q.epoch_error(suffix)), "_again" if suffix else ""
    yield Step(name, total(map(Ref, parts)), "check", 0, f"epoch{again}", shown=count > 1)
    if count > 1:
        mean, shown = q.epoch_error(suffix) / count, q.network.mean_cost
        yield Step(named(q.mean_error(suffix)), mean, "check", 0, f"mean{again}", shown=shown)


# Forward.


def forward(q: Quantities, suffix: str = "") -> Iterator[Step]:
    """Net input and output of every unit, layer by layer. A `suffix` uses the new weights."""
    stage = "check" if suffix else "forward"
    for layer in q.network.layers:
        nets = [q.net(unit, suffix) for unit in layer.units]
        for unit, net, row in zip(layer.units, nets, layer.weights, strict=True):
            terms = [_now(q, weight, suffix) * q.out(weight.sender, suffix) for weight in row]
            bias = layer.bias_of(unit)
            if bias is not None:
                terms.append(entering(q.network, _now(q, bias, suffix)))
            yield Step(named(net), total(terms), stage, layer.number, "net")
            if layer.activation.jacobian is None:
                yield _output(q, layer, unit, suffix, (net,))
        if layer.activation.jacobian is not None:
            for unit, net in zip(layer.units, nets, strict=True):
                yield _output(q, layer, unit, suffix, (net, *nets))


def _output(q: Quantities, layer: Layer, unit: Unit, suffix: str, nets: tuple[Ref, ...]) -> Step:
    formula = layer.activation.value(*nets, *layer.activation_arguments)
    stage = "check" if suffix else "forward"
    return Step(named(q.out(unit, suffix)), formula, stage, layer.number, "out")


def _now(q: Quantities, parameter: Parameter, suffix: str) -> Ref:
    return q.new(parameter) if suffix else q.parameter(parameter)


def errors(q: Quantities, suffix: str = "") -> Iterator[Step]:
    """What each output adds to the error, then the error of the sample."""
    network = q.network
    stage, last = "check" if suffix else "error", len(network.layers)
    for unit in network.outputs:
        target, out = q.target(unit), q.out(unit, suffix)
        if not suffix:
            yield Step(named(q.difference(unit)), target - out, stage, last, "err", shown=False)
        formula = network.error.value(target, out, *network.error_arguments)
        yield Step(named(q.error(unit, suffix)), formula, stage, last, "error")
    parts = total(q.error(unit, suffix) for unit in network.outputs)
    yield Step(named(q.total_error(suffix)), parts, stage, last, "total_error")


# Backward.


def backward(q: Quantities, layers: tuple[Layer, ...]) -> Iterator[Step]:
    """Error terms, slopes, deltas and gradients of `layers`, which stand last layer first."""
    for layer in layers:
        if layer.number == len(q.network.layers):
            yield from output_error_terms(q, layer)
        else:
            yield from hidden_error_terms(q, layer)
        yield from slopes(q, layer)
        yield from deltas(q, layer)
        yield from gradients(q, layer)


def output_error_terms(q: Quantities, layer: Layer) -> Iterator[Step]:
    """∂E/∂out of the outputs: the slope of the error function."""
    network = q.network
    for unit in layer.units:
        formula = network.error.slope(q.target(unit), q.out(unit), *network.error_arguments)
        name = named(q.error_term(unit))
        yield Step(name, formula, "backward", layer.number, "output_error_term")


def hidden_error_terms(q: Quantities, layer: Layer) -> Iterator[Step]:
    """∂E/∂out of hidden units: one part along every path to the layer above, then their sum."""
    above = q.network.layers[layer.number]
    for unit in layer.units:
        for receiver, row in zip(above.units, above.weights, strict=True):
            edge = row[unit.number - 1]
            weight = q.new(edge) if q.network.update == "sequential" else q.parameter(edge)
            product = by_delta(q.network, q.delta(receiver) * weight)
            chain = q.labelled_net_derivative(receiver) * q.net_by_output(receiver, unit, weight)
            yield Step(
                named(q.path(unit, receiver)), product, "backward", layer.number, "path", chain
            )
        parts = total(q.path(unit, receiver) for receiver in above.units)
        name = named(q.error_term(unit))
        yield Step(name, parts, "backward", layer.number, "hidden_error_term")


def slopes(q: Quantities, layer: Layer) -> Iterator[Step]:
    """∂out/∂net of each unit; of softmax, the whole Jacobian, row by row."""
    activation = layer.activation
    for unit in layer.units:
        if activation.jacobian is not None:
            for by in layer.units:
                entry = activation.jacobian(unit is by, q.out(unit), q.out(by))
                yield Step(named(q.jacobian(unit, by)), entry, "backward", layer.number, "slope")
        elif activation.slope is not None:
            formula = activation.slope(q.net(unit), q.out(unit), *layer.activation_arguments)
            yield Step(named(q.slope(unit)), formula, "backward", layer.number, "slope")


def deltas(q: Quantities, layer: Layer) -> Iterator[Step]:
    """∂E/∂net of each unit, by the chain rule; where that has a short form, by the short form."""
    network, shortcut = q.network, shortcut_of(q.network, layer)
    for unit in layer.units:
        if layer.activation.jacobian is None:
            chain = q.error_term(unit) * q.slope(unit)
        else:
            chain = total(q.error_term(i) * q.jacobian(i, unit) for i in layer.units)
        formula = shortcut.delta(q.target(unit), q.out(unit)) if shortcut else chain
        yield Step(
            named(q.delta(unit)),
            as_delta(network, formula),
            "backward",
            layer.number,
            "delta",
            as_delta(network, chain) if shortcut else None,
        )


def shortcut_of(network: Network, layer: Layer) -> Shortcut | None:
    """The short form of a layer's deltas; None where there is none, or the targets forbid it."""
    if layer.number < len(network.layers):
        return None
    found = SHORTCUTS.get((network.error_name, layer.activation_name))
    forbidden = found is not None and found.targets_sum_to_one and not _targets_sum_to_one(network)
    return None if forbidden else found


def _targets_sum_to_one(network: Network) -> bool:
    return all(abs(float(sum(sample.targets)) - 1) < 1e-12 for sample in network.samples)


def gradients(q: Quantities, layer: Layer) -> Iterator[Step]:
    """∂E/∂w = δ·out for each weight; ∂E/∂b = δ, summed over the units that share the bias."""
    for unit, row in zip(layer.units, layer.weights, strict=True):
        delta, before = q.delta(unit), _chain_to_net(q, layer, unit)
        for weight in row:
            out = q.out(weight.sender)
            chain = before * q.net_by_parameter(unit, weight, out)
            product, name = by_delta(q.network, delta * out), named(q.gradient(weight))
            yield Step(name, product, "backward", layer.number, "weight_gradient", chain)
    for bias in layer.biases:
        if q.network.is_trained(bias):
            yield bias_gradient(q, layer, bias)


def _chain_to_net(q: Quantities, layer: Layer, unit: Unit) -> Expr:
    """∂E/∂net of a unit as the chain rule writes it; of softmax it is not one product."""
    if layer.activation.jacobian is not None:
        return q.labelled_net_derivative(unit)
    return q.error_term(unit) * q.slope(unit)


def bias_gradient(q: Quantities, layer: Layer, bias: Bias) -> Step:
    """∂E/∂b: the deltas of the units that the bias enters, added up."""
    deltas = total(q.delta(unit) for unit in bias.receivers)
    chain = total(
        q.labelled_net_derivative(unit)
        * q.net_by_parameter(unit, bias, entering(q.network, Num(1)))
        for unit in bias.receivers
    )
    law = "shared_bias_gradient" if len(bias.receivers) > 1 else "bias_gradient"
    name, formula = named(q.gradient(bias)), by_bias(q.network, deltas)
    return Step(name, formula, "backward", layer.number, law, chain)


# Update.


def reduction(q: Quantities, layers: tuple[Layer, ...], samples: tuple[int, ...]) -> Iterator[Step]:
    """The gradients of a batch: the mean or the sum of those of its samples."""
    for layer in layers:
        for parameter in _trained(q.network, layer):
            gradient = named(q.gradient(parameter))
            formula = total(Ref(gradient.of_sample(number)) for number in samples)
            if q.network.reduction == "mean":
                formula = formula / len(samples)
            yield Step(gradient, formula, "backward", layer.number, "reduction")


def updates(q: Quantities, layers: tuple[Layer, ...]) -> Iterator[Step]:
    """The optimizer's state, the change, and the new value of every parameter of `layers`."""
    rule = q.network.optimizer.rule
    for layer in layers:
        for parameter in _trained(q.network, layer):
            known, at = q.in_optimizer(parameter), ("update", layer.number)
            for line in rule.rules:
                name = named(q.optimizer_line(line.letter, parameter))
                yield Step(name, line.formula(known), *at, "optimizer")
            change, shown = rule.change(known), bool(rule.rules)
            yield Step(named(q.change(parameter)), change, *at, "change", shown=shown)
            yield Step(named(q.new(parameter)), known.w + change, *at, "new")


def _trained(network: Network, layer: Layer) -> Iterator[Parameter]:
    return (parameter for parameter in layer.parameters() if network.is_trained(parameter))
