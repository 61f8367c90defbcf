"""What the names of a namespace mean by the tables of words, in the network at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import prod

from backprop_cli.arrays.naming.boxes import Boxes, Text
from backprop_cli.arrays.naming.conventions import CONVENTIONS
from backprop_cli.arrays.naming.counting import shifts
from backprop_cli.arrays.naming.found import Entry
from backprop_cli.arrays.naming.modules import Modules
from backprop_cli.arrays.naming.spellings import COMMON, SPELLINGS
from backprop_cli.arrays.naming.words import (
    OF_NO_LAYER,
    PARAMETERS,
    Match,
    Meaning,
    Word,
    compiled,
    entries_of,
    matched,
    meanings,
)
from backprop_cli.engine import Letters, Network
from backprop_cli.formulas import OPTIMIZERS

NO_CONVENTION = ""
"""In place of the id of a convention: the spellings that no author owns."""

NO_QUANTITY = "it is a value on the way, for which the textbook has no name"
OF_INPUTS = "it is of the inputs, which have no such quantity here"


class Vocabulary:
    """The tables of words, asked about the entries of a namespace."""

    def __init__(self, found: Iterable[Entry], network: Network) -> None:
        self.entries = {entry.name: entry for entry in found}
        self.network, self.last = network, len(network.layers)
        leaves = [entry.path for entry in self.entries.values() if not entry.is_list]
        self.boxes = Boxes(leaves)
        self.modules = Modules([self.boxes.inner(path) or path for path in leaves], self.last)

    def matches(self, id_: str, names: Iterable[str]) -> dict[str, Match]:
        """The names that the words of a convention know."""
        words = words_of(id_, self.network.notation.letters)
        found = {}
        for name in names:
            entry = self.entries[name]
            match = matched(words, self.boxes.texts(entry.path), self.modules, self.last)
            if match is not None and self._plausible(entry, match):
                found[name] = match
        return found

    def _plausible(self, entry: Entry, match: Match) -> bool:
        """Whether this may be an array at all: a single number is one of one entry."""
        if not entry.is_number:
            return True
        may_be = meanings(match, self.last)
        if type(entry.thing) is not float and isinstance(entry.thing, float):
            return True  # of NumPy, which makes one of a sum without an axis
        if not isinstance(entry.thing, float):  # a count, most likely
            may_be = tuple(m for m in may_be if m.kind in ("input", "target"))
        return any(entries_of(m, self.network) == 1 for m in may_be)

    def said(self, matches: Mapping[str, Match]) -> dict[str, tuple[Meaning, ...]]:
        """The meanings of names, with the layers counted as these names count them."""
        listed = (name for name in matches if self.entries[name].lists)
        moved = shifts(matches, listed, self.last)
        return {n: meanings(match, self.last, moved.get(n, 0)) for n, match in matches.items()}

    def means(self, text: str) -> tuple[Meaning, ...]:
        """What our key, or a name of a convention, means by itself; () if this network has none."""
        for id_ in ("own", *CONVENTIONS):
            words = words_of(id_, self.network.notation.letters)
            match = matched(words, (Text(text),), self.modules, self.last)
            said = () if match is None else meanings(match, self.last)
            if found := tuple(m for m in said if not self.lacking(m)):
                return found
        return ()

    def keys(self) -> list[str]:
        """Our keys of the matrices of the network."""
        letters = vars(self.network.notation.letters)
        words = CONVENTIONS["own"].words
        keys = [word.format(**letters) for word in words if "{l}" not in word]
        for number in range(1, self.last + 1):
            for word in (word for word in words if "{l}" in word):
                joint = "" if word[word.index("{l}") - 1] in (*PARAMETERS,) else "_"
                keys.append(word.replace("{l}", f"{joint}{number}").format(**letters))
        return [key for key in keys if self.means(key)]

    def lacking(self, meaning: Meaning) -> str:
        """Why this network has no such quantity, though it has the layer; "" if it has it."""
        kind, layer, network = meaning.kind, meaning.layer, self.network
        if kind == "E_mean" and len(network.samples) == 1:
            return "of one sample there is no mean error"
        if kind in ("slope", "jacobian"):
            has_jacobian = network.layers[layer - 1].activation.jacobian is not None
            if has_jacobian != (kind == "jacobian"):
                what = "a Jacobian" if has_jacobian else "a slope for each unit"
                return f"the activation of layer {layer} has {what}"
        if kind.endswith("b"):
            if not network.layers[layer - 1].biases:
                return f"layer {layer} of the network has no biases"
            if not network.train_biases and (kind, meaning.suffix) != ("b", ""):
                return "the biases of the network are not trained"
        state = re.fullmatch(r"(\w+)_[Wb]", kind)
        rule = network.optimizer.rule
        if state and state[1] not in ("change", *(line.letter for line in rule.rules)):
            return f"the optimizer of the network, {network.optimizer.name}, has no {state[1]}"
        return ""

    def fits(self, meaning: Meaning, shape: Sequence[int]) -> bool:
        """Whether an array of this shape may be what is given, or an error.

        A data set that the batch is a part of is called alike, and a letter such as C may be
        anything. All else is bound whatever its shape, for that may be what is wrong with it.
        """
        count = prod(shape)
        if meaning.kind == "target" and count == len(self.network.samples):
            return True  # the number of a class for each sample
        if meaning.kind in ("input", "target", *OF_NO_LAYER):
            return count in (1, entries_of(meaning, self.network))
        return True

    def beyond(self, id_: str, name: str) -> Match | None:
        """How a convention understands a name of a layer that there is not."""
        words = words_of(id_, self.network.notation.letters)
        texts = self.boxes.texts(self.entries[name].path)
        return matched(words, texts, self.modules, self.last, beyond=True)

    def why(self, match: Match, found: Sequence[Meaning]) -> str:
        """Why a name that is known means nothing in this network."""
        if not match.parts:
            return match.reason or NO_QUANTITY
        if found:
            return self.lacking(found[0])
        if not match.layers:
            return "the network has no hidden layer"
        layer = match.layers[0] + match.parts[0].offset
        if layer < 1:
            return OF_INPUTS
        layers = "1 layer" if self.last == 1 else f"{self.last} layers"
        return f"the network has {layers}, and no layer {layer}"


@lru_cache(maxsize=64)
def words_of(id_: str, letters: Letters) -> tuple[Word, ...]:
    """The words of a convention, or of none; our own keys have the letters of the network."""
    if id_ == NO_CONVENTION:
        return compiled(COMMON, SPELLINGS)
    words = dict(CONVENTIONS[id_].words)
    if id_ != "own":
        return compiled(words)
    for letter in sorted({line.letter for rule in OPTIMIZERS.values() for line in rule.rules}):
        for part in PARAMETERS:
            words[f"{letter}_{part}{{l}}"] = f"{letter}_{part}"
            words[f"{letter}_{part}{{l}}_new"] = f"{letter}_{part}_new"
    return compiled(words, {name: re.escape(text) for name, text in vars(letters).items()})
