"""Deployments: what each is and bills, its versions, start, stop, delete."""

from __future__ import annotations

from dataclasses import replace

from tests.support.stage import Stage, stage
from vasttui.errors import VastError
from vasttui.lists.deployment_rows import (
    DeploymentRow,
    bills,
    deployment_rows,
    overview,
    versions_facts,
)
from vasttui.models.instance import Instance
from vasttui.models.serverless import Deployment, DeploymentVersion, Endpoint, Worker
from vasttui.services.serverless.rows import EndpointRow, WorkerRow
from vasttui.ui.app.exit_summary import unfinished
from vasttui.ui.serverless.copying import deployment_texts
from vasttui.ui.serverless.deployments import DeploymentsScreen

ONE = Deployment(
    id=644, name="transcribe", tag="default", endpoint_id=19430, image="vastai/base-image",
    current_version_id=8812, last_healthy_version_id=8805, ttl=3600, last_client_heartbeat=0,
)  # fmt: skip
ENDPOINT = EndpointRow(endpoint=Endpoint(id=19430, endpoint_name="whisper", endpoint_state="Active",
                                         max_workers=4), workers=())  # fmt: skip


def row_of(one: Deployment, *endpoints: EndpointRow) -> DeploymentRow:
    return deployment_rows([one], endpoints, {})[0]


def facts(row: DeploymentRow) -> dict[str, str]:
    return {fact.name: fact.text for fact in overview(row, 7200.0)}


def test_what_it_is_and_bills() -> None:
    bare = row_of(replace(ONE, storage=16.0, search_params=None))
    assert facts(bare)["Search"] == "16 GB of disk · what it searches is not known"
    row = row_of(ONE, ENDPOINT)
    assert facts(row)["State"] == "● Active · on endpoint 19430, whisper"
    assert row.is_active is True
    assert facts(row)["Version"] == "8812, last healthy: 8805"
    overdue = "last heard of 2.0 h ago · should be stopped after 1.0 h without it, and is "
    assert facts(row)["Client"] == f"{overdue}active"
    suspended = row_of(replace(ONE, endpoint_state="suspended"))
    assert facts(suspended)["Client"] == f"{overdue}suspended"
    for timely in (
        row_of(replace(ONE, ttl=10800), ENDPOINT),
        row_of(replace(ONE, ttl=10800, endpoint_state="stopped")),
    ):
        told = "last heard of 2.0 h ago · without it, the service stops it after 3.0 h"
        assert facts(timely)["Client"] == told
    assert bills(row).startswith("$0.000/h now: 0 with GPU and disk")
    broken = WorkerRow(worker=Worker(id=1, status="idle"), endpoint=19430, since=0)
    row = row_of(ONE, replace(ENDPOINT, workers=(broken,)))
    assert bills(row).startswith("$?/h now: 1 with GPU"), "its instance is not known"
    assert row.now is None
    late = Instance(id=7, endpoint_id=19430, actual_status="running", cur_state="running",
                    dph_base=0.4, storage_total_cost=0.049)  # fmt: skip
    [row] = deployment_rows([ONE], [ENDPOINT], {7: late})
    assert bills(row).startswith(
        "$0.449/h now: 0 with GPU and disk, 0 with disk, +1 without a row, $0.449/h"
    )
    old = row_of(ONE, replace(ENDPOINT, workers=(broken,), error=VastError("No answer.")))
    assert "(old: No answer.)" in bills(old)


def test_what_is_not_known_is_no_zero() -> None:
    row = row_of(ONE)
    assert (row.state_words, row.is_active, row.cost, row.workers) == ("?", None, None, None)
    assert bills(row) == "?: what they cost is not known, as its endpoint is not listed"
    told = row_of(replace(ONE, endpoint_state="stopped", worker_count=3))
    assert (told.state_words, told.is_active, told.workers) == ("○ stopped", False, 3)
    assert bills(told).startswith("3 workers: what they cost is not known")
    strange = row_of(replace(ONE, endpoint_state="asleep"))
    assert (strange.state_words, strange.is_active) == ("? asleep", None)
    unread = row_of(ONE, replace(ENDPOINT, workers=None))
    assert (unread.cost, unread.workers) == (None, None)
    assert bills(unread).startswith("what it costs now is not known · no worker group")
    lonely = row_of(replace(ONE, endpoint_id=None))
    assert (lonely.state_words, lonely.workers) == ("no endpoint", 0)
    bare = facts(row_of(Deployment(id=1)))
    assert bare["Version"] == "?"
    assert bare["Made"] == "?, changed ?"
    assert row_of(replace(ONE, last_healthy_version_id=None)).version_words == (
        "8812, last healthy: none"
    )
    assert row_of(replace(ONE, last_healthy_version_id=8812)).version_words == "8812 ✓"


def test_its_versions() -> None:
    first = DeploymentVersion(id=8805, label="first", status="healthy", file_hash="9c1185a5c5e9fc5")
    second = DeploymentVersion(id=8812, status="failed", created_at=1e30)
    row = row_of(ONE)
    assert [
        (fact.name, fact.text, fact.style) for fact in versions_facts([first, second], row)
    ] == [
        ("8812", "failed · code ? · ? · current", "bad"),
        ("8805", "healthy · first · code 9c1185a5c5e9 · ? · last healthy", "good"),
    ]
    read = overview(row, 0.0, [first, second])
    assert "8812, failed; last healthy: 8805" in [fact.text for fact in read], "as its versions say"
    assert versions_facts(None, row)[0].text == "Reading…"
    assert versions_facts((), row)[0].text == "none"
    failed = versions_facts(VastError("No answer."), row)[0]
    assert failed.text == "They cannot be shown: No answer."


async def deployments(running: Stage) -> DeploymentsScreen:
    running.app.go("deployments")
    screen = running.app.get_screen("deployments")
    assert isinstance(screen, DeploymentsScreen)
    await running.until(lambda: len(screen.browse.list.all_rows) == 2)
    return screen


async def start_is_asked_again(running: Stage) -> None:
    """What is confirmed is not what is read before it is sent."""
    await running.pause(0.5)  # until the button is up again
    running.app.screen.set_focus(running.app.screen.query_one("#confirm"))
    await running.pause()
    await running.press("enter")
    changed = "It was changed elsewhere meanwhile. Look again: nothing was sent."
    await running.until(lambda: changed in running.text, step=0.1)
    await running.pause(0.5)
    assert not running.sent("start_deployment")


async def start(running: Stage) -> None:
    """Start the deployment under the cursor, which is suspended, and changed twice meanwhile."""
    await running.dialog("t")
    assert "transcribe: it is suspended" in running.text
    await running.press("down", "enter")  # its workers go on: it can be stopped, too
    await running.until(lambda: "Requests are refused, as they are now." in running.text)
    await running.press("escape")
    await running.dialog("t")
    await running.press("enter")
    await running.until(lambda: "Start transcribe" in running.text)
    assert "at any price: a group has no limit" in running.text
    await running.press("enter", "enter")
    assert "Nothing was sent. It may cost without limit" in running.text
    assert not running.sent("start_deployment")
    await running.type("any")
    book = running.world.serverless.book
    endpoint, deployment = book.endpoints[-1], book.deployments[0]
    assert deployment.name == "transcribe"
    endpoint.limits["max_workers"] = 9  # elsewhere, meanwhile
    await start_is_asked_again(running)
    assert "at most 9 workers, at any price" in running.text
    deployment.search_params = "gpu_name=H100"
    await start_is_asked_again(running)
    deployment.heartbeat = running.clock.now()  # what changes by itself is no change
    await running.press("enter")
    await running.until(lambda: "transcribe is active." in running.said, step=1)
    assert len(running.sent("start_deployment")) == 1


async def test_stop_start_and_delete() -> None:
    async with stage(account={"endpoints": 2}) as running:
        screen = await deployments(running)
        await running.until(lambda: all(row.cost for row in screen.browse.rows), step=1)
        await running.pause()
        assert "[Deployments 2]" in running.text
        assert "no endpoint" in running.text
        await running.press("t")
        assert "It has no endpoint to start or stop." in running.said

        await running.press("down", "]")
        await running.until(lambda: running.sent("deployment_versions"), step=1)
        await running.until(lambda: "failed · code" in running.text, step=1)
        assert "healthy · first" in running.text

        await start(running)
        endpoint = running.world.serverless.book.endpoints[-1]
        assert endpoint.state == "active"
        await running.until(lambda: screen.browse.rows[1].is_active, step=1)
        await running.dialog("t")
        assert "Requests are refused from then on." in running.text
        await running.press("right", "enter")
        await running.until(lambda: "transcribe is stopped." in running.said, step=1)
        assert endpoint.state == "stopped"

        await running.press("l")
        await running.until(lambda: "[Logs]" in running.text, step=1)
        await running.until(lambda: running.sent("endpoint_logs"), step=1)
        assert '"id":19430' in running.sent("endpoint_logs")[0].replace(" ", "")
        await running.press("q")
        assert running.app.screen is screen

        await running.dialog("D")
        await running.type("transcribe")
        running.world.plan("deployments", ["stall"])  # what is compared before it is sent
        await running.press("enter")
        assert unfinished(running.app)[0].startswith("Deleting transcribe: not seen yet")
        await running.until(lambda: "transcribe is deleted." in running.said, step=1)
        assert len(running.sent("delete_deployment")) == 1
        await running.until(lambda: len(screen.browse.rows) == 1, step=1)
        [text, *_] = deployment_texts(screen.browse.rows[0].deployment)
        assert text.text == "vastai show deployment 611"
        running.world.serverless.book.deployments.clear()
        await running.press("r")
        await running.until(lambda: screen.browse.list.gone is not None, step=1)
        await running.press("escape")
        assert "No deployments" in running.text


async def test_while_the_endpoints_cannot_be_read_nothing_is_said_of_costs() -> None:
    async with stage(account={"endpoints": 2}, faults={"endpoints": ["http:503"] * 99}) as running:
        screen = await deployments(running)
        await running.until(lambda: "What they bill is not known, or old" in running.text, step=1)
        row = screen.browse.rows[1]
        assert (row.cost, row.state_words) == (None, "?")
        await running.press("down")
        await running.dialog("t")
        assert "transcribe: its state is not known" in running.text
        await running.press("enter")
        assert "Its endpoint is not listed: what it may cost is not known." in running.text
        await running.press("enter", "enter")
        assert "It may cost without limit: type “any” if that is meant." in running.text
        assert not running.sent("start_deployment")
        await running.press("escape")
        running.world.plan("deployments", ["http:503"] * 20)
        await running.press("r")
        await running.until(lambda: screen.snapshot.error is not None, step=5)
        assert len(screen.browse.rows) == 2, "what was read stays"
        assert screen.snapshot.as_of is not None
        assert running.clock.monotonic() - screen.snapshot.as_of > 5


async def test_a_deployment_says_what_is_done_to_it_until_it_is_seen_and_when_it_fails() -> None:
    async with stage(account={"endpoints": 2}) as running:
        screen = await deployments(running)
        await running.until(lambda: all(row.cost for row in screen.browse.rows), step=1)
        await running.press("down")
        running.world.plan("delete_deployment", ["http:503"])
        await running.dialog("D")
        await running.type("transcribe")
        running.world.plan("deployments", ["stall"])  # what is compared before it is sent
        await running.press("enter")
        await running.until(lambda: " Deleting transcribe: not seen yet" in running.text)
        await running.until(lambda: "✖ Deleting transcribe: " in running.text, step=1)
