"""The computation graph of one sample: an operation for each operator of the steps' formulas.

The values are those of the pass. Gradients come from the end of the graph to its beginning, each
operation handing its own to its operands: by the stated slope where it is an activation, else by
`formulas.PARTIALS`. (Karpathy's notes for CS231n, 2016, draw it so.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backprop_cli.engine import Layer, Name, Network, Quantities, Step, Unit, errors, forward
from backprop_cli.errors import UsageError, did_you_mean
from backprop_cli.formulas import FLOAT, PARTIALS, Expr, Label, Op, Partial, Ref, references


@dataclass(eq=False)
class Node:
    """A given quantity, or an operation on `operands`.

    `partials` say how its value changes with each of them; `names` are those of the quantities
    whose value it is. `gradient` is how the end of the graph changes with its value.
    """

    sign: str
    value: float
    operands: tuple[Node, ...] = ()
    partials: tuple[float, ...] = ()
    names: list[Name] = field(default_factory=list)
    op: str = ""
    gradient: float = 0.0

    @property
    def key(self) -> str:
        """The key of the quantity whose value it is, or nothing."""
        return self.names[0].key if self.names else ""


@dataclass(frozen=True)
class Graph:
    """Nodes, each after its operands; the last is the `end`, of which gradients are taken."""

    nodes: tuple[Node, ...]
    end: Node


def graph_of(
    network: Network,
    values: Mapping[str, Any],
    unit: str | None = None,
    output: str | None = None,
    expanded: bool = False,
) -> Graph:
    """The graph of the whole sample; of one `unit`, or of the error of one `output`.

    `expanded`: activations are written out in operators, in place of one node each. Raises
    `UsageError` for a unit that there is not.
    """
    q = Quantities(network)
    steps, end, seed = _chosen(q, values, unit, output)
    made = _Making(network, values, expanded)
    for step in steps:
        made.add(step)
    last = made.known[end.name.key]
    nodes = tuple(_needed(made.nodes, last))
    _hand_back(nodes, last, seed)
    return Graph(nodes, last)


def _chosen(
    q: Quantities, values: Mapping[str, Any], unit: str | None, output: str | None
) -> tuple[list[Step], Ref, float]:
    """The steps of the graph, its end, and the gradient there."""
    network = q.network
    steps = [step for step in (*forward(q), *errors(q)) if step.kind != "err"]
    if output is not None:
        return steps, q.error(_unit_called(network.outputs, output)), 1.0
    if unit is None:
        return steps, q.total_error(), 1.0
    units = [one for layer in network.layers for one in layer.units]
    chosen = _unit_called(units, unit)
    layer = network.layers[chosen.layer - 1]
    own = {ref.name.key for ref in (q.net(chosen), q.out(chosen))}
    if layer.number < len(network.layers):
        seed = float(values[q.error_term(chosen).name.key])
        return [step for step in steps if step.key in own], q.out(chosen), seed
    if layer.activation.jacobian is None:
        end = q.error(chosen)
        return [step for step in steps if step.key in own | {end.name.key}], end, 1.0
    nets = {q.net(other).name.key for other in layer.units} - own
    return (
        [s for s in steps if s.layer == layer.number and s.key not in nets],
        q.total_error(),
        1.0,
    )


def _unit_called(units: Iterable[Unit], name: str) -> Unit:
    found = {unit.name: unit for unit in units}
    if name not in found:
        some = ", ".join([*found][:3])
        hint = did_you_mean(name, found) or f"units are called {some}"
        raise UsageError(f"there is no such unit here: {name}", hint)
    return found[name]


class _Making:
    """Makes nodes of steps; `known` has those of the quantities by key."""

    def __init__(self, network: Network, values: Mapping[str, Any], expanded: bool) -> None:
        self.network, self.values, self.expanded = network, values, expanded
        self.nodes: list[Node] = []
        self.known: dict[str, Node] = {}

    def add(self, step: Step) -> None:
        """The nodes of one step."""
        if step.kind == "out" and not self.expanded:
            made: Node | float = self._activation(step)
        else:
            made = self._walked(step.formula)
        node = made if isinstance(made, Node) else self._kept(Node("", made))
        node.value = float(self.values[step.key])
        node.names.append(step.name)
        self.known[step.key] = node

    def _kept(self, node: Node) -> Node:
        self.nodes.append(node)
        return node

    def _given(self, ref: Ref) -> Node:
        name = ref.name
        assert isinstance(name, Name)
        if name.key not in self.known:
            value = float(self.values[name.key])
            self.known[name.key] = self._kept(Node("", value, names=[name]))
        return self.known[name.key]

    def _activation(self, step: Step) -> Node:
        """An output as one operation, with the slope that its activation states."""
        layer = self.network.layers[step.layer - 1]
        unit = next(u for u in layer.units if u.name == step.name.parts["u"])
        operands = tuple(dict.fromkeys(map(self._given, references(step.formula))))
        slopes = tuple(self._slopes(layer, unit, operands))
        return self._kept(Node(layer.activation_name, 0.0, operands, slopes, op="activation"))

    def _slopes(self, layer: Layer, unit: Unit, nets: tuple[Node, ...]) -> Iterator[float]:
        q = Quantities(self.network)
        activation, out = layer.activation, q.out(unit)
        if activation.jacobian is None:
            assert activation.slope is not None
            slope = activation.slope(q.net(unit), out, *layer.activation_arguments)
            yield self._worked(slope)
            return
        unit_of = {q.net(other).name.key: other for other in layer.units}
        for net in nets:
            by = unit_of[net.key]
            yield self._worked(activation.jacobian(unit is by, out, q.out(by)))

    def _worked(self, formula: Expr) -> float:
        known = {ref.name.key: float(self.values[ref.name.key]) for ref in references(formula)}
        return float(formula.evaluate(known, FLOAT.operations))

    def _walked(self, expr: Expr) -> Node | float:
        """The node of a formula; a number, if it has no quantity in it."""
        if isinstance(expr, Partial):
            return self._walked(expr.of)
        if isinstance(expr, Ref):
            return self._given(expr)
        if not isinstance(expr, Op):
            return float(expr.evaluate({}, FLOAT.operations))
        args = [self._walked(arg) for arg in expr.args]
        numbers = [arg.value if isinstance(arg, Node) else arg for arg in args]
        refs = [Ref(Label(f"x{at}")) for at in range(len(args))]
        known = {ref.name.key: number for ref, number in zip(refs, numbers, strict=True)}
        known["out"] = value = float(Op(expr.op, tuple(refs)).evaluate(known, FLOAT.operations))
        if not any(isinstance(arg, Node) for arg in args):
            return value
        partials: dict[Node, float] = {}
        formulas = PARTIALS[expr.op](Ref(Label("out")), *refs)
        for arg, formula in zip(args, formulas, strict=True):
            if isinstance(arg, Node):
                share = float(formula.evaluate(known, FLOAT.operations))
                partials[arg] = partials.get(arg, 0.0) + share
        sign = _sign(expr.op, expr.args, [isinstance(arg, Node) for arg in args])
        return self._kept(Node(sign, value, tuple(partials), tuple(partials.values()), op=expr.op))


_SIGNS: dict[str, str] = {
    "+": "+", "*": "×", "neg": "× (−1)", "square": "x²", "exp": "eˣ", "log1p": "ln(1 + x)",
    "sqrt": "√x", "abs": "|x|", "sign": "sgn", "if": "if x > 0", "softplus": "ln(1 + eˣ)",
    "Phi": "Φ", "phi": "φ", "/": "x / y", "^": "xʸ",
}  # fmt: skip
"""What stands in a node, where it is not the operator's name; x and y are its operands."""

_WITH_NUMBER: dict[str, Callable[[str, bool], str]] = {
    "+": lambda number, first: f"+ {number}",
    "*": lambda number, first: f"× {number}",
    "/": lambda number, first: f"{number} / x" if first else f"x / {number}",
    "^": lambda number, first: f"{number}^x" if first else f"x^{number}",
    "max": lambda number, first: f"max({number}, x)",
}
"""The same where one operand is a number; `first` says that it is the first one."""


def _sign(op: str, args: tuple[Expr, ...], quantities: list[bool]) -> str:
    """What stands in a node: the operator, with the numbers among its operands."""
    from backprop_cli.show import in_symbols

    numbers = [in_symbols(a) for a, quantity in zip(args, quantities, strict=True) if not quantity]
    if len(numbers) == 1 and op in _WITH_NUMBER:
        return _WITH_NUMBER[op](numbers[0], not quantities[0])
    return _SIGNS.get(op, op)


def _needed(nodes: list[Node], end: Node) -> list[Node]:
    """Those that lead to `end`, in their order."""
    wanted = {end}
    for node in reversed(nodes):
        if node in wanted:
            wanted.update(node.operands)
    return [node for node in nodes if node in wanted]


def _hand_back(nodes: tuple[Node, ...], end: Node, seed: float) -> None:
    """The gradient of every node, from the end to the beginning."""
    end.gradient = seed
    for node in reversed(nodes):
        for operand, partial in zip(node.operands, node.partials, strict=True):
            operand.gradient += node.gradient * partial
