"""The lines of the rent dialog show what will be billed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from vasttui.models.account import Account
from vasttui.models.bill import Burn
from vasttui.models.money import PricedOffer, Usage, price_offer
from vasttui.models.offer import Offer
from vasttui.ui.rent.lines import (
    Wallet,
    check_line,
    cost_lines,
    cuda_note,
    nearest,
    nearest_lines,
    offer_line,
)

OFFER = Offer(
    id=1, machine_id=9, gpu_name="RTX 4090", num_gpus=1, gpu_ram=24_576, dph_base=0.274,
    dph_total=0.287, storage_cost=0.15, inet_down_cost=0.002, inet_up_cost=0.003,
    reliability=0.996, geolocation="Sweden, SE", end_date=41 * 86_400.0, cuda_max_good=12.8,
)  # fmt: skip
USAGE = Usage(disk=60, down=50, up=5, hours=8)
RICH = Wallet(15.62, Burn(0.287, 0.02))


def words(usage: Usage = USAGE, bid: float | None = None, wallet: Wallet = RICH) -> list[str]:
    return [line.plain for line in cost_lines(OFFER, usage, 60, bid, wallet)]


def test_running_stopped_and_traffic() -> None:
    running, stopped, balance = words()
    assert "$0.274 GPU (on-demand) + $0.013 disk = $0.287/h" in running
    assert "8 h = $2.29 + traffic $0.12 = $2.41" in running
    assert "$0.013/h ($0.30/day, $9.00/month) until you destroy it" in stopped
    assert "$15.62 lasts 50 h now, 26 h with this instance" in balance


def test_a_bid_is_the_price_of_the_gpu() -> None:
    assert "$0.180 GPU (bid) + $0.013 disk = $0.193/h" in words(bid=0.18)[0]


def test_unknown_traffic_and_unknown_credit_are_said() -> None:
    offer = structs.replace(OFFER, inet_down_cost=None)
    lines = cost_lines(offer, USAGE, 60, None, Wallet(None, Burn()))
    assert "+ traffic at an unknown price" in lines[0].plain
    assert lines[2].plain.endswith("unknown")
    assert "8 h = $2.29, traffic $2.00 ↓ $3.00 ↑ per TB" in words(Usage(disk=60, hours=8))[0]


def test_a_balance_that_is_old_says_so_and_no_spend_is_not_for_ever() -> None:
    assert "$15.62 (12m00s old) lasts" in words(wallet=replace(RICH, age=720.0))[2]
    assert words(wallet=Wallet(15.62, Burn()))[2] == (
        "balance  $15.62 no spend now, 54 h with this instance"
    )


def test_with_prices_that_are_unknown_the_balance_lasts_at_most_so_long() -> None:
    assert words(wallet=Wallet(15.62, Burn(unknown=1)))[2] == (
        "balance  $15.62 spend now unknown, at most 54 h with this instance"
    )
    assert (
        "lasts at most 50 h now, at most 26 h"
        in words(wallet=replace(RICH, burn=structs.replace(RICH.burn, unknown=2)))[2]
    )


def test_money_that_will_not_last_is_red() -> None:
    balance = cost_lines(OFFER, USAGE, 60, None, Wallet(1.0, Burn(0.1)))[2]
    assert any("$text-error" in str(span.style) for span in balance.spans)


@pytest.mark.parametrize(
    ("enabled", "amount", "shown"),
    [(True, 20.0, True), (True, -0.01, False), (True, 0.0, False), (True, None, False),
     (False, 20.0, False), (None, 20.0, False)],
)  # fmt: skip
def test_the_threshold_of_the_account_is_said_where_there_is_one(
    enabled: bool | None, amount: float | None, shown: bool
) -> None:
    account = Account(id=1, balance_threshold=amount, balance_threshold_enabled=enabled)
    wallet = replace(RICH, threshold=account.threshold)
    line = cost_lines(OFFER, USAGE, 60, None, wallet)[2].plain
    assert line.endswith(", account threshold $20.00") is shown


@pytest.mark.parametrize(
    ("image", "good"),
    [("vastai/pytorch:2.8-cuda-12.9.1", False), ("x/y:cuda12.8", True), ("nvidia/cuda:12.1", True)],
)
def test_an_image_too_new_for_the_host_is_said(image: str, good: bool) -> None:
    note = cuda_note(image, OFFER).plain
    assert ("⚠" in note) is not good
    assert note


def test_an_image_that_does_not_say_is_passed_over() -> None:
    assert cuda_note("ubuntu:24.04", OFFER).plain == ""
    assert cuda_note("x:cuda12.9", structs.replace(OFFER, cuda_max_good=None)).plain == ""


def test_the_offer_in_a_line() -> None:
    line = offer_line(OFFER, 0.0).plain
    assert line == "1× RTX 4090 24 GB · machine 9 · SE · 99.6 % · ends in 41d"


def test_when_it_was_checked() -> None:
    assert check_line(None, 5.0, "").plain == "checking availability…"
    assert check_line(3.0, 5.0, "").plain == "checked 2s ago: available ✓"
    assert check_line(3.0, 5.0, "gone").plain == "gone"


def test_a_check_that_is_old_is_no_promise() -> None:
    now, old = check_line(3.0, 63.0, ""), check_line(3.0, 460.0, "")
    assert now.plain == "checked 1m00s ago: available ✓"
    assert old.plain == "last checked 7m37s ago: available then"
    assert [str(span.style) for span in old.spans] == ["$text-warning"]


def test_the_nearest_are_of_the_same_gpu_and_nearest_in_price() -> None:
    prices = (0.5, 0.29, 0.2, 0.27, 0.9)
    rows = [
        price_offer(structs.replace(OFFER, id=10 + at, dph_base=price), USAGE, "on-demand")
        for at, price in enumerate(prices)
    ]
    other = price_offer(structs.replace(OFFER, id=20, gpu_name="H100"), USAGE, "on-demand")
    gone = price_offer(OFFER, USAGE, "on-demand")
    found = nearest([*rows, other, gone], OFFER, gone.price)
    assert [row.offer.id for row in found] == [13, 11, 12]
    lines = [line.plain for line in nearest_lines(found, gone.price)]
    assert lines[0].startswith(" 1 ")
    assert "-$0.0040/h" in lines[0]
    assert "+$0.016/h" in lines[1]


def test_others_with_as_much_memory_fill_up_what_is_missing() -> None:
    def like(number: int, **changes: object) -> PricedOffer:
        return price_offer(structs.replace(OFFER, id=number, **changes), USAGE, "on-demand")

    more = like(20, gpu_name="H100", gpu_ram=80_000, dph_base=2.0)
    less, pair, same = like(21, gpu_name="T4", gpu_ram=15_000), like(22, num_gpus=2), like(23)
    price = like(1).price
    found = nearest([less, pair, more, same, like(OFFER.id)], OFFER, price, most=9)
    assert [row.offer.id for row in found][:2] == [23, 20]
    assert {row.offer.id for row in found[2:]} == {21, 22}
