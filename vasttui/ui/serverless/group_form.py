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

_MOST_PRICE = 10_000.0


@dataclass(frozen=True, slots=True)
class GroupTyped:
    """The form as it is filled in; `template` is one that was chosen here."""

    template: Template | None = None
    search: str = ""
    price: str = ""


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
    query = filter_of(group)
    return GroupTyped(search=own_search(group.search) if query is None else query, price=price)


def price_from(text: str) -> float:
    """The most a worker may cost in $/h; `ANY` for “any”. Raises VastError."""
    plain = text.strip().removeprefix("$").removesuffix("/h").strip()
    if plain.lower() == ANY_WORD:
        return ANY
    try:
        price = float(plain) if plain.isascii() else math.nan
    except ValueError:
        price = math.nan
    if not 0 < price <= _MOST_PRICE:
        raise VastError("Needs the most a worker may cost in $/h, or “any” for any price.")
    return price


def read_group(
    typed: GroupTyped, shown: WorkerGroup | None, gpu_names: Sequence[str]
) -> GroupReading:
    """Read the form of a group as it was `shown`, or of a new one. Its search is whole."""
    wrong: dict[str, str] = {}
    limit = None
    search = ""
    try:
        limit = price_from(typed.price)
    except VastError as error:
        wrong["price"] = f"{error}"
    before = typed_of(shown)
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
    if same and shown is not None and limit == shown.price_limit:
        new = old
    else:
        new = replace(old, search=whole)
    if typed.template is not None:
        new = replace(
            new, template_hash=typed.template.hash_id, template_id=typed.template.id
        )  # fmt: skip
    return GroupReading(new, limit)
