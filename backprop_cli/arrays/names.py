"""From the names in a program to the quantities they may mean.

Which convention of names a program follows is found by what is there: the one that knows the most
names. What it does not know is left to the one that knows the most of the rest, and so on, and at
last to the spellings that no author owns. A name may mean several things; which of them it is, is
for the numbers to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from backprop_cli.arrays.conventions import CONVENTIONS, Convention
from backprop_cli.arrays.found import entries
from backprop_cli.arrays.own_names import own_names
from backprop_cli.arrays.values import Array, array_of, is_array
from backprop_cli.arrays.vocabulary import NO_CONVENTION, Vocabulary
from backprop_cli.arrays.words import Match, Meaning
from backprop_cli.engine import Network, Quantities
from backprop_cli.errors import UsageError, did_you_mean

UNKNOWN = "no convention knows this name"
OF_ONE_UNIT = "it is of one unit: backprop verify marks such numbers"
MOST_BY_HAND = 1000
"""Parameters of the largest network whose single units somebody has names for."""

Known = Mapping[str, Mapping[str, Match]]
"""By the id of a convention: the names that it knows."""


class Named(NamedTuple):
    """Arrays by the names that the report has for them, and what each may mean.

    The most likely meaning comes first. `convention` is the one that most names are of, None if
    there is none that at least half of them are of. `left_out`: why an array is bound to nothing.
    """

    convention: Convention | None
    arrays: dict[str, Array]
    meanings: dict[str, tuple[Meaning, ...]]
    left_out: dict[str, str]


def named(
    things: Mapping[str, object], network: Network, names: str | Mapping[str, str] = "auto"
) -> Named:
    """The arrays among `things` and what they may mean in the network.

    `names` is "auto", the id of a convention that is to be followed alone, or a mapping of one's
    own names to keys (`{"hidden_in": "net_1"}`), beside which the others are found as with "auto".
    Raises `UsageError` for a convention, a name or a key that there is not, and for an array of
    the convention whose numbers cannot be read.
    """
    if not hasattr(things, "items"):
        what = f"arrays are given by name, not as a {type(things).__name__}"
        raise UsageError(what, 'give a dict: locals(), or {"Z1": Z1, "dW1": dW1}')
    vocabulary = Vocabulary(entries(things), network)
    own: dict[str, tuple[Meaning, ...]] = {}
    asked: Iterable[str] = CONVENTIONS
    if not isinstance(names, str) and hasattr(names, "items"):
        own = own_names(names, vocabulary)
    elif names != "auto":
        asked = (_convention(names),)
    return _Reader(vocabulary, own).read(asked)


def _convention(id_: object) -> str:
    """The id, if there is such a convention. Raises `UsageError`."""
    if isinstance(id_, str) and id_ in CONVENTIONS:
        return id_
    near = did_you_mean(id_, ("auto", *CONVENTIONS)) if isinstance(id_, str) else None
    known = "known are auto, " + ", ".join(CONVENTIONS) + ', or a dict such as {"z": "net_1"}'
    raise UsageError(
        f"there is no convention of names {id_!r}", f"{near} {known}" if near else known
    )


class _Reader:
    """Every entry of a namespace bound, left out, or passed over as no array at all."""

    def __init__(self, vocabulary: Vocabulary, own: Mapping[str, tuple[Meaning, ...]]) -> None:
        self.vocabulary, self.entries, self.own = vocabulary, vocabulary.entries, own
        self.arrays: dict[str, Array] = {}
        self.meanings = dict(own)
        self.left_out: dict[str, str] = {}

    def read(self, asked: Iterable[str]) -> Named:
        """All entries, by the conventions with these ids."""
        lists = {name for inner in self.own for name in self.entries[inner].lists}
        names = [name for name in self.entries if name not in self.own and name not in lists]
        known = {id_: self.vocabulary.matches(id_, names) for id_ in asked}
        common = self.vocabulary.matches(NO_CONVENTION, names)
        left = self._without_doubles(names, set().union(common, *known.values()))
        first = ""
        while (best := _best(left, known)) is not None:
            first = first or best[0]
            self._settle(left, [known[id_] for id_ in best], strict=best[0] == first)
            left = [name for name in left if name not in known[best[0]]]
        self._settle(left, [common])
        for name, reason in self._unknown([name for name in left if name not in common]):
            self.left_out[name] = reason
        for name in self.own:
            self.arrays[name] = array_of(self.entries[name].thing, name)
        count = sum(name in known[first] for name in self.meanings) if first else 0
        follows = first and 2 * count >= len(self.meanings) - len(self.own)
        order = [name for name in self.entries if name in self.arrays]
        return Named(
            CONVENTIONS[first] if follows else None,
            {name: self.arrays[name] for name in order},
            {name: self._without_new(name) for name in order},
            {name: self.left_out[name] for name in self.entries if name in self.left_out},
        )

    def _without_doubles(self, names: Sequence[str], known: set[str]) -> list[str]:
        """The names without lists whose entries are known, and without entries of other lists."""
        gone: set[str] = set()
        for name in names:
            if not self.entries[name].is_list or name in gone:
                continue
            inside = [n for n in names if name in self.entries[n].lists]
            count = len([n for n in inside if self.entries[n].lists[-1] == name])
            last = self.vocabulary.last
            by_layer = count in (last, last + 1) and last > 1
            if not known.isdisjoint(inside) and (name not in known or by_layer):
                gone.add(name)
            else:
                gone.update(inside)
        return [name for name in names if name not in gone]

    def _settle(
        self, left: Sequence[str], known: Sequence[Mapping[str, Match]], strict: bool = False
    ) -> None:
        """Put down what the first of these conventions makes of its names; then what others do."""
        said, *others = (
            self.vocabulary.said({name: found[name] for name in left if name in found})
            for found in known
        )
        for name, found in said.items():
            alike = [m for other in others for m in other.get(name, ())]
            may_be = tuple(dict.fromkeys((*found, *alike)))
            fitting = tuple(m for m in may_be if not self.vocabulary.lacking(m))
            if fitting:
                self._bind(name, fitting, strict)
            elif not self.entries[name].is_number:
                self.left_out[name] = self.vocabulary.why(known[0][name], found)

    def _bind(self, name: str, meanings: tuple[Meaning, ...], strict: bool) -> None:
        """Read the numbers; what cannot be read is left out, or with `strict` an error."""
        try:
            self.arrays[name] = array_of(self.entries[name].thing, name)
        except UsageError as error:
            if strict:
                raise
            self.left_out[name] = error.what.removeprefix(f"{name}: ")
        else:
            self.meanings[name] = meanings

    def _unknown(self, left: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Arrays that nobody knows: of lists as a whole, of objects where something is known."""
        roots = {_root(name) for name in self.meanings}
        of_units: frozenset[str] | None = None
        for name in left:
            entry = self.entries[name]
            outermost = entry.lists[0] if entry.lists else name
            if not any(other.startswith(f"{outermost}[") for other in self.meanings):
                name, entry = outermost, self.entries[outermost]
            passed_over = entry.is_number or _is_count(entry.thing) or not is_array(entry.thing)
            if passed_over or (entry.in_object and _root(name) not in roots):
                continue
            of_units = _keys_of_units(self.vocabulary.network) if of_units is None else of_units
            yield name, OF_ONE_UNIT if name in of_units else UNKNOWN

    def _without_new(self, name: str) -> tuple[Meaning, ...]:
        """The meanings, without a new value that has a name of its own."""
        found = self.meanings[name]
        new = {other[0] for other in self.meanings.values() if len(other) == 1 and other[0].suffix}
        return tuple(m for m in found if len(found) == 1 or m not in new)


def _best(left: Sequence[str], known: Known) -> tuple[str, ...] | None:
    """The convention that knows most of these names, and those that know as many.

    Of several it is the one whose names fewer others know, and then the first.
    """
    counts = {id_: sum(name in found for name in left) for id_, found in known.items()}
    most = max(counts.values(), default=0)
    if most == 0:
        return None
    users = {name: sum(name in found for found in known.values()) for name in left}

    def rarity(id_: str) -> float:
        return sum(1 / users[name] for name in left if name in known[id_])

    tied = [id_ for id_, count in counts.items() if count == most]
    best = max(tied, key=rarity)
    return best, *(id_ for id_ in tied if id_ != best)


def _root(name: str) -> str:
    """The variable that something is in."""
    return re.split(r"[.\[]", name)[0]


def _is_count(thing: object) -> bool:
    """Whether this is a list of whole numbers: the sizes of layers, a shape."""
    return isinstance(thing, list | tuple) and all(type(part) is int for part in thing)


def _keys_of_units(network: Network) -> frozenset[str]:
    """The keys of single units, as far as a person could have written them."""
    parameters = sum(1 for _ in islice(network.parameters(), MOST_BY_HAND))
    return frozenset(Quantities(network).all_keys() if parameters < MOST_BY_HAND else ())
