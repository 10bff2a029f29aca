"""`vasttui doctor`: what is found on this computer, and at the service."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from vasttui.cli.exit_codes import USAGE
from vasttui.cli.options import Commands, add_source, world_options
from vasttui.cli.output import write_out


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    doctor = commands.add_parser(
        "doctor",
        help="check configuration, key and terminal",
        description="Show the configuration, key source, service address, terminal, clipboard "
        "and ssh that vasttui finds. Sends requests only with --service; never shows the key.",
        allow_abbrev=False,
    )
    doctor.set_defaults(command="doctor", run=run)
    doctor.add_argument(
        "--print-config",
        action="store_true",
        help="print a configuration file with all settings and their defaults",
    )
    doctor.add_argument(
        "--service",
        action="store_true",
        help="read everything once, slowly, and say what differs from what vasttui expects; "
        "changes nothing",
    )
    doctor.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="with --service: write its report, names and types without values, to this file "
        "(default: service-report.txt in the state folder; none with --demo)",
    )
    add_source(doctor)


def run(options: argparse.Namespace) -> int:
    """Print the report; 2 if something is wrong."""
    # Start-up: takes 60 ms to import.
    from vasttui.doctor import examine
    from vasttui.services.system.credentials import forget_environment
    from vasttui.settings import default_config
    from vasttui.ui.key_table import ACTIONS

    if options.print_config:
        write_out(default_config((one.id, one.keys, one.about) for one in ACTIONS))
        return 0
    if options.service:
        return _check_service(options)
    if options.report is not None:
        options.own.error("--report needs --service")
    environ = dict(os.environ)
    forget_environment(os.environ)
    findings = examine(environ, home=Path.home(), demo=options.demo, key_file=options.key_file)
    write_out("".join(f"{finding}\n" for finding in findings))
    return USAGE if any(finding.wrong for finding in findings) else 0


def _check_service(options: argparse.Namespace) -> int:
    # Start-up: HTTP and validation take 140 ms to import.
    from vasttui.checkup.run import check_demo, check_live
    from vasttui.endpoint import find_service
    from vasttui.paths import user_paths

    def tell(text: str) -> None:
        write_out(text + "\n")

    if options.demo:
        right = check_demo(world_options(options), tell, options.report)
    else:
        service = find_service(os.environ, Path.home(), options.key_file)
        right = check_live(service, tell, options.report or user_paths().service_report_file)
    return 0 if right else USAGE
