"""A network as a scene: a column for each layer, then targets and errors.

What is said of units and weights depends on what is shown: names and weights alone ("structure"),
the forward pass, the gradients besides ("backward"), or old and new weights ("update").
"""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.draw.folding import Folded, folded, said
from backprop_cli.draw.known import Known, name_of
from backprop_cli.draw.scene import (
    FORWARD,
    GRADIENT,
    LETTER,
    NAME,
    PROSE,
    Column,
    Edge,
    Line,
    Node,
    Scene,
    Text,
)
from backprop_cli.engine import Bias, Layer, Network, Quantities, Unit, Weight, symbol_of
from backprop_cli.show import conventions, headline

SHOWS = ("structure", "forward", "backward", "update")
"""What a drawing may show of a network."""
MORE = "more"


class NetworkScene:
    """Makes the scene of `network` with what is `known`; layers above `most` units are folded."""

    def __init__(self, network: Network, known: Known, show: str, most: int) -> None:
        self.network, self.known, self.show = network, known, show
        self.q = Quantities(network)
        self.letters = network.notation.symbols
        self.below = folded(network.inputs, most)
        self.folds = [folded(layer.units, most) for layer in network.layers]
        self.with_errors = show in ("forward", "backward")

    def scene(self, whereabouts: str = "") -> Scene:
        """All of it. `whereabouts` says which epoch and sample are shown."""
        left_out = tuple(self._left_out())
        notes = (*filter(None, [whereabouts]), *conventions(self.network), *left_out)
        return Scene(
            self.network.title,
            self._description(whereabouts),
            tuple(self._columns()),
            (*self._weights(), *self._bias_edges(), *self._error_edges()),
            tuple(self._legend()),
            notes,
            left_out,
            self.known.form.digits,
        )

    def _description(self, whereabouts: str) -> str:
        shown = {
            "structure": "with the names and values of its weights",
            "forward": "with the values of the forward pass",
            "backward": "with the values of the forward pass and the gradients",
            "update": "with each weight before and after the update",
        }
        parts = [f"Drawing of a network {shown[self.show]}: {headline(self.network)}."]
        return " ".join((*parts, *(f"{part}." for part in [whereabouts] if part)))

    def _left_out(self) -> Iterator[str]:
        layers = ("input", *(self._layer_name(layer) for layer in self.network.layers))
        for fold, name in zip((self.below, *self.folds), layers, strict=True):
            if fold.hidden:
                yield said(fold, name)

    # Columns.

    def _columns(self) -> Iterator[Column]:
        layers = self.network.layers
        inputs = [self._input(unit, row) for row, unit in _placed(self.below)]
        yield Column(("input",), (*inputs, *self._extras(self.below, 0, layers[0])))
        for layer, fold in zip(layers, self.folds, strict=True):
            units = [self._unit(layer, unit, row) for row, unit in _placed(fold)]
            above = layers[layer.number] if layer.number < len(layers) else None
            heading = (self._layer_name(layer), layer.activation_name)
            yield Column(heading, (*units, *self._extras(fold, layer.number, above)))
        if self.with_errors:
            targets = [self._target(unit, row) for row, unit in _placed(self.folds[-1])]
            yield Column(("target and error",), tuple(targets))
            total = self.q.total_error()
            lines = ((name_of(total),), (self.known.number(total, FORWARD),))
            yield Column(("total",), (Node(total.name.key, total.name.key, "error", lines),))

    def _layer_name(self, layer: Layer) -> str:
        count = len(self.network.layers)
        if layer.number == count:
            return "output"
        return "hidden" if count == 2 else f"hidden {layer.number}"

    def _extras(self, fold: Folded, number: int, above: Layer | None) -> Iterator[Node]:
        """What stands among and below units: those left out, and the bias of the layer above."""
        if fold.hidden:
            text = Text(f"⋮ {fold.hidden} more", PROSE)
            yield Node(f"{MORE}{number}", "", MORE, ((text,),), len(fold.first))
        if above is not None:
            for bias in self._shared(above):
                yield self._bias(bias)

    def _shared(self, layer: Layer) -> tuple[Bias, ...]:
        return layer.biases if len(layer.biases) == 1 < len(layer.units) else ()

    def _input(self, unit: Unit, row: int) -> Node:
        value = self.q.out(unit)
        name: Line = (Text(symbol_of(unit.name), NAME),)
        number: Line = (self.known.number(value, FORWARD),)
        lines = {"structure": (name,), "backward": (number, name)}.get(self.show, (name, number))
        return Node(_id(unit), value.name.key, "unit input", lines, row)

    def _unit(self, layer: Layer, unit: Unit, row: int) -> Node:
        key = self.q.out(unit).name.key
        above = () if self._shared(layer) else tuple(self._own_bias(layer, unit))
        return Node(_id(unit), key, "unit", tuple(self._unit_lines(unit)), row, above)

    def _unit_lines(self, unit: Unit) -> Iterator[Line]:
        name: Line = (Text(symbol_of(unit.name), NAME),)
        net = self.known.labelled(self.letters["net"], self.q.net(unit), FORWARD)
        out = self.known.labelled(self.letters["out"], self.q.out(unit), FORWARD)
        delta = self.known.labelled(self.letters["delta"], self.q.delta(unit), GRADIENT)
        lines = {"forward": (name, net, out), "backward": (net, out, name, delta)}
        yield from lines.get(self.show, (name,))

    def _target(self, unit: Unit, row: int) -> Node:
        target, error = self.q.target(unit), self.q.error(unit)
        lines = [self.known.named(target, FORWARD), self.known.named(error, FORWARD)]
        if self.show == "backward":
            term = self.q.error_term(unit)
            lines.append(self.known.named(term, GRADIENT))
        return Node(error.name.key, error.name.key, "target error", tuple(lines), row)

    # Weights and biases.

    def _parameter(self, parameter: Weight | Bias) -> Iterator[Line]:
        """Name and value; below it the gradient, or the new value."""
        ref = self.q.parameter(parameter)
        yield self.known.named(ref, FORWARD)
        if not self.network.is_trained(parameter):
            return
        if self.show == "backward":
            yield (self.known.number(self.q.gradient(parameter), GRADIENT),)
        elif self.show == "update":
            new = self.known.number(self.q.new(parameter), "value new")
            yield (Text("→ ", LETTER), new)

    def _bias(self, bias: Bias) -> Node:
        key = self.q.parameter(bias).name.key
        return Node(key, key, "bias", tuple(self._parameter(bias)), foot=True)

    def _own_bias(self, layer: Layer, unit: Unit) -> Iterator[Line]:
        bias = layer.bias_of(unit)
        if bias is not None:
            yield from self._parameter(bias)

    def _weights(self) -> Iterator[Edge]:
        for layer, fold in zip(self.network.layers, self.folds, strict=True):
            senders = self.below if layer.number == 1 else self.folds[layer.number - 2]
            for unit in fold.shown:
                row = layer.weights[unit.number - 1]
                for sender in senders.shown:
                    yield self._weight(row[sender.number - 1])

    def _weight(self, weight: Weight) -> Edge:
        key, lines = self.q.parameter(weight).name.key, tuple(self._parameter(weight))
        sender, receiver = _id(weight.sender), _id(weight.receiver)
        return Edge(sender, receiver, key, "weight", lines, float(self.known.value(key)))

    def _bias_edges(self) -> Iterator[Edge]:
        for layer, fold in zip(self.network.layers, self.folds, strict=True):
            for bias in self._shared(layer):
                key = self.q.parameter(bias).name.key
                yield from (Edge(key, _id(unit), key, "bias") for unit in fold.shown)

    def _error_edges(self) -> Iterator[Edge]:
        if not self.with_errors:
            return
        total = self.q.total_error().name.key
        for unit in self.folds[-1].shown:
            error = self.q.error(unit).name.key
            yield Edge(_id(unit), error, error, "error")
            yield Edge(error, total, error, "error")

    # Words below.

    def _legend(self) -> Iterator[Line]:
        gradient = f"∂{self.letters['error']}/∂"
        if self.show == "backward":
            delta = self.letters["delta"]
            yield (
                Text("above, blue: values of the forward pass", FORWARD),
                Text("  ·  ", PROSE),
                Text(f"below, orange: gradients ({gradient}w below w, {delta} in units)", GRADIENT),
            )
        elif self.show == "update":
            yield (Text("above: the weight", FORWARD), Text("  ·  ", PROSE),
                   Text("→ after the update", "value new"))  # fmt: skip
        yield (Text("lines: the thicker, the larger |weight|; dashed: negative", PROSE),)


def _placed(fold: Folded) -> Iterator[tuple[int, Unit]]:
    """Units that are drawn with their rows, where those left out have one row."""
    gap = 1 if fold.hidden else 0
    yield from enumerate(fold.first)
    yield from enumerate(fold.last, start=len(fold.first) + gap)


def _id(unit: Unit) -> str:
    return f"unit {unit.layer} {unit.number}"
