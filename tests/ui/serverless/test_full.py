"""An endpoint in full: its workers, load, log, settings, and every field."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from textual.widgets import Input

from tests.support.stage import Stage, stage
from tests.ui.serverless.test_endpoints import endpoints
from vasttui.lists.serverless_rows import Line
from vasttui.models.serverless import Endpoint, Worker, WorkerGroup
from vasttui.models.serverless_log import ServerlessLog
from vasttui.services.serverless.rows import EndpointRow, GroupRow, Load, Sample, WorkerRow
from vasttui.ui.instances.one import InstanceScreen
from vasttui.ui.serverless.columns import steady
from vasttui.ui.serverless.details import raw, settings
from vasttui.ui.serverless.full import FullScreen
from vasttui.ui.serverless.tabs import load_lines, settings_lines
from vasttui.ui.serverless.worker_columns import worker_columns


async def full(running: Stage, *keys: str) -> FullScreen:
    """The full view after these keys of the list."""
    await endpoints(running)
    await running.press(*keys)
    screen = running.app.screen
    assert isinstance(screen, FullScreen)
    await running.pause()
    return screen


async def test_a_worker_in_full_is_an_instance() -> None:
    async with stage(account={"endpoints": 2}) as running:
        screen = await full(running, "enter")
        assert "─ [Workers 5] Load  Logs  Settings  Raw " in running.text
        assert "llama-70b: 5 workers, 2 ready, $1.2" in running.text
        assert "[4 Serverless]" in running.text
        states = [one.worker.worker.state.words for one in screen.browse.rows if one.worker]
        assert states == ["ready", "ready", "loading model", "inactive", "inactive"]
        assert "State    ready" in running.text
        assert screen.serverless is not None
        assert screen.serverless.reader.chosen == screen.row.id
        number = screen.browse.rows[1].worker.id  # type: ignore[union-attr]

        for key in ("t", "e"):
            await running.press(key)
            assert running.app.screen is screen, key
            said = "Workers are started and stopped by their endpoint: q, then t."
            assert said in running.text, key
        await running.press("j", "y")
        assert "ssh" in running.said

        await running.press("l")
        log = running.app.screen
        assert isinstance(log, InstanceScreen)
        assert (log.row.id, log.tab) == (number, "Logs")
        await running.press("q")

        # R asks about this instance, and only sends it when it is confirmed.
        await running.dialog("R")
        assert str(number) in running.text
        await running.press("escape")
        assert not running.sent("reboot_instance")

        await running.press("enter")
        assert running.app.current_scope == "instances"
        current = running.app.screen.browse.current  # type: ignore[attr-defined]
        assert current.id == number
        await running.press("4")
        assert running.app.screen is screen
        await running.press("r")
        asked = len(running.sent("endpoint_workers"))
        await running.until(lambda: len(running.sent("endpoint_workers")) > asked)
        await running.press("escape")

        # On a group it is filtered to that.
        await running.press("down", "enter")
        assert "─ [Workers 4] Load " in running.text
        assert "llama-70b, group 4471: 4 workers, 1 ready" in running.text
        await running.press("escape", "down", "down", "enter")
        assert "No workers" in running.text

        # In the list of all workers, each leads to its instance and to its own log.
        await running.press("escape", "#", "home")
        assert " enter instance  n new" in running.text
        await running.press("l")
        assert isinstance(running.app.screen, InstanceScreen)
        assert running.app.screen.tab == "Logs"
        await running.press("q", "enter")
        assert running.app.current_scope == "instances"


async def test_the_settings_beside_the_list_say_where_the_key_is() -> None:
    async with stage(account={"endpoints": 2}) as running:
        await endpoints(running)
        running.app.screen.tab = "Settings"  # type: ignore[attr-defined]
        running.app.screen.show_everything()  # type: ignore[attr-defined]
        await running.pause()
        assert "Key      hidden. enter opens it in full: Settings there shows it." in running.text
    unsent = {fact.name: fact.text for fact in settings(line())}
    assert unsent["Key"] == "the service sent none"
    assert "inactive" in unsent["Workers"]
    assert "inactive" not in unsent["Queue"], "it is said once"


def test_raw_says_when_a_time_was_and_nothing_of_what_could_all_be_read() -> None:
    one = Endpoint(id=7, endpoint_name="llama", created_at=1788790400.5)
    found = {fact.name: fact.text for fact in raw(line(endpoint=one))}
    assert re.fullmatch(r"1788790400\.5 \(\d\d Sep 2026 \d\d:\d\d:\d\d\)", found["created_at"])
    assert "unread" not in found
    found = {fact.name: fact.text for fact in raw(line())}
    assert (found["created_at"], found["unread"]) == ("-", "('cold_workers',)")
    strange = replace(one, created_at=1e300)
    assert ("created_at", "1e+300", "") in raw(line(endpoint=strange))


def test_columns_of_workers_do_not_come_and_go_with_the_load() -> None:
    columns = {one.key: one for one in worker_columns(lambda: 0.0, lambda: False)}
    cells, exported = [], []
    for load in (98.0, 183.0):
        worker = Worker(id=1, status="idle", cur_load=load, perf=234.0)
        row = WorkerRow(worker=worker, endpoint=7, since=0)
        shown = replace(line(), worker=row)
        plain = columns["load"].plain
        assert plain is not None
        cells.append(columns["load"].cell(shown)[0])
        exported.append(plain(shown))
    assert cells == [" 98/234", "183/234"]
    assert exported == ["98/234", "183/234"]
    assert columns["bills"].width == len("GPU + disk?"), "never cut"
    assert [steady(one) for one in ("5/375?", "-", "?")] == ["  5/375?", "-", "?"]


async def test_the_log_is_fetched_by_level_followed_and_searched() -> None:
    async with stage(account={"endpoints": 2}) as running:
        screen = await full(running, "l")
        await running.until(lambda: "fetched" in running.text)
        assert "llama-70b, level info · 0 lines · fetched" in running.text
        assert "Nothing was logged." in running.text
        await running.pilot.resize_terminal(60, 30)
        await running.pause()
        assert "The last 10,000 lines of each level; F follows.\n" in running.text
        await running.pilot.resize_terminal(120, 30)
        await running.press("f", "f")
        assert screen.level == "trace"
        assert "llama-70b, level trace · 180 lines" in running.text
        assert "load" in screen.log_lines[-1]
        assert screen.log_file == f"vast-endpoint-{screen.row.id}-trace.log"

        # Only while it is followed is it read again.
        await running.until(lambda: screen.log_feed.snapshot.as_of is not None)
        running.clock.advance(60)
        await running.pause()
        assert len(running.sent("endpoint_logs")) == 1
        await running.press("F")
        assert "● following, 15 s" in running.text
        await running.until(lambda: len(running.sent("endpoint_logs")) >= 3, step=1)
        await running.press("F")
        assert "following" not in running.text

        # What fails leaves the lines as they were.
        before = len(screen.log_lines)
        running.world.plan("endpoint_logs", ["http:403"])
        await running.press("r")
        await running.until(lambda: screen.log_feed.snapshot.error is not None)
        await running.pause()
        assert len(screen.log_lines) == before
        assert str(screen.log_feed.snapshot.error) in running.text.splitlines()[2]
        await running.press("t")
        assert "started and stopped by their endpoint" not in running.said

        # Letters are typed into the search, and no key of another view works here.
        await running.press("slash")
        await running.type("wants 1")
        assert screen.query_one("#find Input", Input).value == "wants 1"
        assert re.search(r"found in \d+ of 180 lines ", running.text)
        await running.press("enter")
        await running.pause()
        assert "match " in running.text
        await running.press("escape")
        assert screen.search_text == ""
        assert running.app.screen is screen
        for key in ("s", "h", "space", "D"):
            await running.press(key)
            assert running.app.screen is screen, key
        await running.press("escape", "down", "l")
        await running.until(lambda: "llama-70b, group 4471, level" in running.text)
        assert len(running.sent("group_logs")) == 1


async def test_esc_closes_an_empty_search_and_not_the_log() -> None:
    async with stage(account={"endpoints": 2}) as running:
        screen = await full(running, "l")
        await running.press("slash")
        assert running.text.splitlines()[-1].split() == ["enter", "find", "esc", "close"]
        await running.press("escape")
        assert not screen.query_one("#find").display
        await running.press("slash", "enter", "escape")
        assert running.app.screen is screen


async def test_a_log_of_any_shape_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    many = tuple(f"line {number}" for number in range(10_000))
    hostile = ServerlessLog({"info0": ("[red]no markup[/] [@click=app.quit]x[/]",)})
    async with stage(account={"endpoints": 2}) as running:
        screen = await full(running, "l")
        for log, title, text in (
            (ServerlessLog(said="not ready yet"), "0 lines", "The service says: “not ready yet”."),
            (ServerlessLog({"": ("a", "b")}), "2 lines", "b"),
            (ServerlessLog({"trace": ("a",)}), "0 lines", "sent no log of the level info"),
            (ServerlessLog({"info0": many}), "last 10,000 lines", "line 9999"),
            (hostile, "1 line", "[red]no markup[/] [@click=app.quit]x[/]"),
        ):

            async def read(log: ServerlessLog = log) -> tuple[ServerlessLog]:
                return (log,)

            monkeypatch.setattr(screen.log_feed, "_read", read)
            number = screen.log_feed.snapshot.number
            await running.press("r")
            await running.until(lambda: screen.log_feed.snapshot.number > number)  # noqa: B023
            await running.pause()
            level = "no levels" if title == "2 lines" else "level info"
            assert f"llama-70b, {level} · {title} · fetched" in running.text, title
            assert text in running.text, title
            assert len(screen.log_lines) == (
                0 if title == "0 lines" else len(log.at("info0") or ())
            )


async def test_the_key_is_shown_by_space_alone_and_copied_on_purpose() -> None:
    async with stage(account={"endpoints": 2}) as running:
        screen = await full(running, "enter", "shift+tab", "shift+tab")
        key = screen.row.endpoint.api_key
        assert key is not None
        secret = key.reveal()
        assert "max_workers" in running.text
        assert "Worker group 4490" in running.text
        assert secret not in running.text
        await running.press("space")
        assert secret in running.text
        await running.press("tab")
        assert secret not in running.text
        assert "target_util" in running.text
        await running.press("shift+tab")
        assert secret not in running.text
        await running.press("P", "space")
        assert secret not in running.text
        assert "private mode hides it, y copies it" in running.text
        assert "Private mode hides it." in running.text
        await running.press("P", "y")
        assert "The key of llama-70b" in running.said
        assert secret not in running.said

        # The load is drawn for every reading there was; there, too, a new group is one of it.
        await running.press("tab", "tab", "tab")
        await running.dialog("n")
        assert "New worker group of llama-70b" in running.text
        await running.press("escape", "tab", "n")
        assert running.app.screen is screen, "the next match of its log"
        await running.press("shift+tab")
        assert "Ready workers can, perf units/s: " in running.text
        seen = len(screen.row.samples)
        await running.until(lambda: len(screen.row.samples) > seen + 1, step=1)
        await running.pause()
        assert f"{len(screen.row.samples)} readings of all workers of llama-70b" in running.text


def line(**changes: object) -> Line:
    endpoint = Endpoint(
        id=7, endpoint_name="llama", max_workers=4, min_cold_load=0.0, unread=("cold_workers",)
    )
    group = GroupRow(group=WorkerGroup(id=8, search_params="num_gpus=1"), max_workers=4)
    fields: dict[str, object] = {"endpoint": endpoint, "groups": (group,), **changes}
    return Line(endpoint=EndpointRow(**fields))  # type: ignore[arg-type]


def plain(lines: object) -> str:
    return "\n".join(one.plain for one in lines)  # type: ignore[attr-defined]


def test_what_is_not_known_of_a_load_is_a_blank_and_nothing_is_low() -> None:
    loads = (Load(0, 100, 0, 1), Load(0, 0, 0, 2, 1), Load(100, 100, 1, 1))
    samples = tuple(Sample(float(at), load) for at, load in enumerate(loads))
    drawn = plain(load_lines(line(samples=samples), (60, 30))).splitlines()
    title = next(at for at, text in enumerate(drawn) if "Load, perf units/s: 100 now" in text)
    bars = drawn[title + 1 : title + 1 + next(
        at for at, text in enumerate(drawn[title + 1 :]) if text.startswith("Ready")
    )]  # fmt: skip
    assert [text[9:] for text in (bars[0], bars[-1])] == ["  █", "▁ █"]
    assert "3 readings of all workers of llama" in plain(load_lines(line(samples=samples), (99, 9)))
    assert "No reading of its workers yet." in plain(load_lines(line(), (60, 30)))


def test_settings_say_what_is_unreadable_and_what_was_not_sent() -> None:
    text = plain(settings_lines(line(), 100, key="none", hint=load_lines(line(), (9, 9))[-1]))
    for words in (
        "Workers, at most        4                        max_workers",
        "Inactive, at least      ? (unreadable)           cold_workers",
        "Off when idle for       not said                 inactivity_timeout",
        "Inactive capacity       0 perf units/s or more   min_cold_load",
        "Price                   no price limit",
        "Search                  num_gpus=1",
    ):
        assert words in text, words


async def test_an_update_is_told_and_what_is_gone_or_fails_is_said() -> None:
    async with stage(account={"endpoints": 2}) as running:
        screen = await full(running, "enter")
        live, reader = running.app.live, screen.serverless
        assert live is not None
        assert reader is not None
        group = screen.row.groups[0].id
        await live.api.live.update_workers(group)
        await running.press("r")
        await running.until(lambda: "Updating 1 worker of 5, made anew" in running.text)
        reader.updates.begin(group, 4)
        told = screen.under_way()
        assert told is not None
        assert f"Group {group}: updating 4 workers one after the other" in told.plain
        await running.until(lambda: "✖ away:" in running.text, step=1)  # it starts anew
        assert "✖ This worker is not listed now; its instance is." in running.text
        await running.until(
            lambda: "! Not among its workers now: instance " in running.text, step=1
        )

        running.world.plan("endpoint_workers", ["http:500"] * 8)
        await running.press("tab", "r")
        await running.until(lambda: screen.row.error is not None)
        await running.pause()
        assert "since" in running.text
        assert "[Load]" in running.text
        next_try = screen.snapshot.next_try
        running.clock.advance(2)
        assert screen.snapshot.next_try == next_try
        await running.press("p")
        assert screen.snapshot.next_try is None
        await running.press("p")

        await live.api.endpoints.delete(screen.row.id)
        reader.reader.refresh()
        screen.feed.wake()
        await running.until(lambda: screen.is_gone)
        await running.pause()
        assert "llama-70b is no longer listed. q goes back." in running.text
        await running.press("shift+tab")
        assert "llama-70b: its workers are not known" in running.text
        for key in ("tab", "tab", "tab", "tab", "tab"):
            await running.press(key)
            assert running.app.screen is screen, key
        await running.press("escape", "escape")  # the first drops the worker that is gone
        assert running.app.current_scope == "endpoints"
