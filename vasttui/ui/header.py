"""The first line of every screen: where, who, what money is left, how old the data is."""

from __future__ import annotations

from textual.content import Content

from vasttui.models.bill import Runway, runway_of
from vasttui.services.fleet import Fleet
from vasttui.ui.context import AppContext
from vasttui.ui.format import age, hourly, money, span
from vasttui.ui.lines import clickable

STALE_AFTER = 60.0
"""Seconds after which data that failed to refresh is called stale."""

_TONES = {Runway.FINE: "", Runway.LOW: "bold $text-warning", Runway.CRITICAL: "bold $text-error"}


def header(app: AppContext, here: str, fresh: Content, *, narrow: bool) -> tuple[Content, Content]:
    """Left and right part. `here` is the name of the screen, `fresh` the age of its data."""
    session = app.session
    left = [] if narrow else [Content.assemble((" vasttui", "bold"), " │")]
    left += [Content(" "), _tab("1 Offers", "app.offers", here == "offers"), Content(" ")]
    left.append(_tab(_instances(app.fleet, narrow), "app.instances", here == "instances"))
    if not session.official:
        left.append(Content.styled(f"  not Vast.ai: {session.address}", "$text-warning"))
    right = [_who(app, narrow), *_money(app, narrow), fresh]
    if session.read_only:
        right.insert(0, Content.styled("read-only", "$text-warning"))
    separator = Content(" " if narrow else " · ")
    parts = [part for part in right if part.plain]
    return Content.assemble(*left), Content.assemble(separator.join(parts), " ")


def _tab(word: str, action: str, here: bool) -> Content:
    text = f"[{word}]" if here else f" {word} "
    return clickable(text, action, "bold $text-accent" if here else "")


def _instances(fleet: Fleet, narrow: bool) -> str:
    word = "2 Inst" if narrow else "2 Instances"
    return word if fleet.as_of is None else f"{word} ({len(fleet.rows)})"


def _who(app: AppContext, narrow: bool) -> Content:
    """The account; without one, what to do about it."""
    session, account = app.session, app.fleet.account
    if session.demo:
        return Content.styled("demo" if narrow else "demo market", "bold $text-warning")
    if account is not None:
        return Content("" if narrow else "•••" if app.private else account.name)
    if session.key_source is None:
        return clickable("no key: browsing only · K adds one", "app.key", "$text-warning")
    return Content.styled("signing in…", "$text-muted")


def _money(app: AppContext, narrow: bool) -> list[Content]:
    """Balance, burn and the hours that are left; red when they are few."""
    fleet = app.fleet
    if fleet.account is None:
        return []
    if app.private:
        return [Content("$•••")]
    credit = Content(money(fleet.account.credit))
    if fleet.as_of is None:
        return [credit]
    burn, about = fleet.burn, "~" if is_stale(fleet, app.session.clock.monotonic()) else ""
    more = "+?" if burn.unknown else ""
    runway, hours = runway_of(fleet.account.credit, burn)
    left = "" if hours is None else f"~{span(hours * 3600) if hours > 96 else f'{hours:.0f}h'} left"
    if narrow:
        text = f"-${hourly(burn.total)}/h{more}" if burn.total or more else ""
        return [
            credit,
            Content(about + text),
            Content.styled(left[: -len(" left")], _TONES[runway]),
        ]
    parts = [credit]
    if burn.running or burn.unknown:
        parts.append(Content(f"burn {about}${hourly(burn.running)}/h run{more}"))
    if burn.stored:
        word = " + " if burn.running or burn.unknown else "burn "
        stored = Content(f"{word}{about}${hourly(burn.stored)}/h disk")
        parts = [*parts[:-1], Content.assemble(parts[-1], stored)] if word == " + " else [
            *parts, stored,
        ]  # fmt: skip
    return [*parts, Content.styled(left, _TONES[runway])]


def is_stale(fleet: Fleet, now: float) -> bool:
    """Whether the instances are too old for their prices to be taken at their word."""
    return fleet.as_of is None or now - fleet.as_of > STALE_AFTER or bool(fleet.resumed_after)


def freshness(
    as_of: float | None, now: float, *, busy: bool, failed: bool, paused: bool = False
) -> Content:
    """How old the rows are: a green dot, red when they failed to refresh. Monotonic seconds."""
    if as_of is None:
        return Content.styled("◐ loading" if busy else "○ no data", "$text-muted")
    seconds = max(0.0, now - as_of)
    if failed:
        word = "stale" if seconds > STALE_AFTER else "retrying"
        return Content.styled(f"✖ {word} {age(seconds)}", "$text-error")
    if paused:
        return Content.styled(f"‖ {age(seconds)}", "$text-warning")
    return Content.styled(f"● {age(seconds)}", "$text-success")
