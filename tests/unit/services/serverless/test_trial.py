"""A test request from the router to the answer, and every way it can fail."""

from __future__ import annotations

import json
import random
from typing import Any

import httpx
import pytest

from tests.support.http import KEY, Reply, Script, client_of, reply
from tests.unit.api.test_live import READY
from tests.unit.models.test_decode_serverless import SECRET
from vasttui.clock import VirtualClock
from vasttui.errors import VastError
from vasttui.models.instance import Instance, PortMapping
from vasttui.models.route import WorkerAnswer
from vasttui.models.secret import Secret
from vasttui.models.serverless import Endpoint
from vasttui.services.serverless.trial import (
    Trial,
    TrialRequest,
    Trials,
    chosen_worker,
    payload_from,
    summary,
    worker_time,
)

ENDPOINT = Endpoint(id=1, endpoint_name="llama", api_key=Secret(SECRET))
REQUEST = TrialRequest("/v1/completions", {"prompt": "Say 'hi'."}, 16)

WAITING = reply({"status": "loading", "request_idx": 9})
CHOSEN = reply(READY)
ANSWER = reply({"choices": [{"text": " Hi!"}]})


class Bench:
    """A test request against canned answers; a request takes 0.3 s."""

    def __init__(self, *answers: Reply | Exception) -> None:
        self.clock, self.script = VirtualClock(), Script(*answers)
        self.client = client_of(self._answer, clock=self.clock)
        self.steps: list[Trial] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.clock.advance(0.3)
        return self.script(request)

    async def run(self, endpoint: Endpoint = ENDPOINT) -> Trial:
        client = self.client
        trials = Trials(client.live, client.workers, self.clock, random.Random(1))
        return await trials.run(endpoint, REQUEST, self.steps.append)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.script.requests]


async def test_it_waits_for_a_worker_and_tells_both_times() -> None:
    bench = Bench(WAITING, WAITING, CHOSEN, ANSWER)
    trial = await bench.run()
    assert trial.is_good
    assert trial.problem == ""
    assert trial.route is not None
    assert (trial.asked, trial.route.reqnum, trial.status) == (3, 17, "")
    assert trial.answer is not None
    assert trial.answer.lines == ('{"choices": [{"text": " Hi!"}]}',)
    assert trial.answer.seconds == pytest.approx(0.3)
    assert trial.routed is not None
    assert trial.seconds == pytest.approx(trial.routed + 0.3)
    assert 1.9 < trial.routed < 0.9 + 1 + 5
    assert [one.status for one in bench.steps if one.status] == ["loading", "loading"]
    assert [body.get("request_idx") for body in bench.bodies] == [0, 9, 9, None]
    assert bench.bodies[-1] == {
        "auth_data": READY, "session_id": None, "payload": {"prompt": "Say 'hi'."},
    }  # fmt: skip


async def test_the_accounts_key_goes_nowhere() -> None:
    bench = Bench(WAITING, CHOSEN, ANSWER)
    await bench.run()
    assert len(bench.script.requests) == 3
    for request in bench.script.requests:
        assert KEY not in f"{request.url} {request.headers} {request.content!r}"
        assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in f"{bench.client.exchanges} {bench.steps}"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "The worker does not take the signature: ask again."),
        (410, "The session that this request belongs to is over."),
        (422, "The worker does not know these fields."),
        (429, "The worker takes no more for now: its queue is full, or it is asked too often."),
        (499, "The worker stopped: it was told that nobody waits for the answer any more."),
        (418, "The worker answered with HTTP 418."),
    ],
)
async def test_a_worker_that_refuses_is_asked_once_and_its_words_are_kept(
    status: int, said: str
) -> None:
    bench = Bench(CHOSEN, reply({"error": "because"}, status))
    trial = await bench.run()
    assert (trial.problem, trial.is_good, trial.over) == (said, False, True)
    assert trial.answer is not None
    assert trial.answer.lines == ('{"error": "because"}',)
    assert len(bench.script.requests) == 2


async def test_a_worker_that_is_not_there() -> None:
    trial = await Bench(CHOSEN, httpx.ConnectError("x")).run()
    assert trial.problem.startswith("The worker cannot be reached: 203.0.113.9 refused")
    assert (trial.answer, trial.over) == (None, True)
    assert trial.route is not None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            reply({"error": "Authentication failed"}, 401),
            "The service does not take this endpoint's key",
        ),
        (
            reply({"error": "Invalid endpoint"}, 400),
            "The service named no worker: Invalid endpoint.",
        ),
        (reply({"msg": "not found"}, 404), "The service named no worker: not found."),
    ],
)
async def test_a_router_that_refuses_is_asked_once(answer: Reply, said: str) -> None:
    bench = Bench(answer)
    trial = await bench.run()
    assert said in trial.problem
    assert (trial.route, trial.over, len(bench.script.requests)) == (None, True, 1)


async def test_a_router_that_falters_is_asked_again() -> None:
    bench = Bench(reply("", 503), WAITING, httpx.ReadError("x"), CHOSEN, ANSWER)
    assert (await bench.run()).is_good
    assert [body.get("request_idx") for body in bench.bodies] == [0, 0, 9, 9, None]
    down = Bench(reply("", 503))
    trial = await down.run()
    assert "having problems" in trial.problem
    assert len(down.script.requests) == 3


async def test_nobody_waits_for_ever() -> None:
    bench = Bench(WAITING)
    trial = await bench.run()
    assert trial.problem == "No worker in 10 min. It says: “loading”."
    assert 600 <= trial.seconds < 607


async def test_without_the_endpoints_key_nothing_is_sent() -> None:
    bench = Bench(CHOSEN)
    trial = await bench.run(Endpoint(id=1, endpoint_name="llama"))
    assert trial.problem == "The service did not send this endpoint's key."
    assert bench.script.requests == []


@pytest.mark.parametrize(
    ("text", "said"), [("{", "not JSON (line 1)"), ("[]", "is an object"), ('{"a": NaN}', "JSON")]
)
def test_a_payload_is_an_object(text: str, said: str) -> None:
    with pytest.raises(VastError, match=said.replace("(", r"\(").replace(")", r"\)")):
        payload_from(text)
    assert payload_from('{"a": 1}') == {"a": 1}


def test_the_chosen_worker_is_known_by_its_address() -> None:
    ports = (PortMapping(8000, "tcp", 41234),)
    mine = Instance(id=7, public_ipaddr="203.0.113.9", ports=ports)
    other = Instance(id=8, public_ipaddr="203.0.113.9", ports=(PortMapping(1, "tcp", 2),))
    assert chosen_worker("https://203.0.113.9:41234", [other, mine]) == 7
    assert chosen_worker("https://203.0.113.9:41234", [other]) is None
    assert chosen_worker("https://[x", [mine]) is None
    assert chosen_worker("http://127.0.0.1:8080/_workers/8", [other, mine]) == 8


def test_ten_requests_in_one_line() -> None:
    good = [
        Trial(REQUEST, seconds=one, over=True, answer=WorkerAnswer(200, 1, 0.1, 0.2))
        for one in (0.5, 1.9, 0.81)
    ]
    bad = Trial(REQUEST, seconds=9, over=True, problem="x")
    assert summary([*good, bad, Trial(REQUEST)]) == (
        "4 requests: 3 answered, median 0.81 s, slowest 1.90 s"
    )
    assert summary([bad]) == "1 request: 0 answered"
    assert worker_time(WorkerAnswer(200, 1, 0.1, 3.6), 0.5) == pytest.approx(0.0005)
    assert worker_time(WorkerAnswer(200, 1, 0.1, 3.6), None) is None
