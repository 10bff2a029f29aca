"""Which bids are allowed, what they mean, and which are asked about."""

from __future__ import annotations

import pytest

from tests.support.fleet_rows import fleet_row
from vasttui.models.bill import Bill, Burn
from vasttui.ui.bids import bid_doubt, bid_lines, bid_problem, times_least, usual_bid
from vasttui.words import hours_words

LIMITS = "A bid is at least $0.001/h, and at most $32/h per GPU."


@pytest.mark.parametrize(
    ("text", "gpus", "problem"),
    [
        ("0.25", 1, ""),
        ("0.001", 1, ""),
        ("0.0009", 1, LIMITS),
        ("32", 1, ""),
        ("32.01", 1, LIMITS),
        ("64", 2, ""),
        ("64.01", 2, LIMITS),
        ("1000", None, ""),
        ("inf", None, LIMITS),
        ("nan", 1, LIMITS),
        ("-1", 1, LIMITS),
        ("a lot", 1, "A bid is a number of dollars per hour, such as 0.25."),
    ],
)
def test_a_bid_is_within_what_the_service_takes(text: str, gpus: int | None, problem: str) -> None:
    assert bid_problem(text, gpus) == problem


@pytest.mark.parametrize(
    ("price", "leasts", "doubt"),
    [
        (0.185, [0.185], ""),
        (0.37, [0.185], ""),
        (9.0, [None], ""),
        (9.0, [0.0], ""),
        (9.0, [0.185],
         "$9.000/h is 49 times the minimum bid, $0.185/h; what is bid is what is paid."),
        (0.371, [0.185],
         "$0.371/h is 2.01 times the minimum bid, $0.185/h; what is bid is what is paid."),
        (0.1, [0.18501],
         "$0.100/h is below the minimum bid now, $0.186/h: that stops, or stays stopped."),
        (0.2, [0.1, 0.3, 0.4, None],
         "$0.200/h is below the minimum bid now, $0.400/h, for 2 of 4: that stops, or stays "
         "stopped."),
        (0.5, [0.1, 0.3],
         "$0.500/h is 5.00 times the minimum bid, $0.100/h, for 1 of 2; what is bid is what is "
         "paid."),
    ],
)  # fmt: skip
def test_a_bid_is_asked_about_below_the_least_and_above_twice_it(
    price: float, leasts: list[float | None], doubt: str
) -> None:
    assert bid_doubt(price, leasts) == doubt


def test_what_a_bid_means_is_the_price_with_the_disk_and_the_hours_that_are_left() -> None:
    spot = fleet_row(1, min_bid=0.2, storage_total_cost=0.05, bill=Bill(0.25, 0.05))
    burn = Burn(gpu=0.8, disk=0.1)
    assert bid_lines(0.3, [spot], 19.0, burn) == (
        "1.50 times the minimum bid\n$0.350/h with disk, while running · $19.00 lasts 20 h with it"
    )
    assert bid_lines(0.3, [spot], None, burn).endswith("while running")
    assert "lasts at most 20 h" in bid_lines(0.3, [spot], 19.0, Burn(0.8, 0.1, unknown=1))
    other = fleet_row(2, min_bid=0.3, storage_total_cost=0.05, bill=Bill(0.0, 0.05))
    assert bid_lines(0.3, [spot, other], 19.0, burn) == (
        "1.00 times the minimum bid\n$0.700/h with disk, while running · $19.00 lasts 15 h with it"
    )


def test_a_bid_that_is_too_low_is_said_to_be_while_it_is_typed() -> None:
    spot = fleet_row(1, min_bid=0.2, storage_total_cost=0.05, bill=Bill(0.25, 0.05))
    first = bid_lines(0.1, [spot], None, Burn())
    assert first.startswith("0.50 times the minimum bid: too low to win now\n$0.150/h")
    assert "lasts" not in bid_lines(0.1, [spot], 19.0, Burn(gpu=0.8))


@pytest.mark.parametrize(
    ("price", "least", "words"),
    [(0.001, 21.4513, "less than 0.001"), (0.1, 21.4513, "0.004"), (0.1, 20.0, "0.005"),
     (0.2, 2.0, "0.10"),
     (0.9999, 1.0, "0.99"), (1.0, 1.0, "1.00"), (20.0, 1.0, "20")],
)  # fmt: skip
def test_too_little_is_never_said_to_be_nothing_or_enough(
    price: float, least: float, words: str
) -> None:
    assert times_least(price, least) == f"{words} times the minimum bid"


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.0, "0 min"), (0.01, "less than 1 min"), (0.55, "33 min"), (1.92, "1.9 h"),
     (2.0, "2.0 h"), (2.55, "2.5 h"), (9.99, "9.9 h"), (61.9, "61 h"),
     (71.9, "71 h"), (72.0, "72 h"), (96.0, "96 h"),
     (96.5, "4.0 days"), (122.4, "5.1 days"), (239.9, "9.9 days"),
     (311.0, "12 days")],
)  # fmt: skip
def test_how_long_money_lasts_is_never_rounded_up(hours: float, words: str) -> None:
    assert hours_words(hours) == words


@pytest.mark.parametrize(
    ("bids", "text"),
    [
        ([(21.4521, 21.4505)], "21.4521"),
        ([(0.2, 0.30001)], "0.301"),
        ([(0.2, None)], "0.2"),
        ([(None, 0.3)], "0.300"),
        ([(None, None)], ""),
        ([(0.2, 0.1), (0.2, 0.15)], "0.2"),
        ([(0.2, 0.1), (0.3, 0.1)], ""),
    ],
)
def test_enter_alone_never_lowers_a_bid(
    bids: list[tuple[float | None, float | None]], text: str
) -> None:
    rows = [fleet_row(1, dph_base=bid, min_bid=least) for bid, least in bids]
    assert usual_bid(rows) == text


def test_what_is_unknown_about_a_bid_is_said_to_be() -> None:
    bare = fleet_row(1, min_bid=None, storage_total_cost=None, bill=Bill(0.1, None))
    assert bid_lines(0.3, [bare], 19.0, Burn()) == (
        "the minimum bid is unknown · ? $/h with disk: its price is unknown"
    )
