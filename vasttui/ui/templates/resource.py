"""The list of templates: its columns and details."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Resource
from vasttui.models.instance import Instance
from vasttui.models.template import Template
from vasttui.query.template_fields import TEMPLATES, least_cuda
from vasttui.ui.templates import lines
from vasttui.words import plural

EVERY = 900.0
"""Seconds after which the list is read again: it hardly changes."""


WHOSE = ("yours", "recommended", "found")


def templates_resource(
    read: Callable[[Any], Awaitable[Sequence[Template]]],
    instances: Callable[[], Sequence[Instance]],
    is_starred: Callable[[Template], bool],
    empty: str,
) -> Resource[Template]:
    """`instances` are those of the account; `empty` explains an empty list."""

    def name(template: Template) -> Cell:
        return (f"* {template.name}", "warn") if is_starred(template) else (template.name, "")

    return Resource(
        name="templates",
        noun="template",
        id=lambda t: t.id,
        columns=(
            Column("name", "Name", 28, name, "name; * those you starred", 0, left=True,
                   grows=True, value=lambda t: t.name.casefold(), plain=lambda t: t.name),
            Column("whose", "Whose", 8, lines.whose, "yours, ★ recommended by Vast.ai, or found",
                   1, left=True, value=lambda t: -1 if is_starred(t) else lines.rank(t),
                   plain=lambda t: WHOSE[lines.rank(t)]),
            Column("image", "Image", 32, lambda t: (t.whole_image, ""), "image and tag", 5,
                   left=True, value=lambda t: t.whole_image),
            Column("launch", "Launch", 11, lines.launch, "launch mode", 3, left=True,
                   value=lambda t: lines.launch(t)[0]),
            Column("disk", "Disk", 5, lines.disk, "recommended disk, GB", 2,
                   value=lambda t: t.disk,
                   plain=lambda t: "" if t.disk is None else f"{t.disk:g}"),
            Column("cuda", "CUDA", 5, lines.cuda, "least CUDA version it needs", 4,
                   value=least_cuda,
                   plain=lambda t: "" if not least_cuda(t) else f"{least_cuda(t):g}"),
            Column("ports", "Ports", 5, lambda t: (f"{len(t.ports)}", ""), "number of open ports",
                   8, value=lambda t: len(t.ports)),
            Column("created", "Created", 10, lambda t: (lines.created(t), "dim"), "created on", 6,
                   value=lambda t: t.created_at, best_first=True),
            Column("variables", "Vars", 4, lambda t: (f"{len(t.env)}", ""), "number of variables",
                   9, value=lambda t: len(t.env)),
            Column("used", "Rented", 8, lambda t: ("-" if t.used is None else f"{t.used:,}", "dim"),
                   "instances made from it, by everybody", 10, value=lambda t: t.used,
                   best_first=True),
            Column("id", "Id", 7, lambda t: (f"{t.id}", "dim"), "template id", 11,
                   value=lambda t: t.id),
            Column("hash", "Hash", 32, lambda t: (t.hash_id, "dim"), "hash id", 12, left=True,
                   value=lambda t: t.hash_id),
        ),
        shown=("name", "whose", "image", "launch", "disk", "cuda", "ports", "created"),
        fields=TEMPLATES,
        sort=(("whose", False), ("name", False)),
        summary=summary,
        details={
            "Overview": lambda t: lines.overview(t, instances()),
            "On start": lines.on_start,
            "Variables": lines.variables,
            "Raw": lines.raw,
        },
        read=read,
        every=EVERY,
        empty=empty,
        hints=("type to filter: mine", "image:vllm", "cuda<=12.8", "vm"),
    )  # fmt: skip


def summary(templates: Sequence[Template]) -> str:
    """`41 templates: 2 yours, 37 recommended, 2 found`."""
    counts = [0, 0, 0]
    for template in templates:
        counts[lines.rank(template)] += 1
    named = zip(counts, WHOSE, strict=True)
    parts = ", ".join(f"{number} {word}" for number, word in named if number)
    return f"{plural(len(templates), 'template')}{': ' if parts else ''}{parts}"
