"""The first line of every screen: where, who, what money is left, how old the data is."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from vasttui.models.bill import Runway, runway_of
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.context import AppContext
from vasttui.ui.format import age
from vasttui.ui.lines import clickable
from vasttui.words import money, per_hour

STALE_AFTER = 60.0
"""Seconds after which data that failed to refresh is called stale."""

_FIRST_TO_GO = ("who", "mode", "burn", "age", "credit")
"""Parts that are left out where even the shortest words do not fit; the hours left stay."""

_TONES = {Runway.FINE: "", Runway.LOW: "bold $text-warning", Runway.CRITICAL: "bold $text-error"}


def header(app: AppContext, here: str, fresh: Content, width: int) -> tuple[Content, Content]:
    """Left and right part, in `width` cells with a gap between them. `here` is the name of the
    screen, `fresh` the age of its data. What there is no room for goes, the least important first;
    never a part of a price."""
    for terse in range(3):
        left, parts = _left(app, here, terse), _parts(app, fresh, terse)
        right = _joined(parts, terse)
        if left.cell_length + right.cell_length < width:
            return left, right
    for name in _FIRST_TO_GO:
        parts.pop(name, None)
        right = _joined(parts, terse)
        if left.cell_length + right.cell_length < width:
            break
    return left, right


def _left(app: AppContext, here: str, terse: int) -> Content:
    name = "" if terse else Content.assemble((" vasttui", "bold"), " │")
    fleet = app.fleet
    word = "2 Inst" if terse else "2 Instances"
    number = f"{word} ({len(fleet.rows)})" if fleet.as_of is not None else word
    tabs = [
        _tab("1 Offers", "app.offers", here == "offers"),
        _tab(number, "app.instances", here == "instances"),
    ]
    left = Content.assemble(name, " ", Content(" ").join(tabs))
    if app.session.official:
        return left
    where = "  not Vast.ai" if terse else f"  not Vast.ai: {app.session.address}"
    return Content.assemble(left, (where, "$text-warning"))


def _parts(app: AppContext, fresh: Content, terse: int) -> dict[str, Content]:
    mode = Content.styled("read-only" if app.session.read_only else "", "$text-warning")
    return {"mode": mode, "who": _who(app, terse), **_money(app, terse), "age": fresh}


def _joined(parts: Mapping[str, Content], terse: int) -> Content:
    separator = Content(" " if terse > 1 else " · ")
    said = [part for part in parts.values() if part.plain]
    return Content.assemble(separator.join(said), " " if said else "")


def _tab(word: str, action: str, here: bool) -> Content:
    text = f"[{word}]" if here else f" {word} "
    return clickable(text, action, "bold $text-accent" if here else "")


def _who(app: AppContext, terse: int) -> Content:
    """The account; without one, what to do about it."""
    session, account = app.session, app.fleet.account
    if session.demo:
        return Content.styled("demo" if terse else "demo market", "bold $text-warning")
    if account is not None:
        return Content("" if terse else "•••" if app.private else account.name)
    if session.key_source is None and not app.signed_in:
        text = "no key · K" if terse > 1 else "no key: browsing only · K adds one"
        return clickable(text, "app.key", "$text-warning")
    return Content.styled("signing in…", "$text-muted")


def _money(app: AppContext, terse: int) -> dict[str, Content]:
    """Balance, burn and the hours that are left; red when they are few."""
    fleet = app.fleet
    if fleet.account is None:
        return {}
    if app.private:
        return {"credit": Content("$•••")}
    credit = Content(money(fleet.account.credit))
    if fleet.as_of is None:
        return {"credit": credit}
    runway, hours = runway_of(fleet.account.credit, fleet.burn)
    burn = Content(_burn_words(app, terse))
    left = Content.styled(_hours_words(hours, terse), _TONES[runway])
    return {"credit": credit, "burn": burn, "hours": left}


def _burn_words(app: AppContext, terse: int) -> str:
    """What is spent per hour, running and stored apart; about, where that is old."""
    fleet, burn = app.fleet, app.fleet.burn
    about = "~" if is_stale(fleet, app.session.clock.monotonic()) else ""
    more = "+?" if burn.unknown else ""
    if not burn.total and not more:
        return ""
    if terse:
        return f"-{about}{per_hour(burn.total)}{more}"
    parts = []
    if burn.running or more:
        parts.append(f"{about}{per_hour(burn.running)}{more} run")
    if burn.stored:
        parts.append(f"{about}{per_hour(burn.stored)} disk")
    return "burn " + " + ".join(parts)


def _hours_words(hours: float | None, terse: int) -> str:
    if hours is None:
        return ""
    text = f"~{hours / 24:.0f}d" if hours > 96 else f"~{hours:.0f}h"
    return text if terse else f"{text} left"


def is_stale(fleet: Fleet, now: float) -> bool:
    """Whether the instances are too old for their prices to be taken at their word."""
    return fleet.as_of is None or now - fleet.as_of > STALE_AFTER or bool(fleet.resumed_after)


def freshness(
    as_of: float | None, now: float, *, busy: bool, failed: bool, paused: bool = False
) -> Content:
    """How old the rows are: a green dot, red when they failed to refresh. Monotonic seconds."""
    if as_of is None:
        return Content.styled("◐ loading" if busy else "○ no data", "$text-muted")
    seconds = now - as_of
    if failed:
        word = "stale" if seconds > STALE_AFTER else "retrying"
        return Content.styled(f"✖ {word} {age(seconds)}", "$text-error")
    if paused:
        return Content.styled(f"‖ {age(seconds)}", "$text-warning")
    return Content.styled(f"● {age(seconds)}", "$text-success")
