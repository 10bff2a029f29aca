"""API keys of the account (docs: "show api keys", "create api key")."""

from __future__ import annotations

from dataclasses import dataclass, field

from vasttui.models.rights import Rights

UNREAD = Rights()


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, without its text, which the service gives only once. `created_at` is epoch seconds,
    `permissions` the JSON of its rights as the service wrote it."""

    id: int
    name: str | None = None
    team_id: int | None = None
    team_name: str | None = None
    created_at: float | None = None
    rights: Rights = UNREAD
    permissions: str = ""

    @property
    def title(self) -> str:
        """Its name on screen."""
        return self.name or f"key {self.id}"


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key that was just made, with its text."""

    id: int
    key: str = field(repr=False)
