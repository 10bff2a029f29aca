"""Changes have a row in the journal; what can raise the bill is not sent without one."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from tests.support.serverless import USED, groups_of
from tests.unit.services.serverless.test_changes import Bench
from tests.unit.services.serverless.test_reader import read_all
from vasttui.api.outcome import Outcome
from vasttui.errors import VastError
from vasttui.models.endpoint_settings import (
    EndpointSettings,
    GroupSettings,
    group_settings_of,
    settings_of,
)
from vasttui.models.instance import Instance
from vasttui.models.worker_search import with_price
from vasttui.services.serverless.change_rows import ChangeRows
from vasttui.services.serverless.client import LiveService
from vasttui.services.serverless.group_changes import GroupChanges
from vasttui.services.serverless.service import Serverless
from vasttui.store.intent import SENT, Intent
from vasttui.store.journal import Journal

BEFORE = EndpointSettings(
    endpoint_name="llama-70b", max_workers=16, max_queue_time=30.0, inactivity_timeout=900.0,
    endpoint_state="stopped",
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "costs"),
    [({"endpoint_state": "active"}, True), ({"endpoint_state": "suspended"}, False),
     ({"max_workers": 17}, True), ({"max_workers": 15}, False), ({"min_load": 1.0}, True),
     ({"cold_workers": 6}, True), ({"cold_mult": 2.0}, False), ({"min_cold_load": 1.0}, True),
     ({"target_util": 0.8}, True), ({"target_util": 1.0}, False), ({"max_queue_time": 9.0}, True),
     ({"max_queue_time": None}, True), ({"max_queue_time": 40.0}, False),
     ({"inactivity_timeout": 901.0}, True), ({"inactivity_timeout": 60.0}, False),
     ({"inactivity_timeout": 0.0}, True), ({"inactivity_timeout": -1.0}, True),
     ({"endpoint_name": "other"}, False), ({}, False)],
)  # fmt: skip
def test_a_setting_can_cost_more_where_workers_may_be_more_or_stay_longer(
    change: dict[str, object], costs: bool
) -> None:
    assert replace(BEFORE, **change).can_cost_more(BEFORE) is costs  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "costs"),
    [({"search": "gpu_ram>=24 dph_total<=0.4"}, False), ({}, False),
     ({"search": "gpu_ram>=24 dph_total<=0.6"}, True), ({"search": "gpu_ram>=24"}, True),
     ({"search": "gpu_ram>=80 dph_total<=0.5"}, True), ({"template_hash": "b" * 32}, True),
     ({"search": {"gpu_ram": {"gte": 24}}}, True)],
)  # fmt: skip
def test_a_group_can_cost_less_only_by_a_lower_price_limit(
    change: dict[str, object], costs: bool
) -> None:
    before = GroupSettings(endpoint_id=1, template_hash="a" * 32,
                           search="gpu_ram>=24 dph_total<=0.5")  # fmt: skip
    assert replace(before, **change).can_cost_more(before) is costs  # type: ignore[arg-type]


async def test_without_a_journal_only_what_cannot_raise_the_bill_is_sent(tmp_path: Path) -> None:
    bench = Bench()
    (tmp_path / "no-folder").write_text("")
    journal = Journal(tmp_path / "no-folder" / "journal.db")
    serverless = Serverless(bench.client, bench.clock, random.Random(1), journal)
    endpoints, groups = serverless.endpoints, serverless.groups
    shown, [group, *_] = await bench.endpoint(USED), await groups_of(bench.client, USED)
    settings, group_settings = settings_of(shown), group_settings_of(group)
    assert settings is not None
    assert group_settings is not None
    assert isinstance(group_settings.search, str)
    dearer = replace(group_settings, search=with_price(group_settings.search, 9.0))
    cheaper = replace(group_settings, search=with_price(group_settings.search, 0.1))
    [one, *_] = (await bench.client.deployments.list()).deployments
    refused = r"cannot be written.* Nothing was sent: what can raise the bill is off"
    with pytest.raises(VastError, match=refused) as caught:
        await endpoints.change(shown, replace(settings, max_workers=99))
    assert caught.value.hint == "Is the disk full, or the folder read-only?"
    with pytest.raises(VastError, match=refused):
        await groups.change(group, dearer)
    with pytest.raises(VastError, match=refused):
        await serverless.deployments.start(one)
    with pytest.raises(VastError, match=refused):
        await groups.update_workers(group.id)
    assert bench.sent == []
    await groups.change(group, cheaper)
    fewer = await endpoints.change(shown, replace(settings, max_workers=1))
    stopped = await endpoints.set_state(fewer, "stopped")
    with pytest.raises(VastError, match=refused):
        await endpoints.set_state(stopped, "active")
    with pytest.raises(VastError, match="no update of workergroup"):
        await groups.cancel_update(group.id)
    await serverless.deployments.stop(one)
    await serverless.deployments.delete(one)
    await endpoints.delete(stopped)
    assert [name.partition(" ")[0] for name in bench.sent] == [
        "PUT", "PUT", "PUT", "POST", "POST", "DELETE", "DELETE"
    ]  # fmt: skip


async def test_a_change_has_a_row_while_it_is_made_and_what_was_cut_off_is_told_once(
    tmp_path: Path,
) -> None:
    clock = Bench().clock
    first = Journal(tmp_path / "journal.db")
    rows = ChangeRows(first, clock)
    async with rows.row("Changing llama-70b", "endpoint 7", can_cost=True):
        with pytest.raises(VastError, match=r"Another vasttui window .* Nothing was sent"):
            await rows.row("Changing llama-70b", "endpoint 7", can_cost=True).__aenter__()
    assert await first.unfinished() == []
    cut_off = rows.row("Starting square", "deployment 4", can_cost=True)
    await cut_off.__aenter__()
    assert await rows.look() == []
    first.finish()
    later = ChangeRows(Journal(tmp_path / "journal.db"), clock)
    [(words, is_good)] = await later.look()
    assert words.startswith("Starting square was begun at ")
    assert words.endswith("vasttui ended before it was seen: look whether it was done.")
    assert not is_good
    assert await later.look() == []


class Kept(Journal):
    """A journal that tells which rows it had."""

    def __init__(self) -> None:
        super().__init__(None)
        self.opened: list[str] = []

    async def open(
        self, kind: str, target: str, details: Mapping[str, str], *, now: float, state: str = SENT
    ) -> Intent:
        self.opened.append(details["what"])
        return await super().open(kind, target, details, now=now, state=state)


async def test_every_change_has_its_row_and_what_lowers_the_bill_waits_for_no_other() -> None:
    bench, journal = Bench(), Kept()
    serverless = Serverless(bench.client, bench.clock, random.Random(1), journal)
    endpoints, groups = serverless.endpoints, serverless.groups
    shown, [group, other] = await bench.endpoint(USED), await groups_of(bench.client, USED)
    settings = group_settings_of(group)
    assert settings is not None
    assert isinstance(settings.search, str)
    other_window = ChangeRows(journal, bench.clock)
    async with other_window.row("Scaling llama-70b", "endpoint 19392", can_cost=True):
        shown = await endpoints.set_state(shown, "stopped")
    await groups.change(group, replace(settings, search=with_price(settings.search, 0.1)))
    await groups.update_workers(group.id)
    await groups.cancel_update(group.id)
    await groups.delete(other)
    [one, *_] = (await bench.client.deployments.list()).deployments
    await serverless.deployments.start(one)
    await serverless.deployments.stop(one)
    await serverless.deployments.delete(one)
    await endpoints.delete(shown)
    assert journal.opened == [
        "Scaling llama-70b", "Changing llama-70b (19392)", "Changing group 4471",
        "Updating the workers of group 4471", "Cancelling the update of group 4471",
        "Deleting group 4490", "Starting transcribe", "Stopping transcribe",
        "Deleting transcribe", "Deleting llama-70b (19392)",
    ]  # fmt: skip
    assert await journal.unfinished() == []


class Silent:
    """A router that never answers."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def update_workers(self, group_id: int, *, cancel: bool = False) -> Outcome:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError("it goes on for ever")


@pytest.mark.parametrize("killed", [True, False])
async def test_an_update_of_workers_has_a_row_while_it_is_sent(
    killed: bool, tmp_path: Path
) -> None:
    """Inactive workers may be started for it, and a second one would make all anew once more."""
    api, clock, live = Bench().client, Bench().clock, Silent()
    journal = Journal(tmp_path / "journal.db")
    changes = GroupChanges(
        api.worker_groups, api.endpoints, cast("LiveService", live), clock, journal,
        ChangeRows(journal, clock),
    )  # fmt: skip
    work = asyncio.create_task(changes.update_workers(7))
    await live.asked.wait()
    [row] = await journal.unfinished()
    assert row.details == {"what": "Updating the workers of group 7"}
    with pytest.raises(VastError, match=r"already doing this.* Nothing was sent"):
        await changes.update_workers(7)
    if killed:
        journal.finish()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    journal.finish()
    later = ChangeRows(Journal(tmp_path / "journal.db"), clock)
    [(words, is_good)] = await later.look()
    assert words.startswith("Updating the workers of group 7 was begun at ")
    assert words.endswith("vasttui ended before it was seen: look whether it was done.")
    assert not is_good


async def test_a_row_that_could_not_be_closed_is_closed_later(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = Journal(path)
    rows = ChangeRows(journal, Bench().clock)
    async with rows.row("Changing llama-70b", "endpoint 7", can_cost=True):
        file = sqlite3.connect(path)
        file.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON intents BEGIN SELECT RAISE(FAIL, 'full'); END"
        )
        file.commit()
    assert len(await journal.unfinished()) == 1
    file.execute("DROP TRIGGER full")
    file.commit()
    file.close()
    async with rows.row("Changing llama-70b", "endpoint 7", can_cost=True):
        pass
    assert await journal.unfinished() == []


async def test_what_an_endpoint_left_has_its_name_after_a_restart_too(tmp_path: Path) -> None:
    bench, path = Bench(), tmp_path / "journal.db"
    journal = Journal(path)
    first = Serverless(bench.client, bench.clock, random.Random(1), journal)
    row = (await read_all(first.reader))[1]
    began = bench.clock.now()
    await first.delete_endpoint(row)
    [one] = [one for one in (await bench.client.deployments.list()).deployments
             if one.endpoint_id is not None]  # fmt: skip
    bench.world.serverless.book.deployments[0].endpoint_id = 5
    await first.delete_deployment(replace(one, endpoint_id=5), None)
    journal.finish()
    bench.clock.advance(61)
    later = Serverless(bench.client, bench.clock, random.Random(1), Journal(path))
    await read_all(later.reader)
    await later.look()
    left = [Instance(id=at, endpoint_id=at, start_date=began) for at in (row.id, 5, 6)]
    assert [words.partition(" is not")[0] for words in later.standing(left)] == [
        f"Endpoint whisper ({row.id})", "Endpoint transcribe (5)", "Endpoint 6",
    ]  # fmt: skip
