"""A template: an image with the settings its author intended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Value = str | float | bool | None

SearchField = Literal["name", "image", "tag", "hash_id"]
"""What the service looks for words in (docs: "search templates")."""


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

    `env`, `ports` and `flags` (all others) come from the template's docker flags; the values of
    `env` are not shown. `needs` are what it asks of the host. `runtype` is the service's term,
    `direct` whether a direct connection is asked for (None: unknown); `args` go to the image's
    entrypoint. `used` is the number of instances created from it, `created_at` epoch seconds.
    `login` is the private registry; of its password only `has_password` is known. `private` is None
    if unknown, `mine` says whether it belongs to this account. `altered` names the texts that are
    not exactly what the service has: cleaned, or cut.
    """

    id: int
    hash_id: str
    name: str
    image: str = ""
    tag: str = ""
    runtype: str = ""
    direct: bool | None = None
    args: str = field(default="", repr=False)
    disk: float | None = None
    desc: str = ""
    onstart: str = field(default="", repr=False)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    ports: tuple[str, ...] = ()
    flags: tuple[str, ...] = field(default=(), repr=False)
    needs: tuple[Need, ...] = ()
    used: int | None = None
    created_at: float | None = None
    creator: int | None = None
    recommended: bool = False
    private: bool | None = None
    mine: bool = False
    is_vm: bool = False
    has_readme: bool = False
    href: str = ""
    login: str = ""
    has_password: bool = False
    altered: frozenset[str] = frozenset()

    @property
    def whole_image(self) -> str:
        """The image with its tag."""
        return f"{self.image}:{self.tag}" if self.tag else self.image

    @property
    def all_needs(self) -> tuple[Need, ...]:
        """`needs`, and for a virtual machine a host that runs such."""
        vm = (Need("vms_enabled", "eq", True),) if self.is_vm else ()
        return tuple(dict.fromkeys((*self.needs, *vm)))

    @property
    def is_direct(self) -> bool:
        """Whether it asks for a direct connection."""
        return bool(self.direct) or "direc" in self.runtype

    @property
    def readme(self) -> str:
        """The address of its page on the web; empty where its readme is not public."""
        return f"https://cloud.vast.ai/template/readme/{self.hash_id}" if self.has_readme else ""
