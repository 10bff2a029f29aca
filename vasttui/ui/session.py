"""What the application works with; assembled by the command line."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.offer import Offer
from vasttui.models.price_book import PriceBook
from vasttui.models.search import SearchOptions
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.system.clipboard import Clipboard
from vasttui.services.system.desktop_notice import NoticeStyle
from vasttui.state.last_seen import LastSeen
from vasttui.state.phase_memory import PhaseFile
from vasttui.state.preferences import PreferenceStore
from vasttui.state.reminders import Reminders
from vasttui.state.rent_memory import RentMemory
from vasttui.state.ssh_ways import SshWays
from vasttui.state.timers import TimerFile
from vasttui.state.variable_notes import VariableNotes
from vasttui.state.views import ViewStore

if TYPE_CHECKING:
    from vasttui.models.account import Account
    from vasttui.state.watches import WatchFile
    from vasttui.ui.client import Client, MarketClient

DEMO_FILES = "The demo uses only files that you name."


class SignedIn(Struct, frozen=True):
    """A key that the service accepted: whose it is, a client that uses it, where it was stored, its
    last four characters."""

    account: Account
    api: Client
    stored_in: str
    ends: str = ""


class KeptKey(Struct, frozen=True):
    """A key that replaces the account's: a client that uses it, where it was stored, its last four
    characters. Without a client the session of a login goes on."""

    api: Client | None
    stored_in: str
    ends: str = ""


def _fresh_watches() -> WatchFile:
    # start-up: not needed for the first frame
    from vasttui.state.watches import WatchFile

    return WatchFile(None, lambda job: job())


async def _keeps_nothing(key: str) -> KeptKey:
    raise VastError("This program cannot change its key here.")


class SshUse(Struct, frozen=True, kw_only=True):
    """How instances are reached, and which of the user's files take part.

    `forwards` are `-L` arguments. Without a `folder` of keys or a `config` folder for host keys
    and host entries, as in the demo, only files that the user names are read. `ways` has the
    way that answered into each instance.
    """

    forwards: tuple[str, ...] = ()
    folder: Path | None = None
    config: Path | None = None
    ways: SshWays = field(default_factory=lambda: SshWays(None, lambda job: job()))

    @property
    def known_hosts(self) -> str:
        """Where the host keys of instances are kept, apart from all others."""
        return str(self.config / "known_hosts") if self.config is not None else "/dev/null"


class Alerting(Struct, frozen=True):
    """Which kinds of alerts are told, and where."""

    kinds: frozenset[str] = frozenset(
        {"exited", "outbid", "offline", "ready", "money", "offers", "timer", "idle"}
    )
    status: bool = True
    bell: bool = True
    desktop: NoticeStyle = "auto"
    environment: Mapping[str, str] = MappingProxyType({})
    """Tells which terminal it is."""


class Session(Struct, frozen=True, kw_only=True, eq=False):
    """One run of the program.

    `connect` may import and build much: it is called once, after the first frame, in a thread. So
    is `whole` of what it returns, once the market is searched.
    `sign_in` checks a key and stores it; it raises a `VastError` and stores nothing when the
    service refuses. `keep_key` stores a key where the one in use was, unchecked, or raises a
    `VastError`; `kept_in` says before where that is. `key_source` says where the key came from
    (None: there is none), `key_ends` its last four characters, for telling keys apart.
    `keep_login` does with the session key of a login with a second factor what `sign_in` does with
    an API key; `login_file` is where it is stored, None if it is kept in memory.
    """

    connect: Callable[[], MarketClient]
    sign_in: Callable[[str], Awaitable[SignedIn]] | None
    keep_key: Callable[[str], Awaitable[KeptKey]] = _keeps_nothing
    kept_in: Callable[[], str] = lambda: "no file"
    clock: Clock
    rng: random.Random
    clipboard: Clipboard
    preferences: PreferenceStore
    views: ViewStore
    journal_file: Path | None
    """File of the journal of requests; None: in memory."""
    charges_file: Path | None = None
    """The copy of the charges; None: none is kept."""
    last_seen: LastSeen = field(default_factory=LastSeen)
    memory_file: Path | None = None
    """What is remembered of machines and prices; None: in memory."""
    price_book: PriceBook = field(default_factory=PriceBook)
    """What the offers' prices are compared with, once they are remembered."""
    past_offers: Callable[[], Iterator[tuple[float, list[Offer]]]] | None = None
    """In the demo: earlier days of its market, each with its time (epoch seconds)."""
    phases: PhaseFile
    reminders: Reminders
    rent_memory: RentMemory
    address: str
    """The service's URL, for commands that are copied."""
    place: str
    """What to call the service in a sentence."""
    official: bool = True
    """Whether the service is Vast.ai itself; if not, every screen says so."""
    key_source: str | None = None
    key_ends: str = ""
    demo: bool = False
    read_only: bool = False
    query: str = ""
    choice: SearchOptions = field(default_factory=SearchOptions)
    refresh_seconds: float = 30.0
    max_pages: int = 10
    theme: str = "vasttui-dark"
    ascii_only: bool = False
    """Whether signs are drawn in ASCII."""
    keys: dict[str, str] = field(default_factory=dict)
    keep_login: Callable[[str], Awaitable[SignedIn]] | None = None
    login_file: Path | None = None
    holds_key: Callable[[str], bool] = lambda text: False
    """Whether the key in use is in a text, which is then sent to no host."""
    key_home: str = ""
    """Where a key that the user enters will be kept, as the dialog says it."""
    searches_per_minute: float = 10.0
    ssh: SshUse = field(default_factory=SshUse)
    variable_notes: VariableNotes = field(
        default_factory=lambda: VariableNotes(None, lambda job: job())
    )
    timers: TimerFile = field(default_factory=lambda: TimerFile(None, lambda job: job()))
    open_watches: Callable[[], WatchFile] = field(default_factory=lambda: cache(_fresh_watches))
    alerting: Alerting = field(default_factory=Alerting)
    lost: Callable[[], list[str]] = list
    """Sentences about the user's files that could not be read, each once."""
    warnings: tuple[str, ...] = ()
    """Sentences to show once at the start, such as a key file that others may read."""

    @property
    def choice_now(self) -> SearchOptions:
        """What the user chose last for the search of offers, or else the setting."""
        return self.preferences.current.choice or self.choice

    @property
    def watches(self) -> WatchFile:
        """The watches; `open_watches` always returns the same."""
        return self.open_watches()

    def kept_instances(self) -> Fleet:
        """The instances as an earlier run of the program knew them."""
        listed = self.last_seen.fleet.load(self.last_seen.identity, self.clock)
        if listed is None:
            return Fleet()
        # start-up: only where something is kept
        from vasttui.services.fleet.store import FleetStore

        return FleetStore(lambda fleet: None, self.clock, self.phases).as_kept(*listed)
