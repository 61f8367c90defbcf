"""Words: how a name in somebody's program is written, and which quantities it may mean.

A word is a pattern and what it means, both as text: ``"dW{l}": "dE_dW"``. In a pattern stand

    {l}, {l-1}   the number of the layer, or one less: dW1, dW_1, dW[1]
    {item}       the place in a list that begins with layer 1: zs[0]; {item0}: with the inputs
    {n}          the number, or a word for the layer: W_hidden, b_out, wo
    {pair}       the two ends of a layer's weights: W_input_hidden, who, weights_0_1
    {layer}      a word for the layer in front: hidden_delta, output_layer_input, layer1_delta
    {linear}     the name of a module that has weights: fc1.weight
    {other}      the name of a module that has none: relu1.output

and any other braces are one of the `spellings`. What it means are kinds, the most likely first,
each with the layer where it is not that of the name: ``"delta dE_dout"``, ``"out@l-1"``. After the
@ stands a number, L for the last layer, * for any, -* for any from the last one on, or hidden for
any but the last. A word that means nothing is known, and is no quantity of a textbook, or not one
of this network for the reason that stands after ``none:``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from backprop_cli.arrays.naming.boxes import Text
from backprop_cli.engine import Network


class Meaning(NamedTuple):
    """A quantity of a whole layer: its kind, the layer, and "_new" after the update.

    Inputs are of layer 0; so is the error of samples, which is of no layer. Targets and errors of
    single outputs are of the last.
    """

    kind: str
    layer: int
    suffix: str = ""


class Part(NamedTuple):
    """One meaning of a word; `where` is how the layer follows from the name."""

    kind: str
    suffix: str
    where: str

    @property
    def offset(self) -> int:
        """How far the layer is from that of the name; 0 where the name does not say it."""
        return int(self.where[1:] or 0) if self.where.startswith("l") else 0


class Word(NamedTuple):
    """A way of writing, compiled. `base` is what the number of the name lacks to the layer.

    Where it means nothing, `reason` may say why.
    """

    pattern: re.Pattern[str]
    parts: tuple[Part, ...]
    base: int
    reason: str = ""


class Match(NamedTuple):
    """A name that fits a word: its parts, and the layer as the name has it.

    `number` is None where the layer is not said by a number; `layers` are those that may be meant.
    """

    parts: tuple[Part, ...]
    number: int | None
    layers: tuple[int, ...]
    reason: str = ""

    @property
    def is_backward(self) -> bool:
        """Whether what may be meant is of the backward pass, or nothing."""
        return all(part.kind.startswith(BACKWARD) for part in self.parts)


class ModuleLayers(Protocol):
    """Which layers modules belong to; None for what is no such module."""

    def linear(self, module: str, whole: bool) -> int | None: ...
    def other(self, module: str, whole: bool) -> int | None: ...


NONE = "none:"
PARAMETERS = ("W", "b")
BACKWARD = ("d", "slope", "jacobian", "change", "err")
"""How the kinds of the backward pass begin: delta, dE_dW."""
OF_NO_LAYER = ("E_total", "E_mean", "E_epoch")
OF_THE_LAST = ("target", "E", "err")

_LAST_WORD = "output|out|outputs|final|last|o|y"
_FIRST_WORD = "hidden|hid|h"
_FIRST_PAIR = "input_to_hidden|input_hidden|in_hidden|in_hid|ih|xh|hx"
_LAST_PAIR = "hidden_to_output|hidden_output|hidden_out|hid_out|ho|hy|yh|oh"
_COUNT = r"(?P<number>0|[1-9]\d{0,3})"
_NUMBER = rf"(?:_?{_COUNT}|\[(?P<item>\d{{1,4}})\])"
_PLACES = {
    "l": _NUMBER,
    "l-1": _NUMBER,
    "item": r"\[(?P<item>\d{1,4})\]",
    "item0": r"\[(?P<item>\d{1,4})\]",
    "n": rf"(?:{_NUMBER}|_?(?:(?P<last>{_LAST_WORD})|(?P<hidden>{_FIRST_WORD})))",
    "pair": r"_?(?:\[?(?P<number>\d)_?(?:to_?|2_?)?(?P<end>\d)\]?"
    rf"|(?P<first>{_FIRST_PAIR})|(?P<last>{_LAST_PAIR}))",
    "n2": rf"(?:_?\[?\d{{1,4}}\]?|_?(?:{_LAST_WORD}|{_FIRST_WORD}))",
    "layer": r"(?:(?:hidden|layer|hid|h|l|fc)_?(?P<number>\d{1,4})"
    r"|(?:(?P<last>output|out|final|o)|(?P<hidden>hidden|hid))(?:_?layer)?)",
    "linear": r"(?P<linear>.+?)",
    "other": r"(?P<other>.+?)",
}  # fmt: skip


def compiled(
    words: Mapping[str, str], spellings: Mapping[str, str] | None = None
) -> tuple[Word, ...]:
    """The words of a table, in its order; `spellings` are regular expressions by their names."""
    known = _PLACES | dict(spellings or {})
    return tuple(_word(pattern, means, known) for pattern, means in words.items())


def _word(pattern: str, means: str, known: Mapping[str, str]) -> Word:
    pieces = re.split(r"\{([\w-]+)\}", pattern)
    text = "".join(known[p] if at % 2 else re.escape(p) for at, p in enumerate(pieces))
    base = 1 if pieces[1::2] and {"l-1", "item", "pair"} & {*pieces[1::2]} else 0
    named = any(place in pieces[1::2] for place in _PLACES)
    if means.startswith(NONE):
        return Word(re.compile(text), (), base, means.removeprefix(NONE).strip())
    return Word(re.compile(text), tuple(_parts(means, named)), base)


def _parts(means: str, named: bool) -> Iterator[Part]:
    for token in means.split():
        kind, _, where = token.partition("@")
        core = kind.removesuffix("_new")
        if not where:
            where = "l" if named and kind not in OF_THE_LAST else _home(core)
        yield Part(core, kind[len(core) :], where)


def _home(kind: str) -> str:
    """The layer of a kind of which there is one alone."""
    if kind == "input" or kind in OF_NO_LAYER:
        return "0"
    return "L" if kind in OF_THE_LAST else "*"


def matched(
    words: Sequence[Word],
    texts: Sequence[Text],
    modules: ModuleLayers,
    last: int,
    beyond: bool = False,
) -> Match | None:
    """How the first of these texts that any word fits is understood; `last` is the last layer.

    With `beyond` also as a layer that there is not by any way of counting.
    """
    for text, backward in texts:
        for word in words:
            found = word.pattern.fullmatch(text)
            match = _match(word, found, modules, last) if found else None
            if match is None or (backward and not match.is_backward):
                continue
            if beyond or all(layer <= last + 1 for layer in match.layers):
                return match
    return None


def _match(word: Word, found: re.Match[str], modules: ModuleLayers, last: int) -> Match | None:
    groups = {name: text for name, text in found.groupdict().items() if text is not None}
    for name, of in (("linear", modules.linear), ("other", modules.other)):
        if name in groups:
            layer = of(groups[name], groups[name] == found.string)
            return None if layer is None else Match(word.parts, None, (layer,))
    said = groups.get("number", groups.get("item"))
    if said is not None:
        if "end" in groups and int(groups["end"]) != int(said) + 1:
            return None  # the two layers of a matrix of weights are neighbours
        return Match(word.parts, int(said), (int(said) + word.base,))
    layers = {"last": (last,), "first": (1,), "hidden": tuple(range(1, last))}
    said_by_words = next((layers[n] for n in layers if n in groups), ())
    return Match(word.parts, None, said_by_words, word.reason)


def meanings(match: Match, last: int, shift: int = 0) -> tuple[Meaning, ...]:
    """What a name may mean in a network of `last` layers; `shift` is added to its number."""
    moved = shift if match.number is not None else 0
    found = (
        _at(part, layer)
        for part in match.parts
        for layer in _layers(part, [layer + moved for layer in match.layers], last)
    )
    return tuple(dict.fromkeys(meaning for meaning in found if exists(meaning, last)))


def _at(part: Part, layer: int) -> Meaning:
    if part.kind == "out" and layer == 0:
        return Meaning("input", 0)
    return Meaning(part.kind, layer, part.suffix)


def _layers(part: Part, own: Sequence[int], last: int) -> Sequence[int]:
    where = part.where
    if where.startswith("l"):
        return [layer + part.offset for layer in own]
    others: dict[str, Sequence[int]] = {
        "L": (last,),
        "*": range(1, last + 1),
        "-*": range(last, 0, -1),
        "hidden": range(1, last),
    }
    return others[where] if where in others else (int(where),)


def exists(meaning: Meaning, last: int) -> bool:
    """Whether a network of `last` layers has such a quantity."""
    if meaning.kind == "input" or meaning.kind in OF_NO_LAYER:
        return meaning.layer == 0
    if meaning.kind in OF_THE_LAST:
        return meaning.layer == last
    return 1 <= meaning.layer <= last


def entries_of(meaning: Meaning, network: Network) -> int:
    """How many numbers this quantity has, of a batch of all samples."""
    shape, samples = network.shape, len(network.samples)
    if meaning.kind in OF_NO_LAYER:
        return samples if meaning.kind == "E_total" else 1
    if meaning.kind.endswith("W"):
        return shape[meaning.layer] * shape[meaning.layer - 1]
    if meaning.kind.endswith("b"):
        return len(network.layers[meaning.layer - 1].biases)
    return shape[meaning.layer] * samples
