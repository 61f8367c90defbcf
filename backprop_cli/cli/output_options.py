"""The options that say where and how a result is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

import click
from click.core import ParameterSource

from backprop_cli.cli.options import F, OneOf, together
from backprop_cli.cli.output import Output
from backprop_cli.errors import UsageError
from backprop_cli.show.document import PAPERS, Style
from backprop_cli.show.formats import ENDINGS, FORMATS

_COLOR = click.option(
    "--color",
    type=OneOf(["auto", "always", "never"]),
    default="auto",
    help="When to colour; NO_COLOR and FORCE_COLOR are obeyed too.",
)
_OUTPUT = click.option(
    "-o",
    "--output",
    "path",
    metavar="FILE",
    type=click.Path(readable=False),
    help="Write to FILE, whole or not at all, instead of standard output.",
)
_DECIMALS = click.option(
    "--decimals",
    type=click.IntRange(0, 100),
    metavar="N",
    help="Digits after the point, trailing zeros kept.",
)
_DIGITS = click.option(
    "--digits", type=click.IntRange(1, 1000), metavar="N", help="Significant digits; 9 unless said."
)


_CHOICES = {
    "math": click.option(
        "--math", is_flag=True, help="Formulas of Markdown as mathematics, in $…$."
    ),
    "comma": click.option(
        "--decimal-comma", "comma", is_flag=True, help="Write 0,5 in place of 0.5."
    ),
    "standalone": click.option(
        "--standalone", is_flag=True, help="A whole document, not a part of one."
    ),
    "paper": click.option(
        "--paper",
        type=OneOf(PAPERS),
        help="What a page is like: the width in which lines are broken; a4 unless said.",
    ),
}
"""Options of some formats, by the field of `Style` that they set."""


def _style(chosen: dict[str, Any]) -> Style:
    """What was chosen of a format. Raises `UsageError` for what the format does not heed."""
    name, asked = chosen["format"], {}
    for choice in _CHOICES:
        value = chosen.pop(choice, None)
        if not value:
            continue
        heeding = [form for form, row in FORMATS.items() if choice in row.options]
        heeding = ["table", *heeding] if choice == "comma" else heeding
        if name not in heeding:
            option = _OPTION_OF[choice]
            raise UsageError(f"{option} is for --format {' or '.join(heeding)}, not for {name}")
        asked[choice] = value
    if "math" in asked and "comma" in asked:
        raise UsageError("--math and --decimal-comma exclude each other", "--format latex has both")
    return Style(**asked)


_OPTION_OF = {choice: f"--{choice}" for choice in _CHOICES} | {"comma": "--decimal-comma"}


def output_options(
    *formats: str,
    color: bool = True,
    digits: bool = True,
    decimals: bool = True,
    document: bool = False,
    endings: Mapping[str, str] | None = None,
) -> Callable[[F], F]:
    """The options that say where and how a result is written; the first format is the default.

    The command gets them together, as the `Output` argument ``output``. One that would do nothing
    is left out: `color` where nothing is coloured, `digits` (and `decimals` with it) where numbers
    stand as they are. With `document` it is a document, and has the options of its formats.

    Without --format, the ending of FILE says which of the formats is written, as `ENDINGS` has it,
    or as the `endings` of the command's own; with these, no file of another ending is written.
    """
    options = [_OUTPUT]
    if color:
        options.insert(0, _COLOR)
    if digits and decimals:
        options.append(_DECIMALS)
    if digits:
        options.append(_DIGITS)
    if formats:
        options.append(
            click.option(
                "--format",
                type=OneOf(formats),
                default=formats[0],
                show_default=True,
                help="How to write the result; unless said, as the ending of FILE says.",
            )
        )

    names: tuple[str, ...] = ("format", "path", "color", "digits", "decimals")
    if document:
        names += tuple(_CHOICES)
        options += _CHOICES.values()

    def made(chosen: dict[str, Any]) -> Output:
        if formats and not _is_said("format"):
            chosen["format"] = _of_ending(chosen["path"], formats, endings)
        return Output(style=_style(chosen), **chosen) if document else Output(**chosen)

    return together("output", names, options, made)


def _is_said(name: str) -> bool:
    """Whether an option of this call was given, by whatever means."""
    return click.get_current_context().get_parameter_source(name) is not ParameterSource.DEFAULT


def _of_ending(path: str | None, formats: Sequence[str], endings: Mapping[str, str] | None) -> str:
    """The format that the ending of a file asks for, or else the first.

    Raises `UsageError` for an ending of a format that is not among them.
    """
    ending = PurePath(path or "").suffix.lower()
    known = {end: name for end, name in (endings or ENDINGS).items() if name in formats}
    if ending in known or not ending:
        return known.get(ending, formats[0])
    if endings is None and ending not in ENDINGS:
        return formats[0]
    hint = f"known are {', '.join(known)}; or say the --format"
    raise UsageError(f"{path}: there is no format here for {ending}", hint)
