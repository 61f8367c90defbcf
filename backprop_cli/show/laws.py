"""The general law behind each step, in the letters of the book.

A law is the step's own formula, worked on names such as w_ij and δ_k in place of those of a unit:
the functions and the signs are those of `formulas` and of `engine.steps`. Only where a law speaks
of a sum, a mean or the largest of a layer it is worded here.
"""

from __future__ import annotations

from collections.abc import Callable

from backprop_cli.engine import (
    Network,
    Quantities,
    Step,
    Unit,
    Weight,
    as_delta,
    by_bias,
    by_delta,
    entering,
    named,
    shortcut_of,
    symbol_of,
)
from backprop_cli.formulas import Expr, Label, Ref, total
from backprop_cli.show.symbols import in_symbols


def _written(text: str) -> Ref:
    """What a law says in words or with a Σ, as a part of a formula."""
    return Ref(Label(text))


class Laws:
    """The laws of `network`, as text. The same text serves every step of a kind."""

    def __init__(self, network: Network) -> None:
        self._network, self._q = network, Quantities(network)
        letters = network.notation.symbols
        self._net, self._out, self._error = letters["net"], letters["out"], letters["error"]
        self._delta = letters["delta"]
        self._w, self._b = symbol_of(network.notation.weight), symbol_of(network.notation.bias)
        self._any = Weight(network.notation.weight, 0, Unit("i", 0, 1), Unit("j", 1, 1))
        self._known: dict[tuple[str, int, str, str], str] = {}

    def of(self, step: Step) -> str:
        """The law that the formula of `step` is an instance of."""
        key = (step.law, step.layer, step.kind, step.name.parts.get("s", ""))
        found = self._known.get(key)
        if found is None:
            law: Callable[[Step], str] = getattr(self, f"_{step.law}_law")
            found = self._known[key] = law(step)
        return found

    def _ref(self, kind: str, **parts: str) -> Ref:
        return Ref(self._network.notation.name(kind, **parts))

    def _weight(self, sender: str, receiver: str) -> str:
        """A weight with its indices, in the order of the book."""
        first = self._network.notation.receiver_first
        return f"{self._w}_{receiver}{sender}" if first else f"{self._w}_{sender}{receiver}"

    def _bias(self, step: Step) -> str:
        """A bias of the layer of a step, with an index where each unit has its own."""
        several = len(self._network.layers[step.layer - 1].biases) > 1
        return f"{self._b}_j" if several else self._b

    def _alpha(self, step: Step) -> tuple[Expr, ...]:
        """The letter of the activation's parameter, where it has one."""
        return tuple(
            _written("α") for _ in self._network.layers[step.layer - 1].activation_arguments
        )

    def _net_law(self, step: Step) -> str:
        layer = self._network.layers[step.layer - 1]
        terms: list[Expr] = [_written(f"Σ_i {self._weight('i', 'j')}·{self._out}_i")]
        if layer.biases:
            terms.append(entering(self._network, _written(self._bias(step))))
        return f"{self._net}_j = {in_symbols(total(terms))}"

    def _out_law(self, step: Step) -> str:
        layer = self._network.layers[step.layer - 1]
        if layer.activation.jacobian is not None:
            return (
                f"{self._out}_i = e^{self._net}_i/Σ_k e^{self._net}_k, computed with every "
                f"{self._net} less the largest, which cancels"
            )
        value = layer.activation.value(self._ref("net", u="j"), *self._alpha(step))
        return f"{self._out}_j = {in_symbols(value)}"

    def _err_law(self, step: Step) -> str:
        return f"err_j = {in_symbols(self._ref('target', u='j') - self._ref('out', u='j'))}"

    def _error_law(self, step: Step) -> str:
        return self._of_output("E", self._network.error.value)

    def _output_error_term_law(self, step: Step) -> str:
        return self._of_output("dE_dout", self._network.error.slope)

    def _of_output(self, kind: str, formula: Callable[..., Expr]) -> str:
        target, out = self._ref("target", u="j"), self._ref("out", u="j")
        letters = (_written(symbol_of(name)) for name in self._network.error_parameters)
        right = in_symbols(formula(target, out, len(self._network.outputs), *letters))
        return f"{self._ref(kind, u='j').name.symbol} = {right}"

    def _total_error_law(self, step: Step) -> str:
        return f"{self._error}_total = Σ_j {self._error}_j"

    def _epoch_law(self, step: Step) -> str:
        return f"{self._error}_epoch = Σ {self._error}_total over the samples"

    def _epoch_again_law(self, step: Step) -> str:
        return f"{self._error}_epoch⁺ = the same, with the weights at the end of the epoch"

    def _mean_law(self, step: Step) -> str:
        return f"{self._error}_mean = {self._error}_epoch/m, of m samples"

    def _mean_again_law(self, step: Step) -> str:
        return f"{self._error}_mean⁺ = the same, with the weights at the end of the epoch"

    def _path_law(self, step: Step) -> str:
        left = self._ref("via", u="j", v="k").name.symbol
        return f"{left} = {self._back_along('k')}"

    def _hidden_error_term_law(self, step: Step) -> str:
        return f"{self._ref('dE_dout', u='j').name.symbol} = Σ_k {self._back_along('k')}"

    def _back_along(self, above: str) -> str:
        """What comes back along one weight."""
        product = self._ref("delta", u=above) * _written(self._weight("j", above))
        return in_symbols(by_delta(self._network, product))

    def _slope_law(self, step: Step) -> str:
        layer = self._network.layers[step.layer - 1]
        if layer.activation.jacobian is not None:
            out_i, out_j = self._ref("out", u="i"), self._ref("out", u="j")
            same = in_symbols(layer.activation.jacobian(True, out_i, out_i))
            other = in_symbols(layer.activation.jacobian(False, out_i, out_j))
            left = self._ref("jacobian", u="i", v="j").name.symbol
            return f"{left} = {same} if i = j, else {other}"
        assert layer.activation.slope is not None
        net, out = self._ref("net", u="j"), self._ref("out", u="j")
        right = in_symbols(layer.activation.slope(net, out, *self._alpha(step)))
        return f"{self._ref('slope', u='j').name.symbol} = {right}"

    def _delta_law(self, step: Step) -> str:
        network, layer = self._network, self._network.layers[step.layer - 1]
        derivative = in_symbols(as_delta(network, self._ref("dE_dnet", u="j")))
        left, shortcut = f"{self._delta}_j = {derivative}", shortcut_of(network, layer)
        if shortcut is not None:
            short = shortcut.delta(self._ref("target", u="j"), self._ref("out", u="j"))
            return f"{left}, which comes to {in_symbols(as_delta(network, short))}"
        if layer.activation.jacobian is not None:
            factors = self._ref("dE_dout", u="i"), self._ref("jacobian", u="i", v="j")
            products = _written("Σ_i " + in_symbols(factors[0] * factors[1]))
            return f"{left} = {in_symbols(as_delta(network, products))}"
        chain = self._ref("dE_dout", u="j") * self._ref("slope", u="j")
        return f"{left} = {in_symbols(as_delta(network, chain))}"

    def _weight_gradient_law(self, step: Step) -> str:
        product = self._ref("delta", u="j") * self._ref("out", u="i")
        left = f"∂{self._error}/∂{self._weight('i', 'j')}"
        return f"{left} = {in_symbols(by_delta(self._network, product))}"

    def _bias_gradient_law(self, step: Step) -> str:
        right = in_symbols(by_bias(self._network, self._ref("delta", u="j")))
        return f"∂{self._error}/∂{self._bias(step)} = {right}"

    def _shared_bias_gradient_law(self, step: Step) -> str:
        right = in_symbols(by_bias(self._network, _written(f"Σ_j {self._delta}_j")))
        return f"∂{self._error}/∂{self._b} = {right}"

    def _reduction_law(self, step: Step) -> str:
        gradient = f"∂{self._error}/∂{self._w}"
        return f"{gradient} = {self._network.reduction} of the samples' {gradient}"

    def _optimizer_law(self, step: Step) -> str:
        """A line of the optimizer, for a weight w."""
        known = self._q.in_optimizer(self._any)
        for line in self._network.optimizer.rule.rules:
            name = named(self._q.optimizer_line(line.letter, self._any))
            if (name.kind, name.parts["s"]) == (step.kind, step.name.parts["s"]):
                return f"{name.symbol} = {in_symbols(line.formula(known))}"
        raise KeyError(step.key)

    def _change_law(self, step: Step) -> str:
        change = self._network.optimizer.rule.change(self._q.in_optimizer(self._any))
        return f"Δ{self._w} = {in_symbols(change)}"

    def _new_law(self, step: Step) -> str:
        known = self._q.in_optimizer(self._any)
        change = self._network.optimizer.rule.change(known)
        return f"{self._w}⁺ = {in_symbols(known.w + change)}"
