"""Where arrays are in a namespace: in dicts, lists, objects and modules, each with its name.

What is nobody's array is passed over: modules, functions, classes, texts, what begins with an
underscore, what a notebook keeps of itself.
"""

from __future__ import annotations

import array
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from types import (
    BuiltinFunctionType,
    FunctionType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any, NamedTuple

from backprop_cli.arrays.working.values import Array, is_array
from backprop_cli.engine import GREEK

DEEPEST = 6
"""How many containers one inside the other are looked into."""

MOST_THINGS = 3000
"""In one variable: a figure, say, holds thousands of things, and none of them is meant."""

_NOT_LOOKED_INTO = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType, str, bytes)
_LETTERS = str.maketrans(
    {letter: name for name, letter in GREEK.items()} | {"Δ": "Delta", "∂": "d", "∇": "nabla_"}
)

Path = tuple[str | int, ...]


class Entry(NamedTuple):
    """Something with a name: as the report says it, and where it stands.

    `lists` are the names of the lists that it is in, the outermost first; `in_object` whether it is
    an attribute, of which there are many that nobody means.
    """

    name: str
    path: Path
    thing: object
    lists: tuple[str, ...] = ()
    in_object: bool = False

    @property
    def is_number(self) -> bool:
        """Whether this is a single number of Python's own; one of NumPy's is a sum of an array."""
        return _is_number(self.thing)

    @property
    def is_list(self) -> bool:
        """Whether its entries are entries themselves."""
        return not self.is_number and _parted(self.thing)

    @property
    def is_list_of_arrays(self) -> bool:
        """Whether this is a list of Python's own whose entries come from a library of arrays."""
        parts = self.thing if isinstance(self.thing, list | tuple) else ()
        return any(hasattr(type(part), "__array__") for part in parts)


def entries(things: Mapping[Any, object], longest: int) -> list[Entry]:
    """Every array, every number and every list of arrays, in the order of their names.

    A list with more than `longest` entries is none of layers, and is not looked into.
    """
    walk = _Walk(longest)
    found: list[Entry] = []
    notebook = ("In", "Out") if "_ih" in things else ()
    for key, thing in things.items():
        name = str(key)
        if name.startswith("_") or name in notebook:
            continue
        walk.left = MOST_THINGS
        found += walk.at(Entry(name, _steps(name), thing), 0)
    return found


def _steps(key: object) -> Path:
    """A key as steps of a path: "fc1.weight" and "dense/kernel:0" are two, a number is an index.

    "∂E/∂W₁" is one, and as dE_dW1 it is written with letters that a name in Python may have.
    """
    if isinstance(key, int):
        return (key,)
    text = unicodedata.normalize("NFKC", str(key).translate(_LETTERS)).removesuffix(":0")
    text = re.sub(r"^(d[A-Z])/(?=d)", r"\1_", text)
    return tuple(part for part in re.split(r"[./]", text) if part) or ("?",)


class _Walk:
    """A walk through a namespace, which looks into everything once and not for ever."""

    def __init__(self, longest: int) -> None:
        self.longest, self.left = longest, 0
        self.seen: dict[int, object] = {}  # kept, so that no id is given twice

    def at(self, entry: Entry, depth: int) -> Iterator[Entry]:
        self.left -= 1
        thing = entry.thing
        if self.left < 0 or thing is None or isinstance(thing, _NOT_LOOKED_INTO):
            return
        if _is_number(thing) or _is_leaf(thing):
            yield entry
            yield from self._gradient(entry, depth)
        elif _parted(thing):
            yield entry
        sized = not isinstance(thing, list | tuple) or len(thing) <= self.longest
        if depth < DEEPEST and sized and id(thing) not in self.seen and _has_inside(thing):
            self.seen[id(thing)] = thing
            for inner in _inside(entry):
                yield from self.at(inner, depth + 1)

    def _gradient(self, entry: Entry, depth: int) -> Iterator[Entry]:
        """What PyTorch keeps as `.grad`. Asking a tensor that keeps none would warn."""
        tensor: Any = entry.thing
        if not hasattr(type(tensor), "detach"):
            return
        if tensor.is_leaf or getattr(tensor, "retains_grad", False):
            inner = entry._replace(
                name=f"{entry.name}.grad", path=(*entry.path, "grad"), thing=tensor.grad
            )
            yield from self.at(inner, depth)


def _is_number(thing: object) -> bool:
    return isinstance(thing, int | float) and not hasattr(type(thing), "__array__")


def _is_leaf(thing: object) -> bool:
    """Whether this is an array, or a list of numbers."""
    if isinstance(thing, Array | array.array | memoryview):
        return True
    return is_array(thing) and not hasattr(thing, "_fields") and not _parted(thing)


def _parted(thing: object) -> bool:
    """Whether this is a list of lists or of arrays, or an array that may be one."""
    if isinstance(thing, Array):
        return False
    if isinstance(thing, list | tuple):
        return not hasattr(thing, "_fields") and any(
            isinstance(part, list | tuple) or is_array(part) for part in thing
        )
    if not hasattr(type(thing), "__array__"):
        return False
    shape, dtype = getattr(thing, "shape", ()), str(getattr(thing, "dtype", ""))
    return len(shape) == 3 or (dtype == "object" and len(shape) > 0)


def _has_inside(thing: object) -> bool:
    return not _is_number(thing) and not _is_leaf(thing)


def _inside(entry: Entry) -> Iterable[Entry]:
    """What is in a container, in its order."""
    thing: Any = entry.thing
    if isinstance(thing, Mapping):
        for key in thing:
            if not str(key).startswith("_"):
                name = f'{entry.name}["{key}"]' if isinstance(key, str) else f"{entry.name}[{key}]"
                path = (*entry.path, *_steps(key))
                yield entry._replace(name=name, path=path, thing=thing[key])
    elif _parted(thing) or (isinstance(thing, list | tuple) and not hasattr(thing, "_fields")):
        lists = (*entry.lists, entry.name) if _parted(thing) else entry.lists
        for at, part in enumerate(thing):
            yield entry._replace(
                name=f"{entry.name}[{at}]", path=(*entry.path, at), thing=part, lists=lists
            )
    else:
        for name, part in _attributes(thing):
            path = (*entry.path, *_steps(name))
            yield entry._replace(name=f"{entry.name}.{name}", path=path, thing=part, in_object=True)


def _attributes(thing: Any) -> Iterator[tuple[str, object]]:
    """Attributes of an object by name; of a `torch.nn.Module` also its parameters."""
    if type(thing).__module__.partition(".")[0] == __name__.partition(".")[0]:
        return  # what is ours has no arrays of a user
    if hasattr(type(thing), "named_parameters"):
        yield from thing.named_parameters()
    kept: dict[str, object] = {}
    if isinstance(thing, tuple):
        kept.update(zip(type(thing)._fields, thing, strict=True))  # type: ignore[attr-defined]
    with suppress(TypeError):  # it keeps no dict
        kept.update(vars(thing))
    for kind in type(thing).__mro__:
        for name, member in vars(kind).items():
            if isinstance(member, MemberDescriptorType):
                with suppress(AttributeError):  # nothing has been put into this slot
                    kept[name] = member.__get__(thing)
    yield from ((name, part) for name, part in kept.items() if not str(name).startswith("_"))
