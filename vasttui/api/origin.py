"""The address of the service, and whether a key may go there."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from msgspec import Struct

from vasttui.errors import SettingsError
from vasttui.text import clean

OFFICIAL = "https://console.vast.ai"

LIVE = "https://run.vast.ai"
"""The live side of serverless: router and autoscaler (client 1.9.1 `api/endpoints.py`)."""

_HOST = r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
_PATH = r"/*(api(/v\d+)?/*)?"
_DEFAULT_PORT = {"https": 443, "http": 80}


class Origin(Struct, frozen=True):
    """Scheme, host and port of the service."""

    scheme: str
    host: str
    port: int

    @property
    def is_official(self) -> bool:
        """Whether this is Vast.ai itself."""
        return self == _OFFICIAL

    @property
    def is_loopback(self) -> bool:
        """Whether the service is on this computer, like the simulator."""
        return _is_loopback(self.host)

    @property
    def live(self) -> Origin:
        """Where the live side of serverless is: of another service at its own address, as the
        official client has it."""
        return parse_origin(LIVE) if self.is_official else self

    def owns(self, scheme: str, host: str, port: int | None) -> bool:
        """Whether a request goes to this origin (`port` None: the scheme's default)."""
        return (scheme, host, port or _DEFAULT_PORT.get(scheme)) == (
            self.scheme, self.host, self.port,
        )  # fmt: skip

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORT[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


def parse_origin(address: str, *, plain: bool = False) -> Origin:
    """The service at this address, with or without `/api/v0`. Raises SettingsError, also for http
    except to localhost, unless `plain` allows it: it would send the key unencrypted."""
    text = address.strip()
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise SettingsError("the service address is not a URL") from None
    if parts.username is not None or parts.password is not None:
        raise SettingsError("the service address may not contain a user name or password")
    shown = clean(text, 80)
    if parts.scheme not in _DEFAULT_PORT or not host:
        raise SettingsError(f"the service address must start with https://: {shown!r}")
    if not text.isprintable() or not (re.fullmatch(_HOST, host) or _is_address(host)) or port == 0:
        raise SettingsError(f"the service address has no valid host or port: {shown!r}")
    if not re.fullmatch(_PATH, parts.path) or parts.query or parts.fragment:
        raise SettingsError(f"the service address may only end in /api/v0: {shown!r}")
    if parts.scheme == "http" and not plain and not _is_loopback(host):
        raise SettingsError(f"http://{host} would expose your key to the network: use https://")
    return Origin(parts.scheme, host, port or _DEFAULT_PORT[parts.scheme])


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


_OFFICIAL = Origin("https", "console.vast.ai", 443)


def identity_of(address: str, key: str | None) -> str:
    """A digest of the service's address and a key, by which what is kept knows its account; empty
    without a key."""
    if key is None:
        return ""
    # start-up: hashing is loaded only where something is kept of an account
    import hashlib

    return hashlib.sha256(f"{address} {key}".encode()).hexdigest()[:32]
