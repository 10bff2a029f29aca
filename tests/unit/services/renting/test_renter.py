"""A rental step by step, when all goes well and when the outcome is unknown."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.fake_renting import AGREED, ASK, KEY, OTHER_KEY, REQUEST, Scene, Script, rows_in
from tests.support.offer_rows import row
from tests.support.virtual_time import in_virtual_time
from vasttui.errors import VastError
from vasttui.services.renting.rental import RentStep
from vasttui.store.intent import Intent

DAY = 86_400.0
LOOKING, WATCHING, DONE = RentStep.LOOKING, RentStep.WATCHING, RentStep.DONE


async def rows_of(scene: Scene) -> list[Intent]:
    return await scene.journal.unfinished()


@in_virtual_time
async def test_rents_attaches_the_key_waits_until_it_runs_and_says_how_to_log_in() -> None:
    scene = Scene()
    scene.service.starts_after = 10.0
    rent = asyncio.create_task(scene.rent())
    await scene.until(RentStep.STARTING)
    assert scene.service.hurries == 1
    state = await rent
    assert state.step is DONE
    assert state.is_over
    assert state.instance_id == 1000
    assert state.ssh == "ssh -p 33526 root@65.130.162.74"
    assert state.ssh in state.sentence
    assert not state.is_alarm
    assert scene.steps == [RentStep.SENDING, RentStep.ATTACHING, RentStep.STARTING, DONE]
    assert scene.service.made[0].keys.keys() == {KEY.blob}
    assert scene.service.sent.count(f"rent {ASK}") == 1
    assert await rows_of(scene) == []
    assert scene.service.hurries == 0


@in_virtual_time
async def test_the_row_is_there_before_the_request_and_holds_no_secret(tmp_path: Path) -> None:
    secrets = replace(
        REQUEST, env={"HF_TOKEN": "hf_secret"}, login="-u me -p secret", onstart="secret run"
    )
    seen: list[tuple[str, ...]] = []

    def look(what: str, options: Sequence[str]) -> str:
        if what == "before rent":
            seen.extend(rows_in(tmp_path / "journal"))
        return options[0]

    scene = Scene(look, path=tmp_path / "journal")
    await scene.rent(secrets)
    ((kind, target, state, text, _),) = seen
    details = json.loads(text)
    assert (kind, target, state) == ("rent", str(ASK), "sent")
    assert details["nonce"] == scene.service.nonces[0]
    assert scene.service.nonces[0] in details["label"]
    assert json.loads(details["agreed"])["price"] == AGREED.price
    assert "secret" not in text
    assert "me@laptop" not in text


@in_virtual_time
async def test_without_a_journal_nothing_is_sent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    scene = Scene(path=tmp_path / "file" / "journal")
    state = await scene.rent()
    assert state.step is RentStep.NOT_SENT
    assert state.intent is None
    assert "renting, starting and bidding are off" in state.sentence
    assert scene.service.sent == []


@in_virtual_time
async def test_the_same_offer_is_rented_once_whoever_asks(tmp_path: Path) -> None:
    scene = Scene(path=tmp_path / "journal")
    first = asyncio.create_task(scene.rent())
    await scene.clock.sleep(0.01)
    again = await scene.rent()
    window = Scene(path=tmp_path / "journal")
    elsewhere = await window.rent()
    assert (again.step, elsewhere.step) == (RentStep.NOT_SENT, RentStep.NOT_SENT)
    assert "is being rented already" in again.sentence
    assert "Another vasttui window is already doing this" in elsewhere.sentence
    assert (await first).step is DONE
    assert scene.service.sent.count(f"rent {ASK}") == 1
    assert window.service.sent == []


@in_virtual_time
async def test_leaving_the_screen_does_not_stop_what_was_sent() -> None:
    scene = Scene()
    screen = asyncio.create_task(scene.rent())
    await scene.clock.sleep(0.01)
    screen.cancel()
    state = await scene.until(DONE)
    assert state.instance_id == 1000
    assert scene.service.sent.count(f"rent {ASK}") == 1


@in_virtual_time
async def test_a_lost_answer_is_looked_for_by_the_label_and_never_sent_again() -> None:
    scene = Scene(Script({"rent": ["lost after"]}))
    state = await scene.rent()
    assert state.step is DONE
    assert state.instance_id == 1000
    assert scene.steps[:3] == [RentStep.SENDING, LOOKING, RentStep.ATTACHING]
    assert "Do not rent again yet" in scene.published[1].sentence
    assert scene.service.sent.count(f"rent {ASK}") == 1


@in_virtual_time
async def test_looks_at_growing_intervals_until_it_cannot_come_any_more() -> None:
    scene = Scene(Script({"rent": ["lost before"]}), seconds=0.0)
    reads: list[float] = []
    labelled = scene.service.labelled

    async def counted(label: str) -> object:
        reads.append(round(scene.clock.monotonic()))
        return await labelled(label)

    scene.service.labelled = counted  # type: ignore[method-assign,assignment]
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.clock.sleep(1.0)
    looking = scene.renter.unfinished[0]
    assert (looking.step, looking.may_ask_again) == (LOOKING, False)
    state = await scene.until(WATCHING)
    assert reads == [2, 6, 14, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300]
    assert state.may_ask_again
    assert "Not found after 5 min" in state.sentence
    assert scene.service.sent.count(f"rent {ASK}") == 1


@in_virtual_time
async def test_a_failed_list_is_not_an_empty_one() -> None:
    scene = Scene(Script({"rent": ["lost after"], "list": ["fails"] * 20}))
    rent = asyncio.create_task(scene.rent())
    await scene.clock.sleep(400.0)
    (looking,) = scene.renter.unfinished
    assert looking.step is LOOKING
    assert not looking.may_ask_again
    assert "The last check failed: The connection broke" in looking.sentence
    assert (await rent).step is DONE


@in_virtual_time
async def test_what_comes_hours_later_is_found_in_the_readings() -> None:
    scene = Scene(Script({"rent": ["late 4"]}), tick=3_600.0)
    state = await scene.rent()
    assert state.step is DONE
    assert WATCHING in scene.steps
    assert scene.service.sent.count("list") == 13
    assert scene.clock.monotonic() >= 4 * 3_600.0


@in_virtual_time
async def test_after_a_day_it_was_not_rented() -> None:
    scene = Scene(Script({"rent": ["lost before"]}))
    state = await scene.rent()
    assert state.step is RentStep.ABSENT
    assert DAY <= scene.clock.monotonic() < DAY + 60
    assert await rows_of(scene) == []
    assert (await scene.rent()).step is DONE


@in_virtual_time
async def test_the_user_may_stop_looking_but_not_before_it_was_looked_for() -> None:
    scene = Scene(Script({"rent": ["lost before"]}))
    rent = asyncio.create_task(scene.rent())
    await scene.clock.sleep(60.0)
    intent = scene.published[-1].intent
    assert intent is not None
    with pytest.raises(VastError, match="cannot be stopped"):
        await scene.renter.give_up(intent)
    await scene.until(WATCHING)
    assert (await scene.renter.give_up(intent)).step is RentStep.ABSENT
    assert (await rent).step is RentStep.ABSENT
    assert await rows_of(scene) == []
    with pytest.raises(VastError, match="is over"):
        await scene.renter.give_up(intent)


@in_virtual_time
async def test_the_users_own_repeat_is_the_same_request_and_waits_its_time() -> None:
    scene = Scene(Script({"rent": ["lost before"]}))
    rent = asyncio.create_task(scene.rent())
    await scene.clock.sleep(200.0)
    intent = scene.published[-1].intent
    assert intent is not None
    with pytest.raises(VastError, match="Too early"):
        await scene.renter.again(intent)
    await scene.until(WATCHING)
    with pytest.raises(VastError, match="not the request that was sent"):
        await scene.renter.again(intent, replace(REQUEST, disk=80.0))
    state = await scene.renter.again(intent)
    assert state.step is DONE
    assert (await rent) == state
    assert scene.service.sent.count(f"rent {ASK}") == 2
    assert len(set(scene.service.nonces)) == 1


@in_virtual_time
async def test_the_users_own_repeat_is_for_what_was_agreed_or_not_sent() -> None:
    scene = Scene(Script({"rent": ["lost before"]}))
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    intent = (await scene.until(WATCHING)).intent
    assert intent is not None
    scene.service.offers = {ASK: row(id=ASK, dph_total=0.3, gpu_name="RTX 5060 Ti").offer}
    with pytest.raises(VastError, match="Not sent again: the offer changed"):
        await scene.renter.again(intent)
    scene.service.offers = {ASK: row(id=ASK, dph_total=0.4).offer}
    with pytest.raises(VastError, match=r"the price is \$0.400/h now, \$0.300/h was agreed"):
        await scene.renter.again(intent)
    assert scene.service.sent.count(f"rent {ASK}") == 1
    scene.service.offers = {ASK: row(id=ASK, dph_total=0.3).offer}
    assert (await scene.renter.again(intent)).step is DONE
    assert scene.service.sent.count(f"rent {ASK}") == 2


@in_virtual_time
async def test_two_instances_of_one_rental_are_an_alarm_that_names_both() -> None:
    scene = Scene(Script({"rent": ["late 4"]}), tick=80.0)  # after 320 s: later than expected
    scene.service.starts_after = 60.0
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    intent = (await scene.until(WATCHING)).intent
    assert intent is not None
    state = await scene.renter.again(intent)
    assert len(scene.service.made) == 2
    assert state.step is DONE
    assert (state.instance_id, state.duplicates) == (1000, (1001,))
    assert state.is_alarm
    assert "2 INSTANCES of this rental, 1000 and 1001" in state.alarms[0]
    assert all(KEY.blob in one.keys for one in scene.service.made)


@in_virtual_time
async def test_a_second_instance_is_found_after_the_first_was_ready() -> None:
    scene = Scene(Script({"rent": ["late 4"]}), tick=500.0)
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    intent = (await scene.until(WATCHING)).intent
    assert intent is not None
    first = await scene.renter.again(intent)
    assert (first.step, first.duplicates) == (DONE, ())
    assert scene.renter.unfinished == []
    assert [row.state for row in await rows_of(scene)] == ["ready"]
    await scene.clock.sleep(2_000.0)
    assert scene.published[-1].duplicates == (1001,)
    assert scene.published[-1].is_alarm
    assert all(KEY.blob in one.keys for one in scene.service.made)
    await scene.clock.sleep(DAY)
    assert [row.state for row in await rows_of(scene)] == ["created"]
    scene.service.made[1].destroyed = True
    await scene.clock.sleep(60.0)
    assert not scene.published[-1].is_alarm
    assert await rows_of(scene) == []


@in_virtual_time
async def test_a_repeat_that_was_not_sent_changes_nothing() -> None:
    scene = Scene(Script({"rent": ["lost before", "not sent", "ok"]}))
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    intent = (await scene.until(WATCHING)).intent
    assert intent is not None
    again = asyncio.create_task(scene.renter.again(intent))
    looking = await scene.until(LOOKING)
    assert "was not reached" in looking.sentence
    before = scene.clock.monotonic()
    await scene.until(WATCHING)
    assert scene.clock.monotonic() - before < 10.0
    assert (await scene.renter.again(intent)).step is DONE
    assert (await again).step is DONE


@in_virtual_time
async def test_what_was_not_sent_is_over_and_may_be_sent_again() -> None:
    scene = Scene(Script({"rent": ["not sent"]}))
    state = await scene.rent()
    assert state.step is RentStep.NOT_SENT
    assert state.sentence == "Not sent, nothing was rented: The service was not reached."
    assert scene.service.sent == [f"rent {ASK}"]
    assert (await scene.rent(keys=(KEY, OTHER_KEY))).step is DONE
    assert scene.service.made[0].keys.keys() == {KEY.blob, OTHER_KEY.blob}
    assert len(set(scene.service.nonces)) == 2


@in_virtual_time
async def test_a_label_is_sent_as_it_comes_back() -> None:
    scene = Scene(Script({"rent": ["lost after"]}))
    state = await scene.rent(replace(REQUEST, label=" a\x1b[31m\u200bb\tc " + "x" * 400))
    assert state.step is DONE
    assert WATCHING not in scene.steps
    assert len(scene.service.made[0].label) <= 256


@in_virtual_time
async def test_a_list_with_rows_that_nobody_can_read_is_not_an_empty_one() -> None:
    scene = Scene(Script({"rent": ["lost before"]}))
    scene.service.bad_rows = 1
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.clock.sleep(1_000.0)
    (state,) = scene.renter.unfinished
    assert state.step is LOOKING
    assert "some rows could not be read" in state.sentence
    scene.service.bad_rows = 0
    await scene.until(WATCHING)


@in_virtual_time
async def test_each_rental_knows_its_own_instance() -> None:
    scene = Scene(Script({"rent": ["lost after", "lost after"]}))
    scene.service.starts_after = 30.0
    other = replace(REQUEST, ask=ASK + 1)
    first, second = await asyncio.gather(scene.rent(), scene.rent(other))
    assert (first.instance_id, first.duplicates) == (1000, ())
    assert (second.instance_id, second.duplicates) == (1001, ())


@in_virtual_time
async def test_a_repeat_is_written_down_before_it_is_sent(tmp_path: Path) -> None:
    notes: list[dict[str, object]] = []

    def look(what: str, options: Sequence[str]) -> str:
        if what == "rent":
            _, _, state, _, note = rows_in(tmp_path / "journal")[0]
            notes.append({"state": state, **json.loads(note or "{}")})
            return "ok" if len(notes) == 2 else "lost before"
        return options[0]

    scene = Scene(look, path=tmp_path / "journal")
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    waiting = await scene.until(WATCHING)
    assert waiting.intent is not None
    await scene.renter.again(waiting.intent)
    assert [note["state"] for note in notes] == ["sent", "sent"]
    assert notes[1]["sends"] == 2
    assert notes[1]["sent_at"] == pytest.approx(300.0, abs=5.0)


@in_virtual_time
async def test_an_instance_whose_label_was_changed_elsewhere_is_recognised() -> None:
    scene = Scene(Script({"rent": ["lost after"]}), lag=10.0)
    renting = asyncio.create_task(scene.rent())
    await scene.until(RentStep.LOOKING)
    scene.service.made[0].changes["label"] = "renamed on the web"
    state = await renting
    assert (state.step, state.instance_id) == (RentStep.DONE, 1000)
    assert RentStep.WATCHING not in scene.steps


@in_virtual_time
async def test_a_whole_list_that_fails_is_not_an_empty_one() -> None:
    scene = Scene(Script({"rent": ["lost after"], "list all": ["fails"] * 20}), lag=400.0)
    renting = asyncio.create_task(scene.rent())
    await scene.until(RentStep.LOOKING)
    scene.service.made[0].changes["label"] = None
    assert (await renting).step is RentStep.DONE
    assert RentStep.WATCHING not in scene.steps
