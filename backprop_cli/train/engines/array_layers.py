"""The steps of the textbook for whole layers and batches: a row for each sample.

This is a second form of what `engine/steps.py` says unit by unit, because BLAS wants whole
matrices. The formulas of activations, errors and optimizers are those of `formulas`; only the
sums over units and samples are written anew. `test_numpy_and_emitted_code_agree_after_20_epochs`
holds the two forms equal.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from backprop_cli.engine import Layer, Network, Quantities, shortcut_of
from backprop_cli.formulas import Label, Ref, references, total
from backprop_cli.train.engines.array_code import SCALAR, ArrayCode, Operand


def _ref(key: str) -> Ref:
    return Ref(Label(key))


NET, OUT, TARGET, ERROR_TERM, SLOPE = map(_ref, ("net", "out", "t", "dE_dout", "slope"))
OUT_I, OUT_J = _ref("out_i"), _ref("out_j")


class Layout:
    """Where the numbers of a network stand in one long array, and views of it as matrices.

    `numbers` has the trained parameters, layer by layer (weights row by row, then biases), and
    after them each state of the optimizer in the same order; `keys` are theirs. Untrained biases
    stand in arrays of their own.
    """

    def __init__(self, network: Network) -> None:
        q, letters = Quantities(network), network.optimizer.rule.state
        trained = [p for p in network.parameters() if network.is_trained(p)]
        self.network, self.size = network, len(trained)
        self.keys = [q.parameter(p).name.key for p in trained]
        self.keys += [q.state(letter, p).name.key for letter in letters for p in trained]
        self.numbers = np.zeros(len(self.keys))
        self.gradient = np.zeros(self.size)
        self.state = {
            letter: self.numbers[n * self.size : (n + 1) * self.size]
            for n, letter in enumerate(letters, start=1)
        }
        self.slices: list[slice] = []
        self.weights: list[Any] = []
        self.biases: list[Any] = []
        self.weight_gradients: list[Any] = []
        self.bias_gradients: list[Any] = []
        for layer in network.layers:
            self._place(layer)

    def _place(self, layer: Layer) -> None:
        start = self.slices[-1].stop if self.slices else 0
        shape = (len(layer.weights), len(layer.weights[0]))
        middle = start + shape[0] * shape[1]
        end = middle + (len(layer.biases) if self.network.train_biases else 0)
        self.slices.append(slice(start, end))
        self.weights.append(self.numbers[start:middle].reshape(shape))
        self.weight_gradients.append(self.gradient[start:middle].reshape(shape))
        values = np.array([float(bias.value) for bias in layer.biases])
        self.biases.append(self.numbers[middle:end] if end > middle else values)
        self.bias_gradients.append(self.gradient[middle:end])


def forward_code(layout: Layout, size: int, careful: bool) -> Callable[..., tuple[Any, Any]]:
    """A function from inputs and targets to the outputs and the error of each sample."""
    writer = _Writer(layout, size, careful)
    out = writer.forward()[-1]
    error = writer.errors(out)
    row = writer.code.buffer((size,))
    writer.code.line(f"total({error.name}, -1, None, {row.name})")
    return writer.code.function("def forward(inputs, targets):", f"return {out.name}, {row.name}")


def update_code(
    layout: Layout, size: int, watch: bool, careful: bool
) -> Callable[..., tuple[float, float]]:
    """A function that goes through batches of `size` samples, with an update after each.

    It takes the batches (inputs and targets), the count of updates and the error seen so far, and
    returns the two renewed; the error only if it is to be watched.
    """
    writer = _Writer(layout, size, careful)
    code = writer.code
    outs = writer.forward()
    if watch:
        error = writer.errors(outs[-1])
        code.line(f"seen += float(total({error.name}, None))")
    code.line("count += 1.0")
    writer.backward(outs)
    code.lines[:] = ["for inputs, targets in batches:", *(f"    {line}" for line in code.lines)]
    return code.function("def update(batches, count, seen):", "return count, seen")


class _Writer:
    """Writes the passes for batches of one size."""

    def __init__(self, layout: Layout, size: int, careful: bool) -> None:
        self.layout, self.network, self.size = layout, layout.network, size
        self.code = ArrayCode(careful)
        self.inputs = Operand("inputs", (size, len(self.network.inputs)))
        self.targets = Operand("targets", (size, len(self.network.outputs)))
        self.nets: list[Operand] = []
        if any(layer.biases for layer in self.network.layers):
            self.ones = self.code.object(np.ones(size))

    def forward(self) -> list[Operand]:
        """Outputs of every layer; the net inputs are kept for the slopes."""
        outs, code = [self.inputs], self.code
        for index, layer in enumerate(self.network.layers):
            net = code.buffer((self.size, len(layer.units)))._replace(spare=False)
            weights = code.object(self.layout.weights[index].T)
            code.line(f"dot({outs[-1].name}, {weights}, {net.name})")
            if layer.biases:
                bias = code.object(self.layout.biases[index])
                sign = "subtract" if self.network.thresholds else "add"
                code.line(f"{sign}({net.name}, {bias}, {net.name})")
            self.nets.append(net)
            formula = layer.activation.value(NET, *_jacobian_of(layer), *layer.activation_arguments)
            outs.append(code.compute(formula, {"net": net})._replace(spare=False))
        return outs[1:]

    def errors(self, out: Operand) -> Operand:
        """What each output of each sample adds to the error."""
        formula = self.network.error.value(TARGET, OUT, *self.network.error_arguments)
        return self.code.compute(formula, {"t": self.targets, "out": out})

    def backward(self, outs: list[Operand]) -> None:
        """Gradients of all layers from the last to the first, and the updates."""
        code, layout = self.code, self.layout
        sequential = self.network.update == "sequential"
        upper: Operand | None = None
        for index in reversed(range(len(self.network.layers))):
            if upper is None:
                delta = self._output_delta(index, outs[index])
            else:
                term = code.buffer(outs[index].shape)
                weights = code.object(layout.weights[index + 1])
                code.line(f"dot({upper.name}, {weights}, {term.name})")
                delta = self._delta(index, term, outs[index])
            upper = delta._replace(spare=False)
            self._gradients(index, upper, outs[index - 1] if index else self.inputs)
            if sequential:
                self._updated(layout.slices[index])
        if not sequential:
            self._updated(slice(0, layout.size))

    def _output_delta(self, index: int, out: Operand) -> Operand:
        """∂E/∂net of the outputs: by the short form where there is one."""
        shortcut = shortcut_of(self.network, self.network.layers[index])
        known = {"t": self.targets, "out": out}
        if shortcut is not None:
            return self.code.compute(shortcut.delta(TARGET, OUT), known)
        formula = self.network.error.slope(TARGET, OUT, *self.network.error_arguments)
        return self._delta(index, self.code.compute(formula, known), out)

    def _delta(self, index: int, term: Operand, out: Operand) -> Operand:
        """∂E/∂net from ∂E/∂out, through the slope or the Jacobian of the activation."""
        code, layer = self.code, self.network.layers[index]
        known = {"net": self.nets[index], "out": out}
        if layer.activation.jacobian is not None:
            return self._through_jacobian(layer, term, out)
        assert layer.activation.slope is not None
        formula = layer.activation.slope(NET, OUT, *layer.activation_arguments)
        known["slope"] = code.compute(formula, known)
        return code.compute(ERROR_TERM * SLOPE, known | {"dE_dout": term})

    def _through_jacobian(self, layer: Layer, term: Operand, out: Operand) -> Operand:
        code, units, jacobian = self.code, len(layer.units), layer.activation.jacobian
        assert jacobian is not None
        rows = code.object(None), code.object(None)
        code.line(f"{rows[0]} = {out.name}[:, :, None]")
        code.line(f"{rows[1]} = {out.name}[:, None, :]")
        shapes = (self.size, units, 1), (self.size, 1, units)
        known = dict(zip(("out_i", "out_j"), map(Operand, rows, shapes), strict=True))
        entries = code.buffer((self.size, units, units))
        code.compute(jacobian(False, OUT_I, OUT_J), known, entries)
        same = code.compute(jacobian(True, OUT_I, OUT_I), known)
        diagonal = code.object(np.einsum("bii->bi", code.objects[entries.name])[:, :, None])
        code.line(f"copyto({diagonal}, {same.name})")
        result = code.buffer((self.size, 1, units))
        code.line(f"matmul({term.name}[:, None, :], {entries.name}, {result.name})")
        return Operand(code.object(code.objects[result.name][:, 0, :]), (self.size, units))

    def _gradients(self, index: int, delta: Operand, below: Operand) -> None:
        """Of the error summed over the batch, or its mean."""
        code, layout, biases = self.code, self.layout, self.network.layers[index].biases
        across = code.object(code.objects[delta.name].T)
        weights = code.object(layout.weight_gradients[index])
        code.line(f"dot({across}, {below.name}, {weights})")
        if biases and self.network.train_biases:
            bias = code.object(layout.bias_gradients[index])
            if len(biases) == 1:
                code.line(f"{bias}[0] = total({delta.name}, None)")
            else:
                code.line(f"dot({self.ones}, {delta.name}, {bias})")
            if self.network.thresholds:
                code.line(f"negative({bias}, {bias})")

    def _updated(self, part: slice) -> None:
        """One line of the optimizer after the other, on a stretch of the parameters."""
        code, layout, optimizer = self.code, self.layout, self.network.optimizer
        rule, shape = optimizer.rule, (part.stop - part.start,)
        numbers = {"eta": self.network.eta, **optimizer.parameters}
        arrays = {"w": layout.numbers[: layout.size], "g": layout.gradient, **layout.state}
        known = {name: code.number(float(number)) for name, number in numbers.items()}
        known |= {name: Operand(code.object(array[part]), shape) for name, array in arrays.items()}
        known["t"] = Operand("count", SCALAR)
        if self.network.reduces and self.network.reduction == "mean":
            gradient, size = known["g"].name, code.number(float(self.size)).name
            code.line(f"divide({gradient}, {size}, {gradient})")
        refs = SimpleNamespace(**{key: _ref(key) for key in known})
        change = self._optimizer_lines(known, refs)
        code.compute(total((refs.w, change)), known, known["w"])
        for letter in rule.state:
            if known[f"{letter}_new"].name != known[letter].name:
                code.line(f"copyto({known[letter].name}, {known[f'{letter}_new'].name})")

    def _optimizer_lines(self, known: dict[str, Operand], refs: SimpleNamespace) -> Any:
        """The formula of the change; the lines before it are written, each as soon as it can be.

        A state is renewed in place where no later line looks at its old value.
        """
        rule = self.network.optimizer.rule
        for line in rule.rules:
            formula, is_state = line.formula(refs), line.letter in rule.state
            key = f"{line.letter}_new" if is_state else line.letter
            setattr(refs, key, _ref(key))
            into = known[line.letter] if is_state and not _read_later(rule, line, refs) else None
            known[key] = self.code.compute(formula, known, into)._replace(spare=False)
        return rule.change(refs)


def _read_later(rule: Any, line: Any, refs: SimpleNamespace) -> bool:
    """Whether a line after this one, or the change, looks at the old value of its state."""
    everything = SimpleNamespace(**vars(refs))
    for other in rule.rules:
        key = f"{other.letter}_new" if other.letter in rule.state else other.letter
        setattr(everything, key, _ref(key))
    later = rule.rules[rule.rules.index(line) + 1 :]
    formulas = [*(other.formula(everything) for other in later), rule.change(everything)]
    return any(ref.name.key == line.letter for f in formulas for ref in references(f))


def _jacobian_of(layer: Layer) -> list[Ref]:
    """An activation that looks at its whole layer gets it as further arguments."""
    return [] if layer.activation.jacobian is None else [NET]
