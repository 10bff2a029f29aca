"""A service is read once and compared: what differs is named, what does not is not."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.support.simulator import KEY, demo_world
from vasttui.api.client import open_client
from vasttui.api.operations import OPERATIONS
from vasttui.checkup.check import Answers, Result, check_service
from vasttui.checkup.expected import SHAPES
from vasttui.checkup.reads import NOT_ASKED, READS
from vasttui.checkup.report import lines_of, report, summary
from vasttui.checkup.shapes import differences, rows_of, shape
from vasttui.cli import main
from vasttui.simulator.inprocess import SimulatorTransport

Change = Callable[[Any], Any]
"""Makes another document of an answer."""

FULL: dict[str, Any] = {
    "offers": 120, "instances": 8, "volumes": 3, "endpoints": 2, "machines": 3, "past": True,
    "traffic": True,
}  # fmt: skip


class Changed(httpx.AsyncBaseTransport):
    """The simulated service with some answers changed, by a part of the path."""

    def __init__(self, inner: httpx.AsyncBaseTransport, changes: dict[str, Change]) -> None:
        self._inner, self._changes = inner, changes
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(f"{request.method} {path}")
        answer = await self._inner.handle_async_request(request)
        change = self._changes.get(path.removeprefix("/api"))
        if change is None:
            return answer
        await answer.aread()
        document = change(json.loads(answer.content))
        status = answer.status_code
        if isinstance(document, Refusal):
            status, document = document.status, {"success": False, "error": document.word}
        data = httpx.ByteStream(json.dumps(document).encode())
        return httpx.Response(status, headers={"content-type": "application/json"}, stream=data)


class Refusal(NamedTuple):
    """Another answer than the simulator's."""

    status: int
    word: str


async def checked(
    changes: dict[str, Change] | None = None, *, key: str | None = KEY, **world: Any
) -> tuple[dict[str, Result], Changed]:
    made = demo_world(**{**FULL, **world})
    transport = Changed(SimulatorTransport(made), changes or {})
    answers = Answers()
    client = open_client(
        "http://127.0.0.1", key, clock=made.clock, rng=random.Random(1), transport=transport,
        read_only=True, on_answer=answers,
    )  # fmt: skip
    results = [one async for one in check_service(client, answers, made.clock.now)]
    await client.aclose()
    assert not any(answers.take(read.name) for read in READS), "no answer is kept"
    return {one.read.name: one for one in results}, transport


def wrong(results: dict[str, Result]) -> dict[str, list[str]]:
    """What differs, by the name of the read."""
    return {
        name: [one.sentence + (f": {one.said}" if one.said else "") for one in result.differences]
        for name, result in results.items()
        if result.differences
    }


def in_rows(where: str, **values: Callable[[Any], Any]) -> Change:
    """Changes these fields of every row."""

    def change(document: Any) -> Any:
        for row in document[where]:
            for name, make in values.items():
                row[name] = make(row.get(name))
        return document

    return change


def test_every_read_of_the_program_is_made_or_its_reason_is_given() -> None:
    reads = {name for name, operation in OPERATIONS.items() if operation.reads}
    assert {read.name for read in READS} | set(NOT_ASKED) == reads
    assert {read.name for read in READS} == set(SHAPES)
    assert not {read.name for read in READS} & set(NOT_ASKED)


@pytest.mark.parametrize(
    "world",
    [{}, {"documented_rows": True, "machines": 0}, {"key_list": "wrapped", "terse_volumes": True}],
)
async def test_nothing_differs_in_the_shapes_that_were_seen(world: dict[str, Any]) -> None:
    results, transport = await checked(**world)
    assert wrong(results) == {}
    assert not any(one.failed for one in results.values())
    assert sum(bool(one.rows) for one in results.values()) >= 30
    assert {line.split()[0] for line in transport.asked} <= {"GET", "POST"}
    lines = [line for one in results.values() for line in lines_of(one)]
    assert lines[0] == f"✓ {'offers':<34} 64 rows, as expected"
    assert summary(list(results.values())).endswith("could be compared: all as expected.")


async def test_a_service_that_changed_five_things_has_them_named() -> None:
    """A unit, a type, a name, a word, and where the rows are."""
    results, _ = await checked(
        {
            "/v0/bundles/": in_rows("offers", gpu_ram=lambda mb: round(mb / 1024)),
            "/v0/template/": in_rows("templates", id=str),
            "/v0/endptjobs/": in_rows("results", endpoint_state=lambda _: "hibernating"),
            "/v0/volumes": lambda document: {"items": document["volumes"]},
            "/v1/charges/": lambda document: document,
            "/v0/charges/": lambda document: {
                **document,
                "results": [
                    {("sum" if name == "amount" else name): value for name, value in row.items()}
                    for row in document["results"]
                ],
            },
        }
    )
    assert wrong(results) == {
        "search": ["gpu_ram is too small for MB in every row; it would fit GB"],
        "templates": ["id is a text in every row, not an id"],
        "endpoints": ["endpoint_state has words that vasttui does not know: 'hibernating'"],
        "volumes": ["no list in 'volumes'; the answer has: items"],
        "charges": ["amount ($) is not sent", "not known to vasttui: sum"],
    }
    harmful = {name for name, result in results.items() if result.is_harmful}
    assert harmful == {"search", "templates", "volumes", "charges"}
    said = summary(list(results.values()))
    assert said.endswith(": 4 kinds with something wrong, 1 kind with something new.")


async def test_an_endpoint_that_is_gone_and_one_that_is_refused_are_told_apart() -> None:
    results, _ = await checked(
        {
            "/v0/secrets/": lambda _: Refusal(404, "no_such_route"),
            "/v0/ssh/": lambda _: Refusal(403, "forbidden"),
        }
    )
    assert results["variables"].failed
    assert not results["ssh_keys"].failed
    assert results["ssh_keys"].unread.startswith("not read: ")
    assert [name for name, one in results.items() if one.is_harmful] == ["variables"]


async def test_without_a_key_what_is_public_is_compared_and_nothing_is_wrong() -> None:
    results, transport = await checked(key=None)
    assert {name for name, one in results.items() if one.rows} == {"search", "gpu_names"}
    assert not any(one.is_harmful for one in results.values())
    assert "needs an API key" in results["list"].unread
    assert len(transport.asked) == 2
    assert results["get"].unread == "not asked: there is no instance"


async def test_where_nobody_answers_one_request_is_enough() -> None:
    def fall(_: Any) -> Any:
        raise httpx.ConnectError("refused")

    results, transport = await checked({"/v0/bundles/": fall})
    assert list(results) == ["search"]
    assert results["search"].failed
    assert {line for line in transport.asked} == {"POST /api/v0/bundles/"}


async def test_the_report_holds_names_and_types_alone() -> None:
    secret = {"hunter2": "hunter3", "HF_TOKEN": "x", "203.0.113.9": 1, "user@example.com": 2}
    results, _ = await checked(
        {
            "/v0/secrets/": lambda document: {**document, "secrets": secret},
            "/v0/ssh/": lambda document: [{**row, **secret} for row in document],
            "/v0/endptjobs/": in_rows("results", endpoint_state=lambda _: "my words"),
        }
    )
    text = "\n".join(report(results.values(), "the simulator"))
    assert "  gpu_ram: whole number\n" in text
    assert "  hosting_type: null, whole number\n" in text
    assert "  ~ endpoint_state has words that vasttui does not know\n" in text
    for value in ("hunter3", "HF_TOKEN", "203.0", "@", "my words", "train", "RTX", KEY[:8]):
        assert value not in text
    assert not re.search(r"\d{4}", text), "no id, no time, no port"
    # In an object whose keys are the user's own words even the names stay out.
    assert "variables: read\n\n" in text


@pytest.mark.parametrize(
    ("fields", "rows", "sentences"),
    [
        ("MB: cpu_ram", [{"cpu_ram": 64}, {"cpu_ram": 512}],
         ["cpu_ram is too small for MB in every row; it would fit GB"]),
        ("time: at", [{"at": 1.79e12}],
         ["at is too large for a time, epoch seconds in the row; it would fit milliseconds"]),
        ("share: rel", [{"rel": 99.1}, {"rel": 98.0}],
         ["rel is too large for a share from 0 to 1 in every row; it would fit percent"]),
        ("share: rel", [{"rel": 0.9}, {"rel": 0.8}, {"rel": 7.0}],
         ["rel is not possible as a share from 0 to 1 in 1 of 3 rows"]),
        ("$/h: price!", [{"price": "0.31"}], ["price is a text in the row, not $/h"]),
        ("$/h: price!", [{"price": 0.2}, {}], ["price is missing in 1 of 2 rows"]),
        ("$/h: price!", [{"price": None}], ["price ($/h) is null in the row"]),
        ("$/h: price?", [{"price": None}], []),
        ("$/h: price", [{"price": True}], ["price is yes or no in the row, not $/h"]),
        ("text: a|b", [{"b": "x"}], []),
        ("text: a~", [{}], []),
        ("GB: disk", [{"disk": -1}, {"disk": 0}], []),
        ("id: id!", [{"id": 1}, "x"], ["1 of 2 rows should be objects and are not"]),
        ("(on off): state", [{"state": "on"}, {"state": "\x1b[31m"}],
         ["state has words that vasttui does not know"]),
    ],
)  # fmt: skip
def test_what_differs_in_rows(fields: str, rows: list[object], sentences: list[str]) -> None:
    assert [one.sentence for one in differences(rows, shape("", fields))] == sentences


@pytest.mark.parametrize(
    ("document", "where", "rows"),
    [
        ({"a": [1]}, "a", [1]),
        ([2], "results|", [2]),
        ({"results": [3]}, "results|", [3]),
        ({"one": 1}, "", [{"one": 1}]),
        ({"a": {"b": 1}}, "a", [{"b": 1}]),
        ({"a": '[{"id": 1}]'}, "a", [{"id": 1}]),
        ({"a": 1}, "b", None),
        ("text", "b", None),
    ],
)
def test_where_rows_are_found(document: object, where: str, rows: object) -> None:
    assert rows_of(document, where.split("|")) == rows


@pytest.mark.usefixtures("one_moment")
def test_the_command_prints_words_and_writes_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "deep" / "report.txt"
    words = ["--demo", "--offers", "20", "doctor", "--service"]
    assert main([*words, "--report", str(file)]) == 0
    said = capsys.readouterr().out
    assert "✓ offers" in said
    assert f"{file}: names and types only" in said
    assert file.stat().st_mode & 0o777 == 0o600
    assert "search: read" in file.read_text()

    (tmp_path / "taken").write_text("")
    main([*words, "--report", str(tmp_path / "taken" / "x")])
    assert "could not be written" in capsys.readouterr().out

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("VAST_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    assert main(["doctor", "--service"]) == 2
    assert capsys.readouterr().out.splitlines()[1].startswith("✖ offers")
    with pytest.raises(SystemExit):
        main(["doctor", "--service", "--report"])
