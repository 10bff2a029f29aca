"""Vast.ai's own figures of the market: for accounts that host."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.http import Script, client_of, reply
from vasttui.clock import VirtualClock
from vasttui.errors import AuthRejected, PermissionDenied, ServiceDown, VastError
from vasttui.models.market_figures import MarketFigures
from vasttui.services.memory.market_figures import FiguresOfMarket
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
