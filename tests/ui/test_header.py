from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from textual.content import Content

from tests.support.fleet_rows import fleet_row
from tests.support.stage import stage
from vasttui.clock import VirtualClock
from vasttui.models.account import Account
from vasttui.models.bill import Burn
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.context import AppContext
from vasttui.ui.header import STALE_AFTER, freshness, header

FRESH = Content.styled("● 4s", "$text-success")
WIDE, LEAST = 200, 60
ME = Account(id=7, username="ada", credit=15.62)


def app(fleet: Fleet | None = None, **changes: object) -> AppContext:
    """A signed-in application whose two instances were read just now."""
    clock = VirtualClock()
    session: dict[str, object] = {
        "official": True, "address": "http://127.0.0.1:8765", "read_only": False, "demo": False,
        "key_source": "a file", "clock": clock,
    }  # fmt: skip
    known = fleet if fleet is not None else fleet_with()
    if known.as_of is not None:
        known = replace(known, as_of=clock.monotonic() + known.as_of)
    own = ("private", "signed_in")
    more = {name: changes.pop(name) for name in own if name in changes}
    return cast(
        AppContext,
        SimpleNamespace(
            **{"fleet": known, "private": False, "signed_in": True, **more},
            session=SimpleNamespace(**{**session, **changes}),
        ),
    )


def fleet_with(**changes: object) -> Fleet:
    """`as_of` counts from now."""
    fleet = Fleet(
        rows=(fleet_row(1), fleet_row(2)),
        as_of=0.0,
        account=ME,
        burn=Burn(running=0.287, stored=0.0225),
    )
    return replace(fleet, **changes)  # type: ignore[arg-type]


def burning(running: float, stored: float = 0.0, unknown: int = 0, **changes: object) -> Fleet:
    return fleet_with(burn=Burn(running, stored, unknown), **changes)


def words(context: AppContext, width: int = WIDE, here: str = "instances") -> tuple[str, str]:
    left, right = header(context, here, FRESH, width)
    return left.plain, right.plain


def right(context: AppContext, width: int = WIDE) -> list[str]:
    """The parts on the right."""
    return words(context, width)[1].strip().split(" · ")


def style_of(content: Content, text: str) -> str:
    """The names of the styles that the whole of this text has."""
    start = content.plain.index(text)
    return " ".join(
        str(span.style)
        for span in content.spans
        if span.start <= start and span.end >= start + len(text) and isinstance(span.style, str)
    )


def width_of(context: AppContext, terse: int) -> int:
    """The width that this wording needs."""
    seen: list[tuple[str, str]] = []
    for width in range(300, 40, -1):
        now = words(context, width)
        if now not in seen:
            seen.append(now)
        if len(seen) > terse + 1:
            return width + 1
    raise AssertionError(f"there are only {len(seen)} wordings")


def test_all_of_it() -> None:
    assert words(app()) == (
        " vasttui │  1 Offers  [2 Instances (2)]",
        "ada · $15.62 · burn $0.287/h run + $0.022/h disk · ~50h left · ● 4s ",
    )


def test_where_one_is_stands_in_brackets() -> None:
    assert words(app(), here="offers")[0] == " vasttui │ [1 Offers]  2 Instances (2) "
    left, _ = header(app(), "offers", FRESH, WIDE)
    assert "bold" in style_of(left, "[1 Offers]")
    assert "bold" not in style_of(left, "2 Instances")


def test_the_tabs_can_be_clicked() -> None:
    left, _ = header(app(), "offers", FRESH, WIDE)
    targets = {
        left.plain[span.start : span.end].strip(" []"): span.style.meta["@click"]
        for span in left.spans
        if not isinstance(span.style, str) and "@click" in span.style.meta
    }
    assert targets == {"1 Offers": "app.offers", "2 Instances (2)": "app.instances"}


def test_instances_are_counted_once_they_are_known() -> None:
    assert words(app(fleet_with(as_of=None)))[0].endswith("[2 Instances]")
    assert "2 Instances (0)" in words(app(fleet_with(rows=())))[0]


def test_with_less_room_the_words_get_shorter_first() -> None:
    context = app()
    whole = width_of(context, 0)
    assert words(context, whole) == words(context, WIDE)
    shorter = words(context, whole - 1)
    assert shorter == ("  1 Offers  [2 Inst (2)]", "$15.62 · -$0.309/h · ~50h · ● 4s ")
    least = words(context, LEAST)
    assert least == shorter


def test_then_the_dots_go() -> None:
    context = app()
    width = width_of(context, 1)
    assert words(context, width) == words(context, LEAST)
    assert words(context, width - 1)[1] == "$15.62 -$0.309/h ~50h ● 4s "


BUSY = {"read_only": True, "demo": True, "official": False}


@pytest.mark.parametrize("more", [{}, {"read_only": True}, BUSY])
@pytest.mark.parametrize("credit", [15.62, 123_456.78])
def test_both_parts_fit_with_a_gap_between(credit: float, more: dict[str, object]) -> None:
    rich = replace(ME, credit=credit)
    context = app(burning(123.456, 0.5, 1, account=rich, as_of=-STALE_AFTER - 1), **more)
    stale = Content("✖ retrying 59m59s")
    for width in range(LEAST, WIDE):
        left, shown = header(context, "instances", stale, width)
        assert left.cell_length + shown.cell_length < width
        assert "~" in shown.plain  # the hours that are left


def test_a_price_is_whole_or_not_there() -> None:
    context = app(burning(12.345, 0.022), **BUSY)
    parts = {
        "read-only", "demo", "demo market", "$15.62", "burn $12.345/h run + $0.022/h disk",
        "-$12.367/h", "~1h", "~1h left", "● 4s",
    }  # fmt: skip
    for width in range(LEAST, WIDE):
        _, rest = words(context, width)
        for part in sorted(parts, key=len, reverse=True):
            rest = rest.replace(part, "", 1)
        assert not rest.strip(" ·"), rest


def test_the_least_important_goes_first() -> None:
    context = app(burning(12.345, 0.022), **BUSY)
    gone: list[str] = []
    shown = words(context, LEAST + 20)[1].split(" ")
    for width in range(LEAST + 20, 38, -1):
        now = words(context, width)[1]
        if "·" not in now:
            gone += [part for part in shown if part not in now.split(" ") and part not in gone]
            shown = now.split(" ")
    order = ["demo", "read-only", "-$12.367/h", "●", "4s", "$15.62"]
    assert [part for part in gone if part in order] == order
    assert words(context, 39)[1].strip() == "~1h"


@pytest.mark.parametrize(
    ("hours", "text", "tone"),
    [
        (3.9, "~4h left", "$text-error"),
        (4.0, "~4h left", "$text-warning"),
        (11.9, "~12h left", "$text-warning"),
        (12.0, "~12h left", ""),
        (96.0, "~96h left", ""),
        (97.0, "~4d left", ""),
        (0.0, "~0h left", "$text-error"),
    ],
)
@pytest.mark.parametrize("width", [WIDE, LEAST])
def test_the_hours_left_are_loud_when_they_are_few(
    width: int, hours: float, text: str, tone: str
) -> None:
    context = app(burning(1.0, account=replace(ME, credit=hours)))
    _, shown = header(context, "instances", FRESH, width)
    text = text if width == WIDE else text.removesuffix(" left")
    style = style_of(shown, text)
    assert tone in style
    assert ("$text-" in style) == bool(tone)
    assert ("bold" in style) == bool(tone)


def test_debts_leave_no_hours() -> None:
    assert "~0h left" in right(app(burning(1.0, account=replace(ME, credit=-2.5))))


@pytest.mark.parametrize(
    ("burn", "text"),
    [
        (Burn(0.287), "burn $0.287/h run"),
        (Burn(0.0, 0.0225), "burn $0.022/h disk"),
        (Burn(0.0, 0.004), "burn $0.0040/h disk"),
        (Burn(0.287, 0.0, 1), "burn $0.287/h+? run"),
        (Burn(0.0, 0.0, 1), "burn $0.000/h+? run"),
        (Burn(0.0, 0.02, 2), "burn $0.000/h+? run + $0.020/h disk"),
    ],
)
def test_what_runs_and_what_is_stored_are_told_apart(burn: Burn, text: str) -> None:
    assert text in right(app(fleet_with(burn=burn)))


def test_with_little_room_the_burn_is_one_number() -> None:
    context = app(burning(0.287, 0.0225, 1))
    assert "-$0.309/h+?" in right(context, width_of(context, 0) - 1)


def test_where_nothing_is_charged_nothing_is_said_of_it() -> None:
    assert right(app(burning(0.0))) == ["ada", "$15.62", "● 4s"]
    assert words(app(burning(0.0)), 50)[1] == "$15.62 · ● 4s "


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"as_of": -STALE_AFTER}, ""),
        ({"as_of": -STALE_AFTER - 1}, "~"),
        ({"resumed_after": 3_600.0}, "~"),
    ],
)
def test_an_old_burn_is_about_so_much(changes: dict[str, object], about: str) -> None:
    context = app(fleet_with(**changes))
    assert f"burn {about}$0.287/h run + {about}$0.022/h disk" in right(context)
    assert f"-{about}$0.309/h" in right(context, LEAST)


def test_before_the_instances_are_known_only_the_balance_is() -> None:
    assert right(app(fleet_with(as_of=None))) == ["ada", "$15.62", "● 4s"]


def test_a_balance_that_the_service_does_not_say() -> None:
    assert right(app(fleet_with(account=replace(ME, credit=None))))[1] == "?"


def test_an_account_without_a_name_has_a_number() -> None:
    assert right(app(fleet_with(account=Account(id=7, credit=1.0))))[0] == "account 7"


@pytest.mark.parametrize("width", [WIDE, LEAST])
def test_in_private_neither_name_nor_money_shows(width: int) -> None:
    left, shown = words(app(private=True), width)
    assert "ada" not in shown
    assert not any(char.isdigit() for char in shown.replace("● 4s", ""))
    assert "$•••" in shown
    assert "(2)" in left


def test_without_a_key_the_key_that_adds_one() -> None:
    context = app(Fleet(), key_source=None, signed_in=False)
    assert right(context) == ["no key: browsing only", "K adds one", "● 4s"]
    _, shown = header(context, "offers", FRESH, WIDE)
    assert any(
        not isinstance(span.style, str) and span.style.meta.get("@click") == "app.key"
        for span in shown.spans
    )
    assert "no key · K" in words(context, 45)[1]


@pytest.mark.parametrize("changes", [{"key_source": None, "signed_in": True}, {"signed_in": False}])
def test_with_a_key_somebody_is_being_asked_who_it_is(changes: dict[str, object]) -> None:
    assert right(app(Fleet(), **changes)) == ["signing in…", "● 4s"]


def test_the_demo_and_the_read_only_mode_say_so() -> None:
    assert right(app(demo=True))[0] == "demo market"
    assert right(app(read_only=True))[:2] == ["read-only", "ada"]
    _, shown = header(app(read_only=True), "offers", FRESH, WIDE)
    assert "$text-warning" in style_of(shown, "read-only")


def test_another_service_is_named() -> None:
    context = app(official=False)
    left, _ = header(context, "offers", FRESH, WIDE)
    assert left.plain.endswith("  not Vast.ai: http://127.0.0.1:8765")
    assert "$text-warning" in style_of(left, "not Vast.ai")
    assert words(context, LEAST + 20)[0].endswith("  not Vast.ai")


@pytest.mark.parametrize(
    ("as_of", "state", "text", "tone"),
    [
        (None, {"busy": True}, "◐ loading", "$text-muted"),
        (None, {"busy": False}, "○ no data", "$text-muted"),
        (None, {"busy": False, "failed": True}, "○ no data", "$text-muted"),
        (96.0, {}, "● 4s", "$text-success"),
        (96.0, {"busy": True}, "● 4s", "$text-success"),
        (101.0, {}, "● 0s", "$text-success"),
        (28.0, {}, "● 1m12s", "$text-success"),
        (96.0, {"failed": True}, "✖ retrying 4s", "$text-error"),
        (40.0, {"failed": True}, "✖ retrying 1m00s", "$text-error"),
        (39.0, {"failed": True}, "✖ stale 1m01s", "$text-error"),
        (96.0, {"failed": True, "paused": True}, "✖ retrying 4s", "$text-error"),
        (96.0, {"paused": True}, "‖ 4s", "$text-warning"),
    ],
)
def test_how_old_the_rows_are(
    as_of: float | None, state: dict[str, bool], text: str, tone: str
) -> None:
    shown = freshness(as_of, 100.0, **{"busy": False, "failed": False, **state})
    assert (shown.plain, style_of(shown, text)) == (text, tone)


@pytest.mark.parametrize("width", [60, 72, 100, 120, 160])
async def test_the_first_line_of_the_screen_at_each_width(width: int) -> None:
    async with stage(size=(width, 24), instances=4, read_only=True) as running:
        await running.instances()
        top = running.text.splitlines()[0]
        assert len(top) <= width
        assert "Offers" in top
        assert "~" in top
        assert "●" in top
        account = running.app.fleet.account
        assert account is not None
        assert f"${account.credit:.2f}" in top
