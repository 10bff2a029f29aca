from __future__ import annotations

import base64

import pytest

from tests.support.ssh_keys import public_key
from vasttui.models.ssh_key import SshKey
from vasttui.services.ssh.local_keys import KINDS


def part(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def rsa(bits: int) -> str:
    modulus = (1 << (bits - 1)) + 1
    size = bits // 8 + 1
    blob = part(b"ssh-rsa") + part(b"\x01\x00\x01") + part(modulus.to_bytes(size, "big"))
    return f"ssh-rsa {base64.b64encode(blob).decode()} me@desk"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ssh-ed25519 AAAA me", "ed25519"),
        (rsa(2048), "rsa 2048"),
        (rsa(4096), "rsa 4096"),
        ("ssh-rsa not-base64 me", "rsa"),
        ("ssh-rsa AAAA", "rsa"),
        ("ecdsa-sha2-nistp256 AAAA", "ecdsa 256"),
        ("sk-ssh-ed25519@openssh.com AAAA token", "ed25519"),
        ("", ""),
    ],
)
def test_the_type_says_what_people_call_it(text: str, shown: str) -> None:
    assert SshKey(text).type == shown


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_key_that_was_cut_is_not_whole(kind: str) -> None:
    name, blob, _ = public_key(kind=kind).split()
    assert SshKey(f"{name} {blob} me").is_whole
    data = base64.b64decode(blob)
    for cut in range(len(data)):
        assert not SshKey(f"{name} {base64.b64encode(data[:cut]).decode()}").is_whole
    assert not SshKey(f"{name} {base64.b64encode(data + b'x').decode()}").is_whole
    assert not SshKey(f"{name} {blob[:-3]}").is_whole
    other = "ssh-rsa" if kind != "ssh-rsa" else "ssh-ed25519"
    assert not SshKey(f"{other} {blob}").is_whole
