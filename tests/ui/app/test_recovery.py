"""What an earlier run of the program left behind, and what could not be read, is told."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import get_args

from tests.support.simulator import BEARER, ask
from tests.support.ssh_keys import public_key
from tests.support.stage import KEY, stage
from tests.ui.serverless.test_changing import fill, wrong
from tests.ui.serverless.test_endpoints import endpoints
from vasttui.api.client import open_client
from vasttui.models.account import Account
from vasttui.models.endpoint_settings import EndpointSettings
from vasttui.models.rent import RentRequest
from vasttui.models.rent_body import rent_body
from vasttui.models.rent_terms import agreed_to
from vasttui.models.ssh_key import SshKey
from vasttui.services.renting.journal_entry import Order, Progress
from vasttui.services.serverless.orders import EndpointOrder
from vasttui.services.volume_order import VolumeOrder
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.store.intent import Owner
from vasttui.store.journal import Journal
from vasttui.ui.app.exit_summary import exit_summary, unfinished
from vasttui.ui.inbox import sorted_out
from vasttui.ui.on_demand import Service
from vasttui.ui.session import SignedIn

IDENTITY = hashlib.sha256(f"http://127.0.0.1:1 {KEY}".encode()).hexdigest()[:32]
"""Of the key of the stage at its service."""


async def test_what_nobody_needs_is_not_begun() -> None:
    async with stage() as running:
        await running.until(lambda: running.app.fleet.account is not None)
        later = running.clock.monotonic() + 30.0
        await running.until(lambda: running.clock.monotonic() >= later, step=0.5)
        live = running.app.live
        assert live is not None
        assert [name for name in get_args(Service) if live.has(name)] == []
        assert unfinished(running.app) == []
        assert [name for name in get_args(Service) if live.has(name)] == []


async def test_an_action_that_an_earlier_run_began_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    await leave(path, "destroy", "4711", Owner(IDENTITY))
    async with stage(journal_file=path) as running:
        await running.until(lambda: "4711: no longer listed or billed" in running.said, step=0.5)


async def test_an_action_of_another_account_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    owner = Owner("another key", "https://console.vast.ai 1")
    await leave(path, "destroy", "4711", owner)
    async with stage(journal_file=path) as running:
        await running.until(lambda: "under another account" in running.said, step=0.5)
        assert "destroyed" not in running.said
        assert running.app.live is not None
        assert len(await running.app.live.journal.unfinished()) == 1


async def test_an_action_of_an_unknown_account_is_not_taken_for_done(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    await leave(path, "destroy", "4711", Owner())
    async with stage(journal_file=path) as running:
        await running.until(lambda: "It is not listed; which account" in running.said, step=0.5)
        assert "destroyed" not in running.said


async def test_what_another_window_leaves_is_taken_over_while_this_one_runs(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with stage(journal_file=path) as running:
        await running.until(lambda: running.app.fleet.account is not None)
        other = Journal(path, lambda: Owner(IDENTITY))
        intent = await other.open("destroy", "4711", {}, now=0.0)
        await running.until(lambda: running.clock.monotonic() > 20.0, step=0.5)
        assert not running.said
        other.finish()
        await running.until(lambda: "4711: no longer listed or billed" in running.said, step=0.5)
        assert running.app.live is not None
        assert intent not in await running.app.live.journal.unfinished()


async def test_a_rental_that_another_window_leaves_is_finished_while_this_one_runs(
    tmp_path: Path,
) -> None:
    path, key = tmp_path / "journal.sqlite3", SshKey(public_key("mine"))
    async with stage(journal_file=path) as running:
        world, clock = running.world, running.clock
        await running.until(lambda: running.app.fleet.account is not None)
        offer = running.app.offers.browse.rows[0].offer
        request = RentRequest(ask=offer.id, image="vastai/pytorch", label="left", disk=10.0)
        order = Order.of(request, agreed_to(offer, 10.0, None, None), [key], "c0ffee")
        other = Journal(path, lambda: Owner(IDENTITY))
        intent = await other.open("rent", str(order.ask), order.details(), now=clock.now())
        await other.change(intent, "sent", Progress.sent(clock.monotonic()).note)
        path_of = f"/api/v0/asks/{offer.id}/"
        assert ask(world, "PUT", path_of, rent_body(request, "c0ffee"), BEARER).status == 200
        new = world.contracts.all(clock.now())[-1]
        start = clock.monotonic()
        await running.until(lambda: clock.monotonic() > start + 20.0, step=0.5)
        assert running.app.renting == {}  # the other window sees to it
        assert not running.sent("attach_key")
        other.finish()
        await running.until(lambda: running.sent("attach_key"), step=0.5)
        assert key.blob in running.sent("attach_key")[0]
        await running.until(lambda: "log in with ssh" in running.said, step=1.0)
        assert len(running.sent("rent")) == 1
        assert world.contracts.all(clock.now())[-1].id == new.id
        assert running.app.live is not None
        assert await running.app.live.journal.unfinished() == []


async def test_a_volume_that_an_earlier_run_asked_for_is_found(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    order = VolumeOrder(name="models", size=100, monthly=20.0, machine=None)
    journal = Journal(path, lambda: Owner(IDENTITY))
    await journal.open("volume", order.target, order.details, now=0.0)
    journal.finish()
    async with stage(journal_file=path, volumes=3) as running:
        await running.until(lambda: "a volume called models was" in running.said.lower(), step=0.5)
        assert "It is made: V.20118502" in running.said
        assert "instead of $20.00/month" in running.said
        assert not running.sent("create_volume")


async def test_an_endpoint_that_an_earlier_run_asked_for_is_told_of_until_it_is_known(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal(path, lambda: Owner(IDENTITY))
    for name in ("whisper", "lost"):
        order = EndpointOrder(EndpointSettings(endpoint_name=name))
        intent = await journal.open("endpoint", name, order.details, now=0.0)
        await journal.change(intent, "sent", '{"before": [19392], "number": null}')
    journal.finish()
    async with stage(journal_file=path, account={"endpoints": 2}) as running:
        await running.until(lambda: "An endpoint “whisper” was asked for" in running.said, step=0.5)
        assert "it is made, as 19430, but with another" in running.said
        app = running.app
        [item] = [one for one in sorted_out(app)[0] if one.kind == "asked"]
        assert item.text.startswith("An endpoint “lost” was asked for on 01 Jan at ")
        assert "nobody knows yet whether it was made." in item.text
        assert any("The next start looks for it." in line for line in unfinished(app))
        assert "nobody knows yet whether it was made. The next start" in exit_summary(app)
        screen = await endpoints(running)
        assert f"{screen.notice()}".startswith(" ! An endpoint “lost” was asked for on 01 Jan at ")
        await running.dialog("n")
        await fill(running, "name", "lost")
        await running.press("enter")
        assert "Two would both bill." in wrong(running)
        await running.press("escape")
        assert app.live is not None
        assert [row.target for row in await app.live.journal.unfinished()] == ["lost"]
        assert not running.sent("create_endpoint")


async def test_a_read_only_window_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    await leave(path, "destroy", "4711", Owner(IDENTITY))
    async with stage(journal_file=path, read_only=True) as running:
        await running.until(lambda: running.clock.monotonic() > 20.0, step=0.5)
        assert "4711" not in running.said
    journal = Journal(path)
    assert len(await journal.left_behind("destroy")) == 1
    journal.finish()


async def test_a_key_of_another_account_takes_nothing_over_from_the_first(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with stage(journal_file=path) as running:
        app = running.app
        await running.until(lambda: app.fleet.account is not None)
        assert app.live is not None
        await app.live.journal.open("destroy", "4711", {}, now=0.0)
        api = open_client(
            "http://127.0.0.1:1", "another-key-of-another-user", clock=running.clock,
            rng=random.Random(1), transport=SimulatorTransport(running.world),
        )  # fmt: skip
        before = app.live
        await app.sign_in(SignedIn(Account(id=2), api, ""))
        assert app.live is not before
        row = "SELECT owner_key, owner_account FROM intents"
        with closing(sqlite3.connect(path)) as file:
            [(key, account)] = file.execute(row).fetchall()
            assert (key, account.split()[0]) == (IDENTITY, app.session.address)
            file.execute("UPDATE intents SET owner_account = 'https://console.vast.ai 1'")
            file.commit()
        await running.until(lambda: "under another account" in running.said, step=0.5)


async def leave(path: Path, kind: str, target: str, owner: Owner) -> None:
    """A row that another run of the program left."""
    journal = Journal(path, lambda: owner)
    await journal.open(kind, target, {}, now=0.0)
    journal.finish()


async def test_a_journal_that_cannot_be_opened_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.mkdir()
    async with stage(journal_file=path) as running:
        await running.until(lambda: "Cannot resume the work of an earlier run" in running.said)


async def test_price_increases_that_cannot_be_read_are_not_taken_for_none() -> None:
    async with stage(instances=0, faults={"price_increases": ["http:403"]}) as running:
        await running.until(lambda: running.app.fleet.increases_error is not None, step=0.5)
        await running.press("exclamation_mark")
        await running.until(lambda: "Price increases could not be read" in running.said)
    async with stage(instances=4, faults={"price_increases": ["http:403"]}) as running:
        await running.until(lambda: running.app.fleet.increases_error is not None, step=0.5)
        await running.press("exclamation_mark")
        await running.until(lambda: "Price increases could not be read" in running.text)
