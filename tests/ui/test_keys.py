"""The key table, with and without the user's settings."""

from __future__ import annotations

from itertools import combinations

import pytest
from msgspec import structs

from tests.support.stage import Stage, stage
from vasttui.ui import places
from vasttui.ui.instances.connect import ConnectFlows
from vasttui.ui.instances.flows import InstanceFlows
from vasttui.ui.instances.one import InstanceScreen
from vasttui.ui.key_table import ACTIONS, BY_ID, Action
from vasttui.ui.keys import FORMER_IDS, SCREENS, Keymap, actions_of, check_keymap
from vasttui.ui.places import PLACES, Section

# The agreed keys, one line per place or scope
AGREED = {
    "app.offers": "1", "app.instances": "2", "app.account": "6", "app.ssh_keys": "",
    "app.inbox": "!", "app.palette": ":,ctrl+p",
    "app.help": "?,f1", "app.refresh": "r,ctrl+r", "app.pause": "p", "app.sent": "@",
    "app.privacy": "P", "app.theme": "ctrl+t", "app.key": "K", "app.back": "q",
    "app.quit": "ctrl+q", "app.interrupt": "ctrl+c", "app.suspend": "ctrl+z",
    "app.redraw": "ctrl+l",
    "screen.next_section": "tab", "screen.previous_section": "shift+tab",
    "list.details": "enter", "list.mark": "space", "list.next_tab": "]", "list.previous_tab": "[",
    "list.zoom": "z", "list.filter": "/", "list.escape": "escape", "list.sort_left": "<",
    "list.sort_right": ">", "list.reverse": "I", "list.sort_by": "S", "list.columns": "C",
    "list.save": "ctrl+s", "machine.star": "*", "machine.avoid": "B",
    "offers.rent": "n", "offers.compare": "=", "offers.copy": "y,c", "offers.copy_as": "Y",
    "offers.rental": "i", "offers.trust": "h", "offers.form": "f", "offers.views": "v",
    "offers.watch": "W", "instances.copy": "y,c", "instances.copy_as": "Y", "instances.ssh": "s",
    "instances.open": "o", "instances.ports": "u", "instances.doctor": "T",
    "instances.attach": "a", "instances.logs": "l", "instances.toggle": "t",
    "instances.reboot": "R", "instances.recycle": "X", "instances.destroy": "D",
    "instances.label": "L", "instances.bid": "b", "instances.execute": "E",
    "instances.ssh_config": "", "instances.edit": "e", "instances.snapshot": "",
    "instance.next_tab": "],tab",
    "instance.previous_tab": "[,shift+tab", "instance.back": "escape", "log.search": "/",
    "log.next": "n", "log.previous": "N", "log.follow": "F", "log.wrap": "w", "log.host": "h",
    "log.which": "f", "log.save": "ctrl+s", "log.copy": "Y",
    "offers.without_template": "", "app.templates": "", "templates.offers": "O",
    "templates.new": "n", "templates.edit": "e",
    "templates.delete": "D", "templates.open": "o", "templates.copy": "y,c",
    "templates.copy_as": "Y",
    "ssh_keys.new": "n", "ssh_keys.edit": "e", "ssh_keys.delete": "D", "ssh_keys.copy": "y,c",
    "app.transfers": "", "instances.transfer": "m", "volumes.transfer": "m",
    "backups.transfer": "m", "transfers.new": "n", "transfers.again": "m", "transfers.toggle": "t",
    "transfers.logs": "l", "transfers.forget": "D", "transfers.copy": "y,c",
    "transfers.copy_as": "Y",
    "ssh_keys.attach": "a", "ssh_keys.test": "T", "ssh_keys.copy_as": "Y",
    "app.watches": "", "watches.offers": "O", "watches.new": "n", "watches.edit": "e",
    "watches.toggle": "t", "watches.delete": "D", "watches.copy": "y,c", "watches.copy_as": "Y",
    "app.backups": "", "backups.copy": "y,c", "backups.copy_as": "Y",
}  # fmt: skip


@pytest.mark.parametrize("action_id", AGREED)
def test_each_action_has_its_key(action_id: str) -> None:
    assert BY_ID[action_id].keys == AGREED[action_id]


def layer(action: Action) -> str:
    """Actions of one layer are available at the same time."""
    return action.scope if action.scope in ("filter", "log") else ""


@pytest.mark.parametrize("screen", SCREENS)
def test_no_two_actions_share_a_key_in_any_place(screen: str) -> None:
    for one, other in combinations(actions_of(screen), 2):
        if layer(one) == layer(other):
            assert not set(filter(None, one.keys.split(","))) & set(other.keys.split(","))


def test_no_key_of_an_earlier_version_stands_in_the_way() -> None:
    for action in (action for action in ACTIONS if action.former):
        for screen in SCREENS:
            here = actions_of(screen)
            if action in here:
                assert action.former not in {key for one in here for key in one.keys.split(",")}


def test_every_way_that_a_key_names_is_a_method() -> None:
    flows = {"connect": ConnectFlows, "change": InstanceFlows}
    named = [action.action.rstrip("')").split("('") for action in ACTIONS if "('" in action.action]
    ways = [(flows[name], way) for name, way in named if name in flows]
    assert len(ways) == 18
    assert [way for flow, way in ways if not callable(getattr(flow, way, None))] == []


def test_every_place_has_a_digit_of_its_own_and_every_section_an_action() -> None:
    digits = [place.digit for place in PLACES]
    assert digits == sorted(set(digits))
    for place in PLACES:
        assert BY_ID[place.action].keys == place.digit
        for section in place.sections:
            assert section.action in BY_ID


@pytest.mark.parametrize("several", [False, True])
def test_sections_have_keys_only_where_there_are_several(
    several: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers, *others = PLACES
    market = Section("market", "Market", "app.market", "")
    sections = (offers.sections[0], *([market] if several else []))
    monkeypatch.setattr(places, "PLACES", (structs.replace(offers, sections=sections), *others))
    here = {action.id for action in actions_of("offers")}
    assert ("screen.next_section" in here) is several


# The user's settings


def test_the_keys_as_they_come_have_no_problem() -> None:
    assert check_keymap({}) == []


@pytest.mark.parametrize("old", FORMER_IDS)
def test_a_former_name_means_the_action_of_today(old: str) -> None:
    keymap = Keymap({old: "f6"})
    assert keymap.keys(FORMER_IDS[old]) == ("f6",)
    assert keymap.changes == {FORMER_IDS[old]: "f6"}
    assert check_keymap({old: "f6"}) == []


def test_the_name_of_today_counts_more_than_the_former_one() -> None:
    assert Keymap({"list.save": "f7", "offers.save_view": "f6"}).spelled("list.save") == "f7"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        (
            {"list.mark": "h"},
            [
                "keys: h is both list.mark and offers.trust",
                "keys: h is both list.mark and market.trust",
                "keys: h is both list.mark and space.trust",
            ],
        ),
        ({"instances.toggle": "E"}, ["keys: E is both instances.toggle and instances.execute"]),
        ({"offers.save_view": "v"}, ["keys: v is both offers.views and list.save"]),
        ({"list.save": " , "}, ["keys: list.save has no key"]),
        (
            {"offers.fly": "x"},
            ["keys: there is no action 'offers.fly'; vasttui lists them under ?"],
        ),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(
    changes: dict[str, str], problems: list[str]
) -> None:
    assert check_keymap(changes) == problems


async def test_a_conflict_is_named_at_the_start() -> None:
    async with stage(keys={"list.mark": "h"}) as running:
        assert "keys: h is both list.mark and offers.trust" in running.said
        await running.press("h")
        assert len(running.app.offers.browse.marks) == 1


async def test_settings_of_an_earlier_version_go_on_working() -> None:
    keys = {"offers.star": "f6", "offers.save_view": "f7, f8", "instances.ssh_config": "f9"}
    async with stage(keys=keys) as running:
        assert "keys:" not in running.said
        row = running.app.offers.browse.current
        assert row is not None
        await running.press("f6")
        starred = running.app.session.preferences.current.starred
        assert starred == {row.offer.machine_id}
        await running.dialog("f8")
        assert "Save this view" in running.text


async def test_an_action_without_a_key_can_be_given_one() -> None:
    assert BY_ID["instances.ssh_config"].keys == ""
    async with stage(keys={"instances.ssh_config": "f10"}) as running:
        await running.instances()
        await running.press("f10")
        await running.until(lambda: "The demo uses only files that you name." in running.said)


async def open_log(running: Stage) -> None:
    await running.instances()
    row = next(row for row in running.app.fleet.rows if row.instance.label == "train-a")
    running.app.push_screen(InstanceScreen(row, "Logs"))
    await running.until(lambda: "following" in running.text or "step" in running.text)


@pytest.mark.parametrize("key", ["ctrl+s", "S"])
async def test_a_log_is_saved_with_the_key_of_all_screens_and_as_it_was(key: str) -> None:
    async with stage() as running:
        await open_log(running)
        await running.dialog(key)
        assert "Save the log" in running.text


async def test_the_keys_of_the_log_come_first_while_it_is_shown() -> None:
    async with stage() as running:
        await open_log(running)
        assert running.app.current_scope == "log"
        bar = running.text.splitlines()[-1]
        log = "/ search  F follow  w wrap  h host  ^s save  f lines  Y copy lines"
        assert bar.startswith(f" {log}")
        assert " S " not in bar
        await running.press("tab")
        await running.pause()
        assert running.app.current_scope == "instance"
        assert "follow" not in running.text.splitlines()[-1]


def test_grouping_is_explained_in_the_words_of_the_groupings() -> None:
    about = BY_ID["charges.group"].about
    assert about == "group: contract, day, kind, GPU model, label, stopped disk"
