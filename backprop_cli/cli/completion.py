"""backprop completion"""

from __future__ import annotations

import click

from backprop_cli.cli.options import output_options
from backprop_cli.cli.output import Output


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@output_options(color=False, digits=False)
@click.pass_context
def command(context: click.Context, shell: str, output: Output) -> None:
    """Print the script that makes a shell complete commands, options and examples.

    \b
    eval "$(backprop completion bash)"                                    in ~/.bashrc
    eval "$(backprop completion zsh)"                                     in ~/.zshrc
    backprop completion fish > ~/.config/fish/completions/backprop.fish
    """
    from click.shell_completion import get_completion_class

    shell_class = get_completion_class(shell)
    assert shell_class is not None
    root = context.find_root()
    complete = shell_class(root.command, {}, "backprop", "_BACKPROP_COMPLETE")
    output.write([complete.source_template % complete.source_vars(), "\n"])
