"""What needs attention: each thing once, most urgent first, always in the same order."""

from __future__ import annotations

from itertools import permutations

import pytest
from msgspec import structs

from vasttui.models.account import Account
from vasttui.models.bill import Burn
from vasttui.models.inbox import InboxItem, inbox_of
from vasttui.models.instance import Instance
from vasttui.models.price_increase import PriceIncrease
from vasttui.models.status import Phase

NOW = 1_800_000_000.0
HOUR, DAY = 3_600.0, 86_400.0
BURN = Burn(gpu=0.4, disk=0.1)
ONE = Instance(id=7, end_date=NOW + 40 * DAY, disk_space=60.0, disk_usage=38.0, min_bid=0.14)
RICH = Account(id=1, credit=100.0)
INCREASE = PriceIncrease(
    pending_price_increase_id=5, contract_id=7,
    old_gpu_costpersec=0.3 / HOUR, new_gpu_costpersec=0.36 / HOUR,
)  # fmt: skip


def inbox(
    *rows: tuple[Instance, Phase, float],
    increases: tuple[PriceIncrease, ...] = (),
    credit: float | None = 100.0,
    burn: Burn = BURN,
) -> list[InboxItem]:
    return inbox_of(rows, increases, structs.replace(RICH, credit=credit), burn, NOW)


def of(phase: Phase, passed: float = 60.0, **changes: object) -> list[InboxItem]:
    """The inbox items about one instance after some seconds in its state."""
    instance = structs.replace(ONE, **changes)
    return inbox((instance, phase, NOW - passed))


def test_nothing_needs_attention() -> None:
    assert inbox() == []
    assert of(Phase.RUNNING) == []
    assert inbox_of([], [], None, BURN, NOW) == []


def test_what_wins_now_is_rounded_up() -> None:
    (item,) = of(Phase.OUTBID, min_bid=0.00641)
    assert "$0.0065/h wins now." in item.text


@pytest.mark.parametrize(
    ("phase", "passed", "level", "key", "words"),
    [
        (Phase.OUTBID, 0, "warn", "outbid-7", "$0.140/h wins now. Raise the bid."),
        (Phase.FAILED, 0, "urgent", "failed-7", "Not running. The log says why."),
        (Phase.EXITED, 0, "urgent", "exited-7", "Not running. The log says why."),
        (Phase.OFFLINE, 0, "warn", "offline-7", "nothing is billed meanwhile"),
        (Phase.NO_SIGNAL, HOUR + 1, "warn", "no_signal-7", "over an hour"),
        (Phase.LOADING, 1201, "urgent", "stuck-7", "another machine"),
        (Phase.PROVISIONING, 1201, "urgent", "stuck-7", "another machine"),
        (Phase.UNREADABLE, 0, "info", "unreadable-7", "is unreadable"),
    ],
)
def test_states(phase: Phase, passed: float, level: str, key: str, words: str) -> None:
    (item,) = of(phase, passed)
    assert (item.level, item.key, item.instance_id) == (level, key, 7)
    assert words in item.text
    assert item.text.endswith(".")


@pytest.mark.parametrize(
    ("phase", "passed"),
    [(Phase.NO_SIGNAL, HOUR - 1), (Phase.LOADING, 1199), (Phase.PROVISIONING, 1199),
     (Phase.LOADING, -9),
     *((phase, 9 * DAY) for phase in (
         Phase.RUNNING, Phase.STOPPED, Phase.SCHEDULING, Phase.STARTING, Phase.STOPPING,
         Phase.REBOOTING, Phase.RECYCLING, Phase.FROZEN))],
)  # fmt: skip
def test_what_can_wait(phase: Phase, passed: float) -> None:
    assert of(phase, passed) == []


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("success, running me/timeout/ssh", "The log says why."),
        ("Error: odd", "Host message: Error: odd"),
        ("unauthorized: authentication required", "The registry requires a login"),
    ],
)
def test_a_failure_says_why(message: str, why: str) -> None:
    (item,) = of(Phase.FAILED, status_msg=message)
    assert item.text.startswith(f"Not running. {why}")


@pytest.mark.parametrize(
    ("left", "level", "words"),
    [
        (3 * DAY - 1, "warn", "ends in 2 days"),
        (2 * DAY, "warn", "ends in 2 days"),
        (2 * DAY - 1, "warn", "ends in 47 hours"),
        (DAY - 1, "urgent", "ends in 23 hours"),
        (1.5 * HOUR, "urgent", "ends in 1 hour;"),
        (60.0, "urgent", "ends in less than an hour"),
        (-60.0, "urgent", "has ended"),
    ],
)
def test_a_contract_ends(left: float, level: str, words: str) -> None:
    (item,) = of(Phase.STOPPED, end_date=NOW + left)
    assert (item.level, item.key) == (level, "ends-7")
    assert words in item.text
    assert of(Phase.STOPPED, end_date=NOW + 3 * DAY) == []


def test_a_disk_is_nearly_full() -> None:
    (item,) = of(Phase.RUNNING, disk_usage=57.0)
    assert (item.level, item.key) == ("warn", "disk-7")
    assert "95 % full (57 of 60 GB)" in item.text
    assert of(Phase.RUNNING, disk_usage=54.0) == []


def test_a_disk_of_uncertain_use_may_be_full() -> None:
    (item,) = of(Phase.RUNNING, disk_usage=0.96, disk_util=0.96)
    assert (item.level, item.key) == ("warn", "disk-7")
    assert "2 % or 96 % full" in item.text
    assert of(Phase.RUNNING, disk_usage=0.9, disk_util=0.9) == []


@pytest.mark.parametrize(
    ("credit", "level", "words"),
    [
        (5.9, "warn", "Credit lasts 11 h at $0.500/h. Add some"),
        (1.9, "urgent", "lasts 3.8 h at"),
        (0.4, "urgent", "lasts 48 min at"),
        (0.0, "urgent", "Out of credit"),
        (-1.0, "urgent", "Out of credit"),
    ],
)
def test_the_money_runs_out(credit: float, level: str, words: str) -> None:
    (item,) = inbox(credit=credit)
    assert (item.level, item.key, item.instance_id) == (level, "money", None)
    assert words in item.text


def test_money_that_nothing_burns_or_nobody_knows_is_no_worry() -> None:
    assert inbox(credit=0.0, burn=Burn()) == []
    assert inbox(credit=None) == []


def test_a_price_increase_waits_for_an_answer() -> None:
    (item,) = inbox(increases=(INCREASE,))
    assert (item.key, item.level, item.instance_id) == ("increase-5", "warn", 7)
    assert item.increase is INCREASE
    assert item.text == ("The host wants $0.360/h instead of $0.300/h, +20 %. Accept or reject it.")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"old_gpu_costpersec": None}, "The host wants a different price. Accept or reject it."),
        (
            {"old_gpu_costpersec": 0.0},
            "The host wants $0.360/h instead of $0.000/h. Accept or reject it.",
        ),
        (
            {
                "new_gpu_costpersec": INCREASE.old_gpu_costpersec,
                "old_disk_ram_costpersec": 0.15 / 720 / HOUR,
                "new_disk_ram_costpersec": 0.30 / 720 / HOUR,
            },
            "The host wants $0.30/GB/month for the disk instead of $0.15, +100 %. "
            "Accept or reject it.",
        ),
    ],
)
def test_an_increase_says_what_gets_dearer(changes: dict[str, float | None], text: str) -> None:
    (item,) = inbox(increases=(structs.replace(INCREASE, **changes),))
    assert item.text == text


def test_the_most_urgent_comes_first_in_the_same_order_always() -> None:
    rows = [
        (structs.replace(ONE, id=3, disk_usage=59.0), Phase.UNREADABLE, NOW),
        (structs.replace(ONE, id=2), Phase.OUTBID, NOW),
        (structs.replace(ONE, id=1, end_date=NOW + HOUR), Phase.FAILED, NOW),
        (structs.replace(ONE, id=4), Phase.LOADING, NOW - DAY),
    ]
    increases = (structs.replace(INCREASE, pending_price_increase_id=9), INCREASE)
    expected = [
        "money", "failed-1", "ends-1", "stuck-4", "increase-5", "increase-9", "outbid-2",
        "disk-3", "unreadable-3",
    ]  # fmt: skip
    for order in permutations(rows):
        for ordered in (increases, increases[::-1]):
            found = inbox(*order, increases=ordered, credit=1.0)
            assert [item.key for item in found] == expected


def test_the_key_stays_while_the_text_changes() -> None:
    earlier = of(Phase.STOPPED, end_date=NOW + 30 * HOUR)
    later = of(Phase.STOPPED, end_date=NOW + 20 * HOUR)
    assert [item.key for item in earlier] == [item.key for item in later]
    assert earlier[0].text != later[0].text
