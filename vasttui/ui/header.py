"""The first line of every screen: place, account, balance, age of the data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from textual.content import Content
from textual.style import Style

from vasttui.errors import AuthRejected, PermissionDenied, TwoFactorRequired, VastError
from vasttui.models.bill import Burn, Runway, runway_of
from vasttui.services.fleet.snapshot import ACCOUNT_OLD, Fleet
from vasttui.ui import places
from vasttui.ui.context import AppContext
from vasttui.ui.format import HIDDEN, age
from vasttui.ui.inbox import inbox_count
from vasttui.ui.lines import clickable
from vasttui.words import at_least, hourly, hours_words, money, per_hour

STALE_AFTER = 60.0
"""Seconds after which data that failed to refresh is called stale."""

_NEW = 8.0
"""Seconds up to which data is as new as it can be: the lists that are read most often are read
every 5 s."""

_Name = Literal["long", "short", "digit"]


class _Rung(Struct, frozen=True):
    """How much is said. `brand`: the program's name; `worded`: the words around figures; `named`:
    whose account it is, and the address; `split`: what runs and what is stored apart; `dots`
    between the figures; `here` and `others`: how the name of this screen and of the others is
    written."""

    brand: bool = False
    worded: bool = False
    named: bool = False
    split: bool = False
    dots: bool = True
    here: _Name = "long"
    others: _Name = "long"

    @property
    def wording(self) -> tuple[bool, bool, bool]:
        """What the words of the figures depend on."""
        return self.worded, self.named, self.split


_RUNGS = (
    _Rung(brand=True, worded=True, named=True, split=True),
    _Rung(worded=True, named=True, split=True),
    _Rung(named=True, split=True),
    _Rung(split=True),
    _Rung(),
    _Rung(dots=False),
    _Rung(here="short", others="short"),
    _Rung(others="digit"),
    _Rung(others="digit", dots=False),
    _Rung(here="short", others="digit", dots=False),
)
"""From all there is to the least; the first one that fits is drawn."""

_FIRST_TO_GO = ("who", "burn", "age", "credit", "hours")
"""Parts dropped, in this order, where even the shortest words do not fit. What is no real account,
or changes nothing, or hides something, is always said."""

_AGE, _FAILED_AGE = len("● 59s"), len("✖ retrying 59s")
"""Cells kept for the age, so that nothing else moves while it grows."""

_FAILED = "✖"

_TO_BILLING = Style.from_meta({"@click": "app.place('billing')"})

TONES = {Runway.FINE: "", Runway.LOW: "bold $text-warning", Runway.CRITICAL: "bold $text-error"}


def header(app: AppContext, here: str, fresh: Content, width: int) -> tuple[Content, Content]:
    """Left and right part, in `width` cells with a gap between them. `here` is the name of the
    section, `fresh` the age of its data. What there is no room for goes, the least important first;
    never a part of a price."""
    inbox, place = inbox_count(app), places.place_of(here)
    kept = _FAILED_AGE if fresh.plain.startswith(_FAILED) else _AGE
    width -= max(0, kept - fresh.cell_length)
    parts, wording = {}, None
    for rung in _RUNGS:
        left = _left(app, place, inbox, rung)
        if wording != rung.wording:
            parts, wording = _parts(app, fresh, rung), rung.wording
        if left.cell_length + _length(parts, rung) < width:
            return left, _joined(parts, rung)
    for name in _FIRST_TO_GO:
        parts.pop(name, None)
        if left.cell_length + _length(parts, rung) < width:
            break
    return left, _joined(parts, rung)


def _left(app: AppContext, here: places.Place | None, inbox: int, rung: _Rung) -> Content:
    """The screens, and how much needs the user."""
    names = [_named(app, one, rung.here if one is here else rung.others) for one in places.PLACES]
    key = app.keymap.spelled("app.inbox") or "!"
    where = f"  not Vast.ai: {app.session.address}" if rung.named else "  not Vast.ai"
    return _screens(
        tuple(names), here, f" {key}{inbox} " if inbox else "",
        "" if app.session.official else where, brand=rung.brand,
    )  # fmt: skip


@lru_cache(maxsize=64)  # drawn each second, and for every rung that is tried
def _screens(
    names: tuple[str, ...], here: places.Place | None, inbox: str, where: str, *, brand: bool
) -> Content:
    parts = [Content.assemble((" vasttui", "bold"), " │")] if brand else []
    for place, name in zip(places.PLACES, names, strict=True):
        text, style = (f"[{name}]", "bold $text-accent") if place is here else (f" {name} ", "")
        parts.append(clickable(text, f"app.place('{place.name}')", style))
    if inbox:
        parts.append(clickable(inbox, "app.inbox", "bold $text-warning"))
    left = Content("").join(parts).rstrip()
    return Content.assemble(left, (where, "$text-warning")) if where else left


def _named(app: AppContext, place: places.Place, how: _Name) -> str:
    """`2 Instances (8)`; the digit alone where there is no room for the name."""
    key = app.keymap.spelled(place.action) or place.digit
    if how == "digit":
        return key
    name = f"{key} {place.title if how == 'long' else place.short}"
    counted = place.name == "instances" and app.fleet.as_of is not None
    return f"{name} ({len(app.fleet.rows)})" if counted else name


def _parts(app: AppContext, fresh: Content, rung: _Rung) -> dict[str, Content]:
    market = "demo market" if rung.named else "demo"
    modes = {"read-only": app.session.read_only, "private": app.private, market: app.session.demo}
    marks = {name: Content.styled(name, "bold $text-warning") for name, on in modes.items() if on}
    return {
        **marks,
        "who": _who(app, rung),
        **_money(app, rung),
        "age": fresh,
    }


def _length(parts: Mapping[str, Content], rung: _Rung) -> int:
    """How many cells they take when they are joined."""
    said = [part.cell_length for part in parts.values() if part.plain]
    return sum(said) + len(_separator(rung)) * (len(said) - 1) + len(" ") if said else 0


def _separator(rung: _Rung) -> str:
    return " · " if rung.dots else " "


def _joined(parts: Mapping[str, Content], rung: _Rung) -> Content:
    separator = Content(_separator(rung))
    said = [part for part in parts.values() if part.plain]
    return Content.assemble(separator.join(said), " " if said else "")


def _who(app: AppContext, rung: _Rung) -> Content:
    """The account, or how to sign in."""
    session, account = app.session, app.fleet.account
    if session.demo:
        return Content("")
    if app.signed_in and (refused := _refused(app.fleet)):
        return clickable(refused, "app.key", "bold $text-error")
    if account is not None:
        return Content("" if not rung.named else HIDDEN if app.private else account.name)
    if session.key_source is None and not app.signed_in:
        key = app.keymap.spelled("app.key")
        text = f"no key: browsing only · {key} adds one" if rung.split else f"no key · {key}"
        return clickable(text, "app.key", "$text-warning")
    return Content.styled(_why_unknown(app.fleet.account_error, rung), "$text-muted")


def _why_unknown(error: VastError | None, rung: _Rung) -> str:
    """Why it is not known whose key it is."""
    if error is None:
        return "signing in…"
    if isinstance(error, PermissionDenied):
        return "key may not read the account" if rung.split else "key lacks user_read"
    return "account not read"


def _refused(fleet: Fleet) -> str:
    """What is wrong with the key, where no request can succeed before the user mends that."""
    errors = (fleet.error, fleet.account_error)
    if any(isinstance(error, AuthRejected) for error in errors):
        return "key refused"
    login = any(isinstance(error, TwoFactorRequired) for error in errors)
    return "key refused: login needed" if login else ""


def _money(app: AppContext, rung: _Rung) -> dict[str, Content]:
    """Balance (about, where it is old), burn and the hours that are left; red when they are few."""
    fleet = app.fleet
    if fleet.account is None:
        return {}
    if app.private:
        return {"credit": Content(f"${HIDDEN}")}
    amount = fleet.account.credit
    in_debt = amount is not None and amount < 0
    about = "~" if fleet.account_age(app.session.clock.monotonic()) > ACCOUNT_OLD else ""
    credit = Content.styled(f"{about}{money(amount)}", "bold $text-error" if in_debt else "")
    if fleet.as_of is None:
        return {"credit": credit.stylize(_TO_BILLING)}
    runway, hours = runway_of(amount, fleet.burn)
    burn = Content(_burn_words(app, rung))
    words = left_words(hours, fleet.burn.unknown)
    more = " left" if rung.worded and hours else ""
    left = Content.styled(f"{words}{more}", TONES[runway])
    parts = {"credit": credit, "burn": burn, "hours": left}
    return {name: part.stylize(_TO_BILLING) for name, part in parts.items()}


def _burn_words(app: AppContext, rung: _Rung) -> str:
    """What is spent per hour, running and stored apart; about, where that is old. The sum is as
    wide whether or not it is a least one, so that nothing moves once it is known."""
    fleet, burn = app.fleet, app.fleet.burn
    about = "~" if is_stale(fleet, app.session.clock.monotonic()) else ""
    more = "+?" if burn.unknown else ""
    if not burn.total and not more:
        return ""
    if not rung.split:
        least = bool(more and burn.total)
        return f"{about}{f'≥{per_hour(burn.total)}' if least else f'-{at_least(burn.total, more)}'}"
    parts = []
    of_gpus = "+?" if burn.unknown_instances else ""
    of_disks = "+?" if burn.unknown_volumes else ""
    if burn.gpu or of_gpus:
        parts.append(f"{about}{at_least(burn.gpu, of_gpus)} GPU")
    if burn.disk or of_disks:
        parts.append(f"{about}{at_least(disk_part(burn), of_disks)} disk")
    return ("burn " if rung.worded else "") + " + ".join(parts)


def disk_part(burn: Burn) -> float:
    """What disks cost, in $/h, as it stands beside the GPUs: the two are the sum that is shown
    where there is less room."""
    total, gpu = (float(hourly(dollars).replace(",", "")) for dollars in (burn.total, burn.gpu))
    rest = total - gpu
    return rest if burn.gpu and burn.disk >= 0.01 else burn.disk


def left_words(hours: float | None, unknown: int) -> str:
    """How long the credit lasts, `~1.9h`; in days about. At most so long with `unknown` prices;
    empty where nothing is charged."""
    if hours is None:
        return ""
    if hours <= 0:
        return "used up"
    about = "≤" if unknown else "~"
    if hours > 96:
        return f"{about}{hours / 24:.0f}d"
    words = hours_words(hours).replace(" min", "m").replace(" h", "h")
    return f"{about}{words}" if hours * 60 >= 1 else "<1m"


def is_stale(fleet: Fleet, now: float) -> bool:
    """Whether the instances are too old to trust their prices."""
    return fleet.as_of is None or now - fleet.as_of > STALE_AFTER or bool(fleet.resumed_after)


def is_new(as_of: float | None, now: float) -> bool:
    """Whether rows are as new as they can be, so that their age is not told. Monotonic seconds."""
    return as_of is not None and now - as_of < _NEW


def freshness(
    as_of: float | None,
    now: float,
    *,
    busy: bool,
    failed: bool,
    retries: bool = True,
    paused: bool = False,
) -> Content:
    """How old the rows are: a green dot, red when they failed to refresh; `retries`: they will be
    tried again. Of what is new only that it is. Monotonic seconds."""
    if as_of is None:
        return Content.styled("◐ loading" if busy else "○ no data", "$text-muted")
    seconds = now - as_of
    if failed:
        word = "retrying" if retries and seconds <= STALE_AFTER else "stale"
        return Content.styled(f"{_FAILED} {word} {age(seconds)}", "$text-error")
    if paused:
        return Content.styled(f"‖ {age(seconds)}", "$text-warning")
    # True until it is drawn again, a second later; nothing moves on a quiet screen.
    told = f"<{_NEW + 1:.0f}s" if is_new(as_of, now) else age(seconds)
    return Content.styled(f"● {told}", "$text-success")
