"""Text that the service fetches from a host: logs, and what a command printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRequest:
    """Which log to fetch (docs: "show logs").

    The container's, or with `daemon` the host's; `tail` is the number of lines from the end.
    `filter` is what the service looks for in them; empty for all lines.
    """

    daemon: bool = False
    tail: int = 1000
    filter: str = ""


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """Clean `lines`, oldest first. `cut`: there were too many, and older ones were dropped."""

    lines: tuple[str, ...]
    cut: bool = False
