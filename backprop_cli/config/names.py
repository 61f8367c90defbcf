"""Names of units, weights and biases, from the [notation] of a config."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count, islice
from typing import Any

from backprop_cli.config.fields import TABLES, with_defaults
from backprop_cli.config.kinds import described
from backprop_cli.engine import Unit

PARAMETER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
UNIT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{0,39}")
LONGEST_PATTERN = 200

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_ALLOWED = "up to 40 letters, digits and _ make a name, a letter first"
_ALLOWED_UNIT = "up to 40 letters, digits and _ make a name, a letter or digit first"

NotationPath = tuple[str | int, ...]
Names = list[list[str]]
Values = Mapping[str, object]
"""What each placeholder of a pattern stands for, in one name."""


class BadName(Exception):  # noqa: N818 - told to the user as a problem of the config
    """A name or pattern cannot be used: where in [notation], and why."""

    def __init__(self, path: NotationPath, what: str, hint: str | None = None) -> None:
        super().__init__(what)
        self.path, self.what, self.hint = path, what, hint


def unit_names(notation: Mapping[str, Any], shape: Sequence[int]) -> Names:
    """Names of all units, layer by layer, the inputs first. Raises `BadName`."""
    given = notation.get("units")
    if isinstance(given, list):
        given = _grouped(given, shape)
        _check_shape(("units",), given, shape, "layer")
        names = [
            [_text(name, ("units", layer, at)) for at, name in enumerate(row)]
            for layer, row in enumerate(given)
        ]
        keys = ["units"] * len(shape)
    else:
        keys = [_pattern_key(notation, layer, len(shape) - 1) for layer in range(len(shape))]
        names = list(_units_by_pattern(notation, shape, keys))
    for key, row in zip(keys, names, strict=True):
        _check_usable(row, UNIT_NAME, (key,) if key in notation else (), _ALLOWED_UNIT)
    twice = _repeated(name for row in names for name in row)
    if twice is not None:
        culprit = [
            key for key, row in zip(keys, names, strict=True) if twice in row and key in notation
        ]
        hint = "{n} counts all units, {i} those of a layer, {layer} the layers"
        told = None if isinstance(given, list) else hint
        raise BadName(tuple(culprit[:1]), f"two units are called {twice}", told)
    return names


def _pattern_key(notation: Mapping[str, Any], layer: int, last: int) -> str:
    """The key of [notation] whose pattern names the units of a layer."""
    role = "inputs" if layer == 0 else "outputs" if layer == last else "hidden"
    return role if role in notation or "units" not in notation else "units"


def _units_by_pattern(
    notation: Mapping[str, Any], shape: Sequence[int], keys: Sequence[str]
) -> Iterator[list[str]]:
    hidden = "h{layer}_{i}" if len(shape) > 3 else "h{i}"
    patterns = with_defaults("notation", {"hidden": hidden, **notation})
    for key, row in zip(keys, unit_values(shape), strict=True):
        yield [_filled(patterns[key], key, values) for values in row]


def unit_values(shape: Sequence[int]) -> Iterator[list[Values]]:
    """What the placeholders of a pattern stand for: a list for each layer."""
    running = count(1)
    for layer, size in enumerate(shape):
        yield [{"n": next(running), "i": i, "layer": layer} for i in range(1, size + 1)]


def weight_names(
    given: Any, layers: Sequence[tuple[Sequence[Unit], Sequence[Unit]]]
) -> list[Names]:
    """Names of all weights: per layer of (senders, receivers), a row per receiver."""
    path = ("weights",)
    names: list[Names]
    if isinstance(given, list):
        names = given = _grouped_weights(given, layers)
        _check_shape(path, given, [len(receivers) for _, receivers in layers], "layer")
        for layer, (senders, receivers) in enumerate(layers):
            sizes = [len(senders)] * len(receivers)
            _check_shape((*path, layer), given[layer], sizes, "neuron")
    else:
        names = list(_weights_by_pattern(given, layers))
    flat = [name for rows in names for row in rows for name in row]
    _check_usable(flat, PARAMETER_NAME, path, _ALLOWED)
    hint = None if isinstance(given, list) else "a separator may help: w{from}_{to}"
    _check_distinct(flat, path, "weights", hint)
    return names


def _weights_by_pattern(
    given: str | None, layers: Sequence[tuple[Sequence[Unit], Sequence[Unit]]]
) -> Iterator[Names]:
    pattern = TABLES["notation"]["weights"].default if given is None else given
    for rows in weight_values(layers):
        yield [[_filled(pattern, "weights", values) for values in row] for row in rows]


def weight_values(
    layers: Sequence[tuple[Sequence[Unit], Sequence[Unit]]],
) -> Iterator[list[Iterator[Values]]]:
    """What the placeholders of a pattern stand for: per layer a row per receiver, in order."""
    running = count(1)
    for senders, receivers in layers:
        yield [_values_of_row(running, senders, receiver) for receiver in receivers]


def _values_of_row(
    running: Iterator[int], senders: Sequence[Unit], receiver: Unit
) -> Iterator[Values]:
    shared = {"n": 0, "to": receiver.name, "layer": receiver.layer, "i": receiver.number}
    for sender in senders:
        yield shared | {"n": next(running), "j": sender.number, "from": sender.name}


def letter_of(given: Any, default: str) -> str:
    """The letter of all weights, or biases: what their pattern begins with."""
    match = re.match(r"[A-Za-z]+", given) if isinstance(given, str) else None
    return match[0] if match else default


def receiver_first(given: Any) -> bool:
    """Whether the pattern of weights counts the receiver before the sender."""
    places = _PLACEHOLDER.findall(given) if isinstance(given, str) else []
    receiver, sender = (
        next((at for at, place in enumerate(places) if place in of), None)
        for of in (("to", "i"), ("from", "j"))
    )
    return receiver is not None and sender is not None and receiver < sender


def bias_names(given: Any, layers: Sequence[tuple[Sequence[Unit], bool | None]]) -> Names:
    """Names of all biases: per layer of (units, shared or not, None for no bias), a list."""
    path = ("biases",)
    names: Names
    if isinstance(given, list):
        counts = [_bias_count(units, shared) for units, shared in layers]
        names = _grouped(given, counts)
        _check_shape(path, names, counts, "layer")
    else:
        names = list(_biases_by_pattern(given, layers))
    flat = [name for row in names for name in row]
    _check_usable(flat, PARAMETER_NAME, path, _ALLOWED)
    hint = None if isinstance(given, list) else "{n} counts them, {layer} the layers: b{n}"
    _check_distinct(flat, path, "biases", hint)
    return names


def _bias_count(units: Sequence[Unit], shared: bool | None) -> int:
    return 0 if shared is None else 1 if shared else len(units)


def _biases_by_pattern(
    given: str | None, layers: Sequence[tuple[Sequence[Unit], bool | None]]
) -> Iterator[list[str]]:
    for (_, shared), row in zip(layers, bias_values(layers), strict=True):
        pattern = given if given is not None else "b{layer}" if shared else "b_{to}"
        names = [_filled(pattern, "biases", values) for values in row]
        # A bias of the whole layer has no unit: of theta{layer}_{to} theta1 is left.
        yield [name.rstrip("_") for name in names] if shared else names


def bias_values(layers: Sequence[tuple[Sequence[Unit], bool | None]]) -> Iterator[list[Values]]:
    """What the placeholders of a pattern stand for: a list for each layer."""
    running = count(1)
    for units, shared in layers:
        row: list[Values] = []
        for unit in units[: _bias_count(units, shared)]:
            name, number = ("", "") if shared else (unit.name, unit.number)
            row.append({"n": next(running), "to": name, "layer": unit.layer, "i": number})
        yield row


def _filled(pattern: str, key: str, values: Mapping[str, object]) -> str:
    """`pattern` with its {placeholders} filled in; nothing but plain placeholders is understood.

    Raises `BadName` at the `key` of [notation] that the pattern comes from.
    """
    return _template(pattern, key, tuple(values)).format_map(values)


@lru_cache(maxsize=100)
def _template(pattern: str, key: str, known: tuple[str, ...]) -> str:
    """The pattern as `str.format` takes it, read once for all the names that it gives."""
    if len(pattern) > LONGEST_PATTERN:
        what = f"the pattern is longer than {LONGEST_PATTERN} characters"
        raise BadName((key,), what, _ALLOWED)
    parts = _PLACEHOLDER.split(pattern)  # every second one is the name of a placeholder
    for name in parts[1::2]:
        if name not in known:
            usable = " ".join(f"{{{place}}}" for place in known)
            raise BadName((key,), f"{{{name}}}"[:60] + " is not known here", f"use {usable}")
    parts[::2] = [part.replace("{", "{{").replace("}", "}}") for part in parts[::2]]
    parts[1::2] = [f"{{{name}}}" for name in parts[1::2]]
    return "".join(parts)


def _text(name: Any, path: NotationPath) -> str:
    """A unit's name; a number is one too, for units that are called 1, 2, …"""
    if isinstance(name, int) and not isinstance(name, bool) and 0 <= name < 10**9:
        return str(name)
    if isinstance(name, str):
        return name
    raise BadName(path, "expected a name", _ALLOWED_UNIT)


def _grouped(given: list[Any], sizes: Sequence[int]) -> list[Any]:
    """One list of all names, cut into lists of these sizes; any other list as it is."""
    if any(isinstance(name, list) for name in given) or len(given) != sum(sizes):
        return given
    rest = iter(given)
    return [list(islice(rest, size)) for size in sizes]


def _grouped_weights(
    given: list[Any], layers: Sequence[tuple[Sequence[Unit], Sequence[Unit]]]
) -> list[Any]:
    """One list of all weights' names, cut up by layers and neurons."""
    sizes = [len(senders) * len(receivers) for senders, receivers in layers]
    cut = _grouped(given, sizes)
    if cut is given:
        return given
    return [
        _grouped(names, [len(senders)] * len(receivers))
        for names, (senders, receivers) in zip(cut, layers, strict=True)
    ]


def _check_shape(path: NotationPath, given: Any, sizes: Sequence[int], of: str) -> None:
    """`given` must be as many lists as `sizes`, each of that length."""
    if not isinstance(given, list) or len(given) != len(sizes):
        each = "1 list" if len(sizes) == 1 else f"{len(sizes)} lists"
        raise BadName(path, f"expected {each} of names, one for each {of}")
    for index, (row, size) in enumerate(zip(given, sizes, strict=True)):
        if not isinstance(row, list) or len(row) != size:
            names = "1 name" if size == 1 else f"{size} names"
            raise BadName((*path, index), f"expected a list of {names}")


def _check_usable(
    names: Sequence[Any], allowed: re.Pattern[str], path: NotationPath, hint: str
) -> None:
    """Every name must be usable in a formula, a file and a terminal."""
    for name in names:
        if not isinstance(name, str) or allowed.fullmatch(name) is None:
            raise BadName(path, f"{described(name)} cannot be a name", hint)


def _check_distinct(names: Sequence[str], path: NotationPath, what: str, hint: str | None) -> None:
    """No two names may be the same."""
    twice = _repeated(names)
    if twice is not None:
        raise BadName(path, f"two {what} are called {twice}", hint)


def _repeated(names: Iterator[str] | Sequence[str]) -> str | None:
    """The first name that stands twice, or None."""
    return next((name for name, times in Counter(names).items() if times > 1), None)
