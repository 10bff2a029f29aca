"""A worker group as it is typed: template, search, and the most a worker may cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from vasttui.errors import VastError
from vasttui.models.endpoint_settings import GroupSettings, group_settings_of
from vasttui.models.serverless import WorkerGroup
from vasttui.models.template import Template
from vasttui.models.worker_search import ANY, own_search, with_price
from vasttui.services.serverless.supply import as_search
from vasttui.ui.serverless.actions import filter_of

ANY_WORD = "any"
"""What is typed to accept any price."""

_MOST = 10_000.0


@dataclass(frozen=True, slots=True)
class GroupTyped:
    """The form as it is filled in; `template` is one that was chosen here."""

    template: Template | None = None
    search: str = ""
    price: str = ""
    gpu_ram: str = ""


@dataclass(frozen=True, slots=True)
class GroupReading:
    """What was typed: what is to be sent, without an endpoint for a new one, the limit in $/h (None
    while there is none), and what is wrong by field."""

    settings: GroupSettings | None = None
    limit: float | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)


def typed_of(group: WorkerGroup | None) -> GroupTyped:
    """The form of a group; None: of a new one."""
    if group is None:
        return GroupTyped()
    limit = group.price_limit
    price = "" if limit is None else ANY_WORD if limit == ANY else f"{limit:.10g}"
    query, ram = filter_of(group), group.gpu_ram
    return GroupTyped(
        search=own_search(group.search) if query is None else query, price=price,
        gpu_ram="" if ram is None else f"{ram:.10g}",
    )  # fmt: skip


def price_from(text: str) -> float:
    """The most a worker may cost in $/h; `ANY` for “any”. Raises VastError."""
    plain = text.strip().removeprefix("$").removesuffix("/h").strip()
    if plain.lower() == ANY_WORD:
        return ANY
    price = _number(plain)
    if not 0 < price <= _MOST:
        raise VastError("Needs the most a worker may cost in $/h, or “any” for any price.")
    return price


def gpu_ram_from(text: str, before: str) -> float | None:
    """The GPU RAM in GB that is typed; `before` is what stood there. Raises VastError."""
    plain = text.strip().removesuffix("GB").strip()
    if not plain and not before:
        return None
    ram = _number(plain)
    if not 0 < ram <= _MOST:
        set_once = "; what was once set cannot be taken back" if before else ""
        raise VastError(f"Needs GB, more than 0{set_once}.")
    return ram


def _number(plain: str) -> float:
    try:
        return float(plain) if plain.isascii() else math.nan
    except ValueError:
        return math.nan


def read_group(
    typed: GroupTyped, shown: WorkerGroup | None, gpu_names: Sequence[str]
) -> GroupReading:
    """Read the form of a group as it was `shown`, or of a new one. Its search is whole."""
    wrong: dict[str, str] = {}
    limit = ram = None
    search = ""
    try:
        limit = price_from(typed.price)
    except VastError as error:
        wrong["price"] = f"{error}"
    before = typed_of(shown)
    same_ram = typed.gpu_ram == before.gpu_ram
    try:
        ram = None if same_ram else gpu_ram_from(typed.gpu_ram, before.gpu_ram)
    except VastError as error:
        wrong["gpu_ram"] = f"{error}"
    same = shown is not None and typed.search.split() == before.search.split()
    try:
        search = own_search(shown.search) if same and shown else as_search(typed.search, gpu_names)
    except VastError as error:
        wrong["search"] = f"{error}"
    if shown is None and typed.template is None:
        wrong["template"] = "Choose a template: its image is what a worker runs."
    old = GroupSettings(endpoint_id=0) if shown is None else group_settings_of(shown)
    if wrong or old is None:
        return GroupReading(None, limit, wrong)
    unpriced = limit == ANY or limit is None
    whole = with_price(search, None if unpriced else limit)
    new = old if same_ram else replace(old, gpu_ram=ram)
    if not same or shown is None or limit != shown.price_limit:
        new = replace(new, search=whole)
    if typed.template is not None:
        new = replace(
            new, template_hash=typed.template.hash_id, template_id=typed.template.id
        )  # fmt: skip
    return GroupReading(new, limit)
