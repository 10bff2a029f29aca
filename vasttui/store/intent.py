"""A request that is about to be sent, as recorded in the journal."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from vasttui.errors import VastError

SENT = "sent"
"""The first state of every row: it is written before the request, so it may have been sent."""


class JournalUnwritable(VastError):
    """The journal cannot be written, so no request that needs a row may be sent."""


class IntentExists(VastError):
    """The same action is already in progress, usually in another window."""

    def __init__(self, sentence: str = "Another vasttui window is already doing this.") -> None:
        super().__init__(sentence)


class Owner(Struct, frozen=True):
    """Whose a row is: `key` is a digest of the service's address and the API key, `account` names
    service and account. Both are empty where unknown."""

    key: str = ""
    account: str = ""

    def owns(self, other: Owner) -> bool | None:
        """Whether `other` is the same account; None if that is unknown. A key has one account, an
        account may have several keys."""
        if self.key == other.key and (self.key or self.account == other.account):
            return True
        if self.account and other.account:
            return self.account == other.account
        return None


class Intent(Struct, frozen=True):
    """One action recorded before its request was sent. `opened_at` is epoch seconds.

    `kind` is the action, `target` what it acts on; `state` and `note` are set by its owner. It
    contains no secrets.
    """

    id: int
    kind: str
    target: str
    state: str
    details: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    opened_at: float = 0.0
    owner: Owner = Owner()
