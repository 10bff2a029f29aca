"""The one table of requests that change something. The failure matrix of each is made from it.

A new request needs a row here, with a `change` if a screen makes it with
`services/confirmed_write.py`. Tests: tests/contract/test_writes.py, and on the wire
tests/unit/api/test_failure_matrix_instances.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.ssh_keys import public_key
from vasttui.api.client import VastClient
from vasttui.api.outcome import Outcome
from vasttui.clock import Clock
from vasttui.models.ssh_key import SshKey
from vasttui.services.ssh.fixes import SshFixer
from vasttui.simulator.world import ACCOUNT_KEY

FIRST_KEY = 4_100
"""The id of the first key on the demo account."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A whole change as a screen makes it, on the demo account.

    `make` raises VastError. `is_done` reads whether the account shows it, `route` is its request in
    the simulator. `sends`: how often it may be sent after an unknown outcome. `needs_answer`: the
    answer holds what cannot be read again, so that without it the change has failed.
    """

    route: str
    make: Callable[[VastClient, Clock], Awaitable[object]]
    is_done: Callable[[VastClient], Awaitable[bool]]
    sends: int = 2
    needs_answer: bool = False


@dataclass(frozen=True, kw_only=True)
class Write:
    """One request: `operation` is its row in the operations table.

    `answers` are what the service says when it did it, in every known shape; `refusals` documented
    ones: status, code and words. `change` is None where the change has a matrix of its own.
    """

    operation: str
    send: Callable[[VastClient], Awaitable[Outcome]]
    answers: tuple[object, ...] = ({"success": True},)
    refusals: tuple[tuple[int, str, str], ...] = ()
    change: Change | None = None


def fixer(client: VastClient, clock: Clock) -> SshFixer:
    """Changes SSH keys."""
    return SshFixer(client.ssh_keys, clock, str(Path("known_hosts")), "me@laptop")


NEW_KEY = SshKey(public_key("new"))
OLD_KEY = SshKey(ACCOUNT_KEY, FIRST_KEY)


async def _has(client: VastClient, key: SshKey) -> bool:
    return any(one.blob == key.blob for one in await client.ssh_keys.list())


async def _lacks_old_key(client: VastClient) -> bool:
    return not await _has(client, OLD_KEY)


_NO_KEY = (400, "no_ssh_key", "No ssh key provided")

INSTANCES = {
    "start": Write(operation="manage", send=lambda c: c.instances.set_state(7, "running")),
    "stop": Write(operation="manage", send=lambda c: c.instances.set_state(7, "stopped")),
    "label": Write(operation="manage", send=lambda c: c.instances.set_label(7, "x")),
    "reboot": Write(operation="reboot", send=lambda c: c.instances.reboot(7)),
    "recycle": Write(operation="recycle", send=lambda c: c.instances.recycle(7)),
    "bid": Write(operation="bid", send=lambda c: c.instances.change_bid(7, 0.2)),
    "destroy": Write(operation="destroy", send=lambda c: c.instances.destroy(7)),
    "accept": Write(
        operation="accept_increase", send=lambda c: c.price_increases.answer(7, accept=True)
    ),
    "reject": Write(
        operation="reject_increase", send=lambda c: c.price_increases.answer(7, accept=False)
    ),
    "attach": Write(operation="attach_ssh_key", send=lambda c: c.ssh_keys.attach(7, NEW_KEY.text)),
    "detach": Write(operation="detach_ssh_key", send=lambda c: c.ssh_keys.detach(7, 3)),
}
"""Their changes: tests/unit/services, test_failure_matrix_actions.py and _keys.py."""

SSH_KEYS = {
    "key+": Write(
        operation="add_ssh_key",
        send=lambda c: c.ssh_keys.add(NEW_KEY.text),
        refusals=(_NO_KEY, (400, "duplicate_ssh_key", "SSH key already exists.")),
        change=Change(
            route="add_key",
            make=lambda client, clock: fixer(client, clock).add_to_account(NEW_KEY),
            is_done=lambda client: _has(client, NEW_KEY),
        ),
    ),
    "key-": Write(
        operation="delete_ssh_key",
        send=lambda c: c.ssh_keys.delete(FIRST_KEY),
        refusals=(_NO_KEY,),
        change=Change(
            route="delete_key",
            make=lambda client, clock: fixer(client, clock).delete_from_account(FIRST_KEY, OLD_KEY),
            is_done=_lacks_old_key,
        ),
    ),
}

WRITES: dict[str, Write] = {**INSTANCES, **SSH_KEYS}

ELSEWHERE = {"rent", "command"}
"""Not here: tests/unit/services/renting has the matrix of renting; a command answers with text."""
