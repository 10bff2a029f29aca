"""The help shows the current keys and can be searched."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from textual.content import Content

from tests.support.dialogs import SIZES, opened
from tests.support.offer_rows import PLAIN
from vasttui.models.machine_memory import MachinesKnown, OwnRental
from vasttui.models.money import Usage, price_offer
from vasttui.models.price_book import PriceBook, kind_of
from vasttui.query.instance_fields import INSTANCES
from vasttui.query.offer_fields import OFFERS
from vasttui.ui.app import help
from vasttui.ui.app.filter_guide import EXAMPLES, FilterGuide
from vasttui.ui.app.help import Group, HelpModal, key_columns
from vasttui.ui.keys import SCREENS, Keymap, actions_of
from vasttui.ui.offers.columns import FLAGS, OfferCells


def modal(screen: str = "offers", **changes: str) -> HelpModal:
    keymap = Keymap({name.replace("_", "."): key for name, key in changes.items()})
    fields = {"offers": OFFERS, "instances": INSTANCES}.get(screen)
    guide = None if fields is None else FilterGuide(fields, EXAMPLES[screen])
    return HelpModal(keymap, actions_of(screen), guide)


async def test_every_action_of_a_screen_stands_in_its_help() -> None:
    async with opened(modal(), (200, 80)) as seen:
        assert "PgDn" in seen.text
        assert "filter form" in next(line for line in seen.lines if " f  " in line)
        for screen in SCREENS:
            await seen.again(modal(screen))
            text = seen.text
            for action in actions_of(screen):
                reached_by_digit = action.action.startswith("go(") and not action.keys
                assert (action.about in text) is not reached_by_digit, (screen, action.id)
            assert ("This instance" in text) == (screen in ("instance", "log")), screen
            assert ("rent this offer" in text) == (screen == "offers"), screen


async def test_the_keys_of_this_section_come_first_and_some_are_only_here() -> None:
    async with opened(modal(), (60, 30)) as seen:
        for screen, first in (
            ("offers", "Offers"), ("instances", "Connect"), ("instance", "This"), ("log", "Log"),
        ):  # fmt: skip
            await seen.again(modal(screen))
            titles = [line.strip(" │").split() for line in seen.lines[2:8]]
            assert [first] in [words[:1] for words in titles if words], screen
            assert "row up" not in seen.text, screen
        await seen.again(modal(), (80, 24))
        assert "shows the keys that have room there" in " ".join(seen.text.split())
        await seen.type("rent")
        assert "have room there" not in seen.text


async def test_it_is_wrapped_once(monkeypatch: pytest.MonkeyPatch) -> None:
    widths: list[int] = []

    def columns(groups: Sequence[Group], width: int) -> Content:
        widths.append(width)
        return key_columns(groups, width)

    monkeypatch.setattr(help, "key_columns", columns)
    async with opened(modal(), (80, 24)) as seen:
        assert "have room there" in " ".join(seen.text.split())
        assert widths == [75]
        await seen.type("rent offer")
        assert set(widths) == {75}


async def test_typing_narrows_keys_and_fields() -> None:
    async with opened(modal()) as seen:
        assert OFFERS.fields[-1].help not in seen.text
        await seen.press("end")
        assert OFFERS.fields[-1].help in seen.text
        await seen.type("cuda")
        assert "mark this row" not in seen.text
        assert "Filter fields" in seen.text
        assert "cuda>=12.4" in seen.text
        await seen.type("zzz")
        assert "No matches" in seen.text
        for screen, typed, found in (
            ("offers", "notify", "watch this filter"), ("offers", "spot", "interruptible"),
            ("instances", "terminate", "destroy instance and disk"),
        ):  # fmt: skip
            await seen.again(modal(screen))
            await seen.type(typed)
            assert found in seen.text, typed
            assert "refresh now" not in seen.text, typed


async def test_each_table_shows_the_fields_of_its_own_filter() -> None:
    async with opened(modal("instances")) as seen:
        await seen.type("label")
        assert "Filter fields" in seen.text
        await seen.press("ctrl+u")
        await seen.type("min_bid")
        assert "Filter fields" not in seen.text
        await seen.again(modal("instance"))
        await seen.press("end")
        assert "Filter fields" not in seen.text


async def test_it_shows_changed_keys_and_q_closes_until_the_search_has_begun() -> None:
    async with opened(modal(list_mark="x,ctrl+b"), (120, 44)) as seen:
        line = next(line for line in seen.lines if "mark this row" in line)
        assert "x ^b" in line
        assert "space" not in line
        for key in ("escape", "question_mark", "f1", "q"):
            await seen.again(modal())
            await seen.press(key)
            assert seen.results == [None], key
        await seen.again(modal())
        await seen.press("slash")
        await seen.type("q")
        assert seen.results == []
        await seen.press("escape")
        assert seen.results == [None]


async def test_fits_every_screen() -> None:
    async with opened(modal()) as seen:
        for size in SIZES:
            await seen.again(modal(), size)
            assert "rent this offer" in seen.text, size
            assert "esc close" in seen.text, size
            assert "…" not in "".join(seen.lines) or size[0] < 60, size


def test_groups_stand_side_by_side_where_there_is_room() -> None:
    groups = [("One", [("a", "first")]), ("Two", [("b", "second")])]
    wide, narrow = key_columns(groups, 60).plain, key_columns(groups, 20).plain
    assert wide.splitlines()[0].split() == ["One", "Two"]
    assert narrow.splitlines()[0].split() == ["One"]
    assert "b       second" in narrow


def test_no_group_leaves_nothing() -> None:
    assert key_columns([], 80).plain == ""


async def test_every_flag_of_the_table_is_explained() -> None:
    cells = OfferCells(lambda: 1_000_000.0)
    cells.starred, cells.avoided, cells.volumes = (frozenset({7}),) * 3
    found = set()
    for verification in ("deverified", "unverified"):
        offer = replace(
            PLAIN, machine_id=7, verification=verification, end_date=1_000_100.0, inet_down=50.0,
            hosting_type=1,
        )  # fmt: skip
        for troubles in (["slow"], [""] * 3):
            rentals = [
                OwnRental(instance=at, machine=7, ran=True, trouble=trouble)
                for at, trouble in enumerate(troubles)
            ]
            cells.known = MachinesKnown(rentals={7: rentals}, seen={7: (9.0, 9.0)}, before={8})
            cells.reports = lambda machine: 2
            found |= set(cells.flag_words(price_offer(offer, Usage(), "on-demand")))
        for moved in (-4.2, 3.6):
            book = PriceBook(moves={(7, kind_of(offer)): moved})
            found |= set(cells.flag_words(price_offer(offer, Usage(), "on-demand", book)))
    assert found == {word for word, _ in FLAGS}
    guide = FilterGuide(OFFERS, (), FLAGS)
    async with opened(HelpModal(Keymap(), (), guide), (100, 60)) as seen:
        for word, meaning in FLAGS:
            assert any(word in line and meaning in line for line in seen.lines)
