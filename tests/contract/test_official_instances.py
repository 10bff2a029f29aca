"""The requests of the official client (client 1.9.1) about containers and backups, answered by the
simulator.

Each is as that client sends it: path with its slash, method, bearer key, JSON body.
"""

from __future__ import annotations

from typing import Any

from tests.support.rented import called, clock_of
from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.simulator.world import World


def sent(world: World, method: str, path: str, body: Any = None) -> Answer:
    answer = ask(world, method, f"/api/v0{path}", body, BEARER)
    assert answer.status == 200, answer.body
    return answer


def test_take_snapshot() -> None:
    """`take snapshot ID --repo … --docker_login_user … --docker_login_pass …`
    (`api/instances.py`): that client repeats the id, as text, in the body."""
    world = demo_world(offers=20)
    number = called(world, "train-a")["id"]
    body = {
        "id": f"{number}", "container_registry": "docker.io", "personal_repo": "acme/snapshots",
        "docker_login_user": "me", "docker_login_pass": "hidden", "pause": "true",
    }  # fmt: skip
    assert sent(world, "POST", f"/instances/take_snapshot/{number}/", body).json["success"] is True
    clock_of(world).advance(600)
    rows = ask(world, "GET", "/_sim/contracts").json["contracts"]
    [image] = next(row["snapshots"] for row in rows if row["id"] == number)
    assert image.startswith(f"acme/snapshots:instance_{number}_at_")
    assert "hidden" not in ask(world, "GET", "/_sim/ledger").body.decode()


def test_recycle_instance() -> None:
    """`recycle instance ID` (`api/instances.py`)."""
    world = demo_world(offers=20)
    number = called(world, "train-a")["id"]
    assert sent(world, "PUT", f"/instances/recycle/{number}/", {}).json == {"success": True}
    assert called(world, "train-a")["actual_status"] == "recycling"


def test_update_instance() -> None:
    """`update instance ID --image … --args … --env … --onstart …` (`api/instances.py`): that client
    repeats the id, as a number, in the body."""
    world = demo_world(offers=20)
    number = called(world, "train-a")["id"]
    body = {
        "id": number, "image": "acme/new:2", "args": "--port 80", "env": {"A": "1"},
        "onstart": "echo hi",
    }  # fmt: skip
    answer = sent(world, "PUT", f"/instances/update_template/{number}/", body).json
    assert answer["success"] is True
    assert answer["updated_instance"]["id"] == number
    now = called(world, "train-a")
    assert (now["image_uuid"], now["image_args"], now["extra_env"], now["onstart"]) == (
        "acme/new:2", ["--port", "80"], [["A", "1"]], "echo hi",
    )  # fmt: skip


def test_show_instance_backups() -> None:
    """`show instance-backups` and `show instance-backup-files ID` (`api/storage.py`): what that
    client prints must be there, and times be numbers."""
    world = demo_world(offers=20)
    rows = sent(world, "GET", "/instance_backups/").json["backups"]
    assert rows
    for row in rows:
        assert isinstance(row["created_at"], float)
        assert {"id", "contract_id", "type", "machine_id", "status", "info"} <= set(row)
    number = rows[-1]["contract_id"]
    of_it = sent(world, "GET", f"/instance_backups/?contract_id={number}").json["backups"]
    assert {row["contract_id"] for row in of_it} == {number}
    answer = sent(world, "GET", f"/instance_backups/{number}/download/").json
    assert answer["expires_in_sec"] > 0
    assert all({"name", "size", "url"} == set(file) for file in answer["files"])


def test_reboot_on_a_schedule_and_show_and_delete_scheduled_jobs() -> None:
    """`reboot instance ID --schedule DAILY --day "*" --hour 16`, `show scheduled-jobs`, `delete
    scheduled-job ID` (`cli/util.py`, `api/auth.py`): the first reboots at once, too, and updates a
    job that is there if the user says so."""
    world = demo_world(offers=20)
    number, path = called(world, "train-a")["id"], "/commands/schedule_job/"
    sent(world, "PUT", f"/instances/reboot/{number}/", {})
    assert called(world, "train-a")["actual_status"] == "rebooting"
    body = {
        "start_time": 1_789_948_800.0, "end_time": 1_790_553_600.0,
        "api_endpoint": f"/api/v0/instances/reboot/{number}/", "request_method": "PUT",
        "request_body": {"instance_id": number}, "day_of_the_week": None, "hour_of_the_day": 16,
        "frequency": "DAILY", "instance_id": number,
    }  # fmt: skip
    made = sent(world, "POST", path, body).json["scheduled_job_id"]
    there = ask(world, "POST", f"/api/v0{path}", body, BEARER)
    assert (there.status, there.json["scheduled_job_id"]) == (422, made)
    sent(world, "PUT", f"{path}{made}/", {**body, "hour_of_the_day": 15})
    row = next(row for row in sent(world, "GET", path).json if row["id"] == made)
    shown = {"id", "instance_id", "api_endpoint", "start_time", "end_time", "day_of_the_week",
             "hour_of_the_day", "min_of_the_hour", "frequency"}  # fmt: skip
    assert shown <= set(row)
    clock_of(world).advance(3_600)  # 15:13:20
    assert called(world, "train-a")["actual_status"] == "running"
    log = sent(world, "GET", "/audit_logs/").json
    assert [entry["api_route"] for entry in log[:2]] == [
        "api.instance.reboot_PUT", "api.commands.schedule_job_PUT",
    ]  # fmt: skip
    text = f"Scheduled job {made} deleted successfully"
    assert sent(world, "DELETE", f"{path}{made}/", {}).json == {"success": True, "msg": text}


def test_execute_on_a_schedule() -> None:
    """`execute ID "ls -l" --schedule HOURLY --day "*" --hour "*"` (`cli/commands/misc.py`): the
    body has the instance's id, too."""
    world = demo_world(offers=20)
    number = called(world, "train-a")["id"]
    body = {"command": "ls -l", "instance_id": number}
    fields = {
        "start_time": 1_789_948_800.0, "end_time": 1_790_553_600.0,
        "api_endpoint": f"/api/v0/instances/command/{number}/", "request_method": "PUT",
        "request_body": body, "day_of_the_week": None, "hour_of_the_day": None,
        "frequency": "HOURLY", "instance_id": number,
    }  # fmt: skip
    sent(world, "POST", "/commands/schedule_job/", fields)
    refused = ask(world, "PUT", f"/api/v0/instances/command/{number}/", body, BEARER)
    assert (refused.status, refused.json["error"]) == (400, "invalid_args")  # it runs
    sent(world, "PUT", f"/instances/{number}/", {"state": "stopped"})
    clock_of(world).advance(60)
    assert "result_url" in sent(world, "PUT", f"/instances/command/{number}/", body).json


def test_prepay_instance_and_show_deposit() -> None:
    """`prepay instance ID AMOUNT` (`api/instances.py`), whose two numbers that client rounds, and
    `show deposit ID` (`api/billing.py`), which raises for any other status than 2xx."""
    world = demo_world(offers=20)
    number = called(world, "train-a")["id"]
    bought = sent(world, "PUT", f"/instances/prepay/{number}/", {"amount": 20.0}).json
    assert bought["success"] is True
    assert 0 < round(bought["timescale"], 3) < 1
    assert 0 < round(bought["discount_rate"], 3) < 0.1
    deposit = sent(world, "GET", f"/instances/balance/{number}/?owner=me").json
    assert (deposit["refundable_deposit"], deposit["total_discount"]) == (20.0, 0)
    refused = ask(world, "PUT", f"/api/v0/instances/prepay/{number}/", {"amount": 9e9}, BEARER)
    assert (refused.status, refused.json["msg"]) == (411, "Insufficient credit")
