"""A config with trained numbers in place of the initial ones, and all else as it was."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from backprop_cli.config import (
    Document,
    KeyPath,
    Spans,
    find_spans,
    network_of,
    parse_document,
    path_text,
)
from backprop_cli.config.toml import toml_list, toml_matrix, toml_value
from backprop_cli.engine import Network
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
    spans = find_spans(document.text)
    by_sender = document.data.get("convention", {}).get("weight_rows") == "from"
    try:
        edits = [*_settings(document, spans)]
        moved = document.moved(os.fspath(folder))
        edits += [(*spans.values[path], written) for path, written in moved.items()]
        for index, layer in enumerate(network.layers):
            rows = [[str(parameters[weight.name]) for weight in row] for row in layer.weights]
            rows = [list(row) for row in zip(*rows, strict=True)] if by_sender else rows
            biases = [str(parameters[bias.name]) for bias in layer.biases]
            edits += _layer(document.text, spans, ("layers", index), rows, biases)
        text = _edited(document.text, edits)
        again = network_of(parse_document(text, str(folder / "saved.toml")))
    except (BackpropError, KeyError) as error:
        raise _unsavable(str(error)) from None
    if any(float(p.value) != float(parameters[p.name]) for p in again.parameters()):
        raise _unsavable("its numbers stand where they cannot be replaced")
    return text


def _unsavable(why: str) -> UsageError:
    return UsageError(
        f"the trained network cannot be saved in the form of this config: {why}",
        "write each layer as a [[layers]] table, with one key to a line",
    )


def _edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made: of two of the same stretch the later, of one inside another
    the outer; what is inserted at one place is joined, and stands before what is replaced there.
    """
    inserted: dict[int, str] = {}
    replaced: dict[int, tuple[int, str]] = {}
    for start, end, written in edits:
        if start == end:
            inserted[start] = inserted.get(start, "") + written
        elif start not in replaced or replaced[start][0] <= end:
            replaced[start] = end, written
    pieces, done = list[str](), 0
    for start in sorted({*inserted, *replaced}):
        if start >= done:
            end, written = replaced.get(start, (start, ""))
            pieces += text[done:start], inserted.get(start, ""), written
            done = end
    return "".join(pieces) + text[done:]


def _settings(document: Document, spans: Spans) -> Iterator[Edit]:
    """What was set besides the text."""
    for path in document.overrides:
        if any(other != path and other[: len(path)] == path for other in document.overrides):
            continue
        if path in spans.values and path[2:] in (("weights",), ("biases",)):
            continue  # the trained numbers come there
        value: Any = document.data
        for part in path:
            value = value[part]
        written = toml_value(value)
        if path in spans.values:
            yield (*spans.values[path], written)
        else:
            yield _inserted(document.text, spans, path, written)


def _inserted(text: str, spans: Spans, path: KeyPath, written: str) -> Edit:
    """A line for a key that the text does not have: after its table's head, or at the top."""
    table = path[:-1]
    if table in spans.tables and table:
        at = text.find("\n", spans.tables[table]) + 1 or len(text)
        before = "" if text[:at].endswith("\n") else "\n"
        return at, at, f"{before}{path_text(path[-1:])} = {written}\n"
    if not all(isinstance(part, str) for part in path):
        raise KeyError("a setting belongs to a layer that the text does not have")
    at = min(spans.tables.values(), default=len(text))
    return at, at, f"{path_text(path)} = {written}\n\n"


def _layer(
    text: str, spans: Spans, path: KeyPath, rows: list[list[str]], biases: list[str]
) -> Iterator[Edit]:
    """The weights and biases of a layer."""
    places: dict[KeyPath, str]
    if (*path, "bias") in spans.values:
        yield (*spans.values[*path, "bias"], biases[0])
    elif (*path, "biases") in spans.values:
        places = {(*path, "biases", n): bias for n, bias in enumerate(biases)}
        yield from _numbers(spans, (*path, "biases"), places, toml_list(biases))
    if (*path, "weights") in spans.values:
        places = {
            (*path, "weights", m, n): weight
            for m, row in enumerate(rows)
            for n, weight in enumerate(row)
        }
        yield from _numbers(spans, (*path, "weights"), places, toml_matrix(rows, " " * 11))
    else:
        yield _in_place_of_units(text, spans, path, rows)
        yield from _without_init(text, spans, (*path, "init"))


def _numbers(
    spans: Spans, path: KeyPath, numbers: Mapping[KeyPath, str], whole: str
) -> Iterator[Edit]:
    """Each number in its place; where there are others than before, the list as a whole."""
    standing = [place for place in spans.values if place[: len(path)] == path]
    deepest = max(map(len, standing))
    if {place for place in standing if len(place) == deepest} == numbers.keys():
        for place, number in numbers.items():
            yield (*spans.values[place], number)
    else:
        yield (*spans.values[path], whole)


def _in_place_of_units(text: str, spans: Spans, path: KeyPath, rows: list[list[str]]) -> Edit:
    start, end = spans.values[*path, "units"]
    line = text.rfind("\n", 0, start) + 1
    key = re.fullmatch(r"([ \t]*)[\"']?units[\"']?[ \t]*=[ \t]*", text[line:start])
    if key is None:
        raise KeyError("units does not stand on a line of its own")
    return line, end, f"{key[1]}weights = {toml_matrix(rows, ' ' * (len(key[1]) + 11))}"


def _without_init(text: str, spans: Spans, path: KeyPath) -> Iterator[Edit]:
    """The lines about random weights become comments."""
    places = [span[0] for place, span in spans.values.items() if place[: len(path)] == path]
    places += [at for place, at in spans.tables.items() if place == path]
    for line in {text.rfind("\n", 0, place) + 1 for place in places}:
        yield line, line, "# "
