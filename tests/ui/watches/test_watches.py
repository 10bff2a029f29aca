"""Watches as their user meets them: made, rung for, seen, rented, put to sleep, deleted."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec.structs import replace
from textual.events import Paste
from textual.widgets import Button, Input

from tests.support.stage import Stage, stage
from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.services.watches.watch import Hit, Seen, State, Watch
from vasttui.state.watches import WatchFile
from vasttui.ui.live import Live
from vasttui.ui.modals.inbox import InboxModal
from vasttui.ui.rent.dialog import RentModal
from vasttui.ui.session import Alerting
from vasttui.ui.watches.dialog import WatchModal

NO_TRAFFIC = SearchOptions(usage=Usage(60, 0, 0, 8))


def live(running: Stage) -> Live:
    assert running.app.live is not None
    return running.app.live


def looked(running: Stage) -> Seen:
    watch = running.app.session.watches.watches[0]
    return live(running).watches.seen(watch)


async def first_look(running: Stage) -> None:
    await running.until(lambda: looked(running).looked is not None, 60, step=5.0)


def forget(running: Stage) -> int:
    """Forget one of the offers that were seen, so that it is new at the next look. Returns its
    id."""
    watches = running.app.session.watches
    watch = watches.watches[0]
    seen = looked(running)
    id = seen.under[0]
    without = {
        name: tuple(one for one in getattr(seen, name) if one != id)
        for name in ("known", "rung", "under")
    }
    watches.record(watch.id, replace(seen, **without))
    return id


async def next_look(running: Stage) -> None:
    before = looked(running).looked
    await running.until(lambda: looked(running).looked != before, 60, step=20.0)
    await running.pause()


async def watch_the_filter(running: Stage, **texts: str) -> Watch:
    await running.dialog("W")
    modal = running.app.screen
    assert isinstance(modal, WatchModal)
    await running.until(lambda: "RTX 4090 in 30 days of your searches: from 0." in running.text)
    for key, text in texts.items():
        modal.query_one(f"#in_{key}", Input).value = text
    await running.press("enter")
    await running.until(lambda: running.app.session.watches.watches)
    await running.pause()
    return running.app.session.watches.watches[0]


async def test_a_new_offer_is_told_on_any_screen_and_can_be_shown_and_rented() -> None:
    bells: list[int] = []
    async with stage(query="gpu:4090 n=1") as running:
        running.app.bell = lambda: bells.append(1)  # type: ignore[method-assign]
        watch = await watch_the_filter(running, name="4090 cheap", limit="9")
        assert (watch.text, watch.limit, watch.name) == ("gpu:4090 n=1", 9.0, "4090 cheap")
        assert "it rings when an offer for at most $9.00/h appears" in running.said
        await first_look(running)
        assert (looked(running).total, bells) == (0, [])
        body = running.sent("search")[-1]
        assert '"limit": 64' in body
        assert '"RTX 4090"' in body

        await running.press("slash", *"x", "enter", "5")  # another filter, another screen
        id = forget(running)
        remembered: list[int] = []
        live(running).prices.record = (  # type: ignore[method-assign]
            lambda offers, rental, **how: remembered.append(len(offers))
        )
        await next_look(running)
        assert bells == [1]
        assert remembered == [looked(running).count]
        (hit,) = looked(running).hits
        assert (hit.offer_id, looked(running).total) == (id, 1)
        assert f"machine {hit.machine}, not seen before. !: n rents it, enter shows it." in (
            running.said
        )
        assert "4090 cheap" in running.text

        await running.dialog("exclamation_mark")
        await running.until(lambda: "4090 cheap" in running.text)
        lines = running.text.splitlines()
        assert any(f"machine {hit.machine}, not seen before. n rents it." in one for one in lines)
        modal = running.app.screen
        assert isinstance(modal, InboxModal)
        at = next(at for at, keys in enumerate(modal._own) if keys and keys[0][2] == "rent")  # noqa: SLF001
        await running.press(*["down"] * at, "n")
        await running.until(lambda: isinstance(running.app.screen, RentModal))
        assert running.sent("rent") == []
        await running.press("escape")

        await running.dialog("exclamation_mark")
        await running.press(*["down"] * at, "enter")
        await running.until(lambda: running.app.current_mode == "offers")
        await running.settle()
        current = running.app.offers.browse.current
        assert current is not None
        assert (current.offer.id, running.app.offers.bar.text) == (id, "gpu:4090 n=1")


async def keep_what_was_deleted(running: Stage) -> None:
    """Another window deletes a watch while it is edited: to keep it makes it again."""
    watches = running.app.session.watches
    await running.dialog("e")
    watches.drop(watches.watches[0].id)
    await running.press("enter")
    await running.until(lambda: [one.limit for one in watches.watches] == [0.3])
    again = "Watching: it rings when an offer for at most $0.30/h appears"
    await running.until(lambda: again in running.text)


async def ask_for_the_same_again(running: Stage) -> None:
    """W edits the watch of the filter, or makes another; new makes another."""
    await running.dialog("W")
    assert "Edit watch: this filter is watched already" in running.text
    shown = [line.strip("│ ") for line in running.text.splitlines()]
    last = next(at for at, line in enumerate(shown) if line.startswith("[ Cancel ]"))
    assert shown[last - 1] == "command that Y copies.", "no room is wasted above the buttons"
    modal = running.app.screen
    assert isinstance(modal, WatchModal)
    modal.query_one("#in_limit", Input).value = "0.2"
    modal.query_one("#add", Button).press()
    watches = running.app.session.watches
    await running.until(lambda: [one.limit for one in watches.watches] == [0.3, 0.2])
    watches.drop(watches.watches[1].id)
    await running.press("tab", "tab", "tab", "n")
    await running.until(lambda: isinstance(running.app.screen, WatchModal))
    assert "Watch this filter" in running.text, "new always makes one"
    await running.press("escape")


async def test_the_list_of_watches() -> None:
    async with stage(query="gpu:4090 n=1", size=(120, 36)) as running:
        await watch_the_filter(running, name="4090 cheap", limit="0.26")
        await first_look(running)
        await running.until(lambda: "Watches 1" in running.text)
        await running.press("tab", "tab", "tab")
        await running.until(lambda: "● watching" in running.text)
        assert "1 watch: 1 looking every 60 s" in running.text
        assert "Hits     none since it began" in running.text
        assert "one search of 1 page every 60 s" in running.text
        seen = looked(running)
        assert f"{seen.count} match" in running.text
        assert f"the lowest is {seen.lowest:.3f}" in running.text
        for size in ((100, 30), (80, 24)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "4090 cheap" in running.text, size
            assert "0.260" in running.text, size

        await running.press("t")
        await running.until(lambda: "‖ asleep" in running.text)
        assert "4090 cheap sleeps: t wakes it." in running.said
        sent = len(running.sent("search"))
        running.clock.advance(300)
        await running.pause(1.0)
        assert len(running.sent("search")) == sent
        await running.press("t")
        await running.until(lambda: "● watching" in running.text)

        await running.dialog("e")
        modal = running.app.screen
        assert isinstance(modal, WatchModal)
        modal.query_one("#in_limit", Input).value = "zero"
        await running.press("enter")
        await running.pause()
        assert "A price in $/h, such as 0.26" in running.text
        modal.query_one("#in_limit", Input).value = "0.3"
        await running.press("enter")
        await running.until(lambda: running.app.session.watches.watches[0].limit == 0.3)
        await keep_what_was_deleted(running)

        await running.press("O")
        await running.until(lambda: running.app.current_mode == "offers")
        assert running.app.offers.bar.text == "gpu:4090 n=1"
        await ask_for_the_same_again(running)
        await running.dialog("D")
        await running.press("tab", "enter")
        await running.until(lambda: not running.app.session.watches.watches)
        await running.until(lambda: "No watches" in running.text)
        assert "W on the offers watches their filter" in running.text


async def test_a_part_of_the_market_is_not_said_to_be_all_of_it() -> None:
    async with stage(size=(120, 36), offers=2_500, max_pages=2) as running:
        await running.until(lambda: running.app.market.has_more and running.app.market.pages == 2)
        await running.dialog("W")
        await running.type("999")
        rows = len(running.app.offer_browse.rows)
        words = (
            f"{rows} or more match now, {rows} that cheap already: no news; the lowest of these is "
        )
        await running.until(lambda: words in running.text)


async def test_letters_are_neither_typed_nor_pasted_into_the_price() -> None:
    async with stage() as running:
        await running.burst("W", "W", *"0.3")
        await running.until(lambda: isinstance(running.app.screen, WatchModal))
        price = running.app.screen.query_one("#in_limit", Input)
        await running.until(lambda: price.value == "0.3")
        await running.burst(Paste("9 dollars"))
        assert "That has characters that cannot be here. Nothing was inserted." in running.text
        assert price.value == "0.3"
        await running.burst(Paste("9"))
        assert price.value == "0.39"


async def test_all_that_is_wrong_is_in_view_and_so_are_the_keys() -> None:
    async with stage(size=(80, 24)) as running:
        await running.dialog("W")
        assert "none; @~/bin/grab.sh {id} runs it " in running.text
        for key, text in {"name": "", "limit": "abc", "every": "5", "command": "'x"}.items():
            running.app.screen.query_one(f"#in_{key}", Input).value = text
        await running.until(lambda: running.text.count("✖ ") == 4)
        shown = [line.strip("│ ") for line in running.text.splitlines()]
        buttons = next(at for at, line in enumerate(shown) if line.startswith("[ Cancel ]"))
        assert shown[buttons - 1] == "command that Y copies."
        assert shown[buttons + 1] == "tab next  esc close"
        await running.pilot.resize_terminal(80, 16)
        await running.until(lambda: running.text.count("✖ ") < 4)
        assert running.text.splitlines()[-2].strip("│ ") == "tab next  esc close"


async def test_a_watch_tells_only_as_it_is_set_and_opens_the_rent_dialog_only_when_free() -> None:
    bells: list[int] = []
    async with stage(query="gpu:4090 n=1", alerting=Alerting(desktop="osc9")) as running:
        running.app.bell = lambda: bells.append(1)  # type: ignore[method-assign]
        watch = await watch_the_filter(running)
        watches = running.app.session.watches
        watches.put(replace(watch, bell=False, inbox=False, opens=True))
        await first_look(running)
        await running.press("slash")  # typing: the dialog must not take these keys
        forget(running)
        await next_look(running)
        assert "not seen before." in running.said
        assert "rents it" not in running.said
        assert bells == []
        assert not isinstance(running.app.screen, RentModal)
        await running.press("escape")
        id = forget(running)
        await next_look(running)
        await running.until(lambda: isinstance(running.app.screen, RentModal))
        assert f"{looked(running).hits[0].offer_id}" == f"{id}"
        assert running.sent("rent") == []


async def test_a_filter_that_cannot_be_read_is_not_watched() -> None:
    async with stage(query="gpu:4090 eff<") as running:
        await running.press("W")
        await running.until(lambda: "Not watched: " in running.said)
        assert not running.app.session.watches.watches


async def test_a_command_runs_for_the_cheapest_and_its_failure_is_said() -> None:
    async with stage(query="gpu:4090 n=1") as running:
        watch = await watch_the_filter(running, command="@/no/such/program {id}")
        await first_look(running)
        forget(running)
        await next_look(running)
        await running.until(lambda: "cannot be run here" in running.said)
        assert f"{watch.name}: /no/such/program cannot be run here" in running.said


async def test_watches_need_no_key_and_stay_with_another_one() -> None:
    async with stage(query="gpu:4090 n=1", key=None) as running:
        await watch_the_filter(running)
        await first_look(running)
        await running.press("tab", "tab", "tab")
        await running.until(lambda: "● watching" in running.text)
        assert looked(running).count > 0
        before = live(running).watches
        api = live(running).api
        running.app.use(api, running.app.search(api))  # as after signing in
        assert live(running).watches is not before
        await next_look(running)


async def test_an_offer_that_is_gone_is_said_and_privacy_hides_its_machine() -> None:
    async with stage(query="gpu:4090 n=1") as running:
        watch = await watch_the_filter(running)
        await first_look(running)
        now = running.clock.now()
        hit = Hit(999_999, now, 0.252, 0.01, 654_321, "1× RTX 4090, PL, machine 654321")
        running.app.session.watches.record(watch.id, replace(looked(running), hits=(hit,), total=1))
        await running.press("tab", "tab", "tab")
        await running.until(lambda: "machine 654321" in running.text)
        await running.press("P")
        await running.until(lambda: "654321" not in running.text)
        await next_look(running)
        assert "0.252 was there at" in running.said
        assert "and is gone." in running.said
        await running.until(lambda: "gone after" in running.text)


async def test_a_used_up_quota_and_a_failed_look_are_said() -> None:
    async with stage(query="gpu:4090 n=1") as running:
        await watch_the_filter(running)
        await first_look(running)
        await running.press("tab", "tab", "tab")
        running.world.plan("search", ["quota"])
        watch = running.app.session.watches.watches[0]
        live(running).watches.refresh(watch.id)
        await running.until(lambda: looked(running).problem, 60, step=20.0)
        await running.until(lambda: "watches rest until 00:00 UTC" in running.text)
        assert live(running).watches.state(watch) is State.WATCHING
        assert re.search(r"✖ (retrying|stale) [1-9]", running.text.splitlines()[0])
        assert "1 watch: 1 failing" in running.text
        await running.press("t")
        await running.until(lambda: "1 watch: none looking" in running.text)
        assert "✖" not in running.text.splitlines()[0]
        assert "● 0s" not in running.text.splitlines()[0], "nothing is read while it sleeps"


async def test_ascii_draws_the_states_and_what_cannot_be_saved_is_said_at_each_change(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    book = WatchFile(tmp_path / "file" / "watches.json", lambda job: job())
    async with stage(query="gpu:4090 n=1", ascii_only=True, open_watches=lambda: book) as running:
        await watch_the_filter(running)
        await first_look(running)
        await running.press("tab", "tab", "tab")
        await running.until(lambda: "* watching" in running.text)
        lasts = "Not saved: this lasts until you quit."
        await running.until(lambda: f"while vasttui is open. {lasts}" in running.said)
        assert all(line.isascii() for line in running.text.splitlines()[1:])
        unread = [news.text for news in running.app.news.unread]
        assert [text for text in unread if text.startswith("Watches last until you quit. ")]
        await running.press("t")
        await running.until(lambda: f"gpu:4090 n=1 sleeps: t wakes it. {lasts}" in running.said)
        await running.dialog("D")
        await running.press("tab", "enter")
        await running.until(lambda: f"gpu:4090 n=1 is deleted. {lasts}" in running.said)
        running.clock.advance(60)
        await running.until(lambda: "! Watches last until you quit. " in running.text)
