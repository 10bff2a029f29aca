"""Who is signed in and what money is left."""

from __future__ import annotations

import re
from dataclasses import dataclass

_API_KEY = re.compile(r"[A-Za-z0-9._-]{16,256}")


def is_api_key(text: str) -> bool:
    """Whether this may be an API key, and can be sent in a header."""
    return _API_KEY.fullmatch(text) is not None


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
