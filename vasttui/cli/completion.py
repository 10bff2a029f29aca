"""`vasttui completion`: what makes a shell complete the command, made from the parser."""

from __future__ import annotations

import argparse

from vasttui.cli.options import Commands
from vasttui.cli.output import write_out

_SHELLS = ("bash", "zsh", "fish")


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "completion",
        help="print what makes a shell complete this command",
        description='Print a script for a shell. bash: eval "$(vasttui completion bash)" in '
        "~/.bashrc; zsh: source <(vasttui completion zsh) in ~/.zshrc, behind compinit; fish: "
        "vasttui completion fish > ~/.config/fish/completions/vasttui.fish. Nothing is looked up "
        "while you type.",
        allow_abbrev=False,
    )
    parser.set_defaults(command="completion", run=run)
    parser.add_argument("shell", choices=_SHELLS, metavar="SHELL", help=", ".join(_SHELLS))


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    # Start-up: no other command needs it.
    from vasttui.cli.grammar import commands_of
    from vasttui.cli.shells import bash, fish, zsh

    scripts = {"bash": bash, "zsh": zsh, "fish": fish}
    write_out(scripts[options.shell](commands_of(options.parser)))
    return 0
