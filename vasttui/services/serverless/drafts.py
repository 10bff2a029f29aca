"""What was typed for something that is not made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vasttui.models.template import Template


@dataclass(frozen=True, slots=True)
class Draft:
    """The texts of a form by field, and the template that was chosen in it."""

    texts: Mapping[str, str] = field(default_factory=dict)
    template: Template | None = None


class Drafts:
    """The forms of what was to be made, until it is; kept for this run only."""

    def __init__(self) -> None:
        self._endpoint = Draft()
        self._groups: dict[int, Draft] = {}

    @property
    def endpoint(self) -> Draft:
        """Of a new endpoint with its first group."""
        return self._endpoint

    def of_group(self, endpoint_id: int) -> Draft:
        """Of a new group of an endpoint."""
        return self._groups.get(endpoint_id, Draft())

    def keep(self, draft: Draft, endpoint_id: int | None = None) -> None:
        """Keep the form of a new endpoint, or of a new group of that endpoint."""
        if endpoint_id is None:
            self._endpoint = draft
        else:
            self._groups[endpoint_id] = draft

    def endpoint_made(self, endpoint_id: int) -> None:
        """The endpoint is made; its first group is not."""
        self._groups[endpoint_id], self._endpoint = self._endpoint, Draft()

    def group_made(self, endpoint_id: int) -> None:
        """The group is made."""
        self._groups.pop(endpoint_id, None)
