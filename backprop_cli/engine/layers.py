"""The quantities of whole layers: their names, and the quantities of single units in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import NamedTuple

from backprop_cli.engine.network import Layer, Network, Parameter, Unit
from backprop_cli.engine.notation import GREEK, latex_of, symbol_of
from backprop_cli.engine.quantities import Quantities
from backprop_cli.formulas import Ref

# kind: key, symbol, LaTeX. {l} is the layer, {p} W or b, {s} an optimizer's letter, {x} the mark of
# the repeated forward pass.
MATRIX_ROLES = {
    "input": ("X", "{one}", "{one}"),
    "target": ("T", "{one}", "{one}"),
    "net": ("{net}_{l}{x}", "{net}⁽{u}⁾{x}", "{net}^{{({l}){x}}}"),
    "out": ("{out}_{l}{x}", "{out}⁽{u}⁾{x}", "{out}^{{({l}){x}}}"),
    "E": ("{error}_out{x}", "{error}_o{x}", r"{error}_{{o}}^{{{x}}}"),
    "E_total": ("{error}_total{x}", "{error}_total{x}", r"{error}_{{\mathrm{{total}}}}^{{{x}}}"),
    "E_epoch": ("{error}_epoch{x}", "{error}_epoch{x}", r"{error}_{{\mathrm{{epoch}}}}^{{{x}}}"),
    "E_mean": ("{error}_mean{x}", "{error}_mean{x}", r"{error}_{{\mathrm{{mean}}}}^{{{x}}}"),
    "err": ("err", "err", r"\mathrm{{err}}"),
    "dE_dout": ("d{error}_d{out}_{l}", "∂{error}/∂{out}⁽{u}⁾",
                r"\frac{{\partial {error}}}{{\partial {out}^{{({l})}}}}"),
    "slope": ("d{out}_d{net}_{l}", "f′({net}⁽{u}⁾)", r"f'\left({net}^{{({l})}}\right)"),
    "jacobian": ("J_{l}", "J⁽{u}⁾", "J^{{({l})}}"),
    "delta": ("{delta}_{l}", "{delta}⁽{u}⁾", "{delta}^{{({l})}}"),
    "W": ("{p}{l}{x}", "{p}⁽{u}⁾{x}", "{p}^{{({l}){x}}}"),
    "b": ("{p}{l}{x}", "{p}⁽{u}⁾{x}", "{p}^{{({l}){x}}}"),
    "gradient": ("d{error}_d{p}{l}", "∂{error}/∂{p}⁽{u}⁾",
                 r"\frac{{\partial {error}}}{{\partial {p}^{{({l})}}}}"),
    "change": ("change_{p}{l}", "Δ{p}⁽{u}⁾", r"\Delta {p}^{{({l})}}"),
    "state": ("{s}_{p}{l}", "{s}_{p}⁽{u}⁾", "{s}_{{{p}^{{({l})}}}}"),
    "state_new": ("{s}_{p}{l}_new", "{s}_{p}⁽{u}⁾⁺", "{s}_{{{p}^{{({l})}}}}^{{+}}"),
    "corrected": ("{s}hat_{p}{l}", "{s}\N{COMBINING CIRCUMFLEX ACCENT}_{p}⁽{u}⁾",
                  r"\hat{{{s}}}_{{{p}^{{({l})}}}}"),
    "intermediate": ("{s}_{p}{l}", "{s}_{p}⁽{u}⁾", "{s}_{{{p}^{{({l})}}}}"),
}  # fmt: skip

PER_SAMPLE = frozenset(
    ("input", "target", "net", "out", "E", "E_total", "err", "dE_dout", "slope", "delta")
)
"""What has a column for each sample."""

_RAISED = str.maketrans("0123456789lL-+", "⁰¹²³⁴⁵⁶⁷⁸⁹ˡᴸ⁻⁺")


class MatrixName(NamedTuple):
    """The name of a whole layer's quantity; `part` is W or b, `letter` an optimizer's."""

    key: str
    symbol: str
    latex: str
    kind: str
    layer: int
    suffix: str
    part: str
    letter: str


class Matrices:
    """References to the matrices of `network`, with a column for each of its `samples`."""

    def __init__(self, network: Network, samples: int = 1) -> None:
        self.network, self.samples = network, samples
        self.q = Quantities(network)
        notation = network.notation
        weight = (
            notation.weight.capitalize() if len(notation.weight) > 1 else notation.weight.upper()
        )
        self._letters = {"W": weight, "b": notation.bias}
        self._entries: dict[str, tuple[tuple[Ref, ...], ...]] = {}

    def _ref(
        self, kind: str, layer: int = 0, suffix: str = "", part: str = "", letter: str = ""
    ) -> Ref:
        fields = {"l": str(layer), "s": letter, "p": self._letters.get(part, ""), "x": suffix}
        key = MATRIX_ROLES[kind][0].format(**self.network.notation.keys, **fields)
        name = MatrixName(key, "", "", kind, layer, suffix, part, letter)
        return Ref(self.of_layer(name, str(layer)))

    def of_layer(self, name: MatrixName, layer: str) -> MatrixName:
        """The same quantity of any layer, whose number is a letter: of l δ⁽ˡ⁾, of l-1 δ⁽ˡ⁻¹⁾."""
        _, symbol, latex = MATRIX_ROLES[name.kind]
        notation, part = self.network.notation, self._letters.get(name.part, "")
        given = self._given(name.kind)
        written = {
            "u": layer.translate(_RAISED),
            "s": symbol_of(name.letter),
            "p": _capital(part),
            "x": "⁺" if name.suffix else "",
            "one": symbol_of(given),
        }
        typeset = {
            "l": layer,
            "s": latex_of(name.letter),
            "p": latex_of(part),
            "x": "+" if name.suffix else "",
            "one": latex_of(given),
        }
        return name._replace(
            symbol=symbol.format(**notation.symbols, **written),
            latex=latex.format(**notation.latex_letters, **typeset).replace("^{}", ""),
        )

    def _given(self, kind: str) -> str:
        """The letter of inputs or targets: small for one sample, a capital for several."""
        letter = {"input": "x", "target": self.network.notation.letters.target}.get(kind, "")
        return letter.upper() if self.samples > 1 and len(letter) == 1 else letter

    def input(self) -> Ref:
        return self._ref("input")

    def target(self) -> Ref:
        return self._ref("target")

    def net(self, layer: Layer, suffix: str = "") -> Ref:
        return self._ref("net", layer.number, suffix)

    def out(self, layer: Layer, suffix: str = "") -> Ref:
        return self._ref("out", layer.number, suffix)

    def out_below(self, layer: Layer, suffix: str = "") -> Ref:
        """What enters a layer: the outputs of the one below, or the inputs."""
        return self._ref("out", layer.number - 1, suffix) if layer.number > 1 else self.input()

    def error(self, suffix: str = "") -> Ref:
        """What each output adds to the error."""
        return self._ref("E", len(self.network.layers), suffix)

    def total_error(self, suffix: str = "") -> Ref:
        """The error of each sample."""
        return self._ref("E_total", 0, suffix)

    def epoch_error(self, suffix: str = "") -> Ref:
        """The error of all samples."""
        return self._ref("E_epoch", 0, suffix)

    def mean_error(self, suffix: str = "") -> Ref:
        """The mean error of the samples."""
        return self._ref("E_mean", 0, suffix)

    def difference(self) -> Ref:
        """t − out."""
        return self._ref("err", len(self.network.layers))

    def error_term(self, layer: Layer) -> Ref:
        """∂E/∂out."""
        return self._ref("dE_dout", layer.number)

    def slope(self, layer: Layer) -> Ref:
        """∂out/∂net, of each unit by itself."""
        return self._ref("slope", layer.number)

    def jacobian(self, layer: Layer) -> Ref:
        """∂out/∂net of one sample, where every output depends on every net input."""
        return self._ref("jacobian", layer.number)

    def delta(self, layer: Layer) -> Ref:
        return self._ref("delta", layer.number)

    def parameter(self, part: str, layer: Layer) -> Ref:
        """The weights W of a layer, a row for each unit, or its biases b."""
        return self._ref(part, layer.number, "", part)

    def new(self, part: str, layer: Layer) -> Ref:
        """The parameters after their update; what is not trained stays itself."""
        if part not in self.trained(layer):
            return self.parameter(part, layer)
        return self._ref(part, layer.number, "_new", part)

    def now(self, part: str, layer: Layer, suffix: str = "") -> Ref:
        """The parameters before the update, or after it where the pass is the repeated one."""
        return self.new(part, layer) if suffix else self.parameter(part, layer)

    def trained(self, layer: Layer) -> tuple[str, ...]:
        """Which of W and b learning changes."""
        return ("W", "b") if layer.biases and self.network.train_biases else ("W",)

    def gradient(self, part: str, layer: Layer) -> Ref:
        return self._ref("gradient", layer.number, "", part)

    def change(self, part: str, layer: Layer) -> Ref:
        return self._ref("change", layer.number, "", part)

    def state(self, letter: str, part: str, layer: Layer) -> Ref:
        return self._ref("state", layer.number, "", part, letter)

    def optimizer_line(self, letter: str, part: str, layer: Layer) -> Ref:
        """What a line of the optimizer computes, as `Quantities.optimizer_line`."""
        if letter in self.network.optimizer.rule.state:
            return self._ref("state_new", layer.number, "", part, letter)
        if letter.endswith("hat"):
            return self._ref("corrected", layer.number, "", part, letter.removesuffix("hat"))
        return self._ref("intermediate", layer.number, "", part, letter)

    def in_optimizer(self, part: str, layer: Layer) -> SimpleNamespace:
        """What an optimizer's formulas may refer to, as `Quantities.in_optimizer`."""
        choice, rule = self.network.optimizer, self.network.optimizer.rule
        known = {name: self.q.constant(name) for name in choice.parameters}
        known |= {letter: self.state(letter, part, layer) for letter in rule.state}
        for line in rule.rules:
            renewed = line.letter in rule.state
            key = f"{line.letter}_new" if renewed else line.letter
            known[key] = self.optimizer_line(line.letter, part, layer)
        return SimpleNamespace(
            g=self.gradient(part, layer),
            w=self.parameter(part, layer),
            eta=self.q.eta(),
            t=self.q.constant("t"),
            **known,
        )

    # What stands in a matrix.

    def entries(self, name: MatrixName) -> tuple[tuple[Ref, ...], ...]:
        """The quantities of single units and parameters in a matrix, row by row.

        Of what is `PER_SAMPLE`, the one column of each sample.
        """
        found = self._entries.get(name.key)
        if found is None:
            found = self._entries[name.key] = tuple(self._rows(name))
        return found

    def first_row(self, name: MatrixName) -> tuple[Ref, ...]:
        """The first row of `entries`, without those of a large matrix."""
        return self._entries[name.key][0] if name.key in self._entries else next(self._rows(name))

    def _rows(self, name: MatrixName) -> Iterator[tuple[Ref, ...]]:
        layer = self.network.layers[name.layer - 1]  # of the input, the last one, which has targets
        if name.kind in ("E_total", "E_epoch", "E_mean"):
            yield (self._of_errors(name),)
        elif name.kind == "input":
            yield from ((self.q.out(unit),) for unit in self.network.inputs)
        elif name.kind == "jacobian":
            for unit in layer.units:
                yield tuple(self.q.jacobian(unit, by) for by in layer.units)
        elif name.part:
            of = self._of_parameter(name)
            rows = layer.weights if name.part == "W" else [(bias,) for bias in layer.biases]
            yield from (tuple(map(of, row)) for row in rows)
        else:
            of_unit = self._of_unit(name)
            yield from ((of_unit(unit),) for unit in layer.units)

    def _of_errors(self, name: MatrixName) -> Ref:
        makers = {
            "E_total": self.q.total_error,
            "E_epoch": self.q.epoch_error,
            "E_mean": self.q.mean_error,
        }
        return makers[name.kind](name.suffix)

    def _of_unit(self, name: MatrixName) -> Callable[[Unit], Ref]:
        q, suffix = self.q, name.suffix
        makers: dict[str, Callable[[Unit], Ref]] = {
            "target": q.target,
            "net": lambda unit: q.net(unit, suffix),
            "out": lambda unit: q.out(unit, suffix),
            "E": lambda unit: q.error(unit, suffix),
            "err": q.difference,
            "dE_dout": q.error_term,
            "slope": q.slope,
            "delta": q.delta,
        }
        return makers[name.kind]

    def _of_parameter(self, name: MatrixName) -> Callable[[Parameter], Ref]:
        q, letter = self.q, name.letter
        line = f"{letter}hat" if name.kind == "corrected" else letter
        makers: dict[str, Callable[[Parameter], Ref]] = {
            "W": q.new if name.suffix else q.parameter,
            "b": q.new if name.suffix else q.parameter,
            "gradient": q.gradient,
            "change": q.change,
            "state": lambda parameter: q.state(letter, parameter),
            "state_new": lambda parameter: q.optimizer_line(line, parameter),
            "corrected": lambda parameter: q.optimizer_line(line, parameter),
            "intermediate": lambda parameter: q.optimizer_line(line, parameter),
        }
        return makers[name.kind]

    def shape(self, name: MatrixName) -> tuple[int, int]:
        """Rows and columns of a matrix."""
        if name.kind in ("E_total", "E_epoch", "E_mean"):
            return 1, self.samples if name.kind == "E_total" else 1
        layer = self.network.layers[name.layer - 1]
        if name.kind == "input":
            return len(self.network.inputs), self.samples
        if name.kind == "jacobian":
            return len(layer.units), len(layer.units)
        if name.part:
            columns = len(layer.weights[0]) if name.part == "W" else 1
            return (len(layer.weights) if name.part == "W" else len(layer.biases)), columns
        return len(layer.units), self.samples


def _capital(name: str) -> str:
    """A letter as a symbol: W, Θ, b."""
    greek = GREEK.get(name.lower())
    return (greek.upper() if name[:1].isupper() else greek) if greek else name


def matrix_named(ref: Ref) -> MatrixName:
    """The `MatrixName` of a reference made here."""
    assert isinstance(ref.name, MatrixName)
    return ref.name
