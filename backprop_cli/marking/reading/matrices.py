"""Answers that are whole matrices: ``dE_dW1 = [[0.08, 0.12], …]`` is the answers of its entries.

A matrix comes as a list of rows, or as a text: [0.08 0.12; 0.2 0.3]. A row or a column alone may be
a plain list. A blank stays one: "" in a list, _ in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

from backprop_cli.engine import (
    PER_SAMPLE,
    Address,
    Listed,
    MatrixName,
    Network,
    Notation,
    Origin,
    entries_at,
    listed_steps,
)
from backprop_cli.errors import Place, Problem, nearest
from backprop_cli.marking.reading.keys import Keys, Qualifiers, UnknownKey, parted, plain_form
from backprop_cli.marking.reading.rows import Item

BLANKS = ("_", "…", "")
Rows = list[list[Any]]

_IN_BRACKETS = re.compile(r"\s*\[(.*)\]\s*", re.DOTALL)
_ROWS = re.compile(r"\]\s*[,;]?\s*\[|;|\n")
_LAYOUTS = {
    "W": ("a row for each unit that it leads to", "a column for each that it comes from"),
    "b": ("a row for each unit", "one column"),
    "jacobian": ("a row for each output", "a column for each net input"),
    "": ("a row for each unit", "a column for each sample"),
}


def of_entries(items: Iterable[Item], keys: Keys) -> Iterator[Item]:
    """The items, with one for each of its entries in place of a matrix.

    What cannot be understood as the matrix that it is called has that as its problem.
    """
    reader = _reader(keys)
    for item in items:
        yield from [item] if item.problem is not None else reader.items(item)


def is_matrix_key(text: str, keys: Keys) -> bool:
    """Whether a matrix is called so, or something else that has entries of its own."""
    return _reader(keys).has(text) or keys.has(text)


def first_entry(text: str, keys: Keys) -> Address:
    """Where the first entry of the matrix stands that `text` means. Raises `UnknownKey`."""
    return _reader(keys).first_entry(text)


@lru_cache(maxsize=4)
def _reader(keys: Keys) -> _Reader:
    """One for all the submissions that answer the same sheet."""
    return _Reader(keys)


class _Reader:
    def __init__(self, keys: Keys) -> None:
        self._keys, self._network = keys, keys.sheet.network
        self._listed: dict[int, Listed] = {}

    def items(self, item: Item) -> Iterator[Item]:
        """The item, or those of its entries."""
        is_matrix = _is_matrix(item.value)
        if not is_matrix and (not self._may_be_one(item.key) or self._is_number(item)):
            yield item
            return
        try:
            key, said = parted(item.key, item.said)
            name = self._name(key)
        except UnknownKey as unknown:
            known = not is_matrix or self._keys.has(item.key)
            yield item if known else _at_fault(item, unknown)
            return
        try:
            yield from self._entries(item, name, said)
        except UnknownKey as unknown:
            yield _at_fault(item, unknown)

    def has(self, text: str) -> bool:
        """Whether a matrix is called so, of whichever sample."""
        try:
            self._name(parted(text, {})[0])
        except UnknownKey:
            return False
        return True

    def first_entry(self, text: str) -> Address:
        key, said = parted(text, {})
        name = self._name(key)
        samples = self._samples(name, said)
        place = entries_at(self._of(len(samples)).matrices, name, samples)[0][0]
        item = Item(text, None, said, Place(""))
        first = self._entry(item, name, place, said, None)
        return self._keys.address(first.key, first.said)

    def _may_be_one(self, key: str) -> bool:
        """Whether a matrix has this key, or something like it."""
        return plain_form(key.rpartition(".")[2]) in self._forms

    def _is_number(self, item: Item) -> bool:
        """Whether the key is that of a number."""
        try:
            return self._keys.given(item.key, item.said) is not None or bool(
                self._keys.address(item.key, item.said)
            )
        except UnknownKey:
            return False

    @cached_property
    def _forms(self) -> dict[str, list[MatrixName]]:
        """Matrices by their keys, symbols and usual keys, as people write them."""
        network = self._network
        usual = replace(network, notation=Notation())
        found: dict[str, list[MatrixName]] = {}
        for samples in (1, 2):
            listed = self._of(samples).names.values()
            same = listed_steps(usual, samples).names.values()
            for name, other in zip(listed, same, strict=True):
                for text in (name.key, name.symbol, other.key):
                    known = found.setdefault(plain_form(text), [])
                    if name.key not in [one.key for one in known]:
                        known.append(name)
        return found

    def _name(self, text: str) -> MatrixName:
        """The matrix that a key means. Raises `UnknownKey`."""
        found = self._forms.get(plain_form(text), [])
        exact = [name for name in found if name.key == text]
        if len(exact) == 1 or len(found) == 1:
            return (exact or found)[0]
        if found:
            keys = " or ".join(name.key for name in found)
            raise UnknownKey(f"this may be {keys}", "write the one that is meant")
        names = self._of(1).names
        near = nearest(text, names)
        hint = f"did you mean '{near}'?" if near else f"matrices are called {_some(list(names))}"
        raise UnknownKey("there is no such matrix", hint)

    def _of(self, samples: int) -> Listed:
        if samples not in self._listed:
            self._listed[samples] = listed_steps(self._network, samples)
        return self._listed[samples]

    def _entries(self, item: Item, name: MatrixName, said: Qualifiers) -> Iterator[Item]:
        """An item for each entry. Raises `UnknownKey` if it is not clear which these are."""
        samples = self._samples(name, said)
        listed = self._of(len(samples))
        if name.key not in listed.names:
            raise UnknownKey(f"there is no {name.key} of several samples")
        places = entries_at(listed.matrices, name, samples)
        first = self._entry(item, name, places[0][0], said, None)
        if self._keys.given(first.key, first.said) is None:
            self._keys.address(first.key, first.said)
        rows = rows_of(item.value, (len(places), len(places[0])))
        what, hint = _misfit(name, rows, (len(places), len(places[0])), self._network)
        if what:  # which is told once, and leaves all entries blank
            rows = [[""] * len(places[0])] * len(places)
        for row, values in zip(places, rows, strict=True):
            for place, value in zip(row, values, strict=True):
                entry = self._entry(item, name, place, said, value)
                told, what = what, ""
                yield replace(entry, problem=Problem(told, item.place, hint)) if told else entry

    def _entry(
        self, item: Item, name: MatrixName, place: Origin, said: Qualifiers, value: Any
    ) -> Item:
        number, key = place
        known = dict(said)
        if number and self._network.reduces:
            known["sample"] = number
        if name.kind in ("input", "target"):
            known.pop("batch", None)
        return Item(key, value, known, item.place)

    def _samples(self, name: MatrixName, said: Qualifiers) -> tuple[int, ...]:
        """The samples that stand side by side in a matrix. Raises `UnknownKey`."""
        network = self._network
        if not network.reduces or "sample" in said:
            return (said.get("sample", 1),)
        batches = network.batches()
        batch = said.get("batch", 1)
        if not 1 <= batch <= len(batches):
            raise UnknownKey(f"there is no batch {batch}", f"batches are counted to {len(batches)}")
        if len(batches) > 1 and "batch" not in said and name.kind in PER_SAMPLE:
            hint = f"say it before the key (batch1. to batch{len(batches)}.)"
            raise UnknownKey(f"which batch's {name.key} is this?", hint)
        return batches[batch - 1]


def _at_fault(item: Item, unknown: UnknownKey) -> Item:
    return replace(item, problem=Problem(unknown.what, item.place, unknown.hint))


def _some(keys: Sequence[str]) -> str:
    return ", ".join(keys[at] for at in (0, len(keys) // 2, -1))


def _is_matrix(value: Any) -> bool:
    """Whether a value is a list, or a text in brackets; an object of JSON is none."""
    if isinstance(value, list):
        return not any(isinstance(part, tuple) for part in value)
    return isinstance(value, str) and _IN_BRACKETS.fullmatch(value) is not None


def rows_of(value: Any, shape: tuple[int, int]) -> Rows:
    """The rows of a matrix that should have this shape.

    A plain list is the one row, or the one column; a single blank is a blank matrix.
    """
    rows, columns = shape
    if isinstance(value, str):
        bracketed = _IN_BRACKETS.fullmatch(value)
        if bracketed is None:
            return [[""] * columns] * rows if value.strip() in BLANKS else [[value]]
        readings = [_in_text(bracketed[1], comma, shape) for comma in (False, True)]
        return next((found for found in readings if _fits(found, shape)), readings[0])
    if not isinstance(value, list):
        return [[""] * columns] * rows if value is None else [[value]]
    if any(isinstance(part, list) for part in value):
        return [_of_blanks(part if isinstance(part, list) else [part]) for part in value]
    return _of_list(_of_blanks(value), shape)


def _in_text(text: str, decimal_comma: bool, shape: tuple[int, int]) -> Rows:
    """The rows of a text between brackets."""
    between = r"\s+" if decimal_comma else r"[\s,]+"
    rows = [
        _of_blanks(re.split(between, row.strip("[] ,\t\r\n"))) for row in _ROWS.split(text.strip())
    ]
    return _of_list(rows[0], shape) if len(rows) == 1 and "[" not in text else rows


def _of_blanks(values: Sequence[Any]) -> list[Any]:
    """The values, with an empty text for each mark of a blank."""
    return ["" if isinstance(value, str) and value.strip() in BLANKS else value for value in values]


def _of_list(values: list[Any], shape: tuple[int, int]) -> Rows:
    return [[value] for value in values] if shape[1] == 1 and shape[0] > 1 else [values]


def _fits(rows: Rows, shape: tuple[int, int]) -> bool:
    return len(rows) == shape[0] and all(len(row) == shape[1] for row in rows)


def _misfit(
    name: MatrixName, rows: Rows, shape: tuple[int, int], network: Network
) -> tuple[str, str | None]:
    """What is wrong with the shape of a matrix, and what would help; nothing if it fits."""
    if _fits(rows, shape):
        return "", None
    sizes = [len(row) for row in rows]
    if len(set(sizes)) > 1:
        odd = next(at for at, size in enumerate(sizes) if size != sizes[0])
        numbers = f"{sizes[odd]} number" + ("" if sizes[odd] == 1 else "s")
        return f"row {odd + 1} of {name.key} has {numbers}, but row 1 has {sizes[0]}", None
    wanted, found = f"{shape[0]}×{shape[1]}", f"{len(rows)}×{sizes[0] if sizes else 0}"
    what = f"this is {found}, but {name.key} is {wanted}"
    if (len(rows), sizes[0] if sizes else 0) == shape[::-1]:
        what += ": it is transposed"
    down, across = _LAYOUTS[name.part if name.kind not in ("jacobian",) else name.kind]
    if network.notation.sample_rows and name.kind != "jacobian":
        down, across = (
            across.replace("column", "row"),
            down.replace("row", "column"),
        )
    return what, f"it has {down}, {across}"
