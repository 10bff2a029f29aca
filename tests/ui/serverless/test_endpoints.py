"""Screen 4: endpoints with their worker groups, all workers, what is said of each."""

from __future__ import annotations

from tests.support.stage import Stage, stage
from vasttui.lists.serverless_rows import Line
from vasttui.ui.serverless.screen import EndpointsScreen


async def endpoints(running: Stage) -> EndpointsScreen:
    """Go there and wait until all workers and instances are read."""
    await running.until(lambda: running.app.fleet.number)
    await running.press("4")
    screen = running.app.get_screen("endpoints")
    assert isinstance(screen, EndpointsScreen)
    live = running.app.live
    assert live is not None
    reader = live.serverless.reader
    await running.until(lambda: reader.rows and all(row.workers is not None for row in reader.rows))
    await running.until(lambda: all(line.of() is not None for line in screen.browse.rows), step=1)
    await running.pause()
    return screen


def ids(screen: EndpointsScreen) -> list[str]:
    return [line.id for line in screen.browse.rows]


def line(screen: EndpointsScreen, name: str) -> Line:
    return next(one for one in screen.browse.list.all_rows if one.endpoint.name == name)


async def test_endpoints_their_groups_and_what_they_cost() -> None:
    async with stage(account={"endpoints": 2}) as running:
        screen = await endpoints(running)
        llama, first, second, whisper, last = ids(screen)
        assert (llama[0], first, second, whisper[0], last) == ("e", "g4471", "g4490", "e", "g4512")
        text = running.text
        assert "[4 Serverless]" in text
        assert "[Endpoints 2]" in text
        assert "2 endpoints, 3 groups: 2 ready, 1 starting, 2 off" in text
        assert "└ 4471 RTX 5090, at most $0.45" in text
        assert "└ 4512 no price limit" in text
        assert "any! ! price" in text
        assert "at most 16 workers: $7.200/h, $173/day" in text
        assert text.count("GPU + disk") == 3
