"""Names of units, weights and biases, from the [notation] of a config."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from backprop_cli.network import Unit

__all__ = ["BadName", "bias_names", "unit_names", "weight_names"]

PARAMETER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
UNIT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{0,39}")

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class BadName(Exception):  # noqa: N818 - told to the user as a problem of the config
    """A name or pattern cannot be used: where in [notation], and why."""

    def __init__(self, path: tuple[str | int, ...], what: str, hint: str | None = None) -> None:
        super().__init__(what)
        self.path, self.what, self.hint = path, what, hint


def unit_names(notation: dict[str, Any], shape: Sequence[int]) -> list[list[str]]:
    """Names of all units, layer by layer, the inputs first. Raises `BadName`."""
    given = notation.get("units")
    if isinstance(given, list):
        _check_shape(("units",), given, shape)
        names = [[str(name) for name in row] for row in given]
    else:
        names = list(_units_by_pattern(notation, shape))
    where = ("units",) if given is not None else ()
    _check_names([name for row in names for name in row], UNIT_NAME, where, "units")
    return names


def _units_by_pattern(notation: dict[str, Any], shape: Sequence[int]) -> Iterator[list[str]]:
    last, running = len(shape) - 1, 0
    deep = last > 2
    defaults = {"inputs": "i{i}", "hidden": "h{layer}_{i}" if deep else "h{i}", "outputs": "o{i}"}
    for layer, size in enumerate(shape):
        role = "inputs" if layer == 0 else "outputs" if layer == last else "hidden"
        key = role if role in notation or "units" not in notation else "units"
        pattern = notation.get(key, defaults[role])
        row = []
        for number in range(1, size + 1):
            running += 1
            row.append(_filled(pattern, (key,), n=running, i=number, layer=layer))
        yield row


def weight_names(
    given: Any, layers: Sequence[tuple[Sequence[Unit], Sequence[Unit]]]
) -> list[list[list[str]]]:
    """Names of all weights: per layer of (senders, receivers), a row per receiver."""
    running = 0
    names: list[list[list[str]]] = []
    if isinstance(given, list):
        _check_shape(("weights",), given, [len(receivers) for _, receivers in layers])
        for layer, (senders, receivers) in enumerate(layers):
            _check_shape(("weights", layer), given[layer], [len(senders)] * len(receivers))
        names = given
    else:
        pattern = "w{n}" if given is None else given
        for senders, receivers in layers:
            rows = []
            for receiver in receivers:
                row = []
                for sender in senders:
                    running += 1
                    row.append(_filled(
                        pattern, ("weights",), n=running, to=receiver.name, layer=receiver.layer,
                        i=receiver.number, j=sender.number, **{"from": sender.name},
                    ))  # fmt: skip
                rows.append(row)
            names.append(rows)
    flat = [name for rows in names for row in rows for name in row]
    _check_names(flat, PARAMETER_NAME, ("weights",), "weights")
    return names


def bias_names(given: Any, layers: Sequence[tuple[Sequence[Unit], bool | None]]) -> list[list[str]]:
    """Names of all biases: per layer of (units, shared or not, None for no bias), a list."""
    counts = [0 if shared is None else 1 if shared else len(units) for units, shared in layers]
    names: list[list[str]] = []
    if isinstance(given, list):
        _check_shape(("biases",), given, counts)
        names = given
    else:
        running = 0
        for (units, shared), count in zip(layers, counts, strict=True):
            row = []
            for unit in units[:count]:
                running += 1
                to = "" if shared else unit.name
                pattern = given or ("b{layer}" if shared else "b_{to}")
                row.append(_filled(
                    pattern, ("biases",), n=running, to=to, layer=unit.layer,
                    i="" if shared else unit.number,
                ))  # fmt: skip
            names.append(row)
    _check_names([name for row in names for name in row], PARAMETER_NAME, ("biases",), "biases")
    return names


def _filled(pattern: str, path: tuple[str, ...], **values: object) -> str:
    """`pattern` with its {placeholders} filled in; nothing but plain placeholders is understood."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            known = " ".join(f"{{{name}}}" for name in values)
            raise BadName(path, f"{match[0]} is not known here", f"use {known}")
        return str(values[match[1]])

    return _PLACEHOLDER.sub(value, pattern)


def _check_shape(path: tuple[str | int, ...], given: Any, sizes: Sequence[int]) -> None:
    """`given` must be as many lists as `sizes`, each of that length, of texts or lists."""
    if not isinstance(given, list) or len(given) != len(sizes):
        raise BadName(path, f"expected {len(sizes)} lists of names, one for each layer or unit")
    for index, (row, size) in enumerate(zip(given, sizes, strict=True)):
        if not isinstance(row, list) or len(row) != size:
            raise BadName((*path, index), f"expected a list of {size} names")


def _check_names(
    names: Sequence[Any], allowed: re.Pattern[str], path: tuple[str | int, ...], what: str
) -> None:
    """Every name must be usable in a formula, a file and a terminal, and stand for one thing."""
    unusable: Callable[[Any], bool] = lambda name: (  # noqa: E731
        not isinstance(name, str) or allowed.fullmatch(name) is None
    )
    for name in names:
        if unusable(name):
            raise BadName(path, f"{str(name)[:60]!r} cannot be a name",
                          "letters, digits and _ make a name, a letter first")  # fmt: skip
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise BadName(path, f"two {what} are called {twice}",
                      "a separator may help: w{from}_{to}")  # fmt: skip
