"""The audit log: what was done with the account's keys."""

from __future__ import annotations

from msgspec import Struct

_WORDS = {
    "api.ask_PUT": "rented", "api.instance_DELETE": "destroyed an instance",
    "api.instance.reboot_PUT": "rebooted an instance",
    "api.instance.recycle_PUT": "recycled an instance",
    "api.instance.bid_price_PUT": "changed a bid", "api.instance.prepay_PUT": "paid ahead",
    "api.instance.take_snapshot_POST": "asked for a snapshot",
    "api.instance.update_template_PUT": "changed an instance",
    "api.instance.request_logs_PUT": "asked for a log",
    "api.instance.command_PUT": "executed a command",
    "api.instance.ssh_POST": "attached an SSH key",
    "api.instance.ssh_DELETE": "detached an SSH key",
    "api.instance.accept-price-increase_PUT": "accepted a price increase",
    "api.instance.reject-price-increase_PUT": "rejected a price increase",
    "api.ssh_POST": "added an SSH key", "api.ssh_PUT": "replaced an SSH key",
    "api.ssh_DELETE": "deleted an SSH key",
    "api.secrets_POST": "added a variable", "api.secrets_PUT": "changed a variable",
    "api.secrets_DELETE": "deleted a variable",
    "api.auth.apikeys_POST": "made an API key", "api.auth.apikeys_DELETE": "deleted an API key",
    "api.commands.reset_apikey_PUT": "reset an API key",
    "api.commands.transfer_credit_PUT": "transferred credit",
    "api.commands.copy_direct_PUT": "started a copy",
    "api.commands.copy_direct_DELETE": "cancelled a copy",
    "api.commands.schedule_job_POST": "scheduled a job",
    "api.commands.schedule_job_PUT": "changed a scheduled job",
    "api.commands.schedule_job_DELETE": "deleted a scheduled job",
    "api.tfa.sms_POST": "asked for a login code by text message",
    "api.tfa.email_POST": "asked for a login code by mail",
    "api.commands.rclone_POST": "started a cloud copy",
    "api.commands.rclone_DELETE": "cancelled a cloud copy",
    "api.user_PUT": "changed the account", "api.user_POST": "made a subaccount",
    "api.template_POST": "made a template", "api.template_PUT": "changed a template",
    "api.template_DELETE": "deleted a template",
    "api.volumes_PUT": "made a volume", "api.volumes_DELETE": "deleted a volume",
    "api.volumes.copy_POST": "cloned a volume",
    "api.endptjobs_POST": "made an endpoint", "api.endptjobs_PUT": "changed an endpoint",
    "api.endptjobs_DELETE": "deleted an endpoint",
    "api.autojobs_POST": "made a worker group", "api.autojobs_PUT": "changed a worker group",
    "api.autojobs_DELETE": "deleted a worker group",
    "api.deployment.start_POST": "started a deployment",
    "api.deployment.stop_POST": "stopped a deployment",
    "api.deployment_DELETE": "deleted a deployment",
}  # fmt: skip
"""Routes by the name that the audit log and refusals give them."""

_STATES = {"stopped": "stopped an instance", "running": "started an instance"}


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One request that the service keeps (client 1.9.1 `cli/display.py`).

    `id` tells entries apart; the service has none. `created_at` is in epoch seconds. `args` is the
    text of the arguments without what may be secret, `about` the instance or offer among them,
    `state` the state that an instance was sent to.
    """

    id: str
    created_at: float | None = None
    api_route: str | None = None
    args: str = ""
    about: int | None = None
    state: str | None = None
    ip_address: str | None = None
    api_key_id: int | None = None

    @property
    def what(self) -> str:
        """What was done, in words; an unknown route stands as the service wrote it."""
        if self.api_route == "api.instance_PUT":
            return _STATES.get(self.state or "", "changed an instance")
        return _WORDS.get(self.api_route or "", self.api_route or "?")

    @property
    def is_rent(self) -> bool:
        """Whether `about` is an offer."""
        return self.api_route == "api.ask_PUT"
