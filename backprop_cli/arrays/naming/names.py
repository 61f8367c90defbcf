"""From the names in a program to the quantities they may mean.

Which convention of names a program follows is found by what is there: the one that knows the most
names. What it does not know is left to the one that knows the most of the rest, and so on, and at
last to the spellings that no author owns. A name may mean several things; which of them it is, is
for the numbers to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from backprop_cli.arrays.naming.conventions import CONVENTIONS, Convention
from backprop_cli.arrays.naming.found import entries
from backprop_cli.arrays.naming.own_names import own_names
from backprop_cli.arrays.naming.vocabulary import NO_CONVENTION, Vocabulary
from backprop_cli.arrays.naming.words import OF_NO_LAYER, Match, Meaning
from backprop_cli.arrays.working.values import Array, array_of, is_array, shape_text
from backprop_cli.engine import Letters, Network, Quantities
from backprop_cli.errors import UsageError, did_you_mean

UNKNOWN = "no convention knows this name"
OF_ONE_UNIT = "it is of one unit: backprop verify marks such numbers"
UNLIKE = {
    "input": "the shape {} is not that of the inputs of the network",
    "target": "the shape {} is not that of the targets of the network",
} | dict.fromkeys(OF_NO_LAYER, "the shape {} is not that of an error")
LISTS_OF_LAYERS = 4
"""Entries for each layer in a list of layers: a module, its activation, what else is between."""

MOST_BY_HAND = 1000
"""Parameters of the largest network whose single units somebody has names for."""

FORWARD = ("input", "net", "out")

Known = Mapping[str, Mapping[str, Match]]
"""By the id of a convention: the names that it knows."""


class Named(NamedTuple):
    """Arrays by the names that the report has for them, and what each may mean.

    The most likely meaning comes first. `convention` is the one that most names are of, None if
    there is none that at least half of them are of; `rivals` know as many names, and may mean
    something else by them. `left_out`: why an array is bound to nothing. `foreign` are names that
    the convention does not know, and that have their meaning from others.
    """

    convention: Convention | None
    arrays: dict[str, Array]
    meanings: dict[str, tuple[Meaning, ...]]
    left_out: dict[str, str]
    rivals: tuple[Convention, ...] = ()
    foreign: frozenset[str] = frozenset()


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
    longest = LISTS_OF_LAYERS * (len(network.layers) + 1)
    vocabulary = Vocabulary(entries(things, longest), network)
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
        ranking = self._ranking(left, known)
        first, likely = ranking[:1], [self._first(known[id_], left) for id_ in ranking]
        rivals = [id_ for id_, said in zip(ranking, likely, strict=True) if said != likely[0]]
        while ranking:
            best, own = ranking[0], ranking[0] == "own"  # keys that nobody uses for anything else
            self._settle(left, known[best], strict=ranking[:1] == first, exact=own)
            left = [name for name in left if name not in known[ranking[0]]]
            ranking = self._ranking(left, known)
        self._settle(left, common)
        left = [name for name in left if name not in common]
        self.left_out |= self._unknown(left, (*known, NO_CONVENTION))
        self._pinned()
        self._overwritten()
        for name in self.own:
            self.arrays[name] = array_of(self.entries[name].thing, name)
        count = sum(name in known[id_] for id_ in first for name in self.meanings)
        follows = bool(first) and 2 * count >= len(self.meanings) - len(self.own)
        order = [name for name in self.entries if name in self.arrays]
        return Named(
            CONVENTIONS[first[0]] if follows else None,
            {name: self.arrays[name] for name in order},
            {name: self._without_new(name) for name in order},
            {name: self.left_out[name] for name in self.entries if name in self.left_out},
            tuple(CONVENTIONS[id_] for id_ in rivals if follows),
            frozenset(order).difference(self.own, known[first[0]]) if follows else frozenset(),
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

    def _ranking(self, left: Sequence[str], known: Known) -> tuple[str, ...]:
        """The conventions that know most of these names; () if none knows any.

        The first of them is the one whose names fewer others know, then the one by which fewer
        outputs lack their net input, then our own if the network has letters of its own, and then
        that which stands first in the table.
        """
        counts = {id_: sum(name in found for name in left) for id_, found in known.items()}
        most = max(counts.values(), default=0)
        if most == 0:
            return ()
        users = {name: sum(name in found for found in known.values()) for name in left}

        def order(id_: str) -> tuple[float, int, bool]:
            rarity = sum(1 / users[name] for name in left if name in known[id_])
            lettered = self.vocabulary.network.notation.letters != Letters()
            return -rarity, self._gaps(known[id_], left), not (id_ == "own" and lettered)

        return tuple(sorted((id_ for id_, n in counts.items() if n == most), key=order))

    def _first(self, known: Mapping[str, Match], left: Iterable[str]) -> dict[str, Meaning]:
        """What each of these names means most likely by a convention."""
        said = self.vocabulary.said({name: known[name] for name in left if name in known})
        return {name: meanings[0] for name, meanings in said.items() if meanings}

    def _gaps(self, known: Mapping[str, Match], left: Iterable[str]) -> int:
        """How many outputs have no net input, where others have one.

        Where a1 z1 a2 y are read as Nielsen's, there is no z2; as Bishop's, nothing is missing.
        """
        found = self._first(known, left).values()
        nets = {meaning.layer for meaning in found if meaning.kind == "net"}
        return len({m.layer for m in found if m.kind == "out"} - nets) if nets else 0

    def _settle(
        self,
        left: Sequence[str],
        known: Mapping[str, Match],
        strict: bool = False,
        exact: bool = False,
    ) -> None:
        """Put down what a convention makes of its names among those left."""
        said = self.vocabulary.said({name: known[name] for name in left if name in known})
        for name, found in said.items():
            fitting = tuple(m for m in found if not self.vocabulary.lacking(m))
            if fitting:
                self._bind(name, fitting, strict, exact)
            elif not self.entries[name].is_number:
                self.left_out[name] = self.vocabulary.why(known[name], found)

    def _bind(self, name: str, meanings: tuple[Meaning, ...], strict: bool, exact: bool) -> None:
        """Read the numbers; what cannot be read is left out, or with `strict` an error.

        A list of arrays that do not fit together is no array, but something else with its name.
        What does not have a size that it may have is left out too, unless the name is `exact`.
        """
        entry = self.entries[name]
        try:
            array = array_of(entry.thing, name)
        except UsageError as error:
            if strict and not entry.is_list_of_arrays:
                raise
            self.left_out[name] = error.what.removeprefix(f"{name}: ")
            return
        fits = self.vocabulary.fits
        fitting = tuple(m for m in meanings if exact or fits(m, array.shape))
        if array.shape == ():  # an error, where the name may be of one
            fitting = tuple(m for m in fitting if m.kind in OF_NO_LAYER) or fitting
        if fitting:
            self.arrays[name], self.meanings[name] = array, fitting
        else:
            self.left_out[name] = UNLIKE[meanings[0].kind].format(shape_text(array.shape))

    def _same(self, name: str) -> Iterator[str]:
        """The other names that the very same array has."""
        thing = self.entries[name].thing
        for other in self.meanings:
            if other != name and self.entries[other].thing is thing:
                yield other

    def _pinned(self) -> None:
        """The variable of a loop over layers is the layer's whose array it is at the end."""
        for name, found in list(self.meanings.items()):
            if len({meaning.layer for meaning in found}) > 1 and name not in self.own:
                same = [
                    other for other in self._same(name) if len(self.meanings[other]) < len(found)
                ]
                here = {meaning for other in same for meaning in self.meanings[other]}
                self.meanings[name] = tuple(m for m in found if m in here) or found

    def _overwritten(self) -> None:
        """An array with a name of each pass holds what the backward pass has written into it.

        So it is after `dscores = probs; dscores[range(m), y] -= 1`.
        """
        for name, found in list(self.meanings.items()):
            if found[0].kind in FORWARD and name not in self.own:
                same = [m for other in self._same(name) for m in self.meanings[other]]
                later = [m for m in same if m.kind not in FORWARD]
                self.meanings[name] = tuple(dict.fromkeys((*later, *found)))

    def _unknown(self, left: Sequence[str], asked: Iterable[str]) -> dict[str, str]:
        """Arrays that nobody knows: of lists as a whole, of objects where something is known."""
        roots = {_root(name) for name in self.meanings}
        known = {id(self.entries[name].thing) for name in self.meanings}
        found: dict[str, str] = {}
        for name in left:
            entry = self.entries[name]
            if id(entry.thing) in known or name.removesuffix(".grad") in left[: left.index(name)]:
                continue  # it has another name; or it is with an array that is told
            outermost = entry.lists[0] if entry.lists else name
            if not any(other.startswith(f"{outermost}[") for other in self.meanings):
                name, entry = outermost, self.entries[outermost]
            passed_over = entry.is_number or _is_count(entry.thing) or not is_array(entry.thing)
            if passed_over or (entry.in_object and _root(name) not in roots):
                continue
            found[name] = self._why_unknown(name, asked)
        return found

    def _why_unknown(self, name: str, asked: Iterable[str]) -> str:
        for id_ in asked:
            match = self.vocabulary.beyond(id_, name)
            if match is not None:
                return self.vocabulary.why(match, ())
        return OF_ONE_UNIT if name in self._keys_of_units else UNKNOWN

    @cached_property
    def _keys_of_units(self) -> frozenset[str]:
        """The keys of single units, as far as a person could have written them."""
        network = self.vocabulary.network
        parameters = sum(1 for _ in islice(network.parameters(), MOST_BY_HAND))
        return frozenset(Quantities(network).all_keys() if parameters < MOST_BY_HAND else ())

    def _without_new(self, name: str) -> tuple[Meaning, ...]:
        """The meanings, without a new value that has a name of its own."""
        found, same = self.meanings[name], {*self._same(name)}
        others = (other for at, other in self.meanings.items() if at not in same)
        new = {other[0] for other in others if len(other) == 1 and other[0].suffix}
        return tuple(m for m in found if len(found) == 1 or m not in new)


def _root(name: str) -> str:
    """The variable that something is in."""
    return re.split(r"[.\[]", name)[0]


def _is_count(thing: object) -> bool:
    """Whether this is a list of whole numbers: the sizes of layers, a shape."""
    return isinstance(thing, list | tuple) and all(type(part) is int for part in thing)
