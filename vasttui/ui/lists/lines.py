"""Sentences that all lists share: status, age, reasons for no rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from textual.content import Content
from textual.screen import ModalScreen

from vasttui.errors import AuthRejected, PermissionDenied, TwoFactorRequired, VastError
from vasttui.services.snapshot import Snapshot
from vasttui.ui.context import AppContext
from vasttui.ui.format import age
from vasttui.ui.header import STALE_AFTER
from vasttui.ui.lines import clickable, first_fit
from vasttui.words import plural

Spell = Callable[[str], str]
"""Spells the key of an action."""

_SLOW = 5.0


def next_try(snapshot: Snapshot[Any], now: float, spell: Spell) -> str:
    """When a reading that failed is tried again. `now` is monotonic seconds."""
    key = spell("app.refresh")
    if snapshot.busy:
        return "Retrying…"
    if snapshot.next_try is None:
        return f"{key} retries."
    return f"Next try in {age(snapshot.next_try - now)} ({key} now)."


def remedy(error: VastError, spell: Spell) -> str:
    """What can be done about an error; empty if nothing is known."""
    of_key = isinstance(error, AuthRejected | PermissionDenied)
    if of_key and error.hint and not isinstance(error, TwoFactorRequired):
        return f"{spell('app.key')} takes another key."
    return error.hint


def banner(snapshot: Snapshot[Any], now: float, spell: Spell, width: int) -> Content | None:
    """The line that says since when rows are old, None while all is well: as much of it as has
    room in `width` cells."""
    if snapshot.resumed_after is not None:
        text = f" ! Resumed after {age(snapshot.resumed_after)}: refreshing."
        return Content.styled(text, "bold $text-warning")
    error = snapshot.error
    if error is None:
        return None
    since = tries = ""
    if snapshot.failing_since is not None:
        clock = time.strftime("%H:%M:%S", time.localtime(snapshot.failing_since))
        since, tries = f" since {clock}", f" ({plural(snapshot.failures, 'try', 'tries')})"
    if snapshot.as_of is None:
        shown = "Nothing to show yet."
    else:
        old = now - snapshot.as_of
        shown = (
            f"{'STALE: showing' if old > STALE_AFTER else 'Showing'} what was so {age(old)} ago."
        )
    hint = f" {remedy(error, spell)}".rstrip()
    what = f" ! {str(error).rstrip('.')}"
    forms = (
        f"{what}{since}{tries}. {shown}{hint}", f"{what}{since}. {shown}{hint}",
        f"{what}. {shown}{hint}", f"{what}{since}{tries}. {shown}", f"{what}{since}. {shown}",
        f"{what}. {shown}", f"{what}{since}.", f"{what}.",
    )  # fmt: skip
    return first_fit(width, *(Content.styled(form, "bold $text-error") for form in forms))


def refreshed(snapshot: Snapshot[Any], interval: float, now: float, spell: Spell) -> str:
    """How often the list is read; instead how old it is, where that is more. Seconds, `now` is
    monotonic."""
    pauses = f" · {spell('app.pause')} pauses"
    old = 0.0 if snapshot.as_of is None else now - snapshot.as_of
    if old <= interval + _SLOW:
        return f"refreshed every {interval:.0f} s{pauses}"
    waits = ", waiting for an answer" if snapshot.busy else ""
    return f"read {age(old)} ago{waits}{pauses}"


def status(
    snapshot: Snapshot[Any], now: float, *, about: str, paused: bool, spell: Spell
) -> Content:
    """The line above the keys: what the last reading brought, and when the next one comes.

    `about` says what is known while all is well. Monotonic seconds.
    """
    if snapshot.error is not None:
        then = f" Then it pauses: {spell('app.pause')} resumes." if paused else ""
        words = f" {next_try(snapshot, now, spell)}{then}"
        return Content.assemble(" ", (str(snapshot.error), "$text-error"), words)
    if paused:
        at = snapshot.as_of
        old = ": nothing was read yet." if at is None else f", {age(now - at)} old:"
        words = f"{old} {spell('app.pause')} resumes."
        return Content.assemble(" ", ("Paused", "bold $text-warning"), words)
    if snapshot.as_of is None:
        return Content(" Loading…" if snapshot.busy else "")
    bad = f" {unreadable(snapshot)}" if snapshot.bad else ""
    return Content.assemble((f" {about}", "$text-muted"), (bad, "$text-warning"))


def unreadable(snapshot: Snapshot[Any]) -> str:
    """How many rows could not be read, and why the first could not."""
    why = f": {snapshot.reasons[0]}" if snapshot.reasons else "."
    return f"{snapshot.bad} could not be read{why}"


def unread(
    snapshot: Snapshot[Any], nouns: str, now: float, opened: float, spell: Spell, *, signed_in: bool
) -> tuple[str, str] | None:
    """Title and text that stand in for rows that were not read yet; None once they were. `now` and
    `opened`, when the screen was opened, are monotonic seconds."""
    title = f"{nouns[0].upper()}{nouns[1:]}"
    if not signed_in:
        return f"{title} need an API key", no_key(spell)
    if snapshot.as_of is not None:
        return None
    if snapshot.error is not None:
        hint = remedy(snapshot.error, spell) or next_try(snapshot, now, spell)
        return f"{title} cannot be shown", f"{snapshot.error}\n\n{hint}"
    return "Loading", loading(nouns, now - opened, spell)


def no_key(spell: Spell) -> str:
    """What to do without an API key."""
    return (
        f"This belongs to an account. {spell('app.key')} adds your API key; "
        f"{spell('app.offers')} shows the offers, which need none."
    )


def loading(nouns: str, waited: float, spell: Spell) -> str:
    """What to say while the first rows are on their way, after `waited` seconds."""
    text = f"Asking for your {nouns}… {waited:.0f}s" if waited >= 1 else f"Asking for your {nouns}…"
    if waited < _SLOW:
        return text
    return f"{text}. The service answers slowly; {spell('app.pause')} pauses, nothing is lost."


def all_hidden(count: str, spell: Spell) -> str:
    """What to say when the filter leaves no row; `count` is e.g. `3 volumes`."""
    are = "is" if count.startswith("1 ") else "are"
    return f"{count} {are} there; {spell('list.escape')} clears the filter."


def told(app: AppContext, under_way: Callable[[], Content | None]) -> Content | None:
    """What the line above the keys has to tell: news, what is under way, then what went wrong and
    was not read; None when there is nothing."""
    covered = isinstance(app.screen, ModalScreen)
    news = app.news.standing(app.session.clock.monotonic(), covered=covered)
    work = None if news is not None else under_way()
    if work is not None:
        return work
    unread = app.news.unread
    failed = [one for one in unread if not one.lasting]
    shown = news if news is not None or not failed else failed[-1]
    if shown is None:
        return None
    if shown not in unread:
        return shown.line
    opens = f"  {app.keymap.spelled('app.inbox')} opens it"
    return Content.assemble(shown.line, clickable(opens, "app.inbox", "$text-muted"))
