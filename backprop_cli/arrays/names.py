"""From the names in a program to the quantities they may mean.

Which convention of names a program follows is found by what is there: the one that knows the most
names. What it does not know is left to the one that knows the most of the rest, and so on, and at
last to the spellings that no author owns. A name may mean several things; which of them it is, is
for the numbers to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from backprop_cli.arrays.conventions import CONVENTIONS, Convention
from backprop_cli.arrays.counting import shifts
from backprop_cli.arrays.found import Entry, Path, entries
from backprop_cli.arrays.modules import Modules, text_of
from backprop_cli.arrays.spellings import COMMON, SPELLINGS
from backprop_cli.arrays.values import Array, array_of, is_array
from backprop_cli.arrays.words import (
    PARAMETERS,
    Match,
    Meaning,
    Word,
    compiled,
    entries_of,
    matched,
    meanings,
)
from backprop_cli.engine import Letters, Network, Quantities
from backprop_cli.errors import UsageError, did_you_mean
from backprop_cli.formulas import OPTIMIZERS

UNKNOWN = "no convention knows this name"
OF_ONE_UNIT = "it is of one unit: backprop verify marks such numbers"
MOST_BY_HAND = 1000
NO_QUANTITY = "it is a value on the way, for which the textbook has no name"


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
    if not isinstance(things, Mapping):
        what = f"arrays are given by name, not as a {type(things).__name__}"
        raise UsageError(what, 'give a dict: locals(), or {"Z1": Z1, "dW1": dW1}')
    reader = _Reader(entries(things), network)
    asked: Sequence[Convention] = tuple(CONVENTIONS.values())
    own: dict[str, tuple[Meaning, ...]] = {}
    if isinstance(names, Mapping):
        own = reader.own_names(names, things)
    elif names != "auto":
        asked = (_convention(names),)
    return reader.read(asked, own)


def _convention(id_: object) -> Convention:
    if isinstance(id_, str) and id_ in CONVENTIONS:
        return CONVENTIONS[id_]
    near = did_you_mean(id_, ("auto", *CONVENTIONS)) if isinstance(id_, str) else None
    known = "known are auto, " + ", ".join(CONVENTIONS) + ', or a dict such as {"z": "net_1"}'
    what = f"there is no convention of names {id_!r}"
    raise UsageError(what, f"{near} {known}" if near else known)


class _Reader:
    """The entries of a namespace, and what the conventions make of their names."""

    def __init__(self, found: Sequence[Entry], network: Network) -> None:
        self.entries = {entry.name: entry for entry in found}
        self.network, self.last = network, len(network.layers)
        leaves = [entry.path for entry in found if not entry.is_list]
        self.modules = Modules(leaves, self.last)

    # Names of one's own.

    def own_names(
        self, names: Mapping[str, str], things: Mapping[str, object]
    ) -> dict[str, tuple[Meaning, ...]]:
        """What the user says that names mean; a name of a list or a dict stands for all in it."""
        own: dict[str, tuple[Meaning, ...]] = {}
        for name, key in names.items():
            if not (isinstance(name, str) and isinstance(key, str)):
                what = f"names: {name!r} is to mean {key!r}; both are texts"
                raise UsageError(what, 'for example names={"hidden_in": "net_1"}')
            inside = [
                e for e in self.entries.values() if e.name.startswith((f"{name}[", f"{name}."))
            ]
            if name in self.entries and not (inside and self._means(key) is None):
                own[name] = self._meaning_of(name, key)
            elif inside:
                parts = {e.name: key + e.name[len(name) :].replace('["', ".").replace('"]', "")
                         for e in inside if not e.is_list}  # fmt: skip
                own |= {inner: self._meaning_of(inner, text) for inner, text in parts.items()}
            elif name in things:
                array_of(things[name], name)  # which says what is wrong
            else:
                hint = did_you_mean(name, self.entries) or "names are those of the arrays given"
                raise UsageError(f"names: there is no array {name!r}", hint)
        return own

    def _means(self, text: str) -> tuple[Meaning, ...] | None:
        """What our key, or a name of a convention, means; () for a layer that there is not."""
        found: tuple[Meaning, ...] | None = None
        for id_ in ("own", *CONVENTIONS):
            match = matched(self._words(id_), (text,), self.modules, self.last)
            if match is None or not match.parts:
                continue
            found = tuple(m for m in meanings(match, self.last) if not self._lacking(m))
            if found:
                return found
        return found

    def _meaning_of(self, name: str, text: str) -> tuple[Meaning, ...]:
        found = self._means(text)
        if found:
            return found
        what = f"names: {name} is to mean {text!r}, which this network does not have"
        keys = self.keys()
        some = ", ".join(key for key in keys if not re.search(r"[2-9]|_new$|change", key))
        raise UsageError(what, did_you_mean(text, keys) or f"its keys are {some} and so on")

    def keys(self) -> list[str]:
        """Our keys of the matrices of the network."""
        letters = self.network.notation.letters
        keys = ["X", "T", f"{letters.error}_out", f"{letters.error}_total"]
        for number in range(1, self.last + 1):
            for key in CONVENTIONS["own"].words:
                if "{l}" in key:
                    text = key.replace("W{l}", f"W{number}").replace("b{l}", f"b{number}")
                    text = text.replace("J{l}", "").replace("{l}", f"_{number}")
                    keys += [text.format(**vars(letters))] if text else []
        return keys

    # All others.

    def _words(self, id_: str) -> tuple[Word, ...]:
        return words_of(id_, self.network.notation.letters)

    def read(self, asked: Sequence[Convention], own: Mapping[str, tuple[Meaning, ...]]) -> Named:
        """Every entry: bound, left out, or passed over as no array at all."""
        lists = {name for inner in own for name in self.entries[inner].lists}
        names = [name for name in self.entries if name not in own and name not in lists]
        known = {row.id: self._matches(self._words(row.id), names) for row in asked}
        common = self._matches(_common(), names)
        left = self._without_doubles(names, set().union(common, *known.values()))
        result = Named(None, {}, {}, {})
        result.meanings.update(own)
        first = None
        while (best := self._best(left, known)) is not None:
            first = first or best[0]
            self._settle(best, known, left, result, strict=best[0] == first)
            left = [name for name in left if name not in known[best[0]]]
        self._settle(("", ()), {"": common}, left, result)
        left = [name for name in left if name not in common]
        result.left_out.update(self._unknown(left, result))
        for name in own:
            result.arrays[name] = array_of(self.entries[name].thing, name)
        of_first = sum(name in known[first] for name in result.meanings) if first else 0
        if first and 2 * of_first >= len(result.meanings) - len(own):
            result = result._replace(convention=CONVENTIONS[first])
        return self._in_order(result)

    def _matches(self, words: Sequence[Word], names: Iterable[str]) -> dict[str, Match]:
        """The names that these words know."""
        found = {}
        for name in names:
            entry = self.entries[name]
            match = matched(words, _texts(entry.path), self.modules, self.last)
            if match is not None and self._plausible(entry, match):
                found[name] = match
        return found

    def _plausible(self, entry: Entry, match: Match) -> bool:
        """Whether this may be an array at all: a single number is one of one entry."""
        if not entry.is_number:
            return True
        may_be = meanings(match, self.last)
        if not isinstance(entry.thing, float):  # a count, most likely
            may_be = tuple(m for m in may_be if m.kind in ("input", "target"))
        return any(entries_of(m, self.network) == 1 for m in may_be)

    def _without_doubles(self, names: Iterable[str], known: set[str]) -> list[str]:
        """The names without lists whose entries are known, and without entries of other lists."""
        gone: set[str] = set()
        names = list(names)
        for name in names:
            if not self.entries[name].is_list or name in gone:
                continue
            inside = [n for n in names if name in self.entries[n].lists]
            parts = [n for n in inside if n in known]
            count = len({n for n in inside if self.entries[n].lists[-1] == name})
            by_layer = count in (self.last, self.last + 1) and self.last > 1
            if parts and (name not in known or by_layer):
                gone.add(name)
            else:
                gone.update(inside)
        return [name for name in names if name not in gone]

    def _best(
        self, left: Sequence[str], known: Mapping[str, Mapping[str, Match]]
    ) -> tuple[str, tuple[str, ...]] | None:
        """The convention that knows most of these names, and those that know as many.

        Of several it is the one whose names fewer others know, and then the first.
        """
        counts = {id_: sum(name in found for name in left) for id_, found in known.items()}
        most = max(counts.values(), default=0)
        if most == 0:
            return None
        tied = [id_ for id_, count in counts.items() if count == most]

        def rarity(id_: str) -> float:
            return sum(
                1 / sum(name in other for other in known.values())
                for name in left
                if name in known[id_]
            )

        best = max(tied, key=rarity)
        return best, tuple(id_ for id_ in tied if id_ != best)

    def _settle(
        self,
        best: tuple[str, tuple[str, ...]],
        known: Mapping[str, Mapping[str, Match]],
        left: Sequence[str],
        result: Named,
        strict: bool = False,
    ) -> None:
        """Put down what the best convention makes of the names left, and after it the others."""
        id_, others = best
        said = self._said({n: m for n, m in known[id_].items() if n in left})
        for other in others:
            for name, more in self._said(
                {n: m for n, m in known[other].items() if n in said}
            ).items():
                said[name] = tuple(dict.fromkeys((*said[name], *more)))
        for name, found in said.items():
            fitting = tuple(m for m in found if not self._lacking(m))
            if fitting:
                self._convert(name, fitting, result, strict)
            elif not self.entries[name].is_number:
                match = known[id_][name]
                result.left_out[name] = self._why(match, found)

    def _said(self, matches: Mapping[str, Match]) -> dict[str, tuple[Meaning, ...]]:
        """The meanings of names, with the layers counted as these names count them."""
        listed = (name for name in matches if self.entries[name].lists)
        moved = shifts(matches, listed, self.last)
        return {n: meanings(match, self.last, moved.get(n, 0)) for n, match in matches.items()}

    def _convert(self, name: str, found: tuple[Meaning, ...], result: Named, strict: bool) -> None:
        try:
            result.arrays[name] = array_of(self.entries[name].thing, name)
        except UsageError as error:
            if strict:
                raise
            result.left_out[name] = error.what.removeprefix(f"{name}: ")
        else:
            result.meanings[name] = found

    def _lacking(self, meaning: Meaning) -> str:
        """Why this network has no such quantity, though it has the layer; "" if it has it."""
        if meaning.kind.endswith("b") and not self.network.layers[meaning.layer - 1].biases:
            return f"layer {meaning.layer} of the network has no biases"
        state = re.fullmatch(r"(\w+)_[Wb]", meaning.kind)
        rule = self.network.optimizer.rule
        letters = {"change", *rule.state, *(line.letter for line in rule.rules)}
        if state and state[1] != "dE" and state[1] not in letters:
            return f"the optimizer of the network, {self.network.optimizer.name}, has no {state[1]}"
        return ""

    def _why(self, match: Match, found: Sequence[Meaning]) -> str:
        """Why a name that is known means nothing in this network."""
        if not match.parts:
            return NO_QUANTITY
        if found:
            return self._lacking(found[0])
        if any(part.where == "hidden" for part in match.parts) or not match.layers:
            return "the network has no hidden layer"
        layer = match.layers[0] + int(match.parts[0].where[1:] or 0)
        if layer < 1:
            return "it is of the inputs, which have no such quantity here"
        layers = "1 layer" if self.last == 1 else f"{self.last} layers"
        return f"the network has {layers}, and no layer {layer}"

    def _unknown(self, left: Sequence[str], result: Named) -> Iterator[tuple[str, str]]:
        """Arrays that nobody knows: of lists and objects those of which something is known."""
        told: set[str] = set()
        for name in left:
            entry = self.entries[name]
            if entry.is_number or _is_count(entry.thing):
                continue
            if entry.lists and not any(n.startswith(entry.lists[0]) for n in result.meanings):
                name = entry.lists[0]
            elif entry.in_object:
                root = re.split(r"[.\[]", name)[0]
                if not any(re.split(r"[.\[]", n)[0] == root for n in result.meanings):
                    continue
            if name not in told and is_array(self.entries[name].thing):
                told.add(name)
                yield name, OF_ONE_UNIT if name in self._keys_of_units else UNKNOWN

    @cached_property
    def _keys_of_units(self) -> frozenset[str]:
        """The keys of single units, as far as a person could have written them."""
        if sum(1 for _ in islice(self.network.parameters(), MOST_BY_HAND)) == MOST_BY_HAND:
            return frozenset()
        return frozenset(Quantities(self.network).all_keys())

    def _in_order(self, result: Named) -> Named:
        """The result in the order of the namespace; what has a name for its new value keeps one."""
        new = {found[0] for found in result.meanings.values() if len(found) == 1}
        order = [name for name in self.entries if name in result.arrays]
        told = {
            name: tuple(
                m for m in result.meanings[name]
                if len(result.meanings[name]) == 1 or not (m.suffix and m in new)
            )
            for name in order
        }  # fmt: skip
        return result._replace(arrays={name: result.arrays[name] for name in order}, meanings=told)


def _is_count(thing: object) -> bool:
    """Whether this is a list of whole numbers: the sizes of layers, a shape."""
    return isinstance(thing, list | tuple) and all(type(part) is int for part in thing)


def _texts(path: Path) -> list[str]:
    """The ways to write a path for the tables, the fullest first.

    For `layers[0].W` also W0: the number of a layer may stand at the container. Then the path
    without what it begins with: `self.weights[0]` is weights[0], too.
    """
    texts = [text_of(path)]
    if len(path) > 1:
        tail = path[-2:] if path[-1] == "grad" else path[-1:]
        for at in range(len(path) - len(tail) - 1, -1, -1):
            number = re.search(r"\d+$", str(path[at]))
            if number and isinstance(tail[0], str):
                texts.append(text_of((tail[0] + number[0], *tail[1:])))
                break
    texts += [text_of(path[at:]) for at in range(1, len(path)) if isinstance(path[at], str)]
    return texts


@lru_cache(maxsize=64)
def words_of(id_: str, letters: Letters) -> tuple[Word, ...]:
    """The words of a convention; our own keys have the letters of the network."""
    words = dict(CONVENTIONS[id_].words)
    if id_ != "own":
        return compiled(words)
    for letter in sorted({line.letter for rule in OPTIMIZERS.values() for line in rule.rules}):
        for part in PARAMETERS:
            words[f"{letter}_{part}{{l}}"] = f"{letter}_{part}"
            words[f"{letter}_{part}{{l}}_new"] = f"{letter}_{part}_new"
    return compiled(words, {name: re.escape(text) for name, text in vars(letters).items()})


@lru_cache(maxsize=1)
def _common() -> tuple[Word, ...]:
    return compiled(COMMON, SPELLINGS)
