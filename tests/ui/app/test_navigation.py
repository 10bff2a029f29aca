"""Moving between places: digits, tab, clicks, the palette; and what a place keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec import structs
from textual.screen import Screen
from textual.widgets import Input, OptionList

from tests.support.stage import Stage, stage
from vasttui.ui import places
from vasttui.ui.app.navigation import SECTION_SCREENS, Navigation
from vasttui.ui.app.palette import PaletteModal
from vasttui.ui.instances.one import InstanceScreen
from vasttui.ui.instances.screen import InstancesScreen
from vasttui.ui.lists.screen import ListScreen
from vasttui.ui.offers.screen import OffersScreen
from vasttui.ui.places import PLACES, Section


class Trial(InstancesScreen):
    """A second section of the second screen."""

    SCOPE = "trial"


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> None:
    """Screen 2 has two sections."""
    section = Section("trial", "Trial runs", "app.instances", "what is tried", ("attempts",))
    offers, instances, *others = PLACES
    two = structs.replace(instances, sections=(instances.sections[0], section))
    monkeypatch.setattr(places, "PLACES", (offers, two, *others))
    makers: dict[str, Callable[[], Screen[Any]]] = {**SECTION_SCREENS, "trial": Trial}
    monkeypatch.setattr(Navigation, "SCREENS", makers)
    monkeypatch.setattr(Navigation, "MODES", {name: name for name in makers})


@asynccontextmanager
async def there(**changes: Any) -> AsyncIterator[Stage]:
    """The program, on screen 2, where everything is known."""
    async with stage(**changes) as running:
        await running.instances()
        yield running


def line(running: Stage, number: int) -> str:
    return running.text.splitlines()[number]


def here(running: Stage) -> str:
    return running.app.current_mode


def current(running: Stage) -> ListScreen[Any]:
    screen = running.app.screen
    assert isinstance(screen, ListScreen)
    return screen


async def press(running: Stage, *keys: str) -> None:
    await running.press(*keys)
    await running.pause()


# Digits and sections


@pytest.mark.usefixtures("trial")
async def test_a_digit_goes_where_one_was_and_tab_is_for_the_filter_and_dialogs() -> None:
    async with there() as running:
        await press(running, "tab", "1")
        assert here(running) == "offers"
        await press(running, "2")
        assert here(running) == "trial"
        await press(running, "2")
        assert here(running) == "instances"
        await press(running, "1", "2")
        assert here(running) == "instances"

        await press(running, "slash", *"sta", "tab")
        assert here(running) == "instances"
        assert current(running).bar.text == "state:"
        await running.press("1", "2")
        assert here(running) == "instances"
        assert current(running).bar.text == "state:12"

        await press(running, "escape", "escape")
        await running.dialog("D")
        focused = running.app.focused
        await press(running, "tab")
        assert here(running) == "instances"
        assert running.app.focused is not focused

        await press(running, "escape")
        await press(running, "enter", "tab")
        assert isinstance(running.app.screen, InstanceScreen)
        assert running.app.screen.tab == "Logs"
        await press(running, "1", "2")
        assert isinstance(running.app.screen, InstanceScreen)
        await press(running, "2")
        assert isinstance(running.app.screen, InstancesScreen)


async def test_on_a_screen_of_one_section_tab_does_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(places, "PLACES", tuple(
        structs.replace(place, sections=place.sections[:1]) for place in places.PLACES
    ))  # fmt: skip
    async with stage() as running:
        for key in ("tab", "shift+tab"):
            focused = running.app.focused
            await press(running, key)
            assert (here(running), running.app.focused) == ("offers", focused)


@pytest.mark.usefixtures("trial")
async def test_every_section_keeps_what_was_set_and_is_read_often() -> None:
    async with there() as running:
        await press(running, "slash", *"-train", "enter", "j", "I", "right_square_bracket")
        kept = current(running)
        before = (kept.bar.text, kept.browse.current, kept.browse.sort, kept.tab)
        await press(running, "tab", "j", "j", "1", "j", "2", "tab")
        assert current(running) is kept
        assert (kept.bar.text, kept.browse.current, kept.browse.sort, kept.tab) == before

        await press(running, "1", "2", "2")
        assert running.app.live is not None
        seen = []
        for key in ("tab", "1", "2"):
            await press(running, key)
            seen.append(running.app.live.poller.on_screen)
        assert seen == [True, False, True]


# The first line and the strip


@pytest.mark.usefixtures("trial")
async def test_the_strip_shows_the_sections_that_tab_and_clicks_walk() -> None:
    async with there() as running:
        rule = line(running, 2)
        assert rule.startswith("─ [Instances 4] Trial runs ──")
        assert rule.endswith("── tab ─")
        await press(running, "tab")
        assert line(running, 2).startswith("─  Instances 4 [Trial runs 4] ──")
        await press(running, "tab")
        assert line(running, 2).startswith("─ [Instances 4] Trial runs 4 ──")

        await running.pilot.click("#hint", offset=(line(running, 2).index("Trial") + 1, 0))
        assert here(running) == "trial"
        await running.pilot.click("#top", offset=(line(running, 0).index("1 Off") + 1, 0))
        assert here(running) == "offers"
        await running.pilot.click("#top", offset=(line(running, 0).index("2 Inst") + 1, 0))
        assert here(running) == "trial"
        await running.pilot.click("#top", offset=(line(running, 0).index("!4"), 0))
        await running.until(lambda: "Inbox" in running.text)

        await running.press("escape", "2")
        walked = []
        for key in ("tab", "tab", "shift+tab", "shift+tab"):
            await press(running, key)
            walked.append(here(running))
        assert walked == ["trial", "instances", "trial", "instances"]


async def test_offers_count_what_was_found_with_a_plus_when_there_are_more() -> None:
    async with stage(offers=600) as running:
        found = running.app.market.fetched
        more = "" if running.app.market.complete else "+"
        assert line(running, 3).startswith(f"─ [Offers {found}{more}] ")


@pytest.mark.usefixtures("trial")
async def test_while_something_is_wrong_the_names_make_room() -> None:
    async with there(size=(140, 36)) as running:
        running.world.plan("instances", ["http:503"] * 40)
        await running.until(lambda: "! " in line(running, 2), step=1.0)
        assert line(running, 2).startswith("─ [Instances] ─ ! ")
        await press(running, "tab")
        assert here(running) == "trial"
        assert line(running, 2).startswith("─ [Trial runs] ─ ! ")


async def test_what_is_wrong_with_the_filter_goes_before_the_strip() -> None:
    async with stage() as running:
        await press(running, "slash", *"rel>=x")
        assert "^" in line(running, 3)
        await press(running, "escape")
        assert "filter cleared" in line(running, 3)
        running.app.go("market")
        assert running.app._batch_count == 0, "a frame that is held back is lost"  # noqa: SLF001
        await running.settle()


# Refresh and pause apply to the current place


async def test_refresh_and_pause_are_for_the_place() -> None:
    async with there() as running:
        assert running.app.live is not None
        feed, poller = running.app.market_feed, running.app.live.poller
        assert feed is not None
        await press(running, "p")
        assert (feed.paused, poller.paused) == (False, True)
        assert "Paused" in running.text
        await press(running, "enter", "p")
        assert (feed.paused, poller.paused) == (False, False)
        await press(running, "1", "p")
        assert (feed.paused, poller.paused) == (True, False)
        asked = len(running.sent("search"))
        await press(running, "r")
        await running.until(lambda: len(running.sent("search")) > asked)


# The palette


async def found(running: Stage, text: str) -> list[str]:
    """What the palette finds, best first."""
    if not isinstance(running.app.screen, PaletteModal):
        await running.dialog("ctrl+p")
    running.app.screen.query_one(Input).value = text
    await running.pause()
    options = running.app.screen.query_one(OptionList)
    return [str(option.id) for option in options.options]


@pytest.mark.usefixtures("trial")
async def test_a_place_is_found_by_name_content_and_nickname() -> None:
    async with stage() as running:
        for text in ("trial", "tried", "attem", "ATTEMPTS", "go to tri"):
            assert (await found(running, text))[0] == "go to trial", text
            assert "Go to Trial runs (what is tried)" in running.text
            await press(running, "enter")
            await running.until(lambda: here(running) == "trial")
            await press(running, "1")


async def test_each_other_place_stands_in_it_once_and_actions_before_nicknames() -> None:
    async with there() as running:
        for digit, here in (("2", "instances"), ("1", "offers")):
            await press(running, digit)
            every = await found(running, "")
            assert [one for one in every if one.startswith("go to ")] == [
                f"go to {section.name}"
                for place in PLACES
                for section in place.sections
                if section.name != here
            ]
            assert not {place.action for place in PLACES} & set(every), here
            assert every[0].startswith(f"{here}.")
            if here == "offers":
                assert (await found(running, "rent"))[0] == "offers.rent"
                assert "go to instances" in await found(running, "contracts")
            while len(running.app.screen_stack) > 1:
                await press(running, "escape")


async def test_help_is_about_the_filter_of_the_place() -> None:
    async with stage(size=(120, 50)) as running:
        for place in PLACES:
            await press(running, place.digit)
            first = current(running).resource.fields.fields[0]
            await running.dialog("question_mark")
            await running.type(first.help)
            await running.until(lambda: "Filter fields" in running.text)
            assert f"{first.short}{first.example}" in running.text
            while len(running.app.screen_stack) > 1:
                await press(running, "escape")


# The registry and the screens


async def test_every_section_has_a_screen_of_its_scope() -> None:
    async with stage() as running:
        for section in (section for place in PLACES for section in place.sections):
            running.app.go(section.name)
            await running.pause()
            assert section.name == current(running).SCOPE
            assert running.app.current_scope == section.name


def test_there_is_no_screen_without_a_section() -> None:
    assert list(SECTION_SCREENS) == [one.name for place in PLACES for one in place.sections]
    assert SECTION_SCREENS["offers"] is OffersScreen


async def test_a_section_is_set_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual calls `on_mount` of every class by itself."""
    mounted, calls = InstancesScreen.mounted, list[InstancesScreen]()

    def counted(screen: InstancesScreen) -> None:
        calls.append(screen)
        mounted(screen)

    monkeypatch.setattr(InstancesScreen, "mounted", counted)
    async with there() as running:
        assert calls == [running.app.screen]
