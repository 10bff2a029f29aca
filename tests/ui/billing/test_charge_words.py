"""What is said of reading charges."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vasttui.errors import NetworkError
from vasttui.models.billing import DayCharges
from vasttui.services.billing.view import ChargesView
from vasttui.ui.billing.charge_words import loading, state_line

TODAY = 20_718
NOW = 1_790_035_200.0
DAYS = {day: DayCharges(day, (), read_at=NOW - 40) for day in range(TODAY - 29, TODAY + 1)}
WHOLE = ChargesView(first=TODAY - 29, last=TODAY, today=TODAY, days=DAYS, kept=28)
SOME = replace(WHOLE, days={day: DAYS[day] for day in (TODAY, TODAY - 1)}, kept=0)


def said(view: ChargesView, width: int = 200) -> str:
    keys = {"app.refresh": "r", "charges.toggle": "t"}
    return state_line(view, NOW, width, keys.__getitem__).plain


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (WHOLE, " ✓ 30 days read, 28 of them from this computer's copy; today 40s ago"),
        (replace(WHOLE, last=TODAY - 3), " ✓ 27 days read, 28 of them from this computer's copy"),
        (
            replace(SOME, asking=TODAY - 2, asked=2, to_ask=30),
            " ◐ Reading 30 days, newest first: 2 of 30 (the service answers for one day at a time; "
            "about a minute, once) · 20 Sep; t stops",
        ),
        (
            replace(SOME, is_cancelled=True),
            " ! Stopped: 2 of 30 days are here; r goes on · 2 of 30 days read; today 40s ago",
        ),
        (
            replace(SOME, failed={TODAY - 2: NetworkError("no route")}),
            " ! 1 day without an answer: 20 Sep; r asks again · 2 of 30 days read; today 40s ago",
        ),
        (
            replace(WHOLE, problem="The disk is full."),
            " ! The disk is full · 30 days read, 28 of them from this computer's copy; today 40s "
            "ago",
        ),
    ],
)
def test_how_far_reading_is_and_what_is_missing(view: ChargesView, words: str) -> None:
    assert said(view) == words


def test_an_old_today_is_called_old_and_lost_charges_make_a_part() -> None:
    old = {**DAYS, TODAY: DayCharges(TODAY, (), lost=2, read_at=NOW - 1_560)}
    words = said(replace(WHOLE, days=old))
    assert "today is 26m00s old" in words
    assert "2 charges cannot be read: the sums are of a part" in words


def test_when_today_is_read_again_is_said_where_it_is() -> None:
    line = state_line(WHOLE, NOW, 200, str, 260.0).plain
    assert line.endswith("copy; today 40s ago, again in 4m20s")
    old = replace(WHOLE, last=TODAY - 3)
    assert "again" not in state_line(old, NOW, 200, str, 260.0).plain


def test_short_lines_keep_what_matters() -> None:
    assert said(WHOLE, 40) == " ✓ 30 days, 28 from the copy here"
    reading = replace(SOME, asking=TODAY - 2, asked=2, to_ask=30)
    assert said(reading, 60) == " ◐ Reading 30 days, newest first: 2 of 30; t stops"
    assert loading(replace(SOME, to_ask=3)).endswith("a few seconds)")
