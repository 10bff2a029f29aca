"""Templates from strangers: unreadable ones are left out, the rest is clean."""

from __future__ import annotations

from typing import Any

import pytest

from vasttui.models.decode_template import docker_flags, template_from, templates_from
from vasttui.models.template import Template

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


@pytest.mark.parametrize("size", [True, "much", "nan", -1, 0, 1e9, float("nan")])
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
    assert docker_flags(text)[:2] == (env, ports)


def test_other_flags_are_kept() -> None:
    assert docker_flags("-h me --shm-size 1g -e A=1 -e B -p x").others == (
        "-h", "me", "--shm-size", "1g", "-e", "B", "-p", "x",
    )  # fmt: skip


def read(**fields: object) -> Template:
    one = template_from({**ROW, **fields}, 5)
    assert one is not None
    return one


def test_a_disk_size_may_be_text_as_the_official_client_sends_it() -> None:
    assert read(recommended_disk_space="20").disk == 20.0


def test_a_script_keeps_its_lines() -> None:
    one = read(onstart="echo a\n  echo b\r\n")
    assert one.onstart.split("\n")[:2] == ["echo a", "  echo b"]


def test_what_is_not_shown_as_it_is_is_named() -> None:
    assert read().altered == frozenset()
    assert read(env="-e A='x\ty'").altered == {"env"}
    assert read(onstart="echo \x1b[0m").altered == {"onstart"}
    assert read(env="-e A=" + "x" * 70_000).altered == {"env"}


def test_300_variables_are_all_there() -> None:
    one = read(env=" ".join(f"-e NAME_{at}='value {at}'" for at in range(300)))
    assert len(one.env) == 300
    assert one.env["NAME_299"] == "value 299"
    assert one.altered == frozenset()


def test_no_password_is_kept() -> None:
    one = read(docker_login_repo="docker.io", docker_login_pass="hunter2", env="-e T=hunter2")
    assert (one.login, one.has_password) == ("docker.io", True)
    assert "hunter2" not in repr(one)
    assert read(docker_login_pass="").has_password is False


def test_whose_it_is() -> None:
    assert [read(creator_id=number).mine for number in (5, 6, None, "5")] == [
        True, False, False, False,
    ]  # fmt: skip
    one = template_from({**ROW, "creator_id": 5})
    assert one is not None
    assert one.mine is False


def test_two_rows_with_one_hash_are_two_templates_and_one_id_is_one() -> None:
    rows = [{**ROW, "id": number} for number in (1, 2, 2)]
    assert [one.id for one in templates_from(rows)] == [1, 2]


def test_deleted_ones_are_left_out() -> None:
    assert template_from({**ROW, "deleted_at": 1.0}) is None


@pytest.mark.parametrize(("hash_kept", "visible"), [("ab", True), (None, True), ("ab", False)])
def test_the_readme_has_a_page_where_it_is_public(hash_kept: str | None, visible: bool) -> None:
    one = read(readme_visible=visible, readme_hash=hash_kept)
    page = f"https://cloud.vast.ai/template/readme/{'a' * 32}"
    assert one.readme == (page if hash_kept and visible else "")
