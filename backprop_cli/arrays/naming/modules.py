"""Modules of a program, and the layers they belong to: dense1, fc1, "0" and "2", relu1.

A module that has weights is a layer of its own, counted in the order of appearance. One that has
none, such as an activation, belongs to the last layer before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from backprop_cli.arrays.naming.boxes import is_of_unit, text_of
from backprop_cli.arrays.naming.found import Path

_WEIGHTS = ("weights", "weight", "W", "w", "kernel")
_LINEAR = re.compile(r"(?:fc|linear|lin|dense|Dense|affine)_?\d*|(?:fc|lin|linear)_?out")
_OTHER = re.compile(
    r"(?:relu|tanh|sigmoid|logistic|softmax|gelu|silu|elu|selu|mish|softplus|leaky_?relu|"
    r"act|activation|nonlinearity)_?\d*",
    re.IGNORECASE,
)

_NETWORK = re.compile(r"self|nn|net|network|model|mlp|neural_?network", re.IGNORECASE)


class Modules:
    """The modules of these paths, in their order, in a network of `last` layers."""

    def __init__(self, paths: Sequence[Path], last: int) -> None:
        self.last = last
        self.leaves = {text_of(path[at:]) for path in paths for at in range(len(path))}
        self.order = [text_of(path[:at]) for path in paths for at in range(1, len(path) + 1)]
        weights = (p for p in paths if len(p) > 1 and p[-1] in _WEIGHTS and not is_of_unit(p))
        owners = dict.fromkeys(path[:-1] for path in weights)
        self.ranks: dict[str, int] = {}
        self.by_name: dict[str, int] = {}
        counts: Counter[Path] = Counter()
        under = Counter(owner[:at] for owner in owners for at in range(len(owner)))
        for owner in owners:
            whole = next((owner[:at] for at in _backwards(owner) if under[owner[:at]] >= last), ())
            counts[whole] += 1
            self.ranks[text_of(owner)] = counts[whole]
            if isinstance(owner[-1], str):  # an entry of a list has no name to be known by
                for at in range(len(owner)):
                    self.by_name.setdefault(text_of(owner[at:]), counts[whole])
        self.looks = list(dict.fromkeys(t for t in self.order if _LINEAR.fullmatch(_last(t))))

    def linear(self, module: str, whole: bool) -> int | None:
        """The layer of a module that has weights, or of one that is called like such a one.

        `whole`: there is nothing but the name of the module.
        """
        own = _last(module)
        near = self.by_name.get(module, None if module.endswith("]") else self.by_name.get(own))
        found = self.ranks.get(module, near)
        if found is not None or not _LINEAR.fullmatch(own):
            return found
        box = module[: len(module) - len(own)]
        alike = [name for name in self.looks if name[: len(name) - len(_last(name))] == box]
        return alike.index(module) + 1 if module in alike else None

    def other(self, module: str, whole: bool) -> int | None:
        """The layer of a module that has no weights; by its name alone if it is called like one.

        What is called like a whole network is no layer of it.
        An array by itself is not taken for a module, whatever is kept with it (z1.grad).
        """
        if self.linear(module, whole) is not None or _NETWORK.fullmatch(_last(module)):
            return None
        own, entry = _last(module), module.endswith("]")
        whole = whole or module in self.leaves
        if own.isdigit() and not entry:
            return self._numbered(int(own))
        if whole and (entry or not _OTHER.fullmatch(own)):
            return None
        if "loss" in module.lower():
            return self.last
        number = re.search(r"\d+$", own)
        if number and 1 <= int(number[0]) <= self.last:
            return int(number[0])
        return max(1, self._before(module))

    def _numbered(self, number: int) -> int | None:
        """Of modules of a `Sequential`, which are called by their numbers."""
        below = [n for n in self.by_name if n.isdigit() and int(n) < number]
        return len(below) or None

    def _before(self, module: str) -> int:
        """How many modules with weights come before this one in the same container."""
        box = module[: len(module) - len(_last(module))]
        until = self.order.index(module) if module in self.order else len(self.order)
        return len(
            {
                name
                for name in self.order[:until]
                if name[: len(name) - len(_last(name))] == box and self.linear(name, True)
            }
        )


def _backwards(owner: Path) -> range:
    """The lengths of the containers of a module, the innermost first."""
    return range(len(owner) - 1, -1, -1)


def _last(module: str) -> str:
    """The name of a module in the one that it is a part of."""
    return re.split(r"[.\[\]]+", module.rstrip("]"))[-1]
