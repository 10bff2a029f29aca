"""What is said about a log, and its last lines."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from vasttui.models.status import Phase
from vasttui.services.fleet.timeline import Event
from vasttui.services.log_watch import Log
from vasttui.ui.format import age
from vasttui.words import plural


def log_title(log: Log | None, now: float) -> Content:
    """`container log · last 1000 lines · fetched 9 s ago`. Monotonic seconds."""
    if log is None:
        return Content("log")
    which = "host log" if log.wanted.daemon else "container log"
    if log.as_of is None and log.failed_at is not None and not log.fetching:
        return Content(f"{which} · not fetched · tried {age(now - log.failed_at)} ago")
    if log.as_of is None:
        return Content(f"{which} · {'fetching…' if log.fetching else 'not fetched'}")
    number, most = len(log.lines), log.wanted.tail
    parts = [which, f"last {most} lines" if number == most else plural(number, "line")]
    if log.wanted.filter:
        parts.append(f"with {log.wanted.filter!r}")
    if log.cut:
        parts.append("older lines dropped")
    parts.append(f"fetched {age(now - log.as_of)} ago{', fetching…' if log.fetching else ''}")
    text = Content(" · ").join(Content(part) for part in parts)
    if log.error is not None:
        return Content.assemble(text, (f" · {log.error}", "$text-error"))
    return text


def has_run_since(log: Log | None, events: Sequence[Event], now: float, wall: float) -> bool:
    """Whether the instance was seen to start running after its log, without a line, was asked for.

    `now` is the time in monotonic, `wall` in epoch seconds.
    """
    asked = None if log is None or log.lines else log.as_of if log.error is None else log.failed_at
    if asked is None:
        return False
    at = wall - (now - asked)
    return any(event.phase is Phase.RUNNING and event.at > at for event in events)


def absence(log: Log | None, key: str, host_key: str = "", *, ran: bool = False) -> Content:
    """Why there are no lines, or what to do to see some; empty where there are. `key` fetches the
    log, `host_key` shows the host's, where there is such a key; `ran`: it has run since."""
    if log is None or (log.as_of is None and not log.fetching and log.error is None):
        text = " fetches the log: on request only, it is not streamed."
        return Content.assemble((key, "bold $text-accent"), (text, "$text-muted"))
    again = Content(f" It has run since: {key} fetches the log again." if ran else "")
    if log.as_of is None and log.error is not None:
        other = f" {host_key} shows the host's." if host_key and not log.wanted.daemon else ""
        return Content.styled(f"{log.error}{other}", "$text-error") + again
    if log.as_of is None:
        return Content.styled("Fetching the log: this takes a few seconds.", "$text-muted")
    empty = Content.styled("The log was empty." if ran else "The log is empty.", "$text-muted")
    return Content("") if log.lines else empty + again


def tail_lines(log: Log | None, room: int, key: str, *, ran: bool = False) -> list[Content]:
    """The last lines that fit, or why there are none."""
    if log is None or not log.lines:
        return [absence(log, key, ran=ran)]
    return [Content(line) for line in log.lines[-room:]]
