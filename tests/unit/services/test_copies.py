"""Copies: asked for once, and believed only as far as instances report."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from tests.support.copies import Service
from tests.support.fleet_rows import fleet_row
from vasttui.api.outcome import Fate, Outcome, outcome_of
from vasttui.clock import VirtualClock
from vasttui.errors import BrokenAnswer, NetworkError, Rejected, Unconfirmed, VastError
from vasttui.models.data_transfer import End, Stage, Transfer
from vasttui.models.transfer_checks import BUSY
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.transfers import ANSWERLESS, LONGEST, STILL, Copies, counts
from vasttui.store.intent import Owner
from vasttui.store.journal import Journal

SOURCE, TARGET = End("instance", 1, "/workspace/out/"), End("instance", 2, "/workspace/in/")
LOST = outcome_of(BrokenAnswer("Cut off."))
GONE = 'rsync: [Receiver] mkdir "/workspace/in" failed: No such file or directory (2)'
ME = Owner("key", "account")


class Desk:
    """Copies of an account whose instances say what they are told to."""

    def __init__(self, path: Path | None = None, service: Service | None = None) -> None:
        self.service, self.clock = service or Service(), VirtualClock()
        self.told: list[Transfer] = []
        self.messages = {1: "success, running", 2: "success, running", 3: "success, running"}
        self.journal = Journal(path, lambda: ME)
        self.copies = Copies(
            self.service, self.journal, self.clock, self.fleet, self.told.append
        )  # fmt: skip

    def fleet(self) -> Fleet:
        rows = tuple(
            structs.replace(row, instance=structs.replace(row.instance, status_msg=text))
            for row, text in ((fleet_row(id=one), text) for one, text in self.messages.items())
        )
        return Fleet(rows=rows, as_of=self.clock.monotonic())

    async def say(self, number: int, text: str, *, after: float = 10.0) -> Transfer:
        self.messages[number] = text
        return await self.wait(after)

    async def wait(self, seconds: float) -> Transfer:
        self.clock.advance(seconds)
        self.copies.see(self.fleet())
        await self.settled()
        return self.copies.all[0]

    async def settled(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0.001)


async def test_accepted_is_not_done_until_the_destination_says_so() -> None:
    desk = Desk()
    assert (await desk.copies.start(SOURCE, TARGET)).stage is Stage.COPYING
    assert (await desk.wait(60)).word == "accepted"
    going = await desk.say(2, "receiving copy 41%")
    assert (going.word, going.share) == ("copying", "41 %")
    done = await desk.say(2, "Done receiving copy")
    assert done.stage is Stage.DONE
    assert "not compared" in done.why
    assert [one.text for one in done.said] == ["receiving copy 41%", "Done receiving copy"]
    assert await desk.journal.unfinished() == []
    assert desk.service.sent == [f"{SOURCE} {TARGET}"]


async def test_it_fails_in_the_words_of_its_source() -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, TARGET)
    failed = await desk.say(1, GONE)
    assert failed.stage is Stage.FAILED
    assert failed.why == "/workspace is not there: only the last folder of a path is made."
    assert counts(desk.copies.all) == "1 transfer: 1 failed"


async def test_what_was_said_before_is_not_about_this_copy() -> None:
    desk = Desk()
    desk.messages[2], desk.messages[1] = "Done receiving copy", GONE
    await desk.copies.start(SOURCE, TARGET)
    assert (await desk.wait(60)).stage is Stage.COPYING
    assert (await desk.wait(60)).said == ()


async def test_what_arrives_at_the_source_is_another_copy() -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, TARGET)
    assert (await desk.say(1, "Done receiving copy")).stage is Stage.COPYING
    assert (await desk.say(2, GONE)).stage is Stage.COPYING


async def test_done_is_not_believed_where_two_copies_go() -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, TARGET)
    await desk.copies.start(End("instance", 3, "/x"), TARGET)
    first = await desk.say(2, "Done receiving copy")
    assert first.stage is Stage.UNKNOWN
    assert "2 copies went there" in first.why


async def test_of_two_out_of_one_source_that_fails_whose_path_is_named() -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, End("instance", 3, "/other/place"))
    await desk.copies.start(SOURCE, TARGET)
    await desk.say(1, GONE)
    assert [one.stage for one in desk.copies.all] == [Stage.COPYING, Stage.FAILED]


async def test_a_second_one_between_the_same_two_is_not_sent() -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, TARGET)
    with pytest.raises(VastError, match="second one would mix"):
        await desk.copies.start(replace(SOURCE, path="/else"), TARGET)
    assert len(desk.service.sent) == 1
    assert BUSY.startswith("A copy between these two")


@pytest.mark.parametrize(
    "error", [Rejected("No such user.", status=404, code="no_such_user"), NetworkError("No route.")]
)
async def test_what_was_refused_leaves_no_row(error: VastError) -> None:
    desk = Desk(service=Service([outcome_of(error)]))
    with pytest.raises(type(error)):
        await desk.copies.start(SOURCE, TARGET)
    assert desk.copies.all == ()
    assert await desk.journal.unfinished() == []
    await desk.copies.start(SOURCE, TARGET)


async def test_without_an_answer_it_is_looked_for_and_found() -> None:
    desk = Desk(service=Service([LOST]))
    with pytest.raises(Unconfirmed):
        await desk.copies.start(SOURCE, TARGET)
    assert (await desk.wait(60)).stage is Stage.ASKED
    assert (await desk.say(2, "receiving copy 10%")).stage is Stage.COPYING
    assert len(desk.service.sent) == 1


async def test_without_an_answer_and_without_a_word_it_is_unknown() -> None:
    desk = Desk(service=Service([LOST]))
    with pytest.raises(Unconfirmed):
        await desk.copies.start(SOURCE, TARGET)
    assert (await desk.wait(ANSWERLESS + 1)).stage is Stage.UNKNOWN


async def test_after_a_day_without_an_end_it_is_unknown() -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, End("volume", 9, "/out"))
    assert (await desk.wait(LONGEST - 60)).stage is Stage.COPYING
    assert (await desk.wait(120)).stage is Stage.UNKNOWN


async def test_the_end_of_one_whose_destination_is_gone_is_unknown() -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, TARGET)
    del desk.messages[2]
    assert (await desk.wait(5)).stage is Stage.UNKNOWN


async def test_a_cancel_is_for_all_into_that_target_and_is_accepted_before_it_is_done() -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, TARGET)
    await desk.copies.start(End("instance", 3, "/x"), TARGET)
    assert len(desk.copies.beside(SOURCE, TARGET)) == 2
    await desk.copies.cancel(SOURCE, TARGET)
    assert {one.stage for one in desk.copies.all} == {Stage.STOPPING}
    assert desk.service.sent[-1] == "cancel instance.2"
    await desk.say(2, "receiving copy 50%", after=STILL - 5)
    assert (await desk.wait(STILL - 5)).stage is Stage.STOPPING
    assert (await desk.wait(10)).stage is Stage.STOPPED
    desk.copies.forget(desk.copies.all[0].number)
    assert len(desk.copies.all) == 1


async def test_a_cancel_without_an_answer_changes_nothing_here() -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, TARGET)
    desk.service.outcomes = [LOST]
    with pytest.raises(Unconfirmed):
        await desk.copies.cancel(SOURCE, TARGET)
    assert desk.copies.all[0].stage is Stage.COPYING
    desk.copies.forget(desk.copies.all[0].number)
    assert len(desk.copies.all) == 1


@pytest.mark.parametrize(("lost", "stage"), [(False, Stage.COPYING), (True, Stage.ASKED)])
async def test_what_has_no_end_is_remembered_over_a_restart(
    tmp_path: Path, lost: bool, stage: Stage
) -> None:
    path = tmp_path / "journal.db"
    first = Desk(path, Service([LOST] if lost else []))
    with suppress(Unconfirmed):
        await first.copies.start(SOURCE, TARGET)
    await first.copies.aclose()
    first.journal.finish()
    again = Desk(path)
    await again.copies.recover()
    [found] = again.copies.all
    assert (found.stage, found.source, found.target) == (stage, SOURCE, TARGET)
    assert again.service.sent == []
    assert (await again.wait(5)).said == ()
    assert (await again.say(2, "Done receiving copy")).stage is Stage.DONE
    again.journal.finish()


async def test_a_connection_keeps_its_name_and_its_log_over_a_restart(tmp_path: Path) -> None:
    log = "https://example.org/log"
    answer = Outcome(Fate.OK, data={"success": True, "result_url": log}, status=200)
    first = Desk(tmp_path / "journal.db", Service([answer]))
    lab = End("cloud", 1_811, "bucket/x", "s3", "lab")
    await first.copies.start(SOURCE, lab, ("--dry-run",))
    await first.copies.cancel(SOURCE, lab)
    first.journal.finish()
    again = Desk(tmp_path / "journal.db")
    await again.copies.recover()
    [found] = again.copies.all
    assert (found.target.name, found.target.cloud_type, found.log) == ("lab", "s3", log)
    again.journal.finish()


CLOUD = End("cloud", 1_811, "bucket/x")


async def test_a_copy_to_a_cloud_fails_in_the_words_of_the_service() -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, CLOUD)
    odd = await desk.say(1, "waiting for odd things")
    assert (odd.word, [one.text for one in odd.said]) == ("accepted", ["waiting for odd things"])
    assert (await desk.say(1, "success, running")).stage is Stage.COPYING
    failed = await desk.say(1, "Remote said no: access denied")
    assert (failed.stage, failed.why) == (Stage.FAILED, "“Remote said no: access denied”")


async def test_unknown_words_are_the_last_ones_after_a_day() -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, CLOUD)
    await desk.say(1, "odd words")
    ended = await desk.wait(LONGEST)
    assert (ended.stage, ended.why) == (
        Stage.UNKNOWN,
        "No end was seen in a day. The last words were “odd words”. Look at the files.",
    )


@pytest.mark.parametrize("words", ["Cloud Copy Operation Finished", "ERROR : x: Failed to copy: y"])
async def test_of_two_to_clouds_it_is_not_known_which_one_it_was(words: str) -> None:
    desk = Desk()
    await desk.copies.start(SOURCE, CLOUD)
    await desk.copies.start(SOURCE, replace(CLOUD, id=1_905))
    await desk.say(1, words)
    assert [one.stage for one in desk.copies.all] == [Stage.UNKNOWN] * 2
