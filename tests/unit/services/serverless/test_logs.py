"""Logs by level."""

from __future__ import annotations

from tests.support.http import Script, client_of, reply
from vasttui.models.serverless_log import ServerlessLog
from vasttui.services.serverless.logs import ServerlessLogs, log_lines


async def test_the_log_of_an_endpoint_and_of_a_group() -> None:
    script = Script(reply({"info0": "a\nb", "debug": ""}))
    live = client_of(script).live
    [log] = await ServerlessLogs(live, 5).read()
    await ServerlessLogs(live, 9, group=True).read()
    assert [request.url.path for request in script.requests] == [
        "/get_endpoint_logs/", "/get_autogroup_logs/",
    ]  # fmt: skip
    assert log_lines(log, "info0") == ("a", "b")
    assert log_lines(log, "debug") == ("Nothing was logged.",)
    assert log_lines(log, "info1") == ("The service sent no log of the level more.",)
    assert log_lines(ServerlessLog(said="no such endpoint"), "info0") == (
        "The service says: “no such endpoint”.",
    )
