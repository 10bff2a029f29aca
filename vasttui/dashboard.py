"""Assembles and runs the dashboard, live or as a demo.

Imported after debug settings are removed from the environment, because Textual reads them once.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from vasttui import __version__
from vasttui.api.origin import OFFICIAL, identity_of
from vasttui.clock import Clock, ServiceClock, SystemClock
from vasttui.crash import CrashReport
from vasttui.endpoint import Service, check_surroundings
from vasttui.key_store import MEMORY, KeyStore
from vasttui.logs import Redactor, set_up_logging
from vasttui.paths import Paths, user_paths
from vasttui.run import run_app
from vasttui.services.system.clipboard import Clipboard
from vasttui.services.system.credentials import forget_environment
from vasttui.startup import free_garbage, hold_garbage
from vasttui.state.json_file import OwnFile, Writer
from vasttui.state.kept_fleet import KeptFleet
from vasttui.state.kept_market import KeptMarket
from vasttui.state.last_seen import LastSeen
from vasttui.state.phase_memory import PhaseFile
from vasttui.state.preferences import PreferenceStore
from vasttui.state.reminders import Reminders
from vasttui.state.rent_memory import RentMemory
from vasttui.state.ssh_ways import SshWays
from vasttui.state.timers import TimerFile
from vasttui.state.variable_notes import VariableNotes
from vasttui.state.views import ViewStore
from vasttui.streams import tell
from vasttui.ui.app.app import VasttuiApp
from vasttui.ui.key_table import BY_ID
from vasttui.ui.keys import FORMER_IDS, is_key
from vasttui.ui.session import Alerting, KeptKey, Session, SignedIn, SshUse

if TYPE_CHECKING:
    from vasttui.api.early import EarlyConnection
    from vasttui.api.market_client import MarketClient
    from vasttui.models.offer import Offer
    from vasttui.settings import AlertSettings, Settings
    from vasttui.simulator.own_thread import SimulatorThread
    from vasttui.state.watches import WatchFile

log = logging.getLogger(__name__)

DEMO_ADDRESS = "http://127.0.0.1"
DEMO_KEY = "the-demo-needs-no-key"
_UNLIMITED = 600.0
"""Searches per minute when the service runs on this computer."""

_REMEMBERED_DAYS, _REMEMBERED_OFFERS = 29, 60_000
"""What the demo remembers of its own past: a month, of a large market fewer days. Each price costs
25 µs, in a thread beside the keys."""


class Run(Struct, frozen=True, kw_only=True):
    """What demo and live runs share."""

    clock: Clock
    rng: random.Random
    writer: Writer
    redact: Redactor
    read_only: bool
    query: str
    ascii_only: bool = False
    ends: ExitStack = field(default_factory=ExitStack)
    """What is done when the program ends."""


def run_dashboard(
    service: Service | None,
    early: EarlyConnection | None,
    *,
    world: Mapping[str, Any],
    read_only: bool,
    query: str,
    ascii_only: bool = False,
) -> int:
    """Run until the user quits and return the exit code. Without a `service` it is the demo;
    `early` is a connection to it that began already.

    Raises VastError if it cannot start: invalid settings, or a proxy or certificates that cannot be
    used.
    """
    run = Run(
        clock=ServiceClock(SystemClock()),
        rng=random.Random(),  # noqa: S311 - spreads requests over time
        writer=Writer(),
        redact=Redactor(),
        read_only=read_only,
        query=query,
        ascii_only=ascii_only,
    )
    paths = None if service is None else user_paths()
    set_up_logging(paths.log_file if paths else None, run.redact)
    if service is None or paths is None:
        session = demo_session(run, world)
    else:
        check_surroundings(service)
        session = live_session(run, service, load(paths), paths, early)
    forget_environment(os.environ)
    log.info("vasttui %s starts at %s", __version__, session.place)
    report = CrashReport(paths.crash_file if paths else None, run.redact)
    try:
        app = VasttuiApp(session)
        app.crash_report = report
        code = run_app(app)
        # Start-up: nothing has ended before the first frame.
        from vasttui.ui.app.exit_summary import exit_summary

        for words in filter(None, (app.crash_sentence, exit_summary(app))):
            tell(words)
        return code
    except Exception as error:  # noqa: BLE001 - the outermost edge
        tell(report.write(error))
        return 1
    finally:
        run.ends.close()
        run.writer.finish()


def load(paths: Paths) -> Settings:
    """The user's settings. Raises SettingsError, also for keys of unknown actions."""
    # start-up: the demo has none
    from vasttui.settings import check_key_names, load_settings

    settings = load_settings(paths.settings_file)
    check_key_names(paths.settings_file, settings.keys, {*BY_ID, *FORMER_IDS}, is_key)
    return settings


def demo_session(run: Run, world: Mapping[str, Any]) -> Session:
    """A session with a simulated market in this process; no user files are used."""

    simulator = simulated(run, world)
    open_with = market_at(DEMO_ADDRESS, run, simulator)

    async def keep(key: str) -> KeptKey:
        logged_in = await simulator().ask(lambda world: bool(world.rights.sessions))
        return KeptKey(None if logged_in else open_with(key).whole(), MEMORY, key[-4:])

    async def log_in(key: str) -> SignedIn:
        api = open_with(key).whole()
        return SignedIn(await api.account.current(), api, MEMORY, key[-4:])

    def past() -> Iterator[tuple[float, list[Offer]]]:
        # start-up: the simulator takes 40 ms to import
        from vasttui.simulator.market.past import past_days
        from vasttui.simulator.world import WorldConfig

        config = WorldConfig(**world)
        most = min(_REMEMBERED_DAYS, _REMEMBERED_OFFERS // max(config.offers, 1))
        days = past_days(config.offers, config.seed, run.clock.now(), most)
        hold_garbage()  # a collection over a whole market takes 20 ms
        for day in days:
            yield day
            hold_garbage()  # a search that ended meanwhile has turned it on
        free_garbage()

    return Session(
        past_offers=past,
        connect=lambda: open_with(DEMO_KEY),
        sign_in=None,
        keep_key=keep,
        kept_in=lambda: MEMORY,
        keep_login=log_in,
        clock=run.clock,
        rng=run.rng,
        clipboard=Clipboard(os.environ),
        preferences=PreferenceStore(None, run.writer),
        views=ViewStore(None, run.writer),
        journal_file=None,
        phases=PhaseFile(None, run.writer),
        reminders=Reminders(None, run.writer),
        rent_memory=RentMemory(None, run.writer),
        alerting=Alerting(environment=os.environ),
        address=OFFICIAL,
        place="the simulated market",
        demo=True,
        read_only=run.read_only,
        ascii_only=run.ascii_only,
        query=run.query,
        searches_per_minute=_UNLIMITED,
    )


def simulated(run: Run, world: Mapping[str, Any]) -> Callable[[], SimulatorThread]:
    """Opens the world of the demo; the same one each time. It ends with the run."""

    @cache
    def opened() -> SimulatorThread:
        # start-up: the simulator takes 40 ms to import
        from vasttui.simulator.own_thread import SimulatorThread
        from vasttui.simulator.world import World, WorldConfig

        started = SimulatorThread(lambda: World(WorldConfig(**world), run.clock))
        run.ends.callback(started.close)
        return started

    return opened


def live_session(
    run: Run,
    service: Service,
    settings: Settings,
    paths: Paths,
    early: EarlyConnection | None = None,
) -> Session:
    """A session with the service and the user's settings, views and preferences."""
    credential, address = service.credential, str(service.origin)
    open_with = market_at(address, run)
    if credential is not None:
        run.redact.add(credential.key)

    def connect() -> MarketClient:
        for kept in (ways, notes, timers, rentals, watches()):  # not needed for the first frame
            kept.load()
        market = open_with(credential.key if credential else None)
        market.prepare(early)
        return market

    keys = KeyStore(service, lambda key: open_with(key).whole(), run.redact)
    ways = SshWays(paths.ssh_ways_file, run.writer)
    timers = TimerFile(paths.timers_file, run.writer)
    watches = kept_watches(run, service, paths)
    rentals = RentMemory(paths.rentals_file, run.writer)
    notes = VariableNotes(paths.variable_notes_file, run.writer)
    preferences = PreferenceStore(paths.preferences_file, run.writer)
    views = ViewStore(paths.views_file, run.writer)
    reminders = Reminders(paths.reminders_file, run.writer)
    return Session(
        connect=connect,
        sign_in=keys.sign_in, keep_key=keys.keep,
        kept_in=keys.kept_in, keep_login=keys.log_in, login_file=service.login_home,
        holds_key=run.redact.knows,
        clock=run.clock, rng=run.rng,
        clipboard=Clipboard(os.environ, last_copy=paths.last_copy_file),
        preferences=preferences, views=views,
        journal_file=paths.journal_file, charges_file=paths.charges_file,
        last_seen=last_seen(run, service, paths),
        memory_file=paths.memory_file,
        phases=PhaseFile(paths.phases_file, run.writer),
        reminders=reminders, rent_memory=rentals, variable_notes=notes,
        timers=timers, open_watches=watches,
        ssh=ssh_use(settings, paths, ways),
        alerting=alerting(settings.alerts),
        address=address, place=address, official=service.origin.is_official,
        key_source=credential.source if credential else None,
        key_ends=credential.ends if credential else "",
        read_only=run.read_only, query=run.query,
        choice=settings.market.choice,
        refresh_seconds=settings.market.refresh_seconds,
        max_pages=settings.market.max_pages,
        theme=f"vasttui-{settings.ui.theme}",
        ascii_only=run.ascii_only or settings.ui.ascii,
        keys=dict(settings.keys),
        key_home=where_kept(service),
        searches_per_minute=_UNLIMITED if service.origin.is_loopback else 10.0,
        lost=losses(watches, preferences, views, reminders, rentals, notes, timers),
        warnings=warnings(service),
    )  # fmt: skip


def market_at(
    address: str, run: Run, simulator: Callable[[], SimulatorThread | None] = lambda: None
) -> Callable[[str | None], MarketClient]:
    """Opens the market of the service at this address, with a key or without; a `simulator`
    replaces the network."""

    def open_with(key: str | None) -> MarketClient:
        # HTTP and validation take 70 ms to import: after the first frame.
        from vasttui.api.line import open_line
        from vasttui.api.market_client import MarketClient

        line = open_line(
            address, key, clock=run.clock, rng=run.rng, read_only=run.read_only,
            transport=simulator(),
        )  # fmt: skip
        return MarketClient(line)

    return open_with


def kept_watches(run: Run, service: Service, paths: Paths) -> Callable[[], WatchFile]:
    """Opens the watches of this service's market; the same ones each time."""

    @cache
    def opened() -> WatchFile:
        # start-up: not needed for the first frame
        from vasttui.state.watches import WatchFile

        where = service.origin
        place = "" if where.is_official else f"{where.host}-{where.port}"
        return WatchFile(paths.watches_file(place), run.writer)

    return opened


def losses(watches: Callable[[], WatchFile], *others: OwnFile) -> Callable[[], list[str]]:
    """Tells what of the user's was lost since it was asked before."""
    return lambda: [words for one in (*others, watches()) for words in one.lost()]


def last_seen(run: Run, service: Service, paths: Paths) -> LastSeen:
    """What earlier runs saw of this service, and of the account of the key."""
    address, credential = str(service.origin), service.credential
    return LastSeen(
        KeptMarket(paths.market_file, run.writer, address),
        KeptFleet(paths.instances_file, run.writer),
        lambda: identity_of(address, credential.key if credential else None),
    )


def ssh_use(settings: Settings, paths: Paths, ways: SshWays) -> SshUse:
    """How instances are reached, with the user's own keys and host entries."""
    return SshUse(
        forwards=tuple(settings.ssh.forwards.split()),
        folder=Path.home() / ".ssh",
        config=paths.config,
        ways=ways,
    )


def alerting(alerts: AlertSettings) -> Alerting:
    """The alerts that are on, for the terminal that this is."""
    return Alerting(
        kinds=alerts.kinds,
        status=alerts.status,
        bell=alerts.bell,
        desktop=alerts.desktop,
        environment=os.environ,
    )


def where_kept(service: Service) -> str:
    """Where a key entered by the user will be stored, as shown in the dialog."""
    if service.key_home is None:
        return "for this run only, as the service is on this computer"
    place = f"{service.key_home}, readable only by you"
    return f"{place}, where the official client stores it" if service.origin.is_official else place


def warnings(service: Service) -> tuple[str, ...]:
    """Warnings to show at start."""
    found = [service.credential.warning] if service.credential else []
    if not service.origin.is_official:
        found.append(f"This is not Vast.ai: {service.origin}, set by {service.address_source}.")
    return tuple(filter(None, found))
