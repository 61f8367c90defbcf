"""Settings from the command line, `--set KEY=VALUE`, applied to a document."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from backprop_cli.config.document import Document, parse_document
from backprop_cli.config.positions import DEEPEST, KEY_PART, KeyPath, path_text, pattern, unquoted
from backprop_cli.errors import ConfigError, Place, Problem, did_you_mean, shortened

_SETTING_STEP = rf"\s*(?:(?:^|\.)\s*(?P<key>{KEY_PART})|\[(?P<index>[0-9]+)\])\s*"
_WITH_COMMA = r"[+-]?[0-9]+,[0-9]+([eE][+-]?[0-9]+)?"
_BARE_TEXT = r"[A-Za-z][A-Za-z0-9_./-]*|[+-]?[0-9]+/[0-9]+"


def with_settings(document: Document, assignments: Sequence[str]) -> Document:
    """The document with each `KEY=VALUE` applied in turn.

    KEY is a dotted path in which lists count from 0 (`layers.0.activation`, or
    `layers[0].activation`); VALUE is TOML, and one plain word or fraction needs no quotes.
    Raises ConfigError with a problem for every assignment that cannot be applied.
    """
    problems: list[Problem] = []
    for assignment in assignments:
        try:
            document = _with_setting(document, assignment)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return document


def _with_setting(document: Document, assignment: str) -> Document:
    """The document with one `KEY=VALUE` applied; raises ConfigError."""
    key, steps, written = _split_setting(assignment)
    where = Place(f"--set {shortened(key)}")
    value = _setting_value(written, where)
    path: KeyPath = ()
    created: KeyPath | None = None
    data: Any = dict(document.data)
    here = data
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        entry = _entry(here, step, path, where)
        path = (*path, entry)
        if following is None:
            here[entry] = value
            break
        if isinstance(here, dict) and entry not in here:
            if _is_index(following):
                raise ConfigError(_no_list(here, path, where))
            created = created or path
            here[entry] = {}
        below = here[entry]
        here[entry] = below.copy() if isinstance(below, dict | list) else below
        here = here[entry]
    overrides = {
        known: said for known, said in document.overrides.items() if known[: len(path)] != path
    }
    overrides |= {created or path: assignment.strip(), path: assignment.strip()}
    return replace(document, data=data, overrides=overrides)


def _split_setting(assignment: str) -> tuple[str, list[str | int], str]:
    """The key as written, the steps of its path, and the value as written."""
    steps: list[str | int] = []
    position = 0
    while found := pattern(_SETTING_STEP).match(assignment, position):
        index, position = found["index"], found.end()
        steps.append(int(index[:9]) if index is not None else unquoted(found["key"]))
    key = assignment[:position].strip()
    named = len(steps) <= DEEPEST and isinstance(next(iter(steps), None), str)
    if named and assignment.startswith("=", position):
        return key, steps, assignment[position + 1 :].strip()
    written = assignment.partition("=")[0].strip()
    what = "this is not a name such as eta or layers.0.activation"
    if named and position == len(assignment):
        what = "there is no '=' and no value"
    where = Place(f"--set {shortened(written)}".rstrip())
    raise ConfigError(Problem(what, where, "write it as --set eta=0.5"))


def _setting_value(written: str, where: Place) -> Any:
    """The TOML value, or the plain word or fraction, that a setting gives; raises ConfigError."""
    if re.fullmatch(_BARE_TEXT, written) and written not in ("true", "false", "inf", "nan"):
        return written
    hint = "text with spaces or signs takes quotes of its own: --set 'title=\"My network\"'"
    if not written:
        raise ConfigError(Problem("there is no value after '='", where, hint))
    values = _toml_values(written)
    if not values:
        if "," in written and _toml_values(f"[{written}]"):
            hint = f"a list takes brackets: [{shortened(written)}]"
            if re.fullmatch(_WITH_COMMA, written):
                hint = f"decimals take a point: {written.replace(',', '.')}; {hint}"
        what = f"{shortened(written)} is not a TOML value"
        raise ConfigError(Problem(what, where, hint))
    return values[0]


def _toml_values(written: str) -> list[Any]:
    """The value that is written, alone in a list; nothing if it is none, or more than one."""
    try:
        data = parse_document(f"value = {written}", "").data
    except ConfigError:
        return []
    return [data["value"]] if data.keys() == {"value"} else []


def _is_index(step: str | int) -> bool:
    return isinstance(step, int) or re.fullmatch("[0-9]+", step) is not None


def _entry(here: Any, step: str | int, path: KeyPath, where: Place) -> str | int:
    """The key or index by which a step goes on from `here`, at `path`; raises ConfigError."""
    if isinstance(here, list):
        if _is_index(step) and len(str(step)) < 10 and int(step) < len(here):
            return int(step)
        raise ConfigError(Problem(_entries_of(here, path), where, "lists count from 0"))
    if isinstance(here, dict) and isinstance(step, str):
        return step
    kind = "list" if isinstance(step, int) else "table"
    raise ConfigError(Problem(f"{path_text(path)} is {_kind_of(here)}, not a {kind}", where))


def _no_list(here: Mapping[str, Any], path: KeyPath, where: Place) -> Problem:
    """There is nothing at `path`, in the table `here`, that has entries."""
    name = path_text(path)
    meant = did_you_mean(str(path[-1]), (key for key in here if isinstance(here[key], list)))
    return Problem(
        f"there is no list {name}", where, meant or f"set it as a whole: --set {name}=[…]"
    )


def _entries_of(entries: list[Any], path: KeyPath) -> str:
    """How many entries a list has, in words: `there are 2 layers (0 and 1)`."""
    count = len(entries)
    name = path_text(path)
    numbers = ("", " (0)", " (0 and 1)")[count] if count < 3 else f" (0 to {count - 1})"
    if len(path) > 1:
        return f"{name} has {count or 'no'} entr{'y' if count == 1 else 'ies'}{numbers}"
    if count == 1:
        return f"there is 1 {name.removesuffix('s')}{numbers}"
    return f"there are {count or 'no'} {name}{numbers}"


def _kind_of(value: object) -> str:
    """What a value is, in words."""
    kinds = (
        (bool, "true or false"),
        ((int, Decimal), "a number"),
        (str, "a text"),
        (list, "a list"),
        (dict, "a table"),
        ((datetime.date, datetime.time), "a date or time"),
    )
    return next((words for types, words in kinds if isinstance(value, types)), "a value")
