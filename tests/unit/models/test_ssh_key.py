from __future__ import annotations

import base64

import pytest

from vasttui.models.ssh_key import SshKey


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
