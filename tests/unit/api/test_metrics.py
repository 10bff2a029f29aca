"""Vast.ai's own figures of the market: for accounts that host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.http import Script, client_of, reply
from vasttui.clock import VirtualClock
from vasttui.errors import AuthRejected, BrokenAnswer, PermissionDenied, ServiceDown, VastError
from vasttui.models.market_figures import (
    CurrentFigures,
    GpuPlaces,
    MarketFigures,
    current_from,
    places_from,
)
from vasttui.services.memory.market_figures import FiguresOfMarket
from vasttui.ui.market.own import own_places, own_words
from vasttui.ui.offers.price_lines import market_words

GPU = {
    "supply_demand": {
        "timestamps": [1, 2], "avail_verified": [160, 165], "avail_unverified": [107],
        "total": [4461],
    },
    "pricing": {"avail_p10": [0.25], "avail_median": [0.4, 0.41, None], "avail_p90": [0.62]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("gpu", "found"),
    [
        (GPU, MarketFigures(0.25, 0.41, 0.62, 272, 4461)),
        ({"supply_demand": {"avail_verified_gpus": [3]}}, MarketFigures(None, None, None, 3, None)),
        ({"pricing": {"avail_p10": ["x"], "avail_median": "y"}, "supply_demand": 3},
         MarketFigures(None, None, None, None, None)),
    ],
)  # fmt: skip
async def test_the_newest_figures_are_read(gpu: Any, found: MarketFigures) -> None:
    script = Script(reply({"success": True, "gpus": {"RTX 5090": gpu}}))
    client = client_of(script)
    assert await client.metrics.of_gpu("RTX 5090") == found
    asked = script.requests[0].url
    assert (asked.path, asked.params["gpu_name"]) == ("/api/v0/metrics/gpu/history/", "RTX 5090")
    await client.aclose()


async def test_renters_are_refused_and_hosts_without_machines_too() -> None:
    client = client_of(
        Script(
            reply({"success": False, "error": "auth_error", "msg": "no"}, 401),
            reply({"success": True, "gpus": {}, "needs_machine": True}),
            reply({"success": True, "gpus": {}}),
        )
    )
    with pytest.raises(AuthRejected):
        await client.metrics.of_gpu("H100")
    with pytest.raises(PermissionDenied):
        await client.metrics.of_gpu("H100")
    assert await client.metrics.of_gpu("H100") is None
    await client.aclose()


class Service:
    def __init__(self, *answers: MarketFigures | VastError | None) -> None:
        self.answers, self.asked = list(answers), list[str]()
        self.current_answers = list[Mapping[str, CurrentFigures] | VastError]()

    async def current(self) -> Mapping[str, CurrentFigures]:
        self.asked.append("all")
        answer = self.current_answers.pop(0)
        if isinstance(answer, VastError):
            raise answer
        return answer

    async def places(self) -> Mapping[str, GpuPlaces]:
        self.asked.append("places")
        return {"RTX 5090": PLACES}

    async def of_gpu(self, gpu_name: str) -> MarketFigures | None:
        self.asked.append(gpu_name)
        answer = self.answers.pop(0)
        if isinstance(answer, VastError):
            raise answer
        return answer


async def test_figures_are_kept_for_five_minutes_and_a_refusal_for_good() -> None:
    figures = MarketFigures(0.25, 0.41, 0.62, 272, 4461)
    refused = AuthRejected("no", status=401, code="auth_error")
    service, clock, changes = (
        Service(figures, ServiceDown("down", status=503), refused),
        VirtualClock(),
        [],
    )
    of_market = FiguresOfMarket(service, clock, lambda: changes.append(1))
    assert market_words(of_market, "RTX 5090") == ""
    for _ in range(2):
        await of_market.ask("RTX 5090")
    assert market_words(of_market, "RTX 5090") == (
        "median 0.410 a GPU, tenth to nine tenths 0.250 – 0.620 · 272 of 4,461 GPUs are free"
    )
    clock.advance(301)
    await of_market.ask("RTX 5090")
    assert market_words(of_market, "RTX 5090") == "not known: down"
    for gpu in ("H100", "H200"):
        await of_market.ask(gpu)
    assert market_words(of_market, "H200") == (
        "for hosts only: this key may not read the market's own figures"
    )
    assert service.asked == ["RTX 5090", "RTX 5090", "H100"]
    assert len(changes) == 3


NOW = {
    "gpu_name": "RTX 5090", "total": 1400, "available": 132, "unavailable": 41, "usage": 90.3,
    "usage_30d": 81.5, "price_p10": 0.35, "price_median": 0.42, "price_p90": 0.6,
}  # fmt: skip
FOUND = CurrentFigures(1400, 132, 41, 90.3, 81.5, 0.35, 0.42, 0.6)


def test_the_figures_of_now_are_read_whatever_they_are_called() -> None:
    by_parts = {"gpu_name": "A", "avail_verified_gpus": 3, "avail_unverified": 2}
    odd = {
        "gpu_name": "B\x1b",
        "total": -1,
        "usage": True,
        "price_median": "x",
        "available": 2e9,
    }
    assert current_from([NOW, by_parts, odd, 7, {"total": 1}, {"gpu_name": None}]) == {
        "RTX 5090": FOUND, "A": CurrentFigures(available=5), "B␛": CurrentFigures(),
    }  # fmt: skip


async def test_the_figures_of_now_are_those_of_all_machines() -> None:
    script = Script(
        reply({"success": True, "gpus": [NOW]}),
        reply({"success": True, "gpus": [], "needs_machine": True}),
        reply({"success": True}),
    )
    client = client_of(script)
    assert await client.metrics.current() == {"RTX 5090": FOUND}
    asked = script.requests[0].url
    assert asked.path == "/api/v0/metrics/gpu/current/"
    assert dict(asked.params) == {"verified": "all", "hosting_type": "all", "num_gpus": "all"}
    for error in (PermissionDenied, BrokenAnswer):
        with pytest.raises(error):
            await client.metrics.current()
    await client.aclose()


async def test_the_figures_of_now_are_kept_for_five_minutes_and_told_with_their_age() -> None:
    service, clock, changes = Service(), VirtualClock(), list[int]()
    figures = FiguresOfMarket(service, clock, lambda: changes.append(1))

    def said(width: int, model: str = "RTX 5090") -> str:
        return own_words(figures, model, clock.now(), width)

    assert own_words(None, "RTX 5090", 0.0, 116) == said(116) == ""
    service.current_answers = [ServiceDown("Down.", status=503), {"RTX 5090": FOUND}]
    await figures.ask_current()
    assert said(116) == "not known: Down."
    assert not figures.is_due
    await figures.ask_current()
    clock.advance(300)
    await figures.ask_current()
    clock.advance(180)
    assert said(116) == (
        "132 of 1,400 available, 90 % in use · median 0.420 · "
        "counts and prices are Vast.ai's own, 3m ago"
    )
    assert said(190) == (
        "132 of 1,400 available, 90 % in use (82 % in 30 days), 41 not for rent · median 0.420 per "
        "GPU, tenth to nine tenths 0.350 – 0.600 · counts and prices are Vast.ai's own, 3m ago"
    )
    assert said(76) == "132 of 1,400 available, 90 % in use · median 0.420 · 3m ago"
    assert said(60) == "132 of 1,400 available · median 0.420 · 3m ago"
    several = own_words(figures, "RTX 5090", clock.now(), 60, several=True)
    assert several == "with any VRAM 132 of 1,400 available · median 0.420 · 3m ago"
    assert said(116, "H100") == "nothing is told of this model, 3m ago"

    service.current_answers = [
        ServiceDown("Down.", status=503), PermissionDenied("no", status=403), {"A": FOUND},
    ]  # fmt: skip
    clock.advance(120)
    await figures.ask_current()
    assert said(76).endswith("5m ago"), "what was known stays, and is as old as it is"
    clock.advance(300)
    await figures.ask_current()
    assert said(116) == "", "refused"
    clock.advance(9_999)
    await figures.ask_current()
    assert service.asked == ["all"] * 4
    assert len(changes) == 4


async def test_who_is_refused_the_history_is_not_asked_for_now() -> None:
    service = Service(AuthRejected("no", status=401, code="auth_error"))
    figures = FiguresOfMarket(service, VirtualClock(), lambda: None)
    await figures.ask("H100")
    await figures.ask_current()
    assert service.asked == ["H100"]


ROWS = [
    {"country_code": "US", "gpu_name": "RTX 5090", "state": "rented", "datacenter": True,
     "num_gpus": 8},
    {"country_code": "DE", "gpu_name": "RTX 5090", "state": "available", "num_gpus": 2},
    {"country_code": "DE", "gpu_name": "RTX 5090", "rented": True, "num_gpus": 1},
    {"country_code": None, "gpu_name": "RTX 5090", "rented": False, "num_gpus": 1},
]  # fmt: skip
PLACES = GpuPlaces(12, 9, 8, (("US", 8), ("DE", 3), ("", 1)))


async def test_where_all_gpus_are() -> None:
    odd = [7, {"gpu_name": 3}, {"gpu_name": "A", "num_gpus": -1, "country_code": "SE"}]
    assert places_from([*ROWS, *odd]) == {
        "RTX 5090": PLACES, "A": GpuPlaces(0, 0, 0, (("SE", 0),)),
    }  # fmt: skip
    script = Script(reply({"success": True, "locations": ROWS}), reply({"success": True}))
    client = client_of(script)
    assert await client.metrics.places() == {"RTX 5090": PLACES}
    assert script.requests[0].url.path == "/api/v0/metrics/gpu/locations/"
    with pytest.raises(BrokenAnswer):
        await client.metrics.places()
    await client.aclose()

    service, clock = Service(), VirtualClock()
    figures = FiguresOfMarket(service, clock, lambda: None)
    assert own_places(figures, "RTX 5090", clock.now()) == ""
    await figures.ask_places()
    clock.advance(7_199)
    await figures.ask_places()
    assert own_places(figures, "RTX 5090", clock.now(), several=True) == (
        "US 67 %  DE 25 %  others 8 % · of all 12 GPUs with any VRAM, 75 % rented "
        "· datacenter 67 % · Vast.ai's own, 1h ago"
    )
    assert own_places(figures, "H100", clock.now()) == "nothing is told of this model, 1h ago"
    clock.advance(1)
    await figures.ask_places()
    assert service.asked == ["places"] * 2
