from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path

import pytest

from vasttui.errors import VastError
from vasttui.services.ssh.host_keys import forget_hosts


def hashed(name: str) -> str:
    """As written with `HashKnownHosts yes`."""
    salt = b"0123456789abcdefghij"
    digest = hmac.digest(salt, name.encode(), hashlib.sha1)
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"


LINES = {
    "seven": "vast-7 ssh-ed25519 AAAA\n",
    "seven again": "vast-7 ssh-rsa BBBB\n",
    "seventy": "vast-70 ssh-ed25519 AAAA\n",
    "hidden seven": f"{hashed('vast-7')} ssh-ed25519 AAAA\n",
    "hidden eight": f"{hashed('vast-8')} ssh-ed25519 AAAA\n",
    "several": "vast-9,192.0.2.1 ssh-ed25519 AAAA\n",
    "revoked": "@revoked vast-9 ssh-ed25519 AAAA\n",
    "comment": "# vast-7 is mine\n",
    "blank": "\n",
    "odd": "|1|no base64|* ssh-ed25519 AAAA\n",
    "short": "|1|\n",
    "bytes": "ab\udcff ssh-ed25519 AAAA\n",
}


def write(path: Path, *names: str) -> None:
    path.write_text("".join(LINES[name] for name in names), errors="surrogateescape")


@pytest.mark.parametrize(
    ("ids", "gone"),
    [
        ([7], {"seven", "seven again", "hidden seven"}),
        ([8], {"hidden eight"}),
        ([9], {"several", "revoked"}),
        ([7, 70], {"seven", "seven again", "hidden seven", "seventy"}),
        ([1], set()),
        ([], set()),
    ],
)
def test_the_keys_of_these_instances_go_and_no_others(
    tmp_path: Path, ids: list[int], gone: set[str]
) -> None:
    path, wanted = tmp_path / "known_hosts", tmp_path / "wanted"
    write(path, *LINES)
    write(wanted, *(name for name in LINES if name not in gone))
    assert forget_hosts(path, ids) == len(gone)
    assert path.read_bytes() == wanted.read_bytes()
    if gone:
        assert path.stat().st_mode & 0o777 == 0o600


def test_without_a_file_there_is_nothing_to_forget(tmp_path: Path) -> None:
    assert forget_hosts(tmp_path / "known_hosts", [7]) == 0
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_when_nothing_goes(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    write(path, "seventy")
    before = path.stat()
    assert forget_hosts(path, [7]) == 0
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(VastError, match="could not be changed"):
        forget_hosts(tmp_path, [7])
