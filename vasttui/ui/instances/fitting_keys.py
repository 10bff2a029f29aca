"""Which keys are for which instances: the key bar leaves out those that would only say no."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.models.ssh_address import has_ssh, no_address_reason
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.key_table import ACTIONS

_SSH = {
    "instances.copy", "instances.copy_as", "instances.ssh", "instances.other_way", "instance.gpu",
}  # fmt: skip

_OF_LISTED = {one.id for one in ACTIONS if one.scope == "instances"} | {"instance.gpu"}
_OF_LISTED -= {"instances.logs", "instances.ssh_config"}


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
