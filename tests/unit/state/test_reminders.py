"""Reminders come due once, survive a restart, and ignore nonsense in their file."""

from __future__ import annotations

import json
from pathlib import Path

from vasttui.state.reminders import Reminder, Reminders


def reminders(path: Path | None = None) -> Reminders:
    return Reminders(path, lambda job: job())


def test_a_reminder_comes_due_after_its_hours() -> None:
    mine = reminders()
    mine.add(7, 1000.0, 0.5)
    assert mine.due(2799.0) == []
    assert mine.due(2800.0) == [Reminder(7, 2800.0, 0.5)]


def test_news_are_told_once_and_stay_due_until_dropped() -> None:
    mine = reminders()
    mine.add(7, 0.0, 1)
    assert [one.instance_id for one in mine.news(3600.0)] == [7]
    assert mine.news(3601.0) == []
    assert [one.instance_id for one in mine.due(3601.0)] == [7]
    mine.drop(7)
    mine.drop(7)
    assert mine.due(3601.0) == []


def test_a_new_reminder_for_the_same_instance_is_told_again() -> None:
    mine = reminders()
    mine.add(7, 0.0, 1)
    mine.news(3600.0)
    mine.add(7, 3600.0, 1)
    assert [one.at for one in mine.news(7200.0)] == [7200.0]


def test_they_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "reminders.json"
    mine = reminders(path)
    mine.add(7, 0.0, 1)
    mine.add(8, 0.0, 2)
    mine.drop(7)
    assert [one.instance_id for one in reminders(path).due(1e9)] == [8]


def test_nonsense_in_the_file_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "reminders.json"
    bad = {"x": [1, 2], "7": 5, "8": [1], "9": ["a", 1], "10": [-1, 1], "1" * 30: [1, 1]}
    path.write_text(json.dumps({**bad, "11": [5, 1.5]}))
    assert reminders(path).due(1e9) == [Reminder(11, 5.0, 1.5)]


def test_an_instance_has_reminders_at_several_times(tmp_path: Path) -> None:
    path = tmp_path / "reminders.json"
    mine = reminders(path)
    mine.add(7, 0.0, 1)
    mine.set(7, 9000.0, before=900.0)
    mine.set(7, 9000.0, before=900.0)
    mine.add(7, 0.0, 2)
    expected = [Reminder(7, 7200.0, 2), Reminder(7, 9000.0, 0.0, 900.0)]
    assert mine.all == reminders(path).all == expected
    mine.drop(7, 7200.0)
    assert reminders(path).all == expected[1:]
    mine.drop(7)
    assert reminders(path).all == []


def test_one_that_also_comes_before_is_told_twice() -> None:
    mine = reminders()
    mine.set(7, 9000.0, before=900.0)
    assert mine.news(8099.0) == []
    assert len(mine.news(8100.0)) == 1
    assert mine.waiting == mine.all
    assert mine.news(8999.0) == []
    assert len(mine.news(9000.0)) == 1
    assert mine.news(9001.0) == []
    assert (mine.waiting, len(mine.due(9001.0))) == ([], 1)


def test_one_that_was_seen_before_its_time_comes_at_its_time() -> None:
    mine = reminders()
    mine.set(7, 9000.0, before=900.0)
    mine.set(8, 8000.0)
    mine.told(7, 8100.0)
    assert mine.due(8100.0) == [Reminder(8, 8000.0, 0.0)]
    assert mine.due(9000.0)[-1] == Reminder(7, 9000.0, 0.0)
    mine.told(7, 9000.0)
    assert mine.all == [Reminder(8, 8000.0, 0.0)]
