"""What the dashboard is assembled from."""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from vasttui.cli.dashboard import run as open_dashboard
from vasttui.cli.parser import parse_arguments
from vasttui.clock import SystemClock
from vasttui.dashboard import Run, demo_session, live_session, load, warnings
from vasttui.endpoint import find_service
from vasttui.errors import AuthRejected, SettingsError, VastError
from vasttui.logs import Redactor
from vasttui.models.search import SearchOptions
from vasttui.paths import Paths
from vasttui.settings import MarketSettings, Settings, UiSettings
from vasttui.simulator.market import past as past_of_the_market
from vasttui.simulator.server import serve
from vasttui.simulator.world import World, WorldConfig
from vasttui.state.json_file import Writer
from vasttui.ui.session import Session

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def run() -> Iterator[Run]:
    made = Run(
        clock=SystemClock(),
        rng=random.Random(1),
        writer=Writer(),
        redact=Redactor(),
        read_only=True,
        query="gpu:4090",
        ascii_only=True,
    )
    yield made
    made.ends.close()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(config=tmp_path / "config", state=tmp_path / "state")


def live(run: Run, paths: Paths, home: Path, settings: Settings, **environ: str) -> Session:
    return live_session(run, find_service(environ, home, None), settings, paths)


async def test_the_demo_answers_from_a_market_of_the_size_asked_for(run: Run) -> None:
    session = demo_session(run, {"offers": 30, "seed": 3, "search_cap": 20_000})
    api = session.connect().whole()
    offers = [offer async for batch in api.offers.search({"limit": 1000}) for offer in batch.offers]
    assert 0 < len(offers) <= 30
    assert (await api.account.current()).credit is not None
    await api.aclose()


def test_no_search_for_garbage_goes_over_the_market_of_the_demos_past(run: Run) -> None:
    past = demo_session(run, {"offers": 200}).past_offers
    assert past is not None
    was_on, frozen = gc.isenabled(), gc.get_freeze_count()
    try:
        days = past()
        assert next(days)[1]
        assert not gc.isenabled()
        gc.enable()  # as when a search ends
        assert next(days)[1]
        assert not gc.isenabled()
        assert len(list(days)) == 27
        assert gc.isenabled()
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
        (gc.enable if was_on else gc.disable)()


@pytest.mark.parametrize(("offers", "days"), [(0, 29), (4_000, 15), (70_000, 0)])
def test_the_demo_remembers_fewer_days_of_a_large_market(
    offers: int, days: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def past_days(size: int, seed: int, now: float, days: int) -> Iterator[object]:
        asked.append(days)
        yield from ()

    monkeypatch.setattr(past_of_the_market, "past_days", past_days)
    remembered = demo_session(run, {"offers": offers}).past_offers
    assert remembered is not None
    assert list(remembered()) == []
    assert asked == [days]


def test_the_demo_knows_nothing_of_the_user(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VAST_API_KEY", KEY)
    monkeypatch.setenv("HOME", str(tmp_path))
    session = demo_session(run, {})
    session.preferences.change(theme="vasttui-light")
    session.preferences.toggle("starred", 7)
    run.writer.finish()
    assert session.demo
    assert session.sign_in is None
    assert (session.key_source, session.key_ends, session.keys) == (None, "", {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("demo", [True, False])
def test_what_the_command_line_says_arrives(
    demo: bool, run: Run, paths: Paths, tmp_path: Path
) -> None:
    session = demo_session(run, {}) if demo else live(run, paths, tmp_path, Settings())
    assert (session.read_only, session.query) == (True, "gpu:4090")
    assert session.ascii_only


def test_the_settings_arrive(run: Run, paths: Paths, tmp_path: Path) -> None:
    market = MarketSettings(disk=60, trust="any", refresh_seconds=90, max_pages=3)
    settings = Settings(market=market, ui=UiSettings(theme="light"), keys={"list.mark": "x"})
    session = live(run, paths, tmp_path, settings)
    assert session.choice == SearchOptions(trust="any", usage=market.choice.usage)
    assert (session.refresh_seconds, session.max_pages) == (90, 3)
    assert session.theme == "vasttui-light"
    assert session.keys == {"list.mark": "x"}


def test_the_key_is_known_by_its_source_and_hidden_from_logs(
    run: Run, paths: Paths, tmp_path: Path
) -> None:
    session = live(run, paths, tmp_path, Settings(), VAST_API_KEY=KEY)
    assert (session.key_source, session.key_ends) == ("$VAST_API_KEY", "cdef")
    assert KEY not in repr(session)
    assert KEY not in run.redact(f"header {KEY}")


def test_another_service_is_announced(tmp_path: Path) -> None:
    service = find_service({"VAST_URL": "https://gpu.example"}, tmp_path, None)
    assert warnings(service) == ("This is not Vast.ai: https://gpu.example, set by $VAST_URL.",)
    assert warnings(find_service({}, tmp_path, None)) == ()


def test_a_remapped_action_that_does_not_exist_stops_the_start(paths: Paths) -> None:
    paths.config.mkdir()
    paths.settings_file.write_text('[keys]\n"offers.cpoy" = "y"\n')
    with pytest.raises(SettingsError, match=r"config\.toml:2: .*did you mean offers\.copy\?"):
        load(paths)


async def test_a_live_session_talks_to_the_address_it_was_given(
    run: Run, paths: Paths, tmp_path: Path
) -> None:
    server = await serve(World(WorldConfig(offers=20, api_key=KEY), SystemClock()))
    session = live(run, paths, tmp_path, Settings(), VAST_URL=server.url, VAST_API_KEY=KEY)
    api = session.connect().whole()
    assert (await api.account.current()).id > 0
    assert session.sign_in is not None
    with pytest.raises(AuthRejected):
        await session.sign_in("x" * 32)
    signed = await session.sign_in(KEY)
    assert signed.stored_in == "memory, for this run"
    await signed.api.aclose()
    await api.aclose()
    await server.close()
    assert not (tmp_path / ".config").exists()


def test_every_file_that_cannot_be_read_is_in_the_log_and_the_users_own_are_told_once(
    run: Run, paths: Paths, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths.state.mkdir()
    own = {
        paths.preferences_file: "Your preferences", paths.views_file: "Your saved views",
        paths.reminders_file: "Your reminders", paths.timers_file: "Your timers",
        paths.rentals_file: "The settings of your last rentals",
        paths.variable_notes_file: "The notes on your variables",
        paths.watches_file("127.0.0.1-9"): "Your watches",
    }  # fmt: skip
    others = (
        paths.ssh_ways_file, paths.phases_file, paths.market_file, paths.instances_file,
    )  # fmt: skip
    for path in (*own, *others):
        path.write_text("[{")
    session = live(run, paths, tmp_path, Settings(), VAST_URL="http://127.0.0.1:9")
    session.last_seen.market.load("on-demand", run.clock)
    session.last_seen.fleet.load(lambda: "me", run.clock)
    session.phases.load()
    session.connect()
    assert sorted(session.lost()) == sorted(
        f"{what} could not be read; they are kept aside as {path.name}.broken."
        for path, what in own.items()
    )
    assert session.lost() == []
    assert all(f"{path}" in caplog.text for path in (*own, *others))


async def test_the_demo_changes_its_key_in_the_same_world(run: Run) -> None:
    session = demo_session(replace(run, read_only=False), {"offers": 20})
    api = session.connect().whole()
    outcome = await api.api_keys.reset()
    kept = await session.keep_key(str(outcome.unwrap()))
    assert kept.stored_in == "memory, for this run"
    with pytest.raises(AuthRejected):
        await api.account.current()
    assert kept.api is not None
    assert (await kept.api.account.current()).key_id is not None
    await kept.api.aclose()
    await api.aclose()


def test_a_thread_that_computes_soon_gives_way_to_the_screen() -> None:
    turns, collects = sys.getswitchinterval(), gc.isenabled()
    try:
        with pytest.raises(VastError, match="terminal"):  # there is none here
            open_dashboard(parse_arguments(["--demo"]))
        assert sys.getswitchinterval() == pytest.approx(0.001)
    finally:
        sys.setswitchinterval(turns)
        if collects:
            gc.enable()
