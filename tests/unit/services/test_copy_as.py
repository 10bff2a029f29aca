from __future__ import annotations

import json
import shlex
import subprocess
from typing import Any, cast

import pytest
from msgspec.structs import replace

from tests.support.offer_rows import PLAIN
from vasttui.models.money import RentalType, Usage
from vasttui.models.search import SearchOptions, Trust
from vasttui.query.parse import parse
from vasttui.query.rules import Query
from vasttui.query.wire import ServerQuery, server_query
from vasttui.services.copy_as import (
    copy_options,
    create_command,
    curl,
    search_command,
    search_curl,
)

ADDRESS = "https://console.vast.ai"
GPUS = ("RTX 4090", "RTX 4090 D", "A100 SXM4")


def asked(text: str, trust: Trust = "verified", rental: RentalType = "on-demand") -> ServerQuery:
    """What is sent to the service for this filter."""
    choice = SearchOptions(rental, trust, Usage(disk=60.0))
    return server_query(parse(text).query, choice, GPUS, full=True)


def labels(**changes: Any) -> list[str]:
    arguments: dict[str, Any] = {
        "offer": PLAIN, "body": asked("n=1").body(), "address": ADDRESS, "disk": 60.0,
        "rental": "on-demand",
    }  # fmt: skip
    return [one.label for one in copy_options(**(arguments | changes))]


def test_what_can_be_copied() -> None:
    assert labels() == [
        "Offer id", "Machine id", "Rent: vastai", "Search: vastai", "Search: curl", "Search: body",
    ]  # fmt: skip


def test_what_is_not_there_is_not_offered() -> None:
    assert "Machine id" not in labels(offer=replace(PLAIN, machine_id=None))
    assert "Search: curl" not in labels(address="the simulator")
    assert "Search: vastai" not in labels(body={"mobo_name": {"eq": "a_b"}})


@pytest.mark.parametrize("rental", ["on-demand", "bid", "reserved"])
def test_every_text_is_one_line(rental: RentalType) -> None:
    for one in copy_options(PLAIN, asked("gpu:4090").body(), ADDRESS, 60.0, rental):
        assert one.text == one.text.strip()
        assert one.text.isprintable()


# renting


def test_the_command_that_rents() -> None:
    words = shlex.split(create_command(PLAIN, 60.0, "on-demand"))
    assert words[:4] == ["vastai", "create", "instance", str(PLAIN.id)]
    assert words[words.index("--disk") + 1] == "60"
    assert "--bid_price" not in words


@pytest.mark.parametrize(("least", "bid"), [(0.1, "0.1"), (0.10361, "0.1037"), (1.0, "1")])
def test_a_bid_is_not_below_the_least(least: float, bid: str) -> None:
    words = shlex.split(create_command(replace(PLAIN, min_bid=least), 60.0, "bid"))
    assert words[words.index("--bid_price") + 1] == bid


def test_a_large_disk_is_written_in_full() -> None:
    words = shlex.split(create_command(PLAIN, 1_500_000.5, "on-demand"))
    assert words[words.index("--disk") + 1] == "1500000.5"


def run_in_shell(command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of it, with a `vastai` and a `curl` that only print their arguments."""
    show = 'show() { printf \'%s\\n\' "$@"; }; vastai() { show "$@"; }; curl() { show "$@"; };'
    return subprocess.run(
        ["/bin/sh", "-c", f"{show} {command}"],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_pasted_as_it_is_the_command_rents_nothing() -> None:
    command = create_command(PLAIN, 60.0, "on-demand")
    done = run_in_shell(command)
    assert done.returncode != 0
    assert done.stdout == ""
    assert "your image" in done.stderr
    filled = run_in_shell(command, IMAGE="a/b:c d").stdout.splitlines()
    assert filled[filled.index("--image") + 1] == "a/b:c d"


# searching


@pytest.mark.parametrize("trust", ["verified", "datacenter", "any"])
@pytest.mark.parametrize("rental", ["on-demand", "bid", "reserved"])
@pytest.mark.parametrize(
    "text",
    [
        "", "gpu:4090 n=1", "-gpu:4090", "gpu:a100,4090 vram>=24", "gpu_ram>=20 cpu_ram<500",
        "eff<0.60 rel>=.98", "cc:DE,NL", "cc notin [CN,RU]", "cuda>=12.4 driver>=550.54.15",
        "duration>30 inet_down>=500", "gpu_name=RTX_4090", "machine_id=25991 rented=any",
        "verified=any", "external=any", "geolocation=null", "cpu_name!=null", "price 0.1..0.5",
        "disk_space>=100.5", "static_ip=true", "ubuntu_version=22.04", "num_gpus in [1,2]",
    ],
)  # fmt: skip
def test_the_official_command_asks_the_same(text: str, trust: Trust, rental: RentalType) -> None:
    question = asked(text, trust, rental)
    command = search_command(question.body())
    assert command is not None
    words = shlex.split(command)
    assert words[:6] == [
        "vastai", "search", "offers", "-n", f"--type={rental}", "--storage=60",
    ]  # fmt: skip
    assert meaning(" ".join(words[6:])) == pytest.approx(flat(question))


def meaning(text: str) -> dict[str, object]:
    """What is sent to the service for these words alone, without added filters."""
    parsed = parse(text)
    assert parsed.problems == parsed.warnings == ()
    plain = Query(parsed.query.rules, frozenset({"verified", "external", "rentable"}))
    return flat(server_query(plain, SearchOptions(trust="any"), GPUS, full=True))


def flat(question: ServerQuery) -> dict[str, object]:
    """The conditions, with lists as sets."""
    conditions: dict[str, object] = {}
    for field, ops in question.filters.items():
        for op, value in ops.items():
            if isinstance(value, tuple):
                conditions |= {f"{field} {op} {one}": True for one in value}
            else:
                conditions[f"{field} {op}"] = value
    return conditions


@pytest.mark.parametrize(
    "value",
    [
        "a_b", 'a"b', "a,b", "a]b", "any", "True", "null", "", " a", "a  b", "a\nb", "*", "a=b",
        float("inf"), float("nan"),
    ],
)  # fmt: skip
def test_a_value_the_language_would_misread_is_not_spelled(value: object) -> None:
    assert search_command({"cpu_name": {"eq": value}}) is None
    assert search_command({"cpu_name": {"in": ["good", value]}}) is None


def test_an_empty_list_cannot_be_spelled() -> None:
    assert search_command({"gpu_name": {"in": []}}) is None


def test_curl_sends_the_search_with_the_key_of_the_shell() -> None:
    body = asked("gpu:4090").body() | {"note": {"eq": "it's $(id) `id` é!"}}
    command = search_curl(body, ADDRESS)
    assert "$VAST_API_KEY" in command
    words = run_in_shell(command, VAST_API_KEY="the-key").stdout.splitlines()
    assert f"{ADDRESS}/api/v0/bundles/" in words
    assert "Authorization: Bearer the-key" in words
    assert json.loads(words[words.index("-d") + 1]) == json.loads(json.dumps(body))


@pytest.mark.parametrize("end", ["", "/", "/api/v0", "/api/v0/", "/api"])
def test_the_address_may_be_written_in_every_way(end: str) -> None:
    words = shlex.split(search_curl({}, ADDRESS + end))
    assert f"{ADDRESS}/api/v0/bundles/" in words


@pytest.mark.parametrize(
    ("path", "url", "key"),
    [
        ("/api/v0/endptjobs/", "https://console.vast.ai/api/v0/endptjobs/", "$VAST_API_KEY"),
        ("/get_endpoint_logs/", "https://run.vast.ai/get_endpoint_logs/", "$VAST_API_KEY"),
        ("/route/", "https://run.vast.ai/route/", "$ENDPOINT_KEY"),
        ("https://203.0.113.9:41234/v1", "https://203.0.113.9:41234/v1", "$ENDPOINT_KEY"),
    ],
)
def test_a_copied_request_never_sends_the_accounts_key_to_a_worker(
    path: str, url: str, key: str
) -> None:
    words = shlex.split(curl("POST", "https://console.vast.ai/api/v0", path))
    assert url in words
    assert f"Authorization: Bearer {key}" in words
    here = shlex.split(curl("POST", "http://127.0.0.1:8080", "/route/"))
    assert "http://127.0.0.1:8080/route/" in here


def test_the_body_is_json() -> None:
    body = asked("n=1").body()
    [text] = [
        one.text
        for one in copy_options(PLAIN, body, ADDRESS, 60.0, "on-demand")
        if one.label == "Search: body"
    ]
    assert cast(dict[str, object], json.loads(text))["num_gpus"] == {"eq": 1.0}
