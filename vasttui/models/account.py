"""The account and its credit."""

from __future__ import annotations

import re
from dataclasses import dataclass

_API_KEY = re.compile(r"[A-Za-z0-9._-]{16,256}")


def is_api_key(text: str) -> bool:
    """Whether the text looks like an API key and can be sent in a header."""
    return _API_KEY.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The answer to `GET /users/current`, without its secrets (docs: "show user").

    `credit` is the remaining prepaid credit in $, `balance_threshold` an amount in $ that the
    account watches, where `balance_threshold_enabled`: what happens below it is not documented.
    `key_id` is the id of the key that the request was sent with.
    """

    id: int
    username: str | None = None
    email: str | None = None
    credit: float | None = None
    balance_threshold: float | None = None
    balance_threshold_enabled: bool | None = None
    key_id: int | None = None

    @property
    def threshold(self) -> float | None:
        """The threshold in $, where one above zero is enabled."""
        wanted = self.balance_threshold_enabled and (self.balance_threshold or 0.0) > 0
        return self.balance_threshold if wanted else None

    @property
    def name(self) -> str:
        """The account's name on screen."""
        return self.username or self.email or f"account {self.id}"
