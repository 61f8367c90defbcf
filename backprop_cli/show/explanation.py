"""Where one quantity comes from, as a tree back to the inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from backprop_cli.engine import (
    Address,
    Bias,
    MatrixLine,
    MatrixName,
    Name,
    Network,
    Quantities,
    listed_steps,
)
from backprop_cli.errors import UsageError, did_you_mean
from backprop_cli.formulas import references
from backprop_cli.show.grids import Written
from backprop_cli.show.page import Page
from backprop_cli.show.rows import AnyLine, Row
from backprop_cli.show.selection import of_other_form


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
    latex: str = ""

    @property
    def remark(self) -> str:
        """What is said of a quantity whose parts are not told here."""
        return self.given if self.row is None else "see above" if self.repeated else ""

    def written(self, written: Written) -> str:
        """The value, of a matrix in one line."""
        if self.row is not None:
            return self.row.value
        if isinstance(self.value, tuple):
            return written.value(self.value).in_line
        return written.form(self.value)

    def sentence(self, written: Written) -> str:
        """What it is made of, or what it is."""
        if self.row is None or self.repeated:
            return f"{self.symbol} = {self.written(written)}, {self.remark}"
        parts = [self.symbol, self.row.formula, self.row.numbers, self.row.value]
        return " = ".join(part for at, part in enumerate(parts) if at == 0 or part != parts[at - 1])


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
    words = _given_matrices(page.network) if page.matrices else given_words(page.network)
    if key not in names:
        given = words.get(key)
        if given is not None:
            raise UsageError(f"{key} is given, as {given}: it comes from nothing else")
        other = of_other_form(key, page.network, page.matrices)
        raise UsageError(f"no quantity is called {key}", other or did_you_mean(key, names))
    first = rows[names[key]]
    root = Node(
        0,
        first.line.step.key,
        first.symbol,
        first.line.value,
        first,
        latex=first.line.step.name.latex,
    )
    return _tree(root, _Rows(page.network, rows), words, depth)


def _tree(root: Node, rows: _Rows, words: dict[str, str], depth: int | None) -> Iterator[Node]:
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


def _parts(line: AnyLine, level: int, rows: _Rows, words: dict[str, str]) -> Iterator[Node]:
    """The quantities that the formula of a line is made of."""
    seen: set[Address] = set()
    for name in dict.fromkeys(ref.name for ref in references(line.step.formula)):
        assert isinstance(name, Name | MatrixName)
        row = rows.of(line, name)
        if row is not None and isinstance(row.line, MatrixLine):
            if row.line.address not in seen:  # which has the entries of several samples
                yield Node(
                    level,
                    row.line.step.key,
                    row.symbol,
                    row.line.value,
                    row,
                    latex=row.line.step.name.latex,
                )
            seen.add(row.line.address)
            continue
        if row is None:
            given = words.get(name.key, "as it was before")
            yield Node(
                level, name.key, name.symbol, line.scope[name.key], given=given, latex=name.latex
            )
        else:
            yield Node(level, row.line.step.key, name.symbol, row.line.value, row, latex=name.latex)


class _Rows:
    """The rows of a page, by what stands in formulas."""

    def __init__(self, network: Network, rows: dict[Address, Row]) -> None:
        self._network, self._rows = network, rows

    def of(self, line: AnyLine, name: Name | MatrixName) -> Row | None:
        """The row of an operand: of the same sample, of its batch, or of the sample it names."""
        at, rows = line.address, self._rows
        if isinstance(name, Name) and name.sample:
            for address, row in rows.items():
                here = (address.epoch, address.key)
                same = here == (at.epoch, name.unqualified) and at.batch in (0, address.batch)
                if same and name.sample in self._samples(row.line):
                    return row
            return None
        own = rows.get(at._replace(key=name.key))
        return own or rows.get(at._replace(key=name.key, sample=0))

    def _samples(self, line: AnyLine) -> tuple[int, ...]:
        """The samples that a line is about: of a matrix those of its update, side by side."""
        at = line.address
        if at.sample or not isinstance(line, MatrixLine):
            return (at.sample,)
        return self._network.batches()[max(at.batch, 1) - 1]


def _given_matrices(network: Network) -> dict[str, str]:
    """What is given where lines are those of whole layers, by key, in a word."""
    q = Quantities(network)
    kinds = {"input": "the inputs", "target": "the targets", "W": "weights", "b": "biases"}
    words = {name.key: f"a parameter of {network.optimizer.name}" for name, _ in q.constants()}
    words |= {q.eta().name.key: "the learning rate", q.constant("t").name.key: "the number of "
              "the update"}  # fmt: skip
    batch = network.batches()[0]
    listed = listed_steps(network, len(batch) if network.reduces else 1)
    made = {step.key for step in listed.steps}
    return words | {
        key: kinds[name.kind]
        for key, name in listed.names.items()
        if name.kind in kinds and key not in made
    }


def given_words(network: Network) -> dict[str, str]:
    """What is given where lines are those of units, by key: an article, and what it is."""
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
