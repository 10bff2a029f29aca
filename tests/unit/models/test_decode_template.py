"""Templates from strangers: unreadable ones are left out, the rest is clean."""

from __future__ import annotations

from typing import Any

import pytest

from vasttui.models.decode_template import docker_flags, template_from, templates_from

ROW: dict[str, Any] = {
    "id": 7, "hash_id": "a" * 32, "name": "PyTorch", "image": "vastai/pytorch", "tag": "2.8",
    "runtype": "ssh", "recommended_disk_space": 20, "desc": "Training", "onstart": "entry.sh",
    "env": "-e A=b -p 8080:8080", "count_created": 12, "recommended": True, "private": False,
}  # fmt: skip


def test_a_template_is_read() -> None:
    one = template_from(ROW)
    assert one is not None
    assert (one.id, one.hash_id, one.name) == (7, "a" * 32, "PyTorch")
    assert (one.image, one.tag, one.disk, one.used) == ("vastai/pytorch", "2.8", 20.0, 12)
    assert (one.env, one.ports) == ({"A": "b"}, ("8080:8080",))
    assert (one.recommended, one.private) == (True, False)


@pytest.mark.parametrize(
    "row",
    [
        None, 5, "x", [], {}, {**ROW, "id": "7"}, {**ROW, "id": True}, {**ROW, "hash_id": None},
        {**ROW, "hash_id": ""}, {**ROW, "name": 5},
    ],
)  # fmt: skip
def test_what_has_no_number_no_hash_or_no_name_is_left_out(row: object) -> None:
    assert template_from(row) is None


@pytest.mark.parametrize("name", [name for name in ROW if name not in ("id", "hash_id", "name")])
@pytest.mark.parametrize("value", [None, [], {}, object()])
def test_any_other_detail_may_be_missing_or_wrong(name: str, value: object) -> None:
    one = template_from({**ROW, name: value})
    assert one is not None
    assert one.name == "PyTorch"


@pytest.mark.parametrize("size", [True, "20", -1, 0, 1e9, float("nan")])
def test_a_disk_that_cannot_be_is_unknown(size: object) -> None:
    one = template_from({**ROW, "recommended_disk_space": size})
    assert one is not None
    assert one.disk is None


def test_hostile_words_are_only_words() -> None:
    one = template_from({**ROW, "name": "a\x1b]52;c;eA==\x07b[/]", "desc": "x" * 10_000})
    assert one is not None
    assert "\x1b" not in one.name
    assert "\x07" not in one.name
    assert "[/]" in one.name
    assert len(one.desc) <= 300


def test_the_most_used_come_first() -> None:
    rows = [{**ROW, "id": 1, "count_created": 3}, None, {**ROW, "id": 2, "count_created": 9}]
    assert [one.id for one in templates_from(rows)] == [2, 1]


@pytest.mark.parametrize(
    ("text", "env", "ports"),
    [
        ("", {}, ()),
        ("-e A=b -e C='d e'", {"A": "b", "C": "d e"}, ()),
        ("-p 1:1 -p 1:1 -p 2:2/udp", {}, ("1:1", "2:2/udp")),
        ("-h name -v /a:/b -n net -e A=1", {"A": "1"}, ()),
        ("-e A -e =b -p x -e", {}, ()),
        ("-e A='b", {"A": "'b"}, ()),
        ("--shm-size 1g -e A=1", {"A": "1"}, ()),
    ],
)
def test_docker_flags_are_read_as_the_official_client_does(
    text: str, env: dict[str, str], ports: tuple[str, ...]
) -> None:
    assert docker_flags(text) == (env, ports)
