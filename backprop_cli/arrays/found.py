"""Where arrays are in a namespace: in dicts, lists, objects and modules, each with its name.

What is nobody's array is passed over: modules, functions, classes, texts, what begins with an
underscore, what a notebook keeps of itself.
"""

from __future__ import annotations

import array
from collections.abc import Iterable, Iterator, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

from backprop_cli.arrays.values import Array, is_array
from backprop_cli.engine import GREEK

DEEPEST = 6
"""How many containers one inside the other are looked into."""

MOST_THINGS = 20_000
MOST_IN_A_LIST = 1000

_NOT_LOOKED_INTO = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType, str, bytes)
_LETTERS = str.maketrans({letter: name for name, letter in GREEK.items()} | {"Δ": "Delta"})

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
        """Whether this is a single number of Python's own."""
        return isinstance(self.thing, int | float)

    @property
    def is_list(self) -> bool:
        """Whether its entries are entries themselves."""
        return not self.is_number and _parted(self.thing)


def entries(things: Mapping[Any, object]) -> list[Entry]:
    """Every array, every number and every list of arrays, in the order of their names."""
    walk = _Walk()
    found: list[Entry] = []
    notebook = ("In", "Out") if "_ih" in things else ()
    for key, thing in things.items():
        name = str(key)
        if name.startswith("_") or name in notebook:
            continue
        found += walk.at(Entry(name, _steps(name), thing), 0)
    return found


def _steps(key: object) -> Path:
    """A key as steps of a path: "fc1.weight" are two, a number is an index."""
    if isinstance(key, int):
        return (key,)
    return tuple(part for part in str(key).translate(_LETTERS).split(".") if part) or ("?",)


class _Walk:
    """A walk through a namespace, which looks into everything once and not for ever."""

    def __init__(self) -> None:
        self.left = MOST_THINGS
        self.seen: dict[int, object] = {}  # kept, so that no id is given twice

    def at(self, entry: Entry, depth: int) -> Iterator[Entry]:
        self.left -= 1
        thing = entry.thing
        if self.left < 0 or thing is None or isinstance(thing, _NOT_LOOKED_INTO):
            return
        if isinstance(thing, int | float) or _is_leaf(thing):
            yield entry
            yield from self._gradient(entry, depth)
        elif _parted(thing):
            yield entry
        if depth < DEEPEST and id(thing) not in self.seen and _has_inside(thing):
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


def _is_leaf(thing: object) -> bool:
    """Whether this is an array, or a list of numbers."""
    if isinstance(thing, Array | array.array | memoryview):
        return True
    if isinstance(thing, list | tuple):
        return is_array(thing) and not _parted(thing)
    return is_array(thing) and not _parted(thing)


def _parted(thing: object) -> bool:
    """Whether this is a list of lists or of arrays, or an array that may be one."""
    if isinstance(thing, Array):
        return False
    if isinstance(thing, list | tuple):
        return not hasattr(thing, "_fields") and any(
            isinstance(part, list | tuple) or is_array(part) for part in thing[:MOST_IN_A_LIST]
        )
    if not hasattr(type(thing), "__array__"):
        return False
    shape, dtype = getattr(thing, "shape", ()), str(getattr(thing, "dtype", ""))
    return len(shape) == 3 or (dtype == "object" and len(shape) > 0)


def _has_inside(thing: object) -> bool:
    return not isinstance(thing, int | float | Array) and not _is_leaf(thing)


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
        for at, part in enumerate(thing[:MOST_IN_A_LIST]):
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
    names = list(getattr(thing, "__dict__", {})) + list(getattr(thing, "_fields", ()))
    for kind in type(thing).__mro__:
        slots = vars(kind).get("__slots__", ())
        names += [slots] if isinstance(slots, str) else list(slots)
    for name in dict.fromkeys(names):
        if not name.startswith("_") and hasattr(thing, name):
            yield name, getattr(thing, name)
