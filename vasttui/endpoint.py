"""Which service this run talks to, and with which key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vasttui.api.origin import OFFICIAL, Origin, parse_origin
from vasttui.services.system.credentials import Credential, find_credential, key_places

ADDRESS_VARIABLE = "VAST_URL"


@dataclass(frozen=True, slots=True)
class Service:
    """An address and what opens it.

    `address_source` says where the address came from. `key_home` is where a key that the user
    enters is stored; None on loopback, where keys are tried out and none is looked up again.
    """

    origin: Origin
    address_source: str
    credential: Credential | None
    key_home: Path | None


def find_service(environ: Mapping[str, str], home: Path, key_file: Path | None) -> Service:
    """The service that environment and files name.

    Raises SettingsError for an address that may not be used, KeyFileError for a bad key.
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
    if not origin.is_official:
        key_home = None if origin.is_loopback else places.of_host(host)
    source = f"${ADDRESS_VARIABLE}" if address else "the official address"
    return Service(origin, source, credential, key_home)
