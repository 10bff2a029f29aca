"""The money in the details of an offer, worked by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.offer_rows import NOW, row
from vasttui.models.money import RentalType, Usage
from vasttui.ui.offers.columns import OfferCells
from vasttui.ui.offers.detail import TABS, OfferDetail

USAGE = Usage(disk=100, down=50, up=10, hours=8)
# A disk of 100 GB: 0.144 * 100 / 720 = 0.02 $/h, a day 0.48 $.
# Traffic: 50 * 0.002 + 10 * 0.003 = 0.13 $.
OFFER: dict[str, Any] = {
    "num_gpus": 2, "dph_base": 0.40, "storage_cost": 0.144, "min_bid": 0.15,
    "discounted_dph_total": 0.31, "storage_total_cost": 0.01,
    "inet_down_cost": 0.002, "inet_up_cost": 0.003,
}  # fmt: skip


def figures(rental: RentalType = "on-demand", usage: Usage = USAGE, **changes: Any) -> list[str]:
    """The dollars of the cost tab, line by line."""
    detail = OfferDetail(OfferCells(lambda: NOW))
    detail.usage, detail.rental = usage, rental
    lines = detail.lines("Cost", row(**{**OFFER, **changes}), 120)
    return [" ".join(re.findall(r"\$[\d.,]*\d|\?", line.plain)) for line in lines]


@pytest.mark.parametrize(
    ("rental", "gpu", "total"),
    [
        # 0.40 / 2 = 0.20 each; 0.42 * 8 + 0.13 = 3.49; / 8 = 0.43625
        ("on-demand", "$0.400 $0.200", "$3.49 $0.436"),
        # 0.15 / 2 = 0.075; 0.17 * 8 + 0.13 = 1.49; / 8 = 0.18625
        ("bid", "$0.150 $0.075", "$1.49 $0.186"),
        # 0.31 - 0.01 = 0.30; / 2 = 0.15; 0.32 * 8 + 0.13 = 2.69; / 8 = 0.33625
        ("reserved", "$0.300 $0.150", "$2.69 $0.336"),
    ],
)
def test_the_cost_of_an_offer(rental: RentalType, gpu: str, total: str) -> None:
    assert figures(rental) == [gpu, "$0.144 $0.020 $0.48", "$0.002 $0.003 $0.13", total, "$0.150"]


@pytest.mark.parametrize(
    ("price", "gpus", "shown"),
    [(0.187, 2, "$0.187/h = 2 × $0.0935/h"), (0.4, 2, "$0.400/h = 2 × $0.200/h"),
     (1.0, 3, "$1.000/h ≈ 3 × $0.333/h"), (0.3, 1, "$0.300/h")],
)  # fmt: skip
def test_the_price_of_one_gpu_multiplies_out_to_that_of_all(
    price: float, gpus: int, shown: str
) -> None:
    detail = OfferDetail(OfferCells(lambda: NOW))
    lines = detail.lines("Cost", row(**{**OFFER, "dph_base": price, "num_gpus": gpus}), 120)
    assert lines[0].plain == f"GPU      {shown}"


@pytest.mark.parametrize(
    ("rental", "gpu", "least"),
    [("bid", "$0.614/h", "minimum bid $0.614/h"),
     ("on-demand", "$0.613/h", "minimum bid $0.613/h, as on demand")],
)  # fmt: skip
def test_the_minimum_bid_is_one_figure_and_not_above_the_price_on_demand(
    rental: RentalType, gpu: str, least: str
) -> None:
    detail = OfferDetail(OfferCells(lambda: NOW))
    detail.rental = rental
    same = {"dph_base": 0.61333, "min_bid": 0.61333, "num_gpus": 1}
    lines = detail.lines("Cost", row(**{**OFFER, **same}), 120)
    assert lines[0].plain.split()[1] == gpu
    assert lines[-1].plain.endswith(least)


def test_what_is_unknown_is_said_to_be() -> None:
    shown = figures(inet_up_cost=None, min_bid=None, num_gpus=1)
    assert shown == ["$0.400", "$0.144 $0.020 $0.48", "$0.002 ? ?", "? ?", "?"]


@pytest.mark.parametrize(
    ("hosting", "words"),
    [(1, "· datacenter ·"), (0, "· not a datacenter ·"), (None, "· datacenter unknown ·")],
)
def test_where_it_is_hosted_is_said_as_far_as_it_is_known(hosting: int | None, words: str) -> None:
    detail = OfferDetail(OfferCells(lambda: NOW))
    lines = detail.lines("Host", row(hosting_type=hosting), 120)
    assert words in lines[-1].plain


def test_a_disk_that_the_host_does_not_have_is_not_priced() -> None:
    assert figures(disk_space=99.4)[1] == ""
    assert figures(disk_space=100)[1] == "$0.144 $0.020 $0.48"


def test_traffic_prices_have_their_unit_and_a_lone_country_no_comma() -> None:
    detail = OfferDetail(OfferCells(lambda: NOW))
    detail.usage = USAGE
    offer = row(**OFFER, geolocation=", US")
    cost = [line.plain for line in detail.lines("Cost", offer, 120)]
    net = [" ".join(line.plain.split()) for line in detail.lines("Net", offer, 120)]
    assert "50 GB ↓ × $0.002/GB + 10 GB ↑ × $0.003/GB = $0.13, once" in cost[2]
    assert net[1].startswith("Price ↓ $0.002/GB ↑ $0.003/GB")
    assert net[-1] == "Place US"
    assert "spot" not in "".join(cost)


def test_beside_the_table_words_wrap_while_there_is_room_for_all_tabs() -> None:
    detail = OfferDetail(OfferCells(lambda: NOW))
    one = row(**OFFER)
    tall = [line.plain.rstrip() for line in detail.everything(one, 46, 90)]
    assert all(len(line) <= 46 for line in tall[: tall.index("Raw")])
    assert not any(line.endswith("…") and "Looking up" not in line for line in tall)
    assert "billed separately)" in " ".join(" ".join(tall).split())
    least = [line.plain for line in detail.everything(one, 46, 0)]
    assert len(least) < len(tall)
    assert any(line.endswith("…") for line in least)
    heads = [line for line in least if line in TABS]
    assert heads == list(TABS)
