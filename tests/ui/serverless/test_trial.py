"""The test request: its dialog, its lines, and what can be copied of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Static

from tests.support.stage import KEY, stage
from tests.ui.serverless.test_endpoints import endpoints
from vasttui.lists.serverless_rows import Line
from vasttui.models.route import RouteAnswer, WorkerAnswer
from vasttui.models.secret import Secret
from vasttui.models.serverless import Endpoint, WorkerGroup
from vasttui.services.serverless.rows import EndpointRow, GroupRow
from vasttui.services.serverless.trial import Trial, TrialRequest
from vasttui.services.serverless.trial_form import TypedTrial
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.modals.lines import ByWidth
from vasttui.ui.serverless.copying import endpoint_texts
from vasttui.ui.serverless.trial import TrialModal
from vasttui.ui.serverless.trial_lines import IS_PAGE, hung, many_lines, trial_lines

REQUEST = TrialRequest("/v1/completions", {"prompt": "Say hi."}, 16)
CHOSEN = Trial(
    REQUEST, 0.34, 1, route=RouteAnswer("https://203.0.113.9:41234", reqnum=17), routed=0.34
)
ANSWER = WorkerAnswer(200, 412, 0.29, 0.81, ('{"choices": []}',))


def lines_of(trial: Trial, price: float | None = 0.384) -> list[str]:
    return [one.plain for one in trial_lines(trial, lambda trial: (54547801, price), 12.4)]


def test_the_lines_of_a_request() -> None:
    assert lines_of(Trial(REQUEST)) == [
        "◐ Asking the router for a worker… 12s (again after 1 to 5 s; esc stops asking)"
    ]
    assert lines_of(Trial(REQUEST, asked=4, status="loading")) == [
        "◐ Waiting for a worker: “loading”. 12s (asked 4 times, again after 1 to 5 s; esc stops "
        "asking)"
    ]
    chosen = "✓ 0.34 s  the service chose worker 54547801, https://203.0.113.9:41234 (request 17)"
    late = replace(CHOSEN, routed=7.2)
    waits = "◐ Waiting for its answer. 5s (esc does not wait)"
    assert lines_of(late)[1] == waits, "since a worker was named"
    assert lines_of(CHOSEN) == [chosen, "◐ Waiting for its answer. 12s (esc does not wait)"]
    good = replace(CHOSEN, answer=ANSWER, over=True, seconds=1.15)
    assert lines_of(good) == [
        chosen,
        "✓ 0.81 s  the worker answered 200, 412 B · first byte after 0.29 s",
        '          {"choices": []}',
        "  1.15 s  in all, costs less than $0.0001 of the worker's time",
    ]
    assert lines_of(good, 3.0)[-1].endswith("in all, costs about $0.0007 of the worker's time")
    assert lines_of(good, None)[-1] == "  1.15 s  in all", "a price that is not known is not said"


def test_refusals_and_strange_answers() -> None:
    full = replace(ANSWER, status=429, lines=(), cut=True)
    refused = replace(CHOSEN, answer=full, over=True, problem="The worker's queue is full.")
    assert lines_of(refused)[1:4] == [
        "✖ 0.81 s  the worker answered 429, 412 B · first byte after 0.29 s",
        "          The worker's queue is full.",
        "          … and more",
    ]
    picture = replace(CHOSEN, answer=replace(ANSWER, lines=()), over=True)
    assert "          The answer is no text." in lines_of(picture)
    long = replace(CHOSEN, answer=replace(ANSWER, lines=("x",) * 300), over=True)
    assert len(lines_of(long)) == 44
    hostile = replace(CHOSEN, route=RouteAnswer("https://a\x1b[2J\n.b"))
    assert "\x1b" not in lines_of(hostile)[0]
    unreached = replace(CHOSEN, over=True, seconds=9.5, problem="The worker cannot be reached.")
    for seconds, said in ((9.5, "9.16"), (31.22, "30.9"), (120.4, " 120")):
        lines = lines_of(replace(unreached, seconds=seconds))
        assert lines[1] == f"✖ {said} s  The worker cannot be reached.", "without the router's"
        assert lines[2].endswith("  in all")
    page = replace(ANSWER, lines=("<!DOCTYPE html>", "<title>Sign in</title>"))
    served = lines_of(replace(CHOSEN, answer=page, over=True))
    assert f"          {IS_PAGE}" in served
    assert served[1].startswith("✖"), "no worker answered"


def test_figures_of_several() -> None:
    good = replace(CHOSEN, answer=ANSWER, over=True, seconds=1.15)
    bad = replace(good, answer=replace(ANSWER, status=429), problem="Full.", seconds=2.0)
    shown = many_lines([good, bad, Trial(REQUEST)], 10, lambda trial: (7, None), 3.0)
    assert [one.plain for one in shown[1:]] == [
        "✓  1 0.34 + 0.81 s  worker 7  200, 412 B",
        "✖  2 0.34 + 0.81 s  worker 7  429, 412 B: Full.",
        "◐  3 Asking the router for a worker, 3s",
        "2 requests: 1 answered, median 1.15 s, slowest 1.15 s (of 10)",
    ]
    page = replace(good, answer=replace(ANSWER, lines=("<html>",)))
    shown = many_lines([page, replace(CHOSEN, routed=7.2)], 2, lambda trial: (7, None), 12.4)
    assert [one.plain for one in shown[1:]] == [
        "✖  1 0.34 + 0.81 s  worker 7  200, 412 B: a web page",
        "◐  2 waiting for its answer, 5s",
        "1 request: 0 answered (of 2)",
    ]
    wrapped = hung(trial_lines(good, lambda trial: (7, None), 0), 40).plain.splitlines()
    assert all(len(one) <= 40 for one in wrapped)
    assert wrapped[1].startswith(" " * 10)


@pytest.mark.parametrize(
    ("field", "text"),
    [("path", "v1"), ("path", "/a b"), ("path", "/ä"), ("path", ""), ("load", "0"), ("load", "x"),
     ("load", "inf"), ("load", "nan"), ("body", "{"), ("body", "[1]"), ("body", '{"a": NaN}')],
)  # fmt: skip
def test_what_cannot_be_sent(field: str, text: str) -> None:
    typed = replace(TypedTrial(), **{field: text})
    assert list(typed.wrong()) == [field]
    assert typed.request() is None
    assert TypedTrial().request() is not None


def test_texts_to_copy() -> None:
    secret = "b" * 64
    endpoint = Endpoint(
        id=7, endpoint_name="llama", endpoint_state="active", api_key=Secret(secret), min_load=0,
        target_util=0.9, cold_mult=2.5, cold_workers=2, max_workers=16, inactivity_timeout=-1,
    )  # fmt: skip
    shown = Line(endpoint=EndpointRow(endpoint=endpoint))
    texts = {one.label: one.text for one in endpoint_texts(shown, "https://r", REQUEST)}
    assert secret not in f"{texts}"
    assert "$ENDPOINT_KEY" in texts["curl"]
    assert 'os.environ["ENDPOINT_KEY"]' in texts["Python"]
    limits = (
        "--endpoint_name llama --min_load 0 --min_cold_load 0 --target_util 0.9 --cold_mult 2.5 "
        "--cold_workers 2 --max_workers 16 --inactivity_timeout -1"
    )
    assert texts["vastai: as it is"] == f"vastai update endpoint 7 {limits} --endpoint_state active"
    assert texts["vastai: another"] == f"vastai create endpoint {limits}"
    assert texts["vastai: workers"] == "vastai get endpt-workers 7"
    unread = Line(endpoint=EndpointRow(endpoint=Endpoint(id=7)))
    labels = [one.label for one in endpoint_texts(unread, "https://r", REQUEST)]
    assert "vastai: as it is" not in labels, "what is not known is not set"
    group = replace(shown, group=GroupRow(group=WorkerGroup(id=9)))
    texts = {one.label: one.text for one in endpoint_texts(group, "https://r", REQUEST)}
    assert texts["vastai: update"] == "vastai update workers 9"


def shown(dialog: Screen[Any]) -> str:
    """What is said of the requests."""
    visual = dialog.query_one("#news", Static).visual
    return visual.content(200).plain if isinstance(visual, ByWidth) else ""


async def test_a_request_ten_and_what_can_be_copied() -> None:
    """Sent with the endpoint's key alone, stopped by esc, kept for the next time."""
    async with stage(account={"endpoints": 2}, holds_key=lambda text: KEY in text) as running:
        screen = await endpoints(running)
        await running.dialog("T")
        dialog = running.app.screen
        assert isinstance(dialog, TrialModal)
        assert "Test llama-70b with a request" in running.text
        await running.press("enter")
        assert "(again after 1 to 5 s; esc stops" in running.text
        assert "[ Stop ]" in running.text
        await running.until(lambda: "in all" in shown(dialog), step=1)
        assert "in all, costs" in running.text
        assert "the service chose worker" in running.text
        assert "the worker answered 200" in running.text
        assert running.app.focused is dialog.query_one("#send")
        sent = [
            one for one in running.world.ledger.requests if one.operation in ("route", "worker")
        ]
        assert sent
        assert all(KEY not in f"{one.body}{one.path}" for one in sent)

        await running.press("tab", "enter")
        await running.until(lambda: "3 requests: 3 answered" in shown(dialog), step=1)
        await running.press("escape")
        assert "You " in running.text
        assert "4 requests: 3 answered, median" in running.text
        assert "[ Close ]" in running.text

        row = dialog.query_one("#row_path", FormRow)
        row.entry.value = "v1"
        dialog.action_send(1)
        assert row.wrong.startswith("A path starts with /")
        row.entry.value = "/health"
        await running.pause()
        body = dialog.query_one("#row_body", FormRow)
        body.entry.value = f'{{"prompt": "{KEY}"}}'
        await running.pause()
        routes = len(running.sent("route"))
        dialog.action_send(1)
        assert "the account's API key" in body.wrong
        assert len(running.sent("route")) == routes, "the account's key goes to no worker"
        body.entry.value = '{"prompt": "Say \'hi\'."}'
        await running.pause()
        await running.press("escape")
        assert running.app.screen is screen

        await running.dialog("Y")
        assert "$ENDPOINT_KEY" in running.text
        assert "/health" in running.text, "as it was last typed"
        await running.press("escape")
        await running.dialog("T")
        again = running.app.screen.query_one("#row_path", FormRow)
        assert again.entry.value == "/health"
        await running.press("escape")


async def test_where_the_focus_is_while_it_waits_is_seen() -> None:
    async with stage(account={"endpoints": 2}) as running:
        await endpoints(running)
        await running.dialog("T")
        scroll, news = (running.app.screen.query_one(one) for one in ("#scroll", "#news"))
        plain = news.background_colors[1]
        await running.press("enter")
        assert running.app.focused is scroll
        assert news.background_colors[1] != plain
        await running.press("escape")


async def test_a_suspended_endpoint_says_so() -> None:
    async with stage(account={"endpoints": 2}, size=(60, 20)) as running:
        await endpoints(running)
        await running.press("end", "up")
        await running.dialog("T")
        assert "whisper is suspended: requests are refused." in running.text
        assert "[ Ten times ]" in running.text
        for width in (50, 60):  # what is typed has the room, not its hint
            await running.pilot.resize_terminal(width, 20)
            await running.pause()
            load = next(row for row in running.text.splitlines() if "Load " in row)
            assert "Load    16 " in load, width
            assert "nits" not in load.replace("units", ""), width
        await running.press("enter")
        await running.until(lambda: "Waiting for a worker" in shown(running.app.screen), step=1)
        await running.press("escape")
        assert "You stopped asking" in running.text
        await running.press("escape")

        # Another one of its name: the router knows the name alone.
        copy = replace(running.world.serverless.book.endpoints[1], id=7)
        running.world.serverless.book.endpoints.append(copy)
        await running.press("r")
        await running.until(lambda: "whisper (19430)" in running.text)
        await running.dialog("T")
        text = " ".join(running.text.replace("│", "").split())
        assert "called whisper, too (7): the router is asked by name, and may take that" in text
        await running.press("enter")
        refused = "The service does not take this endpoint's key (HTTP 401)."
        await running.until(lambda: refused in shown(running.app.screen), step=1)
