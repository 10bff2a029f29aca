"""What is about to be asked of the service, as the journal keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vasttui.errors import VastError

SENT = "sent"
"""The state of every row as it is opened: written before the request, so perhaps sent."""


class JournalUnwritable(VastError):
    """The journal cannot be written, so nothing may be sent that needs a row in it."""


class IntentExists(VastError):
    """The same is being done already, by another window as a rule."""

    def __init__(self) -> None:
        super().__init__("Another vasttui window is already doing this.")


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that was about to be asked. `opened_at` is epoch seconds.

    `kind` says what is done, `target` to what; `state` and `note` are words of whoever opened it.
    Nothing of it is secret.
    """

    id: int
    kind: str
    target: str
    state: str
    details: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    opened_at: float = 0.0
