"""The command `vasttui`: `main` runs it; each command has a file of its own."""

from __future__ import annotations

from vasttui.cli.program import main

__all__ = ["main"]
