"""Templates of the demo account, and drafts of others."""

from __future__ import annotations

from typing import Any

from vasttui.api.client import VastClient
from vasttui.clock import Clock, VirtualClock
from vasttui.models.rent import Launch
from vasttui.models.template import Template
from vasttui.models.template_draft import TemplateDraft
from vasttui.services.templates import TemplateShelf

ME = 123_456
"""The demo account."""


def draft(**changes: Any) -> TemplateDraft:
    """A template that does not exist yet."""
    fields: dict[str, Any] = {
        "name": "mine-too", "image": "vllm/vllm-openai:v0.11.0", "launch": Launch.SSH, "disk": 40.0,
        "ports": ("8000",), "env": {"HF_TOKEN": "hf_hunter2", "A": "two words"},
        "onstart": "echo a\necho b", "filters": {"cuda_max_good": {"gte": 12.8}},
        "desc": "for tests",
    }  # fmt: skip
    return TemplateDraft(**{**fields, **changes})


def shelf(client: VastClient, clock: Clock | None = None) -> TemplateShelf:
    """Changes the templates of this client's account."""
    return TemplateShelf(client.templates, client.account, clock or VirtualClock())


async def own(client: VastClient, name: str) -> Template:
    """The account's template of that name."""
    return next(one for one in await client.templates.own(ME) if one.name == name)


async def names(client: VastClient) -> list[str]:
    """The names of the account's templates."""
    return [one.name for one in await client.templates.own(ME)]
