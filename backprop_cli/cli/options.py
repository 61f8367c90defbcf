"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

import click

from backprop_cli.config import DEFAULT, example_names
from backprop_cli.errors import did_you_mean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    _Choice = click.Choice[str]
else:
    _Choice = click.Choice  # which is not generic in all versions


F = TypeVar("F", bound=Callable[..., Any])


class OneOf(_Choice):
    """One of some words. A misspelt one is told with the nearest."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return str(super().convert(value, param, ctx))
        except click.BadParameter as error:
            raise Misspelt(error, did_you_mean(str(value), map(str, self.choices))) from None


class Misspelt(click.BadParameter):
    """A wrong word, with what would help."""

    def __init__(self, error: click.BadParameter, hint: str | None) -> None:
        super().__init__(error.message, error.ctx, error.param)
        self.hint = hint


class Finite(click.FloatRange):
    """A number of a range, which neither infinity nor nan is in."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number = float(super().convert(value, param, ctx))
        if not isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


def complete_example(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Names of the bundled examples."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in example_names() if name.startswith(incomplete)]


def complete_config(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Names of the bundled examples, and after them files."""
    return [
        *complete_example(context, parameter, incomplete),
        *complete_file(context, parameter, incomplete),
    ]


def complete_file(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Files."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


config_argument = click.argument(
    "config", default=DEFAULT, metavar="[CONFIG]", shell_complete=complete_config
)
required_config_argument = click.argument("config", shell_complete=complete_config)

settings_option = click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Override a value of the config, such as eta=0.1 or layers.0.activation=tanh. Repeatable.",
)


def which_option(name: str, said: str, default: int | None = None) -> Callable[[F], F]:
    """An option that says which epoch or sample, the K-th from 1."""
    return click.option(
        name,
        type=click.IntRange(1),
        default=default,
        show_default=default is not None,
        metavar="K",
        help=said,
    )


FORMS = ("steps", "matrix")


def form_option(function: F) -> F:
    """The option that says whether lines are those of units or of whole layers.

    The command gets it as the argument ``matrices``.
    """
    option = click.option(
        "--form",
        type=OneOf(FORMS),
        default=FORMS[0],
        show_default=True,
        help="A line for each unit and weight, or for each layer, in matrices.",
    )
    return together("matrices", ("form",), [option], lambda chosen: chosen["form"] == "matrix")(
        function
    )


conventions_option = click.option(
    "--accept-conventions",
    is_flag=True,
    help="Mark by the conventions that explain every difference, and say which.",
)


def tolerance_options(function: F) -> F:
    """The options that say how near an answer must come.

    The command gets those that are given, by name, as the argument ``tolerance``.
    """
    options = [
        click.option(
            "--atol",
            type=Finite(0),
            metavar="X",
            help="Absolute tolerance, in place of half a unit of the last place written.",
        ),
        click.option("--rtol", type=Finite(0), metavar="X", help="Relative tolerance, likewise."),
        click.option(
            "--min-digits",
            type=click.IntRange(0),
            metavar="N",
            help="Significant digits that a number should have; 3 unless said.",
        ),
    ]
    return together("tolerance", ("min_digits", "rtol", "atol"), options, _said)(function)


def _said(chosen: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in chosen.items() if value is not None}


def together(
    argument: str,
    names: Sequence[str],
    options: Sequence[Callable[..., Any]],
    made: Callable[[dict[str, Any]], Any],
) -> Callable[[F], F]:
    """Options of a command that gets what is `made` of their values as one argument."""

    def decorate(function: F) -> F:
        def command(*args: Any, **kwargs: Any) -> Any:
            chosen = {name: kwargs.pop(name) for name in names if name in kwargs}
            return function(*args, **{argument: made(chosen)}, **kwargs)

        command.__name__, command.__doc__ = function.__name__, function.__doc__
        command.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
        for option in options:
            command = option(command)
        return command  # type: ignore[return-value]

    return decorate
