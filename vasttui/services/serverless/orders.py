"""An endpoint or a worker group that is asked for: as it is written in the journal, and told from
others in the list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Protocol, TypeVar

from vasttui.models.endpoint_settings import EndpointSettings, GroupSettings
from vasttui.models.serverless import Endpoint, WorkerGroup, wrong_endpoint_name
from vasttui.services.serverless.words import each_and_all
from vasttui.text import clean

Made_contra = TypeVar("Made_contra", contravariant=True)

_UNWRITTEN = "launch_args"
"""May have secrets in it."""


class Order(Protocol[Made_contra]):
    """What is asked for."""

    @property
    def target(self) -> str:
        """Of its row in the journal: there is one that is open for each."""

    @property
    def name(self) -> str:
        """Of the endpoint."""

    @property
    def what(self) -> str:
        """`An endpoint “llama-70b”`."""

    @property
    def details(self) -> Mapping[str, str]:
        """Its row in the journal, without secrets."""

    def may_be(self, one: Made_contra) -> bool:
        """Whether this may be it."""

    def differs(self, one: Made_contra) -> list[str]:
        """What this has otherwise than was asked for."""

    def came(self, one: Made_contra, most: int | None) -> str:
        """What this is, and what is to be known of it; its endpoint may have `most` workers."""


@dataclass(frozen=True, slots=True)
class EndpointOrder:
    """An endpoint with these settings."""

    settings: EndpointSettings

    @property
    def target(self) -> str:
        """Its name: two of one name both bill."""
        return self.name

    @property
    def name(self) -> str:
        """Its name."""
        return self.settings.endpoint_name

    @property
    def what(self) -> str:
        """`An endpoint “llama-70b”`."""
        return f"An endpoint “{self.name}”"

    @property
    def details(self) -> Mapping[str, str]:
        """Its row in the journal."""
        return {"settings": json.dumps(asdict(self.settings))}

    def may_be(self, one: Endpoint) -> bool:
        """Whether it has the name."""
        return one.endpoint_name == self.name

    def differs(self, one: Endpoint) -> list[str]:
        """The names of the limits that are others."""
        return self.settings.differs(one)

    def came(self, one: Endpoint, most: int | None) -> str:
        """`as 19401. Look whether it has a worker group: …`."""
        names = ", ".join(name.replace("_", " ") for name in self.differs(one))
        other = f", but with another {names}" if names else ""
        return (
            f"as {one.id}{other}. Look whether it has a worker group: without one it starts no "
            "worker."
        )


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """A worker group with these settings."""

    settings: GroupSettings

    @property
    def target(self) -> str:
        """Its endpoint: while one may still come, another would bill besides."""
        return f"{self.settings.endpoint_id}"

    @property
    def name(self) -> str:
        """Of its endpoint, with its id: others may have the name."""
        name, number = self.settings.endpoint_name, self.settings.endpoint_id
        return f"{name} ({number})" if name else f"endpoint {number}"

    @property
    def what(self) -> str:
        """`A worker group of llama-70b (19392)`."""
        return f"A worker group of {self.name}"

    @property
    def details(self) -> Mapping[str, str]:
        """Its row in the journal."""
        kept = {name: value for name, value in asdict(self.settings).items() if name != _UNWRITTEN}
        return {"settings": json.dumps(kept)}

    def may_be(self, one: WorkerGroup) -> bool:
        """Whether it is of the endpoint and set as this was."""
        return self.settings.is_set_on(one)

    def differs(self, one: WorkerGroup) -> list[str]:
        """Nothing: what differs is another one."""
        return []

    def came(self, one: WorkerGroup, most: int | None) -> str:
        """`as 4701: at most $0.450/h each, $7.200/h in all (16 workers).`"""
        return f"as {one.id}: {each_and_all(one, most)}."


def endpoint_order_from(details: Mapping[str, str]) -> EndpointOrder | None:
    """The order in a row of the journal; None if the row is damaged."""
    try:
        order = EndpointOrder(EndpointSettings(**json.loads(details["settings"])))
        return None if wrong_endpoint_name(order.settings.endpoint_name) else order
    except (KeyError, ValueError, TypeError, RecursionError):
        return None


def group_order_from(details: Mapping[str, str]) -> GroupOrder | None:
    """The order in a row of the journal; None if the row is damaged."""
    try:
        kept = json.loads(details["settings"])
        kept["endpoint_name"] = kept["endpoint_name"] and clean(kept["endpoint_name"])
        order = GroupOrder(GroupSettings(**kept))
        is_whole = type(order.settings.endpoint_id) is int
        return order if is_whole and isinstance(order.settings.search, str | dict) else None
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return None
