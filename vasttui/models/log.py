"""Text the service fetches from a host: logs, and command output."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRequest:
    """Which log to fetch (docs: "show logs").

    The container's, or with `daemon` the host's; `tail` is the number of lines from the end. The
    service returns lines that contain `filter`; all if it is empty.
    """

    daemon: bool = False
    tail: int = 1000
    filter: str = ""


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """Clean `lines`, oldest first; `cut` if there were too many and older ones were dropped."""

    lines: tuple[str, ...]
    cut: bool = False
