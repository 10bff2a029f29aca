"""`vasttui` without a command: the dashboard."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vasttui.errors import VastError
from vasttui.startup import hold_garbage, take_short_turns

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Open the dashboard with these options and return its exit code."""
    # Start-up: without arguments there are no options.
    from vasttui.cli.options import world_options

    return show(
        world_options(options) if options.demo else None,
        key_file=options.key_file,
        read_only=options.read_only,
        query=options.query,
        ascii_only=options.ascii,
    )


def show(
    world: Mapping[str, Any] | None = None,
    *,
    key_file: Path | None = None,
    read_only: bool = False,
    query: str = "",
    ascii_only: bool = False,
) -> int:
    """Open the dashboard and return its exit code. With a `world` it is the demo."""
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
    service = find_service(os.environ, Path.home(), key_file) if world is None else None
    early = connect_early(service)
    # Start-up as above; only now, because Textual reads the environment when imported.
    from vasttui.dashboard import run_dashboard

    return run_dashboard(
        service,
        early,
        world=world or {},
        read_only=read_only,
        query=query,
        ascii_only=ascii_only,
    )
