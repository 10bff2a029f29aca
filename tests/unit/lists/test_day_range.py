"""Which days a list is about."""

from __future__ import annotations

from datetime import date

import pytest

from vasttui.lists.day_range import DayRange, date_of, number_of, range_in, today

TODAY = date(2026, 9, 22)


def test_the_last_days_end_today_and_go_with_the_time() -> None:
    month = DayRange()
    assert month.bounds(TODAY) == (date(2026, 8, 24), TODAY)
    assert month.words(TODAY) == "24 Aug – 22 Sep"
    assert month.words(date(2027, 1, 3)) == "5 Dec 2026 – 3 Jan"
    assert month.file_words(TODAY) == "2026-08-24-2026-09-22"
    assert DayRange(1).words(TODAY) == "today"
    assert month.in_sentence(TODAY) == "from 24 Aug to 22 Sep"
    assert DayRange(1).in_sentence(TODAY) == "today"
    day = date(2025, 9, 1)
    assert DayRange(first=day, last=day).in_sentence(TODAY) == "on 1 Sep 2025"


def test_a_longer_and_a_shorter_one_are_a_step_away_until_the_end() -> None:
    steps = [DayRange(1)]
    for _ in range(5):
        steps.append(steps[-1].stepped(1, TODAY))
    assert [one.days for one in steps] == [1, 7, 30, 90, 365, 365]
    back = [steps[-1].stepped(-1, TODAY)]
    for _ in range(4):
        back.append(back[-1].stepped(-1, TODAY))
    assert [one.days for one in back] == [90, 30, 7, 1, 1]
    chosen = DayRange(first=date(2026, 8, 1), last=date(2026, 8, 20))
    assert (chosen.stepped(1, TODAY).days, chosen.stepped(-1, TODAY).days) == (30, 7)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [("30", ("2026-08-24", "2026-09-22")), ("7 days", ("2026-09-16", "2026-09-22")),
     ("2026-08", ("2026-08-01", "2026-08-31")), ("2026-09", ("2026-09-01", "2026-09-22")),
     ("2026-08-24 2026-09-02", ("2026-08-24", "2026-09-02")),
     ("2026-08-24 to 2026-08", ("2026-08-24", "2026-08-31")),
     ("2026-8-3..2026-8-5", ("2026-08-03", "2026-08-05")), ("2026-09-01", ("2026-09-01",) * 2)],
)  # fmt: skip
def test_days_a_month_or_two_dates_are_a_range(text: str, bounds: tuple[str, str]) -> None:
    found = range_in(text, TODAY)
    assert isinstance(found, DayRange)
    assert tuple(map(str, found.bounds(TODAY))) == bounds


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "Enter days"), ("august", "Enter days"), ("0", "From 1 to"), ("9999", "From 1 to"),
     ("99999", "From 1 to 1,096 days."), ("9" * 30 + " days", "From 1 to"),
     ("2026-11-31", "There is no day 2026-11-31."), ("2026-08-01 2026-02-30", "no day 2026-02-30"),
     ("2026-13", "There is no month 2026-13."), ("oct", "Enter days"),
     ("2026-10-01 2026-10-05", "in the future"),
     ("2026-09-02 2026-09-01", "before the first"), ("2020-01-01 2026-01-01", "At most"),
     ("1 2 3", "Enter days")],
)  # fmt: skip
def test_what_is_no_range_is_said(text: str, why: str) -> None:
    found = range_in(text, TODAY)
    assert isinstance(found, str)
    assert why in found


def test_a_day_is_one_of_utc() -> None:
    assert today(86_399.0) == date(1970, 1, 1)
    assert today(86_400.0) == date_of(1)
    assert number_of(date_of(20_718)) == 20_718
