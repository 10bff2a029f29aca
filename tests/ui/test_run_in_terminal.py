"""The terminal that is lent to another program comes back, however that ends."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

import pytest

from tests.support.stage import stage
from vasttui.ui import run_in_terminal
from vasttui.ui.run_in_terminal import lent_terminal


@pytest.mark.parametrize("failure", [OSError("no"), RuntimeError("?"), KeyboardInterrupt()])
async def test_whatever_happens_inside_the_screen_comes_back(
    failure: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []

    @contextlib.contextmanager
    def suspend() -> Iterator[None]:
        happened.append("left")
        yield  # as Textual's: nothing comes back after an exception here
        happened.append("back")

    monkeypatch.setattr(run_in_terminal, "tell", lambda text, end="": happened.append("reset"))
    async with stage() as running:
        monkeypatch.setattr(running.app, "suspend", suspend)
        before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTSTP)
        with pytest.raises(type(failure)), lent_terminal(running.app):
            raise failure
        assert happened == ["left", "reset", "back"]
        assert running.app.terminal_user is None
        assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTSTP)) == before
        assert "1 Offers" in running.text
