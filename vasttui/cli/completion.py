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
        "vasttui completion fish > ~/.config/fish/completions/vasttui.fish. Instances are those "
        "that the dashboard listed last: nothing is sent while you type.",
        allow_abbrev=False,
    )
    parser.set_defaults(command="completion", run=run)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("shell", choices=_SHELLS, metavar="SHELL", nargs="?", help=", ".join(_SHELLS))
    what.add_argument(
        "--names",
        action="store_true",
        help="print the labels and ids that are completed, one a line",
    )


def run(options: argparse.Namespace) -> int:
    """Print the script, or the names of the instances that it completes."""
    if options.names:
        write_out("".join(f"{name}\n" for name in _instances()))
        return 0
    # Start-up: no other command needs it.
    from vasttui.cli.grammar import commands_of
    from vasttui.cli.shells import bash, fish, zsh

    scripts = {"bash": bash, "zsh": zsh, "fish": fish}
    write_out(scripts[options.shell](commands_of(options.parser)))
    return 0


def _instances() -> list[str]:
    # Start-up: as above.
    from vasttui.paths import user_paths
    from vasttui.services.fleet.find import names_for
    from vasttui.state.kept_fleet import KeptFleet

    return names_for(KeptFleet(user_paths().instances_file, lambda job: None).instances())
