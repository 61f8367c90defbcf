"""Values as a TOML file would give them, from those of a Python program."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from backprop_cli.arrays.working.values import Array, array_of, is_array
from backprop_cli.errors import UsageError

_DEEPEST = 20


def exact(value: Any, name: str, depth: int = 0) -> Any:
    """The value with its numbers exact, and with lists for arrays; anything else as it is.

    A float is the shortest decimal that reads back to it: 0.36 is 0.36. Whole numbers stay, and a
    fraction is written as a text. Raises `UsageError` with the name for an array without numbers.
    """
    if depth > _DEEPEST:
        raise UsageError(f"{name}: lists are nested more than {_DEEPEST} deep")
    if isinstance(value, Array) or (is_array(value) and not isinstance(value, list | tuple)):
        found = array_of(value, name)
        numbers = found.lists()
        _check_finite(numbers, name)
        return _whole(numbers) if found.type == "integer" else exact(numbers, name)
    if isinstance(value, list | tuple):
        if set(map(type, value)) == {float}:
            return [Decimal(repr(number)) for number in value]
        return [exact(item, f"{name}[{at}]", depth + 1) for at, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {key: exact(item, f"{name}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def _check_finite(numbers: Any, name: str) -> None:
    """Raises `UsageError` once for all NaN and infinities, with the place of the first."""
    wrong = [(at, number) for at, number in _numbered(numbers, name) if not math.isfinite(number)]
    if wrong:
        place, number = wrong[0]
        more = f"; {len(wrong)} of its numbers are NaN or infinite" if len(wrong) > 1 else ""
        what = f"{place}: is {number}, no number to compute with{more}"
        raise UsageError(what, "what a network begins with is finite")


def _numbered(numbers: Any, name: str) -> Iterator[tuple[str, float]]:
    """The numbers that are not finite, and all of a row where one is not, with their places."""
    if not isinstance(numbers, list):
        yield name, numbers
    elif isinstance(numbers[0], list) or not all(map(math.isfinite, numbers)):
        for at, item in enumerate(numbers):
            yield from _numbered(item, f"{name}[{at}]")


def _whole(numbers: Any) -> Any:
    return list(map(_whole, numbers)) if isinstance(numbers, list) else int(numbers)
