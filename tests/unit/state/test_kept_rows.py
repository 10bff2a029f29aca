"""What is kept for the next start comes back as it was, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec import structs
from msgspec.structs import replace

from tests.support.fleet_rows import fleet_row
from tests.support.simulator import demo_world, search
from vasttui.clock import VirtualClock
from vasttui.models.decode import decode_rows
from vasttui.models.instance import AttachedVolume, Instance, PortMapping
from vasttui.models.money import RentalType
from vasttui.models.offer import Offer
from vasttui.query.wire import ServerQuery
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.market.state import MarketState
from vasttui.state.kept_fleet import KeptFleet
from vasttui.state.kept_market import MOST, KeptMarket
from vasttui.ui.offers.lines import status

ADDRESS = "https://console.vast.ai"
QUERY = ServerQuery(
    {"gpu_name": {"in": ("RTX 4090", "RTX 5090")}, "reliability": {"gte": 0.9}}, "on-demand", 60.0
)


def now(job: object) -> None:
    assert callable(job)
    job()


def some_offers(number: int = 40) -> tuple[Offer, ...]:
    return decode_rows(search(demo_world(offers=number, search_cap=1000), {"limit": 1000})).offers


def market(path: Path) -> KeptMarket:
    return KeptMarket(path, now, ADDRESS)


def kept(path: Path, clock: VirtualClock, rows: tuple[Offer, ...]) -> MarketState:
    state = MarketState(
        rows=rows, query=QUERY, as_of=clock.monotonic(), as_of_wall=clock.now(), complete=True
    )
    market(path).see(state, clock.monotonic())
    return state


def test_the_market_comes_back_with_its_age_and_as_a_part(tmp_path: Path) -> None:
    path, clock = tmp_path / "state" / "market.json", VirtualClock()
    rows = some_offers()
    kept(path, clock, rows)
    clock.advance(180)
    found = market(path).load("on-demand", clock)
    assert found.rows == rows
    assert found.query == QUERY
    assert found.kept
    assert found.has_more, "what it is part of is not known any more"
    assert found.as_of == clock.monotonic() - 180
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("rental", "address", "seconds"),
    [("bid", ADDRESS, 60), ("on-demand", "http://127.0.0.1:1", 60), ("on-demand", ADDRESS, -60)],
)
def test_a_market_of_something_else_or_of_the_future_is_none(
    tmp_path: Path, rental: RentalType, address: str, seconds: float
) -> None:
    path, clock = tmp_path / "market.json", VirtualClock()
    kept(path, clock, some_offers())
    later = VirtualClock(clock.now() + seconds)
    found = KeptMarket(path, now, address).load(rental, later)
    assert found == MarketState()


def test_no_more_is_kept_than_a_first_frame_can_bear(tmp_path: Path) -> None:
    path, clock = tmp_path / "market.json", VirtualClock()
    rows = some_offers(MOST + 80)
    assert len(rows) > MOST
    kept(path, clock, rows)
    found = market(path).load("on-demand", clock)
    assert found.rows == rows[:MOST]
    words = status(found, clock.monotonic() + 72, False, lambda key: key)
    all_of_it = f"{MOST} of {len(rows)} offers of your last search, 1m12s ago."
    assert words.plain.startswith(f" {all_of_it}")
    kept(path, clock, rows[:40])
    words = status(market(path).load("on-demand", clock), clock.monotonic(), False, str)
    assert words.plain.startswith(" 40 offers of your last search, 0s ago.")


def test_only_what_was_read_in_this_run_is_kept(tmp_path: Path) -> None:
    path, clock = tmp_path / "market.json", VirtualClock()
    file, state = market(path), kept(tmp_path / "other.json", clock, some_offers())
    file.see(structs.replace(state, kept=True), 0.0)
    file.see(structs.replace(state, as_of=None), 0.0)
    file.save()
    assert not path.exists()


@pytest.mark.parametrize("damage", ["", "{", "null\n[]", '{"names": [], "sum": 0}\n', "x" * 5000])
def test_a_damaged_file_is_no_market(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "market.json"
    path.write_text(damage)
    assert market(path).load("on-demand", VirtualClock()) == MarketState()


def test_a_changed_letter_or_another_version_is_no_market(tmp_path: Path) -> None:
    path, clock = tmp_path / "market.json", VirtualClock()
    kept(path, clock, some_offers())
    right = path.read_text()
    path.write_text(right.replace("RTX", "RTY"))
    assert not market(path).load("on-demand", clock).rows
    head, rows = right.split("\n")
    path.write_text(json.dumps({**json.loads(head), "names": ["id"]}) + "\n" + rows)
    assert not market(path).load("on-demand", clock).rows
    path.write_text(right)
    assert market(path).load("on-demand", clock).rows


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    clock = VirtualClock()
    kept(tmp_path / "taken" / "market.json", clock, some_offers())
    assert not market(tmp_path / "taken" / "market.json").load("on-demand", clock).rows


def test_instances_come_back_for_their_account_without_the_secret(tmp_path: Path) -> None:
    path, clock = tmp_path / "instances.json", VirtualClock()
    one = Instance(
        id=7, label="train", actual_status="running", dph_total=0.5, jupyter_token="s3cret",
        ports=(PortMapping(22, "tcp", 40022),), env_names=("HF_TOKEN",),
        volume_info=(AttachedVolume(5, "data", 100.0, 40.5),), unread=("gpu_util",),
    )  # fmt: skip
    row = structs.replace(fleet_row(), instance=one)
    fleet = Fleet(rows=(row,), number=1, as_of=0.0, as_of_wall=clock.now())
    KeptFleet(path, now).see(fleet, "me", 0.0)
    assert "s3cret" not in path.read_text()
    clock.advance(60)
    found = KeptFleet(path, now).load(lambda: "me", clock)
    assert found is not None
    assert found.instances == (replace(one, jupyter_token=None),)
    assert found.at == clock.now() - 60
    assert KeptFleet(path, now).load(lambda: "somebody else", clock) is None
    assert KeptFleet(path, now).load(lambda: "", clock) is None


def test_instances_are_written_once_a_minute_and_at_the_end(tmp_path: Path) -> None:
    clock = VirtualClock()
    jobs: list[object] = []
    file = KeptFleet(tmp_path / "instances.json", jobs.append)
    fleet = Fleet(rows=(), number=1, as_of=0.0, as_of_wall=clock.now())
    for second in range(0, 120, 5):
        file.see(fleet, "me", float(second))
    assert len(jobs) == 2
    file.save()
    file.save()
    assert len(jobs) == 3
    file.see(structs.replace(fleet, number=0), "me", 1000.0)
    file.see(fleet, "", 1000.0)
    assert len(jobs) == 3
