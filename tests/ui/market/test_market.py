"""Market: one row per GPU model."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from tests.support.stage import Stage, stage
from vasttui.errors import NetworkError, RateLimited, SearchQuotaExceeded, ServiceDown
from vasttui.lists.market_grouping import Grouping
from vasttui.lists.market_rows import ModelRow
from vasttui.models.market_overview import ModelFigures, Prices
from vasttui.models.model_history import ModelHistory
from vasttui.models.past_price import DayPrices
from vasttui.services.overview.book import Known
from vasttui.ui.keys import Keymap
from vasttui.ui.market import words
from vasttui.ui.market.columns import MarketCells, share
from vasttui.ui.market.compare import CompareModelsModal, properties
from vasttui.ui.market.screen import MarketScreen

SPELL = Keymap().spelled
LARGE: dict[str, Any] = {"offers": 700, "max_pages": 1, "searches_per_minute": 10.0}
"""More offers than may be fetched: the market must be asked for its models."""


async def market(running: Stage) -> MarketScreen:
    await running.press("tab")
    screen = running.app.get_screen("market")
    assert isinstance(screen, MarketScreen)
    await running.pause()
    return screen


def models(screen: MarketScreen) -> list[str]:
    return [row.model for row in screen.browse.rows if row.model]


def row(screen: MarketScreen, model: str) -> ModelRow:
    return next(one for one in screen.browse.rows if model in (one.model, one.name))


def cells(screen: MarketScreen, model: str) -> dict[str, str]:
    return {key: column.cell(row(screen, model))[0] for key, column in
            screen.resource.by_key.items()}  # fmt: skip


async def test_what_the_offers_fetched_is_counted_and_nothing_is_asked() -> None:
    async with stage(account={"machines": 2}) as running:
        asked = len(running.sent("search"))
        screen = await market(running)
        offers = running.app.offers.browse
        mine = [one for one in offers.rows if one.offer.gpu_name == "RTX 4090"]
        known = row(screen, "RTX 4090").figures
        assert known is not None
        assert known.prices is not None
        assert (known.offers, known.whole) == (len(mine), True)
        each = sorted(one.eff / one.offer.num_gpus for one in mine if one.eff is not None)
        assert known.prices.low == each[0]
        text = running.text
        for said in (
            "[Market] Templates", "80 GB and more ── ", "up to 16 GB ── ", "half    =   twice",
            "$/h per GPU, all-in · sort Median ▲", "[by memory]", "38 models: 38 known",
            "✓ 38 of 38 models known, none older than 1m.", "enter offers",
        ):  # fmt: skip
            assert said in text, said
        first = screen.browse.current
        assert first is not None
        assert first.model == models(screen)[0]
        assert len(running.sent("search")) == asked

        # an account that hosts sees what Vast.ai itself says, too
        await running.until(lambda: "counts and prices are Vast.ai's own, " in running.text)
        assert "% in use · median " in running.text
        own = "none older than 1m. In the details: Vast.ai's own counts and prices, now."
        assert own in running.text
        await running.press("right_square_bracket")
        await running.until(lambda: " % rented · datacenter " in running.text)
        await running.press("left_square_bracket")

        # headings: the cursor passes them, no key is for them
        for _ in range(len(screen.browse.rows)):
            current = screen.browse.current
            assert current is not None
            assert not current.heading
            await running.press("j")
        await running.press("g", "up")
        assert screen.browse.current is not None
        assert screen.browse.current.model == models(screen)[0]
        assert screen.table.top == 0, "the heading above the first row is in view"

        # the filter chooses which offers count, gpu and vram which models are listed
        screen.bar.set_text("gpu:4090 n=1")
        await running.pause()
        assert models(screen) == ["RTX 4090"]
        assert row(screen, "RTX 4090").figures is not None
        assert cells(screen, "RTX 4090")["offers"] == str(
            len([one for one in mine if one.offer.num_gpus == 1])
        )
        screen.bar.set_text("gpu:nothing")
        await running.pause()
        assert "No model matches" in running.text
        screen.bar.set_text("eff<0.0001")
        await running.pause()
        assert "No model has an offer" in running.text
        assert "h widens the hosts, i changes the type of rental" in running.text
        screen.bar.set_text("")


async def test_what_it_cost_before_groups_and_switches() -> None:
    async with stage() as running:
        screen = await market(running)
        await running.until(lambda: "your 1 search" in running.text, step=0.5)
        running.clock.advance(400)
        await running.pause(1.5)
        assert len(running.sent("gpu_current")) == 1, "a renter is refused, and asks no more"
        assert "Vast.ai" not in running.text
        assert cells(screen, models(screen)[0])["vs"] == "new"
        assert "│ 30 days " in running.text
        await running.press("+", "z")
        await running.until(lambda: "│ 90 days " in running.text, step=0.5)
        assert "┤" in running.text, "the plot"
        for size in ((100, 30), (80, 24), (60, 20)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "┤" in running.text, size
        await running.pilot.resize_terminal(180, 50)
        await running.pause()
        assert screen.query_one("#panes").size.width == 50, "as at the start"
        await running.press("z")
        assert screen.query_one("#panes").size.width > 100
        for key, has_range in (("]", False), ("[", True)):
            await running.press(key)
            assert ("range" in running.text.splitlines()[-1]) is has_range, key
        await running.pilot.resize_terminal(60, 20)
        await running.pause()
        assert "range" not in running.text.splitlines()[-1], "the details are hidden"
        await running.pilot.resize_terminal(120, 36)
        await running.pause()
        await running.press("]")
        assert "only the prices have a range" in screen.why_off("range.longer")
        await running.press("[")

        groups = []
        for _ in Grouping:
            await running.press("#")
            groups.append([one.heading for one in screen.browse.rows if one.heading])
        assert groups[0][0].startswith("NVIDIA ── ")
        assert groups[1] == []
        assert groups[2][0].startswith("80 GB and more ── ")

        # the switches are those of the offers
        await running.press("h")
        assert screen.choice.trust == running.app.offers.browse.choice.trust == "datacenter"
        assert "[datacenter]" in running.text

        # another type has another past: nothing until it is read
        first = models(screen)[0]
        screen.action_rental()
        assert screen.choice.rental == "bid"
        assert cells(screen, first)["vs"] == ""


async def test_a_model_without_offers_has_the_vram_that_is_remembered() -> None:
    async with stage() as running:
        assert running.app.live is not None
        prices = running.app.live.prices
        absent = next(iter(set(running.app.gpu_names) - {
            one.offer.gpu_name for one in running.app.offers.browse.list.all_rows
        }))  # fmt: skip

        async def only_sizes() -> dict[str, int]:
            return {absent: 77}

        prices.only_sizes = only_sizes  # type: ignore[method-assign]
        screen = await market(running)
        await running.until(lambda: cells(screen, absent)["vram"] == "77G")


async def test_enter_shows_the_offers_of_a_model_and_q_comes_back_to_its_row() -> None:
    async with stage() as running:
        offers = running.app.offers
        offers.bar.set_text("n=1")
        screen = await market(running)
        screen.bar.set_text("rel>=.98 gpu:rtx")
        screen.browse.list.put_cursor("RTX 4090")
        await running.press("enter")
        await running.until(lambda: running.app.current_mode == "offers")
        assert offers.bar.text == 'rel>=.98 gpu:"RTX 4090"'
        assert "q back to Market ─" in running.text
        await running.press("q")
        assert running.app.current_mode == "market"
        assert offers.bar.text == "n=1"
        assert screen.browse.current is not None
        assert screen.browse.current.model == "RTX 4090"

        # a name that others begin with is asked for as a whole
        screen.browse.list.put_cursor("RTX 3090")
        await running.press("O")
        assert offers.bar.text == 'rel>=.98 gpu_name="RTX 3090"'
        assert {one.offer.gpu_name for one in offers.browse.rows} == {"RTX 3090"}
        await running.press("escape")
        assert running.app.current_mode == "offers", "it clears the filter first"
        await running.press("escape")
        assert running.app.current_mode == "market"
        await running.press("shift+tab")
        assert "q back to Market" not in running.text

        # compared and copied
        await running.press("tab", "g", "space", "space")
        await running.dialog("=")
        assert isinstance(running.app.screen, CompareModelsModal)
        for said in ("median $/h", "DLPerf per $/h", "machines", "★"):
            assert said in running.text
        await running.press("escape")
        await running.press("y")
        assert models(screen)[0] in running.said

        # watched
        screen.browse.list.put_cursor("RTX 4090")
        await running.dialog("W")
        known = row(screen, "RTX 4090").figures
        assert known is not None
        assert f"{known.offers} match now" in running.text
        assert "$/h all-in, per offer" in running.text
        assert known.prices is not None
        assert f"The lowest per GPU is {known.prices.low:.3f}: " in running.text
        await running.press("escape")


async def test_what_is_missing_is_asked_for_what_is_looked_at_first() -> None:
    async with stage(**LARGE) as running:
        before = len(running.sent("search"))
        screen = await market(running)
        bodies = [json.loads(body) for body in running.sent("search")[before:]]
        asked = [body["gpu_name"]["eq"] for body in bodies]
        assert 0 < len(asked) < 7
        assert bodies[0]["order"] == [["vram_costperhour", "asc"]]
        unknown = [one.model for one in screen.browse.rows if one.model and one.known is None]
        assert cells(screen, unknown[-1])["offers"] == "·"
        assert f"{len(asked)} known, {len(unknown)} to ask" in running.text
        await running.press("p")
        number = len(running.sent("search"))
        running.clock.advance(60)
        await running.pause(3)
        assert len(running.sent("search")) - number <= 1, "one was under way"
        assert "Paused: " in running.text
        await running.press("G", "r")
        last = models(screen)[-1]
        await running.until(lambda: row(screen, last).figures, step=0.5)
        await running.press("p", "2")
        await running.until(lambda: not screen.overview.asking, step=0.5)
        number = len(running.sent("search"))
        running.clock.advance(600)
        await running.pause(3)
        assert len(running.sent("search")) == number, "nobody looks"


async def test_a_search_that_ended_at_its_cap_says_so() -> None:
    async with stage(**LARGE) as running:
        screen = await market(running)
        screen.bar.set_text("gpu:4090 vram=24")
        await running.pause()
        await running.until(lambda: row(screen, "RTX 4090").figures, step=0.5)
        shown = cells(screen, "RTX 4090")
        assert (shown["offers"], shown["median"][0], shown["spot"][0]) == ("63+", "≥", "≤")
        assert "┃›" in shown["band"]
        for said in ("63 offers or more", "enter asks for the rest", "1 model: 1 known"):
            assert said in running.text, said

        # a model of several sizes of memory: a row for each, whose offers are its own
        screen.bar.set_text("gpu:4090 vram>=24")
        await running.until(lambda: len(screen.browse.rows) == 4, step=0.5)
        assert models(screen) == ["RTX 4090", "RTX 4090"]
        assert cells(screen, "RTX 4090 48G")["vram"] == "48G"
        screen.browse.list.put_cursor("RTX 4090 48G")
        await running.pause()
        for said in ("RTX 4090 · 48 GB", "── 1 size", "1 model in 2 sizes: 1 known"):
            assert said in running.text, said
        assert cells(screen, "RTX 4090 48G")["gpu"] == "RTX 4090", "the VRAM is beside it"
        screen.bar.set_text("rel>=.1 -cc:KP gpu:4090 vram>=24")
        await running.until(lambda: len(screen.browse.rows) == 4, step=0.5)
        await running.dialog("W")
        assert "RTX 4090 48G: rel>=.1 -cc:KP gp…" in running.text
        await running.press("escape")
        await running.pilot.resize_terminal(80, 24)
        await running.press("right")
        assert cells(screen, "RTX 4090 48G")["gpu"] == "RTX 4090 48G", "the VRAM is out of view"
        await running.press("left")
        await running.pilot.resize_terminal(120, 36)
        screen.bar.set_text("gpu:4090 vram>=24")
        await running.until(lambda: len(screen.browse.rows) == 4, step=0.5)
        await running.press("enter")
        assert running.app.offers.bar.text == 'gpu:"RTX 4090" vram=48'


async def test_trouble_is_said_and_what_is_known_stays() -> None:
    faults = {"search": ["ok", "ok", "http:503", "http:503", "http:503", "http:503", "http:503"]}
    async with stage(faults=faults, size=(80, 24), **LARGE) as running:
        screen = await market(running)
        assert not any(one.heading for one in screen.browse.rows), "no groups without room"
        await running.until(lambda: screen.feed.snapshot.error, step=0.5)
        await running.pause()
        assert "Next try in" in running.text or "Retrying…" in running.text
        assert any(one.figures for one in screen.browse.rows)
        known, total = screen.state.known, screen.state.models
        assert f"{known}/{total} Median ▲" in running.text


async def test_that_the_service_is_gone_is_said_also_where_nothing_is_asked() -> None:
    async with stage(account={"machines": 2}) as running:
        screen, app = await market(running), running.app
        gone = structs.replace(
            app.market, error=NetworkError("It refused the connection."), failures=3,
            failing_since=running.clock.now() + 1,
        )  # fmt: skip
        app.market = gone
        screen.tick()
        await running.pause()
        assert screen.feed.snapshot.error is None
        for said in ("✖ stale ", "It refused the connection since ", "(3 tries)", " r retries."):
            assert said in running.text, said
        assert "✓" not in running.text
        app.fleet = structs.replace(app.fleet, as_of_wall=running.clock.now() + 2)  # it is back
        screen.tick()
        await running.pause()
        assert "refused" not in running.text
        assert "✓ 38 of 38 models known" in running.text


async def test_that_the_search_is_down_is_said_though_the_instances_are_read() -> None:
    async with stage(account={"machines": 2}) as running:
        screen, app = await market(running), running.app
        now = running.clock.now()
        down = ServiceDown("Vast.ai has a problem (503).", status=503)
        app.fleet = structs.replace(
            app.fleet, as_of_wall=now + 2, error=down, failing_since=now + 3
        )
        screen.tick()
        await running.pause()
        assert "Vast.ai has a problem" not in running.text, "that is of the instances"
        app.fleet = structs.replace(app.fleet, error=None, failing_since=None)
        app.market = structs.replace(app.market, error=down, failures=1, failing_since=now + 1)
        screen.tick()
        await running.pause()
        assert screen.feed.snapshot.error is None
        for said in ("✖ stale ", "Vast.ai has a problem (503) since ", " r retries."):
            assert said in running.text, said
        screen.feed.snapshot = structs.replace(
            screen.feed.snapshot, as_of_wall=now + 2
        )  # an own search
        screen.tick()
        await running.pause()
        assert "Vast.ai has a problem" not in running.text


PRICES = Prices(0.1, 0.2, 0.3, 0.4, 0.5)
FIGURES = ModelFigures(offers=2, gpus=6, machines=2, priced=2, prices=PRICES, spot=PRICES,
                       countries=(("SE", 4), ("", 2)), in_datacenter=2, discount=0.4)  # fmt: skip


def test_sentences() -> None:
    def line(width: int = 200, *, paused: bool = False, looks: bool = True, **how: Any) -> str:
        state = words.State(**how)
        return words.state_line(state, width, SPELL, paused=paused, on_screen=looks).plain

    some: dict[str, Any] = {"known": 41, "models": 58, "oldest": 172_900.0, "next": "L40S"}
    assert line(**some) == (
        " 41 of 58 models known, the oldest 2d ago. One search each, every 6 s while you look: "
        "L40S next (p pauses, r asks the cursor's)."
    )
    assert line(80, **some) == " 41 of 58 models, one search every 6 s: L40S next (p pauses)."
    assert line(known=58, models=58, oldest=800) == " ✓ 58 of 58 models known, none older than 14m."
    assert line(known=41, models=58) == (
        " 41 of 58 models known. The others are asked for when they come into view."
    )
    assert "one every 12 s now: L40S next" in line(**some, every=12, slow=True)
    assert line(paused=True, **some).startswith(" Paused: 41 of 58 models known")
    assert line(paused=True, known=1, models=1, asking="L4").endswith("Asking for L4. p resumes.")
    assert (
        line(60, paused=True, **some) == " Paused: 41 of 58 models. r asks the cursor's. p resumes."
    )
    assert "while nobody looks" in line(looks=False, **some)
    quota = words.failed(SearchQuotaExceeded("", resets_at=86_400.0), 9e3, 6.0, SPELL)
    assert quota.startswith("The search quota of today is used up; it comes back at 00:00 UTC")
    assert words.failed(RateLimited("x"), 5.0, 12.0, SPELL) == (
        "The service asks for fewer searches: one every 12 s now. Next try in 5s (r now)."
    )
    assert words.failed(ServiceDown("Down.", status=503), None, 6.0, SPELL) == "Down. r retries."
    assert words.asking_words(words.State(known=0, models=1, next="L4", held=True)) == ("", "")
    assert words.title("L4", 23, FIGURES, 90) == (
        "L4 · 23 GB · 2 offers: 6 GPUs on 2 machines in 1 country"
    )
    assert words.where(FIGURES) == "SE 67 %  not known 33 % · datacenter 33 %"
    told = dict(words.prices_lines(FIGURES, "on-demand", 140))
    assert told["Spot"].endswith("100 % of on-demand, can be taken away · reserved: up to 40 % off")
    bid = dict(words.prices_lines(FIGURES, "bid", 120))["Spot"]
    assert bid == "from 0.100 all-in at the minimum bid · reserved: up to 40 % off"
    assert told["Spot"].startswith("from 0.100 all-in at the minimum bid, median 0.300: 100 %")
    assert len(dict(words.prices_lines(FIGURES, "on-demand", 78))["Spot"]) <= 67


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, ""), (0, 9, "0"), (1, 999, "1"), (998, 999, "99"), (9, 9, "100"), (1, 3, "33")],
)
def test_a_share_of_some_is_never_none_nor_all(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


def test_the_past_in_a_line_and_in_a_cell() -> None:
    def seen(*medians: float, whole: bool = True) -> ModelHistory:
        days = [
            DayPrices(20_600 - ago, 0.2, 0.3, price, 0.5, 0.6, 10, 12, 2, None, None, whole)
            for ago, price in enumerate(reversed(medians))
        ]
        return ModelHistory(tuple(reversed(days)), 20_600, 30)

    columns = {
        column.key: column for column in MarketCells(lambda: 0.0, lambda: ("", "")).columns()
    }
    for past, cell in (
        (None, ""), (seen(), ""), (seen(0.4), "new"), (seen(*[0.4] * 5, 0.3), "−25 %"),
        (seen(*[0.4] * 5), "±0 %"), (seen(*[0.4] * 6, whole=False), "?"),
    ):  # fmt: skip
        assert columns["vs"].cell(ModelRow("A", past=past))[0] == cell
    assert columns["days"].cell(ModelRow("A", past=seen(*[0.4] * 5, 0.3)))[0].strip() == "██▁"
    told = words.history(seen(*[0.4] * 5, 0.3), 120)
    assert told.endswith(
        "▁  median 0.400 → 0.300, −25 % · lowest 0.200 on 22 May · your 12 searches"
    )
    demo = words.history(seen(*[0.4] * 5, 0.3), 120, demo=True)
    assert demo.endswith("22 May · demo, one look a day")
    assert "±0 % · of the 40 GB ones" in words.history(seen(*[0.4] * 6), 120, 40)
    assert words.not_known("L4", seen(), SPELL).startswith(
        "L4 has not been seen by you for these hosts yet: r asks"
    )
    assert words.not_known("L4", seen(0.4), SPELL).endswith("Last seen today from 0.200.")
    ago = replace(seen(0.4), today=20_603)
    assert "Last seen 3d ago from 0.200. W rings when one appears." in words.none_there(ago, SPELL)
    part = words.history(seen(0.4, 0.3, whole=False), 80)
    assert part.endswith("▅  median ≥0.300 · lowest 0.200 on 26 May")


def test_a_bound_is_never_the_best_and_an_old_row_is_dim() -> None:
    now = 10_000.0
    assert "Spread" in [one.title for one in MarketCells(lambda: now, lambda: ("", "")).columns()]
    seen = MarketCells(lambda: now, lambda: ("", ""))
    columns = {column.key: column for column in seen.columns()}
    fresh = ModelRow("A", Known(FIGURES, now - 59), 24)
    part = ModelRow("B", Known(ModelFigures(offers=64, gpus=64, prices=PRICES, whole=False), 9e3))
    old = ModelRow("C", Known(FIGURES, now - 7_200), 24)
    assert [columns["seen"].cell(one) for one in (fresh, part, old, ModelRow("D"))] == [
        ("now", ""), ("16m", ""), ("2h", "dim"), ("·", "dim")
    ]  # fmt: skip
    median = next(one for one in properties(seen) if one.title == "median $/h")
    assert median.value(fresh) == 0.3
    assert (median.value(part), median.text(part)) == (None, "≥0.300")
