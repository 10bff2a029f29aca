"""Checks an SSH login step by step and says what is wrong. A login with the user's key is tried
only when the user asks, never in the background."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from vasttui.errors import VastError
from vasttui.models.connect import ssh_argv
from vasttui.models.instance import Instance
from vasttui.models.ssh_address import SshAddress, SshWay, no_address_reason, ssh_addresses
from vasttui.models.ssh_key import SshKey
from vasttui.models.status import Phase
from vasttui.services.log_watch import LogSource
from vasttui.services.ssh import checks as ssh_check
from vasttui.services.ssh.checks import Check as Check
from vasttui.services.ssh.checks import CheckState as CheckState
from vasttui.services.ssh.checks import Fix as Fix
from vasttui.services.ssh.client_config import ClientConfig, client_config
from vasttui.services.ssh.errors import Trouble
from vasttui.services.ssh.local_keys import (
    NEW_KEY,
    LocalKey,
    LocalKeys,
    agent_keys,
    find_local_keys,
    free_key_path,
    keys_elsewhere,
    with_agent,
)
from vasttui.services.ssh.logins import Try, told, try_logins
from vasttui.services.ssh.port import Open, PortAnswer, PortState, probe_port
from vasttui.services.ssh.server_log import reason_in_log
from vasttui.services.system.programs import Run, run_program

_DEMO = "Not in the demo: it looks for no keys of yours and connects to nothing."
_OK, _BAD = CheckState.OK, CheckState.BAD
_UNKNOWN, _SKIPPED = CheckState.UNKNOWN, CheckState.SKIPPED


class KeyLists(Protocol):
    """The service's lists of keys. Both raise VastError."""

    async def list(self) -> tuple[SshKey, ...]:
        """The keys of the account, which new instances get."""

    async def attached(self, instance_id: int) -> tuple[SshKey, ...]:
        """The keys attached to an instance."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where the local keys are. None: the list could not be read."""

    local: tuple[LocalKey, ...]
    account: frozenset[str] | None = None
    instance: frozenset[str] | None = None
    config: ClientConfig | None = None

    @property
    def usable(self) -> tuple[LocalKey, ...]:
        """The keys that can be used here, first those that ssh offers."""
        return tuple(sorted((k for k in self.local if k.usable), key=lambda k: not self.offers(k)))

    def offers(self, key: LocalKey) -> bool:
        """Whether ssh offers it, as far as is known."""
        return self.config is None or self.config.offers(key)

    def usable_in(self, blobs: frozenset[str] | None) -> LocalKey | None:
        """A usable key among these."""
        return next((key for key in self.usable if key.key.blob in (blobs or ())), None)

    @property
    def should_work(self) -> bool:
        """Whether ssh offers a key that is attached, as far as is known."""
        if self.instance is None:
            return True
        key = self.usable_in(self.instance)
        return key is not None and self.offers(key)

    @property
    def best(self) -> LocalKey | None:
        """The key to attach: one on the account, else the one that ssh tries by default."""
        usual = (key for key in self.usable if key.path and key.path.name == f"{NEW_KEY}.pub")
        return self.usable_in(self.account) or next(usual, None) or next(iter(self.usable), None)


class SshDoctor:
    """Examines instances. `folder` has the user's keys. Without one, as in the demo, it reads, runs
    and connects to nothing. `known_hosts` is the file with the host keys of instances, `logs` reads
    the container's log."""

    def __init__(
        self,
        lists: KeyLists,
        *,
        folder: Path | None,
        known_hosts: str,
        logs: LogSource | None = None,
        run: Run = run_program,
        open_port: Open = probe_port,
    ) -> None:
        self._lists, self._folder, self._known_hosts = lists, folder, known_hosts
        self._logs, self._run, self._open_port = logs, run, open_port

    async def examine(
        self, instance: Instance, phase: Phase, way: SshWay | None = None
    ) -> AsyncIterator[Check]:
        """The checks, each as soon as it is known. `way` is what is known of the way in."""
        addresses = ssh_addresses(instance, way) if phase is Phase.RUNNING else ()
        yield _check_instance(instance, phase, addresses)
        if self._folder is None:
            for name in (
                ssh_check.LOCAL_KEY, ssh_check.ON_ACCOUNT, ssh_check.ON_INSTANCE, ssh_check.LOGIN,
            ):  # fmt: skip
                yield Check(name, _SKIPPED, _DEMO)
            return
        found, config = await asyncio.gather(
            asyncio.to_thread(find_local_keys, self._folder), self._config(instance, addresses)
        )
        agent = await agent_keys(self._run, config.agent if config is not None else None)
        named = config.identities if config is not None else ()
        elsewhere = await asyncio.to_thread(keys_elsewhere, named, found.keys)
        placed = _Placed(with_agent((*found.keys, *elsewhere), agent), config=config)
        yield await asyncio.to_thread(_check_local, placed, found, self._folder)
        account, attached = await asyncio.gather(
            _listed(self._lists.list()), _listed(self._lists.attached(instance.id))
        )
        placed = replace(placed, account=_blobs(account), instance=_blobs(attached))
        yield _check_account(placed, account)
        yield _check_attached(placed, attached)
        answers = await asyncio.gather(*(self._open_port(address) for address in addresses))
        ports = dict(zip(addresses, answers, strict=True))
        for check in _check_ports(ports):
            yield check
        yield await self._check_login(instance, placed, ports)

    async def _config(
        self, instance: Instance, addresses: Sequence[SshAddress]
    ) -> ClientConfig | None:
        if not addresses:
            return None
        return await client_config(
            ssh_argv(instance.id, addresses[0], self._known_hosts), self._run
        )

    async def _check_login(
        self, instance: Instance, placed: _Placed, ports: dict[SshAddress, PortAnswer]
    ) -> Check:
        name = ssh_check.LOGIN
        if not ports:
            return Check(name, _SKIPPED, "There is no address to log in to.")
        # If no port answers, the user's ProxyJump may still reach the best address.
        answering = [one for one, answer in ports.items() if answer.state is PortState.SSH]
        ways = answering or list(ports)[:1]
        try:
            tries = await try_logins(instance.id, ways, self._known_hosts, self._run)
        except VastError as error:
            return Check(name, _UNKNOWN, f"{error} Copy the command instead.")
        best = max(tries, key=lambda one: one.distance)
        trouble = best.login.trouble
        if trouble is Trouble.NONE:
            return Check(name, _OK, told(tries), address=best.address)
        sentence = told(tries)
        if trouble is Trouble.LOCKED:
            return Check(name, _UNKNOWN, sentence)
        explained = False
        if trouble in _REFUSALS and self._logs is not None and placed.should_work:
            words, explained = await reason_in_log(self._logs, instance.id)
            sentence = f"{sentence} {words}"
        return Check(name, _BAD, sentence, _login_fix(best, placed, explained))


async def _listed(reading: Awaitable[tuple[SshKey, ...]]) -> tuple[SshKey, ...] | VastError:
    try:
        return await reading
    except VastError as error:
        return error


def _blobs(keys: tuple[SshKey, ...] | VastError) -> frozenset[str] | None:
    return None if isinstance(keys, VastError) else frozenset(key.blob for key in keys)


def _check_instance(instance: Instance, phase: Phase, addresses: Sequence[SshAddress]) -> Check:
    if addresses:
        ways = " and ".join("direct" if one.direct else "through the proxy" for one in addresses)
        return Check(ssh_check.INSTANCE, _OK, f"It is running; SSH access: {ways}.")
    fix = None
    if phase is Phase.STOPPED:
        fix = ssh_check.START
    elif phase is not Phase.STOPPING and (phase.traits.settles or phase is Phase.SCHEDULING):
        fix = ssh_check.wait("Test again when it is running.")
    return Check(ssh_check.INSTANCE, _BAD, no_address_reason(instance, phase), fix)


def _check_local(placed: _Placed, found: LocalKeys, folder: Path) -> Check:
    name = ssh_check.LOCAL_KEY
    if placed.usable:
        names = ", ".join(key.name for key in placed.usable[:4])
        more = len(placed.usable) - 4
        return Check(name, _OK, f"{names}{f' and {more} more' if more > 0 else ''}.")
    opened = next((key for key in placed.local if key.private_found), None)
    if opened is not None:
        sentence = f"Other users can read the private half of {opened.name}, so ssh ignores it."
        return Check(name, _BAD, sentence, ssh_check.make_private(opened))
    if placed.local:
        return Check(
            name, _BAD, f"The private half of {placed.local[0].name} is not on this computer.",
            ssh_check.make_key(free_key_path(folder)),
        )  # fmt: skip
    if found.problems:
        return Check(name, _BAD, found.problems[0], ssh_check.make_key(free_key_path(folder)))
    if (folder / NEW_KEY).exists():
        command = f"ssh-keygen -y -f {NEW_KEY} > {NEW_KEY}.pub"
        sentence = f"{NEW_KEY} is there without its public half. Make that with: {command}"
        return Check(name, _UNKNOWN, sentence)
    return Check(
        name, _BAD, "There is no key on this computer.", ssh_check.make_key(free_key_path(folder))
    )


def _check_account(placed: _Placed, keys: tuple[SshKey, ...] | VastError) -> Check:
    name = ssh_check.ON_ACCOUNT
    if isinstance(keys, VastError):
        return Check(name, _UNKNOWN, f"The list could not be read: {keys}")
    key = placed.usable_in(placed.account)
    if key is not None:
        return Check(name, _OK, f"{key.name} is there: new instances get it.")
    if not keys:
        return Check(name, _UNKNOWN, "The account has no key, so new instances get none.")
    return Check(name, _UNKNOWN, "None of the keys here is there, so new instances get none.")


def _check_attached(placed: _Placed, keys: tuple[SshKey, ...] | VastError) -> Check:
    name = ssh_check.ON_INSTANCE
    if isinstance(keys, VastError):
        return Check(name, _UNKNOWN, f"The list could not be read: {keys}")
    key = placed.usable_in(placed.instance)
    if key is not None and not placed.offers(key):
        sentence = f"{key.name} is attached, but ssh does not offer it."
        return Check(name, _BAD, sentence, ssh_check.use_key(key) if key.private_path else None)
    if key is not None:
        return Check(name, _OK, f"{key.name} is attached.")
    there = placed.instance or frozenset()
    opened = next(
        (one for one in placed.local if one.private_found and one.key.blob in there), None
    )
    if opened is not None:
        sentence = f"{opened.name} is attached, but others can read its private half: ssh skips it."
        return Check(name, _BAD, sentence, ssh_check.make_private(opened))
    if placed.best is None:
        return Check(name, _SKIPPED, "This computer has no key to check.")
    sentence = _others(placed, keys)
    if placed.usable_in(placed.account) is not None:
        more = "" if keys else " Keys the account had before it was rented may be in it."
        return Check(name, _UNKNOWN, f"{sentence}{more}")
    if placed.account is None:
        return Check(name, _UNKNOWN, sentence)
    return Check(name, _BAD, sentence, ssh_check.attach(placed.best))


def _others(placed: _Placed, keys: tuple[SshKey, ...]) -> str:
    """Which keys are on the instance, none of which is of use here."""
    if not keys:
        return "No key is attached."
    local = {key.key.blob: key.name for key in placed.local}
    names = [local.get(key.blob) or key.comment or "unnamed" for key in keys]
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    listed = f"{', '.join(names[:4])}{more}"
    return f"On it: {listed}. None of the keys that can log in from here is among them."


def _check_ports(ports: dict[SshAddress, PortAnswer]) -> list[Check]:
    if not ports:
        return [Check(ssh_check.DIRECT, _SKIPPED, "There is no address to connect to.")]
    answering = [one for one, answer in ports.items() if answer.state is PortState.SSH]
    return [_check_port(address, answer, answering) for address, answer in ports.items()]


_PORT_SENTENCES = {
    PortState.SILENT: "no SSH server",
    PortState.REFUSED: "the connection is refused: nothing listens there yet, or any more",
    PortState.TIMED_OUT: "no answer: a firewall drops the connection, or the machine is gone",
    PortState.NO_NAME: "unknown host name: check your network and DNS",
    PortState.UNREACHABLE: "unreachable from this network",
}


def _check_port(address: SshAddress, answer: PortAnswer, answering: Sequence[SshAddress]) -> Check:
    name = ssh_check.DIRECT if address.direct else ssh_check.PROXY
    where = f"{address.host} port {address.port}"
    if answer.state is PortState.SSH:
        return Check(name, _OK, f"{where}: {answer.detail}")
    detail = f" ({answer.detail})" if answer.detail else ""
    sentence = f"{where}: {_PORT_SENTENCES[answer.state]}{detail}."
    if answering and not address.direct:
        return Check(name, _UNKNOWN, f"{sentence} The direct port works without it.")
    if answering:
        return Check(name, _BAD, sentence, ssh_check.use_proxy(answering[0]))
    waits = answer.state in (PortState.REFUSED, PortState.SILENT)
    fix = ssh_check.wait("It may still be starting: test again.") if waits else None
    return Check(name, _BAD, sentence, fix)


_REFUSALS = {Trouble.KEY_REFUSED, Trouble.TOO_MANY_KEYS, Trouble.CLOSED}


def _login_fix(best: Try, placed: _Placed, explained: bool) -> Fix | None:
    """The fix for a login that failed each way; `best` got furthest. `explained`: sshd said why."""
    trouble = best.login.trouble
    if trouble is Trouble.HOST_KEY_CHANGED:
        return ssh_check.FORGET_HOST_KEY
    if trouble is Trouble.KEY_REFUSED:
        return _refusal_fix(placed, best.address, explained)
    if trouble is Trouble.TOO_MANY_KEYS:
        key = placed.usable_in(placed.instance)
        return ssh_check.use_key(key) if key is not None and key.private_path else None
    if trouble is Trouble.OPEN_PRIVATE_KEY:
        opened = (one for one in placed.local if one.private_found and not one.private_mode_ok)
        key = next(opened, None)
        return ssh_check.make_private(key) if key is not None else None
    if trouble in (Trouble.REFUSED, Trouble.CLOSED):
        return ssh_check.wait("It may still be starting: test again.")
    return None


def _refusal_fix(placed: _Placed, address: SshAddress, explained: bool) -> Fix | None:
    attached = placed.usable_in(placed.instance)
    if attached is None:
        return ssh_check.attach(placed.best) if placed.best is not None else None
    if explained:
        return ssh_check.wait("Then test again.")
    if not address.direct and placed.account is not None and not placed.usable_in(placed.account):
        return ssh_check.add_to_account(attached)
    return ssh_check.wait(
        f"{attached.name} is attached; if that was just now, test again. If it stays refused, it"
        " may be that the image keeps its own list of keys."
    )
