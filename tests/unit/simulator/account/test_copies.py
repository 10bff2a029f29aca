"""Copies are accepted, told of half a minute late, and fail or finish without a request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.simulator import BEARER, ask
from vasttui.clock import VirtualClock
from vasttui.simulator.world import World, WorldConfig

COPY = "/api/v0/commands/copy_direct/"
RCLONE = "/api/v0/commands/rclone/"


class Bench:
    """A world of three instances: two that run, and a stopped one."""

    def __init__(self, path: Path | None = None, *, volumes: int = 0) -> None:
        self.clock = VirtualClock()
        config = WorldConfig(offers=20, instances=6, volumes=volumes)
        self.world = World(config, self.clock, path)
        self.a, self.stopped, self.b = (
            self._labelled(label) for label in ("train-a", "old-c", "notebook")
        )

    def _labelled(self, label: str) -> int:
        rows = self.world.contracts.all(self.clock.now())
        return next(one.id for one in rows if one.label == label)

    def send(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        answer = ask(self.world, method, path, body, BEARER)
        return answer.status, answer.json

    def copy(self, source: object, target: object, path: str = "/workspace/in/") -> Any:
        body = {
            "client_id": "me", "src_id": source, "dst_id": target,
            "src_path": "/workspace/ck/", "dst_path": path,
        }  # fmt: skip
        return self.send("PUT", COPY, body)

    def says(self, number: int) -> str:
        rows = self.send("GET", "/api/v1/instances/?limit=25")[1]["instances"]
        return next(str(row["status_msg"]) for row in rows if row["id"] == number)


def test_a_copy_is_accepted_and_arrives_later() -> None:
    bench = Bench()
    before = bench.says(bench.b)
    status, body = bench.copy(f"C.{bench.a}", str(bench.b))
    assert (status, body["success"]) == (200, True)
    assert body["msg"].startswith("Remote to Remote copy initiated")
    bench.clock.advance(20)
    assert bench.says(bench.b) == before
    bench.clock.advance(60)
    assert bench.says(bench.b) == "receiving copy 40%"
    bench.clock.advance(100)
    assert bench.says(bench.b) == "Done receiving copy"
    assert bench.world.copies.all[0].works


def test_one_into_a_folder_that_is_not_there_fails_in_the_words_of_its_source() -> None:
    bench = Bench()
    before = bench.says(bench.b)
    assert bench.copy(bench.stopped, bench.b, "/srv/in/out/")[1]["success"] is True
    bench.clock.advance(40)
    assert bench.says(bench.stopped) == (
        'rsync: [Receiver] mkdir "/srv/in/out" failed: No such file or directory (2)'
    )
    assert bench.says(bench.b) == before
    bench.copy(bench.stopped, bench.b, "/srv/in/")
    bench.copy(bench.stopped, bench.b, "/srv/in/out/")
    assert [one.works for one in bench.world.copies.all] == [False, True, True]


def test_cancelling_stops_every_copy_into_that_target() -> None:
    bench = Bench()
    bench.copy(bench.a, bench.b)
    bench.copy(bench.stopped, bench.b, "/workspace/other/")
    bench.clock.advance(60)
    assert bench.send("DELETE", COPY, {"client_id": "me", "dst_id": f"C.{bench.b}"}) == (
        200, {"success": True},
    )  # fmt: skip
    bench.clock.advance(600)
    assert bench.says(bench.b) == "receiving copy 20%"
    assert all(one.cancelled for one in bench.world.copies.all)


@pytest.mark.parametrize(
    ("changes", "status", "error", "words"),
    [
        ({"src_path": ""}, 400, "invalid_args", "Invalid src_path."),
        ({"dst_path": 7}, 400, "invalid_args", "Invalid dst_path."),
        ({"src_id": "C.1"}, 404, "no_such_user", "No such user."),
        ({"dst_id": "V.7"}, 404, "no_such_user", "No such user."),
        ({"dst_id": "local"}, 404, "no_such_user", "No such user."),
        ({"dst_id": None}, 404, "no_such_user", "No such user."),
    ],
)
def test_what_is_refused(changes: dict[str, object], status: int, error: str, words: str) -> None:
    bench = Bench()
    body = {"client_id": "me", "src_id": f"C.{bench.a}", "dst_id": f"{bench.b}",
            "src_path": "/a", "dst_path": "/b", **changes}  # fmt: skip
    answer = bench.send("PUT", COPY, body)
    assert answer == (status, {"success": False, "error": error, "msg": words})
    assert bench.world.copies.all == []


def test_a_cancel_needs_a_target_that_is_there() -> None:
    bench = Bench()
    for given in (None, "C.1", "nonsense"):
        status, body = bench.send("DELETE", COPY, {"client_id": "me", "dst_id": given})
        assert (status, body["msg"]) == (400, "Invalid dst_id.")


def test_this_computer_is_told_where_the_other_end_is() -> None:
    bench = Bench()
    body = {"client_id": "me", "src_id": None, "dst_id": f"C.{bench.a}",
            "src_path": "/data/x", "dst_path": "/workspace/x"}  # fmt: skip
    answer = bench.send("PUT", "/api/v0/commands/rsync/", body)[1]
    assert (answer["success"], answer["dst_port"]) == (True, 51_199)
    answer = bench.send("PUT", "/api/v0/commands/rsync/", {**body, "src_id": f"{bench.b}",
                                                           "dst_id": None})[1]  # fmt: skip
    assert answer["src_addr"].count(".") == 3


def cloud(bench: Bench, *flags: str, **changes: object) -> tuple[int, Any]:
    body = {
        "src": "/workspace/ck/", "dst": "bucket/ck", "instance_id": f"{bench.a}",
        "selected": "1811", "transfer": "Instance to Cloud", "flags": list(flags), **changes,
    }  # fmt: skip
    return bench.send("POST", RCLONE, body)


def test_a_copy_to_a_cloud_and_a_dry_run() -> None:
    bench = Bench()
    assert cloud(bench)[1]["success"] is True
    bench.clock.advance(31)
    assert bench.says(bench.a).startswith("Transferred:")
    bench.clock.advance(130)
    assert bench.says(bench.a) == "Cloud Copy Operation Finished"
    cloud(bench, "--dry-run", transfer="Cloud To Instance", selected="1905")
    bench.clock.advance(31)
    assert bench.says(bench.a) == "Cloud Copy Operation Finished"


def test_a_bucket_that_is_not_there_is_said_by_the_instance() -> None:
    bench = Bench()
    for changes in ({"dst": "no-such-bucket/x"}, {"src": "/no-such-bucket", "transfer":
                                                 "Cloud To Instance"}):  # fmt: skip
        assert cloud(bench, **changes)[1]["success"] is True
        bench.clock.advance(31)
        assert "NoSuchBucket" in bench.says(bench.a)
        bench.clock.advance(3_600)
        assert "NoSuchBucket" in bench.says(bench.a)


@pytest.mark.parametrize("change", [{"selected": "9"}, {"transfer": "Up"}, {"flags": ["--all"]}])
def test_a_refusal_may_come_with_http_200(change: dict[str, object]) -> None:
    status, body = cloud(Bench(), **change)
    assert (status, body["success"]) == (200, False)


def test_a_copy_to_a_cloud_is_cancelled_by_its_instance() -> None:
    bench = Bench()
    cloud(bench)
    bench.clock.advance(40)
    status, body = bench.send("DELETE", RCLONE, {"client_id": "me", "dst_id": bench.a})
    assert body["msg"].startswith("Remote copy canceled - ")
    bench.clock.advance(600)
    assert bench.says(bench.a).startswith("Transferred:")
    status, body = bench.send("DELETE", RCLONE, {"client_id": "me", "dst_id": 1})
    assert (status, body["error"]) == (404, "no_such_instance")


def test_copies_go_on_in_a_world_that_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    bench = Bench(path)
    bench.copy(bench.a, bench.b)
    again = Bench(path)
    again.clock.advance(200)
    assert again.says(again.b) == "Done receiving copy"
    assert again.world.copies.all == bench.world.copies.all


def test_what_the_container_says_later_hides_what_was_said_of_a_copy() -> None:
    bench = Bench()
    bench.copy(bench.a, bench.b)
    bench.clock.advance(200)
    bench.world.become(bench.b, "failed")
    assert "manifest" in bench.says(bench.b)


def test_a_volume_has_only_its_root() -> None:
    bench = Bench(volumes=1)
    volume = bench.world.contracts.shelf.all()[0].id
    for path in ("/out", "/out/deeper", "/no/way"):
        assert bench.copy(bench.a, f"V.{volume}", path)[0] == 200
    assert [one.works for one in bench.world.copies.all] == [True, True, False]


def test_a_backup_is_restored_into_an_instance() -> None:
    bench = Bench()
    number = bench.world.backups.rows[0].contract_id
    assert bench.copy(f"vast.{number}", bench.b)[0] == 200
    assert bench.copy(f"vast.{bench.a}", bench.b)[0] == 404
    assert bench.copy(bench.a, f"vast.{number}")[0] == 404
