"""The offer list, driven by keys against the simulator."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec import structs
from textual.events import AppBlur, AppFocus

from tests.support.stage import Stage, stage
from vasttui.models.search import SearchOptions
from vasttui.ui.offers.no_match import NoMatch
from vasttui.ui.widgets.key_bar import KeyBar
from vasttui.ui.widgets.line import TextLine
from vasttui.ui.widgets.top_line import TopLine


def line(running: Stage, name: str) -> str:
    widget = running.app.offers.query_one(f"#{name}")
    assert isinstance(widget, TextLine | TopLine)
    return widget.text


def searches(running: Stage) -> int:
    return len(running.world.ledger.of("search"))


def shown(running: Stage) -> list[int]:
    return [row.offer.id for row in running.app.offers.browse.rows]


def cursor(running: Stage) -> int:
    row = running.app.offers.browse.current
    assert row is not None
    return row.offer.id


async def test_the_market_is_shown_cheapest_all_in_first_and_priced_with_my_disk() -> None:
    async with stage() as running:
        rows = running.app.offers.browse.rows
        assert len(rows) > 100
        prices = [row.eff for row in rows if row.eff is not None]
        assert prices == sorted(prices)
        assert all(row.offer.verification == "verified" for row in rows)
        assert "pages" in line(running, "status")
        assert f"{len(rows)} shown" in line(running, "counts")

        assert all(
            '"allocated_storage": 60' in entry.body for entry in running.world.ledger.of("search")
        )
        for row in running.app.offers.browse.rows[:20]:
            assert row.price == pytest.approx(row.offer.dph_total)

        before = searches(running)
        for key in ("down", "down", *["right_square_bracket"] * 4):
            await running.press(key)
            here = running.app.offers.browse.current
            assert here is not None
            assert str(here.offer.id) in running.text
        assert "Address" in running.text
        assert searches(running) == before

        here = running.app.offers.browse.current
        assert here is not None
        await running.press("y")
        await running.pause()
        assert running.app.clipboard == str(here.offer.id)
        assert "OSC 52" in running.text


async def test_every_key_filters_without_a_request_and_escape_gives_back() -> None:
    async with stage() as running:
        before, everything = searches(running), shown(running)
        await running.press("slash")
        sizes = []
        for word in ("gpu:4090", " n=1", " eff<0.4", " -cc:CN"):
            await running.type(word)
            sizes.append(len(shown(running)))
        assert sizes == sorted(sizes, reverse=True)
        assert 0 < sizes[-1] < sizes[0] < len(everything)
        for row in running.app.offers.browse.rows:
            assert "4090" in row.offer.gpu_name
            assert row.offer.num_gpus == 1
            assert row.eff is not None
            assert row.eff < 0.4
            assert row.offer.country != "CN"
        await running.press("escape")
        assert shown(running) == everything
        assert searches(running) == before

        await running.press(*["down"] * 5)
        here = cursor(running)
        await running.press("slash")
        await running.type("nosuchthing")
        assert shown(running) == []
        await running.press("escape")
        assert cursor(running) == here


async def test_while_a_word_is_half_typed_the_last_result_stays_and_the_spot_is_named() -> None:
    async with stage(query="gpu:4090") as running:
        good = shown(running)
        await running.press("slash", "end")
        await running.type(" eff<")
        assert shown(running) == good
        hint = line(running, "hint")
        assert "^" in hint
        assert "number" in hint
        await running.type("0.4")
        assert len(shown(running)) < len(good)
        assert "^" not in line(running, "hint")

        await running.press("escape", "escape")
        await running.until(lambda: len(shown(running)) > len(good))
        await running.press("slash")
        everything = shown(running)
        await running.type("num_gpu=1 ")
        assert shown(running) == everything
        assert "num_gpus" in line(running, "hint")

        for text in ("foo=1 rel>=x", "rel>=x foo=1", "n=x rel>=x"):
            running.app.offers.bar.set_text(text)
            await running.pause()
            hint = line(running, "hint")
            first, second = (word.partition("=")[0].strip(">") for word in text.split())
            assert 0 < hint.index(first) < hint.index(second), text
            assert hint.startswith("^"), text


async def test_cursor_and_marks_stay_on_their_offers() -> None:
    async with stage() as running:
        await running.press(*["down"] * 7, "space", "down")
        marked = running.app.offers.browse.list.marks
        here = cursor(running)
        await running.press("I")
        assert cursor(running) == here
        await running.press("greater_than_sign")
        assert cursor(running) == here
        running.clock.advance(31)
        running.app.action_refresh()
        await running.pause()
        await running.settle()
        assert cursor(running) == here
        assert running.app.offers.browse.list.marks == marked
        await running.press("slash")
        gpu = next(r.offer.gpu_name for r in running.app.offers.browse.rows if r.offer.id == here)
        await running.type(f'gpu:"{gpu}"')
        assert cursor(running) == here


async def test_switches_ask_the_market_again() -> None:
    async with stage() as running:
        before = len(shown(running))
        await running.press("h", "h")
        assert running.app.offers.browse.choice.trust == "any"
        await running.until(lambda: len(shown(running)) > before)
        await running.settle()
        kinds = {row.offer.verification for row in running.app.offers.browse.rows}
        assert "unverified" in kinds
        await running.press("i")
        assert running.app.offers.browse.choice.rental == "bid"
        await running.until(lambda: any(row.offer.is_bid for row in running.app.offers.browse.rows))
        await running.settle()
        assert running.world.ledger.of("search")[-1].body.find('"bid"') > 0
        for row in running.app.offers.browse.rows:
            assert row.offer.min_bid is not None
            disk = row.offer.storage_cost * 60 / 720
            assert row.price == pytest.approx(row.offer.min_bid + disk)


async def test_an_empty_list_names_the_rule_to_blame_and_drops_it() -> None:
    async with stage(query="gpu:4090 n=1 eff<0.01") as running:
        await running.until(lambda: running.app.offers.has_class("-empty"))
        await running.pause()
        panel = running.app.offers.query_one(NoMatch)
        assert panel.display
        assert not running.app.offers.table.display
        text = running.text
        assert "Which rule is to blame?" in text
        assert text.count("eff<0.01") == 2, "the filter and the rule to blame"
        running.app.offers.bar.set_text("gpu:4090 n=1 eff<0.010")  # means the same
        await running.until(lambda: running.text.count("eff<0.010") == 2)
        await running.press("slash", "enter", "enter")
        assert not panel.display
        assert shown(running)
        assert running.app.offers.bar.text == "gpu:4090 n=1"


async def test_a_dead_service_is_an_error_not_an_empty_market() -> None:
    async with stage(faults={"search": ["http:503"] * 12}, ready=False) as running:
        await running.until(lambda: "Offers cannot be shown" in running.text)
        await running.until(lambda: "Next try in" in running.text)
        assert "503" in running.text
        assert "No offer matches" not in running.text


async def test_old_rows_stay_with_their_age_when_the_service_goes_away() -> None:
    async with stage() as running:
        rows = shown(running)
        running.world.plan("search", ["reset"] * 12)
        running.clock.advance(90)
        running.app.action_refresh()
        await running.until(lambda: running.app.market and running.app.market.error)
        running.app.offers.tick()
        await running.pause()
        assert shown(running) == rows
        assert "ago" in line(running, "hint")
        assert "✖" in line(running, "top")


async def test_hostile_names_neither_break_nor_steer_the_screen() -> None:
    everybody = SearchOptions(trust="any")
    async with stage(faults={"search": ["hostile"] * 10}, choice=everybody) as running:
        assert shown(running)
        await running.press("down", "down")
        await running.dialog("enter")
        await running.press("escape", "slash")
        await running.type("[/]")
        for char in running.text:
            assert char == "\n" or char.isprintable(), repr(char)
        assert running.app.is_running


async def test_unreadable_rows_are_counted() -> None:
    async with stage(faults={"search": ["bad_row"]}) as running:
        assert "unreadable" in line(running, "status")
        assert shown(running)


async def test_pause_remembered_machines_and_privacy() -> None:
    async with stage() as running:
        await running.press("p")
        assert "Paused" in line(running, "status")
        before = searches(running)
        await running.press("r")
        await running.pause()
        await running.settle()
        assert searches(running) > before
        await running.press("p")
        assert "Paused" not in line(running, "status")

        row = running.app.offers.browse.current
        assert row is not None
        await running.press("asterisk")
        assert "★" in running.text
        await running.press("B")
        machine = row.offer.machine_id
        assert all(r.offer.machine_id != machine for r in running.app.offers.browse.rows)
        assert "avoided" in line(running, "counts")
        current = running.app.session.preferences.current
        assert current.starred == current.avoided == {machine}

        row = running.app.offers.browse.current
        assert row is not None
        secret = [str(row.offer.id), str(row.offer.machine_id), str(row.offer.public_ipaddr)]
        await running.press("P")
        for _ in range(4):
            await running.press("right_square_bracket")
            assert not [word for word in secret if f" {word} " in running.text]


async def test_the_market_is_searched_only_while_it_is_looked_at() -> None:
    async with stage() as running:
        app, clock = running.app, running.clock

        async def asked_in_two_minutes() -> int:
            before = searches(running)
            for _ in range(12):
                clock.advance(10)
                await running.pause()
            await running.settle()
            return searches(running) - before

        assert await asked_in_two_minutes()
        app.post_message(AppBlur())
        await running.pause()
        assert await asked_in_two_minutes() == 0
        assert "Refreshes when the terminal has the focus" in line(running, "status")
        app.post_message(AppFocus())
        await running.pause()
        assert await asked_in_two_minutes()
        await running.press("2")
        assert await asked_in_two_minutes() == 0
        await running.press("1")
        assert await asked_in_two_minutes()


async def test_a_watched_filter_is_searched_wherever_the_user_is_and_no_other() -> None:
    async with stage() as running:
        await running.dialog("W")
        await running.press("enter", "2")
        before = searches(running)
        await running.until(lambda: searches(running) > before, step=1.0)
        for _ in range(6):
            running.clock.advance(10)
            await running.pause()
        assert searches(running) == before + 2


SIZES = [(120, 36), (80, 24), (200, 50), (60, 16), (100, 30)]


async def test_lines_fit_every_terminal_and_too_small_a_one_says_what_it_needs() -> None:
    async with stage(query="gpu:4090") as running:
        for size in SIZES:
            await running.pilot.resize_terminal(*size)
            await running.pause()
            lines = running.text.split("\n")
            assert len(lines) == size[1]
            assert "? help" in lines[-1], size
            assert "eff$/h" in running.text, size
            assert running.app.offers.query_one(KeyBar).display, size

        await running.press("down", "down")
        here = cursor(running)
        await running.pilot.resize_terminal(40, 10)
        await running.pause()
        assert "60×16" in running.text
        assert "40×10" in running.text
        for size in ((1, 1), (300, 80), (20, 5), (120, 36)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
        assert cursor(running) == here
        assert running.app.offers.bar.text == "gpu:4090"
        assert "RTX 4090" in running.text


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_keys_that_quit(key: str) -> None:
    async with stage() as running:
        if key == "ctrl+c":
            await running.press("slash", "ctrl+c")
            await running.pause()
            assert running.app.is_running, "it leaves the filter first"
            assert not running.app.offers.bar.input.has_focus
        await running.press(key)
        await running.pause()
        assert not running.app.is_running
        assert running.app.return_code in (0, None)


DIALOGS: list[tuple[str, Callable[[str], bool]]] = [
    ("question_mark", lambda text: "Help" in text),
    ("colon", lambda text: "Commands" in text),
    ("f", lambda text: "Filter" in text),
    ("S", lambda text: "Sort" in text),
    ("C", lambda text: "Columns" in text),
    ("enter", lambda text: "machine" in text),
    ("v", lambda text: "view" in text.lower()),
    ("ctrl+s", lambda text: "view" in text.lower()),
    ("Y", lambda text: "vastai create instance" in text),
    ("at", lambda text: "bundles" in text),
]


async def test_dialogs_open_and_close() -> None:
    async with stage() as running:
        for key, right in DIALOGS:
            for size in ((120, 36), (80, 24), (40, 10)):
                await running.pilot.resize_terminal(120, 36)
                await running.dialog(key)
                assert right(running.text), key
                await running.pilot.resize_terminal(*size)
                await running.pause()
                await running.press("escape")
                await running.pause()
                assert len(running.app.screen_stack) == 1, (key, size)


async def test_a_view_is_saved_and_opened_again() -> None:
    async with stage(query="gpu:4090 n=1") as running:
        found = shown(running)
        await running.press("I")
        await running.dialog("ctrl+s")
        await running.type(" x")
        await running.press("enter")
        await running.pause()
        saved = running.app.session.views.all()
        assert [view.text for view in saved] == ["gpu:4090 n=1"]
        await running.press("slash", "escape", "I")
        await running.until(lambda: len(shown(running)) > len(found))
        await running.dialog("v")
        await running.press("enter")
        await running.pause()
        assert running.app.offers.bar.text == "gpu:4090 n=1"
        assert shown(running) == found[::-1]
        assert saved[0].name in line(running, "switches")


async def test_sorting_from_the_palette_the_keyboard_and_the_header() -> None:
    async with stage() as running:
        await running.dialog("colon")
        await running.type("reverse the order")
        await running.press("enter")
        await running.pause()
        assert running.app.offers.browse.sort[0] == ("eff", True)

        await running.press("I")
        browse = running.app.offers.browse
        await running.press("greater_than_sign")
        assert browse.sort[0][0] != "eff"
        await running.press("less_than_sign")
        assert list(browse.sort) == [("eff", False)]
        await running.press("I")
        prices = [row.eff for row in browse.rows if row.eff is not None]
        assert prices == sorted(prices, reverse=True)
        assert "▼" in line(running, "switches")
        await running.pilot.click("#rows", offset=(4, 0))
        assert [key for key, _ in browse.sort] == ["gpu"]
        names = [row.offer.gpu_name for row in browse.rows]
        assert names == sorted(names)


async def test_keys_can_be_changed_and_clashes_are_reported() -> None:
    async with stage(keys={"list.reverse": "x", "list.mark": "z"}) as running:
        await running.press("x")
        assert running.app.offers.browse.sort[0] == ("eff", True)
        assert "list.mark" in running.said
        assert "list.zoom" in running.said


async def test_that_there_is_no_offer_is_said_until_there_is_one() -> None:
    async with stage(size=(140, 40)) as running:
        await running.burst("i", "n")
        await running.pause()
        assert running.app.offers.browse.current is None
        assert "No offer under the cursor." in line(running, "status")
        keys = running.app.screen.query_one(KeyBar).render().plain
        assert not {"rent", "offers"} & set(keys.split())
        await running.until(lambda: running.app.offers.browse.current is not None, step=0.1)
        await running.pause()
        assert "No offer under the cursor." not in running.text
        assert "n rent" in running.app.screen.query_one(KeyBar).render().plain


async def test_how_many_are_marked_is_said_until_others_are_and_compare_wants_two() -> None:
    async with stage(size=(140, 40)) as running:
        await running.press("equals_sign")
        await running.pause()
        assert len(running.app.screen_stack) == 1
        assert "0 marked." in line(running, "status")
        await running.press("space")
        await running.pause(1.0)
        assert "0 marked." not in running.text
        await running.press("space", "space")
        await running.dialog("equals_sign")
        assert "★" in running.text


async def test_what_dropping_a_rule_promises_comes() -> None:
    async with stage(query="gpu:4090 n=1", size=(120, 36)) as running:
        offers = running.app.offers
        datacenters = {row.offer.country for row in offers.browse.rows if row.offer.datacenter}
        home = next(
            row.offer.country for row in offers.browse.rows if row.offer.country not in datacenters
        )
        count = sum(row.offer.country == home for row in offers.browse.rows)
        await running.press("h", "slash", "end")
        await running.type(f" cc:{home} dc")
        await running.until(lambda: offers.has_class("-empty"))
        await running.pause(0.3)
        hidden = sum(not row.offer.datacenter for row in offers.browse.list.wanted_rows)
        said = {one.rule.label: one.seen for one in offers.browse.explain().blames}
        assert said["dc"] == 0
        assert said["[datacenter] and dc"] == count
        line_of = next(one for one in running.text.splitlines() if "[datacenter] and dc" in one)
        assert f"hides {hidden:>6}  {count} offer" in line_of
        index = list(said).index("[datacenter] and dc")
        await running.press("enter", *["down"] * index, "enter")
        await running.settle()
        assert len(shown(running)) == count
        assert offers.browse.choice.trust == "verified"
        assert offers.bar.text == f"gpu:4090 n=1 cc:{home}"


async def test_the_cursor_goes_to_the_offer_that_is_drawn_while_others_are_taken() -> None:
    async with stage(offers=600) as running:
        view = running.app.offers
        drawn = [row.offer for row in view.table.rows]
        await running.press("down")
        cheaper = tuple(
            structs.replace(one, id=10**7 + one.id, dph_base=0.0, dph_total=0.0)
            for one in drawn[:5]
        )  # fmt: skip
        rows = running.app.market.rows
        view.browse.list.set_offers((*rows, *cheaper), len(rows))
        assert view.browse.rows is not view.table.rows
        await running.press("down")
        current = view.browse.current
        assert current is not None
        assert current.offer.id == drawn[2].id
        view.show_rows()
        assert view.table.rows[view.table.cursor] is current
