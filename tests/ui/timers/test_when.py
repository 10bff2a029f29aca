"""The time of a timer as it is typed, and as it is read back."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from vasttui.ui.timers import when

NOW = 1_790_086_380.0
"""Tue 2026-09-22 13:33 UTC."""


@pytest.fixture(autouse=True, params=["Europe/Berlin"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("18:00", "2026-09-22 18:00"), ("18", "2026-09-22 18:00"), ("9:30", "2026-09-23 09:30"),
        ("today 18:00", "2026-09-22 18:00"), ("tomorrow 2:00", "2026-09-23 02:00"),
        ("Thu 8:00", "2026-09-24 08:00"), ("tuesday 18:00", "2026-09-22 18:00"),
        ("tue 8:00", "2026-09-29 08:00"), ("2026-10-01 8:00", "2026-10-01 08:00"),
        ("2026-12-31, 23:59", "2026-12-31 23:59"),
    ],
)  # fmt: skip
def test_it_is_local_and_the_next_of_that_name(text: str, local: str) -> None:
    at, wrong = when.read_time(text, NOW)
    assert wrong == ""
    assert at is not None
    assert time.strftime("%Y-%m-%d %H:%M", time.localtime(at)) == local
    assert when.read_time(when.typed_time(at, NOW), NOW) == (at, "")


@pytest.mark.parametrize(
    "text",
    ["", "soon", "25:00", "18:60", "18:0", "th 8:00", "2026-13-01 8:00", "-1", "1e3"],
)
def test_what_is_no_time_is_told(text: str) -> None:
    assert when.read_time(text, NOW) == (None, when.NO_TIME)


def test_a_time_that_is_past_or_does_not_exist_is_told() -> None:
    assert when.read_time("today 8:00", NOW) == (None, "That time is past.")
    assert when.read_time("2026-01-01 8:00", NOW) == (None, "That time is past.")
    forward = "That time does not exist on that day: the clocks are put forward."
    assert when.read_time("2027-03-28 2:30", NOW) == (None, forward)


def test_hours_from_now_are_to_the_minute() -> None:
    at, wrong = when.read_hours("8", NOW + 25)
    assert (at, wrong) == (NOW + 8 * 3600, "")
    assert when.read_hours("0.5", NOW)[0] == NOW + 1800
    for text in ("", "0", "-1", "nan", "inf", "9999", "8h"):
        assert when.read_hours(text, NOW) == (None, when.NO_HOURS), text


def test_both_clocks_name_the_day_of_utc_where_it_is_another() -> None:
    assert when.both_clocks(when.read_time("18:00", NOW)[0] or 0, NOW) == "today 18:00 (16:00 UTC)"
    at = when.read_time("tomorrow 1:00", NOW)[0] or 0
    assert when.both_clocks(at, NOW) == "tomorrow 01:00 (Tue 23:00 UTC)"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "due"), (0, "due"), (59, "<1m"), (61, "1m"), (13_620, "3h47m"), (586_800, "6d19h")],
)  # fmt: skip
def test_how_long_it_is_is_never_rounded_up(seconds: float, words: str) -> None:
    assert when.until(NOW + seconds, NOW) == words
