from __future__ import annotations

import re

import pytest

from tests.support.rented import called, clock_of, put
from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.simulator.account.results import KEPT
from vasttui.simulator.world import World

HOST = (("host", "127.0.0.1:8765"),)
DAEMON = {"daemon_logs": "true"}


def id_of(world: World, label: str = "train-a") -> int:
    number: int = called(world, label)["id"]
    return number


def log(world: World, number: object, **body: object) -> Answer:
    path = f"/api/v0/instances/request_logs/{number}/"
    return ask(world, "PUT", path, body, BEARER + HOST)


def execute(world: World, number: object, command: object) -> Answer:
    path = f"/api/v0/instances/command/{number}/"
    return ask(world, "PUT", path, {"command": command}, BEARER + HOST)


def fetch(world: World, url: str) -> Answer:
    """Fetch it without a key, as from a separate file store."""
    return ask(world, "GET", url)


def arrived(world: World, answer: Answer) -> str:
    """The text that the answer promised, some seconds later."""
    assert answer.json["success"] is True, answer.body
    clock_of(world).advance(3)
    file = fetch(world, answer.json["result_url"])
    assert file.status == 200
    return file.body.decode()


def lines(world: World, number: object, **body: object) -> list[str]:
    return arrived(world, log(world, number, **body)).splitlines()


def at_once(world: World, number: int, *bodies: dict[str, str]) -> list[list[str]]:
    """The lines of several logs of the same moment."""
    answers = [log(world, number, **body) for body in bodies]
    return [arrived(world, answer).splitlines() for answer in answers]


def ran(world: World, number: object, command: str) -> str:
    """The output of a command, without the container's folder."""
    answer = execute(world, number, command)
    return arrived(world, answer).replace(answer.json["writeable_path"], "")


def refused(answer: Answer) -> tuple[int, str, str]:
    assert answer.json["success"] is False
    return answer.status, answer.json["error"], answer.json["msg"]


def test_a_log_is_not_there_at_once() -> None:
    world = demo_world()
    answer = log(world, id_of(world))
    assert (answer.status, set(answer.json)) == (200, {"success", "result_url", "msg"})
    url = answer.json["result_url"]
    assert re.fullmatch(r"http://127\.0\.0\.1:8765/_results/[0-9a-f]{40}\.log", url)
    seen = []
    for _ in range(5):
        seen.append(fetch(world, url).status)
        clock_of(world).advance(0.5)
    assert seen == [403, 403, 404, 404, 200]


def test_before_it_is_there_nothing_of_it_shows() -> None:
    world = demo_world()
    url = log(world, id_of(world)).json["result_url"]
    early = fetch(world, url)
    assert early.headers["content-type"] == "application/xml"
    assert b"loss" not in early.body
    clock_of(world).advance(2)
    file = fetch(world, url)
    assert file.headers["content-type"] == "text/plain"
    assert b"loss" in file.body


def test_a_file_stays_as_it_was_when_it_was_asked_for() -> None:
    world = demo_world()
    url = log(world, id_of(world)).json["result_url"]
    clock_of(world).advance(2)
    first = fetch(world, url).body
    clock_of(world).advance(600)
    assert fetch(world, url).body == first


def test_each_request_has_a_file_of_its_own() -> None:
    world = demo_world()
    urls = {log(world, id_of(world)).json["result_url"] for _ in range(5)}
    assert len(urls) == 5


def test_no_file_of_that_name() -> None:
    answer = fetch(demo_world(), "/_results/" + "0" * 40 + ".log")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/xml")


def test_only_the_newest_files_are_kept() -> None:
    world = demo_world()
    number = id_of(world)
    urls = [log(world, number, tail="1").json["result_url"] for _ in range(KEPT + 1)]
    clock_of(world).advance(3)
    assert [fetch(world, url).status for url in (urls[0], urls[1], urls[-1])] == [404, 200, 200]


def test_the_log_grows_while_the_container_runs() -> None:
    world = demo_world()
    number = id_of(world)
    before = lines(world, number, tail="100000")
    clock_of(world).advance(60)
    after = lines(world, number, tail="100000")
    assert after[: len(before)] == before
    assert 3 <= len(after) - len(before) <= 6


def test_the_log_of_what_is_stopped_ends() -> None:
    world = demo_world()
    number = id_of(world)
    put(world, f"{number}", {"state": "stopped"})
    clock_of(world).advance(60)
    before = lines(world, number)
    clock_of(world).advance(3_600)
    assert lines(world, number) == before
    assert "Killed" not in before[-1]


def test_a_container_that_was_killed_says_so_when_it_happened() -> None:
    world = demo_world(instances=7)
    number = id_of(world, "crashed")
    last = lines(world, number)[-1]
    assert "Killed: out of memory" in last
    clock_of(world).advance(900)
    assert lines(world, number)[-1] == last


def test_the_log_is_as_raw_as_that_of_a_container() -> None:
    world = demo_world()
    text = arrived(world, log(world, id_of(world), tail="100000"))
    assert "\x1b[32mStarting sshd" in text
    assert "0/8\rDownloading shards" in text
    assert re.search(r"^\d\d:\d\d:\d\d step \d+ loss ", text, re.MULTILINE)


def test_without_a_tail_the_last_thousand_lines() -> None:
    world = demo_world()
    number = id_of(world)
    everything, some = at_once(world, number, {"tail": "100000"}, {})
    assert len(everything) > 1_000
    assert some == everything[-1_000:]


@pytest.mark.parametrize("tail", ["1", "7"])
def test_the_tail_is_a_number_as_text(tail: str) -> None:
    world = demo_world()
    number = id_of(world)
    everything, some = at_once(world, number, {}, {"tail": tail})
    assert some == everything[-int(tail) :]


def test_a_filter_comes_before_the_tail() -> None:
    world = demo_world()
    number = id_of(world)
    filtered = {"filter": "checkpoint", "tail": "3"}
    everything, some = at_once(world, number, {"tail": "100000"}, filtered)
    wanted = [line for line in everything if "checkpoint" in line]
    assert len(wanted) > 3
    assert some == wanted[-3:]


def test_a_filter_that_nothing_passes_gives_an_empty_file() -> None:
    world = demo_world()
    assert arrived(world, log(world, id_of(world), filter="no such words")) == ""


def test_the_host_has_a_log_too() -> None:
    world = demo_world()
    number = id_of(world)
    text = "\n".join(lines(world, number, **DAEMON))
    assert f"contract {number}: creating container" in text
    assert "container started" in text
    assert "loss" not in text
    plain, explicit = at_once(world, number, {}, {"daemon_logs": "false"})
    assert plain == explicit


def test_what_never_ran_has_no_log_but_its_host_has() -> None:
    world = demo_world()
    number = id_of(world, "eval-b")
    answer = log(world, number)
    assert answer.status == 200
    assert answer.json["success"] is True
    assert "result_url" not in answer.json
    assert answer.json["msg"]
    assert "creating container" in lines(world, number, **DAEMON)[0]


def test_the_host_says_why_it_does_not_start() -> None:
    world = demo_world(instances=8)
    last = lines(world, id_of(world, "typo-image"), **DAEMON)[-1]
    assert "manifest for pytorch/pytroch:latest not found" in last


@pytest.mark.parametrize("number", ["12345", "all"])
def test_there_is_no_such_instance(number: str) -> None:
    world = demo_world()
    assert refused(log(world, number)) == (404, "invalid_id", "Invalid instance id.")
    assert refused(execute(world, number, "ls"))[:2] == (400, "invalid_container_id")


def test_a_command_says_where_its_output_will_be() -> None:
    world = demo_world()
    answer = execute(world, id_of(world, "old-c"), "ls -l /workspace")
    assert answer.status == 200
    assert set(answer.json) == {"success", "writeable_path", "result_url", "msg"}
    assert answer.json["writeable_path"].startswith("/var/lib/docker/")
    assert fetch(world, answer.json["result_url"]).status == 403
    assert f"{answer.json['writeable_path']}/workspace/train.py" in arrived(world, answer)


def test_the_folder_is_listed() -> None:
    world = demo_world()
    printed = ran(world, id_of(world, "old-c"), "ls -l /workspace/ck")
    assert [line.split()[-1] for line in printed.splitlines()] == [
        "/workspace/ck/18400.pt", "/workspace/ck/18440.pt",
    ]  # fmt: skip
    assert ran(world, id_of(world, "old-c"), "ls /workspace/ck/") == printed
    assert ran(world, id_of(world, "old-c"), "ls /workspace/c") == ""


@pytest.mark.parametrize(
    ("target", "gigabytes"),
    [("/workspace", 15.6), ("/workspace/ck", 4.2), ("/workspace/data.parquet", 11.4)],
)
def test_the_size_of_a_folder(target: str, gigabytes: float) -> None:
    world = demo_world()
    assert ran(world, id_of(world, "old-c"), f"du -sh {target}") == f"{gigabytes}G\t{target}\n"


@pytest.mark.parametrize("target", ["/workspace/ck", "/workspace/ck/"])
def test_removing_frees_the_disk(target: str) -> None:
    world = demo_world()
    number = id_of(world, "old-c")
    before = called(world, "old-c")
    assert ran(world, number, f"rm -rf {target}") == ""
    freed = (before["disk_util"] - called(world, "old-c")["disk_util"]) * before["disk_space"]
    assert freed == pytest.approx(4.2, abs=0.1)
    assert "18400.pt" not in ran(world, number, "ls /workspace")
    assert "train.py" in ran(world, number, "ls /workspace")
    assert ran(world, number, f"rm -rf {target}") == ""
    again = (before["disk_util"] - called(world, "old-c")["disk_util"]) * before["disk_space"]
    assert again == pytest.approx(freed)


def test_what_was_removed_here_is_still_there() -> None:
    world = demo_world()
    ran(world, id_of(world, "old-c"), "rm /workspace/train.py")
    put(world, f"{id_of(world)}", {"state": "stopped"})
    clock_of(world).advance(60)
    assert "train.py" in ran(world, id_of(world), "ls /workspace")


@pytest.mark.parametrize(
    "command", ["", "  ", "cat /etc/passwd", "nvidia-smi", "lsof", "ls " + "x" * 510]
)
def test_other_commands_are_refused(command: str) -> None:
    world = demo_world()
    answer = execute(world, id_of(world, "old-c"), command)
    assert refused(answer) == (400, "invalid_args", "Invalid command given.")


def test_a_running_instance_takes_no_command() -> None:
    world = demo_world()
    number = id_of(world)
    assert refused(execute(world, number, "rm -r /workspace")) == (
        400,
        "invalid_args",
        "Execute command only avail on stopped instances. Use ssh to run commands on running "
        "instances.",
    )
    put(world, f"{number}", {"state": "stopped"})
    clock_of(world).advance(60)
    assert "train.py" in ran(world, number, "ls /workspace")


def test_the_longest_command() -> None:
    world = demo_world()
    assert execute(world, id_of(world, "old-c"), "ls " + "x" * 509).status == 200


@pytest.mark.parametrize("command", [None, 7, ["ls"]])
def test_a_command_that_is_no_text_has_a_status_of_its_own(command: object) -> None:
    world = demo_world()
    answer = execute(world, id_of(world, "old-c"), command)
    assert refused(answer) == (483, "invalid_args", "Invalid json_body")


@pytest.mark.parametrize("body", [b"{", b"[]", b""])
def test_so_has_a_body_that_holds_no_command(body: bytes) -> None:
    world = demo_world()
    path = f"/api/v0/instances/command/{id_of(world, 'old-c')}/"
    answer = ask(world, "PUT", path, body, BEARER)
    assert refused(answer) == (483, "invalid_args", "Invalid json_body")


def test_both_need_a_key() -> None:
    world = demo_world()
    for kind in ("request_logs", "command"):
        path = f"/api/v0/instances/{kind}/{id_of(world)}/"
        assert ask(world, "PUT", path, {"command": "ls"}).status == 403


def test_a_command_has_its_documented_interval() -> None:
    world = demo_world(rate_limits=True)
    number = id_of(world, "old-c")
    assert execute(world, number, "ls").status == 200
    clock_of(world).advance(1.4)
    assert execute(world, number, "ls").status == 429
    clock_of(world).advance(1.5)
    assert execute(world, number, "ls").status == 200
