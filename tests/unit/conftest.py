"""What tests of several rooms share."""

from __future__ import annotations

import pytest

from vasttui.clock import SystemClock, VirtualClock


@pytest.fixture
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same time of the same day for what runs in this process: a simulated market changes
    with the day and the hour."""
    moment = VirtualClock().now()
    monkeypatch.setattr(SystemClock, "now", lambda _: moment)
