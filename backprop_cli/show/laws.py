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
    latex_of,
    named,
    shortcut_of,
    symbol_of,
)
from backprop_cli.formulas import Expr, Ref, exp, total
from backprop_cli.show.law import Law, Said, over

_AGAIN = " = the same, with the weights at the end of the epoch"


def _letter(name: str) -> Ref:
    """A letter that stands for any of a kind, such as the parameter of an activation."""
    return Ref(Said(symbol_of(name), latex_of(name)))


class Laws:
    """The laws of `network`. The same serves every step of a kind."""

    def __init__(self, network: Network) -> None:
        self._network, self._q = network, Quantities(network)
        self._any = Weight(network.notation.weight, 0, Unit("i", 0, 1), Unit("j", 1, 1))
        self._known: dict[tuple[str, int, str, str], Law] = {}

    def of(self, step: Step) -> Law:
        """The law that the formula of `step` is an instance of."""
        key = (step.law, step.layer, step.kind, step.name.parts.get("s", ""))
        found = self._known.get(key)
        if found is None:
            make: Callable[[Step], Law] = getattr(self, f"_{step.law}_law")
            found = self._known[key] = make(step)
        return found

    def _ref(self, kind: str, suffix: str = "", **parts: str) -> Ref:
        return Ref(self._network.notation.name(kind, suffix, **parts))

    def _weight(self, sender: str = "", receiver: str = "") -> str:
        """A weight, with its indices in the order of the book where it has them."""
        notation = self._network.notation
        index = receiver + sender if notation.receiver_first else sender + receiver
        return f"{notation.weight}_{index}" if index else notation.weight

    def _bias(self, step: Step) -> str:
        """A bias of the layer of a step, with an index where each unit has its own."""
        several = len(self._network.layers[step.layer - 1].biases) > 1
        return f"{self._network.notation.bias}_j" if several else self._network.notation.bias

    def _alpha(self, step: Step) -> tuple[Expr, ...]:
        """The letter of the activation's parameter, where it has one."""
        layer = self._network.layers[step.layer - 1]
        return tuple(_letter("alpha") for _ in layer.activation_arguments)

    def _net_law(self, step: Step) -> Law:
        layer = self._network.layers[step.layer - 1]
        weight = self._ref("parameter", p=self._weight("i", "j"))
        terms: list[Expr] = [over("i", weight * self._ref("out", u="i"))]
        if layer.biases:
            terms.append(entering(self._network, self._ref("parameter", p=self._bias(step))))
        return Law(self._ref("net", u="j"), total(terms))

    def _out_law(self, step: Step) -> Law:
        layer = self._network.layers[step.layer - 1]
        if layer.activation.jacobian is not None:
            net = _letter(self._network.notation.letters.net)
            words = ", computed with every ", " less the largest, which cancels"
            return Law(self._ref("out", u="i"), self._softmax(), words[0], net, words[1])
        value = layer.activation.value(self._ref("net", u="j"), *self._alpha(step))
        return Law(self._ref("out", u="j"), value)

    def _softmax(self) -> Expr:
        """The exponential of a net input as a part of the sum of all."""
        above, below = (exp(self._ref("net", u=unit)) for unit in "ik")
        return above / over("k", below)

    def _err_law(self, step: Step) -> Law:
        return Law(self._ref("err", u="j"), self._ref("target", u="j") - self._ref("out", u="j"))

    def _error_law(self, step: Step) -> Law:
        return self._of_output("E", self._network.error.value)

    def _output_error_term_law(self, step: Step) -> Law:
        return self._of_output("dE_dout", self._network.error.slope)

    def _of_output(self, kind: str, formula: Callable[..., Expr]) -> Law:
        target, out = self._ref("target", u="j"), self._ref("out", u="j")
        letters = map(_letter, self._network.error_parameters)
        right = formula(target, out, len(self._network.outputs), *letters)
        return Law(self._ref(kind, u="j"), right)

    def _total_error_law(self, step: Step) -> Law:
        return Law(self._ref("E_total"), over("j", self._ref("E", u="j")))

    def _epoch_law(self, step: Step) -> Law:
        return Law(self._ref("E_epoch"), over("", self._ref("E_total")), " over the samples")

    def _epoch_again_law(self, step: Step) -> Law:
        return Law(self._ref("E_epoch", "_new"), _AGAIN)

    def _mean_law(self, step: Step) -> Law:
        return Law(self._ref("E_mean"), self._ref("E_epoch") / _letter("m"), ", of m samples")

    def _mean_again_law(self, step: Step) -> Law:
        return Law(self._ref("E_mean", "_new"), _AGAIN)

    def _path_law(self, step: Step) -> Law:
        return Law(self._ref("via", u="j", v="k"), by_delta(self._network, self._back_along()))

    def _hidden_error_term_law(self, step: Step) -> Law:
        whole = by_delta(self._network, over("k", self._back_along()))
        return Law(self._ref("dE_dout", u="j"), whole)

    def _back_along(self) -> Expr:
        """What comes back along one weight."""
        return self._ref("delta", u="k") * self._ref("parameter", p=self._weight("j", "k"))

    def _slope_law(self, step: Step) -> Law:
        layer = self._network.layers[step.layer - 1]
        if layer.activation.jacobian is not None:
            out_i, out_j = self._ref("out", u="i"), self._ref("out", u="j")
            same = layer.activation.jacobian(True, out_i, out_i)
            other = layer.activation.jacobian(False, out_i, out_j)
            left = self._ref("jacobian", u="i", v="j")
            return Law(left, same, " if i = j, else ", other)
        assert layer.activation.slope is not None
        net, out = self._ref("net", u="j"), self._ref("out", u="j")
        return Law(self._ref("slope", u="j"),
                   layer.activation.slope(net, out, *self._alpha(step)))  # fmt: skip

    def _delta_law(self, step: Step) -> Law:
        network, layer = self._network, self._network.layers[step.layer - 1]
        left, derivative = self._ref("delta", u="j"), as_delta(network, self._ref("dE_dnet", u="j"))
        if (shortcut := shortcut_of(network, layer)) is not None:
            short = shortcut.delta(self._ref("target", u="j"), self._ref("out", u="j"))
            return Law(left, derivative, ", which comes to ", as_delta(network, short))
        if layer.activation.jacobian is not None:
            factors = self._ref("dE_dout", u="i"), self._ref("jacobian", u="i", v="j")
            return Law(left, derivative, as_delta(network, over("i", factors[0] * factors[1])))
        chain = self._ref("dE_dout", u="j") * self._ref("slope", u="j")
        return Law(left, derivative, as_delta(network, chain))

    def _weight_gradient_law(self, step: Step) -> Law:
        product = self._ref("delta", u="j") * self._ref("out", u="i")
        left = self._ref("gradient", p=self._weight("i", "j"))
        return Law(left, by_delta(self._network, product))

    def _bias_gradient_law(self, step: Step) -> Law:
        right = by_bias(self._network, self._ref("delta", u="j"))
        return Law(self._ref("gradient", p=self._bias(step)), right)

    def _shared_bias_gradient_law(self, step: Step) -> Law:
        right = by_bias(self._network, over("j", self._ref("delta", u="j")))
        return Law(self._ref("gradient", p=self._network.notation.bias), right)

    def _reduction_law(self, step: Step) -> Law:
        gradient = self._ref("gradient", p=self._weight())
        return Law(gradient, f" = {self._network.reduction} of the samples' ", gradient)

    def _optimizer_law(self, step: Step) -> Law:
        """A line of the optimizer, for a weight w."""
        known = self._q.in_optimizer(self._any)
        for line in self._network.optimizer.rule.rules:
            name = named(self._q.optimizer_line(line.letter, self._any))
            if (name.kind, name.parts["s"]) == (step.kind, step.name.parts["s"]):
                return Law(Ref(name), line.formula(known))
        raise KeyError(step.key)

    def _change_law(self, step: Step) -> Law:
        change = self._network.optimizer.rule.change(self._q.in_optimizer(self._any))
        return Law(self._ref("change", p=self._weight()), change)

    def _new_law(self, step: Step) -> Law:
        known = self._q.in_optimizer(self._any)
        change = self._network.optimizer.rule.change(known)
        return Law(self._ref("new", p=self._weight()), known.w + change)
