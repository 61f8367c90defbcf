"""The general law behind each matrix step, in the letters of the book.

A law is the step's own formula with a layer l, and those beside it, in place of the numbers of
layers: net⁽ˡ⁾ = W⁽ˡ⁾·out⁽ˡ⁻¹⁾ + b⁽ˡ⁾. Of the output layer L, what is not the same for all layers.
"""

from __future__ import annotations

from backprop_cli.engine import (
    Matrices,
    MatrixName,
    MatrixStep,
    Network,
    latex_of,
    matrix_named,
    symbol_of,
)
from backprop_cli.formulas import Entrywise, Expr, Num, Op, Ref, with_references
from backprop_cli.show.law import Law, Said
from backprop_cli.show.symbols import in_latex, in_symbols

OF_THE_LAST = ("error", "err", "output_error_term", "delta", "slope")
"""Laws that are those of the layer L where they are of the last one."""

OF_A_SAMPLE = ("target", "E", "E_total", "err")
"""Kinds of quantities that no layer's number stands at."""

_BESIDE = {-1: "-1", 0: "", 1: "+1"}


class MatrixLaws:
    """The laws of `network`."""

    def __init__(self, network: Network) -> None:
        self._network, self._matrices = network, Matrices(network)
        self._known: dict[tuple[str | int, ...], Law] = {}

    def of(self, step: MatrixStep) -> Law:
        """The law that the formula of `step` is an instance of."""
        name = step.name
        key = (step.law, step.layer, step.kind, name.part, name.letter, name.suffix)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Law(Ref(self._general(step, step.name)), *self._right(step))
        return found

    def _right(self, step: MatrixStep) -> tuple[Expr | str, ...]:
        formula, last = step.formula, step.layer == len(self._network.layers)
        if isinstance(formula, Entrywise):
            return self._function(step, formula)
        if step.law == "out" and self._network.layers[step.layer - 1].activation.jacobian:
            each = "row" if self._network.notation.sample_rows else "column"
            return (*self._formula(step, formula), f", of each {each} by itself")
        if step.chain is None:
            return self._formula(step, formula)
        chain = self._formula(step, step.chain)
        return (*chain, ", which comes to ", *self._formula(step, formula)) if last else chain

    def _function(self, step: MatrixStep, formula: Entrywise) -> tuple[Expr | str, ...]:
        """f(net), and what f is."""
        layer, net = self._network.layers[step.layer - 1], self._network.notation.letters.net
        letters = [net, *("alpha" for _ in layer.activation_arguments)]
        any_net, *alpha = (Ref(Said(symbol_of(name), latex_of(name))) for name in letters)
        argument = Ref(self._general(step, matrix_named(Ref(formula.argument.name))))
        words = f" of each entry, f is {formula.function}: "
        value = layer.activation.value(any_net, *alpha)
        return _applied(argument), words, _applied(any_net), value

    def _formula(self, step: MatrixStep, formula: Expr) -> tuple[Expr | str, ...]:
        def general(expr: Expr) -> Expr:
            return with_references(expr, lambda ref: self._reference(step, ref))

        if (
            step.stage == "backward"
            and isinstance(formula, Op)
            and formula.op == "/"
            and isinstance(formula.args[1], Num)
        ):
            return general(formula.args[0] / Ref(Said("m", "m"))), ", of m samples"
        return (general(formula),)

    def _reference(self, step: MatrixStep, ref: Ref) -> Ref:
        return Ref(self._general(step, ref.name)) if isinstance(ref.name, MatrixName) else ref

    def _general(self, step: MatrixStep, name: MatrixName) -> MatrixName:
        """The name with a letter in place of the number of its layer."""
        if name.kind in OF_A_SAMPLE:
            return name
        last = step.layer == len(self._network.layers) and step.law in OF_THE_LAST
        if name.kind == "input":  # the outputs of the layer below the first
            name = name._replace(kind="out", suffix=step.name.suffix)
        at = ("L" if last else "l") + _BESIDE[name.layer - step.layer]
        return self._matrices.of_layer(name, at)


def _applied(argument: Ref) -> Ref:
    """The function f of something."""
    return Ref(Said(f"f({in_symbols(argument)})", rf"f\left({in_latex(argument)}\right)"))
