"""A template: an image with the settings its author intended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """`image` with its `tag`, and the recommended `disk` in GB (docs: "search templates").

    `runtype` is the service's term. `used` is the number of instances created from it.
    """

    id: int
    hash_id: str
    name: str
    image: str = ""
    tag: str = ""
    runtype: str = ""
    disk: float | None = None
    desc: str = ""
    used: int = 0
    recommended: bool = False
