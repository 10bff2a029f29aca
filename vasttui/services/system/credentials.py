"""Finds and stores the API key, which is never part of a message or repr. Order and files are the
official client's (client 1.9.1 `cli/main.py`), with `--key-file` first."""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from msgspec import Struct

from vasttui.errors import KeyFileError
from vasttui.files import read_regular
from vasttui.models.secret import is_api_key
from vasttui.services.system.private_file import write_private

ENVIRONMENT = ("VAST_API_KEY", "VASTAI_API_KEY")

_HOST = r"\[?[A-Za-z0-9:][A-Za-z0-9.:-]{0,300}\]?(:\d+)?"
_LARGEST = 4_096


class Credential(Struct, frozen=True):
    """A key and its source; `warning` is a sentence about how it is stored."""

    key: str
    source: str
    warning: str = ""

    def __repr__(self) -> str:
        return f"Credential(source={self.source!r})"

    @property
    def ends(self) -> str:
        """The last four characters, to distinguish keys."""
        return self.key[-4:]


class KeyPlaces(Struct, frozen=True):
    """The possible key files. `second_factor` has the session key of `vastai tfa login`,
    `other_hosts` one file per host that is not Vast.ai's."""

    second_factor: Path
    official: Path
    legacy: Path
    other_hosts: Path

    def of_host(self, host: str) -> Path:
        """The file of another host, with or without `:port`. Raises KeyFileError."""
        if not re.fullmatch(_HOST, host):
            raise KeyFileError("A key file needs a valid host name.")
        return self.other_hosts / host.lower()


def key_places(environ: Mapping[str, str], home: Path) -> KeyPlaces:
    """The key files of this user."""
    base = Path(environ.get("XDG_CONFIG_HOME", "").strip())
    config = base if base.is_absolute() else home / ".config"
    return KeyPlaces(
        second_factor=config / "vastai" / "vast_tfa_key",
        official=config / "vastai" / "vast_api_key",
        legacy=home / ".vast_api_key",
        other_hosts=config / "vasttui" / "keys",
    )


def find_credential(
    places: KeyPlaces,
    environ: Mapping[str, str],
    *,
    key_file: Path | None,
    host: str,
    official: bool,
    loopback: bool,
) -> Credential | None:
    """The key for this service, None if there is none.

    `--key-file` is for any service. Keys from the environment and the official client's files go to
    Vast.ai, those from the environment also to localhost. Other hosts need their own file.

    Raises KeyFileError if a key exists but is unusable.
    """
    if key_file is not None:
        return read_key(Path(os.path.expanduser(key_file)), must_exist=True)
    if official or loopback:
        found = _from_environment(environ)
        if found is not None or loopback:
            return found
    if not official:
        return read_key(places.of_host(host))
    for path in (places.second_factor, places.official, places.legacy):
        found = read_key(path)
        if found is not None:
            return found
    return None


def forget_environment(environ: MutableMapping[str, str]) -> None:
    """Remove API keys: ssh and every other program started from here would inherit them."""
    for name in ENVIRONMENT:
        environ.pop(name, None)


def read_key(path: Path, *, must_exist: bool = False) -> Credential | None:
    """The key in a file, None if there is none. Raises KeyFileError, then too if `must_exist`."""
    try:
        if must_exist and not path.is_file():
            with path.open("rb") as file:  # such as <(pass vast)
                data = file.read(_LARGEST)
        else:
            data = read_regular(path, _LARGEST)
        text, mode = data.decode("utf-8", "replace"), path.stat().st_mode
    except FileNotFoundError:
        if must_exist:
            raise KeyFileError(f"There is no key file {path}.") from None
        return None
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be read: {error.strerror}.") from None
    if not text.strip():
        if must_exist:
            raise KeyFileError(f"The key file {path} is empty.")
        return None
    warning = ""
    if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
        repair = f"chmod 600 {shlex.quote(str(path))}"
        warning = f"Other users of this computer can read your key: {repair}"
    return Credential(check_key(text, str(path)), str(path), warning)


def check_key(text: str, source: str = "The input") -> str:
    """The key in `text`, stripped. Raises KeyFileError, which names the source but not the key."""
    key = text.strip()
    if not is_api_key(key):
        raise KeyFileError(
            f"{source} does not hold a valid API key.",
            hint="A key has 16 to 256 letters, digits, dots, dashes or underscores.",
        )
    return key


def store_key(key: str, path: Path) -> None:
    """Save a key, readable by its owner only. Raises KeyFileError if invalid or not writable."""
    key = check_key(key)
    try:
        write_private(path, key.encode())
    except OSError as error:
        raise KeyFileError(f"The key cannot be stored in {path}: {error.strerror}.") from None


def _from_environment(environ: Mapping[str, str]) -> Credential | None:
    found = {name: environ[name] for name in ENVIRONMENT if environ.get(name, "").strip()}
    if len({value.strip() for value in found.values()}) > 1:
        raise KeyFileError(
            f"{' and '.join(found)} hold different keys.", hint="Unset the wrong one."
        )
    for name, value in found.items():
        return Credential(check_key(value, f"${name}"), f"${name}")
    return None
