"""Names of one's own: `names={"hidden_in": "net_1"}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from backprop_cli.arrays.naming.boxes import text_of
from backprop_cli.arrays.naming.found import Entry
from backprop_cli.arrays.naming.vocabulary import Vocabulary
from backprop_cli.arrays.naming.words import Meaning
from backprop_cli.errors import UsageError, did_you_mean


def own_names(names: Mapping[Any, Any], vocabulary: Vocabulary) -> dict[str, tuple[Meaning, ...]]:
    """What the user says that names mean, by the names of the entries.

    A key is one of ours, or a name of a convention. The name of a list, a dict or an object stands
    for all that is in it: with ``{"acts": "activations"}`` acts[1] means what activations[1] does.
    Raises `UsageError` for a name or a key that there is not.
    """
    own: dict[str, tuple[Meaning, ...]] = {}
    for name, key in names.items():
        if not (isinstance(name, str) and isinstance(key, str)):
            what = f"names: {name!r} cannot be said to mean {key!r}: both have to be texts"
            raise UsageError(what, 'for example names={"hidden_in": "net_1"}')
        entry = _entry(name, vocabulary)
        inside = _inside(name, vocabulary)
        if entry is not None and (vocabulary.means(key) or not inside):
            own[entry.name] = _meaning(name, key, vocabulary)
        elif inside:
            for inner, rest in inside.items():
                own[inner] = _meaning(inner, key + rest, vocabulary)
        else:
            near = did_you_mean(name, vocabulary.entries)
            what = f"names: there is no array {name!r} among those given"
            raise UsageError(what, near or "names stand before the colon, keys after it")
    return own


def _entry(name: str, vocabulary: Vocabulary) -> Entry | None:
    """The entry with this name, which may be written as in the tables: grads.dW1."""
    if name in vocabulary.entries:
        return vocabulary.entries[name]
    same = (e for e in vocabulary.entries.values() if text_of(e.path) == name)
    return next(same, None)


def _inside(name: str, vocabulary: Vocabulary) -> dict[str, str]:
    """What is in a container, by name: how its path goes on."""
    return {
        entry.name: text_of(entry.path)[len(name) :]
        for entry in vocabulary.entries.values()
        if not entry.is_list and text_of(entry.path).startswith((f"{name}[", f"{name}."))
    }


def _meaning(name: str, text: str, vocabulary: Vocabulary) -> tuple[Meaning, ...]:
    found = vocabulary.means(text)
    if found:
        return found
    keys = vocabulary.keys()
    some = ", ".join(key for key in keys if not re.search(r"[2-9]|_new$|change", key))
    what = f"names: {name} is to mean {text!r}, which this network does not have"
    raise UsageError(what, did_you_mean(text, keys) or f"its keys are {some} and so on")
