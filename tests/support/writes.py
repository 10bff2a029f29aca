"""The one table of requests that change something. The failure matrix of each is made from it.

A new request needs a row here, with a `change` if a screen makes it with
`services/confirmed_write.py`. Tests: tests/contract/test_writes.py, and on the wire
tests/unit/api/test_failure_matrix_instances.py.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support import copies as copying
from tests.support import templates as shelf
from tests.support import timers as timing
from tests.support.account import (
    SUBACCOUNT,
    THRESHOLD,
    TRANSFER,
    add_subaccount,
    change_threshold,
    give_credit,
    has_given,
    has_subaccount,
    has_threshold,
)
from tests.support.serverless import SERVERLESS
from tests.support.ssh_keys import public_key
from tests.support.write import Change, Write
from vasttui.api.client import VastClient
from vasttui.clock import Clock
from vasttui.models.data_transfer import End
from vasttui.models.remake import Remake
from vasttui.models.rights import WATCHING, permissions
from vasttui.models.scheduled_job import Act, JobPlan
from vasttui.models.snapshot import SnapshotRequest
from vasttui.models.ssh_key import SshKey
from vasttui.models.template import Template
from vasttui.models.template_draft import draft_of
from vasttui.models.volume import Space, Volume
from vasttui.services.api_keys import delete_key, make_key, reset_key
from vasttui.services.ssh.fixes import SshFixer
from vasttui.services.variables import add_variable, change_variable, delete_variable
from vasttui.services.volumes import VolumeKeeper
from vasttui.simulator.world import ACCOUNT_KEY, World
from vasttui.store.journal import Journal

FIRST_KEY = 4_100
"""The id of the first key on the demo account."""


def fixer(client: VastClient, clock: Clock) -> SshFixer:
    """Changes SSH keys."""
    return SshFixer(client.ssh_keys, clock, str(Path("known_hosts")), "me@laptop")


SNAPSHOT = SnapshotRequest("docker.io/acme/snapshots", "me", "hidden")
REMAKE = Remake(image="acme/new:2", env={"A": "hidden"})
NEW_KEY = SshKey(public_key("new"))
OLD_KEY = SshKey(ACCOUNT_KEY, FIRST_KEY)


async def _has(client: VastClient, world: World, key: SshKey = NEW_KEY) -> bool:
    return any(one.blob == key.blob for one in await client.ssh_keys.list())


async def _lacks_old_key(client: VastClient, world: World) -> bool:
    return not await _has(client, world, OLD_KEY)


async def _has_variable(client: VastClient, world: World) -> bool:
    return "NEW" in {one.name for one in await client.variables.list()}


async def _lacks_mode(client: VastClient, world: World) -> bool:
    return "MODE" not in {one.name for one in await client.variables.list()}


async def _has_new_mode(client: VastClient, world: World) -> bool:
    return world.variables.values["MODE"] == "eval"


_NO_KEY = (400, "no_ssh_key", "No ssh key provided")

INSTANCES = {
    "start": Write(operation="manage", send=lambda c: c.instances.set_state(7, "running")),
    "stop": Write(operation="manage", send=lambda c: c.instances.set_state(7, "stopped")),
    "label": Write(operation="manage", send=lambda c: c.instances.set_label(7, "x")),
    "reboot": Write(operation="reboot", send=lambda c: c.instances.reboot(7)),
    "recycle": Write(operation="recycle", send=lambda c: c.instances.recycle(7)),
    "snapshot": Write(
        operation="snapshot",
        send=lambda c: c.instances.snapshot(7, SNAPSHOT),
        answers=({"success": True}, {"success": True, "msg": "Snapshot request sent"}),
        refusals=(
            (400, "invalid_args", "params duplicated in URL and body: ['id']"),
            (400, "invalid_args", "Invalid Docker repository format. Expected no tag or digest"),
        ),
    ),
    "update": Write(
        operation="update_instance",
        send=lambda c: c.instances.update(7, REMAKE),
        answers=({"success": True}, {"success": True, "updated_instance": {"id": 7}}),
        refusals=((400, "invalid_args", "invalid template_hash_id"),),
    ),
    "bid": Write(operation="bid", send=lambda c: c.instances.change_bid(7, 0.2)),
    "prepay": Write(
        operation="prepay",
        send=lambda c: c.deposits.pay(7, 165.31),
        answers=({"success": True, "timescale": 0.546, "discount_rate": 0.035}, {"success": True}),
        refusals=((400, "", "No such instance"), (411, "", "Insufficient credit")),
    ),
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
            is_done=_has,
        ),
    ),
    "replace key": Write(
        operation="replace_ssh_key",
        send=lambda c: c.ssh_keys.replace(FIRST_KEY, NEW_KEY.text),
        refusals=(_NO_KEY,),
        change=Change(
            route="replace_key",
            make=lambda client, clock: fixer(client, clock).replace_on_account(
                FIRST_KEY, OLD_KEY, NEW_KEY
            ),
            is_done=_has,
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

_MISSING = (400, "missing_input", "Both 'key' and 'value' are required.")
_NO_NAME = (400, "nonexistent_key", "Environment variable does not exist.")

VARIABLES = {
    "variable+": Write(
        operation="add_variable",
        send=lambda c: c.variables.add("NEW", "1"),
        refusals=(
            _MISSING,
            (400, "max_secrets", "Too many variables."),
            (400, "existing_key", "It exists."),
            (403, "forbidden", "User is blacklisted."),
        ),
        change=Change(
            route="add_variable",
            make=lambda client, clock: add_variable(client.variables, clock, "NEW", "1"),
            is_done=_has_variable,
        ),
    ),
    "variable=": Write(
        operation="change_variable",
        send=lambda c: c.variables.change("MODE", "eval"),
        refusals=(
            _MISSING,
            (400, "empty_input", "Empty."),
            (400, "input_too_long", "Too long."),
            (400, "invalid_characters", "Bad characters."),
            _NO_NAME,
        ),
        change=Change(
            route="change_variable",
            make=lambda client, clock: change_variable(client.variables, clock, "MODE", "eval"),
            is_done=_has_new_mode,
            shows=False,
        ),
    ),
    "variable-": Write(
        operation="delete_variable",
        send=lambda c: c.variables.delete("MODE"),
        refusals=(_MISSING, _NO_NAME),
        change=Change(
            route="delete_variable",
            make=lambda client, clock: delete_variable(client.variables, clock, "MODE"),
            is_done=_lacks_mode,
        ),
    ),
}

OLD_TEMPLATE = Template(id=334_549, hash_id="a" * 32, name="train-base", image="a/b")


async def _edit_template(client: VastClient, clock: Clock) -> None:
    old = await shelf.own(client, "train-base")
    await shelf.shelf(client, clock).edit(replace(draft_of(old), desc="edited"), old)


async def _delete_template(client: VastClient, clock: Clock) -> None:
    await shelf.shelf(client, clock).delete(await shelf.own(client, "train-base"))


async def _has_template(client: VastClient, world: World) -> bool:
    return "mine-too" in await shelf.names(client)


async def _lacks_template(client: VastClient, world: World) -> bool:
    return "train-base" not in await shelf.names(client)


async def _is_edited(client: VastClient, world: World) -> bool:
    return (await shelf.own(client, "train-base")).desc == "edited"


_NO_TEMPLATE = (404, "not_found", "Template not found")
_KEPT = {"success": True, "template": {"id": 1, "hash_id": "a" * 32, "name": "x"}}

TEMPLATES = {
    "template+": Write(
        operation="create_template",
        send=lambda c: c.templates.create(shelf.draft()),
        answers=({**_KEPT, "msg": "Template Created Successfully! New Template ID: 1"}, _KEPT),
        refusals=((400, "invalid_args", "Template name is required"),),
        change=Change(
            route="create_template",
            make=lambda client, clock: shelf.shelf(client, clock).create(shelf.draft()),
            is_done=_has_template,
            sends=1,
        ),
    ),
    "template": Write(
        operation="edit_template",
        send=lambda c: c.templates.edit(shelf.draft(), OLD_TEMPLATE),
        answers=(_KEPT,),
        refusals=(_NO_TEMPLATE,),
        change=Change(
            route="edit_template", make=_edit_template, is_done=_is_edited, sends=1,
        ),
    ),
    "template-": Write(
        operation="delete_template",
        send=lambda c: c.templates.delete(5),
        refusals=(_NO_TEMPLATE,),
        change=Change(route="delete_template", make=_delete_template, is_done=_lacks_template),
    ),
}  # fmt: skip

_KEY_MADE = {"id": 5, "key": "ab" * 32, "permissions": {"api": {}}}
_OTHER = 51_877
"""A key of the demo account that no request is sent with."""


async def _has_key(client: VastClient, world: World) -> bool:
    return any(key.name == "ci" for key in world.api_keys.ring.keys)


async def _lacks_key(client: VastClient, world: World) -> bool:
    return all(key.id != _OTHER for key in world.api_keys.ring.keys)


async def _is_reset(client: VastClient, world: World) -> bool:
    return bool(world.api_keys.ring.revoked)


API_KEYS = {
    "api key+": Write(
        operation="create_api_key",
        send=lambda c: c.api_keys.create("ci", permissions(WATCHING)),
        answers=(_KEY_MADE, {**_KEY_MADE, "permissions": False}),
        refusals=(
            (400, "invalid_permissions", "Invalid permission format"),
            (400, "missing_permissions", "Permissions are required."),
        ),
        change=Change(
            route="create_api_key",
            make=lambda client, clock: make_key(
                client.api_keys, clock, "ci", permissions(WATCHING)
            ),
            is_done=_has_key,
            sends=1,
            needs_answer=True,
        ),
    ),
    "api key-": Write(
        operation="delete_api_key",
        send=lambda c: c.api_keys.delete(_OTHER),
        answers=({"success": True}, "Successfully Deleted API Key"),
        refusals=(
            (404, "", "API Key not found."),
            (403, "", "You do not have permission to delete this API Key."),
        ),
        change=Change(
            route="delete_api_key",
            make=lambda client, clock: delete_key(client.api_keys, clock, _OTHER),
            is_done=_lacks_key,
        ),
    ),
    "api key reset": Write(
        operation="reset_api_key",
        send=lambda c: c.api_keys.reset(),
        answers=({"success": True, "new_api_key": "ab" * 32},),
        refusals=((400, "", "There is no key to reset."),),
        change=Change(
            route="reset_api_key",
            make=lambda client, clock: reset_key(client.api_keys, client.account, clock),
            is_done=_is_reset,
            sends=1,
            needs_answer=True,
        ),
    ),
}

ACCOUNT = {
    "threshold": Write(
        operation="set_user",
        send=lambda c: c.account.set(THRESHOLD),
        answers=({"success": True, "msg": "User updated"},),
        refusals=(
            (400, "missing_input", "No user data was given."),
            (400, "invalid_characters", "Invalid characters"),
        ),
        change=Change(route="set_user", make=change_threshold, is_done=has_threshold),
    ),
    "subaccount": Write(
        operation="create_subaccount",
        send=lambda c: c.account.create_subaccount(SUBACCOUNT),
        answers=({"id": 5, "username": "ci", "email": "ci@example.com", "key_id": 6},),
        refusals=(
            (400, "invalid_email", "Email address not allowed"),
            (400, "invalid_request", "username is too long"),
            (400, "missing_auth_value", "password is required"),
            (403, "forbidden", "Billing is blacklisted"),
            (409, "user_exists", "user already exists."),
        ),
        change=Change(
            route="create_subaccount",
            make=add_subaccount,
            is_done=has_subaccount,
            sends=1,
        ),
    ),
    "transfer": Write(
        operation="transfer_credit",
        send=lambda c: c.account.transfer(TRANSFER),
        refusals=(
            (400, "invalid_args", "Invalid arguments"),
            (400, "invalid_params", "Invalid amount"),
            (400, "invalid_recipient", "Invalid recipient"),
            (400, "insufficient_balance", "Insufficient balance"),
        ),
        change=Change(route="transfer_credit", make=give_credit, is_done=has_given, sends=1),
    ),
}

FREE_VOLUME = 20_118_502
"""The id of the volume that no instance has."""


async def _room(client: VastClient) -> Space:
    return (await client.volumes.search(100, verified=False))[0]


async def _make_volume(client: VastClient, clock: Clock) -> object:
    keeper = VolumeKeeper(client.volumes, clock, Journal(None))
    return await keeper.create(await keeper.check(await _room(client), 100), 100, "weights")


async def _clone_volume(client: VastClient, clock: Clock) -> object:
    keeper = VolumeKeeper(client.volumes, clock, Journal(None))
    checked = await keeper.check(await _room(client), 100)
    return await keeper.clone(checked, await _free_volume(client))


async def _delete_volume(client: VastClient, clock: Clock) -> None:
    await VolumeKeeper(client.volumes, clock, Journal(None)).delete(await _free_volume(client))


async def _volumes(client: VastClient) -> tuple[Volume, ...]:
    return (await client.volumes.list()).volumes


async def _free_volume(client: VastClient) -> Volume:
    return next(one for one in await _volumes(client) if one.id == FREE_VOLUME)


async def _lacks_free_volume(client: VastClient, world: World) -> bool:
    return all(one.id != FREE_VOLUME for one in await _volumes(client))


async def _has_weights(client: VastClient, world: World) -> bool:
    return any(one.label == "weights" for one in await _volumes(client))


async def _has_clone(client: VastClient, world: World) -> bool:
    return [one.disk_space for one in await _volumes(client)].count(100.0) == 2


_NO_VOLUME = (404, "no_such_volume", "Volume with that ID does not exist.")

VOLUMES = {
    "volume+": Write(
        operation="create_volume",
        send=lambda c: c.volumes.create(5014, 20, "weights"),
        answers=(
            {"success": True, "volume_name": "V.20118481", "volume_id": 20118481},
            {"success": True, "volume_name": "V.20118481"},
        ),
        refusals=((422, "invalid_args", "invalid volume name: a-b. Max length 64"),),
        change=Change(
            route="create_volume", make=_make_volume, is_done=_has_weights, sends=1,
        ),
    ),
    "clone": Write(
        operation="clone_volume",
        send=lambda c: c.volumes.clone(FREE_VOLUME, 5014),
        refusals=(_NO_VOLUME,),
        change=Change(
            route="clone_volume", make=_clone_volume, is_done=_has_clone, sends=1,
        ),
    ),
    "volume-": Write(
        operation="delete_volume",
        send=lambda c: c.volumes.delete(FREE_VOLUME),
        refusals=(_NO_VOLUME, (400, "invalid_args", "Please provide a valid volume ID.")),
        change=Change(route="delete_volume", make=_delete_volume, is_done=_lacks_free_volume),
    ),
}  # fmt: skip

_CLOUD = End("cloud", 1_811, "bucket/a")
_NO_END = (404, "no_such_user", "No such user.")

COPIES = {
    "copy": Write(
        operation="copy",
        send=lambda c: c.transfers.copy(End("instance", 7, "/a"), End("volume", 8, "/b")),
        answers=({"success": True, "msg": "Remote to Remote copy initiated - check"},),
        refusals=(
            _NO_END,
            (400, "invalid_args", "Invalid src_path."),
            (400, "invalid_args", "dst_path not supported for VMs."),
        ),
        change=Change(
            route="copy", make=copying.start, is_done=copying.is_started, sends=1,
            needs_answer=True,
        ),
    ),
    "copy-": Write(
        operation="cancel_copy",
        send=lambda c: c.transfers.cancel(End("volume", 8, "/b"), End("instance", 7, "/a")),
        refusals=(_NO_END, (400, "invalid_args", "Invalid dst_id.")),
        change=Change(
            route="cancel_copy", make=copying.start_and_cancel, is_done=copying.is_cancelled,
            sends=1, needs_answer=True,
        ),
    ),
    "cloud": Write(
        operation="cloud_copy",
        send=lambda c: c.transfers.copy(End("instance", 7, "/a"), _CLOUD, ("--dry-run",)),
        answers=(
            {"success": True, "msg": "Cloud Copy Started", "result_url": "https://x.example/7.log"},
            {"success": True},
        ),
        refusals=(
            (404, "no_such_instance", "No such instance."),
            (200, "invalid_args", "Invalid cloud service or arguments."),
        ),
        change=Change(
            route="cloud_copy", make=copying.start_to_cloud, is_done=copying.is_started, sends=1,
            needs_answer=True,
        ),
    ),
    "cloud-": Write(
        operation="cancel_cloud_copy",
        send=lambda c: c.transfers.cancel(End("instance", 7, "/a"), _CLOUD),
        answers=({"success": True, "msg": "Remote copy canceled - check"}, {"success": True}),
        refusals=((404, "no_such_instance", "No such instance."),),
        change=Change(
            route="cancel_cloud_copy", make=copying.start_to_cloud_and_cancel,
            is_done=copying.is_cancelled, sends=1, needs_answer=True,
        ),
    ),
}  # fmt: skip
"""What is unknown afterwards is looked for: tests/unit/services/test_copies.py."""

JOB = JobPlan(7, Act.STOP, 1_790_092_800.0)
_NO_JOB = (404, "not_found", "Scheduled job not found.")

JOBS = {
    "job+": Write(
        operation="schedule_job",
        send=lambda c: c.scheduled_jobs.create(JOB.fields),
        answers=({"success": True, "scheduled_job_id": 77120},),
        refusals=((422, "", "A scheduled job exists."),),
        change=Change(route="schedule_job", make=timing.set_job, is_done=timing.has_job, sends=1),
    ),
    "job=": Write(
        operation="replace_job",
        send=lambda c: c.scheduled_jobs.replace(77120, JOB.fields),
        answers=({"success": True}, {"id": 77120}),
        refusals=(_NO_JOB,),
        change=Change(
            route="replace_job", make=timing.replace_job, is_done=timing.has_new_job, sends=1,
        ),
    ),
    "job-": Write(
        operation="delete_job",
        send=lambda c: c.scheduled_jobs.delete(77120),
        answers=({"success": True, "msg": "Scheduled job 77120 deleted successfully"},),
        refusals=(_NO_JOB,),
        change=Change(route="delete_job", make=timing.take_job_back, is_done=timing.lacks_job),
    ),
}  # fmt: skip

WRITES: dict[str, Write] = {
    **INSTANCES, **SSH_KEYS, **VARIABLES, **TEMPLATES, **API_KEYS, **ACCOUNT,
    **VOLUMES, **COPIES, **JOBS, **SERVERLESS,
}  # fmt: skip

ELSEWHERE = {"rent", "command", "tfa_sms", "tfa_email", "route"}
"""Not here: tests/unit/services/renting has the matrix of renting; a command answers with text, a
request for a code with its secret (tests/unit/api/test_account.py); a route is asked for again and
again until there is one (tests/unit/api/test_live.py)."""
