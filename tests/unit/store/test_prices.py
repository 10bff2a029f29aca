"""What is kept of prices: by offer and day, by kind and day, for any usage."""

from __future__ import annotations

import math
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import pytest
from msgspec.structs import astuple, replace

from tests.support.offer_rows import PLAIN
from vasttui.models.market_overview import prices_of
from vasttui.models.money import Usage, cost
from vasttui.models.offer import Offer
from vasttui.models.past_price import DayPrices
from vasttui.models.price_book import Kind
from vasttui.models.search import PricesFor, Scope, Trust
from vasttui.store import machines, price_days, prices
from vasttui.store.memory_file import MemoryFile
from vasttui.store.price_searches import record_absent
from vasttui.units import DAY

TODAY = 20_700
NOON = TODAY * DAY + DAY / 2
ONLY_GPU = Usage(disk=0.0, down=0.0, up=0.0, hours=1.0)
USAGE = Usage(disk=60.0, down=50.0, up=5.0, hours=8.0)
VERIFIED = Scope("verified")
RTX = Kind("RTX 4090", 24, 1)


@pytest.fixture
def file() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in prices.TABLES:
        connection.execute(statement)
    yield connection
    connection.close()


def offer(machine: int | None, price: float, **changes: object) -> Offer:
    return replace(PLAIN, machine_id=machine, dph_base=price, **changes)


def search(
    file: sqlite3.Connection, offers: Sequence[Offer], day: float = TODAY, *, whole: bool = True,
    usage: Usage = ONLY_GPU, at: float = 0.5, scope: Scope = VERIFIED,
) -> None:  # fmt: skip
    seen = prices.Seen((day + at) * DAY, "on-demand", usage, offers, whole, scope)
    kinds = prices.record_offers(file, seen, offers)
    price_days.record_days(file, seen, kinds | {kind.each for kind in kinds})
    record_absent(file, int(seen.at), seen.rental, scope)


def kind_days(
    file: sqlite3.Connection, kind: Kind = RTX, usage: Usage = ONLY_GPU, days: int = 30,
    trust: Trust = "verified",
) -> list[DayPrices]:  # fmt: skip
    wanted = PricesFor("on-demand", trust, usage)
    return price_days.kind_days(file, kind, wanted, range(TODAY - days + 1, TODAY + 1))


def test_a_day_of_a_kind_has_the_quantiles_of_its_offers(file: sqlite3.Connection) -> None:
    search(file, [offer(at, at / 10, min_bid=at / 100) for at in range(1, 12)])
    (day,) = kind_days(file)
    found = day.low, day.quarter, day.median, day.three_quarters, day.nine_tenths
    assert found == pytest.approx((0.1, 0.35, 0.6, 0.85, 1.0))
    assert (day.offers, day.gpus, day.searches, day.whole) == (11, 11, 1, True)
    assert (day.spot_low, day.spot_median) == (0.01, 0.06)


@pytest.mark.parametrize("usage", [ONLY_GPU, USAGE])
@pytest.mark.parametrize(
    "listed", [(0.662, 0.694), (0.036, 0.037, 0.047, 0.049), (0.3,), (0.2, 0.3, 0.9)]
)
def test_what_is_kept_of_a_day_is_what_the_market_shows(
    listed: Sequence[float], usage: Usage, file: sqlite3.Connection
) -> None:
    offers = [
        offer(at, price, storage_cost=0.1 * at, inet_down_cost=0.001 * at, inet_up_cost=0.002,
              min_bid=price)
        for at, price in enumerate(listed)
    ]  # fmt: skip
    search(file, offers, usage=usage)
    (day,) = kind_days(file, usage=usage)
    shown = prices_of([cost(one, usage).effective or 0.0 for one in offers], math.inf)
    assert shown is not None
    found = day.low, day.quarter, day.median, day.three_quarters, day.nine_tenths
    assert found == pytest.approx(astuple(shown), abs=5e-5)
    assert day.spot_median == pytest.approx(median(listed))


def test_the_median_of_two_or_four_is_between_the_middle_ones(file: sqlite3.Connection) -> None:
    search(file, [offer(1, 0.662), offer(2, 0.694)])
    assert kind_days(file)[0].median == pytest.approx(0.678)
    four = [offer(at, at_price, gpu_name="T4") for at, at_price in enumerate((36, 37, 47, 49))]
    search(file, [replace(one, dph_base=one.dph_base / 1000) for one in four])
    assert kind_days(file, Kind("T4", 24, 0))[0].median == pytest.approx(0.042)


def test_between_a_known_and_an_unknown_price_of_traffic(file: sqlite3.Connection) -> None:
    known, unknown = offer(1, 0.3, inet_down_cost=0.008), offer(2, 0.2, inet_down_cost=None)
    search(file, [known, unknown], usage=USAGE)
    expected = (cost(known, USAGE).effective or 0.0) + cost(unknown, USAGE).running
    assert kind_days(file, usage=USAGE)[0].median == pytest.approx(expected / 2, abs=5e-5)


def test_a_day_kept_with_an_unknown_price_of_traffic_is_read(file: sqlite3.Connection) -> None:
    search(file, [offer(1, 0.3)])
    kept = struct.pack("<20i", *[30_000, 0, -1, -1] * 5)
    file.execute("UPDATE price_kind_days_2 SET parts = ?", (kept,))
    assert kind_days(file, usage=USAGE)[0].median == 0.3


def test_several_searches_of_a_day_count_each_offer_once_at_its_last_price(
    file: sqlite3.Connection,
) -> None:
    search(file, [offer(1, 0.5), offer(2, 0.3)])
    search(file, [offer(1, 0.1), offer(3, 0.2)], whole=False, at=0.6)
    (day,) = kind_days(file)
    assert (day.low, day.median, day.offers, day.searches) == (0.1, 0.2, 3, 2)
    assert day.whole  # the first one had all
    days, searches, absent, first = prices.offer_days(
        file, offer(1, 0), "on-demand", ONLY_GPU, range(TODAY, TODAY + 1)
    )
    assert [(one.low, one.last) for one in days] == [(0.1, 0.1)]
    assert (searches, absent, first) == (2, 0, NOON)


def test_of_two_offers_of_a_machine_both_count_for_its_day(file: sqlite3.Connection) -> None:
    search(file, [offer(1, 0.3), offer(1, 0.2), offer(1, 0.4)])
    days, searches, *_ = prices.offer_days(
        file, offer(1, 0), "on-demand", ONLY_GPU, range(TODAY, TODAY + 1)
    )
    assert [(one.low, one.last, searches) for one in days] == [(0.2, 0.4, 3)]


def test_many_offers_are_recorded_in_few_statements(file: sqlite3.Connection) -> None:
    models = [f"RTX {number}" for number in range(100)]
    offers = [offer(at, 0.5, gpu_name=models[at % 100]) for at in range(1_000)]
    executed: list[str] = []
    file.set_trace_callback(executed.append)
    search(file, offers)
    assert len(executed) < 16
    file.set_trace_callback(None)
    assert [len(kind_days(file, Kind(name, 24, 0))) for name in models] == [1] * 100
    assert len(prices.first_seen(file)) == 1_000


def test_prices_are_for_the_usage_that_is_asked_for(file: sqlite3.Connection) -> None:
    one = offer(1, 0.3, storage_cost=0.12, inet_down_cost=0.002, inet_up_cost=0.003)
    search(file, [one], usage=USAGE)
    for usage in (USAGE, ONLY_GPU, Usage(200, 10, 0, 24)):
        (day,) = kind_days(file, usage=usage)
        expected = cost(one, usage).effective
        assert day.median == pytest.approx(expected, abs=2e-5)
        (here,), *_ = prices.offer_days(file, one, "on-demand", usage, range(TODAY, TODAY + 1))
        assert here.last == pytest.approx(expected, abs=2e-5)


def test_traffic_of_an_unknown_price_is_left_out(file: sqlite3.Connection) -> None:
    one = offer(1, 0.3, inet_down_cost=None)
    search(file, [one], usage=USAGE)
    (day,) = kind_days(file, usage=USAGE)
    assert day.median == pytest.approx(cost(one, USAGE).running, abs=2e-5)


def test_any_number_of_a_gpu_is_per_gpu_and_counts_a_machine_once(file: sqlite3.Connection) -> None:
    search(
        file,
        [offer(1, 0.4), offer(1, 0.7, num_gpus=2), offer(2, 2.0, num_gpus=4),
         offer(3, 9.0, gpu_ram=49_140), offer(4, 9.0, gpu_name="H100")],
    )  # fmt: skip
    (day,) = kind_days(file, RTX.each)
    assert (day.low, day.median, day.nine_tenths) == pytest.approx((0.35, 0.4, 0.48))
    assert (day.offers, day.gpus) == (3, 6)
    (other,) = kind_days(file, Kind("RTX 4090", 48, 0))
    assert other.low == 9.0
    assert prices.kinds_of_gpu(file, "RTX 4090") == [RTX.each, Kind("RTX 4090", 48, 0)]
    assert prices.only_sizes(file) == {"H100": RTX.vram}


def test_each_type_of_rental_has_its_own_prices(file: sqlite3.Connection) -> None:
    search(file, [offer(1, 0.5, min_bid=0.2)])
    bid = prices.Seen(NOON, "bid", ONLY_GPU, [offer(1, 0.5, min_bid=0.2)], True, VERIFIED)
    prices.record_offers(file, bid, bid.offers)
    price_days.record_days(file, bid, [RTX])
    span = range(TODAY, TODAY + 1)
    assert price_days.kind_days(file, RTX, PricesFor("bid", usage=ONLY_GPU), span)[0].median == 0.2
    assert kind_days(file)[0].median == 0.5


def test_a_move_is_noticed_when_the_offer_is_seen_again(file: sqlite3.Connection) -> None:
    search(file, [offer(1, 0.5), offer(2, 0.5)], TODAY - 3)
    assert prices.moves(file, "on-demand", 0, NOON + DAY) == {}
    search(file, [offer(1, 0.4), offer(2, 0.5)])
    assert prices.moves(file, "on-demand", NOON - 60, NOON + DAY) == {(1, RTX): pytest.approx(-20)}
    search(file, [offer(1, 0.4)], at=0.6)  # no other move: the mark stays until it is old
    assert set(prices.moves(file, "on-demand", NOON - 60, NOON + DAY)) == {(1, RTX)}
    assert prices.moves(file, "on-demand", NOON + 60, NOON + DAY) == {}


def test_medians_are_those_of_whole_days(file: sqlite3.Connection) -> None:
    for back in range(6):
        search(file, [offer(1, 0.5 + back / 10)], TODAY - back, whole=back != 2)
    span = range(TODAY - 29, TODAY + 1)
    found = price_days.medians_by_kind(file, PricesFor(usage=ONLY_GPU), span)
    assert sorted(found[RTX]) == pytest.approx([0.5, 0.6, 0.8, 0.9, 1.0])
    assert [day.whole for day in kind_days(file)] == [True, True, True, False, True, True]


def test_prices_from_the_future_are_kept_and_not_given(file: sqlite3.Connection) -> None:
    search(file, [offer(1, 0.5)], TODAY + 1)
    search(file, [offer(1, 0.4)], TODAY)
    assert [day.day for day in kind_days(file)] == [TODAY]
    assert prices.newest(file) == (TODAY + 1) * DAY
    assert prices.first_seen(file) == {1: NOON}


def test_a_machine_is_known_since_it_was_seen_with_a_price_or_without(
    file: sqlite3.Connection,
) -> None:
    search(file, [offer(1, 0.5), offer(2, 0.5)], TODAY)
    machines.set_seen(file, [1, 3], NOON - DAY)
    machines.set_seen(file, [2], NOON + DAY)
    assert prices.first_seen(file) == {1: NOON - DAY, 2: NOON, 3: NOON - DAY}


def test_what_is_older_than_a_year_goes(file: sqlite3.Connection) -> None:
    search(file, [offer(1, 0.5)], TODAY - 400)
    search(file, [offer(2, 0.5)], TODAY)
    prices.thin(file, TODAY)
    assert len(kind_days(file, days=1_000)) == 1
    assert set(prices.first_seen(file)) == {2}


def test_in_a_file_that_is_too_large_the_oldest_days_of_offers_go(file: sqlite3.Connection) -> None:
    for back in range(20):
        search(file, [offer(at, 0.5) for at in range(200)], TODAY - back)
    prices.thin(file, TODAY, most=10**9)
    span = range(TODAY - 30, TODAY + 1)
    assert len(prices.offer_days(file, offer(1, 0), "on-demand", ONLY_GPU, span)[0]) == 20
    used = file.execute("PRAGMA page_count").fetchone()[0] * 4096
    prices.thin(file, TODAY, most=used * 2 // 3)
    days, *_ = prices.offer_days(file, offer(1, 0), "on-demand", ONLY_GPU, span)
    assert 0 < len(days) < 20
    assert days[-1].day == TODAY
    assert len(kind_days(file)) == 20


def test_hostile_figures_do_no_harm(file: sqlite3.Connection) -> None:
    odd = [offer(1, 1e300), offer(2, 0.0), offer(None, 0.2), offer(4, -1.0)]
    search(file, [*odd, offer(5, 0.2, gpu_name="'; DROP TABLE price_days_1 --")])
    (day,) = kind_days(file)
    assert (day.offers, day.low) == (3, 0.0)


def test_a_file_with_what_nothing_of_ours_wrote_is_kept_aside(tmp_path: Path) -> None:
    file = MemoryFile(tmp_path / "memory.sqlite3", lambda: NOON)
    offers = [offer(1, 0.5), offer(2, 0.6)]
    file.do(prices.TABLES, lambda on: search(on, offers))
    file.do((), lambda on: on.execute("UPDATE price_offers_1 SET spot = 'x' WHERE machine = 1"))
    file.do(prices.TABLES, lambda on: search(on, [offers[1]]))
    (sentence,) = file.news()
    assert "a new one was begun" in sentence
    assert set(file.do(prices.TABLES, prices.first_seen)) == {2}
    file.close()


def test_the_days_of_each_kind_of_hosts_are_apart(file: sqlite3.Connection) -> None:
    inside = offer(1, 0.5, hosting_type=1)
    outside, unverified = offer(2, 0.3), offer(3, 0.1, verification="unverified")
    search(file, [inside, outside], at=0.2)
    search(file, [replace(inside, dph_base=0.6), outside, unverified], at=0.3, scope=Scope("any"))

    def medians(trust: Trust) -> list[float]:
        wanted, days = PricesFor("on-demand", trust, ONLY_GPU), range(TODAY, TODAY + 1)
        found = [day.median for day in kind_days(file, trust=trust)]
        assert price_days.medians_by_kind(file, wanted, days).get(RTX, []) == found
        return found

    assert (medians("verified"), medians("any")) == ([0.4], [0.3]), "one look at others spoils none"
    assert medians("datacenter") == [], "no search was for these"
    search(file, [outside], at=0.4)  # the other one was seen today, with its last price
    search(file, [replace(inside, dph_base=0.7)], at=0.5, scope=Scope("datacenter"))
    search(file, [unverified], at=0.6, scope=Scope(None))
    assert medians("verified") == pytest.approx([0.45])
    assert (medians("any"), medians("datacenter")) == ([0.3], [0.7])


def test_a_file_of_the_layout_before_has_the_days_of_which_the_hosts_are_known() -> None:
    file = sqlite3.connect(":memory:", isolation_level=None)
    before = [one for one in prices.TABLES if "_2" not in one]
    for statement in before:
        file.execute(statement)
    file.execute("INSERT INTO price_kinds_1 VALUES (1, 'RTX 4090', 24, 1, 'on-demand')")
    parts = struct.pack("<20i", *[30_000, 0, 0, 0] * 5)
    for ago, hosts in enumerate((1, 2, None)):
        day = "INSERT INTO price_kind_days_1 VALUES (1, ?, 9, 9, 1, 1, NULL, NULL, ?)"
        file.execute(day, (TODAY - ago, parts))
        if hosts is not None:
            file.execute("INSERT INTO price_hosts_1 VALUES (1, ?, ?)", (TODAY - ago, hosts))
    for statement in prices.TABLES * 2:
        file.execute(statement)
    trusts: list[Trust] = ["datacenter", "verified", "any"]
    found = [[day.day for day in kind_days(file, trust=trust)] for trust in trusts]
    assert found == [[], [TODAY], [TODAY - 1]]
    search(file, [offer(1, 0.4)], at=0.9)
    assert [day.median for day in kind_days(file)] == [0.4]
    file.close()


def test_an_offer_is_absent_where_the_search_had_to_show_it(file: sqlite3.Connection) -> None:
    def missing(machine: int) -> int | None:
        days = range(TODAY, TODAY + 1)
        return prices.offer_days(file, offer(machine, 0), "on-demand", ONLY_GPU, days)[2]

    here, there = (offer(machine, 0.3, hosting_type=1) for machine in (1, 2))
    unverified = offer(3, 0.2, verification="unverified")
    search(file, [here, there], at=0.1, scope=Scope("datacenter", only=True))
    search(file, [here, there, unverified], at=0.2, scope=Scope("any", only=True))
    assert [missing(machine) for machine in (1, 2, 3, 4)] == [0, 0, 0, None]
    for scope, absent in (
        (Scope("verified", only=True), 1), (Scope("verified"), 1), (Scope(None, only=True), 1),
        (Scope("verified", ("L4", "RTX 4090"), 1, only=True), 2),
        (Scope("verified", ("L4",), only=True), 2), (Scope("verified", None, 2, only=True), 2),
        (Scope("datacenter", only=True), 3),
    ):  # fmt: skip
        search(file, [here], at=0.3 + absent / 100, scope=scope)
        assert [missing(machine) for machine in (1, 2, 3)] == [0, absent, 0], scope
    search(file, [here], at=0.5, scope=Scope("any", only=True))
    assert [missing(machine) for machine in (1, 2, 3)] == [0, 4, 1]
    record_absent(file, int(NOON) + 99, "bid", Scope("any", only=True))
    assert missing(2) == 4
    prices.thin(file, TODAY + 400)
    assert not file.execute("SELECT * FROM price_absent_1").fetchall()
