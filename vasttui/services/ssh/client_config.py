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
    agent's. `agent` is the socket of the agent that it asks: empty for none, None for the one of
    the environment."""

    identities: tuple[Path, ...]
    only: bool = False
    agent: str | None = None

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
    agent = next((value for name, value in pairs if name == "identityagent"), None)
    only = ("identitiesonly", "yes") in pairs
    return ClientConfig(tuple(identities), only, None if agent is None else _agent(agent))


def _agent(text: str) -> str | None:
    """The socket that `IdentityAgent` means (ssh_config(5))."""
    if text == "SSH_AUTH_SOCK":
        return None
    if text == "none":
        return ""
    if text.startswith("$") and not text.startswith("${"):
        return os.environ.get(text[1:], "")
    return str(_path(text))


def _path(text: str) -> Path:
    home = str(Path("~").expanduser())
    return Path(os.path.expanduser(text.replace("%d", home).replace("%%", "%")))
