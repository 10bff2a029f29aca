"""Volumes and room for them, in all the shapes the service uses."""

from __future__ import annotations

import json

import pytest

from tests.support.http import Script, client_of, reply
from vasttui.api.outcome import Fate, Outcome, new_volume
from vasttui.errors import BrokenAnswer, Rejected
from vasttui.models.volume import Volume

ROW = {
    "id": 20118481, "label": "weights_1", "status": "in-use", "type": "machine", "machine_id": 14,
    "host_id": 77, "disk_space": 20, "instances": [9001], "start_date": 1791300000.5,
    "end_date": 1793892000.5, "geolocation": "Ohio, US", "storage_total_cost": 0.00555,
}  # fmt: skip
VOLUME = Volume(
    id=20118481, label="weights_1", status="in-use", type="machine", machine_id=14, host_id=77,
    disk_space=20.0, instances=(9001,), start_date=1791300000.5, end_date=1793892000.5,
    geolocation="Ohio, US", storage_total_cost=0.00555,
)  # fmt: skip
ROOM = {"id": 5014, "storage_cost": 0.2, "machine_id": 14, "disk_space": 412.0}


async def test_a_row_as_it_was_seen() -> None:
    script = Script(reply({"volumes": [ROW]}))
    client = client_of(script)
    found = await client.volumes.list()
    assert found.volumes == (VOLUME,)
    assert (found.bad, found.reasons) == (0, ())
    [request] = script.requests
    assert (request.method, request.url.path) == ("GET", "/api/v0/volumes")
    assert dict(request.url.params) == {"owner": "me", "type": "all_volume"}
    await client.aclose()


@pytest.mark.parametrize(
    ("changes", "name", "value", "unread"),
    [
        ({"instances": [{"id": 9001}]}, "instances", (9001,), ()),
        ({"instances": None}, "instances", None, ()),
        ({"instances": "9001"}, "instances", None, ("instances",)),
        ({"instances": [True]}, "instances", None, ("instances",)),
        ({"label": None}, "name", "V.20118481", ()),
        ({"label": "a\x1b[31mb"}, "name", "a␛[31mb", ()),
        ({"label": 7}, "name", "V.20118481", ("label",)),
        ({"disk_space": "20"}, "disk_space", None, ("disk_space",)),
        ({"storage_total_cost": -1}, "monthly", None, ("storage_total_cost",)),
        ({"storage_total_cost": 0.00555}, "monthly", pytest.approx(3.996), ()),
        ({"status": "resting", "instances": []}, "in_use", None, ()),
        ({"status": "created", "instances": []}, "in_use", False, ()),
        ({"status": "created"}, "in_use", True, ()),
        ({"status": None, "instances": None}, "in_use", None, ()),
        ({"type": "network"}, "is_local", False, ()),
    ],
)
async def test_one_wrong_field_is_unknown_and_the_row_stays(
    changes: dict[str, object], name: str, value: object, unread: tuple[str, ...]
) -> None:
    client = client_of(Script(reply({"volumes": [{**ROW, **changes}]})))
    [volume] = (await client.volumes.list()).volumes
    assert getattr(volume, name) == value
    assert volume.unread == unread
    await client.aclose()


async def test_rows_without_an_id_are_counted_and_others_stay() -> None:
    body = {"volumes": [{**ROW, "id": "x"}, 7, ROW, ROW]}
    client = client_of(Script(reply(body)))
    found = await client.volumes.list()
    assert found.volumes == (VOLUME,)
    assert found.bad == 2
    assert found.reasons[0] == "A volume cannot be shown: id is 'x'."
    await client.aclose()


@pytest.mark.parametrize("body", [{}, {"volumes": None}, [], {"volumes": {"1": ROW}}])
async def test_an_answer_without_a_list_is_not_an_empty_list(body: object) -> None:
    client = client_of(Script(reply(json.dumps(body))))
    with pytest.raises(BrokenAnswer):
        await client.volumes.list()
    await client.aclose()


async def test_room_is_asked_for_by_size_the_cheapest_first() -> None:
    script = Script(reply({"offers": [ROOM, {"id": 6}, {**ROOM, "id": 7, "storage_cost": "x"}]}))
    client = client_of(script)
    [space] = await client.volumes.search(200)
    assert (space.id, space.hourly(720), space.monthly(200)) == (5014, 0.2, 40.0)
    [request] = script.requests
    assert (request.method, request.url.path) == ("POST", "/api/v0/volumes/search/")
    assert json.loads(request.content) == {
        "disk_space": {"gte": 200}, "external": {"eq": False}, "verified": {"eq": True},
        "order": [["storage_cost", "asc"]], "limit": 64, "allocated_storage": 200.0,
    }  # fmt: skip
    await client.aclose()


async def test_room_on_one_machine_is_never_that_of_another() -> None:
    script = Script(reply({"offers": [ROOM, {**ROOM, "id": 8, "machine_id": 15}]}))
    client = client_of(script)
    assert [one.id for one in await client.volumes.search(5, machine=14)] == [5014]
    body = json.loads(script.requests[0].content)
    assert body["machine_id"] == {"eq": 14}
    assert "verified" not in body
    await client.aclose()


async def test_the_changes_as_they_are_sent() -> None:
    script = Script(reply({"success": True}))
    client = client_of(script)
    await client.volumes.create(5014, 20, "weights_1")
    await client.volumes.delete(20118481)
    await client.volumes.clone(20118481, 5014)
    sent = [
        (one.method, one.url.path, dict(one.url.params), json.loads(one.content))
        for one in script.requests
    ]
    assert sent == [
        ("PUT", "/api/v0/volumes/", {}, {"id": 5014, "size": 20, "name": "weights_1"}),
        ("DELETE", "/api/v0/volumes/", {"id": "20118481"}, {}),
        ("POST", "/api/v0/volumes/copy/", {}, {"src_id": 20118481, "dst_id": 5014}),
    ]
    await client.aclose()


async def test_a_refused_name_is_a_refusal_in_the_words_of_the_service() -> None:
    words = "invalid volume name: a-b. Max length 64, alphanumeric and underscore characters only"
    body = {"success": False, "error": "invalid_args", "msg": words}
    client = client_of(Script(reply(body, 422)))
    outcome = await client.volumes.create(5014, 20, "a-b")
    assert outcome.fate is Fate.REJECTED
    assert isinstance(outcome.error, Rejected)
    assert words in str(outcome.error)
    await client.aclose()


@pytest.mark.parametrize(
    ("data", "number"),
    [
        ({"volume_name": "V.20118481", "volume_id": 20118481}, 20118481),
        ({"volume_name": "V.20118481"}, 20118481),
        ({"volume_id": True, "volume_name": "V.7"}, 7),
        ({"volume_name": "weights_1"}, None),
        ({"volume_name": "V.0"}, None),
        ({"volume_id": "7"}, None),
        (None, None),
    ],
)
def test_the_id_of_a_new_volume(data: object, number: int | None) -> None:
    assert new_volume(Outcome(Fate.OK, data)) == number
