"""What is remembered of a machine, and what others say of it, in the offer browser."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import structs

from tests.support.fleet_rows import NOW
from tests.support.offer_rows import row as offer_row
from tests.support.rent_dialog import open_dialog
from tests.support.simulator import BEARER, ask
from tests.support.stage import Stage, stage
from vasttui.errors import PermissionDenied, ServiceDown
from vasttui.models.machine_memory import MachineMark, MachinesKnown, OwnRental
from vasttui.models.machine_record import Benchmark, Report
from vasttui.models.past_price import MachineDay, PastPrices
from vasttui.models.price_book import PriceBook
from vasttui.models.ssh_address import SshAddress
from vasttui.query.match import compile_query
from vasttui.query.parse import parse
from vasttui.services.memory.told import Told
from vasttui.ui.format import day_words
from vasttui.ui.instances.login_seen import login_worked
from vasttui.ui.lists.machine_words import machine_brief, ready_words
from vasttui.ui.offers.machine_columns import machine_columns, signs
from vasttui.ui.offers.machine_lines import machine_lines
from vasttui.ui.offers.price_lines import price_brief
from vasttui.units import DAY, HOUR

GOOD = OwnRental(
    instance=1, machine=7, gpu="RTX 4090", gpus=1, rented=NOW - 50 * HOUR, ran=True,
    ready_after=100.0, ended=NOW - 30 * HOUR, paid=6.0, seen=NOW - 30 * HOUR, as_asked=True,
)  # fmt: skip
NOW_HERE = structs.replace(
    GOOD, instance=2, rented=NOW - 21 * HOUR, ready_after=125.0, ended=None, paid=6.9, seen=NOW
)
STUCK = structs.replace(
    GOOD, instance=3, ran=False, ready_after=None, trouble="stuck", cause="loading for 22 min",
    trouble_at=NOW - 30 * HOUR, paid=None, as_asked=None,
)  # fmt: skip


def known(*rentals: OwnRental, **mark: object) -> MachinesKnown:
    return MachinesKnown(
        marks={7: MachineMark(**mark)},  # type: ignore[arg-type]
        rentals={7: rentals} if rentals else {}, seen={7: (NOW - 3 * DAY, NOW)}, loaded=True,
    )  # fmt: skip


def lines(what: MachinesKnown, told: Told = Told(), **changes: object) -> list[str]:  # noqa: B008
    values: dict[str, object] = {"now": NOW, "key": "N", "dlperf": 101.1, "here": (), **changes}
    return [one.plain for one in machine_lines(what, told, 7, **values)]  # type: ignore[arg-type]


def test_your_rentals_in_a_line() -> None:
    [you, *_] = lines(known(GOOD, NOW_HERE), here=("train-a", "datasets"))
    assert you == (
        "You      rented 2×, 41 h, ≥ $12.90 · last today · ready in 1m40s to 2m05s · no failure"
        " · here now: train-a, datasets"
    )
    assert "rented 1×, 21 h, $6.90 · " in lines(known(NOW_HERE))[0]
    assert "6.90" not in "".join(lines(known(NOW_HERE), private=True, whole=True))
    [you, *_] = lines(known(STUCK))
    assert "cost unknown" in you
    assert "1 of 1 rental went wrong: stuck loading for 22 min on " in you
    assert you.endswith(", destroyed")
    assert lines(known())[0] == "You      No rental of yours here is known on this computer."
    new = structs.replace(known(), before={1})
    assert "This machine is new to you: nothing is remembered about it." in lines(new)[0]
    assert "not read yet" in lines(MachinesKnown())[0]
    assert lines(known(avoided=NOW, why="slow"))[0].startswith("You      ✖ avoided since ")


def test_a_time_to_a_login_is_not_one_to_running() -> None:
    login = structs.replace(NOW_HERE, login_after=130.0)
    assert ready_words([GOOD, NOW_HERE]) == "ready in 1m40s to 2m05s"
    assert ready_words([login]) == "ready for a login in 2m10s"
    assert ready_words([GOOD, login, structs.replace(login, login_after=100.0)]) == (
        "ready for a login in 1m40s to 2m10s, others running in 1m40s"
    )


def test_one_that_never_came() -> None:
    never = structs.replace(STUCK, trouble="never", cause="accepted, but not listed")
    [you, *_] = lines(known(never))
    assert you.startswith("You      rented 1× · last ")
    assert "1 of 1 rental went wrong: never came: accepted, but not listed on " in you
    assert "rented 2×, 20 h, ≥ $6.00 · " in lines(known(GOOD, never))[0]
    assert "destroyed" not in you
    assert signs(known(GOOD, never), 7, 0) == ["✖1 never"]


def test_after_the_clock_was_set_back_nothing_has_a_negative_age() -> None:
    known_ = known(structs.replace(GOOD, ended=NOW, seen=NOW))
    told = Told(reports=[Report("gone", NOW)], reports_at=NOW, benchmarks=())
    text = "\n".join(lines(known_, told, now=NOW - 2 * DAY))
    assert " · last ? · " in text
    assert "“gone” " in text
    assert text.count("when it was asked is unknown") == 1
    columns = {one.key: one for one in machine_columns(lambda: known_, lambda: NOW - 4 * DAY)}
    offer = structs.replace(offer_row(machine_id=7), book=PriceBook(first_seen={7: NOW - 3 * DAY}))
    assert columns["seen"].cell(offer)[0] == "?"


def test_notes_reports_and_benchmarks() -> None:
    note = lines(known(note="NVMe is fast", noted=NOW))[1]
    assert note.startswith("Note     “NVMe is fast” ")
    assert note.endswith("N changes it")
    assert "NVMe" not in lines(known(note="NVMe is fast"), private=True)[1]
    assert lines(known())[1] == "Note     none; N writes one"
    assert "asked for when this tab is open" in lines(known())[2]
    asked = Told(reports=(), reports_at=NOW - 240, benchmarks=())
    _, _, reports, speed = lines(known(), asked)
    assert reports == "Reports  No reports by other renters.   asked 4m00s ago"
    assert speed == "Speed    DLPerf 101.1. No benchmark is stored for this machine."
    rows = [Benchmark(value, "vllm", 1, NOW) for value in (10.0, 14.0, 12.0)]
    told = Told(reports=[Report("slow pcie", NOW), Report("gone")], reports_at=NOW,
                benchmarks=[*rows, Benchmark(1.0, "x")])  # fmt: skip
    _, _, reports, speed = lines(known(), told)
    assert reports.startswith("Reports  2 by other renters: “slow pcie” ")
    assert " · “gone”   asked 0s ago" in reports
    assert speed.endswith(
        "; 4 stored benchmarks of this machine, median 12 with vllm (no unit given)"
    )
    assert lines(known(), told, wide=False)[3].endswith(
        "; 4 stored benchmarks, median 12 with vllm"
    )
    named = Told(benchmarks=[Benchmark(12.0, "vllm", 1, gpu="L4"), Benchmark(1.0, "x", 1)])
    others = [Benchmark(value, "vllm", 1, gpu="L4") for value in (9.0, 11.0)]
    unlike = [Benchmark(99.0, *rest) for rest in (  # another image, GPU, number; none is named
        ("x", 1, NOW, "L4"), ("vllm", 1, NOW, "T4"), ("vllm", 2, NOW, "L4"), ("vllm", 1),
    )]  # fmt: skip
    speed = lines(known(), named, others=[*others, *unlike])[3]
    assert speed.endswith("; 2 stored benchmarks of this machine, median 12 with vllm (others 10)")
    assert "others" not in lines(known(), told, others=[*others, *unlike])[3]
    refused = Told(reports_error=PermissionDenied("no", status=403))
    assert "lacks machine_read" in lines(known(), refused)[2]
    down = Told(reports_error=ServiceDown("Vast.ai is down.", status=500))
    assert lines(known(), down)[2] == "Reports  Vast.ai is down."


def test_the_filter_the_column_and_the_details_know_a_machine_since_the_same_day() -> None:
    offer = structs.replace(offer_row(machine_id=7), book=PriceBook(first_seen={7: NOW - 29 * DAY}))
    for text, found in (("seen>=29d", [offer]), ("seen<29d", [])):
        assert compile_query(parse(text).query, NOW)([offer]) == found
    columns = {one.key: one for one in machine_columns(known, lambda: NOW)}
    assert columns["seen"].cell(offer)[0] == "29d"
    first, last = day_words(NOW - 29 * DAY), day_words(NOW)
    seen = lines(known(), whole=True, first=offer.first_seen)[4]
    assert seen == f"Seen     first {first} · last {last}, in your searches on this computer"
    seen = lines(known(), whole=True, first=offer.first_seen, demo=True)[4]
    assert seen == f"Seen     first {first} · last {last}, in the demo's market"


def test_all_of_it_in_full() -> None:
    told = Told(reports=[Report("gone", NOW)], reports_at=NOW,
                benchmarks=[Benchmark(1.5, "x", 2, NOW)])  # fmt: skip
    text = "\n".join(lines(known(GOOD, STUCK), told, whole=True)[4:])
    for words in ("Seen     first ", "as asked", "not compared with what was asked for", "“gone”",
                  "1.5 with x on 2 GPUs", "ready in 1m40s", "time to ready unknown",
                  "✖ stuck loading"):  # fmt: skip
        assert words in text


def test_signs_and_a_clause() -> None:
    assert signs(known(GOOD, NOW_HERE), 7, 0) == ["2× ✓"]
    assert signs(known(GOOD, STUCK), 7, 2) == ["✖1 stuck", "?2 rep"]
    assert signs(structs.replace(known(), before={1}), 7, 0) == ["new"]
    assert signs(known(), None, 0) == []
    clause = machine_brief(known(GOOD, starred=NOW, note="fast"), 7)
    assert clause == "★ · you: rented 1×, ready in 1m40s, no failures · “fast”"
    assert machine_brief(known(), 7) == ""


def test_its_price_in_a_line() -> None:
    here = [MachineDay(day, 0.28, price, None) for day, price in ((90, 0.334), (100, 0.3))]
    past = PastPrices(30, 100, here, (), 41)
    line = price_brief(past, demo=False)
    assert line.endswith("  0.334 → 0.300, lowest 0.280 · seen in 41 of your searches")
    gone = price_brief(structs.replace(past, absent_here=3), demo=False)
    assert gone.endswith(" · seen in 41 of your searches, absent in 3")
    assert price_brief(structs.replace(past, absent_here=0), demo=False) == line
    assert price_brief(past, demo=True).endswith("lowest 0.280 · demo")
    few = price_brief(structs.replace(past, here=here[:1], searches_here=2), demo=False)
    assert few == (
        "Prices are remembered from your own searches; there are 2 of this machine so far."
    )
    assert "there are none of this machine" in price_brief(PastPrices(30, 100), demo=False)
    assert "looking up" in price_brief(None, demo=False)


def machine_of(running: Stage) -> int:
    machine = running.app.offers.machine
    assert machine is not None
    return machine


async def test_stars_notes_and_what_was_told_over_two_runs(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    async with stage(size=(120, 36), memory_file=path) as running:
        await running.until(lambda: running.app.machines.loaded)
        machine = machine_of(running)
        await running.press("right_square_bracket")
        await running.pause(0.3)
        assert running.world.ledger.of("reports") == []
        await running.until(lambda: "asked for" not in running.text)
        assert len(running.world.ledger.of("reports")) == 1
        await running.dialog("N")
        await running.type("x" * 300)
        await running.press("enter")
        await running.press("*")
        await running.until(lambda: f"machine {machine} ★" in running.text)
        assert f"Machine {machine}: noted." in running.said
        await running.press("down", "B")
        avoided = running.app.session.preferences.current.avoided
        await running.until(lambda: "1 machine avoided: " in running.text)
        await running.app.run_action("show_avoided", running.app.screen)
        await running.pause()
        rows = running.app.offers.browse.rows
        assert {row.offer.machine_id for row in rows} == avoided
    async with stage(size=(120, 36), memory_file=path, query="noted starred") as running:
        await running.until(lambda: running.app.machines.loaded)
        await running.pause()
        assert {row.offer.machine_id for row in running.app.offers.browse.rows} == {machine}
        assert running.app.session.preferences.current.avoided == avoided
        assert running.app.machines.mark(machine).note == "x" * 280
        await running.press("right_square_bracket")
        await running.until(lambda: "asked for" not in running.text)
        assert running.world.ledger.of("reports") == []
        assert running.app.live is not None
        await running.app.live.memory.aclose()
        path.write_bytes(b"nonsense" * 5_000)
        await running.press("r")  # the prices are kept: that begins a new file
        await running.until(lambda: "a new one was begun" in running.text, 60, step=1.0)
        await running.pause()
    with closing(sqlite3.connect(path)) as file:
        notes = file.execute("SELECT note FROM machine_marks WHERE machine = ?", (machine,))
        assert notes.fetchone() == ("x" * 280,)


async def test_a_rental_is_remembered_with_its_time_to_ready_and_its_end() -> None:
    async with stage(size=(140, 40)) as running:
        modal = await open_dialog(running)
        machine = modal.offer.machine_id
        await running.press("tab", "enter")
        await running.press("2")

        def rental() -> OwnRental | None:
            found = running.app.machines.of(machine)
            return found[-1] if found else None

        await running.until(lambda: (one := rental()) and one.as_asked, 60, step=1.0)
        one = rental()
        assert one is not None
        assert one.ready_after is not None
        assert 60 < one.ready_after < 110
        assert "you: rented 1×, ready in 1m" in running.text
        assert "no failures" in running.text
        proxy = SshAddress("ssh5.vast.ai", 10600, direct=False)
        login_worked(running.app, one.instance, proxy, running.app.session.clock.now())
        await running.until(lambda: "you: rented 1×, ready for a login in 1m" in running.text)
        ask(running.world, "DELETE", f"/api/v0/instances/{one.instance}/", {}, BEARER)
        await running.until(lambda: (now := rental()) and now.ended, 60, step=1.0)
        await running.press("1")
        await running.press("slash", *"mine", "enter")
        await running.until(lambda: "1× ✓" in running.text)


async def test_a_rental_that_never_comes_is_remembered() -> None:
    async with stage(size=(120, 36)) as running:
        modal = await open_dialog(running)
        machine, renting = modal.offer.machine_id, running.app.renting
        await running.press("tab", "enter")

        def came() -> int | None:
            return next((one.instance_id for one in renting.values()), None)

        await running.until(came, step=0.01)
        ask(running.world, "DELETE", f"/api/v0/instances/{came()}/", {}, BEARER)
        await running.until(lambda: running.app.machines.of(machine), 400, step=20.0)
        await running.press("escape", "1", "right_square_bracket")
        await running.until(lambda: "never came: accepted, but not listed on " in running.text)
        assert "✖1 never" in running.text
        assert "the service knows no such instance: it costs nothing." in running.text


async def test_a_machine_with_a_volume_of_yours_has_a_sign() -> None:
    async with stage(offers=600, volumes=3, size=(140, 40)) as running:
        await running.until(lambda: running.app.fleet.volumes)
        machines = {one.machine_id for one in running.app.fleet.volumes or ()}
        offers, cells = running.app.offers.browse.rows, running.app.offers.cells
        there = [row for row in offers if row.offer.machine_id in machines]
        assert there
        assert [row for row in offers if "vol" in cells.flag_words(row)] == there


async def test_there_is_room_for_it_on_a_small_screen() -> None:
    async with stage(size=(80, 24)) as running:
        await running.press("right_square_bracket")
        await running.until(lambda: "Price " in running.text)
