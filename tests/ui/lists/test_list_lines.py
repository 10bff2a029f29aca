"""The sentences that all lists share."""

from __future__ import annotations

import pytest

from vasttui.services.snapshot import Snapshot
from vasttui.ui.lists.lines import refreshed


@pytest.mark.parametrize(
    ("old", "busy", "words"),
    [
        (0.0, False, "refreshed every 5 s"),
        (4.0, True, "refreshed every 5 s"),
        (10.0, True, "refreshed every 5 s"),
        (11.0, False, "read 11s ago"),
        (18.0, True, "read 18s ago, waiting for an answer"),
        (95.0, True, "read 1m35s ago, waiting for an answer"),
        (None, True, "refreshed every 5 s"),
    ],
)
def test_nothing_older_is_said_to_be_refreshed_so_often(
    old: float | None, busy: bool, words: str
) -> None:
    snapshot: Snapshot[int] = Snapshot(as_of=None if old is None else 1_000 - old, busy=busy)
    assert refreshed(snapshot, 5.0, 1_000.0, lambda action: "p") == f"{words} · p pauses"
