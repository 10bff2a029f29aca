"""`vasttui` without a command: the dashboard."""

from __future__ import annotations

import argparse
import os
from importlib.util import find_spec
from pathlib import Path

from vasttui.cli.options import world_options
from vasttui.errors import VastError
from vasttui.startup import hold_garbage, take_short_turns


def run(options: argparse.Namespace) -> int:
    """Open the dashboard and return its exit code."""
    if find_spec("termios") is None:
        raise VastError("vasttui needs Linux or macOS", hint="On Windows, run it in WSL.")
    hold_garbage()
    take_short_turns()
    # Start-up: these take 150 ms to import and no other command needs them.
    from vasttui.endpoint import connect_early, find_service
    from vasttui.run import draw_soon, forget_debug_settings, why_no_screen

    if problem := why_no_screen():
        raise VastError(problem)
    forget_debug_settings()
    draw_soon()
    service = None if options.demo else find_service(os.environ, Path.home(), options.key_file)
    early = connect_early(service)
    # Start-up as above; only now, because Textual reads the environment when imported.
    from vasttui.dashboard import run_dashboard

    return run_dashboard(
        service,
        early,
        world=world_options(options),
        read_only=options.read_only,
        query=options.query,
        ascii_only=options.ascii,
    )
