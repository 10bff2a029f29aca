"""What is known of the models, and in which order and how often the service is asked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence

import pytest
from msgspec.structs import replace

from tests.support.fake_market import FakeMarket, offer
from tests.support.virtual_time import TrueTime, in_virtual_time
from vasttui.errors import RateLimited, SearchQuotaExceeded
from vasttui.lists.market_grouping import Grouping
from vasttui.lists.market_rows import market_rows, summary
from vasttui.models.money import Usage
from vasttui.models.offer import Offer
from vasttui.models.search import SearchOptions
from vasttui.query.machine_sets import MACHINES
from vasttui.query.parse import parse
from vasttui.query.wire import ServerQuery, server_query
from vasttui.services.market.budget import SearchBudget
from vasttui.services.market.state import MarketState
from vasttui.services.market.walk import Market
from vasttui.services.overview.book import Answer, ModelBook, Wanted
from vasttui.services.overview.feed import FRESH, Overview, OverviewFeed

NAMES = ("A100 PCIE", "H100 SXM", "RTX 3090", "RTX 4090")
CHOICE = SearchOptions(usage=Usage(disk=10.0, hours=1.0))


def wanted(text: str = "", names: tuple[str, ...] = NAMES, **more: object) -> Wanted:
    return Wanted(query=parse(text).query, choice=CHOICE, names=names, **more)  # type: ignore[arg-type]


def card(id: int, gpu: str, price: float, gpus: int = 1, **more: object) -> Offer:
    memory = {"RTX 3090": 24576, "RTX 4090": 24564}.get(gpu, 81920)
    fields = {"num_gpus": gpus, "gpu_ram": memory, "gpu_arch": "nvidia", "reliability": 0.99,
              "geolocation": "Sweden, SE", "disk_space": 500.0,
              "vram_costperhour": price / gpus / (memory / 1024)} | more  # fmt: skip
    return offer(id, price, gpu, **fields)


MARKET = (
    card(1, "RTX 4090", 0.30), card(2, "RTX 4090", 0.50), card(3, "RTX 3090", 0.20),
    card(4, "RTX 4090", 0.40, geolocation="China, CN"),
)  # fmt: skip


def fetched(query: ServerQuery, rows: Sequence[Offer], *, complete: bool = True) -> MarketState:
    return MarketState(rows=tuple(rows), query=query, complete=complete, as_of=5.0)


def full(text: str = "") -> ServerQuery:
    return server_query(parse(text).query, CHOICE, NAMES, full=True)


class TestBook:
    def test_a_market_that_was_fetched_whole_answers_for_every_model(self) -> None:
        book = ModelBook(lambda: 0.0)
        book.want(wanted("cc:SE"))
        book.take_market(fetched(full(), MARKET))
        assert book.to_work_out == len(MARKET)
        known = {name: book.known(name) for name in NAMES}
        assert {name: one.figures.offers for name, one in known.items() if one is not None} == {
            "A100 PCIE": 0, "H100 SXM": 0, "RTX 3090": 1, "RTX 4090": 2
        }  # fmt: skip
        assert book.to_work_out == 0
        rtx = known["RTX 4090"]
        assert rtx is not None
        assert rtx.figures.prices is not None
        assert (rtx.figures.prices.low, rtx.figures.prices.median, rtx.as_of) == (0.30, 0.40, 5.0)
        assert (book.memory("RTX 4090"), book.arch("RTX 4090")) == (24564, "nvidia")

    def test_a_part_of_the_market_or_of_a_narrower_filter_answers_for_none(self) -> None:
        book = ModelBook(lambda: 0.0)
        book.want(wanted())
        for state in (fetched(full(), MARKET, complete=False), fetched(full("cc:SE"), MARKET)):
            book.take_market(state)
            assert [book.known(name) for name in NAMES] == [None] * 4
        book.take_market(fetched(full("gpu:4090"), MARKET[:2]))
        assert [book.known(name) is not None for name in NAMES] == [False, False, False, True]

    def test_rules_on_the_model_choose_rows_and_others_the_offers_that_count(self) -> None:
        book = ModelBook(lambda: 0.0)
        book.take_market(fetched(full(), MARKET))
        for text, models in (
            ("gpu:4090", ["RTX 4090"]), ("-gpu:rtx", ["A100 PCIE", "H100 SXM"]),
            ("gpu:rtx eff<0.25", ["RTX 3090", "RTX 4090"]), ("vram>=40", NAMES[:2]),
        ):  # fmt: skip
            book.want(wanted(text))
            assert sorted(book.models) == sorted(models), text
        book.want(wanted("eff<0.45", avoided=frozenset({4})))
        rtx = book.known("RTX 4090")
        assert rtx is not None
        assert rtx.figures.offers == 1

    def test_a_filter_that_asks_for_avoided_machines_counts_them_as_they_are_now(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(MACHINES, "_sets", {"avoided": frozenset({4})})
        book = ModelBook(lambda: 0.0)
        book.take_market(fetched(full(), MARKET))
        book.want(wanted("avoided", avoided=frozenset({4})))
        assert [row.offer.id for row in book.rows("RTX 4090", None)] == [4]
        monkeypatch.setattr(MACHINES, "_sets", {"avoided": frozenset({1, 4})})
        book.machines_changed()
        rtx = book.known("RTX 4090")
        assert rtx is not None
        assert rtx.figures.offers == 2

    def test_a_whole_answer_stands_before_a_part_and_a_part_of_another_filter_is_said_so(
        self,
    ) -> None:
        book = ModelBook(lambda: 0.0)
        book.want(wanted())
        book.take("RTX 4090", Answer(book.search("RTX 4090"), MARKET[:1], False, 9.0))
        part = book.known("RTX 4090")
        assert part is not None
        assert not part.figures.whole
        assert book.answered_at("RTX 4090") == 9.0
        book.want(wanted("cc:SE"))
        assert book.known("RTX 4090") is not None
        assert book.answered_at("RTX 4090") is None
        book.want(wanted("cc:US"))
        assert book.known("RTX 4090") is None, "none of the part is left: others may be there"
        book.want(wanted())
        book.take_market(fetched(full(), MARKET))
        whole = book.known("RTX 4090")
        assert whole is not None
        assert whole.figures.whole
        assert whole.figures.offers == 3

    def test_a_model_with_several_sizes_of_memory_has_figures_and_a_row_for_each(self) -> None:
        book = ModelBook(lambda: 0.0)
        book.want(wanted())
        small = [card(10 + n, "A100 PCIE", 0.4 + n / 100, gpu_ram=40960) for n in range(3)]
        large = [card(20 + n, "A100 PCIE", 0.7, gpu_ram=81559 + 361 * n) for n in range(2)]
        book.take_market(fetched(full(), [*MARKET, *small, *large]))
        assert (book.sizes("A100 PCIE"), book.sizes("RTX 4090")) == ([40, 80], (None,))
        asked: list[object] = []
        rows = {row.id: row for row in market_rows(book, Grouping.MEMORY, asked.append)}
        assert "A100 PCIE" not in rows
        for id, group, offers, low in (
            ("A100 PCIE 40G", "1", 3, 0.4),
            ("A100 PCIE 80G", "0", 2, 0.7),
        ):
            found = rows[id].figures
            assert found is not None
            assert found.prices is not None
            assert (rows[id].group, found.offers, found.prices.low) == (group, offers, low)
        assert [gpu for gpu in asked if gpu[0] == "A100 PCIE"] == [  # type: ignore[index]
            ("A100 PCIE", 40), ("A100 PCIE", 80)
        ]  # fmt: skip
        assert summary(list(rows.values())) == "4 models in 5 sizes: 4 known"
        assert {row.heading for row in rows.values() if row.heading} == {
            "80 GB and more ── 1 size", "40 GB ── 1 size", "24 GB ── 2 sizes",
            "none on offer now: memory not known ── 1 size",
        }  # fmt: skip
        assert len(book.machines("A100 PCIE", 40) | book.machines("A100 PCIE", 80)) == len(
            book.machines("A100 PCIE")
        )
        assert [row.offer.id for row in book.rows("A100 PCIE", 80)] == [20, 21]
        assert book.to_work_out == 0
        book.want(wanted("vram>=48"))
        assert book.sizes("A100 PCIE") == [80]

    def test_of_models_that_were_not_asked_for_no_offers_are_not_known_to_be_none(self) -> None:
        book = ModelBook(lambda: 0.0)
        book.want(wanted())
        book.take("H100 SXM", Answer(book.search("H100 SXM"), (), True, 1.0))
        heads = [row.heading for row in market_rows(book, Grouping.MEMORY) if row.heading]
        assert heads == ["memory not known ── 4 models"]

    def test_a_model_without_an_offer_has_the_memory_that_is_remembered(self) -> None:
        book = ModelBook(lambda: 0.0)
        book.want(wanted())
        book.take_market(fetched(full(), MARKET))
        assert book.remember({"H100 SXM": 141, "RTX 4090": 48})
        assert not book.remember({"H100 SXM": 141, "RTX 4090": 48})
        rows = {row.model: row for row in market_rows(book, Grouping.MEMORY)}
        assert (rows["H100 SXM"].vram, rows["H100 SXM"].group) == (141, "0")
        assert rows["RTX 4090"].vram == 24, "what is offered now is what counts"
        book.want(wanted("vram<100"))
        assert "H100 SXM" not in book.models

    def test_a_size_that_a_part_does_not_show_is_not_said_to_be_absent(self) -> None:
        book = ModelBook(lambda: 0.0)
        book.want(wanted(names=("A100 PCIE",)))
        both = (card(1, "A100 PCIE", 0.4, gpu_ram=40960), card(2, "A100 PCIE", 0.7))
        book.take("A100 PCIE", Answer(book.search("A100 PCIE"), both, True, 1.0))
        book.take("A100 PCIE", Answer(book.search("A100 PCIE"), both[:1], False, 2.0))
        large = next(row for row in market_rows(book, Grouping.NONE) if row.vram == 80)
        assert large.figures is not None
        assert (large.figures.offers, large.figures.whole) == (0, False)

    def test_figures_are_worked_out_some_offers_at_a_time(self) -> None:
        rows = [card(at, "RTX 4090", 0.3 + at / 1e4, machine_id=at) for at in range(1_200)]
        book = ModelBook(lambda: 0.0)
        book.want(wanted())
        book.take_market(fetched(full(), [*rows, card(9_000, "RTX 3090", 0.2)]))
        steps = book.work_out()
        next(steps)
        assert book.to_work_out == len(rows) + 1, "none is known in part"
        assert len(list(steps)) == 7
        assert book.to_work_out == 0
        known = book.known("RTX 4090")
        assert known is not None
        assert known.figures.offers == len(rows)
        assert len(book.machines("RTX 4090")) == len(rows)
        assert book.machines("H200") == frozenset()
        assert list(book.work_out()) == [None] * len(NAMES), "priced once"

    def test_another_usage_has_other_prices(self) -> None:
        book = ModelBook(lambda: 0.0)
        lows = []
        for disk in (10.0, 400.0, 10.0):
            choice = SearchOptions(usage=Usage(disk=disk, hours=1.0))
            query = server_query(parse("").query, choice, NAMES, full=True)
            book.want(Wanted(choice=choice, names=NAMES))
            book.take_market(fetched(query, [replace(MARKET[0], storage_cost=0.73)]))
            known = book.known("RTX 4090")
            assert known is not None
            assert known.figures.prices is not None
            lows.append(round(known.figures.prices.low, 3))
        assert lows == [0.31, 0.706, 0.31]

    def test_a_market_that_is_still_read_is_not_taken(self) -> None:
        book = ModelBook(lambda: 0.0)
        book.want(wanted())
        state = fetched(full(), MARKET)
        for unfinished in (replace(state, busy=True), replace(state, as_of=None)):
            book.take_market(unfinished)
            assert book.known("RTX 4090") is None
        book.take_market(state)
        assert book.known("RTX 4090") is not None

    def test_the_machines_of_a_model_or_of_one_of_its_sizes(self) -> None:
        rows = [
            card(1, "RTX 4090", 0.3, machine_id=1),
            card(2, "RTX 4090", 0.4, machine_id=2, gpu_ram=49140),
            card(3, "RTX 4090", 0.5, machine_id=None, gpu_ram=49140),
        ]
        book = ModelBook(lambda: 0.0)
        book.want(wanted())
        book.take_market(fetched(full(), rows))
        assert book.machines("RTX 4090") == {1, 2}
        assert book.machines("RTX 4090", 48) == {2}

    def test_time_that_was_not_counted_makes_answers_older(self) -> None:
        book = ModelBook(lambda: 0.0)
        book.want(wanted())
        book.take("RTX 4090", Answer(book.search("RTX 4090"), MARKET[:1], True, 100.0))
        book.grow_older(30.0)
        assert book.answered_at("RTX 4090") == 70.0

    def test_of_a_part_no_rows_are_given_and_the_floor_is_known(self) -> None:
        book = ModelBook(lambda: 0.0)
        book.want(wanted())
        for whole, rows in ((True, 3), (False, 0)):
            mine = tuple(one for one in MARKET if one.gpu_name == "RTX 4090")
            book.take("RTX 4090", Answer(book.search("RTX 4090"), mine, whole, 100.0))
            assert len(book.rows("RTX 4090")) == rows
            known = book.known("RTX 4090")
            assert known is not None
            assert (known.figures.floor is None) is whole
        assert book.rows("H200") == ()


class Bench:
    """A running feed over a market of these offers."""

    def __init__(self) -> None:
        self.clock = TrueTime()
        many = (card(10 + n, "A100 PCIE", 1 + n / 100) for n in range(80))
        self.api = FakeMarket([*MARKET, *many])
        self.budget = SearchBudget(self.clock)
        market = Market(self.api, self.budget)
        self.overview = Overview(lambda: market, self.clock)
        self.overview.book.want(wanted())
        self.order: Sequence[str] = NAMES
        self.feed = OverviewFeed(
            self.overview, lambda: self.order, lambda snapshot: None, clock=self.clock,
            rng=random.Random(1),
        )  # fmt: skip
        self._task = asyncio.ensure_future(self.feed.run())

    @property
    def asked(self) -> list[object]:
        """The models, but not the one search for how many rows an answer may hold."""
        rules = [body.get("gpu_name") for body in self.api.bodies]
        return [rule["eq"] for rule in rules if isinstance(rule, dict)]

    def offers(self, model: str) -> int | None:
        known = self.overview.book.known(model)
        return None if known is None else known.figures.offers

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def feeding(test: Callable[[Bench], object]) -> Callable[[], None]:
    @in_virtual_time
    async def ran() -> None:
        bench = Bench()
        try:
            await test(bench)  # type: ignore[misc]
        finally:
            await bench.close()

    return ran


@feeding
async def test_asks_for_each_model_once_in_order_while_somebody_looks(bench: Bench) -> None:
    await asyncio.sleep(60)
    assert bench.asked == [], "nothing is asked in the background"
    bench.feed.on_screen = True
    await asyncio.sleep(60)
    assert bench.asked == list(NAMES)
    body = bench.api.bodies[0]
    assert (body["gpu_name"], body["order"]) == (
        {"eq": "A100 PCIE"}, [["vram_costperhour", "asc"]]
    )  # fmt: skip
    assert (body["type"], body["allocated_storage"]) == ("on-demand", 10.0)
    assert {name: bench.offers(name) for name in NAMES} == {
        "A100 PCIE": 64, "H100 SXM": 0, "RTX 3090": 1, "RTX 4090": 3
    }  # fmt: skip
    part = bench.overview.book.known("A100 PCIE")
    assert part is not None
    assert not part.figures.whole
    await asyncio.sleep(FRESH - 120)
    assert len(bench.asked) == 4, "a fresh row is not asked for again"
    await asyncio.sleep(130)
    assert bench.asked[4:] == list(NAMES)


@feeding
async def test_others_go_first_and_ten_a_minute_is_the_most(bench: Bench) -> None:
    bench.order = names = tuple(f"GPU {number}" for number in range(50))
    bench.overview.book.want(wanted(names=names))
    bench.feed.on_screen = True
    await asyncio.sleep(1)
    first = len(bench.asked)
    before = bench.clock.monotonic()
    await bench.budget.turn(first=True)
    assert bench.clock.monotonic() == before, "a search of the offers does not wait"
    await asyncio.sleep(119)
    assert first <= 6
    assert len(bench.asked) <= 6 + 20


@feeding
async def test_paused_it_asks_only_for_the_first_and_only_when_told(bench: Bench) -> None:
    bench.feed.on_screen = bench.feed.paused = True
    bench.order = ("RTX 4090", *NAMES)
    await asyncio.sleep(60)
    assert bench.asked == []
    bench.feed.refresh()
    await asyncio.sleep(1)
    bench.feed.refresh()
    await asyncio.sleep(1)
    assert bench.asked == ["RTX 4090", "RTX 4090"]


@feeding
async def test_fewer_searches_after_the_service_asked_for_fewer(bench: Bench) -> None:
    bench.api.script = [RateLimited("Too many requests.")]
    bench.feed.on_screen = True
    await asyncio.sleep(0.5)
    assert isinstance(bench.feed.snapshot.error, RateLimited)
    assert (bench.overview.is_slow, bench.overview.spacing) == (True, 12.0)
    await bench.overview.ask("RTX 4090", patient=True)
    assert 11.0 < bench.overview.wait <= 12.0
    bench.api.bodies.clear()
    await asyncio.sleep(40)
    assert 2 <= len(bench.asked) <= 4, "not the five at once that are left"
    await asyncio.sleep(600)
    assert not bench.overview.is_slow
    assert bench.overview.wait <= 6.0


@feeding
async def test_the_quota_ends_the_asking_and_leaves_what_is_known(bench: Bench) -> None:
    bench.feed.on_screen = True
    bench.order = ("RTX 4090",)
    await asyncio.sleep(1)
    end = bench.clock.now() + 7200
    bench.api.script = [SearchQuotaExceeded("Used up.", resets_at=end)]
    bench.order = NAMES
    await asyncio.sleep(3600)
    assert (bench.asked, bench.offers("RTX 4090")) == (["RTX 4090", "A100 PCIE"], 3)
    await asyncio.sleep(3700)
    assert len(bench.asked) > 2


@feeding
async def test_what_the_user_asks_for_waits_for_nobody(bench: Bench) -> None:
    calls: list[tuple[str, bool]] = []

    async def ask(model: str, *, patient: bool) -> None:
        calls.append((model, patient))
        bench.feed.paused = True

    bench.overview.ask = ask  # type: ignore[method-assign]
    bench.feed.on_screen = True
    await asyncio.sleep(1)
    assert calls == [(NAMES[0], True)]
    bench.order = ("RTX 4090", *NAMES)
    bench.feed.refresh()
    assert bench.feed.asking == "RTX 4090"
    await asyncio.sleep(1)
    assert calls[1:] == [("RTX 4090", False)]
    assert bench.feed.asking == ""
