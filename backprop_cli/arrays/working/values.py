"""What other programs keep as arrays, as plain numbers: NumPy, PyTorch, JAX, pandas, lists.

None of these is imported here unless the thing at hand has come from it. What cannot be read is a
`UsageError` with the name of the thing.
"""

from __future__ import annotations

import array
import sys
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any, NamedTuple

from backprop_cli.errors import UsageError, visible

MOST_AXES = 3
MOST_PLACES = 6
"""Decimals that a print shows; numbers of more are not rounded."""
FLOATS = ("float64", "float32", "float16", "bfloat16")
"""Types of numbers by how finely they tell them apart, the finest first."""

_NUMBERS = (int, float, Decimal, Fraction)
# Of buffers (`struct`), those of PyTorch and those of NumPy that are called otherwise.
_OTHER_NAMES = {"d": "float64", "f": "float32", "e": "float16", "half": "float16",
                "float": "float32", "double": "float64", "longdouble": "float64",
                "float96": "float64", "float128": "float64"}  # fmt: skip


class Array(NamedTuple):
    """Numbers in rows: their shape, () for a single one; their type as the program keeps them; and
    the numbers as floats, in nested lists of that shape, or in a NumPy array where it came as one.

    `type` is one of `FLOATS` or "integer". NaN and infinities are numbers here.
    """

    shape: tuple[int, ...]
    type: str
    numbers: Any

    def lists(self) -> Any:
        """The numbers in nested lists, however they are kept; a float if there is one alone."""
        return self.numbers.tolist() if hasattr(self.numbers, "tolist") else self.numbers


def is_array(thing: object) -> bool:
    """Whether this may be an array: it says so itself, or is a list that begins with a number."""
    if isinstance(thing, Array):
        return True
    depth = 0
    while isinstance(thing, list | tuple) and thing and depth <= MOST_AXES:
        thing, depth = thing[0], depth + 1
    if depth and isinstance(thing, _NUMBERS):
        return True
    return hasattr(type(thing), "__array__") or isinstance(thing, array.array | memoryview)


def array_of(thing: object, name: str) -> Array:
    """The numbers of anything that is an array, a number, or nested lists of these.

    Raises `UsageError` with the name for what is ragged, empty, of more than 3 axes, or has no
    real numbers: objects, texts, complex numbers, masked arrays, tensors without data.
    """
    found = _read(thing, name, 0)
    if len(found.shape) > MOST_AXES:
        raise _wrong(name, f"has {len(found.shape)} axes, more than {MOST_AXES}", _AXES)
    if 0 in found.shape:
        raise _wrong(name, f"is empty: its shape is {shape_text(found.shape)}")
    return found


def rounded_to(arrays: Iterable[Array]) -> int | None:
    """The decimals that all numbers are rounded to; None if there are more than `MOST_PLACES`.

    Whole numbers alone say nothing.
    """
    most = 0
    for one in arrays:
        for number in _each(one.lists()):
            while most <= MOST_PLACES and isfinite(number) and round(number, most) != number:
                most += 1
            if most > MOST_PLACES:
                return None
    return most or None


def _each(numbers: Any) -> Iterator[float]:
    """The numbers of nested lists."""
    if isinstance(numbers, list):
        for part in numbers:
            yield from _each(part)
    else:
        yield numbers


def shape_text(shape: Sequence[int]) -> str:
    """`(3, 2)`, `(3,)` or `()`, as Python writes it."""
    return str(tuple(shape))


_AXES = "a layer at one moment has units and samples, a matrix of weights two kinds of units"
_NO_NUMBERS = "arrays, tensors and nested lists of numbers are understood"


def _wrong(name: str, what: str, hint: str | None = None) -> UsageError:
    return UsageError(f"{name}: {what}", hint)


def _read(thing: object, name: str, depth: int) -> Array:
    """As `array_of`; `depth` counts the lists that this stands in."""
    if isinstance(thing, Array):
        return thing
    if isinstance(thing, list | tuple):
        if depth > MOST_AXES:
            raise _wrong(name, f"has more than {MOST_AXES} axes", _AXES)
        return _stacked(thing, name, depth)
    if type(thing) is float:
        return Array((), "float64", thing)
    if isinstance(thing, _NUMBERS) and not hasattr(type(thing), "__array__"):
        return Array((), "integer" if isinstance(thing, int) else "float64", _float(thing, name))
    if hasattr(type(thing), "detach"):
        return _foreign(_of_tensor, thing, name)
    if hasattr(type(thing), "__array__"):
        return _foreign(_of_numpy, thing, name)
    if isinstance(thing, array.array | memoryview):
        return _foreign(_of_buffer, thing, name)
    kind = "None" if thing is None else f"a {type(thing).__name__}"
    what = f"{kind} is no array of numbers"
    if isinstance(thing, complex):
        what = "has complex numbers"
    elif isinstance(thing, str):
        what = f'the text "{visible(thing[:40])}" is no number'
    raise _wrong(name, what, _NO_NUMBERS)


def _float(number: Any, name: str) -> float:
    try:
        return float(number)
    except (OverflowError, ValueError) as error:
        raise _wrong(name, f"has a number that is no float: {error}") from None


def _stacked(things: Sequence[object], name: str, depth: int) -> Array:
    """A list of numbers, of lists or of arrays, which all have one shape."""
    kinds = set(map(type, things))
    if kinds and kinds <= {float, int}:
        numbers = [_float(number, name) for number in things] if int in kinds else list(things)
        return Array((len(things),), "integer" if kinds == {int} else "float64", numbers)
    parts = [_read(thing, name, depth + 1) for thing in things]
    for at, part in enumerate(parts):
        if part.shape != parts[0].shape:
            shapes = f"{_sized(parts[0].shape)} and entry {at} {_sized(part.shape)}"
            raise _wrong(name, f"is ragged: entry 0 {shapes}", "all rows have the same length")
    shape = (len(parts), *(parts[0].shape if parts else ()))
    return Array(shape, _coarsest(part.type for part in parts), [part.lists() for part in parts])


def _sized(shape: tuple[int, ...]) -> str:
    if not shape:
        return "is a number"
    if len(shape) == 1:
        return f"has {shape[0]} number{'s' if shape[0] != 1 else ''}"
    return f"has the shape {shape_text(shape)}"


def _coarsest(types: Iterator[str]) -> str:
    """The type of numbers that stand together: an integer is exact in each of the others."""
    found = {FLOATS.index(kind) for kind in types if kind != "integer"}
    return FLOATS[max(found)] if found else "integer"


def _foreign(reading: Any, thing: object, name: str) -> Array:
    """What a reading gives. Whatever the library of the thing raises becomes a `UsageError`."""
    try:
        found: Array = reading(thing, name)
    except UsageError:
        raise
    except Exception as error:
        said = visible(" ".join(str(error).split())[:200])
        what = f"a {type(thing).__name__} whose numbers cannot be read: {said}"
        raise _wrong(name, what, "give it as a NumPy array") from None
    return found


def _type_of(written: str, name: str) -> str:
    """The type that a library calls so; raises `UsageError` for what is no real number."""
    kind = written.rpartition(".")[2]
    kind = _OTHER_NAMES.get(kind, kind)
    if kind in FLOATS:
        return kind
    if kind.startswith(("int", "uint", "bool")):
        return "integer"  # true and false are 1 and 0, as in a slope that is written Z > 0
    if kind.startswith("complex"):
        raise _wrong(name, "has complex numbers", "their real part is X.real")
    if kind == "object":
        what = "is an array of objects, not of numbers"
        raise _wrong(name, what, "rows of unlike lengths make one; or X.astype(float)")
    raise _wrong(name, f"has entries of type {kind}, which are no numbers here", _NO_NUMBERS)


def _of_tensor(tensor: Any, name: str) -> Array:
    """A PyTorch tensor, wherever it is and whether or not it requires a gradient."""
    kind = _type_of(str(tensor.dtype), name)
    if tensor.device.type == "meta":
        what = 'is a tensor on the device "meta", which has a shape but no numbers'
        raise _wrong(name, what, 'make it on the device "cpu"')
    plain = tensor.detach().to_dense() if str(tensor.layout) != "torch.strided" else tensor.detach()
    plain = plain.cpu().double()  # in this order: not every device has doubles
    numbers = _frozen(plain.numpy().copy()) if "numpy" in sys.modules else plain.tolist()
    return Array(tuple(plain.shape), kind, numbers)


def _of_numpy(thing: Any, name: str) -> Array:
    """What has `__array__`: an array of NumPy or of a library that is built on it."""
    import numpy as np

    if isinstance(thing, np.ma.MaskedArray):
        raise _wrong(name, "is a masked array", "X.filled(0) or X.data is a plain one")
    found = np.asarray(thing)
    kind = _type_of(_name_of(found.dtype), name)
    with np.errstate(over="ignore"):  # of long doubles: infinity is a verdict, not a warning
        numbers = found.astype(np.float64)
    return Array(tuple(found.shape), kind, _frozen(numbers))


def _name_of(dtype: Any) -> str:
    """The name of a type of NumPy: without the length of its texts, or the unit of its dates."""
    kinds = {"U": "text", "S": "text", "T": "text", "M": "date", "m": "time", "c": "complex"}
    named = dtype.kind == "V" and dtype.names is not None
    return "record" if named else kinds.get(dtype.kind, dtype.name)


def _frozen(own: Any) -> Any:
    """An array that is ours, so that nobody changes it any more."""
    own.flags.writeable = False
    return own


def _of_buffer(thing: array.array[Any] | memoryview, name: str) -> Array:
    """The numbers of `array.array` and of a memoryview."""
    view = memoryview(thing)
    letter = view.format
    kind = "integer" if letter in tuple("bBhHiIlLqQnN?") else _type_of(letter, name)
    return Array(tuple(view.shape or ()), kind, _floats(view.tolist()))


def _floats(numbers: Any) -> Any:
    return list(map(_floats, numbers)) if isinstance(numbers, list) else float(numbers)
