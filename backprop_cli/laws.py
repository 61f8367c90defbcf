"""The general law behind each kind of step, in the letters of the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from backprop_cli.expr import ATOM, POWER, Expr, Num, Ref, render
from backprop_cli.functions import Shortcut
from backprop_cli.network import Bias, Layer, Network, Unit, Weight
from backprop_cli.notation import Name
from backprop_cli.numbers import plain
from backprop_cli.quantities import Quantities

__all__ = ["Laws", "in_symbols"]


def in_symbols(expr: Expr) -> str:
    """A formula as text, with names as symbols and constants as numbers."""
    return render(expr, _symbol_leaf)


def _symbol_leaf(leaf: Expr) -> tuple[str, int]:
    if isinstance(leaf, Num):
        return plain(leaf.value)
    text = leaf.name.symbol  # type: ignore[attr-defined]
    return text, POWER if "/" in text else ATOM


ANY_WEIGHT = Weight("w", 0, Unit("i", 0, 1), Unit("j", 1, 1))
"""The weight that a law is about."""


class Laws:
    """The laws of `network`, as text. The same text serves every step of a kind."""

    def __init__(self, network: Network) -> None:
        self._network, self._quantities = network, Quantities(network)
        letters = SimpleNamespace(**network.notation.symbols)
        self._net, self._out, self._error = letters.net, letters.out, letters.error
        self._delta, self._target, self._eta = letters.delta, letters.target, letters.eta
        self._minus = "−" if network.descent else ""
        self._per_layer: dict[tuple[str, int], str] = {}

    def net(self, layer: Layer) -> str:
        sign = "−" if self._network.thresholds else "+"
        bias = "" if not layer.biases else f" {sign} b" + ("" if len(layer.biases) == 1 else "_j")
        return f"{self._net}_j = Σ_i w_ij·{self._out}_i{bias}"

    def out(self, layer: Layer) -> str:
        if layer.activation_name == "softmax":
            return (
                f"{self._out}_i = e^{self._net}_i/Σ_k e^{self._net}_k, computed with every "
                f"{self._net} less the largest, which cancels"
            )
        return self._cached(
            "out", layer, lambda net, out, *alpha: layer.activation.value(net, *alpha)
        )

    def slope(self, layer: Layer) -> str:
        if layer.activation.jacobian is not None:
            return (
                f"∂{self._out}_i/∂{self._net}_j = {self._out}_i·(1 − {self._out}_i) if i = j, "
                f"else −{self._out}_i·{self._out}_j"
            )
        assert layer.activation.slope is not None
        return self._cached("slope", layer, layer.activation.slope)

    def _cached(self, kind: str, layer: Layer, formula: Callable[..., Expr]) -> str:
        """The law of an activation: its own formula, for a unit j."""
        found = self._per_layer.get((kind, layer.number))
        if found is None:
            name = self._network.notation.name
            net, out = Ref(name("net", u="j")), Ref(name("out", u="j"))
            alpha = [] if layer.alpha is None else [Num(layer.alpha)]
            right = in_symbols(formula(net, out, *alpha))
            left = name(kind, u="j").symbol
            found = self._per_layer[kind, layer.number] = f"{left} = {right}"
        return found

    def _of_output(self, left: Name, formula: Callable[..., Expr]) -> str:
        name = self._network.notation.name
        target, out = Ref(name("target", u="j")), Ref(name("out", u="j"))
        count = len(self._network.outputs)
        return f"{left.symbol} = {in_symbols(formula(target, out, count))}"

    def difference(self) -> str:
        return f"err_j = {self._target}_j − {self._out}_j"

    def error(self) -> str:
        return self._of_output(self._network.notation.name("E", u="j"), self._network.error.value)

    def total_error(self) -> str:
        return f"{self._error}_total = Σ_j {self._error}_j"

    def epoch(self, suffix: str) -> str:
        if suffix:
            return f"{self._error}_epoch⁺ = the same, with the weights at the end of the epoch"
        return f"{self._error}_epoch = Σ {self._error}_total over the samples"

    def output_error_term(self) -> str:
        left = self._network.notation.name("dE_dout", u="j")
        return self._of_output(left, self._network.error.slope)

    def path(self) -> str:
        return f"∂{self._error}/∂{self._out}_j via k = {self._minus}{self._delta}_k·w_jk"

    def hidden_error_term(self) -> str:
        return f"∂{self._error}/∂{self._out}_j = Σ_k {self._minus}{self._delta}_k·w_jk"

    def delta(self, layer: Layer, shortcut: Shortcut | None) -> str:
        left = f"{self._delta}_j = {self._minus}∂{self._error}/∂{self._net}_j"
        if shortcut is not None:
            return f"{left}, which comes to {self._short(shortcut)}"
        if layer.activation.jacobian is not None:
            return (
                f"{left} = {self._minus}Σ_i ∂{self._error}/∂{self._out}_i"
                f"·∂{self._out}_i/∂{self._net}_j"
            )
        return f"{left} = {self._minus}∂{self._error}/∂{self._out}_j·∂{self._out}_j/∂{self._net}_j"

    def _short(self, shortcut: Shortcut) -> str:
        name = self._network.notation.name
        short = in_symbols(shortcut.delta(Ref(name("target", u="j")), Ref(name("out", u="j"))))
        return f"−({short})" if self._minus else short

    def weight_gradient(self) -> str:
        return f"∂{self._error}/∂w_ij = {self._minus}{self._delta}_j·{self._out}_i"

    def bias_gradient(self, bias: Bias) -> str:
        sign = "−" if self._network.thresholds != self._network.descent else ""
        if len(bias.receivers) > 1:
            return f"∂{self._error}/∂b = {sign}Σ_j {self._delta}_j"
        return f"∂{self._error}/∂b_j = {sign}{self._delta}_j"

    def reduction(self) -> str:
        word = "mean" if self._network.reduction == "mean" else "sum"
        return f"∂{self._error}/∂w = {word} of the samples' ∂{self._error}/∂w"

    def optimizer(self, letter: str) -> str:
        """A line of the optimizer, for a weight w."""
        rule = next(rule for rule in self._network.optimizer.rule.rules if rule.letter == letter)
        left = self._quantities.optimizer_line(letter, ANY_WEIGHT).name.symbol
        return f"{left} = {in_symbols(rule.formula(self._quantities.in_optimizer(ANY_WEIGHT)))}"

    def change(self) -> str:
        change = self._network.optimizer.rule.change(self._quantities.in_optimizer(ANY_WEIGHT))
        return f"Δw = {in_symbols(change)}"

    def new(self) -> str:
        if self._network.optimizer.name == "sgd":
            return f"w⁺ = w − {self._eta}·∂{self._error}/∂w"
        return "w⁺ = w + Δw"
