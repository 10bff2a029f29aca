"""Every request this program can send, in one table.

Intervals are the documented ones (docs: "rate limits and errors", `x-rate-limit` of each page).
Read-only mode refuses everything that is not marked as a read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from vasttui.models.rights import right_of

MEGABYTE = 1_048_576


class Operation(Struct, frozen=True, kw_only=True):
    """One kind of request; `at` fills in the braces in `path`.

    `reads`: it changes nothing; `repeat`: it may be retried automatically. `key` says whether the
    API key is `needed`, `sent` if there is one, or `kept` back. `interval` is seconds between two
    calls, `burst` how many may come at once, `deadline` seconds for all tries, `most` bytes of the
    decompressed answer. The body of `private` requests is not logged: it may hold secrets. The live
    side of serverless has paths without a `version`; some of its requests name the key `in_body`
    too. A `patient` one lets others go first when the rate that all requests share is used up.
    """

    name: str
    method: str
    path: str
    version: int | None = 0
    reads: bool = False
    repeat: bool = False
    key: Literal["needed", "sent", "kept"] = "needed"
    interval: float = 1.0
    burst: int = 1
    deadline: float = 15.0
    most: int = 8 * MEGABYTE
    private: bool = False
    in_body: bool = False
    patient: bool = False

    @property
    def target(self) -> str:
        """The path on the server, version included."""
        return self.path if self.version is None else f"/api/v{self.version}{self.path}"

    @property
    def right(self) -> str:
        """What the key must be allowed to do (docs: "permissions")."""
        return right_of(self.method, self.path)

    def at(self, **numbers: int) -> Operation:
        """This operation on the objects with these ids. Raises ValueError for an invalid id."""
        for name, number in numbers.items():
            if type(number) is not int or number < 1:
                raise ValueError(f"not a valid {name}: {number!r}")
        return replace(self, path=self.path.format(**numbers))


_TABLE = (
    # A POST that changes nothing (docs: "search offers"; 10 per minute). Only a simulator without
    # a cap sends large answers: 20,000 offers are 60 MB.
    Operation(
        name="search", method="POST", path="/bundles/", reads=True, repeat=True, key="sent",
        interval=6.0, burst=10, deadline=30.0, most=192 * MEGABYTE,
    ),
    # This list is public; the official client sends no key (client 1.9.1 cli/util.py).
    Operation(
        name="gpu_names", method="GET", path="/gpu_names/unique/", reads=True, repeat=True,
        key="kept",
    ),
    Operation(name="account", method="GET", path="/users/current", reads=True, repeat=True),
    Operation(
        name="set_user", method="PUT", path="/users/", interval=5.0, private=True,
    ),
    Operation(
        name="ipaddrs", method="GET", path="/users/me/ipaddrs", reads=True, repeat=True,
        interval=2.9, patient=True,
    ),
    Operation(
        name="subaccounts", method="GET", path="/subaccounts", reads=True, repeat=True,
        interval=2.1, patient=True,
    ),
    # Answered once: the same mail address is refused the next time (docs: "create subaccount").
    Operation(
        name="create_subaccount", method="POST", path="/users/", interval=3.0, private=True,
    ),
    Operation(
        name="connections", method="GET", path="/users/cloud_integrations/", reads=True,
        repeat=True, patient=True,
    ),
    Operation(
        name="audit_logs", method="GET", path="/audit_logs/", reads=True, repeat=True,
        deadline=30.0, most=32 * MEGABYTE, patient=True,
    ),
    # Sent once, whatever happens (docs: "transfer credit").
    Operation(
        name="transfer_credit", method="PUT", path="/commands/transfer_credit/", interval=2.5,
        deadline=30.0, private=True,
    ),
    Operation(
        name="invoices", method="GET", path="/invoices/", version=1, reads=True, repeat=True,
        interval=3.0, patient=True,
    ),
    Operation(
        name="tfa_status", method="GET", path="/tfa/status/", reads=True, repeat=True, patient=True,
    ),
    # A login changes nothing, but a code is good for one try (docs: "two-factor authentication").
    Operation(name="tfa_login", method="POST", path="/tfa/", reads=True, private=True),
    Operation(name="tfa_email", method="POST", path="/tfa/email/", private=True),
    Operation(name="tfa_sms", method="POST", path="/tfa/sms/", private=True),
    Operation(
        name="templates", method="GET", path="/template/", reads=True, repeat=True, interval=3.0,
        patient=True,
    ),
    Operation(name="create_template", method="POST", path="/template/", private=True),
    Operation(name="edit_template", method="PUT", path="/template/", private=True),
    Operation(name="delete_template", method="DELETE", path="/template/"),
    # The official client reads page after page without a pause (client 1.9.1 api/instances.py).
    Operation(
        name="list", method="GET", path="/instances/", version=1, reads=True, repeat=True,
        interval=2.0, burst=4,
    ),
    Operation(
        name="get", method="GET", path="/instances/{id}/", reads=True, repeat=True, interval=2.0,
    ),
    # After HTTP 429 the service requires 12 s (docs: "create instance").
    Operation(
        name="rent", method="PUT", path="/asks/{id}/", interval=4.5, deadline=60.0, private=True,
    ),
    # State and label are the same request and share its limit.
    Operation(name="manage", method="PUT", path="/instances/{id}/"),
    Operation(name="reboot", method="PUT", path="/instances/reboot/{id}/"),
    Operation(name="recycle", method="PUT", path="/instances/recycle/{id}/"),
    # Both bodies may hold secrets: a login to push with, variables.
    Operation(
        name="snapshot", method="POST", path="/instances/take_snapshot/{id}/", deadline=30.0,
        private=True,
    ),
    Operation(
        name="update_instance", method="PUT", path="/instances/update_template/{id}/",
        deadline=30.0, private=True,
    ),
    Operation(
        name="destroy", method="DELETE", path="/instances/{id}/", interval=3.0, deadline=30.0,
    ),
    Operation(name="bid", method="PUT", path="/instances/bid_price/{id}/", interval=5.5),
    # Sent once, whatever happens: each pays (docs: "prepay instance").
    Operation(
        name="prepay", method="PUT", path="/instances/prepay/{id}/", interval=2.0, deadline=30.0,
    ),
    Operation(
        name="deposit", method="GET", path="/instances/balance/{id}/", reads=True, repeat=True,
        interval=3.0, patient=True,
    ),
    # A PUT that only makes the host upload its log (docs: "show logs").
    Operation(
        name="logs", method="PUT", path="/instances/request_logs/{id}/", reads=True, repeat=True,
        deadline=30.0, most=2 * MEGABYTE,
    ),
    Operation(
        name="command", method="PUT", path="/instances/command/{id}/", interval=1.5,
        most=2 * MEGABYTE,
    ),
    # Bodies hold secrets (docs: "create env var").
    Operation(
        name="variables", method="GET", path="/secrets/", reads=True, repeat=True, interval=5.0,
        patient=True,
    ),
    Operation(
        name="add_variable", method="POST", path="/secrets/", interval=3.0, private=True,
    ),
    Operation(
        name="change_variable", method="PUT", path="/secrets/", interval=3.0, private=True,
    ),
    Operation(
        name="delete_variable", method="DELETE", path="/secrets/", interval=3.0, private=True,
    ),
    Operation(
        name="api_keys", method="GET", path="/auth/apikeys/", reads=True, repeat=True, patient=True,
    ),
    # Not repeated: each makes another key.
    Operation(name="create_api_key", method="POST", path="/auth/apikeys/", interval=2.0),
    Operation(name="delete_api_key", method="DELETE", path="/auth/apikeys/{id}/", interval=2.0),
    Operation(name="reset_api_key", method="PUT", path="/commands/reset_apikey/"),
    Operation(name="copy", method="PUT", path="/commands/copy_direct/", interval=3.5),
    Operation(name="cancel_copy", method="DELETE", path="/commands/copy_direct/", interval=3.5),
    Operation(name="cloud_copy", method="POST", path="/commands/rclone/"),
    Operation(name="cancel_cloud_copy", method="DELETE", path="/commands/rclone/"),
    Operation(
        name="charges", method="GET", path="/charges/", reads=True, repeat=True, patient=True,
    ),
    Operation(
        name="earnings", method="GET", path="/users/me/machine-earnings", reads=True, repeat=True,
        interval=2.0, patient=True,
    ),
    Operation(
        name="backups", method="GET", path="/instance_backups/", reads=True, repeat=True,
        interval=2.0, patient=True,
    ),
    Operation(
        name="backup_files", method="GET", path="/instance_backups/{id}/download/", reads=True,
        repeat=True, interval=2.0, patient=True,
    ),
    Operation(
        name="scheduled_jobs", method="GET", path="/commands/schedule_job/", reads=True,
        repeat=True, patient=True,
    ),
    # Not repeated: each may set another one.
    Operation(name="schedule_job", method="POST", path="/commands/schedule_job/"),
    Operation(name="replace_job", method="PUT", path="/commands/schedule_job/{id}/"),
    Operation(name="delete_job", method="DELETE", path="/commands/schedule_job/{id}/"),
    Operation(
        name="price_increases", method="GET", path="/instances/pending-price-increases/",
        reads=True, repeat=True, patient=True,
    ),
    Operation(name="accept_increase", method="PUT", path="/instances/accept-price-increase/"),
    Operation(name="reject_increase", method="PUT", path="/instances/reject-price-increase/"),
    Operation(name="ssh_keys", method="GET", path="/ssh/", reads=True, repeat=True, patient=True),
    Operation(name="add_ssh_key", method="POST", path="/ssh/"),
    # The official client sends the id in the body too, which newer routes refuse.
    Operation(name="replace_ssh_key", method="PUT", path="/ssh/{id}/"),
    Operation(name="delete_ssh_key", method="DELETE", path="/ssh/{id}/"),
    Operation(
        name="instance_ssh_keys", method="GET", path="/instances/{id}/ssh/", reads=True,
        repeat=True, patient=True,
    ),
    Operation(name="attach_ssh_key", method="POST", path="/instances/{id}/ssh/"),
    Operation(
        name="detach_ssh_key", method="DELETE", path="/instances/{id}/ssh/{key_id}/", interval=2.0,
    ),
    Operation(
        name="volumes", method="GET", path="/volumes", reads=True, repeat=True, interval=5.5,
        patient=True,
    ),
    # A POST that changes nothing (docs: "search volumes").
    Operation(
        name="search_volumes", method="POST", path="/volumes/search/", reads=True, repeat=True,
        interval=5.5, patient=True,
    ),
    Operation(
        name="create_volume", method="PUT", path="/volumes/", interval=5.5, deadline=60.0,
    ),
    Operation(name="delete_volume", method="DELETE", path="/volumes/", interval=5.5),
    Operation(
        name="clone_volume", method="POST", path="/volumes/copy/", interval=5.5, deadline=60.0,
    ),
    Operation(
        name="reports", method="GET", path="/machines/{id}/reports/", reads=True, repeat=True,
        interval=1.2, patient=True,
    ),
    Operation(
        name="benchmarks", method="GET", path="/benchmarks", reads=True, repeat=True, interval=3.0,
        patient=True,
    ),
    Operation(
        name="gpu_current", method="GET", path="/metrics/gpu/current/", reads=True, repeat=True,
        interval=3.0, patient=True,
    ),
    Operation(
        name="gpu_locations", method="GET", path="/metrics/gpu/locations/", reads=True, repeat=True,
        interval=3.0, patient=True,
    ),
    Operation(
        name="gpu_history", method="GET", path="/metrics/gpu/history/", reads=True, repeat=True,
        interval=3.0, patient=True,
    ),
    # Intervals of serverless: docs, each page. Bodies as of client 1.9.1 `api/endpoints.py`.
    Operation(
        name="endpoints", method="GET", path="/endptjobs/", reads=True, repeat=True, interval=3.0,
        patient=True,
    ),
    # Not repeated: each makes another one, which bills.
    Operation(name="create_endpoint", method="POST", path="/endptjobs/", interval=4.0),
    Operation(name="update_endpoint", method="PUT", path="/endptjobs/{id}/", interval=2.0),
    Operation(
        name="delete_endpoint", method="DELETE", path="/endptjobs/{id}/", interval=3.0,
        deadline=30.0,
    ),
    Operation(
        name="worker_groups", method="GET", path="/autojobs/", reads=True, repeat=True,
        interval=2.0, patient=True,
    ),
    # What it starts its workers with may hold secrets.
    Operation(name="create_group", method="POST", path="/autojobs/", interval=4.0, private=True),
    Operation(
        name="update_group", method="PUT", path="/autojobs/{id}/", interval=2.0, private=True,
    ),
    Operation(
        name="delete_group", method="DELETE", path="/autojobs/{id}/", interval=3.0, deadline=30.0,
    ),
    Operation(
        name="deployments", method="GET", path="/deployments/", reads=True, repeat=True,
        interval=3.0, patient=True,
    ),
    Operation(
        name="deployment_versions", method="GET", path="/deployment/{id}/versions/", reads=True,
        repeat=True, interval=2.0, patient=True,
    ),
    Operation(
        name="start_deployment", method="POST", path="/deployment/{id}/start/", interval=2.0,
    ),
    Operation(name="stop_deployment", method="POST", path="/deployment/{id}/stop/", interval=2.0),
    Operation(
        name="delete_deployment", method="DELETE", path="/deployment/{id}/", interval=2.0,
        deadline=30.0,
    ),
    # POSTs that change nothing (docs: "get endpoint workers", "get endpoint logs").
    Operation(
        name="endpoint_workers", method="POST", path="/get_endpoint_workers/", version=None,
        reads=True, repeat=True, burst=4, patient=True,
    ),
    Operation(
        name="group_workers", method="POST", path="/get_workergroup_workers/", version=None,
        reads=True, repeat=True, burst=4, patient=True,
    ),
    Operation(
        name="endpoint_logs", method="POST", path="/get_endpoint_logs/", version=None, reads=True,
        repeat=True, deadline=30.0, in_body=True, patient=True,
    ),
    Operation(
        name="group_logs", method="POST", path="/get_autogroup_logs/", version=None, reads=True,
        repeat=True, deadline=30.0, in_body=True, patient=True,
    ),
    Operation(
        name="update_workers", method="POST", path="/update_workers/", version=None, in_body=True,
    ),
    # Signed for the endpoint's own key, which is in the body; a request makes it start workers.
    Operation(
        name="route", method="POST", path="/route/", version=None, key="kept", interval=0.0,
        private=True,
    ),
)  # fmt: skip

OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in _TABLE}
