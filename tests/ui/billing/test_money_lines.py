"""Credit, burn and idle costs in a line each."""

from __future__ import annotations

import pytest

from tests.support.fleet_rows import NOW, fleet_row
from vasttui.errors import NetworkError
from vasttui.models.account import Account
from vasttui.models.bill import Bill, Burn
from vasttui.models.forecast import End, Waiting
from vasttui.models.volume import Volume
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.ui.billing.credit_lines import credit_lines
from vasttui.ui.billing.money_lines import credit_line, idle_line, saving_line

ME = Account(id=1, credit=312.40, balance_threshold=10.0, balance_threshold_enabled=True)
FLEET = Fleet(account=ME, account_as_of=100.0, as_of=100.0, burn=Burn(2.044, 0.150))
NOON = 1_790_078_400.0  # 22 Sep 2026


def line(
    fleet: Fleet = FLEET, width: int = 120, *, at: float = 101.0, private: bool = False
) -> str:
    return credit_line(fleet, width, NOON, at, private=private).plain


@pytest.mark.parametrize(
    ("width", "words"),
    [(120, " Credit  $312.40 · spending $2.194/h now: $2.044 running + $0.150 disks · lasts ~6d, to"
           " Mon 28 Sep · warns below $10 ✓"),
     (90, " $312.40 · $2.044/h run + $0.150/h disk · ~6d, to Mon 28 Sep · warns below $10 ✓"),
     (70, " $312.40 · $2.194/h · ~6d, to Mon 28 Sep · warns below $10 ✓"),
     (50, " $312.40 · $2.194/h · ~6d, to Mon 28 Sep")],
)  # fmt: skip
def test_credit_and_burn_by_the_room_there_is(width: int, words: str) -> None:
    assert line(width=width) == words


def test_old_unknown_and_private_figures_are_not_shown_as_new_and_known() -> None:
    assert "~$2.194/h" in line(at=400.0)
    assert "~$312.40" in line(at=400.0)
    assert line(private=True) == " Credit  $•••"
    unknown = Fleet(account=ME, as_of=100.0, burn=Burn(2.0, 0.1, unknown=1))
    assert "$2.000+? running" in line(unknown)
    assert "lasts ≤6d" in line(unknown)
    assert line(Fleet()) == " Credit  ? not read"
    assert "no route" in line(Fleet(account_error=NetworkError("no route")))
    assert line(Fleet(account=ME)) == " Credit  $312.40"
    nothing = line(Fleet(account=ME, account_as_of=100.0, as_of=100.0))
    assert nothing == " Credit  $312.40 · spending nothing now · warns below $10 ✓"


def test_what_only_waits_is_told_by_kind() -> None:
    waits = Waiting({1: 19.44, 2: 12.24}, {5: 12.0})
    assert idle_line(waits, 120).plain == (
        " Idle    what only waits costs $43.68/month: 2 instances that do not run $31.68, 1 volume "
        "on no instance $12.00"
    )
    assert idle_line(waits, 80).plain == (
        " idle: $43.68/month for 2 disks and 1 volume that only wait"
    )
    assert idle_line(Waiting({}, {}), 120).plain == ""
    assert "$19.44+?/month" in idle_line(Waiting({1: 19.44}, {}, unknown=1), 120).plain


def test_marked_instances_say_what_their_end_saves() -> None:
    rows = [fleet_row(1, bill=Bill(2.0, 0.1)), fleet_row(2, bill=Bill(0.0, 0.05))]
    said = saving_line(rows, FLEET, 160, NOW).plain
    assert said.startswith(" Saves   2 marked instances: stopped $2.000/h (then ~")
    assert "destroyed $2.150/h" in said
    short = saving_line(rows, FLEET, 60, NOW).plain
    assert short == " saves: stopped $2.000/h, destroyed $2.150/h"
    reserved = fleet_row(3, bill=Bill(0.2, 0.029, prepaid=True))
    said = saving_line([*rows, reserved], FLEET, 160, NOW).plain
    assert said.endswith(". A deposit pays $0.229/h.")
    assert "destroyed $2.150/h" in said
    hidden = saving_line([fleet_row(1, bill=Bill(None, 0.1))], FLEET, 60, NOW).plain
    assert "stopped $0.000/h+?" in hidden


def test_marked_volumes_save_when_they_are_deleted_and_what_bills_nothing_saves_nothing() -> None:
    def said(*rows: FleetRow | Volume) -> str:
        return saving_line(rows, FLEET, 160, NOW).plain

    volume, waits = Volume(id=5, storage_total_cost=0.04), fleet_row(2, bill=Bill(0.0, 0.05))
    assert said(volume).startswith(" Saves   1 marked volume: destroyed $0.040/h (then ~")
    assert said(waits, volume).startswith(
        " Saves   1 marked instance, 1 marked volume: destroyed $0.090/h"
    )
    assert ": stopped $0.000/h+? (then" in said(Volume(id=5))
    assert said(fleet_row(3, bill=Bill(0.0, 0.0)), Volume(id=6, storage_total_cost=0.0)) == ""


def test_the_credit_says_how_long_it_lasts_with_the_timers_of_the_service() -> None:
    assert FLEET.account is not None
    ends = [End(NOW + 3_600, Bill(FLEET.burn.gpu, 0.0), destroyed=False)]
    lines = {line.id: line for line in credit_lines(FLEET.account, FLEET, NOW, NOW, ends)}
    assert lines["timers"].value.startswith("~")
    assert "if Vast.ai's timers end 1 instance as set" in lines["timers"].note
    assert "does not promise" in lines["timers"].note
    assert "timers" not in {line.id for line in credit_lines(FLEET.account, FLEET, NOW, NOW)}
