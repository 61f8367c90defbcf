"""The command line: a module for each command, loaded when it is called.

Begin with `trace`; `options` is what commands share, and `output` where what they make goes. May
import every other wing, and is imported by none.
"""

from __future__ import annotations

import importlib

import click

from backprop_cli import __version__
from backprop_cli.errors import EXIT_ERROR, EXIT_FINE, UsageError, did_you_mean
from backprop_cli.files import forget

__all__ = ["COMMANDS", "cli"]

# Command, in the order of the help, and the module it lives in; the function is named `command`.
COMMANDS = {
    "trace": "trace", "train": "train", "explain": "explain", "diagram": "diagram",
    "gradcheck": "gradcheck",
    "verify": "verify", "grade": "grade", "worksheet": "worksheet",
    "variants": "variants", "init": "init",
    "examples": "examples", "schema": "schema", "completion": "completion",
}  # fmt: skip


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"backprop_cli.cli.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their whole first sentence, on as many lines as it takes."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, found.get_short_help_str(limit=1000)) for name, found in commands if found]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not ctx.resilient_parsing:
            hint = did_you_mean(args[0], COMMANDS) or "commands: " + " ".join(COMMANDS)
            raise UsageError(f"there is no command {args[0]!r}", hint)
        return super().resolve_command(ctx, args)


EPILOG = "Every command explains itself: backprop trace --help"


@click.command(
    cls=LazyGroup,
    epilog=EPILOG,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="backprop")
@click.pass_context
def cli(context: click.Context) -> int:
    """Every number of backpropagation, the way a textbook writes it.

    \b
    backprop trace                 the tutorial network, worked out line by line
    backprop trace my-net.toml     your own network (backprop init writes one)
    """
    forget()
    if context.invoked_subcommand is not None:
        return EXIT_FINE
    click.echo(context.get_help(), err=True)
    return EXIT_ERROR
