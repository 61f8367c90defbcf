"""Where the operands of a step come from: which step of the page made each, or what was given."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from backprop_cli.engine import Address, Line, Name, Network, qualified
from backprop_cli.formulas import references
from backprop_cli.show.explanation import given_words

NOTHING: Mapping[str, str] = {}


class Given(NamedTuple):
    """A quantity that no step makes: its symbol, its value, and in a word what it is."""

    symbol: str
    value: Any
    word: str


class Sources:
    """What every line reads, under keys that are the same for the whole page.

    A weight of a later update is what the update before made of it: `sample1.w5_new`. Inputs and
    targets belong to a sample; other givens to all. `given` fills as lines are asked about.
    """

    def __init__(self, network: Network, lines: Sequence[Line], several_epochs: bool) -> None:
        self._network = network
        self.keys = {line.address: qualified(line, network, several_epochs) for line in lines}
        self._made = {address.key for address in self.keys}
        self.given: dict[str, Given] = {}
        self._words = given_words(network)
        self._several = several_epochs
        self._renewed: dict[str, str] = {}  # parameter or state, and what made it latest
        self._before: dict[str, str] = {}  # the same, as the present update finds them
        self._update: tuple[int, int] | None = None

    def of_all(
        self, lines: Iterable[Line], shown: Container[Address]
    ) -> dict[Address, Mapping[str, str]]:
        """The sources of the operands of those of `lines`, all in order, that are shown."""
        return {line.address: self.of(line, line.address in shown) for line in lines}

    def of(self, line: Line, wanted: bool = True) -> Mapping[str, str]:
        """The page's key of each operand, by its own key. Lines are asked about in order.

        Those of the chain rule come after those of the formula; there are none of a line that is
        passed only on the way, without being `wanted`.
        """
        self._enter(line.address)
        found = self._sources(line) if wanted else NOTHING
        if line.step.key.endswith("_new"):
            self._renewed[line.step.key.removesuffix("_new")] = self.keys[line.address]
        return found

    def _sources(self, line: Line) -> Mapping[str, str]:
        exprs = filter(None, (line.step.formula, line.step.chain))
        names = (ref.name for expr in exprs for ref in references(expr))
        return {name.key: self._source(name, line) for name in names if isinstance(name, Name)}

    def _enter(self, at: Address) -> None:
        """Begin another update, if the line at `at` belongs to one."""
        update = (at.epoch, at.batch if self._network.reduces else at.sample)
        if update != self._update:
            self._update, self._before = update, dict(self._renewed)

    def _source(self, name: Name, line: Line) -> str:
        at = line.address
        if name.sample:
            of_sample = (
                at._replace(sample=name.sample, batch=batch, key=name.unqualified)
                for batch in self._batches_of(name.sample, at)
            )
            return next((self.keys[key] for key in of_sample if key in self.keys), name.key)
        if line.step.key.endswith("_end") and name.kind == "new":
            return self._renewed[name.key.removesuffix("_new")]  # by the last update of all
        if name.key in self._made:
            for address in (at._replace(key=name.key), at._replace(key=name.key, sample=0)):
                if address in self.keys:
                    return self.keys[address]
        made = self._before.get(name.key) or self._renewed.get(name.key.removesuffix("_new"))
        return made or self._note(name, line)

    def _batches_of(self, sample: int, at: Address) -> tuple[int, ...]:
        """The numbers of batches that a sample may be in: at the end of an epoch, that of its."""
        numbers = enumerate(self._network.batches(), start=1)
        return (at.batch, *(number for number, batch in numbers if sample in batch))

    def _note(self, name: Name, line: Line) -> str:
        """The key of what is given, which is noted."""
        key, at = name.key, line.address
        if name.kind in ("input", "target") and len(self._network.samples) > 1:
            key = f"sample{at.sample}.{key}"
        elif name.key == "t" and name.kind == "constant":
            prefix = qualified(line._replace(address=at._replace(key="")), self._network,
                               self._several)  # fmt: skip
            key = prefix + key
        if key not in self.given:
            said = self._words.get(name.key)
            word = said.partition(" ")[2] if said else "as it was before"
            self.given[key] = Given(name.symbol, line.scope[name.key], word)
        return key
