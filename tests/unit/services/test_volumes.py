"""Making, cloning and deleting volumes: what is compared, and how often anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from vasttui.api.outcome import Fate, Outcome, outcome_of
from vasttui.clock import VirtualClock
from vasttui.errors import BrokenAnswer, NetworkError, Rejected, Unconfirmed, VastError
from vasttui.models.volume import Space, Volume, VolumeList
from vasttui.services.volumes import Checked, VolumeKeeper, compare
from vasttui.store.intent import JournalUnwritable, Owner
from vasttui.store.journal import Journal

ROOM = Space(
    id=5014, storage_cost=0.15, machine_id=14, host_id=77, disk_space=412.0, reliability2=0.99,
    verification="verified", geolocation="Utah, US", end_date=1_793_892_000.0,
)  # fmt: skip
OLD = Volume(id=5, label="old", machine_id=14, disk_space=50.0, start_date=10.0)
LOST = outcome_of(BrokenAnswer("Cut off."))


@dataclass
class Service:
    """An account whose next volume appears after `late` further readings."""

    volumes: list[Volume] = field(default_factory=lambda: [OLD])
    outcome: Outcome = field(default_factory=lambda: Outcome(Fate.OK, {"success": True}))
    appears: Volume | None = None
    late: int = 0
    sent: list[str] = field(default_factory=list)
    unreadable: VastError | None = None

    async def list(self) -> VolumeList:
        if self.sent and self.unreadable is not None:
            raise self.unreadable
        if self.sent and self.appears is not None:
            if self.late == 0:
                self.volumes.append(self.appears)
                self.appears = None
            self.late -= 1
        return VolumeList(tuple(self.volumes))

    async def search(
        self, size: int, *, verified: bool = True, machine: int | None = None
    ) -> tuple[Space, ...]:
        return (ROOM,)

    async def create(self, space_id: int, size: int, name: str) -> Outcome:
        self.sent.append(f"create {space_id} {size} {name}")
        return self.outcome

    async def delete(self, volume_id: int) -> Outcome:
        self.sent.append(f"delete {volume_id}")
        return self.outcome

    async def clone(self, volume_id: int, space_id: int) -> Outcome:
        self.sent.append(f"clone {volume_id} {space_id}")
        return self.outcome


NEW = Volume(id=9, label="weights", machine_id=14, disk_space=20.0, start_date=99.0)


def keeper_of(service: Service) -> tuple[VolumeKeeper, VirtualClock]:
    clock = VirtualClock()
    return VolumeKeeper(service, clock, Journal(None)), clock


async def create(keeper: VolumeKeeper, name: str = "weights") -> Volume:
    return await keeper.create(await keeper.check(ROOM, 20), 20, name)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ()),
        ({"storage_cost": 0.1500001}, ()),
        ({"storage_cost": 0.16}, ("The price changed from $30.00 to $32.00 a month.",)),
        ({"storage_cost": 0.14}, ("The price changed from $30.00 to $28.00 a month.",)),
        ({"disk_space": 199.0}, ("This machine has 199 GB free.",)),
        ({"disk_space": 300.0}, ()),
        ({"end_date": 1_793_892_000.0 - 300}, ()),
        ({"verification": "unverified"},
         ("Changed since it was shown: Verification verified → unverified.",)),
        ({"verification": None}, ("Changed since it was shown: Verification verified → unknown.",)),
        ({"machine_id": 15}, ("Changed since it was shown: Machine 14 → 15.",)),
        ({"reliability2": 0.9}, ("Changed since it was shown: Reliability 99.0 % → 90.0 %.",)),
    ],
)  # fmt: skip
def test_what_has_to_be_agreed_to_again(changes: dict[str, Any], words: tuple[str, ...]) -> None:
    assert compare(ROOM, replace(ROOM, **changes), 200) == words


async def test_room_with_another_id_is_not_the_same_room() -> None:
    keeper, _ = keeper_of(Service())
    assert (await keeper.check(replace(ROOM, id=4), 20)).space is None


async def test_an_answer_without_an_id_is_found_by_its_name() -> None:
    keeper, _ = keeper_of(service := Service(appears=NEW, late=2))
    assert await create(keeper) == NEW
    assert service.sent == ["create 5014 20 weights"]


async def test_an_answer_with_an_id_is_believed_once_that_id_is_listed() -> None:
    other = replace(NEW, id=8)
    service = Service(appears=NEW, late=2, outcome=Outcome(Fate.OK, {"volume_name": "V.9"}))
    keeper, _ = keeper_of(service)
    checked = await keeper.check(ROOM, 20)
    service.volumes.append(other)  # another program made one of the same name
    assert await keeper.create(checked, 20, "weights") == NEW


async def test_of_two_with_one_name_the_one_that_began_last_is_it() -> None:
    service = Service(appears=NEW, outcome=LOST)
    keeper, _ = keeper_of(service)
    checked = await keeper.check(ROOM, 20)
    service.volumes.append(replace(NEW, id=8, start_date=50.0))
    assert await keeper.create(checked, 20, "weights") == NEW


async def test_one_that_was_there_before_is_never_taken_for_it() -> None:
    service = Service(outcome=LOST)
    keeper, clock = keeper_of(service)
    checked = await keeper.check(ROOM, 20)
    twin = replace(OLD, label="weights")
    with pytest.raises(Unconfirmed):
        await keeper.create(
            Checked(checked.space, (), VolumeList((twin,))), 20, "other"
        )  # fmt: skip
    assert clock.monotonic() >= 60  # it was looked for that long
    assert len(service.sent) == 1


async def test_what_may_still_come_is_not_asked_for_again() -> None:
    service = Service(outcome=LOST)
    keeper, _ = keeper_of(service)
    with pytest.raises(Unconfirmed):
        await create(keeper)
    with pytest.raises(VastError, match="may still come"):
        await create(keeper)
    assert len(service.sent) == 1


async def test_a_list_that_cannot_be_read_keeps_the_name_taken_too() -> None:
    service = Service(outcome=LOST, unreadable=NetworkError("Down."))
    keeper, _ = keeper_of(service)
    with pytest.raises(VastError, match="the list could not be read"):
        await create(keeper)
    service.unreadable = None
    with pytest.raises(VastError, match="may still come"):
        await create(keeper)
    assert len(service.sent) == 1


async def test_accepted_and_not_listed_is_neither_made_nor_free_to_ask_again() -> None:
    service = Service()
    keeper, _ = keeper_of(service)
    with pytest.raises(VastError, match="does not list it after a minute"):
        await create(keeper)
    with pytest.raises(VastError, match="may still come"):
        await create(keeper)
    assert len(service.sent) == 1


@pytest.mark.parametrize(
    "error",
    [NetworkError("Not reached."), Rejected("No.", status=400), Rejected("No.", status=422)],
)
async def test_after_a_refusal_the_name_is_free(error: VastError) -> None:
    service = Service(outcome=outcome_of(error))
    keeper, _ = keeper_of(service)
    with pytest.raises(VastError) as caught:
        await create(keeper)
    assert caught.value is error
    checked = await keeper.check(ROOM, 20)
    service.outcome, service.appears = Outcome(Fate.OK), NEW
    assert await keeper.create(checked, 20, "weights") == NEW
    assert len(service.sent) == 2


async def test_a_name_that_is_taken_is_refused_and_nothing_is_sent() -> None:
    keeper, _ = keeper_of(service := Service())
    with pytest.raises(VastError, match="You have a volume called old already"):
        await create(keeper, "old")
    assert service.sent == []


async def test_a_copy_is_found_by_its_machine_and_size_and_not_sent_again() -> None:
    copy = Volume(id=10, label="old", machine_id=14, disk_space=50.0)
    service = Service(outcome=LOST, appears=copy, late=3)
    keeper, _ = keeper_of(service)
    assert await keeper.clone(await keeper.check(ROOM, 50), OLD) == copy
    assert service.sent == ["clone 5 5014"]
    service.volumes.remove(copy)
    with pytest.raises(Unconfirmed):
        await keeper.clone(await keeper.check(ROOM, 50), OLD)
    with pytest.raises(VastError, match="may still come"):
        await keeper.clone(await keeper.check(ROOM, 50), OLD)
    assert len(service.sent) == 2


async def test_what_is_being_made_is_told_until_its_end() -> None:
    keeper, _ = keeper_of(service := Service(appears=NEW))
    told: list[list[str]] = []
    usual = service.create

    async def create_and_look(space_id: int, size: int, name: str) -> Outcome:
        told.append(keeper.unfinished)
        return await usual(space_id, size, name)

    service.create = create_and_look  # type: ignore[method-assign]
    await create(keeper)
    assert told == [["Making a volume called weights: not seen yet. The next start looks for it."]]
    assert keeper.unfinished == []


ASKED = "A volume called weights was asked for, and no answer confirmed it."


class Runs:
    """One run of the program after the other, with the same account and the same file."""

    def __init__(self, folder: Path, service: Service) -> None:
        self.service, self.clock = service, VirtualClock()
        self._path = folder / "journal"
        self.journal = Journal(self._path)

    def start(self, owner: Owner | None = None) -> VolumeKeeper:
        self.journal.finish()
        self.journal = Journal(self._path, lambda: owner or Owner("key", "me"))
        return VolumeKeeper(self.service, self.clock, self.journal)


async def lose(runs: Runs) -> VolumeKeeper:
    """Make a volume whose answer is lost, and that is not listed within a minute."""
    keeper = runs.start()
    runs.service.outcome = LOST
    with pytest.raises(Unconfirmed):
        await create(keeper)
    return keeper


async def test_the_row_is_written_before_the_request_and_closed_after_it(tmp_path: Path) -> None:
    runs = Runs(tmp_path, service := Service(appears=NEW))
    keeper = runs.start()
    rows: list[Any] = []
    usual = service.create

    async def create_and_look(space_id: int, size: int, name: str) -> Outcome:
        rows.extend(await runs.journal.unfinished())
        return await usual(space_id, size, name)

    service.create = create_and_look  # type: ignore[method-assign]
    await create(keeper)
    assert [(row.kind, row.target, row.state) for row in rows] == [("volume", "weights", "sent")]
    assert await runs.journal.unfinished() == []


async def test_without_a_journal_nothing_is_sent(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    keeper = VolumeKeeper(
        service := Service(), VirtualClock(), Journal(tmp_path / "file" / "journal")
    )
    with pytest.raises(JournalUnwritable):
        await create(keeper)
    assert service.sent == []
    assert keeper.unfinished == []


async def test_what_was_lost_is_looked_for_once_a_minute_until_it_comes(tmp_path: Path) -> None:
    keeper = await lose(runs := Runs(tmp_path, Service()))
    assert await keeper.look() == []
    runs.service.volumes.append(NEW)
    assert await keeper.look() == []  # it is not a minute yet
    runs.clock.advance(60)
    assert await keeper.look() == [(f"{ASKED} It is made: V.9, 20 GB, ?/month", True)]
    assert await keeper.look() == []
    assert await runs.journal.unfinished() == []
    assert len(runs.service.sent) == 1


async def test_the_next_run_looks_for_it_and_says_what_came(tmp_path: Path) -> None:
    await lose(runs := Runs(tmp_path, Service()))
    keeper = runs.start()
    with pytest.raises(VastError, match="An earlier try is not confirmed yet"):
        await create(keeper)  # before it was looked for
    assert await keeper.look() == []
    with pytest.raises(VastError, match="may still come"):
        await create(keeper)
    runs.service.volumes.append(replace(NEW, disk_space=10.0, storage_total_cost=5 / 720))
    runs.clock.advance(61)
    [(words, is_right)] = await keeper.look()
    assert words == (
        f"{ASKED} It is made: V.9, but not as asked for: 10 GB instead of 20 GB · "
        "$5.00/month instead of $3.00/month"
    )
    assert not is_right
    assert len(runs.service.sent) == 1


async def test_one_that_never_comes_is_given_up_after_ten_minutes(tmp_path: Path) -> None:
    await lose(runs := Runs(tmp_path, Service()))
    runs.clock.advance(600)
    keeper = runs.start()
    assert await keeper.look() == [(f"{ASKED} It is not listed: it was probably not made.", False)]
    assert await runs.journal.unfinished() == []
    assert keeper.wrong_name("weights", VolumeList()) == ""  # it is free


async def test_a_list_that_cannot_be_read_says_nothing_of_it(tmp_path: Path) -> None:
    await lose(runs := Runs(tmp_path, Service()))
    runs.clock.advance(600)
    keeper = runs.start()
    runs.service.unreadable = NetworkError("Not reached.")
    assert await keeper.look() == []
    assert len(await runs.journal.unfinished()) == 1


async def test_another_accounts_volume_waits_for_a_key_of_that(tmp_path: Path) -> None:
    await lose(runs := Runs(tmp_path, Service()))
    runs.clock.advance(600)
    keeper = runs.start(Owner("other key", "somebody else"))
    assert await keeper.look() == []
    assert len(await runs.journal.unfinished()) == 1
    assert len(await runs.start(Owner("other key", "me")).look()) == 1


async def test_a_copy_that_was_lost_is_found_by_the_next_run(tmp_path: Path) -> None:
    runs = Runs(tmp_path, service := Service(outcome=LOST))
    keeper = runs.start()
    with pytest.raises(Unconfirmed):
        await keeper.clone(await keeper.check(ROOM, 50), OLD)
    service.volumes.append(Volume(id=10, label="copy", machine_id=14, disk_space=50.0))
    [(words, _)] = await runs.start().look()
    assert words.startswith("The copy of old was asked for")
    assert "V.10, 50 GB" in words


async def test_a_damaged_row_is_told_and_closed(tmp_path: Path) -> None:
    runs = Runs(tmp_path, Service())
    runs.start()
    await runs.journal.open("volume", "x", {"name": "x"}, now=0.0)
    [(words, is_right)] = await runs.start().look()
    assert "its row in the journal is damaged" in words
    assert not is_right
    assert await runs.journal.unfinished() == []
