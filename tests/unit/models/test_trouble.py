"""When an instance is a case for another machine, and what is said of it."""

from __future__ import annotations

import pytest

from tests.support.fleet_rows import PLAIN
from vasttui.models.status import Phase
from vasttui.models.trouble import trouble_of


@pytest.mark.parametrize(
    ("phase", "minutes", "exact", "login", "words"),
    [
        (Phase.LOADING, 4.9, True, False, ""),
        (Phase.LOADING, 22, True, False, "loading for 22 min"),
        (Phase.LOADING, 90, False, False, "loading for 1.5 h or longer"),
        (Phase.PROVISIONING, 6, True, False, "creating for 6 min"),
        (Phase.SCHEDULING, 60, True, False, ""),
        (Phase.RUNNING, 2.9, True, False, ""),
        (Phase.RUNNING, 7, True, False, "running for 7 min, and no SSH login was seen"),
        (Phase.RUNNING, 7, True, True, ""),
        (Phase.FAILED, 0, True, False, "failed to start"),
        (Phase.OFFLINE, 0, False, True, "its host is offline"),
        (Phase.STOPPED, 1000, True, False, ""),
        (Phase.OUTBID, 1000, True, False, ""),
        (Phase.UNREADABLE, 1000, True, False, ""),
    ],
)
def test_what_is_wrong(phase: Phase, minutes: float, exact: bool, login: bool, words: str) -> None:
    said = trouble_of(PLAIN, phase, minutes * 60, exact=exact, login_seen=login)
    assert said == words
