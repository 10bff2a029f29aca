"""What an endpoint and a worker group are set to, as it is sent: always every field, because what
is left out the service may reset (client 1.9.1 `api/endpoints.py`)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vasttui.errors import VastError
from vasttui.models.serverless import Endpoint, WorkerGroup, wrong_endpoint_name
from vasttui.models.worker_search import own_search, price_limit, whole_search

_LIMITS = (
    "min_load", "min_cold_load", "target_util", "cold_mult", "cold_workers", "max_workers",
    "max_queue_time", "target_queue_time", "inactivity_timeout",
)  # fmt: skip
_MAY_BE_NULL = frozenset({"max_queue_time", "target_queue_time", "inactivity_timeout"})
_FEWER_COST_MORE = frozenset({"target_util", "max_queue_time", "target_queue_time"})
_WHOLE = frozenset({"cold_workers", "max_workers", "inactivity_timeout"})
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{0,6})?|\.[0-9]{1,6}")
_MOST_DIGITS = 6
_AUTOSCALER = "prod"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """The settings of an endpoint, with the official client's defaults. A time in seconds that is
    None is the service's own (30, 10 and not at all). Units: see `Endpoint`."""

    endpoint_name: str
    min_load: float = 0.0
    min_cold_load: float = 0.0
    target_util: float = 0.9
    cold_mult: float = 2.5
    cold_workers: int = 5
    max_workers: int = 20
    max_queue_time: float | None = None
    target_queue_time: float | None = None
    inactivity_timeout: float | None = None
    endpoint_state: str = ""
    """Empty for a new one: the service starts it active."""

    @property
    def body(self) -> dict[str, object]:
        """All fields as they are sent; also a state, if there is one."""
        limits = {name: getattr(self, name) for name in _LIMITS}
        off = self.inactivity_timeout
        limits["inactivity_timeout"] = None if off is None else round(off)  # whole seconds
        state = {"endpoint_state": self.endpoint_state} if self.endpoint_state else {}
        return {
            "client_id": "me", "endpoint_name": self.endpoint_name, **limits, **state,
            "autoscaler_instance": _AUTOSCALER,
        }  # fmt: skip

    def differs(self, endpoint: Endpoint) -> list[str]:
        """The names of the fields that an endpoint has otherwise; a time left to the service may be
        any."""
        wanted = {name: getattr(self, name) for name in ("endpoint_name", *_LIMITS)}
        names = [
            name
            for name, value in wanted.items()
            if not (value is None and name in _MAY_BE_NULL)
            and getattr(endpoint, name) != value
            and not (name == "min_cold_load" and endpoint.min_cold_load is None)
        ]
        same_state = self.endpoint_state in ("", endpoint.state)
        return names if same_state else [*names, "endpoint_state"]

    def can_cost_more(self, before: EndpointSettings) -> bool:
        """Whether more workers may run, or for longer, than with the settings `before`."""
        starts = self.endpoint_state == "active" != before.endpoint_state
        return starts or any(
            _costs_more(name, getattr(before, name), getattr(self, name)) for name in _LIMITS
        )


def _costs_more(name: str, old: float | None, new: float | None) -> bool:
    if old is None or new is None:  # what the service's own is may change
        return old is not new
    if name == "inactivity_timeout":
        return _lasting(new) > _lasting(old)
    return new < old if name in _FEWER_COST_MORE else new > old


def _lasting(off: float) -> tuple[bool, float]:
    """The longer workers stay unasked, the higher; below zero they never all go."""
    return off < 0, off if off > 0 else math.inf


def limit_from(name: str, text: str) -> float | int | None:
    """The value of a field of `EndpointSettings` as it was typed. Raises VastError.

    An empty text is the service's own, where it has one.
    """
    plain = text.strip()
    if not plain and name in _MAY_BE_NULL:
        return None
    if name in _WHOLE:
        least = None if name == "inactivity_timeout" else 0
        digits = plain.removeprefix("-") if least is None else plain
        if not digits.isascii() or not digits.isdecimal() or len(digits) > _MOST_DIGITS:
            raise VastError("Needs a whole number.")
        return int(plain)
    if not _NUMBER.fullmatch(plain):
        raise VastError("Needs a number, 0 or more.")
    number = float(plain)
    if name == "target_util" and not 0 < number <= 1:
        raise VastError("Needs a part: more than 0, at most 1.")
    return number


def settings_of(endpoint: Endpoint) -> EndpointSettings | None:
    """What an endpoint is set to now; None where a field of it could not be read, as sending it
    would change it."""
    known = {name: getattr(endpoint, name) for name in _LIMITS}
    if endpoint.min_cold_load is None:
        known["min_cold_load"] = 0.0  # not among the documented fields of the list
    missing = [name for name in _LIMITS if known[name] is None and name not in _MAY_BE_NULL]
    name = endpoint.endpoint_name or ""
    if missing or wrong_endpoint_name(name) or set(endpoint.unread) & {*_LIMITS, "endpoint_state"}:
        return None
    return EndpointSettings(endpoint_name=name, endpoint_state=endpoint.state, **known)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSettings:
    """The settings of a worker group. `search` is a text, completed when it is sent, or an object
    that is sent as it is. `launch_args` may have secrets in it."""

    endpoint_id: int
    endpoint_name: str | None = None
    template_hash: str | None = None
    template_id: int | None = None
    search: str | Mapping[str, object] = field(default="", hash=False)
    launch_args: str | None = field(default=None, repr=False)
    gpu_ram: float | None = None

    @property
    def search_params(self) -> str | Mapping[str, object]:
        """The whole search as it is sent."""
        return whole_search(self.search) if isinstance(self.search, str) else self.search

    @property
    def body(self) -> dict[str, object]:
        """All fields as they are sent."""
        return {
            "client_id": "me",
            "template_hash": self.template_hash,
            "template_id": self.template_id,
            "search_params": self.search_params,
            "launch_args": self.launch_args,
            "gpu_ram": self.gpu_ram,
            "endpoint_name": self.endpoint_name,
            "endpoint_id": self.endpoint_id,
            "autoscaler_instance": _AUTOSCALER,
        }

    def can_cost_more(self, before: GroupSettings) -> bool:
        """Whether it may take dearer machines than with the settings `before`: at once by any
        change but that of a lower price limit."""
        sent, was = self.search_params, before.search_params
        if self == replace(before, search=self.search) and isinstance(sent, str):
            new, old = price_limit(sent, None), price_limit(was, None)
            same = isinstance(was, str) and own_search(sent) == own_search(was)
            return not same or new is None or old is None or new > old
        return self != before

    def is_set_on(self, group: WorkerGroup) -> bool:
        """Whether a group has these settings, as far as the service tells."""
        wanted = (self.endpoint_id, self.template_hash, self.template_id, self.launch_args or "")
        has = (group.endpoint_id, group.template_hash, group.template_id, group.launch_args or "")
        same = all(ours in (None, "", theirs) for ours, theirs in zip(wanted, has, strict=True))
        ram = self.gpu_ram is None or self.gpu_ram == group.gpu_ram
        return same and ram and self._searches_as(group)

    def _searches_as(self, group: WorkerGroup) -> bool:
        sent, has = self.search_params, group.search_params
        if isinstance(sent, str) and isinstance(has, str):
            return sorted(sent.split()) == sorted(has.split())
        if isinstance(sent, str):  # the object it was parsed to is compared by what it may cost
            return price_limit(sent, None) == group.price_limit or group.price_limit is None
        return has is None or has == sent or sent == group.search_query


def group_settings_of(group: WorkerGroup) -> GroupSettings | None:
    """What a group is set to now; None where a field of it could not be read, or it has no search
    that could be sent again."""
    fields = {"endpoint_id", "template_hash", "template_id", "search_params", "launch_args"}
    search = group.search_params if group.search_params is not None else group.search_query
    if search is None or group.endpoint_id is None or set(group.unread) & fields:
        return None
    return GroupSettings(
        endpoint_id=group.endpoint_id, endpoint_name=group.endpoint_name,
        template_hash=group.template_hash, template_id=group.template_id, search=search,
        launch_args=group.launch_args, gpu_ram=group.gpu_ram,
    )  # fmt: skip
