"""Matrices in the forms that answers have: TOML, JSON, JSON lines, CSV, Markdown.

A matrix is a list of rows, or its text in a cell: `[[0.15, 0.2], [0.25, 0.3]]`, as Python and NumPy
print it, with commas or without, or `[0.15 0.2; 0.25 0.3]`. Nothing, "" or null between commas is
left blank, and so is _.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from backprop_cli.arrays.working.values import Array, array_of
from backprop_cli.errors import ConfigError, Problem
from backprop_cli.marking.reading import (
    FloatType,
    Item,
    NotANumber,
    Number,
    is_long,
    number_of,
    type_of,
)

FULL = 15
"""A float64 that is written in full mostly has so many digits, or more."""

MOST_DEEP = 20


class Written(NamedTuple):
    """A matrix as it was written: its name, its numbers in nested lists (None where one is left
    blank), and where it stands. The item has the sample and epoch that are said besides."""

    name: str
    numbers: Any
    item: Item


class Sheet(NamedTuple):
    """The matrices of a text. `machine`: the type of their numbers if a program wrote them; what a
    person wrote is rounded to its last place, and is marked number by number."""

    matrices: tuple[Written, ...]
    machine: FloatType | None

    @property
    def arrays(self) -> dict[str, Any]:
        """The matrices by name, as arrays of the type of their numbers; a list of matrices of
        unlike shapes stays a list. Those with blanks are left out, they are no arrays."""
        kind = "float64" if self.machine is None else self.machine.name
        return {
            matrix.name: _array(_floats(matrix.numbers), matrix.name, kind)
            for matrix in self.matrices
            if all(number is not None for number in leaves(matrix.numbers))
        }


def sheet_of(items: Iterable[Item], is_machine: bool | None = None) -> Sheet:
    """The matrices among answers; single numbers beside them are matrices of one number.

    Raises `ConfigError` with what is no number, with its place in its matrix, and for brackets
    that do not close.
    """
    problems: list[Problem] = []
    found: list[Written] = []
    for item in items:
        try:
            value = item.value
            if isinstance(value, str) and item.is_matrix:
                value = in_brackets(value)
            if item.problem is not None:
                problems.append(item.problem)
            else:
                found.append(Written(item.key, _numbers(value, item.key), item))
        except NotANumber as wrong:
            problems.append(Problem(wrong.what, item.place, wrong.hint))
    if problems:
        raise ConfigError(problems[:20])
    return Sheet(tuple(found), _machine(found, is_machine))


def in_brackets(text: str) -> list[Any]:
    """The nested lists that a text in brackets is, their numbers as written, None for a blank.

    Raises `NotANumber` where the brackets do not close.
    """
    if ";" in text:  # [1 2; 3 4], as it is drawn in a line
        text = f"[[{text.strip().removeprefix('[').removesuffix(']').replace(';', '], [')}]]"
    stack: list[list[Any]] = [[]]
    blank = False  # whether a comma or an opening bracket stands before, and nothing since
    for token in _TOKEN.findall(text):
        if token == "[":
            stack.append([])
            blank = True
            if len(stack) > MOST_DEEP:
                raise NotANumber("brackets are nested too deeply")
        elif token == "]":
            if len(stack) < 2:
                raise NotANumber("a bracket is closed that was not opened")
            done = stack.pop()
            if blank and done:
                done.append(None)
            stack[-1].append(done)
            blank = False
        elif token == ",":
            if blank:
                stack[-1].append(None)
            blank = True
        else:
            stack[-1].append(None if token == "_" else token.strip("\"'") or None)
            blank = False
    if len(stack) > 1:
        raise NotANumber("a bracket is not closed", "a matrix is written [[1, 2], [3, 4]]")
    if len(stack[0]) != 1 or not isinstance(stack[0][0], list):
        raise NotANumber("there is more than one matrix", "write [[1, 2], [3, 4]]")
    return stack[0][0]


_TOKEN = re.compile(r"""[\[\],]|"[^"]*"|'[^']*'|[^\s\[\],"']+""")


def leaves(numbers: Any) -> Iterator[Any]:
    """All that stands in nested lists, in order."""
    if isinstance(numbers, list):
        for inner in numbers:
            yield from leaves(inner)
    else:
        yield numbers


def _numbers(value: Any, at: str) -> Any:
    """Numbers as typed, in the same lists. NaN and infinities are numbers of a program."""
    if isinstance(value, list) and type(value) is not list:
        raise NotANumber(f"{at}: expected a number, got a table")
    if isinstance(value, list):
        return [_numbers(inner, f"{at}[{index}]") for index, inner in enumerate(value)]
    special = _special(value)
    if special is not None:
        return special
    try:
        return number_of(value)
    except NotANumber as wrong:
        raise NotANumber(f"{at}: {wrong.what}", wrong.hint) from None


def _special(value: Any) -> Number | None:
    """NaN or an infinity, however it is written; None for anything else."""
    said = str(value).strip().lower() if isinstance(value, str | Decimal) else ""
    if said.lstrip("+-") not in ("nan", "inf", "infinity"):
        return None
    return Number(float(said), 0.0, 1, 0, said)


def _machine(found: Sequence[Written], is_machine: bool | None) -> FloatType | None:
    """The type of all numbers if a program wrote them.

    In a form that programs write, one that is too long for a person, or is none, shows it; in
    another, that most of them have all the digits of a float64.
    """
    if is_machine is False:
        return None
    pairs = [
        (number, matrix.item.raw)
        for matrix in found
        for number in leaves(matrix.numbers)
        if number is not None
    ]
    if is_machine is None:
        raw = any(raw and (is_long(n) or not math.isfinite(n.value)) for n, raw in pairs)
        is_machine = raw or 2 * sum(n.digits >= FULL for n, _ in pairs) > len(pairs)
    return type_of((n for n, _ in pairs if math.isfinite(n.value)), is_machine)


def _floats(numbers: Any) -> Any:
    return list(map(_floats, numbers)) if isinstance(numbers, list) else numbers.value


def _array(numbers: Any, name: str, kind: str) -> Array | list[Any]:
    """An array, or a list of arrays where the first lists are of unlike shapes: one a layer."""
    if isinstance(numbers, list) and numbers and len(set(map(_shape, numbers))) > 1:
        return [_array(inner, f"{name}[{at}]", kind) for at, inner in enumerate(numbers)]
    return array_of(numbers, name)._replace(type=kind)


def _shape(numbers: Any) -> tuple[int, ...]:
    """The lengths of nested lists, as the first of each has them."""
    if not isinstance(numbers, list):
        return ()
    return (len(numbers), *(_shape(numbers[0]) if numbers else ()))
