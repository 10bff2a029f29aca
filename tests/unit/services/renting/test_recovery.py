"""Resuming where another run of the program ended."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_renting import ASK, KEY, REQUEST, Scene, Script, rows_in
from tests.support.virtual_time import in_virtual_time
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import RateLimited, VastError
from vasttui.services.renting import journal_entry
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.store.intent import Owner


def scene_in(folder: Path, plans: dict[str, list[str]] | None = None, **how: Any) -> Scene:
    return Scene(Script(plans or {}), path=folder / "journal", **how)


@in_virtual_time
async def test_what_was_sent_is_looked_for(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, {"rent": ["lost after"]}, lag=10.0)
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.until(RentStep.LOOKING)
    (state,) = await scene.restart()
    assert state.step is RentStep.LOOKING
    assert "looking for it" in state.sentence
    assert (await scene.until(RentStep.DONE)).instance_id == 1000
    assert scene.service.sent.count(f"rent {ASK}") == 1
    assert await scene.journal.unfinished() == []


@in_virtual_time
async def test_a_key_that_was_not_seen_yet_is_attached(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, {"attach": ["lost before"]})
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.until(RentStep.ATTACHING)
    (state,) = await scene.restart()
    assert state.step is RentStep.ATTACHING
    assert state.instance_id == 1000
    await scene.until(RentStep.DONE)
    assert KEY.blob in scene.service.made[0].keys


@in_virtual_time
async def test_a_key_that_was_refused_is_told_of_again_after_a_restart(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, {"attach": ["refused", "refused"]})
    assert (await scene.rent()).is_alarm
    await scene.restart()
    state = await scene.until(RentStep.DONE)
    assert (state.sentence, state.is_alarm) == ("It runs.", True)
    assert scene.service.sent.count("attach 1000") == 2
    assert state.intent is not None
    await scene.renter.dismiss(state.intent)
    assert await scene.restart() == []


@in_virtual_time
async def test_the_settle_time_goes_on_where_it_was(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, {"rent": ["lost before"]})
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.clock.sleep(200.0)
    await scene.restart()
    state = await scene.until(RentStep.WATCHING)
    assert scene.clock.monotonic() == pytest.approx(300.0, abs=2.0)
    assert state.may_ask_again
    await scene.restart()
    await scene.until(RentStep.WATCHING)
    assert scene.clock.monotonic() == pytest.approx(305.0, abs=5.0)


@in_virtual_time
async def test_a_clock_that_is_days_ahead_ends_no_search(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, {"rent": ["late 4"]}, tick=30.0)
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.until(RentStep.LOOKING)
    scene.clock.set_wall(2 * 86_400.0)
    (state,) = await scene.restart()
    assert state.step is RentStep.LOOKING
    scene.clock.set_wall(-9 * 86_400.0)
    assert (await scene.restart())[0].step is RentStep.LOOKING
    assert (await scene.until(RentStep.DONE)).instance_id == 1000
    assert RentStep.WATCHING not in scene.steps


@in_virtual_time
async def test_after_a_restart_of_the_computer_the_search_starts_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scene_in(tmp_path, {"rent": ["lost before"]})
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.clock.sleep(200.0)
    monkeypatch.setattr(journal_entry, "boot_id", lambda: "another")
    await scene.restart()
    await scene.until(RentStep.WATCHING)
    assert scene.clock.monotonic() == pytest.approx(500.0, abs=2.0)


@in_virtual_time
async def test_a_row_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, {"rent": ["lost after"]}, lag=10.0)
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.until(RentStep.LOOKING)
    (row,) = await scene.journal.unfinished()
    note = '{"sent_at": 1790000000.5, "sends": 1, "ids": [], "refusal": ""}'
    await scene.journal.change(row, row.state, note)
    (state,) = await scene.restart()
    assert state.step is RentStep.LOOKING
    assert (await scene.until(RentStep.DONE)).instance_id == 1000


@in_virtual_time
async def test_a_repeat_after_the_restart_needs_the_same_request_again(tmp_path: Path) -> None:
    wanted = replace(REQUEST, env={"HF_TOKEN": "hf_secret"})
    scene = scene_in(tmp_path, {"rent": ["lost before"]})
    asyncio.create_task(scene.rent(wanted))  # noqa: RUF006 - the scene holds it
    await scene.until(RentStep.WATCHING)
    await scene.restart()
    intent = (await scene.until(RentStep.WATCHING)).intent
    assert intent is not None
    with pytest.raises(VastError, match="not the request"):
        await scene.renter.again(intent)
    with pytest.raises(VastError, match="not the request"):
        await scene.renter.again(intent, REQUEST)
    state = await scene.renter.again(intent, wanted)
    assert state.step is RentStep.DONE
    assert len(set(scene.service.nonces)) == 1


@in_virtual_time
async def test_what_waited_for_its_turn_was_not_rented(tmp_path: Path) -> None:
    scene = scene_in(tmp_path)
    error = RateLimited("Too many requests.", retry_after=60.0)
    scene.service.answers = [Outcome(Fate.THROTTLED, error=error, status=429)]
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.until(RentStep.WAITING)
    await scene.restart()
    state = await scene.until(RentStep.NOT_SENT)
    assert "nothing was rented" in state.sentence
    assert scene.service.sent == [f"rent {ASK}", "list", "list all"]
    assert await scene.journal.unfinished() == []


@in_virtual_time
async def test_a_request_on_its_way_gets_a_moment_at_the_end(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, seconds=0.03)
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.clock.sleep(0.01)
    await scene.renter.aclose()
    (row,) = await scene.journal.unfinished()
    assert row.state == "created"
    (state,) = await scene.restart()
    assert state.instance_id == 1000


@in_virtual_time
async def test_a_request_that_takes_longer_is_looked_for_at_the_next_start(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, seconds=30.0)
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.clock.sleep(0.01)
    before = scene.clock.monotonic()
    (state,) = await scene.restart()
    assert scene.clock.monotonic() - before < 1.0
    assert state.step is RentStep.LOOKING
    (row,) = await scene.journal.unfinished()
    assert row.state == "sent"
    await scene.renter.aclose()


@in_virtual_time
async def test_a_second_instance_is_watched_for_after_a_restart_too(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, {"rent": ["late 4"]}, tick=500.0)
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    intent = (await scene.until(RentStep.WATCHING)).intent
    assert intent is not None
    await scene.renter.again(intent)
    assert await scene.restart() == []
    assert scene.renter.unfinished == []
    await scene.clock.sleep(2_000.0)
    assert scene.published[-1].duplicates == (1001,)
    await scene.renter.aclose()


@in_virtual_time
async def test_one_window_goes_on_and_the_other_leaves_it_alone(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, {"rent": ["lost after"]}, lag=10.0)
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.until(RentStep.LOOKING)
    window = scene_in(tmp_path)
    assert await window.renter.recover() == []
    await scene.until(RentStep.DONE)
    assert window.service.sent == []


@in_virtual_time
async def test_a_row_that_makes_no_sense_stands_in_nobodys_way(tmp_path: Path) -> None:
    scene = scene_in(tmp_path)
    await scene.journal.open("rent", str(ASK), {"nonce": "x"}, now=1.0)
    (state,) = await scene.restart()
    assert (state.ask, state.step, state.is_alarm) == (ASK, RentStep.UNREADABLE, True)
    assert await scene.journal.unfinished() == []
    assert (await scene.rent()).step is RentStep.DONE


@pytest.mark.parametrize(
    "damage",
    [
        "details = 'x'", "details = '[]'", "details = x'ff00'", "note = '7'", "note = '[1'",
        "details = CAST(x'ff' AS TEXT)", "details = '{}'", "pid = 'x'", "note = '{\"ids\": 3}'",
    ],
)  # fmt: skip
@in_virtual_time
async def test_a_row_that_is_damaged_is_told_of_and_harms_no_other(
    tmp_path: Path, damage: str
) -> None:
    scene = scene_in(tmp_path, {"rent": ["lost after"]}, lag=30.0)
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.until(RentStep.LOOKING)
    await scene.renter.aclose()
    details = (await scene.journal.unfinished())[0].details
    await scene.journal.open("rent", "77", details, now=1.0)
    scene.journal.finish()
    file = sqlite3.connect(tmp_path / "journal")
    file.execute(f"UPDATE intents SET {damage} WHERE target = '77'")
    file.commit()
    file.close()
    states = await scene.restart()
    assert [state.ask for state in states] == [ASK, 77]
    if "pid" not in damage:
        assert (states[1].step, states[1].is_alarm) == (RentStep.UNREADABLE, True)
        assert "perhaps it was rented" in states[1].sentence
    assert (await scene.until(RentStep.DONE)).ask == ASK
    await scene.renter.aclose()


MINE, OTHERS = Owner("key 1", "here 1"), Owner("key 2", "here 2")


async def left_by(scene: Scene, owner: Owner, now: Owner) -> list[RentState]:
    """What is said at the next start, by `now`, of a rental that `owner` left unconfirmed."""
    scene.journal.owner = lambda: owner
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.until(RentStep.LOOKING)
    return await scene.restart(now)


@pytest.mark.parametrize(
    ("owner", "now"),
    [
        (MINE, MINE),
        (MINE, Owner("a newer key", MINE.account)),
        (Owner("key 1"), MINE),
        (MINE, Owner("key 1")),
    ],
)
@in_virtual_time
async def test_a_rental_of_this_account_goes_on(tmp_path: Path, owner: Owner, now: Owner) -> None:
    scene = scene_in(tmp_path, {"rent": ["lost after"]}, lag=10.0)
    assert [state.step for state in await left_by(scene, owner, now)] == [RentStep.LOOKING]
    assert (await scene.until(RentStep.DONE)).instance_id == 1000


@in_virtual_time
async def test_a_rental_of_another_account_waits_for_it_and_says_so(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, {"rent": ["lost after"]}, lag=10.0)
    (state,) = await left_by(scene, MINE, OTHERS)
    assert (state.step, state.is_alarm, state.instance_id) == (RentStep.FOREIGN, True, None)
    assert "under another account" in state.sentence
    sent = list(scene.service.sent)
    await scene.clock.sleep(2 * 86_400.0)
    assert await scene.renter.recover() == []
    assert scene.service.sent == sent
    assert state.intent is not None
    await scene.renter.dismiss(state.intent)
    refused = await scene.rent()
    assert "Under another account" in refused.sentence
    (again,) = await scene.restart(MINE)
    assert again.step is RentStep.LOOKING
    assert (await scene.until(RentStep.DONE)).instance_id == 1000


@pytest.mark.parametrize("owner", [Owner(), Owner("a key that is gone")])
@in_virtual_time
async def test_a_rental_of_no_known_account_waits_until_it_is_listed(
    tmp_path: Path, owner: Owner
) -> None:
    scene = scene_in(tmp_path, {"rent": ["lost after"]}, lag=10.0)
    (state,) = await left_by(scene, owner, MINE)
    assert state.step is RentStep.FOREIGN
    assert "is not known" in state.sentence
    await scene.clock.sleep(20.0)
    (state,) = await scene.renter.recover()
    assert state.step is RentStep.LOOKING
    assert (await scene.until(RentStep.DONE)).instance_id == 1000
    assert rows_in(tmp_path / "journal")[0][2] == "ready"


@in_virtual_time
async def test_a_rental_of_no_known_account_can_be_dismissed_for_good(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, {"rent": ["lost before"]})
    (state,) = await left_by(scene, Owner(), MINE)
    assert state.intent is not None
    await scene.renter.dismiss(state.intent)
    assert await scene.restart(MINE) == []
    assert await scene.journal.unfinished() == []


@in_virtual_time
async def test_what_is_wrong_at_the_end_is_said_at_the_next_start_too(tmp_path: Path) -> None:
    scene = scene_in(tmp_path)
    scene.service.changes["dph_total"] = 0.9
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    first = await scene.until(RentStep.DONE)
    assert first.differences
    await scene.restart()
    second = await scene.until(RentStep.DONE)
    assert (second.differences, second.instance_id) == (first.differences, 1000)
    assert second.intent is not None
    await scene.renter.dismiss(second.intent)
    assert await scene.restart() == []
    assert scene.service.sent.count(f"rent {ASK}") == 1


@in_virtual_time
async def test_two_instances_of_one_rental_are_told_of_again(tmp_path: Path) -> None:
    scene = scene_in(tmp_path, {"rent": ["late 4"]}, tick=500.0)
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    intent = (await scene.until(RentStep.WATCHING)).intent
    assert intent is not None
    await scene.renter.again(intent)
    await scene.clock.sleep(2_000.0)
    assert scene.published[-1].duplicates == (1001,)
    await scene.restart()
    assert (await scene.until(RentStep.DONE)).duplicates == (1001,)
    await scene.renter.aclose()


@in_virtual_time
async def test_a_journal_that_breaks_after_the_request_does_not_lose_it(tmp_path: Path) -> None:
    path = tmp_path / "journal"

    def lock(what: str, options: Sequence[str]) -> str:
        if what == "after rent":
            other = sqlite3.connect(path)
            other.execute("DROP TABLE intents")
            other.close()
        return options[0]

    scene = Scene(lock, path=path)
    state = await scene.rent()
    assert state.step is RentStep.DONE
    assert state.instance_id == 1000
    assert "journal cannot be written" in state.sentence
    assert any("do not quit vasttui" in state.sentence for state in scene.published)
