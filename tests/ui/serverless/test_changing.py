"""The dialogs that change endpoints and worker groups: what is sent, refused, and said after."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs
from textual.events import Paste
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tests.support.stage import Stage, stage
from tests.ui.serverless.test_endpoints import endpoints
from vasttui.models.bill import Burn
from vasttui.models.endpoint_settings import EndpointSettings, GroupSettings
from vasttui.models.money import Usage
from vasttui.models.template import Template
from vasttui.services.serverless.drafts import Draft
from vasttui.ui.app.exit_summary import unfinished
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.serverless.actions import At
from vasttui.ui.serverless.changing import make_endpoint
from vasttui.ui.serverless.full import FullScreen
from vasttui.ui.serverless.group_fields import GroupFields
from vasttui.ui.serverless.limits import LIMITS, Limit, hint_of
from vasttui.ui.serverless.new_endpoint import NewEndpoint
from vasttui.ui.serverless.screen import EndpointsScreen

TWO = {"endpoints": 2}


async def on(running: Stage, screen: EndpointsScreen, row: str) -> None:
    """Put the cursor on a row: the name of an endpoint, or the id of a group."""
    rows = screen.browse.rows
    at = next(
        at for at, one in enumerate(rows)
        if row == (one.endpoint.name if one.group is None else f"{one.group.id}")
    )  # fmt: skip
    await running.press("home", *["down"] * at)


async def fill(running: Stage, key: str, text: str) -> None:
    """Type into a field of the dialog."""
    field = running.app.screen.query_one(f"#in_{key}", Input)
    running.app.screen.set_focus(field)
    await running.pause()
    field.value = ""
    await running.burst(Paste(text))


def words(running: Stage, part: str) -> str:
    """What a part of the dialog says."""
    return str(running.app.screen.query_one(f"#{part}", Static).content)


async def follows_the_fleet(running: Stage) -> None:
    """The figures of the open dialog are those of the newest list of instances."""
    fleet = running.app.fleet
    for rows, sum_of in (((), "$?/h"), (fleet.rows, "$1.262/h")):
        number = running.app.fleet.number + 1
        running.app.fleet_arrived(structs.replace(fleet, rows=rows, number=number))
        await running.pause()
        assert f"go on billing {sum_of}" in words(running, "after")


def wrong(running: Stage) -> str:
    """What is said of the fields, and below them."""
    rows = running.app.screen.query(FormRow)
    return "\n".join([*(row.wrong for row in rows), words(running, "news")])


async def confirm(running: Stage, times: int = 1, button: str = "confirm") -> None:
    """Press the button so often; a press too many may open the endpoint in full: it is closed."""
    running.app.screen.set_focus(running.app.screen.query_one(f"#{button}"))
    await running.pause()
    await running.burst(*["enter"] * times)
    if times > 1:
        await running.until(lambda: not isinstance(running.app.screen, ModalScreen))
        if isinstance(running.app.screen, FullScreen):
            await running.press("q")


def bodies(running: Stage, operation: str) -> list[dict[str, Any]]:
    return [json.loads(one) for one in running.sent(operation)]


async def test_an_endpoint_is_scaled_and_set_as_it_was_shown() -> None:
    async with stage(account=TWO) as running:
        screen = await endpoints(running)
        book = running.world.serverless.book
        await running.dialog("e")
        assert "worst case: at most 16 workers: $7.200/h, $173/day" in running.text
        await confirm(running)
        assert "Nothing was changed" in wrong(running)
        await fill(running, "target_util", "0")
        await fill(running, "max_workers", "8")
        await confirm(running)
        assert "Needs % above 0, at most 100." in wrong(running)
        await fill(running, "target_util", "75")
        assert "worst case: at most 8 workers: $3.600/h, $86.40/day" in words(running, "worst")
        await fill(running, "cold_workers", "50")
        assert "50 inactive do not fit in at most 8 workers" in words(running, "worst")
        assert "[ Scale: at most $3.600/h + disks ]" in running.text
        await fill(running, "cold_workers", "2")
        book.endpoints[0].limits["cold_workers"] = 3  # elsewhere, meanwhile
        await confirm(running)
        await running.until(lambda: "It was changed elsewhere meanwhile" in wrong(running))
        assert not running.sent("update_endpoint")
        await running.pause(0.5)
        await confirm(running, 2)
        await running.until(lambda: "llama-70b is scaled" in running.said)
        assert "at most 8 workers: $3.600/h, $86.40/day" in running.said
        [sent] = bodies(running, "update_endpoint")
        assert sent == {
            "client_id": "me", "endptjob_id": 19392, "endpoint_name": "llama-70b",
            "min_load": 0, "min_cold_load": 0,
            "target_util": 0.75, "cold_mult": 2.5, "cold_workers": 3, "max_workers": 8,
            "max_queue_time": 30, "target_queue_time": 10, "inactivity_timeout": 900,
            "endpoint_state": "active", "autoscaler_instance": "prod",
        }  # fmt: skip

        await running.dialog("t")
        assert "nothing saved" in running.text
        await running.press("right")
        assert "3 workers with GPU and 2 disks go on billing" in words(running, "after")
        await follows_the_fleet(running)
        await confirm(running)
        await running.until(lambda: "Stopped is what saves" in running.said)
        assert bodies(running, "update_endpoint")[1:] == [{**sent, "endpoint_state": "suspended"}]
        assert book.endpoints[0].state == "suspended"

        await on(running, screen, "whisper")
        await running.dialog("t")
        await running.press("left")
        assert "at any price: a group has no limit" in words(running, "worst")
        begins = "At least 2 workers are started and bill, at any price."
        assert begins in words(running, "after")
        assert "2 or more start" in running.text
        await confirm(running)
        assert "It may cost without limit: type “any”" in wrong(running)
        await fill(running, "accept", "any")
        await confirm(running)
        await running.until(lambda: "whisper: Active" in running.said)
        assert begins in running.said
        assert len(running.sent("update_endpoint")) == 3


async def test_a_group_is_changed_with_its_search_whole() -> None:
    async with stage(account=TWO) as running:
        screen = await endpoints(running)
        await on(running, screen, "4512")
        await running.dialog("e")
        fields = running.app.screen.query_one(GroupFields)
        await running.until(lambda: "of its search now at any price" in words(running, "supply"))
        assert "at most 16 workers, at any price" in words(running, "worst")
        await fill(running, "price", "")
        await confirm(running)
        assert "Needs the most a worker may cost in $/h, or “any”" in wrong(running)
        await fill(running, "price", "0.2")
        assert "of its search cost" in words(running, "supply")
        await fill(running, "search", "RTX_5090 num_gpus=1 dph<1")
        await confirm(running)
        assert "The price is not part of it" in wrong(running)
        await fill(running, "search", "RTX_4090 num_gpus=1 reliability>0.9")
        assert fields.read().limit == 0.2
        await confirm(running)
        await running.until(lambda: "Group 4512 is changed" in running.said)
        assert "at most 16 workers: $3.200/h, $76.80/day" in running.said
        [sent] = bodies(running, "update_workergroup")
        assert sent["search_params"] == (
            "gpu_name in [RTX_4090] num_gpus=1 reliability>0.9 dph_total<=0.2 "
            "verified=True rentable=True rented=False"
        )
        assert sent["endpoint_id"] == 19430
        assert sent["template_id"] == 63305

        await on(running, screen, "4471")
        await running.dialog("e")
        group = running.world.serverless.book.group(4471)
        assert group is not None
        group.search_params = group.search_params.replace("0.45", "0.6")  # elsewhere, meanwhile
        await fill(running, "price", "0.40")
        await confirm(running)
        await running.until(lambda: "It was changed elsewhere meanwhile" in wrong(running))
        assert running.app.screen.query_one("#in_price", Input).value == "0.6"
        assert "$9.600/h" in words(running, "worst")
        assert not running.sent("update_workergroup")[1:]
        await running.pause(0.5)
        await fill(running, "price", "0.40")
        await confirm(running)
        await running.until(lambda: "Group 4471 is changed" in running.said)
        assert bodies(running, "update_workergroup")[1]["search_params"] == (
            "gpu_name=RTX_5090 num_gpus=1 dph_total<=0.4 verified=True rentable=True rented=False"
        )


async def test_at_most_is_never_less_than_what_is_billed_now() -> None:
    async with stage(account=TWO, size=(200, 40)) as running:
        screen = await endpoints(running)
        await on(running, screen, "4471")
        await running.dialog("e")
        await fill(running, "price", "0.02")
        kept = "as the 5 it has keep their prices"
        worst = f"at most 16 workers: $5.992/h, $144/day, {kept}"  # the other group allows $0.35
        assert worst in words(running, "worst")
        await confirm(running)
        await running.until(lambda: "Group 4471 is changed: at most 16 workers: $" in running.said)
        assert ", as the 4 it has keep their prices. Its workers stay." in running.said
        await running.until(lambda: "at most $0.020" in running.text)
        await running.pause()
        lines = {line.id: line for line in screen.browse.rows}
        for line in (lines["g4471"], lines["e19392"]):
            assert line.now is not None
            assert line.worst is not None
            assert line.worst > line.now
        assert "as the 4 it has keep their prices" in running.text
        await running.press("home")
        await running.dialog("e")
        await fill(running, "max_workers", "2")
        assert f"at most 2 workers: $1.262/h, $30.29/day, {kept}" in words(running, "worst")
        assert "[ Scale: at most $1.262/h ]" in running.text
        await confirm(running)
        await running.until(lambda: "llama-70b is scaled" in running.said)
        assert f"{kept}; now $1.262/h goes on." in running.said


async def test_the_offers_of_a_group_are_counted_with_the_disk_of_its_template() -> None:
    async with stage(account=TWO) as running:
        screen = await endpoints(running)
        await on(running, screen, "4471")
        live, [row] = running.app.live, [one for one in screen.browse.rows if one.id == "g4471"]
        assert live is not None
        assert row.group is not None
        number = row.group.group.template_id
        assert number is not None

        async def disks(said: bool) -> set[float]:
            before = len(running.sent("search"))
            await running.dialog("e")
            await running.until(lambda: "of its search" in words(running, "supply"))
            assert ("how much its template takes is not known" in words(running, "supply")) is said
            await running.press("escape")
            asked = bodies(running, "search")[before:]
            return {one["allocated_storage"] for one in asked}

        assert number not in live.templates.known
        assert await disks(said=True) == {Usage().disk}
        live.templates.known[number] = Template(id=number, hash_id="", name="vllm", disk=120.0)
        assert await disks(said=False) == {120.0}
        await running.press("O")
        assert "A worker takes 120 GB of disk." in running.said


async def test_a_new_endpoint_with_its_group() -> None:
    async with stage(account=TWO) as running:
        await endpoints(running)
        await running.dialog("n")
        await fill(running, "name", "whisper")
        await confirm(running)
        assert "There is an endpoint whisper already; two with one name both bill." in wrong(
            running
        )
        await fill(running, "name", "new one")
        await confirm(running)
        assert "Letters, digits, _ and - only" in wrong(running)
        await fill(running, "name", "new-one")
        await fill(running, "search", "num_gpus=1")
        await fill(running, "price", "0.3")
        await confirm(running)
        fleet = running.app.fleet
        assert fleet.account is not None
        rich = structs.replace(
            fleet, account=structs.replace(fleet.account, credit=500.0), burn=Burn(gpu=50.0)
        )
        running.app.fleet_arrived(structs.replace(rich, number=fleet.number + 1))
        await running.pause()
        assert "$500.00 lasts 10 h now" in words(running, "worst")
        assert "Choose a template" in words(running, "no_template")
        running.app.screen.set_focus(running.app.screen.query_one("#template"))
        await running.press("enter")
        live = running.app.live
        assert live is not None
        await running.until(lambda: any(one.mine for one in live.templates.known.values()))
        await running.pause()
        assert "none: image and settings by hand" not in running.text
        await running.type("vllm-mine")
        await running.press("enter")
        await running.pause()
        await fill(running, "max_workers", "4")
        assert "worst case: at most 4 workers: $1.200/h, $28.80/day" in words(running, "worst")
        assert running.sent("create_endpoint") == []
        running.world.plan("create_endpoint", ["http:400"])
        await confirm(running)
        await running.until(lambda: running.app.news.unread, step=2.0)
        await running.dialog("n")  # as it was filled in
        await confirm(running)
        await running.until(lambda: len(running.sent("create_workergroup")) == 1, step=2.0)
        await running.until(lambda: "group not yet" in running.text, step=0.1)
        assert "no group" not in running.text
        await running.until(lambda: "new-one is made with group" in running.said, step=2.0)
        _, endpoint = bodies(running, "create_endpoint")
        [group] = bodies(running, "create_workergroup")
        made = running.world.serverless.book.endpoints[-1]
        assert (endpoint["endpoint_name"], endpoint["max_workers"]) == ("new-one", 4)
        assert endpoint["cold_workers"] == 5
        assert (group["endpoint_id"], group["endpoint_name"]) == (made.id, "new-one")
        assert group["search_params"].endswith(
            "dph_total<=0.3 verified=True rentable=True rented=False"
        )
        assert group["template_hash"]


async def test_what_is_only_half_made_or_not_known_is_said() -> None:
    order = NewEndpoint(
        EndpointSettings(endpoint_name="new-one"),
        GroupSettings(endpoint_id=0, template_hash="a" * 32, search="dph_total<=0.3"),
    )
    async with stage(account=TWO) as running:
        screen = await endpoints(running)
        book = running.world.serverless.book
        assert screen.serverless is not None
        at = At(running.app, screen.serverless, screen.report, screen.feed.wake)
        texts = {"name": "new-one", "search": "vram>=24", "price": "0.3", "gpu_ram": ""}
        screen.serverless.drafts.keep(Draft(texts))
        running.world.plan("create_workergroup", ["http:400"])
        task = asyncio.create_task(make_endpoint(at, order))
        await running.until(task.done, step=2.0)
        assert "new-one is made, but its worker group is not: " in running.said
        assert "n on it makes one." in running.said
        await running.until(lambda: "new-one" in running.text, step=1.0)
        await on(running, screen, "new-one")
        await running.press("n")
        await running.dialog("enter")  # as it was typed for the endpoint
        fields = running.app.screen.query_one(GroupFields)
        values = [fields.query_one(f"#in_{key}", Input).value for key in ("search", "price")]
        assert values == ["vram>=24", "0.3"]
        await running.press("escape")

        running.world.plan("create_endpoint", ["reset"])
        again = replace(order, settings=replace(order.settings, endpoint_name="other"))
        task = asyncio.create_task(make_endpoint(at, again))
        await running.until(task.done, step=2.0)
        assert "It may bill already: vasttui looks for it; do not make another." in running.said
        task = asyncio.create_task(make_endpoint(at, again))
        await running.until(task.done, step=2.0)
        assert "nobody knows yet whether it was made. Two would both bill." in running.said
        assert len(running.sent("create_endpoint")) == 2
        assert [one.name for one in book.endpoints].count("other") == 0


async def test_deleting_asks_for_the_name_and_says_what_is_left() -> None:
    async with stage(account=TWO) as running:
        screen = await endpoints(running)
        await running.dialog("D")
        assert "5 workers: " in running.text
        await running.pause(0.5)
        await running.type("whisper")
        await running.press("enter")
        assert "That is not it." in running.text
        await running.press("home", "ctrl+k")
        await running.type("llama-70b")
        running.world.plan("endpoints", ["stall"])  # what is compared before it is sent
        await confirm(running, 2, "delete")
        await running.until(lambda: unfinished(running.app))
        [words_of_it] = unfinished(running.app)
        assert words_of_it == "Deleting llama-70b: not seen yet; look whether it was done."
        await running.until(lambda: "llama-70b: deleted; 1 worker" in running.said, step=1.0)
        assert unfinished(running.app) == []
        assert "could not be deleted and goes on billing" in running.said
        assert "D on it, on 2." in running.said
        assert len(running.sent("delete_endpoint")) == 1
        await running.until(lambda: "llama-70b is deleted; one of its instances" in running.text)
        await running.until(
            lambda: "is deleted; one of its" not in running.text, 30, step=2.5
        )  # fmt: skip
        assert [one.endpoint.name for one in screen.browse.rows] == ["whisper", "whisper"]
        end = "llama-70b is deleted, and none of its instances is listed any more."
        await running.until(lambda: end in running.said)
        assert running.said.count(end) == 1


async def test_an_update_of_workers_its_progress_and_its_cancellation() -> None:
    async with stage(account=TWO, faults={"update_workergroup": ["429"]}) as running:
        screen = await endpoints(running)
        await on(running, screen, "4471")
        await running.dialog("X")
        text = " ".join(running.text.replace("│", "").split())
        assert "4 workers of group 4471 are made anew" in text
        assert "an inactive one may bill its GPU, too, until it is done." in text
        await confirm(running)
        await running.until(lambda: "the service updates 4 workers" in running.said)
        await running.until(lambda: "updating 4 workers one after the other" in running.text)
        await running.pilot.resize_terminal(70, 24)
        await running.pause()
        assert " ! Group 4471: updating 4 workers: 0 seen done, 0 under way." in running.text
        await running.pilot.resize_terminal(120, 36)
        await running.pause()
        await running.dialog("X")
        assert "[ Close ]" in running.text
        assert "[ Cancel the update ]" in running.text
        await confirm(running)
        await running.until(lambda: "the update of its workers is cancelled" in running.said)
        first, second = bodies(running, "update_workers")
        assert "cancel_update" not in first
        assert second["cancel_update"] is True
        assert not running.world.serverless.book.rollouts

        # One that is over without having been seen is not in the way of another.
        assert screen.serverless is not None
        running.clock.advance(120)  # what was under way is done
        screen.serverless.updates.begin(4471, 4)
        await running.press("r")
        for answer, goes_on in (("http:401", True), ("ok", False)):
            running.world.plan("update_workers", [answer])
            sent = len(running.sent("update_workers"))
            await running.dialog("X")
            assert "[ Cancel the update ]" in running.text
            await confirm(running)
            await running.until(lambda: len(running.sent("update_workers")) > sent)  # noqa: B023
            await running.until(lambda: not unfinished(running.app))
            group = screen.browse.current.group  # type: ignore[union-attr]
            assert group is not None
            assert screen.serverless.updates.goes_on(replace(group, workers=())) is goes_on


async def test_the_dialogs_name_the_keys_that_are_in_force() -> None:
    keys = {"endpoints.edit": "f6", "endpoints.update": "f7", "endpoints.delete": "f8"}
    async with stage(account=TWO, keys=keys) as running:
        screen = await endpoints(running)
        await running.dialog("f6")
        assert "; f6 on a group changes it" in running.text
        await running.press("escape")
        await running.dialog("t")
        assert "f8 deletes it: no worker, no disk, no bill." in words(running, "after")
        await running.press("escape")
        await on(running, screen, "4471")
        await running.dialog("f6")
        assert "Workers that there are stay as they are: f7 makes them anew." in " ".join(
            words(running, "about").split()
        )
        await running.press("escape")
        await running.dialog("f7")
        text = " ".join(running.text.replace("│", "").split())
        assert "f7 again cancels it while it goes on." in text
        await confirm(running)
        await running.until(lambda: "one after the other. f7 cancels." in running.said)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda one: one.key)
def test_what_a_limit_means_stands_there_whole_or_not_at_all(limit: Limit) -> None:
    forms = {hint_of(limit, room).strip() for room in range(80)}
    whole = (limit.about, limit.short, "")
    assert forms == {f"{limit.unit:8}{words}".strip() for words in whole}
    assert len(hint_of(limit, 28)) <= 28
    assert hint_of(limit, 28) != limit.unit


async def test_a_change_says_of_what_it_is_until_it_is_seen_and_when_it_fails() -> None:
    async with stage(account=TWO) as running:
        await endpoints(running)
        running.world.plan("update_endpoint", ["reset"] * 4)
        await running.dialog("t")
        await running.press("right")
        await confirm(running)
        what = "Setting llama-70b suspended"
        await running.until(lambda: f" {what}: not seen yet" in running.text)
        assert unfinished(running.app)
        failed = f"✖ {what}: It is not known whether this was done"
        await running.until(lambda: failed in running.text, step=1.0)
        assert "not seen yet" not in running.text
        await running.dialog("!")
        assert f"{what}: It is not known whether this was done" in running.text
