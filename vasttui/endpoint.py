"""The service this run talks to, and its API key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from vasttui.api.origin import OFFICIAL, Origin, parse_origin
from vasttui.services.system.credentials import Credential, find_credential, key_places

if TYPE_CHECKING:
    from vasttui.api.early import EarlyConnection

ADDRESS_VARIABLE = "VAST_URL"
_SURROUNDINGS = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"}


class Service(Struct, frozen=True):
    """A service and its API key.

    `address_source` says where the address was set. `key_home` is where a key entered by the user
    is stored; None on loopback, where keys are not stored. `login_home` is where the official
    client keeps the session key of a login, `plain_home` where it keeps other keys; None for other
    services.
    """

    origin: Origin
    address_source: str
    credential: Credential | None
    key_home: Path | None
    login_home: Path | None
    plain_home: Path | None


def find_service(environ: Mapping[str, str], home: Path, key_file: Path | None) -> Service:
    """The service set by environment and key files.

    Raises SettingsError for an address that is not allowed, KeyFileError for a bad key.
    """
    address = environ.get(ADDRESS_VARIABLE, "").strip()
    origin = parse_origin(address or OFFICIAL)
    places = key_places(environ, home)
    host = str(origin).partition("://")[2]
    credential = find_credential(
        places,
        environ,
        key_file=key_file,
        host=host,
        official=origin.is_official,
        loopback=origin.is_loopback,
    )
    key_home: Path | None = places.official
    if credential is not None and credential.source == str(places.second_factor):
        key_home = places.second_factor  # it is read first
    if not origin.is_official:
        key_home = None if origin.is_loopback else places.of_host(host)
    source = f"${ADDRESS_VARIABLE}" if address else "official address"
    login_home, plain_home = None, None
    if origin.is_official:
        login_home, plain_home = places.second_factor, places.official
    return Service(origin, source, credential, key_home, login_home, plain_home)


def connect_early(service: Service | None) -> EarlyConnection | None:
    """Begin to connect to it, with a key: without one the user may be asked for it first. Behind a
    proxy, and in the demo (None), it is not done."""
    if service is None or service.credential is None:
        return None
    # start-up: the demo and a first run do without
    from vasttui.api.early import EarlyConnection, may_connect_early

    return EarlyConnection(service.origin) if may_connect_early(os.environ) else None


def check_surroundings(service: Service) -> None:
    """Raises NetworkError for a proxy or certificates, named in the environment, that cannot be
    used: no request would ever be sent."""
    named = {name.upper() for name, value in os.environ.items() if value}
    if service.origin.is_loopback or not named & _SURROUNDINGS:
        return
    # start-up: reading certificates takes 15 ms
    from vasttui.api.surroundings import check_certificates, check_proxies

    check_proxies()
    if service.origin.scheme == "https":
        check_certificates()
