"""Numbers that a program wrote: whether they are, and of which type of float.

A person rounds to so many digits; a program has a value that its type can hold, however short its
text: 0.36 in a file of floats is 0.36 and nothing near it. Of which type, the digits show: those of
a float32, written out, are no others' by chance.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import frexp, ldexp, log2

from backprop_cli.marking.reading.numbers import FloatType, Number

FLOAT16 = FloatType("float16", "e", 11, -14, 1e-2)
FLOAT32 = FloatType("float32", "f", 24, -126, 1e-5)
FLOAT64 = FloatType("float64", "d", 53, -1022, 1e-9)

MOST_BY_HAND = 10
"""Nobody writes more digits than a pocket calculator shows."""

EXACTLY = 17
"""So many digits tell any float64 from any other."""

BY_CHANCE = -20.0
"""As a power of 2: digits that fit a type so rarely by chance are of that type."""

LOW_BITS = 8
"""The last three bits of a mantissa, which numbers that are short by themselves leave 0."""


def as_machine(numbers: Sequence[Number | None], is_machine: bool | None) -> list[Number | None]:
    """The numbers, with their type if a program wrote them; that it did, or not, may be said."""
    type_ = None if is_machine is False else type_of(filter(None, numbers), is_machine is True)
    if type_ is None:
        return list(numbers)
    return [None if number is None else exactly(number, type_) for number in numbers]


def exactly(number: Number, type_: FloatType) -> Number:
    """The number as the value that a variable of this type holds, and not a rounded one."""
    return replace(number, unit=0.0, digits=EXACTLY, type=type_)


def is_long(number: Number) -> bool:
    """Whether it has more digits than a person writes."""
    return number.digits > MOST_BY_HAND and "/" not in number.written


def type_of(numbers: Iterable[Number], is_machine: bool) -> FloatType | None:
    """The type of a program's numbers; None where nothing shows that a program wrote them.

    They are of the narrowest type that has three quarters of them and would not by chance: a
    program may add up its error in a wider one.
    """
    telling = [number for number in numbers if number.value]
    if _is_of(telling, FLOAT16):
        return FLOAT16
    short = all(number.digits <= 9 for number in telling)
    if _is_of(telling, FLOAT32, -BY_CHANCE if is_machine and short else 0.0):
        return FLOAT32
    return FLOAT64 if is_machine else None


def _is_of(numbers: Sequence[Number], type_: FloatType, known: float = 0.0) -> bool:
    """Whether these are the texts of numbers of a type; `known` bits speak for it already."""
    fitting = [number for number in numbers if _is_text(number, type_)]
    if not fitting or 4 * len(fitting) < 3 * len(numbers):
        return False
    full = sum(_scaled(number.value, type_) % LOW_BITS != 0 for number in fitting)
    if 4 * full < len(fitting):
        return False
    choices = 0.0 if len(fitting) == len(numbers) else float(len(numbers))
    chance = sum(_log_chance(number, type_) for number in fitting)
    return choices + chance - known <= BY_CHANCE


def nearest(value: float, type_: FloatType) -> float | None:
    """The number of the type that is nearest to `value`; None if that is beyond its range."""
    try:
        found: float = struct.unpack(type_.code, struct.pack(type_.code, value))[0]
    except (OverflowError, struct.error):
        return None
    return found


def _is_text(number: Number, type_: FloatType) -> bool:
    """Whether the digits are those of a number of the type, as many as are written."""
    near = nearest(number.value, type_)
    if near is None or not near:
        return False
    return near == number.value or float(f"{near:.{max(number.digits, 1) - 1}e}") == number.value


def _log_chance(number: Number, type_: FloatType) -> float:
    """log₂ of how often any other number with as many digits were the text of one of the type."""
    spacing = ldexp(1.0, max(frexp(number.value)[1], type_.lowest + 1) - type_.bits)
    return min(0.0, log2(number.unit) - log2(spacing)) if number.unit else 0.0


def _scaled(value: float, type_: FloatType) -> int:
    """The mantissa of the nearest number of the type, as a whole number."""
    return int(ldexp(frexp(nearest(value, type_) or 0.0)[0], type_.bits))
