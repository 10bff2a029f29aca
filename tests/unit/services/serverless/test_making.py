"""Making endpoints and groups: the row before the request, and what becomes of it after a crash."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.windows import says, window
from vasttui.api.outcome import Fate, Outcome, outcome_of
from vasttui.clock import VirtualClock
from vasttui.errors import (
    BrokenAnswer,
    NetworkError,
    RateLimited,
    Rejected,
    Unconfirmed,
    VastError,
)
from vasttui.models.endpoint_settings import EndpointSettings, GroupSettings
from vasttui.models.serverless import Endpoint, EndpointList, GroupList, WorkerGroup
from vasttui.services.serverless.change_rows import ChangeRows
from vasttui.services.serverless.endpoint_changes import EndpointChanges
from vasttui.services.serverless.group_changes import GroupChanges
from vasttui.services.serverless.making import Said
from vasttui.services.serverless.orders import EndpointOrder, GroupOrder, group_order_from
from vasttui.store.intent import Owner
from vasttui.store.journal import Journal

ME = Owner("key", "me")
NEW = EndpointSettings(endpoint_name="new", max_workers=3)
GROUP = GroupSettings(
    endpoint_id=7, endpoint_name="new", template_hash="a" * 32,
    search="gpu_ram>=24 dph_total<=0.45", launch_args="--env -e TOKEN=canary",
)  # fmt: skip
LOST = outcome_of(BrokenAnswer("Cut off."))
TWICE = "nobody knows yet whether it was made. Two would both bill. Nothing was sent."


def endpoint(number: int, settings: EndpointSettings = NEW) -> Endpoint:
    """An endpoint as it is listed with these settings."""
    names = ("endpoint_name", "min_load", "min_cold_load", "target_util", "cold_mult",
             "cold_workers", "max_workers")  # fmt: skip
    return Endpoint(id=number, **{name: getattr(settings, name) for name in names})


def group(number: int, settings: GroupSettings = GROUP) -> WorkerGroup:
    """A group as it is listed with these settings."""
    return WorkerGroup(
        id=number, endpoint_id=settings.endpoint_id, endpoint_name=settings.endpoint_name,
        template_hash=settings.template_hash, search_params=settings.search_params,
        launch_args=settings.launch_args,
    )  # fmt: skip


@dataclass
class Account:
    """What an account has, and what was asked of it; `now` happens at a request."""

    endpoints: list[Endpoint] = field(
        default_factory=lambda: [endpoint(1, replace(NEW, endpoint_name="old"))]
    )
    groups: list[WorkerGroup] = field(default_factory=list)
    outcome: Outcome = LOST
    sent: list[str] = field(default_factory=list)
    now: Callable[[], None] = lambda: None
    answers: bool = True
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    read: Callable[[], None] = lambda: None
    unread: VastError | None = None
    bad: int = 0


@dataclass
class EndpointsOf:
    account: Account

    async def list(self) -> EndpointList:
        self.account.read()
        if self.account.unread is not None:
            raise self.account.unread
        return EndpointList(tuple(self.account.endpoints), self.account.bad)

    async def create(self, settings: EndpointSettings) -> Outcome:
        self.account.sent.append(settings.endpoint_name)
        self.account.now()
        return self.account.outcome

    async def update(self, endpoint_id: int, settings: EndpointSettings) -> Outcome:
        raise AssertionError

    async def delete(self, endpoint_id: int) -> Outcome:
        raise AssertionError


@dataclass
class GroupsOf:
    account: Account

    async def list(self) -> GroupList:
        return GroupList(tuple(self.account.groups))

    async def create(self, settings: GroupSettings) -> Outcome:
        self.account.sent.append(f"group of {settings.endpoint_id}")
        self.account.asked.set()
        if not self.account.answers:
            await asyncio.Event().wait()
        self.account.now()
        return self.account.outcome

    async def update(self, group_id: int, settings: GroupSettings) -> Outcome:
        raise AssertionError

    async def delete(self, group_id: int) -> Outcome:
        raise AssertionError


class Runs:
    """One run of the program after the other, with the same account and the same file."""

    def __init__(self, folder: Path) -> None:
        self.account, self.clock = Account(), VirtualClock()
        self.path = folder / "journal"
        self.journals: list[Journal] = []
        self.asked = f"asked for at {time.strftime('%H:%M', time.localtime(self.clock.now()))}"
        """How the first request is spoken of."""
        self.start()

    @property
    def journal(self) -> Journal:
        return self.journals[-1]

    def start(self, owner: Owner = ME) -> None:
        """End this run, and begin the next."""
        self.end()
        self.window(owner)

    def window(self, owner: Owner = ME) -> None:
        """Another window, beside the one that there is."""
        self.journals.append(Journal(self.path, lambda: owner))
        rows = ChangeRows(self.journal, self.clock)
        self.endpoints = EndpointChanges(
            EndpointsOf(self.account), self.clock, self.journal, rows, lambda one: None
        )
        no_live: Any = None
        self.groups = GroupChanges(
            GroupsOf(self.account),
            EndpointsOf(self.account),
            no_live,
            self.clock,
            self.journal,
            rows,
        )

    def end(self) -> None:
        for journal in self.journals:
            journal.finish()

    async def look(self, after: float = 0.0) -> Said:
        self.clock.advance(after)
        return [*await self.endpoints.making.look(), *await self.groups.making.look()]

    async def rows(self) -> list[tuple[str, str, str]]:
        found = await self.journal.unfinished()
        return [(row.kind, row.target, row.state) for row in found]


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    found = Runs(tmp_path)
    yield found
    found.end()


async def test_the_row_is_written_before_the_request_and_closed_once_it_is_listed(
    runs: Runs,
) -> None:
    account, seen = runs.account, list[str]()

    def look() -> None:
        with closing(sqlite3.connect(runs.path)) as file:
            seen.extend(f"{row}" for row in file.execute("SELECT kind, target, state FROM intents"))

    def appears() -> None:
        look()
        account.endpoints.append(endpoint(7))
        account.read = lambda: None

    account.read, account.now, account.outcome = look, appears, Outcome(Fate.OK, 7)
    assert (await runs.endpoints.create(NEW)).id == 7
    assert seen == ["('endpoint', 'new', 'checking')", "('endpoint', 'new', 'sent')"]
    account.now, account.outcome = lambda: account.groups.append(group(9)), LOST
    assert (await runs.groups.create(GROUP)).id == 9
    assert account.sent == ["new", "group of 7"]
    assert await runs.rows() == []
    assert await runs.look() == []
    with closing(sqlite3.connect(runs.path)) as file:
        whole = f"{file.execute('SELECT * FROM intents').fetchall()}"
    assert "dph_total<=0.45" in whole
    assert "canary" not in whole


@pytest.mark.parametrize(
    "error",
    [Rejected("No.", status=400), NetworkError("Down."), RateLimited("Slow.", retry_after=99.0),
     Rejected("Already so.", status=409), Rejected("No.", status=200)],
)  # fmt: skip
async def test_a_refusal_closes_the_row(runs: Runs, error: VastError) -> None:
    runs.account.outcome = outcome_of(error)
    for _ in range(2):
        with pytest.raises(VastError) as caught:
            await runs.endpoints.create(NEW)
        assert caught.value is error
        assert await runs.rows() == []
    assert len(runs.account.sent) == 2


async def test_a_refusal_is_one_even_if_another_program_made_one_of_that_name(runs: Runs) -> None:
    runs.account.outcome = outcome_of(Rejected("No.", status=400))
    runs.account.now = lambda: runs.account.endpoints.append(endpoint(8))
    with pytest.raises(Rejected, match="No"):
        await runs.endpoints.create(NEW)


async def test_what_may_be_refused_or_not_stays_open_while_the_list_cannot_be_read(
    runs: Runs,
) -> None:
    account = runs.account
    account.outcome = outcome_of(Rejected("Already so.", status=409))
    account.now = lambda: setattr(account, "unread", NetworkError("Down."))
    with pytest.raises(Rejected):
        await runs.endpoints.create(NEW)
    assert await runs.rows() == [("endpoint", "new", "sent")]


async def test_a_lost_answer_is_looked_for_by_the_next_run_and_not_sent_again(runs: Runs) -> None:
    account = runs.account
    with pytest.raises(Unconfirmed):
        await runs.endpoints.create(NEW)
    assert runs.clock.monotonic() == 60.0
    [item] = runs.endpoints.making.items
    assert (item.kind, item.level, item.name) == ("asked", "warn", "new")
    assert item.text.startswith(f"An endpoint “new” was {runs.asked}; nobody knows yet whether")
    assert runs.endpoints.making.unfinished[0].endswith("The next start looks for it.")
    for start in (False, True):
        if start:
            runs.start()
        with pytest.raises(VastError) as caught:  # also before anything was looked for
            await runs.endpoints.create(NEW)
        assert f"{caught.value}" == f"An endpoint “new” was {runs.asked}; {TWICE}"
    assert await runs.look() == []
    assert len(runs.endpoints.making.items) == 1
    account.endpoints.append(endpoint(7))
    [(words, is_right)] = await runs.look(after=30.0)
    assert words == (
        f"An endpoint “new” was {runs.asked}: it is made, as 7. Look whether it has a worker "
        "group: without one it starts no worker."
    )
    assert is_right
    assert await runs.rows() == []
    assert account.sent == ["new"]
    [item] = runs.endpoints.making.items
    assert (item.key, item.level, item.name) == ("made-endpoint 7", "warn", "new")
    assert item.text == f"{words} It may bill."
    assert await runs.look(after=30.0) == []
    assert len(runs.endpoints.making.items) == 1, "until it is read"


async def test_a_crash_between_request_and_answer(runs: Runs) -> None:
    account = runs.account
    account.answers, account.groups = False, [group(4)]
    account.endpoints.append(endpoint(7))
    making = asyncio.ensure_future(runs.groups.create(GROUP))
    await account.asked.wait()
    making.cancel()
    runs.start()
    assert await runs.look() == []  # not listed yet
    with pytest.raises(VastError, match=r"A worker group of new .7. was asked for"):
        await runs.groups.create(replace(GROUP, search="dph_total<=0.1"))
    account.groups = [
        group(4),
        group(8, replace(GROUP, search="dph_total<=0.2", launch_args=None)),
        group(9),
    ]
    [(words, is_right)] = await runs.look(after=30.0)
    assert words == (
        f"A worker group of new (7) was {runs.asked}: it is made, as 9: at most $0.450/h each, "
        "$1.350/h in all (3 workers)."
    )
    assert is_right
    assert account.sent == ["group of 7"]
    assert await runs.rows() == []


async def test_a_crash_before_the_request_is_known_to_be_one(runs: Runs) -> None:
    order = EndpointOrder(NEW)
    await runs.journal.open("endpoint", "new", order.details, now=0.0, state="checking")
    runs.start()
    [(words, _)] = await runs.look()
    assert words.startswith("An endpoint “new” was asked for ")
    assert words.endswith(", but vasttui ended before it was sent: it is not made.")
    assert await runs.rows() == []


async def test_one_that_is_never_listed_is_given_up_after_five_minutes_of_looking(
    runs: Runs,
) -> None:
    account = runs.account
    with pytest.raises(Unconfirmed):
        await runs.endpoints.create(NEW)
    runs.clock.advance(86_400.0)  # the clock of the computer says nothing of how long it may take
    runs.start()
    assert await runs.look() == []
    account.unread = NetworkError("Down.")
    assert await runs.look(after=301.0) == []
    account.unread, account.bad = None, 1  # a row that cannot be read may be it
    assert await runs.look(after=31.0) == []
    account.bad = 0
    [(words, is_right)] = await runs.look(after=31.0)
    assert words.endswith("It is not listed: it was probably not made.")
    assert " on " in words  # the day, which is another
    assert not is_right
    assert await runs.rows() == []
    account.outcome, account.now = (
        Outcome(Fate.OK, 7),
        lambda: account.endpoints.append(endpoint(7)),
    )
    assert (await runs.endpoints.create(NEW)).id == 7


async def test_what_was_accepted_is_known_by_its_id_also_after_a_restart(runs: Runs) -> None:
    account = runs.account
    account.outcome = Outcome(Fate.OK, 7)
    account.now = lambda: account.endpoints.append(endpoint(6))  # of another program
    with pytest.raises(VastError, match="was made, but is not listed after a minute"):
        await runs.endpoints.create(NEW)
    assert (
        "the service accepted it as 7, and does not list it yet"
        in runs.endpoints.making.items[0].text
    )
    with pytest.raises(VastError, match="accepted it as 7, and does not list it yet"):
        await runs.endpoints.create(NEW)
    runs.start()
    with pytest.raises(VastError, match="accepted it as 7, and does not list it yet"):
        await runs.endpoints.create(NEW)
    assert await runs.look() == []
    assert "accepted it as 7" in runs.endpoints.making.items[0].text
    account.endpoints.append(endpoint(7, replace(NEW, max_workers=20)))
    [(words, is_right)] = await runs.look(after=30.0)
    assert "it is made, as 7, but with another max workers." in words
    assert not is_right


async def test_an_id_that_was_there_before_is_none(runs: Runs) -> None:
    runs.account.outcome = Outcome(Fate.OK, 1)
    runs.account.now = lambda: runs.account.endpoints.append(endpoint(7))
    assert (await runs.endpoints.create(NEW)).id == 7


async def test_one_that_was_accepted_and_never_listed_is_not_called_unmade(runs: Runs) -> None:
    runs.account.outcome = Outcome(Fate.OK, 7)
    with pytest.raises(VastError, match="not listed after a minute"):
        await runs.endpoints.create(NEW)
    [(words, _)] = await runs.look(after=301.0)
    assert "The service accepted it as 7, but does not list it: look on the web" in words


async def test_two_of_one_name_are_told_apart_by_their_settings_or_both_named(runs: Runs) -> None:
    account, other = runs.account, endpoint(8, replace(NEW, max_workers=9))
    with pytest.raises(Unconfirmed):
        await runs.endpoints.create(NEW)
    account.endpoints += [other, endpoint(7)]
    [(words, is_right)] = await runs.look(after=30.0)
    assert "it is made, as 7." in words
    assert is_right
    del account.endpoints[1:]
    account.now = lambda: account.endpoints.extend([endpoint(10), endpoint(11)])
    with pytest.raises(VastError, match="2 new ones are like it, and each bills: 10, 11"):
        await runs.endpoints.create(NEW)
    assert await runs.rows() == []


async def test_a_name_that_is_taken_is_refused_and_leaves_no_row(runs: Runs) -> None:
    with pytest.raises(VastError, match="There is an endpoint old already"):
        await runs.endpoints.create(replace(NEW, endpoint_name="old"))
    runs.account.unread = NetworkError("Down.")
    with pytest.raises(NetworkError):
        await runs.endpoints.create(NEW)
    assert runs.account.sent == []
    assert await runs.rows() == []


async def test_of_two_windows_one_makes_it(runs: Runs) -> None:
    account, first = runs.account, runs.endpoints
    runs.window()
    account.outcome, account.now = (
        Outcome(Fate.OK, 7),
        lambda: account.endpoints.append(endpoint(7)),
    )
    both = await asyncio.gather(
        first.create(NEW), runs.endpoints.create(NEW), return_exceptions=True
    )
    assert account.sent == ["new"]
    assert sorted(type(one) is Endpoint for one in both) == [False, True]
    assert await runs.look() == []


async def test_what_a_living_window_asked_for_is_left_to_it(runs: Runs) -> None:
    order = GroupOrder(GROUP)
    with window(runs.path, "group", order.target, json.dumps(dict(order.details))) as other:
        try:
            assert says(other) == "opened"
            assert await runs.look() == []
            with pytest.raises(
                VastError, match=r"A worker group of new .7. was asked for .* nobody"
            ):
                await runs.groups.create(GROUP)
        finally:
            other.kill()
    assert runs.account.sent == []


async def test_another_accounts_row_waits_for_a_key_of_that_and_is_told_once(runs: Runs) -> None:
    with pytest.raises(Unconfirmed):
        await runs.endpoints.create(NEW)
    runs.start(Owner("other key", "somebody else"))
    [(words, _)] = await runs.look()
    assert words == (
        f"An endpoint “new” was {runs.asked} under another account: vasttui looks for it with a "
        "key of that."
    )
    assert await runs.look(after=400.0) == []
    with pytest.raises(VastError, match=r"Under another account.* Nothing was sent\."):
        await runs.endpoints.create(NEW)
    runs.start(Owner("other key", "me"))
    runs.account.endpoints.append(endpoint(7))
    assert [one for _, one in await runs.look()] == [True]


async def test_without_a_journal_nothing_is_sent(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    runs = Runs(tmp_path / "file")
    for make in (runs.endpoints.create(NEW), runs.groups.create(GROUP)):
        with pytest.raises(VastError, match=r"cannot be written.* Nothing was sent"):
            await make
    assert runs.account.sent == []


def fill_disk(runs: Runs) -> None:
    """No row can be changed from now on."""
    with closing(sqlite3.connect(runs.path)) as file, file:
        file.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON intents BEGIN SELECT RAISE(FAIL, 'full'); END"
        )


def empty_disk(runs: Runs) -> None:
    with closing(sqlite3.connect(runs.path)) as file, file:
        file.execute("DROP TRIGGER full")


async def test_a_disk_that_is_full_between_row_and_request(runs: Runs) -> None:
    account = runs.account
    assert await runs.look() == []
    fill_disk(runs)
    with pytest.raises(VastError, match=r"full.* Nothing was sent"):
        await runs.endpoints.create(NEW)
    assert account.sent == []
    empty_disk(runs)
    account.outcome = Outcome(Fate.OK, 7)

    def appears_on_a_full_disk() -> None:
        account.endpoints.append(endpoint(7))
        fill_disk(runs)

    account.now = appears_on_a_full_disk
    assert (await runs.endpoints.create(NEW)).id == 7  # its old row was closed
    assert await runs.rows() == [("endpoint", "new", "sent")]
    empty_disk(runs)
    assert await runs.look() == []
    assert await runs.rows() == []


@pytest.mark.parametrize(
    "details",
    [{}, {"settings": "{"}, {"settings": '{"endpoint_name": "a b"}'}, {"settings": "[1]"},
     {"settings": '{"endpoint_name": 5, "endpoint_id": "x"}'}, {"settings": "[" * 99_999}],
)  # fmt: skip
async def test_a_damaged_row_is_told_and_closed(runs: Runs, details: dict[str, str]) -> None:
    for kind in ("endpoint", "group"):
        await runs.journal.open(kind, "x", details, now=0.0)
    await runs.journal.open("endpoint", "new", EndpointOrder(NEW).details, now=0.0)  # no note
    runs.start()
    said = await runs.look()
    assert len(said) == 3
    assert all("its row in the journal is damaged" in words for words, _ in said)
    assert await runs.rows() == []


async def test_a_journal_that_is_no_database_is_told_and_nothing_is_sent(runs: Runs) -> None:
    runs.path.write_bytes(b"no database" * 500)
    with pytest.raises(VastError, match=r"is damaged.* Nothing was sent"):
        await runs.endpoints.create(NEW)
    with pytest.raises(VastError, match="is damaged"):
        await runs.look()
    assert runs.account.sent == []


def test_foreign_text_of_a_row_is_clean() -> None:
    details = GroupOrder(replace(GROUP, endpoint_name="a\x1b[31mb")).details
    order = group_order_from(details)
    assert order is not None
    assert "\x1b" not in order.what
