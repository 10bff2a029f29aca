"""Who is signed in and what money is left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The answer to `GET /users/current`, without its secrets (docs: "show user").

    `credit` is the prepaid money left in $, `balance` what is owed or earned, usually 0.
    """

    id: int
    username: str | None = None
    email: str | None = None
    credit: float | None = None
    balance: float | None = None
    has_billing: bool | None = None
    host_only: bool | None = None
    tfa_status: str | None = None

    @property
    def name(self) -> str:
        """What to call the account on screen."""
        return self.username or self.email or f"account {self.id}"
