"""Volumes of the simulated account, with the requests of the official client."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.rented import called, clock_of, credit, destroy, put, rented
from tests.support.simulator import BEARER, ask, demo_world, search
from tests.support.volumes import clone, create, delete, listed, room, volume
from vasttui.simulator.world import World


def world_of(**more: Any) -> World:
    return demo_world(volumes=3, **more)


def refused(answer: Any) -> tuple[int, str]:
    assert answer.json["success"] is False
    return answer.status, answer.json["msg"]


def rent(world: World, machine: int, info: dict[str, object]) -> Any:
    offers = search(world, {"machine_id": {"eq": machine}, "rentable": {"eq": True}})
    body = {"image": "x/y", "disk": 10, "volume_info": info}
    return ask(world, "PUT", f"/api/v0/asks/{offers[0]['id']}/", body, BEARER)


def test_a_free_volume_ends_with_the_listing_of_its_machine() -> None:
    world = world_of(offers=600)
    [free] = [row for row in listed(world) if row["status"] == "created"]
    [space] = room(world, machine_id={"eq": free["machine_id"]})
    assert free["end_date"] == space["end_date"]


def test_the_rows_have_the_names_and_types_of_the_service() -> None:
    rows = listed(world_of())
    assert [(row["label"], row["status"]) for row in rows] == [
        ("datasets", "in-use"), ("models", "created"), ("old_ck", "in-use"),
    ]  # fmt: skip
    for row in rows:
        assert row["type"] == "machine"
        assert isinstance(row["start_date"], float)  # the official client reckons with it
        assert set(row) == {
            "id", "label", "status", "type", "machine_id", "host_id", "cluster_id", "disk_space",
            "disk_name", "driver_version", "cuda_max_good", "cpu_name", "cpu_arch", "mobo_name",
            "os_version", "inet_up", "inet_down", "reliability2", "verification", "static_ip",
            "public_ipaddr", "geolocation", "storage_total_cost", "start_date", "end_date",
            "instances",
        }  # fmt: skip


def test_network_volumes_are_withdrawn() -> None:
    world = world_of()
    assert listed(world, "network_volume") == []
    assert len(listed(world, "local_volume")) == 3


def test_an_instance_lists_the_volume_it_has_and_the_single_read_does_not() -> None:
    world = world_of()
    row = called(world, "train-a")
    [mounted] = row["volume_info"]
    assert (mounted["id"], mounted["label"]) == (volume(world, "datasets")["id"], "datasets")
    assert ["-v datasets:/data", "1"] in row["extra_env"]
    assert volume(world, "datasets")["instances"] == [row["id"]]
    single = ask(world, "GET", f"/api/v0/instances/{row['id']}/", headers=BEARER).json["instances"]
    assert "volume_info" not in single


def test_a_volume_fills_while_an_instance_has_it() -> None:
    world = world_of()
    before = called(world, "train-a")["volume_info"][0]["avail_space"]
    clock_of(world).advance(3_600)
    assert called(world, "train-a")["volume_info"][0]["avail_space"] == before - 0.1


def test_room_is_found_with_the_official_defaults() -> None:
    rows = room(world_of())
    assert 0 < len(rows) <= 64
    for row in rows:
        assert row["verification"] == "verified"
        assert row["disk_space"] >= 1
        assert row["storage_total_cost"] == pytest.approx(row["storage_cost"] / 720)
    assert len({row["machine_id"] for row in rows}) == len(rows)


def test_room_beside_an_offer_of_gpus() -> None:
    world = world_of()
    offer = next(row for row in search(world) if row["avail_vol_size"] is not None)
    wanted = {"machine_id": {"eq": offer["machine_id"]}, "disk_space": {"gte": 10}}
    rows = room(world, **wanted, order=[["storage_cost", "asc"]], verified={"neq": None})
    [row] = rows
    assert row["disk_space"] == offer["avail_vol_size"]
    assert row["storage_cost"] / 720 == pytest.approx(offer["avail_vol_dph"])
    made = create(world, offer["avail_vol_ask_id"], 10)  # the id in the offer is as good
    assert made.json["success"] is True


def test_a_search_for_much_room_leaves_small_machines_out() -> None:
    world = world_of()
    sizes = [row["disk_space"] for row in room(world, disk_space={"gte": 1500})]
    assert sizes
    assert min(sizes) >= 1500
    rows = room(world, order=[["disk_space", "desc"]])
    assert [row["disk_space"] for row in rows] == sorted(
        (row["disk_space"] for row in rows), reverse=True
    )


def test_a_new_volume_is_answered_with_its_name_and_takes_room() -> None:
    world = world_of()
    offer = room(world, disk_space={"gte": 50})[0]
    made = create(world, offer["id"], 50)
    number = made.json["volume_id"]
    assert made.json == {"success": True, "volume_name": f"V.{number}", "volume_id": number}
    row = volume(world, "weights")
    assert (row["id"], row["disk_space"], row["status"]) == (number, 50, "created")
    assert row["machine_id"] == offer["machine_id"]
    [left] = room(world, id={"eq": offer["id"]})
    assert left["disk_space"] == offer["disk_space"] - 50  # one offer makes several, until full


def test_the_terse_shapes_that_sources_tell_of() -> None:
    world = world_of(terse_volumes=True)
    made = create(world, room(world)[0]["id"], 5)
    assert set(made.json) == {"success", "volume_name"}
    train = called(world, "train-a")["id"]
    assert volume(world, "datasets")["instances"] == [{"id": train}]


@pytest.mark.parametrize("name", ["a-b", "", "x" * 65, "naïve", 7])
def test_a_name_that_the_service_refuses(name: object) -> None:
    world = world_of()
    answer = create(world, room(world)[0]["id"], 5, name)
    assert answer.status == 422
    assert answer.json["error"] == "invalid_args"
    assert answer.json["msg"].startswith(f"invalid volume name: {name}. Max length 64")
    assert len(listed(world)) == 3


@pytest.mark.parametrize("size", [0, 1.5, "20", None, True])
def test_only_whole_sizes(size: object) -> None:
    world = world_of()
    assert create(world, room(world)[0]["id"], size).status == 400


def test_more_than_there_is_room_for_and_room_that_is_gone() -> None:
    world = world_of()
    offer = room(world)[0]
    too_much = int(offer["disk_space"]) + 1
    assert refused(create(world, offer["id"], too_much)) == (
        400, f"Only {offer['disk_space']:.0f} GB are available.",
    )  # fmt: skip
    assert create(world, 3).status == 404
    assert create(demo_world(credit=0.0), offer["id"]).json["error"] == "insufficient_credit"


def test_it_costs_money_from_the_start_attached_or_not() -> None:
    world = world_of(instances=0)
    before = credit(world)
    create(world, room(world, disk_space={"gte": 50})[0]["id"], 50)
    hourly = (
        volume(world, "weights")["storage_total_cost"]
        + volume(world, "models")["storage_total_cost"]
    )
    clock_of(world).advance(36_000)
    assert credit(world) == pytest.approx(before - 10 * hourly, abs=1e-5)
    delete(world, volume(world, "weights")["id"])
    spent = credit(world)
    clock_of(world).advance(36_000)
    left = volume(world, "models")["storage_total_cost"]
    assert credit(world) == pytest.approx(spent - 10 * left, abs=1e-5)


def test_it_costs_nothing_while_its_machine_is_offline() -> None:
    world = world_of()
    machine = called(world, "train-a")["machine_id"]
    for row in listed(world):
        if row["label"] == "old_ck":
            assert row["machine_id"] != machine
    before = world.contracts.shelf.get(volume(world, "datasets")["id"])
    assert before is not None
    paid = before.meter.charged
    world.become(called(world, "train-a")["id"], "offline")
    clock_of(world).advance(36_000)
    rented(world)
    assert before.meter.charged == pytest.approx(paid)


def test_its_charges_are_rows_of_their_own() -> None:
    world = world_of()
    now = world.clock.now()
    path = '/api/v0/charges/?select_filters={"day":{"gte":0,"lte":%d},"type":{"in":["volume"]}}'
    rows = ask(world, "GET", path % now, headers=BEARER).json["results"]
    assert {row["type"] for row in rows} == {"volume"}
    [row] = [row for row in rows if row["source"] == f"volume-{volume(world, 'datasets')['id']}"]
    hourly = volume(world, "datasets")["storage_total_cost"]
    assert row["amount"] == pytest.approx(30 * 24 * hourly, abs=0.001)
    assert row["metadata"] == {"label": "datasets"}


def test_a_free_volume_is_deleted_and_then_unknown() -> None:
    world = world_of()
    number = volume(world, "models")["id"]
    assert delete(world, number).json == {"success": True}
    gone = delete(world, number)
    assert (gone.status, gone.json["error"]) == (404, "no_such_volume")
    assert delete(world, "abc").status == 400


def test_the_id_may_also_be_in_the_body() -> None:
    world = world_of()
    number = volume(world, "models")["id"]
    answer = ask(world, "DELETE", "/api/v0/volumes/", {"id": number}, BEARER)
    assert answer.json == {"success": True}


@pytest.mark.parametrize("name", ["datasets", "old_ck"])
def test_one_that_an_instance_has_is_not_deleted_even_where_that_is_stopped(name: str) -> None:
    world = world_of()
    row = volume(world, name)
    assert refused(delete(world, row["id"])) == (
        400, f"Volume {row['id']} is in use by instance {row['instances'][0]}.",
    )  # fmt: skip


def test_it_stays_in_use_for_half_a_minute_after_its_instance_is_gone() -> None:
    world = world_of()
    row = volume(world, "datasets")
    destroy(world, row["instances"][0])
    clock_of(world).advance(29)
    assert volume(world, "datasets")["status"] == "in-use"
    assert delete(world, row["id"]).status == 400
    clock_of(world).advance(2)
    assert (volume(world, "datasets")["status"], volume(world, "datasets")["instances"]) == (
        "created", [],
    )  # fmt: skip
    assert delete(world, row["id"]).status == 200


def test_a_clone_is_of_the_same_size_on_another_machine() -> None:
    world = world_of()
    source = volume(world, "datasets")
    offer = next(
        row for row in room(world, disk_space={"gte": 200})
        if row["machine_id"] != source["machine_id"]
    )  # fmt: skip
    assert clone(world, source["id"], offer["id"]).json["success"] is True
    made = listed(world)[-1]
    assert (made["disk_space"], made["machine_id"]) == (200, offer["machine_id"])
    assert clone(world, source["id"], offer["id"], size=300).status == 400
    assert clone(world, 4, offer["id"]).status == 404


def test_a_rental_takes_a_free_volume_of_its_machine() -> None:
    world = world_of()
    row = volume(world, "models")
    info = {"mount_path": "/models", "create_new": False, "volume_id": row["id"]}
    made = rent(world, row["machine_id"], info).json["new_contract"]
    instance = next(one for one in rented(world) if one["id"] == made)
    assert [one["id"] for one in instance["volume_info"]] == [row["id"]]
    assert ["-v models:/models", "1"] in instance["extra_env"]
    assert volume(world, "models")["instances"] == [made]
    assert delete(world, row["id"]).status == 400


def test_a_rental_makes_a_new_volume_beside_it() -> None:
    world = world_of()
    offer = next(
        row for row in search(world) if row["rentable"] and (row["avail_vol_size"] or 0) > 40
    )
    info = {
        "mount_path": "/w", "create_new": True, "volume_id": offer["avail_vol_ask_id"],
        "size": 40, "name": "weights",
    }  # fmt: skip
    body = {"image": "x/y", "disk": 10, "volume_info": info}
    made = ask(world, "PUT", f"/api/v0/asks/{offer['id']}/", body, BEARER).json["new_contract"]
    row = volume(world, "weights")
    assert (row["instances"], row["disk_space"]) == ([made], 40)
    assert row["machine_id"] == offer["machine_id"]


@pytest.mark.parametrize(
    "info",
    [
        {"mount_path": "/data", "create_new": False, "volume_id": 5},
        {"mount_path": "data", "create_new": False, "volume_id": 20_118_502},
        {"mount_path": "/data", "create_new": True, "volume_id": 5, "size": 10},
    ],
)
def test_a_rental_with_an_impossible_volume_is_refused_and_makes_nothing(
    info: dict[str, object],
) -> None:
    world = world_of()
    before = len(rented(world)), len(listed(world))
    machine = volume(world, "models")["machine_id"]
    assert rent(world, machine, info).json["success"] is False
    assert (len(rented(world)), len(listed(world))) == before


def test_a_volume_of_another_machine_is_refused() -> None:
    world = world_of()
    free = volume(world, "models")
    other = next(
        row for row in search(world)
        if row["rentable"] and row["machine_id"] != free["machine_id"]
    )  # fmt: skip
    info = {"mount_path": "/data", "create_new": False, "volume_id": free["id"]}
    assert refused(rent(world, other["machine_id"], info)) == (
        400, "The volume is on another machine.",
    )  # fmt: skip


def test_a_volume_that_an_instance_has_is_not_given_to_another() -> None:
    world = world_of()
    row = volume(world, "datasets")
    info = {"mount_path": "/data", "create_new": False, "volume_id": row["id"]}
    assert refused(rent(world, row["machine_id"], info))[1].startswith("Volume")


def test_a_stopped_instance_keeps_it() -> None:
    world = world_of()
    train = called(world, "train-a")
    put(world, str(train["id"]), {"state": "stopped"})
    clock_of(world).advance(600)
    assert volume(world, "datasets")["status"] == "in-use"


def test_a_key_is_needed() -> None:
    assert ask(world_of(), "GET", "/api/v0/volumes?owner=me").status in (401, 403)


def test_volumes_are_not_there_unless_asked_for() -> None:
    assert listed(demo_world()) == []
