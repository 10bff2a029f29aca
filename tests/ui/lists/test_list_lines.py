"""The sentences that all lists share."""

from __future__ import annotations

from time import gmtime

import pytest

from vasttui.errors import (
    AuthRejected,
    NetworkError,
    PermissionDenied,
    TwoFactorRequired,
    VastError,
)
from vasttui.services.snapshot import Snapshot
from vasttui.ui.lists.lines import banner, refreshed, remedy


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


@pytest.mark.parametrize(
    ("width", "end"),
    [
        (200, "for this since 00:34:10 (2 tries). Nothing to show yet. Use a session key."),
        (125, "for this since 00:34:10. Nothing to show yet. Use a session key."),
        (115, "for this. Nothing to show yet. Use a session key."),
        (108, "for this since 00:34:10. Nothing to show yet."),
        (90, "for this. Nothing to show yet."),
        (86, "for this since 00:34:10."),
        (80, "for this."),
    ],
)
def test_what_has_no_room_is_left_out_whole(
    width: int, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.localtime", gmtime)
    error = TwoFactorRequired(
        "The service wants a login with two-factor authentication for this.",
        status=401, hint="Use a session key.",
    )  # fmt: skip
    snapshot: Snapshot[int] = Snapshot(error=error, failing_since=2_050.0, failures=2)
    line = banner(snapshot, 9.0, {"app.key": "K"}.__getitem__, width)
    assert line is not None
    assert line.plain.endswith(f"two-factor authentication {end}")
    assert line.cell_length <= width
