"""The ways to write where an array stands, for the tables of words.

The tables know zs[0] and dense1.weights; a program has self.zs[0] and layers[0].weights. And they
know fc1.weight, which in a container of gradients, grads["fc1.weight"], is a gradient.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from backprop_cli.arrays.naming.found import Path

GRADS = "grads"
"""How the tables call a container of gradients, whatever a program calls it."""

_OF_GRADIENTS = re.compile(
    r"\w*(?:grads?|gradients?|derivatives?|derivs)(?:_(?:dict|map|by_name|values?|\d+))?"
    r"|d_?(?:params?|parameters|theta)",
    re.IGNORECASE,
)
_PERHAPS = re.compile(r"[dg]")
_OF_LIBRARY = re.compile(r"(?:linear|dense)(?:_\d+)?", re.IGNORECASE)
_PARAMETER = re.compile(r"(?:W|b|weights?|bias(?:es)?|kernel|theta)_?\d*", re.IGNORECASE)


class Text(NamedTuple):
    """A path as it is written in the tables; `backward` if it can be that of a gradient alone."""

    text: str
    backward: bool = False


def text_of(path: Path) -> str:
    """A path as it is written in the table of words: zs[0], dense1.weights."""
    return "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" if at else step
        for at, step in enumerate(path)
    )


class Boxes:
    """Which containers among those of these paths hold gradients under the names of others."""

    def __init__(self, paths: Iterable[Path]) -> None:
        inside: dict[Path, set[Path]] = {}
        for path in paths:
            for at in range(1, len(path)):
                inside.setdefault(path[:at], set()).add(path[at:])
        self.of_gradients = {box for box, rests in inside.items() if _holds_gradients(box, rests)}

    def inner(self, path: Path) -> Path | None:
        """What of a path stands in the container of gradients that it is in, if it is in one.

        A list of gradients is none: its name says of what they are.
        """
        for at in range(1, len(path)):
            if path[:at] in self.of_gradients:
                named = any(isinstance(step, str) for step in path[at:])
                return path[at:] if named else None
        return None

    def texts(self, path: Path) -> list[Text]:
        """The ways to write a path for the tables, the fullest first.

        For `layers[0].W` also W0: the number of a layer may stand at the container. Then the path
        without what it begins with: `self.weights[0]` is weights[0], too. What is in a container
        of gradients is one: `grads["W1"]` is not W1, though `grads["dW1"]` is dW1.
        """
        inner = self.inner(path)
        if inner is None:
            return [Text(text_of(one)) for one in _writings(path)]
        texts = [Text(text_of((GRADS, *one)), backward=True) for one in _writings(inner)]
        return texts + [Text(text_of(one), backward=True) for one in _writings(path)]


def _holds_gradients(box: Path, rests: set[Path]) -> bool:
    """Whether a container of this name is one of gradients alone.

    One that has both W1 and dW1 is not. A short name, such as d, tells it of parameters alone.
    """
    own = str(box[-1])
    if not _OF_GRADIENTS.fullmatch(own) and not _PERHAPS.fullmatch(own):
        return False
    if any(isinstance(rest[0], str) and (f"d{rest[0]}", *rest[1:]) in rests for rest in rests):
        return False
    return not _PERHAPS.fullmatch(own) or all(
        any(isinstance(step, str) and _PARAMETER.fullmatch(step) for step in rest) for rest in rests
    )


def is_of_unit(path: Path) -> bool:
    """Whether this is of one unit of a layer: layers[0].neurons[3].b."""
    owner = path[: -2 if path[-1] == "grad" else -1]
    return isinstance(path[-1], str) and sum(isinstance(step, int) for step in owner) > 1


def _writings(path: Path) -> list[Path]:
    """The path as it stands, with the number at its end, and without what it begins with.

    Of what belongs to a unit no number tells the layer by itself; nor does that of a module which a
    library has numbered, and which is never left out: linear is the first, linear_1 the second.
    """
    if is_of_unit(path):
        return [path]
    tail = path[-2:] if path[-1] == "grad" else path[-1:]
    owner = path[: -len(tail)]
    if owner and _OF_LIBRARY.fullmatch(str(owner[-1])):
        return [path[at:] for at in range(len(owner)) if isinstance(path[at], str)]
    numbered = []
    for step in reversed(owner):
        number = re.search(r"\d+$", str(step))
        if number and isinstance(tail[0], str):
            numbered.append((tail[0] + number[0], *tail[1:]))
            break
    shorter = [path[at:] for at in range(1, len(path)) if isinstance(path[at], str)]
    return [path, *numbered, *shorter]
