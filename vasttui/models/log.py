"""Text the service fetches from a host: logs, and command output."""

from __future__ import annotations

from msgspec import Struct


class LogRequest(Struct, frozen=True, kw_only=True):
    """Which log to fetch (docs: "show logs").

    The container's, or with `daemon` the host's; `tail` is the number of lines from the end. The
    service returns lines that contain `filter`; all if it is empty.
    """

    daemon: bool = False
    tail: int = 1000
    filter: str = ""


class TextAnswer(Struct, frozen=True):
    """Clean `lines`, oldest first; `cut` if there were too many and older ones were dropped."""

    lines: tuple[str, ...]
    cut: bool = False
