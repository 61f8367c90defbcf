"""The desk at which answers are marked, as the options of verify and grade say."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from backprop_cli.config import Document, network_of, open_config, with_settings
from backprop_cli.engine import Network
from backprop_cli.errors import FileError, Place
from backprop_cli.marking.assessment import Desk
from backprop_cli.marking.classroom import Grader
from backprop_cli.marking.reading import Submission, file_names
from backprop_cli.marking.report import Level
from backprop_cli.marking.verdicts import with_weights
from backprop_cli.marking.worksheet import asked_at
from backprop_cli.train import state_before

Tolerance = Mapping[str, Any]
"""What `Precision` a command asks for, in place of what the config says."""


def desk_of(config: str, settings: tuple[str, ...], tolerance: Tolerance) -> Desk:
    """A desk for the answers to a config, with what its [grading] and the options say."""
    source = with_settings(open_config(config), settings)
    return desk_for(network_of(source), source, tolerance)


def desk_for(network: Network, source: Document, tolerance: Tolerance) -> Desk:
    """The same, for a network that has been read."""
    desk = Desk.of(network, source, state_before)
    desk.grading = replace(desk.grading, precision=replace(desk.grading.precision, **tolerance))
    return desk


@dataclass(frozen=True)
class Setup:
    """What every process needs to know to make its own grader."""

    config: str
    settings: tuple[str, ...]
    tolerance: Tolerance
    weights: tuple[str, ...]
    level: str | None
    variants: str | None
    accept_conventions: bool
    pages: bool
    told: Level


def make_grader(setup: Setup) -> Grader:
    """A grader of this process's own."""
    level = setup.level
    asked = None if level is None else lambda desk: asked_at(desk.keys.sheet, level)
    debug = bool(os.environ.get("BACKPROP_DEBUG"))
    return Grader(
        _desks(setup),
        setup.accept_conventions,
        asked,
        pages=setup.pages,
        level=setup.told,
        debug=debug,
    )


def _desks(setup: Setup) -> Callable[[Submission], Desk]:
    """The desk for a student: one for all, or with variants one for each."""

    @lru_cache(maxsize=1)
    def made(config: str) -> Desk:
        desk = desk_of(config, setup.settings, setup.tolerance)
        desk.grading = with_weights(desk.grading, setup.weights, desk.keys)
        return desk

    variants = setup.variants
    if variants is None:
        return lambda _: made(setup.config)
    return lambda submission: made(_variant(variants, submission))


def _variant(folder: str, submission: Submission) -> str:
    """The config of a student: by their name, or by what else their file is called."""
    owner = submission.owner
    said = (owner, Path(owner).name, *submission.names)
    once = (re.sub(r" ?\(\d+\)$", "", name).removesuffix(".answers") for name in said)
    names = dict.fromkeys(filter(None, (*said, *once)))  # a browser's copy is called x (1)
    paths = [Path(folder, file_names(".toml")(name)) for name in names]
    for path in paths:
        if path.is_file():
            return str(path)
    hint = "backprop variants writes one for each student of the roster"
    raise FileError(f"there is no variant for {owner}", Place(str(paths[0])), hint)
