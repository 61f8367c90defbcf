"""The general law behind each matrix step, in the letters of the book.

A law is the step's own formula with a layer l, and those beside it, in place of the numbers of
layers: net⁽ˡ⁾ = W⁽ˡ⁾·out⁽ˡ⁻¹⁾ + b⁽ˡ⁾. Of the output layer L, what is not the same for all layers.
"""

from __future__ import annotations

from backprop_cli.engine import Matrices, MatrixName, MatrixStep, Network, matrix_named
from backprop_cli.formulas import Entrywise, Expr, Label, Num, Op, Ref, with_references
from backprop_cli.show.symbols import in_symbols

OF_THE_LAST = ("error", "err", "output_error_term", "delta", "slope")
"""Laws that are those of the layer L where they are of the last one."""

OF_A_SAMPLE = ("target", "E", "E_total", "err")
"""Kinds of quantities that no layer's number stands at."""

_BESIDE = {-1: "⁻¹", 0: "", 1: "⁺¹"}


class MatrixLaws:
    """The laws of `network`, as text."""

    def __init__(self, network: Network) -> None:
        self._network, self._matrices = network, Matrices(network)
        self._known: dict[tuple[str | int, ...], str] = {}

    def of(self, step: MatrixStep) -> str:
        """The law that the formula of `step` is an instance of."""
        name = step.name
        key = (step.law, step.layer, step.kind, name.part, name.letter, name.suffix)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._written(step)
        return found

    def _written(self, step: MatrixStep) -> str:
        left = self._general(step, step.name)
        if isinstance(step.formula, Entrywise):
            return f"{left} = {self._function(step)}"
        if step.law == "out" and self._network.layers[step.layer - 1].activation.jacobian:
            each = "row" if self._network.notation.sample_rows else "column"
            return f"{left} = {self._formula(step, step.formula)}, of each {each} by itself"
        if step.chain is None:
            return f"{left} = {self._formula(step, step.formula)}"
        law = f"{left} = {self._formula(step, step.chain)}"
        if step.layer < len(self._network.layers):
            return law
        return f"{law}, which comes to {self._formula(step, step.formula)}"

    def _function(self, step: MatrixStep) -> str:
        """f(net), and what f is."""
        layer, net = self._network.layers[step.layer - 1], self._network.notation.symbols["net"]
        alpha = tuple(Ref(Label("α")) for _ in layer.activation_arguments)
        value = in_symbols(layer.activation.value(Ref(Label(net)), *alpha))
        assert isinstance(step.formula, Entrywise)
        argument = self._general(step, matrix_named(Ref(step.formula.argument.name)))
        return f"f({argument}) of each entry, f is {step.formula.function}: f({net}) = {value}"

    def _formula(self, step: MatrixStep, formula: Expr) -> str:
        mean = ""
        if (
            step.stage == "backward"
            and isinstance(formula, Op)
            and formula.op == "/"
            and isinstance(formula.args[1], Num)
        ):
            formula = formula.args[0] / Ref(Label("m"))
            mean = ", of m samples"
        return in_symbols(with_references(formula, lambda ref: self._reference(step, ref))) + mean

    def _reference(self, step: MatrixStep, ref: Ref) -> Ref:
        if not isinstance(ref.name, MatrixName):
            return ref
        return Ref(self._label(step, ref.name))

    def _general(self, step: MatrixStep, name: MatrixName) -> str:
        return self._label(step, name).symbol

    def _label(self, step: MatrixStep, name: MatrixName) -> MatrixName:
        """The name with a letter in place of the number of its layer."""
        if name.kind in OF_A_SAMPLE:
            return name
        last = step.layer == len(self._network.layers) and step.law in OF_THE_LAST
        if name.kind == "input":  # the outputs of the layer below the first
            name = name._replace(kind="out", suffix=step.name.suffix)
        at = ("ᴸ" if last else "ˡ") + _BESIDE[name.layer - step.layer]
        return self._matrices.of_layer(name, at)
