"""What is said about a log, and its last lines."""

from __future__ import annotations

from textual.content import Content

from vasttui.services.log_watch import Log
from vasttui.ui.format import age


def log_title(log: Log | None, now: float, host_key: str = "") -> Content:
    """`container log · last 1000 lines · fetched 9 s ago`. Monotonic seconds. `host_key` shows the
    host's log, where there is such a key."""
    if log is None:
        return Content("log")
    which = "host log" if log.wanted.daemon else "container log"
    if log.as_of is None and log.error is not None and not log.fetching:
        other = f" {host_key} shows the host's." if host_key and not log.wanted.daemon else ""
        return Content.assemble(which, (f" · {log.error}{other}", "$text-error"))
    if log.as_of is None:
        return Content(f"{which} · {'fetching…' if log.fetching else 'not fetched'}")
    number, most = len(log.lines), log.wanted.tail
    parts = [which, f"last {most} lines" if number == most else f"{number} lines"]
    if log.wanted.filter:
        parts.append(f"with {log.wanted.filter!r}")
    if log.cut:
        parts.append("older lines dropped")
    parts.append(f"fetched {age(now - log.as_of)} ago{', fetching…' if log.fetching else ''}")
    text = Content(" · ").join(Content(part) for part in parts)
    if log.error is not None:
        return Content.assemble(text, (f" · {log.error}", "$text-error"))
    return text


def absence(log: Log | None, key: str, host_key: str = "") -> Content:
    """Why there are no lines, or what to do to see some; empty where there are. `key` fetches the
    log, `host_key` shows the host's, where there is such a key."""
    if log is None or (log.as_of is None and not log.fetching and log.error is None):
        text = " fetches the log: on request only, it is not streamed."
        return Content.assemble((key, "bold $text-accent"), (text, "$text-muted"))
    if log.as_of is None and log.error is not None:
        other = f" {host_key} shows the host's." if host_key and not log.wanted.daemon else ""
        return Content.styled(f"{log.error}{other}", "$text-error")
    if log.as_of is None:
        return Content.styled("Fetching the log: this takes a few seconds.", "$text-muted")
    return Content("") if log.lines else Content.styled("The log is empty.", "$text-muted")


def tail_lines(log: Log | None, room: int, key: str) -> list[Content]:
    """The last lines that fit, or why there are none."""
    if log is None or not log.lines:
        return [absence(log, key)]
    return [Content(line) for line in log.lines[-room:]]
