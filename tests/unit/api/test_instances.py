"""Reading instances: all of them or an error, never an incomplete list."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.support.http import Reply, Script, client_of, reply
from tests.support.instance_rows import instance_row, listing
from vasttui.errors import AuthRejected, BrokenAnswer, NotFound, Rejected, ServiceDown, VastError
from vasttui.models.instance import Instance

EXPIRED = "Session expired. Please log in again."


def pages(count: int, *, size: int = 25) -> list[Reply]:
    """A list of that length, cut into pages."""
    answers = []
    for start in range(0, max(count, 1), size):
        rows = [instance_row(id + 1) for id in range(start, min(start + size, count))]
        token = f"t{start}" if start + size < count else None
        answers.append(reply(listing(*rows, token=token, total=count)))
    return answers


async def list_of(*answers: Reply | Exception) -> tuple[list[int], int]:
    """The ids of the instances, and the number of bad rows."""
    client = client_of(Script(*answers))
    try:
        found = await client.instances.list()
    finally:
        await client.aclose()
    return [instance.id for instance in found.instances], found.bad


@pytest.mark.parametrize("count", [0, 1, 25, 26, 60])
async def test_all_pages_make_one_list(count: int) -> None:
    assert await list_of(*pages(count)) == (list(range(1, count + 1)), 0)


async def test_the_list_is_asked_for_as_the_official_client_does() -> None:
    script = Script(*pages(60))
    client = client_of(script)
    await client.instances.list()
    first, second, third = (request.url for request in script.requests)
    assert (script.requests[0].method, first.path) == ("GET", "/api/v1/instances/")
    assert dict(first.params) == {
        "select_filters": "{}", "order_by": '[{"col": "id", "dir": "asc"}]', "limit": "25",
    }  # fmt: skip
    assert dict(second.params) == {**first.params, "after_token": "t0"}
    assert third.params["after_token"] == "t25"
    await client.aclose()


async def test_what_did_not_change_is_the_same_object() -> None:
    changed = reply(listing(instance_row(1), instance_row(2, gpu_util=3.0)))
    script = Script(reply(listing(instance_row(1), instance_row(2))), changed)
    client = client_of(script)
    first, second = await client.instances.list(), await client.instances.list()
    assert second.instances[0] is first.instances[0]
    assert second.instances[1].gpu_util == 3.0
    await client.aclose()


async def test_a_row_that_comes_twice_counts_once() -> None:
    answers = [
        reply(listing(instance_row(1), instance_row(2), token="a", total=3)),
        reply(listing(instance_row(2), instance_row(3), total=3)),
    ]
    assert await list_of(*answers) == ([1, 2, 3], 0)


async def test_rows_without_an_id_are_counted_and_harm_no_other() -> None:
    rows = [instance_row(id) for id in (1, 2)]
    ids, bad = await list_of(reply(listing(rows[0], {"id": None}, 7, rows[1])))
    assert (ids, bad) == ([1, 2], 2)


@pytest.mark.parametrize("failing", [0, 1, 2])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (reply("", 503), ServiceDown),
        (reply({"success": False, "error": "no", "msg": "not now"}), Rejected),
        (reply(listing(instances=None)), BrokenAnswer),
        (reply('{"instances":[{"id":1}'), BrokenAnswer),
    ],
)
async def test_one_page_that_fails_fails_the_list(
    failing: int, fault: Reply, error: type[VastError]
) -> None:
    answers = pages(60)
    with pytest.raises(error):
        await list_of(*answers[:failing], fault)


@pytest.mark.parametrize(
    "body",
    [
        None, 7, "text", [], [instance_row()], {}, {"instances": None}, {"instances": {}},
        {"instances": "[]"}, {"rows": []}, {"success": True}, listing(success="false"),
        listing(success=0), listing(error="deprecated_endpoint"),
        listing(msg="/api/v0/instances/ is deprecated. Use /api/v1/instances/ instead."),
        {"success": False, "error": "deprecated_endpoint", "instances": []},
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 410])
async def test_no_list_is_an_error_and_not_an_empty_list(body: object, status: int) -> None:
    with pytest.raises(VastError):
        await list_of(reply(json.dumps(body), status))


async def test_a_list_that_was_withdrawn_is_no_missing_instance() -> None:
    body = {"success": False, "error": "deprecated_endpoint", "msg": "deprecated"}
    with pytest.raises(Rejected) as caught:
        await list_of(reply(body, 410))
    assert not isinstance(caught.value, NotFound)


@pytest.mark.parametrize("token", [7, True, ["a"], {"a": 1}, "x" * 5_000])
async def test_a_token_that_cannot_be_read_is_an_error(token: Any) -> None:
    with pytest.raises(BrokenAnswer):
        await list_of(reply(listing(instance_row(1), token=token)))


async def test_a_list_that_goes_in_circles_is_an_error() -> None:
    script = Script(reply(listing(instance_row(1), token="a")))
    client = client_of(script)
    with pytest.raises(BrokenAnswer):
        await client.instances.list()
    assert len(script.requests) == 2
    await client.aclose()


async def test_a_list_without_an_end_is_an_error() -> None:
    asked = 0

    def endless(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return reply(listing(instance_row(asked), token=f"t{asked}")).response()

    client = client_of(endless)
    with pytest.raises(BrokenAnswer):
        await client.instances.list()
    assert asked == 400
    await client.aclose()


@pytest.mark.parametrize(
    ("count", "total", "whole"), [(3, 3, True), (3, None, True), (3, 4, False), (25, None, False)]
)
async def test_a_page_that_does_not_say_whether_it_is_the_last(
    count: int, total: int | None, whole: bool
) -> None:
    body = listing(*[instance_row(id + 1) for id in range(count)])
    del body["next_token"]
    body["total_instances"] = total
    if whole:
        assert await list_of(reply(body)) == ([1, 2, 3], 0)
    else:
        with pytest.raises(BrokenAnswer):
            await list_of(reply(body))


@pytest.mark.parametrize(
    "answers",
    [
        [listing(total=3)],
        [listing(total=3, token="")],
        [listing(instance_row(1), instance_row(2), total=3)],
        [listing(instances_found=3)],
        [listing(instance_row(1), instance_row(1), total=2)],
        [listing(instance_row(1), instances_found=25, token="a"), listing(instance_row(2))],
        [listing(instance_row(1), token="a", total=3), listing(instance_row(2), total=3)],
    ],
)
async def test_a_list_that_says_more_than_it_shows_has_failed(answers: list[object]) -> None:
    with pytest.raises(BrokenAnswer, match="cut off"):
        await list_of(*map(reply, answers))


async def test_an_instance_that_is_destroyed_between_two_pages_is_no_contradiction() -> None:
    first = listing(instance_row(1), instance_row(2), token="a", total=3)
    assert await list_of(reply(first), reply(listing(instance_row(3), total=2))) == ([1, 2, 3], 0)


async def test_one_instance() -> None:
    script = Script(reply({"instances": instance_row(5)}))
    client = client_of(script)
    instance = await client.instances.get(5)
    assert instance is not None
    assert (instance.id, instance.label) == (5, "job 5")
    [request] = script.requests
    assert request.url.path == "/api/v0/instances/5/"
    assert dict(request.url.params) == {"owner": "me"}
    await client.aclose()


@pytest.mark.parametrize(
    "fault",
    [
        reply({"instances": None}),
        reply({"success": False, "error": "no_such_instance", "msg": "Instance not found"}, 404),
        reply({"success": False, "error": "not_found", "msg": "Instance not found"}, 404),
    ],
)
async def test_an_instance_that_is_not_there(fault: Reply) -> None:
    client = client_of(Script(fault))
    assert await client.instances.get(5) is None
    await client.aclose()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (reply({"error": "auth_error", "msg": "Invalid user key"}, 404), AuthRejected),
        (reply({"success": False, "msg": EXPIRED}, 404), AuthRejected),
        (reply({"error": "no_such_instance", "msg": EXPIRED}, 404), AuthRejected),
        (reply("", 404), NotFound),
        (reply("404 page not found", 404, kind="text/plain"), NotFound),
        (reply("<html>404</html>", 404, kind="text/html"), BrokenAnswer),
        (reply({"instances": []}), BrokenAnswer),
        (reply({"instances": [instance_row(5)]}), BrokenAnswer),
        (reply({"instances": instance_row(6)}), BrokenAnswer),
        (reply({"instances": {"id": None}}), BrokenAnswer),
        (reply({"instance": instance_row(5)}), BrokenAnswer),
        (reply({}), BrokenAnswer),
    ],
)
async def test_what_does_not_say_that_an_instance_is_gone(
    fault: Reply, error: type[VastError]
) -> None:
    client = client_of(Script(fault))
    with pytest.raises(error):
        await client.instances.get(5)
    await client.aclose()


async def test_details_that_cannot_be_read_are_named() -> None:
    client = client_of(Script(reply({"instances": {"id": 5, "dph_total": "cheap"}})))
    assert await client.instances.get(5) == Instance(id=5, unread=("dph_total",))
    await client.aclose()


async def test_the_settings_of_an_instance() -> None:
    row = {"id": 7, "image_uuid": "acme/a:1", "extra_env": [["A", "x"]], "onstart": "echo"}
    script = Script(reply({"instances": row}), reply({"instances": None}))
    client = client_of(script)
    found = await client.instances.settings(7)
    assert found is not None
    assert (found.image, found.env, found.onstart) == ("acme/a:1", {"A": "x"}, "echo")
    assert await client.instances.settings(7) is None
    await client.aclose()


async def test_the_settings_of_another_instance_are_none() -> None:
    client = client_of(Script(reply({"instances": {"id": 8}})))
    with pytest.raises(BrokenAnswer, match="different instance"):
        await client.instances.settings(7)
    await client.aclose()
