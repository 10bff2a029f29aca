"""Which keys ssh would offer, as the user's configuration has it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vasttui.errors import VastError
from vasttui.services.ssh.local_keys import LocalKey
from vasttui.services.system.programs import Run

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """The private keys that ssh tries, and whether it tries `only` them and no other of the
    agent's."""

    identities: tuple[Path, ...]
    only: bool = False

    def offers(self, key: LocalKey) -> bool:
        """Whether ssh offers this key to the server."""
        named = key.private_path in self.identities or key.path in self.identities
        return named or (key.in_agent and not self.only)


async def client_config(argv: Sequence[str], run: Run) -> ClientConfig | None:
    """What `ssh -G` says of this command, which it does not run; None if it says nothing."""
    try:
        asked = await run([argv[0], "-G", *argv[1:]], _SECONDS)
    except (VastError, TimeoutError):
        return None
    pairs = [line.partition(" ")[::2] for line in asked.out.splitlines()] if not asked.code else []
    identities = [_path(value) for name, value in pairs if name == "identityfile"]
    if not identities:
        return None
    return ClientConfig(tuple(identities), ("identitiesonly", "yes") in pairs)


def _path(text: str) -> Path:
    home = str(Path("~").expanduser())
    return Path(os.path.expanduser(text.replace("%d", home).replace("%%", "%")))
