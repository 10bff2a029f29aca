"""Which keys are for which instances: the key bar leaves out those that would only say no."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.models.ssh_address import has_ssh, no_address_reason
from vasttui.models.trouble import trouble_of
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.context import AppContext
from vasttui.ui.key_table import ACTIONS

_SSH = {
    "instances.copy", "instances.copy_as", "instances.ssh", "instances.other_way", "instance.gpu",
}  # fmt: skip

_OF_LISTED = {one.id for one in ACTIONS if one.scope == "instances"} | {"instance.gpu"}
_OF_LISTED -= {"instances.logs", "instances.ssh_config"}


NOTHING_WRONG = "nothing is known to be wrong with it"


def trouble_in(app: AppContext, row: FleetRow) -> str:
    """What is wrong with an instance, in a clause; empty if nothing is known to be."""
    session = app.session
    return trouble_of(
        row.instance, row.phase, session.clock.now() - row.since, exact=row.exact,
        login_seen=session.ssh.ways.of(row.id).direct is not None,
    )  # fmt: skip


def unfit_now(app: AppContext, action_id: str, rows: Sequence[FleetRow]) -> str:
    """As `unfit`, with what is known of them besides."""
    if action_id == "instances.another" and rows and not any(trouble_in(app, one) for one in rows):
        return NOTHING_WRONG
    return unfit(action_id, rows)


def unfit(action_id: str, rows: Sequence[FleetRow]) -> str:
    """Why an action is for none of these instances that are listed; empty when it may be for one.

    SSH counts as possible on the way to running, too.
    """
    if not rows:
        return "no instance that is still listed" if action_id in _OF_LISTED else ""
    if action_id == "instances.bid" and all(row.instance.is_bid is False for row in rows):
        return "on-demand, without a bid"
    if action_id == "instances.reboot" and not any(row.phase.traits.restarts for row in rows):
        return "there is nothing to reboot"
    if action_id in _SSH and not any(
        row.phase.traits.wants_gpu and has_ssh(row.instance) for row in rows
    ):
        return no_address_reason(rows[0].instance, rows[0].phase).rstrip(".")
    return ""
