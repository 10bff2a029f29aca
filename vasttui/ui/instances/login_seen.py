"""What is done with a login that worked."""

from __future__ import annotations

from vasttui.models.ssh_address import SshAddress
from vasttui.ui.context import AppContext


def login_worked(app: AppContext, instance: int, address: SshAddress, at: float) -> None:
    """Remember the way, and, `at` epoch seconds, that the instance let the user in."""
    app.session.ssh.ways.answered(instance, address)
    if app.live is not None:
        app.live.machines.logged_in(instance, at)
