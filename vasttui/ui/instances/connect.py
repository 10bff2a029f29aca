"""Ways into an instance: the command, other forms of it, ssh here, the browser, the doctor."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from textual.content import Content

from vasttui.errors import VastError
from vasttui.models.connect import (
    connect_options,
    jupyter_url,
    port_lines,
    ssh_command,
    web_url,
)
from vasttui.models.ssh_address import SshAddress, no_address_reason, ssh_addresses
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.system.browser import open_secret, open_url, remove_page
from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.instances.ssh_session import SshSession
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption
from vasttui.ui.modals.message import ConfirmModal

_JUPYTER = "The address of Jupyter, with the token that lets anybody in"
_SECONDS_TO_READ = 60.0
"""Seconds that a browser has to read the page which leads to a secret address."""


class ConnectFlows:
    """Each method is for the instance that was under the cursor when its key was pressed."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self._session = app.session

    async def copy(self, row: FleetRow) -> None:
        """Put the SSH command on the clipboard, and on the screen."""
        address = self._address(row)
        if address is not None:
            await self._copy(ssh_command(address, self._session.ssh.forwards))

    async def copy_as(self, row: FleetRow) -> None:
        """Copy it in another form: scp, rsync, a block for ~/.ssh/config, VS Code, vastai."""
        if self._address(row) is None:
            return
        options = [
            CopyOption(label, text)
            for label, text in connect_options(
                row.instance,
                self._session.ssh.forwards,
                self._session.ssh.known_hosts,
                self._session.ssh.ways.of(row.id),
            )
        ]
        secret = jupyter_url(row.instance)
        if secret is not None:
            options.append(CopyOption("Jupyter", secret, _JUPYTER))
        chosen = await self._app.push_screen_wait(CopyAsModal(options))
        if chosen is not None:
            await copy_and_show(
                self._app, self._session.clipboard, chosen.text, secret=chosen.secret
            )

    async def ports(self, row: FleetRow) -> None:
        """Copy the URL of a mapped port."""
        found = port_lines(row.instance) if row.phase is Phase.RUNNING else []
        if not found:
            self._app.notify("No port is mapped.", markup=False)
            return
        choices = [
            MenuItem(Content(text), Content.styled(url, "$text-accent")) for text, url in found
        ]
        modal = ChooseModal(f"Ports of {row.instance.name}", choices, room=44)
        index = await self._app.push_screen_wait(modal)
        if index is not None:
            text, url = found[index]
            await self._copy(url or text.partition(" ")[0])

    async def browse(self, row: FleetRow) -> None:
        """Open Jupyter, the portal or the console's page."""
        if self._session.demo:
            text = f"The demo opens nothing; it would be {web_url(row.instance)}"
            self._app.notify(text, markup=False)
            return
        secret = jupyter_url(row.instance) if row.phase is Phase.RUNNING else None
        if secret is not None:
            await self._open_jupyter(secret)
            return
        url = web_url(row.instance)
        try:
            await open_url(url)
        except VastError as error:
            self._app.notify(f"{error} {url}", severity="warning", timeout=12, markup=False)
            return
        self._app.notify(f"Opened {url} in the browser.", markup=False)

    async def _open_jupyter(self, url: str) -> None:
        """Its address holds its password: it is shown to nobody, and copied only on purpose."""
        folder = self._session.ssh.config
        page = (folder or Path(tempfile.gettempdir())) / f"open-{secrets.token_hex(8)}.html"
        try:
            await open_secret(url, page)
        except VastError as error:
            text = f"{error.sentence}\n\n{_JUPYTER}. Copy it?"
            if await self._app.push_screen_wait(ConfirmModal("Jupyter", text, "Copy")):
                await copy_and_show(self._app, self._session.clipboard, url, secret=_JUPYTER)
            return
        key = self._app.keymap.spelled("instances.copy_as")
        text = f"Jupyter opens in the browser. If it does not, {key} copies its address."
        self._app.notify(text, markup=False)
        self._app.run_worker(self._remove(page), group="browser", description="")

    async def _remove(self, page: Path) -> None:
        try:
            await self._session.clock.sleep(_SECONDS_TO_READ)
        finally:
            remove_page(page)

    async def ssh(self, row: FleetRow) -> None:
        """Open ssh in this terminal; the program steps aside and comes back."""
        address = self._address(row)
        if address is not None:
            await self._open(row, address)

    async def _open(self, row: FleetRow, address: SshAddress) -> None:
        if self._session.demo:
            command = ssh_command(address, self._session.ssh.forwards)
            self._app.notify(f"The demo has nothing behind {command}", markup=False)
        else:
            await SshSession(self._app).open(row, address)

    async def other_way(self, row: FleetRow) -> None:
        """Log in the other way: through the proxy instead of directly, or the reverse."""
        ways = self._addresses(row)
        if len(ways) == 1:
            text = f"{row.instance.name} is reached {ways[0].way} only."
            self._app.notify(text, severity="warning", markup=False)
        elif ways:
            await self._open(row, ways[1])

    async def doctor(self, row: FleetRow) -> None:
        """Test the SSH login, step by step."""
        # start-up: what runs other programs is only needed here
        from vasttui.ui.instances.ssh_doctor import DoctorFlow

        await DoctorFlow(self._app).examine(row)

    async def ssh_config(self) -> None:
        """Write a host entry for every running instance."""
        # start-up: what runs other programs is only needed here
        from vasttui.ui.instances.ssh_doctor import DoctorFlow

        await DoctorFlow(self._app).write_hosts()

    def _address(self, row: FleetRow) -> SshAddress | None:
        """The best address; without one the user is told why."""
        return next(iter(self._addresses(row)), None)

    def _addresses(self, row: FleetRow) -> tuple[SshAddress, ...]:
        """All addresses, best first; without one the user is told why."""
        way = self._session.ssh.ways.of(row.id)
        addresses = ssh_addresses(row.instance, way) if row.phase is Phase.RUNNING else ()
        if not addresses:
            self._app.notify(
                no_address_reason(row.instance, row.phase), severity="warning", markup=False
            )
        return addresses

    async def _copy(self, text: str) -> None:
        await copy_and_show(self._app, self._session.clipboard, text)
