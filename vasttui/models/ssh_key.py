"""A public SSH key, on the account, on an instance or on this computer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SshKey:
    """`text` is `type base64 [comment]` on one line; `id` is the service's, where it has one.

    `created_at` is the service's own spelling (docs: "show ssh keys").
    """

    text: str
    id: int | None = None
    created_at: str | None = None

    @property
    def kind(self) -> str:
        """`ssh-ed25519`, `ssh-rsa`, ..."""
        return self.text.partition(" ")[0]

    @property
    def blob(self) -> str:
        """The key itself, in base64: two texts with the same one are the same key."""
        return [*self.text.split(), "", ""][1]

    @property
    def comment(self) -> str:
        """What its owner wrote behind it, often `user@computer`."""
        return " ".join(self.text.split()[2:])
