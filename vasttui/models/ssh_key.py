"""A public SSH key, on the account, on an instance or on this computer."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SshKey:
    """`text` is `type base64 [comment]` on one line; `id` is the service's id, if it has one.

    `created_at` is as the service sends it (docs: "show ssh keys").
    """

    text: str
    id: int | None = None
    created_at: str | None = None

    @property
    def kind(self) -> str:
        """The key type: `ssh-ed25519`, `ssh-rsa`, ..."""
        return self.text.partition(" ")[0]

    @property
    def type(self) -> str:
        """The key type, and its bits if these vary: `ed25519`, `rsa 2048`, `ecdsa 256`."""
        name = self.kind.removeprefix("sk-").partition("@")[0].removeprefix("ssh-")
        if name == "rsa":
            return f"rsa {_rsa_bits(self.blob)}".rstrip("? ")
        return name.replace("-sha2-nistp", " ")

    @property
    def blob(self) -> str:
        """The key itself in base64: texts with the same blob are the same key."""
        return [*self.text.split(), "", ""][1]

    @property
    def comment(self) -> str:
        """The owner's comment, often `user@computer`."""
        return " ".join(self.text.split()[2:])


def _rsa_bits(blob: str) -> int | str:
    """The bits of the modulus, the last of three length-prefixed parts (RFC 4253, 6.6)."""
    try:
        data = base64.b64decode(blob, validate=True)
    except (binascii.Error, ValueError):
        return "?"
    parts = []
    while len(data) >= 4:
        size = int.from_bytes(data[:4], "big")
        parts.append(data[4 : 4 + size])
        data = data[4 + size :]
    return int.from_bytes(parts[2], "big").bit_length() if len(parts) == 3 else "?"
