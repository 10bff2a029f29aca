"""A public SSH key, on the account, on an instance or on this computer."""

from __future__ import annotations

import base64
import binascii

from msgspec import Struct


class SshKey(Struct, frozen=True):
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

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the key is missing or too much, by the lengths in it."""
        kind, *parts = _parts(self.blob) or [b""]
        wanted = _SIZES.get(self.kind)
        return (
            kind == self.kind.encode()
            and wanted is not None
            and len(parts) == len(wanted)
            and (
                all(
                    low <= len(part) <= high
                    for part, (low, high) in zip(parts, wanted, strict=True)
                )
            )
        )


_ANY = (1, 8192)
_POINTS = {name: (size, size) for name, size in (("256", 65), ("384", 97), ("521", 133))}
_SIZES: dict[str, tuple[tuple[int, int], ...]] = {
    "ssh-ed25519": ((32, 32),),
    "ssh-rsa": (_ANY, (128, 2049)),
    "sk-ssh-ed25519@openssh.com": ((32, 32), _ANY),
    "sk-ecdsa-sha2-nistp256@openssh.com": (_ANY, _POINTS["256"], _ANY),
    **{f"ecdsa-sha2-nistp{name}": (_ANY, size) for name, size in _POINTS.items()},
}
"""Least and most bytes of the parts after the name of the kind (RFC 4253, 5656, 8709; OpenSSH's
PROTOCOL.u2f)."""


def _parts(blob: str) -> list[bytes] | None:
    """The length-prefixed parts of a key (RFC 4253, 6.6); None if they do not add up."""
    try:
        data = base64.b64decode(blob, validate=True)
    except (binascii.Error, ValueError):
        return None
    parts = []
    while data:
        size = int.from_bytes(data[:4], "big")
        if len(data) < 4 + size:
            return None
        parts.append(data[4 : 4 + size])
        data = data[4 + size :]
    return parts


def _rsa_bits(blob: str) -> int | str:
    """The bits of the modulus, the last of three parts."""
    parts = _parts(blob) or []
    return int.from_bytes(parts[2], "big").bit_length() if len(parts) == 3 else "?"
