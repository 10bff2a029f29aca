"""Mistakes in a rental are reported at their field, before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from tests.support.offer_rows import row
from vasttui.models.rent import Launch, RentRequest, VolumeRequest
from vasttui.models.rent_checks import (
    LEAST_BID,
    MOST_BID,
    MOST_BID_PER_GPU,
    MOST_SCRIPT,
    parse_args,
    parse_env,
    parse_ports,
    problems,
)
from vasttui.simulator.account import manage as change
from vasttui.simulator.account import rent_checks as create
from vasttui.text import LABEL_CAP

OFFER = row(
    id=4242, dph_base=0.3, dph_total=0.31, min_bid=0.12345, disk_space=272.9,
    direct_port_count=4, storage_cost=0.15,
).offer  # fmt: skip
GOOD = RentRequest(
    ask=4242, image="vastai/pytorch:2.8", disk=60.0, label="train", env={"A": "b"},
    ports=("8080", "6100/udp"), onstart="echo", login="-u a -p b docker.io",
    volume=VolumeRequest(id=1, path="/data"),
)  # fmt: skip


def found(credit: float | None = 10.0, **changes: Any) -> list[tuple[str, str]]:
    wanted = replace(GOOD, **changes)
    return [(one.field, one.sentence) for one in problems(wanted, OFFER, credit)]


def test_a_good_one_has_no_problem() -> None:
    assert found() == []
    assert found(None) == []


@pytest.mark.parametrize(
    "image",
    [
        "a", "vastai/pytorch", "vastai/pytorch:@vastai-automatic-tag", "ghcr.io/a/b:1",
        "localhost:5000/a", "my-registry:5000/a/b:T_1", f"a/b@sha256:{'0' * 64}",
    ],
)  # fmt: skip
def test_images_that_exist_in_some_registry_pass(image: str) -> None:
    assert found(image=image) == []


@pytest.mark.parametrize("image", ["A/b", "a b", "a/b:", "a//b", "-a", "a:b:c", "x" * 1025, "a\n"])
def test_images_that_cannot_exist_are_refused(image: str) -> None:
    assert [field for field, _ in found(image=image)] == ["image"]


def test_without_an_image_there_must_be_a_template() -> None:
    ((field, sentence),) = found(image="")
    assert (field, "choose a template" in sentence) == ("image", True)
    assert found(image="", template="a" * 32) == []


@pytest.mark.parametrize(
    ("disk", "sentence"),
    [
        (7.9, "At least 8 GB."),
        (8.0, None),
        (272.9, None),
        (273.0, "This host has only 272 GB left."),
        (float("nan"), "At least 8 GB."),
        (float("inf"), "At least 8 GB."),
        (-5.0, "At least 8 GB."),
    ],
)
def test_the_disk_is_between_the_least_and_what_the_host_has(
    disk: float, sentence: str | None
) -> None:
    said = [words for field, words in found(disk=disk) if field == "disk"]
    assert said == ([] if sentence is None else [sentence])


@pytest.mark.parametrize(
    ("bid", "sentence"),
    [
        (0.1235, None),
        (0.12345, None),
        (0.1234, "Below the minimum bid, $0.124/h: it would not run."),
        (0.0009, "A bid must be from $0.001 to $128 per hour."),
        (128.1, "A bid must be from $0.001 to $128 per hour."),
        (float("nan"), "A bid must be from $0.001 to $128 per hour."),
    ],
)
def test_a_bid_wins_or_is_refused_here(bid: float, sentence: str | None) -> None:
    said = [words for field, words in found(1e6, bid=bid) if field == "bid"]
    assert said == ([] if sentence is None else [sentence])


@pytest.mark.parametrize("credit", [0.0, -1.0, 0.2])
def test_money_must_last_for_an_hour(credit: float) -> None:
    assert [field for field, _ in found(credit)] == ["money"]


def test_a_label_leaves_room_for_its_mark() -> None:
    assert found(label="x" * 242) == []
    assert [field for field, _ in found(label="x" * 243)] == ["label"]
    assert [field for field, _ in found(label="a\0")] == ["label"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ports": ("1", "2", "3", "4", "5")}, "ports"),
        ({"env": {"1A": "x"}}, "env"),
        ({"env": {"VASTTUI_INTENT": "x"}}, "env"),
        ({"env": {"A": "x\0"}}, "env"),
        ({"env": {"A": "x" * 33_000}}, "env"),
        ({"onstart": "x" * 4_097}, "onstart"),
        ({"onstart": "\0"}, "onstart"),
        ({"args": ("x",)}, "args"),
        ({"args": ("\ud800",), "launch": Launch.ARGS}, "args"),
        ({"login": "docker.io"}, "login"),
        ({"volume": VolumeRequest(id=1, path="data")}, "volume"),
        ({"volume": VolumeRequest(id=1, path="/")}, "volume"),
        ({"volume": VolumeRequest(id=1, path="/d", create=True, size=0.5)}, "volume"),
        ({"volume": VolumeRequest(id=1, path="/d", create=True, name="a b")}, "volume"),
    ],
)
def test_each_field_has_its_limits(changes: dict[str, Any], field: str) -> None:
    assert [one for one, _ in found(**changes)] == [field]


def test_a_script_as_long_as_allowed_passes() -> None:
    assert found(onstart="x" * 4_096) == []


def test_every_problem_is_told_at_once() -> None:
    fields = [field for field, _ in found(image="A", disk=1.0, bid=0.01, label="\0")]
    assert fields == ["image", "disk", "bid", "label"]


# Typed values


@pytest.mark.parametrize(
    ("open_ports", "words"),
    [(0, "opens no ports"), (1, "can open only 1 port"), (3, "can open only 3 ports")],
)
def test_how_many_ports_the_host_opens_is_said(open_ports: int, words: str) -> None:
    host = structs.replace(OFFER, direct_port_count=open_ports)
    wanted = replace(GOOD, ports=("1", "2", "3", "4"))
    [problem] = problems(wanted, host, 10.0)
    assert (problem.field, problem.sentence) == ("ports", f"This host {words}.")


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("", ()),
        ("8080 6100/udp", ("8080", "6100/udp")),
        ("8080,8081", ("8080", "8081")),
        ("8080:80/tcp", ("8080:80/tcp",)),
        ("70000 70001", ("70000", "70001")),
        ("53/tcp 53/udp", ("53/tcp", "53/udp")),
        (" ".join(map(str, range(1, 65))), tuple(map(str, range(1, 65)))),
    ],
)
def test_ports_are_read(text: str, ports: tuple[str, ...]) -> None:
    assert parse_ports(text) == (ports, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "Write ports as"),
        ("8000-8010", "Port ranges"),
        ("0", "0 is not a port"),
        ("65536", "65536 is not a port"),
        ("69999", "69999 is not a port"),
        ("70000:80", "write one number"),
        ("80 80", "80 is listed twice"),
        ("80 80/tcp", "80/tcp is listed twice"),
        (" ".join(map(str, range(1, 66))), "At most 64 ports."),
    ],
)
def test_ports_that_cannot_be_are_explained(text: str, words: str) -> None:
    assert parse_ports(text)[0] == ()
    assert words in parse_ports(text)[1]


def test_variables_are_read() -> None:
    assert parse_env('A=1 B="two words" C= D=x=y') == (
        {"A": "1", "B": "two words", "C": "", "D": "x=y"}, "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A", "NAME=value"),
        ('A="x', "quote is not closed"),
        ("A=1 A=2", "A is set twice."),
        ("1A=x", "no digit first"),
        ("A=1 VAST_API_KEY=x", "VAST_API_KEY is the account's API key: every host would get it"),
        ("VASTAI_API_KEY=x", "and could spend your credit."),
        ("CONTAINER_API_KEY=x", "is set by Vast.ai"),
        ("VASTTUI_INTENT=x", "choose another name"),
    ],
)
def test_variables_that_cannot_be_are_explained(text: str, words: str) -> None:
    assert parse_env(text)[0] == {}
    assert words in parse_env(text)[1]


def test_arguments_are_read_as_a_shell_would() -> None:
    assert parse_args("serve --name 'a b'") == (("serve", "--name", "a b"), "")
    assert parse_args("'") == ((), "A quote is not closed.")


def test_the_limits_are_those_that_the_simulator_enforces() -> None:
    assert (LEAST_BID, MOST_BID) == (create.LEAST_PRICE, create.MOST_PRICE)
    assert (LEAST_BID, MOST_BID_PER_GPU) == (change.LEAST_BID, change.MOST_BID)
    assert (MOST_SCRIPT, LABEL_CAP) == (create.MOST_SCRIPT, create.MOST_LABEL)


def test_an_offer_without_a_gpu_is_refused() -> None:
    found = problems(RentRequest(ask=1, image="vastai/pytorch"), structs.replace(OFFER, num_gpus=0))
    assert [(one.field, one.sentence) for one in found] == [("gpu", "This offer has no GPU.")]
