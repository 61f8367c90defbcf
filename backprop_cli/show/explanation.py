"""Where one quantity comes from, as a tree back to the inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from backprop_cli.engine import Address, Bias, Line, Name, Network, Quantities, named
from backprop_cli.errors import UsageError, did_you_mean
from backprop_cli.formulas import references
from backprop_cli.show.page import Page
from backprop_cli.show.rows import Row


class Node(NamedTuple):
    """A quantity, and the quantities that its formula is made of.

    `row` is None for what was given, and `given` says then what it is. A quantity that stands
    above already is `repeated`, without its parts.
    """

    key: str
    symbol: str
    value: Any
    row: Row | None = None
    given: str = ""
    repeated: bool = False
    parts: tuple[Node, ...] = ()


def explanation(page: Page, key: str, depth: int | None = None) -> Node:
    """The tree of the quantity `key`, `depth` levels deep. Raises `UsageError` for none such."""
    rows = {row.line.address: row for row in page.rows()}
    names = {page.qualified(row.line): address for address, row in rows.items()}
    for address, row in rows.items():
        names.setdefault(row.symbol, address)
        names.setdefault(address.key, address)
    if key not in names:
        given = _givens(page.network).get(key)
        if given is not None:
            raise UsageError(f"{key} is given, as {given}: it comes from nothing else")
        raise UsageError(f"no quantity is called {key}", did_you_mean(key, names))
    return _Tree(page, rows).node(rows[names[key]], depth)


def _givens(network: Network) -> dict[str, str]:
    """What is given, by key, in a word."""
    q = Quantities(network)
    words = {
        q.parameter(p).name.key: "a bias" if isinstance(p, Bias) else "a weight"
        for p in network.parameters()
    }
    words |= {q.out(unit).name.key: "an input" for unit in network.inputs}
    words |= {q.target(unit).name.key: "a target" for unit in network.outputs}
    words |= {name.key: f"a parameter of {network.optimizer.name}" for name, _ in q.constants()}
    return words | {
        q.eta().name.key: "the learning rate",
        q.constant("t").name.key: "the number of the update",
    }


class _Tree:
    """Builds nodes; knows which quantities have been shown."""

    def __init__(self, page: Page, rows: dict[Address, Row]) -> None:
        self._rows, self._seen = rows, set[Address]()
        self._words = _givens(page.network)

    def node(self, row: Row, depth: int | None) -> Node:
        line = row.line
        repeated = line.address in self._seen
        self._seen.add(line.address)
        inner = None if depth is None else depth - 1
        parts = () if repeated or depth == 0 else tuple(self._parts(line, inner))
        return Node(line.step.key, row.symbol, line.value, row, "", repeated and depth != 0, parts)

    def _parts(self, line: Line, depth: int | None) -> Iterator[Node]:
        for name in dict.fromkeys(named(ref) for ref in references(line.step.formula)):
            row = self._found(line.address, name)
            if row is not None:
                yield self.node(row, depth)._replace(symbol=name.symbol)
            else:
                word = self._words.get(name.key, "as it was before")
                yield Node(name.key, name.symbol, line.scope[name.key], given=word)

    def _found(self, at: Address, name: Name) -> Row | None:
        """The row of an operand: of the same sample, of its batch, or of the sample it names."""
        if name.sample:
            wanted = (at.epoch, name.sample, name.unqualified)
            for address, row in self._rows.items():
                here = (address.epoch, address.sample, address.key)
                if here == wanted and at.batch in (0, address.batch):
                    return row
            return None
        own = self._rows.get(at._replace(key=name.key))
        return own or self._rows.get(at._replace(key=name.key, sample=0))
