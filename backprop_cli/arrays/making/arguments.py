"""The arguments of `network`: which there are, and what they say of each layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop_cli.arrays.making.exact import exact
from backprop_cli.arrays.working.values import Array, array_of, is_array, shape_text
from backprop_cli.config import OTHER_WORDS, TABLES, Document, KeyPath, path_text
from backprop_cli.errors import Place, UsageError, did_you_mean

Columns = Mapping[str, list[Any]]
"""What the arguments say of each layer: of each argument its values, None where it says nothing."""

# Keys of a layer, and the arguments that have a list of them.
_ARGUMENTS = {"weights": "weights", "bias": "biases", "biases": "biases", "units": "units",
              "activation": "activations", "alpha": "alphas", "init": "init"}  # fmt: skip
_OPTIONS = [key for key in TABLES[""] if key not in ("inputs", "targets", "eta", "layers")]
_KNOWN = [*dict.fromkeys(_ARGUMENTS.values()), "inputs", "targets", "eta", "weight_rows",
          "samples", *_OPTIONS]  # fmt: skip


class Arguments(Document):
    """What a config would say, of which every value is a part of an argument."""

    def place(self, *path: str | int) -> Place:
        """The argument, and the place in it: `weights[1][0]`."""
        return Place("", path=path_text(_in_arguments(path)))


def _in_arguments(path: KeyPath) -> KeyPath:
    match path:
        case ("layers", int(layer), str(key), *rest) if key in _ARGUMENTS:
            return (_ARGUMENTS[key], layer, *rest)
        case ("layers", *rest):
            return ("weights", *rest)
    return path


def check_options(options: Mapping[str, Any]) -> None:
    """Raises `UsageError` for an argument that there is not."""
    for name in options:
        if name not in _OPTIONS:
            meant = OTHER_WORDS.get(name.lower(), name)
            meant = _ARGUMENTS.get(meant, meant)
            near = f"did you mean '{meant}'?" if meant in _KNOWN else did_you_mean(name, _KNOWN)
            what = f"{name}: network() has no such argument"
            raise UsageError(what, near or "known: " + " ".join(_KNOWN))


def check_choice(name: str, given: str | None, choices: tuple[str, str]) -> None:
    """Raises `UsageError` for another word than those two."""
    if given is not None and given not in choices:
        one, other = (f'"{choice}"' for choice in choices)
        raise UsageError(f"{name}: is {one} or {other}, not {given!r}")


def columns_of(**given: Any) -> Columns:
    """Every argument that has something for each layer, as a list over the layers.

    Raises `UsageError` if their lengths differ, or there are neither weights nor units.
    """
    if given["weights"] is None and given["units"] is None:
        raise UsageError("weights: there are none", "weights=[W1, W2], or units=[2, 1]")
    first = "units" if given["weights"] is None else "weights"
    depth = len(_listed(first, given[first]))
    if depth == 0:
        raise UsageError(f"{first}: the list is empty", "it has an entry for each layer")
    found = {}
    for key, value in given.items():
        entries = _spread(key, value, depth)
        if len(entries) != depth:
            counted = f"{len(entries)} entr{'y' if len(entries) == 1 else 'ies'}"
            what = f"{key}: has {counted}, but {first} {depth}"
            raise UsageError(what, "each has an entry for each layer after the inputs")
        found[key] = [exact(entry, f"{key}[{at}]") for at, entry in enumerate(entries)]
    for at, name in enumerate(found["activations"]):
        if name is None:
            hint = 'activations="tanh", or a name for each layer: ["tanh", "linear"]'
            raise UsageError(f"activations[{at}]: is missing", hint)
    return found


def _spread(key: str, value: Any, depth: int) -> list[Any]:
    """The entries of an argument, one for each layer."""
    if value is None:
        return [None] * depth
    if key == "init" and isinstance(value, str | Mapping):
        return [{"method": value} if isinstance(value, str) else value] * depth
    if isinstance(value, str) or (key == "alphas" and not isinstance(value, list | tuple)):
        return [value] * depth
    entries = _listed(key, value)
    if key == "activations" and len(entries) == 2 < depth:
        return [entries[0]] * (depth - 1) + [entries[1]]
    return entries


def _listed(key: str, value: Any) -> list[Any]:
    """The entries of a list; of an array of all matrices, or all biases, those of each layer."""
    if isinstance(value, list | tuple):
        for at, entry in enumerate(value):
            if key == "weights" and _is_plain(entry):
                what = f"weights[{at}]: expected rows of numbers, got a plain list"
                raise UsageError(what, "weights are a list with a matrix for each layer: [W1, W2]")
        return list(value)
    hint = f"a list with an entry for each layer: {key}=[…]"
    if not is_array(value):
        raise UsageError(f"{key}: expected a list, got a {type(value).__name__}", hint)
    found = array_of(value, key)
    axes = 3 if key == "weights" else 2 if key == "biases" else 1
    if len(found.shape) != axes:
        raise UsageError(f"{key}: one array of the shape {shape_text(found.shape)}", hint)
    return [found._replace(shape=found.shape[1:], numbers=entry) for entry in found.lists()]


def _is_plain(entry: Any) -> bool:
    """Whether it is a list of numbers, without rows. An array of one axis is told by its shape."""
    return (
        isinstance(entry, list | tuple)
        and bool(entry)
        and not isinstance(entry, Array)
        and all(isinstance(number, int | float) for number in entry)
    )
