"""Screen 4: endpoints with their worker groups, all workers, what is said of each."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from textual.content import Content

from tests.support.stage import Stage, stage
from vasttui.lists.columns import fit_columns
from vasttui.lists.serverless_rows import Line, lines_of, part, summary
from vasttui.models.billing import Charge, DayCharges, day_of
from vasttui.models.decode_serverless import endpoints_from
from vasttui.models.instance import Instance
from vasttui.models.serverless import Endpoint, Worker, WorkerGroup
from vasttui.models.worker_state import Kind
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.costs import Cost
from vasttui.services.serverless.rows import EndpointRow, GroupRow, Load, Sample, WorkerRow
from vasttui.services.snapshot import Snapshot
from vasttui.store.charge_days import ChargeDays
from vasttui.ui.instances.screen import InstancesScreen
from vasttui.ui.keys import actions_of
from vasttui.ui.lists import lines
from vasttui.ui.lists.fitting import needed_widths
from vasttui.ui.serverless import details
from vasttui.ui.serverless.columns import columns
from vasttui.ui.serverless.delete_dialog import DeleteServerlessModal
from vasttui.ui.serverless.screen import EndpointsScreen
from vasttui.ui.serverless.worker_columns import worker_columns


async def endpoints(running: Stage) -> EndpointsScreen:
    """Go there and wait until all workers and instances are read."""
    await running.until(lambda: running.app.fleet.number)
    await running.press("4")
    screen = running.app.get_screen("endpoints")
    assert isinstance(screen, EndpointsScreen)
    live = running.app.live
    assert live is not None
    reader = live.serverless.reader
    await running.until(lambda: reader.rows and all(row.workers is not None for row in reader.rows))
    await running.until(lambda: all(line.of() is not None for line in screen.browse.rows), step=1)
    await running.pause()
    return screen


def ids(screen: EndpointsScreen) -> list[str]:
    return [line.id for line in screen.browse.rows]


def line(screen: EndpointsScreen, name: str) -> Line:
    return next(one for one in screen.browse.list.all_rows if one.endpoint.name == name)


async def test_the_pane_says_how_long_it_waits_and_what_was_charged(tmp_path: Path) -> None:
    file = tmp_path / "charges.db"
    stalls = {"endpoint_workers": ["stall"]}
    async with stage(account={"endpoints": 2}, faults=stalls, charges_file=file) as running:
        await running.until(lambda: running.app.fleet.account)
        await running.press("4")
        waits = re.compile(r"Asking for the workers… [1-9]s\. A new endpoint answers")
        await running.until(lambda: waits.search(running.text))
        await running.until(lambda: "at most 16 workers: $7.200/h" in running.text, step=1)
        account, today = running.app.fleet.account, day_of(running.clock.now())
        assert account is not None
        rows = (Charge(1, "instance-1", 12_000, endpoint_id=19392),)
        read_at = running.clock.now()
        days = [DayCharges(today - number, rows, 0, read_at) for number in range(20)]
        ChargeDays(file).save(f"{running.app.session.address} {account.id}", days)
        running.clock.advance(60)
        await running.until(lambda: "14 days to " in running.text, step=1)
        assert ": $168.00" in running.text
        await running.press("]", "]")
        assert "It is read only when it is asked for. l fetches it." in running.text
        assert not running.sent("endpoint_logs")


async def test_instances_are_named_after_their_endpoint_as_soon_as_it_is_read() -> None:
    async with stage(account={"endpoints": 2}) as running:
        await running.until(lambda: running.app.fleet.number)
        number = running.app.fleet.number
        await running.press("4")
        reader = running.app.live.serverless.reader  # type: ignore[union-attr]
        await running.until(lambda: reader.rows)
        named = {row.worker_of for row in running.app.fleet.rows}
        assert running.app.fleet.number == number, "no instance was read again"
        assert "llama-70b" in named


async def test_endpoints_their_groups_and_what_they_cost() -> None:
    async with stage(account={"endpoints": 2}) as running:
        screen = await endpoints(running)
        llama, first, second, whisper, last = ids(screen)
        assert (llama[0], first, second, whisper[0], last) == ("e", "g4471", "g4490", "e", "g4512")
        text = running.text
        for words in (
            "[4 Serverless]", "[Endpoints 2]", "2 endpoints, 3 groups: 2 ready, 1 starting, 2 off",
            "└ 4471 RTX 5090, at most $0.45", "└ 4512 no price limit", "any! ! price", "other tmpl",
            "! Group 4471 names another template than 2 of its workers run. X on it makes",
            "at most 16 workers: $7.200/h, $173/day", "✓ endpoints ", ", every 10 s (p pauses)",
        ):  # fmt: skip
            assert words in text, words
        assert text.count("GPU + disk") == 3
        price = sum(cost.known for cost in (one.cost for one in screen.browse.rows) if cost) / 2
        assert price == pytest.approx(line(screen, "llama-70b").now)

        # A filter shows a group with its endpoint; an order keeps groups under their endpoint.
        for query, shown in (
            ("group:4490", [llama, second]), ("suspended", [whisper, last]),
            ("any", [whisper, last]),
            ("ready>0", [llama, first, second]), ("whisper", [whisper, last]), ("error", []),
            ("4090", [llama, second]), ("most>6", [llama, first, whisper, last]),
        ):  # fmt: skip
            screen.bar.set_text(query)
            await running.pause()
            assert ids(screen) == shown, query
        screen.bar.set_text("group:4490")
        await running.pause()
        assert "2 rows shown of 2 endpoints, 3 groups" in running.text
        screen.bar.set_text("")
        for column, backwards in (("ready", False), ("now", False), ("name", True)):
            screen.browse.set_sort(((column, backwards),))
            assert ids(screen) == [whisper, last, llama, first, second], column

        await running.press("home", "down")
        assert "takes any price. e on it sets the most: dph_total<=0.50" in running.text
        assert "whisper · group 4512 · no workers" in running.text

        # All workers in one list, and back; each list keeps its own order.
        await running.press("#")
        assert "5 workers: 2 ready, 1 starting, 2 inactive" in running.text
        assert {one[0] for one in ids(screen)} == {"w"}
        assert "ready: it serves requests. It bills GPU + disk." in running.text
        assert "D destroy worker" in running.text.splitlines()[-1]
        await running.press("#")
        assert len(ids(screen)) == 5
        await running.press("]")
        assert "[Load]" in running.text
        await running.press("]", "]")
        secret = running.world.serverless.book.endpoints[0].api_key
        assert secret not in running.text

        # Workers are instances, marked there.
        await running.press("2")
        instances = running.app.get_screen("instances")
        assert isinstance(instances, InstancesScreen)
        instances.bar.set_text("worker")
        await running.until(lambda: running.text.count(" worker") >= 5)
        assert len(instances.browse.rows) == 5


async def test_the_name_is_copied_and_the_offers_of_a_group_are_those_it_searches() -> None:
    async with stage(account={"endpoints": 2}, size=(140, 36)) as running:
        screen = await endpoints(running)
        await running.press("O")
        assert "Only a worker group searches offers." in running.said
        await running.press("space")
        assert "Each key here is for one row at a time: there are no marks." in running.said
        assert not screen.browse.marks
        assert "list.mark" not in {one.id for one in actions_of("endpoints")}
        assert " mark" not in running.text.splitlines()[-1]
        await running.press("end", "X")
        assert "It has no worker to update." in running.said
        await running.press("]")
        assert running.text.splitlines()[-1].startswith(" enter in full  n new ")
        for words in ("[Load]", "Load, perf units/s: ", " of all workers of whisper, "):
            assert words in running.text, words
        await running.press("home", "down", "O")
        await running.until(lambda: running.app.current_mode == "offers")
        query = running.app.offers.bar.text
        assert "gpu_name=RTX_5090" in query
        assert query.endswith("dph_total<=0.45")
        assert "What group 4471 searches: $0.450/h is the most it may cost." in running.said
        await running.press("4")
        assert screen.browse.current is not None
        assert screen.browse.current.id == "g4471"

        # Columns are as wide as the rows that are there need them.
        assert screen.serverless is not None
        reader = screen.serverless.reader
        rows, widths = reader.rows, []
        odd = replace(rows[1], endpoint=replace(rows[1].endpoint, endpoint_state="hibernating"))
        for shown in (rows, (rows[0], odd), rows[:1]):
            reader.rows = shown
            screen.rows_arrived(screen.feed.snapshot)
            await running.pause()
            widths.append(screen.table.fitted.columns[1].width)
        assert widths == [11, 13, 8]

        assert screen.status(Content("")).plain == " Loading…"
        # A notice without room beside the sections stands in the line above the keys.
        reader.reasons = ("An endpoint cannot be shown: " + "its number is missing, " * 4,)
        screen.show_everything()
        await running.pause()
        assert "[Endpoints 1] Deployments ──" in running.text
        assert screen.status_line()[0].plain.startswith(" ! An endpoint cannot be shown: its")


async def test_the_keys_of_a_group_stand_in_the_bar_and_once_it_is_gone_it_has_no_branch() -> None:
    async with stage(account={"endpoints": 2}, size=(140, 40)) as running:
        screen = await endpoints(running)
        assert "  e scale  t suspend/stop  D delete  " in running.text.splitlines()[-1]
        await running.press("down")
        bars = []
        for size in ((140, 40), (120, 36), (80, 24)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            bars.append(running.text.splitlines()[-1])
        assert all("  e edit  " in bar and "  D delete  " in bar for bar in bars), bars
        assert all("  X update  " in bar and "  O offers  " in bar for bar in bars[:2]), bars
        await running.pilot.resize_terminal(120, 36)
        live = running.app.live
        assert live is not None
        await live.api.worker_groups.delete(4471)
        await running.press("r")
        await running.until(lambda: screen.browse.list.gone is not None)
        await running.pause()
        assert "▶ ✖ gone: 4471 RTX 5090, at most $0.45 " in running.text
        assert "✖ This worker group is gone: it is no longer listed. esc drops it." in running.text


async def test_a_router_that_is_down_leaves_the_endpoints_and_says_two_ages() -> None:
    async with stage(account={"endpoints": 2}) as running:
        screen = await endpoints(running)
        running.world.plan("endpoint_workers", ["http:503"] * 30)
        await running.until(
            lambda: "endpoints 1" in running.text and " old, workers " in running.text, step=1
        )
        await running.until(lambda: line(screen, "llama-70b").endpoint.failures == 3, step=1)
        assert line(screen, "llama-70b").of(Kind.READY) == 2  # as they were
        assert "old, workers " in running.text
        assert "workers ✖ old" in running.text
        assert running.text.count(" old, workers ") == 1  # one age, in one place
        assert "[Endpoints] Deployments ─ ! Workers not read since" in running.text
        assert "✖ 127.0.0.1: Vast.ai is having problems (HTTP 503); every 10 s" in running.text
        await running.press("#")
        assert "5 workers" in running.text
        running.world.plan("endpoint_workers", ["reset"] * 30)
        await running.press("#", "home", "enter")
        await running.pause()
        notice = next(row for row in running.text.splitlines() if "[Workers 5]" in row)
        assert " Load  Logs  Settings  Raw  ─ ! Workers not read since " in notice
        assert "s old." in notice


async def test_workers_that_come_late_are_no_error_and_no_zero() -> None:
    faults = {"endpoint_workers": ["http:503"] * 40}
    account = {"endpoints": 2, "credit": 0.0}
    async with stage(account=account, faults=faults, size=(120, 30)) as running:
        await running.press("4")
        await running.until(lambda: "The workers are not known" in running.text, step=0.5)
        assert "workers not known" in running.text
        assert "?" in next(row for row in running.text.splitlines() if "▶" in row)
        assert "$0.000/h" not in running.text
        await running.press("#")
        assert "No workers known" in running.text
        await running.press("1")
        await running.dialog("exclamation_mark")
        assert "llama-70b will be deleted by the service in 23 h." in running.text
        await running.press("end", "up", "enter")
        await running.until(lambda: running.app.current_mode == "endpoints")


async def test_what_an_endpoint_left_that_was_deleted_elsewhere_is_told() -> None:
    async with stage(account={"endpoints": 2}, size=(120, 30)) as running:
        await endpoints(running)
        assert "is not listed" not in running.text
        running.world.serverless.book.forget([19392], [4471, 4490])
        await running.press("r")
        told = "Endpoint 19392 is not listed, but 5 instances of it are, $1."
        await running.until(lambda: told in running.text)
        await running.dialog("exclamation_mark")
        assert told in running.text
        await running.press("escape")


async def test_nothing_is_asked_for_off_the_screen_and_while_paused() -> None:
    async with stage(account={"endpoints": 2}) as running:
        screen = await endpoints(running)
        await running.press("p")
        before = len(running.sent("endpoint_workers"))
        running.clock.advance(70)
        await running.pause()
        assert "Paused" in running.text
        await running.press("p", "1")
        running.clock.advance(70)
        await running.pause()
        assert len(running.sent("endpoint_workers")) == before
        await running.press("4")
        await running.until(lambda: len(running.sent("endpoint_workers")) > before, step=1)
        await running.dialog("S")  # it lets the list through, which is read on
        before = len(running.sent("endpoint_workers"))
        await running.until(lambda: len(running.sent("endpoint_workers")) > before + 1, step=1)
        await running.press("escape", "home")
        await running.pause()
        for often in (", every 60 s; workers ", ", every 30 s (p pauses)"):
            assert often in running.text
        assert screen.serverless is not None
        assert screen.serverless.reader.chosen == line(screen, "llama-70b").endpoint.id


async def test_an_account_without_endpoints_and_one_without_a_key() -> None:
    async with stage() as running:
        await running.press("4")
        await running.until(lambda: "No endpoints" in running.text, step=1)
        assert "with the load, from a template. n makes one." in running.text
        await running.press("#")
        assert "No endpoint has a worker now." in running.text
    paused = {"about": "", "paused": True, "spell": str}
    assert lines.status(Snapshot(), 0.0, **paused).plain.startswith(  # type: ignore[arg-type]
        " Paused: nothing was read yet."
    )
    async with stage(key=None, demo=False) as running:
        await running.press("4")
        await running.until(lambda: "Endpoints need an API key" in running.text)


HOSTILE = "[red]x[/red]\x1b[31m\u202eevil " + "長" * 200


@pytest.mark.parametrize("width", [38, 78, 118])
def test_odd_shapes_are_drawn_and_what_is_unknown_is_no_number(width: int) -> None:
    listed = endpoints_from(
        [
            {"id": 7, "endpoint_name": HOSTILE, "endpoint_state": "DRAINING", "max_workers": "x"},
            {"id": 8},
        ]
    ).endpoints
    odd = Worker(id=1, status="hibernating")
    ready = Worker(id=2, status="IDLE", cur_load=5.0)
    rows = [
        EndpointRow(
            endpoint=listed[0], workers=tuple(
                WorkerRow(worker=one, endpoint=7, since=0.0) for one in (odd, ready)
            ),
            groups=(GroupRow(group=WorkerGroup(id=9, endpoint_id=7)),),
        ),
        EndpointRow(endpoint=listed[1]),
    ]  # fmt: skip
    lines = lines_of(rows, {})
    drawn = [[column.cell(one)[0] for column in columns(lambda: True)] for one in lines]
    assert drawn[0][1:8] == ["? DRAINING", "1", "0", "0", "?", "", "?"]
    assert drawn[1][2:9] == ["?", "?", "?", "?", "", "?", "?"]
    assert drawn[2][:4] == ["endpoint 8", "? not said", "?", "?"]
    shown = worker_columns(lambda: 100.0, lambda: False)
    pane = [one.plain for one in details.pane(lines[0], Fleet(), shown, (width, 12), str)]
    assert any("? hibernating" in text for text in pane)
    assert "\x1b" not in "".join(pane)
    assert any("the worst case is not known" in text for text in pane) or width == 38
    assert not any("$0" in text for text in pane)


def test_two_hundred_endpoints_are_listed_at_once() -> None:
    def row(number: int) -> EndpointRow:
        group = GroupRow(group=WorkerGroup(id=number, endpoint_id=number), max_workers=4)
        made = Endpoint(id=number, endpoint_name=f"e{number}", max_workers=4)
        return EndpointRow(endpoint=made, groups=(group,), workers=())

    found = lines_of([row(number) for number in range(200)], {})
    assert len(found) == 400
    assert summary(found) == "200 endpoints, 200 groups: 0 ready, 0 starting, 0 off"
    assert [one.place for one in found] == list(range(400))


def test_endpoints_with_one_name_are_warned_of() -> None:
    group = GroupRow(group=WorkerGroup(id=9, endpoint_id=1, search_params="dph_total<=0.4"))
    made = Endpoint(id=1, endpoint_name="llama", endpoint_state="active")
    row = EndpointRow(endpoint=made, groups=(group,), workers=(), twins=(5,))
    found = lines_of([row], {})[0]
    named = {column.key: column.cell(found) for column in columns(lambda: False)}
    assert (named["name"], named["note"]) == (("llama (1)", "warn"), ("! same name", "warn"))
    assert part([found, found], [found]) == "1 row shown of 2 endpoints, 2 groups"
    asked = [
        DeleteServerlessModal(one, None, None).words() for one in (row, replace(row, twins=()))
    ]
    assert asked == [["1"], ["llama", "1"]], "a name that two have tells nothing"
    said = details.warnings(found)[0].plain
    unsure = Line(endpoint=row, cost=Cost(1.157, 0.0, 3, 2, 1, 2))
    told = [details.figures(unsure, width)[2].plain[9:] for width in (140, 78, 40)]
    assert told == [
        "$1.157/h+? now: 3 with GPU and disk, 2 with disk, 1 not known, 2 in doubt, as on Instances"
        " · at most ?: the worst case is not known",
        "$1.157/h+? now, 1 not known, 2 in doubt · worst case not known",
        "$1.157/h+? now · worst case not known",
    ]
    costs = [details.figures(found, width)[2].plain for width in (100, 60)]
    assert costs[1] == "Costs    $0.000/h now · worst case not known"
    assert costs[0].startswith("Costs    $0.000/h now: ")
    assert said == "! Another endpoint is called llama, too (5): each bills its own workers."


@pytest.mark.parametrize("width", [30, 47, 51, 76, 118])
def test_the_costs_begin_with_those_now_at_every_width(width: int) -> None:
    group = GroupRow(group=WorkerGroup(id=9, search_params="gpu_ram>=24"), max_workers=16)
    made = Endpoint(id=1, endpoint_name="llama", endpoint_state="active", max_workers=16)
    any_price = EndpointRow(endpoint=made, groups=(group,), workers=())
    none = replace(any_price, groups=())
    coming = replace(none, listed=False, workers=None)
    now = Cost(1.0974, 0.1, 3, 2, 0)

    def costs(row: EndpointRow, cost: Cost | None) -> str:
        said = details.figures(Line(endpoint=row, cost=cost), width)[2].plain[9:]
        assert len(said) <= max(width - 9, 38)
        return said

    assert costs(any_price, now).startswith("$1.097/h now")
    assert "at any price" in costs(any_price, now)
    assert costs(none, now).startswith("$1.097/h now")
    assert "no worker group" in costs(none, now)
    assert costs(coming, None).startswith(("$?/h now", "what it costs now is not known"))
    assert not any("$0" in costs(row, None) for row in (any_price, none, coming))
    cells = {column.key: column.cell for column in columns(lambda: False)}
    assert cells["most"](Line(endpoint=none)) == ("no group", "warn")
    assert cells["note"](Line(endpoint=none))[0] == "", "it is said once"
    assert cells["most"](Line(endpoint=coming))[0] == "?"


def test_a_price_that_is_a_part_keeps_its_sign_and_a_course_is_of_the_capacity() -> None:
    loads = tuple(Sample(float(at), Load(32.0, 458.0, 1, 2)) for at in range(3))
    ready = Worker(id=1, status="IDLE", cur_load=32.0, perf=458.0)
    workers = (WorkerRow(worker=ready, endpoint=1, since=0.0),)
    row = EndpointRow(endpoint=Endpoint(id=1), workers=workers, samples=loads)
    part = Line(endpoint=row, cost=Cost(0.0089, 0.0, 1, 0, 1))
    shown = columns(lambda: False)
    cells = {column.key: column.cell(part)[0] for column in shown}
    fitted = fit_columns(shown, 116, 0, needed_widths(shown, [part])).columns
    wide = {column.key: column.width for column in fitted}
    assert cells["now"] == "0.0089+?"
    assert wide["now"] >= len(cells["now"])
    assert details.figures(part, 118)[0].plain.startswith(
        "Load     ▁▁▁ 32 of 458 perf units/s = 7 %"
    )


def test_an_instance_without_a_row_stands_where_its_endpoint_costs() -> None:
    late = Instance(id=7, endpoint_id=1, workergroup_id=11, actual_status="running",
                    cur_state="running", dph_base=0.4, storage_total_cost=0.049)  # fmt: skip
    group = GroupRow(group=WorkerGroup(id=11, endpoint_id=1), workers=())
    row = EndpointRow(endpoint=Endpoint(id=1, max_workers=4), groups=(group,), workers=())
    called = {column.key: column for column in columns(lambda: False)}
    found = lines_of([row], {7: late})
    assert [called["now"].cell(one)[0] for one in found] == ["0.449", "0.449"]
    assert [called["note"].cell(one)[0] for one in found] == ["+1 without a row"] * 2
    for width in (140, 76):
        costs = details.figures(found[0], width)[2].plain
        assert "+1 without a row, $0.449/h" in costs
        pane = details.pane(found[0], Fleet(), [], (width, 8), str)
        assert "! Not among its workers now: instance 7, $0.449/h." in [one.plain for one in pane]
    limits = replace(row.endpoint, max_workers=2, cold_workers=5)
    many = replace(row, endpoint=limits)
    for height, whole in ((8, True), (4, False)):  # what is warned of is whole where it has room
        pane = details.pane(Line(endpoint=many), Fleet(), [], (76, height), str)
        text = " ".join(" ".join(one.plain for one in pane).split())
        assert ("if the service keeps them, their disks bill as well." in text) is whole, height
    said = [one.plain for one in DeleteServerlessModal(row, None, found[0].cost).lines()]
    assert "without a row among its workers: 7" in said
    assert "$0.449/h now: 0 with GPU and disk, 0 with disk, +1 without a row, $0.449/h" in said
