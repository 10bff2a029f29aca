"""The lines of text around the instance table."""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual.content import Content

from vasttui.errors import AuthRejected
from vasttui.services.actions.kinds import ActionState
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.format import age
from vasttui.ui.header import STALE_AFTER


def status(fleet: Fleet, now: float, interval: float, paused: bool) -> Content:
    """The line above the keys: how the watching goes. Monotonic seconds."""
    if fleet.error is not None:
        return Content.assemble(" ", (str(fleet.error), "$text-error"), _next_try(fleet, now))
    if fleet.as_of is None:
        return Content(" Asking for your instances…")
    if paused:
        return Content.assemble(
            " ", ("Paused", "bold $text-warning"), f", {age(now - fleet.as_of)} old: p resumes."
        )
    bad = f" {fleet.bad} could not be read: {fleet.reasons[0]}" if fleet.bad else ""
    text = f" polling every {interval:.0f} s · p pauses"
    return Content.assemble((text, "$text-muted"), (bad, "$text-warning"))


def _next_try(fleet: Fleet, now: float) -> str:
    if fleet.fetching:
        return " Trying again…"
    if fleet.next_try is None:
        return " r tries again."
    return f" Next try in {age(fleet.next_try - now)} (r now)."


def banner(fleet: Fleet, now: float) -> Content | None:
    """The line that says since when rows are old, None while all is well."""
    if fleet.resumed_after is not None:
        text = f" ! Resumed after {age(fleet.resumed_after)}: refreshing."
        return Content.styled(text, "bold $text-warning")
    if fleet.error is None:
        return None
    since = ""
    if fleet.failing_since is not None:
        clock = time.strftime("%H:%M:%S", time.localtime(fleet.failing_since))
        since = f" since {clock} ({fleet.failures} tr{'y' if fleet.failures == 1 else 'ies'})"
    if fleet.as_of is None:
        shown = "Nothing to show yet."
    else:
        old = now - fleet.as_of
        shown = f"{'STALE: ' if old > STALE_AFTER else ''}showing what was so {age(old)} ago."
    hint = f" {fleet.error.hint}" if fleet.error.hint else ""
    what = str(fleet.error).rstrip(".")
    return Content.styled(f" ! {what}{since}. {shown}{hint}", "bold $text-error")


def nothing(fleet: Fleet, *, signed_in: bool, filtered: int) -> tuple[Content, Content] | None:
    """Title and text for a table without rows; None while there are some."""
    if not signed_in:
        return (
            Content("No key, no instances"),
            Content("Instances belong to an account. K adds your API key; 1 shows the offers."),
        )
    if fleet.as_of is None and fleet.error is not None:
        hint = "K changes the key." if isinstance(fleet.error, AuthRejected) else "r tries again."
        text = f"{fleet.error}\n\n{fleet.error.hint or hint}"
        return Content("Instances cannot be shown"), Content(text)
    if fleet.as_of is None:
        return Content("Loading"), Content("Asking for your instances.")
    if filtered:
        word = "instance is" if filtered == 1 else "instances are"
        text = f"The filter hides them all. {filtered} {word} there; esc clears the filter."
        return Content("Nothing matches"), Content(text)
    if fleet.bad:
        text = f"{fleet.bad} came, none could be read. {' '.join(fleet.reasons)}"
        return Content("Unreadable instances"), Content(text)
    return (
        Content("No instances"),
        Content("Nothing is rented, so nothing is billed. 1 shows the offers."),
    )


def actions_line(states: Sequence[ActionState]) -> Content | None:
    """What is being done to instances; None when nothing is."""
    if not states:
        return None
    first = states[0]
    more = f" · and {len(states) - 1} more" if len(states) > 1 else ""
    return Content.assemble((f" {first.what} {first.name}", "bold"), f": {first.sentence}{more}")
