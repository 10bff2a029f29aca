from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from textual.content import Content

from tests.support.fleet_rows import fleet_row
from tests.support.stage import stage
from vasttui.clock import VirtualClock
from vasttui.errors import AuthRejected, NetworkError, PermissionDenied, TwoFactorRequired
from vasttui.models.account import Account
from vasttui.models.bill import Burn
from vasttui.services.fleet.snapshot import Fleet
from vasttui.state.preferences import PreferenceStore
from vasttui.state.reminders import Reminders
from vasttui.ui import places
from vasttui.ui.context import AppContext
from vasttui.ui.header import STALE_AFTER, freshness, header
from vasttui.ui.keys import Keymap
from vasttui.ui.news import NewsDesk
from vasttui.ui.places import Place, Section

FRESH = Content.styled("● 4s", "$text-success")
WIDE, LEAST = 200, 60
ME = Account(id=7, username="ada", credit=15.62)


def app(fleet: Fleet | None = None, **changes: object) -> AppContext:
    """A signed-in application with two instances just read."""
    clock = VirtualClock()
    session: dict[str, object] = {
        "official": True, "address": "http://127.0.0.1:8765", "read_only": False, "demo": False,
        "key_source": "a file", "clock": clock, "reminders": Reminders(None, lambda job: job()),
        "preferences": PreferenceStore(None, lambda job: job()),
    }  # fmt: skip
    known = fleet if fleet is not None else fleet_with()
    if known.as_of is not None:
        known = structs.replace(known, as_of=clock.monotonic() + known.as_of)
    own = ("private", "signed_in", "renting", "keymap")
    more = {name: changes.pop(name) for name in own if name in changes}
    return cast(
        AppContext,
        SimpleNamespace(
            **{
                "fleet": known, "private": False, "signed_in": True, "renting": {},
                "keymap": Keymap(), "news": NewsDesk(), "live": None, **more,
            },
            session=SimpleNamespace(**{**session, **changes}),
        ),
    )  # fmt: skip


def fleet_with(**changes: object) -> Fleet:
    """`as_of` is relative to now."""
    fleet = Fleet(
        rows=(fleet_row(1), fleet_row(2)),
        number=1,
        as_of=0.0,
        account=ME,
        burn=Burn(gpu=0.287, disk=0.0225),
    )
    return structs.replace(fleet, **changes)


def burning(running: float, stored: float = 0.0, unknown: int = 0, **changes: object) -> Fleet:
    return fleet_with(burn=Burn(running, stored, unknown), **changes)


def words(context: AppContext, width: int = WIDE, here: str = "instances") -> tuple[str, str]:
    left, right = header(context, here, FRESH, width)
    return left.plain, right.plain


def right(context: AppContext, width: int = WIDE) -> list[str]:
    """The parts on the right."""
    return words(context, width)[1].strip().split(" · ")


def style_of(content: Content, text: str) -> str:
    """The names of the styles that cover all of this text."""
    start = content.plain.index(text)
    return " ".join(
        str(span.style)
        for span in content.spans
        if span.start <= start and span.end >= start + len(text) and isinstance(span.style, str)
    )


def clicks(content: Content) -> dict[str, str]:
    """The click action of each text."""
    return {
        content.plain[span.start : span.end].strip(" []"): span.style.meta["@click"]
        for span in content.spans
        if not isinstance(span.style, str) and "@click" in span.style.meta
    }


# The drawing with all six screens, line by line

SIX = (
    ("offers", "1", "Offers", "Offers"), ("instances", "2", "Instances", "Inst"),
    ("volumes", "3", "Volumes", "Vol"), ("serverless", "4", "Serverless", "Serv"),
    ("billing", "5", "Billing", "Bill"), ("account", "6", "Account", "Acct"),
)  # fmt: skip

DRAWN = """
 vasttui │ 1 Offers [2 Instances (8)] 3 Volumes  4 Serverless  5 Billing  6 Account  !9  demo market · $312.40 · burn $2.044/h GPU + $0.150/h disk · ~6d left · ● 1s
 vasttui │ 1 Offers  2 Instances (8)  3 Volumes  4 Serverless [5 Billing] 6 Account  !9  demo market · $312.40 · burn $2.044/h GPU + $0.150/h disk · ~6d left · ● 1s
 1 Offers [2 Instances (8)] 3 Volumes  4 Serverless  5 Billing  6 Account  !9  demo · $312.40 · $2.044/h GPU + $0.150/h disk · ~6d · ● 1s
 1 Offers  2 Instances (8)  3 Volumes  4 Serverless [5 Billing] 6 Account  !9  demo · $312.40 · $2.044/h GPU + $0.150/h disk · ~6d · ● 1s
 1 Offers [2 Instances (8)] 3 Volumes  4 Serverless  5 Billing  6 Account  !9   demo · $312.40 · -$2.194/h · ~6d · ● 1s
 1 Offers  2 Instances (8)  3 Volumes  4 Serverless [5 Billing] 6 Account  !9   demo · $312.40 · -$2.194/h · ~6d · ● 1s
 1 Offers [2 Inst (8)] 3 Vol  4 Serv  5 Bill  6 Acct  !9    demo · $312.40 · -$2.194/h · ~6d · ● 1s
 1 Offers  2 Inst (8)  3 Vol  4 Serv [5 Bill] 6 Acct  !9    demo · $312.40 · -$2.194/h · ~6d · ● 1s
 1 [2 Instances (8)] 3  4  5  6  !9     demo · $312.40 · -$2.194/h · ~6d · ● 1s
 1  2  3  4 [5 Billing] 6  !9           demo · $312.40 · -$2.194/h · ~6d · ● 1s
 1 [2 Inst (8)] 3  4  5  6  !9        demo $312.40 ~6d ● 1s
 1  2  3  4 [5 Bill] 6  !9  demo $312.40 -$2.194/h ~6d ● 1s
""".strip("\n").splitlines()  # noqa: E501
DRAWN_WIDTHS = (165, 138, 120, 100, 80, 60)


def screens(*digits: str) -> tuple[Place, ...]:
    return tuple(
        Place(name, digit, title, short, (Section(name, title, f"app.{name}", ""),))
        for name, digit, title, short in SIX
        if digit in digits
    )


@pytest.fixture(autouse=True)
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screens there are, whichever come later."""
    monkeypatch.setattr(places, "PLACES", screens("1", "2", "6"))


@pytest.fixture
def six(monkeypatch: pytest.MonkeyPatch) -> AppContext:
    """All six screens, eight instances, nine things in the inbox."""
    monkeypatch.setattr(places, "PLACES", screens("1", "2", "3", "4", "5", "6"))
    monkeypatch.setattr("vasttui.ui.header.inbox_count", lambda app: 9)
    keys = {f"app.{name}": digit for name, digit, _, _ in SIX} | {"app.inbox": "!"}
    fleet = fleet_with(
        rows=tuple(fleet_row(number) for number in range(8)),
        account=structs.replace(ME, credit=312.40),
        burn=Burn(2.044, 0.150),
    )
    return app(fleet, demo=True, keymap=SimpleNamespace(spelled=keys.__getitem__))


def drawn(context: AppContext, here: str, width: int, fresh: str = "● 1s") -> str:
    left, right = header(context, here, Content(fresh), width)
    gap = width - left.cell_length - right.cell_length
    assert gap > 0
    return f"{left.plain}{' ' * gap}{right.plain}"


@pytest.mark.parametrize("here", ["instances", "billing"])
@pytest.mark.parametrize("width", DRAWN_WIDTHS)
def test_the_first_line_as_it_is_drawn(six: AppContext, width: int, here: str) -> None:
    expected = DRAWN[2 * DRAWN_WIDTHS.index(width) + (here == "billing")]
    assert drawn(six, here, width).rstrip() == expected


def test_an_old_age_takes_the_room_of_the_dots(six: AppContext) -> None:
    line = drawn(six, "instances", 120, "✖ stale 3m12s")
    assert line.endswith("  demo $312.40 -$2.194/h ~6d ✖ stale 3m12s ")
    assert "6 Account" in line


@pytest.mark.parametrize("width", range(LEAST, 128))
def test_no_name_moves_once_all_prices_are_known(six: AppContext, width: int) -> None:
    names = drawn(six, "instances", width).partition("demo")[0].rstrip()
    six.fleet = structs.replace(six.fleet, burn=Burn(2.044, 0.150, 1, 1))
    assert drawn(six, "instances", width).partition("demo")[0].rstrip() == names


@pytest.mark.parametrize("width", range(LEAST, 181))
def test_nothing_moves_while_the_age_of_a_failure_grows(six: AppContext, width: int) -> None:
    lines = [
        drawn(six, "instances", width, freshness(0.0, old, busy=False, failed=True).plain)
        for old in (1.0, 9.0, 10.0, 59.0, 61.0, 3_599.0, 3_600.0)
    ]
    rest = {tuple(line.partition("✖")[0].split()) for line in lines}
    assert len(rest) == 1


# Each rung keeps these; the texts of one rung, from the widest to the narrowest
RUNGS = (
    ("vasttui │", "demo market", "burn", "left"),
    ("demo market", "burn", "left"),
    ("demo market", "GPU + "),
    ("GPU + ",),
    ("Serverless", " · "),
    ("Serverless",),
    ("4 Serv", " · "),
    ("[2 Instances (8)]", " · "),
    ("[2 Instances (8)]",),
    ("-$2.194/h",),
    ("● 1s",),
    ("$312.40",),
    ("~6d",),
    ("demo",),
)


def test_from_width_to_width_things_go_in_one_order(six: AppContext) -> None:
    lines = [drawn(six, "instances", width) for width in range(170, 36, -1)]
    rungs = []
    for line in lines:
        shown = [number for number, texts in enumerate(RUNGS) if all(one in line for one in texts)]
        rungs.append(shown[0])
    assert sorted(rungs) == rungs
    assert set(rungs) == set(range(len(RUNGS)))
    least = {rung: 171 - (len(rungs) - rungs[::-1].index(rung)) for rung in set(rungs)}
    assert (least[6], least[7]) == (98, 77)  # short names; then no names


# With the current screens

EXAMPLES = (
    (165, " vasttui │ 1 Offers [2 Instances (2)] 6 Account",
     "ada · $15.62 · burn $0.287/h GPU + $0.022/h disk · ~50h left · ● 4s "),
    (138, " vasttui │ 1 Offers [2 Instances (2)] 6 Account",
     "ada · $15.62 · burn $0.287/h GPU + $0.022/h disk · ~50h left · ● 4s "),
    (117, " vasttui │ 1 Offers [2 Instances (2)] 6 Account",
     "ada · $15.62 · burn $0.287/h GPU + $0.022/h disk · ~50h left · ● 4s "),
    (115, " 1 Offers [2 Instances (2)] 6 Account",
     "ada · $15.62 · burn $0.287/h GPU + $0.022/h disk · ~50h left · ● 4s "),
    (105, " 1 Offers [2 Instances (2)] 6 Account",
     "ada · $15.62 · $0.287/h GPU + $0.022/h disk · ~50h · ● 4s "),
    (95, " 1 Offers [2 Instances (2)] 6 Account",
     "$15.62 · $0.287/h GPU + $0.022/h disk · ~50h · ● 4s "),
    (92, " 1 Offers [2 Instances (2)] 6 Account",
     "$15.62 · $0.287/h GPU + $0.022/h disk · ~50h · ● 4s "),
    (80, " 1 Offers [2 Instances (2)] 6 Account", "$15.62 · -$0.309/h · ~50h · ● 4s "),
    (66, " 1 Offers [2 Instances (2)] 6 Account", "$15.62 -$0.309/h ~50h ● 4s "),
    (64, " 1 Offers [2 Inst (2)] 6 Acct", "$15.62 · -$0.309/h · ~50h · ● 4s "),
    (60, " 1 [2 Instances (2)] 6", "$15.62 · -$0.309/h · ~50h · ● 4s "),
    (52, " 1 [2 Instances (2)] 6", "$15.62 -$0.309/h ~50h ● 4s "),
    (48, " 1 [2 Inst (2)] 6", "$15.62 -$0.309/h ~50h ● 4s "),
    (40, " 1 [2 Inst (2)] 6", "$15.62 ~50h ● 4s "),
)  # fmt: skip


@pytest.mark.parametrize(("width", "left", "right"), EXAMPLES)
def test_what_there_is_at_each_width(width: int, left: str, right: str) -> None:
    assert words(app(), width) == (left, right)


def test_where_one_is_stands_in_brackets() -> None:
    assert words(app(), here="offers")[0] == " vasttui │[1 Offers] 2 Instances (2)  6 Account"
    left, _ = header(app(), "offers", FRESH, WIDE)
    assert "bold" in style_of(left, "[1 Offers]")
    assert "bold" not in style_of(left, "2 Instances")


@pytest.mark.parametrize("width", [WIDE, LEAST, 50])
def test_every_screen_stays_a_click(width: int) -> None:
    left, _ = header(app(), "offers", FRESH, width)
    assert set(clicks(left).values()) == {f"app.place('{one.name}')" for one in places.PLACES}


def test_instances_are_counted_once_they_are_known() -> None:
    assert words(app(fleet_with(as_of=None)))[0].endswith("[2 Instances] 6 Account")
    assert "2 Instances (0)" in words(app(fleet_with(rows=())))[0]


def test_a_key_that_was_changed_is_the_one_shown() -> None:
    context = app(
        keymap=Keymap({"app.instances": "f5", "app.inbox": "i"}),
        renting={1: SimpleNamespace(needs_user=True)},
    )
    assert words(context, 100)[0] == " 1 Offers [f5 Instances (2)] 6 Account  i1"


def test_what_needs_the_user_is_counted_and_a_click() -> None:
    poor = structs.replace(ME, credit=1.0)
    left, _ = header(
        app(
            fleet_with(account=poor),
            renting={7: SimpleNamespace(needs_user=True), 8: SimpleNamespace(needs_user=False)},
        ),
        "offers",
        FRESH,
        WIDE,
    )
    assert left.plain.endswith("2 Instances (2)  6 Account  !2")
    assert clicks(left)["!2"] == "app.inbox"
    assert "!" not in words(app())[0]


BUSY = {"read_only": True, "demo": True, "official": False}


@settings(max_examples=150, deadline=None)
@given(
    width=st.integers(LEAST, WIDE),
    credit=st.sampled_from([15.62, 123_456.78, -0.05, -12.5]),
    running=st.sampled_from([0.0, 0.287, 123.456]),
    unknown=st.integers(0, 1),
    here=st.sampled_from(["offers", "instances"]),
    more=st.sampled_from([{}, {"read_only": True}, BUSY]),
    fresh=st.sampled_from(["● 4s", "✖ retrying 59m59s", "◐ loading"]),
)
def test_it_fits_and_nothing_in_it_is_cut(
    width: int, credit: float, running: float, unknown: int, here: str,
    more: dict[str, object], fresh: str,
) -> None:  # fmt: skip
    fleet = burning(running, 0.02, unknown, account=structs.replace(ME, credit=credit))
    context = app(fleet, **more)
    whole = header(context, here, Content(fresh), 400)[1].plain.strip().split(" · ")
    line = drawn(context, here, width, fresh)
    total = f"{running + 0.02:.3f}"
    parts = {
        "read-only", "demo", "ada", *whole, *(one.removesuffix(" left") for one in whole),
        *(one.removeprefix("burn ") for one in whole), f"-${total}/h", f"≥${total}/h", fresh,
    }  # fmt: skip
    _, shown = header(context, here, Content(fresh), width)
    rest = shown.plain
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, "", 1)
    assert not rest.strip(" ·"), rest
    assert any(word in line for word in ("~", "≤", "used up"))
    for place in places.PLACES:
        assert place.digit in line


def test_the_least_important_goes_first() -> None:
    context = app(burning(12.345, 0.022), **BUSY)
    gone: list[str] = []
    lines = [words(context, width)[1] for width in range(LEAST + 20, 34, -1)]
    for before, after in pairwise(line.split() for line in lines if "·" not in line):
        gone += [part for part in before if part not in after]
    assert gone == ["-$12.367/h", "●", "4s", "$15.62", "~1.2h"]
    assert all("read-only" in line and "demo" in line for line in lines)


@pytest.mark.parametrize(
    ("hours", "text", "tone"),
    [
        (3.9, "~3.9h left", "$text-error"),
        (4.0, "~4.0h left", "$text-warning"),
        (11.9, "~11h left", "$text-warning"),
        (12.0, "~12h left", ""),
        (96.0, "~96h left", ""),
        (97.0, "~4d left", ""),
        (1.0, "~1.0h left", "$text-error"),
        (0.999, "~59m left", "$text-error"),
        (0.3, "~18m left", "$text-error"),
        (0.01, "<1m left", "$text-error"),
        (0.0, "used up", "$text-error"),
        (-2.5, "used up", "$text-error"),
    ],
)
@pytest.mark.parametrize("width", [WIDE, LEAST])
def test_the_hours_left_are_loud_when_they_are_few(
    width: int, hours: float, text: str, tone: str
) -> None:
    context = app(burning(1.0, account=structs.replace(ME, credit=hours)))
    _, shown = header(context, "instances", FRESH, width)
    text = text if width == WIDE else text.removesuffix(" left")
    style = style_of(shown, text)
    assert tone in style
    assert ("$text-" in style) == bool(tone)
    assert ("bold" in style) == bool(tone)


@pytest.mark.parametrize(("age", "text"), [(170.0, " $15.62"), (190.0, "~$15.62")])
def test_a_balance_that_was_not_read_lately_is_about(age: float, text: str) -> None:
    fleet = fleet_with(account=ME)
    known = structs.replace(fleet, account_as_of=app(fleet).session.clock.monotonic() - age)
    _, shown = header(app(known), "offers", FRESH, WIDE)
    assert text in shown.plain


@pytest.mark.parametrize(
    ("credit", "text"), [(-2.5, "-$2.50"), (-0.004, "-$0.004"), (-1234.5, "-$1,234.50")]
)
def test_a_balance_below_zero_says_so_loudly(credit: float, text: str) -> None:
    _, shown = header(
        app(fleet_with(account=structs.replace(ME, credit=credit))), "offers", FRESH, WIDE
    )
    assert shown.plain.split(" · ")[1] == text
    assert "$text-error" in style_of(shown, text)


@pytest.mark.parametrize(
    ("burn", "text"),
    [
        (Burn(0.287), "burn $0.287/h GPU"),
        (Burn(0.2667, 0.0555), "burn $0.267/h GPU + $0.055/h disk"),  # $0.322/h
        (Burn(1343.1541, 20.0), "burn $1,343.154/h GPU + $20.000/h disk"),
        (Burn(0.0, 0.0225), "burn $0.022/h disk"),
        (Burn(0.0, 0.004), "burn $0.0040/h disk"),
        (Burn(0.287, 0.0, 1), "burn $0.287/h+? GPU"),
        (Burn(0.0, 0.0, 1), "burn $?/h GPU"),
        (Burn(0.0, 0.02, 2), "burn $?/h GPU + $0.020/h disk"),
        (Burn(0.287, 0.02, 1, 1), "burn $0.287/h GPU + $0.020/h+? disk"),
        (Burn(0.287, 0.0, 1, 1), "burn $0.287/h GPU + $?/h disk"),
    ],
)
def test_what_runs_and_what_is_stored_are_told_apart(burn: Burn, text: str) -> None:
    assert text in right(app(fleet_with(burn=burn)))


def test_with_a_price_that_is_unknown_the_money_lasts_at_most_so_long() -> None:
    context = app(burning(0.287, 0.0225, 1))
    assert right(context)[-2] == "≤50h left"
    assert right(context, LEAST)[1:3] == ["≥$0.309/h", "≤50h"]


def test_where_nothing_is_charged_nothing_is_said_of_it() -> None:
    assert right(app(burning(0.0))) == ["ada", "$15.62", "● 4s"]
    assert words(app(burning(0.0)), LEAST)[1] == "ada · $15.62 · ● 4s "


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
    assert f"burn {about}$0.287/h GPU + {about}$0.022/h disk" in right(context)
    assert f"{about}-$0.309/h" in right(context, LEAST)


def test_before_the_instances_are_known_only_the_balance_is() -> None:
    assert right(app(fleet_with(as_of=None))) == ["ada", "$15.62", "● 4s"]


def test_a_balance_that_the_service_does_not_say() -> None:
    assert right(app(fleet_with(account=structs.replace(ME, credit=None))))[1] == "?"


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
    assert clicks(shown) == {"no key: browsing only · K adds one": "app.key"}
    assert "no key · K" in words(context, 45)[1]


@pytest.mark.parametrize("changes", [{"key_source": None, "signed_in": True}, {"signed_in": False}])
def test_with_a_key_somebody_is_being_asked_who_it_is(changes: dict[str, object]) -> None:
    assert right(app(Fleet(), **changes)) == ["signing in…", "● 4s"]


REFUSED = AuthRejected("no", status=401)
TWO_FACTOR = TwoFactorRequired("no", status=401)
NO_RIGHT = PermissionDenied("no", status=403)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"account_error": REFUSED}, "key refused"),
        ({"error": REFUSED}, "key refused"),
        ({"account_error": TWO_FACTOR}, "key refused: login needed"),
        ({"error": TWO_FACTOR}, "key refused: login needed"),
        ({"account_error": NO_RIGHT}, "key may not read the account"),
        ({"account_error": NetworkError("no route")}, "account not read"),
        ({"account": ME, "error": REFUSED}, "key refused"),
        ({"account": ME, "error": NetworkError("no route")}, "ada"),
        ({"account": ME, "error": NO_RIGHT}, "ada"),
    ],
)
def test_nobody_is_signing_in_after_a_refusal(changes: dict[str, object], said: str) -> None:
    context = app(structs.replace(Fleet(), **changes))
    assert right(context)[0] == said
    assert said in words(context, 100)[1]
    _, shown = header(context, "offers", FRESH, WIDE)
    found = {word: click for word, click in clicks(shown).items() if "$" not in word}
    assert found == ({said: "app.key"} if "key refused" in said else {})


def test_on_a_narrow_screen_the_right_that_is_lacking_is_named() -> None:
    context = app(structs.replace(Fleet(), account_error=NO_RIGHT))
    assert "key lacks user_read" in words(context, 70)[1]


def test_the_demo_and_the_read_only_mode_say_so() -> None:
    assert right(app(demo=True))[0] == "demo market"
    assert right(app(read_only=True))[:2] == ["read-only", "ada"]
    _, shown = header(app(read_only=True), "offers", FRESH, WIDE)
    assert "$text-warning" in style_of(shown, "read-only")


def test_on_the_smallest_screen_they_still_do(six: AppContext) -> None:
    six.session.read_only = True  # type: ignore[misc]
    for private in (False, True):
        six.private = private
        line = drawn(six, "instances", LEAST)
        assert all(mark in line.split() for mark in ("read-only", "demo")), line
        assert ("private" in line.split()) == private


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
        (96.0, {}, "● <9s", "$text-success"),
        (96.0, {"busy": True}, "● <9s", "$text-success"),
        (101.0, {}, "● <9s", "$text-success"),
        (92.1, {}, "● <9s", "$text-success"),
        (92.0, {}, "● 8s", "$text-success"),
        (28.0, {}, "● 1m12s", "$text-success"),
        (96.0, {"failed": True}, "✖ retrying 4s", "$text-error"),
        (40.0, {"failed": True}, "✖ retrying 1m00s", "$text-error"),
        (39.0, {"failed": True}, "✖ stale 1m01s", "$text-error"),
        (96.0, {"failed": True, "retries": False}, "✖ stale 4s", "$text-error"),
        (96.0, {"failed": True, "paused": True}, "✖ retrying 4s", "$text-error"),
        (96.0, {"paused": True}, "‖ 4s", "$text-warning"),
    ],
)
def test_how_old_the_rows_are(
    as_of: float | None, state: dict[str, bool], text: str, tone: str
) -> None:
    shown = freshness(as_of, 100.0, **{"busy": False, "failed": False, **state})
    assert (shown.plain, style_of(shown, text)) == (text, tone)


async def test_the_first_line_of_the_screen_at_each_width() -> None:
    async with stage(size=(160, 24), instances=4, read_only=True) as running:
        await running.instances()
        account = running.app.fleet.account
        assert account is not None
        for width in (160, 120, 100, 72, 60):
            await running.pilot.resize_terminal(width, 24)
            await running.pause()
            top = running.text.splitlines()[0]
            assert len(top) <= width
            for words in ("[2 Inst", "!4", "~", "●", f"${account.credit:.2f}"):
                assert words in top, (width, words)


def test_a_click_on_the_money_goes_to_billing() -> None:
    context = app(
        fleet_with(account=structs.replace(ME, credit=312.40), burn=Burn(2.0, 0.1)), demo=True
    )
    _, shown = header(context, "offers", FRESH, WIDE)
    money = {word: click for word, click in clicks(shown).items() if "$" in word or "h" in word}
    assert money
    assert set(money.values()) == {"app.place('billing')"}
