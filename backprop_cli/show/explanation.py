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
    """A quantity in the tree, `level` steps below the one that is explained.

    `row` is None for what was given, and `given` says then what it is. A quantity that stands
    above already is `repeated`, without its parts.
    """

    level: int
    key: str
    symbol: str
    value: Any
    row: Row | None = None
    given: str = ""
    repeated: bool = False


def explanation(page: Page, key: str, depth: int | None = None) -> Iterator[Node]:
    """The tree of the quantity `key`, `depth` levels deep: each node, and after it its parts.

    It is a sequence, not nested, because a network may be deeper than calls can be. Raises
    `UsageError` if there is no such quantity.
    """
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
    first = rows[names[key]]
    root = Node(0, first.line.step.key, first.symbol, first.line.value, first)
    return _tree(root, rows, _givens(page.network), depth)


def _tree(
    root: Node, rows: dict[Address, Row], words: dict[str, str], depth: int | None
) -> Iterator[Node]:
    seen: set[Address] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.row is None:
            yield node
            continue
        at, deep_enough = node.row.line.address, node.level == depth
        repeated = at in seen
        seen.add(at)
        yield node._replace(repeated=repeated and not deep_enough)
        if not (repeated or deep_enough):
            waiting += reversed(list(_parts(node.row.line, node.level + 1, rows, words)))


def _parts(
    line: Line, level: int, rows: dict[Address, Row], words: dict[str, str]
) -> Iterator[Node]:
    """The quantities that the formula of a line is made of."""
    for name in dict.fromkeys(named(ref) for ref in references(line.step.formula)):
        row = _found(rows, line.address, name)
        if row is None:
            given = words.get(name.key, "as it was before")
            yield Node(level, name.key, name.symbol, line.scope[name.key], given=given)
        else:
            yield Node(level, row.line.step.key, name.symbol, row.line.value, row)


def _found(rows: dict[Address, Row], at: Address, name: Name) -> Row | None:
    """The row of an operand: of the same sample, of its batch, or of the sample it names."""
    if name.sample:
        wanted = (at.epoch, name.sample, name.unqualified)
        for address, row in rows.items():
            here = (address.epoch, address.sample, address.key)
            if here == wanted and at.batch in (0, address.batch):
                return row
        return None
    own = rows.get(at._replace(key=name.key))
    return own or rows.get(at._replace(key=name.key, sample=0))


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
