"""The quantities of a network, by their role, as references that formulas are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace

from backprop_cli.engine.network import Network, Parameter, Sample, Unit
from backprop_cli.engine.notation import ROLES, Name
from backprop_cli.engine.signs import by_delta
from backprop_cli.formulas import Exact, Expr, Partial, Ref

SUFFIXES = ("", "_new", "_end")
"""Marks of the forward pass: before the update, after it, at the end of the epoch."""


class Quantities:
    """References to the quantities of `network`, under the names of its notation.

    `suffix` marks the repeated forward pass: "_new" with the weights after an update, "_end" with
    those at the end of an epoch.
    """

    def __init__(self, network: Network) -> None:
        self.network = network

    def _ref(self, kind: str, suffix: str = "", **parts: str) -> Ref:
        """The reference to a role of `notation.ROLES`."""
        return Ref(self.network.notation.name(kind, suffix, **parts))

    def target(self, unit: Unit) -> Ref:
        return self._ref("target", u=unit.name)

    def net(self, unit: Unit, suffix: str = "") -> Ref:
        return self._ref("net", suffix, u=unit.name)

    def out(self, unit: Unit, suffix: str = "") -> Ref:
        """The output of a neuron, or the value of an input."""
        if unit.layer == 0:
            return self._ref("input", i=input_key(unit))
        return self._ref("out", suffix, u=unit.name)

    def error(self, unit: Unit, suffix: str = "") -> Ref:
        return self._ref("E", suffix, u=unit.name)

    def total_error(self, suffix: str = "") -> Ref:
        return self._ref("E_total", suffix)

    def epoch_error(self, suffix: str = "") -> Ref:
        return self._ref("E_epoch", suffix)

    def mean_error(self, suffix: str = "") -> Ref:
        return self._ref("E_mean", suffix)

    def difference(self, unit: Unit) -> Ref:
        """t − out."""
        return self._ref("err", u=unit.name)

    def error_term(self, unit: Unit) -> Ref:
        """∂E/∂out."""
        return self._ref("dE_dout", u=unit.name)

    def path(self, unit: Unit, above: Unit) -> Ref:
        """The part of ∂E/∂out that comes back from one unit of the layer above."""
        return self._ref("via", u=unit.name, v=above.name)

    def slope(self, unit: Unit) -> Ref:
        """∂out/∂net of one unit."""
        return self._ref("slope", u=unit.name)

    def jacobian(self, of: Unit, by: Unit) -> Ref:
        """∂out_of/∂net_by, where an output depends on every net input of its layer."""
        return self._ref("jacobian", u=of.name, v=by.name)

    def delta(self, unit: Unit) -> Ref:
        return self._ref("delta", u=unit.name)

    def net_derivative(self, unit: Unit) -> Expr:
        """∂E/∂net: δ, or −δ where the convention is that of descent."""
        return by_delta(self.network, self.delta(unit))

    def labelled_net_derivative(self, unit: Unit) -> Partial:
        """∂E/∂net as a factor of the chain rule."""
        return Partial(self._ref("dE_dnet", u=unit.name).name, self.net_derivative(unit))

    def net_by_output(self, unit: Unit, below: Unit, weight: Expr) -> Partial:
        """∂net/∂out = w as a factor of the chain rule."""
        return Partial(self._ref("dnet_dout", u=unit.name, v=below.name).name, weight)

    def net_by_parameter(self, unit: Unit, parameter: Parameter, value: Expr) -> Partial:
        """∂net/∂w = out, or ∂net/∂b = 1, as a factor of the chain rule."""
        return Partial(self._ref("dnet_dp", u=unit.name, p=parameter.name).name, value)

    def parameter(self, parameter: Parameter) -> Ref:
        return self._ref("parameter", p=parameter.name)

    def new(self, parameter: Parameter) -> Ref:
        """The parameter after its update; one that is not trained stays itself."""
        if not self.network.is_trained(parameter):
            return self.parameter(parameter)
        return self._ref("new", p=parameter.name)

    def gradient(self, parameter: Parameter) -> Ref:
        return self._ref("gradient", p=parameter.name)

    def change(self, parameter: Parameter) -> Ref:
        return self._ref("change", p=parameter.name)

    def eta(self) -> Ref:
        return self._ref("eta")

    def constant(self, name: str) -> Ref:
        """A parameter of the optimizer, or the count of updates `t`."""
        return self._ref("constant", p=name)

    def state(self, letter: str, parameter: Parameter) -> Ref:
        return self._ref("state", s=letter, p=parameter.name)

    def optimizer_line(self, letter: str, parameter: Parameter) -> Ref:
        """What a line of the optimizer computes: a renewed state, a corrected one, or another."""
        if letter in self.network.optimizer.rule.state:
            return self._ref("state_new", s=letter, p=parameter.name)
        if letter.endswith("hat"):
            return self._ref("corrected", s=letter.removesuffix("hat"), p=parameter.name)
        return self._ref("intermediate", s=letter, p=parameter.name)

    def in_optimizer(self, parameter: Parameter) -> SimpleNamespace:
        """What an optimizer's formulas may refer to (`formulas.optimizers.Rule`)."""
        choice = self.network.optimizer
        known = {name: self.constant(name) for name in choice.parameters}
        known |= {letter: self.state(letter, parameter) for letter in choice.rule.state}
        for rule in choice.rule.rules:
            ref = self.optimizer_line(rule.letter, parameter)
            renewed = rule.letter in choice.rule.state
            known[f"{rule.letter}_new" if renewed else rule.letter] = ref
        return SimpleNamespace(
            g=self.gradient(parameter),
            w=self.parameter(parameter),
            eta=self.eta(),
            t=self.constant("t"),
            **known,
        )

    def constants(self) -> Iterator[tuple[Name, Exact]]:
        """Learning rate and the optimizer's parameters."""
        yield named(self.eta()), self.network.eta
        for name, value in self.network.optimizer.parameters.items():
            yield named(self.constant(name)), value

    def initial(self) -> Iterator[tuple[Name, Exact]]:
        """Parameters and the optimizer's state before the first update."""
        for parameter in self.network.parameters():
            yield named(self.parameter(parameter)), parameter.value
            if self.network.is_trained(parameter):
                for letter in self.network.optimizer.rule.state:
                    yield named(self.state(letter, parameter)), 0

    def sample(self, sample: Sample) -> Iterator[tuple[Name, Exact]]:
        """Inputs and targets of one sample."""
        for unit, value in zip(self.network.inputs, sample.inputs, strict=True):
            yield named(self.out(unit)), value
        for unit, value in zip(self.network.outputs, sample.targets, strict=True):
            yield named(self.target(unit)), value

    def renewals(self) -> Iterator[tuple[Name, Name]]:
        """What an update makes, and what it is the next value of: w5_new of w5."""
        for parameter in self.network.parameters():
            if self.network.is_trained(parameter):
                yield named(self.new(parameter)), named(self.parameter(parameter))
                for letter in self.network.optimizer.rule.state:
                    new = self._ref("state_new", s=letter, p=parameter.name)
                    yield named(new), named(self.state(letter, parameter))

    def all_keys(self) -> Iterator[str]:
        """The key of every quantity that there can be, and of what [notation] names besides."""
        network = self.network
        units = [unit for layer in network.layers for unit in layer.units]
        parameters = [parameter for layer in network.layers for parameter in layer.parameters()]
        about: dict[str, list[dict[str, str]]] = {
            "": [{}],
            "u": [{"u": unit.name} for unit in units],
            "p": [{"p": parameter.name} for parameter in parameters],
        }
        for kind, (template, _, _) in ROLES.items():
            parts = "".join(sorted(set(re.findall(r"\{([uvpsi])\}", template))))
            for suffix in SUFFIXES if "{x}" in template else ("",):
                for names in about.get(parts, ()) if kind not in ("constant", "eta") else ():
                    yield named(self._ref(kind, suffix, **names)).key
        rule = network.optimizer.rule
        for parameter in parameters:
            yield from (named(self.state(letter, parameter)).key for letter in rule.state)
            for line in rule.rules:
                yield named(self.optimizer_line(line.letter, parameter)).key
        yield from (named(ref).key for ref in self._between_units())
        yield from (named(self.out(unit)).key for unit in network.inputs)
        yield from (name.key for name, _ in self.constants())
        yield named(self.constant("t")).key

    def _between_units(self) -> Iterator[Ref]:
        """What is about two units: the paths of an error term, the entries of a Jacobian."""
        for layer, above in pairwise(self.network.layers):
            yield from (self.path(unit, over) for unit in layer.units for over in above.units)
        for layer in self.network.layers:
            if layer.activation.jacobian is not None:
                yield from (self.jacobian(of, by) for of in layer.units for by in layer.units)


def input_key(unit: Unit) -> str:
    """Key of an input's value: the unit's name, or x1 where units are called 1, 2, …"""
    return f"x{unit.name}" if unit.name[0].isdigit() else unit.name


def named(ref: Ref) -> Name:
    """The `Name` of a reference made here."""
    assert isinstance(ref.name, Name)
    return ref.name
