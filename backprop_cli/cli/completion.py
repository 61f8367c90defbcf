"""backprop completion"""

from __future__ import annotations

import click

from backprop_cli.cli.options import OneOf
from backprop_cli.cli.output import Output
from backprop_cli.cli.output_options import output_options

BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' response completion type value path
    response=$(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \\
        %(complete_var)s=bash_complete "$1")
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        if [[ $type == plain ]]; then
            COMPREPLY+=("$value")
        else
            compopt -o filenames
            [[ $type == dir ]] && type=d || type=f
            while IFS= read -r path; do
                COMPREPLY+=("$path")
            done < <(compgen -$type -- "$value")
        fi
    done
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
"""Click's own script forgets the names of examples where files are offered as well."""


@click.command("completion")
@click.argument("shell", type=OneOf(["bash", "zsh", "fish"]))
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
    template = BASH if shell == "bash" else f"{complete.source_template}\n"
    output.write([template % complete.source_vars()])
