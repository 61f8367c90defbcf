"""A computation graph as a scene: operations in columns, on each edge its value and its gradient.

A long sum is folded: its first and its last terms are drawn, and one node stands for the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from backprop_cli.draw.graph import Graph, Node, graph_of
from backprop_cli.draw.known import Known
from backprop_cli.draw.scene import (
    FORWARD,
    GRADIENT,
    LETTER,
    NAME,
    PROSE,
    Column,
    Edge,
    Line,
    Scene,
    Text,
)
from backprop_cli.draw.scene import Node as Drawn
from backprop_cli.engine import Name, Network, Quantities
from backprop_cli.formulas import Ref
from backprop_cli.show import Format, conventions, headline

MOST_TERMS = 6
"""A sum of more terms is folded unless it is said otherwise."""
RESULT = "result"


def graph_scene(
    network: Network,
    values: Mapping[str, Any],
    form: Format,
    unit: str | None = None,
    output: str | None = None,
    expanded: bool = False,
    most: int = MOST_TERMS,
    whereabouts: str = "",
) -> Scene:
    """What is drawn of the graph; the arguments are those of `graph_of`.

    `most` is how many terms a sum may have that is not folded.
    """
    graph = graph_of(network, values, unit, output, expanded)
    return _GraphScene(network, values, graph, form, most).scene(whereabouts)


class _GraphScene:
    """Makes the scene of a graph."""

    def __init__(
        self, network: Network, values: Mapping[str, Any], graph: Graph, form: Format, most: int
    ) -> None:
        self.network, self.graph, self.form = network, graph, form
        self.most, self.q = max(most, 2), Quantities(network)
        self.known = Known(network, values, None, 1, form)
        self.operands = {node: self._shown(node) for node in graph.nodes}
        self.hidden = 0
        self.drawn = self._reached()
        self.ids = {node: f"node {at}" for at, node in enumerate(self.drawn)}
        self.used = self._uses()
        self.users = self._users()

    def _shown(self, node: Node) -> tuple[Node, ...]:
        """The operands of a node that are drawn; the last but some stand for the others."""
        operands = node.operands
        if len(operands) <= self.most:
            return operands
        last = max(self.most * 3 // 8, 1)
        first = self.most - last
        rest = operands[first:-last]
        value = sum(one.value for one in rest) if node.op == "+" else float("nan")
        more = Node(f"⋮ {len(rest)} more", value, op="more", gradient=node.gradient)
        return (*operands[:first], more, *operands[-last:])

    def _reached(self) -> list[Node]:
        """Nodes that are drawn, each after its operands."""
        wanted = {self.graph.end}
        for node in reversed(self.graph.nodes):
            if node in wanted:
                wanted.update(self.operands[node])
        ordered: list[Node] = []
        for node in self.graph.nodes:
            if node in wanted:
                ordered += [one for one in self.operands[node] if one.op == "more"]
                ordered.append(node)
        self.hidden = sum(node not in wanted for node in self.graph.nodes)
        return ordered

    def _uses(self) -> dict[Node, int]:
        """How often each node is an operand, in the whole graph."""
        uses: dict[Node, int] = {}
        for node in self.graph.nodes:
            for operand in node.operands:
                uses[operand] = uses.get(operand, 0) + 1
        return uses

    def scene(self, whereabouts: str) -> Scene:
        """All of it."""
        end = self.graph.end.names[-1]
        left_out = tuple(self._left_out())
        of = f"Computation graph of {end.symbol}"
        parts = [f"{of} of a network: {headline(self.network)}.", f"{whereabouts}."]
        notes = [f"{of}; gradients are ∂{self._error()}/∂ of what stands on the edge."]
        notes += [whereabouts] if whereabouts else []
        if self.network.update == "sequential":
            notes.append("The gradients are those of the old weights, as the chain rule has them.")
        else:
            notes += conventions(self.network)
        return Scene(
            self.network.title,
            " ".join(parts[: 2 if whereabouts else 1]),
            tuple(self._columns()),
            tuple(self._edges()),
            (tuple(self._legend()),),
            (*notes, *left_out),
            left_out,
            self.form.digits,
        )

    def _legend(self) -> Iterator[Text]:
        yield Text("above, blue: values", FORWARD)
        yield Text("  ·  ", PROSE)
        yield Text("below, orange: gradients", GRADIENT)
        if any(count > 1 for count in self.used.values()):
            yield Text("  ·  Σ: of all edges that leave together", PROSE)

    def _error(self) -> str:
        """What gradients are taken of: the end, or for a hidden unit the error of the sample."""
        end = self.graph.end.names[-1]
        return end.symbol if end.kind in ("E", "E_total") else self.q.total_error().name.symbol

    def _left_out(self) -> Iterator[str]:
        if self.hidden:
            total = len(self.graph.nodes)
            yield (
                f"sums of more than {self.most} terms are folded: "
                f"{self.hidden} of {total} nodes are not drawn"
            )

    # Columns, nodes and edges.

    def _depths(self) -> dict[Node, int]:
        """The column of each node: as far right as what it is used for lets it be."""
        depth: dict[Node, int] = {}
        for node in self.drawn:
            operands = self.operands.get(node, ())
            depth[node] = 1 + max((depth[one] for one in operands), default=-1)
        for node in reversed(self.drawn):
            users = [depth[user] for user in self.users.get(node, [])]
            if users and not self.operands.get(node, ()):
                depth[node] = min(users) - 1
        return depth

    def _users(self) -> dict[Node, list[Node]]:
        """The drawn nodes that each is an operand of."""
        users: dict[Node, list[Node]] = {}
        for node in self.drawn:
            for operand in self.operands.get(node, ()):
                users.setdefault(operand, []).append(node)
        return users

    def _columns(self) -> Iterator[Column]:
        depth = self._depths()
        for at in range(max(depth.values()) + 1):
            nodes = [node for node in self.drawn if depth[node] == at]
            yield Column((), tuple(self._node(node, row) for row, node in enumerate(nodes)))
        end = self.graph.end
        lines = (*((self._name(name),) for name in end.names[-1:]), *self._numbers(end))
        yield Column((), (Drawn(RESULT, end.names[-1].key, "error", lines),))

    def _node(self, node: Node, row: int) -> Drawn:
        lines: list[Line] = []
        if node.op == "more":
            lines.append((Text(node.sign, PROSE),))
        elif node.op:
            lines.append((Text(node.sign, "operation"),))
        elif node.names:
            lines.append((self._name(node.names[0]),))
        if self.used.get(node, 0) > 1 and node is not self.graph.end:
            lines.append((Text("Σ ", LETTER), self._gradient(node, node.gradient)))
        role = "more" if node.op == "more" else "operation" if node.op else "given"
        return Drawn(self.ids[node], node.key, role, tuple(lines), row)

    def _edges(self) -> Iterator[Edge]:
        for node in self.drawn:
            whole = dict(zip(node.operands, node.partials, strict=True))
            for operand in self.operands.get(node, ()):
                gradient = node.gradient * whole.get(operand, 1.0)
                lines = tuple(self._label(operand, gradient))
                key = operand.key
                yield Edge(self.ids[operand], self.ids[node], key, "operand", lines)
        yield Edge(self.ids[self.graph.end], RESULT, self.graph.end.key, "operand")

    def _label(self, operand: Node, gradient: float) -> Iterator[Line]:
        """The value on an edge, with the name of the quantity that an operation gives."""
        number = self._value(operand)
        named = operand.op not in ("", "more") and operand.names
        yield (self._name(operand.names[0], " "), number) if named else (number,)
        yield (self._gradient(operand, gradient),)

    def _numbers(self, node: Node) -> Iterator[Line]:
        yield (self._value(node),)
        yield (self._gradient(node, node.gradient),)

    def _value(self, node: Node) -> Text:
        if node.value != node.value and node.op == "more":
            return Text("", FORWARD)
        return Text(self.form(node.value), FORWARD, node.key)

    def _gradient(self, node: Node, gradient: float) -> Text:
        """A gradient, with the key of the quantity that it is, if it is one of the trace."""
        return Text(self.form(gradient), GRADIENT, self._key_of(node, gradient))

    def _key_of(self, node: Node, gradient: float) -> str:
        for name in node.names:
            for ref in self._derivatives(name):
                value = self.known.value(ref.name.key)
                if value is not None and abs(float(value) - gradient) <= 1e-9 * abs(gradient):
                    return ref.name.key
        return ""

    def _derivatives(self, name: Name) -> Iterator[Ref]:
        """The quantities of the trace that are derivatives by the one with this name."""
        notation, parts = self.network.notation, name.parts
        if name.kind == "parameter":
            yield Ref(notation.name("gradient", p=parts["p"]))
        elif name.kind == "out":
            yield Ref(notation.name("dE_dout", u=parts["u"]))
            for layer in self.network.layers:
                for unit in layer.units:
                    yield Ref(notation.name("via", u=parts["u"], v=unit.name))
        elif name.kind == "net" and not self.network.descent:
            yield Ref(notation.name("delta", u=parts["u"]))

    def _name(self, name: Name, after: str = "") -> Text:
        return Text(name.symbol + after, NAME, latex=name.latex)
