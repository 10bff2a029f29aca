"""The sentences that all lists share."""

from __future__ import annotations

import pytest

from vasttui.errors import (
    AuthRejected,
    NetworkError,
    PermissionDenied,
    TwoFactorRequired,
    VastError,
)
from vasttui.services.snapshot import Snapshot
from vasttui.ui.lists.lines import refreshed, remedy


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


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (AuthRejected("No.", status=401, hint="Enter another key."), "K takes another key."),
        (PermissionDenied("No.", status=403, hint="Another key."), "K takes another key."),
        (PermissionDenied("Blacklisted.", status=403), ""),
        (TwoFactorRequired("No.", status=401, hint="Use a session key."), "Use a session key."),
        (NetworkError("No.", hint="Is it plugged in?"), "Is it plugged in?"),
    ],
)
def test_a_key_that_may_not_is_exchanged_with_the_key_for_that(
    error: VastError, words: str
) -> None:
    assert remedy(error, {"app.key": "K"}.__getitem__) == words
