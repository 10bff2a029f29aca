"""ssh in this terminal: what is said before and after it, and what happened meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from vasttui.errors import VastError
from vasttui.files import make_folder
from vasttui.models.connect import ssh_argv
from vasttui.models.ssh_address import USER, SshAddress
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.ssh.errors import Ended, Ending, logged_in, read_ending
from vasttui.services.ssh.run import CONNECT_SECONDS, SESSION_OPTIONS, any_key, run_ssh
from vasttui.services.system.programs import Finished
from vasttui.ui.context import AppContext
from vasttui.ui.instances.login_seen import login_worked
from vasttui.ui.run_in_terminal import lent_terminal, tell

_NEWS = 3


class SshSession:
    """Lends the terminal to ssh. Polling, rentals and checks go on."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self._ssh = app.session.ssh

    async def open(self, row: FleetRow, address: SshAddress) -> None:
        """Log in; afterwards say how it ended, and what happened meanwhile."""
        app = self._app
        if self._ssh.config is not None:  # ssh keeps host keys there, and makes no folder
            await asyncio.to_thread(make_folder, self._ssh.config)
        argv = ssh_argv(row.id, address, self._ssh.known_hosts, self._ssh.forwards)
        left, before = app.session.clock.now(), app.fleet.rows
        try:
            finished = await self._run([argv[0], *SESSION_OPTIONS, *argv[1:]], row, address)
        except VastError as error:
            app.notify(error.sentence, severity="warning", timeout=12, markup=False)
            return
        if logged_in(finished):
            login_worked(app, row.id, address, left)
        ended, happened = read_ending(finished), self._since(left, before)
        words = [self._ended_words(row, ended)] if ended.ending is not Ending.OVER else []
        if happened:
            words.append(f"While ssh was open: {happened}.")
        if words:
            app.notify(
                " ".join(words),
                severity="information" if ended.ending is Ending.OVER else "warning",
                timeout=12,
                markup=False,
            )

    async def _run(self, argv: list[str], row: FleetRow, address: SshAddress) -> Finished:
        name = row.instance.name
        with lent_terminal(self._app):
            where = f"{name} {address.way}: {USER}@{address.host} port {address.port}"
            tell(
                f"Connecting to {self._app.discreet(where)}\n"
                f"ssh gives up after {CONNECT_SECONDS} s without an answer; Ctrl-C ends it sooner."
            )
            finished = await run_ssh(argv)
            ended = read_ending(finished)
            if ended.ending is not Ending.OVER:
                said = self._app.discreet(_summary(name, ended))
                tell(f"\n{said} \nPress any key to return to vasttui.")
                await any_key()
        return finished

    def _ended_words(self, row: FleetRow, ended: Ended) -> str:
        """What is still to be said on the screen."""
        spell = self._app.keymap.spelled
        action, does = "instances.doctor", "tests why"
        if ended.ending is Ending.LOST:
            action, does = "instances.ssh", "connects again"
        return f"{_summary(row.instance.name, ended)} {spell(action)} {does}."

    def _since(self, left: float, before: Sequence[FleetRow]) -> str:
        """What happened to the instances since, in a line."""
        live, now = self._app.live, self._app.fleet.rows
        if live is None:
            return ""
        news = [
            (event.at, f"{row.instance.name} {event.text}")
            for row in now
            for event in live.timeline.of(row.id)
            if event.at > left
        ]
        listed = {row.id for row in now}
        texts = [
            f"{row.instance.name} is not listed any more" for row in before if row.id not in listed
        ]
        texts += [text for _, text in sorted(news)]
        more = f" and {len(texts) - _NEWS} more" if len(texts) > _NEWS else ""
        return "; ".join(texts[-_NEWS:]) + more


def _summary(name: str, ended: Ended) -> str:
    what = {
        Ending.LOST: f"The session on {name} broke off",
        Ending.NO_LOGIN: f"ssh could not log in to {name}",
        Ending.UNKNOWN: f"The session on {name} ended",
    }[ended.ending]
    return f"{what}: {ended.sentence}"
