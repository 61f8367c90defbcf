"""A config with trained numbers in place of the initial ones, and all else as it was."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from backprop_cli.config import (
    STDIN,
    Document,
    KeyPath,
    Spans,
    find_spans,
    network_of,
    parse_document,
)
from backprop_cli.engine import Layer, Network
from backprop_cli.errors import BackpropError, UsageError

Edit = tuple[int, int, str]
"""First and one-past-last character, and the text that takes their place."""


def trained_text(
    document: Document, network: Network, parameters: Mapping[str, Any], folder: Path
) -> str:
    """The text of `document` with the values of `parameters`, for a file in `folder`.

    Settings besides the text (`--set`) are written into it; random weights become numbers, and
    how they were drawn a comment; a path of data leads there from the new place. Raises
    `UsageError` if the text is such that the numbers cannot be put into it.
    """
    edits: dict[tuple[int, int], str] = {}
    spans = find_spans(document.text)
    by_sender = document.data.get("convention", {}).get("weight_rows") == "from"
    try:
        for edit in (
            *_settings(document, spans),
            *_data(document, spans, folder),
            *(edit for index, layer in enumerate(network.layers)
              for edit in _layer(document.text, spans, index, layer, parameters, by_sender)),
        ):  # fmt: skip
            start, end, written = edit
            edits[start, end] = edits.get((start, end), "") * (start == end) + written
        text = _edited(document.text, edits)
        again = network_of(parse_document(text, str(folder / "saved.toml")))
    except (BackpropError, KeyError) as error:
        raise _unsavable(str(error)) from None
    if any(float(p.value) != float(parameters[p.name]) for p in again.parameters()):
        raise _unsavable("its numbers stand where they cannot be replaced")
    return text


def _unsavable(why: str) -> UsageError:
    return UsageError(f"the trained network cannot be saved in the form of this config: {why}",
                      "write each layer as a [[layers]] table, with one key to a line"
                      )  # fmt: skip


def _edited(text: str, edits: Mapping[tuple[int, int], str]) -> str:
    """The text with all edits made, insertions first; of one inside another, the outer is made."""
    pieces, done = list[str](), 0
    for start, end in sorted(edits, key=lambda span: (span[0], span[0] != span[1], -span[1])):
        written = edits[start, end]
        if start >= done:
            pieces += text[done:start], written
            done = end
    return "".join(pieces) + text[done:]


def _settings(document: Document, spans: Spans) -> Iterator[Edit]:
    """What was set besides the text."""
    for path in document.overrides:
        if any(other != path and other[: len(path)] == path for other in document.overrides):
            continue
        value: Any = document.data
        for part in path:
            value = value[part]
        written = _toml(value)
        if path in spans.values:
            yield (*spans.values[path], written)
        else:
            yield _inserted(document.text, spans, path, written)


def _inserted(text: str, spans: Spans, path: KeyPath, written: str) -> Edit:
    """A line for a key that the text does not have: after its table's head, or at the top."""
    table = path[:-1]
    if table in spans.tables and table:
        at = text.find("\n", spans.tables[table]) + 1 or len(text)
        return at, at, f"{'' if text[:at].endswith(chr(10)) else chr(10)}{path[-1]} = {written}\n"
    if not all(isinstance(part, str) for part in path):
        raise KeyError("a setting belongs to a layer that the text does not have")
    at = min(spans.tables.values(), default=len(text))
    return at, at, f"{'.'.join(map(str, path))} = {written}\n\n"


def _data(document: Document, spans: Spans, folder: Path) -> Iterator[Edit]:
    """Paths of data files, relative to the new place."""
    for key in ("data", "validation"):
        value = document.data.get(key)
        if isinstance(value, str) and (key,) in spans.values and document.name != STDIN:
            found = Path(document.name).parent / value
            if found.parent.resolve() != folder.resolve() and not Path(value).is_absolute():
                there = os.path.relpath(found.resolve(), folder.resolve())
                yield (*spans.values[key,], _toml(Path(there).as_posix()))


def _layer(
    text: str, spans: Spans, index: int, layer: Layer, parameters: Mapping[str, Any],
    by_sender: bool,
) -> Iterator[Edit]:  # fmt: skip
    """The weights and biases of a layer."""
    rows = [[_written(parameters[weight.name]) for weight in row] for row in layer.weights]
    if by_sender:
        rows = [list(row) for row in zip(*rows, strict=True)]
    path: KeyPath = ("layers", index)
    biases = [_written(parameters[bias.name]) for bias in layer.biases]
    if (*path, "bias") in spans.values:
        yield (*spans.values[*path, "bias"], biases[0])
    elif (*path, "biases") in spans.values:
        yield from _numbers(spans, (*path, "biases"), [biases])
    if (*path, "weights") in spans.values:
        yield from _numbers(spans, (*path, "weights"), rows)
    else:
        yield _in_place_of_units(text, spans, path, rows)
        yield from _without_init(text, spans, (*path, "init"))


def _numbers(spans: Spans, path: KeyPath, rows: list[list[str]]) -> Iterator[Edit]:
    """Each number in its place; where there are others than before, the list as a whole."""
    places = {
        (*path, *((n,) if path[-1] == "biases" else (row, n))): number
        for row, numbers in enumerate(rows) for n, number in enumerate(numbers)
    }  # fmt: skip
    standing = {place for place in spans.values if place[: len(path)] == path}
    leaves = {place for place in standing if len(place) == max(map(len, standing))}
    if leaves == places.keys():
        for place, number in places.items():
            yield (*spans.values[place], number)
    else:
        whole = rows[0] if path[-1] == "biases" else rows
        yield (*spans.values[path], _matrix(whole, " " * 11))


def _in_place_of_units(text: str, spans: Spans, path: KeyPath, rows: list[list[str]]) -> Edit:
    start, end = spans.values[*path, "units"]
    line = text.rfind("\n", 0, start) + 1
    key = re.fullmatch(r"([ \t]*)[\"']?units[\"']?[ \t]*=[ \t]*", text[line:start])
    if key is None:
        raise KeyError("units does not stand on a line of its own")
    return line, end, f"{key[1]}weights = {_matrix(rows, ' ' * (len(key[1]) + 11))}"


def _without_init(text: str, spans: Spans, path: KeyPath) -> Iterator[Edit]:
    """The lines about random weights become comments."""
    places = [span[0] for place, span in spans.values.items() if place[: len(path)] == path]
    places += [at for place, at in spans.tables.items() if place == path]
    for line in {text.rfind("\n", 0, place) + 1 for place in places}:
        yield line, line, "# "


def _matrix(rows: list[Any], indent: str) -> str:
    if not isinstance(rows[0], list):
        return f"[{', '.join(rows)}]"
    return "[" + f",\n{indent}".join(f"[{', '.join(row)}]" for row in rows) + "]"


def _written(value: Any) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _toml(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    return str(value)
