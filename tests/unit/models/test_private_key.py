"""Private keys are recognised in whatever is about to be sent to a host."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from tests.support.fake_renting import REQUEST
from tests.support.offer_rows import row
from vasttui.models.private_key import SENTENCE, holds_private_key
from vasttui.models.rent_checks import problems

OPENSSH = (
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
    "-----END OPENSSH PRIVATE KEY-----\n"
)
PEMS = [
    f"-----BEGIN {kind}PRIVATE KEY-----\nMIIEvQIBADAN\n-----END"
    for kind in ("", "RSA ", "EC ", "DSA ", "ENCRYPTED ")
]


@pytest.mark.parametrize(
    "text",
    [
        OPENSSH, OPENSSH.replace("\n", " "), OPENSSH.replace("\n", ""),
        OPENSSH.split("\n")[1], base64.b64encode(OPENSSH.encode()).decode(),
        "x" * 3 + " " + base64.urlsafe_b64encode(OPENSSH.encode()).decode(), *PEMS,
        "-----BEGIN PGP PRIVATE KEY BLOCK-----", "PuTTY-User-Key-File-3: ssh-ed25519",
        "AGE-SECRET-KEY-1QQQQ", f"cat > k <<E\n{OPENSSH}E\nchmod 600 k",
        OPENSSH.replace("\n", "\\n"),
    ],
)  # fmt: skip
def test_a_private_key_is_seen(text: str) -> None:
    assert holds_private_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "train", "pip install torch && python train.py", "hf_" + "a" * 40,
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZha2Uga2V5IG9mIHRoZSBkZW1vIGFjY291bnQh me",
        "-----BEGIN CERTIFICATE-----\nMIIEvQIBADAN", "ssh-keygen -t ed25519 # makes a private key",
        "-----BEGIN PUBLIC KEY-----",
    ],
)  # fmt: skip
def test_what_is_no_private_key_is_not(text: str) -> None:
    assert not holds_private_key(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", OPENSSH), ("onstart", OPENSSH), ("env", {"A": "1", "KEY": OPENSSH}),
        ("args", ("--key", OPENSSH)), ("login", f"-u me -p {PEMS[0]} docker.io"),
    ],
)  # fmt: skip
def test_no_request_holds_one(field: str, value: Any) -> None:
    request = replace(REQUEST, **{field: value})
    first = problems(request, row().offer)[0]
    assert (first.field, first.sentence) == (field, SENTENCE)
