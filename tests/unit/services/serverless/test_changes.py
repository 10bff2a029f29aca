"""Changes of serverless on the demo account: what is checked before, and what is said after."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import httpx
import pytest
from msgspec import structs

from tests.support.http import KEY, Script, client_of, reply
from tests.support.serverless import (
    IDLE,
    USED,
    deployment_changes,
    endpoint_called,
    endpoint_changes,
    group_changes,
    groups_of,
)
from tests.support.simulator import demo_world
from tests.unit.models.test_decode_serverless import ENDPOINT
from tests.unit.services.serverless.test_reader import read_all
from vasttui.api.client import VastClient, open_client
from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import VirtualClock
from vasttui.errors import AuthRejected, RateLimited, Unconfirmed, VastError
from vasttui.models.endpoint_settings import (
    EndpointSettings,
    GroupSettings,
    group_settings_of,
    settings_of,
)
from vasttui.models.instance import Instance
from vasttui.models.serverless import Deployment, Endpoint, LeftWorkers, Worker, WorkerGroup
from vasttui.services.serverless.change_rows import ChangeRows
from vasttui.services.serverless.costs import cost_of
from vasttui.services.serverless.deletion import StillListed
from vasttui.services.serverless.endpoint_changes import EndpointChanges
from vasttui.services.serverless.group_changes import UpdateProgress
from vasttui.services.serverless.left_behind import Deleted, LeftBehind
from vasttui.services.serverless.logs import ServerlessLogs, log_lines
from vasttui.services.serverless.reader import ServerlessReader
from vasttui.services.serverless.service import Serverless
from vasttui.services.serverless.trial import TrialRequest, Trials, chosen_worker
from vasttui.services.serverless.words import counts, deleted_words, worst_cell
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World
from vasttui.store.journal import Journal


@dataclass
class Bench:
    """The demo account with its two endpoints, a client, and every body that was sent."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    bodies: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world: World = demo_world(clock=self.clock, offers=40, endpoints=2)
        inside = SimulatorTransport(self.world)

        class Recorded(httpx.AsyncBaseTransport):
            async def handle_async_request(_, request: httpx.Request) -> httpx.Response:
                self.bodies.append((f"{request.method} {request.url.path}", request.content))
                return await inside.handle_async_request(request)

        self.client: VastClient = open_client(
            "http://127.0.0.1", KEY, clock=self.clock, rng=random.Random(1), transport=Recorded()
        )

    @property
    def sent(self) -> list[str]:
        """The changes that reached the service."""
        return [name for name, _ in self.bodies if not name.startswith("GET")]

    async def endpoint(self, name: str) -> Endpoint:
        found = await endpoint_called(self.client, name)
        assert found is not None
        return found


async def test_a_new_endpoint_is_told_of_before_it_is_listed() -> None:
    bench = Bench()
    told: list[Endpoint] = []
    journal = Journal(None)
    rows = ChangeRows(journal, bench.clock)
    changes = EndpointChanges(bench.client.endpoints, bench.clock, journal, rows, told.append)
    made = await changes.create(EndpointSettings(endpoint_name="new", max_workers=3))
    assert (made.name, made.max_workers) == ("new", 3)
    assert [one.id for one in told] == [made.id]
    with pytest.raises(VastError, match="There is an endpoint new already; two with one name"):
        await changes.create(EndpointSettings(endpoint_name="new"))
    with pytest.raises(VastError, match="Letters, digits"):
        await changes.create(EndpointSettings(endpoint_name="a b"))
    assert bench.sent == ["POST /api/v0/endptjobs/"]


async def test_what_was_asked_for_and_may_still_come_is_not_asked_for_again() -> None:
    bench = Bench()
    changes = endpoint_changes(bench.client, bench.clock)
    bench.world.plan("create_endpoint", ["late_commit:61"])
    with pytest.raises(Unconfirmed):
        await changes.create(EndpointSettings(endpoint_name="new"))
    bench.clock.advance(1)
    with pytest.raises(VastError, match="nobody knows yet whether it was made"):
        await changes.create(EndpointSettings(endpoint_name="new"))
    assert bench.sent == ["POST /api/v0/endptjobs/"]


async def test_a_change_of_what_was_changed_elsewhere_is_not_sent() -> None:
    bench = Bench()
    changes, shown = endpoint_changes(bench.client, bench.clock), await bench.endpoint(USED)
    settings = settings_of(shown)
    assert settings is not None
    now = await changes.change(shown, replace(settings, max_workers=8))
    assert (now.max_workers, now.cold_workers) == (8, shown.cold_workers)
    with pytest.raises(VastError, match="llama-70b was changed elsewhere"):
        await changes.change(shown, replace(settings, max_workers=9))
    with pytest.raises(VastError, match="There is an endpoint whisper already"):
        await changes.change(now, replace(settings, endpoint_name=IDLE))
    with pytest.raises(VastError, match="could not be read"):
        await changes.change(replace(now, unread=("cold_mult",)), settings)
    assert len(bench.sent) == 1


async def test_what_is_accepted_and_not_done_is_named() -> None:
    listed = reply({"success": True, "results": [ENDPOINT]})
    script = Script(listed, listed, reply({"success": True}), listed)
    client = client_of(script)
    changes = endpoint_changes(client, VirtualClock())
    [shown] = (await client.endpoints.list()).endpoints
    settings = settings_of(shown)
    assert settings is not None
    with pytest.raises(VastError, match=r"lists another target util, max workers\."):
        await changes.change(shown, replace(settings, max_workers=3, target_util=0.5))


async def test_a_state_is_set_and_everything_else_stays() -> None:
    bench = Bench()
    changes, shown = endpoint_changes(bench.client, bench.clock), await bench.endpoint(USED)
    now = await changes.set_state(shown, "stopped")
    assert now.state == "stopped"
    assert settings_of(now) == replace(settings_of(shown), endpoint_state="stopped")  # type: ignore[type-var]


async def test_a_deletion_tells_of_the_workers_that_stay() -> None:
    bench = Bench()
    changes, shown = endpoint_changes(bench.client, bench.clock), await bench.endpoint(USED)
    left = await changes.delete(shown)
    assert left.failed
    assert left.deleted
    assert "could not be deleted and goes on billing" in deleted_words(shown.name, left)
    assert await endpoint_called(bench.client, USED) is None
    again = await changes.delete(shown)
    assert again.failed is None
    assert bench.sent == ["DELETE /api/v0/endptjobs/19392/"]


async def test_what_has_another_name_than_was_shown_is_not_deleted() -> None:
    bench = Bench()
    changes, shown = endpoint_changes(bench.client, bench.clock), await bench.endpoint(USED)
    book = bench.world.serverless.book
    book.endpoints[0].name = "other"
    with pytest.raises(VastError, match="llama-70b is called other now"):
        await changes.delete(shown)
    deployments = deployment_changes(bench.client, bench.clock)
    [one, _] = (await bench.client.deployments.list()).deployments
    for elsewhere in (replace(one, endpoint_id=7), replace(one, name="other")):
        with pytest.raises(VastError, match="was changed elsewhere"):
            await deployments.delete(elsewhere)
    assert bench.sent == []
    book.deployments.clear()
    assert await deployments.delete(one) is False
    assert bench.sent == []


def listed(*ids: int) -> list[Instance]:
    """Instances with these ids."""
    return [Instance(id=one) for one in ids]


async def test_what_a_deletion_leaves_is_looked_for_until_it_is_gone() -> None:
    bench = Bench()
    serverless = Serverless(bench.client, bench.clock, random.Random(1), Journal(None))
    row = (await read_all(serverless.reader))[0]
    ids = [7, *(one.id for one in row.workers or ())]
    left = await serverless.delete_endpoint(row, [7])
    assert left.failed is not None
    [failed] = left.failed
    only = f"llama-70b is deleted; one of its instances is still there and bills $?/h: {failed}."
    assert serverless.left.sentences(listed(*ids)) == [only]
    assert [(one.level, one.text) for one in serverless.items(listed(*ids))] == [("urgent", only)]
    bench.clock.advance(60)
    late = Instance(id=8, endpoint_id=row.id)  # it came meanwhile, and says whose it is
    [words] = serverless.left.sentences([late, *listed(failed, 7)])
    assert words.endswith(f"bill $?/h: 7, 8, {failed}.")
    assert serverless.left.sentences(listed(failed)) == [only]
    assert serverless.left.sentences([]) == []
    assert serverless.left.sentences(listed(failed)) == [only], "it was only not read"
    assert [one.name for one in await read_all(serverless.reader)] == ["whisper"]


async def test_what_a_deployment_leaves_is_looked_for_in_lists_and_instances() -> None:
    bench = Bench()
    serverless = Serverless(bench.client, bench.clock, random.Random(1), Journal(None))
    book = bench.world.serverless.book
    [shown] = [one for one in (await bench.client.deployments.list()).deployments
               if one.endpoint_id is not None]  # fmt: skip
    endpoint, groups = book.endpoint(shown.endpoint_id), list(book.groups)
    assert endpoint is not None
    await serverless.delete_deployment(shown, None, [7])
    book.endpoints.append(endpoint)
    book.groups[:] = groups
    bench.clock.advance(59)
    assert await serverless.look() == []
    assert serverless.items(listed(7)) == []  # it may take a moment
    bench.clock.advance(1)
    bench.world.plan("endpoints", ["http:503"] * 9)
    await serverless.look()
    worker = Instance(id=8, endpoint_id=endpoint.id)
    [words] = serverless.left.sentences([worker, *listed(7)])
    assert words == "transcribe is deleted; 2 of its instances are still there and bill $?/h: 7, 8."
    bench.world.faults.clear()
    bench.clock.advance(30)
    await serverless.look()
    [group] = [one for one in groups if one.endpoint_id == endpoint.id]
    both = f"endpoint {endpoint.id}, worker group {group.id} are still listed"
    [item] = serverless.items([])
    assert item.text == f"{both} after the deletion of transcribe: they may bill."
    book.endpoints.remove(endpoint)
    book.groups.remove(group)
    await serverless.look()
    assert len(serverless.items([])) == 1  # as it was read last
    bench.clock.advance(30)
    await serverless.look()
    assert serverless.items([]) == []
    assert not serverless.left.is_due


def test_that_no_instance_is_left_is_said_once_by_a_list_that_was_asked_for_after_it() -> None:
    clock = VirtualClock()
    left = LeftBehind(clock)
    left.add(Deleted(name="square", endpoint=5, workers=[7, 8]), LeftWorkers())
    left.add(Deleted(name="idle", endpoint=6), LeftWorkers())
    left.add(Deleted(name="maybe", endpoint=9, workers=[9]), LeftWorkers(), sure=False)
    at = clock.monotonic()
    assert left.ended([], at) == [], "it may have been answered before"
    late = Instance(id=10, endpoint_id=5)
    for instances in (listed(8), [late]):
        assert left.ended(instances, at + 5) == []
    assert left.ended(listed(3), at + 10) == [
        "square is deleted, and none of its instances is listed any more."
    ]
    assert left.ended([], at + 15) == []


def test_a_list_with_rows_that_cannot_be_read_is_no_proof_that_it_is_gone() -> None:
    clock = VirtualClock()
    left = LeftBehind(clock)
    left.add(Deleted(name="square", endpoint=5), LeftWorkers())
    clock.advance(60)
    left.look([], is_whole=False)
    clock.advance(30)
    assert left.is_due
    left.look([Endpoint(id=5)], is_whole=True)
    assert left.sentences([]) == [
        "endpoint 5 is still listed after the deletion of square: it may bill."
    ]
    clock.advance(30)
    left.look([], is_whole=True)
    clock.advance(1_000)
    assert (left.sentences([]), left.is_due) == ([], False)


async def test_an_endpoint_that_serves_another_deployment_is_not_left_over() -> None:
    bench = Bench()
    serverless = Serverless(bench.client, bench.clock, random.Random(1), Journal(None))
    first, second = bench.world.serverless.book.deployments
    first.endpoint_id = second.endpoint_id
    shown = next(one for one in (await bench.client.deployments.list()).deployments
                 if one.id == first.id)  # fmt: skip
    await serverless.delete_deployment(shown, None, [7])
    bench.clock.advance(60)
    assert serverless.left.sentences(listed(7)) == []


async def test_a_deletion_that_was_accepted_and_is_not_seen_is_looked_for_later() -> None:
    bench = Bench()
    serverless = Serverless(bench.client, bench.clock, random.Random(1), Journal(None))
    row = (await read_all(serverless.reader))[1]

    async def accepted(endpoint_id: int) -> Outcome:
        return Outcome(Fate.OK, LeftWorkers(failed=(7,)))

    bench.client.endpoints.delete = accepted  # type: ignore[method-assign]
    with pytest.raises(StillListed):
        await serverless.delete_endpoint(row)
    bench.clock.advance(60)
    await serverless.look()
    [instance, lists] = serverless.left.sentences(listed(7))
    assert instance.endswith("bills $?/h: 7.")
    assert lists.startswith("endpoint 19430, worker group")


async def test_what_may_be_a_row_that_cannot_be_read_is_not_called_gone() -> None:
    bench = Bench()
    serverless = Serverless(bench.client, bench.clock, random.Random(1), Journal(None))
    row = (await read_all(serverless.reader))[1]
    [group], [one, *_] = row.groups, (await bench.client.deployments.list()).deployments
    settings = settings_of(row.endpoint)
    assert settings is not None
    changes = (
        ("endpoints", serverless.delete_endpoint(row)),
        ("endpoints", serverless.endpoints.change(row.endpoint, settings)),
        ("endpoints", serverless.as_is(row)),
        ("deployments", serverless.delete_deployment(one, row)),
    )
    for operation, change in changes:
        bench.world.plan(operation, ["wrong_types"])
        with pytest.raises(VastError, match=r"It may be 2 rows of the list that cannot be read\."):
            await change
    assert all("/get_" in name for name in bench.sent), "nothing was sent"
    bench.world.plan("workergroups", ["wrong_types"] * 99)
    with pytest.raises(Unconfirmed, match="It may be 2 rows of the list that cannot be read"):
        await serverless.delete_group(group)
    bench.world.faults.clear()
    assert serverless.left.sentences([]) == []
    bench.clock.advance(60)
    await serverless.look()
    assert not serverless.left.is_due


async def test_a_group_is_made_limited_and_deleted() -> None:
    bench = Bench()
    changes, endpoint = group_changes(bench.client, bench.clock), await bench.endpoint(IDLE)
    [old] = await groups_of(bench.client, IDLE)
    made = await changes.create(
        GroupSettings(endpoint_id=endpoint.id, template_hash="a" * 32, search="dph_total<=0.3")
    )
    assert made.price_limit == 0.3
    settings = group_settings_of(made)
    assert settings is not None
    cheap = await changes.change(made, replace(settings, search="dph_total<=0.2"))
    assert cheap.price_limit == 0.2
    with pytest.raises(VastError, match="was changed elsewhere"):
        await changes.change(made, settings)
    left = await changes.delete(old)
    assert [one.id for one in await groups_of(bench.client, IDLE)] == [made.id]
    assert left.failed == ()


async def test_a_group_that_may_still_come_is_not_asked_for_again() -> None:
    bench = Bench()
    changes, endpoint = group_changes(bench.client, bench.clock), await bench.endpoint(IDLE)
    settings = GroupSettings(endpoint_id=endpoint.id, template_hash="a" * 32, search="dph<=0.3")
    bench.world.plan("create_workergroup", ["late_commit:90"])
    with pytest.raises(Unconfirmed):
        await changes.create(settings)
    with pytest.raises(VastError, match="nobody knows yet whether it was made"):
        await changes.create(settings)
    assert bench.sent == ["POST /api/v0/autojobs/"]


async def test_a_deployment_that_does_not_stop_is_not_called_stopped() -> None:
    row = {"id": 644, "name": "square", "endpoint_state": "active"}
    script = Script(reply({"success": True}), reply({"success": True, "deployments": [row]}))
    client = client_of(script)
    changes = deployment_changes(client, VirtualClock())
    with pytest.raises(VastError, match="square is not stopped yet"):
        await changes.stop(Deployment(id=644, name="square"))
    assert [request.method for request in script.requests] == ["POST", "GET", "GET", "GET"]


async def test_workers_are_updated_one_after_the_other_and_that_can_be_cancelled() -> None:
    bench = Bench()
    changes, group = group_changes(bench.client, bench.clock), (
        await groups_of(bench.client, USED)
    )[0]  # fmt: skip
    number = await changes.update_workers(group.id)
    assert number
    with pytest.raises(VastError, match="in progress"):
        await changes.update_workers(group.id)
    await changes.cancel_update(group.id)
    assert not bench.world.serverless.book.rollouts


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [("reset", Unconfirmed, "It is not known whether this was done"),
     ("http:401", AuthRejected, "key"), ("429", RateLimited, ".")],
)  # fmt: skip
async def test_a_cancellation_counts_when_the_service_says_so_and_not_when_no_worker_is_updated(
    fault: str, error: type[VastError], words: str
) -> None:
    """As between two workers of an update, which goes on."""
    bench = Bench()
    changes = group_changes(bench.client, bench.clock)
    group = (await groups_of(bench.client, USED))[0]
    await changes.update_workers(group.id)
    bench.world.plan("update_workers", [fault])
    with pytest.raises(error, match=words):
        await changes.cancel_update(group.id)
    assert bench.world.serverless.book.rollouts
    assert bench.sent.count("POST /update_workers/") == 2


async def test_an_update_without_an_answer_is_looked_for_and_never_sent_again() -> None:
    bench = Bench()
    changes = group_changes(bench.client, bench.clock)
    group = (await groups_of(bench.client, USED))[0]
    bench.world.plan("update_workers", ["commit_then_reset"])
    assert await changes.update_workers(group.id) is None
    assert bench.world.serverless.book.rollouts
    await changes.cancel_update(group.id)
    bench.clock.advance(120)  # the one that was under way is done
    bench.world.plan("update_workers", ["reset"])
    with pytest.raises(Unconfirmed, match="It is not known whether this was done"):
        await changes.update_workers(group.id)
    assert not bench.world.serverless.book.rollouts
    assert bench.sent.count("POST /update_workers/") == 3


def test_the_progress_of_an_update_is_what_was_seen() -> None:
    progress = UpdateProgress(2)
    one, two = Worker(id=1, status="update_ready"), Worker(id=2, status="idle")
    progress.see([one, two])
    assert progress.words == "updating 2 workers one after the other: 0 seen done, 1 under way"
    progress.see([replace(one, status="idle"), replace(two, status="update_starting")])
    assert progress.words == "updating 2 workers one after the other: 1 seen done, 1 under way"
    progress.see([replace(one, status="idle")])
    words = "updating 2 workers one after the other: 1 seen done, 0 under way, 1 not listed"
    assert progress.words == words, "it may start anew: nobody knows"
    assert not progress.is_over
    progress.see([replace(one, status="idle"), two])
    assert progress.words == "all 2 workers were updated"
    assert UpdateProgress(None).words.startswith("updating the workers one after the other")


async def test_the_whole_of_the_demo_account_is_read_and_adds_up() -> None:
    bench = Bench()
    api = bench.client
    reader = ServerlessReader(api.endpoints, api.worker_groups, api.live, bench.clock)
    llama, whisper = rows = await read_all(reader)
    assert counts(rows) == "2 endpoints, 3 groups: 2 ready, 1 starting, 2 off"
    assert [len(group.workers or ()) for group in llama.groups] == [4, 1]
    instances = {one.id: one for one in (await api.instances.list()).instances}
    cost = cost_of(llama.workers or (), instances)
    assert (cost.running, cost.idle, cost.unknown) == (3, 2, 0)
    assert 0 < cost.disk < cost.known
    assert [worst_cell(row.worst) for row in rows] == ["7.200", "any!"]
    assert whisper.workers == ()


async def test_a_test_request_through_the_router_to_a_worker() -> None:
    bench = Bench()
    api, endpoint = bench.client, await bench.endpoint(USED)
    request = TrialRequest("/v1/completions", {"prompt": "Say hi."}, 16)
    trials = Trials(api.live, api.workers, bench.clock, random.Random(1))
    trial = await trials.run(endpoint, request)
    assert trial.problem == ""
    assert trial.is_good
    assert trial.asked == 3
    assert trial.route is not None
    instances = (await api.instances.list()).instances
    assert chosen_worker(trial.route.url, instances) in {one.id for one in instances}
    wrong = await trials.run(endpoint, replace(request, payload={}))
    assert wrong.problem == "The worker does not know these fields."
    assert bench.world.serverless.book.foreign_keys == 0


async def test_logs_of_the_demo_account() -> None:
    bench = Bench()
    endpoint = await bench.endpoint(USED)
    [group, _] = await groups_of(bench.client, USED)
    for logs in (
        ServerlessLogs(bench.client.live, endpoint.id),
        ServerlessLogs(bench.client.live, group.id, group=True),
    ):
        [log] = await logs.read()
        assert log.said == ""
        assert log_lines(log, "info1")


async def test_what_a_deletion_without_an_answer_leaves_is_looked_for_once_it_is_gone() -> None:
    bench = Bench()
    serverless = Serverless(bench.client, bench.clock, random.Random(1), Journal(None))
    row = (await read_all(serverless.reader))[1]
    bench.world.plan("delete_endpoint", ["late_commit:170", "reset"])
    with pytest.raises(Unconfirmed, match="not known whether this was done"):
        await serverless.delete_endpoint(row, [7])
    unsure = "Nobody knows yet whether whisper was deleted; it bills until it is. It is looked for."
    assert serverless.left.sentences(listed(7)) == [unsure]
    bench.clock.advance(60)
    await serverless.look()
    assert serverless.left.is_due is False
    bench.clock.advance(60)
    await serverless.look()
    assert serverless.left.sentences(listed(7)) == [
        "whisper is deleted; one of its instances is still there and bills $?/h: 7."
    ]


async def test_a_deletion_without_an_answer_that_was_not_made_is_given_up() -> None:
    bench = Bench()
    serverless = Serverless(bench.client, bench.clock, random.Random(1), Journal(None))
    [shown, _] = (await bench.client.deployments.list()).deployments
    bench.world.plan("delete_deployment", ["reset"])
    with pytest.raises(Unconfirmed):
        await serverless.delete_deployment(shown, None, [7])
    for _ in range(12):
        assert len(serverless.items(listed(7))) == 1
        bench.clock.advance(30)
        await serverless.look()
        if not serverless.left.sentences(listed(7)):
            break
    assert serverless.items(listed(7)) == []
    assert not serverless.left.is_due


def test_what_is_deleted_again_is_said_once_and_groups_alone_are_no_endpoint() -> None:
    clock = VirtualClock()
    left = LeftBehind(clock)
    what = Deleted(name="square", endpoint=5)
    left.add(what, LeftWorkers(), sure=False)
    left.add(what, LeftWorkers(), sure=False)
    assert len(left.sentences([])) == 1
    clock.advance(60)
    left.look([], [WorkerGroup(id=6, endpoint_id=5)], is_whole=True)
    assert left.sentences([]) == [
        "worker group 6 is still listed after the deletion of square: it may bill."
    ]


async def test_what_an_endpoint_left_that_was_not_deleted_here_is_told_too() -> None:
    """As by another program, or before this one was started."""
    bench = Bench()
    serverless = Serverless(bench.client, bench.clock, random.Random(1), Journal(None))
    began = bench.clock.now()
    of = Instance(id=7, endpoint_id=5, start_date=began, actual_status="running",
                  cur_state="running", dph_base=0.4, storage_total_cost=0.049)  # fmt: skip
    others = [
        structs.replace(of, id=8, endpoint_id=19392),
        structs.replace(of, id=9, start_date=None),
    ]
    assert serverless.standing([of]) == [], "nothing was read yet"
    await read_all(serverless.reader)
    assert serverless.standing([of]) == [], "it may be of one that is listed a minute late"
    bench.clock.advance(61)
    await read_all(serverless.reader)
    words = "Endpoint 5 is not listed, but 1 instance of it is, $0.449/h: 7."
    assert serverless.standing([of, *others]) == [words]
    assert [(one.key, one.text) for one in serverless.items([of])] == [("left-5", words)]
    stopped = structs.replace(of, id=6, actual_status="exited", cur_state="stopped")
    [both] = serverless.standing([of, stopped])
    assert both == "Endpoint 5 is not listed, but 2 instances of it are, $0.498/h: 6, 7."
    serverless.reader.reasons = ("An endpoint cannot be shown: its id is missing.",)
    assert serverless.standing([of]) == []
    serverless.reader.reasons = ()
    serverless.left.add(Deleted(name="square", endpoint=5), LeftWorkers())
    assert serverless.standing([of]) == [], "what is deleted in this run is told otherwise"


async def test_a_deletion_that_was_accepted_while_the_lists_are_away_is_looked_for() -> None:
    bench = Bench()
    serverless = Serverless(bench.client, bench.clock, random.Random(1), Journal(None))
    [shown, _] = (await bench.client.deployments.list()).deployments
    delete = bench.client.deployments.delete

    async def answered(deployment_id: int) -> Outcome:
        outcome = await delete(deployment_id)
        bench.world.plan("deployments", ["http:503"] * 99)
        return outcome

    bench.client.deployments.delete = answered  # type: ignore[method-assign]
    with pytest.raises(Unconfirmed, match="the list could not be read"):
        await serverless.delete_deployment(shown, None, [7])
    bench.world.faults.clear()
    bench.clock.advance(60)
    await serverless.look()
    [words] = serverless.left.sentences(listed(7))
    assert words.startswith(f"{shown.title} is deleted; one of its instances is still there")
