"""A template: an image with the settings its author intended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Need:
    """A condition on the host: `field` and `op` in the service's words, `value` to compare with (a
    tuple for `in` and `notin`). An empty `op` means that it could not be read."""

    field: str
    op: str = ""
    value: Value | tuple[Value, ...] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """`image` with its `tag`, and the recommended `disk` in GB (docs: "search templates").

    `env` and `ports` come from the template's docker flags; the values of `env` are not shown.
    `needs` are what it asks of the host. `runtype` is the service's term. `used` is the number of
    instances created from it.
    """

    id: int
    hash_id: str
    name: str
    image: str = ""
    tag: str = ""
    runtype: str = ""
    disk: float | None = None
    desc: str = ""
    onstart: str = field(default="", repr=False)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    ports: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    used: int = 0
    recommended: bool = False
    private: bool = False
