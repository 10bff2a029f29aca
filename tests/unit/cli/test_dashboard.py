"""What the dashboard is assembled from."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from vasttui.clock import SystemClock
from vasttui.dashboard import Run, demo_session, live_session, load, sign_in_with, warnings
from vasttui.endpoint import find_service
from vasttui.errors import AuthRejected, KeyFileError, SettingsError
from vasttui.logs import Redactor
from vasttui.models.account import Account
from vasttui.models.search import SearchOptions
from vasttui.paths import Paths
from vasttui.settings import MarketSettings, Settings, UiSettings
from vasttui.simulator.server import serve
from vasttui.simulator.world import World, WorldConfig
from vasttui.state.json_file import Writer
from vasttui.ui.session import Session

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def run() -> Run:
    return Run(
        clock=SystemClock(),
        rng=random.Random(1),
        writer=Writer(),
        redact=Redactor(),
        read_only=True,
        query="gpu:4090",
    )


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(config=tmp_path / "config", state=tmp_path / "state")


def live(run: Run, paths: Paths, home: Path, settings: Settings, **environ: str) -> Session:
    return live_session(run, find_service(environ, home, None), settings, paths)


async def test_the_demo_answers_from_a_market_of_the_size_asked_for(run: Run) -> None:
    session = demo_session(run, {"offers": 30, "seed": 3, "search_cap": 20_000})
    api = session.connect()
    offers = [offer async for batch in api.offers.search({"limit": 1000}) for offer in batch.offers]
    assert 0 < len(offers) <= 30
    assert (await api.account.current()).credit is not None
    await api.aclose()


def test_the_demo_knows_nothing_of_the_user(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VAST_API_KEY", KEY)
    monkeypatch.setenv("HOME", str(tmp_path))
    session = demo_session(run, {})
    session.preferences.change(theme="vasttui-light")
    session.preferences.toggle_machine("starred", 7)
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


def test_the_settings_arrive(run: Run, paths: Paths, tmp_path: Path) -> None:
    market = MarketSettings(disk=60, trust="any", refresh_seconds=90, max_pages=3)
    settings = Settings(market=market, ui=UiSettings(theme="light"), keys={"list.mark": "x"})
    session = live(run, paths, tmp_path, settings)
    assert session.choice == replace(SearchOptions(), trust="any", usage=market.choice.usage)
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
    assert warnings(service, "", "views could not be read") == (
        "This is not Vast.ai: https://gpu.example, set by $VAST_URL.",
        "views could not be read",
    )
    assert warnings(find_service({}, tmp_path, None)) == ()


def test_a_remapped_action_that_does_not_exist_stops_the_start(paths: Paths) -> None:
    paths.config.mkdir()
    paths.settings_file.write_text('[keys]\n"offers.cpoy" = "y"\n')
    with pytest.raises(SettingsError, match=r"config\.toml:2: .*did you mean offers\.copy\?"):
        load(paths)


class FakeApi:
    """An API that accepts or rejects its key."""

    def __init__(self, refuses: bool = False) -> None:
        self.refuses = refuses
        self.closed = False
        self.account = self

    async def current(self) -> Account:
        if self.refuses:
            raise AuthRejected("Invalid user key", status=401)
        return Account(id=7)

    async def aclose(self) -> None:
        self.closed = True


async def test_a_good_key_is_stored_for_its_owner_alone(tmp_path: Path) -> None:
    redact, home = Redactor(), tmp_path / "vastai" / "vast_api_key"
    sign_in = sign_in_with(lambda key: FakeApi(), home, redact)  # type: ignore[arg-type,return-value]
    signed = await sign_in(f"  {KEY}\n")
    assert signed.account.id == 7
    assert signed.stored_in == str(home)
    assert home.read_text() == KEY
    assert home.stat().st_mode & 0o077 == 0
    assert KEY not in redact(KEY)


async def test_a_refused_key_is_not_stored_and_its_client_closed(tmp_path: Path) -> None:
    api = FakeApi(refuses=True)
    sign_in = sign_in_with(lambda key: api, tmp_path / "key", Redactor())  # type: ignore[arg-type,return-value]
    with pytest.raises(AuthRejected):
        await sign_in(KEY)
    assert api.closed
    assert list(tmp_path.iterdir()) == []


async def test_what_is_no_key_is_not_even_sent(tmp_path: Path) -> None:
    asked: list[object] = []
    sign_in = sign_in_with(asked.append, tmp_path / "key", Redactor())  # type: ignore[arg-type]
    with pytest.raises(KeyFileError) as caught:
        await sign_in("not a key")
    assert asked == []
    assert "not a key" not in str(caught.value)


async def test_a_live_session_talks_to_the_address_it_was_given(
    run: Run, paths: Paths, tmp_path: Path
) -> None:
    server = await serve(World(WorldConfig(offers=20, api_key=KEY), SystemClock()))
    session = live(run, paths, tmp_path, Settings(), VAST_URL=server.url, VAST_API_KEY=KEY)
    api = session.connect()
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
